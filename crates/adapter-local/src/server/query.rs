use std::{collections::HashMap, sync::LazyLock};

use axum::http::Uri;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};
use serde_json::{Value, json};

use super::fault::Fault;
use crate::packages::{DOMAIN, PackageFormat, PackageId, REPOSITORY, VersionId};

const FORMATS: [&str; 8] = ["npm", "pypi", "maven", "nuget", "generic", "ruby", "swift", "cargo"];
const MOST_RESULTS: usize = 1000;

/// The query of a request, with the service's patterns: neither the `aws` command nor an SDK checks them.
pub(super) struct Query(HashMap<String, String>);

impl Query {
    /// A name that stands twice is refused: readers differ on which one counts.
    pub(super) fn of(uri: &Uri) -> Result<Self, Fault> {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
        let Ok(axum::extract::Query(pairs)) = pairs else {
            return Err(Fault::validation("the query cannot be parsed"));
        };
        let mut query = HashMap::new();
        for (name, value) in pairs {
            if query.insert(name, value).is_some() {
                return Err(Fault::validation("the query has a parameter twice"));
            }
        }
        Ok(Self(query))
    }

    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &str, allowed: fn(&str) -> bool) -> Result<&str, Fault> {
        match self.optional(name) {
            None | Some("") => Err(Fault::validation(&format!("{name} is required"))),
            Some(value) if allowed(value) => Ok(value),
            Some(_) => Err(Fault::validation(&format!("{name} does not match its pattern"))),
        }
    }

    /// The domain, with its owner checked; another one than the local is not there.
    pub(super) fn domain(&self) -> Result<(), Fault> {
        let domain = self.required("domain", is_domain)?;
        let owner = self.optional("domain-owner");
        if owner.is_some_and(|owner| owner.len() != 12 || !owner.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Fault::validation("domain-owner does not match its pattern"));
        }
        if domain == DOMAIN { Ok(()) } else { Err(Fault::not_found("domain", domain)) }
    }

    /// Domain and repository.
    pub(super) fn repository(&self) -> Result<(), Fault> {
        self.domain()?;
        let repository = self.required("repository", is_repository)?;
        if repository == REPOSITORY { Ok(()) } else { Err(Fault::not_found("repository", repository)) }
    }

    /// One of the service's formats.
    pub(super) fn format(&self) -> Result<&str, Fault> {
        self.required("format", |format| FORMATS.contains(&format))
    }

    /// One of these words, where the parameter is there.
    pub(super) fn choice(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Fault> {
        match self.optional(name) {
            Some(word) if !words.contains(&word) => {
                Err(Fault::validation(&format!("{name} is none of {}", words.join(", "))))
            }
            word => Ok(word),
        }
    }

    /// Domain, repository, format, namespace and package. Packages of other formats than ours are not here.
    pub(super) fn package(&self) -> Result<PackageId, Fault> {
        self.repository()?;
        let format = self.format()?;
        let package = self.required("package", is_name)?;
        let scope = match self.optional("namespace") {
            None => "",
            Some(_) => self.required("namespace", is_name)?,
        };
        match PackageFormat::parse(format) {
            Some(PackageFormat::Generic) => {
                self.required("namespace", is_name).map(|namespace| PackageId::generic(namespace, package))
            }
            Some(PackageFormat::Pypi) if scope.is_empty() => Ok(PackageId::pypi(package)),
            Some(PackageFormat::Pypi) => Err(Fault::validation("namespace: Python packages have none")),
            Some(format @ PackageFormat::Npm) => {
                Ok(PackageId { format, namespace: scope.to_owned(), package: package.to_owned() })
            }
            None => Err(Fault::not_found("package", package)),
        }
    }

    /// As [`Query::package`], and the version.
    pub(super) fn version(&self) -> Result<VersionId, Fault> {
        Ok(self.package()?.version(self.required("version", is_name)?))
    }

    pub(super) fn asset(&self) -> Result<&str, Fault> {
        self.required("asset", is_asset)
    }

    /// One page of `items` as `member`, and the token of the next.
    pub(super) fn page(&self, member: &str, items: Vec<Value>) -> Result<Value, Fault> {
        let number = |name: &str| self.optional(name).map(str::parse::<usize>).transpose();
        let most = number("max-results").ok().map(|most| most.unwrap_or(100));
        let Some(most @ 1..=MOST_RESULTS) = most else {
            return Err(Fault::validation("max-results is not between 1 and 1000"));
        };
        let start =
            number("next-token").map_err(|_| Fault::validation("next-token is not one of this list"))?;
        let start = start.unwrap_or(0);
        let next = start.saturating_add(most);
        let mut page = json!({});
        if next < items.len() {
            page["nextToken"] = next.to_string().into();
        }
        page[member] = items.into_iter().skip(start).take(most).collect();
        Ok(page)
    }
}

/// `[a-z][a-z0-9\-]{0,48}[a-z0-9]`
fn is_domain(text: &str) -> bool {
    let bytes = text.as_bytes();
    (2..=50).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes[bytes.len() - 1] != b'-'
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

/// `[A-Za-z0-9][A-Za-z0-9._\-]{1,99}`
fn is_repository(text: &str) -> bool {
    let bytes = text.as_bytes();
    (2..=100).contains(&bytes.len())
        && bytes[0].is_ascii_alphanumeric()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
}

/// `[^#/\s]+`, 1 to 255: namespace, package and version.
pub(super) fn is_name(text: &str) -> bool {
    (1..=255).contains(&text.chars().count())
        && !text.contains(|c: char| c == '#' || c == '/' || c.is_whitespace())
}

/// `\P{C}+`, 1 to 255. A separator is refused too: no asset is a path.
fn is_asset(text: &str) -> bool {
    (1..=255).contains(&text.chars().count())
        && !text.contains(|c: char| is_other(c) || c == '/' || c == '\\')
}

/// `\p{C}`: controls, formats, private use, and what Unicode does not assign.
fn is_other(c: char) -> bool {
    static OTHER: LazyLock<ClassUnicode> =
        LazyLock::new(|| match regex_syntax::parse(r"\p{C}").map(Hir::into_kind) {
            Ok(HirKind::Class(Class::Unicode(other))) => other,
            _ => ClassUnicode::new([ClassUnicodeRange::new(char::MIN, char::MAX)]),
        });
    OTHER.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_the_services() {
        assert!(is_domain("airlock") && is_domain("a1") && is_domain(&"a".repeat(50)));
        assert!(
            !is_domain("a") && !is_domain("Ab") && !is_domain("a-") && !is_domain("1a") && !is_domain("a_b")
        );
        assert!(
            is_repository("approved")
                && is_repository("A.b_c-1")
                && !is_repository("a")
                && !is_repository("-ab")
        );
        assert!(
            is_name("@scope") && is_name("1!2.0") && !is_name("a b") && !is_name("a/b") && !is_name("a#b")
        );
        assert!(is_asset("a b.zip") && is_asset("é😀\u{301}\u{a0}"));
        for other in ['\u{ad}', '\u{200b}', '\u{e000}', '\u{378}', '\u{10ffff}'] {
            assert!(!is_asset(&format!("a{other}")), "{other:?}");
        }
        assert!(!is_asset("a\nb") && !is_asset("a/b") && !is_asset(&"a".repeat(256)));
    }
}
