//! The real template and binaries on a local AWS emulator: what the tests in `tests/` stand on.
//!
//! A [`World`] is one emulator with the stack deployed to it, the stand-ins for what it lacks, and the [`Proxy`] between
//! the functions and all of them. Everything listens on loopback; nothing needs Docker, an account or a step by hand.

mod account;
mod authorizer;
mod aws;
mod binaries;
mod call;
mod clients;
mod codeguru;
mod deploy;
mod emulator;
mod fault;
mod function;
mod git_host;
mod github;
mod leak;
mod package;
mod plan;
mod process;
mod proxy;
mod push;
mod role;
mod stacks;
mod template;
mod venv;
mod world;

use std::{net::SocketAddr, sync::LazyLock};

use tokio::runtime::{Builder, Handle};

pub use account::Account;
pub use aws::{Aws, REGION};
pub use binaries::{Binaries, FUNCTIONS};
pub use call::Call;
pub use clients::{Clients, sha256_of};
pub use codeguru::{CodeGuru, finding};
pub use deploy::Stack;
pub use emulator::Emulator;
pub use fault::Fault;
pub use function::FunctionProcess;
pub use git_host::{Access, Break, GIT_TOKEN, GitHost, ORGANISATION};
pub use github::GitHub;
pub use package::{Package, tar_gz};
pub use plan::{ACCOUNT, Plan};
pub use process::{Server, free_port, run};
pub use proxy::{Proxy, Spoiled, Upstreams};
pub use push::{Delivered, Execution, Message, REQUEST_PATH};
pub use role::Role;
pub use stacks::{DATA_SCIENCE, INFOSEC, NETWORKING, Scanner};
pub use template::Template;
pub use venv::{Venv, work_folder};
pub use world::{World, subscribe};

/// The stand-ins outlive the test that started them, so they run on a thread of their own and not on a test's runtime.
static RUNTIME: LazyLock<Handle> = LazyLock::new(|| {
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().expect("nothing else chooses the TLS provider of this process");
    let runtime = Builder::new_current_thread().enable_all().build().expect("the system gives a runtime");
    let handle = runtime.handle().clone();
    std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    handle
});

/// Runs a test's future to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// Serves a stand-in on a free port of loopback.
pub(crate) async fn serve(app: axum::Router) -> anyhow::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind(proxy::ANY_PORT).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

/// Follows no redirect, asks no proxy.
pub(crate) fn http_client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client without TLS settings can be built")
}
