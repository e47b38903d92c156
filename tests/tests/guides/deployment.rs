use std::{collections::BTreeMap, fs, path::Path};

use domain::Sha256;
use e2e::{DATA_SCIENCE, INFOSEC, NETWORKING, Template, Venv, World};
use serde_json::{Value, json};

/// The profiles of the guide, each an account to the emulator, which takes a key of 12 digits for its account.
const PROFILES: [(&str, &str); 3] =
    [("networking", "111111111111"), ("infosec", "222222222222"), ("data-science", "333333333333")];
/// What the guide leaves open, and which output of a deployment is put there.
const OPEN: [(&str, &str); 4] = [
    ("subnet-…,subnet-…", "ExitSubnetIds"),
    ("sg-…", "ExitSecurityGroupId"),
    ("tgw-…", "TransitGatewayId"),
    ("tgw-attach-…", "ExitAttachmentId"),
];
/// What the emulator cannot make and no parameter spares it: the mode of three accounts is made of it.
const SPARED: [&str; 2] = ["AWS::EC2::TransitGateway", "AWS::RAM::ResourceShare"];

/// What the guide leaves open, as far as it has been printed by now.
#[derive(Default)]
pub(crate) struct Printed(BTreeMap<&'static str, String>);

impl Printed {
    /// Takes note of the outputs that `sam deploy` prints, and of the prefix list.
    pub(crate) fn note(&mut self, said: &str) {
        let mut output = "";
        for line in said.lines() {
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["Key", name] => output = name,
                ["Value", value] => {
                    let open = OPEN.iter().filter(|(_, name)| *name == output);
                    self.0.extend(open.map(|(open, _)| (*open, value.to_owned())));
                }
                [list] if list.starts_with("pl-") => drop(self.0.insert("pl-…", list.to_owned())),
                _ => {}
            }
        }
    }

    /// The text with what was printed in its place.
    pub(crate) fn fill_in(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (open, value)| text.replace(open, value))
    }
}

/// Lays ready what `sam` reads in a checkout: the templates, and the accounts. Gives what the tools in `bin/` go by.
pub(crate) fn lay_ready(world: &World, folder: &Path) -> Vec<(&'static str, String)> {
    for path in ["template.yaml", "stacks/networking.yaml"] {
        fs::write(folder.join(path), spared(path).value().to_string()).unwrap();
    }
    fs::create_dir(folder.join(".aws")).unwrap();
    let profile =
        |(name, account)| format!("[{name}]\naws_access_key_id = {account}\naws_secret_access_key = test\n");
    fs::write(folder.join(".aws/credentials"), PROFILES.map(profile).concat()).unwrap();
    environment(world, folder)
}

/// The template, where a parameter of SSM stands for what is [`SPARED`]: its name is an id as AWS gives it, its value all
/// that the resource refers to, so that a change there is one here.
fn spared(path: &str) -> Template {
    let template = Template::read(path).unwrap();
    let resources = template.resources().clone();
    let spare = resources.iter().filter_map(|(id, resource)| {
        let kind = resource["Type"].as_str().unwrap();
        SPARED.iter().any(|spared| kind.starts_with(spared)).then_some((id, kind, &resource["Properties"]))
    });
    spare.fold(template, |template, (id, kind, properties)| {
        let start = if kind.ends_with("Attachment") { "tgw-attach" } else { "tgw" };
        let name = format!("{start}-{:.17}", Sha256::of(id.as_bytes()).to_string());
        let value = json!({"Fn::Join": [" ", references(properties)]});
        let resource = format!("/Resources/{id}");
        template.spoiled(&format!("{resource}/Type"), json!("AWS::SSM::Parameter")).spoiled(
            &format!("{resource}/Properties"),
            json!({"Name": name, "Type": "String", "Value": value}),
        )
    })
}

/// Everything that a value refers to.
fn references(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(map) if map.keys().any(|key| key == "Ref" || key.starts_with("Fn::")) => {
            vec![value.clone()]
        }
        Value::Object(map) => map.values().flat_map(references).collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => vec![],
    }
}

fn environment(world: &World, folder: &Path) -> Vec<(&'static str, String)> {
    let given = |parameters: &[(&str, &str)]| {
        parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    // And nothing is fetched but from the stand-in.
    let origin = world.proxy.url();
    let here = [("AllowedHosts", "unreachable.example.invalid"), ("TrustedOrigins", origin.as_str())];
    let built = world.binaries();
    vec![
        ("DESK_AIRLOCK", built.program("airlock").unwrap().display().to_string()),
        ("DESK_AWS", world.aws.command().to_owned()),
        ("DESK_CARGO", std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())),
        ("DESK_FUNCTIONS", built.functions().display().to_string()),
        ("DESK_SAM", Venv::for_sam().unwrap().program("sam")),
        ("DESK_NETWORKING", given(&NETWORKING)),
        ("DESK_INFOSEC", given(&[&INFOSEC[..3], &here].concat())),
        ("DESK_DATA_SCIENCE", given(&DATA_SCIENCE[..2])),
        ("CARGO_TARGET_DIR", folder.join("target").display().to_string()),
        ("SAM_CLI_POLL_DELAY", "0.3".to_owned()),
        ("SAM_CLI_TELEMETRY", "0".to_owned()),
        // Nor does it find out whether there is a newer one.
        ("HTTPS_PROXY", "http://127.0.0.1:9".to_owned()),
    ]
}
