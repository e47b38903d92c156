use std::{cmp::Reverse, sync::Arc, time::SystemTime};

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, Uri, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{Context, access::epoch_seconds, fault::Fault, query::Query};
use crate::packages::{Asset, Version, VersionId, VersionStatus};

const STATUSES: [&str; 6] = ["Published", "Unfinished", "Unlisted", "Archived", "Disposed", "Deleted"];

impl Context {
    async fn version(&self, id: &VersionId) -> Result<(Version, SystemTime), Fault> {
        let found = self.packages.version(id).await?;
        found.ok_or_else(|| Fault::not_found("package-version", &id.to_string()))
    }
}

/// `GetPackageVersionAsset`: only of a version that is published.
pub(super) async fn get_package_version_asset(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Response, Fault> {
    let query = Query::of(&uri)?;
    let (id, name) = (query.version()?, query.asset()?);
    let (version, _) = context.version(&id).await?;
    let revision = version.revision();
    let other_revision = query.optional("revision").is_some_and(|asked| asked != revision);
    if other_revision || version.status != VersionStatus::Published {
        return Err(Fault::not_found("package-version", &id.to_string()));
    }
    let not_there = || Fault::not_found("asset", name);
    let asset = version.asset(name).ok_or_else(not_there)?;
    let body = context.packages.asset(&id, asset).await?.ok_or_else(not_there)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_LENGTH, HeaderValue::from(body.length)),
        (HeaderName::from_static("x-assetname"), text(name)),
        (HeaderName::from_static("x-packageversion"), text(&id.version)),
        (HeaderName::from_static("x-packageversionrevision"), text(&revision)),
    ];
    Ok((headers, Body::from_stream(body.stream)).into_response())
}

/// `DescribePackageVersion`.
pub(super) async fn describe_package_version(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let id = Query::of(&uri)?.version()?;
    let (version, published) = context.version(&id).await?;
    Ok(Json(json!({"packageVersion": {
        "format": "generic",
        "namespace": id.package.namespace,
        "packageName": id.package.package,
        "version": id.version,
        "publishedTime": epoch_seconds(published),
        "licenses": [],
        "revision": version.revision(),
        "status": version.status.as_str(),
        "origin": origin(),
    }})))
}

/// `ListPackages`: `namespace` and `package-prefix` are prefixes.
pub(super) async fn list_packages(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let query = Query::of(&uri)?;
    query.repository()?;
    let generic = query.optional("format").is_none() || query.format()? == "generic";
    let prefix = |name: &str| query.optional(name).unwrap_or_default().to_owned();
    let (namespace, package) = (prefix("namespace"), prefix("package-prefix"));
    let packages = context.packages.packages().await?;
    let matching = packages
        .into_iter()
        .filter(|id| generic && id.namespace.starts_with(&namespace) && id.package.starts_with(&package));
    let items = matching.map(|id| {
        json!({
            "format": "generic",
            "namespace": id.namespace,
            "package": id.package,
            "originConfiguration": {"restrictions": {"publish": "ALLOW", "upstream": "BLOCK"}},
        })
    });
    query.page("packages", items.collect()).map(Json)
}

/// `ListPackageVersions`: with `sortBy=PUBLISHED_TIME`, the newest first.
pub(super) async fn list_package_versions(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let query = Query::of(&uri)?;
    let id = query.package()?;
    let status = query.optional("status");
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(Fault::validation("status is no status of a package version"));
    }
    let mut versions = context.packages.versions(&id).await?;
    if versions.is_empty() {
        return Err(Fault::not_found("package", &id.to_string()));
    }
    match query.optional("sortBy") {
        None => {}
        Some("PUBLISHED_TIME") => versions.sort_by_key(|(.., published)| Reverse(*published)),
        Some(_) => return Err(Fault::validation("sortBy is not PUBLISHED_TIME")),
    }
    versions.retain(|(_, version, _)| status.is_none_or(|status| status == version.status.as_str()));
    let items = versions.iter().map(|(name, version, _)| {
        json!({
            "version": name,
            "status": version.status.as_str(),
            "revision": version.revision(),
            "origin": origin(),
        })
    });
    let mut page = query.page("versions", items.collect())?;
    page["format"] = "generic".into();
    page["namespace"] = id.namespace.into();
    page["package"] = id.package.into();
    Ok(Json(page))
}

/// `ListPackageVersionAssets`.
pub(super) async fn list_package_version_assets(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let query = Query::of(&uri)?;
    let id = query.version()?;
    let (version, _) = context.version(&id).await?;
    let mut page = query.page("assets", version.assets.iter().map(asset_summary).collect())?;
    page["format"] = "generic".into();
    page["namespace"] = id.package.namespace.into();
    page["package"] = id.package.package.into();
    page["version"] = id.version.into();
    page["versionRevision"] = version.revision().into();
    Ok(Json(page))
}

pub(super) fn asset_summary(asset: &Asset) -> Value {
    json!({"name": asset.name, "size": asset.size, "hashes": {"SHA-256": asset.sha256}})
}

fn origin() -> Value {
    json!({"domainEntryPoint": {"repositoryName": crate::packages::REPOSITORY}, "originType": "INTERNAL"})
}

/// The patterns allow no control character, so this is a header's value.
fn text(value: &str) -> HeaderValue {
    HeaderValue::from_bytes(value.as_bytes()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
