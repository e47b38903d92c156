use crate::{
    Violation,
    zip::fields::{Fields, IN_ZIP64, u16_at, u32_at, u64_at},
};

const ZIP64: u16 = 0x0001;
const UNICODE_PATH: u16 = 0x7075;
/// Strong encryption and its certificates, and WinZip's AES.
const ENCRYPTION: [u16; 5] = [0x0014, 0x0015, 0x0016, 0x0017, 0x9901];
/// Records that change neither name, size, content nor kind: times (NTFS, Info-ZIP old, new), owners, NT security,
/// Java's mark, padding (Microsoft, Android, PyTorch).
const INERT: [u16; 10] = [0x000a, 0x5455, 0x5855, 0x7855, 0x7875, 0x4453, 0xcafe, 0xa220, 0xd935, 0x4246];

/// The extra field of one header (APPNOTE 4.5).
#[derive(Debug, Default)]
pub(crate) struct Extra<'e> {
    zip64: Option<&'e [u8]>,
    unicode_path: Option<&'e [u8]>,
}

impl<'e> Extra<'e> {
    pub(crate) fn read(mut bytes: &'e [u8], name: &[u8]) -> Result<Self, Violation> {
        let mut extra = Self::default();
        let mut seen = Vec::new();
        while !bytes.is_empty() {
            let broken = || Violation::BrokenExtra(name.into());
            let (head, rest) = bytes.split_at_checked(4).ok_or_else(broken)?;
            let (data, rest) = rest.split_at_checked(u16_at(head, 2).into()).ok_or_else(broken)?;
            bytes = rest;
            let kind = u16_at(head, 0);
            if seen.contains(&kind) {
                return Err(Violation::DuplicateExtra(name.into()));
            }
            seen.push(kind);
            match kind {
                ZIP64 => extra.zip64 = Some(data),
                UNICODE_PATH => extra.unicode_path = Some(data),
                _ if ENCRYPTION.contains(&kind) => return Err(Violation::Encrypted(name.into())),
                _ if INERT.contains(&kind) => {}
                _ => return Err(Violation::UnknownExtra(name.into())),
            }
        }
        Ok(extra)
    }

    pub(crate) fn has_zip64(&self) -> bool {
        self.zip64.is_some()
    }

    pub(crate) fn has_unicode_path(&self) -> bool {
        self.unicode_path.is_some()
    }

    pub(crate) fn zip64(&self) -> Zip64<'e> {
        let record = self.zip64.unwrap_or_default();
        Zip64 { record, rest: record }
    }

    /// The record is version 1, the name's CRC-32, and the name (APPNOTE 4.6.9).
    pub(crate) fn check_unicode_path(&self, name: &[u8]) -> Result<(), Violation> {
        let agrees = self.unicode_path.is_none_or(|record| {
            record.len() >= 5
                && record[0] == 1
                && u32_at(record, 1) == crc32fast::hash(name)
                && record[5..] == *name
        });
        if agrees { Ok(()) } else { Err(Violation::UnicodePath(name.into())) }
    }
}

/// A Zip64 record (APPNOTE 4.5.3) whose values are taken in order, each only where its 32-bit field is the marker.
pub(crate) struct Zip64<'e> {
    record: &'e [u8],
    rest: &'e [u8],
}

impl Zip64<'_> {
    /// The field's value, from the record where the field is the marker; `None` where the record has none.
    pub(crate) fn resolve(&mut self, field: u32) -> Option<u64> {
        if field != IN_ZIP64 {
            return Some(field.into());
        }
        let (value, rest) = self.rest.split_at_checked(8)?;
        self.rest = rest;
        Some(u64_at(value, 0))
    }

    /// Values left over are ignored by some readers and taken by others. Python before 3.11.4 writes both sizes although
    /// neither is marked: both kinds of reader take the same then.
    pub(crate) fn check_used(&self, fields: &Fields, name: &[u8]) -> Result<(), Violation> {
        let repeats = || {
            let sizes = [fields.unpacked, fields.packed].map(u64::to_le_bytes);
            self.record.len() == self.rest.len() && *self.rest == *sizes.as_flattened()
        };
        if self.rest.is_empty() || repeats() { Ok(()) } else { Err(Violation::Zip64Extra(name.into())) }
    }
}
