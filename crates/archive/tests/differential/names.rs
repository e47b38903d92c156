//! Names, honest and hostile; both formats use them.

use unicode_normalization::UnicodeNormalization as _;

use crate::random::Random;

const FOLDERS: &[&str] = &["", "pkg/", "pkg/sub folder/", "pkg-1.0.dist-info/", "ünï/"];
const STEMS: &[&str] = &[
    "setup",
    "README",
    ".gitignore",
    "naïve ❤\u{fe0f}",
    "[a-z]*?",
    "-rf",
    "日本",
    "a b",
    "x;y",
    "#!$&'",
    "e\u{301}",
    "^~%41",
];
/// Targets of symbolic links, most of which stay inside.
const TARGETS: &[&str] = &[
    "target",
    "./a/../b",
    "ä",
    "a//b",
    "..",
    "../x",
    "../../../x",
    "/etc/passwd",
    "a\\b",
    "C:x",
    "a\nb",
    "",
    "a\0b",
];
/// Names that a reader changes, drops, shows or places otherwise than another.
const HOSTILE: &[&[u8]] = &[
    b"../up",
    b"a/../../up",
    b"/root",
    b"//host/share",
    b"a//b",
    b"./a",
    b"a/.",
    b".",
    b"..",
    b"",
    b"a\\b",
    b"..\\up",
    b"C:a",
    b"a:b",
    b"a\0b",
    b"a\0",
    b"a\nb",
    b"a\rb",
    b"a\x1bb",
    b"a\x7fb",
    b"a\xff",
    b"\xc3",
    b"a.",
    b"a ",
    b" a",
    b"con",
    b"aux.txt",
    b"a/nul/b",
    b"a;1",
    b"a;",
    b"pkg",
    b"pkg/",
    b"new/",
    b"a\xe2\x80\xaeb",
    b"a\xe2\x80\x8bb",
    b"\xef\xbb\xbfa",
    b"a\xc2\xa0b",
    b"a\xc2\x85b",
    b"-",
    b"--help",
    b"~root",
    b"$HOME",
    b"a*",
    b"[a]",
    b"a\xc2\xadb",
    b"a#U00e4",
    b"a%2fb",
    b"a\tb",
    b"PaxHeader/a",
    b"././@LongLink",
    b".git/config",
    b"a|b",
    b"a\"b",
    b"<a>",
];

/// A path that no other number of this archive gives.
pub(crate) fn honest(random: &mut Random, number: usize) -> String {
    format!("{}{}{number}.py", random.pick(FOLDERS), random.pick(STEMS))
}

pub(crate) fn target(random: &mut Random) -> &'static str {
    random.pick(TARGETS)
}

/// A hostile name, or one that differs from `other` in a way that some readers or file systems do not see.
pub(crate) fn hostile(random: &mut Random, other: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(other);
    match random.below(12) {
        0 => other.to_vec(),
        1 => text.to_uppercase().into_bytes(),
        2 => text.nfc().collect::<String>().into_bytes(),
        3 => text.nfd().collect::<String>().into_bytes(),
        4 => [other, b"/"].concat(),
        5 => [other, b"/below"].concat(),
        6 => [other, b"\0.txt"].concat(),
        _ => random.pick(HOSTILE).to_vec(),
    }
}
