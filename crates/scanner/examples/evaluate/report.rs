//! What is printed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufReader, Cursor, Write},
};

use archive::{Entry, Limits};
use domain::{Finding, Sha256, one_line};
use flate2::{Compression, write::GzEncoder};
use scanner::Scanner;

use crate::{
    archive_set::{Archive, ArchiveSet, Outcome},
    process::timed,
};

const MEGABYTE: f64 = 1e6;

/// How many malicious archives are refused: all, and one for each code.
pub(crate) fn recall(out: &mut impl Write, malicious: &ArchiveSet) -> io::Result<()> {
    let all = &malicious.archives;
    if all.is_empty() {
        return writeln!(out, "\nmalicious: none");
    }
    let only_archive = all.iter().filter(|a| a.outcome == Outcome::ByArchive).count();
    writeln!(out, "\nmalicious: {} archives", all.len())?;
    line(out, "refused", all.iter().map(|a| vec![a.outcome]))?;
    line(out, "one for identical code", grouped(all, |a| a.source.identity()).into_iter())?;
    line(out, "one for code of the same shape", grouped(all, |a| a.source.shape()).into_iter())?;
    writeln!(out, "  only for the archive or its coverage: {only_archive}")
}

/// A group counts as refused where every archive in it is.
fn line(out: &mut impl Write, what: &str, groups: impl Iterator<Item = Vec<Outcome>>) -> io::Result<()> {
    let (mut total, mut refused, mut by_code) = (0_u32, 0_u32, 0_u32);
    for group in groups {
        total += 1;
        refused += u32::from(group.iter().all(|outcome| *outcome != Outcome::Approved));
        by_code += u32::from(group.iter().all(|outcome| *outcome == Outcome::ByCode));
    }
    let percent = |part: u32| f64::from(part) * 100.0 / f64::from(total.max(1));
    let (all, code) = (percent(refused), percent(by_code));
    writeln!(out, "  {what:<32}{refused:>6} of {total:<6}{all:>6.2} %   by code {by_code:>5} {code:>6.2} %")
}

/// Archives whose code could not be read are groups of their own.
fn grouped(archives: &[Archive], key: impl Fn(&Archive) -> Option<Sha256>) -> Vec<Vec<Outcome>> {
    let mut groups: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for archive in archives {
        let key = key(archive).map_or_else(|| archive.name.clone(), |digest| digest.to_string());
        groups.entry(key).or_default().push(archive.outcome);
    }
    groups.into_values().collect()
}

/// One line for each malicious archive that was approved.
pub(crate) fn missed(out: &mut impl Write, malicious: &ArchiveSet) -> io::Result<()> {
    writeln!(out, "\nmissed: code | archive | code files and their length | the highest findings")?;
    for archive in malicious.archives.iter().filter(|a| a.outcome == Outcome::Approved) {
        let code = archive.source.identity().map_or_else(|| "-".to_owned(), |digest| digest.short());
        let files: Vec<String> = archive.source.files.iter().map(|(path, n)| format!("{path} {n}")).collect();
        let most = listed(files.iter().map(String::as_str), 8);
        let found: Vec<String> = archive.findings.iter().map(place).collect();
        let line = format!("{} | {most} | {}", archive.name, listed(found.iter().map(String::as_str), 3));
        writeln!(out, "{code} | {}", one_line(&line))?;
    }
    Ok(())
}

/// Every benign archive that is refused, and why.
pub(crate) fn refusals(out: &mut impl Write, benign: &ArchiveSet) -> io::Result<()> {
    let refused: Vec<&Archive> = benign.archives.iter().filter(|a| a.outcome != Outcome::Approved).collect();
    let by_code = refused.iter().filter(|a| a.outcome == Outcome::ByCode).count();
    let (many, total) = (refused.len(), benign.archives.len());
    writeln!(out, "\nbenign: {many} of {total} archives refused, {by_code} of them by code")?;
    for archive in refused {
        writeln!(out, "  {}", archive.name)?;
        for finding in archive.refusing().take(5) {
            writeln!(out, "    {}", one_line(&place(finding)))?;
        }
        for skipped in archive.coverage.skipped.iter().take(3) {
            writeln!(out, "    not scanned: {}", one_line(&format!("{}: {}", skipped.path, skipped.reason)))?;
        }
    }
    Ok(())
}

/// Each rule that refuses: how many archives, and how many that no other rule refuses.
pub(crate) fn rules(out: &mut impl Write, malicious: &ArchiveSet, benign: &ArchiveSet) -> io::Result<()> {
    let mut rows: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    for archive in &malicious.archives {
        let rules = archive.refusing_rules();
        for rule in &rules {
            let row = rows.entry(rule).or_default();
            row[0] += 1;
            row[1] += u32::from(rules.len() == 1);
        }
    }
    for rule in benign.archives.iter().flat_map(Archive::refusing_rules) {
        rows.entry(rule).or_default()[2] += 1;
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(_, [malicious, ..])| std::cmp::Reverse(*malicious));
    writeln!(out, "\nrules that refuse{:<27}malicious  alone  benign", "")?;
    for (rule, [malicious, alone, benign]) in rows {
        writeln!(out, "  {rule:<42}{malicious:>9}{alone:>7}{benign:>8}")?;
    }
    Ok(())
}

/// How fast, and in how much memory.
pub(crate) fn speed(out: &mut impl Write, scanner: &Scanner, benign: &ArchiveSet) -> io::Result<()> {
    let all = &benign.archives;
    let source = all.iter().map(|a| a.source.bytes).sum::<u64>() as f64 / MEGABYTE;
    let unpacked = all.iter().map(|a| a.unpacked).sum::<u64>() as f64 / MEGABYTE;
    writeln!(out, "\nspeed: benign archives, {source:.0} MB of source, {unpacked:.0} MB unpacked")?;
    let one: f64 = all.iter().map(|a| a.time.wall).sum();
    let cpu: f64 = all.iter().map(|a| a.time.cpu).sum();
    let two = benign.seconds_on(scanner, 2);
    for (what, seconds) in [("one thread", one), ("one thread, CPU", cpu), ("two threads", two)] {
        let (per_source, per_all) = (source / seconds, unpacked / seconds);
        writeln!(
            out,
            "  {what:<16}{seconds:>8.1} s {per_source:>8.1} MB/s of source {per_all:>8.1} MB/s of all"
        )?;
    }
    writeln!(out, "  two threads are {:.2} times one", one / two)?;
    if let Some((megabytes, name)) = &benign.peak {
        writeln!(out, "  peak memory: {megabytes:.0} MB in {name}")?;
    }
    let mut slowest: Vec<&Archive> = all.iter().collect();
    slowest.sort_by(|a, b| b.time.cpu.total_cmp(&a.time.cpu));
    for archive in slowest.iter().take(3) {
        writeln!(out, "  slow archive: {:.2} s CPU {}", archive.time.cpu, archive.name)?;
    }
    if let Some((seconds, file)) = slowest_file(scanner, slowest.iter().take(5).copied())? {
        writeln!(out, "  slowest file: {seconds:.2} s CPU {}", one_line(&file))?;
    }
    Ok(())
}

/// The file that takes longest, each being scanned as the only one of an archive.
fn slowest_file<'a>(
    scanner: &Scanner,
    archives: impl Iterator<Item = &'a Archive>,
) -> io::Result<Option<(f64, String)>> {
    let mut slowest: Option<(f64, String)> = None;
    for archive in archives {
        let file = BufReader::new(File::open(&archive.path)?);
        let visit = |entry: &Entry, bytes: &[u8]| {
            let Ok(alone) = alone(&entry.path, bytes) else { return };
            let (_, time) = timed(|| scanner.scan(Sha256::of(b""), Cursor::new(alone)));
            let seconds = time.cpu;
            if slowest.as_ref().is_none_or(|(most, _)| seconds > *most) {
                slowest = Some((seconds, format!("{}!/{}", archive.name, entry.path)));
            }
        };
        archive::read(file, &Limits::default(), visit).ok(); // what is not read is in the refusals
    }
    Ok(slowest)
}

/// A tar.gz of one file, not compressed. A long path loses its start.
fn alone(path: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let start = (path.len().saturating_sub(100)..=path.len()).find(|at| path.is_char_boundary(*at));
    let name = path[start.unwrap_or(0)..].trim_start_matches('/');
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = b'0';
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    gzip.write_all(&header)?;
    gzip.write_all(bytes)?;
    gzip.write_all(&vec![0; bytes.len().next_multiple_of(512) - bytes.len() + 1024])?;
    gzip.finish()
}

fn place(finding: &Finding) -> String {
    let (severity, path) = (finding.severity.as_str(), finding.path.as_deref().unwrap_or("the archive"));
    let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
    format!("{severity} {} at {path}{line}", finding.rule)
}

fn listed<'a>(items: impl Iterator<Item = &'a str>, most: usize) -> String {
    let items: Vec<&str> = items.collect::<BTreeSet<_>>().into_iter().collect();
    let more = items.len().saturating_sub(most);
    let shown = items.into_iter().take(most).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
