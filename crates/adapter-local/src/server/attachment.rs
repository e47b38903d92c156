//! npm publishes one JSON document with the tarball in it as base64. It may be large, so it is taken apart as it
//! arrives: the tarball goes on as bytes, the rest of the document stays as it is, with an empty text in its place.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// What is left of a document without its tarball: names, a manifest, a readme.
const LARGEST_REST: usize = 16 * 1024 * 1024;
/// Where the tarball is: `{"_attachments": {"<file>": {"data": "<base64>"}}}`.
const ATTACHMENTS: &[u8] = b"_attachments";
const DATA: &[u8] = b"data";
const DEEPEST: usize = 128;
const LONGEST_KEY: usize = 256;

/// Why a document is refused while it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("the document without its tarball is larger than {LARGEST_REST} bytes")]
    TooLarge,
    #[error("the document is nested more than {DEEPEST} deep")]
    TooDeep,
    #[error("the tarball is not in base64")]
    NotBase64,
    #[error("the document has more than one tarball")]
    TwoTarballs,
}

/// Takes a document apart. It is no validator: whoever parses the rest is.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    rest: Vec<u8>,
    open: Vec<Level>,
    state: State,
    tarballs: usize,
    /// Base64 digits that do not make up bytes yet.
    digits: Vec<u8>,
    padded: bool,
}

/// An object or an array that is open.
#[derive(Debug, Default)]
struct Level {
    is_object: bool,
    key: Vec<u8>,
    is_key_next: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Between,
    Text {
        is_key: bool,
        escaped: bool,
    },
    Tarball,
}

impl Splitter {
    /// Takes the next piece of the document; gives the next piece of the tarball.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<Vec<u8>, Malformed> {
        let mut bytes = Vec::new();
        let mut at = 0;
        while at < piece.len() {
            if self.state == State::Tarball {
                let end = piece[at..].iter().position(|b| *b == b'"').map_or(piece.len(), |end| at + end);
                self.decode(&piece[at..end], &mut bytes)?;
                at = end;
                if at == piece.len() {
                    break;
                }
                if !self.digits.is_empty() {
                    return Err(Malformed::NotBase64);
                }
                self.state = State::Between;
                self.rest.push(b'"');
            } else {
                self.step(piece[at])?;
            }
            at += 1;
        }
        if self.rest.len() > LARGEST_REST { Err(Malformed::TooLarge) } else { Ok(bytes) }
    }

    /// The document without its tarball.
    pub(super) fn finish(self) -> Vec<u8> {
        self.rest
    }

    fn step(&mut self, byte: u8) -> Result<(), Malformed> {
        self.rest.push(byte);
        match self.state {
            State::Between => return self.between(byte),
            State::Text { escaped: false, is_key: _ } if byte == b'"' => self.state = State::Between,
            State::Text { escaped, is_key } => {
                self.state = State::Text { is_key, escaped: !escaped && byte == b'\\' };
                if let Some(level) = self.open.last_mut().filter(|_| is_key)
                    && level.key.len() < LONGEST_KEY
                {
                    level.key.push(byte);
                }
            }
            State::Tarball => {}
        }
        Ok(())
    }

    fn between(&mut self, byte: u8) -> Result<(), Malformed> {
        match byte {
            b'{' | b'[' if self.open.len() == DEEPEST => return Err(Malformed::TooDeep),
            b'{' => self.open.push(Level { is_object: true, key: Vec::new(), is_key_next: true }),
            b'[' => self.open.push(Level::default()),
            b'}' | b']' => drop(self.open.pop()),
            b',' => {
                if let Some(level) = self.open.last_mut() {
                    level.is_key_next = level.is_object;
                }
            }
            b':' => {
                if let Some(level) = self.open.last_mut() {
                    level.is_key_next = false;
                }
            }
            b'"' => self.open_text()?,
            _ => {}
        }
        Ok(())
    }

    fn open_text(&mut self) -> Result<(), Malformed> {
        let keys: Vec<&[u8]> = self.open.iter().map(|level| level.key.as_slice()).collect();
        let in_tarball = matches!(keys[..], [ATTACHMENTS, _, DATA]);
        match self.open.last_mut() {
            Some(level) if level.is_key_next => {
                level.key.clear();
                self.state = State::Text { is_key: true, escaped: false };
            }
            _ if in_tarball => {
                self.tarballs += 1;
                self.state = State::Tarball;
                if self.tarballs > 1 {
                    return Err(Malformed::TwoTarballs);
                }
            }
            _ => self.state = State::Text { is_key: false, escaped: false },
        }
        Ok(())
    }

    fn decode(&mut self, text: &[u8], bytes: &mut Vec<u8>) -> Result<(), Malformed> {
        self.digits.extend_from_slice(text);
        let whole = self.digits.len() / 4 * 4;
        if whole > 0 {
            let decoded = STANDARD.decode(&self.digits[..whole]);
            let decoded = decoded.ok().filter(|_| !self.padded).ok_or(Malformed::NotBase64)?;
            self.padded = self.digits[whole - 1] == b'=';
            self.digits.drain(..whole);
            bytes.extend_from_slice(&decoded);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(document: &str, piece: usize) -> Result<(String, Vec<u8>), Malformed> {
        let (mut splitter, mut bytes) = (Splitter::default(), Vec::new());
        for piece in document.as_bytes().chunks(piece) {
            bytes.extend(splitter.push(piece)?);
        }
        Ok((String::from_utf8(splitter.finish()).unwrap(), bytes))
    }

    #[test]
    fn the_tarball_is_taken_out_wherever_the_pieces_end() {
        let before = r#"{"name": "a\"}{", "list": [1, "data", {"data": "x"}], "data": "y", "_attachments": {"a.tgz": {"data": ""#;
        let after = r#"", "length": 3}}, "x": {"_attachments": {"b": {"data": "AAAA"}}}}"#;
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let document = format!("{before}{}{after}", STANDARD.encode(&bytes));
        for piece in [1, 2, 3, 7, 64, 10_000] {
            assert_eq!(
                split(&document, piece).unwrap(),
                (format!("{before}{after}"), bytes.clone()),
                "{piece}"
            );
        }
    }

    #[test]
    fn what_is_no_document_of_one_tarball_is_refused() {
        let with = |data: &str| format!(r#"{{"_attachments": {{"a": {{"data": "{data}"}}}}}}"#);
        for data in ["A", "AAA", "AA==AAAA", "AA==AA==", "A AA", "AA\\/A", "____"] {
            for piece in [1, 5, 1000] {
                assert_eq!(split(&with(data), piece), Err(Malformed::NotBase64), "{data}");
            }
        }
        let two = r#"{"_attachments": {"a": {"data": "AAAA"}, "b": {"data": "AAAA"}}}"#;
        assert_eq!(split(two, 9), Err(Malformed::TwoTarballs));
        assert_eq!(split(&"[".repeat(200), 9), Err(Malformed::TooDeep));
        assert_eq!(split(&"x".repeat(LARGEST_REST + 1), 9_999), Err(Malformed::TooLarge));
        let spelled = r#"{"_attachments": {"a": {"d\u0061ta": "AAAA"}}}"#;
        assert_eq!(split(spelled, 9).unwrap().1, b"", "then there is no tarball");
    }
}
