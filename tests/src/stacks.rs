use std::path::Path;

use anyhow::Result;

use crate::{
    aws::Aws,
    binaries::Binaries,
    deploy::Stack,
    github::TOKEN,
    push::{REPOSITORY, REQUEST_PATH},
};

/// The prefix list of S3 where everything is.
const PREFIX_LIST: &str = "pl-63a5400a";
/// What the emulator cannot make of `stacks/networking.yaml` is switched off: the address, the gateway, the flow logs.
pub const NETWORKING: [(&str, &str); 3] =
    [("Exit", "closed"), ("AddressAllocationId", "eipalloc-00000000"), ("FlowLogs", "false")];
/// And of `template.yaml`: CodeArtifact, alarms that calculate, the flow logs.
pub const INFOSEC: [(&str, &str); 4] = [
    ("CreateCodeArtifact", "false"),
    ("MetricMath", "false"),
    ("FlowLogs", "false"),
    ("S3PrefixList", PREFIX_LIST),
];
/// And of `stacks/data-science.yaml`: Studio, the flow logs.
pub const DATA_SCIENCE: [(&str, &str); 3] =
    [("Studio", "false"), ("FlowLogs", "false"), ("S3PrefixList", PREFIX_LIST)];

/// Who scans in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanner {
    /// Airlock's own engine.
    Builtin,
    /// Amazon CodeGuru Security's stand-in.
    CodeGuru,
}

/// Deploys the networking stack and then ours, whose functions call GitHub at `github`, into one account. No address of AWS
/// leads to the emulator, so GitHub's door cannot be walked through: `GitHubRoute` is `exit`.
pub(crate) fn deploy(
    aws: &Aws,
    binaries: &Binaries,
    folder: &Path,
    github: &str,
    scanner: Scanner,
) -> Result<Stack> {
    let networking = ("networking", "stacks/networking.yaml");
    let networking = Stack::deploy_file(aws, folder, networking, &NETWORKING)?;
    let origins = format!("{github},http://127.0.0.1:9");
    let own = [
        ("Repository", REPOSITORY),
        ("RequestPath", REQUEST_PATH),
        ("GitHubApi", github),
        ("GitHubToken", TOKEN),
        ("GitHubRoute", "exit"),
        ("ExitSubnetIds", networking.output("ExitSubnetIds")?),
        ("ExitSecurityGroupIds", networking.output("ExitSecurityGroupId")?),
        ("AllowedHosts", "unreachable.example.invalid"),
        ("TrustedOrigins", &origins),
        ("Scanner", if scanner == Scanner::Builtin { "builtin" } else { "codeguru" }),
        ("CodeGuruBucket", "uploads"),
        ("Architecture", if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }),
        ("CallTimeoutSeconds", "1"),
        ("MaxPolls", "5"),
    ];
    Stack::deploy(aws, binaries, folder, &[&own[..], &INFOSEC].concat())
}
