//! The archive reader: whatever it accepts, the laziest reader there could be sees as well.

mod lazy;
mod links;
mod repair;
mod tree;

use std::{collections::BTreeMap, io::Cursor};

use archive::{ArchiveError, Entry, EntryKind, Limits, Spent, Summary, Violation};
use domain::Format;

pub(crate) use repair::repaired;
pub(crate) use tree::alone;
pub use tree::archive_tree;

/// Small, so that short inputs reach them.
const LIMITS: Limits = Limits {
    entries: 24,
    bytes: 1 << 20,
    member_bytes: 1 << 18,
    depth: 8,
    path_bytes: 256,
    names_bytes: 1 << 14,
    ratio: 50,
    ratio_after: 1 << 16,
};

/// Reads the bytes as they are, and again with every length and checksum put right, which no mutation would hit.
pub fn archive(data: &[u8]) {
    check(data);
    for archive in repair::repaired(data) {
        check(&archive);
    }
}

type Members = Vec<(Entry, Vec<u8>)>;

/// Whether an archive is what was fetched, or is within another one, where the rules are a little wider.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outermost,
    Within,
}

/// What the archive holds, where it is accepted; everything said of it was checked.
fn check(archive: &[u8]) -> Option<Members> {
    check_gunzip(archive);
    let within = checked(archive, Place::Within);
    let outermost = checked(archive, Place::Outermost);
    assert!(
        outermost.is_none() || outermost == within,
        "read on the outside, and otherwise within another archive"
    );
    outermost
}

fn checked(archive: &[u8], place: Place) -> Option<Members> {
    let (summary, members) = read(archive, place)?;
    assert!(
        archive::nested_kind(archive).is_some(),
        "read as an archive, but not told as one within another"
    );
    assert!(
        read(archive, place).as_ref() == Some(&(summary.clone(), members.clone())),
        "read twice, read differently"
    );
    check_counts(&summary, &members);
    members.iter().for_each(|(entry, _)| check_path(&entry.path));
    check_places(&members);
    links::check(&members);
    check_lazy_readers(archive, place, &summary, &members);
    check_frame(archive, place);
    Some(members)
}

/// `None` where the archive is refused, for a rule that has a name and one line of text.
fn read(archive: &[u8], place: Place) -> Option<(Summary, Members)> {
    let spent = Spent::default();
    let mut limits = LIMITS;
    if place == Place::Within {
        let empty = [&b"PK\x05\x06"[..], &[0; 18]].concat();
        archive::read_within(Cursor::new(empty), &LIMITS, &spent, |_, _| {}).expect("an empty zip");
        // Whatever is unpacked is a large multiple of an empty zip.
        limits.ratio_after = limits.bytes;
    }
    let mut members = Members::new();
    let result = archive::read_within(Cursor::new(archive), &limits, &spent, |entry, content| {
        members.push((entry.clone(), content.to_vec()));
    });
    match result {
        Ok(summary) => Some((summary, members)),
        Err(ArchiveError::NotAnArchive) => None,
        Err(ArchiveError::Refused(violation)) => {
            check_violation(&violation);
            None
        }
        Err(ArchiveError::Io(error)) => panic!("memory was not read: {error}"),
    }
}

fn check_violation(violation: &Violation) {
    assert!(Violation::RULES.contains(&violation.rule()), "{violation:?}");
    let finding = violation.finding();
    for text in [Some(&finding.message), finding.path.as_ref()].into_iter().flatten() {
        assert!(!text.chars().any(char::is_control), "{text:?} can forge a line");
        assert!(text.len() < 4096, "{} bytes of text", text.len());
    }
}

fn check_counts(summary: &Summary, members: &Members) {
    let bytes: u64 = members.iter().map(|(_, content)| content.len() as u64).sum();
    assert_eq!(summary.files, members.len() as u64);
    assert_eq!(summary.bytes, bytes);
    assert!(members.iter().all(|(entry, content)| entry.bytes == content.len() as u64));
    assert!(
        members
            .iter()
            .all(|(entry, _)| entry.bytes <= LIMITS.member_bytes && entry.kind != EntryKind::Directory)
    );
    assert!(bytes <= LIMITS.bytes);
    assert!(summary.files + summary.directories + summary.skipped.len() as u64 <= LIMITS.entries);
}

/// The rules of a path, said once more and by themselves.
fn check_path(path: &str) {
    assert!(path.len() <= LIMITS.path_bytes && path.split('/').count() <= LIMITS.depth, "{path:?}");
    let bad = |c: char| {
        c.is_control()
            || matches!(c, '\\' | ':' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
    };
    assert!(!path.contains(bad), "{path:?}");
    for part in path.split('/') {
        assert!(!part.is_empty() && !part.ends_with(['.', ' ']), "{path:?}");
        assert!(
            !["con", "prn", "aux", "nul", "com1", "lpt9"].contains(&part.to_lowercase().as_str()),
            "{path:?}"
        );
    }
}

/// No two members are one place to a file system that ignores case, no folder is spelled in two ways, and no file or link
/// is where another member needs a folder.
fn check_places(members: &Members) {
    let mut places: BTreeMap<String, (&str, EntryKind)> = BTreeMap::new();
    for (entry, _) in members {
        let place = (entry.path.as_str(), entry.kind);
        assert_eq!(places.insert(entry.path.to_lowercase(), place), None, "{:?} is there twice", entry.path);
    }
    for (entry, _) in members {
        for (end, _) in entry.path.match_indices('/') {
            let folder = (&entry.path[..end], EntryKind::Directory);
            let there = places.entry(folder.0.to_lowercase()).or_insert(folder);
            assert_eq!(*there, folder, "in the way of {:?}", entry.path);
        }
    }
}

fn check_lazy_readers(archive: &[u8], place: Place, summary: &Summary, members: &Members) {
    let mut views = vec![];
    match (summary.format, place) {
        (Format::TarGz, _) => views.push(lazy::tar_gz(archive)),
        (Format::Zip, Place::Within) => views.push(lazy::zip_by_directory(archive)),
        (Format::Zip, Place::Outermost) => {
            views.extend([lazy::zip_by_directory(archive), lazy::zip_as_stream(archive)]);
        }
    }
    let mut told: Vec<_> = members.iter().map(|(entry, content)| (entry.path.as_bytes(), content)).collect();
    told.sort();
    for mut seen in views {
        seen.sort();
        let entries = summary.files + summary.directories + summary.skipped.len() as u64;
        assert_eq!(seen.len() as u64, entries, "a lazy reader sees {seen:?}");
        let contents = seen.iter().filter(|seen| !seen.is_directory);
        let seen: Vec<_> = contents.map(|seen| (seen.name.as_slice(), &seen.content)).collect();
        assert!(told == seen, "a lazy reader sees {seen:?}");
    }
}

/// An accepted archive is one to its first and last byte.
fn check_frame(archive: &[u8], place: Place) {
    let byte = [0, b'\n', b'P', 0x1f][archive.len() % 4];
    assert!(read(&[archive, &[byte]].concat(), place).is_none(), "accepted with {byte:#x} behind it");
    assert!(read(&[&[byte], archive].concat(), place).is_none(), "accepted with {byte:#x} in front");
    assert!(read(&archive[..archive.len() - 1], place).is_none(), "accepted without its last byte");
}

/// A gzip file that holds no tar, as the scanner reads it.
fn check_gunzip(archive: &[u8]) {
    match archive::gunzip(archive, &LIMITS, &Spent::default()) {
        Ok(Some(content)) => {
            assert!(content.len() as u64 <= LIMITS.member_bytes);
            assert!(content == lazy::gunzip(archive), "gzip says something else");
            let nothing = read(archive, Place::Outermost).is_none_or(|(_, members)| members.is_empty());
            assert!(nothing, "both a file and an archive with members");
        }
        Ok(None) | Err(ArchiveError::NotAnArchive) => {}
        Err(ArchiveError::Refused(violation)) => check_violation(&violation),
        Err(ArchiveError::Io(error)) => panic!("memory was not read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise everything would be checked of nothing.
    #[test]
    fn seeds_are_accepted_or_could_be() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/archive");
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let data = std::fs::read(&path).unwrap();
            let mut forms = repair::repaired(&data);
            forms.push(data);
            assert!(forms.iter().any(|form| read(form, Place::Within).is_some()), "{}", path.display());
        }
    }
}
