//! Where this installation publishes, by its environment.

use std::path::Path;

use adapter_aws::{Aws, CodeArtifact, ManagedSecret};
use adapter_github::GitHubPackages;
use domain::{Approved, PackageRepository, Publication, Release, Result, Withdrawal};
use entrypoint::{ConfigError, Env};

/// The one private repository that people install from.
pub(crate) enum Target {
    CodeArtifact(Box<CodeArtifact>),
    GitHub(Box<GitHubPackages<ManagedSecret>>),
}

enum Kind {
    CodeArtifact,
    GitHub,
}

impl Target {
    pub(crate) fn read(env: &Env, aws: &Aws) -> Result<Self, ConfigError> {
        match env.read("AIRLOCK_TARGET", "codeartifact", kind)? {
            Kind::CodeArtifact => Ok(Self::CodeArtifact(Box::new(aws.code_artifact(
                env.required("AIRLOCK_CODEARTIFACT_DOMAIN")?,
                env.optional("AIRLOCK_CODEARTIFACT_DOMAIN_OWNER"),
                env.required("AIRLOCK_CODEARTIFACT_REPOSITORY")?,
            )))),
            Kind::GitHub => Ok(Self::GitHub(Box::new(GitHubPackages::new(
                env.required("AIRLOCK_GITHUB_ORGANISATION")?,
                env.read("AIRLOCK_GITHUB_API", "https://api.github.com/", str::parse)?,
                env.read("AIRLOCK_GITHUB_URL", "https://github.com/", str::parse)?,
                aws.secret(env.required("AIRLOCK_GITHUB_TOKEN_ARN")?),
                env.call_timeout()?,
            )))),
        }
    }
}

fn kind(text: &str) -> Result<Kind, &'static str> {
    match text {
        "codeartifact" => Ok(Kind::CodeArtifact),
        "github" => Ok(Kind::GitHub),
        _ => Err("no such target"),
    }
}

impl PackageRepository for Target {
    async fn publish(&self, release: &Release, file: &Path) -> Result<Publication> {
        match self {
            Self::CodeArtifact(repository) => repository.publish(release, file).await,
            Self::GitHub(repository) => repository.publish(release, file).await,
        }
    }

    async fn revoke(&self, approved: &Approved) -> Result<Withdrawal> {
        match self {
            Self::CodeArtifact(repository) => repository.revoke(approved).await,
            Self::GitHub(repository) => repository.revoke(approved).await,
        }
    }
}
