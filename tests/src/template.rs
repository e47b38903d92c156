use std::{fs, path::Path};

use anyhow::{Context as _, Result, anyhow};
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// A CloudFormation template with its short tags written out: `!Ref X` is `{"Ref": "X"}`, `!Sub s` is `{"Fn::Sub": s}`.
#[derive(Debug, Clone)]
pub struct Template(pub(crate) Value);

impl Template {
    /// Reads a template of this repository, as in `stacks/networking.yaml`.
    pub fn read(path: &str) -> Result<Self> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let documents = Yaml::load_from_str(&text).with_context(|| format!("{path} is no YAML"))?;
        Ok(Self(written_out(documents.first().with_context(|| format!("{path} is empty"))?)?))
    }

    /// The whole.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Its resources by logical id.
    pub fn resources(&self) -> &Map<String, Value> {
        self.0["Resources"].as_object().expect("a template has resources")
    }

    /// The template with the value at `pointer` replaced, or added; null takes it away. What does not change anything
    /// panics: a test that spoils nothing proves nothing.
    #[must_use]
    pub fn spoiled(&self, pointer: &str, value: Value) -> Self {
        let mut spoiled = self.clone();
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer starts with /");
        let place = spoiled.0.pointer_mut(parent).unwrap_or_else(|| panic!("there is no {parent}"));
        let key = key.replace("~1", "/");
        match (place, value) {
            (Value::Object(map), Value::Null) => drop(map.remove(&key)),
            (Value::Object(map), value) => drop(map.insert(key, value)),
            (Value::Array(list), value) if key == "-" => list.push(value),
            (Value::Array(list), value) => list[key.parse::<usize>().expect("an index")] = value,
            (other, _) => panic!("{parent} is {other}"),
        }
        assert_ne!(spoiled.0, self.0, "{pointer} was so already");
        spoiled
    }
}

fn written_out(yaml: &Yaml<'_>) -> Result<Value> {
    Ok(match yaml {
        Yaml::Tagged(tag, inner) => {
            let name = match tag.suffix.as_str() {
                bare @ ("Ref" | "Condition") => bare.to_owned(),
                function => format!("Fn::{function}"),
            };
            json!({ name: written_out(inner)? })
        }
        Yaml::Mapping(mapping) => {
            let entry = |(key, value): (&Yaml<'_>, &Yaml<'_>)| {
                let key = key.as_str().ok_or_else(|| anyhow!("the key {key:?} is no text"))?;
                Ok((key.to_owned(), written_out(value)?))
            };
            Value::Object(mapping.iter().map(entry).collect::<Result<_>>()?)
        }
        Yaml::Sequence(items) => items.iter().map(written_out).collect::<Result<_>>()?,
        Yaml::Value(Scalar::String(text)) => json!(text),
        Yaml::Value(Scalar::Integer(number)) => json!(number),
        Yaml::Value(Scalar::Boolean(truth)) => json!(truth),
        other => return Err(anyhow!("a template holds {other:?}, which cannot be read here")),
    })
}
