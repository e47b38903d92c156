//! Turns the request file into the rows to work on.

use std::process::ExitCode;

use adapter_aws::Aws;
use adapter_github::GitHub;
use domain::ExecutionInput;
use entrypoint::{Env, StartError};
use parse_request::LocalPaths;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("parse-request", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let timeout = env.call_timeout()?;
    let aws = Aws::load(timeout);
    let store = aws.bucket(env.required("AIRLOCK_BUCKET")?);
    let token = aws.secret(env.required("AIRLOCK_GITHUB_TOKEN_ARN")?);
    let api = env.read("AIRLOCK_GITHUB_API", "", str::parse)?;
    let source = GitHub::new(api, token, timeout);
    env.serve(async |input: ExecutionInput| {
        parse_request::handle(input, &source, &store, LocalPaths::Refused).await
    })
    .await
}
