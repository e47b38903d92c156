//! A private GitHub organisation as the package repository, judged by git itself: its server (`git http-backend`) takes the
//! pushes, its client and pip take the packages from there.
//!
//! - `published`: what arrives, for whom, and what a second time changes
//! - `broken`: calls that go wrong at every place, publishers that meet
//! - `revoked`: what is taken back
//! - `refused`: what must not get there

#![expect(
    clippy::unwrap_used,
    reason = "clippy's setting for tests does not reach the functions that they share"
)]

mod broken;
mod published;
mod refused;
mod revoked;
mod upstream;

use std::{path::Path, time::Duration};

use adapter_github::GitHubPackages;
use domain::{
    Approved, Artifact, CommitId, Coverage, Error, Format, PackageName, PackageRepository as _, PackageUrl,
    Policy, Publication, Release, Report, Result, Secret, SecretSource, Sha256, StoreKey, Withdrawal, judge,
};
use e2e::{GIT_TOKEN, GitHost, ORGANISATION};

/// The package that most tests publish.
const PACKAGE: &str = "clean";

struct Token;

impl SecretSource for Token {
    async fn secret(&self) -> Result<Secret> {
        Ok(Secret::new(GIT_TOKEN))
    }
}

fn packages(host: &GitHost) -> GitHubPackages<Token> {
    let (api, git) = (host.api().parse().unwrap(), host.url().parse().unwrap());
    GitHubPackages::new(ORGANISATION, api, git, Token, Duration::from_secs(30))
}

/// An archive that was approved, under a version.
fn release(version: &str, archive: &Path, extension: &str) -> Release {
    let bytes = std::fs::read(archive).unwrap();
    let sha256 = Sha256::of(&bytes);
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: bytes.len() as u64,
        format: Format::of(&bytes).unwrap(),
        url: PackageUrl::parse("https://github.com/upstream/clean/archive/refs/heads/main.zip").unwrap(),
        commit: CommitId::parse(&"ab".repeat(20)).ok(),
        version: version.into(),
        extension: extension.into(),
    };
    let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
    let report = Report { sha256, engine: "test".into(), coverage, findings: vec![], identities: vec![] };
    let record = StoreKey::parse(&format!("decisions/clean/{sha256}/2026-11-28T08-00-00.000Z.json")).unwrap();
    let decision = judge(&report, &Policy::default()).recorded(record);
    Release::of(&PackageName::parse(PACKAGE).unwrap(), &artifact, &decision).unwrap()
}

/// Publishes as an installation of its own would; no error may tell the token.
async fn publish(host: &GitHost, version: &str, archive: &Path) -> Result<Publication> {
    let name = archive.file_name().unwrap().to_str().unwrap();
    let extension = name.split_once('.').unwrap().1;
    let published = packages(host).publish(&release(version, archive, extension), archive).await;
    published.inspect_err(tells_no_token)
}

async fn revoke(host: &GitHost, version: &str) -> Result<Withdrawal> {
    let package = PackageName::parse(PACKAGE).unwrap();
    let approved = Approved { package, version: version.into(), identity: None };
    packages(host).revoke(&approved).await.inspect_err(tells_no_token)
}

fn tells_no_token(error: &Error) {
    let told = format!("{} {error:?}", error.chain());
    let encoded = "eC1hY2Nlc3MtdG9rZW46Z2hwX2NhbmFyeTAxMjM0NTY3ODk=";
    assert!(!told.contains(GIT_TOKEN) && !told.contains(encoded), "{told}");
}
