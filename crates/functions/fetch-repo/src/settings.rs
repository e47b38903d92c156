use std::{path::PathBuf, time::Duration};

use domain::{Error, Result};
use url::{Host, Origin, Url};

const DEFAULT_HOSTS: &str = "github.com,codeload.github.com";
const DEFAULT_GITHUB: &str = "https://github.com/";
const DEFAULT_MAX_BYTES: u64 = 2 << 30;

/// What may be fetched, and how patiently.
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// Hosts that https may be spoken to, exact and in lower case. Those of the indexes are allowed besides.
    pub allowed_hosts: Vec<String>,
    /// Origins that the operator has chosen, the indexes' among them: exempt from the checks of port and address.
    /// [`trusted_origin`] reads one.
    pub trusted_origins: Vec<Origin>,
    /// Where `pkg:github` archives are.
    pub github: Url,
    /// The registries' indexes.
    pub indexes: Indexes,
    /// The longest artifact, in bytes.
    pub max_bytes: u64,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// Where the bytes are kept until the store has them; the system's folder for temporary files if there is none.
    pub spool_folder: Option<PathBuf>,
}

/// Where each registry's index is; a registry without one is not fetched from.
#[derive(Debug, Clone, Default)]
pub struct Indexes {
    /// PyPI's simple index, with JSON (PEP 691): `https://…/simple/`.
    pub pypi: Option<Url>,
    /// The npm registry's root.
    pub npm: Option<Url>,
    /// The root of a sparse cargo index.
    pub crates: Option<Url>,
}

/// How long a fetch waits for what.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection: name, TCP and TLS.
    pub connect: Duration,
    /// For the next bytes.
    pub idle: Duration,
    /// For everything: index, redirects and body.
    pub total: Duration,
    /// How long a body may be slower than `bytes_per_second`.
    pub grace: Duration,
    /// What a body must average after `grace`.
    pub bytes_per_second: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::of_call(Duration::from_secs(20))
    }
}

impl Timeouts {
    /// A server may be silent for as long as a call may take, and half as long before it is connected.
    fn of_call(idle: Duration) -> Self {
        Self {
            connect: idle / 2,
            idle,
            total: Duration::from_secs(600),
            grace: Duration::from_secs(30),
            bytes_per_second: 1024,
        }
    }
}

/// Reads the `AIRLOCK_*` variables of this stage through `get`; an empty one counts as not set.
///
/// # Errors
/// `Rejected`, naming the variable, when a value cannot be meant.
pub fn settings_from(get: impl Fn(&str) -> Option<String>) -> Result<FetchSettings> {
    let get = |name: &str| get(name).filter(|value| !value.trim().is_empty());
    let list = |name: &str, default: &str| -> Vec<String> {
        let value = get(name).unwrap_or_else(|| default.to_owned());
        value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(ToOwned::to_owned).collect()
    };
    let mut trusted_origins = list("AIRLOCK_TRUSTED_ORIGINS", "")
        .iter()
        .map(|item| trusted_origin(item).map_err(|why| invalid("AIRLOCK_TRUSTED_ORIGINS", item, why)))
        .collect::<Result<Vec<_>>>()?;
    let allowed_hosts = list("AIRLOCK_ALLOWED_HOSTS", DEFAULT_HOSTS)
        .iter()
        .map(|item| allowed_host(item).map_err(|why| invalid("AIRLOCK_ALLOWED_HOSTS", item, why)))
        .collect::<Result<Vec<_>>>()?;
    let index = |name: &str| -> Result<Option<Url>> {
        let Some(value) = get(name) else { return Ok(None) };
        index_url(value.trim()).map(Some).map_err(|why| invalid(name, &value, why))
    };
    let max_bytes = match get("AIRLOCK_MAX_BYTES") {
        None => DEFAULT_MAX_BYTES,
        Some(value) => match value.trim().parse() {
            Ok(bytes) if bytes > 0 => bytes,
            _ => return Err(invalid("AIRLOCK_MAX_BYTES", &value, "it must be a positive number of bytes")),
        },
    };
    let indexes = Indexes {
        pypi: index("AIRLOCK_PYPI_INDEX")?,
        npm: index("AIRLOCK_NPM_REGISTRY")?,
        crates: index("AIRLOCK_CRATES_INDEX")?,
    };
    // Whoever names an index has chosen that server, and often runs it.
    let chosen = [&indexes.pypi, &indexes.npm, &indexes.crates];
    trusted_origins.extend(chosen.into_iter().flatten().map(Url::origin));
    let github = Url::parse(DEFAULT_GITHUB).map_err(|error| Error::rejected(error.to_string()))?;
    let timeouts = match get("AIRLOCK_CALL_TIMEOUT_SECONDS") {
        None => Timeouts::default(),
        Some(value) => match value.trim().parse() {
            Ok(seconds) if seconds > 0 => Timeouts::of_call(Duration::from_secs(seconds)),
            _ => {
                return Err(invalid(
                    "AIRLOCK_CALL_TIMEOUT_SECONDS",
                    &value,
                    "it must be a number of seconds",
                ));
            }
        },
    };
    Ok(FetchSettings {
        allowed_hosts,
        trusted_origins,
        github,
        indexes,
        max_bytes,
        timeouts,
        spool_folder: None,
    })
}

fn invalid(variable: &str, value: &str, why: &str) -> Error {
    // An address with a password is a likely mistake here, and this text is logged.
    let shown = if value.contains('@') { "(not shown: it may hold a password)" } else { value };
    Error::rejected(format!("{variable} has the value {shown:?}: {why}"))
}

/// Reads one origin: `https://mirror.corp:8443`, or `http://127.0.0.1:8080` on this machine alone.
///
/// # Errors
/// One sentence on what an origin must be.
pub fn trusted_origin(text: &str) -> Result<Origin, &'static str> {
    const SHAPE: &str = "an origin is https://host or https://host:port, with nothing behind it";
    let url = Url::parse(text).map_err(|_| SHAPE)?;
    let bare = url.username().is_empty() && url.password().is_none() && url.path() == "/";
    if !bare || url.query().is_some() || url.fragment().is_some() {
        return Err(SHAPE);
    }
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(host)) => host == "localhost",
        None => return Err(SHAPE),
    };
    match url.scheme() {
        "https" => Ok(url.origin()),
        "http" if loopback => Ok(url.origin()),
        "http" => Err("http:// is for loopback hosts alone (127.0.0.1, [::1], localhost): use https://"),
        _ => Err(SHAPE),
    }
}

fn allowed_host(text: &str) -> Result<String, &'static str> {
    const SHAPE: &str =
        "a host is a plain DNS name such as files.example.org, with no scheme, port, path or wildcard";
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    match Host::parse(text) {
        Ok(Host::Domain(host)) if plain && !host.ends_with('.') => Ok(host),
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) => Err("an IP address is no host: use AIRLOCK_TRUSTED_ORIGINS"),
        _ => Err(SHAPE),
    }
}

fn index_url(text: &str) -> Result<Url, &'static str> {
    const SHAPE: &str = "an index is an https:// URL with no user, query or fragment";
    let url = Url::parse(text.strip_prefix("sparse+").unwrap_or(text)).map_err(|_| SHAPE)?;
    let bare = url.username().is_empty() && url.password().is_none();
    if !bare || url.query().is_some() || url.fragment().is_some() {
        return Err(SHAPE);
    }
    trusted_origin(&url.origin().ascii_serialization()).map(|_| url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<FetchSettings> {
        settings_from(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn nothing_set_allows_github_alone() {
        let settings = read(&[("AIRLOCK_PYPI_INDEX", ""), ("AIRLOCK_MAX_BYTES", " ")]).unwrap();
        assert_eq!(settings.allowed_hosts, ["github.com", "codeload.github.com"]);
        assert!(settings.trusted_origins.is_empty() && settings.indexes.pypi.is_none());
        assert_eq!(settings.max_bytes, 2 * 1024 * 1024 * 1024);
    }

    #[test]
    fn everything_is_read() {
        let settings = read(&[
            ("AIRLOCK_ALLOWED_HOSTS", "Files.Example.invalid, b.invalid,"),
            ("AIRLOCK_TRUSTED_ORIGINS", "https://mirror.invalid:8443/"),
            ("AIRLOCK_PYPI_INDEX", "https://index.invalid/simple/"),
            ("AIRLOCK_NPM_REGISTRY", "http://127.0.0.1:8080/npm"),
            ("AIRLOCK_CRATES_INDEX", "sparse+https://mirror.invalid:8443/crates/"),
            ("AIRLOCK_MAX_BYTES", "1000"),
        ])
        .unwrap();
        assert_eq!(settings.allowed_hosts, ["files.example.invalid", "b.invalid"]);
        for origin in ["http://127.0.0.1:8080", "https://mirror.invalid:8443", "https://index.invalid"] {
            assert!(settings.trusted_origins.contains(&Url::parse(origin).unwrap().origin()), "{origin}");
        }
        assert_eq!(settings.indexes.crates.unwrap().as_str(), "https://mirror.invalid:8443/crates/");
        assert_eq!(settings.max_bytes, 1000);
    }

    #[test]
    fn errors_name_the_variable_and_hide_passwords() {
        for (name, value) in [
            ("AIRLOCK_ALLOWED_HOSTS", "*.example.invalid"),
            ("AIRLOCK_ALLOWED_HOSTS", "https://example.invalid"),
            ("AIRLOCK_ALLOWED_HOSTS", "127.1"),
            ("AIRLOCK_ALLOWED_HOSTS", "example.invalid."),
            ("AIRLOCK_ALLOWED_HOSTS", "example.invalid:443"),
            ("AIRLOCK_TRUSTED_ORIGINS", "http://mirror.invalid"),
            ("AIRLOCK_TRUSTED_ORIGINS", "http://10.0.0.1"),
            ("AIRLOCK_TRUSTED_ORIGINS", "http://localhost.invalid"),
            ("AIRLOCK_TRUSTED_ORIGINS", "https://mirror.invalid/path"),
            ("AIRLOCK_TRUSTED_ORIGINS", "https://user:canary@mirror.invalid"),
            ("AIRLOCK_TRUSTED_ORIGINS", "file:///"),
            ("AIRLOCK_PYPI_INDEX", "http://index.invalid/simple/"),
            ("AIRLOCK_PYPI_INDEX", "https://user:canary@index.invalid/simple/"),
            ("AIRLOCK_NPM_REGISTRY", "npm"),
            ("AIRLOCK_CRATES_INDEX", "sparse+http://10.0.0.1:1/"),
            ("AIRLOCK_MAX_BYTES", "2 GiB"),
            ("AIRLOCK_MAX_BYTES", "0"),
        ] {
            let error = read(&[(name, value)]).expect_err(value);
            assert!(error.to_string().starts_with(name), "{error}");
            assert!(!error.chain().contains("canary"), "{error}");
            assert_eq!(error.name(), "Rejected");
        }
    }
}
