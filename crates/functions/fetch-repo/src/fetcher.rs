use std::path::PathBuf;

use domain::{Format, PackageUrl};
use futures_util::TryStreamExt as _;
use url::Url;

use crate::{
    download::{Downloader, Session},
    failure::{FetchError, Result},
    fetched::{Fetched, not_an_archive},
    guard::Guard,
    local,
    registry::{self, Expected, Published, Target},
    resolver::PublicResolver,
    settings::FetchSettings,
    spool::{self, Digests, Spool, Spooled},
};

const ANY: &str = "*/*";

/// Fetches packages. One serves many fetches, at the same time too.
pub struct Fetcher {
    settings: FetchSettings,
    downloader: Downloader,
    local_root: Option<PathBuf>,
}

impl Fetcher {
    /// A fetcher with these rules. The process must have installed a TLS provider before the first fetch.
    pub fn new(settings: FetchSettings) -> Self {
        Self::with_resolver(settings, PublicResolver::system())
    }

    pub(crate) fn with_resolver(settings: FetchSettings, resolver: PublicResolver) -> Self {
        let indexes = [&settings.indexes.pypi, &settings.indexes.npm, &settings.indexes.crates];
        let index_hosts = indexes.into_iter().flatten().filter_map(Url::host_str).map(ToOwned::to_owned);
        let hosts = settings.allowed_hosts.iter().cloned().chain(index_hosts);
        let guard = Guard::new(hosts, settings.trusted_origins.clone());
        let downloader = Downloader::new(guard, resolver, settings.timeouts);
        Self { settings, downloader, local_root: None }
    }

    /// Allows paths below `root` too: for the local runner, where whoever writes the request file owns the files.
    #[must_use]
    pub fn with_local_root(mut self, root: impl Into<PathBuf>) -> Self {
        self.local_root = Some(root.into());
        self
    }

    /// Brings the package's bytes to a temporary file.
    ///
    /// # Errors
    /// [`FetchError`], by what can be done about it.
    pub async fn fetch(&self, url: &PackageUrl) -> Result<Fetched, FetchError> {
        let session = self.downloader.begin();
        let (expected, spooled) = match url {
            PackageUrl::File(path) => {
                (Expected { file_name: path.clone(), ..Expected::default() }, self.read_local(path).await?)
            }
            PackageUrl::Web(url) => self.download(&session, Target::web(url)).await?,
            PackageUrl::Registry(package) => {
                let target = registry::resolve(&session, &self.settings, package).await?;
                self.download(&session, target).await?
            }
        };
        Fetched::check(url, expected, spooled).await
    }

    async fn download(&self, session: &Session<'_>, target: Target) -> Result<(Expected, Spooled)> {
        let Target { url, expected } = target;
        let mut download = session.open(&url, ANY, self.settings.max_bytes).await?;
        let digests = match expected.published {
            Some(Published::Sha512(_)) => Digests::Sha256AndSha512,
            Some(Published::Sha256(_)) | None => Digests::Sha256,
        };
        let mut spool = Spool::start(self.settings.spool_folder.as_deref(), digests)?;
        let mut head = Vec::with_capacity(4);
        while let Some(chunk) = download.chunk().await? {
            if head.len() < 4 {
                head.extend(chunk.iter().take(4 - head.len()));
                // A page of two gigabytes need not be read to its end.
                if head.len() == 4 && Format::of(&head).is_none() {
                    return Err(not_an_archive(&download.shown().to_string()));
                }
            }
            if !spool.write(chunk).await {
                break;
            }
        }
        Ok((expected, spool.finish().await?))
    }

    async fn read_local(&self, path: &str) -> Result<Spooled> {
        let Some(root) = self.local_root.clone() else {
            return Err(FetchError::refused(format!(
                "{path} is a path: only the airlock command takes one, give a URL that can be fetched"
            )));
        };
        let (shown, limit) = (path, self.settings.max_bytes);
        let path = path.to_owned();
        let opened = tokio::task::spawn_blocking(move || local::open(&root, &path, limit)).await;
        let file =
            opened.map_err(|error| FetchError::later(format!("cannot open {shown}")).because(error))??;
        let mut spool = Spool::start(self.settings.spool_folder.as_deref(), Digests::Sha256)?;
        // The length is not known to last: the file is not ours.
        let mut chunks = spool::body(file, limit).stream;
        let mut bytes = 0;
        while let Some(chunk) = chunks.try_next().await? {
            bytes += chunk.len() as u64;
            if bytes > limit {
                return Err(FetchError::refused(format!(
                    "{shown} is larger than the {limit} bytes that are accepted"
                )));
            }
            if !spool.write(chunk).await {
                break;
            }
        }
        Ok(spool.finish().await?)
    }
}
