//! Measures what a hostile file costs, each in a process of its own:
//!
//! `cargo run --release -p scanner --example hostile -- [--megabytes 1,4] [NAME…]`
//!
//! Every file is made in memory and scanned as the only member of an archive. A line tells processor seconds, the peak of
//! resident memory and what was found. `NAME` picks the files whose names contain it. It fails if a file is over a limit,
//! has no finding, or ends the process. `docs/evaluation.md` has the figures.

mod files;
mod patterns;
#[path = "../evaluate/process.rs"]
mod process;

use std::{
    error::Error,
    fmt::{Display, Formatter},
    io::{self, BufRead as _, BufReader, Write},
    process::{Command, Stdio},
};

use domain::Sha256;
use scanner::{Scanner, rules::Origin};

use files::File;
use process::Time;

/// Processor seconds that one file may take, up to [`TIMED`] of it.
const MOST_SECONDS: f64 = 2.0;
/// Larger files have another second for each of these many bytes.
const BYTES_A_SECOND: usize = 4 << 20;
/// Resident megabytes of the whole process.
const MOST_MEGABYTES: f64 = 512.0;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, group, bytes] = &arguments[..]
        && flag == "--measure"
    {
        return measure(group, bytes.parse()?);
    }
    let (mut sizes, mut names) = (vec![1 << 20, 4 << 20], Vec::new());
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--megabytes" => {
                sizes = megabytes(&arguments.next().ok_or("--megabytes needs numbers: 1,4,64")?)?
            }
            other if other.starts_with('-') => return Err(format!("unknown option {other}").into()),
            _ => names.push(argument),
        }
    }
    let groups = files::groups()?;
    let picked = groups.iter().filter(|g| names.is_empty() || names.iter().any(|name| g.contains(name)));
    let out = &mut io::stdout().lock();
    writeln!(out, "{:>6} {:>6} {:>6} {:>8}  {:<60} findings", "MiB", "CPU s", "wall s", "peak MB", "file")?;
    let (mut files, mut wrong) = (0, 0);
    for group in picked {
        for size in &sizes {
            let (told, bad) = run(out, group, *size)?;
            (files, wrong) = (files + told, wrong + bad);
        }
    }
    writeln!(out, "{files} files, {wrong} of them over a limit or without a finding")?;
    if files == 0 {
        Err("no file has such a name".into())
    } else if wrong > 0 {
        Err("see above".into())
    } else {
        Ok(())
    }
}

fn megabytes(list: &str) -> Result<Vec<usize>, Failure> {
    list.split(',').map(|number| Ok(number.parse::<usize>()? << 20)).collect()
}

/// Measures a group of files in a process of its own: how many there were, and how many of them were wrong.
fn run(out: &mut impl Write, group: &str, bytes: usize) -> Result<(usize, usize), Failure> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--measure", group, &bytes.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(child.stdout.take().ok_or("a child without output")?);
    let (mut files, mut wrong) = (0, 0);
    for line in lines.lines() {
        let line = line?;
        files += 1;
        wrong += usize::from(line.ends_with('!'));
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    let status = child.wait()?;
    if !status.success() {
        writeln!(out, "{group}: {status} !")?;
        wrong += 1;
    }
    Ok((files, wrong))
}

/// What became of one file.
struct Measured {
    name: String,
    bytes: usize,
    members: usize,
    time: Time,
    megabytes: f64,
    findings: Vec<String>,
    is_covered: bool,
}

impl Measured {
    /// A file without a finding was read to its end.
    fn is_right(&self) -> bool {
        let more = self.bytes.saturating_sub(1) / BYTES_A_SECOND;
        self.time.cpu <= MOST_SECONDS * self.members as f64 + more as f64
            && self.megabytes <= MOST_MEGABYTES
            && (self.is_covered || !self.findings.is_empty())
    }
}

impl Display for Measured {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { name, bytes, time: Time { cpu, wall }, megabytes, findings, .. } = self;
        let mebibytes = *bytes as f64 / f64::from(1 << 20);
        let shown = findings.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(" ");
        let mark = if self.is_right() { "" } else { " !" };
        write!(
            f,
            "{mebibytes:>6.1} {cpu:>6.2} {wall:>6.2} {megabytes:>8.0}  {name:<60} {:>2} {shown}{mark}",
            findings.len()
        )
    }
}

fn measure(group: &str, bytes: usize) -> Result<(), Failure> {
    let scanner = Scanner::builtin()?;
    for file in files::of(group, scanner.rules().iter().filter(|rule| rule.origin == Origin::Rule))? {
        let measured = scanned(&scanner, &file, bytes)?;
        writeln!(io::stdout().lock(), "{measured}")?;
    }
    Ok(())
}

/// The archive lies on disk, as it does where the scanner works.
fn scanned(scanner: &Scanner, file: &File, bytes: usize) -> Result<Measured, Failure> {
    let members = file.members(bytes);
    let (bytes, count) = (members.iter().map(|(_, content)| content.len()).sum(), members.len());
    let archive = files::packed(members)?;
    process::forget_peak();
    let (report, time) = process::timed(|| scanner.scan(Sha256::of(b""), archive));
    let megabytes = process::peak_megabytes().unwrap_or_default();
    let report = report?;
    let is_covered = report.coverage.is_complete();
    let mut findings: Vec<String> = report.findings.into_iter().map(|finding| finding.rule).collect();
    findings.sort_by_key(|rule| !rule.starts_with("unread-"));
    findings.dedup();
    Ok(Measured { name: file.name.clone(), bytes, members: count, time, megabytes, findings, is_covered })
}
