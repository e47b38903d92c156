//! The document that `npm publish` sends: the version's manifest, and the tarball in it as base64.
//! <https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md>

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use domain::{Body, ByteStream, Error, Manifest, Release, Result};
use futures_util::{StreamExt as _, stream};
use reqwest::{Method, Url};
use serde_json::{Map, Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha512};

use super::endpoint::{Scheme, Upload};
use crate::{file, sent_body::checked};

/// The request that puts a tarball into the registry at `registry`. The file is read twice: its digests stand before it.
pub(super) async fn upload(
    release: &Release,
    manifest: &Manifest,
    file: &Path,
    registry: &Url,
) -> Result<Upload> {
    let url = format!("{registry}{}", manifest.identity.name.replace('/', "%2f"));
    let url = Url::parse(&url).map_err(|e| Error::rejected(format!("{url} is no address")).because(e))?;
    let digests = Digests::of(file).await?;
    // Nothing holds its own digest: the mark is in the document once, where the tarball belongs.
    let mark = format!("airlock-{}", release.sha256());
    let document = document(release, manifest, registry, &digests, &mark)?.to_string();
    let (head, tail) = document
        .split_once(&mark)
        .filter(|(_, tail)| !tail.contains(&mark))
        .ok_or_else(|| Error::rejected("the package.json holds the digest of its own package"))?;
    let tarball = checked(Body { length: release.bytes(), stream: file::read(file) }, *release.sha256());
    let length = head.len() as u64 + encoded_length(tarball.length) + tail.len() as u64;
    let text = |text: &str| stream::iter([Ok(Bytes::from(text.to_owned()))]);
    let body = text(head).chain(encoded(tarball.stream)).chain(text(tail));
    Ok(Upload {
        method: Method::PUT,
        url,
        scheme: Scheme::Bearer,
        content_type: "application/json".to_owned(),
        body: Body { length, stream: Box::pin(body) },
    })
}

/// What npm checks a tarball by.
struct Digests {
    integrity: String,
    shasum: String,
}

impl Digests {
    async fn of(file: &Path) -> Result<Self> {
        let (mut sha512, mut sha1) = (Sha512::new(), Sha1::new());
        let mut chunks = file::read(file);
        while let Some(chunk) = chunks.next().await.transpose()? {
            sha512.update(&chunk);
            sha1.update(&chunk);
        }
        let integrity = format!("sha512-{}", STANDARD.encode(sha512.finalize()));
        let shasum = sha1.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { integrity, shasum })
    }
}

/// The packument of one version, with `data` where the tarball belongs.
fn document(
    release: &Release,
    manifest: &Manifest,
    registry: &Url,
    digests: &Digests,
    data: &str,
) -> Result<Value> {
    let (name, version) = (&manifest.identity.name, &manifest.identity.version);
    let text = manifest.text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&manifest.text);
    let mut own: Map<String, Value> = serde_json::from_slice(text)
        .map_err(|e| Error::rejected(format!("the package.json of {name} cannot be read")).because(e))?;
    let tarball = format!("{registry}{name}/-/{}", manifest.identity.file);
    own.insert("_id".to_owned(), format!("{name}@{version}").into());
    own.insert(
        "dist".to_owned(),
        json!({"integrity": digests.integrity, "shasum": digests.shasum, "tarball": tarball}),
    );
    let attachment =
        json!({"content_type": "application/octet-stream", "data": data, "length": release.bytes()});
    Ok(json!({
        "_id": name,
        "name": name,
        "dist-tags": {"latest": version},
        "versions": {version: own},
        "_attachments": {format!("{name}-{version}.tgz"): attachment},
    }))
}

fn encoded_length(bytes: u64) -> u64 {
    bytes.div_ceil(3) * 4
}

/// The stream as base64. Three bytes are four letters: what is left over waits for the next chunk.
fn encoded(bytes: ByteStream) -> ByteStream {
    let start = (bytes, BytesMut::new(), false);
    Box::pin(stream::try_unfold(start, |(mut bytes, mut rest, ended)| async move {
        if ended {
            return Ok(None);
        }
        let next = bytes.next().await.transpose()?;
        let ended = next.is_none();
        rest.extend_from_slice(&next.unwrap_or_default());
        let whole = if ended { rest.len() } else { rest.len() / 3 * 3 };
        let letters = Bytes::from(STANDARD.encode(rest.split_to(whole)));
        Ok(Some((letters, (bytes, rest, ended))))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn chunks_of_any_length_are_one_text() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for size in [1, 2, 3, 4, 100, 999, 1000, 2000] {
            let chunks: Vec<Result<Bytes>> =
                bytes.chunks(size).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
            let letters: Vec<Result<Bytes>> = encoded(Box::pin(stream::iter(chunks))).collect().await;
            let text: Vec<u8> = letters.into_iter().flat_map(Result::unwrap).collect();
            assert_eq!(text, STANDARD.encode(&bytes).into_bytes(), "{size}");
            assert_eq!(text.len() as u64, encoded_length(1000));
        }
    }
}
