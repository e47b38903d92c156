use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::{Context as _, Result, ensure};
use e2e::{Call, FUNCTIONS, World};
use serde_json::Value;

use crate::{history::transitions, size::Size};

/// The memory with which a Lambda function has one whole processor, in MB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>).
const MEMORY_OF_A_PROCESSOR: f64 = 1769.0;

/// Figures by name.
pub(crate) type Figures = BTreeMap<String, f64>;

/// What one package took, or the mean of several like it.
pub(crate) struct Run {
    /// What was sent.
    pub(crate) package: String,
    /// State transitions.
    pub(crate) transitions: f64,
    /// Calls by service; those to S3 that write or list are `s3-write`, the others `s3-read`.
    pub(crate) calls: Figures,
    /// Bytes of bodies by service, there and back.
    pub(crate) traffic: Figures,
    stages: Vec<Stage>,
}

/// What one function took, in MB and milliseconds.
struct Stage {
    function: &'static str,
    memory: f64,
    calls: f64,
    wall: f64,
    cpu: f64,
    peak: f64,
}

impl Run {
    /// Sends the package through, with every function started anew.
    pub(crate) async fn of(world: &World, size: &Size, n: usize) -> Result<Self> {
        let package = size.package(n);
        let url = world.offer(&package);
        world.cool().await?;
        drop((world.proxy.take_calls(), world.proxy.take_traffic()));
        let logged = world.emulator.function_log().len();

        let (execution, _) = world.push(&format!("{},{url}\n", package.name)).await?;
        ensure!(execution.status == "SUCCEEDED", "the run ended as {:#}", execution.description);
        let decision = world.decisions(&package.name).await?.pop().context("nothing was decided")?;
        ensure!(decision.verdict == size.verdict, "it was {:?}: {:?}", decision.verdict, decision.reasons);

        let (calls, traffic) = (world.proxy.take_calls(), world.proxy.take_traffic());
        let walls = walls(&world.emulator.function_log()[logged..])?;
        let ran = FUNCTIONS.into_iter().filter_map(|function| Some((function, walls.get(function)?)));
        let source = match size.unpacked() {
            0 => String::new(),
            bytes => format!(" of {bytes} bytes of source"),
        };
        Ok(Self {
            package: format!("{} bytes{source}, {}", package.bytes.len(), size.verdict.as_str()),
            transitions: transitions(world, &execution.arn).await?,
            calls: calls.iter().fold(Figures::new(), counted),
            traffic: traffic.into_iter().map(|(service, bytes)| (service, bytes as f64)).collect(),
            stages: ran.map(|(function, walls)| Stage::of(world, function, walls)).collect::<Result<_>>()?,
        })
    }

    /// The mean of runs of one size.
    pub(crate) fn mean(runs: &[Self]) -> Result<Self> {
        let first = runs.first().context("there is no run")?;
        let same =
            |run: &Self| run.stages.iter().map(|s| s.function).eq(first.stages.iter().map(|s| s.function));
        ensure!(runs.iter().all(same), "not every run went through the same stages");
        let stage = |n: usize| {
            let mean = |figure: fn(&Stage) -> f64| mean(runs.iter().map(|run| figure(&run.stages[n])));
            let Stage { function, memory, .. } = first.stages[n];
            let peak = runs.iter().map(|run| run.stages[n].peak).fold(0.0, f64::max);
            Stage {
                function,
                memory,
                calls: mean(|s| s.calls),
                wall: mean(|s| s.wall),
                cpu: mean(|s| s.cpu),
                peak,
            }
        };
        Ok(Self {
            package: first.package.clone(),
            transitions: mean(runs.iter().map(|run| run.transitions)),
            calls: mean_of_each(runs, |run| &run.calls),
            traffic: mean_of_each(runs, |run| &run.traffic),
            stages: (0..first.stages.len()).map(stage).collect(),
        })
    }

    /// What Lambda bills, in calls.
    pub(crate) fn invocations(&self) -> f64 {
        self.stages.iter().map(|stage| stage.calls).sum()
    }

    /// What Lambda bills, in GB-seconds.
    pub(crate) fn gb_seconds(&self) -> f64 {
        self.stages.iter().map(Stage::gb_seconds).sum()
    }

    /// The stages as a table, whose last row is what they come to.
    pub(crate) fn stages(&self) -> String {
        let mut table = "| stage | MB | calls | wall ms | CPU ms | billed ms | GB-s | peak MB |\n".to_owned();
        table += "|---|---|---|---|---|---|---|---|\n";
        for stage in &self.stages {
            let Stage { function, memory, calls, wall, cpu, peak } = stage;
            let (billed, gb_seconds) = (stage.billed(), stage.gb_seconds());
            let _ = writeln!(
                table,
                "| `{function}` | {memory} | {calls} | {wall:.0} | {cpu:.0} | {billed} | {gb_seconds:.3} | {peak:.0} |"
            );
        }
        let (calls, gb_seconds) = (self.invocations(), self.gb_seconds());
        let billed: f64 = self.stages.iter().map(Stage::billed).sum();
        table + &format!("| sum | | {calls} | | | {billed} | {gb_seconds:.3} | |\n")
    }
}

impl Stage {
    fn of(world: &World, function: &'static str, walls: &[f64]) -> Result<Self> {
        let memory = world.configuration(function)?["MemorySize"].as_f64();
        let process = world.process(function)?;
        let (cpu, peak) = (process.cpu_seconds()? * 1e3, process.peak_megabytes()?);
        let memory = memory.with_context(|| format!("{function} has no MemorySize"))?;
        Ok(Self { function, memory, calls: walls.len() as f64, wall: walls.iter().sum(), cpu, peak })
    }

    /// Here a function has whole processors, at Lambda the part of one that goes with its memory: it cannot be faster
    /// than that part allows. Lambda bills whole milliseconds.
    fn billed(&self) -> f64 {
        self.wall.max(self.cpu * MEMORY_OF_A_PROCESSOR / self.memory).ceil()
    }

    /// In thousandths, so that what is printed adds up.
    fn gb_seconds(&self) -> f64 {
        (self.memory / 1024.0 * self.billed()).round() / 1e3
    }
}

/// The milliseconds of every invocation by stage, from the line that each function writes about it.
fn walls(log: &str) -> Result<BTreeMap<String, Vec<f64>>> {
    let mut walls = BTreeMap::<_, Vec<_>>::new();
    for line in log.lines() {
        let line: Value =
            serde_json::from_str(line).with_context(|| format!("not a line of a log: {line}"))?;
        ensure!(line["level"] != "ERROR", "what went wrong is tried again, and counted twice: {line}");
        if let (Some(stage), Some(duration)) = (line["stage"].as_str(), line["duration_ms"].as_f64()) {
            walls.entry(stage.to_owned()).or_default().push(duration);
        }
    }
    ensure!(!walls.is_empty(), "no function has written how long it took");
    Ok(walls)
}

fn counted(mut calls: Figures, call: &Call) -> Figures {
    let name = match (call.service.as_str(), call.operation.as_str()) {
        ("s3", "GetObject" | "HeadObject") => "s3-read",
        ("s3", _) => "s3-write",
        (service, _) => service,
    };
    *calls.entry(name.to_owned()).or_default() += 1.0;
    calls
}

fn mean(figures: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = figures.len() as f64;
    figures.sum::<f64>() / count
}

fn mean_of_each(runs: &[Run], figures: fn(&Run) -> &Figures) -> Figures {
    let names = runs.iter().flat_map(|run| figures(run).keys());
    let of = |name: &String| mean(runs.iter().map(|run| figures(run).get(name).copied().unwrap_or_default()));
    names.map(|name| (name.clone(), of(name))).collect()
}
