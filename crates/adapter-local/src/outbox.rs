use std::path::PathBuf;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{Error, Message, Notifier, Result, Sha256, Store as _, StoreKey, Timestamp};

use crate::Folder;

/// The longest line that a mail may have, without its end (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// Delivers into a folder: `<message id>.eml`, a mail (RFC 5322) that any mail program opens. A message that was
/// delivered before is left as it is.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: Folder,
    date: Option<Timestamp>,
}

impl Outbox {
    /// The folder need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { folder: Folder::new(root), date: None }
    }

    /// The same outbox, with a `Date` on every mail.
    #[must_use]
    pub fn dated(self, date: Timestamp) -> Self {
        Self { date: Some(date), ..self }
    }
}

impl Notifier for Outbox {
    async fn deliver(&self, message: &Message) -> Result<()> {
        let id = message_id(&message.id);
        let key = StoreKey::parse(&format!("{id}.eml"))
            .map_err(|cause| Error::rejected(format!("message {id} has no file name")).because(cause))?;
        let mail = mail(message, &id, self.date);
        self.folder.put_if_absent(&key, mail.into_bytes().into()).await.map(|_| ())
    }
}

/// The id where it can be a file's name, else its digest.
fn message_id(id: &str) -> String {
    let plain = id.len() <= 120
        && id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !id.contains('/')
        && StoreKey::parse(id).is_ok();
    if plain { id.to_owned() } else { Sha256::of(id.as_bytes()).to_string() }
}

fn mail(message: &Message, id: &str, date: Option<Timestamp>) -> String {
    let (encoding, body) = encode(&message.body);
    let package = message.package.as_ref().map(|package| ("X-Airlock-Package", package.to_string()));
    let date = date.map(|date| ("Date", date.for_mail()));
    let always = [
        ("From", "Airlock <airlock@airlock.invalid>".to_owned()),
        ("To", recipient(&message.requester)),
        ("Subject", one_line(&message.subject, 99)),
        ("Message-ID", format!("<{id}@airlock.invalid>")),
        ("X-Airlock-Verdict", message.verdict.to_owned()),
        ("MIME-Version", "1.0".to_owned()),
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Content-Transfer-Encoding", encoding.to_owned()),
    ];
    let headers = date.into_iter().chain(package).chain(always);
    let head: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{head}\r\n{body}")
}

/// A requester is text from a request file: it must be neither a second header nor a second recipient.
fn recipient(requester: &str) -> String {
    let address = |text: &str| {
        let safe = |b: u8| b.is_ascii_alphanumeric() || b"._%+-@".contains(&b);
        text.len() <= 254
            && text.bytes().all(safe)
            && text
                .split_once('@')
                .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
    };
    match requester.trim() {
        "" => "undisclosed-recipients:;".to_owned(),
        plain if address(plain) => plain.to_owned(),
        other => {
            format!("\"{}\" <requester@airlock.invalid>", one_line(other, 100).replace(['"', '\\'], "?"))
        }
    }
}

/// Printable ASCII in one line, whatever the text holds.
fn one_line(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}

/// Readable as it is where the mail format allows it.
fn encode(body: &str) -> (&'static str, String) {
    if body.lines().all(|line| line.len() <= LONGEST_LINE && !line.contains(['\r', '\0'])) {
        return ("8bit", body.lines().map(|line| format!("{line}\r\n")).collect());
    }
    let encoded = STANDARD.encode(body);
    let lines = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy);
    ("base64", lines.map(|line| format!("{line}\r\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PackageName;

    fn message() -> Message {
        Message {
            id: "langchain-0123".into(),
            subject: "approved: langchain".into(),
            body: "Install it with\n  aws codeartifact …\n".into(),
            package: Some(PackageName::parse("langchain").unwrap()),
            verdict: "approved",
            requester: "jane@example.invalid".into(),
        }
    }

    fn written(message: &Message) -> String {
        mail(message, &message_id(&message.id), None)
    }

    #[test]
    fn a_mail_as_people_read_it() {
        let date = Timestamp::from_millis(1_795_456_324_005);
        let mail = mail(&message(), "langchain-0123", Some(date)).replace("\r\n", "\n");
        insta::assert_snapshot!(mail, @r"
        Date: Mon, 23 Nov 2026 17:52:04 +0000
        X-Airlock-Package: langchain
        From: Airlock <airlock@airlock.invalid>
        To: jane@example.invalid
        Subject: approved: langchain
        Message-ID: <langchain-0123@airlock.invalid>
        X-Airlock-Verdict: approved
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Install it with
          aws codeartifact …
        ");
    }

    #[test]
    fn text_forges_no_header_and_no_recipient() {
        let hostile = "x\r\nBcc: thief@example.invalid\r\n\r\n<script> \u{202e}\u{1b}[31m";
        let honest = written(&message()).split("\r\n\r\n").next().unwrap().lines().count();
        for requester in [hostile, "a@example.invalid, thief@example.invalid", "a\" <thief@example.invalid>"]
        {
            let forged = Message {
                subject: hostile.into(),
                requester: requester.into(),
                id: hostile.into(),
                ..message()
            };
            let mail = written(&forged);
            let (head, body) = mail.split_once("\r\n\r\n").unwrap();
            assert_eq!(head.lines().count(), honest, "{head}");
            assert!(
                head.lines().all(|line| line.bytes().all(|b| b.is_ascii_graphic() || b == b' ')),
                "{head}"
            );
            let to = head.lines().find_map(|line| line.strip_prefix("To: ")).unwrap();
            assert!(to.ends_with("\" <requester@airlock.invalid>") && to.matches('"').count() == 2, "{to}");
            assert!(body.starts_with("Install"), "{body}");
        }
        assert!(
            written(&Message { requester: String::new(), ..message() })
                .contains("To: undisclosed-recipients:;")
        );
    }

    #[test]
    fn a_line_that_no_mail_may_have_is_encoded() {
        let long = "é".repeat(2000);
        let mail = written(&Message { body: long.clone(), ..message() });
        assert!(mail.lines().all(|line| line.len() <= LONGEST_LINE));
        let body: String = mail.split_once("\r\n\r\n").unwrap().1.lines().collect();
        assert_eq!(STANDARD.decode(body).unwrap(), long.as_bytes());
    }

    #[tokio::test]
    async fn a_second_delivery_changes_nothing() {
        let root = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(root.path().join("outbox"));
        outbox.deliver(&message()).await.unwrap();
        let path = root.path().join("outbox/langchain-0123.eml");
        let first = std::fs::read_to_string(&path).unwrap();
        let later = outbox.clone().dated(Timestamp::from_millis(0));
        later.deliver(&Message { body: "other".into(), ..message() }).await.unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
        outbox.deliver(&Message { id: "../../etc".into(), ..message() }).await.unwrap();
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1, "nothing is written outside");
    }
}
