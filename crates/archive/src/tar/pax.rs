use std::collections::HashSet;

use domain::CommitId;

use crate::{MemberName, Violation};

/// The pax records (POSIX.1-2024, pax, "extended header") that name and size a member.
#[derive(Default)]
pub(crate) struct Pax {
    pub(crate) path: Option<Vec<u8>>,
    pub(crate) target: Option<Vec<u8>>,
    pub(crate) size: Option<u64>,
    /// What `git archive` puts into the global header's comment.
    pub(crate) commit: Option<CommitId>,
}

impl Pax {
    pub(crate) fn read(mut records: &[u8], shown: &MemberName) -> Result<Self, Violation> {
        let mut pax = Self::default();
        let mut seen = HashSet::new();
        while !records.is_empty() {
            let (key, value) = split(&mut records).ok_or_else(|| Violation::PaxRecord(shown.clone()))?;
            if !seen.insert(key) {
                return Err(Violation::PaxDuplicate(shown.clone()));
            }
            pax.take(key, value, shown)?;
        }
        Ok(pax)
    }

    /// Whether it says nothing that a global header must not say.
    pub(crate) fn is_inert(&self) -> bool {
        self.path.is_none() && self.target.is_none() && self.size.is_none()
    }

    fn take(&mut self, key: &[u8], value: &[u8], shown: &MemberName) -> Result<(), Violation> {
        // An empty value takes an earlier record back: readers differ in what is left then.
        let given =
            || if value.is_empty() { Err(Violation::PaxRecord(shown.clone())) } else { Ok(value.to_vec()) };
        match key {
            b"path" => self.path = Some(given()?),
            b"linkpath" => self.target = Some(given()?),
            b"size" => self.size = Some(decimal(value).ok_or_else(|| Violation::PaxRecord(shown.clone()))?),
            b"comment" => {
                self.commit = std::str::from_utf8(value).ok().and_then(|id| CommitId::parse(id).ok())
            }
            b"hdrcharset" if value == b"ISO-IR 10646 2000 UTF-8" => {}
            // GNU tar fails at any other.
            b"uid" | b"gid" if decimal(value).is_none_or(|id| id > u32::MAX.into()) => {
                return Err(Violation::PaxRecord(shown.clone()));
            }
            b"mtime" | b"atime" | b"ctime" if !is_time(value) => {
                return Err(Violation::PaxRecord(shown.clone()));
            }
            _ if is_inert(key) => {}
            _ => return Err(Violation::PaxKey(shown.clone())),
        }
        Ok(())
    }
}

/// Keys that change neither name, size, content nor kind.
fn is_inert(key: &[u8]) -> bool {
    const KEYS: [&[u8]; 12] = [
        b"atime",
        b"ctime",
        b"mtime",
        b"uid",
        b"gid",
        b"uname",
        b"gname",
        b"charset",
        b"SCHILY.dev",
        b"SCHILY.ino",
        b"SCHILY.nlink",
        b"SCHILY.fflags",
    ];
    const FAMILIES: [&[u8]; 5] =
        [b"SCHILY.xattr.", b"SCHILY.acl.", b"LIBARCHIVE.", b"RHT.security.", b"NODETAR."];
    KEYS.contains(&key) || FAMILIES.iter().any(|family| key.starts_with(family))
}

/// Splits off one record, `<length> <key>=<value>\n`, where the length counts the whole record.
fn split<'r>(records: &mut &'r [u8]) -> Option<(&'r [u8], &'r [u8])> {
    let space = records.iter().take(8).position(|byte| *byte == b' ')?;
    let length = decimal(&records[..space])?;
    let (record, rest) = records.split_at_checked(length.try_into().ok()?)?;
    let (b'\n', record) = record.get(space + 1..)?.split_last()? else { return None };
    let equals = record.iter().position(|byte| *byte == b'=')?;
    let (key, value) = (&record[..equals], &record[equals + 1..]);
    let plain = !key.is_empty() && key.iter().all(u8::is_ascii_graphic);
    *records = rest;
    plain.then_some((key, value))
}

/// A number as pax writes it: digits, no sign, no leading zero.
fn decimal(text: &[u8]) -> Option<u64> {
    let canonical =
        !text.is_empty() && (text[0] != b'0' || text.len() == 1) && text.iter().all(u8::is_ascii_digit);
    if canonical { std::str::from_utf8(text).ok()?.parse().ok() } else { None }
}

/// Seconds since 1970, with a fraction or not.
fn is_time(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"-").unwrap_or(value);
    let (seconds, fraction) = match value.iter().position(|byte| *byte == b'.') {
        Some(point) => (&value[..point], &value[point + 1..]),
        None => (value, &[][..]),
    };
    matches!(seconds.len(), 1..=12) && seconds.iter().chain(fraction).all(u8::is_ascii_digit)
}
