use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// Ends the whole process group as soon as its own input ends, so also when the test process is killed: a `static`
/// is never dropped.
const GUARD: &str = r#""$@" & trap : TERM; cat >/dev/null; kill 0; sleep 1; kill -9 0"#;

/// A server that lives as long as the test process, its output in a file.
pub struct Server {
    guard: Child,
    port: u16,
    log: PathBuf,
}

impl Server {
    /// Starts the program, with nothing in its environment but `environment`, and waits until it listens on the port.
    pub fn start(command: &[&str], environment: &[(String, String)], port: u16, log: &Path) -> Result<Self> {
        let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let guard = Command::new("/bin/sh")
            .args(["-c", GUARD, "guard"])
            .args(command)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start {}", command[0]))?;
        let server = Self { guard, port, log: log.to_owned() };
        let start = Instant::now();
        while TcpStream::connect_timeout(&server.address(), Duration::from_millis(200)).is_err() {
            if start.elapsed() > Duration::from_secs(60) {
                bail!("{} does not listen on port {port}; its output:\n{}", command[0], server.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it wrote so far.
    pub fn log(&self) -> String {
        std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// A port that is free now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Runs a program to its end; gives its standard output, or an error with all it said.
pub fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {:?}", command.get_program()))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("{command:?} ended with {}:\n{}", output.status, String::from_utf8_lossy(&said));
    }
    Ok(String::from_utf8(output.stdout)?)
}
