//! Text from outside, made fit for a line that people read: of a log, a mail, a status, a terminal.

/// Whether a character steers what shows it: it starts a line or a terminal escape, reorders what is read, or is not to be
/// seen (Unicode TR 36, CVE-2021-42574).
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text in one line: what [`steers`] is written as Rust writes it, and of every address in it the user, the password,
/// the query and the fragment are left out, since each may be a secret (a presigned URL's signature is its query).
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            line.extend(c.escape_unicode());
        } else {
            line.push(c);
        }
    }
    redacted(&line)
}

/// `scheme://user:password@host/path?query#fragment` becomes `scheme://…@host/path?…`.
fn redacted(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (scheme, after) = rest.split_at(at + 3);
        let (address, more) = after.split_at(after.find(ends_address).unwrap_or(after.len()));
        shown.push_str(scheme);
        shown.push_str(&without_secrets(address));
        rest = more;
    }
    shown.push_str(rest);
    shown
}

/// No address holds these as they are (RFC 3986); what encloses one in a sentence is among them.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '{' | '}' | '|' | '\\' | '^')
}

fn without_secrets(address: &str) -> String {
    let (place, hidden) = match address.find(['?', '#']) {
        Some(at) => (&address[..at], format!("{}…", &address[at..=at])),
        None => (address, String::new()),
    };
    let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}{path}{hidden}"),
        None => format!("{authority}{path}{hidden}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_steers_is_written_out() {
        assert_eq!(
            one_line("a\r\nb\u{2028}c\u{85}d\u{1b}]8;;x\u{7}e\u{9b}2Jf\u{202e}g\u{200b}h\ti\u{7f}\0"),
            r"a\u{d}\u{a}b\u{2028}c\u{85}d\u{1b}]8;;x\u{7}e\u{9b}2Jf\u{202e}g\u{200b}h\u{9}i\u{7f}\u{0}"
        );
        assert_eq!(one_line("zażółć 日本 🚀 — “é”"), "zażółć 日本 🚀 — “é”");
    }

    #[test]
    fn an_address_keeps_no_secret() {
        for (text, shown) in [
            (
                "GET https://b.invalid/a.zip?X-Amz-Signature=c4&x=1 failed",
                "GET https://b.invalid/a.zip?… failed",
            ),
            ("(https://u:c4@b.invalid:8443/a?t=c4)", "(https://…@b.invalid:8443/a?…"),
            ("error for url (https://b.invalid/?c4): closed", "error for url (https://b.invalid/?… closed"),
            (
                "\"https://b.invalid/#c4\" and ssh://git:c4@b.invalid/a@b",
                "\"https://b.invalid/#…\" and ssh://…@b.invalid/a@b",
            ),
            ("https://h.invalid/?u=https://i.invalid/?c4", "https://h.invalid/?…"),
            ("https://plain.invalid/a.zip: not found?", "https://plain.invalid/a.zip: not found?"),
            ("://", "://"),
        ] {
            assert_eq!(one_line(text), shown, "{text}");
            assert!(!one_line(text).contains("c4"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_one_line_that_steers_nothing_and_stays_itself(text in "\\PC{0,40}|[\\x00-\\u{2fff}]{0,40}") {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(steers), "{:?}", line);
            prop_assert_eq!(one_line(&line), line);
        }

        #[test]
        fn any_address_loses_its_query_and_its_user(
            before in "\\PC{0,10}",
            host in "[a-z.]{1,8}",
            path in "(/[a-z?#@:]{0,4}){0,2}",
            after in "( \\PC{0,10})?",
        ) {
            let line = one_line(&format!("{before}https://me:canary@{host}{path}?sig=canary{after}"));
            prop_assert!(!line.contains("canary"), "{}", line);
        }
    }
}
