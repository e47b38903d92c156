//! What pip and twine say and hear, as the wire has it.

use super::{
    tarball::{tar_gz, zip},
    *,
};

const BASIC: &str = "Authorization: Basic YXdzOnRoZS10b2tlbg==\r\n"; // aws:the-token
const JSON: &str = "Accept: application/vnd.pypi.simple.v1+json\r\n";

/// A source distribution as `python -m build` names it.
pub(super) fn sdist(name: &str, version: &str) -> Vec<u8> {
    let info = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: >=3.9\n\n");
    let folder = format!("{}-{version}", name.replace('-', "_").to_lowercase());
    tar_gz(&[(&format!("{folder}/PKG-INFO"), &info), (&format!("{folder}/pyproject.toml"), "")])
}

struct Form(Vec<(String, String)>, String, Vec<u8>);

impl Form {
    fn of(name: &str, version: &str, file: &str, bytes: &[u8]) -> Self {
        let fields = [
            (":action", "file_upload"),
            ("protocol_version", "1"),
            ("name", name),
            ("version", version),
            ("filetype", "sdist"),
            ("sha256_digest", &Sha256::of(bytes).to_string()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self(fields.to_vec(), file.to_owned(), bytes.to_vec())
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(field, _)| field != name);
        if !value.is_empty() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in &self.0 {
            let part = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"content\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            self.1
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&self.2);
        body.extend_from_slice(b"\r\n--x--\r\n");
        body
    }
}

impl Server {
    async fn upload(&self, authorization: &str, body: &[u8]) -> Answer {
        let headers = format!("{authorization}Content-Type: multipart/form-data; boundary=x\r\n");
        self.send("POST /pypi/approved/", &headers, body).await
    }

    async fn page(&self, path: &str, accept: &str) -> Answer {
        self.send(&format!("GET /pypi/approved/simple/{path}"), accept, b"").await
    }

    async fn nothing_is_there(&self) -> bool {
        self.list("packages?domain=airlock&repository=approved").await.json()["packages"]
            == serde_json::json!([])
    }
}

#[tokio::test]
async fn an_upload_is_in_the_index_and_comes_back() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let bytes = sdist("My.Pack", "1.0");
    let form = Form::of("My.Pack", "1.0", "my.pack-1.0.tar.gz", &bytes);
    for _ in 0..2 {
        let answer = server.upload(BASIC, &form.body()).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }
    let page = server.page("my-pack/", JSON).await;
    assert!(page.head.contains("content-type: application/vnd.pypi.simple.v1+json"), "{}", page.head);
    let page = page.json();
    let file = &page["files"][0];
    assert_eq!(
        (&page["meta"]["api-version"], &page["versions"]),
        (&"1.1".into(), &serde_json::json!(["1.0"]))
    );
    assert_eq!(file["hashes"]["sha256"], Sha256::of(&bytes).to_string());
    assert_eq!((&file["requires-python"], &file["size"]), (&">=3.9".into(), &bytes.len().into()));
    assert!(file["upload-time"].as_str().unwrap().ends_with('Z'));
    let html = String::from_utf8(server.page("my-pack/", "").await.body.to_vec()).unwrap();
    let link = format!(
        "<a href=\"1.0/my.pack-1.0.tar.gz#sha256={}\" data-requires-python=\"&gt;=3.9\">my.pack-1.0.tar.gz</a>",
        Sha256::of(&bytes)
    );
    assert!(html.contains(&link), "{html}");
    assert_eq!(server.page("my-pack/1.0/my.pack-1.0.tar.gz", "").await.body, bytes);
    assert_eq!(server.page("", JSON).await.json()["projects"][0]["name"], "my-pack");
    for (path, location) in [("My.Pack/", "../my-pack/"), ("my-pack", "my-pack/")] {
        let moved = server.page(path, "").await;
        assert_eq!(moved.status, 308);
        assert!(moved.head.contains(&format!("location: {location}")), "{}", moved.head);
    }
    assert_eq!(server.page("my-pack/", "Accept: image/png\r\n").await.status, 406);
    assert_eq!(server.page("another/", "").await.status, 404);
}

/// A compiled wheel, its tags in the order of its `WHEEL`.
fn compiled() -> Vec<u8> {
    let tags =
        "Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_17_x86_64\nTag: cp311-cp311-manylinux2014_x86_64\n";
    let metadata = "Metadata-Version: 2.1\nName: My.Pack\nVersion: 1.0\n\n";
    zip(&[("My.Pack-1.0.dist-info/METADATA", metadata), ("My.Pack-1.0.dist-info/WHEEL", tags)])
}

#[tokio::test]
async fn a_wheel_keeps_the_name_that_it_was_uploaded_with() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let bytes = compiled();
    let form = |file: &str| Form::of("My.Pack", "1.0", file, &bytes).with("filetype", "bdist_wheel").body();
    for file in [
        "my_pack-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
        "my_pack-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.any.whl",
        "my_pack-1.0-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "my_pack-1.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "other-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    ] {
        let answer = server.upload(BASIC, &form(file)).await;
        assert_eq!(answer.status, 400, "{file}");
        assert!(answer.head.contains("its own metadata makes it my.pack-1.0-cp311"), "{}", answer.head);
    }
    assert!(server.nothing_is_there().await);
    let file = "my_pack-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";
    let answer = server.upload(BASIC, &form(file)).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let page = server.page("my-pack/", JSON).await.json();
    assert_eq!(page["files"][0]["filename"], file);
    assert_eq!(server.page(&format!("my-pack/1.0/{file}"), "").await.body, bytes);
}

#[tokio::test]
async fn an_upload_that_is_not_what_it_says_publishes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let bytes = sdist("honest", "1.0");
    let misfit = tar_gz(&[("other-9/PKG-INFO", "Name: honest\nVersion: 1.0\n")]);
    let form = || Form::of("honest", "1.0", "honest-1.0.tar.gz", &bytes);
    for (form, told) in [
        (
            form().with("name", "other"),
            "the upload names other 1.0; the file's own pkg-info names honest 1.0",
        ),
        (
            form().with("version", "2.0"),
            "the upload names honest 2.0; the file's own pkg-info names honest 1.0",
        ),
        (form().with("sha256_digest", &"0".repeat(64)), "has the sha-256"),
        (form().with("sha256_digest", ""), "sha256_digest is missing"),
        (form().with("filetype", "bdist_wheel"), "exactly one metadata"),
        (form().with("filetype", "bdist_egg"), "neither"),
        (form().with(":action", "submit"), "not file_upload"),
        (Form::of("honest", "1.0", "../honest-1.0.tar.gz", &bytes), "is uploaded as"),
        (Form::of("honest", "1.0", "honest-2.0.tar.gz", &bytes), "is uploaded as"),
        (Form::of("honest", "1.0", "other-9.tar.gz", &misfit), "no file name follows"),
        (Form::of("honest", "1.0", "honest-1.0.tar.gz", b"no archive"), "neither a zip nor a gzip"),
        (Form::of("honest", "1.0", "honest-1.0.tar.gz", &bytes[..bytes.len() / 2]), "the file"),
    ] {
        let answer = server.upload(BASIC, &form.body()).await;
        assert_eq!(answer.status, 400, "{told}: {:?}", answer.body);
        assert!(answer.head.lines().next().unwrap().contains(told), "{}", answer.head);
    }
    let whole = form().body();
    for broken in [&whole[..whole.len() - 40], &whole[10..], b""] {
        assert_eq!(server.upload(BASIC, broken).await.status, 400);
    }
    assert_eq!(server.upload("", &whole).await.status, 403);
    let large = Form::of("honest", "1.0", "honest-1.0.tar.gz", &vec![0; 4_000_001]);
    assert_eq!(server.upload(BASIC, &large.body()).await.status, 413);
    let long = form().with("description", &"x".repeat(8 * 1024 * 1024 + 1));
    assert_eq!(server.upload(BASIC, &long.body()).await.status, 413);
    assert!(server.nothing_is_there().await);
    assert_eq!(std::fs::read_dir(root.path().join(".tmp")).unwrap().count(), 0);
}

#[tokio::test]
async fn other_bytes_are_refused_and_what_is_archived_is_gone() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let first = Form::of("p", "1.0", "p-1.0.tar.gz", &sdist("p", "1.0")).body();
    assert_eq!(server.upload(BASIC, &first).await.status, 200);
    let other = tar_gz(&[("p-1.0/PKG-INFO", "Name: p\nVersion: 1.0\n")]);
    let other = Form::of("p", "1.0", "p-1.0.tar.gz", &other).body();
    assert_eq!(server.upload(BASIC, &other).await.status, 409);
    let archive =
        "POST /v1/package/versions/update_status?domain=airlock&repository=approved&format=pypi&package=P";
    let order = br#"{"versions": ["1.0"], "targetStatus": "Archived"}"#;
    assert_eq!(server.send(archive, TOKEN, order).await.status, 200);
    assert_eq!(server.page("p/", "").await.status, 404);
    assert_eq!(server.page("p/1.0/p-1.0.tar.gz", "").await.status, 404);
    assert_eq!(server.page("", JSON).await.json()["projects"], serde_json::json!([]));
    assert_eq!(server.upload(BASIC, &first).await.status, 409);
}
