use std::io::Cursor;

use super::{
    tar_builder::{END, file, gzip, tar_gz},
    zip_builder::{Member, Zip},
};
use crate::{ArchiveError, Limits, Spent, Violation, gunzip, nested_kind, read_within};

fn zip() -> Vec<u8> {
    Zip::of(vec![Member::stored("a", b"text")]).build()
}

#[test]
fn tells_archives_by_their_bytes() {
    let tar = [file("a", b"text"), END.to_vec()].concat();
    let mut old_tar = super::tar_builder::header(b"a", b'0', 0);
    old_tar[257..265].fill(0);
    let behind = [b"MZ not a zip at its start".to_vec(), zip()].concat();
    let cases: [(&[u8], &str); 15] = [
        (&zip(), "zip"),
        (&Zip::default().build(), "zip"),
        (&gzip(b"text"), "gzip"),
        (b"\xfd7zXZ\0\0\x04", "xz"),
        (b"BZh91AY&SY\0", "bzip2"),
        (b"\x28\xb5\x2f\xfd\0", "zstd"),
        (b"\x53\x2a\x4d\x18\0", "zstd"),
        (b"7z\xbc\xaf\x27\x1c\0", "7z"),
        (b"Rar!\x1a\x07\x01\0", "rar"),
        (b"\x04\x22\x4d\x18\x64", "lz4"),
        (b"!<arch>\ndebian-binary   ", "deb"),
        (b"MSCF\0\0\0\0", "cab"),
        (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", "lzma"),
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
    let files: [&[u8]; 9] = [
        b"",
        b"PK",
        b"import os\n",
        b"BZh is how bzip2 starts\n",
        b"!<arch>\n/               0           0     0     0       4         `\n",
        b"a zip ends with PK\x05\x06 and more, at least twenty-two bytes",
        b"\x7fELF\x02\x01\x01\0",
        b"\x5d\0\0\0\0\0\0\0\0\0\0\0\0\0",
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
