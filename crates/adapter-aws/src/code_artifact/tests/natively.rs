//! The endpoints of `pip` and `npm`.

use super::{
    service::{Plan, TOKEN, When},
    *,
};
use crate::wire::Reply;

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
        }
    }
}
