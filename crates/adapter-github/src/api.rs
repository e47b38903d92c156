use std::{sync::OnceLock, time::Duration};

use bytes::{Bytes, BytesMut};
use domain::{
    CommitId, CommitState, Error, Origin, RequestFiles, RequestSource, Result, SecretSource, Source, one_line,
};
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};
use url::{Host, Url};

use crate::RepositoryName;

/// The longest request file, in bytes: 10 MiB.
const MAX_FILE: u64 = 10 * 1024 * 1024;
/// The longest description that GitHub takes, in characters.
const MAX_DESCRIPTION: usize = 140;
/// <https://docs.github.com/en/rest/about-the-rest-api/api-versions>
const API_VERSION: &str = "2022-11-28";

/// GitHub's REST API: reads the request file at a commit, and sets the commit's status.
pub struct GitHub<T> {
    api: Url,
    token: T,
    timeout: Duration,
    client: OnceLock<Client>,
}

impl<T: SecretSource> GitHub<T> {
    /// `api` is the API's address, with a path on GitHub Enterprise Server; `timeout` bounds one call, its body included.
    /// Nothing is opened before the first call, which needs a process-wide provider of `rustls`. Only an address on
    /// loopback may be `http://`: the first call to another is [`Error::Rejected`].
    pub fn new(api: Url, token: T, timeout: Duration) -> Self {
        Self { api, token, timeout, client: OnceLock::new() }
    }

    /// Redirects are not followed: they would carry the token to where somebody points them.
    fn client(&self) -> Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        if !may_carry_token(&self.api) {
            let message = format!("the GitHub API address {} must be https://", self.api);
            return Err(Error::rejected(message));
        }
        let client = Client::builder()
            .user_agent(concat!("airlock/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .timeout(self.timeout)
            .http1_only()
            .no_proxy()
            .build()
            .map_err(|e| Error::rejected("cannot set up the HTTP client for GitHub").because(e))?;
        Ok(self.client.get_or_init(|| client))
    }

    /// `{api}/repos/{owner}/{name}/{rest}`, every component percent-encoded.
    fn url<'a>(&self, repository: &str, rest: impl IntoIterator<Item = &'a str>) -> Result<Url> {
        let repository = RepositoryName::parse(repository)
            .map_err(|e| Error::rejected(format!("the submission's repository is {e}")))?;
        let mut url = self.api.clone();
        url.path_segments_mut()
            .map_err(|()| Error::rejected("the GitHub API address has no host"))?
            .pop_if_empty()
            .extend(["repos", repository.owner(), repository.name()])
            .extend(rest);
        Ok(url)
    }

    async fn request(&self, method: Method, url: Url) -> Result<RequestBuilder> {
        let secret = self.token.secret().await?;
        let token = secret.expose().trim();
        // The cause would quote nothing, but it says nothing more either.
        let unusable = || {
            Error::rejected("the GitHub token is empty or not one word: store the token alone as the secret")
        };
        let mut bearer = Some(token)
            .filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic()))
            .and_then(|t| HeaderValue::from_str(&format!("Bearer {t}")).ok())
            .ok_or_else(unusable)?;
        bearer.set_sensitive(true);
        let request = self.client()?.request(method, url).header(AUTHORIZATION, bearer);
        Ok(request.header("x-github-api-version", API_VERSION))
    }

    /// The file at `commit`; `None` where there is none.
    async fn file(&self, repository: &str, path: &str, commit: &CommitId) -> Result<Option<Bytes>> {
        let mut components = path.split('/');
        if path.chars().any(char::is_control) || components.any(|part| matches!(part, "" | "." | "..")) {
            return Err(Error::rejected("the request file's path must be relative, with no . or .. in it"));
        }
        let mut url = self.url(repository, ["contents"].into_iter().chain(path.split('/')))?;
        url.query_pairs_mut().append_pair("ref", commit.as_str());
        let call = Call {
            doing: format!("read {path} of {repository} at {commit}"),
            permission: "\"Contents: read\"",
        };
        let request = self.request(Method::GET, url).await?.header(ACCEPT, "application/vnd.github.raw+json");
        let response = request.send().await.map_err(|e| call.broken(e))?;
        match response.status() {
            StatusCode::OK => call.body(response).await.map(Some),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(call.refusal(status, response.headers())),
        }
    }
}

/// A token goes over TLS, or nowhere out of this machine.
fn may_carry_token(api: &Url) -> bool {
    let loopback = match api.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    api.scheme() == "https" || (api.scheme() == "http" && loopback)
}

/// One call, for its errors.
struct Call {
    doing: String,
    permission: &'static str,
}

impl Call {
    fn broken(&self, error: reqwest::Error) -> Error {
        Error::transient(format!("GitHub did not answer, to {}", self.doing)).because(error.without_url())
    }

    fn refusal(&self, status: StatusCode, headers: &HeaderMap) -> Error {
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

    /// An answer without a body is an empty file only where GitHub says that its length is 0.
    async fn body(&self, mut response: Response) -> Result<Bytes> {
        let Self { doing, .. } = self;
        let kind = response.headers().get(CONTENT_TYPE).map_or(&[][..], HeaderValue::as_bytes);
        if kind.starts_with(b"application/json") {
            return Err(Error::rejected(format!("cannot {doing}: it is a folder, not a file")));
        }
        let length = response.content_length();
        let too_large = || Error::rejected(format!("cannot {doing}: it is larger than {MAX_FILE} bytes"));
        if length.is_some_and(|length| length > MAX_FILE) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| self.broken(e))? {
            body.extend_from_slice(&chunk);
            if body.len() as u64 > MAX_FILE {
                return Err(too_large());
            }
        }
        if body.is_empty() && length != Some(0) {
            return Err(Error::transient(format!("GitHub answered without a body, to {doing}")));
        }
        Ok(body.freeze())
    }
}

impl<T: SecretSource> RequestSource for GitHub<T> {
    async fn read(&self, source: &Source) -> Result<RequestFiles> {
        let Source::Github { repository, before, after, path, .. } = source else {
            return Err(Error::rejected("this request file is not on GitHub"));
        };
        let Some(current) = self.file(repository, path, after).await? else {
            return Err(Error::rejected(format!(
                "GitHub has no {path} in {repository} at {after} (404): check the path, and that the token sees the \
                 repository with \"Contents: read\""
            )));
        };
        let previous = match before {
            Some(before) if !before.is_zero() => self.file(repository, path, before).await?,
            _ => None,
        };
        Ok(RequestFiles { current, previous })
    }

    async fn answer(&self, origin: &Origin, state: CommitState, description: &str) -> Result<()> {
        let Origin::Github { repository, after, .. } = origin else { return Ok(()) };
        let url = self.url(repository, ["statuses", after.as_str()])?;
        let call = Call {
            doing: format!("set the status of {repository} at {after}"),
            permission: "\"Commit statuses: read and write\"",
        };
        let status = serde_json::json!({
            "state": match state {
                CommitState::Success => "success",
                CommitState::Failure => "failure",
                CommitState::Error => "error",
            },
            "description": one_line(description).chars().take(MAX_DESCRIPTION).collect::<String>(),
            "context": "airlock",
        });
        let request = self.request(Method::POST, url).await?.header(ACCEPT, "application/vnd.github+json");
        let response = request.json(&status).send().await.map_err(|e| call.broken(e))?;
        match response.status() {
            StatusCode::CREATED => Ok(()),
            other => Err(call.refusal(other, response.headers())),
        }
    }
}

#[cfg(test)]
mod tests;
