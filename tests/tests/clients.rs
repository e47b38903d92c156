//! Whoever installs gets the bytes that were scanned, by the client that they use anyway, and nothing else.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::{collections::BTreeSet, fs, path::Path, process::Output, sync::LazyLock};

use adapter_local::{Folder, PackageFolder};
use domain::Timestamp;
use e2e::{Clients, block_on, sha256_of};
use serde_json::{Value, json};

fn clients() -> &'static Clients {
    static CLIENTS: LazyLock<Clients> = LazyLock::new(|| Clients::start().unwrap());
    &CLIENTS
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Ends with an error, and says this.
#[track_caller]
fn fails(output: &Output, told: &str) {
    let said = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
    assert!(!output.status.success(), "{said}");
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(line.contains(told), "{said}");
}

/// The digest that `airlock run` scanned and approved.
fn scanned(package: &str) -> String {
    let result = clients().result(package);
    assert_eq!(result["verdict"], "approved", "{result:#}");
    result["sha256"].as_str().unwrap().to_owned()
}

fn installs(package: &str) -> Vec<String> {
    serde_json::from_value(clients().result(package)["publication"]["install"].clone()).unwrap()
}

const GENERIC: [&str; 6] = ["--format", "generic", "--namespace", "adder", "--package", "adder"];

#[test]
fn aws_gets_the_scanned_bytes_by_version_and_as_latest() {
    let (clients, folder) = (clients(), clients().empty("aws").unwrap());
    let [download] = &installs("adder")[..] else { panic!("a git archive is for no installer") };
    succeeds(&clients.mailed(&folder, download).unwrap());
    assert_eq!(sha256_of(&folder.join("adder.zip")).unwrap(), scanned("adder"));
    // The sample's documented command.
    let latest =
        [&GENERIC[..], &["--package-version", "Latest", "--asset", "adder.zip", "latest.zip"]].concat();
    succeeds(&clients.aws(&folder, "get-package-version-asset", &latest).unwrap());
    assert_eq!(sha256_of(&folder.join("latest.zip")).unwrap(), scanned("adder"));
    let wheel = ["--format", "pypi", "--package", "Tiny_Wheel", "--package-version", "1.0"];
    let file = "tiny_wheel-1.0-py3-none-any.whl";
    let wheel = [&wheel[..], &["--asset", file, file]].concat();
    succeeds(&clients.aws(&folder, "get-package-version-asset", &wheel).unwrap());
    assert_eq!(sha256_of(&folder.join(file)).unwrap(), scanned("tiny-wheel"));
}

#[test]
fn aws_lists_and_describes_what_was_approved_and_its_evidence() {
    let (clients, folder) = (clients(), clients().packages());
    let ask = |operation: &str, arguments: &[&str]| -> Value {
        serde_json::from_str(&succeeds(&clients.aws(&folder, operation, arguments).unwrap())).unwrap()
    };
    let version = clients.result("adder")["publication"]["version"].as_str().unwrap();
    let versions = ask("list-package-versions", &[&GENERIC[..], &["--status", "Published"]].concat());
    let names: BTreeSet<&str> =
        versions["versions"].as_array().unwrap().iter().map(|v| v["version"].as_str().unwrap()).collect();
    assert_eq!(names, BTreeSet::from([version, "Latest"]));
    let one = [&GENERIC[..], &["--package-version", version]].concat();
    let described = ask("describe-package-version", &one);
    assert_eq!(described["packageVersion"]["status"], "Published");
    let assets = ask("list-package-version-assets", &one);
    let assets = assets["assets"].as_array().unwrap();
    let named =
        |stem: &str| assets.iter().find(|asset| asset["name"].as_str().unwrap().starts_with(stem)).unwrap();
    assert_eq!(assets.len(), 3, "{assets:#?}");
    assert_eq!(named("adder.zip")["hashes"]["SHA-256"], scanned("adder"));
    let evidence = clients.empty("evidence").unwrap();
    for stem in ["decision-", "scan-"] {
        let name = named(stem)["name"].as_str().unwrap();
        let get = [&one[..], &["--asset", name, "got"]].concat();
        succeeds(&clients.aws(&evidence, "get-package-version-asset", &get).unwrap());
        let document: Value = serde_json::from_slice(&fs::read(evidence.join("got")).unwrap()).unwrap();
        let text = document.to_string();
        assert!(text.contains(&scanned("adder")), "{text}");
    }
    let packages = ask("list-packages", &[])["packages"].to_string();
    assert!(packages.contains("tiny-wheel") && packages.contains("tiny-script"), "{packages}");
    assert!(!packages.contains("evil"), "{packages}");
}

#[test]
fn pip_installs_wheel_and_source_by_the_mailed_command() {
    let clients = clients();
    for (package, module) in [("tiny-wheel", "tiny_wheel"), ("tiny-source", "tiny_source")] {
        let folder = clients.empty(&format!("pip-{package}")).unwrap();
        succeeds(&clients.mailed(&folder, &installs(package)[0]).unwrap());
        let adds = format!("import {module}; print({module}.add(1, 2))");
        let said = clients.command("python", &folder).args(["-c", &adds]).output().unwrap();
        assert_eq!(succeeds(&said).trim(), "3");
    }
}

#[test]
fn pip_downloads_the_scanned_bytes_and_wants_their_hash() {
    let (clients, folder) = (clients(), clients().empty("download").unwrap());
    let download = |sha256: &str| {
        let wanted = format!("tiny-wheel==1.0 --hash=sha256:{sha256}\n");
        fs::write(folder.join("requirements.txt"), wanted).unwrap();
        clients.pip(&folder, "download", &["--require-hashes", "-r", "requirements.txt"]).unwrap()
    };
    fails(&download(&"0".repeat(64)), "DO NOT MATCH THE HASHES");
    succeeds(&download(&scanned("tiny-wheel")));
    let file = folder.join("tiny_wheel-1.0-py3-none-any.whl");
    assert_eq!(sha256_of(&file).unwrap(), scanned("tiny-wheel"));
    let source = ["--no-deps", "--no-binary", ":all:", "--no-cache-dir", "tiny-source"];
    succeeds(&clients.pip(&folder, "download", &source).unwrap());
    assert_eq!(sha256_of(&folder.join("tiny_source-1.0.tar.gz")).unwrap(), scanned("tiny-source"));
}

#[test]
fn npm_installs_by_the_mailed_command() {
    let (clients, folder) = (clients(), clients().empty("npm").unwrap());
    fs::write(folder.join("package.json"), "{}").unwrap();
    succeeds(&clients.mailed(&folder, &installs("airlock-tiny-script")[0]).unwrap());
    let adds = "console.log(require('@airlock/tiny-script').add(1, 2))";
    let said = clients.command("node", &folder).args(["-e", adds]).output().unwrap();
    assert_eq!(succeeds(&said).trim(), "3");
    succeeds(&clients.npm(&folder, &["pack", "@airlock/tiny-script@latest"]).unwrap());
    let tarball = folder.join("airlock-tiny-script-1.0.0.tgz");
    assert_eq!(sha256_of(&tarball).unwrap(), scanned("airlock-tiny-script"));
}

#[test]
fn twine_uploads_what_pip_then_installs() {
    let (clients, folder) = (clients(), clients().empty("twine").unwrap());
    clients.python_package(&["uploaded", "2.0"]).unwrap();
    let files = ["uploaded-2.0-py3-none-any.whl", "uploaded-2.0.tar.gz"];
    for _ in 0..2 {
        succeeds(&clients.twine(&clients.packages(), &files).unwrap());
    }
    succeeds(&clients.pip(&folder, "install", &["uploaded==2.0"]).unwrap());
    assert!(folder.join("uploaded.py").is_file());
    clients.python_package(&["uploaded", "2.0", "changed = True\n"]).unwrap();
    fails(&clients.twine(&clients.packages(), &files[..1]).unwrap(), "already has other bytes");
    clients.python_package(&["honest", "1.0"]).unwrap();
    let packages = clients.packages();
    fs::copy(packages.join("honest-1.0.tar.gz"), packages.join("tiny_wheel-9.0.tar.gz")).unwrap();
    fails(&clients.twine(&packages, &["tiny_wheel-9.0.tar.gz"]).unwrap(), "");
    fails(&clients.pip(&folder, "download", &["tiny-wheel==9.0"]).unwrap(), "No matching distribution");
}

#[test]
fn npm_publishes_what_npm_then_installs() {
    let (clients, folder) = (clients(), clients().empty("published").unwrap());
    fs::write(folder.join("package.json"), r#"{"name": "published", "version": "1.0.0"}"#).unwrap();
    fs::write(folder.join("index.js"), "module.exports = 42;\n").unwrap();
    succeeds(&clients.npm(&folder, &["publish"]).unwrap());
    fails(&clients.npm(&folder, &["publish"]).unwrap(), "previously published");
    let consumer = clients.empty("consumer").unwrap();
    fs::write(consumer.join("package.json"), "{}").unwrap();
    succeeds(&clients.npm(&consumer, &["install", "published"]).unwrap());
    assert!(consumer.join("node_modules/published/index.js").is_file());
}

#[test]
fn what_was_never_approved_is_got_by_nobody() {
    let (clients, folder) = (clients(), clients().empty("never").unwrap());
    for name in ["evil-wheel", "evil-script"] {
        assert_eq!(clients.result(name)["verdict"], "refused", "{:#}", clients.result(name));
    }
    for name in ["evil-wheel", "never-asked"] {
        fails(&clients.pip(&folder, "install", &[name]).unwrap(), "No matching distribution");
        nobody_gets(clients, &folder, name, "Latest", &format!("{name}.whl"));
    }
    fs::write(folder.join("package.json"), "{}").unwrap();
    for name in ["evil-script", "@never/asked"] {
        fails(&clients.npm(&folder, &["install", name]).unwrap(), "404");
    }
    nobody_gets(clients, &folder, "evil-script", "Latest", "evil-script.tgz");
}

fn nobody_gets(clients: &Clients, folder: &Path, name: &str, version: &str, asset: &str) {
    let package = ["--format", "generic", "--namespace", name, "--package", name];
    let get = [&package[..], &["--package-version", version, "--asset", asset, "got"]].concat();
    fails(&clients.aws(folder, "get-package-version-asset", &get).unwrap(), "ResourceNotFoundException");
}

/// By clients that have installed it before and may have kept what they got.
#[test]
fn what_was_revoked_a_moment_ago_is_got_by_nobody() {
    let (clients, folder) = (clients(), clients().empty("revoked").unwrap());
    let sources = clients.packages();
    clients.python_package(&["bad-wheel", "1.0"]).unwrap();
    fs::create_dir(sources.join("bad")).unwrap();
    fs::write(sources.join("bad/package.json"), r#"{"name": "bad-script", "version": "1.0.0"}"#).unwrap();
    succeeds(&clients.npm(&sources, &["pack", "./bad"]).unwrap());
    let csv = "bad-wheel,bad_wheel-1.0-py3-none-any.whl\nbad-script,bad-script-1.0.0.tgz\n";
    let packages: Value = serde_json::from_str(&clients.run(csv).unwrap()).unwrap();
    assert!(
        packages["packages"].as_array().unwrap().iter().all(|p| p["verdict"] == "approved"),
        "{packages:#}"
    );
    fs::write(folder.join("package.json"), "{}").unwrap();
    let pip = || clients.pip(&folder, "install", &["--upgrade", "bad-wheel"]).unwrap();
    let npm = || {
        let _ = fs::remove_dir_all(folder.join("node_modules"));
        let _ = fs::remove_file(folder.join("package-lock.json"));
        clients.npm(&folder, &["install", "--no-save", "bad-script"]).unwrap()
    };
    succeeds(&pip());
    succeeds(&npm());
    for package in ["bad-wheel", "bad-script"] {
        revoke(clients, package);
    }
    fails(&pip(), "No matching distribution");
    fails(&npm(), "404");
    for (name, asset) in [("bad-wheel", "bad-wheel.whl"), ("bad-script", "bad-script.tgz")] {
        let results = packages["packages"].as_array().unwrap();
        let result = results.iter().find(|result| result["package"] == name).unwrap();
        let version = result["publication"]["version"].as_str().unwrap();
        nobody_gets(clients, &folder, name, version, asset);
        nobody_gets(clients, &folder, name, "Latest", asset);
    }
}

fn revoke(clients: &Clients, package: &str) {
    let input = serde_json::from_value(json!({
        "source": {"kind": "revocation", "package": package, "reason": "it turned bad"},
        "requested_by": {"name": "sec", "email": "sec@example.org"},
    }));
    let (store, repository) =
        (Folder::new(clients.store()), PackageFolder::new(clients.store().join("repository")));
    let now = Timestamp::from_millis(1_795_456_324_005);
    let done = block_on(publish::revoke(input.unwrap(), &store, &repository, now)).unwrap();
    assert_eq!((done.versions.len(), done.latest), (1, None));
}
