//! One hardened GET: guarded, redirected by hand, bounded in time and size, byte for byte as it was sent.

use std::{error::Error as StdError, io, sync::OnceLock, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Response, StatusCode, header, redirect};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::{
    failure::{FetchError, Result},
    guard::{Guard, Passage, ShownUrl},
    resolver::{NotPublic, PublicResolver},
    settings::Timeouts,
};

const MOST_REDIRECTS: usize = 5;

/// Makes downloads. Its HTTP clients are built on first use, so that a start does not wait for the system's roots.
pub(crate) struct Downloader {
    guard: Guard,
    resolver: PublicResolver,
    timeouts: Timeouts,
    public: OnceLock<Client>,
    trusted: OnceLock<Client>,
}

/// The requests that one fetch makes, under one deadline.
pub(crate) struct Session<'a> {
    downloader: &'a Downloader,
    deadline: Instant,
}

/// An answer with status 200, whose body is still to come.
pub(crate) struct Download {
    response: Response,
    shown: ShownUrl,
    timeouts: Timeouts,
    deadline: Instant,
    started: Instant,
    received: u64,
    limit: u64,
}

impl Downloader {
    pub(crate) fn new(guard: Guard, resolver: PublicResolver, timeouts: Timeouts) -> Self {
        Self { guard, resolver, timeouts, public: OnceLock::new(), trusted: OnceLock::new() }
    }

    pub(crate) fn begin(&self) -> Session<'_> {
        Session { downloader: self, deadline: Instant::now() + self.timeouts.total }
    }

    fn client(&self, passage: Passage) -> Result<&Client> {
        let cell = match passage {
            Passage::Public => &self.public,
            Passage::Trusted => &self.trusted,
        };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let client = self.build(passage)?;
        Ok(cell.get_or_init(|| client))
    }

    fn build(&self, passage: Passage) -> Result<Client> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(FetchError::refused(
                "no TLS provider is installed: the process must install one at its start",
            ));
        }
        let builder = Client::builder()
            .user_agent(concat!("airlock/", env!("CARGO_PKG_VERSION")))
            .http1_only()
            // Another crate of the same build may turn these features on.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(self.timeouts.connect)
            // Every request resolves, is checked and connects anew; and Lambda freezes idle connections to death.
            .pool_max_idle_per_host(0);
        let builder = match passage {
            Passage::Public => builder.https_only(true).dns_resolver(self.resolver.clone()),
            Passage::Trusted => builder,
        };
        builder.build().map_err(|error| FetchError::refused("cannot set up the HTTP client").because(error))
    }
}

impl Session<'_> {
    /// Requests `url` and follows its redirects, each checked like the first; the body may have `limit` bytes.
    pub(crate) async fn open(&self, url: &Url, accept: &'static str, limit: u64) -> Result<Download> {
        let mut url = url.clone();
        let mut passage = self.downloader.guard.check(&url).map_err(refused)?;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.request(&url, passage, accept).await?;
            let Some(next) = redirected_to(&url, &response)? else {
                return self.accept(&url, response, limit);
            };
            passage = self.downloader.guard.check_redirect(&url, &next).map_err(|refusal| {
                FetchError::refused(format!("{} redirects elsewhere: {refusal}", ShownUrl::from(&url)))
            })?;
            url = next;
        }
        Err(FetchError::refused(format!(
            "{} is one redirect too many: {MOST_REDIRECTS} are followed",
            ShownUrl::from(&url)
        )))
    }

    /// The whole of a small document.
    pub(crate) async fn read(&self, url: &Url, accept: &'static str, limit: u64) -> Result<Bytes> {
        let mut download = self.open(url, accept, limit).await?;
        let mut whole = BytesMut::new();
        while let Some(chunk) = download.chunk().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    async fn request(&self, url: &Url, passage: Passage, accept: &'static str) -> Result<Response> {
        let timeouts = self.downloader.timeouts;
        let request = self
            .downloader
            .client(passage)?
            .get(url.clone())
            .header(header::ACCEPT, accept)
            .header(header::ACCEPT_ENCODING, "identity");
        let shown = ShownUrl::from(url);
        let patience = patience(timeouts.connect + timeouts.idle, self.deadline);
        match timeout(patience, request.send()).await {
            Ok(sent) => sent.map_err(|error| broken(&shown, error)),
            Err(_) => {
                Err(FetchError::later(format!("{shown} did not answer within {} s", patience.as_secs())))
            }
        }
    }

    fn accept(&self, url: &Url, response: Response, limit: u64) -> Result<Download> {
        let shown = ShownUrl::from(url);
        check_status(&shown, response.status())?;
        if response.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(FetchError::broken(format!(
                "{shown} answered with a Content-Encoding, though plain bytes were asked for"
            )));
        }
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(too_long(&shown, limit));
        }
        let (timeouts, deadline, started) = (self.downloader.timeouts, self.deadline, Instant::now());
        Ok(Download { response, shown, timeouts, deadline, started, received: 0, limit })
    }
}

impl Download {
    /// The next bytes; `None` after the last.
    ///
    /// # Errors
    /// `Later` for silence, slowness, a broken connection or a short body; `Refused` for too long a body.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let patience = patience(self.timeouts.idle, self.deadline);
        let Ok(chunk) = timeout(patience, self.response.chunk()).await else {
            let (shown, received) = (&self.shown, self.received);
            return Err(FetchError::later(format!(
                "{shown} stalled or took too long: {received} bytes came, then none for {} s",
                patience.as_secs()
            )));
        };
        let chunk = chunk.map_err(|error| broken(&self.shown, error))?;
        let Some(chunk) = chunk else { return Ok(None) };
        self.received += chunk.len() as u64;
        if self.received > self.limit {
            return Err(too_long(&self.shown, self.limit));
        }
        self.check_pace()?;
        Ok(Some(chunk))
    }

    /// The URL that answered, after redirects.
    pub(crate) fn shown(&self) -> &ShownUrl {
        &self.shown
    }

    fn check_pace(&self) -> Result<()> {
        let elapsed = self.started.elapsed();
        let (shown, received) = (&self.shown, self.received);
        let floor = elapsed.as_secs_f64() * self.timeouts.bytes_per_second as f64;
        if elapsed > self.timeouts.grace && (received as f64) < floor {
            let seconds = elapsed.as_secs();
            return Err(FetchError::later(format!("{shown} is too slow: {received} bytes in {seconds} s")));
        }
        if Instant::now() >= self.deadline {
            return Err(FetchError::later(format!(
                "{shown} took longer than {} s in all",
                self.timeouts.total.as_secs()
            )));
        }
        Ok(())
    }
}

fn patience(most: Duration, deadline: Instant) -> Duration {
    most.min(deadline.saturating_duration_since(Instant::now()))
}

fn redirected_to(from: &Url, response: &Response) -> Result<Option<Url>> {
    use StatusCode as S;
    let status = response.status();
    if !matches!(
        status,
        S::MOVED_PERMANENTLY | S::FOUND | S::SEE_OTHER | S::TEMPORARY_REDIRECT | S::PERMANENT_REDIRECT
    ) {
        return Ok(None);
    }
    let mut locations = response.headers().get_all(header::LOCATION).iter();
    let location =
        locations.next().and_then(|value| value.to_str().ok()).filter(|_| locations.next().is_none());
    match location.and_then(|location| from.join(location).ok()) {
        Some(next) => Ok(Some(next)),
        None => Err(FetchError::broken(format!(
            "{} answered {status} without one valid Location: check the URL",
            ShownUrl::from(from)
        ))),
    }
}

fn check_status(shown: &ShownUrl, status: StatusCode) -> Result<()> {
    use StatusCode as S;
    match status {
        S::OK => Ok(()),
        S::REQUEST_TIMEOUT | S::TOO_EARLY | S::TOO_MANY_REQUESTS => {
            Err(FetchError::later(format!("{shown} answered {status}: it may answer later")))
        }
        S::NOT_FOUND | S::GONE => Err(FetchError::broken(format!(
            "{shown} answered {status}: check the URL, or the package's name and version"
        ))),
        S::UNAUTHORIZED | S::FORBIDDEN => Err(FetchError::broken(format!(
            "{shown} answered {status}: it is not public, and no credentials are ever sent"
        ))),
        _ if status.is_server_error() => {
            Err(FetchError::later(format!("{shown} answered {status}: it may answer later")))
        }
        _ => Err(FetchError::broken(format!("{shown} answered {status} where only 200 OK is accepted"))),
    }
}

fn too_long(shown: &ShownUrl, limit: u64) -> FetchError {
    FetchError::refused(format!("{shown} is larger than the {limit} bytes that are accepted"))
}

fn refused(refusal: crate::guard::Refusal) -> FetchError {
    FetchError::refused(refusal.to_string())
}

/// Tells what our own rules stopped, and what no retry cures, from what the network did.
fn broken(shown: &ShownUrl, error: reqwest::Error) -> FetchError {
    let error = error.without_url();
    if let Some(not_public) = find::<NotPublic>(&error) {
        return FetchError::refused(not_public.to_string());
    }
    if let Some(rustls::Error::InvalidCertificate(_)) = find(&error) {
        return FetchError::broken(format!("the certificate of {shown} is not valid")).because(error);
    }
    let what = if error.is_connect() { "cannot connect to" } else { "the connection broke while fetching" };
    FetchError::later(format!("{what} {shown}")).because(error)
}

/// The first cause of this type. An `io::Error` hides its own cause from `source`, hence the second look.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner as &'a (dyn StdError + 'static)),
            None => cause.source(),
        };
    }
    None
}
