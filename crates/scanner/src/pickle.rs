//! Pickles: what they would import and call when they are loaded. Nothing is ever unpickled.
//!
//! A pickle is a program for a small machine ([`machine`]). What its imports can do is a table ([`imports`]). A pickle is
//! told by its content: first by its start, for any file; behind the header of a NumPy array; and within other binary
//! content by imports that are written in one piece ([`embedded`]). Zip and gzip around it are opened by the engine.

mod embedded;
mod imports;
mod machine;
mod memo;
mod opcode;
mod text;

use crate::level::{Levels, Statement};
use imports::Kind;
use machine::{End, Import, Machine};

/// Columns as in `combine.rs`, by where the file lies or who uses it.
#[rustfmt::skip]
pub(crate) const STATEMENTS: [Statement; 4] = [
    // Tests too: what is loaded runs, whoever loads it.
    statement("pickle-runs-code", "A pickle runs code when it is loaded", [5, 5, 4, 3],
        "A pickle can call whatever it imports, as soon as it is loaded. Data has no need of what this one imports."),
    statement("pickle-malformed", "A pickle cannot be read to its end", [4, 3, 2, 1],
        "What stands before the fault runs all the same, and what stands behind it was not understood."),
    statement("pickle-unknown-import", "A pickle imports something that is not known to make data", [3, 2, 2, 1],
        "What it imports is imported and called as soon as the pickle is loaded. Honest pickles hold objects of their own package."),
    statement("pickle-data", "A pickle that makes data", [1, 1, 1, 1],
        "All that it imports is known to make data. Whoever can exchange the file can run code where it is loaded."),
];

const RUNS: &Statement = &STATEMENTS[0];
const MALFORMED: &Statement = &STATEMENTS[1];
const UNKNOWN: &Statement = &STATEMENTS[2];
const DATA: &Statement = &STATEMENTS[3];

const fn statement(
    id: &'static str,
    title: &'static str,
    levels: [u8; 4],
    reason: &'static str,
) -> Statement {
    let advice = "Do not load the file. Ask for the data in a format that holds no code, such as safetensors, JSON or Parquet.";
    let references =
        "https://cwe.mitre.org/data/definitions/502.html, https://docs.python.org/3/library/pickle.html";
    Statement { id, title, levels: Levels::new(levels), reason, advice, references }
}

/// A statement about a file, and a sentence on what it rests on.
pub(crate) type Stated = (&'static Statement, String);

/// Names of files that hold nothing but pickles.
const EXTENSIONS: &[&str] = &["pkl", "pickle", "pck", "pcl", "pkl2", "joblib"];

/// Imports named in one message, and kept of one file.
const LISTED: usize = 5;
const MOST_IMPORTS: usize = 10_000;

/// Bytes that a file must make sense for before a fault in it is one of a pickle.
const SENSIBLE: usize = 24;

/// What the pickles in a file would do; nothing where it holds none.
pub(crate) fn look(path: &str, bytes: &[u8]) -> Vec<Stated> {
    let mut seen = Seen::default();
    let Some(start) = start(bytes) else {
        seen.search(bytes);
        return seen.stated();
    };
    let is_headed = has_header(&bytes[start..]);
    let is_named = is_named(path);
    seen.walk(bytes, start);
    let dropped = !is_headed && !is_named && seen.doubt();
    let is_pickle =
        seen.is_whole() || is_headed && (seen.reached - start >= SENSIBLE || !seen.imports.is_empty());
    if !(is_pickle || is_named && archive::nested_kind(bytes).is_none()) {
        (seen.fault, seen.reached) = (None, start);
    }
    if let Some(from) = seen.raw.filter(|from| *from < seen.reached) {
        seen.reached = from;
    }
    if dropped && seen.whole > 0 {
        seen.reached = start;
        seen.search(bytes);
        return seen.stated();
    }
    let is_text = !bytes[..bytes.len().min(4096)].contains(&0) && !is_headed;
    if seen.reached < bytes.len() && !(is_text && seen.imports.is_empty() && !is_named) {
        seen.search(bytes);
    }
    seen.stated()
}

/// Where the first pickle starts, if there is one: of an array of objects behind its header.
fn start(bytes: &[u8]) -> Option<usize> {
    let Some(rest) = bytes.strip_prefix(b"\x93NUMPY") else { return (!bytes.is_empty()).then_some(0) };
    let width = if rest.first() == Some(&1) { 2 } else { 4 };
    let length =
        rest.get(2..2 + width)?.iter().rev().fold(0, |length, byte| length << 8 | usize::from(*byte));
    let end = (8 + width).checked_add(length)?;
    bytes.get(8 + width..end)?.contains(&b'O').then_some(end).filter(|end| *end < bytes.len())
}

/// Whether a pickle of protocol 2 or later starts here; 0 and 1 may be written so too.
pub(crate) fn has_header(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80, 0..=5, opcode, ..] if *opcode >= 0x80 && *opcode <= 0x98 || b"()].}0NIJKLMFGTUVXBCSPcilqphgjrt2".contains(opcode))
}

fn is_named(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// What the pickles of one file hold.
#[derive(Default)]
struct Seen {
    imports: Vec<Import>,
    /// Where the first that cannot be read has its fault, and which.
    fault: Option<(usize, &'static str)>,
    /// How many were read to their end.
    whole: usize,
    /// Where the last walk ended.
    reached: usize,
    /// Where the raw content of the first array starts, of which nobody knows how long it is.
    raw: Option<usize>,
}

impl Seen {
    /// Reads one pickle after the other, as far as there are any, and those within them.
    fn walk(&mut self, bytes: &[u8], start: usize) {
        let mut nested = vec![(bytes, start)];
        let mut is_outermost = true;
        while let Some((bytes, start)) = nested.pop() {
            let mut at = start;
            while at < bytes.len() {
                let mut machine = Machine::new(bytes, at);
                let end = self.run(&mut machine, bytes, is_outermost);
                nested.extend(machine.nested.iter().map(|bytes| (*bytes, 0)));
                let is_first = at == start && is_outermost;
                let is_pickle = is_first || has_header(&bytes[at..]) || end == End::Stop;
                self.add(std::mem::take(&mut machine.imports), is_pickle);
                if is_outermost {
                    self.reached = machine.at();
                }
                at = machine.at();
                match end {
                    End::Stop => self.whole += usize::from(is_outermost),
                    End::RawArray => break,
                    End::Fails(reason) => {
                        if is_pickle {
                            self.fault.get_or_insert((at, reason));
                        }
                        break;
                    }
                    End::TooLarge => {
                        self.fault.get_or_insert((at, "it holds more than is followed"));
                        break;
                    }
                }
            }
            is_outermost = false;
        }
    }

    /// Raw content that can be read as instructions up to the last may be just that.
    fn run<'b>(&mut self, machine: &mut Machine<'b>, bytes: &'b [u8], is_outermost: bool) -> End {
        let end = machine.run();
        if end != End::RawArray {
            return end;
        }
        let raw = machine.at();
        // Once, as the search goes to the end of the file.
        if is_outermost && self.raw.is_none() {
            self.raw = Some(raw);
            let (found, is_cut) = embedded::search_kept(bytes, raw, |place| machine.kept(place));
            self.add(found, true);
            if is_cut {
                self.fault.get_or_insert((raw, "it holds more than is followed"));
            }
        }
        machine.go_on()
    }

    /// What is behind a pickle may be no pickle: then only names count that look like some.
    fn add(&mut self, imports: Vec<Import>, is_pickle: bool) {
        for import in imports.into_iter().filter(|import| is_pickle || has_plain_name(import)) {
            let is_known = self.imports.len() < 1000
                && self
                    .imports
                    .iter()
                    .any(|known| known.path == import.path && known.kind() == import.kind());
            let is_worth = self.imports.len() < MOST_IMPORTS
                || matches!(import.kind(), Kind::Runs(_)) && self.imports.len() < 2 * MOST_IMPORTS;
            if !is_known && is_worth {
                self.imports.push(import);
            }
        }
    }

    /// Without a header and a name the start of any text may be an instruction or two. Whether an import was dropped.
    fn doubt(&mut self) -> bool {
        let (before, is_whole) = (self.imports.len(), self.whole > 0);
        let is_told =
            |import: &Import| has_plain_name(import) || is_whole && import.path.is_none() && import.is_called;
        self.imports.retain(is_told);
        let dropped = self.imports.len() < before;
        if self.whole == 0 {
            self.imports.retain(|import| import.is_called && matches!(import.kind(), Kind::Runs(_)));
            self.fault = None;
        }
        dropped
    }

    fn is_whole(&self) -> bool {
        self.whole > 0 && self.fault.is_none()
    }

    /// Looks at the bytes that no pickle took.
    fn search(&mut self, bytes: &[u8]) {
        let (found, is_cut) = embedded::search(bytes, self.reached.min(bytes.len()));
        self.add(found, true);
        if is_cut {
            self.fault.get_or_insert((self.reached, "it holds more than is followed"));
        }
    }

    fn stated(self) -> Vec<Stated> {
        let of =
            |is: fn(Kind) -> bool| self.imports.iter().filter(|import| is(import.kind())).collect::<Vec<_>>();
        let runs = of(|kind| matches!(kind, Kind::Runs(_)));
        let unknown = of(|kind| kind == Kind::Unknown);
        let data = of(|kind| kind == Kind::Data);
        let mut stated = Vec::new();
        for (statement, imports) in [(RUNS, &runs), (UNKNOWN, &unknown)] {
            if !imports.is_empty() {
                stated.push((statement, listed(imports)));
            }
        }
        if let Some((at, reason)) = self.fault {
            stated.push((MALFORMED, format!("Reason: {reason}, at byte {at}.")));
        }
        if stated.is_empty() && !data.is_empty() {
            stated.push((DATA, listed(&data)));
        }
        stated
    }
}

fn has_plain_name(import: &Import) -> bool {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| embedded::is_name(&byte));
    import.path.as_ref().is_some_and(|(module, name)| plain(module) && plain(name))
}

/// `It imports os.system (runs a program), called, at byte 2; …`.
fn listed(imports: &[&Import]) -> String {
    let one = |import: &&Import| {
        let path = match &import.path {
            Some((module, name)) => format!("{}.{}", shown(module), shown(name)),
            None => "something".to_owned(),
        };
        let what = if let Kind::Runs(what) = import.kind() { format!(" ({what})") } else { String::new() };
        let called = if import.is_called { " and calls it" } else { "" };
        format!("{path}{what}{called} at byte {}", import.at)
    };
    let first: Vec<_> = imports.iter().take(LISTED).map(one).collect();
    let more = match imports.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("It imports {}{more}.", first.join("; "))
}

/// A name of the pickle's choice, as far as it is worth reading.
fn shown(name: &str) -> String {
    name.chars().take(80).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests;
