use super::*;
use server::{ok, response};

/// A server that redirects `/` to `location` and serves an archive everywhere else.
async fn redirecting(location: String) -> Server {
    Server::answering(move |path| match path {
        "/" => response("302 Found", &format!("Location: {location}"), b""),
        _ => ok(ZIP),
    })
    .await
}

/// A server with a chain `/0` → `/1` → … → `/a.zip` of so many redirects.
async fn chain(hops: usize) -> Server {
    Server::answering(move |path| match path[1..].parse::<usize>() {
        Ok(hop) if hop + 1 < hops => {
            response("301 Moved Permanently", &format!("Location: /{}", hop + 1), b"")
        }
        Ok(_) => response("307 Temporary Redirect", "Location: a.zip", b""),
        Err(_) => ok(ZIP),
    })
    .await
}

#[tokio::test]
async fn five_redirects_are_followed_and_no_more() {
    let five = chain(5).await;
    assert_eq!(fetch(&five, "/0").await.unwrap().sha256, Sha256::of(ZIP));
    assert_eq!(five.requests().len(), 6);
    let six = chain(6).await;
    assert_error(fetch(&six, "/0").await, "Rejected", "one redirect too many");
    assert_eq!(six.requests().len(), 6);
}

#[tokio::test]
async fn a_loop_ends() {
    let server = redirecting("/".to_owned()).await;
    assert_error(fetch(&server, "/").await, "Rejected", "one redirect too many");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn every_hop_is_checked_like_the_first() {
    let target = Server::answering(|_| ok(ZIP)).await;
    let port = target.port();
    for (location, said) in [
        (format!("http://127.0.0.1:{port}/a.zip"), "is not https"),
        (format!("//127.0.0.1:{port}/a.zip"), "is not https"),
        (format!("https://127.0.0.1:{port}/a.zip"), "IP address"),
        (format!("https://2130706433:{port}/a.zip"), "IP address"),
        (format!("https://localhost:{port}/a.zip"), "not allowed"),
        ("http://github.com/a.zip".to_owned(), "is not https"),
        ("https://evil.invalid/a.zip".to_owned(), "not allowed"),
        ("https://github.com:8443/a.zip".to_owned(), "another port"),
        ("file:///etc/passwd".to_owned(), "is not https"),
        ("ftp://github.com/a.zip".to_owned(), "is not https"),
        ("https://user:canary@github.com/a.zip".to_owned(), "user name or password"),
        ("https://evil.invalid/a.zip?token=canary".to_owned(), "not allowed"),
        ("https://".to_owned(), "one valid Location"),
    ] {
        let server = redirecting(location.clone()).await;
        let answer = fetch(&server, "/").await;
        assert!(!answer.as_ref().unwrap_err().chain().contains("canary"), "{location}");
        assert_error(answer, "Rejected", said);
    }
    assert!(target.requests().is_empty(), "a connection arrived at a forbidden place");
}

#[tokio::test]
async fn a_redirect_needs_one_location() {
    for headers in ["", "Location: /a.zip\r\nLocation: /b.zip", "Location: \u{e9}\u{fffd}"] {
        let server = Server::answering(move |_| response("302 Found", headers, b"")).await;
        assert_error(fetch(&server, "/").await, "Rejected", "one valid Location");
    }
}

#[tokio::test]
async fn a_relative_redirect_stays_on_its_server() {
    let server = redirecting("files/a.zip".to_owned()).await;
    assert_eq!(fetch(&server, "/").await.unwrap().extension, "zip");
    assert_eq!(server.requests().len(), 2);
}
