//! `cargo bench -p archive`: lists and unpacks all members of a zip and a tar.gz of 200 MB, beside `unzip -t`, `gzip -t`
//! and `tar -t` on the same file in the same run, by turns, each in a process of its own. Prints the speed in unpacked
//! bytes, the ratio and our peak memory; then how long bombs take until they are refused, and their peak memory. Fails
//! where the reader is slower than 0.9 of `unzip -t`, or a bomb costs a second or 64 MiB.
//! Needs unzip, tar, gzip, 1 GB in the folder for temporary files, Linux, and an idle machine.

use std::{
    env,
    fs::{self, File},
    hint::black_box,
    io::{self, Write as _},
    path::Path,
    process::{Command, ExitCode},
    time::Instant,
};

use archive::{ArchiveError, Limits};

#[path = "read/samples.rs"]
mod samples;

type Failure = Box<dyn std::error::Error>;

const RUNS: usize = 7;
const CHILD: &str = "READ_BENCH_ARCHIVE";
/// Of `unzip -t`.
const LEAST_RATIO: f64 = 0.9;
const MOST_SECONDS: f64 = 1.0;
const MOST_MEBIBYTES: f64 = 64.0;

fn main() -> ExitCode {
    let done = match env::var(CHILD) {
        Ok(path) => read_once(Path::new(&path)),
        Err(_) => compare(),
    };
    let (text, code) = match done {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(error) => (format!("the benchmark failed: {error}"), ExitCode::FAILURE),
    };
    if writeln!(io::stdout(), "{text}").is_ok() { code } else { ExitCode::FAILURE }
}

fn compare() -> Result<String, Failure> {
    let folder = tempfile::tempdir()?;
    let (zip, tar) = (folder.path().join("main.zip"), folder.path().join("main.tar.gz"));
    let unpacked = samples::zip(&zip)?;
    let mut text = format!("median of {RUNS} runs, in MB of unpacked bytes a second\n");
    let (ratio, line) = alternate(&zip, unpacked, Command::new("unzip").arg("-tqq").arg(&zip))?;
    text.push_str(&line);
    let unpacked = samples::tar_gz(&tar)?;
    text.push_str(&alternate(&tar, unpacked, Command::new("gzip").arg("-t").arg(&tar))?.1);
    text.push_str(&alternate(&tar, unpacked, Command::new("tar").arg("-tzf").arg(&tar))?.1);
    // The most that may be unpacked before the ratio counts.
    let allowed = Limits::default().ratio_after as u32;
    let bombs = [
        ("overlap bomb", samples::overlap_bomb()?),
        ("deflate bomb", samples::deflate_bomb(None)?),
        ("deflate bomb that claims 1 kB", samples::deflate_bomb(Some(1000))?),
        ("deflate bomb that claims what is allowed", samples::deflate_bomb(Some(allowed))?),
        ("gzip bomb", samples::gzip_bomb()?),
    ];
    let mut cheap = true;
    for (name, bomb) in bombs {
        let path = folder.path().join("bomb");
        fs::write(&path, &bomb)?;
        let run = ours(&path)?;
        let refused = run.outcome.strip_prefix("refused ").ok_or(format!("the {name} was accepted"))?;
        cheap &= run.seconds < MOST_SECONDS && run.mebibytes < MOST_MEBIBYTES;
        let Run { seconds, mebibytes, .. } = run;
        text.push_str(&format!(
            "{name} of {} bytes: {refused} after {seconds:.3} s, peak memory {mebibytes:.1} MiB\n",
            bomb.len()
        ));
    }
    if ratio < LEAST_RATIO || !cheap {
        return Err(format!("too slow, or too much memory\n{text}").into());
    }
    Ok(text)
}

/// One process of ours: seconds from its start to its end, and what it told.
struct Run {
    seconds: f64,
    mebibytes: f64,
    outcome: String,
}

/// Alternates another reader and ours, so that each run has the same neighbours.
fn alternate(archive: &Path, unpacked: u64, other: &mut Command) -> Result<(f64, String), Failure> {
    let (mut theirs, mut our, mut peak) = (vec![], vec![], 0.0_f64);
    for _ in 0..RUNS {
        theirs.push(timed(other)?.0);
        let run = ours(archive)?;
        if run.outcome != unpacked.to_string() {
            return Err(format!("{}: {} instead of {unpacked} bytes", archive.display(), run.outcome).into());
        }
        our.push(run.seconds);
        peak = peak.max(run.mebibytes);
    }
    let [theirs, our] = [theirs, our].map(|seconds| unpacked as f64 / 1e6 / median(seconds));
    let (ratio, packed) = (our / theirs, fs::metadata(archive)?.len());
    let tool = format!(
        "{} {}",
        other.get_program().display(),
        other.get_args().next().unwrap_or_default().display()
    );
    Ok((
        ratio,
        format!(
            "{packed} bytes that unpack to {unpacked}: {tool} {theirs:.0}; ours {our:.0}, which is {ratio:.2} of it; \
             peak memory {peak:.1} MiB\n"
        ),
    ))
}

fn ours(archive: &Path) -> Result<Run, Failure> {
    let (seconds, told) = timed(Command::new(env::current_exe()?).env(CHILD, archive))?;
    let (mebibytes, outcome) = told.trim().split_once(' ').ok_or("the child told nothing")?;
    Ok(Run { seconds, mebibytes: mebibytes.parse()?, outcome: outcome.to_owned() })
}

fn timed(command: &mut Command) -> Result<(f64, String), Failure> {
    let started = Instant::now();
    let output = command.output().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    let seconds = started.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err(format!("{command:?}: {text} {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok((seconds, text))
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// The child: reads one archive; answers its peak memory in MiB, and the unpacked bytes or why it was refused.
fn read_once(archive: &Path) -> Result<String, Failure> {
    let read = archive::read(File::open(archive)?, &Limits::default(), |entry, content| {
        black_box((entry, content));
    });
    let outcome = match read {
        Ok(summary) => summary.bytes.to_string(),
        Err(ArchiveError::Refused(violation)) => format!("refused {}", violation.rule()),
        Err(error) => return Err(error.into()),
    };
    Ok(format!("{} {outcome}", peak_mebibytes()?))
}

fn peak_mebibytes() -> Result<f64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}
