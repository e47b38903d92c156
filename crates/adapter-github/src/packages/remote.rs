//! The organisation's repository of one package: GitHub's REST API for what git cannot do, git's smart HTTP for the rest.

use std::{fs::File, time::Duration};

use domain::{Error, Result};
use reqwest::{
    Body, Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::io::ReaderStream;
use url::Url;

use crate::{
    RepositoryName,
    api::API_VERSION,
    git::ObjectId,
    http::Call,
    packages::{
        message,
        refs::{Pushed, Refs, Update, commands, read_report},
    },
};

/// The longest answer: what a repository with a hundred thousand tags lists.
const LONGEST_ANSWER: u64 = 16 << 20;
/// Bytes a second that a push may count on, beside the time of a call.
const SLOWEST_PUSH: u64 = 1 << 20;
/// Tells a repository that Airlock has created from one that waits for somebody else's first push.
const DESCRIPTION: &str = "Approved versions of one package, published by Airlock";
const CONTENTS: &str = "\"Contents: read and write\" and \"Workflows: read and write\"";
const ADMINISTRATION: &str = "\"Administration: read and write\" on all repositories of the organisation";

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

/// Whether there is a repository, and who says to have created it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Missing,
    OfAirlock,
    OfOthers,
}

/// What GitHub knows of a commit.
#[derive(Debug, Deserialize)]
pub(super) struct CommitInfo {
    sha: String,
    pub(super) message: String,
    tree: Named,
    parents: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    sha: String,
}

#[derive(Debug, Deserialize)]
struct RepositoryInfo {
    full_name: String,
    private: bool,
    archived: bool,
    description: Option<String>,
}

impl CommitInfo {
    pub(super) fn tree(&self) -> Option<ObjectId> {
        ObjectId::parse(&self.tree.sha)
    }

    /// The commit before it on the branch.
    pub(super) fn parent(&self) -> Option<ObjectId> {
        ObjectId::parse(&self.parents.first()?.sha)
    }
}

impl Remote<'_> {
    /// Whether the repository is there; one that is public or archived is an error.
    pub(super) async fn look(&self) -> Result<Presence> {
        let call = self.call("look at", ADMINISTRATION);
        let response = self.send(&call, self.rest(Method::GET, self.repository([])?)).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(Presence::Missing);
        }
        let found: RepositoryInfo = self.json(&call, response, StatusCode::OK).await?;
        let is_ours = RepositoryName::parse(&found.full_name).is_ok_and(|name| name == self.name);
        match (is_ours, found.private, found.archived) {
            (true, true, false) if found.description.as_deref() == Some(DESCRIPTION) => {
                Ok(Presence::OfAirlock)
            }
            (true, true, false) => Ok(Presence::OfOthers),
            (false, ..) => Err(self.unfit("GitHub answers with another repository")),
            (_, false, _) => {
                Err(self.unfit("it is public: make it private, or give the package another name"))
            }
            (_, _, true) => Err(self.unfit("it is archived: bring it back")),
        }
    }

    /// Creates the repository, private and without anything beside its content. One that was created in the meantime is
    /// looked at.
    pub(super) async fn create(&self) -> Result<Presence> {
        let call = self.call("create", ADMINISTRATION);
        let url = self.at(&self.api, &["orgs", self.name.owner(), "repos"])?;
        let request = self.rest(Method::POST, url).json(&json!({
            "name": self.name.name(),
            "description": DESCRIPTION,
            "private": true,
            "auto_init": false,
            "has_issues": false,
            "has_projects": false,
            "has_wiki": false,
        }));
        let response = self.send(&call, request).await?;
        match response.status() {
            StatusCode::CREATED | StatusCode::UNPROCESSABLE_ENTITY => match self.look().await? {
                Presence::Missing => Err(call.refusal(response.status(), response.headers())),
                there => Ok(there),
            },
            other => Err(call.refusal(other, response.headers())),
        }
    }

    /// The workflows of a package must not run in the organisation: nothing that is pushed after this does.
    pub(super) async fn turn_actions_off(&self) -> Result<()> {
        let call = self.call("turn Actions off in", ADMINISTRATION);
        let request = self.rest(Method::PUT, self.repository(["actions", "permissions"])?);
        let response = self.send(&call, request.json(&json!({ "enabled": false }))).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(()),
            other => Err(call.refusal(other, response.headers())),
        }
    }

    pub(super) async fn commit(&self, id: ObjectId) -> Result<CommitInfo> {
        let call = self.call(&format!("read the commit {id} of"), CONTENTS);
        let id = id.to_string();
        let request = self.rest(Method::GET, self.repository(["git", "commits", &id])?);
        let response = self.send(&call, request).await?;
        let commit: CommitInfo = self.json(&call, response, StatusCode::OK).await?;
        if commit.sha == id { Ok(commit) } else { Err(self.unfit("GitHub answers with another commit")) }
    }

    /// The commit that `main` shows, where there is one. A repository that holds anything else than this package is
    /// somebody else's: it is left alone, whatever the package is called.
    pub(super) async fn check_ours(&self, refs: &Refs, presence: Presence) -> Result<Option<CommitInfo>> {
        let main = match refs.main() {
            Some(main) => Some(self.commit(main).await?),
            None => None,
        };
        let is_ours = match &main {
            Some(main) => message::package(&main.message) == Some(self.name.name()),
            None => refs.is_empty() && presence == Presence::OfAirlock,
        };
        if is_ours {
            return Ok(main);
        }
        Err(self.unfit(
            "it was not created by Airlock for this package: give the package another name, or remove the repository",
        ))
    }

    pub(super) async fn refs(&self) -> Result<Refs> {
        let call = self.call("list the tags of", CONTENTS);
        let mut url = self.git_url(&["info", "refs"])?;
        url.query_pairs_mut().append_pair("service", "git-receive-pack");
        let request = self.client.get(url).header(AUTHORIZATION, self.basic.clone());
        let response = self.send(&call, request).await?;
        if response.status() == StatusCode::NOT_FOUND {
            let doing = &call.doing;
            return Err(Error::transient(format!(
                "GitHub has the repository and does not show it to git (404), to {doing}: it is perhaps too new, else the \
                 token needs {CONTENTS}"
            )));
        }
        let body = self.git_answer(&call, response, "application/x-git-receive-pack-advertisement").await?;
        Refs::read(&body).map_err(|why| self.unfit(&format!("its list of refs is not understood: {why}")))
    }

    /// Pushes the pack and moves the refs, all or none.
    pub(super) async fn push(&self, updates: &[Update], (pack, length): (File, u64)) -> Result<Pushed> {
        let call = self.call("push to", CONTENTS);
        let commands = commands(updates);
        let length = length + commands.len() as u64;
        let body =
            tokio::io::AsyncReadExt::chain(std::io::Cursor::new(commands), tokio::fs::File::from_std(pack));
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
            return Err(call.refusal(response.status(), response.headers()));
        }
        if response.headers().get(CONTENT_TYPE).is_none_or(|found| found != kind) {
            return Err(self.unfit(&format!("the answer is not {kind}: check the address of git")));
        }
        call.body(response, LONGEST_ANSWER).await
    }

    async fn send(&self, call: &Call, request: RequestBuilder) -> Result<Response> {
        request.send().await.map_err(|e| call.broken(e))
    }

    async fn json<T: serde::de::DeserializeOwned>(
        &self,
        call: &Call,
        response: Response,
        expected: StatusCode,
    ) -> Result<T> {
        if response.status() != expected {
            return Err(call.refusal(response.status(), response.headers()));
        }
        let body = call.body(response, LONGEST_ANSWER).await?;
        // The parser's own words stay out of the error: they quote what was answered.
        let read = serde_json::from_slice::<Value>(&body).and_then(serde_json::from_value);
        read.map_err(|_| self.unfit("GitHub's answer is not the JSON it documents"))
    }

    fn rest(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self.client.request(method, url).header(AUTHORIZATION, self.bearer.clone());
        request.header("x-github-api-version", API_VERSION).header(ACCEPT, "application/vnd.github+json")
    }

    fn repository<const N: usize>(&self, rest: [&str; N]) -> Result<Url> {
        self.at(&self.api, &[&["repos", self.name.owner(), self.name.name()][..], &rest].concat())
    }

    fn git_url(&self, rest: &[&str]) -> Result<Url> {
        let folder = format!("{}.git", self.name.name());
        self.at(&self.git, &[&[self.name.owner(), &folder], rest].concat())
    }

    fn at(&self, base: &Url, path: &[&str]) -> Result<Url> {
        let mut url = base.clone();
        url.path_segments_mut()
            .map_err(|()| self.unfit("its address has no host"))?
            .pop_if_empty()
            .extend(path);
        Ok(url)
    }

    fn call(&self, verb: &str, permission: &'static str) -> Call {
        Call { doing: format!("{verb} the repository {}", self.name), permission }
    }

    fn unfit(&self, why: &str) -> Error {
        Error::rejected(format!("the repository {} cannot be used: {why}", self.name))
    }
}
