use std::{path::Path, process::Command};

use e2e::{GitHost, ORGANISATION, Venv, block_on, run};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    PACKAGE, publish,
    upstream::{Upstream, tar_gz},
};

#[test]
fn the_tree_is_the_one_that_upstream_has() {
    block_on(async {
        let upstream = Upstream::new();
        for (extension, version) in [("zip", "1.0"), ("tar.gz", "2.0")] {
            let host = GitHost::start().await.unwrap();
            let archive = upstream.archive(extension);
            let publication = publish(&host, version, &archive).await.unwrap();
            let tree = upstream.git(&["rev-parse", "HEAD^{tree}"]);
            assert_eq!(host.git(PACKAGE, &["rev-parse", "main^{tree}"]).unwrap(), tree);
            let listed = host.git(PACKAGE, &["ls-tree", "-r", "main"]).unwrap();
            assert_eq!(listed, upstream.git(&["ls-tree", "-r", "HEAD"]));
            for line in ["100755 blob", "120000 blob"] {
                assert_eq!(listed.matches(line).count(), 1, "{line}: {listed}");
            }
            host.git(PACKAGE, &["fsck", "--strict"]).unwrap();
            let main = host.git(PACKAGE, &["rev-parse", "main"]).unwrap();
            let refs = [format!("refs/heads/main {main}"), format!("refs/tags/{version} {main}")];
            assert_eq!(host.refs(PACKAGE).unwrap(), refs);
            assert_eq!(publication.repository, format!("{ORGANISATION}/{PACKAGE}"));
            assert_eq!((publication.version.as_str(), publication.asset.as_str()), (version, version));
            assert!(publication.latest);
            let install = format!("pip install git+{}{ORGANISATION}/{PACKAGE}.git@{version}", host.url());
            assert_eq!(publication.install, [install]);
        }
    });
}

#[test]
fn the_commit_says_what_was_approved() {
    block_on(async {
        let (host, archive) = (GitHost::start().await.unwrap(), Upstream::new().archive("zip"));
        publish(&host, "1.0", &archive).await.unwrap();
        let said = host.git(PACKAGE, &["log", "--format=%an <%ae>%n%B", "main"]).unwrap();
        let sha256 = domain::Sha256::of(&std::fs::read(&archive).unwrap());
        let expected = format!(
            "Airlock <airlock@airlock.invalid>\nclean 1.0\n\nAirlock-Package: clean\nAirlock-Tag: 1.0\n\
             Airlock-Source: https://github.com/upstream/clean/archive/refs/heads/main.zip\n\
             Airlock-Upstream-Commit: {}\nAirlock-SHA256: {sha256}\n\
             Airlock-Decision: decisions/clean/{sha256}/2026-11-28T08-00-00.000Z.json",
            "ab".repeat(20)
        );
        assert_eq!(said, expected);
        let trailers =
            host.git(PACKAGE, &["log", "--format=%(trailers:key=Airlock-SHA256,valueonly)", "main"]);
        assert_eq!(trailers.unwrap(), sha256.to_string(), "git reads the trailers too");
    });
}

/// The repository is private before anything is in it, and Actions are off before a workflow is.
#[test]
fn what_a_package_brings_does_not_run_in_the_organisation() {
    block_on(async {
        let (host, archive) = (GitHost::start().await.unwrap(), Upstream::new().archive("zip"));
        publish(&host, "1.0", &archive).await.unwrap();
        let (repository, git) = ("/api/v3/repos/octo-org/clean", "/octo-org/clean.git");
        let calls = [
            format!("GET {repository}"),
            "POST /api/v3/orgs/octo-org/repos".to_owned(),
            format!("GET {git}/info/refs?service=git-receive-pack"),
            format!("PUT {repository}/actions/permissions"),
            format!("POST {git}/git-receive-pack"),
        ];
        assert_eq!(host.log(), calls);
    });
}

#[test]
fn the_same_again_changes_nothing_and_other_bytes_are_refused() {
    block_on(async {
        let (host, upstream) = (GitHost::start().await.unwrap(), Upstream::new());
        let first = upstream.archive("zip");
        let publication = publish(&host, "1.0", &first).await.unwrap();
        let refs = host.refs(PACKAGE).unwrap();
        assert_eq!(publish(&host, "1.0", &first).await.unwrap(), publication);
        let other = upstream.next("ANSWER = 43\n");
        let error = publish(&host, "1.0", &other).await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        for archive in [&first, &other] {
            let sha256 = domain::Sha256::of(&std::fs::read(archive).unwrap()).to_string();
            assert!(error.to_string().contains(&sha256), "{error}");
        }
        assert_eq!(host.refs(PACKAGE).unwrap(), refs);
    });
}

#[test]
fn main_shows_what_was_published_last() {
    block_on(async {
        let (host, upstream) = (GitHost::start().await.unwrap(), Upstream::new());
        let first = upstream.archive("zip");
        publish(&host, "1!2.0", &first).await.unwrap();
        let second = upstream.next("ANSWER = 43\n");
        assert!(publish(&host, "3.0", &second).await.unwrap().latest);
        let parent = host.git(PACKAGE, &["rev-parse", "main^"]).unwrap();
        assert_eq!(host.git(PACKAGE, &["rev-parse", "refs/tags/1=212.0"]).unwrap(), parent);
        let tree = upstream.git(&["rev-parse", "HEAD^{tree}"]);
        assert_eq!(host.git(PACKAGE, &["rev-parse", "main^{tree}"]).unwrap(), tree);
        let again = publish(&host, "1!2.0", &first).await.unwrap();
        assert!(!again.latest && again.install[0].ends_with("/clean.git@1=212.0"), "{again:?}");
    });
}

#[test]
fn each_kind_is_installed_in_its_own_way() {
    block_on(async {
        let host = GitHost::start().await.unwrap();
        let folder = TempDir::new().unwrap();
        let url = format!("{}{ORGANISATION}/{PACKAGE}.git", host.url());
        let npm = json!([["package/package.json", "{}", 0o644], ["package/index.js", "", 0o644]]);
        let crate_ = json!([["clean-1.0/Cargo.toml", "", 0o644], ["clean-1.0/src/lib.rs", "", 0o644]]);
        let loose = json!([["a/x", "", 0o644], ["b", "", 0o644]]);
        for (version, files, install, at_root) in [
            ("1.0", npm, format!("npm install git+{url}#1.0"), "index.js\npackage.json"),
            ("2.0", crate_, format!("git clone --branch 2.0 {url}"), "Cargo.toml\nsrc"),
            ("3.0", loose, format!("git clone --branch 3.0 {url}"), "a\nb"),
        ] {
            let publication = publish(&host, version, &tar_gz(folder.path(), &files)).await.unwrap();
            assert_eq!(publication.install, [install]);
            assert_eq!(host.git(PACKAGE, &["ls-tree", "--name-only", version]).unwrap(), at_root);
        }
        // One folder around everything is the package itself, in a wheel.
        let wheel = folder.path().join("archive.whl");
        let script =
            "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr('clean/__init__.py', '')";
        run(Command::new("python3").args(["-c", script]).arg(&wheel)).unwrap();
        publish(&host, "4.0", &wheel).await.unwrap();
        assert_eq!(host.git(PACKAGE, &["ls-tree", "-r", "--name-only", "4.0"]).unwrap(), "clean/__init__.py");
    });
}

#[test]
fn git_clones_and_pip_installs_the_tag() {
    block_on(async {
        let (host, upstream) = (GitHost::start().await.unwrap(), Upstream::new());
        let publication = publish(&host, "1!1.0+cu118", &upstream.archive("zip")).await.unwrap();
        publish(&host, "2.0", &upstream.next("ANSWER = 43\n")).await.unwrap();

        let folder = TempDir::new().unwrap();
        let clone = folder.path().join("clone");
        let url = format!("{}{ORGANISATION}/{PACKAGE}.git", host.url());
        let mut git = Command::new("git");
        run(git.args(["clone", "--quiet", "--branch", &publication.asset, &url]).arg(&clone)).unwrap();
        assert_eq!(std::fs::read_to_string(clone.join("module/link")).unwrap(), "#!/bin/sh\n");

        let words: Vec<&str> = publication.install[0].split(' ').collect();
        let ["pip", "install", requirement] = words.as_slice() else { panic!("{words:?}") };
        let target = folder.path().join("installed");
        pip(&target, requirement).unwrap();
        let module = std::fs::read_to_string(target.join("module/__init__.py")).unwrap();
        assert_eq!(module, "ANSWER = 42\n", "the version that the tag names, not the newest");
    });
}

/// With no index to take anything from.
pub(crate) fn pip(target: &Path, requirement: &str) -> anyhow::Result<String> {
    let venv = Venv::provide()?;
    let mut python = Command::new(venv.program("python"));
    let options =
        ["-m", "pip", "install", "--no-index", "--no-deps", "--disable-pip-version-check", "--no-cache-dir"];
    run(python.args(options).arg("--target").arg(target).arg(requirement))
}
