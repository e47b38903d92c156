//! Turns a signed GitHub push into one execution.
//!
//! The signature is checked over the raw bytes before anything is read. A push of another repository, ref or event
//! starts nothing and is no error. The execution's name and input are digests and parts of what was signed, so that a
//! redelivery starts nothing new, under whatever delivery id it comes.

mod settings;

use adapter_github::{Push, UnverifiedWebhook, Webhook, WebhookError};
use bytes::Bytes;
use domain::{
    CommitId, Error, ExecutionInput, ExecutionName, Executions, SecretSource, Source, Started, Written,
};
use serde_json::{Value, json};

pub use settings::{InvalidRepository, Repository, Settings};

/// What arrived at the front door.
#[derive(Debug, Clone)]
pub struct Request {
    /// Names, in any case, and values.
    pub headers: Vec<(String, String)>,
    /// The raw bytes, as GitHub signed them.
    pub body: Bytes,
}

/// The answer: 202 with `execution` and `started`, else a `message`.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Tells GitHub's delivery log what became of it, and nothing of what is behind.
    pub body: Value,
}

/// Verifies the webhook and starts the execution of a push that counts.
///
/// 202 started, or started before · 200 nothing to do · 400 not GitHub's JSON · 401 not verified · 413 too large ·
/// 503 try again · 500 look at the logs.
pub async fn handle(
    request: Request,
    secrets: &impl SecretSource,
    executions: &impl Executions,
    settings: &Settings,
) -> Response {
    let secret = match secrets.secret().await {
        Ok(secret) => secret,
        Err(error) => return unavailable(&error),
    };
    let push = match UnverifiedWebhook::new(request.headers, request.body).verify(&secret) {
        Ok(Webhook::Push(push)) => push,
        Ok(Webhook::Ping) => return message(200, "pong"),
        Ok(Webhook::Other(_)) => return message(200, "nothing to do: not a push"),
        Err(error) => return refused(&error),
    };
    let after = match wanted(&push, settings) {
        Ok(after) => after,
        Err(why) => return message(200, why),
    };
    let name = ExecutionName::of_push(push.repository_id, &push.r#ref, &after);
    let delivery = push.delivery.clone().unwrap_or_default();
    match executions.start(&name, &input(push, after, settings)).await {
        Ok(started) => accepted(&started, &delivery),
        Err(error) => unavailable(&error),
    }
}

/// The commit to work on, or why there is nothing to do.
fn wanted(push: &Push, settings: &Settings) -> Result<CommitId, &'static str> {
    if !settings.repository.is_of(push) {
        return Err("nothing to do: another repository");
    }
    if push.r#ref != settings.r#ref {
        return Err("nothing to do: another ref");
    }
    push.after.clone().ok_or("nothing to do: the ref was deleted")
}

/// Without the delivery's id: the signature does not cover it, and the input must be the same however often it comes.
fn input(push: Push, after: CommitId, settings: &Settings) -> ExecutionInput {
    let source = Source::Github {
        repository: push.repository.to_string(),
        r#ref: push.r#ref,
        before: push.before,
        after,
        path: settings.path.clone(),
        delivery: None,
    };
    ExecutionInput { source, requested_by: push.pusher }
}

fn accepted(started: &Started, delivery: &str) -> Response {
    let Started { execution, written } = started;
    let new = *written == Written::New;
    tracing::info!(
        stage = "webhook",
        delivery,
        execution,
        new,
        "delivery {delivery} is execution {execution}"
    );
    Response { status: 202, body: json!({ "execution": execution, "started": new }) }
}

fn refused(error: &WebhookError) -> Response {
    let status = match error {
        WebhookError::Unsigned(_) => 401,
        WebhookError::TooLarge => 413,
        WebhookError::Malformed(_) => 400,
        WebhookError::NoSecret => {
            tracing::error!(stage = "webhook", "{error}");
            return message(500, "not configured: see the logs");
        }
    };
    message(status, &error.to_string())
}

fn unavailable(error: &Error) -> Response {
    tracing::error!(stage = "webhook", "cannot start the execution: {}", error.chain());
    match error {
        Error::Transient { .. } => message(503, "not available: redeliver later"),
        Error::Rejected { .. } => message(500, "failed: see the logs"),
    }
}

fn message(status: u16, text: &str) -> Response {
    Response { status, body: json!({ "message": text }) }
}

#[cfg(test)]
mod tests;
