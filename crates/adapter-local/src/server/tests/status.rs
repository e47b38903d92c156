//! What becomes of versions once they are published.

use serde_json::json;

use super::*;

const VERSIONS: [&str; 2] = ["1", "2"];

async fn two_versions(root: &Path) -> Server {
    let server = start(root, SignedRequests::Read).await;
    for version in VERSIONS {
        assert_eq!(server.publish(version, "a.zip", version.as_bytes()).await.status, 200);
    }
    server
}

impl Server {
    async fn order(&self, operation: &str, order: Value) -> Answer {
        let line = format!("POST /v1/package/versions/{operation}?{NAMES}");
        self.send(&line, TOKEN, order.to_string().as_bytes()).await
    }

    async fn becomes(&self, target: &str) -> Value {
        self.order("update_status", json!({"versions": ["1"], "targetStatus": target})).await.json()
    }

    async fn described(&self) -> Value {
        self.get(&format!("package/version?{NAMES}&version=1")).await.json()["packageVersion"].take()
    }

    async fn bytes(&self) -> (u16, Bytes) {
        let answer = self.get(&format!("package/version/asset?{NAMES}&version=1&asset=a.zip")).await;
        (answer.status, answer.body)
    }
}

#[tokio::test]
async fn an_archived_version_is_got_by_nobody_until_it_is_restored() {
    let root = tempfile::tempdir().unwrap();
    let server = two_versions(root.path()).await;
    let published = server.described().await["publishedTime"].clone();
    let archived = server.becomes("Archived").await;
    assert_eq!(archived["successfulVersions"]["1"]["status"], "Archived");
    assert_eq!(archived["failedVersions"], json!({}));
    assert_eq!(server.bytes().await.0, 404);
    assert_fault(&server.publish("1", "a.zip", b"1").await, 409, "ConflictException");
    let list = async |status: &str| -> Value {
        let path = format!("package/versions?{NAMES}&status={status}");
        server.list(&path).await.json()["versions"].take()
    };
    assert_eq!(list("Published").await.as_array().unwrap().len(), 1);
    assert_eq!(list("Archived").await[0]["version"], "1");

    assert_eq!(server.becomes("Unlisted").await["successfulVersions"]["1"]["status"], "Unlisted");
    assert_eq!(server.bytes().await, (200, Bytes::from_static(b"1")), "to whoever names it");
    assert_eq!(server.publish("1", "a.zip", b"1").await.json()["status"], "Unlisted", "the same bytes again");
    assert_fault(&server.publish("1", "b.zip", b"1").await, 409, "ConflictException");
    let restored = server.becomes("Published").await;
    let now = server.described().await;
    assert_eq!(restored["successfulVersions"]["1"]["revision"], now["revision"]);
    assert_eq!(now["publishedTime"], published);
}

#[tokio::test]
async fn a_change_may_depend_on_status_and_revision() {
    let root = tempfile::tempdir().unwrap();
    let server = two_versions(root.path()).await;
    let order = json!({"versions": ["1", "2", "3"], "targetStatus": "Archived", "expectedStatus": "Published",
        "versionRevisions": {"2": "stale"}});
    let done = server.order("update_status", order.clone()).await.json();
    assert_eq!(done["successfulVersions"].as_object().unwrap().keys().collect::<Vec<_>>(), ["1"]);
    assert_eq!(done["failedVersions"]["2"]["errorCode"], "MISMATCHED_REVISION");
    assert_eq!(done["failedVersions"]["3"]["errorCode"], "NOT_FOUND");
    let again = server.order("update_status", order).await.json();
    assert_eq!(again["failedVersions"]["1"]["errorCode"], "MISMATCHED_STATUS");
    let described = server.described().await;
    let order = json!({"versions": ["1"], "targetStatus": "Published",
        "versionRevisions": {"1": described["revision"]}});
    assert_eq!(server.order("update_status", order).await.json()["failedVersions"], json!({}));
}

#[tokio::test]
async fn what_is_disposed_stays_so_and_what_is_deleted_is_free() {
    let root = tempfile::tempdir().unwrap();
    let server = two_versions(root.path()).await;
    let disposed = server.order("dispose", json!({"versions": ["1"]})).await.json();
    assert_eq!(disposed["successfulVersions"]["1"]["status"], "Disposed");
    assert_eq!(server.bytes().await.0, 404);
    let assets = server.list(&format!("package/version/assets?{NAMES}&version=1")).await.json();
    assert_eq!(assets["assets"], json!([]));
    assert_eq!(server.becomes("Published").await["failedVersions"]["1"]["errorCode"], "NOT_ALLOWED");
    assert_fault(&server.publish("1", "a.zip", b"1").await, 409, "ConflictException");

    let wrong = json!({"versions": ["1"], "expectedStatus": "Published"});
    assert_eq!(
        server.order("delete", wrong).await.json()["failedVersions"]["1"]["errorCode"],
        "MISMATCHED_STATUS"
    );
    let deleted = server.order("delete", json!({"versions": ["1", "2"]})).await.json();
    assert_eq!(deleted["successfulVersions"]["2"]["status"], "Deleted");
    let gone = server.list(&format!("package/versions?{NAMES}")).await;
    assert_fault(&gone, 404, "ResourceNotFoundException");
    assert_eq!(server.publish("1", "a.zip", b"other").await.status, 200);
    assert_eq!(server.bytes().await.1, "other");
}

#[tokio::test]
async fn an_order_that_cannot_be_read_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let server = two_versions(root.path()).await;
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    for (operation, order) in [
        ("update_status", json!({"versions": ["1"]})),
        ("update_status", json!({"versions": ["1"], "targetStatus": "Disposed"})),
        ("update_status", json!({"versions": ["1"], "targetStatus": "Unfinished"})),
        ("update_status", json!({"versions": [], "targetStatus": "Archived"})),
        ("delete", json!({"versions": many})),
        ("delete", json!({"versions": ["a/b"]})),
        ("delete", json!({"versions": ["1"], "expectedStatus": "published"})),
        ("dispose", json!({"versions": ["1"], "versionRevisions": {"2": "x"}})),
        ("dispose", json!({"versions": "1"})),
        ("dispose", json!(["1"])),
    ] {
        assert_fault(&server.order(operation, order).await, 400, "ValidationException");
    }
    let line = format!("POST /v1/package/versions/delete?{NAMES}");
    let large = vec![b' '; 300_000];
    assert_fault(&server.send(&line, TOKEN, &large).await, 400, "ValidationException");
    let anybody = server.send(&line, "", br#"{"versions": ["1"]}"#).await;
    assert_fault(&anybody, 403, "AccessDeniedException");
    assert_eq!(server.bytes().await.0, 200);
}
