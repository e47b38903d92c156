//! A publisher that is stopped between any two calls, and what the next one makes of what it left.

use super::{
    service::{Plan, When},
    *,
};

/// Runs until the request with this number; says whether there was one.
async fn stop_at<T>(service: &Service, at: usize, when: When, run: impl Future<Output = Result<T>>) -> bool {
    service.plan(at, when, Plan::Stop);
    tokio::select! {
        done = run => {
            done.unwrap();
            false
        }
        () = service.stopped() => true,
    }
}

/// What everyone can see at any time: whole versions, or none.
async fn assert_whole(service: &Service, undisturbed: &[String]) {
    for version in service.state().await {
        let partly = version.contains(" Unfinished: ");
        assert!(partly || undisturbed.contains(&version), "{version:?} is none of {undisturbed:?}");
    }
}

async fn same_end_wherever_it_is_stopped(release: &Release, bytes: &[u8], whole: &[&str]) {
    let mut points = 0;
    for when in [When::Before, When::After] {
        for at in 0.. {
            let service = Service::start().await;
            let repository = service.repository().await;
            publish(&repository, &self::release("0", b"before"), b"before").await.unwrap();
            let mut visible: Vec<String> = service.state().await;
            visible.extend(whole.iter().map(|line| (*line).to_owned()));
            if !stop_at(&service, at, when, publish(&repository, release, bytes)).await {
                break;
            }
            points += 1;
            assert_whole(&service, &visible).await;
            assert!(publish(&repository, release, bytes).await.unwrap().latest, "stopped {when:?} {at}");
            let mut expected: Vec<&str> = whole.to_vec();
            let before = visible.iter().find(|line| line.starts_with("generic 0 ")).unwrap();
            expected.push(before);
            expected.sort_unstable();
            assert_eq!(service.state().await, expected, "stopped {when:?} {at}");
            assert_eq!(service.asset("Latest", release.asset()).await.unwrap(), bytes);
        }
    }
    // Two looks, three assets, publishing, Latest: fewer calls than that are no publication.
    assert!(points > 30, "{points}");
}

fn generic(version: &str, asset: &str) -> String {
    let names = evidence("first").iter().map(|e| e.name().to_owned()).collect::<Vec<_>>().join(", ");
    format!("generic {version} Published: {asset}, {names}")
}

#[tokio::test]
async fn stopped_publication_is_completed_by_the_next() {
    let whole = [&generic("1", "clean.zip"), "generic Latest Published: clean.zip"];
    same_end_wherever_it_is_stopped(&release("1", b"bytes"), b"bytes", &whole).await;
}

#[tokio::test]
async fn stopped_publication_for_an_installer_is_completed_by_the_next() {
    let (release, bytes) = native(PackageKind::Sdist, "1");
    let generic = generic("1", "clean.tar.gz");
    let whole =
        [generic.as_str(), "generic Latest Published: clean.tar.gz", "pypi 1 Published: clean-1.tar.gz"];
    same_end_wherever_it_is_stopped(&release, &bytes, &whole).await;

    let (release, bytes) = native(PackageKind::Npm, "1");
    let generic = self::generic("1", "clean.tgz");
    let whole = [generic.as_str(), "generic Latest Published: clean.tgz", "npm 1 Published: clean-1.tgz"];
    same_end_wherever_it_is_stopped(&release, &bytes, &whole).await;
}

#[tokio::test]
async fn stopped_revocation_is_completed_by_the_next() {
    let mut points = 0;
    for when in [When::Before, When::After] {
        for at in 0.. {
            let service = Service::start().await;
            let repository = service.repository().await;
            let (one, two) = (release("1", b"one"), release("2", b"two"));
            publish(&repository, &one, b"one").await.unwrap();
            publish(&repository, &two, b"two").await.unwrap();
            let two = approved(&two);
            if !stop_at(&service, at, when, repository.revoke(&two)).await {
                break;
            }
            points += 1;
            assert_eq!(repository.revoke(&two).await.unwrap().latest.as_deref(), Some("1"), "{when:?} {at}");
            assert_eq!(service.asset("2", "clean.zip").await, None);
            assert_eq!(service.latest().await.unwrap(), b"one", "{when:?} {at}");
        }
    }
    assert!(points > 10, "{points}");
}

#[tokio::test]
async fn gap_is_closed_by_a_publication_of_the_same_bytes() {
    let service = Service::start().await;
    let repository = service.repository().await;
    let release = release("1", b"bytes");
    publish(&repository, &release, b"bytes").await.unwrap();
    repository.delete(&VersionId::generic(release.package(), LATEST)).await.unwrap();
    assert_eq!(service.latest().await, None);
    assert!(publish(&repository, &release, b"bytes").await.unwrap().latest);
    assert_eq!(service.latest().await.unwrap(), b"bytes");
}
