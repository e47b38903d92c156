//! Notebooks: the code of their cells, as what runs it reads it.
//!
//! The cells of a language make one text, so that an import of the first is known in the last; each line knows its cell.
//! What IPython adds to Python becomes what it means: `!command` is a line of shell, `!$name` is `os.system(name)`.

mod format;
mod magics;

use std::borrow::Cow;

use format::{Cell, Notebook};
use magics::Magic;

/// Larger ones are not read; figures in them are what makes notebooks large.
const LARGEST: usize = 64 << 20;

/// The code of a notebook in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) language: &'static str,
    pub(crate) text: String,
    /// The cell, from 1, and the line in it, from 1, of each line.
    places: Vec<(usize, u64)>,
}

impl Code {
    fn new(language: &'static str) -> Self {
        Self { language, text: String::new(), places: Vec::new() }
    }

    fn push(&mut self, place: (usize, u64), line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.places.push(place);
    }

    /// What a file with such code is called, for rules that go by the name.
    pub(crate) fn path(&self, notebook: &str) -> String {
        let extension = match self.language {
            "shell" => ".sh",
            "javascript" => ".js",
            "typescript" => ".ts",
            "powershell" => ".ps1",
            _ => ".py",
        };
        format!("{notebook}{extension}")
    }

    /// The cell of these lines, and the lines in it. What spans cells ends with the first.
    pub(crate) fn place(&self, (first, last): (u64, u64)) -> Option<(usize, (u64, u64))> {
        let at = |line: u64| self.places.get(usize::try_from(line).ok()?.checked_sub(1)?).copied();
        let (cell, start) = at(first)?;
        let end = (first..=last.min(first.saturating_add(10_000)))
            .map_while(at)
            .take_while(|(other, _)| *other == cell)
            .last();
        Some((cell, (start, end.map_or(start, |(_, line)| line))))
    }
}

/// Whether a file is a notebook: by its name, or by what it says.
pub(crate) fn is_notebook(path: &str, language: &str, bytes: &[u8]) -> bool {
    let start = bytes.iter().take(512).find(|byte| !byte.is_ascii_whitespace());
    let says = || start == Some(&b'{') && matches!(language, "json" | "") && mentions_format(bytes);
    language == "notebook" || path.to_ascii_lowercase().ends_with(".ipynb") || says()
}

/// `nbformat` stands first or last, as the keys are sorted or not.
fn mentions_format(bytes: &[u8]) -> bool {
    let key = b"\"nbformat\"";
    let ends = [&bytes[..bytes.len().min(4096)], &bytes[bytes.len().saturating_sub(4096)..]];
    ends.iter().any(|end| end.windows(key.len()).any(|window| window == key))
}

/// The code of a notebook; the error says why it cannot be read.
pub(crate) fn code(bytes: &[u8]) -> Result<Vec<Code>, String> {
    if bytes.len() > LARGEST {
        return Err(format!("the notebook is larger than {} MiB", LARGEST >> 20));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let notebook: Notebook = serde_json::from_slice(text)
        .or_else(|_| serde_json::from_str(&plain_json(text)))
        .map_err(|error| format!("the notebook cannot be parsed: {error}"))?;
    let kernel = notebook.language();
    let mut codes = ["python", "shell", "javascript", "typescript", "powershell"].map(Code::new);
    for (number, cell) in (1..).zip(notebook.cells()) {
        if cell.is_code() {
            add_cell(&mut codes, kernel, number, cell);
        }
        for script in cell.scripts() {
            add(&mut codes, "javascript", number, script);
        }
    }
    Ok(codes.into_iter().filter(|code| !code.text.is_empty()).collect())
}

/// What Python's reader takes and others do not: numbers that are none, and halves of a surrogate pair.
fn plain_json(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (mut plain, mut rest, mut is_string) = (String::with_capacity(text.len()), &*text, false);
    while let Some(first) = rest.chars().next() {
        let none = ["-Infinity", "Infinity", "NaN"].into_iter().find(|none| rest.starts_with(none));
        let (length, read) = match (is_string, first, half(rest), none) {
            (false, _, _, Some(none)) => (none.len(), "0"),
            (true, '\\', Some(0xd800..=0xdbff), _)
                if matches!(rest.get(6..).and_then(half), Some(0xdc00..=0xdfff)) =>
            {
                (12, &rest[..12])
            }
            (true, '\\', Some(0xd800..=0xdfff), _) => (6, "\\ufffd"),
            (true, '\\', ..) => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                (length, &rest[..length])
            }
            _ => {
                is_string ^= first == '"';
                (first.len_utf8(), &rest[..first.len_utf8()])
            }
        };
        plain.push_str(read);
        rest = &rest[length..];
    }
    plain
}

/// The code of the `\uXXXX` at the start of a text.
fn half(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

fn add_cell(codes: &mut [Code], kernel: &'static str, number: usize, cell: &Cell) {
    let source = cell.source();
    match magics::of_cell(&source) {
        Some(Magic::Whole(language, body)) => {
            let head = &source[..source.len() - body.len()];
            add_from(codes, language, (number, 1 + head.matches('\n').count() as u64), body);
        }
        Some(Magic::Data) => {}
        None if kernel == "python" => add_from(codes, kernel, (number, 1), &source),
        None => add(codes, kernel, number, &source),
    }
}

fn add(codes: &mut [Code], language: &str, number: usize, source: &str) {
    if let Some(code) = codes.iter_mut().find(|code| code.language == language) {
        for (line, text) in (1..).zip(source.split('\n')) {
            code.push((number, line), text);
        }
    }
}

/// Lines of Python may be lines of shell, which go on behind a backslash; those of any other language are what they are.
fn add_from(codes: &mut [Code], language: &str, (number, first): (usize, u64), source: &str) {
    let mut lines = (first..).zip(source.split('\n'));
    while let Some((line, text)) = lines.next() {
        let mut text = Cow::from(text);
        if language == "python" && text.trim_start().starts_with(['!', '%']) {
            while text.ends_with('\\')
                && let Some((_, next)) = lines.next()
            {
                text = format!("{}{next}", text.trim_end_matches('\\')).into();
            }
        }
        let (own, shell) = if language == "python" { magics::of_line(&text) } else { (text.clone(), None) };
        for (language, text) in [(language, Some(own)), ("shell", shell)] {
            if let (Some(text), Some(code)) = (text, codes.iter_mut().find(|code| code.language == language))
            {
                code.push((number, line), &text);
            }
        }
    }
}

#[cfg(test)]
mod tests;
