//! The npm registry: the abbreviated document of a package, and the integrity of its tarballs (W3C SRI).

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::RegistryPackage;
use serde::Deserialize;
use url::Url;

use super::{Expected, LONGEST_INDEX, Published, Target, absent, below, file_url, unreadable};
use crate::{
    download::Session,
    failure::{FetchError, Result},
};

const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";
const INDEX: &str = "npm registry";

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    name: Option<String>,
    versions: HashMap<String, Version>,
}

#[derive(Deserialize)]
struct Version {
    dist: Dist,
}

#[derive(Deserialize)]
struct Dist {
    tarball: String,
    #[serde(default)]
    integrity: Option<String>,
}

pub(super) async fn resolve(
    session: &Session<'_>,
    registry: &Url,
    package: &RegistryPackage,
) -> Result<Target> {
    // A scoped name is one segment: /@scope%2Fname.
    let page = below(registry, [package.name()]);
    let answer = session.read(&page, ABBREVIATED, LONGEST_INDEX).await?;
    choose(&answer, &page, package)
}

fn choose(answer: &[u8], page: &Url, package: &RegistryPackage) -> Result<Target> {
    let mut found: Package =
        serde_json::from_slice(answer).map_err(|error| unreadable(INDEX, package, error))?;
    if found.name.as_deref().is_some_and(|name| name != package.name()) {
        return Err(FetchError::broken(format!(
            "the {INDEX} answered on another package than {}",
            package.name()
        )));
    }
    let Some(version) = found.versions.remove(package.version()) else { return Err(absent(INDEX, package)) };
    let Dist { tarball, integrity } = version.dist;
    let Some(sha512) = integrity.as_deref().and_then(sha512) else {
        return Err(FetchError::refused(format!(
            "the {INDEX} publishes no sha512 integrity for {package}, and a sha1 shasum is too weak to rely on: give \
             the URL of a build that you have checked"
        )));
    };
    let expected =
        Expected::release(package, format!("{}.tgz", package.version()), Published::Sha512(sha512));
    Ok(Target { url: file_url(package, page, &tarball)?, expected })
}

/// The one SHA-512 in an integrity text. With two, either would do for an installer, so neither does here.
fn sha512(integrity: &str) -> Option<[u8; 64]> {
    let mut digests = integrity.split_ascii_whitespace().filter_map(|item| item.strip_prefix("sha512-"));
    let digest = digests.next().filter(|_| digests.next().is_none())?;
    let digest = digest.split('?').next()?;
    STANDARD.decode(digest).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::tests::package;
    use serde_json::{Value, json};

    fn integrity(byte: u8) -> String {
        format!("sha512-{}", STANDARD.encode([byte; 64]))
    }

    fn choose_with(dist: &Value) -> Result<Target> {
        let answer = json!({"name": "@s/x", "versions": {"1.0.0": {"dist": dist}, "2.0.0": {"dist": {"tarball": "b"}}}});
        let page = Url::parse("https://registry.invalid/@s%2Fx").unwrap();
        choose(answer.to_string().as_bytes(), &page, &package("pkg:npm/%40s/x@1.0.0"))
    }

    #[test]
    fn the_target_has_the_sha512_of_the_integrity() {
        let tarball = "https://registry.invalid/@s/x/-/x-1.0.0.tgz";
        for integrity in
            [integrity(7), format!("sha1-AAAA {}", integrity(7)), format!("{}?opt", integrity(7))]
        {
            let target = choose_with(&json!({"tarball": tarball, "integrity": integrity})).unwrap();
            assert_eq!(
                (target.url.as_str(), target.expected.published),
                (tarball, Some(Published::Sha512([7; 64])))
            );
        }
    }

    #[test]
    fn weak_or_ambiguous_integrity_is_refused() {
        for dist in [
            json!({"tarball": "https://r.invalid/x.tgz", "shasum": "0".repeat(40)}),
            json!({"tarball": "https://r.invalid/x.tgz", "integrity": "sha1-AAAA"}),
            json!({"tarball": "https://r.invalid/x.tgz", "integrity": ""}),
            json!({"tarball": "https://r.invalid/x.tgz", "integrity": "sha512-AAAA"}),
            json!({"tarball": "https://r.invalid/x.tgz", "integrity": "sha512-*"}),
            json!({"tarball": "https://r.invalid/x.tgz", "integrity": format!("{} {}", integrity(1), integrity(2))}),
        ] {
            let error = choose_with(&dist).unwrap_err();
            assert!(
                matches!(error, FetchError::Refused { .. }) && error.to_string().contains("too weak"),
                "{error}"
            );
        }
    }

    #[test]
    fn malformed_answers_and_other_packages_are_refused() {
        let page = Url::parse("https://registry.invalid/x").unwrap();
        for (answer, said) in [
            ("", "check its URL"),
            ("<html>", "check its URL"),
            ("{}", "check its URL"),
            (r#"{"versions": {"1.0.0": {}}}"#, "check its URL"),
            (r#"{"versions": {}}"#, "has no version 1.0.0 of x"),
            (r#"{"name": "y", "versions": {}}"#, "another package"),
        ] {
            let error = choose(answer.as_bytes(), &page, &package("pkg:npm/x@1.0.0")).unwrap_err();
            assert!(
                matches!(error, FetchError::Broken { .. }) && error.to_string().contains(said),
                "{error}"
            );
        }
    }

    #[test]
    fn a_scoped_name_is_one_segment() {
        let registry = Url::parse("https://registry.invalid/npm/").unwrap();
        assert_eq!(below(&registry, ["@s/x"]).as_str(), "https://registry.invalid/npm/@s%2Fx");
    }
}
