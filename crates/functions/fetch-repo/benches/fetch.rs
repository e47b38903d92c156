//! `cargo bench -p fetch-repo`: fetches a 1 GiB zip from a server on loopback, beside `curl -o /dev/null` on the same
//! server in the same run. Prints the speed of curl, of a fetch up to the verified temporary file and on into a folder
//! store, their ratios to curl, and the peak memory. SHA-256 alone and a write to a new file alone are printed too: they
//! bound any fetch, while curl does neither. Needs curl, 3 GB in the folder for temporary files, Linux, and an idle
//! machine.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, ExitCode},
    thread,
    time::Instant,
};

use adapter_local::Folder;
use domain::{Document, Origin, PackageName, PackageUrl, Request, Requester, StoreKey, Submission, Work};
use fetch_repo::{Fetcher, settings_from};
use sha2::Digest as _;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const BLOCK: usize = 1 << 20;
const BLOCKS: u64 = 1 << 10;
const RUNS: usize = 5;
const CHILD: &str = "FETCH_BENCH_URL";

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

/// Alternates curl and a fetch in a process of its own, so that each run has the same neighbours.
fn compare() -> Result<String, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let origin = format!("http://{}", listener.local_addr()?);
    let archive = Archive::new();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that hangs up is that client's failure, and is reported there.
            let _ = archive.serve(stream);
        }
    });
    let url = format!("{origin}/o/r/archive/main.zip");
    let (mut curl, mut fetched, mut stored, mut peak) = (vec![], vec![], vec![], 0.0_f64);
    for _ in 0..RUNS {
        curl.push(
            run(Command::new("curl").args(["-sS", "-o", "/dev/null", "-w", "%{time_total}", &url]))?[0],
        );
        let figures =
            run(Command::new(env::current_exe()?).env(CHILD, &url).env("AIRLOCK_TRUSTED_ORIGINS", &origin))?;
        fetched.push(figures[0]);
        stored.push(figures[1]);
        peak = peak.max(figures[2]);
    }
    let [curl, fetched, stored] = [curl, fetched, stored].map(speed);
    let [digest, write] = [digest_alone(), write_alone()?].map(|seconds| speed(vec![seconds]));
    Ok(format!(
        "1 GiB over loopback, median of {RUNS}, in MB/s\n\
         curl -o /dev/null            {curl:>6.0}\n\
         fetch to a verified file     {fetched:>6.0}  {:.2} of curl\n\
         fetch and store in a folder  {stored:>6.0}  {:.2} of curl\n\
         SHA-256 alone                {digest:>6.0}\n\
         write to a new file alone    {write:>6.0}\n\
         peak memory of the fetch     {peak:>6.1} MiB (limit 64)",
        fetched / curl,
        stored / curl
    ))
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

/// The child: one fetch into a store of its own; answers the seconds to the verified file, to the store, and its peak
/// memory in MiB.
fn fetch_once(url: &str) -> Result<String, Failure> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "a TLS provider is installed already")?;
    let folder = tempfile::tempdir()?;
    let store = Folder::new(folder.path());
    let fetcher = Fetcher::new(settings_from(|name| env::var(name).ok())?);
    let document = document(url)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let started = Instant::now();
    let (artifact, fetched) = runtime
        .block_on(async {
            let fetched = fetcher.fetch(&document.request.url).await?;
            let seconds = started.elapsed().as_secs_f64();
            fetched.store(&store).await.map(|artifact| (artifact, seconds))
        })
        .map_err(|error| error.chain())?;
    let stored = started.elapsed().as_secs_f64();
    if artifact.bytes < BLOCK as u64 * BLOCKS {
        return Err(format!("only {} bytes were stored", artifact.bytes).into());
    }
    Ok(format!("{fetched} {stored} {}", peak_mebibytes()?))
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

    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        let (local, tail) = (self.local_header(), self.tail());
        let length = local.len() + tail.len() + BLOCK * BLOCKS as usize;
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
        stream.write_all(&local)?;
        (0..BLOCKS).try_for_each(|_| stream.write_all(&self.block))?;
        stream.write_all(&tail)
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
