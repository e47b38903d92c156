use std::{cmp::Reverse, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, Uri, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{Context, fault::Fault, query::Query};
use crate::packages::{Asset, Opened, PackageFormat, PackageId, Version, VersionId, VersionStatus};

/// Every version here was published here: none comes from another repository.
const INTERNAL: &str = "INTERNAL";
const PUBLISH: &str = "ALLOW";
const UPSTREAM: &str = "BLOCK";

impl Context {
    async fn version(&self, id: &VersionId) -> Result<Version, Fault> {
        let found = self.packages.version(id).await?;
        found.ok_or_else(|| Fault::not_found("package-version", &id.to_string()))
    }
}

/// `GetPackageVersionAsset`: of a version that is published or unlisted.
pub(super) async fn get_package_version_asset(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Response, Fault> {
    let query = Query::of(&uri)?;
    let (id, name) = (query.version()?, query.asset()?);
    let asked = query.optional("revision");
    let choose = |version: &Version| {
        let asked = asked.is_none_or(|asked| asked == version.revision());
        version.asset(name).filter(|_| asked).map(|asset| asset.sha256)
    };
    let Some(Opened { version, body }) = context.packages.open(&id, choose).await? else {
        let version = context.version(&id).await?;
        let readable = version.status.is_readable() && asked.is_none_or(|asked| asked == version.revision());
        return Err(if readable {
            Fault::not_found("asset", name)
        } else {
            Fault::not_found("package-version", &id.to_string())
        });
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_LENGTH, HeaderValue::from(body.length)),
        (HeaderName::from_static("x-assetname"), text(name)),
        (HeaderName::from_static("x-packageversion"), text(&id.version)),
        (HeaderName::from_static("x-packageversionrevision"), text(&version.revision())),
    ];
    Ok((headers, Body::from_stream(body.stream)).into_response())
}

/// `DescribePackageVersion`.
pub(super) async fn describe_package_version(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let id = Query::of(&uri)?.version()?;
    let version = context.version(&id).await?;
    let mut described = named(&id.package, "packageName");
    described["displayName"] = id.package.package.into();
    described["version"] = id.version.into();
    described["licenses"] = json!([]);
    described["revision"] = version.revision().into();
    described["status"] = version.status.as_str().into();
    described["origin"] = origin();
    if let Some(published) = version.published {
        described["publishedTime"] = published.epoch_seconds().into();
    }
    Ok(Json(json!({"packageVersion": described})))
}

/// `DescribePackage`: it is there as long as it has a version.
pub(super) async fn describe_package(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let id = Query::of(&uri)?.package()?;
    if context.packages.versions(&id).await?.is_empty() {
        return Err(Fault::not_found("package", &id.to_string()));
    }
    Ok(Json(json!({"package": with_origin(&id, "name")})))
}

/// `ListPackages`: `namespace` and `package-prefix` are prefixes.
pub(super) async fn list_packages(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let query = Query::of(&uri)?;
    query.repository()?;
    let format = query.optional("format").map(|_| query.format()).transpose()?;
    let prefix = |name: &str| query.optional(name).unwrap_or_default();
    let (namespace, package) = (prefix("namespace"), prefix("package-prefix"));
    let restrictions = ["ALLOW", "BLOCK"];
    let (publish, upstream) =
        (query.choice("publish", &restrictions)?, query.choice("upstream", &restrictions)?);
    let wanted = publish.is_none_or(|publish| publish == PUBLISH)
        && upstream.is_none_or(|upstream| upstream == UPSTREAM);
    let mut items = Vec::new();
    for of in PackageFormat::ALL {
        if wanted && format.is_none_or(|format| format == of.as_str()) {
            let packages = context.packages.packages(of).await?.into_iter();
            items.extend(
                packages.filter(|id| id.namespace.starts_with(namespace) && id.package.starts_with(package)),
            );
        }
    }
    let items = items.iter().map(|id| with_origin(id, "package"));
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
    if status.is_some_and(|status| status != "Deleted" && VersionStatus::parse(status).is_none()) {
        return Err(Fault::validation("status is no status of a package version"));
    }
    let mut versions = context.packages.versions(&id).await?;
    if versions.is_empty() {
        return Err(Fault::not_found("package", &id.to_string()));
    }
    match query.optional("sortBy") {
        None => {}
        Some("PUBLISHED_TIME") => versions.sort_by_key(|(_, version)| Reverse(version.published)),
        Some(_) => return Err(Fault::validation("sortBy is not PUBLISHED_TIME")),
    }
    if query.choice("originType", &["INTERNAL", "EXTERNAL", "UNKNOWN"])?.is_some_and(|it| it != INTERNAL) {
        versions.clear();
    }
    versions.retain(|(_, version)| status.is_none_or(|status| status == version.status.as_str()));
    let items = versions.iter().map(|(name, version)| {
        json!({
            "version": name,
            "status": version.status.as_str(),
            "revision": version.revision(),
            "origin": origin(),
        })
    });
    let mut page = query.page("versions", items.collect())?;
    add_names(&mut page, &id);
    Ok(Json(page))
}

/// `ListPackageVersionAssets`.
pub(super) async fn list_package_version_assets(
    State(context): State<Arc<Context>>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let query = Query::of(&uri)?;
    let id = query.version()?;
    let version = context.version(&id).await?;
    let mut page = query.page("assets", version.assets.iter().map(asset_summary).collect())?;
    add_names(&mut page, &id.package);
    page["version"] = id.version.into();
    page["versionRevision"] = version.revision().into();
    Ok(Json(page))
}

/// A package as the service names it; without a namespace where it has none.
pub(super) fn named(id: &PackageId, package: &str) -> Value {
    let mut named = json!({"format": id.format.as_str(), package: id.package});
    if !id.namespace.is_empty() {
        named["namespace"] = id.namespace.clone().into();
    }
    named
}

/// As [`named`], and where versions of it may come from.
fn with_origin(id: &PackageId, package: &str) -> Value {
    let mut item = named(id, package);
    item["originConfiguration"] = json!({"restrictions": {"publish": PUBLISH, "upstream": UPSTREAM}});
    item
}

fn add_names(page: &mut Value, id: &PackageId) {
    if let (Value::Object(page), Value::Object(names)) = (page, named(id, "package")) {
        page.extend(names);
    }
}

pub(super) fn asset_summary(asset: &Asset) -> Value {
    let mut hashes = json!({"SHA-256": asset.sha256});
    if let Some(npm) = &asset.npm {
        hashes["SHA-1"] = npm.sha1.clone().into();
        hashes["SHA-512"] = npm.sha512.clone().into();
    }
    json!({"name": asset.name, "size": asset.size, "hashes": hashes})
}

fn origin() -> Value {
    json!({"domainEntryPoint": {"repositoryName": crate::packages::REPOSITORY}, "originType": INTERNAL})
}

/// The patterns allow no control character, so this is a header's value.
fn text(value: &str) -> HeaderValue {
    HeaderValue::from_bytes(value.as_bytes()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
