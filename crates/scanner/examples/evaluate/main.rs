//! Measures the scanner on labelled archives, as the gate would judge them:
//!
//! `cargo run --release -p scanner --example evaluate -- FOLDER [--list] [--rules DIR] [--against guarddog,bandit]`
//!
//! `FOLDER/malicious` and `FOLDER/benign` hold archives. They are read in memory; nothing of a malicious one is ever
//! written or run. `--list` names every malicious archive that was missed, `--rules` takes a folder's rules in place of
//! the built-in ones. `docs/evaluation.md` says which archives the published figures are about.

mod archive_set;
mod peers;
mod process;
mod report;
mod same_code;

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
};

use scanner::Scanner;

use archive_set::{ArchiveSet, Label};
use peers::Peer;

struct Options {
    folder: PathBuf,
    against: Vec<Peer>,
    list: bool,
    rules: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options(std::env::args().skip(1))?;
    let scanner = match &options.rules {
        Some(folder) => Scanner::from_folder(folder)?,
        None => Scanner::builtin()?,
    };
    let out = &mut io::stdout().lock();
    writeln!(out, "{}, {} rules", scanner.engine(), scanner.rules().len())?;
    let malicious = ArchiveSet::scan(&scanner, &options.folder, Label::Malicious)?;
    let benign = ArchiveSet::scan(&scanner, &options.folder, Label::Benign)?;
    if malicious.archives.is_empty() && benign.archives.is_empty() {
        return Err(format!("no archives in {0}/malicious and {0}/benign", options.folder.display()).into());
    }
    report::recall(out, &malicious)?;
    if options.list {
        report::missed(out, &malicious)?;
    }
    report::refusals(out, &benign)?;
    report::rules(out, &malicious, &benign)?;
    if !benign.archives.is_empty() {
        report::speed(out, &scanner, &benign)?;
    }
    for peer in &options.against {
        peers::compare(out, *peer, &benign)?;
    }
    Ok(())
}

fn options(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let (mut folder, mut against, mut list, mut rules) = (None, Vec::new(), false, None);
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--list" => list = true,
            "--rules" => rules = Some(PathBuf::from(arguments.next().ok_or("--rules needs a folder")?)),
            "--against" => {
                let names = arguments.next().ok_or("--against needs names: guarddog,bandit")?;
                against = names.split(',').map(Peer::parse).collect::<Result<_, _>>()?;
            }
            other if other.starts_with('-') => return Err(format!("unknown option {other}")),
            _ => folder = Some(PathBuf::from(argument)),
        }
    }
    let folder = folder.ok_or("usage: evaluate FOLDER [--list] [--rules DIR] [--against guarddog,bandit]")?;
    Ok(Options { folder, against, list, rules })
}
