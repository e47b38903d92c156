mod install;

use std::path::Path;

use aws_runtime::auth::PayloadSigningOverride;
use aws_sdk_codeartifact::{
    Client, config,
    error::{BoxError, SdkError},
    operation::publish_package_version::{
        PublishPackageVersionError, PublishPackageVersionOutput, builders::PublishPackageVersionFluentBuilder,
    },
    primitives::{ByteStream as SdkStream, SdkBody},
    types::{AssetSummary, HashAlgorithm, PackageFormat, PackageVersionStatus},
};
use aws_smithy_runtime_api::client::{
    interceptors::{Intercept, context::BeforeTransmitInterceptorContextMut},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::config_bag::ConfigBag;
use domain::{Approved, Body, Error, PackageRepository, Publication, Release, Result, Sha256, Withdrawal};
use futures_util::StreamExt as _;

use crate::{
    Aws,
    aws::Lazy,
    error::{failed, incomplete},
    parts::{PART, Parts},
    sent_body::SentBody,
};

/// A repository of CodeArtifact. A package is one asset of a generic package version; its namespace is its name.
#[derive(Debug)]
pub struct CodeArtifact {
    aws: Aws,
    client: Lazy<Client>,
    domain: String,
    owner: Option<String>,
    repository: String,
}

impl CodeArtifact {
    pub(crate) fn new(aws: Aws, domain: String, owner: Option<String>, repository: String) -> Self {
        Self { aws, client: Lazy::default(), domain, owner, repository }
    }

    async fn client(&self) -> &Client {
        self.client.get(&self.aws, Client::new).await
    }

    fn call(&self, verb: &str, release: &Release) -> String {
        let (package, version) = (release.package(), release.version());
        format!("cannot {verb} {package} {version} in {}/{}", self.domain, self.repository)
    }

    async fn request(&self, release: &Release, content: SdkStream) -> PublishPackageVersionFluentBuilder {
        let request = self.client().await.publish_package_version().format(PackageFormat::Generic);
        let request =
            request.domain(&self.domain).set_domain_owner(self.owner.clone()).repository(&self.repository);
        let request = request.namespace(release.package().as_str()).package(release.package().as_str());
        let request = request.package_version(release.version()).asset_name(release.asset());
        request.asset_sha256(release.sha256().to_string()).asset_content(content)
    }

    async fn send(
        &self,
        release: &Release,
        content: SdkStream,
    ) -> Result<PublishPackageVersionOutput, SdkError<PublishPackageVersionError>> {
        let timeout = config::Config::builder().timeout_config(self.aws.transfer(release.bytes()));
        let request = self.request(release, content).await.customize();
        request.interceptor(ApprovedPayload(*release.sha256())).config_override(timeout).send().await
    }

    /// The version exists. The same bytes in it are a success, if they can be had.
    async fn compare(&self, release: &Release, conflict: Error) -> Result<()> {
        let status = self.status(release).await?;
        if status != PackageVersionStatus::Published {
            let call = self.call("publish", release);
            return Err(Error::rejected(format!(
                "{call}: the version is there as {status}, not Published: it was withdrawn, and is not brought back"
            )));
        }
        let there = self.asset(release).await?.map(|asset| sha256(&asset).map(str::to_owned));
        match there {
            Some(Some(there)) if there == release.sha256().to_string() => Ok(()),
            Some(Some(there)) => Err(Error::rejected(format!(
                "{}: the version holds other bytes already: there is {there}, approved was {}; a version never changes",
                self.call("publish", release),
                release.sha256()
            ))),
            Some(None) | None => Err(conflict),
        }
    }

    async fn status(&self, release: &Release) -> Result<PackageVersionStatus> {
        let call = self.call("describe", release);
        let request = self.client().await.describe_package_version().format(PackageFormat::Generic);
        let request =
            request.domain(&self.domain).set_domain_owner(self.owner.clone()).repository(&self.repository);
        let request = request.namespace(release.package().as_str()).package(release.package().as_str());
        let answer = request.package_version(release.version()).send().await;
        let version = answer.map_err(|error| failed(&call, error))?.package_version;
        version.and_then(|version| version.status).ok_or_else(|| incomplete(call, "the version's status"))
    }

    async fn asset(&self, release: &Release) -> Result<Option<AssetSummary>> {
        let call = self.call("list the assets of", release);
        let request = self.client().await.list_package_version_assets().format(PackageFormat::Generic);
        let request =
            request.domain(&self.domain).set_domain_owner(self.owner.clone()).repository(&self.repository);
        let request = request.namespace(release.package().as_str()).package(release.package().as_str());
        let mut assets = request.package_version(release.version()).into_paginator().items().send();
        while let Some(asset) = assets.next().await {
            let asset = asset.map_err(|error| failed(&call, error))?;
            if asset.name() == release.asset() {
                return Ok(Some(asset));
            }
        }
        Ok(None)
    }

    fn publication(&self, release: &Release) -> Publication {
        Publication {
            repository: format!("{}/{}", self.domain, self.repository),
            version: release.version().to_owned(),
            asset: release.asset().to_owned(),
            latest: false,
            install: vec![install::command(&self.domain, self.owner.as_deref(), &self.repository, release)],
        }
    }
}

impl PackageRepository for CodeArtifact {
    async fn publish(&self, release: &Release, file: &Path) -> Result<Publication> {
        let call = self.call("publish", release);
        let body = open(file).await?;
        if body.length != release.bytes() {
            let (length, bytes) = (body.length, release.bytes());
            return Err(Error::rejected(format!("{call}: {length} bytes are given, {bytes} were approved")));
        }
        match self.send(release, content(body, release).await?).await {
            Ok(answer) => confirm(&call, release, &answer)?,
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conflict_exception()) => {
                self.compare(release, failed(call, error)).await?;
            }
            Err(error) => return Err(failed(call, error)),
        }
        Ok(self.publication(release))
    }

    async fn revoke(&self, approved: &Approved) -> Result<Withdrawal> {
        Err(Error::rejected(format!("{} cannot be revoked yet", approved.package)))
    }
}

async fn open(path: &Path) -> Result<Body> {
    let unreadable = |e: std::io::Error| Error::transient("cannot read the artifact's file").because(e);
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let length = file.metadata().await.map_err(unreadable)?.len();
    let chunks = tokio_util::io::ReaderStream::with_capacity(file, 256 * 1024);
    Ok(Body { length, stream: Box::pin(chunks.map(move |chunk| chunk.map_err(unreadable))) })
}

/// From memory, where it fits: the SDK can then send it again. A longer body is streamed, and sent once.
async fn content(body: Body, release: &Release) -> Result<SdkStream> {
    if body.length > PART {
        return Ok(SdkStream::new(SdkBody::from_body_1_x(SentBody::new(body, *release.sha256()))));
    }
    let bytes = Parts::of(body).whole().await?;
    let found = Sha256::of(&bytes);
    if found != *release.sha256() {
        return Err(Error::rejected(format!("the bytes are {found}, approved were {}", release.sha256())));
    }
    Ok(SdkStream::from(bytes))
}

/// The service must say itself that it holds the approved bytes, for all to get.
fn confirm(call: &str, release: &Release, answer: &PublishPackageVersionOutput) -> Result<()> {
    let status = answer.status().ok_or_else(|| incomplete(call, "the version's status"))?;
    let asset = answer.asset().ok_or_else(|| incomplete(call, "the asset"))?;
    let stored = sha256(asset).ok_or_else(|| incomplete(call, "the asset's SHA-256"))?;
    if stored != release.sha256().to_string() || asset.name() != release.asset() {
        let (name, expected) = (asset.name(), release.sha256());
        return Err(Error::rejected(format!(
            "{call}: {name} was stored as {stored}, approved was {expected}"
        )));
    }
    if *status != PackageVersionStatus::Published {
        return Err(Error::rejected(format!("{call}: the version is {status}, not Published")));
    }
    Ok(())
}

fn sha256(asset: &AssetSummary) -> Option<&str> {
    asset.hashes()?.get(&HashAlgorithm::Sha256).map(String::as_str)
}

/// Signs the digest that was approved. The SDK would sign a streamed body as "unsigned", which the service refuses
/// because the header says otherwise.
#[derive(Debug)]
struct ApprovedPayload(Sha256);

impl Intercept for ApprovedPayload {
    fn name(&self) -> &'static str {
        "ApprovedPayload"
    }

    fn modify_before_signing(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(PayloadSigningOverride::Precomputed(self.0.to_string()));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
