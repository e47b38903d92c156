use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{PackageName, Sha256, Timestamp};

/// A key in the store, the same in a bucket and in a folder: `/`-separated components of `[A-Za-z0-9._-]`, none of
/// them `.` or `..`, at most 512 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StoreKey(String);

/// The text is no key of the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("store key {0:?} is not allowed: use components of letters, digits, '.', '_', '-' joined by '/'")]
pub struct InvalidKey(String);

impl StoreKey {
    /// Accepts or refuses; never repairs.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let component = |part: &str| {
            !part.is_empty()
                && !matches!(part, "." | "..")
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        };
        if text.len() <= 512 && text.split('/').all(component) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidKey(text.chars().take(80).collect()))
        }
    }

    /// `artifacts/<sha256>`: write-once.
    pub fn artifact(sha256: &Sha256) -> Self {
        Self(format!("artifacts/{sha256}"))
    }

    /// `submissions/<id>/<file>`.
    pub fn submission(id: &str, file: &str) -> Result<Self, InvalidKey> {
        Self::parse(&format!("submissions/{id}/{file}"))
    }

    /// `submissions/<id>/results/<row>.json`: what became of one row.
    pub fn result(id: &str, row: u64) -> Result<Self, InvalidKey> {
        Self::parse(&format!("submissions/{id}/results/{row:08}.json"))
    }

    /// `scans/<id>/<file>`.
    pub fn scan(id: &str, file: &str) -> Result<Self, InvalidKey> {
        Self::parse(&format!("scans/{id}/{file}"))
    }

    /// `decisions/<package>/<sha256>/<time>.json`; without bytes, `none` stands for the digest.
    pub fn decision(package: &PackageName, sha256: Option<&Sha256>, at: &Timestamp) -> Self {
        Self(format!("{}{}.json", Self::decisions_prefix(package, sha256), at.for_key()))
    }

    /// `decisions/<sha256>/revoked.json`: of the bytes, whatever they are called.
    pub fn revocation(sha256: &Sha256) -> Self {
        Self(format!("decisions/{sha256}/revoked.json"))
    }

    /// The package and the artifact that a decision's key names; `None` where it is no decision's, or there was no
    /// artifact.
    pub fn decided_on(&self) -> Option<(PackageName, Sha256)> {
        let mut parts = self.0.split('/');
        let (decisions, package, sha256, file) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if decisions != "decisions" || !file.ends_with(".json") || parts.next().is_some() {
            return None;
        }
        Some((PackageName::parse(package).ok()?, Sha256::parse(sha256).ok()?))
    }

    /// Where the decisions on one package's one artifact are.
    pub fn decisions_prefix(package: &PackageName, sha256: Option<&Sha256>) -> String {
        let digest = sha256.map_or_else(|| "none".to_owned(), ToString::to_string);
        format!("decisions/{package}/{digest}/")
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for StoreKey {
    type Error = InvalidKey;
    fn try_from(text: String) -> Result<Self, InvalidKey> {
        Self::parse(&text)
    }
}

impl From<StoreKey> for String {
    fn from(key: StoreKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_below_its_folder() {
        for key in ["", "/", "a//b", "../a", "a/..", "a/./b", "a b", "a\\b", "/etc/passwd", "a/"] {
            assert!(StoreKey::parse(key).is_err(), "{key:?}");
        }
        assert!(StoreKey::parse("submissions/abc/request.csv").is_ok());
    }

    #[test]
    fn a_decision_on_bytes_is_known_by_its_key() {
        let (package, sha256) = (PackageName::parse("clean").unwrap(), Sha256::of(b"bytes"));
        let key = StoreKey::decision(&package, Some(&sha256), &Timestamp::from_millis(0));
        assert_eq!(key.decided_on(), Some((package.clone(), sha256)));
        let others = [
            StoreKey::decision(&package, None, &Timestamp::from_millis(0)),
            StoreKey::revocation(&sha256),
            StoreKey::parse(&format!("decisions/clean/{sha256}/.DS_Store")).unwrap(),
            StoreKey::parse(&format!("decisions/clean/{sha256}/a/b.json")).unwrap(),
            StoreKey::parse(&format!("submissions/clean/{sha256}/b.json")).unwrap(),
        ];
        for other in others {
            assert_eq!(other.decided_on(), None, "{other}");
        }
    }
}
