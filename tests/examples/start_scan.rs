//! Prints what `start-scan` takes in the emulator for each archive: seconds, processor seconds and the peak of its resident
//! memory, against the template's `Timeout` and `MemorySize`. Each has a process of its own. Linux only. Run with:
//! `AIRLOCK_E2E_PROFILE=release cargo run -p e2e --example start_scan -- ARCHIVE…`

#![expect(clippy::print_stdout, reason = "a command's result")]

use std::{fs, path::Path, time::Instant};

use anyhow::{Context as _, Result, ensure};
use domain::Sha256;
use e2e::{Scanner, World, block_on};
use serde_json::{Value, json};

const FUNCTION: &str = "airlock-start-scan";
const EVENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/events/start-scan.json");

fn main() -> Result<()> {
    let archives: Vec<String> = std::env::args().skip(1).collect();
    ensure!(!archives.is_empty(), "usage: start_scan ARCHIVE…");
    let world = block_on(World::start(Scanner::Builtin))?;
    let limits = cli(&world, &["lambda", "get-function-configuration", "--function-name", FUNCTION])?;
    println!("Timeout {} s, MemorySize {} MB", limits["Timeout"], limits["MemorySize"]);
    println!("{:>8} {:>8} {:>8} {:>8} {:>8}  archive", "MB", "wall s", "CPU s", "peak MB", "findings");
    // The tests' one second for a call is too short for an emulator that reads a large object first.
    let mut environment = limits["Environment"].clone();
    environment["Variables"]["AIRLOCK_CALL_TIMEOUT_SECONDS"] = json!("120");
    let environment = environment.to_string();
    let configure = ["lambda", "update-function-configuration", "--function-name", FUNCTION];
    cli(&world, &[&configure[..], &["--environment", &environment]].concat())?;
    for archive in &archives {
        block_on(world.aws.cool(FUNCTION))?;
        measure(&world, Path::new(archive)).with_context(|| format!("cannot measure {archive}"))?;
    }
    Ok(())
}

fn measure(world: &World, archive: &Path) -> Result<()> {
    let bytes = fs::read(archive)?;
    let sha256 = Sha256::of(&bytes);
    let key = format!("artifacts/{sha256}");
    let bucket = world.stack.output("BucketName")?;
    let (length, is_zip) = (bytes.len(), bytes.starts_with(b"PK"));
    block_on(world.aws.put_object(bucket, &key, bytes))?;

    let mut event: Value = serde_json::from_slice(&fs::read(EVENT)?)?;
    let artifact = event["artifact"].as_object_mut().context("the event has no artifact")?;
    artifact.extend([
        ("key".to_owned(), json!(key)),
        ("sha256".to_owned(), json!(sha256)),
        ("bytes".to_owned(), json!(length)),
        ("format".to_owned(), json!(if is_zip { "zip" } else { "tar_gz" })),
    ]);
    let (input, answer) = (world.file("event.json"), world.file("answer.json").display().to_string());
    fs::write(&input, event.to_string())?;
    let payload = format!("fileb://{}", input.display());
    let start = Instant::now();
    let invoke = ["lambda", "invoke", "--function-name", FUNCTION, "--payload", &payload];
    world.aws.cli(&[&invoke[..], &["--cli-read-timeout", "900", &answer]].concat())?;
    let wall = start.elapsed().as_secs_f64();

    let answer: Value = serde_json::from_slice(&fs::read(answer)?)?;
    let report = answer["report"].as_str().with_context(|| format!("there is no report: {answer}"))?;
    let report: Value = serde_json::from_slice(&block_on(world.aws.object(bucket, report))?)?;
    let findings = report["findings"].as_array().map_or(0, Vec::len);
    let process = process()?;
    let (cpu, peak) = (cpu_seconds(&process)?, peak_megabytes(&process)?);
    let (megabytes, name) = (length as f64 / 1e6, archive.display());
    println!("{megabytes:>8.1} {wall:>8.2} {cpu:>8.2} {peak:>8.0} {findings:>8}  {name}");
    Ok(())
}

fn cli(world: &World, arguments: &[&str]) -> Result<Value> {
    Ok(serde_json::from_str(&world.aws.cli(arguments)?)?)
}

/// The folder in `/proc` of the one process of the function that stays warm.
fn process() -> Result<std::path::PathBuf> {
    let named = format!("AWS_LAMBDA_FUNCTION_NAME={FUNCTION}");
    let is_ours = |folder: &Path| {
        let environment = fs::read(folder.join("environ")).unwrap_or_default();
        let program = fs::read_link(folder.join("exe")).unwrap_or_default();
        program.ends_with("function") && environment.split(|byte| *byte == 0).any(|v| v == named.as_bytes())
    };
    let mut folders = fs::read_dir("/proc")?.filter_map(|entry| Some(entry.ok()?.path()));
    folders.find(|folder| is_ours(folder)).context("the function has no process")
}

/// Of the user and the system; the kernel counts hundredths.
fn cpu_seconds(process: &Path) -> Result<f64> {
    let text = fs::read_to_string(process.join("stat"))?;
    let fields = text.rsplit_once(") ").context("stat has no name")?.1;
    let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}

fn peak_megabytes(process: &Path) -> Result<f64> {
    let text = fs::read_to_string(process.join("status"))?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).context("status has no peak")?;
    let kibibytes: f64 = line.split_whitespace().nth(1).context("the peak has no figure")?.parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}
