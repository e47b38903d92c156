use std::process::Command;

use e2e::{GitHost, ORGANISATION, block_on, run};
use tempfile::TempDir;

use crate::{PACKAGE, publish, published::pip, revoke, upstream::Upstream};

async fn two_versions() -> (GitHost, [std::path::PathBuf; 2]) {
    let (host, upstream) = (GitHost::start().await.unwrap(), Upstream::new());
    let archives = [upstream.archive("zip"), upstream.next("ANSWER = 43\n")];
    publish(&host, "1.0", &archives[0]).await.unwrap();
    publish(&host, "2.0", &archives[1]).await.unwrap();
    (host, archives)
}

fn tree(host: &GitHost, name: &str) -> String {
    host.git(PACKAGE, &["rev-parse", &format!("{name}^{{tree}}")]).unwrap()
}

const EMPTY: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

#[test]
fn the_newest_is_gone_and_main_shows_the_one_before() {
    block_on(async {
        let (host, archives) = two_versions().await;
        assert_eq!(revoke(&host, "2.0").await.unwrap().latest.as_deref(), Some("1.0"));
        assert_eq!(tree(&host, "main"), tree(&host, "1.0"));
        let url = format!("{}{ORGANISATION}/{PACKAGE}.git", host.url());
        let folder = TempDir::new().unwrap();
        let mut git = Command::new("git");
        let clone = git.args(["clone", "--quiet", "--branch", "2.0", &url]).arg(folder.path().join("clone"));
        assert!(run(clone).unwrap_err().to_string().contains("not found"));
        let error = pip(&folder.path().join("installed"), &format!("git+{url}@2.0")).unwrap_err();
        assert!(error.to_string().contains("did not match any file(s) known to git"), "{error}");
        assert!(pip(&folder.path().join("first"), &format!("git+{url}@1.0")).is_ok());

        let refs = host.refs(PACKAGE).unwrap();
        assert_eq!(revoke(&host, "2.0").await.unwrap().latest.as_deref(), Some("1.0"), "again");
        assert_eq!(host.refs(PACKAGE).unwrap(), refs);
        let error = publish(&host, "2.0", &archives[1]).await.unwrap_err();
        assert!(error.to_string().contains("was revoked"), "{error}");
        assert_eq!(host.refs(PACKAGE).unwrap(), refs);
        assert!(publish(&host, "1.0", &archives[0]).await.unwrap().latest, "main shows it again");
        host.git(PACKAGE, &["fsck", "--strict"]).unwrap();
    });
}

#[test]
fn an_older_one_is_gone_and_main_stays() {
    block_on(async {
        let (host, _) = two_versions().await;
        let main = host.git(PACKAGE, &["rev-parse", "main"]).unwrap();
        assert_eq!(revoke(&host, "1.0").await.unwrap().latest.as_deref(), Some("2.0"));
        assert_eq!(host.git(PACKAGE, &["rev-parse", "main"]).unwrap(), main);
        assert_eq!(tree(&host, "refs/tags/revoked/1.0"), EMPTY);
        assert_eq!(revoke(&host, "2.0").await.unwrap().latest, None);
        assert_eq!(tree(&host, "main"), EMPTY, "1.0 is not brought back");
    });
}

#[test]
fn what_was_brought_back_can_be_revoked_and_followed() {
    block_on(async {
        let (host, archives) = two_versions().await;
        revoke(&host, "2.0").await.unwrap();
        assert_eq!(revoke(&host, "1.0").await.unwrap().latest, None);
        assert_eq!(tree(&host, "main"), EMPTY);
        assert!(publish(&host, "3.0", &archives[1]).await.unwrap().latest);
        assert_eq!(revoke(&host, "9.9").await.unwrap().latest.as_deref(), Some("3.0"), "never there");
        host.git(PACKAGE, &["fsck", "--strict"]).unwrap();
    });
}

#[test]
fn a_package_that_was_never_published_is_a_success() {
    block_on(async {
        let host = GitHost::start().await.unwrap();
        for version in ["1.0", &"!".repeat(250)] {
            assert_eq!(revoke(&host, version).await.unwrap().latest, None);
        }
        assert!(!host.repository(PACKAGE).exists());
    });
}
