//! The private API by which `parse-request` and `notify` call GitHub, knocked at from outside.

use std::fs;

use e2e::{INFOSEC, Stack, Template, World, block_on};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{ids, world};

/// Ours once more, with the door.
const STACK: &str = "door";
/// What the two calls are, and what they are not. The emulator fills in no path of an API that it imports, so that GitHub is
/// asked for the names of its parts; that they are filled in is told by `every_part_of_a_path_is_handed_on`.
const CALLS: [(&str, &str); 2] =
    [("GET", "/repos/o/n/contents/requests/list.csv?ref={sha}"), ("POST", "/repos/o/n/statuses/abc")];
const OTHERS: [(&str, &str); 6] = [
    ("GET", "/repos/o/n"),
    ("GET", "/user"),
    ("DELETE", "/repos/o/n"),
    ("GET", "/"),
    ("PUT", "/repos/o/n/contents/requests/list.csv"),
    ("POST", "/repos/o/n/git/refs"),
];

fn call(world: &World, api: &str, (method, path): (&str, &str)) -> RequestBuilder {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client
        .request(method.parse().unwrap(), format!("{}/github{path}", world.emulator.url()))
        .header("host", format!("{api}.execute-api.localhost:{}", world.emulator.port()))
        .header("authorization", "Bearer github-token-of-the-tests")
        .header("accept", "application/vnd.github.raw+json")
        .header("user-agent", "airlock/tests")
}

#[test]
fn door_opens_to_its_endpoint_alone_and_to_two_calls() {
    let world = world();
    let (github, networking) = (world.github.url(), ids(&world, "networking", "AWS::EC2::Subnet").join(","));
    let own = [("Repository", "o/n"), ("GitHubApi", github.as_str()), ("ExitSubnetIds", &networking)];
    let zip = world.file("empty.zip");
    fs::write(&zip, b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    Stack::deploy_with_zip(&world.aws, &world.file(""), (STACK, &zip), &[&own[..], &INFOSEC].concat())
        .unwrap();
    let api = ids(&world, STACK, "AWS::ApiGateway::RestApi").remove(0);
    world.github.commit_as("{sha}", "{path}", "one,two\n");
    block_on(async {
        for (method, path) in CALLS {
            let refused = call(&world, &api, (method, path)).send().await.unwrap();
            let (status, said) = (refused.status().as_u16(), refused.text().await.unwrap());
            assert!(status == 403 && said.contains("execute-api:Invoke"), "{method} {path}: {status} {said}");
        }
    });
    let open = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"},
    ]});
    let patch = json!([{"op": "replace", "path": "/policy", "value": open.to_string()}]).to_string();
    let update = ["apigateway", "update-rest-api", "--rest-api-id", &api, "--patch-operations", &patch];
    world.aws.cli(&update).unwrap();
    let status = json!({"state": "success", "description": "all approved", "context": "airlock"});
    block_on(async {
        let answer = call(&world, &api, CALLS[0]).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "one,two\n"));
        let answer = call(&world, &api, CALLS[1]).body(status.to_string()).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 201, "{}", answer.text().await.unwrap());
        assert_eq!(world.github.statuses("{sha}"), [status]);
        for other in OTHERS {
            let answer = call(&world, &api, other).send().await.unwrap().status().as_u16();
            assert_eq!(answer, 403, "{other:?}");
        }
    });
    assert!(world.github.problems().is_empty(), "{:?}", world.github.problems());
    world.aws.cli(&["cloudformation", "delete-stack", "--stack-name", STACK]).unwrap();
}

#[test]
fn every_part_of_a_path_is_handed_on() {
    let template = Template::read("template.yaml").unwrap();
    let paths = template.resources()["Door"]["Properties"]["Body"]["paths"].as_object().unwrap().clone();
    assert_eq!(paths.len(), CALLS.len());
    for (path, methods) in paths {
        let (_, operation) = methods.as_object().unwrap().iter().next().unwrap();
        let integration = &operation["x-amazon-apigateway-integration"];
        let plain = path.replace("+}", "}");
        assert_eq!(integration["uri"]["Fn::Sub"], format!("${{GitHubApi}}{plain}"));
        let parts: Vec<_> = plain.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        let handed: Vec<_> = parts
            .iter()
            .map(|part| integration["requestParameters"][format!("integration.request.path.{part}")].clone())
            .collect();
        let asked: Vec<Value> =
            parts.iter().map(|part| json!(format!("method.request.path.{part}"))).collect();
        assert_eq!(handed, asked, "{path}");
        assert_eq!(integration["requestParameters"].as_object().unwrap().len(), parts.len(), "{path}");
    }
}
