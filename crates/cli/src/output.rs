//! What reaches the terminal.

use std::io::{self, Write as _};

use anyhow::Context as _;
use serde::Serialize;

/// Prints to stdout. A reader that went away (`airlock … | head`) is no error.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    let printed = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write the results"),
    }
}

/// Prints one JSON document. Nothing in it moves a terminal's cursor.
pub(crate) fn print_json(document: &impl Serialize) -> anyhow::Result<()> {
    let json = serde_json::to_string_pretty(document).context("cannot write the results as JSON")?;
    print(&format!("{}\n", plain_json(&json)))
}

/// Tells of trouble, in one line on stderr. Nobody can be told that this failed.
pub(crate) fn complain(sentence: &str) {
    let _ = writeln!(io::stderr().lock(), "airlock: {}", shown(sentence));
}

/// Text from outside, in one line and without what would steer a terminal or reorder what is read.
pub(crate) fn shown(text: &str) -> String {
    text.chars().map(|c| if steers(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// Serde escapes the control characters of ASCII alone. In JSON only strings can hold any other.
fn plain_json(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && steers(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                plain.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Control characters, and the format characters of Unicode: invisible ones, and those that reverse the direction.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2Jb\nc\u{9b}31m\u{202e}d\u{e0041}é\u{7f}";

    #[test]
    fn outside_text_does_not_steer_the_terminal() {
        assert_eq!(shown(HOSTILE), r"a\u{1b}[2Jb\u{a}c\u{9b}31m\u{202e}d\u{e0041}é\u{7f}");
    }

    #[test]
    fn json_stays_the_same_document() {
        let document = serde_json::json!({ HOSTILE: [HOSTILE, "ä"] });
        let plain = plain_json(&serde_json::to_string_pretty(&document).unwrap());
        assert!(plain.chars().all(|c| c == '\n' || !steers(c)), "{plain:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&plain).unwrap(), document);
    }
}
