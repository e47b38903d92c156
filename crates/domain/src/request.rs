use serde::{Deserialize, Serialize};

use crate::{PackageName, PackageUrl};

/// One accepted row of the request file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The line of the request file that the row starts on, from 1.
    pub row: u64,
    /// The name it will be published under.
    pub package: PackageName,
    /// Where to get it.
    pub url: PackageUrl,
    /// Who asked for this row, where the file has a `Requester` column.
    #[serde(default)]
    pub requester: Option<String>,
}

/// A row that could not be accepted. It harms no other row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRow {
    /// The line of the request file that the row starts on, from 1.
    pub row: u64,
    /// One sentence: what is wrong and what to do.
    pub reason: String,
}

/// Who pushed, or started the run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// The name, as the source spells it.
    #[serde(default)]
    pub name: String,
    /// The e-mail address, as the source spells it.
    #[serde(default)]
    pub email: String,
}
