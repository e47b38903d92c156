use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::template::Template;

/// The account of every planned stack.
pub const ACCOUNT: &str = "111111111111";

/// What a template comes to with its parameters: the resources that exist, with every function carried out. Another
/// resource is `<stack>/<logical id>`, and an attribute of it `<stack>/<logical id>.<attribute>`.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The name of the stack.
    pub stack: String,
    /// The resources by `<stack>/<logical id>`.
    pub resources: BTreeMap<String, Value>,
    /// The outputs by their names.
    pub outputs: BTreeMap<String, String>,
}

impl Plan {
    /// Resolves the template. A reference to what does not exist with these parameters is an error, as are parameters
    /// that the template does not have or allow, or that its rules refuse.
    pub fn of(template: &Template, stack: &str, parameters: &[(&str, &str)]) -> Result<Self> {
        let scope = Scope::new(template, stack, parameters)?;
        scope.check_rules()?;
        let mut resources = BTreeMap::new();
        for (id, resource) in template.resources().iter().filter(|(_, resource)| scope.exists(resource)) {
            let resolved = scope.value(resource).with_context(|| format!("{stack}: {id}"))?;
            resources.insert(format!("{stack}/{id}"), resolved.unwrap_or_default());
        }
        let mut outputs = BTreeMap::new();
        for (name, output) in template.0["Outputs"].as_object().into_iter().flatten() {
            if scope.exists(output) {
                let value =
                    scope.value(&output["Value"]).with_context(|| format!("{stack}: output {name}"))?;
                outputs.insert(name.clone(), text(&value.unwrap_or_default()));
            }
        }
        Ok(Self { stack: stack.to_owned(), resources, outputs })
    }
}

struct Scope<'a> {
    template: &'a Template,
    stack: &'a str,
    parameters: BTreeMap<String, String>,
}

impl<'a> Scope<'a> {
    fn new(template: &'a Template, stack: &'a str, given: &[(&str, &str)]) -> Result<Self> {
        let declared = template.0["Parameters"].as_object().context("a template has parameters")?;
        let mut parameters = BTreeMap::new();
        for (name, parameter) in declared {
            let value = given.iter().find(|(given, _)| given == name).map(|(_, value)| (*value).to_owned());
            let default = parameter.get("Default").map(text);
            let value = value.or(default).with_context(|| format!("{stack}: {name} is not given"))?;
            let allowed = parameter["AllowedValues"].as_array();
            let known = allowed.is_none_or(|allowed| allowed.iter().any(|one| text(one) == value));
            ensure!(known, "{stack}: {name} cannot be {value}");
            parameters.insert(name.clone(), value);
        }
        for (name, _) in given {
            ensure!(declared.contains_key(*name), "{stack}: there is no parameter {name}");
        }
        Ok(Self { template, stack, parameters })
    }

    fn check_rules(&self) -> Result<()> {
        for rule in self.template.0["Rules"].as_object().into_iter().flat_map(|rules| rules.values()) {
            if self.truth(&rule["RuleCondition"])? {
                for assertion in rule["Assertions"].as_array().into_iter().flatten() {
                    ensure!(self.truth(&assertion["Assert"])?, text(&assertion["AssertDescription"]));
                }
            }
        }
        Ok(())
    }

    fn exists(&self, resource: &Value) -> bool {
        resource["Condition"].as_str().is_none_or(|name| self.condition(name).expect("the condition exists"))
    }

    fn condition(&self, name: &str) -> Result<bool> {
        let condition = self.template.0["Conditions"].get(name);
        self.truth(condition.with_context(|| format!("there is no condition {name}"))?)
    }

    fn truth(&self, condition: &Value) -> Result<bool> {
        let (function, arguments) = call(condition).with_context(|| format!("no condition: {condition}"))?;
        let list = || arguments.as_array().context("a list of conditions");
        Ok(match function {
            "Condition" => self.condition(&text(arguments))?,
            "Fn::Equals" => self.value(&list()?[0])? == self.value(&list()?[1])?,
            "Fn::Not" => !self.truth(&list()?[0])?,
            "Fn::And" => {
                list()?.iter().map(|c| self.truth(c)).collect::<Result<Vec<_>>>()?.iter().all(|c| *c)
            }
            "Fn::Or" => list()?.iter().map(|c| self.truth(c)).collect::<Result<Vec<_>>>()?.iter().any(|c| *c),
            other => bail!("{other} is no condition"),
        })
    }

    /// The value, or nothing where it is `AWS::NoValue`.
    fn value(&self, value: &Value) -> Result<Option<Value>> {
        if let Some((function, arguments)) = call(value) {
            return self.call(function, arguments);
        }
        Ok(Some(match value {
            Value::Object(map) => {
                let mut resolved = Map::new();
                for (key, value) in map {
                    if let Some(value) = self.value(value)? {
                        resolved.insert(key.clone(), value);
                    }
                }
                Value::Object(resolved)
            }
            Value::Array(list) => {
                let values = list.iter().map(|item| self.value(item)).collect::<Result<Vec<_>>>()?;
                values.into_iter().flatten().collect()
            }
            other => other.clone(),
        }))
    }

    fn call(&self, function: &str, arguments: &Value) -> Result<Option<Value>> {
        let part = |n: usize| self.value(&arguments[n]).map(Option::unwrap_or_default);
        Ok(Some(match function {
            "Ref" => return self.reference(&text(arguments)),
            "Fn::GetAtt" => json!(self.attribute(&text(arguments))?),
            "Fn::Sub" => json!(self.substituted(arguments)?),
            "Fn::If" => {
                let branch = if self.condition(&text(&arguments[0]))? { 1 } else { 2 };
                return self.value(&arguments[branch]);
            }
            "Fn::Join" => {
                let (separator, items) = (text(&part(0)?), part(1)?);
                let items: Vec<_> = items.as_array().context("a list to join")?.iter().map(text).collect();
                json!(items.join(&separator))
            }
            "Fn::Split" => text(&part(1)?).split(&text(&part(0)?)).map(str::to_owned).collect(),
            "Fn::Select" => {
                let (index, items) = (text(&part(0)?).parse::<usize>()?, part(1)?);
                // What only AWS knows, such as the endpoint in `zone:endpoint`, stays what it is about.
                let items = items.as_array().cloned().unwrap_or_else(|| vec![items]);
                items.get(index).or_else(|| items.first()).cloned().context("nothing to select")?
            }
            "Fn::GetAZs" => json!(["zone-a", "zone-b"]),
            "Fn::Cidr" => {
                let (block, count) = (text(&part(0)?), text(&part(1)?).parse::<usize>()?);
                (0..count).map(|n| format!("{block}#{n}")).collect()
            }
            "Fn::Base64" => json!(text(&self.value(arguments)?.unwrap_or_default())),
            other => bail!("{other} is not known here"),
        }))
    }

    fn reference(&self, name: &str) -> Result<Option<Value>> {
        let pseudo = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::AccountId" => ACCOUNT,
            "AWS::Partition" => "aws",
            "AWS::Region" => crate::REGION,
            "AWS::StackName" => self.stack,
            "AWS::URLSuffix" => "amazonaws.com",
            _ => "",
        };
        if !pseudo.is_empty() {
            return Ok(Some(json!(pseudo)));
        }
        match self.parameters.get(name) {
            Some(value) if self.template.0["Parameters"][name]["Type"] == "CommaDelimitedList" => {
                Ok(Some(value.split(',').filter(|item| !item.is_empty()).map(str::to_owned).collect()))
            }
            Some(value) => Ok(Some(json!(value))),
            None => self.resource(name).map(|()| Some(json!(format!("{}/{name}", self.stack)))),
        }
    }

    fn resource(&self, id: &str) -> Result<()> {
        let resource = self.template.resources().get(id);
        let resource = resource.with_context(|| format!("{id} is neither parameter nor resource"))?;
        ensure!(self.exists(resource), "{id} does not exist with these parameters");
        Ok(())
    }

    fn attribute(&self, text: &str) -> Result<String> {
        self.resource(text.split('.').next().unwrap_or_default())?;
        Ok(format!("{}/{text}", self.stack))
    }

    fn substituted(&self, arguments: &Value) -> Result<String> {
        let (pattern, own) = match arguments {
            Value::Array(parts) => (text(&parts[0]), parts[1].clone()),
            one => (text(one), json!({})),
        };
        let mut parts = pattern.split("${");
        let mut result = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').context("a ${ without its }")?;
            let value = match (name.strip_prefix('!'), own.get(name)) {
                // `${!x}` is `${x}` for IAM, which knows it when somebody asks.
                (Some(variable), _) => Some(json!(format!("${{{variable}}}"))),
                (None, Some(value)) => self.value(value)?,
                (None, None) if name.contains('.') => Some(json!(self.attribute(name)?)),
                (None, None) => self.reference(name)?,
            };
            result += &text(&value.unwrap_or_default());
            result += rest;
        }
        Ok(result)
    }
}

/// The function and its arguments, where the value is a call of one.
fn call(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (name, arguments) = map.iter().next()?;
    let function =
        name == "Ref" || name.starts_with("Fn::") || (name == "Condition" && arguments.is_string());
    function.then_some((name.as_str(), arguments))
}

/// A scalar as text; an attribute given as a list is joined.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text).collect::<Vec<_>>().join("."),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        Template(json!({
            "Parameters": {
                "Size": {"Type": "String", "Default": "small", "AllowedValues": ["small", "large"]},
                "Ids": {"Type": "String", "Default": "a,b"},
            },
            "Rules": {"Large": {"RuleCondition": {"Fn::Equals": [{"Ref": "Size"}, "large"]},
                "Assertions": [{"Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Ids"}, "none"]}]},
                    "AssertDescription": "give Ids"}]}},
            "Conditions": {"IsLarge": {"Fn::Equals": [{"Ref": "Size"}, "large"]}},
            "Resources": {
                "Disk": {"Type": "Disk", "Condition": "IsLarge"},
                "Machine": {"Type": "Machine", "Properties": {
                    "Disk": {"Fn::If": ["IsLarge", {"Fn::GetAtt": "Disk.Id"}, {"Ref": "AWS::NoValue"}]},
                    "Second": {"Fn::Select": [1, {"Fn::Split": [",", {"Ref": "Ids"}]}]},
                    "Name": {"Fn::Sub": ["${Prefix}-${AWS::StackName}-${!aws:username}", {"Prefix": {"Ref": "Size"}}]},
                }},
            },
        }))
    }

    #[test]
    fn functions_are_carried_out() {
        let plan = Plan::of(&template(), "s", &[]).unwrap();
        assert_eq!(plan.resources.len(), 1);
        let expected = json!({"Second": "b", "Name": "small-s-${aws:username}"});
        assert_eq!(plan.resources["s/Machine"]["Properties"], expected);
        let plan = Plan::of(&template(), "s", &[("Size", "large")]).unwrap();
        assert_eq!(plan.resources["s/Machine"]["Properties"]["Disk"], "s/Disk.Id");
    }

    #[test]
    fn what_cannot_be_deployed_is_an_error() {
        let dangling = template().spoiled("/Resources/Machine/Properties/Disk", json!({"Ref": "Disk"}));
        for (template, parameters, problem) in [
            (&dangling, &[][..], "Disk does not exist with these parameters"),
            (&template(), &[("Size", "huge")], "Size cannot be huge"),
            (&template(), &[("Colour", "red")], "no parameter Colour"),
            (&template(), &[("Size", "large"), ("Ids", "none")], "give Ids"),
        ] {
            let error = format!("{:#}", Plan::of(template, "s", parameters).unwrap_err());
            assert!(error.contains(problem), "{error}");
        }
    }
}
