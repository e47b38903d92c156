//! Which language a file is written in: the global `language` of the rules.

use unicode_normalization::UnicodeNormalization as _;

/// What a rule calls files that are in none of the languages.
pub(crate) const OTHER: &str = "other";

/// Every language.
pub(crate) const KNOWN: [&str; 11] = [
    "python",
    "javascript",
    "typescript",
    "shell",
    "powershell",
    "json",
    "toml",
    "ini",
    "notebook",
    "ruby",
    "pth",
];

/// Whether a rule may name it.
pub(crate) fn is_known(language: &str) -> bool {
    language == OTHER || KNOWN.contains(&language)
}

/// The languages by extension.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("python", &["py", "pyw", "pyi", "pye", "py3"]),
    ("javascript", &["js", "cjs", "mjs", "jsx"]),
    ("typescript", &["ts", "tsx", "mts", "cts"]),
    ("shell", &["sh", "bash", "zsh", "ksh", "command", "gyp", "gypi"]),
    ("powershell", &["ps1", "psm1", "psd1"]),
    ("json", &["json"]),
    ("toml", &["toml"]),
    ("ini", &["cfg", "ini"]),
    ("notebook", &["ipynb"]),
    ("ruby", &["rb", "gemspec"]),
    ("rust", &["rs"]),
];

/// The languages by name; lower case.
const NAMES: &[(&str, &[&str])] = &[
    ("toml", &["pipfile", "cargo.lock", "poetry.lock"]),
    ("ini", &["entry_points.txt", ".npmrc", ".pypirc"]),
    ("shell", &["makefile", "gnumakefile", ".bashrc", ".bash_profile", ".profile", ".zshrc"]),
    ("ruby", &["gemfile", "rakefile"]),
];

/// The languages by interpreter, longest first where one starts another.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("powershell", &["pwsh"]),
    ("python", &["python", "pypy"]),
    ("javascript", &["node", "deno", "bun"]),
    ("shell", &["bash", "zsh", "dash", "ksh", "sh"]),
    ("ruby", &["ruby"]),
];

/// The language of a file by its name, or by its `#!` line; empty for any other.
pub(crate) fn language_of(path: &str, bytes: &[u8]) -> &'static str {
    let name = path.rsplit(['/', '!']).next().unwrap_or(path).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if extension == "pth" {
        // The weights of a model go by the same extension. Python runs line by line what stands before bytes it cannot read.
        let head = &bytes[..bytes.len().min(512)];
        return if head.contains(&0) && !has_import_line(bytes) { "" } else { "pth" };
    }
    find(EXTENSIONS, |known| *known == extension)
        .or_else(|| find(NAMES, |known| *known == name))
        .or_else(|| interpreter(bytes))
        .unwrap_or("")
}

/// Whether a line, as `str.splitlines` ends them, is one that Python runs.
fn has_import_line(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|b| matches!(b, b'\n' | b'\r' | 0x0b | 0x0c | 0x1c..=0x1e | 0x85));
    lines.any(|line| line.starts_with(b"import ") || line.starts_with(b"import\t"))
}

fn interpreter(bytes: &[u8]) -> Option<&'static str> {
    let line = bytes.strip_prefix(b"#!")?.split(|&b| b == b'\n').next()?;
    let line = String::from_utf8_lossy(&line[..line.len().min(4096)]);
    // Whatever stands before it may be an option or its value.
    let mut words = line.split_ascii_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    words.find_map(|program| {
        find(INTERPRETERS, |known| {
            let version = program.strip_prefix(known);
            version.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        })
    })
}

fn find(table: &[(&'static str, &[&str])], is: impl Fn(&&str) -> bool) -> Option<&'static str> {
    table.iter().find(|(_, words)| words.iter().any(&is)).map(|(language, _)| *language)
}

/// Whether the text is not what its bytes look like: UTF-16, or a Python coding line with an encoding that is no
/// superset of ASCII, or that nobody knows.
pub(crate) fn hides_in_encoding(language: &str, bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    let mut lines = bytes.split(|&b| b == b'\n' || b == b'\r').filter(|line| !line.is_empty());
    language == "python" && lines.by_ref().take(2).any(has_odd_coding)
}

/// Whether a name may be written with letters that Python takes for ASCII ones: full-width, mathematical or raised ones.
pub(crate) fn hides_in_letters(language: &str, bytes: &[u8]) -> bool {
    if language != "python" || bytes.is_ascii() {
        return false;
    }
    let text = String::from_utf8_lossy(bytes);
    let is_other = |c: char| !c.is_ascii() && c.is_alphabetic() && c.nfkc().all(|c| c.is_ascii_alphabetic());
    let is_name = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || is_other(c));
    let ends = |c: Option<char>| c.is_some_and(|c| "(=.;".contains(c));
    text.match_indices(is_other).any(|(at, letter)| {
        let after = text[at + letter.len()..].chars().next();
        is_name(text[..at].chars().next_back()) || is_name(after) || ends(after)
    })
}

/// PEP 263: a comment in the first two lines.
fn has_odd_coding(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(&line[..line.len().min(400)]);
    let Some((comment, rest)) = line.split_once("coding") else { return false };
    let Some(rest) = rest.strip_prefix([':', '=']).filter(|_| comment.contains('#')) else { return false };
    let word = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let name: String = rest.trim_start().chars().take_while(word).collect();
    let name = name.to_ascii_lowercase().replace('_', "-");
    let plain =
        ["utf-8", "utf8", "latin", "iso-8859", "iso8859", "ascii", "us-ascii", "cp125", "windows-125"];
    !plain.iter().any(|known| name.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_by_extension_name_or_interpreter() {
        for (path, bytes, language) in [
            ("a/setup.py", "", "python"),
            ("a/B.PY", "", "python"),
            ("a/x.mjs", "", "javascript"),
            ("a/x.d.ts", "", "typescript"),
            ("a/x.cfg", "", "ini"),
            ("a/x.dist-info/entry_points.txt", "", "ini"),
            ("a/x.ipynb", "{}", "notebook"),
            ("a/x.pth", "import os\n", "pth"),
            ("a/x.pth", "PK\u{3}\u{4}\0\0", ""),
            ("a/tool", "#!/usr/bin/env node\n", "javascript"),
            ("a/tool", "#!/usr/bin/python3.12 -E\n", "python"),
            ("a/tool", "#! /bin/sh", "shell"),
            ("a/tool", "#!/usr/bin/env -S LANG=C bash -x\n", "shell"),
            ("a/tool", "#!/usr/bin/env -S -u X python3\n", "python"),
            ("a/tool", "#!/usr/bin/python3 -X\u{e9}\n", "python"),
            ("a/tool", "#!/usr/bin/shuffle\n", ""),
            ("a/in.gz!/x.js", "", "javascript"),
            ("a/README", "text", ""),
        ] {
            assert_eq!(language_of(path, bytes.as_bytes()), language, "{path} {bytes:?}");
        }
    }

    #[test]
    fn letters_that_are_read_as_others_hide_a_name() {
        let hides = |text: &str| hides_in_letters("python", text.as_bytes());
        for text in ["e\u{2e3}ec(x)", "os.\u{17f}ystem(x)", "os.syste\u{1d50}(x)", "\u{ff45}\u{ff58}ec(x)"] {
            assert!(hides(text), "{text}");
        }
        for text in ["exec(x)", "x = 'caf\u{e9} 5\u{2122} \u{212b} \u{1d504} \u{6587}(x)'"] {
            assert!(!hides(text), "{text}");
        }
    }

    #[test]
    fn an_encoding_that_hides_ascii_is_odd() {
        let odd = |text: &[u8]| hides_in_encoding("python", text);
        assert!(odd(b"# -*- coding: utf-7 -*-\n+AGU-\n"));
        assert!(odd(b"#!/usr/bin/python\n# vim: set fileencoding=unicode_escape :\n"));
        assert!(odd(b"\xff\xfei\0m\0"));
        assert!(!odd(b"# -*- coding: utf-8 -*-\n"));
        assert!(!odd(b"# -*- coding: Latin-1 -*-\n"));
        assert!(!odd(b"x = 1\ny = 2\n# coding: utf-7\n"));
        assert!(!odd(b"coding = 'utf-7'\n"));
        assert!(!hides_in_encoding("javascript", b"# coding: utf-7\n"));
    }
}
