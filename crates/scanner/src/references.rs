//! The files that a file names: its imports, and the paths among its texts.
//!
//! It reads no syntax tree, and looks into strings and comments too: a name too many costs a file its place among those that
//! run later, and nothing else. A name too few would hide when a file runs.

use std::{collections::BTreeSet, sync::OnceLock};

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization as _;

/// What is kept of one file; that there was more is told.
const MOST: usize = 40_000;

/// Bytes of names that are kept of one file.
const MOST_BYTES: usize = 16 << 20;

/// The longest text that is taken for a path.
const LONGEST: usize = 4096;

/// What reading the imports of a file may cost for each of its bytes.
const STEPS_A_BYTE: usize = 16;

/// Another file as a source names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// A text that looks like a path: `./lib/install`, `tools/run.sh`. It may hold one `*`.
    Path(String),
    /// A Python module: `package.module`, `.module` for a neighbour.
    Module(String),
}

/// A name and the line, from 1, that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) name: Name,
    pub(crate) line: u64,
}

/// What a file names.
#[derive(Debug, Default)]
pub(crate) struct References {
    pub(crate) names: Vec<Reference>,
    /// There was more than is kept or read.
    pub(crate) is_cut: bool,
    /// It changes where modules are looked for.
    pub(crate) moves_path: bool,
    seen: BTreeSet<Name>,
    bytes: usize,
}

/// Files that something else may run, load or unpack, by extension.
const EXTENSIONS: &[&str] = &[
    "py", "pyw", "pyc", "pyd", "pye", "js", "cjs", "mjs", "ts", "node", "wasm", "sh", "bash", "ps1", "bat",
    "cmd", "vbs", "exe", "dll", "so", "dylib", "bin", "dat", "data", "db", "enc", "zip", "gz", "tgz", "xz",
    "bz2", "zst", "tar", "7z", "rar", "whl", "jar", "pkl", "pickle", "txt", "png", "jpg", "rb", "pl", "gyp",
    "gypi", "mk",
];

const LONGEST_EXTENSION: usize = "pickle".len();

/// Functions of Python that import what a text names.
const IMPORTERS: &[&str] = &[
    "__import__",
    "import_module",
    "run_module",
    "find_spec",
    "find_module",
    "load_module",
    "exec_module",
    "resolve_name",
    "locate",
    "loadTestsFromName",
    "loadTestsFromNames",
    "discover",
];

/// Ways to say where Python looks for modules.
const PATHS: &[&str] = &["sys.path", "import path", "__path__", "addsitedir", "meta_path", "path_hooks"];

/// Ways to say where Node.js looks for files.
const NODE_PATHS: &[&str] =
    &["createRequire", "chdir", "NODE_PATH", "_resolveFilename", "globalPaths", "module.paths"];

impl References {
    /// Adds what `text` names. Beside code that runs something (`runs`, by line) every short text may be a file; with
    /// `is_unasked` each may be a module too, where the file imports by text.
    pub(crate) fn read(&mut self, language: &str, text: &[u8], runs: impl Fn(u64) -> bool, is_unasked: bool) {
        let text = String::from_utf8_lossy(text);
        let is_python = matches!(language, "python" | "pth");
        let is_node = matches!(language, "javascript" | "typescript");
        let is_computed = is_node && loads_computed(&text);
        let known = if is_python { Words::of(&text) } else { Words::default() };
        let imports_texts = is_unasked && known.imports_texts;
        for (number, line) in (1..).zip(text.split('\n')) {
            let mut near = None;
            let mut runs = || *near.get_or_insert_with(|| runs(number));
            for part in quoted(line) {
                let others = [unescaped(part.text), part.joined];
                let texts = [part.text].into_iter().chain(others.iter().flatten().map(String::as_str));
                // A command is a text of words.
                for text in texts.flat_map(|text| std::iter::once(text).chain(words(text))) {
                    if text.len() > LONGEST {
                        self.is_cut |= text.starts_with("./") || text.starts_with("../");
                    } else if looks_like_path(text)
                        || is_computed && text.contains('/') && could_be_path(text)
                        || could_be_path(text) && runs()
                    {
                        self.add(Name::Path(variables_open(text, is_node)), number);
                    }
                    // A text may be a module where texts are imported, and beside code that runs something: `-m a.b`.
                    let is_module = text.chars().all(|c| is_word(c) || c == '.');
                    if is_module && (imports_texts || is_python && is_unasked && text.contains('.') && runs())
                    {
                        self.add(Name::Module(text.to_owned()), number);
                    }
                }
            }
            if matches!(language, "shell" | "powershell") {
                let words = line.split(|c: char| c.is_ascii_whitespace() || ";&|()<>'\"`".contains(c));
                words
                    .filter(|word| looks_like_path(word))
                    .for_each(|word| self.add(Name::Path(word.to_owned()), number));
            }
        }
        self.moves_path |= is_node && NODE_PATHS.iter().any(|word| text.contains(word));
        if is_python {
            self.moves_path |= known.moves_path;
            self.imports(&text, &known.imports);
        }
    }

    /// Adds the modules that a normal form names: an import by text is only the name there.
    pub(crate) fn read_normal(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        for (number, line) in (1..).zip(text.split('\n')) {
            let chains = line.split(|c: char| !is_word(c) && c != '.').filter(|word| word.contains('.'));
            chains.for_each(|word| self.add(Name::Module(word.to_owned()), number));
        }
    }

    fn add(&mut self, name: Name, line: u64) {
        let (Name::Path(text) | Name::Module(text)) = &name;
        let bytes = self.bytes + text.len();
        if self.seen.contains(&name) {
        } else if self.names.len() < MOST && bytes <= MOST_BYTES {
            self.bytes = bytes;
            self.seen.insert(name.clone());
            self.names.push(Reference { name, line });
        } else {
            self.is_cut = true;
        }
    }

    /// `import` is a keyword: wherever it stands, names follow.
    fn imports(&mut self, text: &str, words: &[(usize, &str)]) {
        let (mut line, mut counted) = (1, 0);
        let mut steps = text.len().saturating_mul(STEPS_A_BYTE);
        for &(at, word) in words {
            let (before, after) = (&text[..at], &text[at + word.len()..]);
            if before.chars().next_back().is_some_and(is_word) || after.chars().next().is_some_and(is_word) {
                continue;
            }
            line += text[counted..at].bytes().filter(|b| *b == b'\n').count() as u64;
            counted = at;
            let mut cursor = Cursor { rest: after, steps: &mut steps };
            if word == IMPORT {
                let module = module_before(before);
                let (glue, module) = match &module {
                    Some(module) if module.ends_with('.') => ("", module.as_str()),
                    Some(module) => (".", module.as_str()),
                    None => ("", ""),
                };
                if !module.is_empty() {
                    self.add(Name::Module(module.nfkc().collect()), line);
                }
                while let Some(name) = cursor.name() {
                    self.add(Name::Module(format!("{module}{glue}{name}").nfkc().collect()), line);
                }
            } else {
                let text = cursor.texts();
                if !text.is_empty() {
                    self.add(Name::Module(text), line);
                }
            }
            if steps == 0 {
                self.is_cut = true;
                return;
            }
        }
    }
}

/// The words of a Python source that tell what it imports, found in one pass.
#[derive(Default)]
struct Words {
    imports: Vec<(usize, &'static str)>,
    imports_texts: bool,
    moves_path: bool,
}

const IMPORT: &str = "import";

impl Words {
    fn of(text: &str) -> Self {
        static KNOWN: OnceLock<Option<AhoCorasick>> = OnceLock::new();
        let all = || IMPORTERS.iter().chain([&IMPORT]).chain(PATHS);
        let mut words = Self::default();
        // A handful of constant words always makes an automaton.
        let Some(known) = KNOWN.get_or_init(|| AhoCorasick::new(all()).ok()) else { return words };
        for found in known.find_overlapping_iter(text) {
            let place = found.pattern().as_usize();
            let Some(word) = all().nth(place) else { continue };
            words.imports_texts |= place < IMPORTERS.len();
            if place <= IMPORTERS.len() {
                words.imports.push((found.start(), word));
            } else {
                words.moves_path = true;
            }
        }
        words.imports.sort_unstable();
        words
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || !c.is_ascii() && c != '\u{feff}'
}

/// The module of `from … import`, read backwards from the second word.
fn module_before(before: &str) -> Option<String> {
    let mut parts = Vec::<&str>::new();
    let mut rest = before;
    loop {
        rest = rest.trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '\\' || c == '\x0c');
        let word = &rest[rest.trim_end_matches(is_word).len()..];
        if word == "from" {
            parts.reverse();
            return Some(parts.concat()).filter(|module| !module.is_empty());
        }
        if word == "import" {
            return None;
        }
        let part = match rest.chars().next_back()? {
            '.' => ".",
            // Two words without a dot between them are no module.
            _ if word.is_empty() || parts.last().is_some_and(|last| *last != ".") => return None,
            _ => word,
        };
        parts.push(part);
        rest = &rest[..rest.len() - part.len()];
    }
}

/// Reads what follows an import.
struct Cursor<'t, 's> {
    rest: &'t str,
    steps: &'s mut usize,
}

impl<'t> Cursor<'t, '_> {
    fn skip(&mut self, bytes: usize) -> &'t str {
        let (skipped, rest) = self.rest.split_at(bytes);
        *self.steps = self.steps.saturating_sub(bytes + 1);
        self.rest = rest;
        skipped
    }

    /// Skips blanks, line ends and comments; an import that really ends with its line names nothing that is a file.
    fn blanks(&mut self, also: &str) {
        while *self.steps > 0 {
            let is_blank = |c: char| c.is_ascii_whitespace() || c == '\\' || also.contains(c);
            let blank = self.rest.len() - self.rest.trim_start_matches(is_blank).len();
            self.skip(blank);
            if !self.rest.starts_with('#') {
                return;
            }
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        }
    }

    fn word(&mut self) -> &'t str {
        self.blanks("");
        let length = self.rest.len() - self.rest.trim_start_matches(is_word).len();
        self.skip(length)
    }

    /// The next of the names of one statement.
    fn name(&mut self) -> Option<String> {
        self.blanks("(,");
        let mut name = self.word().to_owned();
        if matches!(name.as_str(), "" | "import" | "from") || *self.steps == 0 {
            return None;
        }
        loop {
            self.blanks("");
            if self.rest.starts_with('.') {
                self.skip(1);
                name = format!("{name}.{}", self.word());
            } else if self.rest.starts_with("as") && !self.rest[2..].starts_with(is_word) {
                self.skip(2);
                self.word();
            } else {
                // Without a comma there is no further name.
                if !self.rest.starts_with(',') {
                    self.rest = "";
                }
                return Some(name);
            }
        }
    }

    /// The constant text that an argument starts with, its pieces joined.
    fn texts(&mut self) -> String {
        let mut all = String::new();
        loop {
            self.blanks("(+rbufRBUF");
            let Some(quote) = self.rest.chars().next().filter(|c| "'\"".contains(*c)) else { return all };
            self.skip(1);
            let Some(end) = self.rest.find(quote) else { return all };
            all.push_str(self.skip(end));
            self.skip(1);
        }
    }
}

/// A text between quotes, and what it comes to as the end of a path of the texts before it: `join("a", "b")`.
struct Quoted<'t> {
    text: &'t str,
    joined: Option<String>,
}

/// Texts between quotes of one kind on one line.
fn quoted(line: &str) -> impl Iterator<Item = Quoted<'_>> {
    let mut rest = line;
    let (mut path, mut is_next) = (String::new(), false);
    std::iter::from_fn(move || {
        loop {
            let open = memchr::memchr3(b'\'', b'"', b'`', rest.as_bytes())?;
            let (gap, quote, after) = (&rest[..open], &rest[open..=open], &rest[open + 1..]);
            if !gap.is_empty() {
                is_next = gap.chars().all(separates);
            }
            let Some(close) = after.find(quote) else {
                rest = after;
                continue;
            };
            // The closing quote may be the opening one: an apostrophe can stand before both.
            rest = &after[close..];
            let text = &after[..close];
            if text.chars().all(separates) {
                is_next |= !text.is_empty();
                continue;
            }
            let is_part = is_next && path.len() + close < LONGEST;
            path = if is_part { format!("{path}/{text}") } else { text.to_owned() };
            is_next = false;
            return Some(Quoted { text, joined: is_part.then(|| path.clone()) });
        }
    })
}

/// Whether a character may stand between the parts of a path: `join("a", "b")`, `here / "a" / "b"`.
fn separates(c: char) -> bool {
    " \t,/+()".contains(c)
}

/// A template with whatever stands in it for the first to the last variable: `./*/x` for `./${name}/x`.
fn variables_open(text: &str, is_node: bool) -> String {
    match (text.find("${"), text.rfind('}')) {
        (Some(start), Some(end)) if is_node && start < end => {
            format!("{}*{}", &text[..start], &text[end + 1..])
        }
        _ => text.to_owned(),
    }
}

/// Whether JavaScript loads something by a name that is not written in one piece.
pub(crate) fn loads_computed(text: &str) -> bool {
    ["require", "import"].into_iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let is_other = text[..at].ends_with(|c: char| is_word(c) || "$.".contains(c));
            let Some(argument) = text[at + word.len()..].trim_start().strip_prefix('(') else { return false };
            !is_other && !is_one_text(argument.trim_start())
        })
    })
}

/// Whether an argument is one constant text, or none at all.
fn is_one_text(argument: &str) -> bool {
    let Some(quote) = argument.chars().next().filter(|first| "'\"`".contains(*first)) else {
        return argument.starts_with(')');
    };
    let mut parts = argument[1..].splitn(2, quote);
    let (text, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    rest.trim_start().starts_with(')') && !(quote == '`' && text.contains("${"))
}

/// A text with its escapes resolved; `None` where it has none.
fn unescaped(text: &str) -> Option<String> {
    if text.len() > LONGEST || !text.contains('\\') {
        return None;
    }
    let mut all = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        all.push_str(before);
        let digits = match after.as_bytes().first() {
            Some(b'x') => after.get(1..3),
            Some(b'u') if after[1..].starts_with('{') => after[2..].split('}').next(),
            Some(b'u') => after.get(1..5),
            _ => None,
        };
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        all.extend(code);
        rest = match (digits, code) {
            (Some(digits), Some(_)) if after[1..].starts_with('{') => {
                &after[(digits.len() + 3).min(after.len())..]
            }
            (Some(digits), Some(_)) => &after[digits.len() + 1..],
            _ => after,
        };
    }
    all.push_str(rest);
    Some(all)
}

/// The words of a text that has more than one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_command = text.len() <= LONGEST && text.trim().contains(' ');
    text.split_ascii_whitespace().filter(move |_| is_command)
}

fn looks_like_path(text: &str) -> bool {
    if text.starts_with("./") || text.starts_with("../") || text.starts_with('#') {
        return true;
    }
    let longest = text.len().saturating_sub(LONGEST_EXTENSION + 1);
    let end = &text.as_bytes()[longest..];
    let Some(dot) = end.iter().rposition(|byte| *byte == b'.') else { return false };
    let extension = &end[dot + 1..];
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known.as_bytes())) && could_be_path(text)
}

fn could_be_path(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && !text.contains(|c: char| c.is_control() || "<>|*?\"{}".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(language: &str, text: &str) -> Vec<(Name, u64)> {
        let mut all = References::default();
        all.read(language, text.as_bytes(), |_| false, false);
        all.names.into_iter().map(|r| (r.name, r.line)).collect()
    }

    fn path(text: &str) -> Name {
        Name::Path(text.into())
    }

    fn module(text: &str) -> Name {
        Name::Module(text.into())
    }

    #[test]
    fn python_names_modules_and_files() {
        let text = "import os, a.b as c; import d\nfrom .core import (run, stop)\nfrom . import x\nfrom p import *\n\
                    exec(open('payload.py').read())\nm = __import__(\"late\")\n";
        let expected = [
            (module("os"), 1),
            (module("a.b"), 1),
            (module("d"), 1),
            (module(".core"), 2),
            (module(".core.run"), 2),
            (module(".core.stop"), 2),
            (module("."), 3),
            (module(".x"), 3),
            (module("p"), 4),
            (module("late"), 6),
            (path("payload.py"), 5),
        ];
        let mut found = names("python", text);
        found.sort_by_key(|(name, line)| (matches!(name, Name::Path(_)), *line));
        assert_eq!(found, expected);
    }

    #[test]
    fn javascript_names_relative_files() {
        let text = "const a = require('./lib/a'), fs = require('fs')\nimport b from \"../b.js\"\nfork(`./c`); it's('x.node')\n";
        let expected = [(path("./lib/a"), 1), (path("../b.js"), 2), (path("./c"), 3), (path("x.node"), 3)];
        assert_eq!(names("javascript", text), expected);
        assert_eq!(
            names("shell", "sh ./run.sh && python3 tools/x.py\n"),
            [(path("./run.sh"), 1), (path("tools/x.py"), 1)]
        );
    }

    #[test]
    fn what_is_named_often_is_listed_once_and_within_bounds() {
        assert_eq!(names("javascript", &"require('./a')\n".repeat(50)).len(), 1);
        let many: String = (0..MOST + 9).map(|n| format!("require('./{n}')\n")).collect();
        assert_eq!(names("javascript", &many).len(), MOST);
        assert_eq!(names("javascript", &"'".repeat(1 << 16)), []);
    }

    #[test]
    fn what_is_cut_is_told() {
        let is_cut = |language: &str, text: &str| {
            let mut all = References::default();
            all.read(language, text.as_bytes(), |_| false, false);
            all.is_cut
        };
        assert!(is_cut("javascript", &(0..=MOST).map(|n| format!("require('./{n}')\n")).collect::<String>()));
        assert!(is_cut("javascript", &format!("require('{}x')", "./".repeat(LONGEST))));
        assert!(is_cut("python", &"import(#".repeat(1 << 13)), "reading costs too much");
        assert!(!is_cut("python", &"import a\n".repeat(1 << 13)));
        assert!(!is_cut("python", &format!("x = '{}'", "a".repeat(LONGEST + 1))));
    }

    #[test]
    fn a_path_is_read_with_its_escapes_and_its_pieces() {
        assert!(names("javascript", "require('./t\\x65st')").contains(&(path("./test"), 1)));
        assert!(names("javascript", "require('./t\\u{65}s\\u0074')").contains(&(path("./test"), 1)));
        assert!(names("python", "open(join(here, 'tests', 'a.dat'))").contains(&(path("tests/a.dat"), 1)));
        assert!(names("python", "open(here / 'tests' / 'a.dat')").contains(&(path("tests/a.dat"), 1)));
    }
}
