use domain::{Error, Result, Secret, SecretSource};

/// A secret that the process was given.
#[derive(Debug, Clone)]
pub struct FixedSecret(Secret);

impl FixedSecret {
    /// Takes the secret over.
    pub fn new(secret: Secret) -> Self {
        Self(secret)
    }
}

impl SecretSource for FixedSecret {
    async fn secret(&self) -> Result<Secret> {
        Ok(self.0.clone())
    }
}

/// A secret in an environment variable, read each time it is asked for.
#[derive(Debug, Clone)]
pub struct EnvSecret {
    variable: String,
}

impl EnvSecret {
    /// The variable's name.
    pub fn new(variable: impl Into<String>) -> Self {
        Self { variable: variable.into() }
    }
}

impl SecretSource for EnvSecret {
    async fn secret(&self) -> Result<Secret> {
        match std::env::var(&self.variable) {
            Ok(text) if !text.is_empty() => Ok(Secret::new(text)),
            _ => Err(Error::rejected(format!("no secret: set the environment variable {}", self.variable))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_variable_is_named() {
        let error = EnvSecret::new("AIRLOCK_TEST_NOT_SET").secret().await.unwrap_err();
        assert_eq!(error.to_string(), "no secret: set the environment variable AIRLOCK_TEST_NOT_SET");
        // every test process of cargo has this one
        assert!(!EnvSecret::new("CARGO_MANIFEST_DIR").secret().await.unwrap().expose().is_empty());
        assert_eq!(FixedSecret::new(Secret::new("x")).secret().await.unwrap().expose(), "x");
    }
}
