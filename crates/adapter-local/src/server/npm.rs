//! The registry that npm asks: packuments, whole and abbreviated, and tarballs
//! (<https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md>).

use std::{cmp::Reverse, sync::Arc};

use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::any,
};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::{
    Context,
    native::Refusal,
    npm_publish::publish,
    packument::{Packument, Release},
    pypi::ASK_AGAIN,
};
use crate::packages::{PackageId, Published, REPOSITORY};

const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";

pub(super) fn routes() -> Router<Arc<Context>> {
    Router::new().route("/npm/approved/{*path}", any(answer))
}

/// What a path asks for: npm writes a scope as `@scope%2fname` and as `@scope/name`.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Ping,
    WhoAmI,
    Package(String),
    DistTags(String),
    Version(String, String),
    Tarball(String, String),
}

impl Asked {
    /// The path as it is on the wire.
    fn of(path: &str) -> Option<Self> {
        let path = path.strip_prefix("/npm/approved/")?;
        let decoded = path.split('/').map(|part| percent_decode_str(part).decode_utf8());
        let parts = decoded.collect::<Result<Vec<_>, _>>().ok()?;
        let mut parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        match parts[..] {
            ["-", "ping"] => return Some(Self::Ping),
            ["-", "whoami"] => return Some(Self::WhoAmI),
            ["-", "package", .., "dist-tags"] => {
                let name = parts[2..parts.len() - 1].join("/");
                return is_name(&name).then_some(Self::DistTags(name));
            }
            _ => {}
        }
        let scope_apart = parts.len() > 1 && parts[0].starts_with('@') && !parts[0].contains('/');
        let rest = parts.split_off(if scope_apart { 2 } else { 1 });
        let name = parts.join("/");
        if !is_name(&name) {
            return None;
        }
        match rest[..] {
            [] => Some(Self::Package(name)),
            ["-", file] => Some(Self::Tarball(name, file.to_owned())),
            [version] => Some(Self::Version(name, version.to_owned())),
            _ => None,
        }
    }
}

/// `name` or `@scope/name`.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(['/', '@', '\0']) && part != "-";
    match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| plain(scope) && plain(name)),
        None => plain(name),
    }
}

async fn answer(State(context): State<Arc<Context>>, request: Request) -> Result<Response, Refusal> {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let asked = Asked::of(request.uri().path());
    if !matches!(method, Method::GET | Method::HEAD) {
        // Whatever the address: npm takes "not found" for an unpublish or a deprecation that is done already.
        let (Method::PUT, Some(Asked::Package(name))) = (method, asked) else {
            let message =
                "this registry takes packages and gives them; their state is changed by CodeArtifact's API";
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message));
        };
        context.check_writer(&headers)?;
        publish(&context, &name, request.into_body()).await?;
        return Ok((StatusCode::CREATED, Json(json!({"ok": true, "success": true}))).into_response());
    }
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, "this registry has no such address");
    match asked.ok_or_else(unknown)? {
        Asked::Ping => Ok(Json(json!({})).into_response()),
        Asked::WhoAmI => {
            context.check_writer(&headers)?;
            Ok(Json(json!({"username": "aws"})).into_response())
        }
        Asked::Package(name) => {
            let packument = context.packument(&name, &headers).await?;
            let abbreviated = headers.get_all(header::ACCEPT).iter();
            let abbreviated = abbreviated
                .filter_map(|value| value.to_str().ok())
                .any(|accept| accept.contains(ABBREVIATED));
            let (media, document) = if abbreviated {
                (ABBREVIATED, packument.abbreviated())
            } else {
                ("application/json", packument.whole())
            };
            let headers = [(header::CONTENT_TYPE, media), ASK_AGAIN, (header::VARY, "Accept")];
            Ok((headers, document.to_string()).into_response())
        }
        Asked::DistTags(name) => {
            let packument = context.packument(&name, &headers).await?;
            Ok(([ASK_AGAIN], Json(packument.tags())).into_response())
        }
        Asked::Version(name, version) => {
            let packument = context.packument(&name, &headers).await?;
            let document = packument.version(&version).ok_or_else(|| Refusal::not_found(&version))?;
            Ok(([ASK_AGAIN], Json(document)).into_response())
        }
        Asked::Tarball(name, file) => context.tarball(&name, &file).await,
    }
}

impl Context {
    /// Only what is published is in it.
    async fn packument(&self, name: &str, headers: &HeaderMap) -> Result<Packument, Refusal> {
        let id = PackageId::npm(name);
        let mut releases = Vec::new();
        for Published { name: version, version: held, mut metadata } in self.packages.published(&id).await? {
            let ([asset], Some(at)) = (&held.assets[..], held.published) else { continue };
            let (Some(digests), Some(text)) = (&asset.npm, metadata.pop()) else { continue };
            let (file, size, digests) = (asset.name.clone(), asset.size, digests.clone());
            releases.push(Release { version, at, file, size, digests, text });
        }
        if releases.is_empty() {
            return Err(Refusal::not_found(name));
        }
        let registry = format!("{}/npm/{REPOSITORY}", self.address(headers));
        Packument::of(name, &registry, releases).map_err(Refusal::from)
    }

    async fn tarball(&self, name: &str, file: &str) -> Result<Response, Refusal> {
        let id = PackageId::npm(name);
        let mut versions = self.packages.versions(&id).await?;
        versions.retain(|(_, version)| version.asset(file).is_some());
        versions.sort_by_key(|(_, version)| Reverse(version.published));
        for (version, _) in versions {
            let choose = |version: &crate::packages::Version| version.asset(file).map(|asset| asset.sha256);
            if let Some(opened) = self.packages.open(&id.version(&version), choose).await? {
                let headers = [
                    (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                    (header::CONTENT_LENGTH, opened.body.length.to_string()),
                ];
                return Ok((headers, [ASK_AGAIN], Body::from_stream(opened.body.stream)).into_response());
            }
        }
        Err(Refusal::not_found(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str) -> Option<Asked> {
        Asked::of(&format!("/npm/approved/{path}"))
    }

    #[test]
    fn a_path_is_read_however_npm_spells_a_scope() {
        let types = "@types/node".to_owned();
        for spelled in ["@types%2fnode", "@types%2Fnode", "@types/node", "%40types%2fnode"] {
            assert_eq!(asked(spelled), Some(Asked::Package(types.clone())), "{spelled}");
            let tarball = Asked::Tarball(types.clone(), "node-1.0.0.tgz".into());
            assert_eq!(asked(&format!("{spelled}/-/node-1.0.0.tgz")), Some(tarball));
            let tags = Asked::DistTags(types.clone());
            assert_eq!(asked(&format!("-/package/{spelled}/dist-tags")), Some(tags));
        }
        assert_eq!(asked("left-pad/1.0.0"), Some(Asked::Version("left-pad".into(), "1.0.0".into())));
        assert_eq!(asked("-/ping"), Some(Asked::Ping));
        for none in ["-/npm/v1/security/advisories/bulk", "a/b/c/d", "@a", "@a/", "%ff", "a%2fb", "-"] {
            assert_eq!(asked(none), None, "{none}");
        }
    }
}
