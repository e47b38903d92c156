//! Paths, through both formats: the rules are one, but each reader must apply them.

use crate::{
    Limits, MemberName, Violation, path,
    tests::{
        Case,
        tar_builder::{entry, file, pax, symlink, tar_gz},
        zip_builder::{Member, Zip},
    },
};

type Make = fn(MemberName) -> Violation;

/// Paths that cannot be together, the rule, the one that breaks it, and the names of the two cases.
type Clash = (&'static [&'static str], Make, &'static str, [&'static str; 2]);

/// A path, the rule it breaks, and the names of its two cases.
type Row = (&'static str, Make, [&'static str; 2]);

const ROWS: &[Row] = &[
    ("a\0b", Violation::NulInPath, ["NUL in zip", "NUL in tar"]),
    ("a\nb", Violation::ControlCharacter, ["newline in zip", "newline in tar"]),
    ("a\x7f", Violation::ControlCharacter, ["delete in zip", "delete in tar"]),
    ("a\u{9b}31m", Violation::ControlCharacter, ["C1 in zip", "C1 in tar"]),
    ("a\u{2028}b", Violation::ControlCharacter, ["line separator in zip", "line separator in tar"]),
    ("cod\u{202e}yp.exe", Violation::BidiCharacter, ["RTL override in zip", "RTL override in tar"]),
    ("a\u{2066}b", Violation::BidiCharacter, ["isolate in zip", "isolate in tar"]),
    ("a\u{200b}b", Violation::InvisibleCharacter, ["zero-width space in zip", "zero-width space in tar"]),
    ("\u{feff}a", Violation::InvisibleCharacter, ["byte order mark in zip", "byte order mark in tar"]),
    ("a\u{e0041}", Violation::InvisibleCharacter, ["tag character in zip", "tag character in tar"]),
    ("a\\b", Violation::Backslash, ["backslash in zip", "backslash in tar"]),
    ("..\\b", Violation::Backslash, ["backslash parent in zip", "backslash parent in tar"]),
    ("\\\\host\\share\\a", Violation::Backslash, ["backslash UNC in zip", "backslash UNC in tar"]),
    ("", Violation::EmptyPath, ["empty name in zip", "empty name in tar"]),
    ("/etc/passwd", Violation::AbsolutePath, ["absolute in zip", "absolute in tar"]),
    ("//host/share/a", Violation::UncPath, ["UNC in zip", "UNC in tar"]),
    ("C:/a", Violation::DrivePath, ["drive in zip", "drive in tar"]),
    ("c:a", Violation::DrivePath, ["relative drive in zip", "relative drive in tar"]),
    ("setup.py:evil", Violation::StreamPath, ["stream in zip", "stream in tar"]),
    ("a!/b", Violation::ArchiveMark, ["archive mark in zip", "archive mark in tar"]),
    ("a;1", Violation::VersionSuffix, ["version in zip", "version in tar"]),
    ("a/b;", Violation::VersionSuffix, ["semicolon in zip", "semicolon in tar"]),
    ("../a", Violation::ParentPath, ["parent in zip", "parent in tar"]),
    ("a/../../b", Violation::ParentPath, ["inner parent in zip", "inner parent in tar"]),
    ("a/..", Violation::ParentPath, ["last parent in zip", "last parent in tar"]),
    ("a//b", Violation::DotPath, ["empty component in zip", "empty component in tar"]),
    ("a/./b", Violation::DotPath, ["dot component in zip", "dot component in tar"]),
    (".", Violation::DotPath, ["dot in zip", "dot in tar"]),
    ("a./b", Violation::TrailingDotOrSpace, ["trailing dot in zip", "trailing dot in tar"]),
    ("a/b ", Violation::TrailingDotOrSpace, ["trailing space in zip", "trailing space in tar"]),
    ("...", Violation::TrailingDotOrSpace, ["three dots in zip", "three dots in tar"]),
    ("a/nul", Violation::DeviceName, ["device in zip", "device in tar"]),
    ("Com1/a", Violation::DeviceName, ["serial port in zip", "serial port in tar"]),
    ("LPT¹", Violation::DeviceName, ["superscript port in zip", "superscript port in tar"]),
];

pub(super) fn all() -> Vec<Case> {
    let rows = ROWS.iter().flat_map(|(path, make, [zip, tar])| {
        let archives = [(*zip, zip_of(&[path])), (*tar, tar_of(&[path]))];
        archives.map(|(name, archive)| Case::new(name, archive, make((*path).into())))
    });
    rows.chain(encodings()).chain(limits()).chain(collisions()).chain(clashes()).chain(places()).collect()
}

fn zip_of(paths: &[&str]) -> Vec<u8> {
    Zip::of(paths.iter().map(|path| Member::stored(path, b"")).collect()).build()
}

/// The names are in pax records, which hold any text.
fn tar_of(paths: &[&str]) -> Vec<u8> {
    let parts = paths.iter().flat_map(|path| match *path {
        "" => [vec![], file("", b"")],
        path => [pax(b'x', &[("path", path)]), file("x", b"")],
    });
    tar_gz(&parts.collect::<Vec<_>>())
}

fn encodings() -> Vec<Case> {
    let raw = |name: &[u8], flags| {
        let member = Member::stored("a", b"").both(|r| (r.name, r.flags) = (name.to_vec(), flags));
        Zip::of(vec![member]).build()
    };
    let mut header = file("odd", b"");
    header[..3].copy_from_slice(b"\xff\xfe ");
    let block = crate::tests::tar_builder::sealed(header[..512].try_into().unwrap());
    let shown = |bytes: &[u8]| Violation::NotUtf8(bytes.into());
    vec![
        Case::new("Latin-1 in zip", raw(b"caf\xe9", 0), shown(b"caf\xe9")),
        Case::new("Latin-1 under the UTF-8 flag", raw(b"caf\xe9", 1 << 11), shown(b"caf\xe9")),
        Case::new("overlong slash in zip", raw(b"a\xc0\xafb", 1 << 11), shown(b"a\xc0\xafb")),
        Case::new("surrogate in zip", raw(b"\xed\xa0\x80", 1 << 11), shown(b"\xed\xa0\x80")),
        Case::new("bytes in tar", tar_gz(&[block.to_vec()]), shown(b"\xff\xfe ")),
    ]
}

fn limits() -> Vec<Case> {
    let deep = "a/".repeat(64) + "a";
    let long = "a".repeat(1025);
    let fitting = Limits { path_bytes: 1025, depth: 65, ..Limits::default() };
    assert!(crate::read(std::io::Cursor::new(zip_of(&[&deep, &long])), &fitting, |_, _| {}).is_ok());
    vec![
        Case::new("65 components in zip", zip_of(&[&deep]), Violation::TooDeep(deep.as_str().into())),
        Case::new("65 components in tar", tar_of(&[&deep]), Violation::TooDeep(deep.as_str().into())),
        Case::new("long path in zip", zip_of(&[&long]), Violation::PathTooLong(long.as_str().into())),
        Case::new("long path in tar", tar_of(&[&long]), Violation::PathTooLong(long.as_str().into())),
    ]
}

fn collisions() -> Vec<Case> {
    let rows: &[Clash] = &[
        (&["a", "b", "a"], Violation::Duplicate, "a", ["duplicate in zip", "duplicate in tar"]),
        (&["Readme", "README"], Violation::CaseCollision, "README", ["case in zip", "case in tar"]),
        (&["a/b", "A/c"], Violation::CaseCollision, "A", ["folder case in zip", "folder case in tar"]),
        (&["straße", "STRASSE"], Violation::CaseCollision, "STRASSE", ["sharp s in zip", "sharp s in tar"]),
        (&["\u{e9}", "e\u{301}"], Violation::UnicodeCollision, "e\u{301}", ["NFC in zip", "NFC in tar"]),
        (
            &["a", "\u{ff41}"],
            Violation::UnicodeCollision,
            "\u{ff41}",
            ["full width in zip", "full width in tar"],
        ),
        (
            &["a", "a\u{fe0f}"],
            Violation::UnicodeCollision,
            "a\u{fe0f}",
            ["variation in zip", "variation in tar"],
        ),
        (
            &["a", "a\u{fe00}"],
            Violation::UnicodeCollision,
            "a\u{fe00}",
            ["first variation in zip", "first variation in tar"],
        ),
        (
            &["mhz", "\u{3392}"],
            Violation::UnicodeCollision,
            "\u{3392}",
            ["unit sign in zip", "unit sign in tar"],
        ),
        (
            &["a_b", "a?b"],
            Violation::ReplacementCollision,
            "a?b",
            ["question mark in zip", "question mark in tar"],
        ),
        (
            &["a|/b", "A\"/c"],
            Violation::ReplacementCollision,
            "A\"",
            ["bar and quote in zip", "bar and quote in tar"],
        ),
        (&["<*>", "___"], Violation::ReplacementCollision, "___", ["brackets in zip", "brackets in tar"]),
    ];
    through_both(rows)
}

fn clashes() -> Vec<Case> {
    let rows: &[Clash] = &[
        (&["a", "a/b"], Violation::PathClash, "a/b", ["file then folder in zip", "file then folder in tar"]),
        (
            &["a/b/c", "a/b"],
            Violation::PathClash,
            "a/b",
            ["folder then file in zip", "folder then file in tar"],
        ),
        (
            &["a/b/c/d", "a"],
            Violation::PathClash,
            "a",
            ["far folder then file in zip", "far folder then file in tar"],
        ),
        (
            &["a", "a/b/c/d"],
            Violation::PathClash,
            "a/b/c/d",
            ["file then far folder in zip", "file then far folder in tar"],
        ),
    ];
    through_both(rows)
}

fn through_both(rows: &[Clash]) -> Vec<Case> {
    let cases = rows.iter().flat_map(|(paths, make, shown, [zip, tar])| {
        let archives = [(*zip, zip_of(paths)), (*tar, tar_of(paths))];
        archives.map(|(name, archive)| Case::new(name, archive, make((*shown).into())))
    });
    cases.collect()
}

/// Two entries for one place, where the kinds differ or the place is a directory.
fn places() -> Vec<Case> {
    let below_link = || Violation::PathClash("a/b".into());
    let zip_link = Zip::of(vec![Member::symlink("a", "c"), Member::stored("a/b", b"")]).build();
    let twice = tar_gz(&[entry("a/", b'5', b""), entry("a", b'5', b"")]);
    let stored = |name: &&str| Member::stored(name, b"");
    let zip_twice = Zip::of(["a/", "a/b", "a/"].iter().map(stored).collect()).build();
    let zip_implied = Zip::of(["a/b", "a/", "a/"].iter().map(stored).collect()).build();
    let dotted = tar_gz(&[file("a", b""), file("./a", b"")]);
    vec![
        Case::new("file below a link in zip", zip_link, below_link()),
        Case::new("file below a link in tar", tar_gz(&[symlink("a", "c"), file("a/b", b"")]), below_link()),
        Case::new("directory twice", twice, Violation::Duplicate("a".into())),
        Case::new("directory of a file twice", zip_twice, Violation::Duplicate("a".into())),
        Case::new("directory twice after its file", zip_implied, Violation::Duplicate("a".into())),
        Case::new("same path with a dot", dotted, Violation::Duplicate("a".into())),
    ]
}

/// Both ends of each range of characters that a name must not have, by rule.
#[test]
fn refuses_each_character_that_hides_something() {
    let ends: [(Make, &str); 3] = [
        (Violation::ControlCharacter, "\u{1}\u{1f}\u{7f}\u{80}\u{9f}\u{2028}\u{2029}"),
        (Violation::BidiCharacter, "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}"),
        (
            Violation::InvisibleCharacter,
            "\u{ad}\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}\u{180f}\u{200b}\u{200d}\u{2060}\u{2065}\u{206a}\u{206f}\
             \u{3164}\u{feff}\u{ffa0}\u{fff9}\u{fffb}\u{1bca0}\u{1bca3}\u{1d173}\u{1d17a}\u{e0000}\u{e0fff}",
        ),
    ];
    for (make, characters) in ends {
        for character in characters.chars() {
            let name = format!("a{character}b");
            let expected = Err(make(name.as_str().into()));
            assert_eq!(path::check(name.as_bytes(), &Limits::default()), expected);
        }
    }
}

#[test]
fn refuses_each_device_and_no_file_named_like_one() {
    let check = |name: &str| path::check(name.as_bytes(), &Limits::default()).map(drop);
    let ports = ["com", "LPT"]
        .into_iter()
        .flat_map(|port| "0123456789¹²³".chars().map(move |n| format!("{port}{n}")));
    let others = ["con", "Prn", "aux", "NUL", "conin$", "CONOUT$", "clock$"].map(str::to_owned);
    for name in ports.chain(others) {
        assert_eq!(check(&name), Err(Violation::DeviceName(name.as_str().into())));
        assert_eq!(check(&format!("{name}.c")), Ok(()));
    }
    for name in ["com", "com10", "lpt¼", "console", "nul0"] {
        assert_eq!(check(name), Ok(()));
    }
}
