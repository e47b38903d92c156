//! Which URLs may be fetched at all: decided on the text, before any name is resolved. Pure.

use std::{collections::BTreeSet, fmt};

use url::{Host, Origin, Url};

/// The hosts and origins that may be fetched from.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    hosts: BTreeSet<String>,
    trusted: Vec<Origin>,
}

/// How an allowed URL may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// To public addresses only.
    Public,
    /// To whatever address it has: the operator runs it.
    Trusted,
}

/// Why a URL is not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It carries a user name or password.
    #[error("{0} carries a user name or password: no credentials are ever sent")]
    Credentials(ShownUrl),
    /// It is not https.
    #[error("{0} is not https")]
    Scheme(ShownUrl),
    /// It names an address.
    #[error("{0} names an IP address instead of a host")]
    AddressLiteral(ShownUrl),
    /// It names another port than 443.
    #[error("{0} names another port than 443")]
    Port(ShownUrl),
    /// Its host is not on the list.
    #[error("the host of {0} is not allowed: ask the operator to add it to AIRLOCK_ALLOWED_HOSTS")]
    Host(ShownUrl),
    /// A redirect from https to http.
    #[error("{0} would lead from https down to http")]
    Downgrade(ShownUrl),
}

/// A URL as people may see it: no credentials, no query, no fragment, since each may hold a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownUrl(String);

impl From<&Url> for ShownUrl {
    fn from(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Self(format!("{}://{host}{port}{}", url.scheme(), url.path()))
    }
}

impl fmt::Display for ShownUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Guard {
    /// Allows https on these hosts (lower case, exact), and these origins as they are.
    pub fn new(hosts: impl IntoIterator<Item = String>, trusted: Vec<Origin>) -> Self {
        Self { hosts: hosts.into_iter().collect(), trusted }
    }

    /// Decides on the URL of a request. The parser has brought every notation of an IPv4 address (`127.1`,
    /// `0x7f.1`, `2130706433`, `0177.0.0.1`, full-width digits) to one form by now (WHATWG URL, host parsing).
    pub fn check(&self, url: &Url) -> Result<Passage, Refusal> {
        let shown = || ShownUrl::from(url);
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials(shown()));
        }
        if self.trusted.contains(&url.origin()) {
            return Ok(Passage::Trusted);
        }
        if url.scheme() != "https" {
            return Err(Refusal::Scheme(shown()));
        }
        let Some(Host::Domain(host)) = url.host() else { return Err(Refusal::AddressLiteral(shown())) };
        if !self.hosts.contains(host) {
            return Err(Refusal::Host(shown()));
        }
        if url.port().is_some() {
            return Err(Refusal::Port(shown()));
        }
        Ok(Passage::Public)
    }

    /// Decides on where a redirect leads: whatever holds for a request, and never from https down to http.
    pub fn check_redirect(&self, from: &Url, to: &Url) -> Result<Passage, Refusal> {
        if from.scheme() == "https" && to.scheme() != "https" {
            return Err(Refusal::Downgrade(to.into()));
        }
        self.check(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn guard() -> Guard {
        let trusted = ["http://127.0.0.1:8080", "https://mirror.invalid:8443"];
        let origins = trusted.iter().map(|text| Url::parse(text).unwrap().origin()).collect();
        Guard::new(["github.com".to_owned(), "codeload.github.com".to_owned()], origins)
    }

    fn check(text: &str) -> Result<Passage, Refusal> {
        guard().check(&Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    #[test]
    fn every_notation_of_an_address_is_refused() {
        for host in [
            "169.254.169.254",
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "0.0.0.0",
            "0",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
            "127。0。0。1",
            "[::1]",
            "[::]",
            "[fd00:ec2::254]",
            "[::ffff:a9fe:a9fe]",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "100.64.0.1",
            "1.1.1.1",
            "[2606:4700::1]",
        ] {
            let refused = check(&format!("https://{host}/a.zip"));
            assert!(matches!(refused, Err(Refusal::AddressLiteral(_))), "{host}: {refused:?}");
        }
    }

    #[test]
    fn every_other_host_is_refused() {
        for host in [
            "localhost",
            "localhost.",
            "github.com.",
            "metadata.google.internal",
            "a.internal",
            "evil.invalid",
            "github.com.evil.invalid",
            "evilgithub.com",
            "www.github.com",
            "api.github.com",
            "gıthub.com",
            "xn--gthub-n4a.com",
            "mirror.invalid",
            "github.com\u{ad}.x",
        ] {
            let refused = check(&format!("https://{host}/a.zip"));
            assert!(matches!(refused, Err(Refusal::Host(_))), "{host}: {refused:?}");
        }
    }

    #[test]
    fn scheme_port_and_credentials_are_refused() {
        for (text, variant) in [
            ("http://github.com/a.zip", "Scheme"),
            ("ftp://github.com/a.zip", "Scheme"),
            ("file:///etc/passwd", "Scheme"),
            ("file://github.com/etc/passwd", "Scheme"),
            ("data:application/zip;base64,UEsDBA", "Scheme"),
            ("gopher://github.com/", "Scheme"),
            ("https://github.com:444/a.zip", "Port"),
            ("https://github.com:22/a.zip", "Port"),
            ("https://github.com:80/a.zip", "Port"),
            ("https://user@github.com/a.zip", "Credentials"),
            ("https://:pw@github.com/a.zip", "Credentials"),
            ("https://github.com@evil.invalid/a.zip", "Credentials"),
            ("http://user@127.0.0.1:8080/a.zip", "Credentials"),
            ("http://127.0.0.1:8081/a.zip", "Scheme"),
            ("https://127.0.0.1:8080/a.zip", "AddressLiteral"),
            ("http://localhost:8080/a.zip", "Scheme"),
            ("http://mirror.invalid:8443/a.zip", "Scheme"),
            ("https://mirror.invalid:8444/a.zip", "Host"),
        ] {
            let refused = check(text).expect_err(text);
            assert!(format!("{refused:?}").starts_with(variant), "{text}: {refused:?}");
        }
    }

    #[test]
    fn what_the_operator_named_is_allowed() {
        for (text, passage) in [
            ("https://github.com/o/r/archive/main.zip", Passage::Public),
            ("https://GitHub.com:443/o/r/archive/main.zip", Passage::Public),
            ("https://codeload.github.com/o/r/zip/main", Passage::Public),
            ("http://127.0.0.1:8080/a.zip", Passage::Trusted),
            ("https://mirror.invalid:8443/a.zip", Passage::Trusted),
        ] {
            assert_eq!(check(text), Ok(passage), "{text}");
        }
    }

    #[test]
    fn redirects_never_lead_to_http() {
        let [https, http] =
            ["https://github.com/a", "http://127.0.0.1:8080/a"].map(|text| Url::parse(text).unwrap());
        assert!(matches!(guard().check_redirect(&https, &http), Err(Refusal::Downgrade(_))));
        assert_eq!(guard().check_redirect(&http, &https), Ok(Passage::Public));
        assert_eq!(guard().check_redirect(&http, &http), Ok(Passage::Trusted));
    }

    #[test]
    fn nothing_secret_is_shown() {
        let url = Url::parse("https://user:canary@evil.invalid:99/a.zip?token=canary#canary").unwrap();
        let shown = guard().check(&url).unwrap_err().to_string();
        assert!(shown.contains("https://evil.invalid:99/a.zip") && !shown.contains("canary"), "{shown}");
    }

    proptest! {
        #[test]
        fn whatever_passes_goes_to_a_named_host_only(
            text in "(https|http|ftp|HTTPS)://([a-z0-9.@:%-]{0,12}|user:pw)@?(github\\.com|codeload\\.github\\.com|127\\.0\\.0\\.1|[a-z.]{1,12}|[0-9a-fx.]{1,16})(:[0-9]{1,5})?[/?#\\\\]?[a-z@:/.]{0,12}"
        ) {
            let Ok(url) = Url::parse(&text) else { return Ok(()) };
            match guard().check(&url) {
                Ok(Passage::Public) => {
                    prop_assert_eq!(url.scheme(), "https");
                    prop_assert!(matches!(url.host_str(), Some("github.com" | "codeload.github.com")), "{}", url);
                    prop_assert_eq!(url.port_or_known_default(), Some(443));
                    prop_assert!(url.username().is_empty() && url.password().is_none());
                }
                Ok(Passage::Trusted) => prop_assert!(
                    url.as_str().starts_with("http://127.0.0.1:8080/")
                        || url.as_str().starts_with("https://mirror.invalid:8443/")
                ),
                Err(_) => {}
            }
        }

        #[test]
        fn no_number_is_a_host(bits in any::<u32>()) {
            for host in [format!("{bits}"), format!("{bits:#x}"), format!("0{bits:o}")] {
                let url = Url::parse(&format!("https://{host}/")).unwrap();
                prop_assert!(matches!(guard().check(&url), Err(Refusal::AddressLiteral(_))), "{}", host);
            }
        }
    }
}
