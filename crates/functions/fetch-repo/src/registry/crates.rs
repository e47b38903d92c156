//! A sparse cargo index (The Cargo Book, "Registry Index").

use domain::{RegistryPackage, Sha256};
use serde::Deserialize;
use url::Url;

use super::{Expected, LONGEST_INDEX, Published, Target, absent, below, unreadable, withdrawn};
use crate::{
    download::Session,
    failure::{FetchError, Result},
};

const ANY: &str = "*/*";
const INDEX: &str = "cargo index";

#[derive(Deserialize)]
struct Config {
    dl: String,
}

#[derive(Deserialize)]
struct Release {
    name: String,
    vers: String,
    cksum: Sha256,
    #[serde(default)]
    yanked: bool,
}

pub(super) async fn resolve(session: &Session<'_>, index: &Url, package: &RegistryPackage) -> Result<Target> {
    let name = package.name();
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Err(FetchError::refused(format!("{name} is no name of a crate")));
    }
    let lower = name.to_ascii_lowercase();
    let page = below(index, prefix(&lower).split('/').chain([lower.as_str()]));
    let releases = session.read(&page, ANY, LONGEST_INDEX).await?;
    let release = choose(&releases, package)?;
    let config = session.read(&below(index, ["config.json"]), ANY, LONGEST_INDEX).await?;
    let config: Config =
        serde_json::from_slice(&config).map_err(|error| unreadable(INDEX, package, error))?;
    let url = download_url(&config.dl, &release).ok_or_else(|| {
        FetchError::broken(format!("the {INDEX}'s config.json has no valid `dl`: check AIRLOCK_CRATES_INDEX"))
    })?;
    let file_name = format!("{name}-{}.crate", package.version());
    Ok(Target { url, expected: Expected::release(package, file_name, Published::Sha256(release.cksum)) })
}

/// The release among the index's lines. As cargo does, this passes over lines that it cannot read.
fn choose(lines: &[u8], package: &RegistryPackage) -> Result<Release> {
    let mut releases =
        lines.split(|&b| b == b'\n').filter_map(|line| serde_json::from_slice::<Release>(line).ok());
    let release =
        releases.find(|release| release.name == package.name() && release.vers == package.version());
    let release = release.ok_or_else(|| absent(INDEX, package))?;
    if release.yanked { Err(withdrawn(package, "")) } else { Ok(release) }
}

fn download_url(template: &str, release: &Release) -> Option<Url> {
    let Release { name, vers, cksum, .. } = release;
    let lower = name.to_ascii_lowercase();
    let filled = template
        .replace("{crate}", name)
        .replace("{version}", vers)
        .replace("{prefix}", &prefix(name))
        .replace("{lowerprefix}", &prefix(&lower))
        .replace("{sha256-checksum}", &cksum.to_string());
    let plain = filled == template;
    let url = Url::parse(&filled).ok()?;
    Some(if plain { below(&url, [name.as_str(), vers, "download"]) } else { url })
}

/// The folder of a name, which is ASCII.
fn prefix(name: &str) -> String {
    match name.len() {
        0..=2 => name.len().to_string(),
        3 => format!("3/{}", &name[..1]),
        _ => format!("{}/{}", &name[..2], &name[2..4]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::tests::package;

    fn line(name: &str, version: &str, yanked: bool) -> String {
        let cksum = Sha256::of(version.as_bytes());
        format!(
            r#"{{"name":"{name}","vers":"{version}","deps":[],"cksum":"{cksum}","features":{{}},"yanked":{yanked}}}"#
        )
    }

    fn chosen(lines: &[String], purl: &str) -> String {
        let found = choose(lines.join("\n").as_bytes(), &package(purl));
        found.map_or_else(|error| error.to_string(), |release| release.cksum.to_string())
    }

    #[test]
    fn takes_the_exact_version_that_is_not_yanked() {
        let lines =
            [line("x", "1.0.0", true), line("x", "1.0.1", false), line("X", "1.0.2", false), "{".to_owned()];
        assert_eq!(chosen(&lines, "pkg:cargo/x@1.0.1"), Sha256::of(b"1.0.1").to_string());
        assert!(chosen(&lines, "pkg:cargo/x@1.0.0").contains("was yanked"));
        assert_eq!(
            chosen(&lines, "pkg:cargo/x@1.0.2"),
            "broken source: the cargo index has no version 1.0.2 of x"
        );
        assert_eq!(
            chosen(&[], "pkg:cargo/x@1.0.2"),
            "broken source: the cargo index has no version 1.0.2 of x"
        );
    }

    #[test]
    fn fills_every_marker_of_the_template() {
        let release =
            Release { name: "Serde".into(), vers: "1.0.0".into(), cksum: Sha256::of(b""), yanked: false };
        let cksum = Sha256::of(b"");
        for (template, url) in [
            ("https://dl.invalid/crates", "https://dl.invalid/crates/Serde/1.0.0/download".to_owned()),
            ("https://dl.invalid/{crate}-{version}.crate", "https://dl.invalid/Serde-1.0.0.crate".to_owned()),
            ("https://dl.invalid/{prefix}/{lowerprefix}", "https://dl.invalid/Se/rd/se/rd".to_owned()),
            ("https://dl.invalid/{sha256-checksum}", format!("https://dl.invalid/{cksum}")),
        ] {
            assert_eq!(download_url(template, &release).unwrap().as_str(), url);
        }
        assert_eq!(download_url("dl", &release), None);
    }

    #[test]
    fn short_names_have_folders_of_their_own() {
        assert_eq!(["a", "ab", "abc", "abcd"].map(prefix), ["1", "2", "3/a", "ab/cd"]);
    }
}
