//! The operations that change what versions are: each version on its own, with what became of it.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, Uri},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Context,
    body::whole,
    fault::Fault,
    query::{Query, is_name},
};
use crate::packages::{Change, Target, VersionStatus};

/// A hundred names and revisions are no larger.
const LARGEST_BODY: u64 = 256 * 1024;
const MOST_VERSIONS: usize = 100;

/// What all three take; the service ignores what it does not know.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    versions: Vec<String>,
    #[serde(default)]
    version_revisions: HashMap<String, String>,
    #[serde(default)]
    expected_status: Option<String>,
    #[serde(default)]
    target_status: Option<String>,
}

/// `UpdatePackageVersionsStatus`: to Published, Unlisted or Archived, and back.
pub(super) async fn update_package_versions_status(
    State(context): State<Arc<Context>>,
    headers: HeaderMap,
    uri: Uri,
    body: Body,
) -> Result<Json<Value>, Fault> {
    context.check_writer(&headers)?;
    let order = order(body).await?;
    let target = order.target_status.as_deref().and_then(VersionStatus::parse);
    let Some(target @ (VersionStatus::Published | VersionStatus::Unlisted | VersionStatus::Archived)) =
        target
    else {
        return Err(Fault::validation("targetStatus is neither Published nor Unlisted nor Archived"));
    };
    context.change(&uri, order, Target::Status(target)).await
}

/// `DisposePackageVersions`: the assets are gone for good, the name stays taken.
pub(super) async fn dispose_package_versions(
    State(context): State<Arc<Context>>,
    headers: HeaderMap,
    uri: Uri,
    body: Body,
) -> Result<Json<Value>, Fault> {
    context.check_writer(&headers)?;
    context.change(&uri, order(body).await?, Target::Disposed).await
}

/// `DeletePackageVersions`: the name is free.
pub(super) async fn delete_package_versions(
    State(context): State<Arc<Context>>,
    headers: HeaderMap,
    uri: Uri,
    body: Body,
) -> Result<Json<Value>, Fault> {
    context.check_writer(&headers)?;
    let order = Order { version_revisions: HashMap::new(), ..order(body).await? };
    context.change(&uri, order, Target::Deleted).await
}

async fn order(body: Body) -> Result<Order, Fault> {
    let bytes = whole(body, LARGEST_BODY).await?;
    let bytes = bytes.ok_or_else(|| Fault::body_too_large(LARGEST_BODY))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Fault::cannot_parse(&format!("the request's body is no order: {error}")))
}

impl Context {
    async fn change(&self, uri: &Uri, order: Order, target: Target) -> Result<Json<Value>, Fault> {
        let id = Query::of(uri)?.package()?;
        let Order { mut versions, version_revisions: revisions, expected_status, .. } = order;
        if !(1..=MOST_VERSIONS).contains(&versions.len()) || !versions.iter().all(|name| is_name(name)) {
            return Err(Fault::validation("versions: not 1 to 100 names of versions"));
        }
        if revisions.keys().any(|version| !versions.contains(version)) {
            return Err(Fault::validation("versionRevisions names a version that versions does not"));
        }
        let expected = expected_status.as_deref().map(|status| {
            VersionStatus::parse(status)
                .ok_or_else(|| Fault::validation("expectedStatus is no status of a package version"))
        });
        let change = Change { target, expected: expected.transpose()?, revisions };
        if self.packages.versions(&id).await?.is_empty() {
            return Err(Fault::not_found("package", &id.to_string()));
        }
        versions.sort();
        versions.dedup();
        let (mut successful, mut failed) = (Map::new(), Map::new());
        for (version, done) in self.packages.change(&id, versions, change).await? {
            match done {
                Ok(changed) => {
                    let changed = json!({"revision": changed.revision, "status": changed.status});
                    successful.insert(version, changed);
                }
                Err(refused) => {
                    let refused = json!({"errorCode": refused.code(), "errorMessage": refused.message()});
                    failed.insert(version, refused);
                }
            }
        }
        Ok(Json(json!({"successfulVersions": successful, "failedVersions": failed})))
    }
}
