use std::{io, net::SocketAddr};

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
        assert_error(answer, "Rejected", "only public addresses");
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
        "Rejected",
        "only public addresses",
    );
    assert!(target.requests().is_empty(), "a connection arrived");
}

#[tokio::test]
async fn a_name_without_address_may_be_tried_again() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    let resolver = PublicResolver::new(|_| Box::pin(async { Err(io::Error::other("no such name")) }));
    let fetcher = Fetcher::with_resolver(settings(&server), resolver);
    let answer = fetch_with(&fetcher, "https://github.com/o/r/archive/main.zip").await;
    assert_error(answer, "Transient", "cannot connect to https://github.com/o/r/archive/main.zip");
}

#[tokio::test]
async fn an_allowed_host_is_asked_by_https_alone() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    let answer = fetch_with(&resolving_to(&server, &["127.0.0.1"]), "http://github.com/a.zip").await;
    assert_error(answer, "Rejected", "is not https");
    assert!(server.requests().is_empty());
}
