use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use domain::{ExecutionInput, ExecutionName, Executions, Result, Started, Written};

/// Runs by name, remembered as long as the process lives. It starts nothing by itself: whoever owns it asks
/// [`InProcess::inputs`] what there is to run.
#[derive(Debug, Default)]
pub struct InProcess {
    started: Mutex<Runs>,
}

#[derive(Debug, Default)]
struct Runs {
    names: HashSet<String>,
    inputs: Vec<ExecutionInput>,
}

impl InProcess {
    /// Without a run.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was started so far, in order.
    pub fn inputs(&self) -> Vec<ExecutionInput> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner).inputs.clone()
    }
}

impl Executions for InProcess {
    async fn start(&self, name: &ExecutionName, input: &ExecutionInput) -> Result<Started> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let written = if started.names.insert(name.as_str().to_owned()) {
            started.inputs.push(input.clone());
            Written::New
        } else {
            Written::AlreadyThere
        };
        Ok(Started { execution: format!("local:{}", name.as_str()), written })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{CommitId, Requester, Source};

    #[tokio::test]
    async fn a_name_starts_once() {
        let runs = InProcess::new();
        let input = ExecutionInput {
            source: Source::Inline { csv: "a,b".into() },
            requested_by: Requester::default(),
        };
        let name = |ref_: &str| ExecutionName::of_push(1, ref_, &CommitId::parse(&"a".repeat(40)).unwrap());
        let first = runs.start(&name("refs/heads/main"), &input).await.unwrap();
        let again = runs.start(&name("refs/heads/main"), &input).await.unwrap();
        let other = runs.start(&name("refs/heads/other"), &input).await.unwrap();
        assert_eq!(
            (first.written, again.written, other.written),
            (Written::New, Written::AlreadyThere, Written::New)
        );
        assert_eq!(first.execution, again.execution);
        assert_ne!(first.execution, other.execution);
        assert_eq!(runs.inputs(), [input.clone(), input]);
    }
}
