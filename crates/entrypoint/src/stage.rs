use std::{fmt, time::Instant};

use domain::Error;
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Env, StartError};

/// Step Functions keeps at most 32,768 characters of an error's cause, and the state holds 256 KiB in all.
const LONGEST_MESSAGE: usize = 8 * 1024;

/// Set by Lambda in every function, and by whatever plays Lambda.
const LAMBDA: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
];

impl Env {
    /// Serves a stage: the event is its input, its output the answer. An error is logged once and answered under the
    /// name `Transient` or `Rejected`, which the state machine's `Retry` and `Catch` tell apart; an event that is no
    /// input is `Rejected`.
    pub async fn serve<I, O>(&self, handler: impl AsyncFn(I) -> domain::Result<O>) -> Result<(), StartError>
    where
        I: DeserializeOwned,
        O: Serialize,
    {
        self.run(async |event| invoke(self.stage, &handler, event).await).await
    }

    /// Polls the Runtime API for good. Every answer is JSON; the handler has logged its error.
    pub(crate) async fn run(
        &self,
        handler: impl AsyncFn(LambdaEvent<Value>) -> Result<Value, Failed>,
    ) -> Result<(), StartError> {
        // The runtime's own check panics.
        for name in LAMBDA {
            self.required(name).map_err(|error| format!("{error} of AWS Lambda, which runs this program"))?;
        }
        let handler = &handler;
        // Boxed: the SDK's futures below are so deep that the compiler gives up on one type that holds them all.
        Runtime::new(lambda_runtime::service_fn(move |event| Box::pin(handler(event)))).run().await
    }
}

/// An error as the Runtime API is told it.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) Error);

impl From<Failed> for Diagnostic {
    fn from(Failed(error): Failed) -> Self {
        Self { error_type: error.name().to_owned(), error_message: message(&error) }
    }
}

fn message(error: &Error) -> String {
    let mut text = error.chain();
    if text.len() > LONGEST_MESSAGE {
        text.truncate(text.floor_char_boundary(LONGEST_MESSAGE));
        text.push('…');
    }
    text
}

async fn invoke<I, O>(
    stage: &'static str,
    handler: &impl AsyncFn(I) -> domain::Result<O>,
    LambdaEvent { payload, context }: LambdaEvent<Value>,
) -> Result<Value, Failed>
where
    I: DeserializeOwned,
    O: Serialize,
{
    let started = Instant::now();
    let mut subject = Subject::default();
    subject.learn(&payload);
    let result = answer(stage, handler, payload).await;
    if let Ok(output) = &result {
        subject.learn(output);
    }
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let Subject { submission, package, sha256, verdict, worst } = &subject;
    let (submission, package, sha256) = (submission.as_deref(), package.as_deref(), sha256.as_deref());
    let (verdict, worst) = (verdict.as_deref(), *worst);
    let request_id = context.request_id.as_str();
    match &result {
        Ok(_) => tracing::info!(
            stage,
            submission,
            package,
            sha256,
            verdict,
            worst,
            duration_ms,
            request_id,
            "{stage} of {subject} took {duration_ms} ms"
        ),
        Err(error) => tracing::error!(
            stage,
            submission,
            package,
            sha256,
            duration_ms,
            request_id,
            error = error.name(),
            "{stage} of {subject} failed: {}",
            message(error)
        ),
    }
    result.map_err(Failed)
}

async fn answer<I, O>(
    stage: &str,
    handler: &impl AsyncFn(I) -> domain::Result<O>,
    payload: Value,
) -> domain::Result<Value>
where
    I: DeserializeOwned,
    O: Serialize,
{
    let input = serde_json::from_value(payload)
        .map_err(|error| Error::rejected(format!("the event is no input of {stage}")).because(error))?;
    let output = Box::pin(handler(input)).await?;
    serde_json::to_value(output)
        .map_err(|error| Error::rejected(format!("the output of {stage} is no JSON")).because(error))
}

/// What an invocation is about, for its log line.
#[derive(Default)]
struct Subject {
    submission: Option<String>,
    package: Option<String>,
    sha256: Option<String>,
    /// With the severity of the worst finding, `none` where there is none: the template counts decisions by both.
    verdict: Option<String>,
    worst: Option<&'static str>,
}

impl Subject {
    /// Reads what a document, or a stage's own output, tells; what is known already stays.
    fn learn(&mut self, document: &Value) {
        let text = |places: [&str; 2]| {
            let found = places.iter().find_map(|place| document.pointer(place)?.as_str());
            found.map(|text| text.chars().take(128).collect::<String>())
        };
        self.submission = self.submission.take().or_else(|| text(["/submission/id", "/id"]));
        self.package = self.package.take().or_else(|| text(["/request/package", "/package"]));
        self.sha256 = self.sha256.take().or_else(|| text(["/artifact/sha256", "/sha256"]));
        self.verdict = self.verdict.take().or_else(|| text(["/decision/verdict", "/verdict"]));
        let counts = document.pointer("/decision/counts").or_else(|| document.get("counts"));
        self.worst = self.worst.or_else(|| counts.map(worst));
    }
}

fn worst(counts: &Value) -> &'static str {
    let found = |severity: &&&str| counts[**severity].as_u64().is_some_and(|count| count > 0);
    ["critical", "high", "medium", "low", "info"].iter().find(found).copied().unwrap_or("none")
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.package, &self.submission) {
            (Some(package), _) => write!(f, "package {package:?}"),
            (None, Some(submission)) => write!(f, "submission {submission:?}"),
            (None, None) => f.write_str("an event"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_runtime::Context;
    use serde_json::json;

    fn event(payload: Value) -> LambdaEvent<Value> {
        LambdaEvent::new(payload, Context::default())
    }

    async fn diagnostic(payload: Value, handler: impl AsyncFn(u8) -> domain::Result<u8>) -> Diagnostic {
        invoke("evaluate", &handler, event(payload)).await.unwrap_err().into()
    }

    #[tokio::test]
    async fn output_is_the_answer() {
        let answer = invoke("evaluate", &async |n: u8| Ok(n + 1), event(json!(1))).await.unwrap();
        assert_eq!(answer, json!(2));
    }

    #[tokio::test]
    async fn errors_have_the_names_that_the_state_machine_knows() {
        let said = std::io::Error::other("connection reset");
        let transient = diagnostic(json!(1), async |_| Err(Error::transient("cannot read a/b"))).await;
        assert_eq!(
            (transient.error_type.as_str(), transient.error_message.as_str()),
            ("Transient", "cannot read a/b")
        );
        let with_cause = Failed(Error::rejected("no such row").because(said));
        let rejected = Diagnostic::from(with_cause);
        assert_eq!(rejected.error_type, "Rejected");
        assert_eq!(rejected.error_message, "no such row: connection reset");
    }

    #[tokio::test]
    async fn event_that_is_no_input_is_rejected() {
        for payload in [json!("text"), json!(null), json!({}), json!(256)] {
            let error = diagnostic(payload, async |n| Ok(n)).await;
            assert_eq!(error.error_type, "Rejected");
            assert!(error.error_message.starts_with("the event is no input of evaluate: "), "{error:?}");
        }
    }

    #[tokio::test]
    async fn message_is_cut_between_characters() {
        let error = diagnostic(json!(1), async |_| Err(Error::rejected("é".repeat(100_000)))).await;
        assert_eq!(error.error_message.chars().count(), LONGEST_MESSAGE / 2 + 1);
    }

    #[test]
    fn subject_is_read_from_documents_and_outputs() {
        let mut subject = Subject::default();
        subject.learn(&json!({"submission": {"id": "s"}, "request": {"package": "p"}}));
        subject.learn(&json!({"id": "other", "sha256": "abc"}));
        assert_eq!(subject.submission.as_deref(), Some("s"));
        assert_eq!(subject.sha256.as_deref(), Some("abc"));
        assert_eq!(subject.to_string(), "package \"p\"");
        assert_eq!((subject.verdict, subject.worst), (None, None));
    }

    #[test]
    fn decision_is_told_with_its_worst_finding() {
        for (counts, worst) in [
            (json!({"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 0}), "none"),
            (json!({"critical": 0, "high": 2, "medium": 9, "low": 0, "info": 1}), "high"),
            (json!({"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 1}), "info"),
        ] {
            let decision = json!({"verdict": "refused", "reasons": [], "counts": counts, "record": null});
            for document in [decision.clone(), json!({"decision": decision})] {
                let mut subject = Subject::default();
                subject.learn(&document);
                assert_eq!((subject.verdict.as_deref(), subject.worst), (Some("refused"), Some(worst)));
            }
        }
    }

    #[tokio::test]
    async fn outside_of_lambda_it_says_so() {
        let env = Env::from_pairs("evaluate", []);
        let error = env.serve(async |n: u8| Ok(n)).await.unwrap_err().to_string();
        assert!(error.contains("AWS_LAMBDA_RUNTIME_API is not set"), "{error}");
    }
}
