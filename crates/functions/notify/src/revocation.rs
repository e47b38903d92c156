use std::collections::BTreeSet;

use domain::{
    Error, Failure, Message, Notifier, PackageName, Requester, Result, RevocationNotice, RevokedName, Sha256,
    Store,
};

use crate::{
    RunOutcome,
    plain::{ascii, line},
    told,
};

const LONGEST_SUBJECT: usize = 99;
/// How many versions a message names.
const MOST_VERSIONS: usize = 50;

/// What is told of one name.
struct News<'a> {
    package: &'a PackageName,
    verdict: &'static str,
    body: String,
}

/// Tells everyone who asked for the package, by whatever name, and whoever revoked it, that it was taken back; or the
/// latter alone why it was not.
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
    let asked = &notice.input.source.package;
    let (Some(revocation), None) = (&notice.revocation, &notice.failure) else {
        let body = failed(asked, notice.failure.as_ref());
        let message = message(&notice, &id, by, News { package: asked, verdict: "failed", body });
        deliver(&message, &id, by, store, notifier).await?;
        return Ok(RunOutcome::Failed);
    };
    for name in revocation.names(asked) {
        let told_to: BTreeSet<&str> =
            name.requesters.iter().map(String::as_str).chain([by.as_str()]).collect();
        for requester in told_to {
            let news = News { package: &name.package, verdict: "revoked", body: revoked(&name, asked) };
            let message = message(&notice, &id, requester, news);
            deliver(&message, &id, requester, store, notifier).await?;
        }
    }
    Ok(RunOutcome::Completed)
}

/// Once.
async fn deliver(
    message: &Message,
    id: &str,
    requester: &str,
    store: &impl Store,
    notifier: &impl Notifier,
) -> Result<()> {
    let mark = told::mark(id, &Sha256::of(requester.as_bytes()).short(), message.body.as_bytes())?;
    told::once(&mark, store, || notifier.deliver(message)).await
}

fn message(notice: &RevocationNotice, id: &str, requester: &str, news: News<'_>) -> Message {
    let by = &notice.input.requested_by;
    let by = if by.email.is_empty() { &by.name } else { &by.email };
    let reason = &notice.input.source.reason;
    let News { package, verdict, body } = news;
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

/// Of the name itself, or of another than was asked for.
fn revoked(name: &RevokedName, asked: &PackageName) -> String {
    let RevokedName { package, versions, latest, .. } = name;
    let mut text = format!("{package} was revoked: it was approved once, and must not be used any more.\n");
    if package != asked {
        text.push_str(&format!("It has the bytes that were revoked as {asked}.\n"));
    }
    text.push('\n');
    for version in versions.iter().take(MOST_VERSIONS) {
        text.push_str(&format!("- version {}\n", line(version, 255)));
    }
    if let Some(more) = versions.len().checked_sub(MOST_VERSIONS).filter(|more| *more > 0) {
        text.push_str(&format!("- and {more} more\n"));
    }
    match latest {
        Some(latest) => text.push_str(&format!("\nLatest serves version {} now.\n", line(latest, 255))),
        None => text.push_str("\nNo approved version is left.\n"),
    }
    text.push_str(
        "Remove it where it is installed: nobody can install it again, and nothing was removed by Airlock.\n",
    );
    text
}

fn failed(package: &PackageName, failure: Option<&Failure>) -> String {
    let why = failure.map_or_else(|| "nothing was taken back".to_owned(), Failure::message);
    format!("{package} could not be revoked completely: {}\n\nStart the execution again.\n", line(&why, 1000))
}
