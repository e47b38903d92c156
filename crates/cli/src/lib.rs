//! The `airlock` command: the pipeline on one machine, in plain straight-line code.
//!
//! `run` takes a request file through every stage, `scan` looks at archives without publishing anything, `serve` is
//! the local private repository, `revoke` takes a package back, `rules` lists and tests the scanner's rules. Results go to stdout, everything else to
//! stderr. Text from outside (names, paths, messages) never reaches the terminal with its control characters.

mod arguments;
mod output;
mod revoke;
mod rules;
mod run;
mod scan;
mod serve;
mod style;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use arguments::{Arguments, Command};

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was approved, or nothing was found.
    Clean,
    /// Something was refused, or found.
    Refused,
    /// Something failed, or could not be scanned; bad usage too.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::SUCCESS,
            Exit::Refused => Self::from(1),
            Exit::Failed => Self::from(2),
        }
    }
}

/// Reads the arguments, does what they ask for, and tells how it ended: see [`Exit`].
pub fn main() -> ExitCode {
    // TLS is rustls on ring. A provider that is installed already is the same one: nothing else is linked.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let exit = start(Arguments::parse()).unwrap_or_else(|error| {
        output::complain(&format!("{error:#}"));
        Exit::Failed
    });
    exit.into()
}

fn start(arguments: Arguments) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("cannot start the runtime")?;
    runtime.block_on(async {
        match arguments.command {
            Command::Run(options) => run::run(options).await,
            Command::Scan(options) => scan::scan(options).await,
            Command::Serve(options) => serve::serve(options).await,
            Command::Revoke(options) => revoke::revoke(options).await,
            Command::Rules { command } => rules::rules(command.unwrap_or_default()),
        }
    })
}
