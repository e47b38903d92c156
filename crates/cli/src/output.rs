//! What reaches the terminal.

use std::io::{self, Write as _};

use anyhow::Context as _;
pub(crate) use domain::one_line as shown;
use domain::steers;
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

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2Jb\nc\u{9b}31m\u{202e}d\u{e0041}é\u{7f}\u{3164}";

    #[test]
    fn outside_text_does_not_steer_the_terminal() {
        assert_eq!(shown(HOSTILE), r"a\u{1b}[2Jb\u{a}c\u{9b}31m\u{202e}d\u{e0041}é\u{7f}\u{3164}");
        assert_eq!(shown("\u{1b}]8;;https://e.invalid\u{1b}\\x"), r"\u{1b}]8;;https://e.invalid\u{1b}\x");
        assert_eq!(shown("https://me:c4@b.invalid/a?sig=c4 failed"), "https://…@b.invalid/a?… failed");
    }

    #[test]
    fn json_stays_the_same_document() {
        let document = serde_json::json!({ HOSTILE: [HOSTILE, "ä"] });
        let plain = plain_json(&serde_json::to_string_pretty(&document).unwrap());
        assert!(plain.chars().all(|c| c == '\n' || !steers(c)), "{plain:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&plain).unwrap(), document);
    }
}
