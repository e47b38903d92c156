//! The ports. Each exists because two real implementations do; the adapters are crates of their own.

use std::{future::Future, path::Path, pin::Pin};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::{
    Approved, Artifact, Error, ExecutionInput, ExecutionName, Message, Origin, Publication, Release, Result,
    Scan, Secret, Source, StoreKey, Withdrawal,
};

/// Bytes as they arrive.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// Bytes of known length, as they arrive.
pub struct Body {
    /// How many bytes the stream will give; another number is an error of the put.
    pub length: u64,
    /// The bytes.
    pub stream: ByteStream,
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        struct Once(Option<Bytes>);
        impl Stream for Once {
            type Item = Result<Bytes>;
            fn poll_next(
                mut self: Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                std::task::Poll::Ready(self.0.take().map(Ok))
            }
        }
        Self { length: bytes.len() as u64, stream: Box::pin(Once(Some(bytes))) }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

/// Whether a put-if-absent wrote anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The key was free.
    New,
    /// Something is there already; it was left as it is.
    AlreadyThere,
}

/// Where Airlock keeps everything: one bucket or one folder.
pub trait Store: Send + Sync {
    /// Writes the key, replacing what is there. Nothing is to be seen before the last byte is.
    fn put(&self, key: &StoreKey, body: Body) -> impl Future<Output = Result<()>> + Send;

    /// Writes the key unless something is there. Nothing is to be seen before the last byte is.
    fn put_if_absent(&self, key: &StoreKey, body: Body) -> impl Future<Output = Result<Written>> + Send;

    /// Writes the key unless something is there, from a complete local file whose bytes `body` streams too. A store on
    /// the same disk may link the file instead: nobody writes to it any more.
    fn put_file_if_absent(
        &self,
        key: &StoreKey,
        _file: &Path,
        body: Body,
    ) -> impl Future<Output = Result<Written>> + Send {
        self.put_if_absent(key, body)
    }

    /// Streams the key; `None` where there is nothing.
    fn get(&self, key: &StoreKey) -> impl Future<Output = Result<Option<Body>>> + Send;

    /// The keys that start with `prefix`, in order. All of them, however many pages.
    fn list(&self, prefix: &str) -> impl Future<Output = Result<Vec<StoreKey>>> + Send;

    /// The whole of a small object; more than `limit` bytes is an error.
    fn read(&self, key: &StoreKey, limit: u64) -> impl Future<Output = Result<Option<Bytes>>> + Send {
        async move {
            let Some(mut body) = self.get(key).await? else { return Ok(None) };
            let mut bytes = BytesMut::new();
            while let Some(chunk) = std::future::poll_fn(|cx| body.stream.as_mut().poll_next(cx)).await {
                bytes.extend_from_slice(&chunk?);
                if bytes.len() as u64 > limit {
                    return Err(Error::rejected(format!("{key} is larger than {limit} bytes")));
                }
            }
            Ok(Some(bytes.freeze()))
        }
    }
}

/// The request file, now and before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFiles {
    /// The file at the pushed commit.
    pub current: Bytes,
    /// The file at the commit before; `None` where there was none, so every row is new.
    pub previous: Option<Bytes>,
}

/// What a commit's status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitState {
    /// Every package was approved and every row accepted.
    Success,
    /// Something was refused, and nothing failed.
    Failure,
    /// Something failed, or a row was not accepted.
    Error,
}

/// Where requests come from and are answered.
pub trait RequestSource: Send + Sync {
    /// Reads the request file at its commit.
    fn read(&self, source: &Source) -> impl Future<Output = Result<RequestFiles>> + Send;

    /// Answers where the request came from, in one line of at most 140 characters. Does nothing for an origin that
    /// has no place for it.
    fn answer(
        &self,
        origin: &Origin,
        state: CommitState,
        description: &str,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// A scanner.
pub trait ScanService: Send + Sync {
    /// Starts the scan of `file`, which holds the artifact's bytes; or finds the one started before.
    fn start(&self, artifact: &Artifact, file: &Path) -> impl Future<Output = Result<Scan>> + Send;

    /// Asks again. Once the scan is successful its report is in the store.
    fn poll(&self, artifact: &Artifact, scan: &Scan) -> impl Future<Output = Result<Scan>> + Send;
}

/// Where approved packages are installed from.
pub trait PackageRepository: Send + Sync {
    /// Publishes `file`, which holds the release's bytes, and its evidence as an immutable version that appears at once,
    /// then for the release's own installer, then as `Latest` where it is the newest. The same bytes again are a
    /// success and mend what an earlier attempt left undone; other bytes under one version are [`Error::Rejected`], and
    /// so is a version that was revoked.
    fn publish(&self, release: &Release, file: &Path) -> impl Future<Output = Result<Publication>> + Send;

    /// Takes the version back, wherever it was published, and lets `Latest` serve the newest that is left. A version
    /// that is not there, or was taken back already, is a success.
    fn revoke(&self, approved: &Approved) -> impl Future<Output = Result<Withdrawal>> + Send;
}

/// Delivers messages.
pub trait Notifier: Send + Sync {
    /// Delivers the message at least once.
    fn deliver(&self, message: &Message) -> impl Future<Output = Result<()>> + Send;
}

/// An execution that runs, or has run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Its ARN, or what stands for it.
    pub execution: String,
    /// Whether this call started it.
    pub written: Written,
}

/// Starts runs of the pipeline.
pub trait Executions: Send + Sync {
    /// Starts a run by name; a name that was used before starts nothing.
    fn start(
        &self,
        name: &ExecutionName,
        input: &ExecutionInput,
    ) -> impl Future<Output = Result<Started>> + Send;
}

/// Where a secret is kept.
pub trait SecretSource: Send + Sync {
    /// The secret as it is now.
    fn secret(&self) -> impl Future<Output = Result<Secret>> + Send;
}
