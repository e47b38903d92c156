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
    let limits = world.configuration("start-scan")?;
    println!("Timeout {} s, MemorySize {} MB", limits["Timeout"], limits["MemorySize"]);
    println!("{:>8} {:>8} {:>8} {:>8} {:>8}  archive", "MB", "wall s", "CPU s", "peak MB", "findings");
    world.allow_seconds("start-scan", 120)?;
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
    let process = world.process("start-scan")?;
    let (cpu, peak) = (process.cpu_seconds()?, process.peak_megabytes()?);
    let (megabytes, name) = (length as f64 / 1e6, archive.display());
    println!("{megabytes:>8.1} {wall:>8.2} {cpu:>8.2} {peak:>8.0} {findings:>8}  {name}");
    Ok(())
}
