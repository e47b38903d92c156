use std::str::FromStr;

use adapter_github::{Push, RepositoryName};

/// Which pushes count, and where the request file is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The repository.
    pub repository: Repository,
    /// The one ref: `refs/heads/main`.
    pub r#ref: String,
    /// The request file's path in the repository.
    pub path: String,
}

/// A repository, as the operator names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repository {
    /// By number: it survives renames, and a new repository under an old name has another.
    Id(u64),
    /// By full name.
    Name(RepositoryName),
}

/// The text names no repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("neither owner/name nor a repository's number")]
pub struct InvalidRepository;

impl Repository {
    /// Whether the push is of this repository.
    pub(crate) fn is_of(&self, push: &Push) -> bool {
        match self {
            Self::Id(id) => *id == push.repository_id,
            Self::Name(name) => *name == push.repository,
        }
    }
}

impl FromStr for Repository {
    type Err = InvalidRepository;

    fn from_str(text: &str) -> Result<Self, InvalidRepository> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => RepositoryName::parse(text).map(Self::Name).map_err(|_| InvalidRepository),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repository_is_a_number_or_a_full_name() {
        assert_eq!("42".parse(), Ok(Repository::Id(42)));
        let name = RepositoryName::parse("octo-org/requests").unwrap();
        assert_eq!("Octo-Org/Requests".parse(), Ok(Repository::Name(name)));
        for text in ["", "-1", "octo-org", "https://github.invalid/a/b", "a/b/c"] {
            assert_eq!(text.parse::<Repository>(), Err(InvalidRepository), "{text}");
        }
    }
}
