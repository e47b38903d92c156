//! The local repository: whatever comes on a connection, nothing is lost, and what is published is whole and is what it
//! says it is.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use adapter_local::{
    PackageFolder,
    server::{Settings, converse},
};
use domain::{Secret, Sha256};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

const TOKEN: &str = "the-token";
/// `aws:the-token`, as twine shows it.
const BASIC: &str = "YXdzOnRoZS10b2tlbg==";
/// What an answer begins with: it has the version that was asked in.
const HTTP: [&[u8]; 2] = [b"HTTP/1.0 ", b"HTTP/1.1 "];
const PIPE: usize = 64 * 1024;
const MAX_BYTES: u64 = 1 << 20;

/// Takes the bytes for all that a client sends on one connection. A package is there before.
pub fn repository(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let published = runtime.block_on(say(folder.path(), kept().as_bytes()));
    assert!(published.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&published));
    let before = versions(folder.path());
    assert_eq!(before.len(), 1);

    let answer = runtime.block_on(say(folder.path(), data));
    let is_http = HTTP.iter().any(|version| answer.starts_with(version));
    assert!(answer.is_empty() || is_http, "{}", String::from_utf8_lossy(&answer));
    let after = versions(folder.path());
    let has =
        |what: &str| data.windows(what.len()).any(|window| window.eq_ignore_ascii_case(what.as_bytes()));
    if !has(TOKEN) && !has(BASIC) {
        assert_eq!(after, before, "without the token nothing changes");
    }
    for (place, version) in &after {
        check(place, version);
    }
    let unfinished =
        fs::read_dir(folder.path().join(".tmp")).expect("the folder of unfinished files").count();
    assert_eq!(unfinished, 0, "whatever was not taken is gone");
}

/// A request that publishes one file.
fn kept() -> String {
    let names =
        "domain=airlock&repository=approved&format=generic&namespace=n&package=kept&version=1&asset=a";
    format!(
        "POST /v1/package/version/publish?{names} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\
         x-amz-content-sha256: {}\r\nContent-Length: 4\r\n\r\nkept",
        Sha256::of(b"kept")
    )
}

/// Says it all, then hears what is answered.
async fn say(folder: &Path, bytes: &[u8]) -> Vec<u8> {
    let (client, server) = duplex(PIPE);
    let settings = Settings { max_bytes: MAX_BYTES, ..Settings::new(Secret::new(TOKEN)) };
    let (mut reader, mut writer) = tokio::io::split(client);
    let saying = async {
        // The server may hang up before it has heard everything.
        let _ = writer.write_all(bytes).await;
        let _ = writer.shutdown().await;
    };
    let mut answer = Vec::new();
    let hearing = async {
        let _ = reader.read_to_end(&mut answer).await;
    };
    tokio::join!(converse(server, PackageFolder::new(folder), settings), saying, hearing);
    answer
}

/// Every version that is there, by its folder.
fn versions(root: &Path) -> BTreeMap<PathBuf, Value> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("version.json") {
                let text = fs::read(&path).expect("a file");
                found.insert(folder.clone(), serde_json::from_slice(&text).expect("a version is JSON"));
            }
        }
    }
    found
}

/// Its files are there, and are the ones it names; an installer's package is the one that its own metadata names.
fn check(folder: &Path, version: &Value) {
    let assets = version["assets"].as_array().expect("assets");
    assert!(!assets.is_empty() || version["status"] == "Disposed", "{version}");
    let file = |sha256: &Value| {
        let sha256 = sha256.as_str().expect("a digest");
        let bytes = fs::read(folder.join("assets").join(sha256)).expect("the file of an asset");
        assert_eq!(Sha256::of(&bytes).to_string(), sha256);
        bytes
    };
    let installers = !folder.components().any(|part| part.as_os_str() == "generic");
    for asset in assets {
        let bytes = file(&asset["sha256"]);
        assert_eq!(asset["size"], bytes.len());
        assert_eq!(asset["metadata"].is_string(), installers, "{asset}");
        if installers {
            let metadata = String::from_utf8(file(&asset["metadata"])).expect("metadata is text");
            let package = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
            let package = package.expect("a name").to_ascii_lowercase();
            let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '.', '-', '%'], "");
            assert!(plain(&metadata).contains(&plain(&package)), "{package}: {metadata}");
        }
    }
}
