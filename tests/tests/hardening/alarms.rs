use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Stack, listed};

const TOPIC: &str = "s/AlarmTopic";
/// What must ring, by the metric that it goes by.
const WATCHED: [(&str, &str); 8] = [
    ("AWS/States", "ExecutionsFailed"),
    ("AWS/States", "ExecutionsStarted"),
    ("AWS/Lambda", "Errors"),
    ("AWS/Lambda", "Throttles"),
    ("AWS/SNS", "NumberOfNotificationsFailed"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    ("AWS/ApiGateway", "5xx"),
    ("Airlock/s", "Unauthorized"),
];

/// Every alarm goes to the operations topic, and watches something that there is.
pub(crate) fn problems(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    for (id, alarm) in stack.all("AWS::CloudWatch::Alarm") {
        let rings = listed(&alarm["AlarmActions"]).iter().any(|action| **action == TOPIC);
        if !rings || alarm["ActionsEnabled"] == false {
            problems.push(format!("{id} rings nowhere"));
        }
        if alarm["AlarmDescription"].as_str().is_none_or(|text| text.len() < 40) {
            problems.push(format!("{id} does not say what to do"));
        }
        let metrics = metrics(alarm);
        if metrics.is_empty() {
            problems.push(format!("{id} watches nothing"));
        }
        if counts_from_the_middle(alarm) {
            problems.push(format!("{id} counts less than there is"));
        }
        for metric in metrics {
            problems.extend(unfounded(stack, metric).map(|what| format!("{id} watches {what}")));
        }
    }
    if stack.resources.contains_key(TOPIC) {
        problems.extend(silent(stack));
    }
    problems
}

/// The alarm's metrics, whether it has one or calculates with many.
fn metrics(alarm: &Value) -> Vec<&Value> {
    let many =
        alarm["Metrics"].as_array().into_iter().flatten().filter_map(|m| m["MetricStat"].get("Metric"));
    many.chain(alarm["MetricName"].is_string().then_some(alarm)).collect()
}

/// Whether the alarm goes by a running sum as it is: that begins with nothing, wherever CloudWatch begins to read, so what was
/// open before and ended since is counted as one less. Its lowest point has to be taken off.
fn counts_from_the_middle(alarm: &Value) -> bool {
    let queries = alarm["Metrics"].as_array().into_iter().flatten();
    let sums = queries.filter(|m| m["Expression"].as_str().is_some_and(|e| e.contains("RUNNING_SUM")));
    let mut sums = sums.map(|sum| (sum["Id"].as_str().unwrap_or_default(), &sum["ReturnData"]));
    sums.any(|(sum, returned)| {
        let above = format!("{sum} - MIN({sum})");
        *returned != false || !listed(&alarm["Metrics"]).iter().any(|m| m["Expression"] == above.as_str())
    })
}

/// What is wrong with a metric: a dimension that is no resource of the stack, or a name that no filter writes.
fn unfounded(stack: &Stack, metric: &Value) -> Option<String> {
    let namespace = metric["Namespace"].as_str().unwrap_or_default();
    if !namespace.starts_with("AWS/") {
        let written = stack.all("AWS::Logs::MetricFilter").any(|(_, filter)| {
            let group = filter["LogGroupName"].as_str().unwrap_or_default();
            let ours =
                |t: &Value| t["MetricNamespace"] == namespace && t["MetricName"] == metric["MetricName"];
            stack.resources.contains_key(group)
                && listed(&filter["MetricTransformations"]).into_iter().any(ours)
        });
        return (!written).then(|| format!("{}, which no filter writes", metric["MetricName"]));
    }
    let dimensions = metric["Dimensions"].as_array();
    let known = |dimension: &Value| {
        let value = dimension["Value"].as_str().unwrap_or_default();
        stack.resources.contains_key(value.split('.').next().unwrap_or_default())
    };
    let founded = dimensions.is_some_and(|list| !list.is_empty() && list.iter().all(known));
    (!founded).then(|| format!("{} of what this stack does not have", metric["MetricName"]))
}

/// Why an alarm would reach the topic and nobody behind it.
fn silent(stack: &Stack) -> Vec<String> {
    let mut problems = vec![];
    let lets = |policy: &Value, action: &str| {
        listed(&policy["Statement"]).iter().any(|s| {
            let services = listed(&s["Principal"]["Service"]);
            let named = services.iter().any(|service| **service == "cloudwatch.amazonaws.com");
            s["Effect"] == "Allow" && named && s["Action"].to_string().contains(action)
        })
    };
    if !lets(&stack.resources["s/Key"]["Properties"]["KeyPolicy"], "kms:GenerateDataKey") {
        problems.push("CloudWatch may not use the key of the operations topic".to_owned());
    }
    let mut policies =
        stack.all("AWS::SNS::TopicPolicy").filter(|(_, p)| listed(&p["Topics"]).iter().any(|t| **t == TOPIC));
    if !policies.any(|(_, policy)| lets(&policy["PolicyDocument"], "sns:Publish")) {
        problems.push("CloudWatch may not publish to the operations topic".to_owned());
    }
    for (id, subscription) in stack.all("AWS::SNS::Subscription") {
        if !subscription["RedrivePolicy"]["deadLetterTargetArn"].is_string() {
            problems.push(format!("{id} loses what it cannot deliver"));
        }
    }
    if !stack.all("AWS::SNS::Subscription").any(|(_, s)| s["TopicArn"] == TOPIC) {
        problems.push("nobody can hear the operations topic".to_owned());
    }
    problems
}

/// The alarms that the pipeline must have and has not.
pub(crate) fn missing(stack: &Stack) -> Vec<String> {
    let watched: BTreeSet<_> = stack
        .all("AWS::CloudWatch::Alarm")
        // The first is what an alarm that calculates is about.
        .filter_map(|(_, alarm)| metrics(alarm).first().copied())
        .filter_map(|metric| Some((metric["Namespace"].as_str()?, metric["MetricName"].as_str()?)))
        .collect();
    let unwatched = WATCHED.iter().filter(|metric| !watched.contains(*metric));
    unwatched.map(|(namespace, name)| format!("nothing watches {name} of {namespace}")).collect()
}
