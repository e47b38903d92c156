use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use domain::{Error, Failure, Result};
use futures_util::FutureExt as _;

/// How often a stage is tried, and how long it waits after the first time; each further time twice as long.
const ATTEMPTS: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Runs a stage as the state machine does: what is transient is tried again, and a panic ends this row alone.
pub(super) async fn attempt<T, F: Future<Output = Result<T>>>(
    name: &str,
    stage: impl Fn() -> F,
) -> Result<T> {
    let mut wait = FIRST_WAIT;
    for _ in 1..ATTEMPTS {
        match contained(name, stage()).await {
            Err(Error::Transient { .. }) => tokio::time::sleep(wait).await,
            other => return other,
        }
        wait *= 2;
    }
    contained(name, stage()).await
}

async fn contained<T>(name: &str, stage: impl Future<Output = Result<T>>) -> Result<T> {
    match AssertUnwindSafe(stage).catch_unwind().await {
        Ok(done) => done,
        Err(panic) => Err(Error::rejected(format!("{name} broke off: {}", said(panic.as_ref())))),
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message")
}

/// What a `Catch` of the state machine leaves.
pub(super) fn caught(error: &Error) -> Failure {
    Failure { error: error.name().to_owned(), cause: error.chain() }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn tries_again_what_is_transient() {
        let calls = Cell::new(0);
        let flaky = || async {
            calls.set(calls.get() + 1);
            if calls.get() < 3 { Err(Error::transient("throttled")) } else { Ok(7) }
        };
        assert_eq!(attempt("fetch-repo", flaky).await.unwrap(), 7);
        assert_eq!(calls.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_in_the_end_and_at_once_when_rejected() {
        for (error, tries) in [(Error::transient as fn(&'static str) -> Error, 4), (Error::rejected, 1)] {
            let calls = Cell::new(0);
            let failing = || async {
                calls.set(calls.get() + 1);
                Err::<(), _>(error("no"))
            };
            assert!(attempt("fetch-repo", failing).await.is_err());
            assert_eq!(calls.get(), tries);
        }
    }

    #[tokio::test]
    async fn a_panic_becomes_the_failure_of_its_row() {
        let error = attempt("start-scan", || async { panic!("index out of bounds") as Result<()> })
            .await
            .unwrap_err();
        let failure = caught(&error);
        assert_eq!(failure.error, "Rejected");
        assert_eq!(failure.message(), "start-scan broke off: index out of bounds");
    }
}
