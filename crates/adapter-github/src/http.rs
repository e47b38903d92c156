//! What every call to GitHub shares: one client, a token that goes nowhere else, one sentence for each thing that goes
//! wrong.

use std::{sync::OnceLock, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::{Bytes, BytesMut};
use domain::{Error, Result, Secret, SecretSource};
use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};
use url::{Host, Url};

/// The client, set up at its first use.
pub(crate) struct Client {
    timeout: Duration,
    client: OnceLock<reqwest::Client>,
}

impl Client {
    /// `timeout` bounds one call, its body included.
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout, client: OnceLock::new() }
    }

    /// Redirects are not followed: they would carry the token to where somebody points them.
    pub(crate) fn get(&self) -> Result<&reqwest::Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder()
            .user_agent(concat!("airlock/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .timeout(self.timeout)
            .http1_only()
            .no_proxy()
            .build()
            .map_err(|e| Error::rejected("cannot set up the HTTP client for GitHub").because(e))?;
        Ok(self.client.get_or_init(|| client))
    }
}

/// A token goes over TLS, or nowhere out of this machine.
///
/// # Errors
/// `Rejected`, where the address is neither.
pub(crate) fn check_carries_token(what: &str, url: &Url) -> Result<()> {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err(Error::rejected(format!("the {what} address {url} must be https://"))),
    }
}

/// The token as it is now.
pub(crate) struct Token(Secret);

impl Token {
    pub(crate) async fn read(source: &impl SecretSource) -> Result<Self> {
        let secret = source.secret().await?;
        let token = secret.expose().trim();
        if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::rejected(
                "the GitHub token is empty or not one word: store the token alone as the secret",
            ));
        }
        Ok(Self(Secret::new(token)))
    }

    /// For the REST API.
    pub(crate) fn bearer(&self) -> Result<HeaderValue> {
        Self::header(&format!("Bearer {}", self.0.expose()))
    }

    /// For git's own protocol.
    pub(crate) fn basic(&self) -> Result<HeaderValue> {
        let pair = format!("x-access-token:{}", self.0.expose());
        Self::header(&format!("Basic {}", BASE64_STANDARD.encode(pair)))
    }

    /// The cause would quote nothing, but it says nothing more either.
    fn header(text: &str) -> Result<HeaderValue> {
        let mut value =
            HeaderValue::from_str(text).map_err(|_| Error::rejected("the GitHub token fits no header"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// One call, for its errors.
pub(crate) struct Call {
    pub(crate) doing: String,
    pub(crate) permission: &'static str,
}

impl Call {
    pub(crate) fn broken(&self, error: reqwest::Error) -> Error {
        Error::transient(format!("GitHub did not answer, to {}", self.doing)).because(error.without_url())
    }

    pub(crate) fn refusal(&self, status: StatusCode, headers: &HeaderMap) -> Error {
        let Self { doing, permission } = self;
        let spent = headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0");
        let limited = spent || headers.contains_key(RETRY_AFTER);
        match status.as_u16() {
            429 => Error::transient(format!("GitHub limits the rate of calls (429), to {doing}")),
            403 if limited => Error::transient(format!("GitHub limits the rate of calls (403), to {doing}")),
            408 | 500..=599 => Error::transient(format!("GitHub answered {status}, to {doing}")),
            401 => Error::rejected(format!(
                "GitHub knows no such token (401), to {doing}: renew the token's secret"
            )),
            403 => Error::rejected(format!("GitHub denied (403) to {doing}: the token needs {permission}")),
            404 => Error::rejected(format!(
                "GitHub found nothing (404), to {doing}: check the repository, the path, and that the token sees the \
                 repository with {permission}"
            )),
            300..=399 => Error::rejected(format!(
                "GitHub redirects ({status}), to {doing}: if the repository was renamed, give its new name"
            )),
            _ => Error::rejected(format!("GitHub answered {status}, to {doing}")),
        }
    }

    /// The answer's body, of at most `limit` bytes.
    pub(crate) async fn body(&self, mut response: reqwest::Response, limit: u64) -> Result<Bytes> {
        let Self { doing, .. } = self;
        let too_large = || Error::rejected(format!("cannot {doing}: it is larger than {limit} bytes"));
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| self.broken(e))? {
            body.extend_from_slice(&chunk);
            if body.len() as u64 > limit {
                return Err(too_large());
            }
        }
        Ok(body.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leaves_the_machine_over_tls_only() {
        let check = |url: &str| check_carries_token("GitHub API", &url.parse().unwrap());
        assert!(check("https://github.invalid/api").is_ok() && check("http://[::1]:80/").is_ok());
        for url in
            ["http://github.invalid/", "http://10.0.0.1/", "http://localhost.invalid/", "ftp://127.0.0.1/"]
        {
            assert!(check(url).unwrap_err().to_string().contains("must be https://"), "{url}");
        }
    }
}
