//! Tells the requester, and reports the submission.

use std::process::ExitCode;

use adapter_aws::Aws;
use adapter_github::GitHub;
use domain::Policy;
use entrypoint::{Env, StartError, now};
use notify::{Notice, Ports};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("notify", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let timeout = env.call_timeout()?;
    let aws = Aws::load(timeout);
    let token = aws.secret(env.required("AIRLOCK_GITHUB_TOKEN_ARN")?);
    let ports = Ports {
        store: aws.bucket(env.required("AIRLOCK_BUCKET")?),
        notifier: aws.topic(env.required("AIRLOCK_TOPIC_ARN")?),
        source: GitHub::new(env.read("AIRLOCK_GITHUB_API", "", str::parse)?, token, timeout),
    };
    let policy = env.read("AIRLOCK_THRESHOLD", "medium", Policy::with_threshold)?;
    env.serve(async |notice: Notice| notify::handle(notice, &ports, &policy, now()).await).await
}
