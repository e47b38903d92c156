use std::{fmt::Debug, fs, os::unix::fs::PermissionsExt as _};

use domain::Result;
use e2e::{Break, GitHost, block_on};
use serde_json::json;

use crate::{PACKAGE, publish, revoke, upstream::Upstream};

/// The refs with their trees and messages: what is left when times and names of commits are not looked at.
fn state(host: &GitHost) -> Vec<String> {
    if !host.repository(PACKAGE).exists() {
        return vec![];
    }
    let refs = host.git(PACKAGE, &["for-each-ref", "--format=%(refname) %(tree) %(contents)"]).unwrap();
    refs.lines().map(str::to_owned).collect()
}

fn commits(host: &GitHost) -> usize {
    host.git(PACKAGE, &["rev-list", "main"]).unwrap().lines().count()
}

/// What a call asks of GitHub.
fn word(call: &str) -> &'static str {
    match call.split_once(' ').unwrap() {
        ("GET", path) if path.ends_with("/info/refs?service=git-receive-pack") => "refs",
        ("POST", path) if path.ends_with("/git-receive-pack") => "push",
        ("GET", path) if path.contains("/git/commits/") => "commit",
        ("PUT", path) if path.ends_with("/actions/permissions") => "turn Actions off",
        ("GET", path) if path.ends_with("/actions/permissions") => "are Actions on?",
        ("POST", path) if path.ends_with("/orgs/octo-org/repos") => "create",
        ("GET", path) if path.ends_with("/repos/octo-org/clean") => "repository",
        other => panic!("{other:?} is none of ours"),
    }
}

/// Whoever dies between any two of these calls, or hears nothing of the last, is followed by another. Meanwhile there is
/// what was there before, or the whole.
async fn finished_by_the_next<T: Debug + PartialEq>(
    calls: &[&str],
    before: impl AsyncFn() -> GitHost,
    run: impl AsyncFn(&GitHost) -> Result<T>,
) {
    let whole = before().await;
    let start = state(&whole);
    whole.heal();
    let latest = run(&whole).await.unwrap();
    assert_eq!(whole.log().iter().map(|call| word(call)).collect::<Vec<_>>(), calls);
    for how in [Break::Before, Break::After] {
        for call in 0..calls.len() {
            let host = before().await;
            host.break_at(call, how);
            assert_eq!(run(&host).await.unwrap_err().name(), "Transient", "{how:?} {call}");
            assert!(host.heal(), "{how:?} {call}");
            let left = state(&host);
            assert!(left == start || left == state(&whole), "{how:?} {call}: {left:?}");
            assert_eq!(run(&host).await.unwrap(), latest, "{how:?} {call}");
            assert_eq!(state(&host), state(&whole), "{how:?} {call}");
            assert_eq!(commits(&host), commits(&whole), "{how:?} {call}");
        }
    }
}

#[test]
fn a_publication_that_broke_off_anywhere_is_finished_by_the_next() {
    block_on(async {
        let upstream = Upstream::new();
        let archives = [upstream.archive("zip"), upstream.next("ANSWER = 43\n")];
        let nothing = async || GitHost::start().await.unwrap();
        let one = async || {
            let host = GitHost::start().await.unwrap();
            publish(&host, "1.0", &archives[0]).await.unwrap();
            host
        };
        let organisation = async || {
            let host = GitHost::start().await.unwrap();
            host.pretend(json!({"organisation_runs_actions": false}));
            host
        };
        let first = async |host: &GitHost| publish(host, "1.0", &archives[0]).await.map(|it| it.latest);
        let second = async |host: &GitHost| publish(host, "2.0", &archives[1]).await.map(|it| it.latest);

        let calls = ["repository", "create", "refs", "turn Actions off", "push"];
        finished_by_the_next(&calls, nothing, &first).await;
        let calls = ["repository", "create", "refs", "turn Actions off", "are Actions on?", "push"];
        finished_by_the_next(&calls, organisation, &first).await;
        let calls = ["repository", "refs", "commit", "turn Actions off", "push"];
        finished_by_the_next(&calls, &one, second).await;
        finished_by_the_next(&["repository", "refs", "commit", "commit"], &one, &first).await;
    });
}

#[test]
fn a_revocation_that_broke_off_anywhere_is_finished_by_the_next() {
    block_on(async {
        let upstream = Upstream::new();
        let archives = [upstream.archive("zip"), upstream.next("ANSWER = 43\n")];
        let published = async |versions: &[&str]| {
            let host = GitHost::start().await.unwrap();
            for (version, archive) in versions.iter().zip(&archives) {
                publish(&host, version, archive).await.unwrap();
            }
            host
        };
        let two = async || published(&["1.0", "2.0"]).await;
        let newest = async |host: &GitHost| revoke(host, "2.0").await.map(|it| it.latest);
        let older = async |host: &GitHost| revoke(host, "1.0").await.map(|it| it.latest);

        let calls = ["repository", "refs", "commit", "commit", "commit", "push"];
        finished_by_the_next(&calls, &two, &newest).await;
        let calls = ["repository", "refs", "commit", "push"];
        finished_by_the_next(&calls, &two, &older).await;
        finished_by_the_next(&calls, async || published(&["1.0"]).await, &older).await;
        let revoked = async || {
            let host = two().await;
            newest(&host).await.unwrap();
            host
        };
        finished_by_the_next(&["repository", "refs", "commit"], revoked, &newest).await;
        let no_tag = async || {
            let host = two().await;
            host.git(PACKAGE, &["tag", "--delete", "2.0"]).unwrap();
            host
        };
        let calls = ["repository", "refs", "commit", "commit", "commit", "push"];
        finished_by_the_next(&calls, no_tag, &newest).await;
        let calls = ["repository", "create", "refs", "push"];
        finished_by_the_next(&calls, async || published(&[]).await, &newest).await;
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
