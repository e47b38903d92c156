use std::io::Read;

use crate::{
    ArchiveError, Violation,
    zip::{
        central::Member,
        fields::{Method, u32_at},
    },
};

/// The form with a signature and 32-bit sizes, which is the one that all readers know.
pub(crate) const BYTES: usize = 16;

const SIGNATURE: &[u8; 4] = b"PK\x07\x08";
/// What readers that do not know a stored member's length look for, to find its end.
const ENDS: [&[u8; 4]; 3] = [SIGNATURE, b"PK\x03\x04", b"PK\x01\x02"];

/// Reads the data descriptor (APPNOTE 4.3.9) of a member whose content was read, and compares it with the central header.
pub(crate) fn check(source: &mut impl Read, member: &Member, content: &[u8]) -> Result<(), ArchiveError> {
    let mut bytes = [0; BYTES];
    source.read_exact(&mut bytes)?;
    let fields = &member.fields;
    let agrees = bytes.starts_with(SIGNATURE)
        && u32_at(&bytes, 4) == fields.crc
        && u64::from(u32_at(&bytes, 8)) == fields.packed
        && u64::from(u32_at(&bytes, 12)) == fields.unpacked;
    let ends_early = fields.method == Method::Stored
        && content.windows(SIGNATURE.len()).any(|window| ENDS.iter().any(|end| window == *end));
    if agrees && !ends_early { Ok(()) } else { Err(Violation::DataDescriptor(member.shown()).into()) }
}
