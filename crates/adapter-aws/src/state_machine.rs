use aws_sdk_sfn::Client;
use domain::{Error, ExecutionInput, ExecutionName, Executions, Result, Started, Written};

use crate::{
    Aws,
    aws::Lazy,
    error::{failed, incomplete},
};

/// A state machine of Step Functions (Standard): a name is used once in 90 days.
#[derive(Debug)]
pub struct StateMachine {
    aws: Aws,
    client: Lazy<Client>,
    arn: String,
}

impl StateMachine {
    pub(crate) fn new(aws: Aws, arn: String) -> Self {
        Self { aws, client: Lazy::default(), arn }
    }

    /// `arn:…:states:<region>:<account>:stateMachine:<machine>` and a name give `…:execution:<machine>:<name>`.
    fn execution(&self, name: &ExecutionName) -> Result<String> {
        let (account, machine) = self
            .arn
            .split_once(":stateMachine:")
            .ok_or_else(|| Error::rejected(format!("{:?} is no ARN of a state machine", self.arn)))?;
        // A version or an alias may follow the machine's name; an execution's ARN has neither.
        let machine = machine.split(':').next().unwrap_or_default();
        Ok(format!("{account}:execution:{machine}:{}", name.as_str()))
    }
}

impl Executions for StateMachine {
    /// While an execution runs, the service answers the same name with the same input as if it had just started:
    /// `New` then means "runs", and nothing runs twice.
    async fn start(&self, name: &ExecutionName, input: &ExecutionInput) -> Result<Started> {
        let call = format!("cannot start the execution {} of {}", name.as_str(), self.arn);
        let execution = self.execution(name)?;
        let input = serde_json::to_string(input).map_err(|error| Error::rejected(&call).because(error))?;
        let client = self.client.get(&self.aws, Client::new).await;
        let request = client.start_execution().state_machine_arn(&self.arn).name(name.as_str()).input(input);
        match request.send().await {
            Ok(answer) if answer.execution_arn().is_empty() => Err(incomplete(call, "the execution's ARN")),
            Ok(answer) => Ok(Started { execution: answer.execution_arn, written: Written::New }),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_execution_already_exists()) => {
                Ok(Started { execution, written: Written::AlreadyThere })
            }
            Err(error) => Err(failed(call, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Reply, Server};
    use domain::{CommitId, Requester, Source};

    const ARN: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:airlock";

    async fn started(reply: fn() -> Reply) -> Result<Started> {
        let server = Server::start(move |_| reply()).await;
        let name = ExecutionName::of_push(7, "refs/heads/main", &CommitId::parse(&"a".repeat(40)).unwrap());
        let input = ExecutionInput {
            source: Source::Inline { csv: "a,b".into() },
            requested_by: Requester::default(),
        };
        server.aws().await.state_machine(ARN).start(&name, &input).await
    }

    #[tokio::test]
    async fn name_that_was_used_starts_nothing() {
        let started = started(|| Reply::error(400, "ExecutionAlreadyExists")).await.unwrap();
        assert_eq!(started.written, Written::AlreadyThere);
        let prefix = "arn:aws:states:eu-west-1:123456789012:execution:airlock:push-";
        assert!(started.execution.starts_with(prefix), "{}", started.execution);
    }

    #[tokio::test]
    async fn answer_names_the_execution() {
        let new = started(|| Reply::json(r#"{"executionArn":"arn:x","startDate":1.5}"#)).await.unwrap();
        assert_eq!(new, Started { execution: "arn:x".into(), written: Written::New });
        assert_eq!(started(|| Reply::json("{}")).await.unwrap_err().name(), "Rejected");
        assert_eq!(
            started(|| Reply::error(400, "InvalidExecutionInput")).await.unwrap_err().name(),
            "Rejected"
        );
        assert_eq!(
            started(|| Reply::error(400, "ThrottlingException")).await.unwrap_err().name(),
            "Transient"
        );
    }
}
