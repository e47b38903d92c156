//! Encodings that constants hide in.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The bytes that base64 text stands for, as the languages read it: blanks skipped, padding optional, either alphabet.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let clean: Vec<u8> = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        })
        .collect();
    GeneralPurpose::new(&alphabet::STANDARD, config).decode(clean).ok()
}

/// The bytes that base32 text stands for.
pub(super) fn base32(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.iter().filter(|byte| **byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        held = (held << 5 | u32::from(digit)) & 0xFFF;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// The bytes that hexadecimal text stands for; blanks between bytes are skipped.
pub(super) fn hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let clean: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    hex::decode(clean).ok()
}

/// Text with its ASCII letters moved by thirteen.
pub(super) fn rot13(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'a'..='m' | 'A'..='M' => char::from_u32(u32::from(letter) + 13).unwrap_or(letter),
            'n'..='z' | 'N'..='Z' => char::from_u32(u32::from(letter) - 13).unwrap_or(letter),
            _ => letter,
        })
        .collect()
}

/// Text without its percent escapes, `%uXXXX` included.
pub(super) fn percent(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(rest.get(..at)?.as_bytes());
        let escape = rest.get(at + 1..)?;
        if let Some(digits) = escape.strip_prefix('u').and_then(|digits| digits.get(..4)) {
            let letter = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            rest = rest.get(at + 6..)?;
        } else {
            bytes.push(u8::from_str_radix(escape.get(..2)?, 16).ok()?);
            rest = rest.get(at + 3..)?;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

/// The bytes as text, if a person could read it: UTF-8 without control characters.
pub(super) fn readable(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_plain = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
    text.chars().all(is_plain).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_undone() {
        assert_eq!(base64(b"aW1w\nb3J0").as_deref(), Some(&b"import"[..]));
        assert_eq!(base64(b"_-8").as_deref(), Some(&[0xff, 0xef][..]));
        assert_eq!(base32(b"NFWXA33SOQ======").as_deref(), Some(&b"import"[..]));
        assert_eq!(hexadecimal(b"65 78").as_deref(), Some(&b"ex"[..]));
        assert_eq!(rot13("rkrp"), "exec");
        assert_eq!(percent("%65%u0076al").as_deref(), Some("eval"));
        assert_eq!(readable(b"\x00\x01"), None);
    }
}
