use domain::{CommitId, ExecutionInput, ExecutionName, Executions, Requester, Source, Written};

pub(super) async fn suite(executions: &impl Executions) {
    let commit = CommitId::parse(&"a".repeat(40)).unwrap();
    let name = |number| ExecutionName::of_push(number, "refs/heads/main", &commit);
    let input = |csv: &str| ExecutionInput {
        source: Source::Inline { csv: csv.to_owned() },
        requested_by: Requester::default(),
    };
    let first = executions.start(&name(1), &input("a,b")).await.unwrap();
    assert_eq!(first.written, Written::New);
    let again = executions.start(&name(1), &input("other")).await.unwrap();
    assert_eq!(
        (again.written, &again.execution),
        (Written::AlreadyThere, &first.execution),
        "a name starts once"
    );
    let other = executions.start(&name(2), &input("a,b")).await.unwrap();
    assert_eq!(other.written, Written::New);
    assert_ne!(other.execution, first.execution);
}
