use domain::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::WebhookError;

/// Whether `header`, the value of `X-Hub-Signature-256`, is the HMAC-SHA256 of `body`: exactly `sha256=` and 64
/// lower-case hexadecimal digits. Compared in constant time.
/// <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>
pub(crate) fn check(header: &str, body: &[u8], secret: &Secret) -> Result<(), WebhookError> {
    // Anyone can sign with an empty key.
    let key = Some(secret.expose().as_bytes()).filter(|key| !key.is_empty()).ok_or(WebhookError::NoSecret)?;
    let claimed =
        digest(header).ok_or(WebhookError::Unsigned("the signature is not sha256= and 64 hex digits"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| WebhookError::NoSecret)?;
    mac.update(body);
    mac.verify_slice(&claimed)
        .map_err(|_| WebhookError::Unsigned("the signature is not of this body and secret"))
}

fn digest(header: &str) -> Option<[u8; 32]> {
    let digits = header.strip_prefix("sha256=")?;
    let lower = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let mut digest = [0; 32];
    (lower && hex::decode_to_slice(digits, &mut digest).is_ok()).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector that GitHub publishes on the page above.
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    const HEX: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn accepts_the_published_vector() {
        assert!(check(&format!("sha256={HEX}"), BODY, &Secret::new(SECRET)).is_ok());
    }

    #[test]
    fn refuses_every_other_spelling() {
        let flipped = HEX.replacen('7', "8", 1);
        for header in [
            String::new(),
            "sha256=".to_owned(),
            HEX.to_owned(),
            format!("sha1={HEX}"),
            format!("SHA256={HEX}"),
            format!(" sha256={HEX}"),
            format!("sha256={HEX} "),
            format!("sha256= {HEX}"),
            format!("sha256={}", HEX.to_uppercase()),
            format!("sha256={}", &HEX[..62]),
            format!("sha256={}", &HEX[..63]),
            format!("sha256={HEX}00"),
            format!("sha256={HEX},sha256={HEX}"),
            format!("sha256={flipped}"),
            format!("sha256={}", "é".repeat(32)),
        ] {
            let error = check(&header, BODY, &Secret::new(SECRET)).unwrap_err();
            assert!(matches!(error, WebhookError::Unsigned(_)), "{header:?}: {error}");
        }
    }

    #[test]
    fn covers_every_bit_of_the_body_and_the_secret() {
        let header = format!("sha256={HEX}");
        for bit in 0..BODY.len() * 8 {
            let mut body = BODY.to_vec();
            body[bit / 8] ^= 1 << (bit % 8);
            assert!(check(&header, &body, &Secret::new(SECRET)).is_err(), "bit {bit}");
        }
        assert!(check(&header, BODY, &Secret::new("It's a secret to everybody")).is_err());
    }

    #[test]
    fn an_empty_secret_verifies_nothing() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        mac.update(BODY);
        let header = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        assert!(matches!(check(&header, BODY, &Secret::new("")), Err(WebhookError::NoSecret)));
    }

    /// What a comparison that stops at the first difference gives away, no test can time reliably on a shared machine; that
    /// there is no such comparison, it can see. The MAC never leaves the crate that compares it.
    #[test]
    fn the_mac_is_compared_by_the_crate_that_made_it() {
        let (code, _) = include_str!("signature.rs").split_once("#[cfg(test)]").unwrap();
        assert_eq!(code.matches(".verify_slice(&claimed)").count(), 1);
        for early in
            ["finalize", "into_bytes", "as_bytes() ==", "== claimed", "claimed ==", "verify_truncated"]
        {
            assert!(!code.contains(early), "{early}");
        }
    }
}
