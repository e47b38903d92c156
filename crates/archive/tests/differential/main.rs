//! Whatever `archive::read` accepts, other readers read alike: names, kinds, sizes and bytes, by Python's `zipfile` and
//! `tarfile`, Info-ZIP's `unzip` and GNU `tar`. The archives are honest ones with a lie or two, by a seed each.

#![cfg(test)]

mod names;
mod random;
mod readers;
mod tar;
// The unit tests' builders, which can make any field lie.
#[path = "../../src/tests/tar_builder.rs"]
#[expect(dead_code, reason = "the unit tests use more of it")]
mod tar_builder;
mod zip;
#[path = "../../src/tests/zip_builder.rs"]
#[expect(dead_code, reason = "the unit tests use more of it")]
mod zip_builder;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Mutex,
    thread,
};

use archive::ArchiveError;

use crate::readers::Reading;

/// Archives of each format.
const ARCHIVES: u64 = 5000;
/// Disagreements that are shown.
const SHOWN: usize = 20;

/// A generated archive.
struct Sample {
    seed: u64,
    format: &'static str,
    bytes: Vec<u8>,
    features: Vec<&'static str>,
    mutations: Vec<&'static str>,
}

impl Sample {
    fn new(seed: u64, format: &'static str) -> Self {
        Self { seed, format, bytes: vec![], features: vec![], mutations: vec![] }
    }

    fn file_name(&self) -> String {
        format!("{}.{}", self.seed, self.format)
    }
}

#[test]
fn other_readers_read_accepted_zips_alike() {
    compare(zip::sample, zip::FEATURES, &zip::MUTATIONS.iter().map(|m| m.name).collect::<Vec<_>>());
}

#[test]
fn other_readers_read_accepted_tars_alike() {
    compare(tar::sample, tar::FEATURES, &tar::MUTATIONS.iter().map(|m| m.name).collect::<Vec<_>>());
}

fn compare(sample: fn(u64) -> Sample, features: &[&'static str], mutations: &[&'static str]) {
    let samples: Vec<Sample> = (0..ARCHIVES).map(sample).collect();
    let mut tally = Tally::default();
    let mut accepted = Vec::new();
    for sample in &samples {
        let reading = readers::airlock(&sample.bytes);
        tally.count(sample, reading.as_ref().err());
        accepted.extend(reading.ok().map(|reading| (sample, reading)));
    }
    let disagreements = disagreements(&accepted);
    let count = disagreements.len();
    let shown = disagreements.into_iter().take(SHOWN).collect::<Vec<_>>().join("\n");
    assert!(count == 0, "{count} of {} accepted archives are read otherwise:\n{shown}", accepted.len());
    tally.check(features, mutations);
}

/// One sentence for each archive that some reader does not read alike; those are kept, the others are removed.
fn disagreements(accepted: &[(&Sample, Reading)]) -> Vec<String> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = |sample: &Sample| folder.path().join(sample.file_name()).to_str().unwrap().to_owned();
    accepted.iter().for_each(|(sample, _)| fs::write(path(sample), &sample.bytes).unwrap());
    let paths: Vec<String> = accepted.iter().map(|(sample, _)| path(sample)).collect();
    let unpacked = Mutex::new(BTreeMap::new());
    let next = Mutex::new(0..paths.len());
    let python = thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(index) = { next.lock().unwrap().next() } {
                    let reading = readers::unpacked(&paths[index]);
                    unpacked.lock().unwrap().insert(index, reading);
                }
            });
        }
        readers::python(&paths, folder.path())
    });
    let told = accepted.iter().zip(python).zip(unpacked.into_inner().unwrap().into_values());
    let all: Vec<String> = told
        .filter_map(|(((sample, ours), python), unpacked)| {
            let difference = difference(ours, &python, &unpacked)?;
            Some(format!("{} {:?}: {difference}", sample.file_name(), sample.mutations))
        })
        .collect();
    if !all.is_empty() {
        println!("the accepted archives are in {}", folder.keep().display());
    }
    all
}

fn difference(
    ours: &Reading,
    python: &Result<Reading, String>,
    unpacked: &Result<Reading, String>,
) -> Option<String> {
    let named = match python {
        Err(error) => return Some(format!("Python does not read it: {error}")),
        Ok(named) => named,
    };
    if let Some(text) = ours.differs_from_named(named) {
        return Some(format!("Python reads {text}"));
    }
    match unpacked {
        _ if named.garbled_by_unzip => None,
        Err(error) => Some(format!("it is not unpacked: {error}")),
        Ok(reading) => Some(format!("unpacked are {}", ours.differs_from_unpacked(reading, named)?)),
    }
}

/// What was tried, so that the test cannot pass on nothing.
#[derive(Default)]
struct Tally {
    accepted: u64,
    refused: u64,
    accepted_features: BTreeSet<&'static str>,
    accepted_mutations: BTreeSet<&'static str>,
    refused_mutations: BTreeSet<&'static str>,
}

impl Tally {
    fn count(&mut self, sample: &Sample, refusal: Option<&ArchiveError>) {
        if let (Some(refusal), []) = (refusal, &sample.mutations[..]) {
            panic!("the honest {} was refused: {refusal}", sample.file_name());
        }
        // Of two lies, one may be what is refused.
        let alone = sample.mutations.len() == 1;
        if refusal.is_none() {
            self.accepted += u64::from(alone);
            self.accepted_features.extend(&sample.features);
            self.accepted_mutations.extend(sample.mutations.iter().filter(|_| alone));
        } else {
            self.refused += u64::from(alone);
            self.refused_mutations.extend(sample.mutations.iter().filter(|_| alone));
        }
    }

    fn check(&self, features: &[&'static str], mutations: &[&'static str]) {
        let missing = |all: &[&'static str], seen: &BTreeSet<_>| -> Vec<_> {
            all.iter().copied().filter(|name| !seen.contains(name)).collect()
        };
        let none: [&str; 0] = [];
        let (accepted, refused) = (self.accepted, self.refused);
        println!("{accepted} accepted and {refused} refused of those with one mutation");
        println!("never accepted: {:?}", missing(mutations, &self.accepted_mutations));
        assert_eq!(missing(features, &self.accepted_features), none, "these features were never accepted");
        assert_eq!(missing(mutations, &self.refused_mutations), none, "these mutations were never refused");
        let tenfold = 10 * accepted.min(refused);
        assert!(tenfold >= accepted + refused, "{accepted} accepted and {refused} refused");
    }
}
