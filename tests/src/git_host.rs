use std::{
    io::{Read as _, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use anyhow::{Context as _, Result};
use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run;

/// The token that may create and push. Anybody on loopback may clone.
pub const GIT_TOKEN: &str = "ghp_canary0123456789";
/// The organisation.
pub const ORGANISATION: &str = "octo-org";

/// GitHub as a package repository: bare repositories behind git's own `git http-backend`, and the calls of the REST API
/// that publishing needs, answered from the same repositories.
#[derive(Clone)]
pub struct GitHost {
    address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    folder: TempDir,
    state: Mutex<Calls>,
}

#[derive(Default)]
struct Calls {
    log: Vec<String>,
    breaks: Option<(usize, Break)>,
    repository: Value,
    access: Access,
}

/// What the token may do.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// What Airlock asks for.
    #[default]
    Whole,
    /// It creates repositories, and sees none.
    Blind,
    /// It neither sees nor creates any.
    None,
}

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// It does nothing, and everything after it.
    Before,
    /// It does what it should, and nobody hears of it; everything after it does nothing.
    After,
}

impl GitHost {
    /// Listens on a free port of loopback.
    pub async fn start() -> Result<Self> {
        let state = Mutex::new(Calls { repository: json!({}), ..Calls::default() });
        let inner = Arc::new(Inner { folder: TempDir::new()?, state });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        Ok(Self { address: crate::serve(app).await?, inner })
    }

    /// The REST API's address.
    pub fn api(&self) -> String {
        format!("http://{}/api/v3", self.address)
    }

    /// The address that repositories are cloned from.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Where the package's bare repository is.
    pub fn repository(&self, package: &str) -> PathBuf {
        self.inner.repository(ORGANISATION, package)
    }

    /// Runs git in the package's repository; gives what it said.
    pub fn git(&self, package: &str, arguments: &[&str]) -> Result<String> {
        let said = run(Command::new("git").arg("-C").arg(self.repository(package)).args(arguments))?;
        Ok(said.trim().to_owned())
    }

    /// Every ref of the package's repository with its object.
    pub fn refs(&self, package: &str) -> Result<Vec<String>> {
        let list = self.git(package, &["for-each-ref", "--format=%(refname) %(objectname)"])?;
        Ok(list.lines().map(str::to_owned).collect())
    }

    /// From the call with this number on, counted from 0, nothing gets through; until [`Self::heal`].
    pub fn break_at(&self, call: usize, how: Break) {
        let mut state = self.inner.lock();
        state.log.clear();
        state.breaks = Some((call, how));
    }

    /// Everything gets through; says whether anything had not.
    pub fn heal(&self) -> bool {
        let mut state = self.inner.lock();
        let broke = state.breaks.take().is_some_and(|(call, _)| state.log.len() > call);
        state.log.clear();
        broke
    }

    /// The calls so far: `METHOD /path`.
    pub fn log(&self) -> Vec<String> {
        self.inner.lock().log.clone()
    }

    /// Members that `GET /repos/…` answers with instead of its own.
    pub fn pretend(&self, repository: Value) {
        self.inner.lock().repository = repository;
    }

    /// The token may do this from now on. GitHub says of what it does not show that it is not there.
    pub fn grant(&self, access: Access) {
        self.inner.lock().access = access;
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn repository(&self, owner: &str, name: &str) -> PathBuf {
        self.folder.path().join(owner).join(format!("{name}.git"))
    }

    /// How this call goes wrong.
    fn count(&self, call: String) -> Option<Break> {
        let mut state = self.lock();
        let number = state.log.len();
        state.log.push(call);
        match state.breaks {
            Some((first, how)) if number == first => Some(how),
            Some((first, _)) if number > first => Some(Break::Before),
            _ => None,
        }
    }
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let broken = inner.count(format!("{} {}", request.method(), request.uri()));
    if broken == Some(Break::Before) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, 1 << 30).await else { return StatusCode::BAD_REQUEST.into_response() };
    let call = Call {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        kind: text(parts.headers.get(header::CONTENT_TYPE)),
        authorization: text(parts.headers.get(header::AUTHORIZATION)),
        body,
    };
    let done = tokio::task::spawn_blocking(move || call.answer(&inner)).await;
    match (done, broken) {
        (_, Some(_)) => StatusCode::BAD_GATEWAY.into_response(),
        (Ok(Ok(response)), None) => response,
        (Ok(Err(error)), None) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
        (Err(error), None) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn text(value: Option<&header::HeaderValue>) -> String {
    value.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

struct Call {
    method: Method,
    path: String,
    query: String,
    kind: String,
    authorization: String,
    body: Bytes,
}

impl Call {
    fn answer(&self, inner: &Inner) -> Result<Response> {
        let Some(path) = self.path.strip_prefix("/api/v3/") else { return self.git(inner) };
        if self.authorization != format!("Bearer {GIT_TOKEN}") {
            return Ok(StatusCode::UNAUTHORIZED.into_response());
        }
        let path: Vec<&str> = path.split('/').collect();
        let access = inner.lock().access;
        match (self.method.as_str(), path.as_slice()) {
            (_, ["repos", ..]) if access != Access::Whole => Ok(StatusCode::NOT_FOUND.into_response()),
            ("POST", ["orgs", ..]) if access == Access::None => Ok(StatusCode::FORBIDDEN.into_response()),
            ("GET", ["repos", owner, name]) => Ok(describe(inner, owner, name)),
            ("POST", ["orgs", owner, "repos"]) => create(inner, owner, &self.body),
            ("PUT", ["repos", _, _, "actions", "permissions"]) if self.body == r#"{"enabled":false}"# => {
                let decided = inner.lock().repository.get("organisation_runs_actions").is_some();
                Ok(if decided { StatusCode::CONFLICT } else { StatusCode::NO_CONTENT }.into_response())
            }
            ("GET", ["repos", _, _, "actions", "permissions"]) => {
                let enabled = inner.lock().repository["organisation_runs_actions"].clone();
                Ok(Json(json!({ "enabled": enabled })).into_response())
            }
            ("GET", ["repos", owner, name, "git", "commits", id]) => {
                commit(&inner.repository(owner, name), id)
            }
            _ => Ok(StatusCode::NOT_FOUND.into_response()),
        }
    }

    /// Hands the call to git's CGI program. Whoever pushes shows the token; the user that it then names lets git push.
    fn git(&self, inner: &Inner) -> Result<Response> {
        let pushes = self.query.contains("git-receive-pack") || self.path.ends_with("/git-receive-pack");
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("x-access-token:{GIT_TOKEN}")));
        if pushes && self.authorization != basic {
            return Ok(StatusCode::UNAUTHORIZED.into_response());
        }
        if pushes && inner.lock().access != Access::Whole {
            return Ok(StatusCode::NOT_FOUND.into_response());
        }
        if self.path.ends_with("/git-receive-pack") && has_needless_pack(&self.body) {
            return Ok((StatusCode::BAD_REQUEST, "a pack after deletions").into_response());
        }
        let mut program = Command::new("git")
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", inner.folder.path())
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("REQUEST_METHOD", self.method.as_str())
            .env("PATH_INFO", &self.path)
            .env("QUERY_STRING", &self.query)
            .env("CONTENT_TYPE", &self.kind)
            .env("CONTENT_LENGTH", self.body.len().to_string())
            .env("REMOTE_USER", if pushes { "airlock" } else { "" })
            .env("REMOTE_ADDR", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (mut stdin, body) = (program.stdin.take().context("stdin")?, self.body.clone());
        // A program that has seen enough hangs up.
        let writer = thread::spawn(move || drop(stdin.write_all(&body)));
        let mut said = Vec::new();
        program.stdout.take().context("stdout")?.read_to_end(&mut said)?;
        program.wait()?;
        drop(writer.join());
        response(&said)
    }
}

/// Whether more than the end comes after commands that only delete: git's protocol has no pack then, and git's own server
/// leaves it unread.
fn has_needless_pack(mut body: &[u8]) -> bool {
    let length = |body: &[u8]| usize::from_str_radix(std::str::from_utf8(body.get(..4)?).ok()?, 16).ok();
    while let Some(line) = length(body).and_then(|length| body.get(4..length)) {
        if line.get(41..81).is_none_or(|new| new.iter().any(|digit| *digit != b'0')) {
            return false;
        }
        body = &body[4 + line.len()..];
    }
    body != b"0000"
}

/// What a CGI program wrote.
fn response(said: &[u8]) -> Result<Response> {
    let end =
        said.windows(4).position(|four| four == b"\r\n\r\n").context("git http-backend wrote no head")?;
    let mut response = Response::builder();
    for line in std::str::from_utf8(&said[..end])?.lines() {
        let (name, value) = line.split_once(": ").context("a header has no value")?;
        response = match name {
            "Status" => response.status(value.split(' ').next().unwrap_or_default()),
            _ => response.header(name, value),
        };
    }
    Ok(response.body(Body::from(said[end + 4..].to_vec()))?)
}

fn describe(inner: &Inner, owner: &str, name: &str) -> Response {
    if !inner.repository(owner, name).exists() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let description = std::fs::read_to_string(inner.repository(owner, name).join("description")).ok();
    let full_name = format!("{owner}/{name}");
    let mut known =
        json!({"full_name": full_name, "private": true, "archived": false, "description": description});
    let pretended = inner.lock().repository.clone();
    for (member, value) in pretended.as_object().into_iter().flatten() {
        known[member] = value.clone();
    }
    Json(known).into_response()
}

fn create(inner: &Inner, owner: &str, body: &[u8]) -> Result<Response> {
    let asked: Value = serde_json::from_slice(body)?;
    let off = |name: &str| asked[name] == false;
    if asked["private"] != true
        || !["auto_init", "has_issues", "has_projects", "has_wiki"].iter().all(|n| off(n))
    {
        return Ok((StatusCode::BAD_REQUEST, "not as Airlock creates them").into_response());
    }
    let name = asked["name"].as_str().context("a name")?;
    let path = inner.repository(owner, name);
    std::fs::create_dir_all(path.parent().context("a parent")?)?;
    let new = TempDir::new_in(inner.folder.path())?;
    run(Command::new("git").args(["init", "--quiet", "--bare", "--initial-branch=main"]).arg(new.path()))?;
    // GitHub checks every object, too.
    for setting in ["http.receivepack", "receive.fsckObjects"] {
        run(Command::new("git").arg("-C").arg(new.path()).args(["config", setting, "true"]))?;
    }
    std::fs::write(new.path().join("description"), asked["description"].as_str().unwrap_or_default())?;
    // Fails where there is one.
    if std::fs::rename(new.path(), &path).is_err() {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    }
    Ok((StatusCode::CREATED, describe(inner, owner, name)).into_response())
}

fn commit(repository: &Path, id: &str) -> Result<Response> {
    let mut git = Command::new("git");
    let Ok(said) = run(git.arg("-C").arg(repository).args(["cat-file", "commit", id])) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let (head, message) = said.split_once("\n\n").context("a commit has a message")?;
    let named = |name: &str| -> Vec<Value> {
        let ids = head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        ids.map(|id| json!({"sha": id})).collect()
    };
    let tree = named("tree").pop();
    let commit = json!({"sha": id, "tree": tree, "parents": named("parent"), "message": message.trim_end()});
    Ok(Json(commit).into_response())
}
