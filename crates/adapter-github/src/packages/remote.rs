//! The organisation's repository of one package, and git's smart HTTP to it.

use std::time::Duration;

use domain::{Error, Result};
use reqwest::{
    Body, RequestBuilder, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;
use url::Url;

use crate::{
    RepositoryName,
    http::Call,
    packages::{
        content::Packed,
        refs::{Pushed, Refs, Update, commands, read_report},
    },
};

/// The longest answer: what a repository with a hundred thousand tags lists.
pub(super) const LONGEST_ANSWER: u64 = 16 << 20;
/// Bytes a second that a push may count on, beside the time of a call.
const SLOWEST_PUSH: u64 = 1 << 20;
pub(super) const CONTENTS: &str = "\"Contents: read and write\" and \"Workflows: read and write\"";

/// One repository, with the token of one publication.
pub(super) struct Remote<'c> {
    pub(super) client: &'c reqwest::Client,
    pub(super) api: Url,
    pub(super) git: Url,
    pub(super) name: RepositoryName,
    pub(super) bearer: HeaderValue,
    pub(super) basic: HeaderValue,
    pub(super) timeout: Duration,
}

impl Remote<'_> {
    pub(super) async fn refs(&self) -> Result<Refs> {
        let call = self.call("list the tags of", CONTENTS);
        let mut url = self.git_url(&["info", "refs"])?;
        url.query_pairs_mut().append_pair("service", "git-receive-pack");
        let request = self.client.get(url).header(AUTHORIZATION, self.basic.clone());
        let response = self.send(&call, request).await?;
        let body = self.git_answer(&call, response, "application/x-git-receive-pack-advertisement").await?;
        Refs::read(&body).map_err(|why| self.unfit(&format!("its list of refs is not understood: {why}")))
    }

    /// Pushes the pack and moves the refs, all or none.
    pub(super) async fn push(&self, updates: &[Update], (pack, length): Packed) -> Result<Pushed> {
        let call = self.call("push to", CONTENTS);
        let commands = commands(updates);
        // The protocol has no pack where every ref is deleted.
        let length = if updates.iter().any(|update| update.new.is_some()) { length } else { 0 };
        let pack = tokio::fs::File::from_std(pack).take(length);
        let length = length + commands.len() as u64;
        let body = std::io::Cursor::new(commands).chain(pack);
        let request = self
            .client
            .post(self.git_url(&["git-receive-pack"])?)
            .header(AUTHORIZATION, self.basic.clone())
            .header(CONTENT_TYPE, "application/x-git-receive-pack-request")
            .header(CONTENT_LENGTH, length)
            .timeout(self.timeout + Duration::from_secs(length / SLOWEST_PUSH))
            .body(Body::wrap_stream(ReaderStream::with_capacity(body, 256 << 10)));
        let response = self.send(&call, request).await?;
        let report = self.git_answer(&call, response, "application/x-git-receive-pack-result").await?;
        // What became of it the next run will see.
        let unclear =
            |why| Error::transient(format!("GitHub's report is not understood, to {}: {why}", call.doing));
        read_report(&report, updates).map_err(unclear)
    }

    async fn git_answer(&self, call: &Call, response: Response, kind: &str) -> Result<bytes::Bytes> {
        if response.status() != StatusCode::OK {
            return Err(self.refusal(call, &response));
        }
        if response.headers().get(CONTENT_TYPE).is_none_or(|found| found != kind) {
            return Err(self.unfit(&format!("the answer is not {kind}: check the address of git")));
        }
        call.body(response, LONGEST_ANSWER).await
    }

    /// Not every one of GitHub's servers knows at once what another has just written: where the repository is known to be
    /// there, what is not found may be found later.
    pub(super) fn refusal(&self, call: &Call, response: &Response) -> Error {
        let Call { doing, permission } = call;
        match response.status() {
            StatusCode::NOT_FOUND => Error::transient(format!(
                "GitHub has the repository and does not find what is in it (404), to {doing}: it is perhaps too new, else \
                 the token needs {permission}"
            )),
            other => call.refusal(other, response.headers()),
        }
    }

    pub(super) async fn send(&self, call: &Call, request: RequestBuilder) -> Result<Response> {
        request.send().await.map_err(|e| call.broken(e))
    }

    fn git_url(&self, rest: &[&str]) -> Result<Url> {
        let folder = format!("{}.git", self.name.name());
        self.at(&self.git, &[&[self.name.owner(), &folder], rest].concat())
    }

    pub(super) fn at(&self, base: &Url, path: &[&str]) -> Result<Url> {
        let mut url = base.clone();
        url.path_segments_mut()
            .map_err(|()| self.unfit("its address has no host"))?
            .pop_if_empty()
            .extend(path);
        Ok(url)
    }

    pub(super) fn call(&self, verb: &str, permission: &'static str) -> Call {
        Call { doing: format!("{verb} the repository {}", self.name), permission }
    }

    pub(super) fn unfit(&self, why: &str) -> Error {
        Error::rejected(format!("the repository {} cannot be used: {why}", self.name))
    }
}
