use std::{borrow::Cow, fmt};

use domain::{PackageKind, Release};

/// A repository, as its users name it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) domain: String,
    pub(super) owner: Option<String>,
    pub(super) repository: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.domain, self.repository)
    }
}

impl Place {
    /// The commands that get the release, ready for a shell: by its installer where it has one, and the asset.
    pub(super) fn install(&self, release: &Release) -> Vec<String> {
        let mut commands = vec![];
        if let Some(manifest) = release.manifest() {
            let identity = &manifest.identity;
            let (tool, install, between) = match identity.kind {
                PackageKind::Wheel | PackageKind::Sdist => ("pip", "pip install", "=="),
                PackageKind::Npm => ("npm", "npm install", "@"),
            };
            commands.push(self.command("login", &[("--tool", tool)]));
            let package = format!("{}{between}{}", identity.name, identity.version);
            commands.push(format!("{install} {}", quoted(&package)));
        }
        let package = release.package().as_str();
        let options = [
            ("--format", "generic"),
            ("--namespace", package),
            ("--package", package),
            ("--package-version", release.version()),
            ("--asset", release.asset()),
        ];
        let get = self.command("get-package-version-asset", &options);
        commands.push(format!("{get} {}", quoted(release.asset())));
        commands
    }

    fn command(&self, operation: &str, options: &[(&str, &str)]) -> String {
        let owner = self.owner.as_deref().map(|owner| ("--domain-owner", owner));
        let place = [("--domain", self.domain.as_str())].into_iter().chain(owner);
        let place = place.chain([("--repository", self.repository.as_str())]);
        let words = place.chain(options.iter().copied());
        words.fold(format!("aws codeartifact {operation}"), |command, (option, value)| {
            format!("{command} {option} {}", quoted(value))
        })
    }
}

/// Versions come from registries: what a shell could read otherwise is quoted.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-+@/=".contains(&b);
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
        assert_eq!(quoted("@types/node@20.0.0"), "@types/node@20.0.0");
        assert_eq!(quoted("1!2.0"), "'1!2.0'");
        assert_eq!(quoted("$(id)'"), r"'$(id)'\'''");
        assert_eq!(quoted(""), "''");
    }
}
