//! Archives within archives: how they are told, and the gzip file that holds no tar.

use std::io::Cursor;

use crate::{
    ArchiveError, Limits, Spent, Violation,
    inflate::collect,
    limits::Budget,
    tar::{BLOCK, Gunzip, is_header},
    zip,
};

/// First bytes, and the kind that they tell. `PK\7\8` is how a split zip starts; LZ4 has two starts.
const STARTS: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"LZIP\x01", "lzip"),
    (b"\x89LZO\0\r\n\x1a\n", "lzop"),
    (b"\xff\x06\0\0sNaPpY", "snappy"),
    (b"\x1f\x9d", "compress"),
    // Other ar files are static libraries, whose members stand in them as they are.
    (b"!<arch>\ndebian-binary", "deb"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"MSWIM\0\0\0", "wim"),
    (b"\xed\xab\xee\xdb", "rpm"),
    (b"xar!\0\x1c", "xar"),
    (b"hsqs", "squashfs"),
];

/// Where POSIX and GNU tar headers have their magic.
const TAR_MAGIC: std::ops::Range<usize> = 257..262;

/// Where ISO 9660 has its first volume descriptor's.
const ISO_MAGIC: std::ops::Range<usize> = 32_769..32_774;

/// What kind of archive or compressed file an entry's content is; `None` for any other. Only zip and gzip can be read,
/// which `domain::Format` tells.
pub fn nested_kind(content: &[u8]) -> Option<&'static str> {
    let start = STARTS.iter().find(|(magic, _)| content.starts_with(magic)).map(|(_, kind)| *kind);
    start.or_else(|| {
        if is_tar(content) {
            Some("tar")
        } else if is_bzip2(content) {
            Some("bzip2")
        } else if is_zstd_skippable(content) {
            Some("zstd")
        } else if is_lzma(content) {
            Some("lzma")
        } else if is_cpio(content) {
            Some("cpio")
        } else if content.get(ISO_MAGIC) == Some(b"CD001") {
            Some("iso9660")
        } else {
            is_also_zip(content).then_some("zip behind other bytes")
        }
    })
}

/// The content of a gzip file that holds no tar; `None` where it holds one, which [`crate::read_within`] reads.
///
/// The stream, its CRC-32 and its length are checked, and that the file ends with its one member.
pub fn gunzip(file: &[u8], limits: &Limits, spent: &Spent) -> Result<Option<Vec<u8>>, ArchiveError> {
    if is_also_zip(file) {
        return Err(Violation::AlsoZip.into());
    }
    let mut budget = Budget::new(*limits, file.len() as u64, spent);
    let mut head = [0; BLOCK];
    let filled = Gunzip::open(file)?.fill(&mut head, &mut budget)?;
    if is_tar(&head[..filled]) {
        return Ok(None);
    }
    let mut stream = Gunzip::open(file)?;
    let mut content = Vec::new();
    let most = limits.member_bytes;
    collect(&mut content, most.saturating_add(1), |out| stream.fill(out, &mut budget))?;
    if content.len() as u64 > most {
        return Err(Violation::TooLarge.into());
    }
    stream.finish()?;
    Ok(Some(content))
}

/// Old tars have no magic and are told by their checksum.
fn is_tar(content: &[u8]) -> bool {
    content.get(TAR_MAGIC) == Some(b"ustar") || is_header(content)
}

/// `BZh` alone could start a text: the level, and the magic of a block or of the end, must follow.
fn is_bzip2(content: &[u8]) -> bool {
    let rest = content.strip_prefix(b"BZh").and_then(|rest| rest.split_first());
    rest.is_some_and(|(level, rest)| {
        level.is_ascii_digit()
            && (rest.starts_with(b"\x31\x41\x59\x26\x53\x59")
                || rest.starts_with(b"\x17\x72\x45\x38\x50\x90"))
    })
}

/// RFC 8878, 3.1.2: a frame that readers skip, with more to follow.
fn is_zstd_skippable(content: &[u8]) -> bool {
    matches!(content, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// The properties that every writer chooses, a dictionary of at least 64 KiB, and a length that is unknown or believable.
fn is_lzma(content: &[u8]) -> bool {
    let Some([0x5d, 0, 0, dictionary @ .., _, _, _, _, _, _, _, _]) = content.get(..13) else { return false };
    let length = &content[5..13];
    dictionary != [0, 0] && (length == [0xff; 8] || length[5..] == [0; 3])
}

/// The portable forms: a magic of digits, and nothing but digits in the rest of the shorter header.
fn is_cpio(content: &[u8]) -> bool {
    let magic = [&b"070701"[..], b"070702", b"070707"].iter().any(|magic| content.starts_with(magic));
    magic && content.get(6..76).is_some_and(|fields| fields.iter().all(u8::is_ascii_hexdigit))
}

/// Memory cannot fail to be read; if it could, the content would count as an archive.
fn is_also_zip(content: &[u8]) -> bool {
    zip::is_also_zip(&mut Cursor::new(content), content.len() as u64).unwrap_or(true)
}
