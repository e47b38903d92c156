use serde_json::Value;

use crate::{Stack, listed};

/// Where a resource names its key.
const KEYS: [(&str, &str); 8] = [
    ("AWS::SQS::Queue", "/KmsMasterKeyId"),
    ("AWS::SNS::Topic", "/KmsMasterKeyId"),
    ("AWS::Logs::LogGroup", "/KmsKeyId"),
    ("AWS::SecretsManager::Secret", "/KmsKeyId"),
    ("AWS::CodeArtifact::Domain", "/EncryptionKey"),
    ("AWS::SageMaker::Domain", "/KmsKeyId"),
    (
        "AWS::S3::Bucket",
        "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID",
    ),
    ("AWS::Lambda::Function", "/KmsKeyArn"),
];
/// S3 writes access logs to no bucket with a key of KMS.
const ACCESS_LOGS: &str = "s/AccessLogBucket";

/// Every queue, topic, bucket, log group, secret, domain and function is encrypted with the stack's own key, which
/// rotates and lets CloudWatch use it for just these logs.
pub(crate) fn problems(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    for (kind, place) in KEYS {
        for (id, properties) in stack.all(kind) {
            let key = properties.pointer(place).and_then(Value::as_str).unwrap_or_default();
            let s3 = "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";
            let own =
                id == ACCESS_LOGS && properties.pointer(s3).is_some_and(|algorithm| algorithm == "AES256");
            if !own && !["s/Key", "s/Key.Arn"].contains(&key) {
                problems.push(format!("{id} is not encrypted with the stack's key: {key:?}"));
            }
        }
    }
    let functions = stack.all("AWS::Serverless::Function").count();
    let key = &stack.template.value()["Globals"]["Function"]["KmsKeyArn"]["Fn::GetAtt"];
    if functions > 0 && key != "Key.Arn" {
        problems.push("the functions' variables are not encrypted with the stack's key".to_owned());
    }
    for (id, key) in stack.all("AWS::KMS::Key") {
        if key["EnableKeyRotation"] != true {
            problems.push(format!("{id} does not rotate"));
        }
    }
    problems.extend(logs(stack));
    problems.extend(buckets(stack));
    problems
}

/// A log group with a key that CloudWatch may not use cannot be made; the key's policy goes by the groups' names.
fn logs(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    let policy = &stack.resources["s/Key"]["Properties"]["KeyPolicy"]["Statement"];
    let logs =
        policy.as_array().into_iter().flatten().find(|statement| statement["Sid"] == "LogsOfThisStack");
    let allowed = logs.map(|s| &s["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]);
    let allowed: Vec<_> = allowed.into_iter().flat_map(listed).filter_map(Value::as_str).collect();
    for (id, group) in stack.all("AWS::Logs::LogGroup") {
        let name = group["LogGroupName"].as_str().unwrap_or_default();
        let known = allowed.iter().any(|pattern| {
            let start = pattern.split("log-group:").nth(1).unwrap_or("?").trim_end_matches('*');
            name.starts_with(start)
        });
        if !known {
            problems.push(format!("{id}: the key does not let CloudWatch encrypt {name}"));
        }
        if group["RetentionInDays"].is_null() {
            problems.push(format!("{id} keeps logs for ever"));
        }
    }
    problems
}

fn buckets(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    for (id, bucket) in stack.all("AWS::S3::Bucket") {
        let access = &bucket["PublicAccessBlockConfiguration"];
        let blocked = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
        if blocked.iter().any(|key| access[*key] != true) {
            problems.push(format!("{id} can be made public"));
        }
        if bucket["VersioningConfiguration"]["Status"] != "Enabled" {
            problems.push(format!("{id} keeps no versions"));
        }
        let policies = stack.all("AWS::S3::BucketPolicy").filter(|(_, policy)| policy["Bucket"] == id);
        let statements =
            policies.flat_map(|(_, p)| p["PolicyDocument"]["Statement"].as_array().into_iter().flatten());
        let refuses =
            |s: &Value| s["Effect"] == "Deny" && s["Condition"]["Bool"]["aws:SecureTransport"] == "false";
        if !statements.into_iter().any(refuses) {
            problems.push(format!("{id} can be read without TLS"));
        }
    }
    problems
}
