use axum::{
    Json,
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Response},
};
use domain::Error;
use serde_json::{Value, json};

use crate::packages::PublishError;

/// Where the SDKs read the error's code from.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// An error as CodeArtifact answers it: <https://docs.aws.amazon.com/codeartifact/latest/APIReference/>.
#[derive(Debug)]
pub(crate) struct Fault {
    status: StatusCode,
    code: &'static str,
    body: Value,
}

impl Fault {
    pub(super) fn validation(message: &str) -> Self {
        let body = json!({"message": message, "reason": "FIELD_VALIDATION_FAILED"});
        Self { status: StatusCode::BAD_REQUEST, code: "ValidationException", body }
    }

    pub(super) fn cannot_parse(message: &str) -> Self {
        let body = json!({"message": message, "reason": "CANNOT_PARSE"});
        Self { status: StatusCode::BAD_REQUEST, code: "ValidationException", body }
    }

    pub(super) fn not_found(resource_type: &str, resource_id: &str) -> Self {
        let message = format!("{resource_type} not found: {resource_id}");
        let body = json!({"message": message, "resourceId": resource_id, "resourceType": resource_type});
        Self { status: StatusCode::NOT_FOUND, code: "ResourceNotFoundException", body }
    }

    pub(super) fn conflict(message: &str, resource_id: &str) -> Self {
        let body = json!({"message": message, "resourceId": resource_id, "resourceType": "package-version"});
        Self { status: StatusCode::CONFLICT, code: "ConflictException", body }
    }

    pub(super) fn access_denied(message: &str) -> Self {
        let body = json!({"message": message});
        Self { status: StatusCode::FORBIDDEN, code: "AccessDeniedException", body }
    }

    pub(super) fn too_large(most: u64, resource_id: &str) -> Self {
        let message = format!("the asset is larger than {most} bytes");
        let body = json!({"message": message, "resourceId": resource_id, "resourceType": "asset"});
        Self { status: StatusCode::PAYMENT_REQUIRED, code: "ServiceQuotaExceededException", body }
    }

    pub(super) fn unknown_operation(request: &str) -> Self {
        let message = format!("the local repository has no operation for {request}");
        let body = json!({"message": message, "reason": "UNKNOWN_OPERATION"});
        Self { status: StatusCode::NOT_FOUND, code: "UnknownOperationException", body }
    }

    pub(super) fn publish(error: &PublishError, resource_id: &str) -> Self {
        match error {
            PublishError::Conflict(message) => Self::conflict(message, resource_id),
            PublishError::Names(_) | PublishError::OtherDigest { .. } => Self::validation(&error.to_string()),
            PublishError::Failed(error) => Self::internal(error),
        }
    }

    /// What CodeArtifact says of a request's body that is larger than it takes.
    pub(super) fn body_too_large(most: u64) -> Self {
        Self::validation(&format!("the request's body is larger than {most} bytes"))
    }

    /// For those who do not read CodeArtifact's errors.
    pub(super) fn told(&self) -> (StatusCode, String) {
        (self.status, self.body["message"].as_str().unwrap_or_default().to_owned())
    }

    fn internal(error: &Error) -> Self {
        let body = json!({"message": error.chain()});
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, code: "InternalServerException", body }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (self.status, [(ERROR_TYPE, self.code)], Json(self.body)).into_response()
    }
}
