//! What is at rest is encrypted, what goes wrong rings, and no role is wider than its reason: read from the three
//! templates as they resolve. Each rule is shown to fail on a template that breaks it (`spoiled.json`).
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

mod alarms;
mod encryption;
mod readers;
mod roles;
mod studio;
mod updates;

use std::collections::BTreeMap;

use e2e::{Plan, Template};
use serde_json::Value;

const PATHS: [&str; 3] = ["template.yaml", "stacks/networking.yaml", "stacks/data-science.yaml"];

/// A stack with everything that it can have.
struct Stack {
    template: Template,
    resources: BTreeMap<String, Value>,
}

impl Stack {
    fn of(path: &str, template: Template) -> Self {
        let parameters: &[_] = match path {
            "template.yaml" => &[
                ("Repository", "o/n"),
                ("TransitGatewayId", "tgw-1"),
                ("S3PrefixList", "pl-1"),
                ("Scanner", "codeguru"),
                ("CodeGuruBucket", "uploads"),
                ("AlarmEmail", "ops@example.invalid"),
                ("NotifyEmail", "all@example.invalid"),
                ("ReaderAccounts", "222222222222"),
                ("ReaderOrganization", "o-exampleorg1"),
            ],
            "stacks/networking.yaml" => &[("Firewall", "true")],
            _ => &[("S3PrefixList", "pl-1")],
        };
        let resources = Plan::of(&template, "s", parameters).unwrap().resources;
        Self { template, resources }
    }

    fn all(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        let found = self.resources.iter().filter(move |(_, resource)| resource["Type"] == kind);
        found.map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }

    fn problems(&self, path: &str) -> Vec<String> {
        let rules = [
            encryption::problems,
            alarms::problems,
            roles::problems,
            readers::problems,
            studio::problems,
            updates::problems,
        ];
        let mut problems: Vec<_> = rules.into_iter().flat_map(|rule| rule(self)).collect();
        if path == "template.yaml" {
            problems.extend(alarms::missing(self));
        }
        problems
    }
}

/// One or many.
fn listed(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

#[test]
fn every_stack_is_as_hard_as_promised() {
    for path in PATHS {
        let stack = Stack::of(path, Template::read(path).unwrap());
        let problems = stack.problems(path);
        assert!(problems.is_empty(), "{path}: {problems:#?}");
    }
}

#[test]
fn every_rule_fails_on_a_template_that_breaks_it() {
    let cases: Vec<(String, String, Value, String)> =
        serde_json::from_str(include_str!("spoiled.json")).unwrap();
    assert!(cases.len() > 25);
    for (path, pointer, value, problem) in cases {
        let template = Template::read(&path).unwrap().spoiled(&pointer, value);
        let found = Stack::of(&path, template).problems(&path);
        assert!(found.iter().any(|found| found.contains(&problem)), "{path} {pointer}: {found:#?}");
    }
}

/// `Resource: "*"` stands in a role only with its reason in the line above the statement.
#[test]
fn every_star_has_its_reason_beside_it() {
    let mut stars = 0;
    for path in PATHS {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        let text = std::fs::read_to_string(file).unwrap();
        stars += roles::unexplained(&text).unwrap_or_else(|line| panic!("{path}:{line}: why everything?"));
    }
    assert!(stars >= 5, "{stars} are too few: is the text still read?");
    let bare = "          - Sid: A\n            Effect: Allow\n            Action: x:Y\n            Resource: \"*\"\n";
    assert_eq!(roles::unexplained(bare), Err(1));
    assert_eq!(roles::unexplained(&format!("          # X knows no resources.\n{bare}")), Ok(1));
}

/// What must outlive the stack does.
#[test]
fn what_must_outlive_the_stack_is_retained() {
    for (path, ids) in [
        ("template.yaml", "Key Bucket AccessLogBucket Domain ApprovedRepository EveryPackage"),
        ("stacks/networking.yaml", "Key Address"),
        ("stacks/data-science.yaml", "Key"),
    ] {
        let template = Template::read(path).unwrap();
        let kept = |policy| {
            let resources = template.resources().iter();
            resources
                .filter(move |(_, r)| r[policy] == "Retain")
                .map(|(id, _)| id.as_str())
                .collect::<Vec<_>>()
        };
        let mut expected: Vec<_> = ids.split(' ').collect();
        expected.sort_unstable();
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            let mut kept = kept(policy);
            kept.sort_unstable();
            assert_eq!(kept, expected, "{path} {policy}");
        }
    }
}

/// The dashboard is JSON, and every number of ours on it is written by a filter. One that is written with dimensions is
/// searched for, so that it is there whatever their values are.
#[test]
fn dashboard_shows_what_is_written() {
    let stack = Stack::of("template.yaml", Template::read("template.yaml").unwrap());
    let body = stack.resources["s/Dashboard"]["Properties"]["DashboardBody"].as_str().unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let widgets = body["widgets"].as_array().unwrap();
    let metrics = widgets.iter().flat_map(|widget| widget["properties"]["metrics"].as_array().unwrap());
    let metrics: Vec<_> = metrics.collect();
    assert!(widgets.len() > 7 && metrics.len() > 20, "{body:#}");
    let searched = |what: &str| {
        let expressions = metrics.iter().filter_map(|metric| metric[0]["expression"].as_str());
        expressions.filter(|expression| expression.contains(what)).count()
    };
    let mut written = 0;
    for (id, filter) in stack.all("AWS::Logs::MetricFilter") {
        let metric = &filter["MetricTransformations"][0];
        let (space, name) = (&metric["MetricNamespace"], metric["MetricName"].as_str().unwrap());
        let shown = if let Some(dimensions) = metric["Dimensions"].as_array() {
            let keys = dimensions.iter().map(|dimension| dimension["Key"].as_str().unwrap());
            let keys = keys.collect::<Vec<_>>().join(",");
            searched(&format!("SEARCH('{{{space},{keys}}} MetricName=\"{name}\"'"))
        } else {
            metrics.iter().filter(|metric| metric[0] == *space && metric[1] == name).count()
        };
        assert_eq!(shown, 1, "{id} writes {name}");
        written += 1;
    }
    let ours = metrics.iter().filter(|metric| metric[0].to_string().contains("Airlock/s")).count();
    assert_eq!((ours, written), (2, 2), "{body:#}");
}
