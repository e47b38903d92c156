//! What a package costs: packages of several sizes go through the deployed template, and for each stage the table says how
//! long it ran, what it used of a processor and of memory, and what AWS would bill; a second table has what all of it costs
//! by public prices. Every run starts every function anew, as where packages come a few an hour. Linux only. Run with:
//! `cargo run --release -p e2e --example stage_costs [-- SIZE…]`

#![expect(clippy::print_stdout, reason = "a command's result")]

mod bill;
mod history;
mod run;
mod size;

use anyhow::{Context as _, Result};
use e2e::{FUNCTIONS, Scanner, World, block_on};

use crate::{run::Run, size::Size};

/// How often each size is sent. The figures are means.
const RUNS: usize = 3;
/// For one call of a function, in seconds.
const PATIENCE: u32 = 120;

fn main() -> Result<()> {
    let sizes = Size::named(&std::env::args().skip(1).collect::<Vec<_>>())?;
    let world = block_on(World::start(Scanner::Builtin))?;
    for function in FUNCTIONS {
        world.allow_seconds(function, PATIENCE)?;
    }
    let mut measured = vec![];
    for size in sizes {
        let runs = (0..RUNS).map(|n| block_on(Run::of(&world, &size, n))).collect::<Result<Vec<_>>>();
        let mean = runs.and_then(|runs| Run::mean(&runs));
        let mean = mean.with_context(|| format!("cannot measure {}", size.name))?;
        println!("\n{}: {}\n\n{}", size.name, mean.package, mean.stages());
        measured.push((size.name, mean));
    }
    println!("\n{}", bill::table(&measured));
    Ok(())
}
