use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::model::{INTERNET, Mode, Network};

/// Everything that is wrong with a deployment.
pub(crate) fn problems(network: &Network, mode: Mode) -> Vec<String> {
    let rules = [
        exits,
        firewall,
        ways_back,
        science,
        groups,
        endpoints,
        strangers,
        endpoint_policies,
        let_in,
        repository,
    ];
    rules.into_iter().flat_map(|rule| rule(network, mode)).collect()
}

/// Only `fetch-repo` reaches the NAT gateway, and so the internet, and `publish` where it pushes to GitHub; nobody where
/// the exit is closed.
fn exits(network: &Network, mode: Mode) -> Vec<String> {
    let expected: &[&str] = match (mode.exit, mode.github, mode.target) {
        ("closed", ..) => &[],
        (_, "exit", "github") => &["FetchRepo", "Notify", "ParseRequest", "Publish"],
        (_, "exit", _) => &["FetchRepo", "Notify", "ParseRequest"],
        (_, _, "github") => &["FetchRepo", "Publish"],
        _ => &["FetchRepo"],
    };
    let nat = network.functions_that_reach(|place| network.is(place, "AWS::EC2::NatGateway"));
    let internet = network.functions_that_reach(|place| place == INTERNET);
    let mut problems = vec![];
    for (what, reached) in [("the NAT gateway", nat), ("the internet", internet)] {
        if !reached.iter().eq(expected) {
            problems.push(format!("{what} is reached by {reached:?}, not by {expected:?}"));
        }
    }
    let public = network.all("AWS::EC2::NatGateway").map(|(_, nat)| nat["SubnetId"].as_str().unwrap());
    let public: BTreeSet<_> = public.collect();
    for (subnet, properties) in network.all("AWS::EC2::Subnet") {
        let direct = network.routes(subnet).iter().any(|r| network.target(subnet, r) == INTERNET);
        if direct && mode.exit == "open" && !public.contains(subnet) {
            problems.push(format!("{subnet} has the internet gateway, and no NAT gateway is in it"));
        }
        if properties["MapPublicIpOnLaunch"] != false {
            problems.push(format!("{subnet} gives public addresses"));
        }
    }
    problems
}

/// Where there is a firewall, nothing goes around it, and it knows the hosts that Airlock calls and no other.
fn firewall(network: &Network, mode: Mode) -> Vec<String> {
    if mode.firewall == "false" {
        return vec![];
    }
    let behind = network.functions_that_reach(|place| network.is(place, "AWS::NetworkFirewall::Firewall"));
    let out = network.functions_that_reach(|place| place == INTERNET);
    let mut problems = vec![];
    if behind != out || !network.routes("networking/ExitSubnetA").iter().all(|r| r["NatGatewayId"].is_null())
    {
        problems.push(format!("{out:?} reach the internet, {behind:?} by the firewall"));
    }
    let rules = network.named("networking/FirewallHosts");
    let list = &rules["RuleGroup"]["RulesSource"]["RulesSourceList"];
    let targets = list["Targets"].as_array().unwrap().iter();
    let known: BTreeSet<_> = targets.map(|host| host.as_str().unwrap().to_owned()).collect();
    let called = called_through(network, mode);
    if known != called || list["GeneratedRulesType"] != "ALLOWLIST" {
        problems.push(format!("the firewall lets through {known:?}, Airlock calls {called:?}"));
    }
    let policy = &network.named("networking/FirewallPolicy")["FirewallPolicy"];
    let drops = policy["StatefulDefaultActions"].as_array().unwrap().contains(&json!("aws:drop_established"));
    if !drops || policy["StatelessDefaultActions"] != json!(["aws:forward_to_sfe"]) {
        problems.push("the firewall lets through what it does not know".to_owned());
    }
    problems
}

/// The hosts that are called by the exit: those that packages come from, and, by the functions beside fetch-repo, GitHub's
/// API and every service of AWS that has no endpoint there.
fn called_through(network: &Network, mode: Mode) -> BTreeSet<String> {
    let fetch = network.named("infosec/FetchRepoFunction");
    let hosts = fetch["Environment"]["Variables"]["AIRLOCK_ALLOWED_HOSTS"].as_str().unwrap();
    let mut called: BTreeSet<_> = hosts.split(',').map(str::to_owned).collect();
    if mode.github == "exit" || mode.target == "github" {
        called.insert("api.github.com".to_owned());
    }
    for (_, vpc, role) in callers(network).into_iter().filter(|(_, vpc, _)| *vpc == "networking/") {
        let services = actions(role).into_iter().map(|(service, _)| service);
        let bare = services.filter(|service| network.endpoint(vpc, service).is_none());
        called.extend(bare.map(|service| format!("{service}.{}.amazonaws.com", e2e::REGION)));
    }
    called
}

/// What left comes back: to the spoke, and by the firewall where it left by it.
fn ways_back(network: &Network, mode: Mode) -> Vec<String> {
    if mode.exit == "closed" {
        return vec![];
    }
    let mut wanted = vec![];
    if mode.firewall == "true" {
        let exits = ["networking/ExitSubnetA.CidrBlock", "networking/ExitSubnetB.CidrBlock"];
        wanted.extend(exits.map(|cidr| ("networking/PublicSubnet", cidr, "VpcEndpointId")));
    }
    if mode.accounts == 3 && mode.firewall == "true" {
        wanted.push(("networking/PublicSubnet", "10.40.0.0/24", "VpcEndpointId"));
        wanted.push(("networking/FirewallSubnet", "10.40.0.0/24", "TransitGatewayId"));
    } else if mode.accounts == 3 {
        wanted.push(("networking/PublicSubnet", "10.40.0.0/24", "TransitGatewayId"));
    }
    let lacks = |(subnet, cidr, by): &(&str, &str, &str)| {
        let mut routes = network.routes(subnet).into_iter();
        !routes.any(|route| route["DestinationCidrBlock"] == *cidr && route[*by].is_string())
    };
    let mut problems: Vec<_> = wanted
        .into_iter()
        .filter(lacks)
        .map(|(subnet, cidr, by)| format!("{subnet} knows no way back to {cidr} by {by}"))
        .collect();
    if mode.accounts == 3 {
        let tables = network.all("AWS::EC2::TransitGatewayRoute");
        let back = tables.filter(|(_, route)| {
            route["DestinationCidrBlock"] == "10.40.0.0/24"
                && route["TransitGatewayRouteTableId"] == "networking/EgressRouteTable"
        });
        if back.count() != 1 {
            problems.push("the transit gateway knows no way back".to_owned());
        }
    }
    problems
}

/// No route from any Data Science subnet to the internet, nor to anything that could have one.
fn science(network: &Network, _: Mode) -> Vec<String> {
    let mut problems = vec![];
    let ours = |id: &str| id.starts_with("science/");
    for (subnet, _) in network.all("AWS::EC2::Subnet").filter(|(id, _)| ours(id)) {
        for route in network.routes(subnet) {
            problems.push(format!("{subnet} has a route: {route}"));
        }
        if network.reached(subnet).contains(INTERNET) {
            problems.push(format!("{subnet} reaches the internet"));
        }
    }
    for (id, resource) in network.0.iter().filter(|(id, _)| ours(id)) {
        let kind = resource["Type"].as_str().unwrap().trim_start_matches("AWS::EC2::");
        let leads_out = ["InternetGateway", "NatGateway", "EgressOnly", "TransitGateway", "Peering", "VPN"];
        if leads_out.iter().any(|word| kind.contains(word)) {
            problems.push(format!("{id} is a way out"));
        }
    }
    for (id, domain) in network.all("AWS::SageMaker::Domain") {
        let subnets = domain["SubnetIds"].as_array().unwrap();
        let within = subnets.iter().all(|subnet| ours(subnet.as_str().unwrap()));
        if domain["AppNetworkAccessType"] != "VpcOnly" || domain["VpcId"] != "science/Vpc" || !within {
            problems.push(format!("{id} has the internet that SageMaker gives"));
        }
    }
    problems
}

/// A security group opens nothing to everybody, and to the world only port 443 of who has the exit.
fn groups(network: &Network, _: Mode) -> Vec<String> {
    let mut problems = vec![];
    for (id, group) in network.all("AWS::EC2::SecurityGroup") {
        for rule in group["SecurityGroupIngress"].as_array().into_iter().flatten() {
            if rule["CidrIp"] == "0.0.0.0/0" {
                problems.push(format!("{id} lets everybody in"));
            }
        }
        let out = group["SecurityGroupEgress"].as_array();
        if out.is_none_or(Vec::is_empty) {
            problems.push(format!("{id} names nothing that goes out, so everything does"));
        }
        for rule in out.into_iter().flatten() {
            let world = rule["CidrIp"] == "0.0.0.0/0" || rule["CidrIpv6"].is_string();
            let https = rule["FromPort"] == 443 && rule["ToPort"] == 443 && rule["IpProtocol"] == "tcp";
            if world && !(https && id.ends_with("/ExitSecurityGroup")) {
                problems.push(format!("{id} lets out to the world: {rule}"));
            }
        }
    }
    for (id, function) in network.all("AWS::Serverless::Function") {
        let groups = function["VpcConfig"]["SecurityGroupIds"].to_string();
        let leaves = function["VpcConfig"]["SubnetIds"].to_string().contains("ExitSubnet");
        if groups.contains("ExitSecurityGroup") != leaves {
            problems.push(format!("{id} is in {groups}"));
        }
    }
    problems
}

/// Every service that a function or a notebook calls has its endpoint, and a notebook can call no API of a stranger.
fn endpoints(network: &Network, _: Mode) -> Vec<String> {
    let of = |stack: &str| -> BTreeSet<String> {
        let found = network.all("AWS::EC2::VPCEndpoint").filter(|(id, _)| id.starts_with(stack));
        let name = |properties: &Value| {
            let service = properties["ServiceName"].as_str().unwrap();
            service.split_once(e2e::REGION).unwrap().1.trim_start_matches('.').to_owned()
        };
        found.map(|(_, properties)| name(properties)).collect()
    };
    let mut problems = vec![];
    let infosec = "codeartifact.api codeartifact.repositories s3 secretsmanager sns states";
    let lacking: Vec<_> = infosec.split(' ').filter(|service| !of("infosec/").contains(*service)).collect();
    if !lacking.is_empty() {
        problems.push(format!("functions cannot reach {lacking:?}"));
    }
    let science = "codeartifact.api codeartifact.repositories logs monitoring s3 sagemaker.api sagemaker.runtime sts studio";
    if !of("science/").iter().map(String::as_str).eq(science.split(' ')) {
        problems.push(format!("notebooks reach {:?}, not {science}", of("science/")));
    }
    problems
}

/// No endpoint leads to what is a stranger's: not to a bucket by a name that anybody may take, nor to a private API.
fn strangers(network: &Network, _: Mode) -> Vec<String> {
    let mut problems = vec![];
    for (id, endpoint) in network.all("AWS::EC2::VPCEndpoint") {
        let service = endpoint["ServiceName"].as_str().unwrap();
        let (theirs, what): (fn(&Value) -> bool, _) = if endpoint["VpcEndpointType"] == "Gateway" {
            (anybodys_bucket, "buckets")
        } else if service.ends_with(".execute-api") {
            (anybodys_api, "private APIs")
        } else {
            continue;
        };
        let statements = endpoint["PolicyDocument"]["Statement"].as_array();
        if statements.is_none_or(|statements| statements.iter().any(theirs)) {
            problems.push(format!("{id} leads to everybody's {what}"));
        }
    }
    problems
}

/// A bucket's name says nothing of whose it is, unless it is whole.
fn anybodys_bucket(statement: &Value) -> bool {
    let name = |resource: &Value| {
        let named = resource.as_str().unwrap().rsplit(":::").next().unwrap();
        named.split('/').next().unwrap().to_owned()
    };
    let open = list(&statement["Resource"]).into_iter().any(|resource| name(resource).contains('*'));
    let owner = &statement["Condition"]["StringEquals"]["aws:ResourceAccount"];
    statement["Action"] == "*" || open && *owner != e2e::ACCOUNT
}

fn anybodys_api(statement: &Value) -> bool {
    let ours = format!("arn:aws:execute-api:{}:{}:", e2e::REGION, e2e::ACCOUNT);
    statement["Action"] == "*"
        || list(&statement["Resource"]).into_iter().any(|api| !api.as_str().unwrap().starts_with(&ours))
}

/// One or many.
fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

/// What the role of a function or of a notebook allows, the endpoint in its network lets through: the one without the other
/// fails on AWS and nowhere else.
fn endpoint_policies(network: &Network, mode: Mode) -> Vec<String> {
    let mut problems = vec![];
    for (id, vpc, role) in callers(network) {
        for (service, action) in actions(role) {
            let Some((endpoint, properties)) = network.endpoint(vpc, service) else { continue };
            let policy = &properties["PolicyDocument"];
            if !policy.is_null() && !policy.to_string().contains(&format!("\"{action}\"")) {
                problems.push(format!("{mode:?}: {endpoint} does not let {id} do {action}"));
            }
        }
    }
    problems
}

/// Who calls AWS: its name, the stack whose network it is in, its role.
fn callers(network: &Network) -> Vec<(&str, &str, &Value)> {
    let functions = network.all("AWS::Serverless::Function").map(|(id, function)| {
        let away = function["VpcConfig"]["SubnetIds"].to_string().contains("networking/");
        let vpc = if away { "networking/" } else { "infosec/" };
        (id, vpc, network.named(&id.replace("Function", "Role")))
    });
    let notebook = ("science/ExecutionRole", "science/", network.named("science/ExecutionRole"));
    functions.chain([notebook]).collect()
}

/// The endpoint of a service lets in the subnets of every function that calls it: private DNS sends the call there, whatever
/// other way the subnet has.
fn let_in(network: &Network, _: Mode) -> Vec<String> {
    let mut problems = BTreeSet::new();
    for (id, vpc, role) in callers(network) {
        let subnets = network.named(id)["VpcConfig"]["SubnetIds"].as_array();
        for (service, _) in actions(role) {
            let Some((endpoint, properties)) = network.endpoint(vpc, service) else { continue };
            for subnet in subnets.into_iter().flatten() {
                let addresses = network.named(subnet.as_str().unwrap())["CidrBlock"].as_str().unwrap();
                let knows = |from: &str| addresses == from || addresses.split('#').next() == Some(from);
                if properties["VpcEndpointType"] == "Interface" && !network.ingress(properties).any(knows) {
                    problems.insert(format!("{endpoint} does not let {id} in from {subnet}"));
                }
            }
        }
    }
    problems.into_iter().collect()
}

/// The actions of a role, each with the service whose endpoint it goes to; not those that are used through another service,
/// or by Lambda itself.
fn actions(role: &Value) -> Vec<(&str, &str)> {
    let statements = role["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap();
    let named = statements.iter().flat_map(|statement| list(&statement["Action"]));
    let split = named.map(|action| action.as_str().unwrap()).map(|action| {
        let service = match action.split(':').next().unwrap_or_default() {
            // CodeArtifact asks STS for the token of who logs in, on this endpoint's way.
            "sts" if action == "sts:GetServiceBearerToken" => "codeartifact.api",
            "codeartifact" => "codeartifact.api",
            service => service,
        };
        (service, action)
    });
    split.filter(|(service, _)| !["kms", "logs"].contains(service)).collect()
}

/// No external connection can be reached from the repository that notebooks read, and no upstream adds one later.
fn repository(network: &Network, mode: Mode) -> Vec<String> {
    if mode.target == "github" {
        let made =
            network.all("AWS::CodeArtifact::Repository").map(|(id, _)| format!("{id} is not published to"));
        return made.collect();
    }
    let named = |name: &Value| {
        let found = network.all("AWS::CodeArtifact::Repository");
        found.filter(|(_, r)| r["RepositoryName"] == *name).map(|(id, r)| (id.to_owned(), r)).next()
    };
    let mut problems = vec![];
    let mut open = vec![json!("approved")];
    let mut seen = 0;
    while let Some(name) = open.pop() {
        let Some((id, repository)) = named(&name) else {
            problems.push(format!("notebooks read {name}, which nobody can see into"));
            continue;
        };
        seen += 1;
        if repository["ExternalConnections"].as_array().is_some_and(|list| !list.is_empty()) {
            problems.push(format!("{id} is connected to {}", repository["ExternalConnections"]));
        }
        if seen < 10 {
            open.extend(repository["Upstreams"].as_array().into_iter().flatten().cloned());
        }
    }
    let blocks = network.all("AWS::CodeArtifact::PackageGroup").any(|(_, group)| {
        let restrictions = &group["OriginConfiguration"]["Restrictions"];
        let mode = |kind: &str| &restrictions[kind]["RestrictionMode"];
        group["Pattern"] == "/*"
            && mode("ExternalUpstream") == "BLOCK"
            && mode("InternalUpstream") == "BLOCK"
            && mode("Publish") == "ALLOW_SPECIFIC_REPOSITORIES"
    });
    if !blocks {
        problems.push("the root package group lets other origins in".to_owned());
    }
    problems
}
