use std::time::Instant;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};

use crate::{Env, StartError};

/// A request at the front door (HTTP API, payload format 2.0), unverified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `POST`.
    pub method: String,
    /// Names in lower case, in no order. API Gateway joins the values of one name with commas.
    pub headers: Vec<(String, String)>,
    /// The bytes that were sent: base64 is undone.
    pub body: Vec<u8>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// Sent as JSON. The text of its member `message` is logged, so it holds nothing secret.
    pub body: Value,
}

impl Env {
    /// Serves HTTP API v2 events. An event that cannot be read is answered with 400 and never reaches the handler.
    pub async fn serve_http(
        &self,
        handler: impl AsyncFn(HttpRequest) -> HttpResponse,
    ) -> Result<(), StartError> {
        self.run(async |event| Ok(respond(self.stage, &handler, event).await)).await
    }
}

async fn respond(
    stage: &'static str,
    handler: &impl AsyncFn(HttpRequest) -> HttpResponse,
    LambdaEvent { payload, context }: LambdaEvent<Value>,
) -> Value {
    let started = Instant::now();
    let HttpResponse { status, body } = match read(payload) {
        Ok(request) => handler(request).await,
        Err(problem) => HttpResponse { status: 400, body: json!({ "message": problem }) },
    };
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let said = body.get("message").and_then(Value::as_str).unwrap_or_default();
    let request_id = context.request_id.as_str();
    if status < 500 {
        tracing::info!(stage, status, duration_ms, request_id, "{stage} answered {status} {said}");
    } else {
        tracing::error!(stage, status, duration_ms, request_id, "{stage} answered {status} {said}");
    }
    json!({
        "statusCode": status,
        "headers": { "content-type": "application/json" },
        "body": body.to_string(),
        "isBase64Encoded": false,
    })
}

fn read(event: Value) -> Result<HttpRequest, &'static str> {
    let event: ApiGatewayV2httpRequest =
        serde_json::from_value(event).map_err(|_| "the event is no HTTP request")?;
    let body = event.body.unwrap_or_default();
    let body = if event.is_base64_encoded {
        BASE64_STANDARD.decode(body).map_err(|_| "the body is no base64")?
    } else {
        body.into_bytes()
    };
    let header =
        |(name, value): (_, &[u8])| (String::clone(&name), String::from_utf8_lossy(value).into_owned());
    let headers =
        event.headers.iter().map(|(name, value)| header((name.as_str().to_owned(), value.as_bytes())));
    Ok(HttpRequest {
        method: event.request_context.http.method.to_string(),
        headers: headers.collect(),
        body,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_runtime::Context;

    fn event(body: &str, base64: bool) -> Value {
        json!({
            "version": "2.0", "routeKey": "POST /webhook", "rawPath": "/webhook", "rawQueryString": "",
            "headers": { "x-hub-signature-256": "sha256=00", "user-agent": "GitHub-Hookshot/é" },
            "requestContext": {
                "accountId": "123456789012", "apiId": "a", "stage": "$default", "requestId": "r", "timeEpoch": 1,
                "http": { "method": "POST", "path": "/webhook", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "x" }
            },
            "body": body, "isBase64Encoded": base64
        })
    }

    async fn answered(event: Value) -> (u64, Value) {
        let handler = async |request: HttpRequest| HttpResponse {
            status: 202,
            body: json!({ "n": request.body.len() }),
        };
        let answer = respond("webhook", &handler, LambdaEvent::new(event, Context::default())).await;
        let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        (answer["statusCode"].as_u64().unwrap(), body)
    }

    #[test]
    fn request_is_what_was_sent() {
        let request = read(event("AP8K", true)).unwrap();
        assert_eq!(request.method, "POST");
        assert_eq!(request.body, [0, 255, 10]);
        assert!(request.headers.contains(&("x-hub-signature-256".into(), "sha256=00".into())));
        assert!(request.headers.contains(&("user-agent".into(), "GitHub-Hookshot/é".into())));
        assert_eq!(read(event("{\"é\": 1}\r\n", false)).unwrap().body, "{\"é\": 1}\r\n".as_bytes());
    }

    #[tokio::test]
    async fn handler_answers_what_can_be_read() {
        assert_eq!(answered(event("{}", false)).await, (202, json!({ "n": 2 })));
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_answered_with_400() {
        assert_eq!(answered(event("AP8", true)).await.0, 400);
        assert_eq!(answered(event("%%%%", true)).await, (400, json!({ "message": "the body is no base64" })));
        assert_eq!(answered(json!({ "Records": [] })).await.0, 400);
    }
}
