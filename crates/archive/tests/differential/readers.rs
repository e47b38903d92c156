//! What each reader sees in an archive.

use std::{
    collections::BTreeSet,
    fs::{self, Permissions},
    io::Cursor,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::Path,
    process::{Command, Output},
};

use archive::{ArchiveError, EntryKind, Limits, Spent};
use sha2::{Digest as _, Sha256};

const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Files and symbolic links, and the directories.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// `kind bytes sha256 path-in-hex`, sorted; an entry that is there twice is here twice.
    contents: Vec<String>,
    /// Paths in hex: those that are named, or those that are there afterwards.
    directories: BTreeSet<String>,
    named_directories: usize,
    /// Whether unzip writes other names: it takes those from DOS for code page 437, although the flag says UTF-8.
    /// Python on Windows writes such zips, so they are not refused.
    pub(crate) garbled_by_unzip: bool,
}

/// Reads with `archive`, which names no directories but counts them. It is read as a nested archive, where more is allowed.
pub(crate) fn airlock(archive: &[u8]) -> Result<Reading, ArchiveError> {
    let mut reading = Reading::default();
    let (limits, spent) = (Limits::default(), Spent::default());
    archive::read_within(Cursor::new(EMPTY_ZIP), &limits, &spent, |_, _| {})?;
    let summary = archive::read_within(Cursor::new(archive), &limits, &spent, |entry, content| {
        assert_eq!(entry.bytes, content.len() as u64);
        let kind = if entry.kind == EntryKind::Symlink { "symlink" } else { "file" };
        reading.contents.push(line(kind, entry.path.as_bytes(), content));
    })?;
    assert_eq!(summary.files, reading.contents.len() as u64);
    reading.named_directories = summary.directories as usize;
    reading.contents.sort();
    Ok(reading)
}

fn line(kind: &str, path: &[u8], content: &[u8]) -> String {
    format!("{kind} {} {} {}", content.len(), hex::encode(Sha256::digest(content)), hex::encode(path))
}

/// Reads all archives in one process; the list's file is written beside them.
pub(crate) fn python(archives: &[String], folder: &Path) -> Vec<Result<Reading, String>> {
    let list = folder.join("list");
    fs::write(&list, archives.join("\n")).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/readers.py");
    let output = run(Command::new("python3").args(["-I", script]).arg(list));
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    let (mut readings, mut reading) = (vec![], Reading::default());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if line == "end" {
            reading.contents.sort();
            readings.push(Ok(std::mem::take(&mut reading)));
        } else if let Some(error) = line.strip_prefix("error ") {
            readings.push(Err(error.to_owned()));
        } else if line == "garbled by unzip" {
            reading.garbled_by_unzip = true;
        } else if line.starts_with("directory ") {
            let path = line.rsplit(' ').next().unwrap_or_default();
            reading.directories.insert(path.to_owned());
            reading.named_directories += 1;
        } else {
            reading.contents.push(line.to_owned());
        }
    }
    assert_eq!(readings.len(), archives.len(), "{script} did not answer for each archive");
    readings
}

/// Unpacks with Info-ZIP or GNU tar into a new folder beside the archive and looks what is there.
pub(crate) fn unpacked(archive: &str) -> Result<Reading, String> {
    let folder = format!("{archive}.unpacked");
    fs::create_dir(&folder).unwrap();
    let output = if archive.ends_with(".zip") {
        run(Command::new("unzip").args(["-qq", "-o", archive, "-d", &folder]))
    } else {
        run(Command::new("tar").args(["--no-same-owner", "-m", "-xzf", archive, "-C", &folder]))
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // unzip warns of a zip that holds nothing.
    let nothing = output.status.code() == Some(1) && said.contains("zipfile is empty");
    if !output.status.success() && !nothing {
        return Err(format!("{}: {}", output.status, said.trim()));
    }
    let mut reading = Reading::default();
    walk(Path::new(&folder), b"", &mut reading);
    reading.contents.sort();
    fs::remove_dir_all(&folder).unwrap();
    Ok(reading)
}

fn walk(folder: &Path, prefix: &[u8], reading: &mut Reading) {
    fs::set_permissions(folder, Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let (entry, path) = entry.map(|entry| (entry.file_type().unwrap(), entry.path())).unwrap();
        let name = [prefix, path.file_name().unwrap().as_bytes()].concat();
        if entry.is_dir() {
            reading.directories.insert(hex::encode(&name));
            walk(&path, &[&name[..], b"/"].concat(), reading);
        } else if entry.is_symlink() {
            let target = fs::read_link(&path).unwrap();
            reading.contents.push(line("symlink", &name, target.as_os_str().as_bytes()));
        } else {
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
            reading.contents.push(line("file", &name, &fs::read(&path).unwrap()));
        }
    }
}

fn run(command: &mut Command) -> Output {
    // Names are written as they are in a locale of UTF-8 only; both tools take options from the environment.
    command.env("LC_ALL", "C.UTF-8").env_remove("UNZIP").env_remove("UNZIPOPT").env_remove("TAR_OPTIONS");
    command.env_remove("GZIP").output().unwrap_or_else(|error| {
        let tool = command.get_program().display();
        panic!("cannot run {tool} ({error}): this test needs python3, unzip, tar and gzip; install them, as .ci/run does")
    })
}

impl Reading {
    /// What Python reads otherwise, in words.
    pub(crate) fn differs_from_named(&self, other: &Self) -> Option<String> {
        if self.named_directories != other.named_directories {
            return Some(format!(
                "{} directories instead of {}",
                other.named_directories, self.named_directories
            ));
        }
        self.contents_differ(other)
    }

    /// What was unpacked otherwise, in words; `named` are the directories that Python names.
    pub(crate) fn differs_from_unpacked(&self, other: &Self, named: &Self) -> Option<String> {
        let paths = self.contents.iter().filter_map(|line| line.rsplit(' ').next());
        let above = |path: &str| {
            let path = hex::decode(path).unwrap();
            let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
            slashes.map(|(at, _)| hex::encode(&path[..at])).collect::<Vec<_>>()
        };
        let all = paths.chain(named.directories.iter().map(String::as_str)).flat_map(above);
        let mut expected: BTreeSet<String> = all.chain(named.directories.iter().cloned()).collect();
        // The folder itself, which tar names `./`.
        expected.remove("");
        difference(&expected, &other.directories).or_else(|| self.contents_differ(other))
    }

    fn contents_differ(&self, other: &Self) -> Option<String> {
        if self.contents.len() != other.contents.len() {
            return Some(format!("{} contents instead of {}", other.contents.len(), self.contents.len()));
        }
        difference(&self.contents.iter().cloned().collect(), &other.contents.iter().cloned().collect())
    }
}

/// What is in the one set alone and in the other alone, in words.
fn difference(ours: &BTreeSet<String>, theirs: &BTreeSet<String>) -> Option<String> {
    let shown = |lines: Vec<&String>| lines.into_iter().map(|line| shown(line)).collect::<Vec<_>>();
    let (more, less) = (theirs.difference(ours).collect(), ours.difference(theirs).collect());
    (ours != theirs).then(|| format!("{:?} instead of {:?}", shown(more), shown(less)))
}

/// A line with its path as text.
fn shown(line: &str) -> String {
    let (head, path) = line.rsplit_once(' ').unwrap_or(("directory", line));
    format!("{head} {}", String::from_utf8_lossy(&hex::decode(path).unwrap_or_default()).escape_debug())
}
