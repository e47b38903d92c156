//! Zip, read front to back, against a central directory that was read first.

mod central;
mod descriptor;
mod end;
mod extra;
mod fields;
mod local;

use std::io::{BufRead, BufReader, Read, Seek};

use crate::{
    ArchiveError, Entry, EntryKind, Violation,
    inflate::{Fault, Inflate, collect},
    ledger::{Ledger, Writer},
    limits::Budget,
    zip::{central::Member, fields::Method},
};

pub(crate) use crate::zip::end::{End, is_also_zip};

const BUFFER: usize = 256 << 10;

pub(crate) fn read<R: Read + Seek, V: FnMut(&Entry, &[u8])>(
    reader: &mut R,
    length: u64,
    ledger: &mut Ledger<V>,
) -> Result<Writer, ArchiveError> {
    let end = End::find(reader, length)?;
    let members = central::read(reader, &end, ledger)?;
    check_layout(&members, end.directory_at)?;
    let claimed = members.iter().fold(0, |sum: u64, member| sum.saturating_add(member.fields.unpacked));
    ledger.budget.foresee(claimed)?;

    reader.rewind()?;
    let mut source = BufReader::with_capacity(BUFFER, reader);
    let mut inflate = Inflate::new();
    let mut content = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let next = members.get(index + 1).map_or(end.directory_at, |next| next.at);
        local::check(&mut source, member, next)?;
        unpack(&mut source, &mut inflate, member, &mut ledger.budget, &mut content)?;
        if member.fields.has_descriptor() {
            descriptor::check(&mut source, member, &content)?;
        }
        if member.kind != EntryKind::Directory {
            ledger.deliver(&member.entry(&content), &content)?;
        }
    }
    Ok(Writer::of(end.commit().as_ref()))
}

/// Members must follow each other without overlap. What can be told before a byte is unpacked is told here; the exact
/// place of each follows from its local header.
fn check_layout(members: &[Member], directory_at: u64) -> Result<(), Violation> {
    if members.first().map_or(directory_at, |first| first.at) != 0 {
        return Err(Violation::PrefixBytes);
    }
    for (index, member) in members.iter().enumerate() {
        let next = members.get(index + 1).map_or(directory_at, |next| next.at);
        if member.least_end() > next {
            return Err(Violation::Overlap(member.shown()));
        }
    }
    Ok(())
}

/// Unpacks a member whose local header was read, and checks length, end of stream and CRC.
fn unpack(
    source: &mut impl BufRead,
    inflate: &mut Inflate,
    member: &Member,
    budget: &mut Budget,
    content: &mut Vec<u8>,
) -> Result<(), ArchiveError> {
    let fields = &member.fields;
    let mut packed = source.take(fields.packed);
    match fields.method {
        Method::Stored => {
            collect(content, fields.unpacked, |out| {
                let read = packed.read(out)?;
                budget.spend(read)?;
                Ok(read)
            })?;
        }
        Method::Deflated => {
            inflate.restart();
            let broken = |fault| match fault {
                Fault::Broken => ArchiveError::from(Violation::BrokenStream(member.shown())),
                Fault::Io(error) => error.into(),
            };
            collect(content, fields.unpacked, |out| {
                let filled = inflate.fill(&mut packed, out).map_err(broken)?;
                budget.spend(filled)?;
                Ok(filled)
            })?;
            if !inflate.ends(&mut packed).map_err(broken)? {
                return Err(Violation::SizeMismatch(member.shown()).into());
            }
        }
    }
    if content.len() as u64 != fields.unpacked || packed.limit() != 0 {
        return Err(Violation::SizeMismatch(member.shown()).into());
    }
    if crc32fast::hash(content) != fields.crc {
        return Err(Violation::Checksum(member.shown()).into());
    }
    Ok(())
}
