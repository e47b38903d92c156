//! Brings one package's bytes into the store, through the one controlled exit.

use std::process::ExitCode;

use adapter_aws::Aws;
use domain::Document;
use entrypoint::{Env, StartError};
use fetch_repo::{Fetcher, settings_from};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("fetch-repo", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let store = Aws::load(env.call_timeout()?).bucket(env.required("AIRLOCK_BUCKET")?);
    let fetcher = Fetcher::new(settings_from(|name| env.optional(name))?);
    env.serve(async |document: Document| fetch_repo::handle(document, &store, &fetcher).await).await
}
