//! Prints, for every function, how long it takes from the start of the process to its first poll of the Lambda Runtime
//! API (median of 15), and how large its zip is. Run with:
//! `cargo run --release -p e2e --example cold_start`

#![expect(clippy::print_stdout, reason = "a command's result")]

use std::{
    fs,
    io::{ErrorKind, Read as _},
    net::{Ipv4Addr, TcpListener},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use e2e::{Binaries, FUNCTIONS, Venv};

const RUNS: usize = 15;

/// Every variable that any function reads: a function that cannot be configured would never poll.
const ENVIRONMENT: [(&str, &str); 21] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "measured"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/measured"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("AIRLOCK_BUCKET", "bucket"),
    ("AIRLOCK_STATE_MACHINE_ARN", "arn:aws:states:us-east-1:000000000000:stateMachine:airlock"),
    ("AIRLOCK_WEBHOOK_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:000000000000:secret:webhook-abcdef"),
    ("AIRLOCK_GITHUB_TOKEN_ARN", "arn:aws:secretsmanager:us-east-1:000000000000:secret:token-abcdef"),
    ("AIRLOCK_REPOSITORY", "example/package-requests"),
    ("AIRLOCK_REF", "refs/heads/main"),
    ("AIRLOCK_REQUEST_PATH", "public-package-request.csv"),
    ("AIRLOCK_GITHUB_API", "http://127.0.0.1:9"),
    ("AIRLOCK_MAX_POLLS", "60"),
    ("AIRLOCK_CODEARTIFACT_DOMAIN", "airlock"),
    ("AIRLOCK_CODEARTIFACT_DOMAIN_OWNER", "000000000000"),
    ("AIRLOCK_CODEARTIFACT_REPOSITORY", "approved"),
    ("AIRLOCK_TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:airlock"),
];

fn main() -> Result<()> {
    let binaries = Binaries::build(&Venv::provide()?)?;
    println!("{:<14} {:>10} {:>10} {:>9}", "function", "median ms", "worst ms", "zip MB");
    for function in FUNCTIONS {
        let mut times = (0..RUNS).map(|_| first_poll(&binaries, function)).collect::<Result<Vec<_>>>()?;
        times.sort();
        let zip = fs::metadata(binaries.zip(function))?.len();
        let (median, worst) = (times[RUNS / 2].as_secs_f64() * 1e3, times[RUNS - 1].as_secs_f64() * 1e3);
        println!("{function:<14} {median:>10.1} {worst:>10.1} {:>9.2}", zip as f64 / 1e6);
    }
    Ok(())
}

/// Starts the function with this process as its Runtime API; it is ended as soon as it has asked for work.
fn first_poll(binaries: &Binaries, function: &str) -> Result<Duration> {
    let runtime_api = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    runtime_api.set_nonblocking(true)?;
    let mut command = Command::new(binaries.bootstrap(function));
    command
        .env_clear()
        .envs(ENVIRONMENT)
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api.local_addr()?.to_string());
    let start = Instant::now();
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut connection = loop {
        match runtime_api.accept() {
            Ok((connection, _)) => break connection,
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error.into()),
            Err(_) => thread::sleep(Duration::from_micros(50)),
        }
        if let Some(status) = process.try_wait()? {
            bail!("{function} ended with {status} before it asked for work");
        }
    };
    connection.set_nonblocking(false)?;
    let mut head = [0; 4096];
    let read = connection.read(&mut head)?;
    let time = start.elapsed();
    process.kill()?;
    process.wait()?;
    let asked = String::from_utf8_lossy(&head[..read]).into_owned();
    ensure!(asked.starts_with("GET /2018-06-01/runtime/invocation/next"), "{function} asked for {asked}");
    Ok(time)
}
