use std::collections::BTreeMap;

use axum::http::{HeaderMap, Uri};
use serde_json::Value;

use crate::{REGION, call::Call, role::Role};

/// What AWS demands of a caller beyond what the emulator enforces: the use of the key, by the service that the caller asks,
/// and the actions of CodeArtifact and CodeGuru Security, for which the emulator has stand-ins.
#[derive(Debug, Default)]
pub(crate) struct Authorizer {
    policies: BTreeMap<String, Value>,
    key: String,
}

/// An action on something; the use of a key also by the service that it is used through.
struct Demand {
    action: String,
    resource: String,
    through: Option<&'static str>,
}

impl Authorizer {
    /// By the policies that the roles have now; everything is encrypted with one key.
    pub(crate) fn new(roles: &[Role], key: &str) -> Self {
        let policies = roles.iter().map(|role| (role.access_key.clone(), role.policy.clone()));
        Self { policies: policies.collect(), key: key.to_owned() }
    }

    /// The action that the caller's role does not allow, if there is one. Who is no function of ours is not asked.
    pub(crate) fn refuses(&self, call: &Call, uri: &Uri, headers: &HeaderMap) -> Option<String> {
        let policy = self.policies.get(&access_key(headers)?)?;
        let demands = self.demands(call, uri);
        demands.into_iter().find(|demand| !allows(policy, demand)).map(|demand| demand.action)
    }

    /// Whether S3 tells this caller 403 where there is no object. A condition on the prefix is not met by a read
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>, Permissions).
    pub(crate) fn hides_what_is_missing(&self, call: &Call, headers: &HeaderMap) -> bool {
        let policy = access_key(headers).and_then(|key| self.policies.get(&key));
        let reads = call.service == "s3" && ["GetObject", "HeadObject"].contains(&call.operation.as_str());
        reads
            && policy.is_some_and(|policy| {
                !statements(policy).any(|s| holds(&s["Action"], "s3:ListBucket") && s["Condition"].is_null())
            })
    }

    fn demands(&self, call: &Call, uri: &Uri) -> Vec<Demand> {
        let key = |action: &str, through| Demand {
            action: format!("kms:{action}"),
            resource: self.key.clone(),
            through: Some(through),
        };
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (a part is read again when the parts
        // are joined), …/sns/latest/dg/sns-key-management.html, …/secretsmanager/latest/userguide/security-encryption.html
        match (call.service.as_str(), call.operation.as_str()) {
            ("s3", "GetObject") => vec![key("Decrypt", "s3")],
            ("s3", "PutObject" | "CreateMultipartUpload") => vec![key("GenerateDataKey", "s3")],
            ("s3", "UploadPart" | "CompleteMultipartUpload") => vec![key("Decrypt", "s3")],
            ("sns", "Publish") => vec![key("GenerateDataKey", "sns"), key("Decrypt", "sns")],
            ("secretsmanager", "GetSecretValue") => vec![key("Decrypt", "secretsmanager")],
            // https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
            ("codeartifact", "GetAuthorizationToken") => vec![
                of_codeartifact("GetAuthorizationToken", uri, "domain", &["domain"]),
                Demand {
                    action: "sts:GetServiceBearerToken".to_owned(),
                    resource: "any".to_owned(),
                    through: None,
                },
            ],
            ("codeartifact", "GetRepositoryEndpoint") => {
                vec![of_codeartifact("GetRepositoryEndpoint", uri, "repository", &["domain", "repository"])]
            }
            ("codeartifact", operation) => {
                let package = ["domain", "repository", "format", "namespace", "package"];
                vec![of_codeartifact(operation, uri, "package", &package)]
            }
            ("codeguru-security", "Upload") => vec![],
            ("codeguru-security", operation) => vec![Demand {
                action: format!("codeguru-security:{operation}"),
                resource: format!("arn:aws:codeguru-security:{REGION}:000000000000:scans/any"),
                through: None,
            }],
            _ => vec![],
        }
    }
}

/// What a call is about, as CodeArtifact names it: a `kind`, and the parts of its place that stand in the query.
fn of_codeartifact(operation: &str, uri: &Uri, kind: &str, parts: &[&str]) -> Demand {
    let query = uri.query().unwrap_or_default();
    let named = |name: &&str| {
        let parts = query.split('&').filter_map(|part| part.split_once('='));
        parts.filter(|(key, _)| key == name).map(|(_, value)| value.to_owned()).next().unwrap_or_default()
    };
    let place = parts.iter().map(named).collect::<Vec<_>>().join("/");
    let resource = format!("arn:aws:codeartifact:{REGION}:000000000000:{kind}/{place}");
    Demand { action: format!("codeartifact:{operation}"), resource, through: None }
}

/// The key's id in `AWS4-HMAC-SHA256 Credential=<key>/…`.
fn access_key(headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get("authorization")?.to_str().ok()?;
    Some(authorization.split("Credential=").nth(1)?.split('/').next()?.to_owned())
}

fn statements(policy: &Value) -> impl Iterator<Item = &Value> {
    policy["Statement"].as_array().into_iter().flatten()
}

fn allows(policy: &Value, demand: &Demand) -> bool {
    statements(policy).any(|statement| {
        let through = &statement["Condition"]["StringEquals"]["kms:ViaService"];
        holds(&statement["Action"], &demand.action)
            && matches(&statement["Resource"], &demand.resource)
            && demand.through.is_none_or(|service| *through == format!("{service}.{REGION}.amazonaws.com"))
    })
}

fn holds(one_or_many: &Value, wanted: &str) -> bool {
    *one_or_many == wanted || one_or_many.as_array().is_some_and(|many| many.iter().any(|one| one == wanted))
}

/// Whether one of the patterns, which may end in `*`, fits.
fn matches(one_or_many: &Value, wanted: &str) -> bool {
    let fits = |pattern: &Value| {
        let pattern = pattern.as_str().unwrap_or_default();
        pattern.strip_suffix('*').map_or(pattern == wanted, |start| wanted.starts_with(start))
    };
    fits(one_or_many) || one_or_many.as_array().is_some_and(|many| many.iter().any(fits))
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::json;

    use super::*;

    fn refused(policy: &Value, service: &str, uri: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        let scope = format!("AWS4-HMAC-SHA256 Credential=ASIA1/20261128/us-east-1/{service}/aws4_request, S");
        headers.insert("authorization", scope.parse().unwrap());
        let uri: Uri = uri.parse().unwrap();
        let call = Call::of(&Method::GET, &uri, &headers, b"");
        let policies = BTreeMap::from([("ASIA1".to_owned(), policy.clone())]);
        Authorizer { policies, key: "the-key".to_owned() }.refuses(&call, &uri, &headers)
    }

    #[test]
    fn key_is_used_through_the_service_that_the_role_names() {
        let with = |service: &str| {
            let condition =
                json!({"StringEquals": {"kms:ViaService": format!("{service}.us-east-1.amazonaws.com")}});
            json!({"Statement": [{"Action": "kms:Decrypt", "Resource": "the-key", "Condition": condition}]})
        };
        assert_eq!(refused(&with("s3"), "s3", "/b/artifacts/1"), None);
        assert_eq!(refused(&with("sns"), "s3", "/b/artifacts/1").as_deref(), Some("kms:Decrypt"));
        assert_eq!(refused(&json!({}), "s3", "/b/artifacts/1").as_deref(), Some("kms:Decrypt"));
    }

    #[test]
    fn package_is_one_of_the_repository_that_the_role_names() {
        let at = "arn:aws:codeartifact:us-east-1:000000000000:package/airlock/approved/generic/*";
        let policy =
            json!({"Statement": [{"Action": ["codeartifact:DescribePackageVersion"], "Resource": at}]});
        let of = |repository: &str, path: &str| {
            format!("{path}?domain=airlock&repository={repository}&format=generic&namespace=p&package=p")
        };
        let path = "/v1/package/version";
        assert_eq!(refused(&policy, "codeartifact", &of("approved", path)), None);
        let elsewhere = refused(&policy, "codeartifact", &of("other", path));
        assert_eq!(elsewhere.as_deref(), Some("codeartifact:DescribePackageVersion"));
        let asset = refused(&policy, "codeartifact", &of("approved", "/v1/package/version/asset"));
        assert_eq!(asset.as_deref(), Some("codeartifact:GetPackageVersionAsset"));
    }
}
