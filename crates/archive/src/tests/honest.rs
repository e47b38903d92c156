//! What honest tools write, field by field as they write it.

use std::io::Cursor;

use domain::{CommitId, Format};

use crate::{
    EntryKind, Limits, commit_id, read,
    tests::{
        contents,
        tar_builder::{END, entry, file, gnu, gzip, header, odd, pax, sealed, split, symlink, tar_gz},
        zip_builder::{Member, Record, Zip, Zip64End, extra, unicode_path},
    },
};

const COMMIT: &str = "518b875c0ffee0123456789abcdef0123456789a";

fn git_archive() -> Vec<u8> {
    let time = |member: Member, local: &[u8]| {
        let local = extra(0x5455, local);
        member.changed(|m| (m.local.extra, m.central.extra) = (local, extra(0x5455, &[1, 0, 0, 0, 0])))
    };
    let members = [
        Member::stored("airlock-main/", b"").changed(|m| m.attributes = 16),
        Member::deflated("airlock-main/aux.c", b"int main(void) { return 0; }\n"),
        Member::stored("airlock-main/naïve ❤\u{fe0f}.txt", b"text"),
        Member::deflated("airlock-main/run.sh", b"#!/bin/sh\n").changed(|m| m.attributes = 0o100_755 << 16),
        Member::symlink("airlock-main/docs/readme", "../README.md"),
        Member::stored("airlock-main/empty/", b"").changed(|m| m.attributes = 16 | 0o040_755 << 16),
    ];
    let members = members.map(|member| time(member, &[1, 0, 0, 0, 0]));
    Zip { comment: COMMIT.into(), ..Zip::of(members.to_vec()) }.build()
}

#[test]
fn reads_git_archive_zip() {
    let archive = git_archive();
    let (summary, contents) = contents(&archive).unwrap();
    assert_eq!(summary.format, Format::Zip);
    assert_eq!((summary.files, summary.directories, summary.skipped.len()), (4, 2, 0));
    let link = &contents["airlock-main/docs/readme"];
    assert_eq!(*link, (EntryKind::Symlink, b"../README.md".to_vec()));
    assert_eq!(commit_id(Cursor::new(archive)).unwrap(), CommitId::parse(COMMIT).ok());
}

fn executables(archive: &[u8]) -> Vec<String> {
    let mut found = vec![];
    let visit = |entry: &crate::Entry, _: &[u8]| found.extend(entry.executable.then(|| entry.path.clone()));
    read(Cursor::new(archive), &Limits::default(), visit).unwrap();
    found
}

#[test]
fn tells_what_its_owner_may_run() {
    assert_eq!(executables(&git_archive()), ["airlock-main/run.sh"]);
    let dos = Member::stored("run.sh", b"").changed(|m| (m.host, m.attributes) = (0, 0o755 << 16));
    assert_eq!(executables(&Zip::of(vec![dos]).build()), [""; 0], "a mode of Unix from a writer elsewhere");
    let mode = |mode: &[u8; 8]| odd(100, mode);
    for (with, runs) in [(b"0000755\0", true), (b"0100744\0", true), (b"0000655\0", false), (&[0; 8], false)]
    {
        assert_eq!(!executables(&tar_gz(&[mode(with)])).is_empty(), runs, "{with:?}");
    }
    assert_eq!(executables(&tar_gz(&[symlink("a", "gone")])), [""; 0]);
}

#[test]
fn commit_is_read_from_a_whole_comment_only() {
    let commented = |comment: &str| Zip { comment: comment.into(), ..Zip::default() }.build();
    let none = [
        commented(""),
        commented("518b875"),
        commented(&COMMIT.to_uppercase()),
        commented(&format!("{COMMIT}\n")),
        tar_gz(&[pax(b'g', &[("comment", COMMIT)]), file("a", b"")]),
        b"no archive".to_vec(),
        vec![],
    ];
    for file in none {
        assert_eq!(commit_id(Cursor::new(&file)).unwrap(), None, "{file:?}");
    }
}

#[test]
fn reads_what_python_and_info_zip_write() {
    let sizes =
        |record: &Record| [record.unpacked, record.packed].map(|n| u64::from(n).to_le_bytes()).concat();
    let forced = |record: &mut Record| {
        record.extra = extra(1, &sizes(record));
        (record.unpacked, record.packed, record.needed) = (u32::MAX, u32::MAX, 45);
    };
    let repeated = |record: &Record| extra(1, &sizes(record));
    let members = vec![
        Member::deflated("pkg/__init__.py", b""),
        Member::deflated("pkg/forced.py", b"x = 1\n").changed(|m| forced(&mut m.local)),
        Member::deflated("pkg/large.py", b"y = 2\n").both(forced),
        Member::deflated("pkg/repeated.py", b"r = 2\n").changed(|m| m.local.extra = repeated(&m.local)),
        Member::deflated("pkg/level.py", b"z = 3\n").both(|r| r.flags = 2),
        Member::stored("pkg/ä.txt", b"").both(|r| r.extra = unicode_path("pkg/ä.txt", "pkg/ä.txt")),
        Member::stored("pkg/by-7-zip", b"").both(|r| r.needed = 3 << 8 | 10),
        Member::stored("pkg-1.0.dist-info/RECORD", b"").changed(|m| m.host = 0),
    ];
    let (summary, contents) = contents(&Zip::of(members).build()).unwrap();
    assert_eq!(summary.files, 8);
    assert_eq!(contents["pkg/repeated.py"].1, b"r = 2\n");
    assert_eq!(contents["pkg/forced.py"].1, b"x = 1\n");
    assert_eq!(contents["pkg/large.py"].1, b"y = 2\n");
}

#[test]
fn reads_zip64_record_of_one_length_that_both_headers_have() {
    let marked = |record: &mut Record| {
        record.extra = extra(1, &u64::from(record.packed).to_le_bytes());
        record.packed = u32::MAX;
    };
    let zip = Zip::of(vec![Member::deflated("a", b"text").both(marked)]);
    assert_eq!(contents(&zip.build()).unwrap().1["a"].1, b"text");
}

#[test]
fn reads_zip64_end_records_that_agree() {
    let zip = Zip { zip64: Some(Zip64End::default()), ..Zip::of(vec![Member::stored("a", b"b")]) };
    assert_eq!(contents(&zip.build()).unwrap().0.files, 1);
    let marked = Zip { entries: Some(u16::MAX), directory_at: Some(u32::MAX), ..zip };
    assert_eq!(contents(&marked.build()).unwrap().0.files, 1);
}

#[test]
fn reads_zip_with_a_zip_stored_at_its_end() {
    let inner = git_archive();
    let outer = Zip::of(vec![Member::stored("a", b"b"), Member::stored("tests/inner.zip", &inner)]).build();
    assert_eq!(contents(&outer).unwrap().1["tests/inner.zip"].1, inner);
}

#[test]
fn reads_member_that_outgrows_the_first_buffer() {
    let large: Vec<u8> = (0..1_500_000_u32).flat_map(|n| [n as u8, (n >> 11) as u8]).collect();
    let zip = Zip::of(vec![Member::deflated("a", &large), Member::stored("b", &large)]).build();
    for archive in [zip, tar_gz(&[file("a", &large), file("b", &large)])] {
        let (_, contents) = contents(&archive).unwrap();
        assert!(["a", "b"].iter().all(|name| contents[*name].1 == large));
    }
}

#[test]
fn reads_empty_archives() {
    assert_eq!(contents(&Zip::default().build()).unwrap().0.files, 0);
    assert_eq!(contents(&gzip(&END)).unwrap().0.files, 0);
}

#[test]
fn reads_git_archive_tar() {
    let archive = tar_gz(&[
        pax(b'g', &[("comment", COMMIT)]),
        entry("airlock-main/", b'5', b""),
        file("airlock-main/README.md", b"# Airlock\n"),
        symlink("airlock-main/docs", "./guide/.."),
    ]);
    let (summary, contents) = contents(&archive).unwrap();
    assert_eq!((summary.format, summary.files, summary.directories), (Format::TarGz, 2, 1));
    assert_eq!(contents["airlock-main/docs"], (EntryKind::Symlink, b"./guide/..".to_vec()));
}

#[test]
fn reads_what_node_tar_writes() {
    let long = format!("package/{}ä.js", "deep/".repeat(30));
    let size = "12";
    let records =
        [("path", long.as_str()), ("size", size), ("mtime", "1.5"), ("SCHILY.dev", "1"), ("SCHILY.ino", "2")];
    let archive = tar_gz(&[
        file("package/package.json", b"{}"),
        pax(b'x', &records),
        file("package/deep/truncated", b"module.expor"),
    ]);
    assert_eq!(contents(&archive).unwrap().1[&long].1, b"module.expor");
}

#[test]
fn reads_shortest_name_that_is_split() {
    let name = format!("{}/{}", "p".repeat(50), "n".repeat(49));
    assert!(contents(&tar_gz(&[split(50, 49)])).unwrap().1.contains_key(&name));
}

#[test]
fn reads_node_tar_header_with_times_behind_the_prefix() {
    let mut split = header(&b"name".repeat(24), b'0', 0);
    split[345..355].copy_from_slice(b"pre/fix/ed");
    split[476..500].copy_from_slice(b"15270440050\x0015270440050\0");
    let archive = tar_gz(&[odd(476, b"15270440050 15270440050 "), sealed(split).to_vec()]);
    let split = format!("pre/fix/ed/{}", "name".repeat(24));
    assert_eq!(contents(&archive).unwrap().1.keys().collect::<Vec<_>>(), ["odd", &split]);
}

#[test]
fn reads_what_gnu_tar_and_old_setuptools_write() {
    let long = format!("pkg-1.0/{}setup.py", "folder/".repeat(20));
    let target = format!("{}setup.py", "folder/".repeat(20));
    let archive = gzip(
        &[
            pax(b'g', &[("comment", COMMIT)]),
            entry("./", b'5', b""),
            gnu(entry("././@LongLink", b'L', format!("./{long}\0").as_bytes())),
            gnu(file("./pkg-1.0/folder/folder", b"setup()\n")),
            gnu(entry("././@LongLink", b'K', format!("{target}\0").as_bytes())),
            gnu(symlink("pkg-1.0/link", "folder/folder")),
            vec![0; 10240],
        ]
        .concat(),
    );
    let (summary, contents) = contents(&archive).unwrap();
    assert_eq!((summary.files, summary.directories), (2, 1));
    assert_eq!(contents[&long].1, b"setup()\n");
    assert_eq!(contents["pkg-1.0/link"].1, target.as_bytes());
}

#[test]
fn reads_ustar_prefix_base_256_size_and_old_kinds() {
    let mut split = header(&b"name".repeat(24), b'0', 0);
    split[345..355].copy_from_slice(b"pre/fix/ed");
    let mut binary = header(b"binary", 0, 0);
    binary[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let content = [&b"x"[..], &[0; 511]].concat();
    let mut v7 = header(b"v7", 0, 0);
    v7[257..265].fill(0);
    let archive = tar_gz(&[sealed(split).to_vec(), sealed(binary).to_vec(), content, sealed(v7).to_vec()]);
    let (_, contents) = contents(&archive).unwrap();
    let split = format!("pre/fix/ed/{}", "name".repeat(24));
    assert_eq!(contents.keys().map(String::as_str).collect::<Vec<_>>(), ["binary", &split, "v7"]);
    assert_eq!(contents["binary"].1, b"x");
}

#[test]
fn reads_gzip_header_with_a_name() {
    let mut archive = tar_gz(&[file("a", b"b")]);
    archive[3] = 1 | 8 | 16;
    archive.splice(10..10, *b"dist/a-1.0.tar\0a comment\0");
    assert_eq!(contents(&archive).unwrap().0.files, 1);
}
