use crate::{
    MemberName, Violation,
    zip::extra::{Extra, Zip64},
};

/// The length of the part that local and central headers share.
pub(crate) const SHARED: usize = 22;

/// The marker of a 32-bit field whose value is in the Zip64 record.
pub(crate) const IN_ZIP64: u32 = u32::MAX;

const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
const DATA_DESCRIPTOR: u16 = 1 << 3;
const PATCHED: u16 = 1 << 5;
const DEFLATE_LEVEL: u16 = 0b110;
const UTF8: u16 = 1 << 11;

/// Zip64. Above it come other methods, encryption and masked headers.
const NEWEST_VERSION: u8 = 45;

/// How a member is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Stored,
    Deflated,
}

/// What local and central header both say (APPNOTE 4.3.7, 4.3.12); the two must be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    flags: u16,
    pub(crate) method: Method,
    time: u32,
    pub(crate) crc: u32,
    pub(crate) packed: u64,
    pub(crate) unpacked: u64,
    /// Which of the lengths alone is in a Zip64 record. Readers that expect both or none there give up on a deflated
    /// member, and read a stored one too far; a header of another form would be read.
    lone_zip64: Option<[bool; 2]>,
}

impl Fields {
    /// Reads the shared part, `version needed` to `uncompressed size`, and resolves sizes that are in a Zip64 record.
    pub(crate) fn read(header: &[u8; SHARED], zip64: &mut Zip64, name: &[u8]) -> Result<Self, Violation> {
        let shown = || MemberName::from(name);
        // The high byte is the system of the version, which 7-Zip writes and readers ignore.
        let [version, _] = array_at(header, 0);
        let flags = u16_at(header, 2);
        check_flags(flags, name)?;
        let method = match u16_at(header, 4) {
            0 => Method::Stored,
            8 => Method::Deflated,
            _ => return Err(Violation::UnknownMethod(shown())),
        };
        if version > NEWEST_VERSION {
            return Err(Violation::UnknownVersion(shown()));
        }
        if method == Method::Stored && flags & DEFLATE_LEVEL != 0 {
            return Err(Violation::UnknownFlag(shown()));
        }
        let marked = [18, 14].map(|at| u32_at(header, at) == IN_ZIP64);
        let lone_zip64 = (marked[0] != marked[1]).then_some(marked);
        if method == Method::Stored && lone_zip64.is_some() {
            return Err(Violation::Zip64Extra(shown()));
        }
        // The order in the Zip64 record is: uncompressed, compressed.
        let unpacked = zip64.resolve(u32_at(header, 18)).ok_or_else(|| Violation::Zip64Extra(shown()))?;
        let packed = zip64.resolve(u32_at(header, 14)).ok_or_else(|| Violation::Zip64Extra(shown()))?;
        if method == Method::Stored && packed != unpacked {
            return Err(Violation::SizeMismatch(shown()));
        }
        let [time, crc] = [6, 10].map(|at| u32_at(header, at));
        Ok(Self { flags, method, time, crc, packed, unpacked, lone_zip64 })
    }

    /// Whether CRC and sizes follow the data once more.
    pub(crate) fn has_descriptor(&self) -> bool {
        self.flags & DATA_DESCRIPTOR != 0
    }

    /// A local header's fields, with what it leaves to a data descriptor taken from the central header.
    pub(crate) fn completed(self, central: &Self) -> Self {
        if !self.has_descriptor() {
            return self;
        }
        // macOS writes the length alone, most others nothing.
        Self {
            crc: if self.crc == 0 { central.crc } else { self.crc },
            packed: if self.packed == 0 { central.packed } else { self.packed },
            unpacked: if self.unpacked == 0 { central.unpacked } else { self.unpacked },
            ..self
        }
    }

    /// Checks the name's encoding, and that a Unicode path record says nothing else.
    pub(crate) fn check_name(&self, name: &[u8], extra: &Extra) -> Result<(), Violation> {
        if self.flags & UTF8 == 0 && !name.is_ascii() {
            return Err(Violation::NotUtf8(name.into()));
        }
        // No writer has a use for it beside ASCII, and Info-ZIP mistakes the length of data descriptors after it.
        if self.flags & UTF8 == 0 && extra.has_unicode_path() {
            return Err(Violation::UnicodePath(name.into()));
        }
        extra.check_unicode_path(name)
    }
}

fn check_flags(flags: u16, name: &[u8]) -> Result<(), Violation> {
    if flags & ENCRYPTED != 0 {
        return Err(Violation::Encrypted(name.into()));
    }
    if flags & PATCHED != 0 {
        return Err(Violation::Patched(name.into()));
    }
    if flags & !(DEFLATE_LEVEL | DATA_DESCRIPTOR | UTF8) != 0 {
        Err(Violation::UnknownFlag(name.into()))
    } else {
        Ok(())
    }
}

/// A little-endian number at a place that the caller's length check covers.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array_at(bytes, at))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, at))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array_at(bytes, at))
}

pub(crate) fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|index| bytes[at + index])
}
