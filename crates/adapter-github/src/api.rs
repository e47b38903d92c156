use std::time::Duration;

use bytes::Bytes;
use domain::{
    CommitId, CommitState, Error, Origin, RequestFiles, RequestSource, Result, SecretSource, Source, one_line,
};
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use url::Url;

use crate::{
    RepositoryName,
    http::{Call, Client, Token, check_carries_token},
};

/// The longest request file, in bytes: 10 MiB.
const MAX_FILE: u64 = 10 * 1024 * 1024;
/// The longest description that GitHub takes, in characters.
const MAX_DESCRIPTION: usize = 140;
/// <https://docs.github.com/en/rest/about-the-rest-api/api-versions>
pub(crate) const API_VERSION: &str = "2022-11-28";

/// GitHub's REST API: reads the request file at a commit, and sets the commit's status.
pub struct GitHub<T> {
    api: Url,
    token: T,
    client: Client,
}

impl<T: SecretSource> GitHub<T> {
    /// `api` is the API's address, with a path on GitHub Enterprise Server; `timeout` bounds one call, its body included.
    /// Nothing is opened before the first call, which needs a process-wide provider of `rustls`. Only an address on
    /// loopback may be `http://`: the first call to another is [`Error::Rejected`].
    pub fn new(api: Url, token: T, timeout: Duration) -> Self {
        Self { api, token, client: Client::new(timeout) }
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
        check_carries_token("GitHub API", &self.api)?;
        let token = Token::read(&self.token).await?;
        let request = self.client.get()?.request(method, url).header(AUTHORIZATION, token.bearer()?);
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
            StatusCode::OK => content(&call, response).await.map(Some),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(call.refusal(status, response.headers())),
        }
    }
}

/// A file's content. An answer without a body is an empty file only where GitHub says that its length is 0.
async fn content(call: &Call, response: Response) -> Result<Bytes> {
    let Call { doing, .. } = call;
    let kind = response.headers().get(CONTENT_TYPE).map_or(&[][..], HeaderValue::as_bytes);
    if kind.starts_with(b"application/json") {
        return Err(Error::rejected(format!("cannot {doing}: it is a folder, not a file")));
    }
    let length = response.content_length();
    let body = call.body(response, MAX_FILE).await?;
    if body.is_empty() && length != Some(0) {
        return Err(Error::transient(format!("GitHub answered without a body, to {doing}")));
    }
    Ok(body)
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
