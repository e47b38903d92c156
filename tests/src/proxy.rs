use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;

use crate::{
    authorizer::Authorizer,
    call::Call,
    fault::{Fault, error},
    leak::Secrets,
};

const LARGEST_BODY: usize = 256 << 20;

/// The one address that the functions reach the world through. Knows every call by name, hands it to the emulator or to
/// the stand-in that serves it, and spoils one chosen call on demand.
#[derive(Clone)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<Shared>,
}

/// Who serves what. Everything that is signed for none of these services goes to the emulator.
#[derive(Debug, Clone, Default)]
pub struct Upstreams {
    /// MiniStack.
    pub emulator: String,
    /// `airlock serve`.
    pub codeartifact: String,
    /// The CodeGuru Security stand-in.
    pub codeguru: String,
    /// The GitHub stand-in: everything that is not signed.
    pub github: String,
}

#[derive(Default)]
struct Shared {
    upstreams: Mutex<Upstreams>,
    calls: Mutex<Vec<Call>>,
    traffic: Mutex<BTreeMap<String, usize>>,
    armed: Mutex<Option<Armed>>,
    secrets: Mutex<Secrets>,
    tokens: Mutex<BTreeSet<String>>,
    leaks: Mutex<Vec<String>>,
    authorizer: Mutex<Authorizer>,
    client: reqwest::Client,
}

struct Armed {
    spoiled: Spoiled,
    seen: usize,
    hits: usize,
}

/// Which call goes wrong, and how.
#[derive(Debug, Clone)]
pub struct Spoiled {
    /// The call, as [`Call`] prints it.
    pub call: String,
    /// How many of these calls go well before.
    pub after: usize,
    /// How many go wrong then.
    pub times: usize,
    /// What happens to them.
    pub fault: Fault,
}

impl Proxy {
    /// Listens on a free port of loopback.
    pub async fn start() -> Result<Self> {
        let shared = Shared { client: crate::http_client(), ..Shared::default() };
        let state = Arc::new(shared);
        let app = Router::new().fallback(handle).with_state(Arc::clone(&state));
        let address = crate::serve(app).await?;
        Ok(Self { address, state })
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Tells it who serves what.
    pub fn forward_to(&self, upstreams: Upstreams) {
        *lock(&self.state.upstreams) = upstreams;
    }

    /// Looks for these in everything that is sent from now on.
    pub(crate) fn watch(&self, secrets: Secrets) {
        *lock(&self.state.secrets) = secrets;
    }

    /// Demands from now on what AWS would of these roles, and the emulator does not.
    pub(crate) fn authorize_by(&self, authorizer: Authorizer) {
        *lock(&self.state.authorizer) = authorizer;
    }

    /// What was sent with a secret in it since the last time; also a session token in use that is not watched.
    pub(crate) fn take_leaks(&self) -> Vec<String> {
        let secrets = lock(&self.state.secrets);
        let unknown = std::mem::take(&mut *lock(&self.state.tokens)).into_iter();
        let unknown = unknown
            .filter(|token| !secrets.holds(token))
            .map(|_| "a session token is not watched".to_owned());
        std::mem::take(&mut *lock(&self.state.leaks)).into_iter().chain(unknown).collect()
    }

    /// Every call since the last time this was asked.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut lock(&self.state.calls))
    }

    /// How many bytes of bodies went to each service and came from it since the last time this was asked.
    pub fn take_traffic(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut lock(&self.state.traffic))
    }

    /// Spoils calls from now on.
    pub fn arm(&self, spoiled: Spoiled) {
        *lock(&self.state.armed) = Some(Armed { spoiled, seen: 0, hits: 0 });
    }

    /// Spoils nothing any more; tells how many calls were spoiled. A case whose fault never fired proves nothing.
    pub fn disarm(&self) -> usize {
        lock(&self.state.armed).take().map_or(0, |armed| armed.hits)
    }
}

impl Shared {
    /// A secret belongs in a header, or in the address that it is a part of; never in a body.
    fn look(&self, call: &Call, headers: &HeaderMap, body: &[u8]) {
        let token = headers.get("x-amz-security-token").and_then(|value| value.to_str().ok());
        lock(&self.tokens).extend(token.map(str::to_owned));
        let (secrets, text) = (lock(&self.secrets), String::from_utf8_lossy(body));
        let leaks = secrets.in_text(&text).into_iter().map(|name| format!("{name} in {call}"));
        lock(&self.leaks).extend(leaks);
    }

    fn count(&self, call: &Call, bytes: usize) {
        *lock(&self.traffic).entry(call.service.clone()).or_default() += bytes;
    }

    fn fault_for(&self, call: &Call) -> Option<Fault> {
        let mut armed = lock(&self.armed);
        let armed = armed.as_mut().filter(|armed| armed.spoiled.call == call.to_string())?;
        armed.seen += 1;
        let spoiled = &armed.spoiled;
        let range = spoiled.after..spoiled.after.saturating_add(spoiled.times);
        range.contains(&(armed.seen - 1)).then(|| {
            armed.hits += 1;
            armed.spoiled.fault
        })
    }

    fn upstream(&self, call: &Call) -> String {
        let upstreams = lock(&self.upstreams);
        match call.service.as_str() {
            "codeartifact" => upstreams.codeartifact.clone(),
            "codeguru-security" => upstreams.codeguru.clone(),
            "github" | "web" => upstreams.github.clone(),
            _ => upstreams.emulator.clone(),
        }
    }
}

async fn handle(State(state): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "the proxy takes no larger body").into_response();
    };
    let call = Call::of(&parts.method, &parts.uri, &parts.headers, &body);
    lock(&state.calls).push(call.clone());
    state.count(&call, body.len());
    state.look(&call, &parts.headers, &body);
    if let Some(fault) = state.fault_for(&call) {
        return fault.answer(&call).await;
    }
    let refused = lock(&state.authorizer).refuses(&call, &parts.uri, &parts.headers);
    if let Some(action) = refused {
        return denied(&call, &action);
    }
    let hides = lock(&state.authorizer).hides_what_is_missing(&call, &parts.headers);
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{}{path}", state.upstream(&call));
    let response = match forward(&state.client, parts.method, &url, parts.headers, body).await {
        Ok(response) => response,
        Err(error) => return (StatusCode::BAD_GATEWAY, format!("{call}: {error}")).into_response(),
    };
    state.count(&call, response.body().len());
    if hides && response.status() == StatusCode::NOT_FOUND {
        return denied(&call, "s3:ListBucket");
    }
    response.map(Body::from)
}

fn denied(call: &Call, action: &str) -> Response {
    let code = if call.service == "s3" { "AccessDenied" } else { "AccessDeniedException" };
    error(call, StatusCode::FORBIDDEN, code, &format!("the role is not authorized to perform: {action}"))
}

/// Passes the request on as it is, `Host` included: it is signed.
async fn forward(
    client: &reqwest::Client,
    method: Method,
    url: &str,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Bytes>> {
    let head = method == Method::HEAD;
    let answer = client.request(method, url).headers(headers).body(body).send().await?;
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if head || !is_framing(name) {
            response = response.header(name, value);
        }
    }
    Ok(response.body(answer.bytes().await?)?)
}

/// Headers that tell how the body travels, not what it is.
fn is_framing(name: &HeaderName) -> bool {
    [header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::CONNECTION].contains(name)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Loopback and a port of the system's choice.
pub(crate) const ANY_PORT: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);
