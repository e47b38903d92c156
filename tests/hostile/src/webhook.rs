//! The webhook: what is not signed is not read, and what is signed is read or refused for a reason.

use adapter_github::{MAX_BODY, Push, UnverifiedWebhook, Webhook, WebhookError};
use domain::{ExecutionName, Secret};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;

const SECRET: &str = "a secret of the tests";
const SIGNATURE: &str = "X-Hub-Signature-256";

type Headers = Vec<(String, String)>;

/// Takes the bytes for an HTTP message: headers, an empty line, the body. It is delivered as it is, then signed.
pub fn webhook(data: &[u8]) {
    let (headers, body) = message(data);
    check_as_it_is(&headers, body);
    let unsigned: Headers =
        headers.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case(SIGNATURE)).collect();
    let signed = |signature: &str| [&unsigned[..], &[(SIGNATURE.to_owned(), signature.to_owned())]].concat();
    let signature = signature_of(body);
    check_signed(&signed(&signature), body);

    for wrong in [
        format!("sha256={}", signature[7..].to_uppercase()),
        format!("{signature} "),
        signature[7..].to_owned(),
        signature.replacen("256", "1", 1),
    ] {
        refuses(verify(&signed(&wrong), body, SECRET), "another spelling of the signature");
    }
    refuses(verify(&signed(&signature), body, "another secret"), "another secret");
    refuses(verify(&unsigned, body, SECRET), "no signature");
    refuses(verify(&[signed(&signature), signed(&signature)].concat(), body, SECRET), "two signatures");
    for place in [0, body.len() / 2, body.len().saturating_sub(1)] {
        let mut changed = body.to_vec();
        match changed.get_mut(place) {
            Some(byte) => *byte ^= 1 << (place % 8),
            None => changed.push(0),
        }
        refuses(verify(&signed(&signature), &changed, SECRET), "another body");
    }
}

fn message(data: &[u8]) -> (Headers, &[u8]) {
    let end = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((data, &[][..]), |at| (&data[..at], &data[at + 2..]));
    let headers = head.split(|byte| *byte == b'\n').filter_map(|line| {
        let line = String::from_utf8_lossy(line);
        let (name, value) = line.split_once(": ")?;
        Some((name.to_owned(), value.to_owned()))
    });
    (headers.collect(), body)
}

fn verify(headers: &[(String, String)], body: &[u8], secret: &str) -> Result<Webhook, WebhookError> {
    UnverifiedWebhook::new(headers.iter().cloned(), body.to_vec()).verify(&Secret::new(secret))
}

fn signature_of(body: &[u8]) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

fn refuses(result: Result<Webhook, WebhookError>, what: &str) {
    assert!(matches!(result, Err(WebhookError::Unsigned(_))), "{what}: {result:?}");
}

/// Only the one true signature lets anything be read.
fn check_as_it_is(headers: &Headers, body: &[u8]) {
    let signatures: Vec<&String> = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(SIGNATURE))
        .map(|(_, value)| value)
        .collect();
    if !matches!(signatures.as_slice(), [one] if **one == signature_of(body)) {
        refuses(verify(headers, body, SECRET), "as it is");
    }
}

fn check_signed(headers: &Headers, body: &[u8]) {
    let events: Vec<&str> = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("x-github-event"))
        .map(|(_, value)| value.as_str())
        .collect();
    let result = verify(headers, body, SECRET);
    match (&result, events.as_slice()) {
        (Ok(Webhook::Push(push)), ["push"]) => check_push(push, body),
        (Ok(Webhook::Ping), ["ping"]) => {}
        (Ok(Webhook::Other(event)), [name]) => {
            assert!(event == name && !["push", "ping"].contains(name));
            assert!(event.len() <= 64 && event.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
        (Err(WebhookError::Malformed(_)), [_]) => {}
        (Err(WebhookError::Unsigned(_)), events) => assert_ne!(events.len(), 1, "{result:?}"),
        (Err(WebhookError::TooLarge), _) => assert!(body.len() > MAX_BODY),
        _ => panic!("{events:?}: {result:?}"),
    }
    if let Err(error) = result {
        assert!(error.to_string().bytes().all(|b| (b' '..=b'~').contains(&b)), "{error}");
    }
}

fn check_push(push: &Push, body: &[u8]) {
    for text in [&push.pusher.name, &push.pusher.email] {
        assert!(text.len() <= 254 && !text.chars().any(char::is_control), "{text:?}");
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
    let repository = push.repository.to_string();
    assert!(repository.bytes().all(plain) && repository.matches('/').count() == 1, "{repository:?}");
    if let Some(delivery) = &push.delivery {
        assert!(delivery.len() <= 64 && delivery.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    }
    let commits = [&push.before, &push.after].map(|commit| commit.as_ref().map(ToString::to_string));
    if let Some(after) = &push.after {
        let name = ExecutionName::of_push(push.repository_id, &push.r#ref, after);
        assert!(name.as_str().len() <= 80);
        assert!(name.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    }
    // A second reader, which takes the last of members of one name, sees the same push. It stops at some depth.
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    assert_eq!(value["ref"], *push.r#ref);
    assert_eq!(value["repository"]["id"], push.repository_id);
    assert_eq!(value["repository"]["full_name"], *repository);
    for (key, commit) in ["before", "after"].into_iter().zip(commits) {
        assert_eq!(value[key], *commit.unwrap_or_else(|| "0".repeat(40)), "{key}");
    }
    assert_eq!(value["deleted"], push.after.is_none());
}
