use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::*;
use server::{ok, response};

#[tokio::test]
async fn only_200_is_accepted() {
    for (status, name, said) in [
        ("404 Not Found", BROKEN, "check the URL"),
        ("410 Gone", BROKEN, "check the URL"),
        ("401 Unauthorized", BROKEN, "not public"),
        ("403 Forbidden", BROKEN, "not public"),
        ("400 Bad Request", BROKEN, "only 200 OK"),
        ("201 Created", BROKEN, "only 200 OK"),
        ("203 Non-Authoritative Information", BROKEN, "only 200 OK"),
        ("206 Partial Content", BROKEN, "only 200 OK"),
        ("300 Multiple Choices", BROKEN, "only 200 OK"),
        ("304 Not Modified", BROKEN, "only 200 OK"),
        ("408 Request Timeout", LATER, "may answer later"),
        ("429 Too Many Requests", LATER, "may answer later"),
        ("500 Internal Server Error", LATER, "may answer later"),
        ("503 Service Unavailable", LATER, "may answer later"),
    ] {
        let server = Server::answering(move |_| response(status, "Content-Length: 22", ZIP)).await;
        assert_error(fetch(&server, "/a.zip").await, name, said);
        assert_eq!(server.requests().len(), 1, "{status}: the state machine retries, not the client");
    }
}

#[tokio::test]
async fn what_is_no_archive_is_refused_whatever_it_is_called() {
    for body in [
        b"<!DOCTYPE html><h1>Sign in</h1>".as_slice(),
        b"{}",
        b"PK",
        b"",
        b"UEsDBBQ=",
        b"PK\x01\x02",
        b"7z\xbc\xaf",
    ] {
        let server = Server::answering(move |_| {
            response(
                "200 OK",
                &format!("Content-Type: application/zip\r\nContent-Length: {}", body.len()),
                body,
            )
        })
        .await;
        assert_error(fetch(&server, "/a.zip").await, BROKEN, "not an archive");
    }
}

#[tokio::test]
async fn an_endless_page_is_refused_by_its_first_bytes() {
    let server = Server::conversing(|_, mut stream| {
        Box::pin(async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n<htm").await;
            std::future::pending::<()>().await;
        })
    })
    .await;
    assert_error(fetch(&server, "/a.zip").await, BROKEN, "not an archive");
}

#[tokio::test]
async fn a_compressed_body_is_not_inflated() {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &[ZIP, &[0; 1 << 16]].concat()).unwrap();
    let gzip = encoder.finish().unwrap();
    let server = Server::answering(move |_| response("200 OK", "Content-Encoding: gzip", &gzip)).await;
    assert_error(fetch(&server, "/a.zip").await, BROKEN, "Content-Encoding");
}

#[tokio::test]
async fn an_encoded_body_is_refused() {
    for encoding in ["gzip", "br", "identity", "gzip, gzip, gzip", ""] {
        let server = Server::answering(move |_| {
            response("200 OK", &format!("Content-Encoding: {encoding}\r\nContent-Length: 22"), ZIP)
        })
        .await;
        assert_error(fetch(&server, "/a.zip").await, BROKEN, "Content-Encoding");
    }
}

#[tokio::test]
async fn a_short_body_is_no_artifact() {
    let short = Server::answering(|_| response("200 OK", "Content-Length: 23", ZIP)).await;
    assert_error(fetch(&short, "/a.zip").await, LATER, "the connection broke");
    let chunked = [b"16\r\n".as_slice(), ZIP, b"\r\n"].concat();
    let unfinished = chunked.clone();
    let server =
        Server::answering(move |_| response("200 OK", "Transfer-Encoding: chunked", &unfinished)).await;
    assert_error(fetch(&server, "/a.zip").await, LATER, "the connection broke");
    let whole = [chunked.as_slice(), b"0\r\n\r\n"].concat();
    let server = Server::answering(move |_| response("200 OK", "Transfer-Encoding: chunked", &whole)).await;
    assert_eq!(fetch(&server, "/a.zip").await.unwrap().sha256, Sha256::of(ZIP));
}

#[tokio::test]
async fn contradicting_lengths_are_refused() {
    for headers in ["Content-Length: 22\r\nContent-Length: 4", "Content-Length: -1", "Content-Length: 22, 4"]
    {
        let server = Server::answering(move |_| response("200 OK", headers, ZIP)).await;
        assert!(fetch(&server, "/a.zip").await.is_err(), "{headers}");
    }
}

#[tokio::test]
async fn a_body_may_be_as_long_as_allowed_and_no_longer() {
    let mut body = ZIP.to_vec();
    body.resize(1 << 20, 0);
    let exact = body.clone();
    let server = Server::answering(move |_| ok(&exact)).await;
    assert_eq!(fetch(&server, "/a.zip").await.unwrap().bytes, 1 << 20);
    body.push(0);
    let announced = Server::answering(|_| response("200 OK", "Content-Length: 1048577", b"")).await;
    assert_error(fetch(&announced, "/a.zip").await, REFUSED, "larger than the 1048576 bytes");
    let unannounced = Server::answering(move |_| response("200 OK", "", &body)).await;
    assert_error(fetch(&unannounced, "/a.zip").await, REFUSED, "larger than the 1048576 bytes");
}

/// A server that sends one byte each `pause`, without end.
async fn dripping(pause: Duration) -> Server {
    Server::conversing(move |_, mut stream| {
        Box::pin(async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nPK\x03\x04").await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        })
    })
    .await
}

#[tokio::test]
async fn a_dripping_body_is_too_slow() {
    let server = dripping(Duration::from_millis(20)).await;
    let mut settings = settings(&server);
    settings.timeouts.grace = Duration::from_millis(300);
    let answer = soon(fetch_with(&Fetcher::new(settings), &format!("{}/a.zip", server.origin()))).await;
    assert_error(answer, LATER, "too slow");
}

#[tokio::test]
async fn a_silent_body_stalls() {
    let server = dripping(Duration::from_secs(60)).await;
    assert_error(soon(fetch(&server, "/a.zip")).await, LATER, "stalled");
}

#[tokio::test]
async fn everything_together_has_a_time_limit() {
    let server = dripping(Duration::from_millis(20)).await;
    let mut settings = settings(&server);
    settings.timeouts.total = Duration::from_millis(300);
    let answer = soon(fetch_with(&Fetcher::new(settings), &format!("{}/a.zip", server.origin()))).await;
    assert_error(answer, LATER, "took");
}

#[tokio::test]
async fn redirects_share_the_time_limit() {
    let server = Server::conversing(|_, mut stream| {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(150)).await;
            let _ = stream.write_all(&response("302 Found", "Location: /", b"")).await;
        })
    })
    .await;
    let mut settings = settings(&server);
    settings.timeouts.total = Duration::from_millis(250);
    let answer = soon(fetch_with(&Fetcher::new(settings), &format!("{}/", server.origin()))).await;
    // Six hops of so long a pause would end as a redirect too many.
    assert_error(answer, LATER, "did not answer");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_not_waited_for() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    install_tls_provider();
    let mut settings = settings_from(|_| None).unwrap();
    settings.trusted_origins = vec![trusted_origin(&origin).unwrap()];
    settings.timeouts.connect = Duration::from_millis(100);
    settings.timeouts.idle = Duration::from_secs(60);
    let answer = soon(fetch_with(&Fetcher::new(settings), &format!("{origin}/a.zip"))).await;
    assert_error(answer, LATER, "cannot connect");
}

#[tokio::test]
async fn slow_headers_are_not_waited_for() {
    let server = Server::conversing(|_, mut stream| {
        Box::pin(async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
            while stream.write_all(b"X-Slow: loris\r\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
    })
    .await;
    let mut settings = settings(&server);
    settings.timeouts.connect = Duration::from_millis(200);
    let answer = soon(fetch_with(&Fetcher::new(settings), &format!("{}/a.zip", server.origin()))).await;
    assert_error(answer, LATER, "did not answer");
}

#[tokio::test]
async fn a_broken_connection_may_be_tried_again() {
    let silent = Server::conversing(|_, stream| Box::pin(async move { drop(stream) })).await;
    assert_error(fetch(&silent, "/a.zip").await, LATER, "the connection broke");
    let babbling = Server::answering(|_| b"220 ready when you are\r\n".to_vec()).await;
    assert_error(fetch(&babbling, "/a.zip").await, LATER, "the connection broke");
    let port = silent.origin();
    let settings = settings(&silent);
    drop(silent);
    tokio::task::yield_now().await;
    let answer = fetch_with(&Fetcher::new(settings), &format!("{port}/a.zip")).await;
    assert_error(answer, LATER, "cannot connect");
}
