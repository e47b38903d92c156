use std::path::Path;

use domain::{Message, Notifier, PackageName};

/// The mails in an outbox.
pub(super) fn mails(outbox: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(outbox) else { return vec![] };
    let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

pub(super) async fn suite(notifier: &impl Notifier, delivered: impl Fn() -> Vec<String>) {
    assert!(delivered().is_empty());
    let message = |id: &str, package: Option<&str>, requester: &str| Message {
        id: id.to_owned(),
        subject: "[Airlock] approved: clean 1.0".to_owned(),
        body: format!("the body of {id}\n"),
        package: package.map(|name| PackageName::parse(name).unwrap()),
        verdict: "approved",
        requester: requester.to_owned(),
    };
    let whole = message("one", Some("clean"), "ada@example.invalid");
    notifier.deliver(&whole).await.unwrap();
    assert!(delivered().iter().any(|body| body.contains("the body of one")), "at least once");
    notifier.deliver(&whole).await.unwrap();
    let bare = message("two", None, "");
    notifier.deliver(&bare).await.unwrap();
    assert!(
        delivered().iter().any(|body| body.contains("the body of two")),
        "without package and requester too"
    );
}
