use std::collections::BTreeMap;

use domain::Sha256;
use e2e::Plan;

use crate::Stack;

/// A deployed stack takes another value of a parameter. CloudFormation makes what is new before it deletes what is old, so
/// two resources cannot take turns in one place; and what it can only replace needs another name.
pub(crate) fn problems(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    let mut places = BTreeMap::new();
    let routes = stack.template.resources().iter().filter(|(_, r)| r["Type"] == "AWS::EC2::Route");
    for (id, route) in routes {
        let route = &route["Properties"];
        let place = (route["RouteTableId"].to_string(), route["DestinationCidrBlock"].to_string());
        if let Some(other) = places.insert(place, id) {
            problems.push(format!("{id} cannot take the place of {other}"));
        }
    }
    problems.extend(lifecycles(stack));
    problems
}

/// SageMaker changes no lifecycle configuration. Its name has the digest of its text, and a revision, which goes with the
/// parameters that are in the text.
fn lifecycles(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    for (id, config) in stack.all("AWS::SageMaker::StudioLifecycleConfig") {
        let name = config["StudioLifecycleConfigName"].as_str().unwrap_or_default();
        let logical = id.trim_start_matches("s/");
        let text = "/Properties/StudioLifecycleConfigContent/Fn::Base64/Fn::Sub/0";
        let text = stack.template.resources()[logical].pointer(text).and_then(|text| text.as_str());
        let digest = Sha256::of(text.unwrap_or_default().as_bytes()).to_string();
        if !name.contains(&digest[..8]) {
            problems.push(format!("{id} is no longer {name}: its text's digest is {}", &digest[..8]));
        }
        for (parameter, declared) in stack.template.value()["Parameters"].as_object().into_iter().flatten() {
            let other = [("S3PrefixList", "pl-1"), (parameter.as_str(), "2")];
            // Where that is no value of this parameter, it is one of few, and the others are of no matter here.
            let Ok(plan) = Plan::of(&stack.template, "s", &other) else { continue };
            let changed = &plan.resources[id]["Properties"];
            let renamed = changed["StudioLifecycleConfigName"] != name;
            let told = declared["Description"].as_str().is_some_and(|text| text.contains("Revision"));
            if parameter == "Revision" && !renamed {
                problems.push(format!("{id} keeps its name in another revision"));
            }
            if changed["StudioLifecycleConfigContent"] != config["StudioLifecycleConfigContent"]
                && !renamed
                && !told
            {
                problems.push(format!("{parameter} changes {id} and says nothing of Revision"));
            }
        }
    }
    problems
}
