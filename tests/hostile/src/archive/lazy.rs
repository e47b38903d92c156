//! Readers that believe whatever they meet first and check nothing. They stand for every careless reader there is. They
//! are given accepted archives alone, so that whatever makes them panic is a finding too.

use std::io::Read as _;

use flate2::read::{DeflateDecoder, MultiGzDecoder};

#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) name: Vec<u8>,
    pub(super) content: Vec<u8>,
    pub(super) is_directory: bool,
}

/// Reads a zip as it streams by: local headers alone, the central directory never.
pub(super) fn zip_as_stream(archive: &[u8]) -> Vec<Seen> {
    let mut all = vec![];
    let mut rest = archive;
    while rest.starts_with(b"PK\x03\x04") {
        let local = Local::at(rest);
        let packed = match u32_at(rest, 18) {
            MARKER => zip64_packed(local.extra, u32_at(rest, 22) == MARKER),
            packed => packed,
        };
        let (data, tail) = local.tail.split_at(packed);
        all.push(seen(local.name, local.method, data));
        rest = tail;
    }
    all
}

/// Reads a zip by its central directory, and of the local headers only how long they are.
pub(super) fn zip_by_directory(archive: &[u8]) -> Vec<Seen> {
    let end = archive.windows(4).rposition(|window| window == b"PK\x05\x06").expect("an end record");
    let mut rest = match u32_at(archive, end + 16) {
        MARKER => &archive[u64_at(archive, u64_at(archive, end - 12) + 48)..],
        at => &archive[at..],
    };
    let mut all = vec![];
    while rest.starts_with(b"PK\x01\x02") {
        let (name, tail) = rest[46..].split_at(u16_at(rest, 28));
        let (extra, tail) = tail.split_at(u16_at(rest, 30));
        let mut zip64 = zip64_values(extra);
        let mut resolved = [24, 20, 42].map(|at| match u32_at(rest, at) {
            MARKER => zip64.next().expect("a Zip64 record"),
            value => value,
        });
        let [_, packed, at] = &mut resolved;
        let member = seen(name, u16_at(rest, 10), &Local::at(&archive[*at..]).tail[..*packed]);
        assert_eq!(crc32fast::hash(&member.content) as usize, u32_at(rest, 16), "the CRC is another");
        all.push(member);
        rest = &tail[u16_at(rest, 32)..];
    }
    all
}

const MARKER: usize = 0xffff_ffff;

struct Local<'a> {
    method: usize,
    name: &'a [u8],
    extra: &'a [u8],
    tail: &'a [u8],
}

impl<'a> Local<'a> {
    fn at(header: &'a [u8]) -> Self {
        let (name, tail) = header[30..].split_at(u16_at(header, 26));
        let (extra, tail) = tail.split_at(u16_at(header, 28));
        Self { method: u16_at(header, 8), name, extra, tail }
    }
}

fn seen(name: &[u8], method: usize, data: &[u8]) -> Seen {
    let mut content = data.to_vec();
    if method == 8 {
        content.clear();
        DeflateDecoder::new(data).read_to_end(&mut content).expect("deflated");
    }
    Seen { name: name.to_vec(), content, is_directory: name.ends_with(b"/") }
}

/// The packed size in the first Zip64 record, where the unpacked size precedes it or does not.
fn zip64_packed(extra: &[u8], after_unpacked: bool) -> usize {
    zip64_values(extra).nth(after_unpacked.into()).expect("a Zip64 record")
}

/// The values of the first Zip64 record.
fn zip64_values(extra: &[u8]) -> impl Iterator<Item = usize> {
    let mut rest = extra;
    while !rest.is_empty() && !rest.starts_with(&[1, 0]) {
        rest = &rest[4 + u16_at(rest, 2)..];
    }
    rest.get(4..).unwrap_or_default().chunks_exact(8).map(|value| u64_at(value, 0))
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    u16::from_le_bytes([bytes[at], bytes[at + 1]]).into()
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u16_at(bytes, at) | u16_at(bytes, at + 2) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> usize {
    u32_at(bytes, at) | u32_at(bytes, at + 4) << 32
}

pub(super) fn gunzip(file: &[u8]) -> Vec<u8> {
    let mut content = vec![];
    MultiGzDecoder::new(file).read_to_end(&mut content).expect("gzip");
    content
}

/// Reads a tar up to its first zero block: the last name and size that anything gives count.
pub(super) fn tar_gz(archive: &[u8]) -> Vec<Seen> {
    let blocks = gunzip(archive);
    let mut rest = blocks.as_slice();
    let mut all = vec![];
    let mut next = Named::default();
    while let Some((header, tail)) =
        rest.split_first_chunk::<512>().filter(|(header, _)| **header != [0; 512])
    {
        let size = next.size.unwrap_or_else(|| number(&header[124..136]));
        let content = &tail[..size];
        rest = &tail[size.next_multiple_of(512)..];
        match header[156] {
            b'x' => next.pax(content),
            b'L' => next.name = Some(until_nul(content)),
            b'K' => next.target = Some(until_nul(content)),
            b'g' => {}
            kind => all.push(std::mem::take(&mut next).seen(header, kind, content)),
        }
    }
    all
}

#[derive(Default)]
struct Named {
    name: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<usize>,
}

impl Named {
    fn pax(&mut self, records: &[u8]) {
        for record in records.split_inclusive(|byte| *byte == b'\n') {
            let text = record.strip_suffix(b"\n").unwrap_or(record);
            let value = |key: &[u8]| {
                let at = text.iter().position(|byte| *byte == b' ')? + 1;
                text[at..].strip_prefix(key)?.strip_prefix(b"=").map(<[u8]>::to_vec)
            };
            self.name = value(b"path").or(self.name.take());
            self.target = value(b"linkpath").or(self.target.take());
            let size = value(b"size").and_then(|digits| String::from_utf8(digits).ok()?.parse().ok());
            self.size = size.or(self.size);
        }
    }

    fn seen(self, header: &[u8; 512], kind: u8, content: &[u8]) -> Seen {
        let own = [until_nul(&header[345..500]), until_nul(&header[..100])].join(&b'/');
        let own = own.strip_prefix(b"/").unwrap_or(&own).to_vec();
        check_old_reader(&own);
        let name = self.name.unwrap_or(own);
        let name = name.strip_prefix(b"./").unwrap_or(&name).to_vec();
        let content = match kind {
            b'2' => self.target.unwrap_or_else(|| until_nul(&header[157..257])),
            _ => content.to_vec(),
        };
        Seen { name, content, is_directory: kind == b'5' }
    }
}

/// A reader that knows no extended headers must not be led outside either.
fn check_old_reader(name: &[u8]) {
    assert!(!name.starts_with(b"/") && !name.split(|b| *b == b'/').any(|part| part == b".."), "{name:?}");
}

fn until_nul(field: &[u8]) -> Vec<u8> {
    field.iter().copied().take_while(|byte| *byte != 0).collect()
}

fn number(field: &[u8]) -> usize {
    if field[0] == 0x80 {
        return field[1..].iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
    }
    let digits = field.iter().filter(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 8 + usize::from(digit - b'0'))
}
