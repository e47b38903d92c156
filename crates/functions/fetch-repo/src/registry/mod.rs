//! Where a package URL leads: the registry's own index says which file, and what its digest must be.

mod crates;
mod npm;
mod pypi;

use domain::{CommitId, Registry, RegistryPackage, Sha256};
use url::Url;

use crate::{
    download::Session,
    failure::{FetchError, Result},
    settings::FetchSettings,
};

/// The longest answer of an index, in bytes. The largest seen are about 10 MB.
const LONGEST_INDEX: u64 = 32 << 20;

/// A file to download, and what is known of it beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) expected: Expected,
}

/// What is known of a file before it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    /// The file's name, for its extension.
    pub(crate) file_name: String,
    /// The digest that the index publishes.
    pub(crate) published: Option<Published>,
    /// The version that was asked for.
    pub(crate) version: Option<String>,
    /// The commit that was asked for by its id.
    pub(crate) commit: Option<CommitId>,
}

/// A digest that an index publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Published {
    Sha256(Sha256),
    Sha512([u8; 64]),
}

impl Target {
    /// A plain archive on the web.
    pub(crate) fn web(url: &Url) -> Self {
        let segments: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
        let commit = commit_named(&segments);
        let file_name = segments.last().copied().unwrap_or_default().to_owned();
        Self { url: url.clone(), expected: Expected { file_name, commit, ..Expected::default() } }
    }
}

/// The commit that the path of a GitHub archive names by its whole id. Its archive names it too, or is refused.
fn commit_named(segments: &[&str]) -> Option<CommitId> {
    let id = match segments {
        [_, _, "archive", file] => file.strip_suffix(".zip").or_else(|| file.strip_suffix(".tar.gz"))?,
        [_, _, "zip" | "tar.gz" | "zipball" | "tarball" | "legacy.zip" | "legacy.tar.gz", id] => id,
        _ => return None,
    };
    CommitId::parse(&id.to_ascii_lowercase()).ok()
}

/// Finds the file of a package.
///
/// # Errors
/// `Refused` when the index is not configured or has withdrawn the version; `Broken` when it does not have it.
pub(crate) async fn resolve(
    session: &Session<'_>,
    settings: &FetchSettings,
    package: &RegistryPackage,
) -> Result<Target> {
    let indexes = &settings.indexes;
    match package.registry() {
        Registry::Github => Ok(github_archive(&settings.github, package)),
        Registry::Pypi => {
            pypi::resolve(session, configured(&indexes.pypi, "AIRLOCK_PYPI_INDEX", package)?, package).await
        }
        Registry::Npm => {
            npm::resolve(session, configured(&indexes.npm, "AIRLOCK_NPM_REGISTRY", package)?, package).await
        }
        Registry::Cargo => {
            crates::resolve(session, configured(&indexes.crates, "AIRLOCK_CRATES_INDEX", package)?, package)
                .await
        }
    }
}

fn configured<'a>(index: &'a Option<Url>, variable: &str, package: &RegistryPackage) -> Result<&'a Url> {
    index.as_ref().ok_or_else(|| {
        FetchError::refused(format!("{package} cannot be resolved: no index is configured, set {variable}"))
    })
}

fn github_archive(github: &Url, package: &RegistryPackage) -> Target {
    let path = format!("{}/archive/{}.zip", package.name(), package.version());
    Target::web(&below(github, path.split('/')))
}

/// `base` with further path segments, each percent-encoded as it needs.
fn below<'a>(base: &Url, segments: impl IntoIterator<Item = &'a str>) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

fn unreadable(index: &str, package: &RegistryPackage, error: serde_json::Error) -> FetchError {
    FetchError::broken(format!(
        "the {index}'s answer on {package} is not what an index answers: check its URL"
    ))
    .because(error)
}

fn absent(index: &str, package: &RegistryPackage) -> FetchError {
    FetchError::broken(format!("the {index} has no version {} of {}", package.version(), package.name()))
}

fn withdrawn(package: &RegistryPackage, reason: &str) -> FetchError {
    let because = if reason.is_empty() { String::new() } else { format!(": {}", reason.escape_default()) };
    FetchError::refused(format!("{package} was yanked by its publisher{because}; ask for another version"))
}

fn file_url(package: &RegistryPackage, page: &Url, text: &str) -> Result<Url> {
    let mut url = page.join(text).map_err(|error| {
        FetchError::broken(format!("the index gives no valid URL for the file of {package}")).because(error)
    })?;
    url.set_fragment(None);
    Ok(url)
}

impl Expected {
    fn release(package: &RegistryPackage, file_name: String, published: Published) -> Self {
        let version = Some(package.version().to_owned());
        Self { file_name, published: Some(published), version, commit: None }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn package(text: &str) -> RegistryPackage {
        match domain::PackageUrl::parse(text) {
            Ok(domain::PackageUrl::Registry(package)) => package,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn github_archives_are_asked_for_by_ref() {
        let github = Url::parse("https://github.com/").unwrap();
        let id = "0123456789abcdef0123456789abcdef01234567";
        for (purl, path, commit) in [
            ("pkg:github/o/r@main", "o/r/archive/main.zip", None),
            ("pkg:github/o/r@feature%2Fx", "o/r/archive/feature/x.zip", None),
            (&format!("pkg:github/o/r@{id}"), &format!("o/r/archive/{id}.zip"), Some(id)),
        ] {
            let target = github_archive(&github, &package(purl));
            assert_eq!(target.url.as_str(), format!("https://github.com/{path}"));
            assert_eq!(target.expected.commit.as_ref().map(CommitId::as_str), commit);
            assert!(target.expected.file_name.ends_with(".zip"));
        }
    }

    #[test]
    fn a_whole_commit_id_is_seen_in_every_form_of_a_github_archive() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let commit = |path: &str| {
            Target::web(&Url::parse("https://h.invalid/").unwrap().join(path).unwrap()).expected.commit
        };
        for path in [
            format!("o/r/archive/{id}.zip"),
            format!("o/r/archive/{id}.tar.gz"),
            format!("o/r/archive/{}.zip", id.to_ascii_uppercase()),
            format!("o/r/zip/{id}"),
            format!("o/r/tar.gz/{id}"),
            format!("o/r/zipball/{id}"),
            format!("o/r/tarball/{id}"),
            format!("o/r/legacy.zip/{id}"),
            format!("o/r/legacy.tar.gz/{id}"),
        ] {
            assert_eq!(commit(&path).map(|id| id.as_str().to_owned()).as_deref(), Some(id), "{path}");
        }
        for path in [
            "o/r/archive/main.zip",
            "o/r/zip/main",
            &format!("o/r/raw/{id}"),
            &format!("o/r/archive/refs/heads/{id}.zip"),
        ] {
            assert_eq!(commit(path), None, "{path}");
        }
    }
}
