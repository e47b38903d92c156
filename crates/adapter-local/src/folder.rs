use std::{
    io,
    path::{Path, PathBuf},
};

use domain::{Body, ByteStream, Error, Result, Store, StoreKey, Written};
use futures_util::TryStreamExt as _;
use tokio_util::io::ReaderStream;

use crate::incoming::{Length, TEMPORARY, blocking, disk, persist_new, receive};

const CHUNK: usize = 512 * 1024;

/// The store as a folder: a key is a path below it. `.tmp/` holds what is not complete yet.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder need not exist: the first put creates it.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where the key's bytes are, or would be.
    pub fn path(&self, key: &StoreKey) -> PathBuf {
        key.as_str().split('/').fold(self.root.clone(), |path, part| path.join(part))
    }

    /// Where files are that are not complete yet: on the same disk, so that a complete one can be linked.
    pub fn unfinished(&self) -> PathBuf {
        self.root.join(TEMPORARY)
    }

    fn place(&self, key: &StoreKey) -> Result<PathBuf> {
        if is_temporary(key.as_str()) {
            return Err(Error::rejected(format!(
                "store key {key} is not allowed: {TEMPORARY} holds unfinished files"
            )));
        }
        Ok(self.path(key))
    }
}

fn is_temporary(key: &str) -> bool {
    key.split('/').next() == Some(TEMPORARY)
}

impl Store for Folder {
    async fn put(&self, key: &StoreKey, body: Body) -> Result<()> {
        let path = self.place(key)?;
        let incoming = receive(&self.root, key.as_str(), Length::Exactly(body.length), body.stream).await?;
        blocking(key.as_str(), move || {
            create_parent(&path)?;
            incoming.file.persist(&path).map(|_| ()).map_err(|error| error.error)
        })
        .await
    }

    async fn put_if_absent(&self, key: &StoreKey, body: Body) -> Result<Written> {
        let path = self.place(key)?;
        if tokio::fs::metadata(&path).await.is_ok_and(|found| found.is_file()) {
            return Ok(Written::AlreadyThere);
        }
        let incoming = receive(&self.root, key.as_str(), Length::Exactly(body.length), body.stream).await?;
        blocking(key.as_str(), move || {
            create_parent(&path)?;
            persist_new(incoming.file, &path)
        })
        .await
    }

    async fn put_file_if_absent(&self, key: &StoreKey, file: &Path, body: Body) -> Result<Written> {
        let (path, file) = (self.place(key)?, file.to_owned());
        let linked = blocking(key.as_str(), move || {
            create_parent(&path)?;
            match std::fs::hard_link(&file, &path) {
                Ok(()) => Ok(Some(Written::New)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Some(Written::AlreadyThere)),
                // Another disk, or one that has no links.
                Err(_) => Ok(None),
            }
        });
        match linked.await? {
            Some(written) => Ok(written),
            None => self.put_if_absent(key, body).await,
        }
    }

    async fn get(&self, key: &StoreKey) -> Result<Option<Body>> {
        let path = self.place(key)?;
        open(key.as_str(), &path).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<StoreKey>> {
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !folder.is_empty() && StoreKey::parse(folder).is_err() {
            return Err(Error::rejected(format!("{prefix:?} is no prefix of store keys")));
        }
        let (root, prefix, folder) = (self.root.clone(), prefix.to_owned(), folder.to_owned());
        blocking("the list of keys", move || {
            let mut keys = Vec::new();
            walk(&root.join(&folder), &folder, &mut keys)?;
            keys.retain(|key| key.as_str().starts_with(&prefix));
            keys.sort();
            Ok(keys)
        })
        .await
    }
}

/// Streams a file, `None` where there is none.
pub(crate) async fn open(what: &str, path: &Path) -> Result<Option<Body>> {
    let file = match tokio::fs::File::open(path).await {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(disk(what, error)),
    };
    let metadata = file.metadata().await.map_err(|error| disk(what, error))?;
    if !metadata.is_file() {
        return Ok(None);
    }
    let named = what.to_owned();
    let chunks = ReaderStream::with_capacity(file, CHUNK).map_err(move |error| disk(&named, error));
    let stream: ByteStream = Box::pin(chunks);
    Ok(Some(Body { length: metadata.len(), stream }))
}

/// Nothing is there: not this file, or not even its folder.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

pub(crate) fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

fn walk(folder: &Path, key: &str, keys: &mut Vec<StoreKey>) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let below = if key.is_empty() { name } else { format!("{key}/{name}") };
        let kind = entry.file_type()?;
        if is_temporary(&below) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), &below, keys)?;
        } else if kind.is_file()
            && let Ok(found) = StoreKey::parse(&below)
        {
            keys.push(found);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use futures_util::stream;

    fn key(text: &str) -> StoreKey {
        StoreKey::parse(text).unwrap()
    }

    fn body(length: u64, chunks: &[&'static [u8]]) -> Body {
        let chunks: Vec<_> = chunks.iter().map(|&chunk| Ok(Bytes::from_static(chunk))).collect();
        Body { length, stream: Box::pin(stream::iter(chunks)) }
    }

    /// Every file below the folder, the temporary ones too.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    #[tokio::test]
    async fn gives_back_what_was_put_and_replaces_it() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().join("not/there/yet"));
        assert!(store.get(&key("a/b")).await.unwrap().is_none());
        store.put(&key("a/b"), body(4, &[b"on", b"e\n"])).await.unwrap();
        assert_eq!(store.read(&key("a/b"), 9).await.unwrap().unwrap(), "one\n");
        store.put(&key("a/b"), body(3, &[b"two"])).await.unwrap();
        assert_eq!(store.read(&key("a/b"), 9).await.unwrap().unwrap(), "two");
        assert!(store.read(&key("a/b"), 2).await.is_err());
        assert!(store.get(&key("a")).await.unwrap().is_none(), "a folder is no object");
        assert!(store.get(&key("a/b/c")).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn streams_more_than_one_piece() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        let pieces: Vec<_> = bytes.chunks(70_001).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
        let body = Body { length: bytes.len() as u64, stream: Box::pin(stream::iter(pieces)) };
        store.put(&key("big"), body).await.unwrap();
        let read = store.get(&key("big")).await.unwrap().unwrap();
        assert_eq!(read.length, bytes.len() as u64);
        assert!(read.stream.try_collect::<Vec<_>>().await.unwrap().concat() == bytes);
    }

    #[tokio::test]
    async fn put_if_absent_leaves_what_is_there() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        assert_eq!(store.put_if_absent(&key("a"), body(3, &[b"one"])).await.unwrap(), Written::New);
        assert_eq!(store.put_if_absent(&key("a"), body(3, &[b"two"])).await.unwrap(), Written::AlreadyThere);
        assert_eq!(store.read(&key("a"), 9).await.unwrap().unwrap(), "one");
    }

    #[tokio::test]
    async fn a_complete_file_is_linked_and_replaces_nothing() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().join("store"));
        let file = root.path().join("complete");
        std::fs::write(&file, "one").unwrap();
        let put =
            async || store.put_file_if_absent(&key("a"), &file, Body::from(b"one".to_vec())).await.unwrap();
        assert_eq!(put().await, Written::New);
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, "two").unwrap();
        assert_eq!(put().await, Written::AlreadyThere);
        assert_eq!(store.read(&key("a"), 9).await.unwrap().unwrap(), "one");
        let elsewhere = Path::new("/proc/self/status");
        let body = Body::from(b"copied".to_vec());
        assert_eq!(store.put_file_if_absent(&key("b"), elsewhere, body).await.unwrap(), Written::New);
        assert_eq!(store.read(&key("b"), 9).await.unwrap().unwrap(), "copied");
    }

    #[tokio::test]
    async fn one_of_many_writers_wins() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        let writers = (0..20_u8).map(|n| {
            let store = store.clone();
            async move { store.put_if_absent(&key("a"), Body::from(vec![n; 100_000])).await.unwrap() }
        });
        let written = futures_util::future::join_all(writers).await;
        assert_eq!(written.iter().filter(|w| **w == Written::New).count(), 1);
        let bytes = store.read(&key("a"), 1_000_000).await.unwrap().unwrap();
        assert!(bytes.len() == 100_000 && bytes.iter().all(|b| *b == bytes[0]));
    }

    #[tokio::test]
    async fn a_stream_of_another_length_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        for (length, chunks) in [(4, vec![&b"one"[..]]), (2, vec![&b"one"[..]]), (3, vec![])] {
            assert!(store.put(&key("a"), body(length, &chunks)).await.is_err());
            assert!(store.put_if_absent(&key("a"), body(length, &chunks)).await.is_err());
        }
        let broken = stream::iter([Ok(Bytes::from_static(b"on")), Err(Error::transient("reset"))]);
        let error = store.put(&key("a"), Body { length: 3, stream: Box::pin(broken) }).await.unwrap_err();
        assert_eq!(error.name(), "Transient");
        assert_eq!(files(root.path()), Vec::<PathBuf>::new());
    }

    #[tokio::test]
    async fn lists_by_prefix_in_order() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        assert!(store.list("").await.unwrap().is_empty());
        for text in ["b/2", "b/1", "b/10/x", "b-c", "a"] {
            store.put(&key(text), body(0, &[])).await.unwrap();
        }
        std::fs::write(root.path().join(TEMPORARY).join("unfinished"), "x").unwrap();
        let list = async |prefix: &str| -> Vec<String> {
            store.list(prefix).await.unwrap().into_iter().map(String::from).collect()
        };
        assert_eq!(list("").await, ["a", "b-c", "b/1", "b/10/x", "b/2"]);
        assert_eq!(list("b/").await, ["b/1", "b/10/x", "b/2"]);
        assert_eq!(list("b/1").await, ["b/1", "b/10/x"]);
        assert_eq!(list("b").await, ["b-c", "b/1", "b/10/x", "b/2"]);
        assert!(list("c/d/").await.is_empty());
        assert!(store.list("../").await.is_err());
    }

    #[tokio::test]
    async fn unfinished_files_have_no_key() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        assert!(store.put(&key(".tmp/a"), body(0, &[])).await.is_err());
        assert!(store.get(&key(".tmp/a")).await.is_err());
    }
}
