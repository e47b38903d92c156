use std::{fs, os::unix::fs::PermissionsExt as _};

use e2e::{Break, GitHost, block_on};

use crate::{PACKAGE, publish, revoke, upstream::Upstream};

/// The refs with their trees and messages: what is left when times and names of commits are not looked at.
fn state(host: &GitHost) -> Vec<String> {
    let refs = host.git(PACKAGE, &["for-each-ref", "--format=%(refname) %(tree) %(contents)"]).unwrap();
    refs.lines().map(str::to_owned).collect()
}

fn commits(host: &GitHost) -> usize {
    host.git(PACKAGE, &["rev-list", "main"]).unwrap().lines().count()
}

/// A publisher that dies between any two calls, or hears nothing of the last, is followed by another.
#[test]
fn a_run_that_broke_off_anywhere_is_finished_by_the_next() {
    block_on(async {
        let archive = Upstream::new().archive("zip");
        let whole = GitHost::start().await.unwrap();
        publish(&whole, "1.0", &archive).await.unwrap();
        let mut breaks = 0;
        for how in [Break::Before, Break::After] {
            for call in 0.. {
                let host = GitHost::start().await.unwrap();
                host.break_at(call, how);
                let broken = publish(&host, "1.0", &archive).await;
                if !host.heal() {
                    assert!(broken.is_ok());
                    break;
                }
                assert_eq!(broken.unwrap_err().name(), "Transient", "{how:?} {call}");
                breaks += 1;
                assert!(publish(&host, "1.0", &archive).await.unwrap().latest, "{how:?} {call}");
                assert_eq!(state(&host), state(&whole), "{how:?} {call}");
                assert_eq!(commits(&host), 1, "{how:?} {call}");
            }
        }
        assert_eq!(breaks, 10, "five calls, each broken before and after");
    });
}

#[test]
fn a_revocation_that_broke_off_anywhere_is_finished_by_the_next() {
    block_on(async {
        let upstream = Upstream::new();
        let archives = [upstream.archive("zip"), upstream.next("ANSWER = 43\n")];
        let published = async || {
            let host = GitHost::start().await.unwrap();
            publish(&host, "1.0", &archives[0]).await.unwrap();
            publish(&host, "2.0", &archives[1]).await.unwrap();
            host
        };
        let whole = published().await;
        revoke(&whole, "2.0").await.unwrap();
        let mut breaks = 0;
        for how in [Break::Before, Break::After] {
            for call in 0.. {
                let host = published().await;
                host.break_at(call, how);
                let broken = revoke(&host, "2.0").await;
                if !host.heal() {
                    assert!(broken.is_ok());
                    break;
                }
                assert_eq!(broken.unwrap_err().name(), "Transient", "{how:?} {call}");
                breaks += 1;
                assert_eq!(
                    revoke(&host, "2.0").await.unwrap().latest.as_deref(),
                    Some("1.0"),
                    "{how:?} {call}"
                );
                assert_eq!(state(&host), state(&whole), "{how:?} {call}");
                assert_eq!(commits(&host), 3, "{how:?} {call}");
            }
        }
        assert!(breaks >= 8, "{breaks}");
    });
}

#[test]
fn publishers_of_one_version_end_in_one_commit() {
    block_on(async {
        let archive = Upstream::new().archive("zip");
        for round in 0..5 {
            let host = GitHost::start().await.unwrap();
            let publishers = (0..4).map(|_| publish(&host, "1.0", &archive));
            for published in futures_util::future::join_all(publishers).await {
                assert!(published.unwrap().latest, "round {round}");
            }
            assert_eq!((commits(&host), host.refs(PACKAGE).unwrap().len()), (1, 2), "round {round}");
        }
    });
}

#[test]
fn publishers_of_two_versions_both_end_on_main() {
    block_on(async {
        let upstream = Upstream::new();
        let archives = [upstream.archive("zip"), upstream.next("ANSWER = 43\n")];
        for round in 0..5 {
            let host = GitHost::start().await.unwrap();
            let both = (publish(&host, "1.0", &archives[0]), publish(&host, "2.0", &archives[1]));
            let (first, second) = tokio::join!(both.0, both.1);
            let (first, second) = (first.unwrap(), second.unwrap());
            assert!(first.latest && second.latest, "each was, when it was published");
            assert_eq!((commits(&host), host.refs(PACKAGE).unwrap().len()), (2, 3), "round {round}");
            let newest = host.git(PACKAGE, &["log", "-1", "--format=%s"]).unwrap();
            for (version, archive) in [("1.0", &archives[0]), ("2.0", &archives[1])] {
                let again = publish(&host, version, archive).await.unwrap();
                assert_eq!(again.latest, newest == format!("clean {version}"), "round {round}: {newest}");
            }
        }
    });
}

/// Branch and tag move together: a rule against the tag leaves the branch where it was.
#[test]
fn a_refused_tag_leaves_the_branch() {
    block_on(async {
        let (host, upstream) = (GitHost::start().await.unwrap(), Upstream::new());
        publish(&host, "1.0", &upstream.archive("zip")).await.unwrap();
        let hook = host.repository(PACKAGE).join("hooks/update");
        fs::write(&hook, "#!/bin/sh\ncase \"$1\" in refs/tags/*) exit 1;; esac\n").unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        let before = host.refs(PACKAGE).unwrap();
        let second = upstream.next("ANSWER = 43\n");
        let error = publish(&host, "2.0", &second).await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        assert!(error.to_string().contains("hook declined"), "{error}");
        assert_eq!(host.refs(PACKAGE).unwrap(), before);
        fs::remove_file(hook).unwrap();
        assert!(publish(&host, "2.0", &second).await.unwrap().latest);
    });
}
