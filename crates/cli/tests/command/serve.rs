//! `airlock serve`: the approved bytes come back over HTTP.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use crate::support::{airlock, example};

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

#[test]
fn serves_the_approved_bytes() {
    let root = tempfile::tempdir().unwrap();
    let store = root.path().to_str().unwrap();
    let csv = example("public-package-request.csv");
    let results = airlock(&["run", csv.to_str().unwrap(), "--store", store, "--format", "json"]).stdout;
    let results: serde_json::Value = serde_json::from_str(&results).unwrap();
    let approved =
        results["packages"].as_array().unwrap().iter().find(|p| p["verdict"] == "approved").unwrap();

    let child = Command::new(env!("CARGO_BIN_EXE_airlock"))
        .args(["serve", "--store", store, "--port", "0"])
        .stdout(Stdio::piped())
        .spawn();
    let mut server = Server(child.unwrap());
    let mut first = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let port = first.split("http://127.0.0.1:").nth(1).unwrap().split(' ').next().unwrap();

    let (name, publication) = (approved["package"].as_str().unwrap(), &approved["publication"]);
    let (version, asset) = (publication["version"].as_str().unwrap(), publication["asset"].as_str().unwrap());
    let names = format!("domain=airlock&repository=approved&format=generic&namespace={name}&package={name}");
    let answer = get(port, &format!("/v1/package/version/asset?{names}&version={version}&asset={asset}"));
    let head = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..head]));
    let sha256 = domain::Sha256::of(&answer[head + 4..]).to_string();
    assert_eq!(approved["sha256"], sha256.as_str());
}
