use crate::{
    LocalPaths,
    columns::Columns,
    records::{Record, Records},
    row::Row,
};

/// The longest request file, in bytes: 10 MiB.
pub(crate) const MAX_BYTES: usize = 10 * 1024 * 1024;
const MAX_ROWS: usize = 100_000;

/// Why a request file cannot be read at all; continues "the request file …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("is empty")]
    Empty,
    #[error("is larger than {MAX_BYTES} bytes: split it")]
    TooLarge,
    #[error("has more than {MAX_ROWS} rows: split it")]
    TooManyRows,
    #[error("is UTF-16: save it as UTF-8")]
    Utf16,
    #[error("is a spreadsheet or an archive: save it as CSV")]
    NotText,
    #[error("has a header without the column {0}")]
    HeaderLacks(&'static str),
    #[error("has a header with the column {0} twice")]
    HeaderTwice(&'static str),
}

/// Reads every data row, good or bad. A header alone is a file without rows.
pub(crate) fn read(bytes: &[u8], paths: LocalPaths) -> Result<Vec<Row>, Unreadable> {
    let mut records = Records::of(text_of(bytes)?);
    let first = records.next().ok_or(Unreadable::Empty)?;
    let header = match &first.fields {
        Ok(fields) => Columns::of_header(fields)?,
        Err(_) => None,
    };
    let (columns, first): (_, Option<Record<'_>>) = match header {
        Some(columns) => (columns, None),
        None => (Columns::BY_POSITION, Some(first)),
    };
    let mut rows = vec![];
    for record in first.into_iter().chain(records) {
        if rows.len() == MAX_ROWS {
            return Err(Unreadable::TooManyRows);
        }
        rows.push(Row::of(record, &columns, paths));
    }
    Ok(rows)
}

/// The bytes after a byte order mark.
fn text_of(bytes: &[u8]) -> Result<&[u8], Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Unreadable::Utf16),
        [b'P', b'K', 3, 4, ..] => Err(Unreadable::NotText),
        [0xef, 0xbb, 0xbf, text @ ..] => Ok(text),
        text => Ok(text),
    }
}

#[cfg(test)]
mod tests;
