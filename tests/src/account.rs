use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Method, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

/// What the emulator lacks of an account whose stacks are removed: a Studio domain that somebody works in, CodeArtifact's
/// domain and repositories, and the lines about them in CloudFormation's lists. Everything else goes to the emulator.
#[derive(Clone)]
pub struct Account {
    address: SocketAddr,
    state: Arc<Mutex<Things>>,
}

#[derive(Default)]
struct Things {
    emulator: String,
    resources: Vec<[String; 3]>,
    studio: BTreeSet<String>,
    packages: BTreeSet<String>,
    calls: Vec<String>,
    refused: Option<String>,
    running: Option<String>,
}

/// How a call is answered where it is not with a document.
type Refused = (StatusCode, &'static str);

impl Account {
    /// Stands before the emulator at this address.
    pub async fn start(emulator: String) -> Result<Self> {
        let state = Arc::new(Mutex::new(Things { emulator, ..Things::default() }));
        let app = Router::new().fallback(handle).with_state(Arc::clone(&state));
        Ok(Self { address: crate::serve(app).await?, state })
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on the stack has this resource, too.
    pub fn add_resource(&self, stack: &str, kind: &str, id: &str) {
        lock(&self.state).resources.push([stack, kind, id].map(str::to_owned));
    }

    /// From now on there is this in Studio: `Domain`, `App`, `Space`, `UserProfile`.
    pub fn add_studio(&self, things: &[&str]) {
        lock(&self.state).studio.extend(things.iter().map(|&thing| thing.to_owned()));
    }

    /// From now on CodeArtifact has this: `domain`, or the name of a repository in it.
    pub fn add_packages(&self, things: &[&str]) {
        lock(&self.state).packages.extend(things.iter().map(|&thing| thing.to_owned()));
    }

    /// Somebody else removes this from CodeArtifact.
    pub fn forget_packages(&self, thing: &str) {
        lock(&self.state).packages.remove(thing);
    }

    /// From now on this call is refused, where there is one.
    pub fn refuse(&self, call: Option<&str>) {
        lock(&self.state).refused = call.map(str::to_owned);
    }

    /// From now on this execution is under way, where there is one: of `AWS_ENDPOINT_URL_SFN` alone.
    pub fn set_running(&self, execution: Option<&str>) {
        lock(&self.state).running = execution.map(str::to_owned);
    }

    /// What there is in Studio and in CodeArtifact.
    pub fn remaining(&self) -> Vec<String> {
        let things = lock(&self.state);
        things.studio.iter().chain(&things.packages).cloned().collect()
    }

    /// What was changed since the last time, in order: `SageMaker.DeleteApp`, `DELETE /v1/domain`, `DeleteStack`.
    pub fn take_changes(&self) -> Vec<String> {
        let calls = std::mem::take(&mut lock(&self.state).calls);
        calls.into_iter().filter(|call| call.to_lowercase().contains("delete")).collect()
    }
}

async fn handle(State(state): State<Arc<Mutex<Things>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 1 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let text = String::from_utf8_lossy(&body).into_owned();
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
    let answered = match target {
        Some("AWSStepFunctions.ListExecutions") => {
            let running =
                lock(&state).running.clone().map(|arn| json!({"executionArn": arn, "status": "RUNNING"}));
            Ok(json!({"executions": running.into_iter().collect::<Vec<_>>()}))
        }
        Some(target) => lock(&state).studio(target, &text),
        None if path.starts_with("/v1/") => lock(&state).packages(&parts.method, path, query),
        None => return cloudformation(&state, parts, text).await,
    };
    match answered {
        Ok(document) => document.to_string().into_response(),
        Err((status, code)) => {
            (status, [("x-amzn-errortype", code)], json!({"__type": code}).to_string()).into_response()
        }
    }
}

impl Things {
    fn called(&mut self, call: String) -> Result<(), Refused> {
        let refused = self.refused.as_ref() == Some(&call);
        self.calls.push(call);
        if refused { Err((StatusCode::BAD_REQUEST, "ValidationException")) } else { Ok(()) }
    }

    fn studio(&mut self, target: &str, input: &str) -> Result<Value, Refused> {
        self.called(target.to_owned())?;
        let operation = target.trim_start_matches("SageMaker.");
        let there = |things: &BTreeSet<String>, thing: &str, entry: Value| {
            if things.contains(thing) { vec![entry] } else { vec![] }
        };
        let missing = (StatusCode::BAD_REQUEST, "ResourceNotFound");
        match operation {
            "DescribeDomain" if self.studio.contains("Domain") => Ok(json!({"Status": "InService"})),
            "DescribeDomain" => Err(missing),
            "ListApps" => {
                let app = json!({"AppType": "JupyterLab", "AppName": "default", "SpaceName": "own", "Status": "InService"});
                Ok(json!({"Apps": there(&self.studio, "App", app)}))
            }
            "ListSpaces" => Ok(json!({"Spaces": there(&self.studio, "Space", json!({"SpaceName": "own"}))})),
            "ListUserProfiles" => {
                let profile = json!({"UserProfileName": "data-scientist"});
                Ok(json!({"UserProfiles": there(&self.studio, "UserProfile", profile)}))
            }
            // Nothing goes before what is in it; and without the word, the home folders stay and hold the VPC.
            "DeleteDomain"
                if self.studio.len() > 1 || !input.contains(r#""HomeEfsFileSystem": "Delete""#) =>
            {
                Err((StatusCode::BAD_REQUEST, "ResourceInUse"))
            }
            "DeleteSpace" if self.studio.contains("App") => Err((StatusCode::BAD_REQUEST, "ResourceInUse")),
            _ => match operation.strip_prefix("Delete").map(|thing| self.studio.remove(thing)) {
                Some(true) => Ok(json!({})),
                _ => Err(missing),
            },
        }
    }

    fn packages(&mut self, method: &Method, path: &str, query: &str) -> Result<Value, Refused> {
        self.called(format!("{method} {path}"))?;
        let parameter = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
        let repository = parameter("repository=").unwrap_or_default();
        match (method.as_str(), path) {
            ("GET", "/v1/domain") if self.packages.contains("domain") => Ok(json!({"domain": {}})),
            ("DELETE", "/v1/repository") if self.packages.remove(repository) => Ok(json!({})),
            ("DELETE", "/v1/domain") if self.packages.len() > 1 => {
                Err((StatusCode::CONFLICT, "ConflictException"))
            }
            ("DELETE", "/v1/domain") if self.packages.remove("domain") => Ok(json!({})),
            _ => Err((StatusCode::NOT_FOUND, "ResourceNotFoundException")),
        }
    }

    /// The resources of the stack that a request asks for, as CloudFormation lists them.
    fn listed(&self, request: &str) -> String {
        let of_stack = |[stack, ..]: &&[String; 3]| request.contains(&format!("stack%2F{stack}%2F"));
        let members = self.resources.iter().filter(of_stack).map(|[_, kind, id]| {
            format!(
                "<member><LogicalResourceId>Added</LogicalResourceId><PhysicalResourceId>{id}</PhysicalResourceId>\
                 <ResourceType>{kind}</ResourceType><ResourceStatus>DELETE_SKIPPED</ResourceStatus></member>"
            )
        });
        members.collect()
    }
}

async fn cloudformation(
    state: &Mutex<Things>,
    parts: axum::http::request::Parts,
    request: String,
) -> Response {
    let emulator = lock(state).emulator.clone();
    let action = request.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
    let (lists, action) = (action == "ListStackResources", action.to_owned());
    lock(state).calls.push(action);
    let added = if lists { lock(state).listed(&request) } else { String::new() };
    let call = crate::http_client().request(parts.method, format!("{emulator}{}", parts.uri));
    let Ok(answer) = call.headers(parts.headers).body(request).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    let text = text.replace("</StackResourceSummaries>", &format!("{added}</StackResourceSummaries>"));
    let response = Response::builder().status(status).header("content-type", "text/xml");
    response.body(Body::from(text)).unwrap_or_else(|_| StatusCode::BAD_GATEWAY.into_response())
}

fn lock(state: &Mutex<Things>) -> MutexGuard<'_, Things> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
