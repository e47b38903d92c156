//! GuardDog and Bandit on the same benign archives. They unpack what they scan, which malware must not be: on malicious
//! archives their published figures have to do.

use std::{
    fs,
    io::{self, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use archive::{EntryKind, Limits};
use serde_json::Value;

use crate::archive_set::{Archive, ArchiveSet};

/// A loopback port where nothing listens. A scan of a file needs no network, yet GuardDog asks for lists at its start.
const NO_NETWORK: &str = "http://127.0.0.1:9";

/// GuardDog refuses from this score on.
const GUARDDOG_SCORE: f64 = 5.0;

/// Another scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    GuardDog,
    Bandit,
}

impl Peer {
    /// Reads the name of its command.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        match name {
            "guarddog" => Ok(Self::GuardDog),
            "bandit" => Ok(Self::Bandit),
            _ => Err(format!("no peer is called {name:?}: use guarddog, bandit or both")),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::GuardDog => "guarddog",
            Self::Bandit => "bandit",
        }
    }

    /// From `$PEERS` (a virtual environment's `bin`) if that is set, or else from `PATH`.
    fn command(self) -> Command {
        let folder = std::env::var_os("PEERS").map(PathBuf::from).unwrap_or_default();
        let mut command = Command::new(folder.join(self.name()));
        command.env("HTTPS_PROXY", NO_NETWORK).env("HTTP_PROXY", NO_NETWORK);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn reads(self, archive: &Archive) -> bool {
        self == Self::GuardDog || !is_npm(archive)
    }

    /// Whether it refuses the archive, of which `folder` holds the Python; `None` where it gives no answer.
    fn refuses(self, archive: &Archive, folder: &Path) -> Option<bool> {
        match self {
            Self::GuardDog => {
                let ecosystem = if is_npm(archive) { "npm" } else { "pypi" };
                let mut command = self.command();
                command.args([ecosystem, "scan", "--output-format", "json"]).arg(&archive.path);
                let score = answer(command)?.pointer("/risk_score/score")?.as_f64()?;
                Some(score >= GUARDDOG_SCORE)
            }
            Self::Bandit => {
                let mut command = self.command();
                command.args(["-q", "-f", "json", "-ll", "-r"]).arg(folder);
                let issues = answer(command)?;
                Some(!issues.get("results")?.as_array()?.is_empty())
            }
        }
    }
}

fn is_npm(archive: &Archive) -> bool {
    archive.name.ends_with(".tgz")
}

fn answer(mut command: Command) -> Option<Value> {
    let output = command.output().ok()?.stdout;
    let start = output.iter().position(|byte| *byte == b'{')?;
    serde_json::from_slice(&output[start..]).ok()
}

/// Runs a peer over the benign archives and prints its speed, this scanner's on the same archives, and its refusals.
pub(crate) fn compare(out: &mut impl Write, peer: Peer, benign: &ArchiveSet) -> io::Result<()> {
    if peer.command().arg("--version").stdout(Stdio::null()).status().is_err() {
        return writeln!(out, "\n{}: not installed (neither on PATH nor in $PEERS)", peer.name());
    }
    let (mut source, mut theirs, mut ours) = (0.0, 0.0, 0.0);
    let (mut answered, mut refused, mut silent) = (0, Vec::new(), Vec::new());
    for archive in benign.archives.iter().filter(|archive| peer.reads(archive)) {
        let folder = tempfile::tempdir()?;
        if peer == Peer::Bandit {
            unpack_python(archive, folder.path())?;
        }
        let start = Instant::now();
        let Some(refuses) = peer.refuses(archive, folder.path()) else {
            silent.push(archive.name.as_str());
            continue;
        };
        theirs += start.elapsed().as_secs_f64();
        ours += archive.time.wall;
        source += archive.source.bytes as f64 / 1e6;
        answered += 1;
        if refuses {
            refused.push(archive.name.as_str());
        }
    }
    let (name, many, faster) = (peer.name(), refused.len(), theirs / ours);
    writeln!(out, "\n{name}: {many} of {answered} benign archives refused: {}", refused.join(", "))?;
    if !silent.is_empty() {
        writeln!(out, "  no answer on {}", silent.join(", "))?;
    }
    let (their_speed, our_speed) = (source / theirs, source / ours);
    writeln!(
        out,
        "  it: {theirs:.1} s, {their_speed:.2} MB/s of source; this scanner: {ours:.1} s, {our_speed:.1} MB/s"
    )?;
    writeln!(out, "  this scanner is {faster:.0} times as fast")
}

/// Bandit reads folders only. Of a benign archive, and only its Python.
fn unpack_python(archive: &Archive, folder: &Path) -> io::Result<()> {
    let file = BufReader::new(fs::File::open(&archive.path)?);
    let write = |entry: &archive::Entry, bytes: &[u8]| {
        if entry.kind == EntryKind::File && entry.path.ends_with(".py") {
            let path = folder.join(&entry.path);
            path.parent().and_then(|parent| fs::create_dir_all(parent).ok());
            fs::write(path, bytes).ok();
        }
    };
    archive::read(file, &Limits::default(), write).ok(); // what is not read is in the refusals
    Ok(())
}
