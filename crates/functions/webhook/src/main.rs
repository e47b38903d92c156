//! Turns a signed GitHub push into one execution.

use std::process::ExitCode;

use adapter_aws::Aws;
use entrypoint::{Env, HttpRequest, HttpResponse, StartError};
use webhook::{Request, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("webhook", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let aws = Aws::load(env.call_timeout()?);
    let secret = aws.secret(env.required("AIRLOCK_WEBHOOK_SECRET_ARN")?);
    let executions = aws.state_machine(env.required("AIRLOCK_STATE_MACHINE_ARN")?);
    let repository = env.read("AIRLOCK_REPOSITORY", "", str::parse)?;
    let (r#ref, path) = (env.required("AIRLOCK_REF")?, env.required("AIRLOCK_REQUEST_PATH")?);
    let settings = Settings { repository, r#ref, path };
    env.serve_http(async |HttpRequest { headers, body, .. }| {
        let request = Request { headers, body: body.into() };
        let answer = webhook::handle(request, &secret, &executions, &settings).await;
        HttpResponse { status: answer.status, body: answer.body }
    })
    .await
}
