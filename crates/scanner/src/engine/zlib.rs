//! Pickles that joblib compressed with zlib, which has no file format of its own.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use crate::pickle;

/// Bytes read of one; there may be more.
pub(super) const MOST: usize = 64 << 20;

/// What joblib before 0.10 wrote in front: `ZF` and the length in hexadecimal, filled up.
const OLD_HEADER: usize = 21;

/// The content of a zlib stream that starts with a pickle, as far as it can be read.
pub(super) fn pickles(bytes: &[u8]) -> Option<Vec<u8>> {
    let stream = if bytes.starts_with(b"ZF0x") { bytes.get(OLD_HEADER..)? } else { bytes };
    let [method, flags, ..] = *stream else { return None };
    if method & 0x8f != 8 || u16::from_be_bytes([method, flags]) % 31 != 0 {
        return None;
    }
    let mut head = Vec::new();
    // A stream that ends in an error was read up to it.
    let _ = ZlibDecoder::new(stream).take(64).read_to_end(&mut head);
    if !pickle::has_header(&head) {
        return None;
    }
    let mut content = Vec::new();
    let _ = ZlibDecoder::new(stream).take(MOST as u64).read_to_end(&mut content);
    Some(content)
}
