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
    let before = Service::start().await;
    publish(&before.repository().await, &self::release("0", b"before"), b"before").await.unwrap();
    let mut visible = before.state().await;
    let mut expected = vec![visible.iter().find(|line| line.starts_with("generic 0 ")).unwrap().clone()];
    expected.extend(whole.iter().map(|line| (*line).to_owned()));
    expected.sort_unstable();
    visible.extend(expected.clone());
    let mut points = 0;
    for when in [When::Before, When::After] {
        for at in 0.. {
            let service = before.copy().await;
            let repository = service.repository().await;
            if !stop_at(&service, at, when, publish(&repository, release, bytes)).await {
                break;
            }
            points += 1;
            assert_whole(&service, &visible).await;
            assert!(publish(&repository, release, bytes).await.unwrap().latest, "stopped {when:?} {at}");
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

    let (release, bytes) = native(PackageKind::Npm, "1.0.0");
    let generic = self::generic("1.0.0", "clean.tgz");
    let whole =
        [generic.as_str(), "generic Latest Published: clean.tgz", "npm 1.0.0 Published: clean-1.0.0.tgz"];
    same_end_wherever_it_is_stopped(&release, &bytes, &whole).await;
}

/// Every version that can be got by whoever names it.
async fn installable(service: &Service) -> Vec<String> {
    let mut state = service.state().await;
    state.retain(|version| version.contains(" Published: "));
    state
}

/// What can be got of 1 and of the 0 before it, from one call of the revocation of 1 to another. 1 goes first from where
/// its publishers look; then from its installer; then `Latest` goes, and comes back as what is left.
fn on_the_way(release: &Release, native: Option<&str>) -> Vec<Vec<String>> {
    let zero = || vec![generic("0", "clean.zip")];
    let latest = |asset: &str| format!("generic Latest Published: {asset}");
    let native: Vec<String> = native.map(str::to_owned).into_iter().collect();
    let mut way = vec![
        [zero(), vec![generic(release.version(), release.asset()), latest(release.asset())], native.clone()]
            .concat(),
        [zero(), vec![latest(release.asset())], native].concat(),
        [zero(), vec![latest(release.asset())]].concat(),
        zero(),
        [zero(), vec![latest("clean.zip")]].concat(),
    ];
    way.dedup();
    way
}

/// Says how many points there were.
async fn taken_back_wherever_it_is_stopped(release: &Release, bytes: &[u8], native: Option<&str>) -> usize {
    let before = Service::start().await;
    publish(&before.repository().await, &self::release("0", b"before"), b"before").await.unwrap();
    publish(&before.repository().await, release, bytes).await.unwrap();
    let undisturbed = before.copy().await;
    undisturbed.repository().await.revoke(&approved(release)).await.unwrap();
    let (whole, way) = (undisturbed.state().await, on_the_way(release, native));
    assert_eq!(installable(&before).await, way[0]);
    assert_eq!(installable(&undisturbed).await, way[way.len() - 1]);
    let mut points = 0;
    for when in [When::Before, When::After] {
        let mut seen = vec![way[0].clone()];
        for at in 0.. {
            let service = before.copy().await;
            let repository = service.repository().await;
            if !stop_at(&service, at, when, repository.revoke(&approved(release))).await {
                break;
            }
            points += 1;
            let left = installable(&service).await;
            let published = publish(&repository, release, bytes).await;
            if left == way[0] {
                assert!(published.unwrap().latest, "stopped {when:?} {at}: nothing is taken back yet");
            } else {
                let error = published.unwrap_err();
                let told = error.chain();
                assert!(error.name() == "Rejected" && told.contains("withdrawn"), "{when:?} {at}: {told}");
            }
            assert_eq!(installable(&service).await, left, "stopped {when:?} {at}: nothing comes back");
            seen.push(left);
            let withdrawal = repository.revoke(&approved(release)).await.unwrap();
            assert_eq!(withdrawal.latest.as_deref(), Some("0"), "stopped {when:?} {at}");
            assert_eq!(service.state().await, whole, "stopped {when:?} {at}");
            assert_eq!(service.latest().await.unwrap(), b"before", "stopped {when:?} {at}");
        }
        seen.dedup();
        assert_eq!(seen, way, "stopped {when:?} one call after another");
    }
    points
}

#[tokio::test]
async fn stopped_revocation_is_completed_by_the_next() {
    let release = release_as("tar.gz", "1", b"bytes").with_evidence(evidence("first"));
    let points = taken_back_wherever_it_is_stopped(&release, b"bytes", None).await;
    assert!(points > 20, "{points}");
}

#[tokio::test]
async fn stopped_revocation_for_an_installer_is_completed_by_the_next() {
    for (kind, native) in [
        (PackageKind::Sdist, "pypi 1.0.0 Published: clean-1.0.0.tar.gz"),
        (PackageKind::Npm, "npm 1.0.0 Published: clean-1.0.0.tgz"),
    ] {
        let (release, bytes) = self::native(kind, "1.0.0");
        let points = taken_back_wherever_it_is_stopped(&release, &bytes, Some(native)).await;
        assert!(points > 22, "{points}");
    }
}

#[tokio::test]
async fn gap_is_closed_by_a_publication_of_the_same_bytes() {
    let service = Service::start().await;
    let repository = service.repository().await;
    let release = release("1", b"bytes");
    publish(&repository, &release, b"bytes").await.unwrap();
    repository.delete(&VersionId::generic(release.package(), LATEST), &Status::Published).await.unwrap();
    assert_eq!(service.latest().await, None);
    assert!(publish(&repository, &release, b"bytes").await.unwrap().latest);
    assert_eq!(service.latest().await.unwrap(), b"bytes");
}
