use domain::{Document, RevocationInput};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

/// What `publish` is asked to do: the two Task states that it serves.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// `Publish`: one package's document.
    Publish(Box<Document>),
    /// `Revoke`: the execution's own input.
    Revoke(Box<RevocationInput>),
}

impl<'de> Deserialize<'de> for Order {
    /// A document with a `request` is a package's. Not `serde(untagged)`, whose errors do not say what is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value.get("request").is_some() {
            Document::deserialize(value).map(|d| Self::Publish(Box::new(d))).map_err(D::Error::custom)
        } else {
            RevocationInput::deserialize(value).map(|r| Self::Revoke(Box::new(r))).map_err(D::Error::custom)
        }
    }
}
