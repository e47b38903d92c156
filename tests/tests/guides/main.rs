//! The guides are true: every command in them was run, every alarm has its section, every diagram is one, every sum adds up.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

mod alarms;
mod commands;
mod cost;
mod deployment;
mod desk;
mod diagrams;
mod page;
