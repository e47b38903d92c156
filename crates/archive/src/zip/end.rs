use std::io::{Read, Seek, SeekFrom};

use domain::CommitId;

use crate::{
    ArchiveError, Violation,
    zip::fields::{u16_at, u32_at, u64_at},
};

const SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const LOCATOR_SIGNATURE: &[u8; 4] = b"PK\x06\x07";
const ZIP64_SIGNATURE: &[u8; 4] = b"PK\x06\x06";
const CENTRAL_SIGNATURE: &[u8; 4] = b"PK\x01\x02";

const RECORD: usize = 22;
const LOCATOR: usize = 20;
const ZIP64_RECORD: usize = 56;
const LONGEST_COMMENT: usize = u16::MAX as usize;

/// What a field of the end record is where its value is in the Zip64 record.
const MARKER_16: u64 = u16::MAX as u64;
const MARKER_32: u64 = u32::MAX as u64;

/// Where the central directory is: the end record (APPNOTE 4.3.16), with Zip64's (4.3.14, 4.3.15) where there is one.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) directory_at: u64,
    pub(crate) directory_bytes: u64,
    pub(crate) entries: u64,
    pub(crate) comment: Vec<u8>,
}

impl End {
    pub(crate) fn find<R: Read + Seek>(reader: &mut R, length: u64) -> Result<Self, ArchiveError> {
        let tail = Tail::read(reader, length)?;
        let at = tail.only_record()?;
        let record = &tail.bytes[at..];
        let disks = [u16_at(record, 4), u16_at(record, 6)];
        if disks != [0, 0] || u16_at(record, 8) != u16_at(record, 10) {
            return Err(Violation::SplitArchive.into());
        }
        let mut end = Self {
            entries: u16_at(record, 10).into(),
            directory_bytes: u32_at(record, 12).into(),
            directory_at: u32_at(record, 16).into(),
            comment: record[RECORD..].to_vec(),
        };
        let record_at = tail.at + at as u64;
        let records_at = end.resolve_zip64(reader, record_at)?;
        if end.directory_at.checked_add(end.directory_bytes) != Some(records_at) {
            return Err(Violation::DirectoryRange.into());
        }
        Ok(end)
    }

    /// What `git archive` writes into the comment.
    pub(crate) fn commit(&self) -> Option<CommitId> {
        std::str::from_utf8(&self.comment).ok().and_then(|text| CommitId::parse(text).ok())
    }

    /// Takes over what the Zip64 records say, if there are any; returns where the end records start.
    fn resolve_zip64<R: Read + Seek>(&mut self, reader: &mut R, record_at: u64) -> Result<u64, ArchiveError> {
        let locator = read_before::<LOCATOR, R>(reader, record_at)?;
        let asked =
            self.entries == MARKER_16 || self.directory_bytes == MARKER_32 || self.directory_at == MARKER_32;
        let Some(locator) = locator.filter(|bytes| bytes.starts_with(LOCATOR_SIGNATURE)) else {
            return if asked { Err(Violation::IncompleteZip64.into()) } else { Ok(record_at) };
        };
        let locator_at = record_at - LOCATOR as u64;
        let record = read_before::<ZIP64_RECORD, R>(reader, locator_at)?
            .filter(|bytes| bytes.starts_with(ZIP64_SIGNATURE))
            .ok_or(Violation::IncompleteZip64)?;
        let zip64_at = locator_at - ZIP64_RECORD as u64;
        let framed = u64_at(&locator, 8) == zip64_at && u64_at(&record, 4) == (ZIP64_RECORD - 12) as u64;
        if !framed {
            return Err(Violation::IncompleteZip64.into());
        }
        let whole = u32_at(&locator, 4) == 0 && u32_at(&locator, 16) == 1;
        if !whole || u64_at(&record, 16) != 0 || u64_at(&record, 24) != u64_at(&record, 32) {
            return Err(Violation::SplitArchive.into());
        }
        take_over(&mut self.entries, MARKER_16, u64_at(&record, 32))?;
        take_over(&mut self.directory_bytes, MARKER_32, u64_at(&record, 40))?;
        take_over(&mut self.directory_at, MARKER_32, u64_at(&record, 48))?;
        Ok(zip64_at)
    }
}

/// A field of the end record is Zip64's marker or the same value: readers differ in which of the two they take.
fn take_over(field: &mut u64, marker: u64, value: u64) -> Result<(), Violation> {
    if *field != marker && *field != value {
        return Err(Violation::Zip64EndConflict);
    }
    *field = value;
    Ok(())
}

/// The `N` bytes in front of `end`; `None` where there are not so many.
fn read_before<const N: usize, R: Read + Seek>(
    reader: &mut R,
    end: u64,
) -> Result<Option<[u8; N]>, ArchiveError> {
    let Some(at) = end.checked_sub(N as u64) else { return Ok(None) };
    let mut bytes = [0; N];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// The part of the file in which readers look for the end record.
struct Tail {
    at: u64,
    bytes: Vec<u8>,
}

impl Tail {
    fn read<R: Read + Seek>(reader: &mut R, length: u64) -> Result<Self, ArchiveError> {
        let at = length.saturating_sub((RECORD + LONGEST_COMMENT) as u64);
        let mut bytes = Vec::new();
        reader.seek(SeekFrom::Start(at))?;
        reader.take(length - at).read_to_end(&mut bytes)?;
        Ok(Self { at, bytes })
    }

    /// Places of the signature, the last one first.
    fn signatures(&self) -> impl Iterator<Item = usize> {
        let windows = self.bytes.windows(SIGNATURE.len()).enumerate().rev();
        windows.filter(|(_, window)| window == SIGNATURE).map(|(at, _)| at)
    }

    /// The place of the end record: the last signature, with a comment that reaches exactly to the end of the file.
    fn only_record(&self) -> Result<usize, Violation> {
        let mut signatures = self.signatures();
        let last = signatures.next().ok_or(Violation::NoEndRecord)?;
        let earlier_fits = signatures.any(|at| self.reaches_end(at) || self.follows_directory(at));
        if earlier_fits {
            return Err(Violation::SecondEndRecord);
        }
        match self.bytes.get(last..).filter(|record| record.len() >= RECORD) {
            None => Err(Violation::Truncated),
            Some(_) if self.reaches_end(last) => Ok(last),
            Some(record) if RECORD + usize::from(u16_at(record, 20)) < record.len() => {
                Err(Violation::TrailingBytes)
            }
            Some(_) => Err(Violation::Truncated),
        }
    }

    fn reaches_end(&self, at: usize) -> bool {
        let record = &self.bytes[at..];
        record.len() >= RECORD && RECORD + usize::from(u16_at(record, 20)) == record.len()
    }

    /// Whether the record is in front of its own directory's end as counted from the file's first byte. The end record
    /// of a zip that is stored within this one is not, for it counts from its own first byte.
    fn follows_directory(&self, at: usize) -> bool {
        let record = &self.bytes[at..];
        record.len() >= RECORD
            && u64::from(u32_at(record, 12)) + u64::from(u32_at(record, 16)) == self.at + at as u64
    }
}

/// Whether a reader of zips, which looks at the end of a file first, takes this one for a zip.
pub(crate) fn is_also_zip<R: Read + Seek>(reader: &mut R, length: u64) -> Result<bool, ArchiveError> {
    let tail = Tail::read(reader, length)?;
    for at in tail.signatures() {
        if tail.reaches_end(at) {
            return Ok(true);
        }
        let Some(record) = tail.bytes.get(at..at + RECORD) else { continue };
        // Readers that allow for a prefix count the directory's place back from the record.
        let directory = (tail.at + at as u64).checked_sub(u32_at(record, 12).into());
        let Some(directory) = directory else { continue };
        let mut signature = [0; 4];
        reader.seek(SeekFrom::Start(directory))?;
        reader.read_exact(&mut signature)?;
        if signature == *CENTRAL_SIGNATURE {
            return Ok(true);
        }
    }
    Ok(false)
}
