use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result};
use domain::{DecisionRecord, Results};
use serde_json::{Value, json};

use crate::{aws::hmac_sha256, world::World};

/// The repository of the request file.
pub(crate) const REPOSITORY: &str = "example/package-requests";
/// Its path in the repository.
pub const REQUEST_PATH: &str = "public-package-request.csv";
const ZERO: &str = "0000000000000000000000000000000000000000";
const LONGEST_RUN: Duration = Duration::from_secs(300);

/// A run that has ended.
#[derive(Debug, Clone)]
pub struct Execution {
    /// Its ARN.
    pub arn: String,
    /// `SUCCEEDED` or `FAILED`.
    pub status: String,
    /// What Step Functions says of it.
    pub description: Value,
}

/// A mail, as it arrived through the topic.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its subject.
    pub subject: String,
    /// Its body.
    pub body: String,
    /// Its message attributes.
    pub attributes: BTreeMap<String, String>,
}

/// GitHub's answer to a delivery: our status and body.
pub struct Delivered {
    /// The HTTP status.
    pub status: u16,
    /// The body as JSON; null where it is none.
    pub body: Value,
}

impl World {
    /// Delivers a push of `after` as GitHub does, signed with `secret`.
    pub async fn deliver(&self, before: Option<&str>, after: &str, secret: &str) -> Result<Delivered> {
        let body = json!({
            "ref": "refs/heads/main", "before": before.unwrap_or(ZERO), "after": after,
            "created": before.is_none(), "deleted": false, "forced": false,
            "commits": [{"id": after, "added": [], "modified": [REQUEST_PATH], "removed": []}],
            "head_commit": {"id": after},
            "pusher": {"name": "ada", "email": "ada@example.invalid"}, "sender": {"login": "ada"},
            "repository": {"id": 1_296_269, "full_name": REPOSITORY, "default_branch": "main", "private": true},
        })
        .to_string();
        let signature = hex::encode(hmac_sha256(secret.as_bytes(), body.as_bytes())?);
        let url = self.stack.output("WebhookUrl")?;
        let api =
            url.split("//").nth(1).and_then(|rest| rest.split('.').next()).context("no API in WebhookUrl")?;
        let answer = crate::http_client()
            .post(format!("{}/webhook", self.emulator.url()))
            .header("host", format!("{api}.execute-api.localhost:{}", self.emulator.port()))
            .header("content-type", "application/json")
            .header("user-agent", "GitHub-Hookshot/tests")
            .header("x-github-event", "push")
            .header("x-github-delivery", format!("delivery-of-{after}"))
            .header("x-hub-signature-256", format!("sha256={signature}"))
            .body(body)
            .send()
            .await?;
        let status = answer.status().as_u16();
        Ok(Delivered { status, body: serde_json::from_slice(&answer.bytes().await?).unwrap_or_default() })
    }

    /// Commits the request file, pushes it and sees the run through; gives the run and the commit.
    pub async fn push(&self, csv: &str) -> Result<(Execution, String)> {
        let commit = self.github.commit(REQUEST_PATH, csv);
        let delivered = self.deliver(None, &commit, &self.webhook_secret).await?;
        let execution = delivered.body["execution"].as_str().filter(|_| delivered.status == 202);
        let said = || format!("the push was answered {}: {}", delivered.status, delivered.body);
        Ok((self.finish(execution.with_context(said)?).await?, commit))
    }

    /// Starts a run by hand with the CSV in its input and sees it through.
    pub async fn run_inline(&self, csv: &str) -> Result<Execution> {
        self.run_by_hand(json!({"kind": "inline", "csv": csv})).await
    }

    /// Starts a run by hand with this source and sees it through.
    pub async fn run_by_hand(&self, source: Value) -> Result<Execution> {
        let requester = json!({"name": "ada", "email": "ada@example.invalid"});
        let input = json!({"source": source, "requested_by": requester}).to_string();
        let machine = self.stack.output("StateMachineArn")?;
        let input = json!({"stateMachineArn": machine, "input": input});
        let started = self.aws.json("states", "AWSStepFunctions.StartExecution", input).await?;
        self.finish(started["executionArn"].as_str().context("StartExecution gave no ARN")?).await
    }

    /// The ARNs of all executions of the state machine.
    pub async fn executions(&self) -> Result<Vec<String>> {
        let input = json!({"stateMachineArn": self.stack.output("StateMachineArn")?, "maxResults": 1000});
        let list = self.aws.json("states", "AWSStepFunctions.ListExecutions", input).await?;
        let list = list["executions"].as_array().context("ListExecutions gave no list")?;
        Ok(list.iter().filter_map(|entry| entry["executionArn"].as_str().map(str::to_owned)).collect())
    }

    /// Waits for the end of an execution; then nothing that is secret may be read anywhere.
    pub async fn finish(&self, arn: &str) -> Result<Execution> {
        let wait = async {
            loop {
                let input = json!({"executionArn": arn});
                let description =
                    self.aws.json("states", "AWSStepFunctions.DescribeExecution", input).await?;
                let status = description["status"].as_str().unwrap_or_default().to_owned();
                if status != "RUNNING" {
                    self.check_leaks(arn).await?;
                    return Ok(Execution { arn: arn.to_owned(), status, description });
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let over = tokio::time::timeout(LONGEST_RUN, wait).await;
        over.with_context(|| format!("{arn} does not end; the emulator's log:\n{}", self.emulator.log()))?
    }

    /// Every message that has arrived since the last time.
    pub async fn take_messages(&self) -> Result<Vec<Message>> {
        let mut messages = vec![];
        loop {
            let input = json!({"QueueUrl": self.queue_url, "MaxNumberOfMessages": 10});
            let answer = self.aws.json("sqs", "AmazonSQS.ReceiveMessage", input).await?;
            let Some(batch) = answer["Messages"].as_array().filter(|batch| !batch.is_empty()) else {
                return Ok(messages);
            };
            for entry in batch {
                let handle = json!({"QueueUrl": self.queue_url, "ReceiptHandle": entry["ReceiptHandle"]});
                self.aws.json("sqs", "AmazonSQS.DeleteMessage", handle).await?;
                messages.push(message(entry)?);
            }
        }
    }

    /// The decision records of a package, oldest first.
    pub async fn decisions(&self, package: &str) -> Result<Vec<DecisionRecord>> {
        let mut records = vec![];
        for key in self.aws.keys(self.stack.output("BucketName")?, &format!("decisions/{package}/")).await? {
            records.push(serde_json::from_slice(&self.object(&key).await?)?);
        }
        Ok(records)
    }

    /// `results.json` of a submission.
    pub async fn results(&self, submission: &str) -> Result<Results> {
        Ok(serde_json::from_slice(&self.object(&format!("submissions/{submission}/results.json")).await?)?)
    }

    /// An object of the store.
    pub async fn object(&self, key: &str) -> Result<Vec<u8>> {
        self.aws.object(self.stack.output("BucketName")?, key).await
    }
}

fn message(entry: &Value) -> Result<Message> {
    let envelope: Value = serde_json::from_str(entry["Body"].as_str().context("a message without body")?)?;
    let attributes = envelope["MessageAttributes"].as_object().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Message {
        subject: text(&envelope["Subject"]),
        body: text(&envelope["Message"]),
        attributes: attributes.iter().map(|(name, value)| (name.clone(), text(&value["Value"]))).collect(),
    })
}
