use domain::{PackageName, PackageUrl, Request};

use crate::{LocalPaths, columns::Columns, records::Record};

const LONGEST_REQUESTER: usize = 254;

/// One data row.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line it starts on, from 1.
    pub(crate) line: u64,
    /// What makes it the same row in another version of the file, on whatever line.
    pub(crate) identity: Identity,
    /// What it asks for, or one sentence on why not.
    pub(crate) asked: Result<Request, String>,
}

/// A row's cells, as they are written; the bytes of a row that has none. Whoever changes any of them, a justification
/// too, asks again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    Cells(Vec<String>),
    Bytes(Vec<u8>),
}

impl Row {
    pub(crate) fn of(record: Record<'_>, columns: &Columns, paths: LocalPaths) -> Self {
        let line = record.line;
        match record.fields {
            Err(flaw) => {
                Self { line, identity: Identity::Bytes(record.raw.to_vec()), asked: Err(flaw.to_string()) }
            }
            Ok(fields) => {
                let cell = |place: usize| fields.get(place).cloned().unwrap_or_default();
                let (name, url) = (cell(columns.name), cell(columns.url));
                let requester = columns.requester.map(cell).unwrap_or_default();
                let asked =
                    fits(&fields, columns).and_then(|()| request(line, [&name, &url, &requester], paths));
                Self { line, identity: Identity::Cells(fields), asked }
            }
        }
    }

    /// The name and the URL it asks for.
    pub(crate) fn asked_for(&self) -> Option<(String, String)> {
        self.asked.as_ref().ok().map(|request| (request.package.to_string(), request.url.to_string()))
    }
}

/// A field too many is a comma that was not quoted: what follows it may be in the wrong column.
fn fits(fields: &[String], columns: &Columns) -> Result<(), String> {
    let width = columns.width.unwrap_or(fields.len());
    if fields.iter().skip(width).all(|field| field.trim().is_empty()) {
        return Ok(());
    }
    let found = fields.len();
    Err(format!(
        "the row has {found} fields and the header {width}: put a field that holds a comma in quotes"
    ))
}

fn request(row: u64, [name, url, requester]: [&str; 3], paths: LocalPaths) -> Result<Request, String> {
    if name.is_empty() {
        return Err("the package's name is missing".to_owned());
    }
    if url.is_empty() {
        return Err("the package's URL is missing".to_owned());
    }
    if is_formula(url) {
        return Err("the URL must not start with =, +, - or @".to_owned());
    }
    let package = PackageName::parse(name).map_err(|e| e.to_string())?;
    let url = PackageUrl::parse(url).map_err(|e| e.to_string())?;
    if matches!(url, PackageUrl::File(_)) && paths == LocalPaths::Refused {
        return Err(
            "the URL is a path, which only the runner on one machine reads: give an https:// archive or a \
                    pkg: URL"
                .to_owned(),
        );
    }
    Ok(Request { row, package, url, requester: parse_requester(requester)? })
}

/// What a spreadsheet would run (CWE-1236). A name cannot start so: see [`PackageName`]; nor can a cell hold a control
/// character, where a spreadsheet takes one for a start.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@'])
}

/// An address or a name that can stand in a mail and in a spreadsheet.
fn parse_requester(text: &str) -> Result<Option<String>, String> {
    let printable = text.bytes().all(|b| matches!(b, b' '..=b'~')) && text.len() <= LONGEST_REQUESTER;
    match text {
        "" => Ok(None),
        _ if printable && !is_formula(text) => Ok(Some(text.to_owned())),
        _ => Err(format!(
            "the requester must be at most {LONGEST_REQUESTER} printable ASCII characters, not starting with =, +, - or @"
        )),
    }
}
