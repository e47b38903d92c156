//! Whether a call may be tried again: decided here and nowhere else.

use std::{error::Error as StdError, fmt};

use aws_runtime::retries::classifiers::{THROTTLING_ERRORS, TRANSIENT_ERRORS};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use domain::Error;

/// What CodeArtifact answers where a quota is exceeded.
const PAYMENT_REQUIRED: u16 = 402;

/// An error of the SDK as a domain error: `call` says what failed on what, as `cannot read s3://bucket/key`.
///
/// Transient: throttling, time limits, broken connections, 5xx answers. Rejected: any other answer of the service, and
/// answers that cannot be read.
pub(crate) fn failed<E>(call: impl Into<String>, error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let call = call.into();
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    let kind: fn(String) -> Error = match &error {
        _ if let Some(own) = own(&error) => own,
        SdkError::TimeoutError(_) => Error::transient,
        SdkError::DispatchFailure(failure) if !failure.is_user() => Error::transient,
        SdkError::ServiceError(service) if is_temporary(service.err().code()) => Error::transient,
        SdkError::ResponseError(_) if is_interrupted(&error) => Error::transient,
        _ if is_temporary_status(status) => Error::transient,
        _ => Error::rejected,
    };
    kind(call).because(Said(match &error {
        SdkError::ServiceError(service) => service_words(status, service.err()),
        SdkError::ResponseError(_) => {
            format!("the answer with status {status} cannot be read: {}", causes(&error))
        }
        other => causes(other),
    }))
}

/// An HTTP endpoint gave no answer. Transient, but for a request that cannot be made or sent.
pub(crate) fn unanswered(call: impl Into<String>, error: reqwest::Error) -> Error {
    // An address may be a secret.
    let error = error.without_url();
    let kind = match own(&error) {
        Some(own) => own,
        None if error.is_builder() => Error::rejected,
        None => Error::transient,
    };
    kind(call.into()).because(Said(causes(&error)))
}

/// An HTTP endpoint's answer that is no success, and what it says.
pub(crate) fn answered(call: &str, status: u16, said: &str) -> Error {
    let kind = if is_temporary_status(status) { Error::transient } else { Error::rejected };
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    kind(format!("{call}: status {status}{said}"))
}

/// A successful answer lacks what every such answer has.
pub(crate) fn incomplete(call: impl fmt::Display, member: &str) -> Error {
    Error::rejected(format!("{call}: the answer lacks {member}"))
}

fn is_temporary_status(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 429)
}

fn is_temporary(code: Option<&str>) -> bool {
    code.is_some_and(|code| THROTTLING_ERRORS.contains(&code) || TRANSIENT_ERRORS.contains(&code))
}

/// What our own side of a request says: the body that is sent is checked while it is.
fn own(error: &(dyn StdError + 'static)) -> Option<fn(String) -> Error> {
    chain(error).find_map(|cause| cause.downcast_ref()).map(|own: &Error| match own {
        Error::Transient { .. } => Error::transient as fn(String) -> Error,
        Error::Rejected { .. } => Error::rejected,
    })
}

/// Whether the connection broke while the answer was read.
fn is_interrupted(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| cause.is::<std::io::Error>())
}

fn service_words(status: u16, error: &impl ProvideErrorMetadata) -> String {
    let code = error.code().unwrap_or("no error code");
    let advice = if status == PAYMENT_REQUIRED { "a quota of the account is used up; " } else { "" };
    match error.message() {
        Some(message) => format!("{advice}{code}: {message}"),
        None => format!("{advice}{code}, status {status}"),
    }
}

/// What an error and everything below it say.
pub(crate) fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut words: Vec<String> = chain(error).map(ToString::to_string).collect();
    words.dedup();
    words.join(": ")
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// What the service or the SDK said, in one line.
#[derive(Debug)]
struct Said(String);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Said {}
