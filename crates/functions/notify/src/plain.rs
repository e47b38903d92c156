//! Text from outside, made unable to forge a line, a link or a terminal escape.

use domain::one_line;

/// What a dot is in a name of a host (RFC 3490, 3.1).
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];
/// Files that findings name. As the last part of a host's name most of these do not exist.
const FILES: [&str; 26] = [
    "cfg", "cjs", "crate", "csv", "dll", "exe", "gz", "html", "jar", "js", "json", "md", "mjs", "pth", "py",
    "pyc", "rs", "sh", "so", "tgz", "toml", "ts", "txt", "whl", "yaml", "zip",
];

/// [`one_line`] of `text`, without a link, cut where it is longer than `most` characters.
pub(crate) fn line(text: &str, most: usize) -> String {
    let plain = defang(&one_line(text));
    match plain.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

/// The same in ASCII, for subjects and attributes.
pub(crate) fn ascii(text: &str, most: usize) -> String {
    let safe = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    text.chars().map(safe).take(most).collect()
}

/// `http://host.example` becomes `hxxp://host[.]example`, of which no mail program makes a link; so do names that only look
/// like a host's. Markup stays as it is: a mail is plain text, and what a chat made a link of is no address any more.
fn defang(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let (name, after) = rest.split_at(rest.find(|c| !in_name(c)).unwrap_or(rest.len()));
        if let Some(address) = after.strip_prefix("://") {
            plain.push_str(&scheme(name));
            rest = address;
        } else if name.is_empty() {
            plain.push(next);
            rest = &rest[next.len_utf8()..];
        } else {
            let addressed = plain.ends_with("//") || plain.ends_with('@');
            plain.push_str(&if addressed || is_host(name, after) {
                name.replace(DOTS, "[.]")
            } else {
                name.into()
            });
            rest = after;
        }
    }
    plain
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_') || DOTS.contains(&c)
}

/// What precedes `://` may be the end of any word.
fn scheme(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "http" => "hxxp://".to_owned(),
        "https" => "hxxps://".to_owned(),
        other => format!("{}[:]//", other.replace(DOTS, "[.]")),
    }
}

/// Whether a mail program could take `name`, or a part of it, for a host's. A file's name it could, too, but people are to
/// recognise those.
fn is_host(name: &str, after: &str) -> bool {
    let mut labels = name.trim_end_matches(DOTS).split(DOTS);
    let web = labels.next().is_some_and(|first| first.eq_ignore_ascii_case("www"));
    let file =
        labels.clone().next_back().is_some_and(|last| FILES.contains(&last)) && !after.starts_with('/');
    // A version's parts start with digits, a top-level domain never does.
    let top_level = |label: &str| label.starts_with(char::is_alphabetic) && label.chars().nth(1).is_some();
    web || (!file && labels.any(top_level))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_cannot_forge_a_line_a_link_or_an_escape() {
        for (text, plain) in [
            ("a\nVerdict: approved", r"a\u{a}Verdict: approved"),
            ("a\r\n\tb\u{2028}c\u{85}d\0", r"a\u{d}\u{a}\u{9}b\u{2028}c\u{85}d\u{0}"),
            ("\u{1b}[2Jx\u{202e}y\u{200b}z\u{9b}m", r"\u{1b}[2Jx\u{202e}y\u{200b}z\u{9b}m"),
            ("\u{1b}]8;;https://e.invalid\u{1b}\\here", r"\u{1b}]8;;hxxps://e[.]invalid\u{1b}\here"),
            (
                "see https://evil.invalid/x.y or HTTP://e.f:1",
                "see hxxps://evil[.]invalid/x.y or hxxp://e[.]f:1",
            ),
            ("https://evil.invalid/?sig=canary", "hxxps://evil[.]invalid/?…"),
            ("http://10.0.0.1/a", "hxxp://10[.]0[.]0[.]1/a"),
            ("https://e.invalid@f.invalid/", "hxxps://…@f[.]invalid/"),
            (
                "WWW.evil.invalid, evil.invalid/login.html.",
                "WWW[.]evil[.]invalid, evil[.]invalid/login.html.",
            ),
            ("mail a@evil.invalid, //evil.invalid", "mail a@evil[.]invalid, //evil[.]invalid"),
            (
                "[ok](evil.invalid) <a href=\"evil.invalid\">",
                "[ok](evil[.]invalid) <a href=\"evil[.]invalid\">",
            ),
            ("<https://evil.invalid|ok>", "<hxxps://evil[.]invalid|ok>"),
            ("ssh://e.invalid ftp://e.invalid", "ssh[:]//e[.]invalid ftp[:]//e[.]invalid"),
            ("evil\u{3002}invalid evil.xn--p1ai x.py/", "evil[.]invalid evil[.]xn--p1ai x[.]py/"),
            ("www.x.py evil.invalid.- a.tar.gz", "www[.]x[.]py evil[.]invalid[.]- a.tar.gz"),
            ("pkg-1.0/src/setup.py:3, e.g. 1.2.3b1 in a.b", "pkg-1.0/src/setup.py:3, e.g. 1.2.3b1 in a.b"),
            ("é://x evil.invalidhttps://x", "é[:]//x evil[.]invalidhttps[:]//x"),
            ("abcdef", "abcdef"),
        ] {
            assert_eq!(line(text, 99), plain, "{text:?}");
        }
        assert_eq!(line("abcdef", 3), "abc…");
        assert_eq!(line("https://me:canary@e.invalid", 15), "hxxps://…@e[.]i…");
        assert_eq!(line("\u{202e}\u{202e}", 9), r"\u{202e}\…");
        assert_eq!(ascii("a\r\nBcc: é", 99), "a??Bcc: ?");
    }

    proptest! {
        #[test]
        fn a_line_is_one_line_of_its_length(text in "(\\PC|[\\x00-\\u{2fff}]){0,40}", most in 0..60_usize) {
            let plain = line(&text, most);
            prop_assert!(!plain.chars().any(domain::steers), "{:?}", plain);
            prop_assert!(plain.chars().count() <= most + 1);
        }

        #[test]
        fn no_address_stays_one(
            before in "(\\PC{0,8}[ (<\\[\"'=,;@/])?",
            scheme in "([a-zA-Z]{1,6}://|//|mailto:)?",
            host in "[a-z0-9-]{1,8}(\\.[a-z0-9-]{1,4})?\\.(com|invalid|example|xn--p1ai)",
            after in "([:/ )>|\\]\"',;?#]\\PC{0,8})?",
        ) {
            let plain = line(&format!("{before}{scheme}{host}{after}"), 999);
            prop_assert!(!plain.contains(&host), "{}", plain);
            for (at, _) in plain.match_indices("://") {
                prop_assert!(plain[..at].ends_with("hxxp") || plain[..at].ends_with("hxxps"), "{}", plain);
            }
        }

        #[test]
        fn ascii_has_no_control_characters(text in "\\PC{0,40}|[\\x00-\\xff]{0,200}") {
            let plain = ascii(&text, 99);
            prop_assert!(plain.len() <= 99 && plain.bytes().all(|b| (0x20..0x7f).contains(&b)));
        }
    }
}
