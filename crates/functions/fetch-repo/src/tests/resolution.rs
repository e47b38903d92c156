use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::*;
use crate::resolver::PublicResolver;

/// A fetcher for whom every name has these addresses, all with the server's port.
fn resolving_to(server: &Server, addresses: &'static [&str]) -> Fetcher {
    let port = server.port();
    let resolver = PublicResolver::new(move |_| {
        let addresses =
            addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), port)).collect();
        Box::pin(async move { Ok(addresses) })
    });
    Fetcher::with_resolver(settings(server), resolver)
}

#[tokio::test]
async fn an_allowed_name_with_an_address_of_ours_is_not_connected_to() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    for addresses in [
        ["127.0.0.1"].as_slice(),
        &["::ffff:127.0.0.1"],
        &["1.1.1.1", "127.0.0.1"],
        &["127.0.0.1", "1.1.1.1"],
        &["169.254.169.254"],
        &["10.0.0.1"],
        &["fd00:ec2::254"],
    ] {
        let answer =
            fetch_with(&resolving_to(&server, addresses), "https://github.com/o/r/archive/main.zip").await;
        assert_error(answer, REFUSED, "only public addresses");
    }
    assert!(server.requests().is_empty(), "a connection arrived");
}

#[tokio::test]
async fn a_redirect_to_an_allowed_name_with_an_address_of_ours_is_not_connected_to() {
    let target = Server::answering(|_| server::ok(ZIP)).await;
    let location = "Location: https://codeload.github.com/a.zip";
    let server = Server::answering(move |_| server::response("302 Found", location, b"")).await;
    let fetcher = {
        let port = target.port();
        let resolver = PublicResolver::new(move |_| {
            Box::pin(async move { Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))]) })
        });
        Fetcher::with_resolver(settings(&server), resolver)
    };
    assert_error(
        fetch_with(&fetcher, &format!("{}/", server.origin())).await,
        REFUSED,
        "only public addresses",
    );
    assert!(target.requests().is_empty(), "a connection arrived");
}

/// 3ffe::/16 is public by its number and routed nowhere (RFC 3701), so that this test leaves the machine in no case.
#[tokio::test]
async fn the_address_that_was_checked_is_the_address_that_is_connected_to() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    let (port, asked) = (server.port(), Arc::new(AtomicUsize::new(0)));
    let counter = asked.clone();
    let resolver = PublicResolver::new(move |_| {
        let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
        let address = if first { "3ffe::1" } else { "127.0.0.1" };
        Box::pin(async move { Ok(vec![SocketAddr::new(address.parse().unwrap(), port)]) })
    });
    let mut settings = settings(&server);
    settings.timeouts.connect = Duration::from_millis(200);
    let answer =
        soon(fetch_with(&Fetcher::with_resolver(settings, resolver), "https://github.com/a.zip")).await;
    assert_error(answer, LATER, "cannot connect");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "one connection asks once");
    assert!(server.requests().is_empty(), "a connection arrived");
}

#[tokio::test]
async fn a_name_that_is_never_resolved_is_not_waited_for() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    let resolver = PublicResolver::new(|_| Box::pin(std::future::pending()));
    let mut settings = settings(&server);
    settings.timeouts.connect = Duration::from_millis(100);
    settings.timeouts.idle = Duration::from_secs(60);
    let answer =
        soon(fetch_with(&Fetcher::with_resolver(settings, resolver), "https://github.com/a.zip")).await;
    assert_error(answer, LATER, "cannot connect");
}

#[tokio::test]
async fn a_name_without_address_may_be_tried_again() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    let resolver = PublicResolver::new(|_| Box::pin(async { Err(io::Error::other("no such name")) }));
    let fetcher = Fetcher::with_resolver(settings(&server), resolver);
    let answer = fetch_with(&fetcher, "https://github.com/o/r/archive/main.zip").await;
    assert_error(answer, LATER, "cannot connect to https://github.com/o/r/archive/main.zip");
}

/// What passes the guard gets as far as the resolver, which refuses for a reason of its own.
#[tokio::test]
async fn the_operators_list_is_the_list() {
    install_tls_provider();
    let configured = settings_from(|name| match name {
        "AIRLOCK_ALLOWED_HOSTS" => Some("files.invalid".to_owned()),
        "AIRLOCK_PYPI_INDEX" => Some("https://index.invalid:8443/simple/".to_owned()),
        _ => None,
    });
    for (settings, allowed, others) in [
        (
            settings_from(|_| None),
            ["https://github.com/a.zip", "https://codeload.github.com/a.zip"],
            ["https://files.invalid/a.zip", "https://index.invalid/a.zip"],
        ),
        (
            configured,
            ["https://files.invalid/a.zip", "https://index.invalid/a.zip"],
            ["https://github.com/a.zip", "https://codeload.github.com/a.zip"],
        ),
    ] {
        let resolver = PublicResolver::new(|_| Box::pin(async { Ok(vec!["10.0.0.1:443".parse().unwrap()]) }));
        let fetcher = Fetcher::with_resolver(settings.unwrap(), resolver);
        for url in allowed {
            assert_error(fetch_with(&fetcher, url).await, REFUSED, "10.0.0.1, a private address");
        }
        for url in others {
            assert_error(fetch_with(&fetcher, url).await, REFUSED, "is not allowed");
        }
    }
}

#[tokio::test]
async fn an_allowed_host_is_asked_by_https_alone() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    let answer = fetch_with(&resolving_to(&server, &["127.0.0.1"]), "http://github.com/a.zip").await;
    assert_error(answer, REFUSED, "is not https");
    assert!(server.requests().is_empty());
}
