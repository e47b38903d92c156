//! What every adapter of a port must do alike: one suite for each port, run against each of its adapters, so that the
//! folders that the stages' tests use as fakes cannot lie.
//!
//! The adapters of AWS are configured by their environment, which a process cannot change safely once it runs. So this
//! program starts the emulator and a private repository, and then itself again with the environment of a function.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]
#![expect(clippy::print_stdout, reason = "this test is its own harness")]

mod executions;
mod notifier;
mod packages;
mod request_source;
mod scan_service;
mod secret_source;
mod store;
mod surroundings;

use std::{process::ExitCode, time::Duration};

use surroundings::Surroundings;

fn main() -> ExitCode {
    let given = e2e::block_on(async { Surroundings::given() });
    match given {
        Some(surroundings) => e2e::block_on(run(&surroundings)),
        None => surroundings::start_again(),
    }
}

/// Runs every suite against every adapter. A suite that breaks its contract panics, and the process ends with it.
async fn run(surroundings: &Surroundings) -> ExitCode {
    let aws = adapter_aws::Aws::load(Duration::from_secs(20));
    let folder = tempfile::tempdir().unwrap();
    let mut passed = 0;
    let mut done = |port: &str, adapter: &str| {
        println!("test {port} of {adapter} ... ok");
        passed += 1;
    };

    let bucket = aws.bucket(&surroundings.bucket);
    store::suite(&adapter_local::Folder::new(folder.path().join("store"))).await;
    done("Store", "a folder");
    store::suite(&bucket).await;
    done("Store", "S3");

    executions::suite(&adapter_local::InProcess::new()).await;
    done("Executions", "this process");
    executions::suite(&aws.state_machine(&surroundings.state_machine)).await;
    done("Executions", "Step Functions");

    let outbox = folder.path().join("outbox");
    notifier::suite(&adapter_local::Outbox::new(&outbox), || notifier::mails(&outbox)).await;
    done("Notifier", "an outbox");
    notifier::suite(&aws.topic(&surroundings.topic), || surroundings.messages()).await;
    done("Notifier", "SNS");

    secret_source::suite(&adapter_local::EnvSecret::new("AIRLOCK_CONTRACTS_SECRET"), &surroundings.secret)
        .await;
    done("SecretSource", "the environment");
    secret_source::suite(&aws.secret(&surroundings.secret_arn), &surroundings.secret).await;
    done("SecretSource", "Secrets Manager");
    secret_source::missing(&adapter_local::EnvSecret::new("AIRLOCK_CONTRACTS_NOT_SET")).await;
    secret_source::missing(&aws.secret("arn:aws:secretsmanager:us-east-1:000000000000:secret:none-aaaaaa"))
        .await;

    request_source::suite(&adapter_local::Terminal).await;
    done("RequestSource", "a terminal");
    request_source::suite(&surroundings.github()).await;
    done("RequestSource", "GitHub");

    let scanned = adapter_local::Folder::new(folder.path().join("scanned"));
    scan_service::suite(&scanner::BuiltinScan::new(scanned.clone()), &scanned).await;
    done("ScanService", "the built-in scanner");
    scan_service::suite(&aws.code_guru(scanned.clone(), 10), &scanned).await;
    done("ScanService", "CodeGuru Security");

    let repository = adapter_local::PackageFolder::new(folder.path().join("repository"));
    packages::suite(&repository).await;
    packages::native(&repository).await;
    done("PackageRepository", "a folder");
    let repository = aws.code_artifact("airlock", None, "approved");
    packages::suite(&repository).await;
    packages::native(&repository).await;
    done("PackageRepository", "CodeArtifact");
    let host = e2e::GitHost::start().await.unwrap();
    packages::suite(&surroundings::organisation(&host)).await;
    done("PackageRepository", "a GitHub organisation");

    println!("\n{passed} passed, 0 failed");
    ExitCode::SUCCESS
}
