use std::path::Path;

use aws_sdk_codegurusecurity::{
    error::{ProvideErrorMetadata as _, SdkError},
    operation::{create_upload_url::CreateUploadUrlError, create_upload_url::CreateUploadUrlOutput},
};
use domain::{Artifact, Error, Result};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use super::{CodeGuru, scan_name};
use crate::{
    error::{answered, causes, failed, incomplete, unanswered},
    http,
};

const UPLOAD: &str = "cannot upload the artifact to CodeGuru Security";

impl<S> CodeGuru<S> {
    /// Uploads the file; gives the id that the scan asks for.
    pub(super) async fn upload(&self, artifact: &Artifact, file: &Path) -> Result<String> {
        let place = self.upload_place(artifact).await?;
        let opened = File::open(file).await;
        let opened =
            opened.map_err(|error| Error::transient("cannot read the artifact's file").because(error))?;
        let request = http::client(UPLOAD, self.aws.transfer_timeout(artifact.bytes))?
            .put(place.s3_url())
            .headers(headers(&place)?)
            // S3 takes no chunked body: the length must be told.
            .header(CONTENT_LENGTH, artifact.bytes)
            .body(reqwest::Body::wrap_stream(ReaderStream::with_capacity(opened, 64 * 1024)));
        let answer = request.send().await.map_err(|error| unanswered(UPLOAD, error))?;
        match answer.status() {
            status if status.is_success() => Ok(place.code_artifact_id),
            status => Err(answered(UPLOAD, status.as_u16(), "")),
        }
    }

    async fn upload_place(&self, artifact: &Artifact) -> Result<CreateUploadUrlOutput> {
        let call = "cannot get a place to upload to from CodeGuru Security";
        let name = scan_name(&artifact.sha256);
        let place = match self.client().await.create_upload_url().scan_name(name).send().await {
            Ok(place) => place,
            Err(error) if is_gone(&error) => {
                return Err(Error::rejected(
                    "Amazon CodeGuru Security does not answer; AWS ended its support on 2025-11-20: \
                     set AIRLOCK_SCANNER=builtin",
                )
                .because(failed(call, error)));
            }
            Err(error) => return Err(failed(call, error)),
        };
        match (place.s3_url(), place.code_artifact_id()) {
            ("", _) => Err(incomplete(call, "the address (s3Url)")),
            (_, "") => Err(incomplete(call, "the code's id (codeArtifactId)")),
            _ => Ok(place),
        }
    }
}

/// Whether the service itself is no longer there, for this account or for anyone.
fn is_gone(error: &SdkError<CreateUploadUrlError>) -> bool {
    match error {
        SdkError::DispatchFailure(_) => {
            let words = causes(error).to_lowercase();
            words.contains("dns error") || words.contains("failed to lookup address")
        }
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or_default();
            matches!(service.raw().status().as_u16(), 403 | 404 | 410)
                || matches!(code, "AccessDeniedException" | "ResourceNotFoundException")
                || code.starts_with("UnknownOperation")
        }
        _ => false,
    }
}

/// Every header that the service asks for, whatever it is.
fn headers(place: &CreateUploadUrlOutput) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in place.request_headers() {
        let parsed = name.parse::<HeaderName>().ok().zip(HeaderValue::from_str(value).ok());
        let (name, mut value) =
            parsed.ok_or_else(|| Error::rejected(format!("{UPLOAD}: {name:?} is no header")))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    headers.remove(CONTENT_LENGTH);
    Ok(headers)
}
