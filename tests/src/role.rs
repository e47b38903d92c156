use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::{aws::Aws, leak::hash};

/// A function's role as it was deployed.
#[derive(Debug, Clone)]
pub struct Role {
    /// The function's name, `airlock-notify`.
    pub function: String,
    /// The inline policy's document: all that is the role's own.
    pub policy: Value,
    pub(crate) access_key: String,
    name: String,
}

impl Role {
    /// Those of every function of the stack `airlock`.
    pub(crate) async fn all(aws: &Aws) -> Result<Vec<Self>> {
        let functions: Value = serde_json::from_str(&aws.cli(&["lambda", "list-functions"])?)?;
        let mut roles = vec![];
        for function in functions["Functions"].as_array().context("the emulator lists no functions")? {
            let text = |key: &str| function[key].as_str().context("a function without name, ARN or role");
            let (function, role) = (text("FunctionName")?.to_owned(), text("Role")?.to_owned());
            let name = role.rsplit('/').next().unwrap_or_default().to_owned();
            // As the emulator makes them (`execution_credentials` in its lambda_runtime.py).
            let digest = hash(&format!("{}:{role}", text("FunctionArn")?)).to_uppercase();
            let access_key = format!("ASIA{}", &digest[..16]);
            let policy = policy(aws, &name, &function).await?;
            roles.push(Self { function, policy, access_key, name });
        }
        roles.sort_by(|a, b| a.function.cmp(&b.function));
        Ok(roles)
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::000000000000:role/{}", self.name)
    }

    /// Every action that the policy allows, with the statement that allows it.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let statements = self.policy["Statement"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let pairs = statements.flat_map(|statement| {
            actions(statement).into_iter().map(move |action| (text(&statement["Sid"]), text(&action)))
        });
        pairs.collect()
    }

    /// The policy without one action of one statement.
    pub fn without(&self, sid: &str, action: &str) -> Value {
        let mut less = self.policy.clone();
        let statements = less["Statement"].as_array_mut().expect("a policy has statements");
        for statement in statements.iter_mut().filter(|statement| statement["Sid"] == sid) {
            let mut kept = actions(statement);
            kept.retain(|given| given != action);
            statement["Action"] = json!(kept);
        }
        statements.retain(|statement| statement["Action"] != json!([]));
        assert_ne!(less, self.policy, "{} does not allow {action} in {sid}", self.function);
        less
    }

    pub(crate) async fn set(&mut self, aws: &Aws, policy: Value) -> Result<()> {
        let (name, document) = (policy_name(&self.function), policy.to_string());
        let put = [
            ("Action", "PutRolePolicy"),
            ("Version", "2010-05-08"),
            ("RoleName", &self.name),
            ("PolicyName", name),
            ("PolicyDocument", &document),
        ];
        aws.query("iam", &put).await?;
        self.policy = policy;
        Ok(())
    }
}

fn actions(statement: &Value) -> Vec<Value> {
    statement["Action"].as_array().cloned().unwrap_or_else(|| vec![statement["Action"].clone()])
}

fn policy_name(function: &str) -> &str {
    function.trim_start_matches("airlock-")
}

async fn policy(aws: &Aws, role: &str, function: &str) -> Result<Value> {
    let get = [
        ("Action", "GetRolePolicy"),
        ("Version", "2010-05-08"),
        ("RoleName", role),
        ("PolicyName", policy_name(function)),
    ];
    let answer = aws.query("iam", &get).await?;
    let document =
        answer.split("<PolicyDocument>").nth(1).and_then(|rest| rest.split("</PolicyDocument>").next());
    let document = document.with_context(|| format!("{role} has no policy: {answer}"))?;
    let unescaped = document.replace("&quot;", "\"").replace("&amp;", "&");
    let text = if unescaped.starts_with('{') { unescaped } else { decoded(&unescaped)? };
    serde_json::from_str(&text).with_context(|| format!("the policy of {role}: {text}"))
}

/// Percent-decoded, as IAM encodes documents.
fn decoded(text: &str) -> Result<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2).context("a % without digits")?, 16)?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    Ok(String::from_utf8(bytes)?)
}
