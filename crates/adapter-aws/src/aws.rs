use std::{sync::Arc, time::Duration};

use aws_config::{
    BehaviorVersion, ConfigLoader, SdkConfig, stalled_stream_protection::StalledStreamProtectionConfig,
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_types::timeout::TimeoutConfig;
use tokio::sync::OnceCell;

use crate::{Bucket, CodeArtifact, CodeGuru, ManagedSecret, StateMachine, Topic};

/// A transfer slower than this, in bytes per second, is given up.
const SLOWEST_TRANSFER: u64 = 256 * 1024;

/// One account and region, from the environment: the SDK's own variables, `AWS_ENDPOINT_URL…` and `AWS_MAX_ATTEMPTS`
/// among them.
#[derive(Debug, Clone)]
pub struct Aws {
    call_timeout: Duration,
    config: Arc<OnceCell<SdkConfig>>,
}

/// A service's client, built by its first call.
#[derive(Debug, Clone)]
pub(crate) struct Lazy<C>(Arc<OnceCell<C>>);

impl Aws {
    /// Takes the time limit of one attempt of one call. Reads and loads nothing yet.
    pub fn load(call_timeout: Duration) -> Self {
        Self { call_timeout, config: Arc::default() }
    }

    /// The store in a bucket.
    pub fn bucket(&self, name: impl Into<String>) -> Bucket {
        Bucket::new(self.clone(), name.into())
    }

    /// A secret of Secrets Manager.
    pub fn secret(&self, arn: impl Into<String>) -> ManagedSecret {
        ManagedSecret::new(self.clone(), arn.into())
    }

    /// A state machine of Step Functions.
    pub fn state_machine(&self, arn: impl Into<String>) -> StateMachine {
        StateMachine::new(self.clone(), arn.into())
    }

    /// A topic of SNS.
    pub fn topic(&self, arn: impl Into<String>) -> Topic {
        Topic::new(self.clone(), arn.into())
    }

    /// A repository of CodeArtifact; without an owner, the account's own domain.
    pub fn code_artifact(
        &self,
        domain: impl Into<String>,
        owner: Option<String>,
        repository: impl Into<String>,
    ) -> CodeArtifact {
        CodeArtifact::new(self.clone(), domain.into(), owner, repository.into())
    }

    /// CodeGuru Security; a scan that is asked for more than `max_polls` times has not finished.
    pub fn code_guru<S>(&self, store: S, max_polls: u32) -> CodeGuru<S> {
        CodeGuru::new(self.clone(), store, max_polls)
    }

    /// The time limit of one attempt to move `bytes`: a call's, and what a slow line needs.
    pub(crate) fn transfer_timeout(&self, bytes: u64) -> Duration {
        self.call_timeout + Duration::from_secs(bytes / SLOWEST_TRANSFER)
    }

    /// The same limit, for one call of the SDK.
    pub(crate) fn transfer(&self, bytes: u64) -> TimeoutConfig {
        TimeoutConfig::builder().operation_attempt_timeout(self.transfer_timeout(bytes)).build()
    }

    pub(crate) async fn config(&self) -> &SdkConfig {
        self.config
            .get_or_init(|| self.loader(aws_config::defaults(BehaviorVersion::v2026_01_12())).load())
            .await
    }

    fn loader(&self, loader: ConfigLoader) -> ConfigLoader {
        let client = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
        loader
            .http_client(client.build_https())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(self.call_timeout).build())
            // A transfer that stands still as long as a call may take is broken.
            .stalled_stream_protection(
                StalledStreamProtectionConfig::enabled().grace_period(self.call_timeout).build(),
            )
    }
}

impl<C> Default for Lazy<C> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<C> Lazy<C> {
    pub(crate) async fn get(&self, aws: &Aws, build: impl FnOnce(&SdkConfig) -> C) -> &C {
        self.0.get_or_init(|| async { build(aws.config().await) }).await
    }
}

#[cfg(test)]
impl Aws {
    /// Everything at one endpoint, with made-up credentials.
    pub(crate) async fn at(endpoint: &str, call_timeout: Duration, attempts: u32) -> Self {
        use aws_config::{Region, retry::RetryConfig};
        use aws_sdk_s3::config::Credentials;
        let aws = Self::load(call_timeout);
        let retry = RetryConfig::standard()
            .with_max_attempts(attempts)
            .with_initial_backoff(Duration::from_millis(1))
            .with_max_backoff(Duration::from_millis(5));
        // Reading the machine's certificates takes longer than the rest of a test.
        let loader = aws
            .loader(aws_config::defaults(BehaviorVersion::v2026_01_12()))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(endpoint)
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::for_tests())
            .retry_config(retry);
        let config = loader.load().await;
        Self { config: Arc::new(OnceCell::new_with(Some(config))), ..aws }
    }
}
