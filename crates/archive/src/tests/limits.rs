//! Each limit is a most: what is just within it is read, and with one less it is refused.

use std::io::Cursor;

use crate::{
    ArchiveError, Limits, Violation, read,
    tests::{
        tar_builder::{entry, file, tar_gz},
        zip_builder::{Member, Zip, extra},
    },
};

type Lower = fn(&mut Limits);

fn read_within(archive: &[u8], limits: &Limits) -> Result<(), ArchiveError> {
    read(Cursor::new(archive), limits, |_, _| {}).map(drop)
}

fn refusal(archive: &[u8], limits: &Limits) -> Violation {
    match read_within(archive, limits) {
        Err(ArchiveError::Refused(violation)) => violation,
        other => panic!("{other:?}"),
    }
}

/// `limits` are what the archive just needs.
fn check(archive: &[u8], limits: Limits, lowered: &[(Lower, Violation)]) {
    read_within(archive, &limits).unwrap();
    for (lower, expected) in lowered {
        let mut lowered = limits;
        lower(&mut lowered);
        assert_eq!(refusal(archive, &lowered), *expected);
    }
}

/// Of `d/ab`: a node for each of the two names.
const NAMES: u64 = (4 + 64) + (1 + 64);

fn lowered() -> Vec<(Lower, Violation)> {
    let name = || "d/ab".into();
    vec![
        (|l| l.entries -= 1, Violation::TooManyEntries),
        (|l| l.bytes -= 1, Violation::TooLarge),
        (|l| l.member_bytes -= 1, Violation::MemberTooLarge(name())),
        (|l| l.depth -= 1, Violation::TooDeep(name())),
        (|l| l.path_bytes -= 1, Violation::PathTooLong(name())),
        (|l| l.names_bytes -= 1, Violation::NamesTooLarge),
        (|l| l.ratio_after -= 1, Violation::Ratio),
    ]
}

fn just_enough() -> Limits {
    Limits {
        entries: 1,
        bytes: 4,
        member_bytes: 4,
        depth: 2,
        path_bytes: 4,
        names_bytes: NAMES,
        ratio: 0,
        ratio_after: 4,
    }
}

#[test]
fn zip_is_read_up_to_each_limit() {
    check(&Zip::of(vec![Member::stored("d/ab", b"text")]).build(), just_enough(), &lowered());
}

#[test]
fn tar_is_read_up_to_each_limit() {
    // A header, a block of content, and two of zeros.
    let limits = Limits { bytes: 2048, ratio_after: 2048, ..just_enough() };
    check(&tar_gz(&[file("d/ab", b"text")]), limits, &lowered());
}

#[test]
fn zip_directory_counts_as_names() {
    let padded = Member::stored("a", b"").changed(|m| m.central.extra = extra(0x5455, &[0; 100]));
    let limits = Limits { names_bytes: 46 + 1 + 104, ..Limits::default() };
    check(&Zip::of(vec![padded]).build(), limits, &[(|l| l.names_bytes -= 1, Violation::NamesTooLarge)]);
}

#[test]
fn directory_of_several_files_counts_once() {
    let zip = Zip::of(["d/ab", "d/cd", "d/ef"].map(|name| Member::stored(name, b"")).to_vec()).build();
    let limits = Limits { names_bytes: NAMES + 2 * (4 + 64), ..Limits::default() };
    check(&zip, limits, &[(|l| l.names_bytes -= 1, Violation::NamesTooLarge)]);
}

#[test]
fn link_targets_count_as_names() {
    let limits = Limits { path_bytes: 3, depth: 2, ..Limits::default() };
    let zip = Zip::of(vec![Member::symlink("a", "b/c")]).build();
    check(
        &zip,
        limits,
        &[
            (|l| l.path_bytes -= 1, Violation::PathTooLong("a".into())),
            (|l| l.depth -= 1, Violation::TooDeep("a".into())),
        ],
    );
    let five = ["l1", "l2", "l3", "l4", "l5"].map(|name| Member::symlink(name, &"t".repeat(198)));
    let limits = Limits { names_bytes: 1000, ..Limits::default() };
    check(&Zip::of(five.to_vec()).build(), limits, &[(|l| l.names_bytes -= 1, Violation::NamesTooLarge)]);
}

#[test]
fn ratio_is_of_the_whole_file() {
    let mut zip = Zip::of(vec![Member::deflated("a", &[0; 100_000])]);
    zip.comment = vec![b'c'; 1000 - zip.build().len()];
    let limits = Limits { ratio: 100, ratio_after: 0, ..Limits::default() };
    check(&zip.build(), limits, &[(|l| l.ratio -= 1, Violation::Ratio)]);
}

/// A pax header of so many bytes, most of which are a comment.
fn long_pax(bytes: usize) -> Vec<u8> {
    let head = format!("{bytes} comment=");
    let comment = "c".repeat(bytes - head.len() - 1);
    tar_gz(&[entry("PaxHeaders/x", b'x', format!("{head}{comment}\n").as_bytes()), file("a", b"")])
}

#[test]
fn extended_header_is_read_up_to_a_mebibyte() {
    let limits = Limits::default();
    read_within(&long_pax(1 << 20), &limits).unwrap();
    let expected = Violation::HeaderTooLarge("PaxHeaders/x".into());
    assert_eq!(refusal(&long_pax((1 << 20) + 1), &limits), expected);
}

#[test]
fn gzip_name_is_read_up_to_4096_bytes() {
    let named = |letters: usize| {
        let mut archive = tar_gz(&[file("a", b"")]);
        archive[3] = 8;
        archive.splice(10..10, [vec![b'n'; letters], vec![0]].concat());
        archive
    };
    read_within(&named(4095), &Limits::default()).unwrap();
    assert_eq!(refusal(&named(4096), &Limits::default()), Violation::GzipHeader);
}
