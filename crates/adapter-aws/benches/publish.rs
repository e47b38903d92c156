//! `cargo bench -p adapter-aws`: publishes a package of 1 GiB to the server of `airlock serve`, in a process of its own on
//! loopback, beside `curl -T` of the same file to the same operation of the same server in the same run. Prints how long it
//! takes until the version is published, until `Latest`, which is the same bytes once more, serves it too, the speeds of both
//! beside curl's, and the peak memory of the publisher. Needs curl, 5 GB in the folder for temporary files, Linux, and an
//! idle machine.

use std::{
    env,
    fs::File,
    io::{self, BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use adapter_aws::Aws;
use adapter_local::{
    PackageFolder,
    server::{Settings, SignedRequests, serve},
};
use domain::{
    Artifact, Coverage, Evidence, Format, PackageName, PackageRepository as _, PackageUrl, Policy, Release,
    Report, Secret, Sha256, StoreKey, judge,
};
use sha2::Digest as _;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const BLOCK: usize = 1 << 20;
const BLOCKS: u64 = 1 << 10;
const BYTES: u64 = BLOCK as u64 * BLOCKS;
const RUNS: usize = 5;
const ROLE: &str = "PUBLISH_BENCH_ROLE";
const TOKEN: &str = "bench";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match env::var(ROLE).as_deref() {
        Ok("server") => serve_folder(Path::new(&arguments[0])),
        Ok("publisher") => publish_once(Path::new(&arguments[0]), &arguments[1]),
        _ => compare(),
    };
    let text = match &done {
        Ok(text) => text.clone(),
        Err(error) => format!("the benchmark failed: {error}"),
    };
    let said = writeln!(io::stdout(), "{text}");
    if done.is_ok() && said.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn compare() -> Result<String, Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bench.zip");
    let sha256 = write(File::create(&file)?)?;
    let (mut curl, mut version, mut latest, mut peak) = (vec![], vec![], vec![], 0.0_f64);
    for _ in 0..RUNS {
        // Each has an empty server of its own, and the other's neighbours.
        curl.push(Server::start()?.curl(&file, &sha256)?);
        let publication = Server::start()?.publish(&file, &sha256)?;
        version.push(publication.version);
        latest.push(publication.latest);
        peak = peak.max(publication.peak);
    }
    let (curl, version, latest) = (median(curl), median(version), median(latest));
    let speed = |copies: u64, seconds: f64| (copies * BYTES) as f64 / 1e6 / seconds;
    Ok(format!(
        "1 GiB to airlock serve on loopback, median of {RUNS}\n\
         curl -T              {curl:.2} s, {:.0} MB/s\n\
         version published    {version:.2} s, {:.0} MB/s: {:.2} of curl\n\
         Latest serves it too {latest:.2} s, {:.0} MB/s for both: {:.2} of curl\n\
         peak memory of the publisher {peak:.1} MiB",
        speed(1, curl),
        speed(1, version),
        curl / version,
        speed(2, latest),
        2.0 * curl / latest,
    ))
}

/// Seconds from its start until the version was published, and until `Latest` served it too; and MiB.
struct Figures {
    version: f64,
    latest: f64,
    peak: f64,
}

/// The server's process and its folder; both end with this.
struct Server {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(env::current_exe()?);
        command.env(ROLE, "server").arg(folder.path()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let output = process.stdout.take().ok_or("the server has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self { process, address: line.trim().to_owned(), _folder: folder })
    }

    /// Its seconds.
    fn curl(&self, file: &Path, sha256: &Sha256) -> Result<f64, Failure> {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--fail-with-body", "-o", "/dev/null", "-w", "%{time_total}", "-X", "POST", "-T"]);
        curl.arg(file).args(["-H", &format!("x-amz-content-sha256: {sha256}")]);
        curl.args(["-H", &format!("authorization: Bearer {TOKEN}")]);
        let time = run(curl.arg(format!("{}&asset=bench.zip", self.version("/publish"))))?;
        Ok(time.trim().parse()?)
    }

    /// The address of the version that is published.
    fn version(&self, operation: &str) -> String {
        let names =
            "domain=airlock&repository=approved&format=generic&namespace=bench&package=bench&version=1";
        format!("{}/v1/package/version{operation}?{names}", self.address)
    }

    fn publish(&self, file: &Path, sha256: &Sha256) -> Result<Figures, Failure> {
        let mut publisher = Command::new(env::current_exe()?);
        publisher.env(ROLE, "publisher").env("AWS_ENDPOINT_URL_CODEARTIFACT", &self.address);
        publisher.env("AWS_ACCESS_KEY_ID", "bench").env("AWS_SECRET_ACCESS_KEY", "bench");
        publisher.env("AWS_REGION", "eu-west-1").env("AWS_EC2_METADATA_DISABLED", "true");
        let figures: Vec<f64> = run(publisher.arg(file).arg(sha256.to_string()))?
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let described = run(Command::new("curl").args(["-sS", "--fail-with-body", &self.version("")]))?;
        let described: serde_json::Value = serde_json::from_str(&described)?;
        let published = described["packageVersion"]["publishedTime"].as_f64().ok_or("it is not published")?;
        let [started, ended, peak] = figures[..] else {
            return Err("the publisher prints no figures".into());
        };
        Ok(Figures { version: published - started, latest: ended - started, peak })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already where this fails.
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

fn run(command: &mut Command) -> Result<String, Failure> {
    let output = command.output()?;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        return Err(format!("{command:?}: {text} {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(text)
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// The server: tells its address, and serves until it is killed.
fn serve_folder(folder: &Path) -> Result<String, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        writeln!(io::stdout(), "http://{}", listener.local_addr()?)?;
        let settings = Settings { signed: SignedRequests::Write, ..Settings::new(Secret::new(TOKEN)) };
        serve(listener, PackageFolder::new(folder), settings, std::future::pending()).await?;
        Ok(String::new())
    })
}

/// The publisher: one publication, as the Lambda function makes it; when it started and ended, and its peak memory.
fn publish_once(file: &Path, sha256: &str) -> Result<String, Failure> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "a TLS provider is installed already")?;
    let release = release(Sha256::parse(sha256)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let repository = Aws::load(Duration::from_secs(60)).code_artifact("airlock", None, "approved");
    let started = SystemTime::now();
    let publication = runtime.block_on(repository.publish(&release, file)).map_err(|error| error.chain())?;
    let ended = SystemTime::now();
    if !publication.latest {
        return Err("Latest does not serve what was published".into());
    }
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map(|since| since.as_secs_f64());
    Ok(format!("{} {} {}", seconds(started)?, seconds(ended)?, peak_mebibytes()?))
}

fn release(sha256: Sha256) -> Result<Release, Failure> {
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: BYTES,
        format: Format::Zip,
        url: PackageUrl::parse("https://example.invalid/bench.zip")?,
        commit: None,
        version: "1".to_owned(),
        extension: "zip".to_owned(),
    };
    let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
    let report =
        Report { sha256, engine: "bench".to_owned(), coverage, findings: vec![], identities: vec![] };
    let decision = judge(&report, &Policy::default());
    let release =
        Release::of(&PackageName::parse("bench")?, &artifact, &decision).ok_or("nothing was approved")?;
    Ok(release.with_evidence(vec![Evidence::new("decision", "json", b"{}".to_vec())]))
}

fn peak_mebibytes() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

/// One block of noise, again and again; gives the digest.
fn write(mut file: File) -> Result<Sha256, Failure> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    let block: Vec<u8> = noise.take(BLOCK / 8).flatten().collect();
    let mut hasher = sha2::Sha256::new();
    for _ in 0..BLOCKS {
        file.write_all(&block)?;
        hasher.update(&block);
    }
    Ok(Sha256::from_bytes(hasher.finalize().into()))
}
