//! Publishes the approved bytes, or takes them back.

use std::process::ExitCode;

use adapter_aws::Aws;
use entrypoint::{Env, StartError, now};
use publish::Order;

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
    env.serve(async |order: Order| publish::carry_out(order, &store, &repository, now()).await).await
}
