//! The upload form of Python's package indexes, as `twine` sends it:
//! see "Upload API" in PyPI's documentation.

use std::path::Path;

use archive::header;
use bytes::Bytes;
use domain::{Body, Error, Manifest, PackageKind, Release, Result};
use futures_util::{StreamExt as _, stream};
use reqwest::{Method, Url};

use super::endpoint::{Scheme, Upload};
use crate::{file, sent_body::checked};

/// The request that puts a wheel or an sdist into the index at `index`.
pub(super) fn upload(release: &Release, manifest: &Manifest, file: &Path, index: &Url) -> Result<Upload> {
    let name = &manifest.identity.file;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-+!".contains(&b);
    if !name.bytes().all(plain) {
        return Err(Error::rejected(format!("{name:?} is no file name that an index takes")));
    }
    // Nothing holds its own digest, so nothing in the form is taken for the boundary.
    let boundary = format!("airlock-{}", release.sha256());
    let mut head = String::new();
    for (field, value) in fields(release, manifest) {
        head.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        ));
    }
    head.push_str(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"content\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    ));
    let tail = format!("\r\n--{boundary}--\r\n");
    let content = Body { length: release.bytes(), stream: file::read(file) };
    let content = checked(content, *release.sha256());
    let length = head.len() as u64 + content.length + tail.len() as u64;
    let text = |text: String| stream::iter([Ok(Bytes::from(text))]);
    let form = text(head).chain(content.stream).chain(text(tail));
    Ok(Upload {
        method: Method::POST,
        url: index.clone(),
        scheme: Scheme::Basic,
        content_type: format!("multipart/form-data; boundary={boundary}"),
        body: Body { length, stream: Box::pin(form) },
    })
}

/// What the index asks for, and what `pip` needs of the metadata.
fn fields(release: &Release, manifest: &Manifest) -> Vec<(&'static str, String)> {
    let identity = &manifest.identity;
    let (filetype, python) = match identity.kind {
        // `name-version[-build]-python-abi-platform.whl`
        PackageKind::Wheel => ("bdist_wheel", identity.file.rsplit('-').nth(2).unwrap_or("py3")),
        PackageKind::Sdist | PackageKind::Npm => ("sdist", "source"),
    };
    let text = String::from_utf8_lossy(&manifest.text);
    let mut fields = vec![
        (":action", "file_upload".to_owned()),
        ("protocol_version", "1".to_owned()),
        ("metadata_version", header(&text, "Metadata-Version").unwrap_or("2.1").to_owned()),
        ("name", identity.name.clone()),
        ("version", identity.version.clone()),
        ("filetype", filetype.to_owned()),
        ("pyversion", python.to_owned()),
        ("sha256_digest", release.sha256().to_string()),
    ];
    let requires = header(&text, "Requires-Python");
    fields.extend(requires.map(|requires| ("requires_python", requires.to_owned())));
    fields
}
