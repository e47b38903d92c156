//! The packages under `examples/`: two that are let in, one that is refused, all of them what their sources say.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Cursor,
    path::{Path, PathBuf},
};

use domain::{Policy, Report, Severity, Sha256, Verdict, judge};
use scanner::Scanner;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// The archives that the request file names, by package.
fn requested() -> BTreeMap<String, PathBuf> {
    let text = fs::read_to_string(examples().join("public-package-request.csv")).unwrap();
    let mut rows = text.lines();
    assert_eq!(rows.next(), Some("PublicPackageRepoName,PublicPackageRepoUrl"));
    let parse = |row: &str| {
        let (name, path) = row.split_once(',').unwrap();
        (domain::PackageName::parse(name).unwrap().to_string(), examples().join(path))
    };
    rows.map(parse).collect()
}

fn scan(package: &str) -> Report {
    let bytes = fs::read(&requested()[package]).unwrap();
    Scanner::builtin().unwrap().scan(Sha256::of(&bytes), Cursor::new(bytes)).unwrap()
}

#[test]
fn clean_packages_are_covered_whole_and_have_no_finding() {
    for (package, files) in [("clean-stats", 4), ("clean-slugs", 3)] {
        let report = scan(package);
        assert_eq!(report.coverage.files, files, "{package}");
        assert!(report.coverage.is_complete(), "{package}: {:?}", report.coverage);
        assert!(report.findings.iter().all(|f| f.severity < Severity::Medium), "{:?}", report.findings);
        assert_eq!(judge(&report, &Policy::default()).verdict(), Verdict::Approved);
    }
}

#[test]
fn hostile_package_is_refused_by_the_line_of_its_setup() {
    let report = scan("quick-colors");
    let path = "quick-colors-1.0.2/setup.py";
    let finding = report.findings.iter().find(|f| f.rule == "python-download-execute").unwrap();
    let source = fs::read_to_string(examples().join("src/quick-colors/setup.py")).unwrap();
    let line = 1 + source.lines().position(|line| line.trim_start().starts_with("exec(")).unwrap() as u64;
    assert_eq!(
        (finding.path.as_deref(), finding.line, finding.end_line),
        (Some(path), Some(line), Some(line))
    );
    let decision = judge(&report, &Policy::default());
    assert_eq!(decision.verdict(), Verdict::Refused);
    let reason =
        format!("critical python-download-execute at {path}:{line}: Python downloads code and runs it");
    assert_eq!(decision.reasons()[0], reason);
}

#[test]
fn archives_hold_their_sources() {
    let requested = requested();
    assert_eq!(requested.len(), 3);
    for (package, archive) in requested {
        let folder = examples().join("src").join(&package);
        let mut packed = BTreeMap::new();
        let summary =
            archive::read(File::open(archive).unwrap(), &archive::Limits::default(), |entry, bytes| {
                let (_top, path) = entry.path.split_once('/').unwrap();
                packed.insert(folder.join(path), bytes.to_vec());
            });
        summary.unwrap();
        assert_eq!(packed, sources(&folder), "{package}: run python3 examples/pack.py");
    }
}

#[test]
fn the_git_archive_names_its_commit() {
    let archive = File::open(&requested()["clean-stats"]).unwrap();
    assert!(archive::commit_id(archive).unwrap().is_some());
}

fn sources(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else {
            files.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    files
}
