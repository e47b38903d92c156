use serde_json::Value;

use crate::{Stack, listed};

/// The statements of every policy that gives a role something.
pub(crate) fn statements(stack: &Stack) -> Vec<(&str, &Value)> {
    let inline = stack.all("AWS::IAM::Role").flat_map(|(id, role)| {
        let policies = role["Policies"].as_array().into_iter().flatten();
        policies
            .flat_map(move |p| listed(&p["PolicyDocument"]["Statement"]).into_iter().map(move |s| (id, s)))
    });
    let own = ["AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::Policy"].into_iter();
    let own = own.flat_map(|kind| stack.all(kind));
    let own =
        own.flat_map(|(id, p)| listed(&p["PolicyDocument"]["Statement"]).into_iter().map(move |s| (id, s)));
    inline.chain(own).collect()
}

/// No wildcard in an action, no policy of AWS, and nobody assumes a role but a service for this account.
pub(crate) fn problems(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    for (id, statement) in statements(stack) {
        for action in listed(&statement["Action"]) {
            let action = action.as_str().unwrap_or("*");
            if statement["Effect"] == "Allow" && (action.contains('*') || !statement["NotAction"].is_null()) {
                problems.push(format!("{id} may {action}"));
            }
        }
        if statement["Sid"].is_null() || !statement["NotResource"].is_null() {
            problems.push(format!("{id} has a statement that does not say what for"));
        }
    }
    for (id, role) in stack.all("AWS::IAM::Role") {
        for policy in listed(&role["ManagedPolicyArns"]) {
            if policy.as_str().is_some_and(|arn| arn.starts_with("arn:")) {
                problems.push(format!("{id} has {policy}, which others change"));
            }
        }
        for statement in listed(&role["AssumeRolePolicyDocument"]["Statement"]) {
            let service = statement["Principal"]["Service"].as_str().unwrap_or_default();
            // Lambda names no account when it assumes a role, and only where the account itself passed it.
            let bound = service == "lambda.amazonaws.com"
                || statement["Condition"]["StringEquals"]["aws:SourceAccount"].is_string();
            if service.is_empty() || statement["Action"] != "sts:AssumeRole" || !bound {
                problems.push(format!("{id} can be assumed by {}", statement["Principal"]));
            }
        }
    }
    for (id, permission) in stack.all("AWS::Lambda::Permission") {
        if permission["SourceArn"].is_null() {
            problems.push(format!("{id} lets everybody's {} in", permission["Principal"]));
        }
    }
    problems
}

/// How many statements of roles allow something on everything; or the line of one without a comment above it.
pub(crate) fn unexplained(text: &str) -> Result<usize, usize> {
    let lines: Vec<_> = text.lines().collect();
    let mut stars = 0;
    for (n, _) in lines.iter().enumerate().filter(|(_, line)| line.trim() == "Resource: \"*\"") {
        let start = (0..n).rev().find(|n| lines[*n].trim_start().starts_with("- Sid:")).ok_or(n + 1)?;
        let statement = lines[start..=n].join("\n");
        // Who a policy of a resource is for stands in it; a denial gives nothing.
        if statement.contains("Principal:") || statement.contains("Effect: Deny") {
            continue;
        }
        let above = lines[..start].iter().rev().find(|line| line.trim() != "- !If");
        if !above.is_some_and(|line| line.trim_start().starts_with('#')) {
            return Err(start + 1);
        }
        stars += 1;
    }
    Ok(stars)
}
