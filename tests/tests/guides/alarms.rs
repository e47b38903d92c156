use std::collections::BTreeSet;

use e2e::Template;

use crate::page::ROOT;

/// What a section says, in this order.
const SAYS: [&str; 3] = ["**Meaning.**", "**Look here.**", "**Do this.**"];

#[test]
fn every_alarm_has_its_section_and_every_section_its_alarm() {
    let text = std::fs::read_to_string(format!("{ROOT}/docs/operations.md")).unwrap();
    let (_, alarms) = text.split_once("\n## The alarms\n").unwrap();
    let (alarms, _) = alarms.split_once("\n## ").unwrap();
    let mut documented = BTreeSet::new();
    for section in alarms.split("\n### ").skip(1) {
        let (name, body) = section.split_once('\n').unwrap();
        let places: Vec<_> = SAYS.iter().map(|word| body.find(word)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{name} lacks one of {SAYS:?}");
        assert!(documented.insert(name.to_owned()), "{name} twice");
    }
    assert_eq!(documented, alarms_of_the_template());
}

/// The names of the template's alarms, without the stack's.
fn alarms_of_the_template() -> BTreeSet<String> {
    let template = Template::read("template.yaml").unwrap();
    let alarms =
        template.resources().values().filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm");
    let name = |alarm: &serde_json::Value| {
        let name = alarm["Properties"]["AlarmName"]["Fn::Sub"].as_str().unwrap();
        name.strip_prefix("${AWS::StackName}-").unwrap().to_owned()
    };
    alarms.map(name).collect()
}
