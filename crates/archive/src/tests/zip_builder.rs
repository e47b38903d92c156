//! A zip written field by field, so that a case can make any of them lie.

use std::io::Write as _;

use flate2::{Compression, write::DeflateEncoder};

/// The fields of a local or central header.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) signature: [u8; 4],
    pub(super) needed: u16,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) time: u32,
    pub(super) crc: u32,
    pub(super) packed: u32,
    pub(super) unpacked: u32,
    pub(super) name: Vec<u8>,
    pub(super) extra: Vec<u8>,
}

#[derive(Clone)]
pub(super) struct Member {
    pub(super) local: Record,
    pub(super) central: Record,
    pub(super) data: Vec<u8>,
    pub(super) host: u8,
    pub(super) attributes: u32,
    pub(super) comment: Vec<u8>,
    pub(super) disk: u16,
    /// The place in the central header, where it lies.
    pub(super) at: Option<u32>,
    /// Bytes after the data.
    pub(super) gap: Vec<u8>,
}

impl Member {
    pub(super) fn stored(name: &str, content: &[u8]) -> Self {
        Self::new(name, content, content.to_vec(), 0)
    }

    pub(super) fn deflated(name: &str, content: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        Self::new(name, content, encoder.finish().unwrap(), 8)
    }

    /// A member of deflated data; its CRC is wrong.
    pub(super) fn packed(name: &str, unpacked: u32, data: Vec<u8>) -> Self {
        Self::new(name, b"", data, 8).both(|r| r.unpacked = unpacked)
    }

    pub(super) fn symlink(name: &str, target: &str) -> Self {
        Self::stored(name, target.as_bytes()).changed(|m| m.attributes = 0o120_777 << 16)
    }

    fn new(name: &str, content: &[u8], data: Vec<u8>, method: u16) -> Self {
        let local = Record {
            signature: *b"PK\x03\x04",
            needed: 20,
            flags: if name.is_ascii() { 0 } else { 1 << 11 },
            method,
            time: 0x5a21_0000,
            crc: crc32fast::hash(content),
            packed: data.len() as u32,
            unpacked: content.len() as u32,
            name: name.as_bytes().to_vec(),
            extra: vec![],
        };
        let central = Record { signature: *b"PK\x01\x02", ..local.clone() };
        let (host, attributes, comment, disk, at, gap) = (3, 0, vec![], 0, None, vec![]);
        Self { local, central, data, host, attributes, comment, disk, at, gap }
    }

    pub(super) fn changed(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Changes both headers alike.
    pub(super) fn both(mut self, change: impl Fn(&mut Record)) -> Self {
        change(&mut self.local);
        change(&mut self.central);
        self
    }
}

/// What the end record says, where it lies; and what else is in the file.
#[derive(Clone, Default)]
pub(super) struct Zip {
    pub(super) prefix: Vec<u8>,
    pub(super) members: Vec<Member>,
    pub(super) comment: Vec<u8>,
    pub(super) disk: u16,
    pub(super) entries: Option<u16>,
    pub(super) directory_at: Option<u32>,
    pub(super) zip64: Option<Zip64End>,
}

/// Changes to a truthful Zip64 end record.
#[derive(Clone, Copy, Default)]
pub(super) struct Zip64End {
    pub(super) more_entries: u64,
    pub(super) record_at: Option<u64>,
    pub(super) extensible: u64,
    pub(super) disks: u32,
}

impl Zip {
    pub(super) fn of(members: Vec<Member>) -> Self {
        Self { members, ..Self::default() }
    }

    pub(super) fn build(&self) -> Vec<u8> {
        let mut file = self.prefix.clone();
        let mut directory = Vec::new();
        for member in &self.members {
            let at = member.at.unwrap_or(file.len() as u32);
            file.extend([member.local_header(), member.data.clone(), member.gap.clone()].concat());
            directory.extend(member.central(at));
        }
        let directory_at = file.len() as u64;
        file.extend(&directory);
        if let Some(zip64) = self.zip64 {
            let entries = self.members.len() as u64;
            file.extend(zip64.build(file.len() as u64, entries, directory.len() as u64, directory_at));
        }
        let entries = self.entries.unwrap_or(self.members.len() as u16);
        file.extend(b"PK\x05\x06");
        file.extend([self.disk, 0, entries, entries].map(u16::to_le_bytes).concat());
        file.extend((directory.len() as u32).to_le_bytes());
        file.extend(self.directory_at.unwrap_or(directory_at as u32).to_le_bytes());
        file.extend((self.comment.len() as u16).to_le_bytes());
        file.extend(&self.comment);
        file
    }
}

impl Record {
    /// From `version needed` to the lengths of name and extra field.
    fn shared(&self) -> Vec<u8> {
        let mut bytes = [self.needed, self.flags, self.method].map(u16::to_le_bytes).concat();
        bytes.extend([self.time, self.crc, self.packed, self.unpacked].map(u32::to_le_bytes).concat());
        bytes.extend([self.name.len() as u16, self.extra.len() as u16].map(u16::to_le_bytes).concat());
        bytes
    }
}

impl Member {
    pub(super) fn local_header(&self) -> Vec<u8> {
        let Record { signature, name, extra, .. } = &self.local;
        [signature, &self.local.shared()[..], name, extra].concat()
    }

    fn central(&self, at: u32) -> Vec<u8> {
        let mut bytes = self.central.signature.to_vec();
        bytes.extend([20, self.host]);
        bytes.extend(self.central.shared());
        bytes.extend([self.comment.len() as u16, self.disk, 0].map(u16::to_le_bytes).concat());
        bytes.extend([self.attributes, at].map(u32::to_le_bytes).concat());
        bytes.extend([&self.central.name[..], &self.central.extra, &self.comment].concat());
        bytes
    }
}

impl Zip64End {
    fn build(self, at: u64, entries: u64, directory_bytes: u64, directory_at: u64) -> Vec<u8> {
        let entries = entries + self.more_entries;
        let mut bytes = b"PK\x06\x06".to_vec();
        bytes.extend((44 + self.extensible).to_le_bytes());
        bytes.extend([45, 0, 45, 0]);
        bytes.extend([0; 8]);
        bytes.extend([entries, entries, directory_bytes, directory_at].map(u64::to_le_bytes).concat());
        bytes.extend(vec![0; self.extensible as usize]);
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(self.record_at.unwrap_or(at).to_le_bytes());
        bytes.extend((1 + self.disks).to_le_bytes());
        bytes
    }
}

/// One record of an extra field.
pub(super) fn extra(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// A Unicode path record for `name` that says `other`.
pub(super) fn unicode_path(name: &str, other: &str) -> Vec<u8> {
    let crc = crc32fast::hash(name.as_bytes()).to_le_bytes();
    extra(0x7075, &[&[1][..], &crc, other.as_bytes()].concat())
}
