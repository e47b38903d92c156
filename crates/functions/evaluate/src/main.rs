//! Judges the findings and writes the decision.

use std::process::ExitCode;

use adapter_aws::Aws;
use domain::{Document, Policy};
use entrypoint::{Env, StartError, now};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("evaluate", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let store = Aws::load(env.call_timeout()?).bucket(env.required("AIRLOCK_BUCKET")?);
    let policy = env.read("AIRLOCK_THRESHOLD", "medium", Policy::with_threshold)?;
    env.serve(async |document: Document| evaluate::handle(document, &store, &policy, now()).await).await
}
