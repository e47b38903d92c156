//! Imports of pickles that do not start where a file does: behind a header, a picture, the raw content of arrays.
//!
//! Only what is written in one piece is found: `GLOBAL`, and `STACK_GLOBAL` right behind its two names.

use super::{
    imports::{self, Kind},
    machine::Import,
    opcode::{Cursor, Op},
};

/// Bytes of an identifier, and of two with what stands between them.
const LONGEST_NAME: usize = 100;
const WINDOW: usize = 300;

/// Names looked up in one file. Only a file that is made to be slow has more.
const MOST_LOOKUPS: usize = 200_000;

/// The imports that run code; the flag says that not all of the bytes were searched.
pub(super) fn search(bytes: &[u8], from: usize) -> (Vec<Import>, bool) {
    let (mut found, mut lookups, mut name_end) = (Vec::new(), 0, from);
    for at in from..bytes.len() {
        let path = match bytes[at] {
            b'c' | b'i' => {
                if name_end <= at {
                    name_end = end_of_name(bytes, at);
                }
                global(bytes, at + 1, name_end)
            }
            0x8c | b'X' | b'U' => named(&bytes[at..bytes.len().min(at + WINDOW)]),
            _ => None,
        };
        let Some((module, name)) = path else { continue };
        lookups += 1;
        if lookups > MOST_LOOKUPS || found.len() > 100 {
            return (found, true);
        }
        let kind = imports::kind(&module, &name);
        if matches!(kind, Kind::Runs(_)) && is_no_accident(&module, &name) {
            found.push(Import::found(module, name, kind, at));
        }
    }
    (found, false)
}

/// Imports behind the raw content of an array whose two names are kept in the memo.
pub(super) fn search_kept(
    bytes: &[u8],
    from: usize,
    kept: impl Fn(u64) -> Option<String>,
) -> (Vec<Import>, bool) {
    let mut found = Vec::new();
    for at in from..bytes.len() {
        if !matches!(bytes[at], b'h' | b'j' | b'g') {
            continue;
        }
        let mut cursor = Cursor { bytes: &bytes[at..bytes.len().min(at + WINDOW)], at: 0 };
        let (Ok(Op::Get(module)), Ok(Op::Get(name)), Ok(Op::ImportNamed)) =
            (cursor.next(), cursor.next(), cursor.next())
        else {
            continue;
        };
        if found.len() > 100 {
            return (found, true);
        }
        match kept(module).zip(kept(name)) {
            Some((module, name)) => {
                let kind = imports::kind(&module, &name);
                if matches!(kind, Kind::Runs(_)) {
                    found.push(Import::found(module, name, kind, at));
                }
            }
            None if is_called(cursor) => found.push(Import::untold(at)),
            None => {}
        }
    }
    (found, false)
}

/// Whether the next few instructions call something: raw content seldom has so many in a row.
fn is_called(mut cursor: Cursor<'_>) -> bool {
    for _ in 0..8 {
        match cursor.next() {
            Ok(Op::Call) => return true,
            Ok(Op::Stop) | Err(_) => return false,
            Ok(_) => {}
        }
    }
    false
}

/// Megabytes of compressed content hold any three letters: a short name must be a well-known one.
fn is_no_accident(module: &str, name: &str) -> bool {
    imports::runs_by_name(name) || module.len() + name.len() >= 10 && module.len() >= 5 && name.len() >= 3
}

/// Module and name on a line each.
fn global(bytes: &[u8], start: usize, end: usize) -> Option<(String, String)> {
    if bytes.get(end) != Some(&b'\n') || !(1..=LONGEST_NAME).contains(&end.saturating_sub(start)) {
        return None;
    }
    let name_end = end_of_name(&bytes[..bytes.len().min(end + 2 + LONGEST_NAME)], end + 1);
    if bytes.get(name_end) != Some(&b'\n') || name_end == end + 1 {
        return None;
    }
    Some((ascii(&bytes[start..end]), ascii(&bytes[end + 1..name_end])))
}

/// Two texts, each perhaps kept in the memo, and the import of what they name.
fn named(window: &[u8]) -> Option<(String, String)> {
    let mut cursor = Cursor { bytes: window, at: 0 };
    let (module, mut op) = text(&mut cursor)?;
    let Op::Text(name) = op else { return None };
    op = cursor.next().ok()?;
    while matches!(op, Op::Memoize | Op::Put(_)) {
        op = cursor.next().ok()?;
    }
    (op == Op::ImportNamed).then_some(())?;
    Some((module, name.read()?))
}

fn text<'b>(cursor: &mut Cursor<'b>) -> Option<(String, Op<'b>)> {
    let Op::Text(text) = cursor.next().ok()? else { return None };
    if text.bytes.len() > LONGEST_NAME || !text.bytes.iter().all(is_name) {
        return None;
    }
    let mut op = cursor.next().ok()?;
    while matches!(op, Op::Memoize | Op::Put(_)) {
        op = cursor.next().ok()?;
    }
    Some((text.read()?, op))
}

fn end_of_name(bytes: &[u8], start: usize) -> usize {
    let length = bytes.get(start..).unwrap_or_default().iter().take_while(|b| is_name(b)).count();
    start + length
}

/// Whether a byte can be part of a dotted name.
pub(super) fn is_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._".contains(byte)
}

fn ascii(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
