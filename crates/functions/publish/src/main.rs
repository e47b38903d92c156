//! Publishes the approved bytes, or takes them back.

mod target;

use std::process::ExitCode;

use adapter_aws::Aws;
use entrypoint::{Env, StartError, now};
use publish::Order;

use crate::target::Target;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("publish", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let aws = Aws::load(env.call_timeout()?);
    let store = aws.bucket(env.required("AIRLOCK_BUCKET")?);
    let target = Target::read(&env, &aws)?;
    env.serve(async |order: Order| publish::carry_out(order, &store, &target, now()).await).await
}
