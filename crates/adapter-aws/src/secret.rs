use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use domain::{Result, Secret, SecretSource};
use tokio::sync::Mutex;

use crate::{
    Aws,
    aws::Lazy,
    error::{failed, incomplete},
};

/// So long a rotated secret may still be used.
const KEPT: Duration = Duration::from_secs(300);

/// A secret of Secrets Manager: its text, whatever that is. Fetched when it is first asked for, kept for five minutes.
#[derive(Debug)]
pub struct ManagedSecret {
    aws: Aws,
    client: Lazy<Client>,
    arn: String,
    kept: Mutex<Option<(Instant, Secret)>>,
}

impl ManagedSecret {
    pub(crate) fn new(aws: Aws, arn: String) -> Self {
        Self { aws, client: Lazy::default(), arn, kept: Mutex::default() }
    }

    async fn fetch(&self) -> Result<Secret> {
        let call = format!("cannot read the secret {}", self.arn);
        let client = self.client.get(&self.aws, Client::new).await;
        let answer = client.get_secret_value().secret_id(&self.arn).send().await;
        let answer = answer.map_err(|error| failed(&call, error))?;
        let text = answer.secret_string.filter(|text| !text.is_empty());
        text.map(Secret::new).ok_or_else(|| incomplete(call, "the secret's text (SecretString)"))
    }
}

impl SecretSource for ManagedSecret {
    async fn secret(&self) -> Result<Secret> {
        let mut kept = self.kept.lock().await;
        if let Some((at, secret)) = kept.as_ref()
            && at.elapsed() < KEPT
        {
            return Ok(secret.clone());
        }
        let secret = self.fetch().await?;
        *kept = Some((Instant::now(), secret.clone()));
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Reply, Server};

    #[tokio::test]
    async fn secret_is_fetched_once() {
        let server = Server::start(|_| Reply::json(r#"{"ARN":"a","SecretString":"s3cr3t"}"#)).await;
        let secret = server.aws().await.secret("arn");
        assert_eq!(server.seen().len(), 0);
        for _ in 0..3 {
            assert_eq!(secret.secret().await.unwrap().expose(), "s3cr3t");
        }
        assert_eq!(server.seen().len(), 1);
        assert!(!format!("{secret:?}").contains("s3cr3t"));
    }

    #[tokio::test]
    async fn answer_without_text_is_an_error() {
        for body in ["", "{}", r#"{"SecretString":""}"#, r#"{"SecretBinary":"AAAA"}"#, "<html>"] {
            let server = Server::start(move |_| Reply::json(body)).await;
            let error = server.aws().await.secret("arn").secret().await.unwrap_err();
            assert_eq!(error.name(), "Rejected", "{body}");
            assert!(error.chain().contains("the secret arn"), "{}", error.chain());
        }
    }
}
