//! The built binary: what it prints, how it ends, and what it leaves. `run` is the pipeline, `scan` the scanner alone,
//! `serve` the local repository read back by a client of its own.

#![expect(
    clippy::unwrap_used,
    reason = "clippy's setting for tests does not reach the functions that they share"
)]

mod revoke;
mod rules;
mod run;
mod scan;
mod serve;
mod support;
