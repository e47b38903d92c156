//! The endpoints that `twine` and `npm` publish to.

use std::{net::IpAddr, time::Duration};

use aws_sdk_codeartifact::types::PackageFormat;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{Body, Error, Result, Secret};
use reqwest::{
    Method, Response, Url,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};

use super::{CodeArtifact, sending::Sent};
use crate::{
    error::{answered, failed, incomplete, unanswered},
    http,
    sent_body::SentBody,
};

/// How much of an answer's text is told, in bytes.
const TOLD: usize = 400;

/// The endpoint of one format, and what opens it.
pub(super) struct Endpoint {
    pub(super) url: Url,
    token: Secret,
    timeout: Duration,
}

/// A request that puts a package into its own format.
pub(super) struct Upload {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) scheme: Scheme,
    pub(super) content_type: String,
    pub(super) body: Body,
}

/// How the token is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// As the password of `aws`.
    Basic,
    Bearer,
}

impl CodeArtifact {
    /// Where packages of a format are put, with a token that ends with the session that asks for it.
    pub(super) async fn endpoint(&self, format: &PackageFormat, bytes: u64) -> Result<Endpoint> {
        let call = format!("cannot find the {format} endpoint of {}", self.place);
        let request = self.client().await.get_repository_endpoint().format(format.clone());
        let request = request.domain(&self.place.domain).set_domain_owner(self.place.owner.clone());
        let answer = request.repository(&self.place.repository).send().await;
        let answer = answer.map_err(|error| failed(&call, error))?;
        let url = answer.repository_endpoint.ok_or_else(|| incomplete(&call, "the endpoint's address"))?;
        let url =
            trusted(&url).ok_or_else(|| Error::rejected(format!("{call}: {url:?} is no https address")))?;

        let call = format!("cannot get a token for {}", self.place);
        let request = self.client().await.get_authorization_token().duration_seconds(0);
        let request = request.domain(&self.place.domain).set_domain_owner(self.place.owner.clone());
        let answer = request.send().await.map_err(|error| failed(&call, error))?;
        let token = answer.authorization_token.filter(|token| !token.is_empty());
        let token = Secret::new(token.ok_or_else(|| incomplete(&call, "the token"))?);
        Ok(Endpoint { url, token, timeout: self.aws.transfer_timeout(bytes) })
    }
}

/// The token is shown in the clear on this machine only. The path ends with a slash: everything is below it.
fn trusted(url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    if url.scheme() != "https" && !(url.scheme() == "http" && is_here) {
        return None;
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Some(url)
}

impl Endpoint {
    /// Sends the request once.
    pub(super) async fn send(&self, call: &str, upload: Upload) -> Result<Sent> {
        let Upload { method, url, scheme, content_type, body } = upload;
        let request = http::client(call, self.timeout)?
            .request(method, url)
            .header(AUTHORIZATION, self.authorization(call, scheme)?)
            .header(CONTENT_TYPE, content_type)
            .header(CONTENT_LENGTH, body.length)
            .body(reqwest::Body::wrap(SentBody::from(body)));
        let answer = request.send().await.map_err(|error| unanswered(call, error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(Sent::Stored);
        }
        match answered(call, status.as_u16(), &self.told(answer).await) {
            error @ Error::Transient { .. } => Err(error),
            error @ Error::Rejected { .. } => Ok(Sent::Refused(error)),
        }
    }

    fn authorization(&self, call: &str, scheme: Scheme) -> Result<HeaderValue> {
        let text = match scheme {
            Scheme::Basic => format!("Basic {}", self.basic()),
            Scheme::Bearer => format!("Bearer {}", self.token.expose()),
        };
        // Not the error: it may show the text.
        let value = HeaderValue::from_str(&text);
        let mut value =
            value.map_err(|_| Error::rejected(format!("{call}: the token is no text for a header")))?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn basic(&self) -> String {
        STANDARD.encode(format!("aws:{}", self.token.expose()))
    }

    /// The beginning of what the endpoint says, never with the token in it.
    async fn told(&self, mut answer: Response) -> String {
        let mut said = vec![];
        while let Ok(Some(chunk)) = answer.chunk().await {
            said.extend_from_slice(&chunk);
            if said.len() > 64 * TOLD {
                break;
            }
        }
        let said = String::from_utf8_lossy(&said);
        let said = said.replace(self.token.expose(), "…").replace(&self.basic(), "…");
        said.chars().take(TOLD).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_goes_over_https_or_stays_on_this_machine() {
        let trusted = |url| trusted(url).map(String::from);
        assert_eq!(
            trusted("https://a-1.d.example/pypi/approved").unwrap(),
            "https://a-1.d.example/pypi/approved/"
        );
        for here in ["http://127.0.0.1:8070/npm/a/", "http://localhost:1/npm/a/", "http://[::1]:1/npm/a/"] {
            assert_eq!(trusted(here).unwrap(), here);
        }
        for not in
            ["http://a.example/", "http://127.0.0.1.a.example/", "ftp://localhost/", "file:///a", "", "a/b"]
        {
            assert_eq!(trusted(not), None, "{not}");
        }
    }
}
