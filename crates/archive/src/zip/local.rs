use std::io::Read;

use crate::{
    ArchiveError, Violation,
    zip::{
        central::Member,
        extra::Extra,
        fields::{Fields, array_at, u16_at},
    },
};

const SIGNATURE: &[u8; 4] = b"PK\x03\x04";
const HEADER: usize = 30;

/// Reads the local header (APPNOTE 4.3.7) that the source stands at and compares it with the central one. Header and data
/// must fill the bytes between this member's place and `next` exactly.
pub(crate) fn check(source: &mut impl Read, member: &Member, next: u64) -> Result<(), ArchiveError> {
    let mut fixed = [0; HEADER];
    source.read_exact(&mut fixed)?;
    if !fixed.starts_with(SIGNATURE) {
        return Err(Violation::LocalHeader(member.shown()).into());
    }
    let name_bytes = usize::from(u16_at(&fixed, 26));
    let extra_bytes = usize::from(u16_at(&fixed, 28));
    if name_bytes != member.name.len() {
        return Err(Violation::HeadersDisagree(member.shown()).into());
    }
    let end = member.least_end().saturating_add(extra_bytes as u64);
    if end > next {
        return Err(Violation::Overlap(member.shown()).into());
    }
    let mut rest = vec![0; name_bytes + extra_bytes];
    source.read_exact(&mut rest)?;
    compare(&fixed, &rest, member)?;
    if end < next { Err(Violation::GapBytes.into()) } else { Ok(()) }
}

fn compare(fixed: &[u8; HEADER], rest: &[u8], member: &Member) -> Result<(), Violation> {
    let (name, extra) = rest.split_at(member.name.len());
    let extra = Extra::read(extra, name)?;
    let mut zip64 = extra.zip64();
    let fields = Fields::read(&array_at(fixed, 4), &mut zip64, name)?;
    zip64.check_used(&fields, name)?;
    let described = fields.has_descriptor();
    // In front of a Zip64 record, readers differ in how wide they take the descriptor's sizes.
    if described != member.fields.has_descriptor() || (described && extra.has_zip64()) {
        return Err(Violation::DataDescriptor(member.shown()));
    }
    let fields = fields.completed(&member.fields);
    if *name != *member.name || fields != member.fields {
        return Err(Violation::HeadersDisagree(member.shown()));
    }
    fields.check_name(name, &extra)
}
