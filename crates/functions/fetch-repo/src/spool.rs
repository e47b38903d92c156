//! A temporary file that is hashed while it is written, so that its bytes are read from the network once and never
//! held in memory.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use domain::{Body, Error, Format, Result, Sha256};
use futures_util::stream;
use sha2::Digest as _;
use tempfile::NamedTempFile;
use tokio::{sync::mpsc, task::JoinHandle};

/// Bytes are handed over in batches of this size, since waking a thread costs more than a network read.
const BATCH: usize = 256 << 10;
/// Batches waiting for each thread: enough to keep network, digest and disk busy together.
const BATCHES_WAITING: usize = 4;
/// Batches that take turns: those waiting, one in each thread, one being filled. 2 MB in all.
const BATCHES: usize = 8;
const READ_CHUNK: u64 = 1 << 20;

/// Copied out of the network's buffers, so that those can be filled again at once: new memory for every chunk would cost
/// more than the copy.
type Batch = Arc<Vec<u8>>;

/// Takes chunks. One thread hashes them and another writes them, while the next ones arrive.
pub(crate) struct Spool {
    batches: VecDeque<Batch>,
    filling: Vec<u8>,
    to_digest: mpsc::Sender<Batch>,
    to_disk: mpsc::Sender<Batch>,
    digest: JoinHandle<Digested>,
    disk: JoinHandle<io::Result<NamedTempFile>>,
}

/// A complete temporary file, gone once it is dropped.
#[derive(Debug)]
pub(crate) struct Spooled {
    pub(crate) file: NamedTempFile,
    pub(crate) bytes: u64,
    pub(crate) sha256: Sha256,
    /// Computed where the registry publishes it.
    pub(crate) sha512: Option<[u8; 64]>,
    /// By the first bytes; `None` if they begin no archive.
    pub(crate) format: Option<Format>,
}

/// What there is to know of bytes that have passed.
struct Digested {
    bytes: u64,
    sha256: Sha256,
    sha512: Option<[u8; 64]>,
    format: Option<Format>,
}

/// Which digests are computed. SHA-256 always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digests {
    Sha256,
    Sha256AndSha512,
}

impl Spool {
    /// Opens a temporary file in `folder`, or in the system's.
    pub(crate) fn start(folder: Option<&Path>, digests: Digests) -> Result<Self> {
        let file = match folder {
            Some(folder) => std::fs::create_dir_all(folder).and_then(|()| NamedTempFile::new_in(folder)),
            None => NamedTempFile::new(),
        };
        let file = file.map_err(|error| Error::transient("cannot make a temporary file").because(error))?;
        let (to_digest, digested) = mpsc::channel(BATCHES_WAITING);
        let (to_disk, written) = mpsc::channel(BATCHES_WAITING);
        let digest = tokio::task::spawn_blocking(move || digest_all(digested, digests));
        let disk = tokio::task::spawn_blocking(move || write_all(file, written));
        let (batches, filling) = (VecDeque::with_capacity(BATCHES), Vec::with_capacity(BATCH));
        Ok(Self { batches, filling, to_digest, to_disk, digest, disk })
    }

    /// Hands over the next bytes. False when the disk took no more: [`Spool::finish`] then tells why.
    pub(crate) async fn write(&mut self, mut chunk: Bytes) -> bool {
        while self.filling.len() + chunk.len() >= BATCH {
            let part = chunk.split_to(BATCH - self.filling.len());
            self.filling.extend_from_slice(&part);
            if !self.hand_over().await {
                return false;
            }
        }
        self.filling.extend_from_slice(&chunk);
        true
    }

    async fn hand_over(&mut self) -> bool {
        let next = if self.batches.len() < BATCHES { None } else { self.batches.pop_front() };
        // Both threads are done with the oldest, or it is left to them.
        let mut next = next.and_then(Arc::into_inner).unwrap_or_else(|| Vec::with_capacity(BATCH));
        next.clear();
        let batch = Arc::new(std::mem::replace(&mut self.filling, next));
        self.batches.push_back(Arc::clone(&batch));
        self.to_disk.send(Arc::clone(&batch)).await.is_ok() && self.to_digest.send(batch).await.is_ok()
    }

    /// Waits for the last byte.
    pub(crate) async fn finish(mut self) -> Result<Spooled> {
        self.hand_over().await;
        let Self { to_digest, to_disk, digest, disk, .. } = self;
        drop((to_digest, to_disk));
        let died = |error| Error::transient("a thread of the temporary file died").because(error);
        let (digested, file) = (digest.await.map_err(died)?, disk.await.map_err(died)?);
        let file =
            file.map_err(|error| Error::transient("cannot write the temporary file").because(error))?;
        let Digested { bytes, sha256, sha512, format } = digested;
        Ok(Spooled { file, bytes, sha256, sha512, format })
    }
}

fn digest_all(mut batches: mpsc::Receiver<Batch>, digests: Digests) -> Digested {
    let mut sha256 = sha2::Sha256::new();
    let mut sha512 = (digests == Digests::Sha256AndSha512).then(sha2::Sha512::new);
    let mut head = Vec::with_capacity(4);
    let mut bytes = 0;
    while let Some(batch) = batches.blocking_recv() {
        head.extend(batch.iter().take(4 - head.len()));
        sha256.update(&*batch);
        if let Some(hasher) = &mut sha512 {
            hasher.update(&*batch);
        }
        bytes += batch.len() as u64;
    }
    Digested {
        bytes,
        sha256: Sha256::from_bytes(sha256.finalize().into()),
        sha512: sha512.map(|hasher| hasher.finalize().into()),
        format: Format::of(&head),
    }
}

fn write_all(mut file: NamedTempFile, mut batches: mpsc::Receiver<Batch>) -> io::Result<NamedTempFile> {
    while let Some(batch) = batches.blocking_recv() {
        file.write_all(&batch)?;
    }
    file.rewind()?;
    Ok(file)
}

/// The file's bytes from where it stands, for a store.
pub(crate) fn body(file: File, length: u64) -> Body {
    let stream = stream::try_unfold(file, |file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut chunk = Vec::with_capacity(READ_CHUNK as usize);
            (&file).take(READ_CHUNK).read_to_end(&mut chunk)?;
            io::Result::Ok((Bytes::from(chunk), file))
        });
        let (chunk, file) = read
            .await
            .map_err(io::Error::other)
            .and_then(|read| read)
            .map_err(|error| Error::transient("cannot read the temporary file").because(error))?;
        Ok((!chunk.is_empty()).then_some((chunk, file)))
    });
    Body { length, stream: Box::pin(stream) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt as _;

    #[tokio::test]
    async fn what_goes_in_comes_out_with_its_digests() {
        let chunks: Vec<Bytes> = (1..40_u8).map(|n| Bytes::from(vec![n; usize::from(n) * 4000])).collect();
        let whole = chunks.concat();
        let mut spool = Spool::start(None, Digests::Sha256AndSha512).unwrap();
        for chunk in
            [Bytes::from_static(b"\x1f"), Bytes::from_static(b"\x8b\x08\x00")].into_iter().chain(chunks)
        {
            assert!(spool.write(chunk).await);
        }
        let spooled = spool.finish().await.unwrap();
        let expected = [b"\x1f\x8b\x08\x00".as_slice(), &whole].concat();
        assert_eq!(spooled.sha256, Sha256::of(&expected));
        assert_eq!(spooled.sha512.unwrap(), <[u8; 64]>::from(sha2::Sha512::digest(&expected)));
        assert_eq!((spooled.bytes, spooled.format), (expected.len() as u64, Some(Format::TarGz)));
        let body = body(spooled.file.into_file(), spooled.bytes);
        let read: Vec<Bytes> = body.stream.try_collect().await.unwrap();
        assert!(read.len() > 1, "more than one chunk is needed to see them joined");
        assert_eq!(read.concat(), expected);
    }
}
