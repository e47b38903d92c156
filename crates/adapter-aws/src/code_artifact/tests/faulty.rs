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

/// Publishes with one call answered otherwise, whatever becomes of it; then again, undisturbed. What was called a success
/// must have been one.
async fn publish_with(
    at: usize,
    when: When,
    reply: Reply,
    release: &Release,
    bytes: &[u8],
) -> Option<Result<Publication>> {
    let service = Service::start().await;
    let repository = service.repository().await;
    publish(&repository, &self::release("0", b"before"), b"before").await.unwrap();
    let from = service.lines().len();
    service.plan(at, when, Plan::Answer(reply));
    let done = publish(&repository, release, bytes).await;
    if service.lines().len() - from <= at {
        return None;
    }
    if done.is_err() {
        assert!(publish(&repository, release, bytes).await.unwrap().latest);
    }
    assert_eq!(service.asset(release.version(), release.asset()).await.unwrap(), bytes);
    assert_eq!(service.asset("Latest", release.asset()).await.unwrap(), bytes);
    assert!(service.state().await.iter().all(|version| !version.contains("Unfinished")));
    Some(done)
}

async fn no_answer_is_taken_for_a_success(release: &Release, bytes: &[u8]) {
    let mut answered = 0;
    for (reply, expected) in answers() {
        for at in 0.. {
            let shown = format!("{at}: {reply:?}");
            let Some(done) = publish_with(at, When::Before, reply.clone(), release, bytes).await else {
                break;
            };
            answered += 1;
            match done {
                // A conflict, or a version that is not there, only means that somebody else was quicker: it looks again.
                Ok(publication) => assert!(publication.latest && shown.contains("Exception"), "{shown}"),
                Err(error) => assert_eq!(error.name(), expected, "{shown}: {}", error.chain()),
            }
        }
    }
    assert!(answered > 150, "{answered}");
}

#[tokio::test]
async fn no_answer_to_a_publication_is_taken_for_a_success() {
    no_answer_is_taken_for_a_success(&release("1", b"bytes"), b"bytes").await;
}

/// The calls on the way to an installer's endpoint, but for the one to the endpoint itself.
#[tokio::test]
async fn no_answer_to_a_native_publication_is_taken_for_a_success() {
    let (release, bytes) = native(PackageKind::Npm, "1");
    let service = Service::start().await;
    publish(&service.repository().await, &release, &bytes).await.unwrap();
    let upload = service.lines().iter().position(|line| line.contains("/approved/")).unwrap();
    for (reply, expected) in answers() {
        for at in [upload - 3, upload - 2, upload - 1, upload + 1, upload + 2, upload + 3] {
            let done = publish_with(at, When::Before, reply.clone(), &release, &bytes).await.unwrap();
            let error = done.unwrap_err();
            assert_eq!(error.name(), expected, "{at}: {reply:?}: {}", error.chain());
            assert!(!error.chain().contains(super::service::TOKEN));
        }
    }
}

#[tokio::test]
async fn call_whose_answer_was_lost_is_not_done_twice() {
    let release = release("1", b"bytes");
    for reply in
        [Reply::error(500, "InternalServerException"), Reply::json("{\"status\":"), Reply::json("{}").cut()]
    {
        for at in 0.. {
            let done = publish_with(at, When::After, reply.clone(), &release, b"bytes").await;
            let Some(done) = done else { break };
            assert!(done.is_err(), "{at}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn no_answer_to_a_revocation_is_taken_for_a_success() {
    for (reply, expected) in answers() {
        for at in 0.. {
            let service = Service::start().await;
            let repository = service.repository().await;
            let (one, two) = (release("1", b"one"), release("2", b"two"));
            publish(&repository, &one, b"one").await.unwrap();
            publish(&repository, &two, b"two").await.unwrap();
            let from = service.lines().len();
            service.plan(at, When::Before, Plan::Answer(reply.clone()));
            let done = repository.revoke(&approved(&two)).await;
            if service.lines().len() - from <= at {
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

#[tokio::test]
async fn quota_is_told_in_words() {
    let service = Service::start().await;
    service.plan(1, When::Before, Plan::Answer(Reply::error(402, "ServiceQuotaExceededException")));
    let error = publish(&service.repository().await, &release("1", b"bytes"), b"bytes").await.unwrap_err();
    let told = "cannot publish clean 1 in airlock/approved: clean.zip: a quota of the account is used up; \
                ServiceQuotaExceededException: said so";
    assert_eq!((error.name(), error.chain().as_str()), ("Rejected", told));
}
