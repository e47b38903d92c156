use std::fmt;

use axum::http::{HeaderMap, Method, Uri};

/// One call of a function to the world: `s3:PutObject artifacts/*`, `sns:Publish`, `github:CreateStatus`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The name it is signed for; `github` and `web` where it is not signed.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// What it is about, without what differs from run to run. May be empty.
    pub target: String,
}

impl Call {
    /// Recognises a request.
    pub fn of(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let service = signed_for(header("authorization"));
        let (path, query) = (uri.path(), uri.query().unwrap_or_default());
        let body = String::from_utf8_lossy(&body[..body.len().min(4096)]);
        let (operation, target) = match service {
            "" => return Self::unsigned(method, path),
            "s3" => (s3_operation(method, query, path), s3_target(path, query)),
            "codeguru-security" => (codeguru_operation(method, path).to_owned(), String::new()),
            "codeartifact" => (codeartifact_operation(method, path), String::new()),
            _ => (target_operation(header("x-amz-target"), &body), secret_name(&body)),
        };
        Self { service: service.to_owned(), operation, target }
    }

    fn unsigned(method: &Method, path: &str) -> Self {
        let (service, operation) = match path.split('/').collect::<Vec<_>>()[..] {
            ["", "repos", _, _, "contents", ..] => ("github", "GetContents"),
            ["", "repos", _, _, "statuses", _] => ("github", "CreateStatus"),
            ["", "repos", ..] => ("github", "Other"),
            ["", "upload", _] => ("codeguru-security", "Upload"),
            // The endpoints of pip and npm, which know a token and no signature.
            ["", "pypi", ..] => ("codeartifact", "UploadForPip"),
            ["", "npm", ..] => ("codeartifact", "UploadForNpm"),
            ["", "codeload", ..] => ("web", "GetRedirected"),
            _ => ("web", "Get"),
        };
        let target = if method == Method::GET || service != "web" { "" } else { method.as_str() };
        Self { service: service.to_owned(), operation: operation.to_owned(), target: target.to_owned() }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.target.is_empty() { "" } else { " " };
        write!(f, "{}:{}{space}{}", self.service, self.operation, self.target)
    }
}

/// The service in `AWS4-HMAC-SHA256 Credential=<key>/<day>/<region>/<service>/aws4_request, …`.
fn signed_for(authorization: &str) -> &str {
    let scope = authorization.split("Credential=").nth(1).unwrap_or_default();
    scope.split('/').nth(3).unwrap_or_default()
}

fn s3_operation(method: &Method, query: &str, path: &str) -> String {
    let has = |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
    let key = path.trim_matches('/').contains('/');
    let name = match method.as_str() {
        "POST" if has("uploads") => "CreateMultipartUpload",
        "POST" if has("uploadId") => "CompleteMultipartUpload",
        "PUT" if has("uploadId") => "UploadPart",
        "DELETE" if has("uploadId") => "AbortMultipartUpload",
        "GET" if !key => "ListObjects",
        "GET" => "GetObject",
        "HEAD" => "HeadObject",
        "PUT" => "PutObject",
        other => other,
    };
    name.to_owned()
}

/// `/<bucket>/submissions/<id>/results/00000002.json` → `submissions/*/results/*`; a listing's prefix likewise.
fn s3_target(path: &str, query: &str) -> String {
    let listed = query.split('&').find_map(|part| part.strip_prefix("prefix="));
    let key = match path.trim_start_matches('/').split_once('/') {
        Some((_, key)) if !key.is_empty() => key.to_owned(),
        _ => listed.unwrap_or_default().replace("%2F", "/"),
    };
    match key.split('/').collect::<Vec<_>>()[..] {
        [folder, _] => format!("{folder}/*"),
        ["decisions", ..] => "decisions/*".to_owned(),
        [folder, _, ""] => format!("{folder}/*/"),
        [folder, _, file] => format!("{folder}/*/{file}"),
        [folder, _, inner, ..] => format!("{folder}/*/{inner}/*"),
        _ => key,
    }
}

fn codeguru_operation(method: &Method, path: &str) -> &'static str {
    match (method.as_str(), path.split('/').nth(1)) {
        ("POST", Some("uploadUrl")) => "CreateUploadUrl",
        ("POST", Some("scans")) => "CreateScan",
        ("GET", Some("scans")) => "GetScan",
        ("GET", Some("findings")) => "GetFindings",
        _ => "Other",
    }
}

fn codeartifact_operation(method: &Method, path: &str) -> String {
    match (method.as_str(), path) {
        ("POST", "/v1/package/version/publish") => "PublishPackageVersion".to_owned(),
        ("GET", "/v1/package/version/asset") => "GetPackageVersionAsset".to_owned(),
        ("GET", "/v1/package/version") => "DescribePackageVersion".to_owned(),
        ("POST", "/v1/package/version/assets") => "ListPackageVersionAssets".to_owned(),
        ("POST", "/v1/package/versions") => "ListPackageVersions".to_owned(),
        ("POST", "/v1/package/versions/update_status") => "UpdatePackageVersionsStatus".to_owned(),
        ("POST", "/v1/package/versions/delete") => "DeletePackageVersions".to_owned(),
        ("POST", "/v1/authorization-token") => "GetAuthorizationToken".to_owned(),
        ("GET", "/v1/repository/endpoint") => "GetRepositoryEndpoint".to_owned(),
        (method, path) => format!("{method}{path}"),
    }
}

/// `AWSStepFunctions.StartExecution` in a header, or `Action=Publish` in a form.
fn target_operation(header: &str, body: &str) -> String {
    let action = || body.split('&').find_map(|part| part.strip_prefix("Action="));
    header.rsplit('.').next().filter(|name| !name.is_empty()).or_else(action).unwrap_or("Other").to_owned()
}

/// The name in `{"SecretId":"arn:aws:secretsmanager:…:secret:<name>-<six random characters>"}`.
fn secret_name(body: &str) -> String {
    let id =
        body.split_once("\"SecretId\":\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
    let name = id.rsplit(':').next().unwrap_or_default();
    name.rsplit_once('-').map_or(name, |(name, _)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: Method, uri: &str, service: &str) -> String {
        let mut headers = HeaderMap::new();
        if !service.is_empty() {
            let value =
                format!("AWS4-HMAC-SHA256 Credential=AK/20261123/us-east-1/{service}/aws4_request, Signed…");
            headers.insert("authorization", value.replace('…', "").parse().unwrap());
        }
        Call::of(&method, &uri.parse().unwrap(), &headers, b"").to_string()
    }

    #[test]
    fn every_call_has_a_name_that_is_the_same_in_every_run() {
        for (method, uri, service, name) in [
            (Method::PUT, "/b/artifacts/abc?x-id=PutObject", "s3", "s3:PutObject artifacts/*"),
            (Method::POST, "/b/artifacts/abc?uploads", "s3", "s3:CreateMultipartUpload artifacts/*"),
            (Method::GET, "/b/?list-type=2&prefix=decisions%2Fx%2Fy%2F", "s3", "s3:ListObjects decisions/*"),
            (
                Method::GET,
                "/b?list-type=2&prefix=submissions%2F1%2Fresults%2F",
                "s3",
                "s3:ListObjects submissions/*/results/*",
            ),
            (
                Method::PUT,
                "/b/submissions/1/results/00000001.json",
                "s3",
                "s3:PutObject submissions/*/results/*",
            ),
            (Method::PUT, "/b/submissions/1/results.json", "s3", "s3:PutObject submissions/*/results.json"),
            (Method::GET, "/scans/x?runId=1", "codeguru-security", "codeguru-security:GetScan"),
            (Method::PUT, "/upload/1", "", "codeguru-security:Upload"),
            (Method::POST, "/repos/o/r/statuses/abc", "", "github:CreateStatus"),
            (Method::GET, "/o/r/archive/main.zip", "", "web:Get"),
        ] {
            assert_eq!(call(method, uri, service), name, "{uri}");
        }
    }
}
