//! `cargo bench -p fetch-repo`: fetches a 1 GiB zip into a folder store, from Python's own `http.server` behind TLS on
//! loopback, beside `curl -o /dev/null` on the same server in the same run, and beside the same job done by
//! `curl | tee file | openssl sha256`. Prints the speeds, their ratios, and the peak memory of the fetch: with the server at
//! 5 Gbit/s, which is what AWS allows one connection, and as fast as it can. SHA-256 alone and a write to a new file
//! alone are printed too: a fetch does both, on the cores that the server leaves, and `curl -o /dev/null` does neither.
//! Needs curl, openssl, python3, 4 GB in the folder for temporary files, Linux, and an idle machine.

use std::{
    env,
    fs::File,
    io::{self, BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    time::Instant,
};

use adapter_local::Folder;
use domain::{Document, Origin, PackageName, PackageUrl, Request, Requester, StoreKey, Submission, Work};
use fetch_repo::{FetchSettings, Fetcher, settings_from};
use sha2::Digest as _;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const BLOCK: usize = 1 << 20;
const BLOCKS: u64 = 1 << 10;
const RUNS: usize = 5;
const CHILD: &str = "FETCH_BENCH_URL";
const CERTIFICATE: &str = "cert.pem";
/// What AWS allows one connection (EC2 user guide, network bandwidth), in bytes per second.
const ONE_CONNECTION: u64 = 5_000_000_000 / 8;
/// Serves its working folder, at most so many bytes a second, and tells the port.
const SERVER: &str = "
import http.server, ssl, sys, time
pace = int(sys.argv[1])
class Paced(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass
    def copyfile(self, source, output):
        started, sent = time.monotonic(), 0
        while block := source.read(1 << 16):
            output.write(block)
            sent += len(block)
            if pace: time.sleep(max(0, started + sent / pace - time.monotonic()))
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Paced)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('cert.pem', 'key.pem')
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
";

fn main() -> ExitCode {
    let done = match env::var(CHILD) {
        Ok(url) => fetch_once(&url),
        Err(_) => compare(),
    };
    match done {
        Ok(text) => say(&text),
        Err(error) => {
            say(&format!("the benchmark failed: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> ExitCode {
    if writeln!(io::stdout(), "{text}").is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn compare() -> Result<String, Failure> {
    let folder = tempfile::tempdir()?;
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    std::fs::write(folder.path().join(CERTIFICATE), certified.cert.pem())?;
    std::fs::write(folder.path().join("key.pem"), certified.signing_key.serialize_pem())?;
    Archive::new().write(File::create(folder.path().join("main.zip"))?)?;
    let mut text = format!("1 GiB over https on loopback, median of {RUNS}, in MB/s\n");
    for (name, pace) in [("server at 5 Gbit/s", ONE_CONNECTION), ("server unlimited", 0)] {
        let Figures { curl, same_job, fetch, peak } = alternate(folder.path(), pace)?;
        let (of_curl, of_same_job) = (fetch / curl, fetch / same_job);
        text.push_str(&format!(
            "{name}: curl -o /dev/null {curl:.0}; curl | tee file | openssl sha256 {same_job:.0}; fetch, verify and store \
             {fetch:.0}, which is {of_curl:.2} and {of_same_job:.2} of them; peak memory {peak:.1} MiB\n"
        ));
    }
    let [digest, write] = [digest_alone(), write_alone()?].map(|seconds| speed(vec![seconds]));
    Ok(format!("{text}SHA-256 alone {digest:.0}; a write to a new file alone {write:.0}"))
}

/// Megabytes a second, and MiB of memory.
struct Figures {
    curl: f64,
    same_job: f64,
    fetch: f64,
    peak: f64,
}

/// What a fetch does, by tools that do one part of it each.
const SAME_JOB: &str = r#"curl -sS --cacert "$1" "$2" | tee "$3" | openssl sha256"#;

/// Alternates curl and a fetch in a process of its own, so that each run has the same neighbours.
fn alternate(folder: &Path, pace: u64) -> Result<Figures, Failure> {
    let certificate = folder.join(CERTIFICATE);
    let server = Server::start(folder, pace)?;
    let origin = format!("https://localhost:{}", server.port);
    let url = format!("{origin}/main.zip");
    let (mut curl, mut same_job, mut fetched, mut peak) = (vec![], vec![], vec![], 0.0_f64);
    for _ in 0..RUNS {
        let mut plain = Command::new("curl");
        plain.args(["-sS", "-o", "/dev/null", "-w", "%{time_total}", "--cacert"]).arg(&certificate).arg(&url);
        curl.push(run(&mut plain)?[0]);
        same_job.push(do_same_job(&certificate, &url)?);
        let mut fetch = Command::new(env::current_exe()?);
        fetch.env(CHILD, &url).env("AIRLOCK_TRUSTED_ORIGINS", &origin).env("SSL_CERT_FILE", &certificate);
        let figures = run(&mut fetch)?;
        fetched.push(figures[0]);
        peak = peak.max(figures[1]);
    }
    Ok(Figures { curl: speed(curl), same_job: speed(same_job), fetch: speed(fetched), peak })
}

fn do_same_job(certificate: &Path, url: &str) -> Result<f64, Failure> {
    let folder = tempfile::tempdir()?;
    let mut shell = Command::new("sh");
    shell.args(["-c", SAME_JOB, "sh"]).arg(certificate).arg(url).arg(folder.path().join("file"));
    let started = Instant::now();
    let output = shell.output()?;
    let seconds = started.elapsed().as_secs_f64();
    match std::fs::metadata(folder.path().join("file"))?.len() >= BLOCK as u64 * BLOCKS {
        true => Ok(seconds),
        false => Err(format!("curl brought too little: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

/// The server's process; it ends with this.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path, pace: u64) -> Result<Self, Failure> {
        let mut command = Command::new("python3");
        command.args(["-c", SERVER, &pace.to_string()]).current_dir(folder).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|error| format!("cannot start python3: {error}"))?;
        let mut line = String::new();
        let output = process.stdout.take().ok_or("python3 has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self { process, port: line.trim().parse()? })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already where this fails.
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// Megabytes a second, of the median.
fn speed(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    (BLOCK as u64 * BLOCKS) as f64 / 1e6 / seconds[seconds.len() / 2]
}

fn digest_alone() -> f64 {
    let block = vec![7; BLOCK];
    let started = Instant::now();
    let mut hasher = sha2::Sha256::new();
    (0..BLOCKS).for_each(|_| hasher.update(&block));
    std::hint::black_box(hasher.finalize());
    started.elapsed().as_secs_f64()
}

fn write_alone() -> Result<f64, Failure> {
    let block = vec![7; BLOCK];
    let mut file = tempfile::tempfile()?;
    let started = Instant::now();
    (0..BLOCKS).try_for_each(|_| file.write_all(&block))?;
    Ok(started.elapsed().as_secs_f64())
}

fn run(command: &mut Command) -> Result<Vec<f64>, Failure> {
    let output = command.output()?;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        return Err(format!("{command:?}: {text} {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
}

/// The child: one fetch into a store of its own; answers its seconds, and its peak memory in MiB.
fn fetch_once(url: &str) -> Result<String, Failure> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "a TLS provider is installed already")?;
    let folder = tempfile::tempdir()?;
    let store = Folder::new(folder.path());
    let settings = FetchSettings {
        spool_folder: Some(store.unfinished()),
        ..settings_from(|name| env::var(name).ok())?
    };
    let fetcher = Fetcher::new(settings);
    let document = document(url)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let started = Instant::now();
    let artifact =
        runtime.block_on(fetch_repo::handle(document, &store, &fetcher)).map_err(|error| error.chain())?;
    let seconds = started.elapsed().as_secs_f64();
    if artifact.bytes < BLOCK as u64 * BLOCKS || !store.path(&artifact.key).is_file() {
        return Err(format!("only {} bytes were stored", artifact.bytes).into());
    }
    Ok(format!("{seconds} {}", peak_mebibytes()?))
}

fn peak_mebibytes() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

fn document(url: &str) -> Result<Document, Failure> {
    let submission = Submission {
        id: "bench".to_owned(),
        source: Origin::Inline,
        requested_by: Requester::default(),
        requests: StoreKey::submission("bench", "requests.jsonl")?,
        work: Work::Packages,
    };
    let request = Request {
        row: 1,
        package: PackageName::parse("bench")?,
        url: PackageUrl::parse(url)?,
        requester: None,
    };
    let (artifact, scan, decision, publication, failure) = (None, None, None, None, None);
    Ok(Document { submission, request, artifact, scan, decision, publication, failure })
}

/// A zip of one stored member, which repeats one block.
struct Archive {
    block: Vec<u8>,
    crc: u32,
}

impl Archive {
    fn new() -> Self {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let block: Vec<u8> = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        })
        .take(BLOCK / 8)
        .flatten()
        .collect();
        let mut crc = crc32fast::Hasher::new();
        (0..BLOCKS).for_each(|_| crc.update(&block));
        Self { block, crc: crc.finalize() }
    }

    fn write(&self, mut file: File) -> io::Result<()> {
        file.write_all(&self.local_header())?;
        (0..BLOCKS).try_for_each(|_| file.write_all(&self.block))?;
        file.write_all(&self.tail())
    }

    /// What both headers of the member say (APPNOTE 4.3.7, 4.3.12), from its version to its name's length.
    fn fields(&self) -> Vec<u8> {
        let size = (BLOCK as u32) * (BLOCKS as u32);
        let numbers = [self.crc, size, size].map(u32::to_le_bytes).concat();
        [&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x50], numbers.as_slice(), &[4, 0, 0, 0]].concat()
    }

    fn local_header(&self) -> Vec<u8> {
        [b"PK\x03\x04".as_slice(), &self.fields(), b"blob"].concat()
    }

    fn tail(&self) -> Vec<u8> {
        let central = [b"PK\x01\x02\x14\x00".as_slice(), &self.fields(), &[0; 14], b"blob"].concat();
        let at = self.local_header().len() as u32 + (BLOCK as u32) * (BLOCKS as u32);
        let numbers = [central.len() as u32, at].map(u32::to_le_bytes).concat();
        [central.as_slice(), b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &numbers, &[0, 0]].concat()
    }
}
