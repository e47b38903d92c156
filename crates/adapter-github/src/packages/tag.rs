//! A version as the name of a tag, and back. Every version has one tag, every tag at most one version.

/// The longest name that a server with files for refs can keep.
const LONGEST: usize = 200;

/// What tells that a version was taken back: `revoked/<tag>`, on a commit without files. No version's tag has a slash.
pub(super) fn revoked(tag: &str) -> String {
    format!("revoked/{tag}")
}

/// The version with everything as `=XX` that git refuses in a name, a shell or an address would read, or that git would
/// take for something else: a first letter as in `main`, `HEAD` or `-x`, and the digits of a whole object name. `None`
/// where that gets too long.
pub(super) fn of(version: &str) -> Option<String> {
    let whole_id = matches!(version.len(), 40 | 64) && version.bytes().all(|b| b.is_ascii_hexdigit());
    let mut tag = String::new();
    for (at, byte) in version.bytes().enumerate() {
        let plain = match byte {
            _ if at == 0 => matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'v') && !whole_id,
            b'.' => is_plain_dot(version, at),
            _ => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-'),
        };
        if plain {
            tag.push(byte.into());
        } else {
            tag.push_str(&format!("={byte:02X}"));
        }
    }
    (1..=LONGEST).contains(&tag.len()).then_some(tag)
}

/// Git refuses `..`, a dot at the end, and `.lock` there.
fn is_plain_dot(version: &str, at: usize) -> bool {
    !version[..at].ends_with('.') && !matches!(&version[at + 1..], "" | "lock")
}

/// The version of a tag; `None` for a tag that is not of [`of`]'s making.
pub(super) fn version(tag: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = tag.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'=' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    let version = String::from_utf8(bytes).ok()?;
    (of(&version).as_deref() == Some(tag)).then_some(version)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spells_versions_that_people_know_as_they_are() {
        for version in ["2.32.3", "4f1c0d9a2b7e", "1.0.0-rc.1+build_5", "v1.0", "deadbeef"] {
            assert_eq!(of(version).as_deref(), Some(version));
        }
        for (version, tag) in [
            ("1!2.0", "1=212.0"),
            ("main", "=6Dain"),
            ("HEAD", "=48EAD"),
            ("-x", "=2Dx"),
            ("1..2", "1.=2E2"),
            ("1.", "1=2E"),
            ("1.lock", "1=2Elock"),
            ("1=2", "1=3D2"),
            ("1~é", "1=7E=C3=A9"),
        ] {
            assert_eq!(of(version).as_deref(), Some(tag), "{version}");
        }
        assert!(of(&"a".repeat(40)).unwrap().starts_with("=61"));
        assert_eq!(of(""), None);
        assert_eq!(of(&"!".repeat(67)), None);
        for foreign in ["latest", "revoked/1.0", "1=3", "1=2f", "1=zz", "1=FF", "1=31", ""] {
            assert_eq!(version(foreign), None, "{foreign}");
        }
    }

    proptest! {
        #[test]
        fn every_version_has_a_tag_of_its_own(text in "\\PC{1,20}|[0-9a-f.lock=!~^-]{1,45}") {
            if let Some(tag) = of(&text) {
                prop_assert_eq!(version(&tag).unwrap(), text);
                prop_assert!(tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+=-".contains(&b)), "{}", tag);
            }
        }
    }

    #[test]
    fn git_takes_every_tag() {
        let samples = [
            "..",
            ".",
            "a.lock",
            "a..",
            "@",
            "@{",
            "refs/heads/x",
            "a b",
            "~^:?*[\\",
            ".lock",
            "1.lock.lock",
        ];
        for version in samples {
            let name = format!("refs/tags/{}", of(version).unwrap());
            let checked = Command::new("git").args(["check-ref-format", &name]).status().unwrap();
            assert!(checked.success(), "{name}");
        }
    }
}
