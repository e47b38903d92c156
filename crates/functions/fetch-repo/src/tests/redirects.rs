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
    assert_error(fetch(&six, "/0").await, REFUSED, "one redirect too many");
    assert_eq!(six.requests().len(), 6);
}

#[tokio::test]
async fn a_loop_ends() {
    let server = redirecting("/".to_owned()).await;
    assert_error(fetch(&server, "/").await, REFUSED, "one redirect too many");
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
        ("data:application/zip;base64,UEsDBA".to_owned(), "is not https"),
        (r"/\evil.invalid/a.zip".to_owned(), "http://evil.invalid/a.zip is not https"),
        ("https:evil.invalid/a.zip".to_owned(), "the host of https://evil.invalid/a.zip is not allowed"),
        ("https://user:canary@github.com/a.zip".to_owned(), "user name or password"),
        ("https://evil.invalid/a.zip?token=canary".to_owned(), "not allowed"),
    ] {
        let server = redirecting(location.clone()).await;
        let answer = fetch(&server, "/").await;
        assert!(!everything_said(answer.as_ref().unwrap_err()).contains("canary"), "{location}");
        assert_error(answer, REFUSED, said);
    }
    assert!(target.requests().is_empty(), "a connection arrived at a forbidden place");
}

#[tokio::test]
async fn a_redirect_needs_one_location() {
    for headers in
        ["", "Location: https://", "Location: /a.zip\r\nLocation: /b.zip", "Location: \u{e9}\u{fffd}"]
    {
        let server = Server::answering(move |_| response("302 Found", headers, b"")).await;
        assert_error(fetch(&server, "/").await, BROKEN, "one valid Location");
    }
}

#[tokio::test]
async fn one_hop_tells_the_next_nothing() {
    let target = Server::answering(|_| ok(ZIP)).await;
    let location = format!("{}/a.zip", target.origin());
    let server = Server::answering(move |_| {
        response("302 Found", &format!("Set-Cookie: canary=1; Path=/\r\nLocation: {location}"), b"")
    })
    .await;
    let mut settings = settings(&server);
    settings.trusted_origins.push(trusted_origin(&target.origin()).unwrap());
    fetch_with(&Fetcher::new(settings), &format!("{}/canary", server.origin())).await.unwrap();
    let requests = target.requests();
    assert!(requests.len() == 1 && !requests[0].contains("canary"), "{requests:?}");
}

/// The error with its causes, before anything is left out for people.
fn everything_said(error: &Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(|cause| format!("{cause} {cause:?}\n")).collect()
}

#[tokio::test]
async fn no_failure_shows_the_query_that_a_redirect_brought() {
    for (answer, kind) in [
        (response("404 Not Found", "Content-Length: 0", b""), BROKEN),
        (response("503 Service Unavailable", "Content-Length: 0", b""), LATER),
        (response("302 Found", "", b""), BROKEN),
        (response("302 Found", "Location: https://evil.invalid/?canary", b""), REFUSED),
        (response("302 Found", "Location: /?canary", b""), REFUSED),
        (response("200 OK", "Content-Encoding: br", ZIP), BROKEN),
        (response("200 OK", "Content-Length: 4194304", ZIP), REFUSED),
        (response("200 OK", "Content-Length: 23", ZIP), LATER),
        (response("200 OK", "Content-Length: 4", b"<htm"), BROKEN),
        (b"no answer".to_vec(), LATER),
        (vec![], LATER),
    ] {
        let server = Server::answering(move |path| match path {
            "/" => response("302 Found", "Location: /a.zip?token=canary#canary", b""),
            _ => answer.clone(),
        })
        .await;
        let failure = fetch(&server, "/").await;
        let text = everything_said(failure.as_ref().unwrap_err());
        assert!(!text.contains("canary"), "{text}");
        assert_error(failure, kind, "http");
    }
}

#[tokio::test]
async fn a_relative_redirect_stays_on_its_server() {
    let server = redirecting("files/a.zip".to_owned()).await;
    assert_eq!(fetch(&server, "/").await.unwrap().extension, "zip");
    assert_eq!(server.requests().len(), 2);
}
