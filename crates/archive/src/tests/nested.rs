use std::io::Cursor;

use super::{
    tar_builder::{END, file, gzip, tar_gz},
    zip_builder::{Member, Record, Zip, extra},
};
use crate::{ArchiveError, Limits, Spent, Summary, Violation, gunzip, nested_kind, read_within};

fn zip() -> Vec<u8> {
    Zip::of(vec![Member::stored("a", b"text")]).build()
}

#[test]
fn tells_archives_by_their_bytes() {
    let tar = [file("a", b"text"), END.to_vec()].concat();
    let mut old_tar = super::tar_builder::header(b"a", b'0', 0);
    old_tar[257..265].fill(0);
    let behind = [b"MZ not a zip at its start".to_vec(), zip()].concat();
    let cpio = [b"070707".to_vec(), vec![b'0'; 70], b"a\0".to_vec()].concat();
    let new_cpio = [b"070701".to_vec(), b"0000beEF".repeat(13), b"a\0".to_vec()].concat();
    let iso = [vec![0; 32_768], b"\x01CD001\x01\0".to_vec()].concat();
    let cases: [(&[u8], &str); 31] = [
        (&zip(), "zip"),
        (&Zip::default().build(), "zip"),
        (b"PK\x07\x08PK\x03\x04", "zip"),
        (&gzip(b"text"), "gzip"),
        (b"\xfd7zXZ\0\0\x04", "xz"),
        (b"BZh91AY&SY\0", "bzip2"),
        (b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0", "bzip2"),
        (b"\x28\xb5\x2f\xfd\0", "zstd"),
        (b"\x53\x2a\x4d\x18\0", "zstd"),
        (b"7z\xbc\xaf\x27\x1c\0", "7z"),
        (b"Rar!\x1a\x07\x01\0", "rar"),
        (b"\x04\x22\x4d\x18\x64", "lz4"),
        (b"\x02\x21\x4c\x18\0", "lz4"),
        (b"LZIP\x01\x0c", "lzip"),
        (b"\x1f\x9d\x90", "compress"),
        (b"!<arch>\ndebian-binary   ", "deb"),
        (b"MSCF\0\0\0\0", "cab"),
        (b"MSWIM\0\0\0\xd0", "wim"),
        (b"\xed\xab\xee\xdb\x03", "rpm"),
        (b"xar!\0\x1c\0\x01", "xar"),
        (b"hsqs\x01", "squashfs"),
        (b"\x89LZO\0\r\n\x1a\n\x10", "lzop"),
        (b"\xff\x06\0\0sNaPpY\0", "snappy"),
        (&cpio, "cpio"),
        (&new_cpio, "cpio"),
        (&[b"070702", &new_cpio[6..]].concat(), "cpio"),
        (&iso, "iso9660"),
        (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", "lzma"),
        (b"\x5d\0\0\x80\0\x10\x27\0\0\0\0\0\0\0", "lzma"),
        (&tar, "tar"),
        (&super::tar_builder::sealed(old_tar), "tar"),
    ];
    for (bytes, kind) in cases {
        assert_eq!(nested_kind(bytes), Some(kind));
    }
    assert_eq!(nested_kind(&behind), Some("zip behind other bytes"));
}

#[test]
fn other_files_are_none() {
    let zeros = [0; 1024];
    let files: [&[u8]; 15] = [
        b"",
        b"PK",
        b"import os\n",
        b"070701",
        &[b'0'; 80],
        b"070701 is how a cpio archive starts, which is followed by nothing but hexadecimal digits\n",
        b"BZh is how bzip2 starts\n",
        b"BZh9 is how bzip2 starts\n",
        b"BZhx1AY&SY has no level\n",
        b"!<arch>\n/               0           0     0     0       4         `\n",
        b"a zip ends with PK\x05\x06 and more, at least twenty-two bytes",
        b"\x7fELF\x02\x01\x01\0",
        b"\x5d\0\0\0\0\0\0\0\0\0\0\0\0\0",
        b"\x5d\0\0\x80\0 a length",
        &zeros,
    ];
    for bytes in files {
        assert_eq!(nested_kind(bytes), None, "{bytes:?}");
    }
}

fn gunzipped(file: &[u8]) -> Result<Option<Vec<u8>>, ArchiveError> {
    gunzip(file, &Limits::default(), &Spent::default())
}

#[test]
fn a_gzip_without_a_tar_gives_its_content() {
    let text = b"a,b\n".repeat(1000);
    assert_eq!(gunzipped(&gzip(&text)).unwrap(), Some(text));
    assert_eq!(gunzipped(&gzip(b"")).unwrap(), Some(vec![]));
    assert_eq!(gunzipped(&tar_gz(&[file("a", b"text")])).unwrap(), None);
}

#[test]
fn a_gzip_that_readers_disagree_on_is_refused() {
    let whole = gzip(b"text");
    let changed = |back: usize| {
        let mut bytes = whole.clone();
        let at = bytes.len() - back;
        bytes[at] ^= 1;
        bytes
    };
    let cases = [
        ("crc", changed(8), Violation::GzipChecksum),
        ("length", changed(4), Violation::GzipChecksum),
        ("cut", whole[..whole.len() - 1].to_vec(), Violation::GzipStream),
        ("two members", whole.repeat(2), Violation::GzipMembers),
        ("trailing byte", [whole.as_slice(), b"\0"].concat(), Violation::TrailingBytes),
        ("zip behind it", [whole.clone(), zip()].concat(), Violation::AlsoZip),
    ];
    for (name, file, expected) in cases {
        match gunzipped(&file) {
            Err(ArchiveError::Refused(violation)) => assert_eq!(violation, expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn limits_are_for_all_archives_together() {
    let archive = zip();
    let read = |limits: &Limits, spent: &Spent| read_within(Cursor::new(&archive), limits, spent, |_, _| {});
    for (limits, expected) in [
        (Limits { bytes: 7, ..Limits::default() }, Violation::TooLarge),
        (Limits { entries: 1, ..Limits::default() }, Violation::TooManyEntries),
        (Limits { ratio_after: 4, ratio: 0, ..Limits::default() }, Violation::Ratio),
    ] {
        let spent = Spent::default();
        read(&limits, &spent).unwrap();
        match read(&limits, &spent) {
            Err(ArchiveError::Refused(violation)) => assert_eq!(violation, expected),
            other => panic!("{other:?} instead of {expected:?}"),
        }
    }
    let spent = Spent::default();
    let limits = Limits { bytes: 7, ..Limits::default() };
    read(&limits, &spent).unwrap();
    assert!(gunzip(&gzip(b"text"), &limits, &spent).is_err());
    let small = Limits { member_bytes: 3, ..Limits::default() };
    assert!(gunzip(&gzip(b"text"), &small, &Spent::default()).is_err());
    assert!(gunzip(&gzip(b"txt"), &small, &Spent::default()).is_ok());
}

/// Reads an archive as one that is within another.
fn nested(archive: &[u8]) -> Result<Summary, ArchiveError> {
    let (limits, spent) = (Limits::default(), Spent::default());
    read_within(Cursor::new(zip()), &limits, &spent, |_, _| {})?;
    read_within(Cursor::new(archive), &limits, &spent, |_, _| {})
}

/// The member as a writer that cannot go back writes it: CRC and sizes follow the data.
fn streamed(member: Member) -> Member {
    member.both(|r| r.flags |= 8).changed(|m| {
        let Record { crc, packed, unpacked, .. } = m.central;
        m.gap = [*b"PK\x07\x08", crc.to_le_bytes(), packed.to_le_bytes(), unpacked.to_le_bytes()].concat();
        (m.local.crc, m.local.packed, m.local.unpacked) = (0, 0, 0);
    })
}

fn one(member: Member) -> Vec<u8> {
    Zip::of(vec![member]).build()
}

#[test]
fn a_data_descriptor_that_agrees_is_read_in_a_nested_zip_only() {
    let padding = |m: &mut Member| m.local.extra = extra(0x4246, b"ZZZZ");
    let members = vec![
        Member::stored("META-INF/", b""),
        streamed(Member::deflated("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n")),
        streamed(Member::stored("archive/data.pkl", b"\x80\x02.").changed(padding)),
        streamed(Member::stored("archive/data/0", b"long enough for a signature: PK\x07, PK\x03, PK\x01")),
        streamed(Member::deflated("by-macos", b"text")).changed(|m| m.local.unpacked = 4),
        streamed(Member::deflated("lib/inner.jar", b"PK\x03\x04 PK\x07\x08 PK\x01\x02")),
        streamed(Member::stored("empty", b"")),
    ];
    assert_eq!(nested(&Zip::of(members.clone()).build()).unwrap().files, 6);
    for member in &members[1..] {
        match read_within(Cursor::new(one(member.clone())), &Limits::default(), &Spent::default(), |_, _| {})
        {
            Err(ArchiveError::Refused(Violation::DataDescriptor(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_data_descriptor_that_readers_disagree_on_is_refused() {
    let text = || Member::deflated("a", &b"text ".repeat(9));
    let with = |change: fn(&mut Member)| one(streamed(text()).changed(change));
    let stored = |content: &[u8]| one(streamed(Member::stored("a", content)));
    let descriptor = || Violation::DataDescriptor("a".into());
    let cases = [
        ("CRC", with(|m| m.gap[4] ^= 1), descriptor()),
        ("packed length", with(|m| m.gap[8] ^= 1), descriptor()),
        ("length", with(|m| m.gap[12] ^= 1), descriptor()),
        ("signature", with(|m| m.gap[3] = 9), descriptor()),
        ("no signature", with(|m| drop(m.gap.drain(..4))), Violation::Overlap("a".into())),
        ("64-bit lengths", with(|m| m.gap.splice(12..12, [0; 4]).for_each(drop)), Violation::GapBytes),
        ("missing", with(|m| m.gap.clear()), Violation::Overlap("a".into())),
        ("local flag missing", with(|m| m.local.flags = 0), descriptor()),
        ("central flag missing", with(|m| m.central.flags = 0), descriptor()),
        ("local CRC", with(|m| m.local.crc = 1), Violation::HeadersDisagree("a".into())),
        ("local packed length", with(|m| m.local.packed = 1), Violation::HeadersDisagree("a".into())),
        ("local length", with(|m| m.local.unpacked = 1), Violation::HeadersDisagree("a".into())),
        ("Zip64 record", with(|m| m.local.extra = extra(1, &[0; 16])), descriptor()),
        ("descriptor in stored data", stored(b"first PK\x07\x08"), descriptor()),
        ("member in stored data", stored(b"PK\x03\x04 second"), descriptor()),
        ("directory in stored data", stored(b"PK\x01\x02"), descriptor()),
    ];
    for (name, archive, expected) in cases {
        match nested(&archive) {
            Err(ArchiveError::Refused(violation)) => assert_eq!(violation, expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}
