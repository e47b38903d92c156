//! The endpoints of `pip` and `npm`.

use base64::Engine as _;

use super::{
    service::{Plan, TOKEN, When},
    *,
};
use crate::wire::{Reply, Seen, Server};

const KINDS: [PackageKind; 3] = [PackageKind::Wheel, PackageKind::Sdist, PackageKind::Npm];

#[tokio::test]
async fn package_is_there_for_its_own_installer_too() {
    for kind in KINDS {
        let service = Service::start().await;
        let (release, bytes) = native(kind, "1.0.0");
        let publication = publish(&service.repository().await, &release, &bytes).await.unwrap();
        let (format, tool, install) = match kind {
            PackageKind::Npm => ("npm", "npm", "npm install clean@1.0.0"),
            _ => ("pypi", "pip", "pip install clean==1.0.0"),
        };
        let login = format!(
            "aws codeartifact login --domain airlock --domain-owner 123456789012 --repository approved --tool {tool}"
        );
        assert_eq!(publication.install[..2], [login, install.to_owned()]);
        assert!(publication.install[2].contains("get-package-version-asset"));
        let file = &release.manifest().unwrap().identity.file;
        let there = format!("{format} 1.0.0 Published: {file}");
        let state = service.state().await;
        assert!(state.contains(&there) && state.len() == 3, "{state:?}");

        let from = service.lines().len();
        publish(&service.repository().await, &release, &bytes).await.unwrap();
        assert!(
            service.lines()[from..].iter().all(|line| !line.contains("/approved/")),
            "again: nothing is sent"
        );
    }
}

#[tokio::test]
async fn package_that_is_revoked_can_be_installed_no_more() {
    for kind in KINDS {
        let service = Service::start().await;
        let repository = service.repository().await;
        let (release, bytes) = native(kind, "1.0.0");
        publish(&repository, &release, &bytes).await.unwrap();
        assert_eq!(repository.revoke(&approved(&release)).await.unwrap().latest, None);
        let state = service.state().await;
        assert!(state.iter().all(|version| version.contains(" Archived")) && state.len() == 2, "{state:?}");
        assert_eq!(publish(&repository, &release, &bytes).await.unwrap_err().name(), "Rejected");
        assert_eq!(service.state().await, state);
    }
}

#[tokio::test]
async fn other_bytes_that_are_installable_already_are_an_error() {
    for kind in KINDS {
        let service = Service::start().await;
        let repository = service.repository().await;
        let (release, bytes) = native(kind, "1.0.0");
        publish(&repository, &release, &bytes).await.unwrap();
        // The same package's version from another archive, under a generic version of its own.
        let other = release_as("zip", "other", b"other").with_manifest(release.manifest().unwrap().clone());
        let error = publish(&repository, &other.unwrap(), b"other").await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        let chain = error.chain();
        assert!(
            chain.contains("holds other bytes") && chain.contains(&Sha256::of(b"other").to_string()),
            "{chain}"
        );
    }
}

#[tokio::test]
async fn version_that_was_withdrawn_natively_is_not_brought_back() {
    let service = Service::start().await;
    let repository = service.repository().await;
    let (release, bytes) = native(PackageKind::Npm, "1.0.0");
    publish(&repository, &release, &bytes).await.unwrap();
    repository.archive(&VersionId::native(&release.manifest().unwrap().identity)).await.unwrap();
    let error = publish(&repository, &release, &bytes).await.unwrap_err();
    let told =
        "cannot publish the npm package clean 1.0.0 in airlock/approved: the version is there as Archived";
    assert!(error.chain().starts_with(told), "{}", error.chain());
}

#[tokio::test]
async fn version_that_its_installer_cannot_have_is_shown_to_nobody() {
    for kind in KINDS {
        let service = Service::start().await;
        let repository = service.repository().await;
        let (release, bytes) = native(kind, "1.0.0");
        publish(&repository, &release, &bytes).await.unwrap();
        let before = service.state().await;
        let under = |version: &str, bytes: &[u8]| {
            let release = release_as("zip", version, bytes);
            release.with_manifest(self::native(kind, "1.0.0").0.manifest().unwrap().clone()).unwrap()
        };
        let error = publish(&repository, &under("other", b"other"), b"other").await.unwrap_err();
        assert!(error.chain().contains("holds other bytes"), "{}", error.chain());
        assert_eq!(service.state().await, before);

        repository.revoke(&approved(&release)).await.unwrap();
        let before = service.state().await;
        let error = publish(&repository, &under("again", &bytes), &bytes).await.unwrap_err();
        assert!(error.chain().contains("withdrawn"), "{}", error.chain());
        assert_eq!(service.state().await, before);
    }
}

/// A version whose upload for its installer broke off is there by half, and even served as `Latest`.
#[tokio::test]
async fn half_a_version_that_turns_out_to_be_refused_is_taken_back() {
    let (release, bytes) = native(PackageKind::Sdist, "1.0.0");
    let (zero, upload) = (self::release("0", b"before"), upload_call(&release, &bytes).await);
    let before = Service::start().await;
    let repository = before.repository().await;
    publish(&repository, &zero, b"before").await.unwrap();
    before.plan(upload, When::Before, Plan::Answer(Reply::new(500, "")));
    assert_eq!(publish(&repository, &release, &bytes).await.unwrap_err().name(), "Transient");
    publish(&repository, &zero, b"before").await.unwrap();
    assert_eq!(before.asset("Latest", "clean.tar.gz").await.unwrap(), bytes);

    let (undisturbed, refused) = (before.copy().await, before.copy().await);
    publish(&undisturbed.repository().await, &release, &bytes).await.unwrap();
    let upload = undisturbed.lines().iter().position(|line| line.contains("/approved/")).unwrap();
    refused.plan(upload, When::Before, Plan::Answer(Reply::new(400, "no")));
    let repository = refused.repository().await;
    assert_eq!(publish(&repository, &release, &bytes).await.unwrap_err().name(), "Rejected");
    assert_eq!(refused.asset("1.0.0", "clean.tar.gz").await, None);
    assert_eq!(refused.asset("Latest", "clean.tar.gz").await, None);
    assert_eq!(refused.latest().await.unwrap(), b"before");
    assert!(publish(&repository, &release, &bytes).await.unwrap().latest, "the endpoint takes it now");
}

/// The number of the call that goes to the endpoint, in a first publication.
async fn upload_call(release: &Release, bytes: &[u8]) -> usize {
    let service = Service::start().await;
    publish(&service.repository().await, release, bytes).await.unwrap();
    service.lines().iter().position(|line| line.contains("/approved/")).unwrap()
}

#[tokio::test]
async fn version_that_is_revoked_while_it_is_uploaded_is_taken_back() {
    for kind in KINDS {
        let (release, bytes) = native(kind, "1.0.0");
        let at = upload_call(&release, &bytes).await;
        let service = Service::start().await;
        let repository = service.repository().await;
        service.plan(at, When::Before, Plan::Stop);
        let revoked = async {
            service.stopped().await;
            service.repository().await.archive(&VersionId::of(&release)).await.unwrap();
            service.resume();
        };
        let (done, ()) = tokio::join!(publish(&repository, &release, &bytes), revoked);
        assert!(done.unwrap_err().chain().contains("withdrawn"));
        assert!(service.state().await.iter().all(|version| version.contains(" Archived")));
    }
}

#[tokio::test]
async fn endpoint_that_takes_nothing_is_no_success_and_the_token_is_never_told() {
    let echo = format!("you sent Bearer {TOKEN} and Basic YXdzOmNhbmFyeS10b2tlbi0wMTIzNDU2Nzg5");
    let answers = [
        (Reply::new(200, ""), "Transient"),
        (Reply::new(201, "{}").cut(), "Transient"),
        (Reply::new(400, echo.clone()), "Rejected"),
        (Reply::new(401, echo.clone()), "Rejected"),
        (Reply::new(403, echo), "Rejected"),
        (Reply::new(402, "quota"), "Rejected"),
        (Reply::new(404, "no such repository"), "Rejected"),
        (Reply::new(409, "conflict"), "Rejected"),
        (Reply::new(413, "too large"), "Rejected"),
        (Reply::new(302, "").with("location", "http://127.0.0.1:1/"), "Rejected"),
        (Reply::new(429, "slow down").with("retry-after", "1"), "Transient"),
        (Reply::new(500, "<html>"), "Transient"),
        (Reply::new(503, "slow down").with("retry-after", "1"), "Transient"),
    ];
    for kind in [PackageKind::Sdist, PackageKind::Npm] {
        let (release, bytes) = native(kind, "1.0.0");
        let at = upload_call(&release, &bytes).await;
        for (reply, expected) in &answers {
            let service = Service::start().await;
            service.plan(at, When::Before, Plan::Answer(reply.clone()));
            let error = publish(&service.repository().await, &release, &bytes).await.unwrap_err();
            let chain = error.chain();
            assert_eq!(error.name(), *expected, "{reply:?}: {chain}");
            assert!(!chain.contains("canary") && !chain.contains("YXdzO"), "{chain}");
            let state = service.state().await;
            let nothing = state.iter().all(|version| !version.contains(" Published"));
            assert!(nothing || error.name() == "Transient", "{reply:?}: {state:?}");
        }
    }
}

/// What goes to the endpoint of a service that holds nothing.
async fn uploaded(release: &Release, bytes: &[u8]) -> Seen {
    let server = Server::start(|seen| match seen.line().as_str() {
        "GET /v1/repository/endpoint" => {
            let host = seen.header("host").unwrap();
            Reply::json(&format!(r#"{{"repositoryEndpoint":"http://{host}/native/approved/"}}"#))
        }
        "POST /v1/authorization-token" => Reply::json(&format!(r#"{{"authorizationToken":"{TOKEN}"}}"#)),
        "GET /v1/package/version" => {
            let body = r#"{"message":"no","resourceId":"x","resourceType":"package"}"#;
            Reply::new(404, body).with("x-amzn-errortype", "ResourceNotFoundException")
        }
        _ => Reply::new(200, ""),
    })
    .await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let repository = server.aws().await.code_artifact("airlock", None, "approved");
    let done = repository.publish_native(release, release.manifest().unwrap(), file.path()).await;
    assert_eq!(done.unwrap_err().name(), "Transient", "the service does not hold it");
    let seen = server.seen();
    let asked = seen.iter().find(|seen| seen.path == "/v1/authorization-token").unwrap();
    assert!(asked.query.contains("duration=0"), "{}", asked.query);
    seen.into_iter().find(|seen| seen.path.starts_with("/native/")).unwrap()
}

#[tokio::test]
async fn form_says_what_the_index_and_pip_need() {
    let (release, bytes) = native(PackageKind::Wheel, "1.0.0");
    let sent = uploaded(&release, &bytes).await;
    assert_eq!(sent.line(), "POST /native/approved/");
    assert_eq!(sent.header("authorization"), Some("Basic YXdzOmNhbmFyeS10b2tlbi0wMTIzNDU2Nzg5"));
    assert_eq!(sent.header("content-length"), Some(sent.body.len().to_string().as_str()));
    assert_eq!(sent.header("transfer-encoding"), None);
    let text = sent.text();
    let (head, _) = text.split_once("PK").unwrap();
    let boundary = format!("--airlock-{}\r\n", release.sha256());
    let fields: Vec<&str> =
        head.split(&boundary).filter_map(|part| part.split_once("name=\"")).map(|p| p.1).collect();
    assert_eq!(
        fields,
        [
            ":action\"\r\n\r\nfile_upload\r\n",
            "protocol_version\"\r\n\r\n1\r\n",
            "metadata_version\"\r\n\r\n2.1\r\n",
            "name\"\r\n\r\nclean\r\n",
            "version\"\r\n\r\n1.0.0\r\n",
            "filetype\"\r\n\r\nbdist_wheel\r\n",
            "pyversion\"\r\n\r\npy3\r\n",
            &format!("sha256_digest\"\r\n\r\n{}\r\n", release.sha256()),
            "requires_python\"\r\n\r\n>=3.8\r\n",
            "content\"; filename=\"clean-1.0.0-py3-none-any.whl\"\r\nContent-Type: application/octet-stream\r\n\r\n",
        ]
    );
}

#[tokio::test]
async fn document_of_a_scoped_package_holds_its_manifest_and_tarball() {
    let text = r#"{"name":"@my/clean","version":"2.0.0","bin":"./c.js","dist":"not this"}"#;
    let bytes = archives::tar_gz(&[("package/package.json", text)]);
    let file = "clean-2.0.0.tgz".to_owned();
    let identity =
        Identity { kind: PackageKind::Npm, name: "@my/clean".into(), version: "2.0.0".into(), file };
    let package = domain::PackageName::parse("my-clean").unwrap();
    let release = release_of(&package, "tgz", "2.0.0", &bytes);
    let release = release.with_manifest(Manifest { identity, text: text.into() }).unwrap();
    let sent = uploaded(&release, &bytes).await;
    assert_eq!(sent.line(), "PUT /native/approved/@my%2fclean");
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(sent.header("content-length"), Some(sent.body.len().to_string().as_str()));
    let document: serde_json::Value = serde_json::from_slice(&sent.body).unwrap();
    let version = &document["versions"]["2.0.0"];
    assert_eq!((&document["name"], &version["bin"]), (&"@my/clean".into(), &"./c.js".into()));
    assert_eq!(document["dist-tags"]["latest"], "2.0.0");
    let tarball = version["dist"]["tarball"].as_str().unwrap();
    assert!(tarball.ends_with("/native/approved/@my/clean/-/clean-2.0.0.tgz"), "{tarball}");
    let attachment = &document["_attachments"]["@my/clean-2.0.0.tgz"];
    assert_eq!(attachment["length"], bytes.len());
    let data = base64::engine::general_purpose::STANDARD.decode(attachment["data"].as_str().unwrap());
    assert_eq!(data.unwrap(), bytes);
}
