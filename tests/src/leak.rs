use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use domain::Sha256;
use serde_json::{Value, json};

use crate::{aws::Aws, codeguru::UPLOAD_SIGNATURE, github, world::World};

/// What no header may be written down with, whoever's secret follows.
const CREDENTIALS: [&str; 4] = ["AWS4-HMAC-SHA256", "Bearer ", "X-Amz-Signature", "x-amz-security-token"];

/// What a world's functions are trusted with, each under the name that a leak is told by.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// Those of the stand-ins, of the stack, and of the functions' roles.
    pub(crate) fn of(aws: &Aws, webhook_secret: &str) -> Result<Self> {
        let named = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let mut secrets = vec![
            named("the webhook's secret", webhook_secret),
            named("the GitHub token", github::TOKEN),
            named("the signature of an upload's address", UPLOAD_SIGNATURE),
            named("the token of a download's address", github::DOWNLOAD_TOKEN),
        ];
        let functions: Value = serde_json::from_str(&aws.cli(&["lambda", "list-functions"])?)?;
        for function in functions["Functions"].as_array().context("the emulator lists no functions")? {
            let text = |key: &str| function[key].as_str().context("a function without ARN or role");
            // As the emulator makes them (`execution_credentials` in its lambda_runtime.py).
            let seed = hash(&format!("{}:{}", text("FunctionArn")?, text("Role")?));
            secrets.push((format!("the secret key of {}", text("Role")?), hash(&format!("secret:{seed}"))));
            secrets.push((format!("the session token of {}", text("Role")?), hash(&format!("token:{seed}"))));
        }
        Ok(Self(secrets))
    }

    /// The names of those that the text holds.
    pub(crate) fn in_text(&self, text: &str) -> Vec<&str> {
        self.0.iter().filter(|(_, secret)| text.contains(secret)).map(|(name, _)| name.as_str()).collect()
    }

    /// Whether it is one of them: a canary that nobody is trusted with proves nothing.
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.0.iter().any(|(_, secret)| secret == text)
    }
}

pub(crate) fn hash(text: &str) -> String {
    Sha256::of(text.as_bytes()).to_string()
}

/// How much of the logs was looked at.
#[derive(Default)]
pub(crate) struct Looked(Mutex<[usize; 2]>);

impl World {
    /// Fails where a secret can be read in what the functions sent (objects, mails, statuses, executions), wrote to their
    /// logs, or left in the execution.
    pub(crate) async fn check_leaks(&self, arn: &str) -> Result<()> {
        let mut leaks = self.proxy.take_leaks();
        if !self.emulator.function_log().contains("\"stage\":\"") {
            bail!("no function has written a line that could hold a secret");
        }
        for (place, log) in self.new_logs() {
            leaks.extend(self.leaks_in(place, &log));
        }
        let mut input = json!({"executionArn": arn, "maxResults": 1000});
        loop {
            let history =
                self.aws.json("states", "AWSStepFunctions.GetExecutionHistory", input.clone()).await?;
            if history["events"].as_array().is_none_or(Vec::is_empty) {
                bail!("{arn} has no history: {history}");
            }
            leaks.extend(self.leaks_in("the execution's history", &history.to_string()));
            match history["nextToken"].as_str() {
                Some(token) => input["nextToken"] = token.into(),
                None => break,
            }
        }
        if leaks.is_empty() { Ok(()) } else { bail!("what is secret can be read: {leaks:#?}") }
    }

    /// Fails where a secret can be read in the text.
    pub fn check_text(&self, place: &str, text: &str) -> Result<()> {
        let leaks = self.leaks_in(place, text);
        if leaks.is_empty() { Ok(()) } else { bail!("what is secret can be read: {leaks:#?}\n{text}") }
    }

    fn leaks_in(&self, place: &str, text: &str) -> Vec<String> {
        let found = self
            .secrets
            .in_text(text)
            .into_iter()
            .chain(CREDENTIALS.into_iter().filter(|c| text.contains(c)));
        found.map(|name| format!("{name} in {place}")).collect()
    }

    fn new_logs(&self) -> [(&'static str, String); 2] {
        let mut looked = self.looked.0.lock().unwrap_or_else(PoisonError::into_inner);
        let logs = [self.emulator.function_log(), self.codeartifact.log()];
        let new = [0, 1].map(|n| {
            // A line that was half written the last time is looked at again.
            let from = logs[n][..looked[n]].rfind('\n').unwrap_or(0);
            logs[n][from..].to_owned()
        });
        *looked = [logs[0].len(), logs[1].len()];
        let [functions, repository] = new;
        [("the functions' logs", functions), ("the private repository's log", repository)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{block_on, http_client, proxy::Proxy};

    #[test]
    fn secret_in_a_body_is_a_leak_and_in_a_header_is_none() {
        block_on(async {
            let proxy = Proxy::start().await.unwrap();
            proxy.watch(Secrets(vec![("the canary".into(), "c4n4ry".into())]));
            let send = async |token: &str, body: &str| {
                let request = http_client().post(proxy.url()).header("x-amz-security-token", token);
                request.header("authorization", "Bearer c4n4ry").body(body.to_owned()).send().await.unwrap();
                proxy.take_leaks()
            };
            assert_eq!(send("c4n4ry", "nothing").await, Vec::<String>::new());
            assert_eq!(send("c4n4ry", "x=c4n4ry&y").await, ["the canary in web:Get POST"]);
            assert_eq!(send("another", "nothing").await, ["a session token is not watched"]);
        });
    }
}
