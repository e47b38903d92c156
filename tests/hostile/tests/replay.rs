//! Feeds every stored seed to its door. A finding of the fuzzer is kept there as a seed, named by what went wrong.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use hostile::DOORS;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn within(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

fn names(paths: &[PathBuf]) -> BTreeSet<String> {
    paths.iter().filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect()
}

#[test]
fn every_seed_passes_its_door() {
    for (name, door) in DOORS {
        let seeds = within(&fuzz().join("corpus").join(name));
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for seed in seeds {
            let data = fs::read(&seed).unwrap();
            let passed = std::panic::catch_unwind(|| door(&data));
            assert!(passed.is_ok(), "{} fails", seed.display());
        }
    }
}

#[test]
fn every_door_has_a_target_and_seeds_and_nothing_else_has() {
    let doors: BTreeSet<String> = DOORS.iter().map(|(name, _)| (*name).to_owned()).collect();
    for folder in ["corpus", "fuzz_targets", "dictionaries"] {
        assert_eq!(names(&within(&fuzz().join(folder))), doors, "{folder}");
    }
}
