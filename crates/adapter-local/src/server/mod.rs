//! The local private repository over HTTP: AWS CodeArtifact's API for the `aws` command and the SDKs (`--endpoint-url`,
//! `AWS_ENDPOINT_URL_CODEARTIFACT`), and at CodeArtifact's own paths what installers ask: `/pypi/approved/` and
//! `/npm/approved/`.
//!
//! Names, patterns and errors are those of the service's API reference. It is meant for loopback: reading is free,
//! writing needs the token, and a request whose `Host` is not a loopback name is refused, so that no web page can
//! reach it through a name of its own.

mod access;
mod attachment;
mod body;
mod fault;
mod listener;
mod native;
mod npm;
mod npm_publish;
mod packument;
mod publish;
mod pypi;
mod query;
mod read;
mod simple;
mod status;
mod taken;
mod upload;

use std::{io, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, Uri},
    middleware,
    routing::{get, post},
};
use domain::Secret;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::watch,
};

use crate::PackageFolder;
use fault::Fault;

/// The largest asset that CodeArtifact takes (its quota), in bytes.
const MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024;
/// Enough for the installers of one machine, and each may hold a file and a few buffers.
const MOST_CONNECTIONS: usize = 256;

/// What the server is started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whoever writes has to show it: as a bearer token, or as the password of basic authentication.
    pub token: Secret,
    /// What to do with requests that an AWS SDK signed.
    pub signed: SignedRequests,
    /// The largest asset, in bytes.
    pub max_bytes: u64,
    /// How many connections are served at once; further ones wait.
    pub connections: usize,
}

/// What a request signed by an AWS SDK (`AWS4-HMAC-SHA256`) may do. Its signature cannot be checked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedRequests {
    /// Read.
    Read,
    /// Write, whoever signed it: for emulators and tests, where Lambda functions publish.
    Write,
}

impl Settings {
    /// Writers need the token; assets are as large as CodeArtifact takes them.
    pub fn new(token: Secret) -> Self {
        let (signed, max_bytes, connections) = (SignedRequests::Read, MAX_BYTES, MOST_CONNECTIONS);
        Self { token, signed, max_bytes, connections }
    }
}

pub(crate) struct Context {
    packages: PackageFolder,
    settings: Settings,
}

fn router(packages: PackageFolder, settings: Settings) -> Router {
    Router::new()
        .route("/v1/package/version/publish", post(publish::publish_package_version))
        .route("/v1/package/version/asset", get(read::get_package_version_asset))
        .route("/v1/package/version", get(read::describe_package_version))
        .route("/v1/package/versions", post(read::list_package_versions))
        .route("/v1/package/version/assets", post(read::list_package_version_assets))
        .route("/v1/package", get(read::describe_package))
        .route("/v1/packages", post(read::list_packages))
        .route("/v1/package/versions/update_status", post(status::update_package_versions_status))
        .route("/v1/package/versions/dispose", post(status::dispose_package_versions))
        .route("/v1/package/versions/delete", post(status::delete_package_versions))
        .route("/v1/authorization-token", post(access::get_authorization_token))
        .route("/v1/repository/endpoint", get(access::get_repository_endpoint))
        .merge(pypi::routes())
        .merge(npm::routes())
        .fallback(unknown_operation)
        .method_not_allowed_fallback(unknown_operation)
        .layer(DefaultBodyLimit::disable()) // each operation has its own
        .layer(middleware::from_fn(access::loopback_only))
        .with_state(Arc::new(Context { packages, settings }))
}

/// Serves until `stop` is done.
pub async fn serve(
    listener: TcpListener,
    packages: PackageFolder,
    settings: Settings,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // Packages that nobody can write to can be read all the same.
    let _ = packages.tidy().await;
    let places = settings.connections;
    listener::listen(listener, router(packages, settings), places, stop).await
}

/// Answers what comes on one connection, for whoever brings that.
pub async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    packages: PackageFolder,
    settings: Settings,
) {
    let (_stays, leaving) = watch::channel(());
    listener::converse(stream, router(packages, settings), leaving).await;
}

async fn unknown_operation(method: Method, uri: Uri) -> Fault {
    Fault::unknown_operation(&format!("{method} {}", uri.path()))
}

#[cfg(test)]
mod tests;
