use std::{collections::HashMap, fmt::Display, str::FromStr, time::Duration};

/// The configuration of a function: its environment variables. A variable that is set to nothing counts as not set.
#[derive(Debug)]
pub struct Env {
    pub(crate) stage: &'static str,
    variables: HashMap<String, String>,
}

/// A variable is missing or wrong. The message names it and says what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// There is no value and no default.
    #[error("the environment variable {name} is not set: expected {}", expected(name))]
    Missing {
        /// The variable.
        name: String,
    },
    /// The value cannot be read.
    #[error("the environment variable {name} is {value:?}, expected {}: {problem}", expected(name))]
    Wrong {
        /// The variable.
        name: String,
        /// Its value.
        value: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// What each variable of Airlock holds. A variable whose name ends in `_ARN` names a secret and is none.
const EXPECTED: &[(&str, &str)] = &[
    ("AIRLOCK_ALLOWED_HOSTS", "host names, separated by commas"),
    ("AIRLOCK_BUCKET", "the name of the store's bucket"),
    (
        "AIRLOCK_CALL_TIMEOUT_SECONDS",
        "the time limit of one attempt of one call, in whole seconds from 1 to 900",
    ),
    ("AIRLOCK_CODEARTIFACT_DOMAIN", "the name of the CodeArtifact domain"),
    ("AIRLOCK_CODEARTIFACT_DOMAIN_OWNER", "the 12 digits of the account that owns the CodeArtifact domain"),
    ("AIRLOCK_CODEARTIFACT_REPOSITORY", "the name of the CodeArtifact repository"),
    ("AIRLOCK_CRATES_INDEX", "the address of a sparse cargo index"),
    ("AIRLOCK_GITHUB_API", "the address of the GitHub API"),
    ("AIRLOCK_GITHUB_ORGANISATION", "the name of the GitHub organisation that packages are published to"),
    ("AIRLOCK_GITHUB_TOKEN_ARN", "the ARN of the secret that holds the GitHub token"),
    ("AIRLOCK_GITHUB_URL", "the address that GitHub repositories are cloned from"),
    ("AIRLOCK_MAX_BYTES", "the largest artifact to fetch, in bytes"),
    ("AIRLOCK_MAX_POLLS", "how often an unfinished scan is asked for, a whole number"),
    ("AIRLOCK_NPM_REGISTRY", "the address of an npm registry"),
    ("AIRLOCK_PYPI_INDEX", "the address of a PyPI simple index"),
    ("AIRLOCK_REF", "the ref whose pushes count, such as refs/heads/main"),
    ("AIRLOCK_REPOSITORY", "the GitHub repository, as owner/name or by its numeric id"),
    ("AIRLOCK_REQUEST_PATH", "the path of the request file in the repository"),
    ("AIRLOCK_SCANNER", "builtin or codeguru"),
    ("AIRLOCK_STATE_MACHINE_ARN", "the ARN of the state machine"),
    ("AIRLOCK_TARGET", "codeartifact or github"),
    ("AIRLOCK_THRESHOLD", "info, low, medium, high or critical"),
    ("AIRLOCK_TOPIC_ARN", "the ARN of the topic"),
    ("AIRLOCK_TRUSTED_ORIGINS", "origins such as https://mirror.example.com:8443, separated by commas"),
    ("AIRLOCK_WEBHOOK_SECRET_ARN", "the ARN of the secret that signs webhooks"),
];

fn expected(name: &str) -> &'static str {
    EXPECTED.iter().find(|(known, _)| *known == name).map_or("a value", |(_, what)| what)
}

impl Env {
    /// The process's own environment.
    pub(crate) fn of_process(stage: &'static str) -> Self {
        // Lossy: a value with replacement characters is refused by whatever reads it, under the variable's name.
        let text = |os: std::ffi::OsString| os.to_string_lossy().into_owned();
        let variables = std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        Self { stage, variables }
    }

    /// A given environment, for tests.
    pub fn from_pairs<'a>(stage: &'static str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { stage, variables }
    }

    /// The value, where there is one.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }

    /// The value, or an error.
    pub fn required(&self, name: &str) -> Result<String, ConfigError> {
        self.optional(name).ok_or_else(|| ConfigError::Missing { name: name.to_owned() })
    }

    /// The value, or the default.
    pub fn or(&self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    /// The value read by its type, or the default.
    pub fn parse<T>(&self, name: &str, default: T) -> Result<T, ConfigError>
    where
        T: FromStr<Err: Display>,
    {
        match self.optional(name) {
            Some(value) => value.parse().map_err(|problem| wrong(name, &value, &problem)),
            None => Ok(default),
        }
    }

    /// The value, or the default's text, read by a function: `env.read("AIRLOCK_THRESHOLD", "medium", Policy::with_threshold)`.
    pub fn read<T, E: Display>(
        &self,
        name: &str,
        default: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ConfigError> {
        let value = self.or(name, default);
        read(&value).map_err(|problem| wrong(name, &value, &problem))
    }

    /// The value, where there is one, read by a function.
    pub fn read_optional<T, E: Display>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ConfigError> {
        let value = self.optional(name);
        value.map(|value| read(&value).map_err(|problem| wrong(name, &value, &problem))).transpose()
    }

    /// The parts of a comma-separated value, or of the default; empty parts do not count.
    pub fn list(&self, name: &str, default: &str) -> Vec<String> {
        let value = self.or(name, default);
        value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// `AIRLOCK_CALL_TIMEOUT_SECONDS`: the time limit of one attempt of one call; 20 s.
    pub fn call_timeout(&self) -> Result<Duration, ConfigError> {
        self.read("AIRLOCK_CALL_TIMEOUT_SECONDS", "20", |value| match value.parse() {
            Ok(seconds @ 1..=900) => Ok(Duration::from_secs(seconds)),
            _ => Err("no such number"),
        })
    }
}

fn wrong(name: &str, value: &str, problem: &impl Display) -> ConfigError {
    ConfigError::Wrong {
        name: name.to_owned(),
        value: value.chars().take(200).collect(),
        problem: problem.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&'static str, &'static str)]) -> Env {
        Env::from_pairs("test", pairs.iter().copied())
    }

    #[test]
    fn error_names_the_variable_and_what_is_expected() {
        let env =
            env(&[("AIRLOCK_BUCKET", " "), ("AIRLOCK_MAX_POLLS", "many"), ("AIRLOCK_THRESHOLD", "mild")]);
        assert_eq!(
            env.required("AIRLOCK_BUCKET").unwrap_err().to_string(),
            "the environment variable AIRLOCK_BUCKET is not set: expected the name of the store's bucket"
        );
        let polls = env.parse::<u32>("AIRLOCK_MAX_POLLS", 60).unwrap_err().to_string();
        assert!(
            polls.contains("AIRLOCK_MAX_POLLS")
                && polls.contains("\"many\"")
                && polls.contains("whole number")
        );
        let policy = env.read("AIRLOCK_THRESHOLD", "medium", domain::Policy::with_threshold).unwrap_err();
        assert!(policy.to_string().contains("info, low, medium, high or critical"), "{policy}");
    }

    #[test]
    fn defaults_are_taken_for_what_is_not_set() {
        let env = env(&[("AIRLOCK_ALLOWED_HOSTS", "a.example, ,b.example"), ("AIRLOCK_REF", "")]);
        assert_eq!(env.or("AIRLOCK_REF", "refs/heads/main"), "refs/heads/main");
        assert_eq!(env.parse("AIRLOCK_MAX_POLLS", 60_u32), Ok(60));
        assert_eq!(env.list("AIRLOCK_ALLOWED_HOSTS", "c.example"), ["a.example", "b.example"]);
        assert_eq!(env.list("AIRLOCK_TRUSTED_ORIGINS", ""), [""; 0]);
        assert_eq!(env.read_optional("AIRLOCK_PYPI_INDEX", str::parse::<u8>), Ok(None));
    }

    #[test]
    fn call_timeout_is_positive_and_bounded() {
        assert_eq!(env(&[]).call_timeout(), Ok(Duration::from_secs(20)));
        assert_eq!(env(&[("AIRLOCK_CALL_TIMEOUT_SECONDS", "3")]).call_timeout(), Ok(Duration::from_secs(3)));
        for value in ["0", "-1", "901", "1.5", "soon"] {
            assert!(env(&[("AIRLOCK_CALL_TIMEOUT_SECONDS", value)]).call_timeout().is_err(), "{value}");
        }
    }
}
