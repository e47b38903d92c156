use bytes::Bytes;
use domain::{CommitId, Requester, Secret, steers};
use serde::Deserialize;

use crate::{RepositoryName, signature};

/// The longest body that is looked at, in bytes: 5 MiB.
pub const MAX_BODY: usize = 5 * 1024 * 1024;

/// A request that says it comes from GitHub. Nothing in it may be believed before [`verify`](Self::verify).
#[derive(Debug)]
pub struct UnverifiedWebhook {
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// What GitHub says, with the signature checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Webhook {
    /// The webhook was just set up.
    Ping,
    /// Somebody pushed.
    Push(Push),
    /// An event of no interest, by name.
    Other(String),
}

/// A push to one ref. <https://docs.github.com/en/webhooks/webhook-events-and-payloads#push>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The repository's number: it survives renames, and a new repository under an old name has another.
    pub repository_id: u64,
    /// Its full name.
    pub repository: RepositoryName,
    /// What was pushed: `refs/heads/main`.
    pub r#ref: String,
    /// The commit before the push; `None` for a new ref.
    pub before: Option<CommitId>,
    /// The commit pushed; `None` where the ref was deleted.
    pub after: Option<CommitId>,
    /// Who pushed.
    pub pusher: Requester,
    /// GitHub's delivery id, for the logs alone: the signature does not cover it.
    pub delivery: Option<String>,
}

/// Why a webhook is not taken.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// Not signed, or not by the one who knows the secret: answer 401.
    #[error("the webhook is not verified: {0}")]
    Unsigned(&'static str),
    /// Longer than [`MAX_BODY`]: answer 413.
    #[error("the webhook's body is longer than {MAX_BODY} bytes")]
    TooLarge,
    /// Signed, but not what GitHub sends: answer 400.
    #[error("the webhook cannot be read: {0}")]
    Malformed(&'static str),
    /// The secret is empty, so that nothing can be verified: answer 500.
    #[error("the webhook's secret is empty: store the one that is set at GitHub")]
    NoSecret,
}

impl UnverifiedWebhook {
    /// Takes the headers, in any case and order, and the raw bytes of the body.
    pub fn new(headers: impl IntoIterator<Item = (String, String)>, body: impl Into<Bytes>) -> Self {
        Self { headers: headers.into_iter().collect(), body: body.into() }
    }

    /// Checks the signature over the raw bytes; only then reads them.
    pub fn verify(self, secret: &Secret) -> Result<Webhook, WebhookError> {
        if self.body.len() > MAX_BODY {
            return Err(WebhookError::TooLarge);
        }
        let signature = self.header("x-hub-signature-256")?;
        signature::check(signature, &self.body, secret)?;
        match self.header("x-github-event")? {
            "ping" => Ok(Webhook::Ping),
            "push" => Payload::read(&self.body)?.push(self.delivery()).map(Webhook::Push),
            event if is_event_name(event) => Ok(Webhook::Other(event.to_owned())),
            _ => Err(WebhookError::Malformed("the event's name is not one of GitHub's")),
        }
    }

    /// The one header of this name: a second one could be what another reader takes.
    fn header(&self, name: &str) -> Result<&str, WebhookError> {
        let mut values =
            self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            (None, _) => Err(WebhookError::Unsigned("the signature or event header is missing")),
            (Some(_), Some(_)) => Err(WebhookError::Unsigned("the signature or event header is there twice")),
        }
    }

    fn delivery(&self) -> Option<String> {
        let id = self.header("x-github-delivery").ok()?;
        let plain =
            (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        plain.then(|| id.to_owned())
    }
}

fn is_event_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The members of a push that are used. Members that are not are skipped without recursion, however deep.
#[derive(Deserialize)]
struct Payload {
    r#ref: String,
    before: CommitId,
    after: CommitId,
    deleted: bool,
    repository: PayloadRepository,
    pusher: Pusher,
}

#[derive(Deserialize)]
struct PayloadRepository {
    id: u64,
    full_name: String,
}

#[derive(Deserialize)]
struct Pusher {
    name: Option<String>,
    email: Option<String>,
}

impl Payload {
    /// The parser's own words stay out of the error: they quote the payload.
    fn read(body: &[u8]) -> Result<Self, WebhookError> {
        let advice = "the body is not the JSON of a push: set the webhook's content type to application/json";
        serde_json::from_slice(body).map_err(|_| WebhookError::Malformed(advice))
    }

    fn push(self, delivery: Option<String>) -> Result<Push, WebhookError> {
        if self.deleted != self.after.is_zero() {
            return Err(WebhookError::Malformed("`deleted` and `after` contradict each other"));
        }
        let repository = RepositoryName::parse(&self.repository.full_name)
            .map_err(|_| WebhookError::Malformed("`repository.full_name` is not owner/name"))?;
        let commit = |id: CommitId| (!id.is_zero()).then_some(id);
        Ok(Push {
            repository_id: self.repository.id,
            repository,
            r#ref: self.r#ref,
            before: commit(self.before),
            after: commit(self.after),
            pusher: Requester { name: one_line(self.pusher.name), email: one_line(self.pusher.email) },
            delivery,
        })
    }
}

/// Free text that anybody can set at GitHub: what could forge a line of a mail is left out, not repaired.
fn one_line(text: Option<String>) -> String {
    text.filter(|t| t.len() <= 254 && !t.chars().any(steers)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "a secret of the tests";
    const AFTER: &str = "1481a2de7b2a7d02428ad93446ab166be7793fbb";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn sign(body: &[u8]) -> String {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(body);
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }

    fn verify(event: &str, body: &str) -> Result<Webhook, WebhookError> {
        let headers = [("X-Hub-Signature-256", sign(body.as_bytes())), ("X-GitHub-Event", event.to_owned())];
        unverified(&headers, body).verify(&Secret::new(SECRET))
    }

    fn unverified(headers: &[(&str, String)], body: &str) -> UnverifiedWebhook {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        UnverifiedWebhook::new(headers, body.as_bytes().to_vec())
    }

    fn payload(before: &str, after: &str, deleted: bool) -> serde_json::Value {
        serde_json::json!({
            "ref": "refs/heads/main", "before": before, "after": after, "deleted": deleted, "forced": false,
            "repository": {"id": 42, "full_name": "octo-org/requests", "private": true},
            "pusher": {"name": "ana", "email": "ana@example.invalid"},
            "commits": [{"id": after, "modified": ["public-package-request.csv"], "message": "ünï 🚀\r\n"}],
        })
    }

    fn push(payload: &serde_json::Value) -> Push {
        match verify("push", &payload.to_string()).unwrap() {
            Webhook::Push(push) => push,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn reads_a_push() {
        let push = push(&payload(&"ab".repeat(20), AFTER, false));
        assert_eq!(push.repository_id, 42);
        assert_eq!(push.repository.to_string(), "octo-org/requests");
        assert_eq!(push.r#ref, "refs/heads/main");
        assert_eq!(push.before.unwrap().as_str(), "ab".repeat(20));
        assert_eq!(push.after.unwrap().as_str(), AFTER);
        assert_eq!(push.pusher, Requester { name: "ana".into(), email: "ana@example.invalid".into() });
        assert_eq!(push.delivery, None);
    }

    #[test]
    fn zeros_are_no_commit() {
        assert_eq!(push(&payload(ZERO, AFTER, false)).before, None);
        assert_eq!(push(&payload(AFTER, ZERO, true)).after, None);
    }

    #[test]
    fn tells_the_events_apart() {
        assert_eq!(verify("ping", "{\"zen\":\"x\"}").unwrap(), Webhook::Ping);
        assert_eq!(verify("pull_request", "{}").unwrap(), Webhook::Other("pull_request".into()));
        for event in ["", "Push", "push,push", "push\n", "p\u{443}sh"] {
            assert!(matches!(verify(event, "{}"), Err(WebhookError::Malformed(_))), "{event:?}");
        }
    }

    #[test]
    fn refuses_what_is_missing_or_there_twice() {
        let body = payload(ZERO, AFTER, false).to_string();
        let signature = ("X-Hub-Signature-256", sign(body.as_bytes()));
        let event = ("X-GitHub-Event", "push".to_owned());
        let sha1 = ("X-Hub-Signature", sign(body.as_bytes()));
        let lower = ("x-hub-signature-256", signature.1.clone());
        let second_event = ("x-github-EVENT", "ping".to_owned());
        for headers in [
            vec![],
            vec![event.clone()],
            vec![signature.clone()],
            vec![sha1, event.clone()],
            vec![signature.clone(), lower.clone(), event.clone()],
            vec![signature, event.clone(), second_event],
        ] {
            let error = unverified(&headers, &body).verify(&Secret::new(SECRET)).unwrap_err();
            assert!(matches!(error, WebhookError::Unsigned(_)), "{headers:?}: {error}");
        }
        assert!(unverified(&[event, lower], &body).verify(&Secret::new(SECRET)).is_ok());
    }

    #[test]
    fn caps_the_length_then_checks_the_signature_then_reads() {
        let over = " ".repeat(MAX_BODY + 1);
        assert!(matches!(verify("push", &over), Err(WebhookError::TooLarge)));
        let cap = " ".repeat(MAX_BODY);
        assert!(matches!(verify("push", &cap), Err(WebhookError::Malformed(_))));
        let unsigned = unverified(&[("x-github-event", "push".into())], "not json");
        assert!(matches!(unsigned.verify(&Secret::new(SECRET)), Err(WebhookError::Unsigned(_))));
    }

    #[test]
    fn refuses_a_signed_body_that_is_no_push() {
        let good = payload(ZERO, AFTER, false);
        let change = |pointer: &str, value: serde_json::Value| {
            let mut changed = good.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            changed.to_string()
        };
        let deep = "[".repeat(10_000);
        for body in [
            String::new(),
            "payload=%7B%7D".to_owned(),
            "{}".to_owned(),
            deep,
            good.to_string().replacen('{', "{\"after\":\"x\",", 1),
            change("/ref", serde_json::Value::Null),
            change("/before", "".into()),
            change("/after", "main".into()),
            change("/after", AFTER.to_uppercase().into()),
            change("/after", ZERO.into()),
            change("/deleted", true.into()),
            change("/deleted", "false".into()),
            change("/repository/id", "42".into()),
            change("/repository/id", (-1).into()),
            change("/repository/full_name", "../x".into()),
        ] {
            let error = verify("push", &body).unwrap_err();
            assert!(matches!(error, WebhookError::Malformed(_)), "{}: {error}", &body[..body.len().min(80)]);
        }
    }

    #[test]
    fn every_byte_of_a_body_of_any_text_is_signed() {
        let body = format!("{}\r\n", payload(ZERO, AFTER, false));
        assert!(body.contains('🚀') && verify("push", &body).is_ok());
        let headers = [("x-hub-signature-256", sign(body.as_bytes())), ("x-github-event", "push".to_owned())];
        let headers = headers.map(|(name, value)| (name.to_owned(), value));
        for place in 0..body.len() {
            let mut bytes = body.clone().into_bytes();
            bytes[place] ^= 1;
            let error =
                UnverifiedWebhook::new(headers.clone(), bytes).verify(&Secret::new(SECRET)).unwrap_err();
            assert!(matches!(error, WebhookError::Unsigned(_)), "byte {place}: {error}");
        }
    }

    #[test]
    fn depth_does_not_reach_the_stack() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        let mut text = payload(ZERO, AFTER, false).to_string();
        text.insert_str(1, &format!("\"sender\":{deep},"));
        assert!(verify("push", &text).is_ok());
    }

    #[test]
    fn leaves_out_names_that_could_forge_a_line() {
        let mut payload = payload(ZERO, AFTER, false);
        for forged in [
            "ana\r\nBcc: x",
            "a\u{2028}b",
            "a\u{1b}[2Jb",
            "a\u{9b}m",
            "a\u{202e}b",
            "a\u{200b}",
            "a\tb",
            "a\0",
        ] {
            payload["pusher"] = serde_json::json!({"name": forged, "email": null});
            assert_eq!(push(&payload).pusher, Requester::default(), "{forged:?}");
        }
        payload["pusher"] = serde_json::json!({"name": "x".repeat(255), "email": "zoë@example.invalid"});
        let kept = Requester { name: String::new(), email: "zoë@example.invalid".into() };
        assert_eq!(push(&payload).pusher, kept);
    }

    #[test]
    fn delivery_is_an_id_or_nothing() {
        let body = payload(ZERO, AFTER, false).to_string();
        let with = |id: &str| {
            let headers = [
                ("x-hub-signature-256", sign(body.as_bytes())),
                ("x-github-event", "push".to_owned()),
                ("x-github-delivery", id.to_owned()),
            ];
            match unverified(&headers, &body).verify(&Secret::new(SECRET)).unwrap() {
                Webhook::Push(push) => push.delivery,
                other => panic!("{other:?}"),
            }
        };
        let id = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
        assert_eq!(with(id).as_deref(), Some(id));
        assert_eq!(with("x\ny"), None);
    }

    proptest! {
        #[test]
        fn any_signed_bytes_are_read_or_refused(body in "\\PC{0,200}", event in "push|ping|[a-z]{1,8}") {
            match verify(&event, &body) {
                Ok(Webhook::Push(_)) => prop_assert!(false, "{body} is no push"),
                Ok(_) => prop_assert_ne!(event, "push"),
                Err(error) => prop_assert!(matches!(error, WebhookError::Malformed(_)), "{}", error),
            }
        }
    }
}
