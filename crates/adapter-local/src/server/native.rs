//! What the installers' own endpoints share: their refusals, and the check that a package is what it is uploaded as.

use std::{fs::File, io::BufReader};

use archive::{Limits, Manifests};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{Error, Manifest, PackageKind, one_line};
use hyper::ext::ReasonPhrase;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::fault::Fault;
use crate::{
    incoming::{Incoming, blocking},
    packages::PublishError,
};

/// What a path holds as it is (RFC 3986, unreserved).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-').remove(b'~');

/// An error as installers show it: pip and twine show the reason phrase, npm the member `error`.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} is not an approved package"))
    }

    pub(super) fn too_large(most: u64) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the upload is larger than {most} bytes"))
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.chain())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let (status, message) = fault.told();
        Self { status, message }
    }
}

impl From<PublishError> for Refusal {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Conflict(message) => Self::new(StatusCode::CONFLICT, message),
            other @ (PublishError::Names(_) | PublishError::OtherDigest { .. }) => {
                Self::bad(other.to_string())
            }
            PublishError::Failed(error) => error.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let line = one_line(&self.message);
        let mut answer = (self.status, Json(json!({"error": line}))).into_response();
        if let Ok(reason) = ReasonPhrase::try_from(line.into_bytes()) {
            answer.extensions_mut().insert(reason);
        }
        answer
    }
}

/// The one manifest of a kind that the uploaded file has, where it names what the upload does.
pub(super) async fn manifest(
    incoming: &Incoming,
    kind: PackageKind,
    name: &str,
    version: &str,
) -> Result<Manifest, Refusal> {
    let path = incoming.file.path().to_owned();
    let read = blocking("the uploaded file", move || {
        let mut manifests = Manifests::default();
        let read = archive::read(BufReader::new(File::open(path)?), &Limits::default(), |entry, content| {
            manifests.visit(entry, content);
        });
        Ok(read.map(|_| manifests.finish()))
    });
    let found =
        read.await?.map_err(|error| Refusal::bad(Error::rejected("the file").because(error).chain()))?;
    let mut own = found.into_iter().filter(|manifest| manifest.identity.kind == kind);
    let (Some(manifest), None) = (own.next(), own.next()) else {
        return Err(Refusal::bad(format!("the file has not exactly one {}", kind.manifest())));
    };
    let identity = &manifest.identity;
    let same_name = match kind {
        PackageKind::Wheel | PackageKind::Sdist => identity.normalized() == domain::normalize(name),
        PackageKind::Npm => identity.name == name,
    };
    let same = same_name && identity.version == version;
    if same && identity.is_installable() {
        return Ok(manifest);
    }
    if same {
        let own = kind.manifest();
        return Err(Refusal::bad(format!(
            "from the file's {own} no file name follows that an installer takes"
        )));
    }
    let (own, inside) = (kind.manifest(), format!("{} {}", identity.name, identity.version));
    Err(Refusal::bad(format!("the upload names {name} {version}; the file's own {own} names {inside}")))
}

/// A name as one segment of a path.
pub(super) fn segment(name: &str) -> String {
    utf8_percent_encode(name, UNRESERVED).to_string()
}
