//! What a process's surroundings may and may not change: the roots it trusts, the proxies it is told of.

use std::{
    env,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

use rcgen::{CertificateParams, CertifiedKey, KeyPair, date_time_ymd};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

use super::*;

/// The protocol that was agreed on, and the request's head.
type Asked = (Option<Vec<u8>>, String);

/// A TLS server on loopback that would rather speak HTTP/2. Its thread ends with the process.
struct TlsServer {
    origin: String,
    requests: Arc<Mutex<Vec<Asked>>>,
}

impl TlsServer {
    fn start(certified: &CertifiedKey<KeyPair>, answer: Vec<u8>) -> Self {
        let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
        let certificates = vec![certified.cert.der().clone()];
        let mut config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(certificates, key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let requests = Arc::new(Mutex::new(vec![]));
        let seen = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = ServerConnection::new(config.clone()).unwrap();
                let mut stream = StreamOwned::new(connection, stream.unwrap());
                let mut head = vec![];
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                    head.push(byte[0]);
                }
                if head.is_empty() {
                    continue;
                }
                let agreed = stream.conn.alpn_protocol().map(<[u8]>::to_vec);
                seen.lock().unwrap().push((agreed, String::from_utf8_lossy(&head).into_owned()));
                let _ = stream.write_all(&answer);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        });
        Self { origin, requests }
    }

    async fn fetch(&self, trusted: &[&str]) -> Result<Artifact> {
        let mut settings = settings_from(|_| None).unwrap();
        let origins = trusted.iter().copied().chain([self.origin.as_str()]);
        settings.trusted_origins = origins.map(|origin| trusted_origin(origin).unwrap()).collect();
        fetch_with(&Fetcher::new(settings), &format!("{}/a.zip", self.origin)).await
    }
}

fn certified(host: &str, change: impl FnOnce(&mut CertificateParams)) -> CertifiedKey<KeyPair> {
    let signing_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    change(&mut params);
    CertifiedKey { cert: params.self_signed(&signing_key).unwrap(), signing_key }
}

fn trust(certificates: &[&CertifiedKey<KeyPair>], roots: &Path) {
    let pem: String = certificates.iter().map(|certified| certified.cert.pem()).collect();
    std::fs::write(roots, pem).unwrap();
}

// Elsewhere the system's roots are no file that a variable names.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_certificate_counts_if_it_is_trusted_current_and_the_hosts() {
    const ROOTS: &str = "SSL_CERT_FILE";
    let folder = tempfile::tempdir().unwrap();
    let test = "tests::surroundings::a_certificate_counts_if_it_is_trusted_current_and_the_hosts";
    if runs_again(test, &[(ROOTS, folder.path().join("roots.pem").as_os_str())]) {
        return;
    }
    install_tls_provider();
    let good = certified("localhost", |_| {});
    let expired = certified("localhost", |params| params.not_after = date_time_ymd(2001, 1, 1));
    let early = certified("localhost", |params| params.not_before = date_time_ymd(3001, 1, 1));
    let other = certified("github.com", |_| {});
    let unknown = certified("localhost", |_| {});
    trust(&[&good, &expired, &early, &other], Path::new(&env::var_os(ROOTS).unwrap()));

    let server = TlsServer::start(&good, server::ok(ZIP));
    assert_eq!(server.fetch(&[]).await.unwrap().sha256, Sha256::of(ZIP));
    let (agreed, head) = server.requests.lock().unwrap().remove(0);
    assert!(agreed != Some(b"h2".to_vec()) && head.starts_with("GET /a.zip HTTP/1.1\r\n"), "{head}");

    for bad in [expired, early, other, unknown] {
        let server = TlsServer::start(&bad, server::ok(ZIP));
        assert_error(server.fetch(&[]).await, BROKEN, "the certificate of https://localhost");
        assert!(server.requests.lock().unwrap().is_empty(), "a request was sent all the same");
    }

    let plain = Server::answering(|_| server::ok(ZIP)).await;
    let location = format!("Location: {}/a.zip", plain.origin());
    let server = TlsServer::start(&good, server::response("302 Found", &location, b""));
    assert_error(server.fetch(&[&plain.origin()]).await, REFUSED, "from https down to http");
    assert!(plain.requests().is_empty());
}

#[tokio::test]
async fn no_proxy_is_asked_whatever_the_environment_says() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let variables = names.map(|name| (name, OsStr::new(&address)));
    if runs_again("tests::surroundings::no_proxy_is_asked_whatever_the_environment_says", &variables) {
        proxy.set_nonblocking(true).unwrap();
        assert!(proxy.accept().is_err(), "the proxy was asked");
        return;
    }
    let server = Server::answering(|_| server::ok(ZIP)).await;
    assert_eq!(fetch(&server, "/a.zip").await.unwrap().sha256, Sha256::of(ZIP));
}
