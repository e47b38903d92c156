use std::process::Command;

use e2e::{Access, GitHost, ORGANISATION, block_on, run};
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

/// Whatever GitHub hides from the token is still there for others.
#[test]
fn what_the_token_does_not_see_is_no_success() {
    block_on(async {
        let (host, _) = two_versions().await;
        let refs = host.refs(PACKAGE).unwrap();
        for access in [Access::Blind, Access::None] {
            host.grant(access);
            for version in ["1.0", "2.0", "9.9"] {
                let error = revoke(&host, version).await.unwrap_err();
                assert_eq!(error.name(), "Rejected", "{access:?} {version}");
                assert!(
                    error.to_string().contains("it is not known whether the version is there"),
                    "{error}"
                );
            }
        }
        assert_eq!(host.refs(PACKAGE).unwrap(), refs);
        host.grant(Access::Whole);
        assert_eq!(revoke(&host, "2.0").await.unwrap().latest.as_deref(), Some("1.0"));

        let nothing = GitHost::start().await.unwrap();
        nothing.grant(Access::None);
        assert_eq!(revoke(&nothing, "1.0").await.unwrap_err().name(), "Rejected", "nor is what is not there");
    });
}

#[test]
fn what_was_never_published_never_will_be() {
    block_on(async {
        let (host, upstream) = (GitHost::start().await.unwrap(), Upstream::new());
        assert_eq!(revoke(&host, &"!".repeat(250)).await.unwrap().latest, None, "no tag could be its own");
        assert_eq!(host.log(), [""; 0]);
        assert_eq!(revoke(&host, "1.0").await.unwrap().latest, None);
        assert_eq!([tree(&host, "main"), tree(&host, "refs/tags/revoked/1.0")], [EMPTY; 2]);
        let refs = host.refs(PACKAGE).unwrap();
        assert_eq!(revoke(&host, "1.0").await.unwrap().latest, None, "again");
        let error = publish(&host, "1.0", &upstream.archive("zip")).await.unwrap_err();
        assert!(error.name() == "Rejected" && error.to_string().contains("was revoked"), "{error}");
        assert_eq!(host.refs(PACKAGE).unwrap(), refs);

        assert!(publish(&host, "2.0", &upstream.archive("zip")).await.unwrap().latest);
        let main = host.git(PACKAGE, &["rev-parse", "main"]).unwrap();
        for version in ["1.0", "0.9"] {
            assert_eq!(revoke(&host, version).await.unwrap().latest.as_deref(), Some("2.0"));
        }
        assert_eq!(host.git(PACKAGE, &["rev-parse", "main"]).unwrap(), main);
        assert_eq!(tree(&host, "refs/tags/revoked/0.9"), EMPTY);
        host.git(PACKAGE, &["fsck", "--strict"]).unwrap();
    });
}

#[test]
fn a_tag_that_somebody_has_deleted_leaves_nothing_on_main() {
    block_on(async {
        for (version, latest, shown) in [("2.0", "1.0", "1.0"), ("1.0", "2.0", "2.0")] {
            let (host, archives) = two_versions().await;
            let trees = [("1.0", tree(&host, "1.0")), ("2.0", tree(&host, "2.0"))];
            host.git(PACKAGE, &["tag", "--delete", version]).unwrap();
            assert_eq!(revoke(&host, version).await.unwrap().latest.as_deref(), Some(latest));
            let expected = trees.iter().find(|(name, _)| *name == shown).unwrap();
            assert_eq!(tree(&host, "main"), expected.1, "{version}");
            assert_eq!(tree(&host, &format!("refs/tags/revoked/{version}")), EMPTY);
            let refs = host.refs(PACKAGE).unwrap();
            assert_eq!(revoke(&host, version).await.unwrap().latest.as_deref(), Some(latest), "again");
            for archive in &archives {
                let error = publish(&host, version, archive).await.unwrap_err();
                assert!(error.to_string().contains("was revoked"), "{error}");
            }
            assert_eq!(host.refs(PACKAGE).unwrap(), refs);
        }
    });
}

/// By hand, or by a publication that looked before the revocation and pushed after it.
#[test]
fn a_tag_that_is_back_is_not_published() {
    block_on(async {
        let (host, archives) = two_versions().await;
        let first = host.git(PACKAGE, &["rev-parse", "1.0"]).unwrap();
        revoke(&host, "1.0").await.unwrap();
        let refs = host.refs(PACKAGE).unwrap();
        host.git(PACKAGE, &["tag", "1.0", &first]).unwrap();
        let error = publish(&host, "1.0", &archives[0]).await.unwrap_err();
        assert!(error.name() == "Rejected" && error.to_string().contains("was revoked"), "{error}");
        assert_eq!(revoke(&host, "1.0").await.unwrap().latest.as_deref(), Some("2.0"));
        assert_eq!(host.refs(PACKAGE).unwrap(), refs);

        host.git(PACKAGE, &["tag", "1.0", &first]).unwrap();
        assert_eq!(revoke(&host, "2.0").await.unwrap().latest, None, "nor does main go back to it");
        assert_eq!(tree(&host, "main"), EMPTY);
    });
}
