use std::fmt;

use serde::{Deserialize, Serialize};

/// The name a package is requested and published under: `^[a-z0-9][a-z0-9._-]{0,99}$`, not ending in a dot, not a
/// device name of Windows. It is safe as a path component, a CodeArtifact package and a message attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackageName(String);

/// Why a text is no package name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "package name {found} is not allowed: use 1 to 100 of a-z, 0-9, '.', '_', '-', starting with a letter or digit, \
     not ending in a dot, and no device name such as con or nul"
)]
pub struct InvalidName {
    found: String,
}

impl PackageName {
    /// Accepts or refuses; never repairs.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = text.as_bytes();
        let allowed = (1..=100).contains(&bytes.len())
            && plain(bytes[0])
            && bytes.iter().all(|&b| plain(b) || matches!(b, b'.' | b'_' | b'-'))
            && !text.ends_with('.')
            && !is_device_name(text);
        if allowed { Ok(Self(text.to_owned())) } else { Err(InvalidName { found: excerpt(text) }) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text as Rust would quote it (control and invisible characters escaped), cut to a readable length.
fn excerpt(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("{}{dots}", short.escape_default().collect::<String>())
}

fn is_device_name(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or_default();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    };
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PackageName {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::parse(&text)
    }
}

impl From<PackageName> for String {
    fn from(name: PackageName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_what_people_name_packages() {
        for name in ["langchain", "scikit-learn", "ruamel.yaml", "7zip", "a", &"x".repeat(100)] {
            assert!(PackageName::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn refuses_and_never_repairs() {
        let long = "x".repeat(101);
        let refused = [
            "",
            ".",
            "..",
            "../x",
            ".x",
            "-rf",
            "_x",
            "a/b",
            "a\\b",
            "a b",
            "PyYAML",
            "l\u{0430}ngchain",
            "x\0",
            "con",
            "nul.zip",
            "com1",
            "x.",
            "a\u{200b}",
            "=cmd",
            &long,
        ];
        for name in refused {
            assert!(PackageName::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn error_shows_invisible_characters() {
        let error = PackageName::parse("l\u{0430}ng").unwrap_err().to_string();
        assert!(error.contains(r"l\u{430}ng"), "{error}");
    }

    proptest! {
        #[test]
        fn accepted_names_are_safe_path_components(text in "\\PC{0,12}|[a-z0-9._-]{0,110}") {
            if let Ok(name) = PackageName::parse(&text) {
                prop_assert_eq!(name.as_str(), text.as_str());
                prop_assert_eq!(std::path::Path::new(name.as_str()).components().count(), 1);
                prop_assert!(!matches!(name.as_str(), "." | ".."));
            }
        }
    }
}
