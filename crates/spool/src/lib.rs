//! An artifact of the store as a local file that can be read from any place. What the store gives must be what was
//! fetched: the digest is checked before anybody sees the file.

use domain::{Artifact, Error, Result, Sha256, Store, StoreKey};
use sha2::Digest as _;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;

/// Copies the artifact to a temporary file, which is gone when it is dropped.
///
/// # Errors
/// `Rejected` where the store does not hold the artifact or holds other bytes; `Transient` for the disk's.
pub async fn spool(artifact: &Artifact, store: &impl Store) -> Result<NamedTempFile> {
    let key = StoreKey::artifact(&artifact.sha256);
    let mut body = store
        .get(&key)
        .await?
        .ok_or_else(|| Error::rejected(format!("the artifact {key} is not in the store")))?;
    let local =
        |e: std::io::Error| Error::transient(format!("cannot spool {key} to a temporary file")).because(e);
    let file = NamedTempFile::new().map_err(local)?;
    let mut writer = tokio::fs::File::from_std(file.reopen().map_err(local)?);
    let mut hasher = sha2::Sha256::new();
    while let Some(chunk) = std::future::poll_fn(|cx| body.stream.as_mut().poll_next(cx)).await {
        let chunk = chunk?;
        hasher.update(&chunk);
        writer.write_all(&chunk).await.map_err(local)?;
    }
    writer.flush().await.map_err(local)?;
    match Sha256::from_bytes(hasher.finalize().into()) {
        found if found == artifact.sha256 => Ok(file),
        found => {
            Err(Error::rejected(format!("the store holds other bytes under {key}: their digest is {found}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use adapter_local::Folder;
    use domain::{Format, PackageUrl};

    use super::*;

    fn artifact(bytes: &[u8]) -> Artifact {
        let sha256 = Sha256::of(bytes);
        Artifact {
            key: StoreKey::artifact(&sha256),
            sha256,
            bytes: bytes.len() as u64,
            format: Format::Zip,
            url: PackageUrl::parse("clean.zip").unwrap(),
            commit: None,
            version: "1".into(),
            extension: "zip".into(),
        }
    }

    #[tokio::test]
    async fn gives_the_artifact_and_never_other_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let artifact = artifact(b"bytes");
        assert_eq!(spool(&artifact, &store).await.unwrap_err().name(), "Rejected", "nothing is there");
        store.put(&artifact.key, b"bytes".to_vec().into()).await.unwrap();
        let file = spool(&artifact, &store).await.unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), b"bytes");
        store.put(&artifact.key, b"bytez".to_vec().into()).await.unwrap();
        let error = spool(&artifact, &store).await.unwrap_err();
        assert!(error.to_string().contains("other bytes"), "{error}");
    }
}
