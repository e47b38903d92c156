//! Two publishers at once.

use std::time::Duration;

use super::*;

const ROUNDS: u64 = 20;

/// Starts the second a little later in each round, so that it comes between other calls of the first.
async fn at_once<A, B>(
    round: u64,
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> (A, B) {
    let later = async {
        tokio::time::sleep(Duration::from_millis(2 * round)).await;
        second.await
    };
    tokio::join!(first, later)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_publishers_of_one_version_agree() {
    for round in 0..ROUNDS {
        let service = Service::start().await;
        let (one, two) = (service.repository().await, service.repository().await);
        let again = release("1", b"bytes").with_evidence(evidence("second"));
        let release = release("1", b"bytes");
        let done = at_once(round, publish(&one, &release, b"bytes"), publish(&two, &again, b"bytes")).await;
        assert!(done.0.unwrap().latest && done.1.unwrap().latest);
        let state = service.state().await;
        let [version, latest] = state.as_slice() else { panic!("{state:?}") };
        assert_eq!(latest, "generic Latest Published: clean.zip");
        assert!(version.starts_with("generic 1 Published: clean.zip, decision-"), "{version}");
        assert_eq!(service.latest().await.unwrap(), b"bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_publishers_of_other_bytes_one_is_refused() {
    for round in 0..ROUNDS {
        let service = Service::start().await;
        let (one, two) = (service.repository().await, service.repository().await);
        let (a, b) = (release("1", b"one"), release("1", b"two"));
        let done = at_once(round, publish(&one, &a, b"one"), publish(&two, &b, b"two")).await;
        let (won, error) = match done {
            (Ok(_), Err(error)) => (b"one", error),
            (Err(error), Ok(_)) => (b"two", error),
            other => panic!("{other:?}"),
        };
        assert_eq!(error.name(), "Rejected", "{}", error.chain());
        assert!(error.chain().contains("other bytes"), "{}", error.chain());
        assert_eq!(service.asset("1", "clean.zip").await.unwrap(), won);
        assert_eq!(service.latest().await.unwrap(), won);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_versions_at_once_leave_the_newer_as_latest() {
    for round in 0..ROUNDS {
        let service = Service::start().await;
        let (one, two) = (service.repository().await, service.repository().await);
        let (a, b) = (release("1", b"one"), release("2", b"two"));
        let done = at_once(round, publish(&one, &a, b"one"), publish(&two, &b, b"two")).await;
        done.0.unwrap();
        done.1.unwrap();
        let newest = one.newest(a.package()).await.unwrap().unwrap().version.version;
        let expected: &[u8] = if newest == "1" { b"one" } else { b"two" };
        assert_eq!(service.latest().await.unwrap(), expected, "the newest is {newest}");
        assert_eq!(service.state().await.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn revocation_at_once_with_a_publication_leaves_nothing_of_it() {
    for round in 0..ROUNDS {
        let service = Service::start().await;
        let (one, two) = (service.repository().await, service.repository().await);
        let (a, b) = (release("1", b"one"), release("2", b"two"));
        publish(&one, &a, b"one").await.unwrap();
        let revoked = approved(&a);
        let done = at_once(round, one.revoke(&revoked), publish(&two, &b, b"two")).await;
        done.0.unwrap();
        done.1.unwrap();
        assert_eq!(service.asset("1", "clean.zip").await, None);
        assert_eq!(service.latest().await.unwrap(), b"two");
    }
}
