//! What changes neither name, size, content nor kind, and is read past: each of it, for honest tools write it.

use crate::{
    EntryKind, Violation,
    tests::{
        contents,
        tar_builder::{file, pax, symlink, tar_gz},
        zip_builder::{Member, Zip, extra},
    },
};

const COMMIT: &str = "518b875c0ffee0123456789abcdef0123456789a";

fn zip_with_extra(kind: u16) -> Vec<u8> {
    Zip::of(vec![Member::stored("a", b"text").both(|r| r.extra = extra(kind, &[1; 8]))]).build()
}

#[test]
fn reads_each_extra_record_that_changes_nothing_and_none_of_encryption() {
    for kind in [0x000a, 0x4246, 0x4453, 0x5455, 0x5855, 0x7855, 0x7875, 0xa220, 0xcafe, 0xd935] {
        assert_eq!(contents(&zip_with_extra(kind)).unwrap().1["a"].1, b"text", "{kind:#x}");
    }
    for kind in [0x0014, 0x0015, 0x0016, 0x0017, 0x9901] {
        let refused = contents(&zip_with_extra(kind)).unwrap_err().to_string();
        assert!(refused.ends_with(&Violation::Encrypted("a".into()).to_string()), "{kind:#x}: {refused}");
    }
}

#[test]
fn reads_each_level_of_deflate() {
    for level in [0, 2, 4, 6] {
        let zip = Zip::of(vec![Member::deflated("a", b"text").both(|r| r.flags = level)]);
        assert_eq!(contents(&zip.build()).unwrap().1["a"].1, b"text", "{level}");
    }
}

#[test]
fn reads_each_pax_record_that_changes_nothing() {
    let records = [
        ("hdrcharset", "ISO-IR 10646 2000 UTF-8"),
        ("uid", "0"),
        ("gid", "4294967295"),
        ("mtime", "1700000000.123456789"),
        ("atime", "-1"),
        ("ctime", "999999999999"),
        ("uname", "root"),
        ("gname", "wheel"),
        ("charset", "BINARY"),
        ("SCHILY.dev", "1"),
        ("SCHILY.ino", "2"),
        ("SCHILY.nlink", "1"),
        ("SCHILY.fflags", "nodump"),
        ("SCHILY.xattr.user.note", "text"),
        ("SCHILY.acl.access", "user::rw-"),
        ("LIBARCHIVE.creationtime", "1"),
        ("RHT.security.selinux", "label"),
        ("NODETAR.package", "text"),
    ];
    let archive = tar_gz(&[pax(b'x', &records), file("a", b"text")]);
    assert_eq!(contents(&archive).unwrap().1["a"].1, b"text");
}

#[test]
fn reads_target_that_is_in_a_pax_record_alone() {
    let commit = pax(b'g', &[("comment", COMMIT)]);
    let archive = tar_gz(&[commit, pax(b'x', &[("linkpath", "b")]), symlink("a", "")]);
    assert_eq!(contents(&archive).unwrap().1["a"], (EntryKind::Symlink, b"b".to_vec()));
}
