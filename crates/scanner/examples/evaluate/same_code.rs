//! What makes two packages the same code, so that a campaign of a thousand copies counts once.

use archive::Entry;
use domain::Sha256;

const CODE: &[&str] = &[
    "py", "pyw", "pyi", "pyx", "pth", "ipynb", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "sh",
    "ps1", "bat", "cmd", "vbs", "rb",
];
const SETTINGS: &[&str] = &["json", "toml", "cfg", "ini"];

/// Longer names are made by a machine.
const LONGEST_NAME: usize = 24;

/// The source of one archive.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Code and settings: what speed is measured by.
    pub(crate) bytes: u64,
    /// Code files and their length.
    pub(crate) files: Vec<(String, u64)>,
    contents: Vec<Sha256>,
    shapes: Vec<Sha256>,
}

impl Source {
    /// Counts a member, where it is source.
    pub(crate) fn count(&mut self, entry: &Entry) {
        if is_any(entry, CODE) || is_any(entry, SETTINGS) {
            self.bytes += entry.bytes;
        }
        if is_any(entry, CODE) {
            self.files.push((entry.path.clone(), entry.bytes));
        }
    }

    /// Notes what a member says, where it is code. `package` is its package's name, which copies differ in.
    pub(crate) fn digest(&mut self, entry: &Entry, bytes: &[u8], package: &str) {
        if is_any(entry, CODE) {
            let text = without_name(&String::from_utf8_lossy(bytes), package);
            self.contents.push(Sha256::of(text.as_bytes()));
            self.shapes.push(Sha256::of(shape(&text).as_bytes()));
        }
    }

    /// The same for archives with the same code files, whatever these and the package are called.
    pub(crate) fn identity(&self) -> Option<Sha256> {
        digest_of_all(&self.contents)
    }

    /// The same also where only texts, numbers and machine-made names differ.
    pub(crate) fn shape(&self) -> Option<Sha256> {
        digest_of_all(&self.shapes)
    }
}

fn is_any(entry: &Entry, extensions: &[&str]) -> bool {
    let extension = entry.path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    extension.as_deref().is_some_and(|extension| extensions.contains(&extension))
}

fn digest_of_all(digests: &[Sha256]) -> Option<Sha256> {
    let mut sorted: Vec<[u8; 32]> = digests.iter().map(|digest| *digest.as_bytes()).collect();
    sorted.sort();
    (!sorted.is_empty()).then(|| Sha256::of(&sorted.concat()))
}

/// The name of the package in an archive's file name: what is before the last `-`.
pub(crate) fn package_name(file_name: &str) -> &str {
    file_name.rsplit_once('-').map_or(file_name, |(name, _)| name)
}

fn without_name(text: &str, package: &str) -> String {
    let spellings = [package.to_owned(), package.replace('-', "_"), package.replace('_', "-")];
    spellings.iter().fold(text.to_owned(), |text, name| text.replace(name.as_str(), ""))
}

/// Code without blanks, and without what quotation marks hold, numbers and long names.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' | '`' => literal(rest, first),
            _ if first.is_whitespace() => first.len_utf8(),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let token = &rest[..length];
        match first {
            '"' | '\'' | '`' => shape.push('"'),
            _ if first.is_whitespace() => {}
            _ if first.is_ascii_digit() => shape.push('0'),
            _ if length > LONGEST_NAME => shape.push('_'),
            _ => shape.push_str(token),
        }
        rest = &rest[length..];
    }
    shape
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of the literal that `text` starts with, its quotation marks included.
fn literal(text: &str, quote: char) -> usize {
    let triple = quote.to_string().repeat(3);
    let mark = if text.starts_with(&triple) { triple } else { quote.to_string() };
    let mut at = mark.len();
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(&mark) {
            return at + mark.len();
        }
        let escaped = if c == '\\' { text[at + 1..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        at += c.len_utf8() + escaped;
    }
    at
}
