use std::io::{BufRead, Read};

use crate::{
    ArchiveError, Violation,
    inflate::{Fault, Inflate, buffered},
    limits::Budget,
};

const FIXED: usize = 10;
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
const FLAG_TEXT: u8 = 1;
const FLAG_NAME: u8 = 1 << 3;
const FLAG_COMMENT: u8 = 1 << 4;
/// A file name or comment in the header.
const LONGEST_TEXT: usize = 4096;

/// The one gzip member (RFC 1952) of a file.
pub(crate) struct Gunzip<B> {
    source: B,
    inflate: Inflate,
    digest: crc32fast::Hasher,
    length: u64,
}

impl<B: BufRead> Gunzip<B> {
    pub(crate) fn open(mut source: B) -> Result<Self, ArchiveError> {
        read_header(&mut source)?;
        Ok(Self { source, inflate: Inflate::new(), digest: crc32fast::Hasher::new(), length: 0 })
    }

    /// Fills `out`; less only at the end of the stream. What was unpacked is counted at once.
    pub(crate) fn fill(&mut self, out: &mut [u8], budget: &mut Budget) -> Result<usize, ArchiveError> {
        let filled = self.inflate.fill(&mut self.source, out).map_err(broken)?;
        self.digest.update(&out[..filled]);
        self.length += filled as u64;
        budget.spend(filled)?;
        Ok(filled)
    }

    /// Checks the trailer, and that the file ends with it.
    pub(crate) fn finish(&mut self) -> Result<(), ArchiveError> {
        if !self.inflate.ends(&mut self.source).map_err(broken)? {
            return Err(Violation::BytesAfterEnd.into());
        }
        let trailer: [u8; 8] = bytes(&mut self.source, Violation::GzipStream)?;
        let crc = self.digest.clone().finalize().to_le_bytes();
        // The length is kept modulo 2^32.
        let length = (self.length as u32).to_le_bytes();
        if trailer[..4] != crc || trailer[4..] != length {
            return Err(Violation::GzipChecksum.into());
        }
        match buffered(&mut self.source)? {
            [] => Ok(()),
            [0x1f, 0x8b, ..] => Err(Violation::GzipMembers.into()),
            _ => Err(Violation::TrailingBytes.into()),
        }
    }
}

fn broken(fault: Fault) -> ArchiveError {
    match fault {
        Fault::Broken => Violation::GzipStream.into(),
        Fault::Io(error) => error.into(),
    }
}

/// Extra fields and header checksums are refused: no packager writes them and readers differ in checking them.
fn read_header(source: &mut impl BufRead) -> Result<(), ArchiveError> {
    let fixed: [u8; FIXED] = bytes(source, Violation::GzipHeader)?;
    let flags = fixed[3];
    if !fixed.starts_with(&MAGIC) || flags & !(FLAG_TEXT | FLAG_NAME | FLAG_COMMENT) != 0 {
        return Err(Violation::GzipHeader.into());
    }
    for flag in [FLAG_NAME, FLAG_COMMENT] {
        if flags & flag != 0 {
            let mut text = Vec::new();
            source.by_ref().take(LONGEST_TEXT as u64).read_until(0, &mut text)?;
            if text.last() != Some(&0) {
                return Err(Violation::GzipHeader.into());
            }
        }
    }
    Ok(())
}

/// The next `N` bytes; `violation` where there are fewer.
fn bytes<const N: usize>(source: &mut impl BufRead, violation: Violation) -> Result<[u8; N], ArchiveError> {
    let mut bytes = Vec::with_capacity(N);
    source.take(N as u64).read_to_end(&mut bytes)?;
    Ok(bytes.try_into().map_err(|_| violation)?)
}
