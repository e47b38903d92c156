//! The index that pip asks: the simple API as HTML (PEP 503) and as JSON (PEP 691, 700), and the files (PEP 658).

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::normalize;

use super::{
    Context,
    native::{Refusal, segment},
    simple::{Link, Page, Representation},
    upload,
};
use crate::packages::{PackageFormat, PackageId, Published, VersionStatus};

/// A client may keep what it was given, but asks again before it uses it: a version can be taken back.
pub(super) const ASK_AGAIN: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-cache");

pub(super) fn routes() -> Router<Arc<Context>> {
    Router::new()
        .route("/pypi/approved/", get(root).post(upload::upload))
        .route("/pypi/approved/simple", get(async || Redirect::permanent("simple/")))
        .route("/pypi/approved/simple/", get(projects))
        .route("/pypi/approved/simple/{name}", get(add_slash))
        .route("/pypi/approved/simple/{name}/", get(project))
        .route("/pypi/approved/simple/{name}/{version}/{file}", get(file))
}

/// What a person who opens the address finds.
async fn root() -> Redirect {
    Redirect::temporary("simple/")
}

async fn add_slash(Path(name): Path<String>) -> Redirect {
    Redirect::permanent(&format!("{}/", segment(&normalize(&name))))
}

async fn projects(State(context): State<Arc<Context>>, headers: HeaderMap) -> Result<Response, Refusal> {
    let representation = Representation::of(&headers)?;
    let mut names = Vec::new();
    for id in context.packages.packages(PackageFormat::Pypi).await? {
        let versions = context.packages.versions(&id).await?;
        if versions.iter().any(|(_, version)| version.status == VersionStatus::Published) {
            names.push(id.package);
        }
    }
    Ok(representation.projects(&names))
}

async fn project(
    State(context): State<Arc<Context>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = PackageId::pypi(&name);
    if name != id.package {
        return Ok(Redirect::permanent(&format!("../{}/", segment(&id.package))).into_response());
    }
    let representation = Representation::of(&headers)?;
    let mut page = Page { name, versions: Vec::new(), links: Vec::new() };
    for Published { name, version, metadata } in context.packages.published(&id).await? {
        for (asset, metadata) in version.assets.into_iter().zip(metadata) {
            page.links.push(Link::new(&name, asset, &metadata));
        }
        page.versions.push(name);
    }
    if page.links.is_empty() {
        return Err(Refusal::not_found(&page.name));
    }
    Ok(representation.project(&page))
}

/// A file, or with `.metadata` behind its name the metadata in it.
async fn file(
    State(context): State<Arc<Context>>,
    Path((name, version, file)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let id = PackageId::pypi(&name).version(&version);
    let metadata_of = file.strip_suffix(".metadata").filter(|file| file.ends_with(".whl"));
    let opened = context.packages.open(&id, |version| match metadata_of {
        Some(wheel) => version.asset(wheel)?.metadata,
        None => Some(version.asset(&file)?.sha256),
    });
    let opened = opened.await?.ok_or_else(|| Refusal::not_found(&file))?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, opened.body.length.to_string()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, [ASK_AGAIN], Body::from_stream(opened.body.stream)).into_response())
}
