use adapter_local::{FixedSecret, InProcess};
use domain::{Requester, Result, Secret};
use hmac::{Hmac, KeyInit, Mac};

use super::*;

const SECRET: &str = "a secret of the tests";
const AFTER: &str = "1481a2de7b2a7d02428ad93446ab166be7793fbb";
const ZERO: &str = "0000000000000000000000000000000000000000";

fn settings() -> Settings {
    let repository = "octo-org/requests".parse().unwrap();
    Settings { repository, r#ref: "refs/heads/main".into(), path: "public-package-request.csv".into() }
}

fn payload() -> Value {
    json!({
        "ref": "refs/heads/main", "before": "ab".repeat(20), "after": AFTER, "deleted": false,
        "repository": {"id": 42, "full_name": "Octo-Org/requests"},
        "pusher": {"name": "ana", "email": "ana@example.invalid"},
    })
}

fn request(event: &str, delivery: &str, body: &str) -> Request {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let headers =
        [("X-Hub-Signature-256", &*signature), ("X-GitHub-Event", event), ("X-GitHub-Delivery", delivery)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Request { headers, body: body.to_owned().into() }
}

async fn answer_with(settings: &Settings, request: Request) -> (Response, Vec<ExecutionInput>) {
    let runs = InProcess::new();
    let secret = FixedSecret::new(Secret::new(SECRET));
    let response = handle(request, &secret, &runs, settings).await;
    (response, runs.inputs())
}

async fn answer(request: Request) -> (Response, Vec<ExecutionInput>) {
    answer_with(&settings(), request).await
}

#[tokio::test]
async fn a_push_starts_an_execution() {
    let (response, inputs) = answer(request("push", "d-1", &payload().to_string())).await;
    assert_eq!(response.status, 202, "{response:?}");
    let name = ExecutionName::of_push(42, "refs/heads/main", &CommitId::parse(AFTER).unwrap());
    assert_eq!(response.body, json!({"execution": format!("local:{}", name.as_str()), "started": true}));
    let source = Source::Github {
        repository: "Octo-Org/requests".into(),
        r#ref: "refs/heads/main".into(),
        before: CommitId::parse(&"ab".repeat(20)).ok(),
        after: CommitId::parse(AFTER).unwrap(),
        path: "public-package-request.csv".into(),
        delivery: None,
    };
    let requested_by = Requester { name: "ana".into(), email: "ana@example.invalid".into() };
    assert_eq!(inputs, [ExecutionInput { source, requested_by }]);
}

/// Under the same id or another: the name is a digest of what was signed.
#[tokio::test]
async fn a_redelivery_starts_nothing_new() {
    let runs = InProcess::new();
    let (secret, settings) = (FixedSecret::new(Secret::new(SECRET)), settings());
    let mut started = 0;
    for delivery in 0..50 {
        let request = request("push", &format!("d-{}", delivery / 2), &payload().to_string());
        let response = handle(request, &secret, &runs, &settings).await;
        assert_eq!(response.status, 202);
        started += u32::from(response.body["started"] == true);
    }
    assert_eq!((started, runs.inputs().len()), (1, 1));
}

/// GitHub, an attacker who captured a delivery, and a retrying proxy, all at once.
#[test]
fn fifty_deliveries_at_once_start_one_execution() {
    let runs = InProcess::new();
    let gate = std::sync::Barrier::new(50);
    let deliver = |n: usize| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let delivery =
            if n.is_multiple_of(2) { "the-first-id".to_owned() } else { format!("another-id-{n}") };
        let request = request("push", &delivery, &payload().to_string());
        gate.wait();
        let secret = FixedSecret::new(Secret::new(SECRET));
        runtime.block_on(handle(request, &secret, &runs, &settings())).body
    };
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|n| scope.spawn(move || deliver(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(runs.inputs().len(), 1);
    assert_eq!(answers.iter().filter(|body| body["started"] == true).count(), 1);
    assert!(answers.iter().all(|body| body["execution"] == answers[0]["execution"]), "{answers:?}");
}

/// GitHub takes what is not answered within 10 s for failed.
#[tokio::test(start_paused = true)]
async fn answers_as_soon_as_the_execution_has_started() {
    struct Slow(InProcess);
    impl Executions for Slow {
        async fn start(&self, name: &ExecutionName, input: &ExecutionInput) -> Result<Started> {
            tokio::time::sleep(std::time::Duration::from_secs(3)).await;
            self.0.start(name, input).await
        }
    }
    let (before, slow) = (tokio::time::Instant::now(), Slow(InProcess::new()));
    let push = request("push", "d", &payload().to_string());
    assert_eq!(handle(push, &FixedSecret::new(Secret::new(SECRET)), &slow, &settings()).await.status, 202);
    assert_eq!((before.elapsed().as_secs(), slow.0.inputs().len()), (3, 1));
}

#[tokio::test]
async fn a_new_branch_has_no_before() {
    let mut payload = payload();
    payload["before"] = ZERO.into();
    let (_, inputs) = answer(request("push", "d", &payload.to_string())).await;
    assert!(matches!(inputs[0].source, Source::Github { before: None, .. }), "{inputs:?}");
}

#[tokio::test]
async fn what_is_of_no_interest_is_200_and_no_run() {
    let with = |pointer: &str, value: Value| {
        let mut changed = payload();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed.to_string()
    };
    let mut deleted = payload();
    (deleted["deleted"], deleted["after"]) = (true.into(), ZERO.into());
    for (event, body) in [
        ("ping", "{}".to_owned()),
        ("release", payload().to_string()),
        ("push", with("/ref", "refs/heads/other".into())),
        ("push", with("/ref", "refs/tags/main".into())),
        ("push", with("/ref", "main".into())),
        ("push", with("/ref", "refs/heads/main/x".into())),
        ("push", with("/ref", "refs/heads/Main".into())),
        ("push", with("/ref", "refs/pull/1/head".into())),
        ("push", with("/repository/full_name", "octo-org/other".into())),
        // a fork
        ("push", with("/repository/full_name", "mallory/requests".into())),
        ("push", deleted.to_string()),
    ] {
        let (response, inputs) = answer(request(event, "d", &body)).await;
        assert_eq!((response.status, inputs.len()), (200, 0), "{event} {body}: {response:?}");
    }
}

#[tokio::test]
async fn a_repository_by_number_is_told_by_number() {
    let by_id = |id: &str| Settings { repository: id.parse().unwrap(), ..settings() };
    let mut renamed = payload();
    renamed["repository"]["full_name"] = "new-org/renamed".into();
    let push = || request("push", "d", &renamed.to_string());
    assert_eq!(answer_with(&by_id("42"), push()).await.0.status, 202);
    assert_eq!(answer_with(&by_id("43"), push()).await.0.status, 200);
}

#[tokio::test]
async fn what_is_not_verified_or_not_readable_starts_nothing() {
    let body = payload().to_string();
    let good = || request("push", "d", &body);
    let secrets = |response: &Response| response.body.to_string().contains(&good().headers[0].1[7..]);
    let mut tampered = good();
    tampered.body = body.replace("main", "evil").into();
    let mut unsigned = good();
    unsigned.headers.remove(0);
    let mut twice = good();
    twice.headers.push(("x-hub-signature-256".into(), twice.headers[0].1.clone()));
    // API Gateway joins the values of one name.
    let mut joined = good();
    joined.headers[0].1 = format!("{0},{0}", joined.headers[0].1);
    let large = request("push", "d", &" ".repeat(adapter_github::MAX_BODY + 1));
    // Before the HMAC: neither its signature nor the lack of one is looked at.
    let mut large_unsigned = large.clone();
    large_unsigned.headers.clear();
    let no_json = request("push", "d", "payload=%7B%7D");
    let deep = request("push", "d", &format!("{{\"repository\":{}", "[".repeat(10_000)));
    let cut = request("push", "d", &body[..body.len() - 1]);
    // The body as API Gateway hands it over, with nobody having undone the base64.
    let mut encoded = good();
    encoded.body = "eyJyZWYiOiJyZWZzL2hlYWRzL21haW4ifQ==".into();
    for (request, status) in [
        (tampered, 401),
        (unsigned, 401),
        (twice, 401),
        (joined, 401),
        (encoded, 401),
        (large, 413),
        (large_unsigned, 413),
        (no_json, 400),
        (deep, 400),
        (cut, 400),
    ] {
        let (response, inputs) = answer(request).await;
        assert_eq!((response.status, inputs.len()), (status, 0), "{response:?}");
        assert!(!secrets(&response) && !response.body.to_string().contains(SECRET), "{response:?}");
    }
}

struct Failing(fn() -> Error);

impl SecretSource for Failing {
    async fn secret(&self) -> Result<Secret> {
        Err((self.0)())
    }
}

impl Executions for Failing {
    async fn start(&self, _: &ExecutionName, _: &ExecutionInput) -> Result<Started> {
        Err((self.0)())
    }
}

#[tokio::test]
async fn a_failure_behind_is_5xx_and_tells_nothing_of_it() {
    let cases: [(fn() -> Error, u16); 2] = [
        (|| Error::transient("arn:internal is throttled"), 503),
        (|| Error::rejected("arn:internal denies"), 500),
    ];
    let (secret, push) =
        (FixedSecret::new(Secret::new(SECRET)), || request("push", "d", &payload().to_string()));
    for (error, status) in cases {
        let at_start = handle(push(), &secret, &Failing(error), &settings()).await;
        let at_secret = handle(push(), &Failing(error), &InProcess::new(), &settings()).await;
        for response in [at_start, at_secret] {
            assert_eq!(response.status, status);
            assert!(!response.body.to_string().contains("arn:"), "{response:?}");
        }
    }
    let empty = FixedSecret::new(Secret::new(""));
    assert_eq!(handle(push(), &empty, &InProcess::new(), &settings()).await.status, 500);
}
