//! The encoding that a Python source declares in its first two lines (PEP 263).

use super::super::literal::{self, Escapes};
use super::super::{Unnormal, codec};

/// The text of a Python source in the encoding that it declares, or in UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Unnormal> {
    let utf8 = || String::from_utf8_lossy(bytes).into_owned();
    let Some(name) = declared(bytes) else { return Ok(utf8()) };
    let name = name.to_ascii_lowercase().replace(['-', '_', '.'], "");
    Ok(match name.as_str() {
        "utf8" | "utf8sig" | "u8" | "utf" | "utf8unix" | "utf8dos" | "utf8mac" | "ascii" | "usascii"
        | "646" => utf8(),
        "utf7" | "u7" => utf_7(&utf8()),
        "unicodeescape" | "rawunicodeescape" => escaped(&utf8()),
        "rot13" => {
            let text = utf8();
            let head: usize = text
                .split_inclusive('\n')
                .take(2)
                .take_while(|line| line.contains("coding"))
                .map(str::len)
                .sum();
            let (head, body) = text.split_at(head);
            format!("{head}{}", codec::rot13(body))
        }
        "shiftjis" | "sjis" | "cp932" | "ms932" | "shiftjis2004" | "shiftjisx0213" => {
            double_byte(bytes, |byte| matches!(byte, 0x81..=0x9f | 0xe0..=0xfc))
        }
        "gbk" | "gb2312" | "gb18030" | "cp936" | "big5" | "cp950" | "big5hkscs" | "euckr" | "cp949"
        | "eucjp" | "johab" | "uhc" | "euccn" | "ms936" | "936" => {
            double_byte(bytes, |byte| matches!(byte, 0x81..=0xfe))
        }
        _ if is_single_byte(&name) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => return Err(Unnormal::Undecodable),
    })
}

/// The name of the encoding that the first line, or the second after a comment or blank, declares.
fn declared(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')).take(2) {
        let line = String::from_utf8_lossy(line.get(..400).unwrap_or(line)).into_owned();
        let line = line.trim_start_matches([' ', '\t', '\u{c}']);
        if !line.starts_with('#') && !line.trim().is_empty() {
            return None;
        }
        let found = line.match_indices("coding").find_map(|(at, word)| {
            let rest = line.get(at + word.len()..)?;
            let name = rest.strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
            let end = name.find(|letter: char| !(letter.is_alphanumeric() || "-_.".contains(letter)));
            name.get(..end.unwrap_or(name.len())).filter(|name| !name.is_empty()).map(str::to_owned)
        });
        if found.is_some() && line.starts_with('#') {
            return found;
        }
    }
    None
}

/// Encodings whose first half is ASCII: what code consists of reads the same in all of them.
fn is_single_byte(name: &str) -> bool {
    let prefixes = [
        "iso8859",
        "latin",
        "cp125",
        "windows125",
        "koi8",
        "mac",
        "cp43",
        "cp85",
        "cp86",
        "l1",
        "8859",
        "tis620",
        "cp1252",
    ];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// Text of an encoding with two-byte letters, each such letter as a replacement character.
fn double_byte(bytes: &[u8], is_lead: impl Fn(u8) -> bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied();
    while let Some(byte) = rest.next() {
        if is_lead(byte) {
            text.push('\u{fffd}');
            // a line end is never a second byte
            if rest.clone().next().is_some_and(|second| second >= 0x30) {
                rest.next();
            }
        } else {
            text.push(char::from(byte));
        }
    }
    text
}

/// Text without its UTF-7 shifts (RFC 2152).
fn utf_7(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('+') {
        text.push_str(before);
        let end =
            after.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '+' || letter == '/'));
        let (shifted, after) = after.split_at(end.unwrap_or(after.len()));
        if shifted.is_empty() && after.starts_with('-') {
            text.push('+');
        } else {
            let bytes = codec::base64(shifted.as_bytes()).unwrap_or_default();
            let units: Vec<u16> =
                bytes.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
            text.push_str(&String::from_utf16_lossy(&units));
        }
        rest = after.strip_prefix('-').unwrap_or(after);
    }
    text.push_str(rest);
    text
}

/// Text without its escapes. A line that they bring in is a carriage return, which is not counted as a line.
fn escaped(source: &str) -> String {
    let line = |line: &str| match literal::unescape(line, Escapes::PythonText) {
        Some(text) => text.replace("\r\n", "\r").replace('\n', "\r"),
        None => line.to_owned(),
    };
    source.split('\n').map(line).collect::<Vec<_>>().join("\n")
}
