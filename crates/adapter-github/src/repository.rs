use std::fmt;

/// A repository's full name, `owner/name`: safe as two components of a path.
#[derive(Debug, Clone)]
pub struct RepositoryName {
    owner: String,
    name: String,
}

/// The text is no full name of a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not the full name of a GitHub repository: expected owner/name, of letters, digits, '.', '_' and '-'"
)]
pub struct InvalidRepository;

impl RepositoryName {
    /// Accepts or refuses; never repairs.
    pub fn parse(text: &str) -> Result<Self, InvalidRepository> {
        let component = |part: &str| {
            (1..=100).contains(&part.len())
                && !matches!(part, "." | "..")
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        };
        match text.split_once('/') {
            Some((owner, name)) if component(owner) && component(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(InvalidRepository),
        }
    }

    /// The user or organisation.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name below it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// GitHub's names differ in more than case, or not at all.
impl PartialEq for RepositoryName {
    fn eq(&self, other: &Self) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl Eq for RepositoryName {}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_two_components_and_compares_without_case() {
        for text in ["", "a", "/", "a/", "/b", "a/b/c", "../b", "a/..", "a b/c", "a/b?x", "a/%2e", "a/b\n"] {
            assert_eq!(RepositoryName::parse(text), Err(InvalidRepository), "{text:?}");
        }
        let name = RepositoryName::parse("Octo-Org/Data.Science").unwrap();
        assert_eq!(name, RepositoryName::parse("octo-org/data.science").unwrap());
        assert_ne!(name, RepositoryName::parse("octo-org/data-science").unwrap());
        assert_eq!(name.to_string(), "Octo-Org/Data.Science");
    }
}
