use anyhow::{Context as _, Result, ensure};
use e2e::World;
use serde_json::{Value, json};

/// The state transitions of an execution and of its map's children, as Step Functions bills them: one for each state that
/// is entered. Nothing may have failed, because a retry is one more.
pub(crate) async fn transitions(world: &World, arn: &str) -> Result<f64> {
    let machine = json!({"stateMachineArn": world.stack.output("StateMachineArn")?});
    let machine = states(world, "DescribeStateMachine", machine).await?;
    let definition: Value =
        serde_json::from_str(machine["definition"].as_str().context("the state machine has no definition")?)?;
    let child = &definition["States"]["ForEachPackage"]["ItemProcessor"];
    for kind in [&machine["type"], &child["ProcessorConfig"]["ExecutionType"]] {
        ensure!(kind == "STANDARD", "an execution of type {kind} is not billed by transitions");
    }
    let entered = |event: &&Value| event["type"].as_str().is_some_and(|name| name.ends_with("StateEntered"));
    let own = events(world, arn).await?.iter().filter(entered).count();
    ensure!(own > 0, "{arn} has entered no state");

    let mut within = 0;
    for run in list(world, "ListMapRuns", "mapRuns", json!({"executionArn": arn})).await? {
        let input = json!({"mapRunArn": run["mapRunArn"]});
        for execution in list(world, "ListExecutions", "executions", input).await? {
            let arn = execution["executionArn"].as_str().context("a child has no ARN")?;
            within += transitions_of_child(world, arn, &child["States"]).await?;
        }
    }
    ensure!(within > 0, "no child of {arn} has run a task");
    Ok((own + within) as f64)
}

/// The emulator writes the tasks of a child into its history, and no other state: a Choice that follows a task is taken
/// from the definition.
async fn transitions_of_child(world: &World, arn: &str, states: &Value) -> Result<usize> {
    let history = events(world, arn).await?;
    let tasks = history.iter().filter_map(|event| event["taskScheduledEventDetails"]["resource"].as_str());
    let followed = tasks.map(|resource| {
        let mut all = states.as_object().into_iter().flat_map(|states| states.values());
        let task = all.find(|state| state["Resource"] == resource);
        let next = task.with_context(|| format!("no state runs {resource}"))?["Next"].as_str();
        let next = next.map_or("", |next| states[next]["Type"].as_str().unwrap_or_default());
        ensure!(next != "Wait", "a scan that is waited for is not counted");
        Ok(1 + usize::from(next == "Choice"))
    });
    followed.sum()
}

/// The events of an execution in which nothing failed.
async fn events(world: &World, arn: &str) -> Result<Vec<Value>> {
    let events = list(world, "GetExecutionHistory", "events", json!({"executionArn": arn})).await?;
    let mut names = events.iter().filter_map(|event| event["type"].as_str());
    let failed = names.find(|name| name.ends_with("Failed") || name.ends_with("TimedOut"));
    ensure!(failed.is_none(), "{arn} has {failed:?} in its history: another attempt would be counted too");
    Ok(events)
}

async fn list(world: &World, operation: &str, name: &str, mut input: Value) -> Result<Vec<Value>> {
    input["maxResults"] = json!(1000);
    let answer = states(world, operation, input).await?;
    ensure!(answer["nextToken"].is_null(), "{operation} has more than one page");
    Ok(answer[name].as_array().with_context(|| format!("{operation} gave no {name}"))?.clone())
}

async fn states(world: &World, operation: &str, input: Value) -> Result<Value> {
    world.aws.json("states", &format!("AWSStepFunctions.{operation}"), input).await
}
