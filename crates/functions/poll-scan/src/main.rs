//! Asks whether a scan has finished. Only CodeGuru Security is ever asked: the built-in scanner answers at once.

use std::process::ExitCode;

use adapter_aws::Aws;
use domain::Document;
use entrypoint::{Env, StartError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("poll-scan", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let aws = Aws::load(env.call_timeout()?);
    let store = aws.bucket(env.required("AIRLOCK_BUCKET")?);
    let service = aws.code_guru(store, env.parse("AIRLOCK_MAX_POLLS", 60)?);
    env.serve(async |document: Document| poll_scan::handle(document, &service).await).await
}
