//! The simple index of Python packages, as JSON (PEP 503, 592, 691, 792).

use std::collections::HashMap;

use domain::{RegistryPackage, Sha256};
use serde::Deserialize;
use url::Url;

use super::{Expected, LONGEST_INDEX, Published, Target, absent, below, file_url, unreadable, withdrawn};
use crate::{
    download::Session,
    failure::{FetchError, Result},
};

const JSON: &str = "application/vnd.pypi.simple.v1+json";
const INDEX: &str = "Python index";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Project {
    files: Vec<File>,
    #[serde(default)]
    project_status: Option<ProjectStatus>,
}

#[derive(Deserialize)]
struct ProjectStatus {
    status: String,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: HashMap<String, String>,
    #[serde(default)]
    yanked: Yanked,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked {
    Flag(bool),
    Reason(String),
}

impl Default for Yanked {
    fn default() -> Self {
        Self::Flag(false)
    }
}

impl Yanked {
    fn reason(&self) -> Option<&str> {
        match self {
            Self::Flag(false) => None,
            Self::Flag(true) => Some(""),
            Self::Reason(reason) => Some(reason),
        }
    }
}

/// What a file is good for, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A wheel that every platform installs.
    PureWheel,
    Sdist,
    ZippedSdist,
}

pub(super) async fn resolve(session: &Session<'_>, index: &Url, package: &RegistryPackage) -> Result<Target> {
    // The empty segment is the trailing slash, without which indexes redirect.
    let page = below(index, [normalized(package.name()).as_str(), ""]);
    let answer = session.read(&page, JSON, LONGEST_INDEX).await?;
    choose(&answer, &page, package)
}

/// The file to fetch, from the project's page: a wheel for every platform, else the source distribution.
fn choose(answer: &[u8], page: &Url, package: &RegistryPackage) -> Result<Target> {
    let project: Project =
        serde_json::from_slice(answer).map_err(|error| unreadable(INDEX, package, error))?;
    if project.project_status.is_some_and(|project| project.status == "quarantined") {
        return Err(FetchError::refused(format!("{} is in quarantine on the {INDEX}", package.name())));
    }
    let asked = package.version().to_ascii_lowercase();
    let of_version: Vec<(&File, Option<Kind>)> = project
        .files
        .iter()
        .filter_map(|file| {
            let (version, kind) = version_and_kind(&file.filename, &normalized(package.name()))?;
            (version.to_ascii_lowercase() == asked).then_some((file, kind))
        })
        .collect();
    if of_version.is_empty() {
        return Err(absent(INDEX, package));
    }
    let mut usable: Vec<(Kind, &File)> =
        of_version.iter().filter_map(|(file, kind)| Some(((*kind)?, *file))).collect();
    usable.sort_by(|(one, first), (other, second)| (one, &first.filename).cmp(&(other, &second.filename)));
    let standing = usable.iter().find(|(_, file)| file.yanked.reason().is_none());
    let Some((_, file)) = standing else {
        let yanked = of_version.iter().find_map(|(file, _)| file.yanked.reason());
        return Err(match yanked {
            Some(reason) => withdrawn(package, reason),
            None => FetchError::refused(format!(
                "{package} has only wheels for particular platforms: give the URL of the one you want"
            )),
        });
    };
    target(file, page, package)
}

fn target(file: &File, page: &Url, package: &RegistryPackage) -> Result<Target> {
    let published = file.hashes.get("sha256").and_then(|text| Sha256::parse(&text.to_ascii_lowercase()).ok());
    let Some(sha256) = published else {
        return Err(FetchError::refused(format!("the {INDEX} publishes no sha256 for {}", file.filename)));
    };
    let expected = Expected::release(package, file.filename.clone(), Published::Sha256(sha256));
    Ok(Target { url: file_url(package, page, &file.url)?, expected })
}

/// The version in a file's name (PEP 427, 625, and the older habits); no kind for a wheel bound to a platform.
fn version_and_kind<'a>(file_name: &'a str, name: &str) -> Option<(&'a str, Option<Kind>)> {
    if let Some(stem) = file_name.strip_suffix(".whl") {
        let parts: Vec<&str> = stem.split('-').collect();
        let ([found, version, python, abi, platform] | [found, version, _, python, abi, platform]) =
            parts.as_slice()
        else {
            return None;
        };
        let pure = python.split('.').any(|tag| tag == "py3") && *abi == "none" && *platform == "any";
        return (normalized(found) == name).then_some((*version, pure.then_some(Kind::PureWheel)));
    }
    let (stem, kind) = match (file_name.strip_suffix(".tar.gz"), file_name.strip_suffix(".zip")) {
        (Some(stem), _) => (stem, Kind::Sdist),
        (None, Some(stem)) => (stem, Kind::ZippedSdist),
        (None, None) => return None,
    };
    // The name itself may hold dashes, as the version may.
    let dashes = stem.match_indices('-').map(|(at, _)| at);
    let at = dashes.into_iter().find(|&at| normalized(&stem[..at]) == name)?;
    Some((&stem[at + 1..], Some(kind)))
}

/// The name as the index spells it (PEP 503).
fn normalized(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::tests::package;
    use serde_json::{Value, json};

    fn file(name: &str, yanked: Value) -> Value {
        let sha256 = Sha256::of(name.as_bytes()).to_string();
        json!({"filename": name, "url": format!("../../files/{name}#sha256={sha256}"), "hashes": {"sha256": sha256}, "yanked": yanked})
    }

    fn choose_from(files: &[Value], purl: &str) -> Result<Target> {
        let answer = json!({"meta": {"api-version": "1.4"}, "name": "x", "files": files}).to_string();
        choose(answer.as_bytes(), &Url::parse("https://index.invalid/simple/x/").unwrap(), &package(purl))
    }

    fn chosen(names: &[&str], purl: &str) -> String {
        let files: Vec<Value> = names.iter().map(|name| file(name, json!(false))).collect();
        choose_from(&files, purl).map_or_else(|error| error.to_string(), |target| target.expected.file_name)
    }

    #[test]
    fn prefers_the_pure_wheel_then_the_sdist() {
        let names =
            ["x-1.0-cp39-cp39-linux_x86_64.whl", "x-1.0.zip", "x-1.0.tar.gz", "x-1.0-py2.py3-none-any.whl"];
        assert_eq!(chosen(&names, "pkg:pypi/x@1.0"), "x-1.0-py2.py3-none-any.whl");
        assert_eq!(chosen(&names[..3], "pkg:pypi/x@1.0"), "x-1.0.tar.gz");
        assert_eq!(chosen(&names[..2], "pkg:pypi/x@1.0"), "x-1.0.zip");
        assert!(chosen(&names[..1], "pkg:pypi/x@1.0").contains("particular platforms"));
        assert!(chosen(&["x-1.0-py2-none-any.whl"], "pkg:pypi/x@1.0").contains("particular platforms"));
    }

    #[test]
    fn takes_the_exact_version_of_the_exact_name() {
        let names =
            ["x-1.0.1.tar.gz", "x-1.0rc1.tar.gz", "x-y-1.0.tar.gz", "xx-1.0.tar.gz", "x-1.0-extra.tar.gz"];
        assert_eq!(
            chosen(&names, "pkg:pypi/x@1.0"),
            "broken source: the Python index has no version 1.0 of x"
        );
        assert_eq!(chosen(&["Ruamel.YAML-0.1.tar.gz"], "pkg:pypi/ruamel-yaml@0.1"), "Ruamel.YAML-0.1.tar.gz");
        assert_eq!(chosen(&["a_b-1.0-1-py3-none-any.whl"], "pkg:pypi/a.b@1.0"), "a_b-1.0-1-py3-none-any.whl");
    }

    #[test]
    fn yanked_files_are_not_taken() {
        let wheel = |yanked| file("x-1.0-py3-none-any.whl", yanked);
        let kept = choose_from(&[wheel(json!(true)), file("x-1.0.tar.gz", json!(false))], "pkg:pypi/x@1.0");
        assert_eq!(kept.unwrap().expected.file_name, "x-1.0.tar.gz");
        for (yanked, said) in [
            (json!("broken\u{1b}[31m"), r"publisher: broken\u{1b}[31m;"),
            (json!(true), "publisher;"),
            (json!(""), "publisher;"),
        ] {
            let error = choose_from(&[wheel(yanked)], "pkg:pypi/x@1.0").unwrap_err();
            assert!(
                matches!(error, FetchError::Refused { .. }) && error.to_string().contains(said),
                "{error}"
            );
        }
    }

    #[test]
    fn the_target_has_digest_and_absolute_url() {
        let target = choose_from(&[file("x-1.0.tar.gz", json!(false))], "pkg:pypi/x@1.0").unwrap();
        assert_eq!(target.url.as_str(), "https://index.invalid/files/x-1.0.tar.gz");
        assert_eq!(target.expected.published, Some(Published::Sha256(Sha256::of(b"x-1.0.tar.gz"))));
    }

    #[test]
    fn a_file_without_sha256_is_refused() {
        for hashes in [json!({}), json!({"md5": "0"}), json!({"sha256": "short"})] {
            let file = json!({"filename": "x-1.0.tar.gz", "url": "a", "hashes": hashes});
            let error = choose_from(&[file], "pkg:pypi/x@1.0").unwrap_err();
            assert!(
                matches!(error, FetchError::Refused { .. }) && error.to_string().contains("no sha256"),
                "{error}"
            );
        }
    }

    #[test]
    fn malformed_answers_are_refused() {
        let page = Url::parse("https://index.invalid/simple/x/").unwrap();
        for (answer, said) in [
            (b"".as_slice(), "check its URL"),
            (b"<html>", "check its URL"),
            (b"{}", "check its URL"),
            (b"[]", "check its URL"),
            (br#"{"files": [{"filename": 1}]}"#, "check its URL"),
            (br#"{"files": []}"#, "has no version"),
        ] {
            let error = choose(answer, &page, &package("pkg:pypi/x@1.0")).unwrap_err();
            assert!(
                matches!(error, FetchError::Broken { .. }) && error.to_string().contains(said),
                "{error}"
            );
        }
    }

    #[test]
    fn a_project_in_quarantine_is_refused() {
        let page = Url::parse("https://index.invalid/simple/x/").unwrap();
        let quarantined = br#"{"files": [], "project-status": {"status": "quarantined"}}"#;
        let error = choose(quarantined, &page, &package("pkg:pypi/x@1.0")).unwrap_err();
        assert!(
            matches!(error, FetchError::Refused { .. }) && error.to_string().contains("quarantine"),
            "{error}"
        );
    }
}
