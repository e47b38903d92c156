//! Bytes to records (RFC 4180), one line ending of LF, CRLF or CR each.
//!
//! The `csv` crate reads a record's fields; where a record ends is found here, because one record must not harm another:
//! where a quote is never closed, that crate takes the rest of the file for one field, and it counts no line that ends
//! in CR. Here a broken record costs its own line, and every record knows the line it starts on.

/// The longest field, in bytes. It also bounds how far a quote that is never closed is followed.
pub(crate) const MAX_FIELD: usize = 4096;
const MAX_FIELDS: usize = 64;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One record. A blank line, or one of commas only, is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    /// The line it starts on, from 1.
    pub(crate) line: u64,
    /// Its bytes, without the line's end.
    pub(crate) raw: &'a [u8],
    pub(crate) fields: Result<Vec<String>, Flaw>,
}

/// Why a record cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("the row is not UTF-8: save the file as UTF-8")]
    NotUtf8,
    #[error("the row has a control character or a byte order mark: remove it")]
    Control,
    #[error("a quoted field is not closed, or is longer than {MAX_FIELD} bytes")]
    Unclosed,
    #[error(
        "there is text after a closing quote, or the quote is not closed: a quote inside a quoted field is written twice"
    )]
    AfterQuote,
    #[error("a field is longer than {MAX_FIELD} bytes")]
    TooLong,
    #[error("the row has more than {MAX_FIELDS} fields")]
    TooMany,
}

/// The records of a file, in order.
pub(crate) struct Records<'a> {
    rest: &'a [u8],
    line: u64,
}

impl<'a> Records<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, line: 1 }
    }

    /// Takes `length` bytes and the line's end after them.
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (raw, rest) = self.rest.split_at(length);
        self.rest = &rest[line_end(rest)..];
        self.line += 1 + lines_in(raw);
        raw
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        while !self.rest.is_empty() {
            let line = self.line;
            let mut cursor = Cursor { bytes: self.rest, at: 0 };
            let (fields, length) = match cursor.record() {
                // Of these a file may hold millions, and no row of them counts.
                Ok(()) if self.rest[..cursor.at].iter().all(|b| matches!(b, b',' | b' ' | b'\t')) => {
                    self.take(cursor.at);
                    continue;
                }
                Ok(()) => (fields(&self.rest[..cursor.at]), cursor.at),
                Err(flaw) => (Err(flaw), first_line(self.rest)),
            };
            let raw = self.take(length);
            let blank =
                |fields: &Vec<String>| fields.iter().all(|f| f.bytes().all(|b| matches!(b, b' ' | b'\t')));
            if !fields.as_ref().is_ok_and(blank) {
                return Some(Record { line, raw, fields });
            }
        }
        None
    }
}

/// How many bytes of a line's end the bytes start with.
fn line_end(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

fn first_line(bytes: &[u8]) -> usize {
    bytes.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(bytes.len())
}

fn lines_in(raw: &[u8]) -> u64 {
    (0..raw.len()).filter(|&i| raw[i] == b'\n' || (raw[i] == b'\r' && raw.get(i + 1) != Some(&b'\n'))).count()
        as u64
}

/// The fields of one well-formed record.
fn fields(record: &[u8]) -> Result<Vec<String>, Flaw> {
    // To the `csv` crate every record is a file of its own, of which it would strip the mark.
    if record.starts_with(BYTE_ORDER_MARK) {
        return Err(Flaw::Control);
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(record);
    let mut fields = csv::StringRecord::new();
    reader.read_record(&mut fields).map_err(|_| Flaw::NotUtf8)?;
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    if fields.iter().any(|field| field.contains(control)) {
        return Err(Flaw::Control);
    }
    Ok(fields.iter().map(str::to_owned).collect())
}

/// Finds where a record ends.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes up to the record's line end, and not over that.
    fn record(&mut self) -> Result<(), Flaw> {
        for _ in 0..MAX_FIELDS {
            if self.peek() == Some(b'"') {
                self.quoted()?
            } else {
                self.plain()?
            }
            if self.peek() != Some(b',') {
                return Ok(());
            }
            self.at += 1;
        }
        Err(Flaw::TooMany)
    }

    fn plain(&mut self) -> Result<(), Flaw> {
        let rest = &self.bytes[self.at..];
        let window = &rest[..rest.len().min(MAX_FIELD + 1)];
        let length = window.iter().position(|b| matches!(b, b',' | b'\r' | b'\n')).unwrap_or(window.len());
        if length > MAX_FIELD {
            return Err(Flaw::TooLong);
        }
        self.at += length;
        Ok(())
    }

    fn quoted(&mut self) -> Result<(), Flaw> {
        let mut length = 0;
        loop {
            self.at += 1;
            match self.peek() {
                None => return Err(Flaw::Unclosed),
                Some(b'"') if self.bytes.get(self.at + 1) == Some(&b'"') => self.at += 1,
                Some(b'"') => break,
                Some(_) => {}
            }
            length += 1;
            if length > MAX_FIELD {
                return Err(Flaw::Unclosed);
            }
        }
        self.at += 1;
        match self.peek() {
            None | Some(b',' | b'\r' | b'\n') => Ok(()),
            Some(_) => Err(Flaw::AfterQuote),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Vec<(u64, Result<Vec<String>, Flaw>)> {
        Records::of(bytes).map(|record| (record.line, record.fields)).collect()
    }

    fn fields(line: u64, fields: &[&str]) -> (u64, Result<Vec<String>, Flaw>) {
        (line, Ok(fields.iter().map(|f| (*f).to_owned()).collect()))
    }

    #[test]
    fn reads_every_line_ending_and_counts_its_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", " \t", ",,", "\"x\nq\",\"\"\"y\"\"\"", "c,"].join(end);
            let expected = [fields(1, &["a", "b"]), fields(5, &["x\nq", "\"y\""]), fields(7, &["c", ""])];
            assert_eq!(read(text.as_bytes()), expected, "{end:?}");
            assert_eq!(read(format!("{text}{end}{end}").as_bytes()), expected, "{end:?} at the end");
        }
        assert_eq!(read(b"a\r\rb\n\rc"), [fields(1, &["a"]), fields(3, &["b"]), fields(5, &["c"])]);
        assert_eq!(read(b"\"\r\n\"\r\nb"), [fields(1, &["\r\n"]), fields(3, &["b"])]);
    }

    #[test]
    fn a_broken_record_costs_its_own_line() {
        let long = "x".repeat(MAX_FIELD + 1);
        for (line, flaw) in [
            // closed by a quote of the last line
            (&b"a,\"never closed"[..], Flaw::AfterQuote),
            (b"a,\"b\"c", Flaw::AfterQuote),
            (b"a,\"b\" ,c", Flaw::AfterQuote),
            (b"a,\xff", Flaw::NotUtf8),
            (b"\"\xc3\",\"\xa9\"", Flaw::NotUtf8),
            (b"a,\xa0", Flaw::NotUtf8),
            (b"a,b\0", Flaw::Control),
            ("\u{feff}a,b".as_bytes(), Flaw::Control),
            (b"a,\x1b[2J", Flaw::Control),
            ("a,b\u{85}".as_bytes(), Flaw::Control),
            (long.as_bytes(), Flaw::TooLong),
            (format!("\"{long}\"").as_bytes(), Flaw::Unclosed),
            (",".repeat(MAX_FIELDS).as_bytes(), Flaw::TooMany),
        ] {
            let text = [b"first\n", line, b"\nlast,\"q\""].concat();
            let found = read(&text);
            assert_eq!(found, [fields(1, &["first"]), (2, Err(flaw)), fields(3, &["last", "q"])], "{flaw:?}");
        }
        assert_eq!(read("x".repeat(MAX_FIELD).as_bytes()).len(), 1);
        assert!(read(",".repeat(MAX_FIELDS - 1).as_bytes()).is_empty());
    }

    /// Every line opens a quote that the next one does not close, whichever way it is read. No quote is followed
    /// further than [`MAX_FIELD`], so this ends; without that bound it would take hours.
    #[test]
    fn following_open_quotes_is_bounded() {
        let text = "\"a\",\"\n".repeat(10_000);
        assert!(read(text.as_bytes()).len() > 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_records_and_every_byte_is_in_one_line(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut records = Records::of(&bytes);
            let mut last = 0;
            for record in &mut records {
                prop_assert!(record.line > last && !record.raw.is_empty());
                last = record.line;
            }
            prop_assert!(records.rest.is_empty());
        }

        #[test]
        fn reads_what_the_csv_crate_reads(text in "[ab,\"\n\r ]{0,60}") {
            let ours = read(text.as_bytes());
            prop_assume!(ours.iter().all(|(_, fields)| fields.is_ok()));
            let ours: Vec<_> = ours.into_iter().filter_map(|(_, fields)| fields.ok()).collect();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            let theirs: Vec<_> =
                theirs.into_iter().filter(|r| !r.iter().all(|f| f.trim_matches([' ', '\t']).is_empty())).collect();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn reads_back_what_the_csv_crate_writes(
            rows in prop::collection::vec(prop::collection::vec("[a-z\"',\n\r é]{0,12}", 2..5), 0..8),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(vec![]);
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let read: Vec<_> = read(&text).into_iter().map(|(_, fields)| fields.unwrap()).collect();
            let rows: Vec<_> = rows.into_iter().filter(|r| !r.iter().all(|f| f.trim_matches(' ').is_empty())).collect();
            prop_assert_eq!(read, rows);
        }
    }
}
