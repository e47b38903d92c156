use std::{sync::Arc, time::SystemTime};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, Uri, header, uri::Authority},
    middleware::Next,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::Sha256;
use serde_json::{Value, json};

use super::{Context, SignedRequests, fault::Fault, query::Query};
use crate::packages::REPOSITORY;

/// How long CodeArtifact's tokens live unless told otherwise, in seconds. The local one lives as long as the server.
const TOKEN_SECONDS: u64 = 43_200;

impl Context {
    /// Whoever writes shows the token.
    pub(super) fn check_writer(&self, headers: &HeaderMap) -> Result<(), Fault> {
        let shown =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (scheme, rest) = shown.split_once(' ').unwrap_or_default();
        let signed =
            scheme == "AWS4-HMAC-SHA256" && rest.contains("Credential=") && rest.contains("Signature=");
        let allowed = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => self.is_token(rest.trim().as_bytes()),
            "basic" => {
                let pair = STANDARD.decode(rest.trim()).unwrap_or_default();
                let colon = pair.iter().position(|b| *b == b':').map_or(0, |at| at + 1);
                self.is_token(&pair[colon..])
            }
            _ => signed && self.settings.signed == SignedRequests::Write,
        };
        if allowed {
            return Ok(());
        }
        Err(Fault::access_denied(
            "writing needs the token that airlock serve printed; requests signed by an AWS SDK write only with \
             airlock serve --accept-sigv4",
        ))
    }

    /// The address that the client came to.
    pub(super) fn address(&self, headers: &HeaderMap) -> String {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        host.map_or_else(|| self.packages.endpoint().to_owned(), |host| format!("http://{host}"))
    }

    /// Digests are compared, so that the time tells nothing of the token.
    fn is_token(&self, shown: &[u8]) -> bool {
        let token = self.settings.token.expose().as_bytes();
        !token.is_empty() && Sha256::of(shown) == Sha256::of(token)
    }
}

/// `GetAuthorizationToken`: for whoever may write.
pub(super) async fn get_authorization_token(
    State(context): State<Arc<Context>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let query = Query::of(&uri)?;
    query.domain()?;
    let seconds = query.optional("duration").map_or(Ok(TOKEN_SECONDS), str::parse::<u64>);
    let Ok(seconds @ (0 | 900..=43_200)) = seconds else {
        return Err(Fault::validation("duration is neither 0 nor between 900 and 43200 seconds"));
    };
    context.check_writer(&headers)?;
    // A number: the Rust SDK reads no other time.
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let expiration = since.as_secs() + seconds;
    Ok(Json(json!({"authorizationToken": context.settings.token.expose(), "expiration": expiration})))
}

/// `GetRepositoryEndpoint`: the address that the client came to.
pub(super) async fn get_repository_endpoint(
    State(context): State<Arc<Context>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let query = Query::of(&uri)?;
    query.repository()?;
    let format = query.format()?;
    if query.optional("endpointType").is_some_and(|kind| !matches!(kind, "ipv4" | "dualstack")) {
        return Err(Fault::validation("endpointType is neither ipv4 nor dualstack"));
    }
    let base = context.address(&headers);
    Ok(Json(json!({"repositoryEndpoint": format!("{base}/{format}/{REPOSITORY}/")})))
}

/// Refuses a request that names another host: a web page that points its own name at loopback (DNS rebinding).
pub(super) async fn loopback_only(request: Request, next: Next) -> Result<Response, Fault> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    let loopback = authority.is_some_and(|authority| {
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let address = host.parse::<std::net::IpAddr>();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    });
    if loopback {
        Ok(next.run(request).await)
    } else {
        Err(Fault::access_denied("the local repository answers to localhost and loopback addresses alone"))
    }
}
