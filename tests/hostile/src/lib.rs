//! What must hold at each door for any bytes whatever.
//!
//! One function a door. It calls what the product calls and panics where an invariant is broken; the invariants are
//! checked by other means than the product's own. `tests/fuzz` feeds them, and `tests/replay.rs` what is stored there.

mod archive;
mod repository;
mod request_csv;
mod scanner;
mod url_guard;
mod webhook;

pub use crate::{
    archive::{archive, archive_tree},
    repository::repository,
    request_csv::request_csv,
    scanner::scanner,
    url_guard::url_guard,
    webhook::webhook,
};

/// A door's function.
pub type Door = fn(&[u8]);

/// Every door by the name of its fuzz target and of its folder of seeds.
pub const DOORS: &[(&str, Door)] = &[
    ("archive", archive),
    ("archive_tree", archive_tree),
    ("repository", repository),
    ("request_csv", request_csv),
    ("scanner", scanner),
    ("url_guard", url_guard),
    ("webhook", webhook),
];
