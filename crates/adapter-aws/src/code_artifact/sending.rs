//! Sends one asset, signed with its digest: the service checks what arrives by it, and says what it holds.

use std::path::Path;

use aws_runtime::auth::PayloadSigningOverride;
use aws_sdk_codeartifact::{
    config,
    error::BoxError,
    primitives::{ByteStream as SdkStream, SdkBody},
};
use aws_smithy_runtime_api::client::{
    interceptors::{Intercept, context::BeforeTransmitInterceptorContextMut},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::config_bag::ConfigBag;
use domain::{Body, Error, Evidence, Release, Result, Sha256};

use super::{
    CodeArtifact,
    held::{HeldAsset, addressed},
    version::VersionId,
};
use crate::{
    error::{failed, incomplete},
    file,
    sent_body::SentBody,
};

/// An asset that is to be in a version.
pub(super) struct NewAsset<'a> {
    pub(super) name: &'a str,
    pub(super) bytes: u64,
    pub(super) sha256: Sha256,
    pub(super) content: SdkStream,
}

/// What became of an asset.
#[derive(Debug)]
pub(super) enum Sent {
    /// The service holds it.
    Stored,
    /// It does not take it: the version is finished, say, or holds other bytes under the name.
    Refused(Error),
}

impl<'a> NewAsset<'a> {
    /// The file is opened for each attempt, so that the SDK can send it again.
    pub(super) fn artifact(release: &'a Release, file: &Path) -> Self {
        let (path, bytes, sha256) = (file.to_owned(), release.bytes(), *release.sha256());
        let content = SdkBody::retryable(move || sent(Body { length: bytes, stream: file::read(&path) }));
        Self { name: release.asset(), bytes, sha256, content: SdkStream::new(content) }
    }

    pub(super) fn evidence(evidence: &'a Evidence) -> Self {
        let bytes = evidence.bytes().clone();
        let (name, sha256) = (evidence.name(), *evidence.sha256());
        Self { name, bytes: bytes.len() as u64, sha256, content: SdkStream::from(bytes) }
    }

    /// What the service holds already, from wherever `body` comes.
    pub(super) fn copy(asset: &'a HeldAsset, body: Body) -> Self {
        let HeldAsset { name, bytes, sha256 } = asset;
        let content = SdkStream::new(sent(body));
        Self { name, bytes: *bytes, sha256: *sha256, content }
    }
}

fn sent(body: Body) -> SdkBody {
    SdkBody::from_body_1_x(SentBody::from(body))
}

impl CodeArtifact {
    /// Puts the asset into an unfinished version. The service must say itself that it holds these bytes.
    pub(super) async fn send(&self, version: &VersionId, asset: NewAsset<'_>) -> Result<Sent> {
        let NewAsset { name, bytes, sha256, content } = asset;
        let call = format!("{}: {name}", self.call("publish", version));
        let request = addressed!(self.client().await.publish_package_version(), self.place, version);
        let request = request.package_version(&version.version).asset_name(name);
        let request = request.asset_sha256(sha256.to_string()).asset_content(content).unfinished(true);
        let timeout = config::Config::builder().timeout_config(self.aws.transfer(bytes));
        let request = request.customize().interceptor(KnownPayload(sha256)).config_override(timeout);
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conflict_exception()) => {
                return Ok(Sent::Refused(failed(call, error)));
            }
            Err(error) => return Err(failed(call, error)),
        };
        if answer.status().is_none() {
            return Err(incomplete(call, "the version's status"));
        }
        let stored = answer.asset().ok_or_else(|| incomplete(&call, "the asset"))?;
        let HeldAsset { name: stored_name, sha256: stored, .. } = HeldAsset::read(&call, stored)?;
        if stored_name == name && stored == sha256 {
            Ok(Sent::Stored)
        } else {
            Err(Error::rejected(format!("{call}: {stored_name} was stored as {stored}, sent was {sha256}")))
        }
    }
}

/// Signs the digest that was approved. The SDK would sign a streamed body as "unsigned", which the service refuses
/// because the header says otherwise.
#[derive(Debug)]
struct KnownPayload(Sha256);

impl Intercept for KnownPayload {
    fn name(&self) -> &'static str {
        "KnownPayload"
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
