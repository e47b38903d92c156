use std::{
    ffi::OsStr,
    path::Path,
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail};
use domain::{Sha256, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;

use crate::process::run;

/// Whom the tests act as: MiniStack's root.
const KEY: &str = "test";
const SECRET: &str = "test";
/// The region of everything.
pub const REGION: &str = "us-east-1";

/// The emulator as its operator sees it: through the real `aws` command, and through signed requests where starting
/// Python a thousand times would take too long. Neither goes through the fault proxy.
pub struct Aws {
    command: String,
    endpoint: String,
    client: reqwest::Client,
}

struct Request<'a> {
    service: &'a str,
    method: &'a str,
    path: &'a str,
    query: &'a str,
    target: &'a str,
    body: Vec<u8>,
}

impl Aws {
    /// For the emulator at `endpoint`, with the `aws` command at `command`.
    pub fn new(command: String, endpoint: String) -> Self {
        Self { command, endpoint, client: crate::http_client() }
    }

    /// Runs `aws <arguments>` against the emulator.
    pub fn cli(&self, arguments: &[&str]) -> Result<String> {
        self.cli_at(&self.endpoint, arguments)
    }

    /// Runs `aws <arguments>` against another endpoint. Without one the command would call the real AWS.
    pub fn cli_at(&self, endpoint: &str, arguments: &[&str]) -> Result<String> {
        run(self
            .program(&self.command)
            .args(["--endpoint-url", endpoint, "--region", REGION, "--output", "json"])
            .args(arguments)
            // `cloudformation package` and `deploy` upload with a client that knows no --endpoint-url.
            .env("AWS_ENDPOINT_URL", endpoint))
    }

    /// Where the `aws` command is.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// A program with the operator's credentials and the `aws` command on its PATH, and nothing else of our environment.
    pub fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let tools = Path::new(&self.command).parent().map(Path::to_owned);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(tools.into_iter().chain(std::env::split_paths(&path)));
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", path.unwrap_or_default())
            .env("HOME", std::env::temp_dir())
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    /// Calls an operation of a JSON service, as in `json("states", "AWSStepFunctions.ListExecutions", …)`.
    pub async fn json(&self, service: &str, target: &str, input: Value) -> Result<Value> {
        let body = input.to_string().into_bytes();
        let request = Request { service, method: "POST", path: "/", query: "", target, body };
        let answer = self.send(request).await?;
        serde_json::from_slice(&answer).with_context(|| format!("{target} did not answer with JSON"))
    }

    /// Calls an operation of a service that takes a form and answers with XML, as in `query("iam", &[("Action", …)])`.
    pub async fn query(&self, service: &str, form: &[(&str, &str)]) -> Result<String> {
        let body = url_encoded(form).into_bytes();
        let answer =
            self.send(Request { service, method: "POST", path: "/", query: "", target: "", body }).await?;
        Ok(String::from_utf8(answer)?)
    }

    /// The object's bytes.
    pub async fn object(&self, bucket: &str, key: &str) -> Result<Vec<u8>> {
        self.s3("GET", &format!("/{bucket}/{key}"), "", vec![]).await
    }

    /// Writes an object.
    pub async fn put_object(&self, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<()> {
        self.s3("PUT", &format!("/{bucket}/{key}"), "", bytes).await.map(drop)
    }

    /// The keys that start with `prefix`.
    pub async fn keys(&self, bucket: &str, prefix: &str) -> Result<Vec<String>> {
        let query = format!("list-type=2&prefix={}", prefix.replace('/', "%2F"));
        let text = String::from_utf8(self.s3("GET", &format!("/{bucket}"), &query, vec![]).await?)?;
        if text.contains("<IsTruncated>true") {
            bail!("more keys start with {prefix} than one page holds");
        }
        let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        Ok(keys.map(str::to_owned).collect())
    }

    /// Makes the next invocation of a function a cold start: what it has kept in memory is gone.
    pub async fn cool(&self, function: &str) -> Result<()> {
        let path = format!("/2015-03-31/functions/{function}/configuration");
        let body = br#"{"Handler":"bootstrap"}"#.to_vec();
        let request = Request { service: "lambda", method: "PUT", path: &path, query: "", target: "", body };
        self.send(request).await.map(drop)
    }

    /// The keys of uploads in parts that were begun and neither finished nor given up.
    pub async fn half_uploads(&self, bucket: &str) -> Result<Vec<String>> {
        let text = String::from_utf8(self.s3("GET", &format!("/{bucket}"), "uploads=", vec![]).await?)?;
        let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        Ok(keys.map(str::to_owned).collect())
    }

    async fn s3(&self, method: &str, path: &str, query: &str, body: Vec<u8>) -> Result<Vec<u8>> {
        self.send(Request { service: "s3", method, path, query, target: "", body }).await
    }

    async fn send(&self, request: Request<'_>) -> Result<Vec<u8>> {
        let Request { service, method, path, query, .. } = request;
        let name = format!("{service} {method} {path}?{query} {}", request.target);
        let host = self.endpoint.trim_start_matches("http://").to_owned();
        let url = format!("{}{path}?{query}", self.endpoint);
        let mut call = self.client.request(method.parse()?, url);
        for (name, value) in signed_headers(&request, &host)? {
            call = call.header(name, value);
        }
        let answer = call.body(request.body).send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        if !status.is_success() {
            bail!("{name} was answered {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(body.into())
    }
}

/// The headers of a request with Signature Version 4
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).
fn signed_headers(request: &Request<'_>, host: &str) -> Result<Vec<(&'static str, String)>> {
    let Request { service, method, path, query, target, body } = request;
    let millis = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let time = format!("{}Z", &Timestamp::from_millis(i64::try_from(millis)?).for_key()[..15]);
    let day = &time[..8];
    let digest = Sha256::of(body).to_string();

    let mut headers = vec![("host", host.to_owned())];
    if *service == "s3" {
        headers.push(("x-amz-content-sha256", digest.clone()));
        headers.push(("x-amz-date", time.clone()));
    } else {
        let kind = if *service == "iam" {
            "application/x-www-form-urlencoded"
        } else {
            "application/x-amz-json-1.0"
        };
        headers.insert(0, ("content-type", kind.to_owned()));
        headers.push(("x-amz-date", time.clone()));
    }
    if !target.is_empty() {
        headers.push(("x-amz-target", (*target).to_owned()));
    }
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{digest}");
    let scope = format!("{day}/{REGION}/{service}/aws4_request");
    let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", Sha256::of(canonical.as_bytes()));
    let key = [day, REGION, service, "aws4_request"]
        .into_iter()
        .try_fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac_sha256(&key, part.as_bytes()))?;
    let signature = hex::encode(hmac_sha256(&key, to_sign.as_bytes())?);
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={names}, Signature={signature}");
    headers.push(("authorization", authorization));
    Ok(headers)
}

fn url_encoded(form: &[(&str, &str)]) -> String {
    let kept = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    let encoded = |text: &str| -> String {
        text.bytes().map(|b| if kept(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    let pairs: Vec<_> = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

pub(crate) fn hmac_sha256(key: &[u8], text: &[u8]) -> Result<Vec<u8>> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key)?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().to_vec())
}
