//! `npm publish`: one document with the tarball in it. What is published is the tarball and what it says of itself; of the
//! document only what must agree with it is read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{body::Body, http::StatusCode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use domain::{Error, PackageKind};
use futures_util::StreamExt as _;
use serde::Deserialize;

use super::{
    Context,
    attachment::{Malformed, Splitter},
    body::arriving,
    native::{Refusal, manifest},
};
use crate::{
    incoming::{Incoming, Length, npm_digests, receive},
    packages::{Content, NewFile, NpmDigests, PackageId, VersionStatus},
};

/// The one tag that packuments have.
const LATEST: &str = "latest";

#[derive(Deserialize)]
struct Document {
    name: String,
    #[serde(rename = "dist-tags", default)]
    tags: HashMap<String, String>,
    versions: HashMap<String, Manifest>,
    #[serde(rename = "_attachments")]
    attachments: HashMap<String, Attachment>,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    dist: Dist,
}

#[derive(Default, Deserialize)]
struct Dist {
    integrity: Option<String>,
    shasum: Option<String>,
}

#[derive(Deserialize)]
struct Attachment {
    length: Option<u64>,
}

/// Publishes the one version of the document under the name that the address has too.
pub(super) async fn publish(context: &Context, name: &str, body: Body) -> Result<(), Refusal> {
    let (incoming, document) = split(context, body).await?;
    let Document { name: named, tags, versions, attachments } = serde_json::from_slice(&document)
        .map_err(|error| Refusal::bad(format!("the document cannot be read: {error}")))?;
    if named != name {
        return Err(Refusal::bad(format!("the address names {name}, the document {named}")));
    }
    if let Some(tag) = tags.keys().find(|tag| *tag != LATEST) {
        return Err(Refusal::bad(format!(
            "this registry keeps no tag as {tag}, and {LATEST} is its highest stable version: publish with --tag {LATEST}"
        )));
    }
    let mut versions = versions.into_iter();
    let (Some((version, Manifest { dist })), None) = (versions.next(), versions.next()) else {
        return Err(Refusal::bad("the document has not exactly one version"));
    };
    let lengths: Vec<Option<u64>> = attachments.values().map(|attachment| attachment.length).collect();
    if !matches!(lengths[..], [length] if length.is_none_or(|length| length == incoming.bytes)) {
        let found = incoming.bytes;
        return Err(Refusal::bad(format!("the document has not exactly one tarball of {found} bytes")));
    }
    let digests = npm_digests(incoming.file.path()).await?;
    dist.check(&digests)?;
    let manifest = manifest(&incoming, PackageKind::Npm, name, &version).await?;
    let new = NewFile {
        name: manifest.identity.file,
        size: incoming.bytes,
        sha256: incoming.sha256,
        content: Content::Received(incoming.file),
        npm: Some(digests),
        metadata: Some(manifest.text),
    };
    let id = PackageId::npm(name).version(&version);
    context.packages.put(&id, vec![new], VersionStatus::Published).await?;
    Ok(())
}

/// The tarball goes to the disk as it arrives; the rest of the document is small.
async fn split(context: &Context, body: Body) -> Result<(Incoming, Vec<u8>), Refusal> {
    let shared = Arc::new(Mutex::new((Splitter::default(), None)));
    let splitting = Arc::clone(&shared);
    let tarball = arriving(body).map(move |piece| {
        let piece = piece?;
        let (splitter, malformed) = &mut *splitting.lock().unwrap_or_else(PoisonError::into_inner);
        splitter.push(&piece).map(Bytes::from).map_err(|error| {
            *malformed = Some(error);
            Error::rejected("the document is refused").because(error)
        })
    });
    let most = context.settings.max_bytes;
    let received =
        receive(context.packages.root(), "the tarball", Length::AtMost(most), Box::pin(tarball)).await;
    let (splitter, malformed) = std::mem::take(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner));
    match malformed {
        Some(error @ Malformed::TooLarge) => {
            Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()))
        }
        Some(error) => Err(Refusal::bad(error.to_string())),
        None => Ok((received?, splitter.finish())),
    }
}

impl Dist {
    /// What the client says of the tarball must be so, where it says anything.
    fn check(&self, digests: &NpmDigests) -> Result<(), Refusal> {
        let sha512 = hex::decode(&digests.sha512).unwrap_or_default();
        let integrity = format!("sha512-{}", STANDARD.encode(sha512));
        let same = |said: &Option<String>, found: &str| said.as_ref().is_none_or(|said| said == found);
        if same(&self.integrity, &integrity) && same(&self.shasum, &digests.sha1) {
            return Ok(());
        }
        Err(Refusal::bad(format!("the tarball has the integrity {integrity}, not what the document says")))
    }
}
