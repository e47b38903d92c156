//! How fast `airlock serve` takes small packages: a thousand through CodeArtifact's API, one after another and eight at
//! once, beside what `twine upload` and `npm publish` reach on the same server.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use domain::Sha256;
use e2e::{Clients, block_on};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

const PACKAGES: usize = 1_000;
const WHEELS: usize = 50;
const TARBALLS: usize = 10;
const BYTES: usize = 10_000;

#[expect(clippy::print_stdout, reason = "the figures are what this is for")]
fn main() -> Result<()> {
    let clients = Clients::start()?;
    for at_once in [1, 8] {
        let taken = block_on(publish(&clients, at_once))?;
        println!("API, {at_once} at once: {:.0} packages/s", rate(PACKAGES, taken));
    }
    println!("twine upload, {WHEELS} wheels in one run: {:.1} packages/s", rate(WHEELS, twine(&clients)?));
    println!("npm publish, one run each: {:.1} packages/s", rate(TARBALLS, npm(&clients)?));
    Ok(())
}

fn rate(packages: usize, taken: Duration) -> f64 {
    packages as f64 / taken.as_secs_f64()
}

async fn publish(clients: &Clients, at_once: usize) -> Result<Duration> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let start = Instant::now();
    let published = (0..PACKAGES).map(|n| {
        let client = client.clone();
        async move {
            let bytes = vec![u8::try_from(n % 251).unwrap_or_default(); BYTES];
            let url = format!(
                "{}/v1/package/version/publish?domain=airlock&repository=approved&format=generic\
                 &namespace=rate-{at_once}&package=p{n}&version=1&asset=p{n}.zip",
                clients.url()
            );
            let request = client.post(url).bearer_auth(clients.token());
            let sha256 = Sha256::of(&bytes).to_string();
            let answer = request.header("x-amz-content-sha256", sha256).body(bytes).send().await?;
            ensure!(answer.status().is_success(), "{}", answer.text().await?);
            answer.bytes().await?;
            Ok(())
        }
    });
    stream::iter(published).buffer_unordered(at_once).try_collect::<()>().await?;
    Ok(start.elapsed())
}

fn twine(clients: &Clients) -> Result<Duration> {
    let mut files = Vec::new();
    for n in 0..WHEELS {
        clients.python_package(&[&format!("rate{n}"), "1.0"])?;
        files.push(format!("rate{n}-1.0-py3-none-any.whl"));
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let start = Instant::now();
    let output = clients.twine(&clients.packages(), &files)?;
    ensure!(output.status.success(), "{output:?}");
    Ok(start.elapsed())
}

fn npm(clients: &Clients) -> Result<Duration> {
    let mut taken = Duration::ZERO;
    for n in 0..TARBALLS {
        let folder = clients.empty(&format!("rate-npm-{n}"))?;
        fs::write(folder.join("package.json"), format!(r#"{{"name": "rate{n}", "version": "1.0.0"}}"#))?;
        let start = Instant::now();
        let output = clients.npm(&folder, &["publish"])?;
        ensure!(output.status.success(), "{output:?}");
        taken += start.elapsed();
    }
    Ok(taken)
}
