use std::collections::{BTreeMap, BTreeSet};

use e2e::{Plan, Template};
use serde_json::Value;

pub(crate) const INTERNET: &str = "the internet";

/// The templates of one organisation.
#[derive(Clone)]
pub(crate) struct Templates {
    pub(crate) networking: Template,
    pub(crate) infosec: Template,
    pub(crate) science: Template,
}

/// How they are deployed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mode {
    pub(crate) accounts: u8,
    pub(crate) firewall: &'static str,
    pub(crate) github: &'static str,
    pub(crate) target: &'static str,
    pub(crate) exit: &'static str,
}

pub(crate) const MODES: [Mode; 9] = [
    Mode { accounts: 1, firewall: "false", github: "door", target: "codeartifact", exit: "open" },
    Mode { accounts: 3, firewall: "false", github: "door", target: "codeartifact", exit: "open" },
    Mode { accounts: 1, firewall: "true", github: "door", target: "codeartifact", exit: "open" },
    Mode { accounts: 3, firewall: "true", github: "door", target: "codeartifact", exit: "open" },
    Mode { accounts: 3, firewall: "false", github: "exit", target: "codeartifact", exit: "open" },
    Mode { accounts: 1, firewall: "false", github: "door", target: "codeartifact", exit: "closed" },
    Mode { accounts: 1, firewall: "false", github: "door", target: "github", exit: "open" },
    Mode { accounts: 3, firewall: "false", github: "exit", target: "github", exit: "open" },
    Mode { accounts: 1, firewall: "true", github: "exit", target: "codeartifact", exit: "open" },
];
/// What docs/deployment.md lets through a firewall besides, where there are functions beside fetch-repo in its network.
const BESIDE: &str = "api.github.com,secretsmanager.us-east-1.amazonaws.com,sns.us-east-1.amazonaws.com";

impl Templates {
    pub(crate) fn read() -> Self {
        let read = |path| Template::read(path).unwrap();
        Self {
            networking: read("stacks/networking.yaml"),
            infosec: read("template.yaml"),
            science: read("stacks/data-science.yaml"),
        }
    }

    /// The three stacks, the outputs of one given to the other as docs/deployment.md says.
    pub(crate) fn deployed(&self, mode: Mode) -> Network {
        let (exit, firewall) = (("Exit", mode.exit), ("Firewall", mode.firewall));
        let infosec = [
            ("Repository", "o/n"),
            ("S3PrefixList", "pl-1"),
            ("GitHubRoute", mode.github),
            ("Target", mode.target),
            ("PackagesOrganisation", "approved"),
        ];
        let (networking, infosec) = if mode.accounts == 1 {
            let own = text(&self.networking.value()["Parameters"]["AllowedHosts"]["Default"]);
            let hosts = if mode.github == "exit" { format!("{own},{BESIDE}") } else { own };
            let parameters = [exit, firewall, ("AllowedHosts", hosts.as_str())];
            let networking = plan(&self.networking, "networking", &parameters);
            let given = [
                ("ExitSubnetIds", networking.outputs["ExitSubnetIds"].as_str()),
                ("ExitSecurityGroupIds", &networking.outputs["ExitSecurityGroupId"]),
            ];
            let infosec = plan(&self.infosec, "infosec", &[&infosec[..], &given].concat());
            (networking, infosec)
        } else {
            let common = [exit, firewall, ("Mode", "three-accounts"), ("InfoSecAccount", "222222222222")];
            let first = plan(&self.networking, "networking", &common);
            let given = [("TransitGatewayId", first.outputs["TransitGatewayId"].as_str())];
            let infosec = plan(&self.infosec, "infosec", &[&infosec[..], &given].concat());
            let attachment = [("SpokeAttachmentId", infosec.outputs["ExitAttachmentId"].as_str())];
            (plan(&self.networking, "networking", &[&common[..], &attachment].concat()), infosec)
        };
        let science = plan(&self.science, "science", &[("S3PrefixList", "pl-1")]);
        Network([networking, infosec, science].into_iter().flat_map(|plan| plan.resources).collect())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn plan(template: &Template, stack: &str, parameters: &[(&str, &str)]) -> Plan {
    Plan::of(template, stack, parameters).unwrap()
}

/// Every resource of the three stacks.
pub(crate) struct Network(pub(crate) BTreeMap<String, Value>);

impl Network {
    pub(crate) fn all(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().filter(move |(_, r)| r["Type"] == kind).map(|(id, r)| (id.as_str(), &r["Properties"]))
    }

    pub(crate) fn named(&self, id: &str) -> &Value {
        let id = id.rsplit_once('/').map_or(id, |(stack, name)| {
            let length = stack.len() + 1 + name.find('.').unwrap_or(name.len());
            &id[..length]
        });
        &self.0.get(id).unwrap_or_else(|| panic!("there is no {id}"))["Properties"]
    }

    /// The routes of the tables that a subnet is associated with.
    pub(crate) fn routes(&self, subnet: &str) -> Vec<&Value> {
        let tables: BTreeSet<_> = self
            .all("AWS::EC2::SubnetRouteTableAssociation")
            .filter(|(_, association)| association["SubnetId"] == subnet)
            .map(|(_, association)| association["RouteTableId"].clone())
            .map(|table| table.to_string())
            .collect();
        self.all("AWS::EC2::Route")
            .filter(|(_, route)| tables.contains(&route["RouteTableId"].to_string()))
            .map(|(_, route)| route)
            .collect()
    }

    /// Everything that a packet from this subnet to anywhere may come by.
    pub(crate) fn reached(&self, subnet: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut open = vec![subnet.to_owned()];
        while let Some(place) = open.pop() {
            if seen.insert(place.clone()) {
                open.extend(self.next(&place));
            }
        }
        seen
    }

    /// Where a packet that is at a place goes next.
    fn next(&self, place: &str) -> Vec<String> {
        if place == INTERNET || place.starts_with("back ") {
            return vec![];
        }
        if let Some((gateway, vpc)) = place.strip_prefix("transit ").and_then(|p| p.split_once(" from ")) {
            return self.through(gateway, vpc);
        }
        let kind = &self.0[place]["Type"];
        match kind.as_str().unwrap() {
            "AWS::EC2::Subnet" => self.routes(place).into_iter().map(|r| self.target(place, r)).collect(),
            "AWS::EC2::NatGateway" => vec![text(&self.named(place)["SubnetId"])],
            "AWS::NetworkFirewall::Firewall" => {
                let subnets = self.named(place)["SubnetMappings"].as_array().unwrap();
                subnets.iter().map(|mapping| text(&mapping["SubnetId"])).collect()
            }
            other => panic!("a packet is at {place}, a {other}"),
        }
    }

    pub(crate) fn target(&self, subnet: &str, route: &Value) -> String {
        let text = |key: &str| route[key].as_str();
        if text("DestinationCidrBlock") != Some("0.0.0.0/0") {
            return format!("back {}", route["DestinationCidrBlock"]);
        }
        if let Some(nat) = text("NatGatewayId") {
            return nat.to_owned();
        }
        if let Some(endpoint) = text("VpcEndpointId") {
            return endpoint.split('.').next().unwrap().to_owned();
        }
        if let Some(gateway) = text("TransitGatewayId") {
            return format!("transit {gateway} from {}", self.named(subnet)["VpcId"].as_str().unwrap());
        }
        // An internet gateway, or whatever else there will be: out.
        INTERNET.to_owned()
    }

    /// Where a transit gateway takes what comes from a VPC: what the route table says that its attachment has.
    fn through(&self, gateway: &str, vpc: &str) -> Vec<String> {
        let defaults = self.named(gateway)["DefaultRouteTableAssociation"] != "disable";
        let attachments = |key: &'static str, value: &str| {
            let found = self.all("AWS::EC2::TransitGatewayAttachment");
            let value = value.to_owned();
            found.filter(move |(_, a)| a[key] == value.as_str()).map(|(id, _)| id).collect::<Vec<_>>()
        };
        let mut ends = vec![];
        for attachment in attachments("VpcId", vpc) {
            let tables = self.all("AWS::EC2::TransitGatewayRouteTableAssociation");
            let tables = tables.filter(|(_, a)| a["TransitGatewayAttachmentId"] == attachment);
            for (_, association) in tables {
                let routes = self.all("AWS::EC2::TransitGatewayRoute").filter(|(_, route)| {
                    route["TransitGatewayRouteTableId"] == association["TransitGatewayRouteTableId"]
                });
                ends.extend(routes.map(|(_, route)| route["TransitGatewayAttachmentId"].as_str().unwrap()));
            }
        }
        if defaults {
            ends.extend(attachments("TransitGatewayId", gateway));
        }
        let subnets = ends.into_iter().flat_map(|end| self.named(end)["SubnetIds"].as_array().unwrap());
        subnets.map(|subnet| subnet.as_str().unwrap().to_owned()).collect()
    }

    /// The names of the functions whose subnets reach a kind of resource.
    pub(crate) fn functions_that_reach(&self, wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (id, function) in self.all("AWS::Serverless::Function") {
            let subnets = function["VpcConfig"]["SubnetIds"].as_array();
            // In no VPC a function has the internet.
            let reaches = subnets.is_none_or(|subnets| {
                subnets.is_empty()
                    || subnets.iter().any(|s| self.reached(s.as_str().unwrap()).iter().any(|p| wanted(p)))
            });
            if reaches {
                found.insert(id.trim_start_matches("infosec/").trim_end_matches("Function").to_owned());
            }
        }
        found
    }

    /// The endpoint of a service in a stack's network, where it has one.
    pub(crate) fn endpoint(&self, stack: &str, service: &str) -> Option<(&str, &Value)> {
        let name = format!("{}.{service}", e2e::REGION);
        let mut found = self.all("AWS::EC2::VPCEndpoint").filter(|(id, _)| id.starts_with(stack));
        found.find(|(_, endpoint)| endpoint["ServiceName"].as_str().unwrap().ends_with(&name))
    }

    /// The addresses that an endpoint's groups let in.
    pub(crate) fn ingress(&self, endpoint: &Value) -> impl Iterator<Item = &str> {
        let groups = endpoint["SecurityGroupIds"].as_array().into_iter().flatten();
        let groups = groups.map(|group| &self.named(group.as_str().unwrap())["SecurityGroupIngress"]);
        groups.flat_map(|rules| rules.as_array().into_iter().flatten()).filter_map(|r| r["CidrIp"].as_str())
    }

    pub(crate) fn is(&self, place: &str, kind: &str) -> bool {
        self.0.get(place).is_some_and(|resource| resource["Type"] == kind)
    }
}
