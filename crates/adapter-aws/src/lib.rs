//! The ports on AWS: S3, Step Functions, CodeArtifact, CodeGuru Security, SNS, Secrets Manager.
