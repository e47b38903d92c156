use std::borrow::Cow;

use domain::Release;

/// The command that gets the asset, ready for a shell.
pub(super) fn command(domain: &str, owner: Option<&str>, repository: &str, release: &Release) -> String {
    let package = release.package().as_str();
    let options = [
        ("--domain", Some(domain)),
        ("--domain-owner", owner),
        ("--repository", Some(repository)),
        ("--format", Some("generic")),
        ("--namespace", Some(package)),
        ("--package", Some(package)),
        ("--package-version", Some(release.version())),
        ("--asset", Some(release.asset())),
    ];
    let mut command = "aws codeartifact get-package-version-asset".to_owned();
    for (option, value) in options {
        if let Some(value) = value {
            command.push_str(&format!(" {option} {}", quoted(value)));
        }
    }
    command.push_str(&format!(" {}", quoted(release.asset())));
    command
}

/// Versions come from registries: what a shell could read otherwise is quoted.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+');
    if !word.is_empty() && word.bytes().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_reads_a_word_as_it_is() {
        assert_eq!(quoted("1.0+cu121"), "1.0+cu121");
        assert_eq!(quoted("1!2.0"), "'1!2.0'");
        assert_eq!(quoted("$(id)'"), r"'$(id)'\'''");
        assert_eq!(quoted(""), "''");
    }
}
