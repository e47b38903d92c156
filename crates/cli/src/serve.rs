use std::net::Ipv4Addr;

use adapter_local::{
    DOMAIN, PackageFolder, REPOSITORY,
    server::{self, Settings, SignedRequests},
};
use anyhow::Context as _;
use domain::Secret;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{Exit, arguments::ServeOptions, output, run::repository_folder};

/// Serves until Ctrl-C, or until a service manager ends it.
pub(crate) async fn serve(options: ServeOptions) -> anyhow::Result<Exit> {
    let mut terminated = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
        .await
        .with_context(|| format!("cannot listen on port {}: choose another with --port", options.port))?;
    let endpoint = format!("http://{}", listener.local_addr().context("cannot tell the port")?);
    let packages = PackageFolder::new(repository_folder(&options.store)).served_at(&endpoint);
    let token = token()?;
    let signed = if options.accept_sigv4 { SignedRequests::Write } else { SignedRequests::Read };
    let settings = Settings { signed, ..Settings::new(Secret::new(token.clone())) };
    let folder = output::shown(&options.store.display().to_string());
    output::print(&format!(
        "serving {folder} at {endpoint} (domain {DOMAIN}, repository {REPOSITORY})\n\
         token for writers: {token}\n\
         list the packages: aws codeartifact list-packages --domain {DOMAIN} --repository {REPOSITORY} \
         --endpoint-url {endpoint} --region us-east-1 --no-sign-request\n\
         install with pip: pip install PACKAGE --index-url {endpoint}/pypi/{REPOSITORY}/simple/\n\
         install with npm: npm install PACKAGE --registry {endpoint}/npm/{REPOSITORY}/\n"
    ))?;
    let stop = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
    };
    server::serve(listener, packages, settings, stop).await.context("the server stopped")?;
    Ok(Exit::Clean)
}

/// 256 random bits.
fn token() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| anyhow::anyhow!("this machine gives no random numbers"))?;
    Ok(hex::encode(bytes))
}
