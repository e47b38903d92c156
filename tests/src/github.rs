use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use bytes::Bytes;
use domain::Sha256;
use serde_json::{Value, json};

/// The token that the stand-in accepts.
pub(crate) const TOKEN: &str = "github-token-of-the-tests";
/// In the address that an archive's redirects to, as for a private repository: whoever has it may download.
pub(crate) const DOWNLOAD_TOKEN: &str = "download-token-of-the-tests";

/// GitHub, as far as Airlock knows it: files at a commit, commit statuses, archives behind a redirect.
#[derive(Clone)]
pub struct GitHub {
    address: SocketAddr,
    state: Arc<Mutex<Repositories>>,
}

#[derive(Default)]
struct Repositories {
    commits: BTreeMap<String, BTreeMap<String, String>>,
    statuses: Vec<(String, Value)>,
    archives: BTreeMap<String, Bytes>,
    problems: Vec<String>,
}

type Shared = State<Arc<Mutex<Repositories>>>;

impl GitHub {
    /// Listens on a free port of loopback.
    pub async fn start() -> Result<Self> {
        let state = Arc::default();
        let app = Router::new()
            .route("/repos/{owner}/{name}/contents/{*path}", get(contents))
            .route("/repos/{owner}/{name}/statuses/{sha}", post(create_status))
            .route("/{owner}/{name}/archive/{*file}", get(redirect_to_archive))
            .route("/codeload/{owner}/{name}/zip/{*file}", get(archive))
            .with_state(Arc::clone(&state));
        Ok(Self { address: crate::serve(app).await?, state })
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A commit whose tree has this one file; its id.
    pub fn commit(&self, path: &str, text: &str) -> String {
        let seed = format!("{} {path} {text}", lock(&self.state).commits.len());
        let id = Sha256::of(seed.as_bytes()).to_string()[..40].to_owned();
        self.commit_as(&id, path, text);
        id
    }

    /// The same with a given id.
    pub fn commit_as(&self, id: &str, path: &str, text: &str) {
        let tree = BTreeMap::from([(path.to_owned(), text.to_owned())]);
        lock(&self.state).commits.insert(id.to_owned(), tree);
    }

    /// Serves the bytes as `/<repository>/archive/refs/heads/main.zip`; gives that path.
    pub fn offer(&self, repository: &str, bytes: Bytes) -> String {
        lock(&self.state).archives.insert(repository.to_owned(), bytes);
        format!("/{repository}/archive/refs/heads/main.zip")
    }

    /// The statuses of a commit, oldest first.
    pub fn statuses(&self, commit: &str) -> Vec<Value> {
        let state = lock(&self.state);
        state.statuses.iter().filter(|(sha, _)| sha == commit).map(|(_, status)| status.clone()).collect()
    }

    /// Requests that the real GitHub would not have understood.
    pub fn problems(&self) -> Vec<String> {
        lock(&self.state).problems.clone()
    }
}

/// <https://docs.github.com/en/rest/repos/contents#get-repository-content>
async fn contents(
    State(state): Shared,
    Path((_, _, path)): Path<(String, String, String)>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mut state = lock(&state);
    if let Some(refusal) = unauthorized(&mut state, &headers) {
        return refusal;
    }
    if header_of(&headers, "accept") != "application/vnd.github.raw+json" {
        state.problems.push(format!("contents asked for as {}", header_of(&headers, "accept")));
    }
    let commit = query.get("ref").map(String::as_str).unwrap_or_default();
    match state.commits.get(commit).and_then(|files| files.get(&path)) {
        Some(text) => text.clone().into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"}))).into_response(),
    }
}

/// <https://docs.github.com/en/rest/commits/statuses#create-a-commit-status>
async fn create_status(
    State(state): Shared,
    Path((_, _, sha)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut state = lock(&state);
    if let Some(refusal) = unauthorized(&mut state, &headers) {
        return refusal;
    }
    let status: Value = serde_json::from_slice(&body).unwrap_or_default();
    let known = matches!(status["state"].as_str(), Some("error" | "failure" | "pending" | "success"));
    let short = status["description"].as_str().unwrap_or_default().chars().count() <= 140;
    if !(known && short && state.commits.contains_key(&sha)) {
        state.problems.push(format!("status {status} for {sha}"));
        return (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"message": "Validation Failed"})))
            .into_response();
    }
    state.statuses.push((sha, status.clone()));
    (StatusCode::CREATED, Json(status)).into_response()
}

/// The answer to a caller without the token or, as GitHub demands it, without a user agent.
fn unauthorized(state: &mut Repositories, headers: &HeaderMap) -> Option<Response> {
    if header_of(headers, "user-agent").is_empty() {
        state.problems.push("a request without user agent".to_owned());
        return Some(StatusCode::FORBIDDEN.into_response());
    }
    if header_of(headers, "authorization") != format!("Bearer {TOKEN}") {
        state.problems.push("a request without the token".to_owned());
        return Some((StatusCode::UNAUTHORIZED, Json(json!({"message": "Bad credentials"}))).into_response());
    }
    None
}

async fn redirect_to_archive(
    Path((owner, name, file)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let host = header_of(&headers, "host");
    let place = format!("http://{host}/codeload/{owner}/{name}/zip/{file}?token={DOWNLOAD_TOKEN}");
    (StatusCode::FOUND, [(header::LOCATION, place)]).into_response()
}

/// As codeload answers: chunked, without a length.
async fn archive(
    State(state): Shared,
    Path((owner, name, _)): Path<(String, String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if query.get("token").is_none_or(|token| token != DOWNLOAD_TOKEN) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let found = lock(&state).archives.get(&format!("{owner}/{name}")).cloned();
    match found {
        Some(bytes) => {
            let chunks: Vec<_> =
                bytes.chunks(8192).map(|chunk| Ok::<_, axum::Error>(bytes.slice_ref(chunk))).collect();
            let body = Body::from_stream(futures_util::stream::iter(chunks));
            ([(header::CONTENT_TYPE, "application/zip")], body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn header_of<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn lock(state: &Mutex<Repositories>) -> MutexGuard<'_, Repositories> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
