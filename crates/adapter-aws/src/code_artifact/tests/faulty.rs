//! Answers that are errors, or none at all, for each call in turn.

use super::{
    service::{Plan, When},
    *,
};
use crate::wire::Reply;

/// What a service may answer to any call, and what it comes to where nothing else helps.
fn answers() -> Vec<(Reply, &'static str)> {
    let body = r#"{"packageVersion":{"status":"Published"},"assets":[],"versions":[],"status":"Published"}"#;
    vec![
        (Reply::error(400, "ValidationException"), "Rejected"),
        (Reply::error(402, "ServiceQuotaExceededException"), "Rejected"),
        (Reply::error(403, "AccessDeniedException"), "Rejected"),
        (Reply::error(404, "ResourceNotFoundException"), "Rejected"),
        (Reply::error(409, "ConflictException"), "Rejected"),
        (Reply::error(429, "ThrottlingException").with("retry-after", "1"), "Transient"),
        (Reply::error(500, "InternalServerException"), "Transient"),
        (Reply::json("{\"status\":"), "Rejected"),
        (Reply::json("{}"), "Rejected"),
        (Reply::json(body).cut(), "Transient"),
    ]
}

/// A package that is published where another version of it is.
struct Trial {
    before: Service,
    release: Release,
    bytes: Vec<u8>,
}

impl Trial {
    async fn of(release: Release, bytes: &[u8]) -> Self {
        let before = Service::start().await;
        publish(&before.repository().await, &self::release("0", b"before"), b"before").await.unwrap();
        Self { before, release, bytes: bytes.to_vec() }
    }

    /// Publishes with one call answered otherwise, whatever becomes of it; then again, undisturbed. What was called a
    /// success must have been one. `None` where there is no such call.
    async fn publish(&self, at: usize, when: When, reply: &Reply) -> Option<Result<Publication>> {
        let Self { before, release, bytes } = self;
        let service = before.copy().await;
        let repository = service.repository().await;
        service.plan(at, when, Plan::Answer(reply.clone()));
        let done = publish(&repository, release, bytes).await;
        if service.lines().len() <= at {
            return None;
        }
        if done.is_err() {
            assert!(publish(&repository, release, bytes).await.unwrap().latest);
        }
        assert_eq!(service.asset(release.version(), release.asset()).await.unwrap(), *bytes);
        assert_eq!(service.asset("Latest", release.asset()).await.unwrap(), *bytes);
        assert!(service.state().await.iter().all(|version| !version.contains("Unfinished")));
        Some(done)
    }
}

#[tokio::test]
async fn no_answer_to_a_publication_is_taken_for_a_success() {
    let trial = Trial::of(release("1", b"bytes"), b"bytes").await;
    let mut answered = 0;
    for (reply, expected) in answers() {
        for at in 0.. {
            let Some(done) = trial.publish(at, When::Before, &reply).await else { break };
            answered += 1;
            let shown = format!("{at}: {reply:?}");
            match done {
                // A conflict, or a version that is not there, only means that somebody else was quicker: it looks again.
                Ok(publication) => assert!(publication.latest && shown.contains("Exception"), "{shown}"),
                Err(error) => assert_eq!(error.name(), expected, "{shown}: {}", error.chain()),
            }
        }
    }
    assert!(answered > 150, "{answered}");
}

/// The calls on the way to an installer's endpoint, but for the one to the endpoint itself.
#[tokio::test]
async fn no_answer_to_a_native_publication_is_taken_for_a_success() {
    let (release, bytes) = native(PackageKind::Npm, "1.0.0");
    let trial = Trial::of(release, &bytes).await;
    let undisturbed = trial.before.copy().await;
    publish(&undisturbed.repository().await, &trial.release, &bytes).await.unwrap();
    let upload = undisturbed.lines().iter().position(|line| line.contains("/approved/")).unwrap();
    for (reply, expected) in answers() {
        for at in [upload - 3, upload - 2, upload - 1, upload + 1, upload + 2, upload + 3] {
            let error = trial.publish(at, When::Before, &reply).await.unwrap().unwrap_err();
            assert_eq!(error.name(), expected, "{at}: {reply:?}: {}", error.chain());
            assert!(!error.chain().contains(super::service::TOKEN));
        }
    }
}

#[tokio::test]
async fn call_whose_answer_was_lost_is_not_done_twice() {
    let trial = Trial::of(release("1", b"bytes"), b"bytes").await;
    let lost = Reply::json("{}").cut();
    for reply in [Reply::error(500, "InternalServerException"), Reply::json("{\"status\":"), lost] {
        for at in 0.. {
            let Some(done) = trial.publish(at, When::After, &reply).await else { break };
            assert!(done.is_err(), "{at}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn no_answer_to_a_revocation_is_taken_for_a_success() {
    let before = two_versions().await;
    let two = release("2", b"two");
    for (reply, expected) in answers() {
        for at in 0.. {
            let service = before.copy().await;
            let repository = service.repository().await;
            service.plan(at, When::Before, Plan::Answer(reply.clone()));
            let done = repository.revoke(&approved(&two)).await;
            if service.lines().len() <= at {
                break;
            }
            match done {
                Ok(withdrawal) => assert_eq!(withdrawal.latest.as_deref(), Some("1"), "{at}: {reply:?}"),
                Err(error) => {
                    let told = error.chain();
                    // An answer in place of the asset that is copied is an asset that broke off.
                    let expected = if told.contains("the stream lacks") { "Transient" } else { expected };
                    assert_eq!(error.name(), expected, "{at}: {reply:?}: {told}");
                    repository.revoke(&approved(&two)).await.unwrap();
                }
            }
            assert_eq!(service.asset("2", "clean.zip").await, None, "{at}: {reply:?}");
            assert_eq!(service.latest().await.unwrap(), b"one", "{at}: {reply:?}");
        }
    }
}

/// What puts another version in its place may fail: `Latest` serves nothing then, and never what was revoked.
#[tokio::test]
async fn latest_does_not_wait_for_what_takes_its_place() {
    let before = two_versions().await;
    for (revoked, served) in [("2", None), ("1", Some(b"two".to_vec()))] {
        let revoked = approved(&release(revoked, b"any"));
        let undisturbed = before.copy().await;
        undisturbed.repository().await.revoke(&revoked).await.unwrap();
        let list = "POST /v1/package/versions";
        let list = undisturbed.lines().iter().position(|line| line == list).unwrap();
        for reply in
            [Reply::error(403, "AccessDeniedException"), Reply::error(500, "InternalServerException")]
        {
            let service = before.copy().await;
            service.plan(list, When::Before, Plan::Answer(reply));
            let repository = service.repository().await;
            repository.revoke(&revoked).await.unwrap_err();
            assert_eq!(service.latest().await, served, "{revoked:?}");
            repository.revoke(&revoked).await.unwrap();
            assert!(service.latest().await.is_some());
        }
    }
}

/// As long as a version cannot be taken back, `Latest` does not serve it either.
#[tokio::test]
async fn version_that_cannot_be_archived_is_not_latest() {
    let service = two_versions().await;
    let repository = service.repository().await;
    service.plan(0, When::Before, Plan::Answer(Reply::error(403, "AccessDeniedException")));
    let two = approved(&release("2", b"two"));
    assert_eq!(repository.revoke(&two).await.unwrap_err().name(), "Rejected");
    assert_eq!(service.latest().await, None);
    repository.revoke(&two).await.unwrap();
    assert_eq!(service.latest().await.unwrap(), b"one");
}

#[tokio::test]
async fn quota_is_told_in_words() {
    let service = Service::start().await;
    service.plan(1, When::Before, Plan::Answer(Reply::error(402, "ServiceQuotaExceededException")));
    let error = publish(&service.repository().await, &release("1", b"bytes"), b"bytes").await.unwrap_err();
    let told = "cannot publish clean 1 in airlock/approved: clean.zip: a quota of the account is used up; \
                ServiceQuotaExceededException: said so";
    assert_eq!((error.name(), error.chain().as_str()), ("Rejected", told));
}
