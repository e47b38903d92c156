//! Every port on one machine: a folder for the store, a folder for the outbox, a folder for the packages.
//!
//! The airlock command runs on these, and the tests of the stages use them as fakes that do real work. Whatever is
//! written appears at once and whole, or not at all: bytes go to a temporary file beside their place first.

mod executions;
mod folder;
mod incoming;
mod outbox;
mod packages;
mod secrets;
pub mod server;
mod terminal;

pub use executions::InProcess;
pub use folder::Folder;
pub use outbox::Outbox;
pub use packages::{DEFAULT_PORT, DOMAIN, PackageFolder, REPOSITORY};
pub use secrets::{EnvSecret, FixedSecret};
pub use terminal::Terminal;
