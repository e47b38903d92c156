//! Starts the scan of one artifact.

use std::process::ExitCode;

use adapter_aws::Aws;
use domain::{Document, ScanBackend};
use entrypoint::{Env, StartError};
use scanner::BuiltinScan;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    entrypoint::start("start-scan", wire).await
}

async fn wire(env: Env) -> Result<(), StartError> {
    let aws = Aws::load(env.call_timeout()?);
    let store = aws.bucket(env.required("AIRLOCK_BUCKET")?);
    match env.parse("AIRLOCK_SCANNER", ScanBackend::Builtin)? {
        ScanBackend::Builtin => {
            let service = BuiltinScan::new(store.clone());
            env.serve(async |document: Document| start_scan::handle(document, &store, &service).await).await
        }
        ScanBackend::Codeguru => {
            let service = aws.code_guru(store.clone(), env.parse("AIRLOCK_MAX_POLLS", 60)?);
            env.serve(async |document: Document| start_scan::handle(document, &store, &service).await).await
        }
    }
}
