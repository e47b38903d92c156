//! Trees of files, folders and links, each as a zip and as a tar: the two are judged alike.

use archive::EntryKind;

use super::{LIMITS, Members, check, repair};

/// Takes each line for an entry, `f path -> content`, `l path -> target` or `d path`, and reads both archives of them.
pub fn archive_tree(data: &[u8]) {
    let entries: Vec<Described> = data.split(|byte| *byte == b'\n').filter_map(Described::read).collect();
    // What the two formats cannot say alike: a tar's NUL ends a name, its `./` is dropped, and the repair of a zip goes by
    // its signatures. npm, which unpacks one top over another, reads no zip.
    let alike = |entry: &Described| {
        let is_manifest = entry.path.to_ascii_lowercase().ends_with(b"/package.json");
        !entry.path.starts_with(b"./") && entry.path != b"." && !is_manifest
    };
    if !entries.iter().all(alike) || data.contains(&0) || data.windows(2).any(|pair| pair == b"PK") {
        return;
    }
    let [in_zip, in_tar] = [zip(&entries), tar_gz(&entries)].map(|archive| check(&archive));
    assert_eq!(in_zip, in_tar, "as a zip and as a tar");
    assert!(in_zip.is_some() || !is_plain(&entries), "a plain tree is refused");
    let contents = entries.iter().filter(|entry| entry.kind != EntryKind::Directory);
    if let Some(members) = in_zip {
        check_members(&members, contents.collect());
    }
}

struct Described<'a> {
    kind: EntryKind,
    path: &'a [u8],
    content: &'a [u8],
}

impl<'a> Described<'a> {
    fn read(line: &'a [u8]) -> Option<Self> {
        let (kind, rest) = match line {
            [b'f', b' ', rest @ ..] => (EntryKind::File, rest),
            [b'l', b' ', rest @ ..] => (EntryKind::Symlink, rest),
            [b'd', b' ', rest @ ..] => (EntryKind::Directory, rest),
            _ => return None,
        };
        let arrow = rest.windows(4).position(|window| window == b" -> ");
        let (path, content) = arrow.map_or((rest, &[][..]), |at| (&rest[..at], &rest[at + 4..]));
        let content = if kind == EntryKind::Directory { &[] } else { content };
        // A longer target would need an extended header.
        (content.len() <= 100).then_some(Self { kind, path, content })
    }

    fn name(&self) -> Vec<u8> {
        let slash: &[u8] = if self.kind == EntryKind::Directory { b"/" } else { b"" };
        [self.path, slash].concat()
    }
}

fn check_members(members: &Members, described: Vec<&Described<'_>>) {
    assert_eq!(members.len(), described.len());
    for ((entry, content), described) in members.iter().zip(described) {
        assert_eq!((entry.kind, entry.path.as_bytes()), (described.kind, described.path));
        assert_eq!(content, described.content);
    }
}

/// Files and folders of short lower-case names, none twice and none in the way of another: nobody could object.
fn is_plain(entries: &[Described<'_>]) -> bool {
    let part =
        |part: &[u8]| (1..=8).contains(&part.len()) && part.iter().all(|byte| (b'd'..=b'm').contains(byte));
    let path = |entry: &Described| {
        entry.kind == EntryKind::File
            && entry.path.split(|byte| *byte == b'/').all(part)
            && entry.path.split(|byte| *byte == b'/').count() <= LIMITS.depth
            && entry.path.len() <= 64
    };
    let in_the_way = |a: &Described, b: &Described| {
        b.path.strip_prefix(a.path).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    let apart = |at: usize| (0..entries.len()).all(|b| at == b || !in_the_way(&entries[at], &entries[b]));
    entries.len() <= 8 && entries.iter().all(path) && (0..entries.len()).all(apart)
}

/// What both say of themselves, for links to members are refused in an archive that git did not write.
const COMMIT: &[u8] = &[b'a'; 40];

/// The archive's lengths and checksums are left to the repair.
fn zip(entries: &[Described<'_>]) -> Vec<u8> {
    let (mut file, mut directory) = (vec![], vec![]);
    for entry in entries {
        let name = entry.name();
        let utf8 = if name.is_ascii() { 0 } else { 8 };
        let shared =
            [&[20, 0, 0, utf8, 0, 0, 0, 0, 0, 0][..], &[0; 12], &(name.len() as u16).to_le_bytes(), &[0; 2]];
        let shared = shared.concat();
        file.extend([b"PK\x03\x04", &*shared, &name, entry.content].concat());
        let mode: u32 = match entry.kind {
            EntryKind::File => 0o100_644,
            EntryKind::Symlink => 0o120_777,
            EntryKind::Directory => 0o040_755,
        };
        let attributes = (mode << 16).to_le_bytes();
        directory.extend([b"PK\x01\x02\x14\x03", &*shared, &[0; 6], &attributes, &[0; 4], &name].concat());
    }
    let end = [&b"PK\x05\x06"[..], &[0; 18], COMMIT].concat();
    let whole = [file, directory, end].concat();
    repair::repaired(&whole).into_iter().next().unwrap_or(whole)
}

fn tar_gz(entries: &[Described<'_>]) -> Vec<u8> {
    let comment = [b"0 comment=", COMMIT, b"\n"].concat();
    let mut blocks = block(b"pax_global_header", b'g', &comment, b"");
    for entry in entries {
        let name = entry.name();
        let mut own = name.as_slice();
        if name.len() > 100 {
            let record = [b"0 path=", &*name, b"\n"].concat();
            blocks.extend(block(b"pax", b'x', &record, b""));
            own = b"long";
        }
        blocks.extend(match entry.kind {
            EntryKind::File => block(own, b'0', entry.content, b""),
            EntryKind::Symlink => block(own, b'2', b"", entry.content),
            EntryKind::Directory => block(own, b'5', b"", b""),
        });
    }
    repair::tar_gz(&blocks)
}

/// A tar.gz of one file.
pub(crate) fn alone(path: &[u8], content: &[u8]) -> Vec<u8> {
    tar_gz(&[Described { kind: EntryKind::File, path, content }])
}

/// A ustar header and the content behind it.
fn block(name: &[u8], kind: u8, content: &[u8], target: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name);
    block[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    block[156] = kind;
    block[157..157 + target.len()].copy_from_slice(target);
    block[257..265].copy_from_slice(b"ustar\x0000");
    block.extend(content);
    block.resize(block.len().next_multiple_of(512), 0);
    block
}
