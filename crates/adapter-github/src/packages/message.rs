//! What a commit of Airlock says: to people what was published, to a later run which bytes.

use domain::{Release, Sha256, one_line};

const PACKAGE: &str = "Airlock-Package";
const TAG: &str = "Airlock-Tag";
const SHA256: &str = "Airlock-SHA256";

/// The message of the commit that publishes a release.
pub(super) fn publishes(release: &Release, tag: &str) -> String {
    let mut message = format!("{} {}\n\n", release.package(), one_line(release.version()));
    let url = release.url().to_string();
    let mut trailer = |name: &str, value: &str| message += &format!("{name}: {}\n", one_line(value));
    trailer(PACKAGE, release.package().as_str());
    trailer(TAG, tag);
    trailer("Airlock-Source", &url);
    if let Some(commit) = release.commit() {
        trailer("Airlock-Upstream-Commit", commit.as_str());
    }
    trailer(SHA256, &release.sha256().to_string());
    if let Some(record) = release.record() {
        trailer("Airlock-Decision", record.as_str());
    }
    message
}

/// The message of the commit that brings back the version of `latest`, or nothing at all, after `version` was revoked.
pub(super) fn reverts(package: &str, version: &str, latest: Option<&str>) -> String {
    let tag = latest.map_or_else(String::new, |tag| format!("{TAG}: {tag}\n"));
    format!("Revoke {}\n\n{PACKAGE}: {package}\n{tag}", one_line(version))
}

/// The package that Airlock publishes in the commit's repository.
pub(super) fn package(message: &str) -> Option<&str> {
    trailer(message, PACKAGE)
}

/// The tag of the version whose files the commit has.
pub(super) fn tag(message: &str) -> Option<&str> {
    trailer(message, TAG)
}

/// The digest of the archive whose files the commit has.
pub(super) fn sha256(message: &str) -> Option<Sha256> {
    Sha256::parse(trailer(message, SHA256)?).ok()
}

/// A trailer of the last paragraph; `None` where it is missing or there twice.
fn trailer<'m>(message: &'m str, name: &str) -> Option<&'m str> {
    let last = message.trim_end().rsplit("\n\n").next()?;
    let mut values = last.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    values.next().filter(|_| values.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_trailers_of_the_last_paragraph_only() {
        let digest = Sha256::of(b"x");
        let message = format!("a 1\n\nAirlock-Tag: 0\n\nAirlock-Tag: 1\nAirlock-SHA256: {digest}\n");
        assert_eq!(tag(&message), Some("1"));
        assert_eq!(sha256(message.trim_end()), Some(digest));
        assert_eq!(tag(&reverts("a", "2", Some("1"))), Some("1"));
        assert_eq!(tag(&reverts("a", "2\n\nAirlock-Tag: 9", None)), None);
        assert_eq!(package(&reverts("a", "2\n\nAirlock-Package: b", None)), Some("a"));
        for none in
            ["", "a", "Airlock-SHA256: 00", "x\n\nAirlock-Tag: 1\nAirlock-Tag: 2", "x\n\nAirlock-Tag:1"]
        {
            assert_eq!((tag(none), sha256(none)), (None, None), "{none:?}");
        }
    }
}
