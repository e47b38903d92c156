//! The parts of a notebook's JSON that hold code. Formats 3 (cells in worksheets, `input`) and 4.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};

/// More cells, outputs or lines of one list are none that somebody wrote.
const MOST: usize = 100_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Notebook {
    #[serde(deserialize_with = "few")]
    cells: Vec<Cell>,
    #[serde(deserialize_with = "few")]
    worksheets: Vec<Worksheet>,
    metadata: Option<Metadata>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Worksheet {
    #[serde(deserialize_with = "few")]
    cells: Vec<Cell>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    kernelspec: Option<Kernel>,
    language_info: Option<Kernel>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Kernel {
    name: Source,
    language: Source,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cell {
    cell_type: Source,
    source: Source,
    input: Source,
    #[serde(deserialize_with = "few")]
    outputs: Vec<Output>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Output {
    data: Option<Data>,
    /// Format 3.
    javascript: Source,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data {
    #[serde(rename = "application/javascript")]
    javascript: Source,
}

/// A text, or its lines.
#[derive(Debug, Default)]
struct Source(String);

impl Notebook {
    /// All cells, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().chain(self.worksheets.iter().flat_map(|sheet| &sheet.cells))
    }

    /// The language of its kernel. A kernel that nobody knows is the reader's own, which is Python.
    pub(super) fn language(&self) -> &'static str {
        let metadata = self.metadata.as_ref();
        let kernel = metadata.and_then(|metadata| metadata.kernelspec.as_ref());
        let info = metadata.and_then(|metadata| metadata.language_info.as_ref());
        let name = kernel.map_or("", |kernel| &kernel.name.0);
        if name.to_ascii_lowercase().contains("python") {
            return "python";
        }
        let language = kernel.map_or("", |kernel| &kernel.language.0);
        let names = [language, info.map_or("", |info| &info.name.0), name];
        let known = |name: &&str| match name.to_ascii_lowercase().as_str() {
            "javascript" | "js" | "node" | "deno" => Some("javascript"),
            "typescript" => Some("typescript"),
            "bash" | "sh" | "zsh" | "shell" => Some("shell"),
            "powershell" | "pwsh" => Some("powershell"),
            _ => None,
        };
        names.iter().find(|name| !name.is_empty()).and_then(known).unwrap_or("python")
    }
}

impl Cell {
    pub(super) fn is_code(&self) -> bool {
        !matches!(self.cell_type.0.as_str(), "markdown" | "raw" | "heading" | "html")
    }

    pub(super) fn source(&self) -> String {
        format!("{}{}", self.source.0, self.input.0)
    }

    /// Scripts that the browser runs when it shows what the cell put out.
    pub(super) fn scripts(&self) -> impl Iterator<Item = &str> {
        let all = self
            .outputs
            .iter()
            .flat_map(|output| [output.data.as_ref().map(|data| &data.javascript), Some(&output.javascript)]);
        all.flatten().map(|source| source.0.as_str()).filter(|script| !script.is_empty())
    }
}

/// A list with a bound on its length.
fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Few<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(item) = list.next_element()? {
                if all.len() == MOST {
                    return Err(A::Error::custom("a list is longer than is read"));
                }
                all.push(item);
            }
            Ok(all)
        }
    }
    from.deserialize_any(Few(PhantomData))
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Lines;
        impl<'de> Visitor<'de> for Lines {
            type Value = Source;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Source(text.to_owned()))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Source::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut lines: A) -> Result<Self::Value, A::Error> {
                let mut text = String::new();
                while let Some(line) = lines.next_element::<String>()? {
                    text.push_str(&line);
                }
                Ok(Source(text))
            }
        }
        from.deserialize_any(Lines)
    }
}
