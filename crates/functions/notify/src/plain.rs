//! Text from outside, made unable to forge a line, a link or a terminal escape.

/// One line of `text`: control, bidirectional and invisible characters are written as escapes, links are defanged, and
/// what is longer than `most` characters is cut.
pub(crate) fn line(text: &str, most: usize) -> String {
    let mut plain = String::new();
    for c in text.chars().take(most) {
        if c == ' ' || (!c.is_control() && !c.is_whitespace() && !is_invisible(c)) {
            plain.push(c);
        } else {
            plain.extend(c.escape_unicode());
        }
    }
    if text.chars().nth(most).is_some() {
        plain.push('…');
    }
    defang(&plain)
}

/// The same in ASCII, for subjects and attributes.
pub(crate) fn ascii(text: &str, most: usize) -> String {
    let safe = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    text.chars().map(safe).take(most).collect()
}

/// `http://host` becomes `hxxp://host`, which no mail program makes a link of.
fn defang(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let scheme = rest[..at].rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |i| i + 1);
        // `rfind` gives the start of a character, which may be longer than one byte.
        let scheme = (scheme..=at).find(|&i| rest.is_char_boundary(i)).unwrap_or(at);
        plain.push_str(&rest[..scheme]);
        plain.push_str(&rest[scheme..at].to_ascii_lowercase().replace('t', "x"));
        plain.push_str("://");
        rest = &rest[at + 3..];
    }
    plain.push_str(rest);
    plain.replace("www.", "www[.]")
}

/// Zero-width, bidirectional and other format characters (Unicode TR 36, CVE-2021-42574).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_cannot_forge_a_line_a_link_or_an_escape() {
        assert_eq!(line("a\nVerdict: approved", 99), "a\\u{a}Verdict: approved");
        assert_eq!(
            line("see https://evil.invalid/x or HTTP://e", 99),
            "see hxxps://evil.invalid/x or hxxp://e"
        );
        assert_eq!(line("é://x", 99), "é://x");
        assert_eq!(line("\u{1b}[2Jx\u{202e}y", 99), "\\u{1b}[2Jx\\u{202e}y");
        assert_eq!(line("abcdef", 3), "abc…");
        assert_eq!(ascii("a\r\nBcc: é", 99), "a??Bcc: ?");
    }

    proptest! {
        #[test]
        fn a_line_is_one_line_without_links(text in "(\\PC|[\\x00-\\x1f]|https?://|HTTP://){0,40}") {
            let plain = line(&text, 200);
            prop_assert!(!plain.chars().any(char::is_control));
            prop_assert!(!plain.to_ascii_lowercase().contains("http://") && !plain.contains("https://"));
        }

        #[test]
        fn ascii_has_no_control_characters(text in "\\PC{0,40}|[\\x00-\\xff]{0,200}") {
            let plain = ascii(&text, 99);
            prop_assert!(plain.len() <= 99 && plain.bytes().all(|b| (0x20..0x7f).contains(&b)));
        }
    }
}
