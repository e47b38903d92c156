//! What every Lambda function starts with: configuration, logs, error names. The sole user of `lambda_runtime`.
//!
//! A `main.rs` reads its configuration from [`Env`], builds its adapters and serves; [`start`] wraps that with logs and
//! the exit code. Nothing here loads certificates, credentials or rules: the first poll of the Runtime API comes a few
//! milliseconds after the process starts.

mod env;
mod http;
mod logs;
mod stage;

use std::{
    error::Error,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

pub use env::{ConfigError, Env};
pub use http::{HttpRequest, HttpResponse};

/// Why a function could not start, or stopped: a [`ConfigError`], a [`domain::Error`], or the Runtime API's.
pub type StartError = Box<dyn Error + Send + Sync>;

/// Starts a function: logs, TLS provider, then `wire`, which reads the configuration, builds the adapters and serves.
/// An error of `wire` is logged as one line and becomes a non-zero exit code.
pub async fn start(stage: &'static str, wire: impl AsyncFnOnce(Env) -> Result<(), StartError>) -> ExitCode {
    logs::install();
    install_tls_provider();
    match wire(Env::of_process(stage)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(stage, "{stage} cannot start: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// The time, for the stages that are given one.
pub fn now() -> domain::Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    domain::Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}

/// reqwest is built without a provider, so that one TLS stack is linked and not two. Loads no certificates.
fn install_tls_provider() {
    // An error means that one is installed already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_is_later_than_this_was_written() {
        assert!(now() > domain::Timestamp::from_millis(1_790_000_000_000));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn configuration_error_is_a_failure() {
        let code = start("evaluate", async |env: Env| {
            env.required("AIRLOCK_TEST_VARIABLE_THAT_IS_NOT_SET")?;
            Ok(())
        })
        .await;
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::FAILURE));
        assert!(rustls::crypto::CryptoProvider::get_default().is_some());
    }
}
