//! A server on loopback that speaks the wire, for the tests.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    response::Response,
};

use crate::Aws;

/// What arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    cut: bool,
    delay: Duration,
}

pub(crate) struct Server {
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Seen {
    /// All but the body.
    pub(crate) fn head(head: &axum::http::request::Parts) -> Self {
        let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: Bytes::new(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: vec![], body: body.into(), cut: false, delay: Duration::ZERO }
    }

    pub(crate) fn json(body: &str) -> Self {
        Self::new(200, body.to_owned()).with("content-type", "application/json")
    }

    pub(crate) fn xml(body: &str) -> Self {
        Self::new(200, body.to_owned()).with("content-type", "text/xml")
    }

    /// An error of a JSON service, its code where AWS puts it.
    pub(crate) fn error(status: u16, code: &str) -> Self {
        let body = format!(r#"{{"message":"said so","__type":"{code}"}}"#);
        Self::new(status, body).with("x-amzn-errortype", code)
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Half the body is sent, then the connection breaks.
    pub(crate) fn cut(self) -> Self {
        Self { cut: true, ..self }
    }

    pub(crate) fn replace(self, from: &str, to: &str) -> Self {
        let body = String::from_utf8_lossy(&self.body).replace(from, to);
        Self { body: body.into(), ..self }
    }

    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    pub(crate) fn response(self) -> Response {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        if !self.cut {
            return response.body(Body::from(self.body)).unwrap();
        }
        let half = self.body.slice(..self.body.len() / 2);
        let broken = std::io::Error::other("cut");
        let chunks = futures_util::stream::iter([Ok(half), Err(broken)]);
        response.header("content-length", self.body.len()).body(Body::from_stream(chunks)).unwrap()
    }
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(vec![]));
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        let app = Router::new().fallback(move |request: Request| {
            let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
            async move {
                let request = read(request).await;
                log.lock().unwrap().push(request.clone());
                let reply = answer(&request);
                tokio::time::sleep(reply.delay).await;
                reply.response()
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Method and path of all that arrived.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }

    /// AWS as this server plays it; one attempt.
    pub(crate) async fn aws(&self) -> Aws {
        Aws::at(&self.address, Duration::from_secs(5), 1).await
    }
}

async fn read(request: Request) -> Seen {
    let (head, body) = request.into_parts();
    // A body that breaks off is seen as empty: the adapters must not have sent it as whole.
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    Seen { body, ..Seen::head(&head) }
}
