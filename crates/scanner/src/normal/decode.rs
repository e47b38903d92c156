//! Bytes as the text that the language reads: byte order marks, UTF-16 and UTF-32, declared encodings, NUL, line ends.

mod declared;

use super::{Language, Unnormal};

/// A source as text with line feeds as its only line ends.
pub(super) struct Decoded {
    /// the text
    pub(super) text: String,
    /// the lines, from 0 and in order, that end where the source has no line feed
    pub(super) added_lines: Vec<usize>,
}

/// The text of a source.
pub(super) fn decode(language: Language, bytes: &[u8]) -> Result<Decoded, Unnormal> {
    let text = match marked(bytes) {
        Some(text) => text,
        None if language == Language::Python => declared::decode(bytes)?,
        None => String::from_utf8_lossy(bytes).into_owned(),
    };
    let mut text = text;
    if text.starts_with('\u{feff}') {
        text = text.trim_start_matches('\u{feff}').to_owned();
    }
    if text.contains('\0') {
        text = text.replace('\0', " ");
    }
    if !text.contains('\r') {
        return Ok(Decoded { text, added_lines: Vec::new() });
    }
    // an encoding with escapes may bring line ends that are not in the bytes: only those of the bytes are counted
    Ok(with_line_feeds(&text))
}

/// The text of a source that says by its first bytes, or by NUL at every other place, that it is UTF-8, -16 or -32.
fn marked(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], is_little: bool| {
        let unit = |pair: &[u8]| match is_little {
            true => u16::from_le_bytes([pair[0], pair[1]]),
            false => u16::from_be_bytes([pair[0], pair[1]]),
        };
        let units: Vec<u16> = bytes.chunks_exact(2).map(unit).collect();
        String::from_utf16_lossy(&units)
    };
    let widest = |bytes: &[u8], is_little: bool| {
        let code = |four: &[u8]| match is_little {
            true => u32::from_le_bytes([four[0], four[1], four[2], four[3]]),
            false => u32::from_be_bytes([four[0], four[1], four[2], four[3]]),
        };
        bytes.chunks_exact(4).map(|four| char::from_u32(code(four)).unwrap_or('\u{fffd}')).collect()
    };
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => Some(widest(rest, true)),
        [0, 0, 0xfe, 0xff, rest @ ..] => Some(widest(rest, false)),
        [0xff, 0xfe, rest @ ..] => Some(wide(rest, true)),
        [0xfe, 0xff, rest @ ..] => Some(wide(rest, false)),
        [0xef, 0xbb, 0xbf, rest @ ..] => Some(String::from_utf8_lossy(rest).into_owned()),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(wide(bytes, true)),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(wide(bytes, false)),
        _ => None,
    }
}

/// Makes line feeds of carriage returns, at which Python and JavaScript end a comment but the grammars do not.
fn with_line_feeds(source: &str) -> Decoded {
    let mut text = String::with_capacity(source.len());
    let mut added_lines = Vec::new();
    let mut row = 0;
    let mut letters = source.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => {
                added_lines.push(row);
                row += 1;
                text.push('\n');
            }
            letter => {
                row += usize::from(letter == '\n');
                text.push(letter);
            }
        }
    }
    Decoded { text, added_lines }
}

/// The text with the lines joined that [`decode`] split, so that line numbers are those of the source.
pub(super) fn without_added_lines(text: String, added_lines: &[usize]) -> String {
    if added_lines.is_empty() {
        return text;
    }
    let mut added = added_lines.iter().copied().peekable();
    let mut joined = String::with_capacity(text.len());
    for (row, line) in text.split_inclusive('\n').enumerate() {
        if added.next_if_eq(&row).is_some() {
            joined.push_str(line.trim_end_matches('\n'));
            joined.push_str("; ");
        } else {
            joined.push_str(line);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, Unnormal> {
        decode(Language::Python, bytes).map(|decoded| decoded.text)
    }

    #[test]
    fn every_encoding_that_python_reads_becomes_utf_8() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let cases: &[(&[u8], &str)] = &[
            (b"\xef\xbb\xbfexec(x)", "exec(x)"),
            (&[&[0xff, 0xfe][..], &wide("exec(x)")].concat(), "exec(x)"),
            (&wide("exec(x)"), "exec(x)"),
            (b"\x00\x00\xfe\xff\x00\x00\x00e", "e"),
            (b"# coding: latin-1\n'\xe9'", "# coding: latin-1\n'é'"),
            (b"#!/x\n# -*- coding: utf_7 -*-\n+AGU-xec(x)", "#!/x\n# -*- coding: utf_7 -*-\nexec(x)"),
            (b"# coding=unicode_escape\n\\x65xec(x)", "# coding=unicode_escape\nexec(x)"),
            (b"# coding: rot13\nrkrp(k)", "# coding: rot13\nexec(x)"),
            (b"# coding: shift_jis\n'\x83\x5c'", "# coding: shift_jis\n'\u{fffd}'"),
            (b"a\x00b", "a b"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(text(bytes).as_deref(), Ok(*expected));
        }
    }

    #[test]
    fn unknown_encodings_are_refused() {
        assert_eq!(text(b"# coding: hex\n6578"), Err(Unnormal::Undecodable));
        assert_eq!(text(b"\n# vim: fileencoding=zip\n"), Err(Unnormal::Undecodable));
        assert!(text(b"x\ny\n# coding: hex\n").is_ok(), "only the first two lines declare");
        assert!(text(b"x = 1\n# coding: hex\n").is_ok(), "the first line must be blank or a comment");
    }

    #[test]
    fn lone_carriage_returns_end_lines_and_keep_numbers() {
        let decoded = decode(Language::Python, b"# a\rexec(x)\r\nb\n").ok();
        let decoded = decoded
            .map(|decoded| (without_added_lines(decoded.text.clone(), &decoded.added_lines), decoded.text));
        assert_eq!(decoded, Some(("# a; exec(x)\nb\n".to_owned(), "# a\nexec(x)\nb\n".to_owned())));
    }
}
