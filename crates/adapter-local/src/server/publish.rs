use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, Uri, header},
};
use domain::Sha256;
use serde_json::{Value, json};

use super::{Context, body::arriving, fault::Fault, query::Query, read::asset_summary};
use crate::packages::{NewAsset, VersionStatus};

const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// `PublishPackageVersion`: the body goes to the disk as it arrives, and appears once its digest is the announced one.
pub(super) async fn publish_package_version(
    State(context): State<Arc<Context>>,
    headers: HeaderMap,
    uri: Uri,
    body: Body,
) -> Result<Json<Value>, Fault> {
    context.check_writer(&headers)?;
    let asset = new_asset(&Query::of(&uri)?, &headers)?;
    let resource = format!("{}/{}", asset.version, asset.name);
    if asset.bytes > context.settings.max_bytes {
        return Err(Fault::too_large(context.settings.max_bytes, &resource));
    }
    let (id, name) = (asset.version.clone(), asset.name.clone());
    let version = context.packages.publish_asset(asset, arriving(body)).await;
    let version = version.map_err(|error| Fault::publish(&error, &resource))?;
    Ok(Json(json!({
        "format": "generic",
        "namespace": id.package.namespace,
        "package": id.package.package,
        "version": id.version,
        "versionRevision": version.revision(),
        "status": version.status.as_str(),
        "asset": version.asset(&name).map(asset_summary),
    })))
}

fn new_asset(query: &Query, headers: &HeaderMap) -> Result<NewAsset, Fault> {
    if query.format()? != "generic" {
        return Err(Fault::validation("format: only generic packages can be published with this operation"));
    }
    let status = match query.optional("unfinished") {
        None | Some("false") => VersionStatus::Published,
        Some("true") => VersionStatus::Unfinished,
        Some(_) => return Err(Fault::validation("unfinished is neither true nor false")),
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(Ok(sha256)) = header(CONTENT_SHA256).map(Sha256::parse) else {
        return Err(Fault::validation(
            "assetSHA256: x-amz-content-sha256 is not 64 lower-case hexadecimal digits",
        ));
    };
    let Some(Ok(bytes)) = header(header::CONTENT_LENGTH.as_str()).map(str::parse) else {
        return Err(Fault::validation("assetContent: the Content-Length is missing"));
    };
    Ok(NewAsset { version: query.version()?, name: query.asset()?.to_owned(), sha256, bytes, status })
}
