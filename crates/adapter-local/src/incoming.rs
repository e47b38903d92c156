use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    path::Path,
};

use bytes::BytesMut;
use domain::{ByteStream, Error, Result, Sha256};
use futures_util::StreamExt as _;
use sha2::Digest as _;
use tempfile::NamedTempFile;

use crate::packages::NpmDigests;

/// Where a root keeps files that are not complete yet.
pub(crate) const TEMPORARY: &str = ".tmp";

/// Bytes are handed to the disk in pieces of this size, however small they arrive.
const PIECE: usize = 512 * 1024;

/// A complete file that nobody can see yet. Dropped, it is gone.
pub(crate) struct Incoming {
    pub(crate) file: NamedTempFile,
    pub(crate) sha256: Sha256,
    pub(crate) bytes: u64,
}

/// How many bytes a stream may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// No other number.
    Exactly(u64),
    /// And none is too few.
    AtMost(u64),
}

/// Streams the bytes into a temporary file below `root`, in constant memory. `what` names them in errors.
pub(crate) async fn receive(
    root: &Path,
    what: &str,
    length: Length,
    mut stream: ByteStream,
) -> Result<Incoming> {
    let (Length::Exactly(most) | Length::AtMost(most)) = length;
    let folder = root.join(TEMPORARY);
    let named = what.to_owned();
    let file = blocking(&named, move || locked(&folder)).await?;
    let mut writer = Writer { file, hasher: sha2::Sha256::new(), bytes: 0 };
    let mut piece = BytesMut::with_capacity(PIECE);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        if writer.bytes + (piece.len() + chunk.len()) as u64 > most {
            return Err(Error::rejected(match length {
                Length::Exactly(_) => format!("{what} has more than the {most} bytes that were announced"),
                Length::AtMost(_) => format!("{what} is larger than {most} bytes"),
            }));
        }
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE {
            (writer, piece) = writer.write(what, piece).await?;
        }
    }
    (writer, _) = writer.write(what, piece).await?;
    let Writer { file, hasher, bytes } = writer;
    if bytes < most && length == Length::Exactly(most) {
        return Err(Error::transient(format!("{what} ended after {bytes} of {most} bytes")));
    }
    Ok(Incoming { file, sha256: Sha256::from_bytes(hasher.finalize().into()), bytes })
}

/// A new temporary file, locked for as long as it is written: see [`sweep`].
fn locked(folder: &Path) -> io::Result<NamedTempFile> {
    std::fs::create_dir_all(folder)?;
    loop {
        let file = NamedTempFile::new_in(folder)?;
        file.as_file().lock()?;
        // It may have been swept before it was locked.
        if file.path().try_exists()? {
            return Ok(file);
        }
    }
}

/// Removes what writers that were killed have left in a folder of temporary files: a file that nobody has locked. Other
/// files than those of [`receive`] must not be written there meanwhile.
pub(crate) fn sweep(folder: &Path) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if crate::folder::is_absent(&error) => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        // One that is complete by now is gone from here.
        let Ok(file) = File::open(&path) else { continue };
        if file.metadata()?.is_file() && file.try_lock().is_ok() {
            match std::fs::remove_file(&path) {
                Err(error) if !crate::folder::is_absent(&error) => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

struct Writer {
    file: NamedTempFile,
    hasher: sha2::Sha256,
    bytes: u64,
}

impl Writer {
    /// Digest and disk both cost time: neither belongs on a thread that serves other streams.
    async fn write(mut self, what: &str, mut piece: BytesMut) -> Result<(Self, BytesMut)> {
        blocking(what, move || {
            self.hasher.update(&piece);
            self.file.write_all(&piece)?;
            self.bytes += piece.len() as u64;
            piece.clear();
            Ok((self, piece))
        })
        .await
    }
}

/// What npm knows a tarball by: `shasum` and `integrity`.
pub(crate) async fn npm_digests(path: &Path) -> Result<NpmDigests> {
    let path = path.to_owned();
    blocking("the digests of a tarball", move || {
        let (mut sha1, mut sha512) = (sha1::Sha1::new(), sha2::Sha512::new());
        let (mut file, mut piece) = (File::open(&path)?, vec![0; PIECE]);
        loop {
            match file.read(&mut piece)? {
                0 => break,
                read => {
                    sha1.update(&piece[..read]);
                    sha512.update(&piece[..read]);
                }
            }
        }
        Ok(NpmDigests { sha1: hex::encode(sha1.finalize()), sha512: hex::encode(sha512.finalize()) })
    })
    .await
}

/// Runs file work on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static>(
    what: &str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|cause| disk(what, cause)),
        Err(cause) => Err(Error::transient(format!("the file work for {what} was cut short")).because(cause)),
    }
}

/// A retry cures few troubles of a disk.
pub(crate) fn disk(what: &str, cause: io::Error) -> Error {
    use io::ErrorKind::{Interrupted, ResourceBusy, TimedOut, WouldBlock};
    let error = match cause.kind() {
        Interrupted | ResourceBusy | TimedOut | WouldBlock => Error::transient,
        _ => Error::rejected,
    };
    error(format!("cannot read or write {what} on this machine")).because(cause)
}

/// Whether a file that appeared in the meantime was in the way.
pub(crate) fn persist_new(file: NamedTempFile, path: &Path) -> io::Result<domain::Written> {
    match file.persist_noclobber(path) {
        Ok(_) => Ok(domain::Written::New),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(domain::Written::AlreadyThere),
        Err(error) => Err(error.error),
    }
}
