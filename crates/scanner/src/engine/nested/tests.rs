use domain::{Coverage, Policy, Report, Verdict, judge};

use super::*;
use crate::engine::{
    Scanner,
    tests::{HOSTILE, archive, gzip, report},
};

fn builtin() -> Scanner {
    Scanner::builtin().unwrap()
}

fn within(limits: Limits) -> Scanner {
    Scanner { limits, ..builtin() }
}

fn is_counted_whole(coverage: &Coverage) -> bool {
    coverage.files == coverage.scanned_files + coverage.skipped.len() as u64
}

fn place(report: &Report) -> Option<(&str, u64)> {
    let finding = report.findings.iter().find(|finding| finding.rule == "python-download-execute")?;
    Some((finding.path.as_deref()?, finding.line?))
}

/// A zip of stored files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut members, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut shared = vec![10, 0, 0, 0, 0, 0, 0, 0, 33, 0];
        for number in [crc.sum(), content.len() as u32, content.len() as u32, name.len() as u32] {
            shared.extend(number.to_le_bytes());
        }
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend((members.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        members.extend(b"PK\x03\x04");
        members.extend(shared);
        members.extend(name.as_bytes());
        members.extend(*content);
    }
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend([files.len() as u16, files.len() as u16].iter().flat_map(|count| count.to_le_bytes()));
    end.extend([directory.len() as u32, members.len() as u32].iter().flat_map(|place| place.to_le_bytes()));
    end.extend([0, 0]);
    [members, directory, end].concat()
}

#[test]
fn the_hostile_example_within_a_zip_is_refused_by_its_inner_line() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/packages/quick-colors-1.0.2.tar.gz");
    let hostile = std::fs::read(example).unwrap();
    let (_, line) = place(&report(&builtin(), &hostile)).map(|(path, line)| (path.to_owned(), line)).unwrap();
    let outer = zip(&[("outer/__init__.py", b""), ("outer/data.tar.gz", &hostile)]);
    let report = report(&builtin(), &outer);
    assert_eq!(place(&report), Some(("outer/data.tar.gz!/quick-colors-1.0.2/setup.py", line)));
    assert!(report.coverage.is_complete(), "{:?}", report.coverage);
    assert!(report.coverage.files > 3, "{:?}", report.coverage);
    assert_eq!(judge(&report, &Policy::default()).verdict(), Verdict::Refused);
}

#[test]
fn archives_are_opened_three_levels_down_and_no_further() {
    let mut bytes = archive(&[("setup.py", HOSTILE)]);
    for level in 1..=4 {
        bytes = if level % 2 == 0 { archive(&[("in.tgz", bytes)]) } else { zip(&[("in.zip", &bytes)]) };
        let report = report(&builtin(), &bytes);
        let coverage = &report.coverage;
        assert!(is_counted_whole(coverage), "{coverage:?}");
        assert_eq!(coverage.is_complete(), level <= 3, "{level}: {coverage:?}");
        assert_eq!(place(&report).is_some(), level <= 3, "{level}");
    }
    let report = report(&builtin(), &bytes);
    assert_eq!(report.coverage.skipped[0].path, "in.tgz!/in.zip!/in.tgz!/in.zip");
    assert_eq!(report.coverage.skipped[0].reason, "a nested archive more than 3 levels deep");
}

#[test]
fn a_gzip_without_a_tar_is_scanned_under_its_own_name() {
    let clean = report(&builtin(), &archive(&[("p/data.csv.gz", gzip(b"a,b\n1,2\n"))]));
    assert!(clean.coverage.is_complete(), "{:?}", clean.coverage);
    assert_eq!(clean.coverage.files, 2);
    let hostile = report(&builtin(), &archive(&[("p/setup.py.gz", gzip(HOSTILE.as_bytes()))]));
    assert_eq!(place(&hostile), Some(("p/setup.py.gz!/setup.py", 3)));
    let two = archive(&[("p/data.csv.gz", gzip(b"a").repeat(2))]);
    assert!(!report(&builtin(), &two).coverage.is_complete());
}

#[test]
fn a_bomb_within_is_refused_before_it_is_unpacked() {
    let limits = Limits { ratio_after: 100_000, ..Limits::default() };
    let bomb = gzip(&vec![b'a'; 1 << 20]);
    let tar_bomb = archive(&[("a", vec![b'a'; 1 << 20])]);
    for (name, bytes) in [("p/a.gz", bomb), ("p/a.tgz", tar_bomb)] {
        let report = report(&within(limits), &archive(&[(name, bytes)]));
        let coverage = &report.coverage;
        assert!(is_counted_whole(coverage), "{coverage:?}");
        assert_eq!(coverage.skipped[0].path, name);
        assert!(coverage.skipped[0].reason.contains("as a bomb does"), "{coverage:?}");
        assert!(coverage.scanned_bytes < 100_000);
    }
}

#[test]
fn the_budget_is_one_for_all_archives_within() {
    let inner = zip(&[("text", &[b'a'; 4000])]);
    let outer = zip(&[("a.zip", &inner), ("b.zip", &inner), ("c.zip", &inner)]);
    assert!(report(&builtin(), &outer).coverage.is_complete());
    for limits in [
        Limits { bytes: 20_000, ..Limits::default() },
        Limits { entries: 5, ..Limits::default() },
        Limits { member_bytes: 4500, ..Limits::default() },
    ] {
        let report = report(&within(limits), &outer);
        assert!(!report.coverage.is_complete(), "{limits:?}");
        assert!(is_counted_whole(&report.coverage), "{:?}", report.coverage);
    }
}

#[test]
fn what_is_not_read_is_a_gap_that_names_its_kind() {
    let broken = &archive(&[("p/a.py", HOSTILE)])[..60];
    let behind = [b"MZ".to_vec(), zip(&[("a", b"text")])].concat();
    let files: [(&str, &[u8], &str); 4] = [
        ("a.xz", b"\xfd7zXZ\0\0\x04", "a nested archive of a kind that is not read: xz"),
        ("a.exe", &behind, "a nested archive of a kind that is not read: zip behind other bytes"),
        ("a.odd", b"\x1f\x8b\x07", "a nested archive of a kind that is not read: gzip"),
        (
            "a.tgz",
            broken,
            "a nested archive that was refused: the archive has a broken or truncated gzip stream",
        ),
    ];
    for outer in [archive(&files.map(|(name, content, _)| (name, content))), zip(&files.map(|f| (f.0, f.1)))]
    {
        let coverage = report(&builtin(), &outer).coverage;
        let told: Vec<_> = coverage.skipped.iter().map(|s| (s.path.as_str(), s.reason.as_str())).collect();
        assert_eq!(told, files.map(|(name, _, reason)| (name, reason)));
        assert!(is_counted_whole(&coverage), "{coverage:?}");
    }
}

#[test]
fn what_was_read_before_a_rule_is_broken_still_counts() {
    let inner = archive(&[("a/setup.py", HOSTILE), ("../b.py", "")]);
    let report = report(&builtin(), &archive(&[("p/in.tar.gz", inner), ("p/c.py", b"pass\n".to_vec())]));
    assert_eq!(place(&report), Some(("p/in.tar.gz!/a/setup.py", 3)));
    let coverage = &report.coverage;
    assert_eq!((coverage.files, coverage.scanned_files, coverage.skipped.len()), (3, 2, 1));
    assert!(coverage.skipped[0].reason.contains("`..` as a path component"), "{coverage:?}");
}
