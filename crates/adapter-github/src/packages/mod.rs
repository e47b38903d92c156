//! A private organisation as the package repository: a package is a repository, an approved version a commit with a tag.
//! `main` shows the newest version; history is never rewritten.

mod content;
mod message;
mod publish;
mod refs;
mod remote;
mod rest;
mod revoke;
mod tag;

use std::{path::Path, time::Duration};

use domain::{
    Approved, Error, PackageName, PackageRepository, Publication, Release, Result, SecretSource, Withdrawal,
    one_line,
};
use url::Url;

use crate::{
    RepositoryName,
    http::{Client, Token, check_carries_token},
    packages::{
        content::{Content, Installs},
        publish::Publishing,
        refs::{Refs, Update},
        remote::Remote,
    },
};

/// How often a push is tried that another publisher's overtook.
const ATTEMPTS: u64 = 6;
/// Nobody's address.
const AUTHOR: &str = "Airlock <airlock@airlock.invalid>";

/// A GitHub organisation as the private repository.
pub struct GitHubPackages<T> {
    organisation: String,
    api: Url,
    git: Url,
    token: T,
    timeout: Duration,
    client: Client,
}

impl<T: SecretSource> GitHubPackages<T> {
    /// `api` is the REST API's address, `git` the one that repositories are cloned from (`https://github.com/`); `timeout`
    /// bounds one call, and a push as much more as a slow line needs. Only addresses on loopback may be `http://`.
    /// Nothing is opened before the first call, which needs a process-wide provider of `rustls`.
    pub fn new(organisation: impl Into<String>, api: Url, git: Url, token: T, timeout: Duration) -> Self {
        Self { organisation: organisation.into(), api, git, token, timeout, client: Client::new(timeout) }
    }

    /// The package's repository, with the token as it is now.
    async fn remote(&self, package: &PackageName) -> Result<Remote<'_>> {
        check_carries_token("GitHub API", &self.api)?;
        check_carries_token("GitHub", &self.git)?;
        let name = self.repository(package)?;
        let token = Token::read(&self.token).await?;
        Ok(Remote {
            client: self.client.get()?,
            api: self.api.clone(),
            git: self.git.clone(),
            name,
            bearer: token.bearer()?,
            basic: token.basic()?,
            timeout: self.timeout,
        })
    }

    /// GitHub calls `x.git` by the name `x`, and serves two other names to the world.
    fn repository(&self, package: &PackageName) -> Result<RepositoryName> {
        let text = package.as_str();
        let special = [".git", ".wiki", ".github.io"].iter().any(|end| text.ends_with(end));
        let name = RepositoryName::parse(&format!("{}/{text}", self.organisation));
        match name {
            Ok(name) if !special => Ok(name),
            Ok(_) => Err(Error::rejected(format!(
                "{package} cannot be published: GitHub gives the name {text} a meaning of its own; give the package another"
            ))),
            Err(e) => Err(Error::rejected(format!("the organisation and package are {e}"))),
        }
    }

    fn publication(
        &self,
        release: &Release,
        tag: &str,
        latest: Latest,
        installs: Installs,
    ) -> Result<Publication> {
        let name = self.repository(release.package())?;
        let mut url = self.git.clone();
        url.path_segments_mut()
            .map_err(|()| Error::rejected("the GitHub address has no host"))?
            .pop_if_empty()
            .extend([name.owner(), &format!("{}.git", name.name())]);
        let pip = installs.pip.then(|| format!("pip install git+{url}@{tag}"));
        let npm = installs.npm.then(|| format!("npm install git+{url}#{tag}"));
        let mut install: Vec<String> = pip.into_iter().chain(npm).collect();
        if install.is_empty() {
            install.push(format!("git clone --branch {tag} {url}"));
        }
        Ok(Publication {
            repository: name.to_string(),
            version: release.version().to_owned(),
            asset: tag.to_owned(),
            latest: latest == Latest::This,
            install,
        })
    }
}

/// Whether `main` shows this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Latest {
    This,
    Another,
}

impl<T: SecretSource> PackageRepository for GitHubPackages<T> {
    async fn publish(&self, release: &Release, file: &Path) -> Result<Publication> {
        let what = format!("cannot publish {} {}", release.package(), one_line(release.version()));
        let tag = tag::of(release.version())
            .ok_or_else(|| Error::rejected(format!("{what}: the version is empty, or too long for a tag")))?;
        let content = Content::of(release, file).await?;
        let installs = content.installs;
        let remote = self.remote(release.package()).await?;
        let publishing = Publishing { what: &what, remote: &remote, release, tag: &tag };
        self.publication(release, &tag, publishing.run(content).await?, installs)
    }

    async fn revoke(&self, approved: &Approved) -> Result<Withdrawal> {
        let what = format!("cannot revoke {} {}", approved.package, one_line(&approved.version));
        let remote = self.remote(&approved.package).await?;
        revoke::revoke(&what, &remote, &approved.version).await
    }
}

fn not_unpacked(what: &str, why: &str) -> Error {
    let why: String = one_line(why).chars().take(200).collect();
    Error::rejected(format!("{what}: GitHub does not take its files: {why}"))
}

/// A push that the server refused, and what the refs were then.
#[derive(Default)]
struct Lost(Option<(Vec<Update>, String)>);

impl Lost {
    fn note(&mut self, updates: &[Update], why: String) {
        self.0 = Some((updates.to_vec(), one_line(&why).chars().take(200).collect()));
    }

    /// The refs, once more. Another publisher has moved them since, else the refusal is final: unless it may be a lock
    /// that is still held.
    async fn again(&mut self, what: &str, remote: &Remote<'_>, attempt: u64) -> Result<Refs> {
        tokio::time::sleep(Duration::from_millis(50 * attempt * attempt)).await;
        let refs = remote.refs().await?;
        if let Some((updates, why)) = &self.0
            && updates.iter().all(|update| refs.holds(update))
            && ["declined", "denied", "prohibited", "protected"].iter().any(|word| why.contains(word))
        {
            return Err(Error::rejected(format!(
                "{what}: GitHub refuses the push ({why}): check the organisation's rules for branches and tags"
            )));
        }
        Ok(refs)
    }

    fn give_up(self, what: &str) -> Error {
        let why = self.0.map_or_else(String::new, |(_, why)| why);
        Error::transient(format!("{what}: GitHub refused {ATTEMPTS} pushes, the last one with: {why}"))
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
