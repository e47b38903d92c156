//! String and number literals, read and written.

use super::value::Value;

/// The bytes or the text that a Python string literal without interpolation stands for.
pub(super) fn python_string<'t>(source: &str) -> Option<Value<'t>> {
    let quote_at = source.find(['\'', '"'])?;
    let prefix = source.get(..quote_at)?.to_ascii_lowercase();
    let quoted = source.get(quote_at..)?;
    let quotes = if quoted.starts_with("'''") || quoted.starts_with("\"\"\"") { 3 } else { 1 };
    let content = quoted.get(quotes..quoted.len().checked_sub(quotes)?)?;
    let is_bytes = prefix.contains('b');
    let text = if prefix.contains('r') || !content.contains('\\') {
        content.to_owned()
    } else {
        unescape(content, if is_bytes { Escapes::PythonBytes } else { Escapes::PythonText })?
    };
    match is_bytes {
        true => text
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).ok())
            .collect::<Option<_>>()
            .map(Value::bytes),
        false => Some(Value::text(text)),
    }
}

/// The text that a JavaScript string literal stands for.
pub(super) fn javascript_string<'t>(source: &str) -> Option<Value<'t>> {
    let content = source.get(1..source.len().checked_sub(1)?)?;
    unescape(content, Escapes::JavaScript).map(Value::text)
}

/// The kinds of escapes in a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// `\N{…}`, `\u…`, `\U…`, octal, `\x…`; unknown escapes keep their backslash
    PythonText,
    /// octal and `\x…`
    PythonBytes,
    /// `\u{…}`, `\u…`, octal, `\x…`; unknown escapes lose their backslash
    JavaScript,
}

/// The text without its escapes; `None` if one of them is malformed or half of a surrogate pair.
pub(super) fn unescape(content: &str, escapes: Escapes) -> Option<String> {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        text.push_str(rest.get(..at)?);
        let (letter, length) = escape(rest.get(at + 1..)?, escapes)?;
        match letter {
            Escaped::Letter(letter) => text.push(letter),
            Escaped::Nothing => {}
            Escaped::Unknown => {
                if escapes != Escapes::JavaScript {
                    text.push('\\');
                }
                text.push_str(rest.get(at + 1..at + 1 + length)?);
            }
        }
        rest = rest.get(at + 1 + length..)?;
    }
    text.push_str(rest);
    Some(text)
}

enum Escaped {
    Letter(char),
    Nothing,
    Unknown,
}

/// What an escape stands for, and how many bytes it takes after its backslash.
fn escape(rest: &str, escapes: Escapes) -> Option<(Escaped, usize)> {
    let first = rest.chars().next()?;
    let simple = |letter| Some((Escaped::Letter(letter), 1));
    match first {
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'v' => simple('\u{b}'),
        'a' if escapes != Escapes::JavaScript => simple('\u{7}'),
        '\\' | '\'' | '"' => simple(first),
        '\r' if rest.starts_with("\r\n") => Some((Escaped::Nothing, 2)),
        '\n' | '\r' => Some((Escaped::Nothing, 1)),
        '0'..='7' => {
            let digits = rest.bytes().take(3).take_while(|digit| (b'0'..=b'7').contains(digit)).count();
            Some((Escaped::Letter(number(rest, 0, digits, 8)?), digits))
        }
        'x' => Some((Escaped::Letter(number(rest, 1, 2, 16)?), 3)),
        'u' if escapes == Escapes::JavaScript && rest.starts_with("u{") => {
            let digits = rest.find('}')? - 2;
            Some((Escaped::Letter(number(rest, 2, digits, 16)?), digits + 3))
        }
        'u' if escapes != Escapes::PythonBytes => utf16(rest),
        'U' if escapes == Escapes::PythonText => Some((Escaped::Letter(number(rest, 1, 8, 16)?), 9)),
        _ => Some((Escaped::Unknown, first.len_utf8())),
    }
}

fn number(rest: &str, from: usize, digits: usize, radix: u32) -> Option<char> {
    let digits = rest.get(from..from + digits)?;
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}

/// `\uXXXX`, or the two of a surrogate pair.
fn utf16(rest: &str) -> Option<(Escaped, usize)> {
    let unit = |from: usize| u16::from_str_radix(rest.get(from..from + 4)?, 16).ok();
    let high = unit(1)?;
    if let Some(letter) = char::from_u32(u32::from(high)) {
        return Some((Escaped::Letter(letter), 5));
    }
    let low = (rest.get(5..7)? == "\\u").then(|| unit(7)).flatten()?;
    let letter = char::decode_utf16([high, low]).next()?.ok()?;
    Some((Escaped::Letter(letter), 11))
}

/// The value of an integer literal of either language; `None` for what is not a 64-bit integer.
pub(super) fn integer(source: &str) -> Option<i64> {
    let digits = source.replace('_', "").to_ascii_lowercase();
    let digits = digits.trim_end_matches(['l', 'n']);
    let radix = match digits.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 10,
    };
    let digits = if radix == 10 { digits } else { digits.get(2..)? };
    i64::from_str_radix(digits, radix).ok()
}

/// A constant as a literal in one fixed style: single quotes, unless that would need escapes; one line.
pub(super) fn written(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(written_plainly(text).unwrap_or_else(|| quoted(text.chars()))),
        Value::Bytes(bytes) => Some(format!(
            "b{}",
            quoted(bytes.iter().map(|byte| match byte {
                0x80.. => char::from_u32(0xE000 + u32::from(*byte)).unwrap_or(' '),
                _ => char::from(*byte),
            }))
        )),
        Value::Name(name) => Some(name.to_string()),
        Value::Int(int) => Some(int.to_string()),
        Value::Code(code) if !code.text.is_empty() => Some(code.text.clone()),
        _ => None,
    }
}

/// The text as a literal, if it needs no escapes in single quotes.
pub(super) fn written_plainly(text: &str) -> Option<String> {
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'\\'));
    is_plain.then(|| format!("'{text}'"))
}

/// The letters between quotes. Bytes that are no ASCII come in as private-use letters and become `\x…`.
fn quoted(letters: impl Iterator<Item = char> + Clone) -> String {
    let quote =
        match letters.clone().any(|letter| letter == '\'') && !letters.clone().any(|letter| letter == '"') {
            true => '"',
            false => '\'',
        };
    let mut text = String::from(quote);
    for letter in letters {
        match letter {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\\' => text.push_str("\\\\"),
            '\u{E000}'..='\u{E0FF}' => text.push_str(&format!("\\x{:02x}", u32::from(letter) & 0xFF)),
            _ if letter == quote => text.extend(['\\', quote]),
            ' '..='~' => text.push(letter),
            '\0'..='\u{ff}' if letter.is_control() => text.push_str(&format!("\\x{:02x}", u32::from(letter))),
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => text.push(letter),
        }
    }
    text.push(quote);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_written_in_one_style() {
        let cases = [
            (python_string(r#""a""#), "'a'"),
            (python_string(r#"u"it's""#), r#""it's""#),
            (python_string("'''a\nb'''"), r"'a\nb'"),
            (python_string(r"rb'\x41'"), r"b'\\x41'"),
            (python_string(r"'\x41\101\u0041\U00000041\d'"), r"'AAAA\\d'"),
            (python_string(r"b'\xff\x41'"), r"b'\xffA'"),
            (
                javascript_string(
                    r"'\x41\u{41}\u0041\101\d\
'",
                ),
                "'AAAAd'",
            ),
            (javascript_string(r"'\ud83d\ude00'"), "'😀'"),
        ];
        for (value, expected) in cases {
            assert_eq!(value.as_ref().and_then(written).as_deref(), Some(expected));
        }
        assert!(javascript_string(r"'\ud83d'").is_none(), "half of a pair is no text");
    }

    #[test]
    fn integers_of_every_radix_are_read() {
        let cases = [
            ("0x1F", Some(31)),
            ("0o17", Some(15)),
            ("0b11", Some(3)),
            ("1_000", Some(1000)),
            ("7n", Some(7)),
            ("1.5", None),
        ];
        for (source, expected) in cases {
            assert_eq!(integer(source), expected, "{source}");
        }
    }
}
