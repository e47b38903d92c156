//! A tar written block by block, so that a case can make any field lie.

use std::io::Write as _;

use flate2::{Compress, Compression, FlushCompress, write::GzEncoder};

pub(super) const END: [u8; 1024] = [0; 1024];

/// A ustar header with its checksum.
pub(super) fn header(name: &[u8], kind: u8, size: u64) -> [u8; 512] {
    let mut block = [0; 512];
    block[..name.len()].copy_from_slice(name);
    block[100..108].copy_from_slice(b"0000644\0");
    block[108..116].copy_from_slice(b"0000000\0");
    block[116..124].copy_from_slice(b"0000000\0");
    block[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    block[136..148].copy_from_slice(b"00000000000\0");
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    sealed(block)
}

/// The block with its checksum put right.
pub(super) fn sealed(mut block: [u8; 512]) -> [u8; 512] {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// A file's header with `bytes` at `at`, and no content.
pub(super) fn odd(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut block = header(b"odd", b'0', 0);
    block[at..at + bytes.len()].copy_from_slice(bytes);
    sealed(block).to_vec()
}

/// An empty file's header with so many letters of prefix and of name.
pub(super) fn split(prefix: usize, name: usize) -> Vec<u8> {
    let mut block = header(&b"n".repeat(name), b'0', 0);
    block[345..345 + prefix].fill(b'p');
    sealed(block).to_vec()
}

pub(super) fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = header(name.as_bytes(), kind, content.len() as u64).to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// The entry with GNU's magic.
pub(super) fn gnu(mut entry: Vec<u8>) -> Vec<u8> {
    entry[257..265].copy_from_slice(b"ustar  \0");
    let block = sealed(entry[..512].try_into().unwrap());
    entry[..512].copy_from_slice(&block);
    entry
}

pub(super) fn file(name: &str, content: &[u8]) -> Vec<u8> {
    entry(name, b'0', content)
}

pub(super) fn symlink(name: &str, target: &str) -> Vec<u8> {
    let mut block = header(name.as_bytes(), b'2', 0);
    block[157..157 + target.len()].copy_from_slice(target.as_bytes());
    sealed(block).to_vec()
}

/// An extended header of `kind` with these records.
pub(super) fn pax(kind: u8, records: &[(&str, &str)]) -> Vec<u8> {
    let text: String = records.iter().map(|(key, value)| record(key, value)).collect();
    entry("PaxHeaders/x", kind, text.as_bytes())
}

fn record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let length = (1..).find(|length: &usize| length.to_string().len() + rest.len() == *length);
    format!("{}{rest}", length.unwrap())
}

/// Deflated zeros. They are packed once and repeated, for each piece ends in a flush that forgets what came before it.
pub(super) fn many_zeros(length: u64) -> Vec<u8> {
    const PIECE: usize = 16 << 20;
    let mut packed = Vec::with_capacity(PIECE);
    let mut engine = Compress::new(Compression::best(), false);
    engine.compress_vec(&[0; PIECE], &mut packed, FlushCompress::Full).unwrap();
    assert_eq!(engine.total_in(), PIECE as u64);
    // An empty stored block, which is the last.
    [packed.repeat(length as usize / PIECE), b"\x01\0\0\xff\xff".to_vec()].concat()
}

/// The parts and the two zero blocks, compressed.
pub(super) fn tar_gz(parts: &[Vec<u8>]) -> Vec<u8> {
    gzip(&[parts.concat(), END.to_vec()].concat())
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_at(bytes, Compression::default())
}

pub(super) fn gzip_at(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
