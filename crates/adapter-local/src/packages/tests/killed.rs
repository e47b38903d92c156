//! A writer in a process of its own is held before each of its steps in turn, looked at through the server, and killed.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::server::{Settings, converse};

/// Set for the second process: what it does, at which step it is held, and in which folder.
const TOLD: &str = "AIRLOCK_TEST_WRITER";
/// What it says when it is held.
const HELD: &str = "held";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Publish,
    Revoke,
}

impl Work {
    async fn run(self, packages: &PackageFolder) {
        match self {
            Self::Publish => assert!(put(packages, &wheel(b"new"), b"new").await.unwrap().latest),
            Self::Revoke => assert_eq!(revoke(packages, "1!2.0").await.as_deref(), Some("1")),
        }
    }

    /// What anybody can get on the way, one after another.
    fn way(self) -> Vec<Vec<String>> {
        let line = |asset: &str, bytes: &[u8]| format!("{asset} {}", Sha256::of(bytes));
        let (old, pip) = (line("1: clean.whl", b"old"), line("pip: clean-2.0-py3-none-any.whl", b"new"));
        let [was, is] = [b"old", b"new"].map(|bytes| line("Latest: clean.whl", bytes));
        let evidence = wheel(b"new").evidence().to_vec();
        let evidence = evidence.iter().map(|it| format!(", {} {}", it.name(), it.sha256()));
        let new = line("1!2.0: clean.whl", b"new") + &evidence.collect::<String>();
        let ways = match self {
            Self::Publish => [
                vec![&old, &was],
                vec![&new, &old, &was],
                vec![&new, &old, &was, &pip],
                vec![&new, &old, &is, &pip],
            ],
            Self::Revoke => {
                [vec![&new, &old, &is, &pip], vec![&old, &is, &pip], vec![&old, &is], vec![&old, &was]]
            }
        };
        ways.map(|way| way.into_iter().cloned().collect()).to_vec()
    }
}

/// The first process starts this test again, as the writer.
#[tokio::test]
async fn a_writer_that_is_killed_leaves_nothing_half_done() {
    if let Ok(told) = env::var(TOLD) {
        return write(&told).await;
    }
    for (work, least) in [(Work::Publish, 20), (Work::Revoke, 10)] {
        let (mut steps, mut way) = (0, Vec::new());
        loop {
            let root = tempfile::tempdir().unwrap();
            let packages = PackageFolder::new(root.path());
            put(&packages, &release(b"old", "1"), b"old").await.unwrap();
            if work == Work::Revoke {
                Work::Publish.run(&packages).await;
            }
            let held = held(work, steps, root.path());
            let meanwhile = shown(root.path()).await;
            way.push(meanwhile.clone());
            let Some(mut writer) = held else { break };
            writer.kill().unwrap();
            writer.wait().unwrap();
            assert_eq!(shown(root.path()).await, meanwhile, "{work:?}, step {steps}");
            work.run(&packages).await;
            assert_eq!(shown(root.path()).await, work.way()[3], "{work:?}, step {steps}");
            assert_eq!(std::fs::read_dir(root.path().join(".tmp")).unwrap().count(), 0);
            steps += 1;
        }
        way.dedup();
        assert_eq!(way, work.way(), "{work:?}");
        assert!(steps > least, "{work:?}: {steps} steps");
    }
}

/// The writer, before its step with this number; `None` where it has come to its end.
fn held(work: Work, step: usize, root: &Path) -> Option<Child> {
    let name = "packages::tests::killed::a_writer_that_is_killed_leaves_nothing_half_done";
    let mut writer = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(TOLD, format!("{work:?} {step} {}", root.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(writer.stdout.take().unwrap()).lines();
    if said.any(|line| line.unwrap().ends_with(HELD)) {
        return Some(writer);
    }
    assert!(writer.wait().unwrap().success());
    None
}

/// What the second process does.
async fn write(told: &str) {
    let mut told = told.splitn(3, ' ');
    let work = if told.next() == Some("Publish") { Work::Publish } else { Work::Revoke };
    let step = told.next().unwrap().parse().unwrap();
    let packages = PackageFolder::new(told.next().unwrap());
    let hold = || {
        writeln!(io::stdout(), "{HELD}")?;
        loop {
            std::thread::park();
        }
    };
    packages.steps.set(Some((step, hold)));
    work.run(&packages).await;
}

/// Every version that the server lists, with its assets as it gives them; and what pip finds.
async fn shown(root: &Path) -> Vec<String> {
    let names = "domain=airlock&repository=approved&format=generic&namespace=clean&package=clean";
    let mut shown = Vec::new();
    for version in list(root, &format!("versions?{names}&status=Published"), "versions").await {
        let version = version["version"].as_str().unwrap();
        let names = format!("{names}&version={version}");
        let mut assets = Vec::new();
        for asset in list(root, &format!("version/assets?{names}"), "assets").await {
            let name = asset["name"].as_str().unwrap();
            let bytes = ask(root, &format!("GET /v1/package/version/asset?{names}&asset={name}")).await;
            assert_eq!(asset["hashes"]["SHA-256"], Sha256::of(&bytes).to_string(), "{version} {name}");
            assets.push(format!("{name} {}", Sha256::of(&bytes)));
        }
        shown.push(format!("{version}: {}", assets.join(", ")));
    }
    shown.sort();
    let page = String::from_utf8(ask(root, "GET /pypi/approved/simple/clean/").await).unwrap();
    for link in page.split("href=\"").skip(1) {
        let (address, sha256) = link.split('"').next().unwrap().split_once("#sha256=").unwrap();
        let file = ask(root, &format!("GET /pypi/approved/simple/clean/{address}")).await;
        assert_eq!(Sha256::of(&file).to_string(), sha256, "{address}");
        let metadata = ask(root, &format!("GET /pypi/approved/simple/clean/{address}.metadata")).await;
        assert!(metadata.starts_with(b"Name: Clean\n"), "{address}");
        shown.push(format!("pip: {} {sha256}", address.rsplit('/').next().unwrap()));
    }
    shown
}

async fn list(root: &Path, what: &str, member: &str) -> Vec<serde_json::Value> {
    let listed = ask(root, &format!("POST /v1/package/{what}")).await;
    let listed: serde_json::Value = serde_json::from_slice(&listed).unwrap();
    listed[member].as_array().unwrap().clone()
}

/// The body of the server's answer.
async fn ask(root: &Path, line: &str) -> Vec<u8> {
    let (mut client, server) = tokio::io::duplex(64 * 1024);
    let serving = converse(server, PackageFolder::new(root), Settings::new(domain::Secret::new("token")));
    let request =
        format!("{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let asking = async {
        client.write_all(request.as_bytes()).await.unwrap();
        client.read_to_end(&mut answer).await.unwrap();
    };
    tokio::join!(serving, asking);
    let head = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    answer.split_off(head + 4)
}
