use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use bytes::Bytes;
use domain::Sha256;
use serde_json::{Value, json};

const MARKER: &str = "x-airlock-upload-marker";
/// In the address to upload to: whoever has it may write.
pub(crate) const UPLOAD_SIGNATURE: &str = "upload-signature-of-the-tests";

/// Amazon CodeGuru Security as its last model describes it: what the emulator lacks. Checks what the service checked
/// (patterns, required members, every upload header) and answers errors as AWS does.
#[derive(Clone)]
pub struct CodeGuru {
    address: SocketAddr,
    state: Arc<Mutex<Service>>,
}

#[derive(Default)]
struct Service {
    pages: Vec<Vec<Value>>,
    uploads: BTreeMap<String, Option<Bytes>>,
    scans: BTreeMap<String, Scan>,
    refused: Vec<String>,
}

struct Scan {
    name: String,
    token: String,
    artifact: String,
    asked: u32,
}

type Shared = State<Arc<Mutex<Service>>>;
type Answer = Result<Json<Value>, Refused>;

/// An error as AWS answers it. The SDKs read the code from the header and nowhere else.
struct Refused(StatusCode, &'static str, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, code, message) = self;
        (status, [("x-amzn-errortype", code)], Json(json!({"errorCode": code, "message": message})))
            .into_response()
    }
}

impl CodeGuru {
    /// Listens on a free port of loopback.
    pub async fn start() -> Result<Self> {
        let state = Arc::default();
        let app = Router::new()
            .route("/uploadUrl", post(create_upload_url))
            .route("/upload/{id}", put(upload))
            .route("/scans", post(create_scan))
            .route("/scans/{name}", get(get_scan))
            .route("/findings/{name}", get(get_findings))
            .with_state(Arc::clone(&state));
        Ok(Self { address: crate::serve(app).await?, state })
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What every scan finds from now on, page by page.
    pub fn find(&self, pages: Vec<Vec<Value>>) {
        lock(&self.state).pages = pages;
    }

    /// The scan names and the digests of the bytes they scanned, oldest first.
    pub fn scanned(&self) -> Vec<(String, Sha256)> {
        let state = lock(&self.state);
        let digest =
            |artifact: &str| state.uploads.get(artifact).and_then(Option::as_ref).map(|b| Sha256::of(b));
        state.scans.values().filter_map(|scan| Some((scan.name.clone(), digest(&scan.artifact)?))).collect()
    }

    /// Requests that it refused as invalid.
    pub fn refused(&self) -> Vec<String> {
        lock(&self.state).refused.clone()
    }
}

/// A finding, with the few members that are of use; all of them are optional in the model.
pub fn finding(severity: &str, title: &str) -> Value {
    json!({
        "id": title, "title": title, "severity": severity, "description": "described", "status": "Open",
        "detectorId": "python/hardcoded-credentials@v1.0", "detectorName": title, "createdAt": 1_795_456_324.5,
        "vulnerability": {
            "referenceUrls": ["https://cwe.example.invalid/798"],
            "filePath": {"name": "setup.py", "path": "package/setup.py", "startLine": 3, "endLine": 4}
        },
        "remediation": {"recommendation": {"text": "remove it", "url": "https://help.example.invalid/"}}
    })
}

async fn create_upload_url(State(state): Shared, headers: HeaderMap, Json(input): Json<Value>) -> Answer {
    let mut state = lock(&state);
    scan_name(&mut state, input["scanName"].as_str())?;
    let id = uuid(&format!("upload {}", state.uploads.len()));
    state.uploads.insert(id.clone(), None);
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    Ok(Json(json!({
        "s3Url": format!("http://{host}/upload/{id}?X-Amz-Signature={UPLOAD_SIGNATURE}"),
        "requestHeaders": {"x-amz-server-side-encryption": "aws:kms", MARKER: id},
        "codeArtifactId": id,
    })))
}

async fn upload(
    State(state): Shared,
    Path(id): Path<String>,
    query: Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut state = lock(&state);
    let given = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let length = given("content-length") == body.len().to_string();
    if !state.uploads.contains_key(&id)
        || query.get("X-Amz-Signature").is_none_or(|signature| signature != UPLOAD_SIGNATURE)
        || given(MARKER) != id
        || given("x-amz-server-side-encryption") != "aws:kms"
    {
        state.refused.push(format!("upload {id} without its headers"));
        return (StatusCode::FORBIDDEN, "<Error><Code>SignatureDoesNotMatch</Code></Error>").into_response();
    }
    if !length {
        state.refused.push(format!("upload {id} without its length"));
        return (StatusCode::LENGTH_REQUIRED, "<Error><Code>MissingContentLength</Code></Error>")
            .into_response();
    }
    state.uploads.insert(id, Some(body));
    StatusCode::OK.into_response()
}

async fn create_scan(State(state): Shared, Json(input): Json<Value>) -> Answer {
    let mut state = lock(&state);
    let name = scan_name(&mut state, input["scanName"].as_str())?;
    let token = input["clientToken"].as_str().unwrap_or_default().to_owned();
    if token.is_empty() || token.len() > 64 || token.contains(char::is_whitespace) {
        return Err(invalid(&mut state, "clientToken"));
    }
    let artifact = input["resourceId"]["codeArtifactId"].as_str().unwrap_or_default().to_owned();
    if !state.uploads.get(&artifact).is_some_and(Option::is_some) {
        return Err(not_found("code artifact"));
    }
    let known = state.scans.iter().find(|(_, scan)| scan.token == token).map(|(run, _)| run.clone());
    let run = known.unwrap_or_else(|| {
        let run = uuid(&format!("run {token}"));
        let scan = Scan { name: name.clone(), token, artifact: artifact.clone(), asked: 0 };
        state.scans.insert(run.clone(), scan);
        run
    });
    let resource = json!({"codeArtifactId": artifact});
    Ok(Json(json!({"scanName": name, "runId": run, "resourceId": resource, "scanState": "InProgress"})))
}

async fn get_scan(
    State(state): Shared,
    Path(name): Path<String>,
    query: Query<HashMap<String, String>>,
) -> Answer {
    let mut state = lock(&state);
    let name = scan_name(&mut state, Some(&name))?;
    let wanted = query.get("runId").cloned();
    let found = state
        .scans
        .iter_mut()
        .find(|(run, scan)| scan.name == name && wanted.as_ref().is_none_or(|wanted| *wanted == **run));
    let Some((run, scan)) = found else {
        return Err(not_found("scan"));
    };
    scan.asked += 1;
    let scan_state = if scan.asked < 2 { "InProgress" } else { "Successful" };
    Ok(Json(json!({
        "scanName": name, "runId": run, "scanState": scan_state, "createdAt": 1_795_456_324.5,
        "analysisType": "Security", "numberOfRevisions": 1,
    })))
}

async fn get_findings(
    State(state): Shared,
    Path(name): Path<String>,
    query: Query<HashMap<String, String>>,
) -> Answer {
    let mut state = lock(&state);
    let name = scan_name(&mut state, Some(&name))?;
    if !state.scans.values().any(|scan| scan.name == name) {
        return Err(not_found("scan"));
    }
    let page = match query.get("nextToken").map(|token| token.strip_prefix("page-").map(str::parse::<usize>))
    {
        None => 0,
        Some(Some(Ok(page))) => page,
        Some(_) => return Err(invalid(&mut state, "nextToken")),
    };
    let findings = state.pages.get(page).cloned().unwrap_or_default();
    let mut answer = json!({"findings": findings});
    if page + 1 < state.pages.len() {
        answer["nextToken"] = format!("page-{}", page + 1).into();
    }
    Ok(Json(answer))
}

/// 1 to 140 of `[a-zA-Z0-9-_$:.]`.
fn scan_name(state: &mut Service, name: Option<&str>) -> Result<String, Refused> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_$:.".contains(&b);
    match name {
        Some(name) if (1..=140).contains(&name.len()) && name.bytes().all(fits) => Ok(name.to_owned()),
        _ => Err(invalid(state, "scanName")),
    }
}

fn invalid(state: &mut Service, member: &str) -> Refused {
    state.refused.push(member.to_owned());
    Refused(StatusCode::BAD_REQUEST, "ValidationException", member.to_owned())
}

fn not_found(what: &str) -> Refused {
    Refused(StatusCode::NOT_FOUND, "ResourceNotFoundException", format!("no such {what}"))
}

/// A version 4 UUID, the same for the same seed.
fn uuid(seed: &str) -> String {
    let hex = Sha256::of(seed.as_bytes()).to_string();
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

fn lock(state: &Mutex<Service>) -> MutexGuard<'_, Service> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
