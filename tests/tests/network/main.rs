//! Who reaches what: a walk over every route of the three stacks together, in one account and in three. Nothing is
//! deployed. Each rule is shown to fail on a template that breaks it, in the table of the second test.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

mod model;
mod rules;

use e2e::Plan;
use serde_json::Value;

use crate::{
    model::{MODES, Templates},
    rules::problems,
};

#[test]
fn network_is_as_promised_in_every_mode() {
    let templates = Templates::read();
    for mode in MODES {
        let problems = problems(&templates.deployed(mode), mode);
        assert!(problems.is_empty(), "{mode:?}: {problems:#?}");
    }
}

/// Each line of the table breaks one template in one place; the rule it breaks must say so, in the mode of that line.
#[test]
fn every_rule_fails_on_a_template_that_breaks_it() {
    type Case = (String, String, String, Value, String);
    let cases: Vec<Case> = serde_json::from_str(include_str!("spoiled.json")).unwrap();
    assert!(cases.len() > 30);
    for (stack, mode, pointer, value, problem) in cases {
        let mut templates = Templates::read();
        let mode = match mode.as_str() {
            "one" => MODES[0],
            "three" => MODES[1],
            "walled" => MODES[2],
            "walled-three" => MODES[3],
            "exit" => MODES[4],
            "closed" => MODES[5],
            "walled-exit" => MODES[8],
            other => panic!("no mode {other}"),
        };
        let spoiled = match stack.as_str() {
            "networking" => &mut templates.networking,
            "infosec" => &mut templates.infosec,
            _ => &mut templates.science,
        };
        *spoiled = spoiled.spoiled(&pointer, value);
        let found = problems(&templates.deployed(mode), mode);
        assert!(found.iter().any(|found| found.contains(&problem)), "{stack} {pointer}: {found:#?}");
    }
}

/// Whatever the parameters allow together can be deployed: no reference to what is not there.
#[test]
fn every_choice_of_parameters_hangs_together() {
    let templates = Templates::read();
    let mut plans = 0;
    let yes_no = ["true", "false"];
    for network in ["create", "given", "none"] {
        for (github, scanner) in [("door", "builtin"), ("exit", "builtin"), ("door", "codeguru")] {
            for (gateway, choice) in ["", "tgw-1"].into_iter().flat_map(|g| yes_no.map(|c| (g, c))) {
                let zones = if choice == "true" { ("1", "native") } else { ("2", "generic") };
                let parameters = [
                    ("Repository", "o/n"),
                    ("Network", network),
                    ("GitHubRoute", github),
                    ("Scanner", scanner),
                    ("CodeGuruBucket", "uploads"),
                    ("TransitGatewayId", gateway),
                    ("CreateCodeArtifact", choice),
                    ("FlowLogs", choice),
                    ("MetricMath", choice),
                    ("EndpointZones", zones.0),
                    ("Endpoints", zones.1),
                    ("S3PrefixList", "pl-1"),
                    ("SubnetIds", "subnet-1"),
                    ("ExitSubnetIds", "subnet-2"),
                    ("DoorEndpointId", "vpce-1"),
                    ("ReaderAccounts", if choice == "true" { "" } else { "222222222222" }),
                    ("ReaderOrganization", if choice == "true" { "" } else { "o-exampleorg1" }),
                ];
                Plan::of(&templates.infosec, "infosec", &parameters).unwrap();
                plans += 1;
            }
        }
    }
    for (studio, auth) in yes_no.into_iter().flat_map(|s| ["IAM", "SSO"].map(|a| (s, a))) {
        let parameters = [
            ("S3PrefixList", "pl-1"),
            ("Studio", studio),
            ("AuthMode", auth),
            ("FlowLogs", studio),
            ("IdentityCenterUser", "ada"),
        ];
        Plan::of(&templates.science, "science", &parameters).unwrap();
        plans += 1;
    }
    for mode in MODES {
        templates.deployed(mode);
        plans += 3;
    }
    println!("{plans} plans");
}

/// What is missing is said before anything is made.
#[test]
fn deployment_that_lacks_something_is_refused_with_a_sentence() {
    let templates = Templates::read();
    let infosec = |more: &[(&str, &str)]| {
        let parameters = [&[("Repository", "o/n")], more].concat();
        format!("{:#}", Plan::of(&templates.infosec, "infosec", &parameters).unwrap_err())
    };
    assert!(infosec(&[]).starts_with("fetch-repo needs a way out."));
    assert!(infosec(&[("TransitGatewayId", "tgw-1")]).starts_with("Give S3PrefixList"));
    let codeguru = [("TransitGatewayId", "tgw-1"), ("S3PrefixList", "pl-1"), ("Scanner", "codeguru")];
    assert!(infosec(&codeguru).starts_with("Give CodeGuruBucket"));
    assert!(infosec(&[("Network", "given")]).starts_with("Give SubnetIds"));
    let three = Plan::of(&templates.networking, "networking", &[("Mode", "three-accounts")]).unwrap_err();
    assert!(three.to_string().starts_with("Give InfoSecAccount"));
}
