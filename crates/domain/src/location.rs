use std::{fmt, str::FromStr};

use packageurl::PackageUrl as Purl;
use serde::{Deserialize, Serialize};
use url::Url;

/// Where a requested package comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PackageUrl {
    /// An archive on the web. Whether its host may be reached is for the fetcher's guard to say.
    Web(Url),
    /// A package URL (purl), resolved through the registry's own index.
    Registry(RegistryPackage),
    /// A path relative to the request file: for the local runner alone.
    File(String),
}

/// `pkg:<registry>/<name>@<version>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryPackage {
    registry: Registry,
    name: String,
    version: String,
}

/// The registries that a package URL can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    /// `pkg:pypi/requests@2.32.3`.
    Pypi,
    /// `pkg:npm/left-pad@1.3.0`, `pkg:npm/%40scope/name@1.0.0`.
    Npm,
    /// `pkg:cargo/itoa@1.0.0`.
    Cargo,
    /// `pkg:github/owner/name@<branch, tag or commit>`.
    Github,
}

/// Why a text is no place to get a package from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// Not a URL of a known kind.
    #[error("the URL is neither an https:// archive nor a pkg: URL of pypi, npm, cargo or github")]
    UnknownKind,
    /// A user name or password in the URL.
    #[error("the URL carries a user name or password: remove it")]
    Credentials,
    /// `?…` or `#…`, which could carry a token or hide a file name.
    #[error("the URL carries a query or fragment: give the plain address of the archive")]
    QueryOrFragment,
    /// Longer than 2,048 characters, or with a character that has no place in a URL.
    #[error("the URL is longer than 2048 characters, or has spaces, control or non-ASCII characters")]
    Characters,
    /// A purl without a version, or with parts that change what is fetched.
    #[error("a package URL needs a name and a version, and no qualifiers: pkg:pypi/requests@2.32.3")]
    IncompletePurl,
    /// A path that leaves the folder of the request file.
    #[error("the path leaves the folder of the request file")]
    PathOutside,
}

impl PackageUrl {
    /// Accepts or refuses; never repairs.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        if text.is_empty() || text.len() > 2048 || !text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
            return Err(InvalidUrl::Characters);
        }
        if text.starts_with("pkg:") {
            return RegistryPackage::parse(text).map(Self::Registry);
        }
        if !text.contains(':') {
            return relative_path(text).map(Self::File);
        }
        let url = Url::parse(text).map_err(|_| InvalidUrl::UnknownKind)?;
        if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
            return Err(InvalidUrl::UnknownKind);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidUrl::QueryOrFragment);
        }
        Ok(Self::Web(url))
    }
}

fn relative_path(text: &str) -> Result<String, InvalidUrl> {
    let plain = text.split('/').all(|part| !matches!(part, "" | ".."));
    if plain { Ok(text.to_owned()) } else { Err(InvalidUrl::PathOutside) }
}

impl RegistryPackage {
    fn parse(text: &str) -> Result<Self, InvalidUrl> {
        if text.contains(['?', '#']) {
            return Err(InvalidUrl::IncompletePurl);
        }
        let purl = Purl::from_str(text).map_err(|_| InvalidUrl::IncompletePurl)?;
        if purl.name().contains('/') {
            return Err(InvalidUrl::IncompletePurl);
        }
        let registry = match purl.ty() {
            "pypi" => Registry::Pypi,
            "npm" => Registry::Npm,
            "cargo" => Registry::Cargo,
            "github" => Registry::Github,
            _ => return Err(InvalidUrl::UnknownKind),
        };
        let name = match (purl.namespace(), registry) {
            (None, Registry::Pypi | Registry::Npm | Registry::Cargo) => purl.name().to_owned(),
            (Some(scope), Registry::Npm) if scope.starts_with('@') => format!("{scope}/{}", purl.name()),
            (Some(owner), Registry::Github) => format!("{owner}/{}", purl.name()),
            _ => return Err(InvalidUrl::IncompletePurl),
        };
        let version = purl.version().unwrap_or_default().to_owned();
        let safe = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"@._-+!~".contains(&b))
        };
        // A branch of a git repository may have slashes in its name.
        let version_safe = match registry {
            Registry::Github => version.split('/').all(safe),
            Registry::Pypi | Registry::Npm | Registry::Cargo => safe(&version),
        };
        if name.split('/').all(safe) && version_safe {
            Ok(Self { registry, name, version })
        } else {
            Err(InvalidUrl::IncompletePurl)
        }
    }

    /// Which registry.
    pub fn registry(&self) -> Registry {
        self.registry
    }

    /// The name there: `requests`, `@scope/name`, `owner/name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version, or the ref on GitHub. Never empty.
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl fmt::Display for RegistryPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.registry {
            Registry::Pypi => "pypi",
            Registry::Npm => "npm",
            Registry::Cargo => "cargo",
            Registry::Github => "github",
        };
        let plain = |text: &str| text.replace('@', "%40");
        let (name, version) = (plain(&self.name), plain(&self.version).replace('/', "%2F"));
        write!(f, "pkg:{kind}/{name}@{version}")
    }
}

impl fmt::Display for PackageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Web(url) => url.fmt(f),
            Self::Registry(package) => package.fmt(f),
            Self::File(path) => f.write_str(path),
        }
    }
}

impl TryFrom<String> for PackageUrl {
    type Error = InvalidUrl;
    fn try_from(text: String) -> Result<Self, InvalidUrl> {
        Self::parse(&text)
    }
}

impl From<PackageUrl> for String {
    fn from(url: PackageUrl) -> Self {
        url.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_documented_kind_and_writes_it_back() {
        for text in [
            "https://github.com/langchain-ai/langchain/archive/refs/heads/main.zip",
            "pkg:pypi/requests@2.32.3",
            "pkg:npm/left-pad@1.3.0",
            "pkg:npm/%40types/node@20.0.0",
            "pkg:cargo/itoa@1.0.0",
            "pkg:github/langchain-ai/langchain@feature%2Fx",
            "pkg:github/langchain-ai/langchain@v%401",
            "packages/clean.zip",
        ] {
            let url = PackageUrl::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(url.to_string(), text);
        }
    }

    #[test]
    fn refuses_what_could_mislead() {
        use InvalidUrl::*;
        for (text, why) in [
            ("", Characters),
            ("https://host/a b.zip", Characters),
            ("https://h\u{0430}st/a.zip", Characters),
            ("https:\\\\host\\a.zip", Characters),
            ("ftp://host/a.zip", UnknownKind),
            ("file:///etc/passwd", UnknownKind),
            ("pkg:gem/rails@1", UnknownKind),
            ("https://user:pw@host/a.zip", Credentials),
            ("https://host/a.zip?token=1", QueryOrFragment),
            ("https://host/a.zip#x", QueryOrFragment),
            ("pkg:pypi/requests", IncompletePurl),
            ("pkg:pypi/requests@2?x=y", IncompletePurl),
            ("pkg:pypi/a%2Fb@2", IncompletePurl),
            ("pkg:npm/x/y@2", IncompletePurl),
            ("pkg:github/a/b@..%2Fc", IncompletePurl),
            ("../x.zip", PathOutside),
            ("/etc/passwd", PathOutside),
        ] {
            assert_eq!(PackageUrl::parse(text), Err(why), "{text}");
        }
    }
}
