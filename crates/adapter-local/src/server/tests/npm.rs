//! What npm says and hears, as the wire has it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{tarball::tar_gz, *};

fn tarball(name: &str, version: &str) -> Vec<u8> {
    let manifest = json!({"name": name, "version": version, "bin": "cli.js", "dependencies": {"x": "^1"}});
    tar_gz(&[("package/package.json", &manifest.to_string()), ("package/cli.js", "")])
}

fn document(name: &str, version: &str, bytes: &[u8]) -> Value {
    json!({
        "_id": name,
        "name": name,
        "dist-tags": {"latest": version},
        "versions": {version: {"name": name, "version": version, "dist": {}}},
        "_attachments": {format!("{name}-{version}.tgz"): {
            "content_type": "application/octet-stream", "data": STANDARD.encode(bytes), "length": bytes.len()}},
    })
}

impl Server {
    async fn put(&self, path: &str, document: &Value) -> Answer {
        self.send(&format!("PUT /npm/approved/{path}"), TOKEN, document.to_string().as_bytes()).await
    }

    async fn npm(&self, path: &str, headers: &str) -> Answer {
        self.send(&format!("GET /npm/approved/{path}"), headers, b"").await
    }
}

#[tokio::test]
async fn what_is_published_is_in_the_packument_and_comes_back() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let name = "@scope/tool";
    for version in ["1.2.0", "1.10.0", "2.0.0-rc.1"] {
        let document = document(name, version, &tarball(name, version));
        for _ in 0..2 {
            assert_eq!(server.put("@scope%2ftool", &document).await.status, 201);
        }
    }
    let whole = server.npm("@scope%2ftool", "").await.json();
    assert_eq!(whole["dist-tags"], json!({"latest": "1.10.0"}));
    assert_eq!(whole["versions"].as_object().unwrap().len(), 3);
    assert!(whole["time"]["1.2.0"].as_str().unwrap().ends_with('Z'));
    let abbreviated = "Accept: application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8\r\n";
    let short = server.npm("@scope/tool", abbreviated).await;
    assert!(short.head.contains("content-type: application/vnd.npm.install-v1+json"), "{}", short.head);
    let release = &short.json()["versions"]["1.10.0"];
    assert_eq!((&release["bin"]["tool"], &release["dependencies"]["x"]), (&"cli.js".into(), &"^1".into()));
    let address = release["dist"]["tarball"].as_str().unwrap();
    assert_eq!(address, format!("http://{}/npm/approved/@scope/tool/-/tool-1.10.0.tgz", server.0));
    let got = server.npm("@scope/tool/-/tool-1.10.0.tgz", "").await;
    assert!(got.body == tarball(name, "1.10.0"));
    let described = server
        .list("package/version/assets?domain=airlock&repository=approved&format=npm&namespace=scope&package=tool&version=1.10.0")
        .await
        .json();
    assert_eq!(described["assets"][0]["hashes"]["SHA-1"], release["dist"]["shasum"]);
    assert_eq!(server.npm("@scope/tool/latest", "").await.json()["version"], "1.10.0");
    assert_eq!(server.npm("-/ping", "").await.status, 200);
    assert_eq!(server.npm("-/whoami", TOKEN).await.json()["username"], "aws");
    assert_eq!(server.npm("-/whoami", "").await.status, 403);
    assert_eq!(server.npm("-/npm/v1/security/advisories/bulk", "").await.status, 404);
    assert_eq!(server.npm("tool", "").await.status, 404);

    let archive = "POST /v1/package/versions/update_status?domain=airlock&repository=approved&format=npm&namespace=scope&package=tool";
    let order = json!({"versions": ["1.10.0"], "targetStatus": "Archived"}).to_string();
    assert_eq!(server.send(archive, TOKEN, order.as_bytes()).await.status, 200);
    assert_eq!(server.npm("@scope/tool", "").await.json()["dist-tags"]["latest"], "1.2.0");
    assert_eq!(server.npm("@scope/tool/-/tool-1.10.0.tgz", "").await.status, 404);
    let again = server.put("@scope%2ftool", &document(name, "1.10.0", &tarball(name, "1.10.0"))).await;
    assert_eq!(again.status, 409, "{:?}", again.body);
}

#[tokio::test]
async fn a_document_that_is_not_what_it_says_publishes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let bytes = tarball("honest", "1.0.0");
    let good = || document("honest", "1.0.0", &bytes);
    let changed = |change: fn(&mut Value)| {
        let mut document = good();
        change(&mut document);
        document
    };
    for (document, told) in [
        (
            document("honest", "1.0.0", &tarball("other", "1.0.0")),
            "the file's own package.json names other 1.0.0",
        ),
        (document("honest", "2.0.0", &bytes), "the upload names honest 2.0.0"),
        (document("honest", "1.0.0", b"no archive"), "neither a zip nor a gzip"),
        (changed(|d| d["name"] = json!("another")), "the document another"),
        (changed(|d| d["versions"] = json!({})), "exactly one version"),
        (changed(|d| d["dist-tags"] = json!({"next": "1.0.0"})), "no tag as next"),
        (changed(|d| d["_attachments"] = json!({})), "exactly one tarball"),
        (changed(|d| d["_attachments"]["honest-1.0.0.tgz"]["length"] = json!(1)), "exactly one tarball"),
        (changed(|d| d["_attachments"]["honest-1.0.0.tgz"]["data"] = json!("A")), "base64"),
        (changed(|d| d["_attachments"]["b"] = json!({"data": "AAAA"})), "more than one tarball"),
        (changed(|d| d["versions"]["1.0.0"]["dist"]["shasum"] = json!("00")), "integrity"),
        (json!([]), "cannot be read"),
        (json!({"name": "honest"}), "cannot be read"),
    ] {
        let answer = server.put("honest", &document).await;
        assert_eq!(answer.status, 400, "{told}: {:?}", answer.body);
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(told), "{error}");
    }
    let text = good().to_string();
    let line = "PUT /npm/approved/honest";
    assert_eq!(server.send(line, "", text.as_bytes()).await.status, 403);
    assert_eq!(server.send(line, TOKEN, &text.as_bytes()[..text.len() - 1]).await.status, 400);
    assert_eq!(server.put("@a%2fhonest", &good()).await.status, 400);
    for path in ["honest/1.0.0", "honest/-rev/1-0", "-/package/honest/dist-tags/next", "-/user/a"] {
        assert_eq!(server.put(path, &good()).await.status, 405, "{path}");
    }
    for path in ["honest", "honest/-rev/1-0", "honest/-/honest-1.0.0.tgz/-rev/1-0", "a/b/c/d"] {
        let answer = server.send(&format!("DELETE /npm/approved/{path}"), TOKEN, b"").await;
        assert_eq!(answer.status, 405, "npm takes 404 for done: {path}");
    }
    let packages = server.list("packages?domain=airlock&repository=approved").await.json();
    assert_eq!(packages["packages"], json!([]));
    assert_eq!(std::fs::read_dir(root.path().join(".tmp")).unwrap().count(), 0);
}
