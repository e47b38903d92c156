use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    aws::REGION,
    process::{Server, free_port},
    venv::Venv,
};

/// MiniStack with IAM enforced, without Docker, without anything of our own environment: all of its environment
/// reaches every function that it runs.
pub struct Emulator {
    server: Server,
    functions: PathBuf,
}

impl Emulator {
    /// Starts it and waits until it is healthy. Its functions call AWS at `endpoint`; `environment` reaches them too.
    pub fn start(venv: &Venv, folder: &Path, endpoint: &str, environment: &[(&str, &str)]) -> Result<Self> {
        let port = free_port()?;
        let text = |name: &str| folder.join(name).display().to_string();
        for name in ["tmp", "state", "s3"] {
            fs::create_dir_all(folder.join(name))?;
        }
        let fixed = [
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", text("tmp")),
            ("TMPDIR", text("tmp")),
            ("STATE_DIR", text("state")),
            ("S3_DATA_DIR", text("s3")),
            ("PERSIST_STATE", "0".to_owned()),
            ("BIND_HOST", "127.0.0.1".to_owned()),
            ("GATEWAY_PORT", port.to_string()),
            ("MINISTACK_HOST", "localhost".to_owned()),
            ("MINISTACK_REGION", REGION.to_owned()),
            ("IOT_MTLS_ENABLED", "0".to_owned()),
            ("SFTP_ENABLED", "0".to_owned()),
            ("LAMBDA_EXECUTOR", "local".to_owned()),
            ("AUTH", "true".to_owned()),
            // Waits and retry delays of the state machine take no time.
            ("SFN_WAIT_SCALE", "0".to_owned()),
            ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ];
        let given = environment.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let environment: Vec<_> =
            fixed.into_iter().chain(given).map(|(name, value)| (name.to_owned(), value)).collect();
        let python = venv.program("python");
        let server =
            Server::start(&[&python, "-m", "ministack"], &environment, port, &folder.join("ministack.log"))?;
        Ok(Self { server, functions: folder.join("tmp/functions.log") })
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// What it and its functions wrote so far.
    pub fn log(&self) -> String {
        self.server.log() + &self.function_log()
    }

    /// What its functions wrote so far, and nothing else.
    pub fn function_log(&self) -> String {
        fs::read(&self.functions)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}
