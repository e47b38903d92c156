use std::time::Duration;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use crate::call::Call;

/// Longer than any function waits for a call.
const FOREVER: Duration = Duration::from_secs(30);

/// What can happen to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No answer within the function's patience.
    Timeout,
    /// 429 with the service's throttling error.
    Throttled,
    /// 500 with the service's own error.
    ServerError,
    /// 200 with nothing in it.
    Empty,
    /// 200 with half an answer.
    Malformed,
    /// 403: the service is not there for this account. A fault that is an answer.
    Denied,
}

impl Fault {
    /// All that can happen to a call that is right.
    pub const ALL: [Self; 5] =
        [Self::Timeout, Self::Throttled, Self::ServerError, Self::Empty, Self::Malformed];

    /// The spoiled answer, in the protocol of the service.
    pub(crate) async fn answer(self, call: &Call) -> Response {
        match self {
            Self::Timeout => {
                tokio::time::sleep(FOREVER).await;
                StatusCode::GATEWAY_TIMEOUT.into_response()
            }
            Self::Throttled => {
                error(call, StatusCode::TOO_MANY_REQUESTS, "ThrottlingException", "Rate exceeded")
            }
            Self::ServerError => error(
                call,
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerException",
                "We encountered an error",
            ),
            Self::Denied => {
                error(call, StatusCode::FORBIDDEN, "AccessDeniedException", "no longer available")
            }
            Self::Empty => StatusCode::OK.into_response(),
            Self::Malformed => {
                let half =
                    if is_xml(call) { "<?xml version=\"1.0\"?><Publish" } else { "{\"half\": [\"an ans" };
                (StatusCode::OK, half).into_response()
            }
        }
    }
}

fn is_xml(call: &Call) -> bool {
    matches!(call.service.as_str(), "s3" | "sns")
}

/// An error as AWS answers it: the code in a header for JSON services, in the body for XML ones.
pub(crate) fn error(call: &Call, status: StatusCode, code: &str, message: &str) -> Response {
    if is_xml(call) {
        let error = format!("<Code>{code}</Code><Message>{message}</Message>");
        let body = match call.service.as_str() {
            "s3" => format!("<?xml version=\"1.0\"?><Error>{error}</Error>"),
            _ => format!("<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>"),
        };
        return (status, [("content-type", "text/xml")], body).into_response();
    }
    let body = format!("{{\"__type\":\"{code}\",\"message\":\"{message}\"}}");
    (status, [("x-amzn-errortype", code), ("content-type", "application/json")], body).into_response()
}
