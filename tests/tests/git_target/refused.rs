use std::{fs, process::Command, time::Duration};

use adapter_github::GitHubPackages;
use domain::{Approved, PackageName, PackageRepository as _, Result, Secret, SecretSource};
use e2e::{GitHost, ORGANISATION, block_on, run};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    PACKAGE, packages, publish, release, revoke,
    upstream::{Upstream, tar_gz},
};

fn file(path: &str, content: &str) -> Value {
    json!([path, content, 0o644])
}

fn link(path: &str, target: &str) -> Value {
    json!([path, null, target])
}

#[test]
fn names_that_git_refuses_never_get_to_github() {
    block_on(async {
        let (host, folder) = (GitHost::start().await.unwrap(), TempDir::new().unwrap());
        for (entry, why) in [
            (file("p/.git/config", ""), "git keeps its own files"),
            (file("p/.GIT/hooks/post-checkout", ""), "git keeps its own files"),
            (file("p/a/git~1", ""), "git keeps its own files"),
            (link("p/.gitmodules", "gone"), "git takes no link"),
            (link("p/.gitattributes", "gone"), "git takes no link"),
            (file("p/.gitattributes", "* filter=lfs\n"), "filter=lfs"),
            (file("p/d/.GITATTRIBUTES", "*.py working-tree-encoding=SHIFT-JIS\n"), "working-tree-encoding"),
            (file("p/.gitattributes", "* ident\n"), "ident"),
            (link("p/link", "../gone"), "leads out of the package"),
        ] {
            let archive = tar_gz(folder.path(), &json!([file("p/ok", ""), entry]));
            let error = publish(&host, "1.0", &archive).await.unwrap_err();
            assert_eq!(error.name(), "Rejected");
            assert!(error.to_string().contains(why), "{entry}: {error}");
        }
        assert_eq!(host.log(), [""; 0]);
        let attributes = file("p/.gitattributes", "* text=auto\n*.bat eol=crlf\n");
        let kept = json!([attributes, file("p/.gitmodules", ""), link("p/link", "gone")]);
        publish(&host, "1.0", &tar_gz(folder.path(), &kept)).await.unwrap();
    });
}

#[test]
fn a_file_that_github_does_not_take_is_refused() {
    block_on(async {
        let (host, folder) = (GitHost::start().await.unwrap(), TempDir::new().unwrap());
        let archive = folder.path().join("archive.zip");
        let script = "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr('p/model', bytes((100 << 20) + 1))";
        run(Command::new("python3").args(["-c", script]).arg(&archive)).unwrap();
        let error = publish(&host, "1.0", &archive).await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        assert!(error.to_string().contains("p/model: it has 104857601 bytes"), "{error}");
        assert_eq!(host.log(), [""; 0]);
    });
}

#[test]
fn a_repository_that_is_not_a_private_one_of_ours_is_left_alone() {
    block_on(async {
        let (host, archive) = (GitHost::start().await.unwrap(), Upstream::new().archive("zip"));
        publish(&host, "1.0", &archive).await.unwrap();
        let refs = host.refs(PACKAGE).unwrap();
        for (answer, why) in [
            (json!({"private": false}), "it is public"),
            (json!({"archived": true}), "it is archived"),
            (json!({"full_name": "octo-org/other"}), "another repository"),
            (json!({"private": null}), "not the JSON"),
        ] {
            host.pretend(answer);
            let error = publish(&host, "2.0", &archive).await.unwrap_err();
            assert!(error.name() == "Rejected" && error.to_string().contains(why), "{error}");
        }
        host.pretend(json!({}));
        assert_eq!(host.refs(PACKAGE).unwrap(), refs);
    });
}

#[test]
fn a_workflow_is_not_published_where_it_would_run() {
    block_on(async {
        let (host, archive) = (GitHost::start().await.unwrap(), Upstream::new().archive("zip"));
        host.pretend(json!({"organisation_runs_actions": true}));
        let error = publish(&host, "1.0", &archive).await.unwrap_err();
        assert!(error.name() == "Rejected" && error.to_string().contains("workflows would run"), "{error}");
        assert_eq!(host.refs(PACKAGE).unwrap(), [""; 0]);
        host.pretend(json!({"organisation_runs_actions": false}));
        publish(&host, "1.0", &archive).await.unwrap();
    });
}

#[test]
fn what_github_does_not_know_yet_may_be_known_later() {
    block_on(async {
        let (host, archive) = (GitHost::start().await.unwrap(), Upstream::new().archive("zip"));
        publish(&host, "1.0", &archive).await.unwrap();
        let repository = host.repository(PACKAGE);
        let main = host.git(PACKAGE, &["rev-parse", "main"]).unwrap();
        let object = repository.join("objects").join(&main[..2]).join(&main[2..]);
        fs::rename(&object, repository.join("late")).unwrap();
        let error = publish(&host, "1.0", &archive).await.unwrap_err();
        assert!(error.name() == "Transient" && error.to_string().contains("does not find"), "{error}");
        fs::rename(repository.join("late"), &object).unwrap();
        publish(&host, "1.0", &archive).await.unwrap();
    });
}

/// Whoever asks for a package named like a repository of the organisation's own must not get at it.
#[test]
fn a_repository_of_the_organisations_own_is_left_alone() {
    block_on(async {
        let (host, upstream) = (GitHost::start().await.unwrap(), Upstream::new());
        let archive = upstream.archive("zip");
        upstream.git(&["clone", "--quiet", "--bare", ".", host.repository(PACKAGE).to_str().unwrap()]);
        for setup in
            [&["branch", "-m", "trunk", "main"][..], &["tag", "1.0"], &["branch", "-m", "main", "trunk"]]
        {
            host.git(PACKAGE, setup).unwrap();
            host.git(PACKAGE, &["config", "http.receivepack", "true"]).unwrap();
            let refs = host.refs(PACKAGE).unwrap();
            for error in [publish(&host, "1.0", &archive).await.err(), revoke(&host, "1.0").await.err()] {
                let error = error.unwrap();
                assert_eq!(error.name(), "Rejected");
                assert!(error.to_string().contains("was not created by Airlock"), "{error}");
            }
            assert_eq!(host.refs(PACKAGE).unwrap(), refs);
        }
        let empty = GitHost::start().await.unwrap();
        run(Command::new("git").args(["init", "--quiet", "--bare"]).arg(empty.repository(PACKAGE))).unwrap();
        empty.git(PACKAGE, &["config", "http.receivepack", "true"]).unwrap();
        let error = publish(&empty, "1.0", &archive).await.unwrap_err();
        assert!(error.to_string().contains("was not created by Airlock"), "{error}");
        for host in [&host, &empty] {
            assert!(host.log().iter().all(|call| !call.starts_with("PUT") && !call.starts_with("POST")));
        }
    });
}

#[test]
fn names_that_mean_something_to_github_are_refused() {
    block_on(async {
        let host = GitHost::start().await.unwrap();
        for package in ["clean.git", "clean.wiki", "octo-org.github.io"] {
            let package = PackageName::parse(package).unwrap();
            let approved = Approved { package, version: "1".into(), identity: None };
            let error = packages(&host).revoke(&approved).await.unwrap_err();
            assert!(error.to_string().contains("a meaning of its own"), "{error}");
        }
        let archive = Upstream::new().archive("zip");
        let error = publish(&host, &"!".repeat(250), &archive).await.unwrap_err();
        assert!(error.to_string().contains("too long for a tag"), "{error}");
        assert_eq!(host.log(), [""; 0]);
    });
}

struct Other(&'static str);

impl SecretSource for Other {
    async fn secret(&self) -> Result<Secret> {
        Ok(Secret::new(self.0))
    }
}

#[test]
fn another_token_gets_nowhere_and_none_leaves_the_machine_in_the_clear() {
    block_on(async {
        let (host, archive) = (GitHost::start().await.unwrap(), Upstream::new().archive("zip"));
        let release = release("1.0", &archive, "zip");
        let (api, git) = (host.api(), host.url());
        for (api, git, token, why) in [
            (api.as_str(), git.as_str(), "ghp_other_canary", "knows no such token (401)"),
            (&api, &git, "two words", "not one word"),
            (&api, &git, "", "not one word"),
            ("http://github.invalid/api", &git, "ghp_other_canary", "must be https://"),
            (&api, "http://github.invalid/", "ghp_other_canary", "must be https://"),
        ] {
            let (api, git) = (api.parse().unwrap(), git.parse().unwrap());
            let other = GitHubPackages::new(ORGANISATION, api, git, Other(token), Duration::from_secs(5));
            let error = other.publish(&release, &archive).await.unwrap_err();
            assert_eq!(error.name(), "Rejected");
            assert!(error.chain().contains(why) && !format!("{error:?}").contains("canary"), "{error:?}");
        }
        assert!(!host.repository(PACKAGE).exists());
    });
}
