//! Publishes the approved bytes.

use std::process::ExitCode;

use adapter_aws::Aws;
use domain::Document;
use entrypoint::{Env, StartError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("publish", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let aws = Aws::load(env.call_timeout()?);
    let store = aws.bucket(env.required("AIRLOCK_BUCKET")?);
    let repository = aws.code_artifact(
        env.required("AIRLOCK_CODEARTIFACT_DOMAIN")?,
        env.optional("AIRLOCK_CODEARTIFACT_DOMAIN_OWNER"),
        env.required("AIRLOCK_CODEARTIFACT_REPOSITORY")?,
    );
    env.serve(async |document: Document| publish::handle(document, &store, &repository).await).await
}
