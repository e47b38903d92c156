use serde_json::Value;

use crate::{Stack, listed};

const READS: [&str; 4] = ["Describe", "Get", "List", "ReadFromRepository"];
/// What publishes, changes or deletes a package.
const PUBLISHES: [&str; 7] = [
    "CopyPackageVersions",
    "DeletePackage",
    "DeletePackageVersions",
    "DisposePackageVersions",
    "PublishPackageVersion",
    "PutPackageMetadata",
    "UpdatePackageVersionsStatus",
];

/// Other accounts read what was approved, each named or of one organisation; one role publishes.
pub(crate) fn problems(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    for kind in ["AWS::CodeArtifact::Domain", "AWS::CodeArtifact::Repository"] {
        for (id, properties) in stack.all(kind) {
            let statements = listed(&properties["PermissionsPolicyDocument"]["Statement"]);
            let allowed: Vec<_> = statements.iter().filter(|s| s["Effect"] == "Allow").collect();
            problems.extend(allowed.iter().flat_map(|statement| too_much(id, statement)));
            if allowed.len() < 3 {
                problems.push(format!("{id} is not read by ours, named and organised accounts"));
            }
            if kind.ends_with("Repository") && !statements.iter().any(|s| only_publish_publishes(s)) {
                problems.push(format!("{id} does not say who alone publishes"));
            }
        }
    }
    problems
}

fn too_much(id: &str, statement: &Value) -> Vec<String> {
    let mut problems = vec![];
    for action in listed(&statement["Action"]) {
        let verb = action.as_str().unwrap_or("*").trim_start_matches("codeartifact:");
        if !READS.iter().any(|read| verb.starts_with(read)) {
            problems.push(format!("{id} lets others {verb}"));
        }
    }
    let organised = statement["Condition"]["StringEquals"]["aws:PrincipalOrgID"].is_string();
    if statement["Principal"] == "*" && !organised || statement["Principal"]["AWS"] == "*" {
        problems.push(format!("{id} is open to every account"));
    }
    problems
}

fn only_publish_publishes(statement: &Value) -> bool {
    let denied = listed(&statement["Action"]);
    let all = PUBLISHES.iter().all(|verb| denied.iter().any(|a| **a == format!("codeartifact:{verb}")));
    statement["Effect"] == "Deny"
        && statement["Principal"] == "*"
        && all
        && statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"] == "s/PublishRole.Arn"
}
