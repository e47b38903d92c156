//! The files that a file names: its imports, and the paths among its texts.
//!
//! It reads no syntax tree: a name too many costs a file its place among those that run later, and nothing else.

/// What is read of one file; past it nothing is followed.
const MOST: usize = 5000;

/// Another file as a source names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// A text that looks like a path: `./lib/install`, `tools/run.sh`.
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

/// Files that something else may run, load or unpack, by extension.
const EXTENSIONS: &[&str] = &[
    "py", "pyw", "pyc", "pyd", "pye", "js", "cjs", "mjs", "ts", "node", "wasm", "sh", "bash", "ps1", "bat",
    "cmd", "vbs", "exe", "dll", "so", "dylib", "bin", "dat", "data", "db", "enc", "zip", "gz", "tgz", "xz",
    "bz2", "zst", "tar", "7z", "rar", "whl", "jar", "pkl", "pickle", "txt", "png", "jpg", "rb", "pl",
];

/// What a file of this language names, each name once.
pub(crate) fn references(language: &str, bytes: &[u8]) -> Vec<Reference> {
    let text = String::from_utf8_lossy(bytes);
    let mut seen = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        let mut add = |name: Name| {
            if found.len() < MOST && seen.insert(name.clone()) {
                found.push(Reference { name, line: number });
            }
        };
        quoted(line).filter(|text| looks_like_path(text)).for_each(|text| add(Name::Path(text.to_owned())));
        if matches!(language, "python" | "pth") && line.contains("import") {
            line.split(';')
                .for_each(|statement| imports(statement).into_iter().for_each(|m| add(Name::Module(m))));
        }
        if matches!(language, "shell" | "powershell") {
            let words = line.split(|c: char| c.is_ascii_whitespace() || ";&|()<>'\"`".contains(c));
            words.filter(|word| looks_like_path(word)).for_each(|word| add(Name::Path(word.to_owned())));
        }
    }
    found
}

/// Short texts between quotes of one kind on one line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        loop {
            let open = rest.find(['\'', '"', '`'])?;
            let quote = &rest[open..=open];
            let after = &rest[open + 1..];
            let Some(close) = after.find(quote) else {
                rest = after;
                continue;
            };
            // The closing quote may be the opening one: an apostrophe can stand before both.
            rest = &after[close.min(after.len())..];
            if (1..=200).contains(&close) {
                return Some(&after[..close]);
            }
        }
    })
}

fn looks_like_path(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "._-/\\@+ ".contains(c);
    if text.is_empty() || text.len() > 200 || !text.chars().all(plain) {
        return false;
    }
    let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
    text.starts_with("./")
        || text.starts_with("../")
        || EXTENSIONS.iter().any(|e| extension.eq_ignore_ascii_case(e))
}

/// The modules of one statement: `import a.b, c as d`, `from .a import b, c`.
fn imports(statement: &str) -> Vec<String> {
    let statement = statement.split('#').next().unwrap_or_default().trim();
    if let Some(modules) = statement.strip_prefix("import ") {
        let first_word = |part: &str| part.split_whitespace().next().map(str::to_owned);
        return modules.split(',').filter_map(first_word).collect();
    }
    if let Some((module, names)) = statement.strip_prefix("from ").and_then(|rest| rest.split_once(" import"))
    {
        let (module, dot) = (module.trim(), if module.trim().ends_with('.') { "" } else { "." });
        let names = names.trim().trim_matches(['(', ')']).split(',');
        let below = names.filter_map(|name| name.split_whitespace().next()).filter(|name| *name != "*");
        let below = below.map(|name| format!("{module}{dot}{name}"));
        return std::iter::once(module.to_owned()).chain(below).take(100).collect();
    }
    let called = ["__import__(", "import_module("].into_iter().filter_map(|call| {
        let argument = statement.split_once(call)?.1;
        quoted(argument).next().map(str::to_owned)
    });
    called.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(language: &str, text: &str) -> Vec<(Name, u64)> {
        references(language, text.as_bytes()).into_iter().map(|r| (r.name, r.line)).collect()
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
            (path("payload.py"), 5),
            (module("late"), 6),
        ];
        assert_eq!(names("python", text), expected);
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
}
