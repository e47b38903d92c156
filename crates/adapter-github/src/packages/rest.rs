//! GitHub's REST API, for what git cannot do and to look before a push.

use domain::Result;
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;

use crate::{
    RepositoryName,
    api::API_VERSION,
    git::ObjectId,
    http::Call,
    packages::{
        message,
        refs::Refs,
        remote::{CONTENTS, LONGEST_ANSWER, Remote},
    },
};

/// Tells a repository that Airlock has created from one that waits for somebody else's first push.
const DESCRIPTION: &str = "Approved versions of one package, published by Airlock";
const ADMINISTRATION: &str = "\"Administration: read and write\" on all repositories of the organisation";

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

#[derive(Debug, Deserialize)]
struct ActionsInfo {
    enabled: bool,
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
        self.presence(&self.json(&call, response, StatusCode::OK).await?)
    }

    fn presence(&self, found: &RepositoryInfo) -> Result<Presence> {
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
            StatusCode::CREATED => self.presence(&self.json(&call, response, StatusCode::CREATED).await?),
            StatusCode::UNPROCESSABLE_ENTITY => match self.look().await? {
                Presence::Missing => Err(call.refusal(response.status(), response.headers())),
                there => Ok(there),
            },
            other => Err(call.refusal(other, response.headers())),
        }
    }

    /// The workflows of a package must not run in the organisation: nothing that is pushed after this does.
    pub(super) async fn turn_actions_off(&self) -> Result<()> {
        let call = self.call("turn Actions off in", ADMINISTRATION);
        let url = self.repository(["actions", "permissions"])?;
        let request = self.rest(Method::PUT, url.clone()).json(&json!({ "enabled": false }));
        let response = self.send(&call, request).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(()),
            // The organisation decides for all of its repositories: it must have turned them off.
            StatusCode::CONFLICT => {
                let response = self.send(&call, self.rest(Method::GET, url)).await?;
                let actions: ActionsInfo = self.json(&call, response, StatusCode::OK).await?;
                let on = || {
                    self.unfit("the organisation turns Actions on in it, and a package's workflows would run")
                };
                if actions.enabled { Err(on()) } else { Ok(()) }
            }
            _ => Err(self.refusal(&call, &response)),
        }
    }

    pub(super) async fn commit(&self, id: ObjectId) -> Result<CommitInfo> {
        let call = self.call(&format!("read the commit {id} of"), CONTENTS);
        let id = id.to_string();
        let request = self.rest(Method::GET, self.repository(["git", "commits", &id])?);
        let response = self.send(&call, request).await?;
        if response.status() != StatusCode::OK {
            return Err(self.refusal(&call, &response));
        }
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

    async fn json<T: DeserializeOwned>(
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
}
