use std::collections::BTreeSet;

use domain::{
    Error, Failure, Message, Notifier, Requester, Result, Revocation, RevocationNotice, Sha256, Store,
};

use crate::{
    RunOutcome,
    plain::{ascii, line},
    told,
};

const LONGEST_SUBJECT: usize = 99;
/// How many versions a message names.
const MOST_VERSIONS: usize = 50;

/// Tells everyone who asked for the package, and whoever revoked it, that it was taken back; or the latter alone why it
/// was not.
pub(crate) async fn tell(
    notice: RevocationNotice,
    store: &impl Store,
    notifier: &impl Notifier,
) -> Result<RunOutcome> {
    let asked = serde_json::to_vec(&notice.input)
        .map_err(|e| Error::rejected("cannot write the revocation as JSON").because(e))?;
    let id = format!("revocation-{:.32}", Sha256::of(&asked).to_string());
    let Requester { name, email } = &notice.input.requested_by;
    let by = if email.is_empty() { name } else { email };
    let (mut told_to, outcome) = match (&notice.revocation, &notice.failure) {
        (Some(revocation), None) => {
            (revocation.requesters.iter().map(String::as_str).collect(), RunOutcome::Completed)
        }
        _ => (BTreeSet::new(), RunOutcome::Failed),
    };
    told_to.insert(by.as_str());
    for requester in told_to {
        let message = message(&notice, &id, requester);
        let mark = told::mark(&id, &Sha256::of(requester.as_bytes()).short(), message.body.as_bytes())?;
        told::once(&mark, store, || notifier.deliver(&message)).await?;
    }
    Ok(outcome)
}

fn message(notice: &RevocationNotice, id: &str, requester: &str) -> Message {
    let package = &notice.input.source.package;
    let by = &notice.input.requested_by;
    let by = if by.email.is_empty() { &by.name } else { &by.email };
    let reason = &notice.input.source.reason;
    let (verdict, body) = match (&notice.revocation, &notice.failure) {
        (Some(revocation), None) => ("revoked", revoked(package.as_str(), revocation)),
        (_, failure) => ("failed", failed(package.as_str(), failure.as_ref())),
    };
    let body = format!("{body}\nRevoked by: {}\nReason:     {}\n", line(by, 254), line(reason, 1000));
    Message {
        id: format!(
            "{id}-{}-{}",
            Sha256::of(requester.as_bytes()).short(),
            Sha256::of(body.as_bytes()).short()
        ),
        subject: ascii(&format!("[Airlock] {verdict}: {package}"), LONGEST_SUBJECT),
        body,
        package: Some(package.clone()),
        verdict,
        requester: ascii(requester, 254),
    }
}

fn revoked(package: &str, revocation: &Revocation) -> String {
    let mut text = format!("{package} was revoked: it was approved once, and must not be used any more.\n\n");
    for version in revocation.versions.iter().take(MOST_VERSIONS) {
        text.push_str(&format!("- version {}\n", line(version, 255)));
    }
    if let Some(more) = revocation.versions.len().checked_sub(MOST_VERSIONS).filter(|more| *more > 0) {
        text.push_str(&format!("- and {more} more\n"));
    }
    match &revocation.latest {
        Some(latest) => text.push_str(&format!("\nLatest serves version {} now.\n", line(latest, 255))),
        None => text.push_str("\nNo approved version is left.\n"),
    }
    text.push_str(
        "Remove it where it is installed: nobody can install it again, and nothing was removed by Airlock.\n",
    );
    text
}

fn failed(package: &str, failure: Option<&Failure>) -> String {
    let why = failure.map_or_else(|| "nothing was taken back".to_owned(), Failure::message);
    format!("{package} could not be revoked completely: {}\n\nStart the execution again.\n", line(&why, 1000))
}
