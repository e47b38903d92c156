//! `airlock serve`: the approved bytes come back over HTTP.

use std::{
    io::{BufRead, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use crate::support::{airlock, example, tree};

/// Stops the server when the test ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(port: &str, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

/// Starts the server; gives what it says first, its port in it, and the rest.
fn start(store: &str) -> (Server, String, impl BufRead) {
    let child = Command::new(env!("CARGO_BIN_EXE_airlock"))
        .args(["serve", "--store", store, "--port", "0"])
        .stdout(Stdio::piped())
        .spawn();
    let mut server = Server(child.unwrap());
    let mut said = BufReader::new(server.0.stdout.take().unwrap());
    let mut first = String::new();
    said.read_line(&mut first).unwrap();
    let port = first.split("http://127.0.0.1:").nth(1).unwrap().split(' ').next().unwrap();
    (server, port.to_owned(), said)
}

#[test]
fn ends_when_it_is_told_to_and_leaves_no_half_upload() {
    let root = tempfile::tempdir().unwrap();
    let (mut server, port, mut said) = start(root.path().to_str().unwrap());
    let mut token = String::new();
    said.read_line(&mut token).unwrap();
    let token = token.rsplit(' ').next().unwrap().trim();
    let mut upload = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    write!(
        upload,
        "POST /v1/package/version/publish?domain=airlock&repository=approved&format=generic&namespace=n&package=p\
         &version=1&asset=a HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\
         x-amz-content-sha256: {}\r\nContent-Length: 99\r\n\r\nhalf",
        domain::Sha256::of(b"")
    )
    .unwrap();
    let unfinished = || tree(root.path()).into_keys().any(|path| path.contains("/.tmp/"));
    while !unfinished() {
        std::thread::yield_now();
    }
    let told = Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status().unwrap();
    assert!(told.success());
    drop(upload);
    assert!(server.0.wait().unwrap().success());
    assert!(!unfinished());
}

#[test]
fn serves_the_approved_bytes() {
    let root = tempfile::tempdir().unwrap();
    let store = root.path().to_str().unwrap();
    let csv = example("public-package-request.csv");
    let results = airlock(&["run", csv.to_str().unwrap(), "--store", store, "--format", "json"]).stdout;
    let results: serde_json::Value = serde_json::from_str(&results).unwrap();
    let approved =
        results["packages"].as_array().unwrap().iter().find(|p| p["verdict"] == "approved").unwrap();

    let (_server, port, _said) = start(store);
    let port = &port;

    let (name, publication) = (approved["package"].as_str().unwrap(), &approved["publication"]);
    let (version, asset) = (publication["version"].as_str().unwrap(), publication["asset"].as_str().unwrap());
    let names = format!("domain=airlock&repository=approved&format=generic&namespace={name}&package={name}");
    let answer = get(port, &format!("/v1/package/version/asset?{names}&version={version}&asset={asset}"));
    let head = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..head]));
    let sha256 = domain::Sha256::of(&answer[head + 4..]).to_string();
    assert_eq!(approved["sha256"], sha256.as_str());
}
