//! The server of `airlock serve`, between whose calls a test can do what it likes.

use std::sync::{Arc, Mutex};

use adapter_local::{
    PackageFolder,
    server::{Settings, SignedRequests, serve},
};
use aws_sdk_codeartifact::types::PackageFormat;
use axum::{Router, body::Body as Sent, extract::Request, http::request::Parts, response::Response};
use domain::Secret;
use tokio::{net::TcpListener, sync::Notify};

use super::*;
use crate::{
    code_artifact::held::addressed,
    wire::{Reply, Seen},
};

pub(super) const TOKEN: &str = "canary-token-0123456789";

/// Before or after the server has seen a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    After,
}

/// What happens to one request, counted from when it was planned.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    /// It gets no answer until it is resumed.
    Stop,
    /// It gets this answer.
    Answer(Reply),
}

struct Meddling {
    server: String,
    client: reqwest::Client,
    seen: Mutex<Vec<Seen>>,
    plan: Mutex<Option<(usize, When, Plan)>>,
    stopped: Notify,
    resumed: Notify,
}

pub(super) struct Service {
    address: String,
    meddling: Arc<Meddling>,
    _folder: tempfile::TempDir,
}

impl Service {
    pub(super) async fn start() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = tempfile::tempdir().unwrap();
        let (listener, server) = bound().await;
        let packages = PackageFolder::new(folder.path()).served_at(&server);
        let settings = Settings { signed: SignedRequests::Write, ..Settings::new(Secret::new(TOKEN)) };
        tokio::spawn(async move { serve(listener, packages, settings, std::future::pending()).await });
        let meddling = Arc::new(Meddling {
            server,
            client: reqwest::Client::new(),
            seen: Mutex::default(),
            plan: Mutex::default(),
            stopped: Notify::new(),
            resumed: Notify::new(),
        });
        let (listener, address) = bound().await;
        let meddle = Arc::clone(&meddling);
        let app = Router::new().fallback(move |request| async move { meddle.meddle(request).await });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, meddling, _folder: folder }
    }

    pub(super) async fn repository(&self) -> CodeArtifact {
        let aws = Aws::at(&self.address, std::time::Duration::from_secs(20), 1).await;
        aws.code_artifact("airlock", Some("123456789012".to_owned()), "approved")
    }

    /// From now on, the request with this number (from 0) is treated so.
    pub(super) fn plan(&self, at: usize, when: When, plan: Plan) {
        let at = self.meddling.seen.lock().unwrap().len() + at;
        *self.meddling.plan.lock().unwrap() = Some((at, when, plan));
    }

    /// Until a request is stopped.
    pub(super) async fn stopped(&self) {
        self.meddling.stopped.notified().await;
    }

    /// Lets a request that was stopped before the server saw it go on.
    pub(super) fn resume(&self) {
        self.meddling.resumed.notify_one();
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.meddling.seen.lock().unwrap().clone()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }

    /// Every version of `clean` in every format: its status and assets.
    pub(super) async fn state(&self) -> Vec<String> {
        let repository = self.repository().await;
        let mut state = vec![];
        for format in [PackageFormat::Generic, PackageFormat::Pypi, PackageFormat::Npm] {
            let namespace = (format == PackageFormat::Generic).then(|| "clean".to_owned());
            let any = VersionId { format, namespace, package: "clean".into(), version: String::new() };
            let request =
                addressed!(repository.client().await.list_package_versions(), repository.place, any);
            let Ok(listed) = request.send().await else { continue };
            for version in listed.versions() {
                let (id, status) =
                    (VersionId { version: version.version.clone(), ..any.clone() }, &version.status);
                let request = repository.client().await.list_package_version_assets();
                let request = addressed!(request, repository.place, id).package_version(&id.version);
                let assets = request.send().await.unwrap();
                let mut names: Vec<&str> = assets.assets().iter().map(|asset| asset.name()).collect();
                names.sort_unstable();
                state.push(format!("{} {} {status}: {}", any.format, id.version, names.join(", ")));
            }
        }
        state.sort();
        state
    }

    /// What anybody gets as `clean.zip` of `Latest`.
    pub(super) async fn latest(&self) -> Option<Vec<u8>> {
        self.asset("Latest", "clean.zip").await
    }

    pub(super) async fn asset(&self, version: &str, asset: &str) -> Option<Vec<u8>> {
        let repository = self.repository().await;
        let id = VersionId::generic(&domain::PackageName::parse("clean").unwrap(), version);
        let request = addressed!(repository.client().await.get_package_version_asset(), repository.place, id);
        let answer = request.package_version(version).asset(asset).send().await.ok()?;
        Some(answer.asset.collect().await.unwrap().to_vec())
    }
}

async fn bound() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

impl Meddling {
    async fn meddle(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(Seen::head(&head));
            seen.len() - 1
        };
        let plan = self.plan.lock().unwrap().clone().filter(|(at, ..)| *at == number);
        let Some((_, when, plan)) = plan else { return self.pass_on(head, body).await };
        let held_back = match when {
            When::Before => Some((head, body)),
            When::After => {
                drop(self.pass_on(head, body).await);
                None
            }
        };
        match (plan, held_back) {
            (Plan::Answer(reply), _) => reply.response(),
            (Plan::Stop, held_back) => {
                self.stopped.notify_one();
                self.resumed.notified().await;
                let (head, body) = held_back.unwrap();
                self.pass_on(head, body).await
            }
        }
    }

    async fn pass_on(&self, head: Parts, body: Sent) -> Response {
        let url = format!("{}{}", self.server, head.uri);
        let request = self.client.request(head.method, url).headers(head.headers);
        let request = request.body(reqwest::Body::wrap_stream(body.into_data_stream()));
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return Reply::new(502, error.to_string()).response(),
        };
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        response.body(Sent::from_stream(answer.bytes_stream())).unwrap()
    }
}
