use std::{fs, path::PathBuf};

pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A page of the documentation, with what is fenced in it.
pub(crate) struct Page {
    /// Its path, as in `docs/operations.md`.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

impl Page {
    /// The README and every page of `docs/`, decisions aside.
    pub(crate) fn all() -> Vec<Self> {
        let docs = fs::read_dir(format!("{ROOT}/docs")).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<PathBuf> =
            docs.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
        paths.push(format!("{ROOT}/README.md").into());
        paths.sort();
        let page = |path: &PathBuf| {
            let folder = if path.ends_with("README.md") { "" } else { "docs/" };
            let name = format!("{folder}{}", path.file_name().unwrap().to_str().unwrap());
            Self { name, text: fs::read_to_string(path).unwrap() }
        };
        paths.iter().map(page).collect()
    }

    /// What stands between a line of three backquotes with this word and the next fence.
    pub(crate) fn fenced(&self, word: &str) -> Vec<&str> {
        let start = format!("```{word}\n");
        let mut blocks = vec![];
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once(&start) {
            assert!(before.is_empty() || before.ends_with('\n'), "{}: a fence within a line", self.name);
            let (block, after) = after.split_once("\n```").unwrap_or_else(|| panic!("{}: no end", self.name));
            blocks.push(block);
            rest = after;
        }
        blocks
    }

    /// What stands between two backquotes within a line, outside of fences.
    pub(crate) fn inline(&self) -> Vec<&str> {
        let text = self.text.split("```").step_by(2);
        text.flat_map(str::lines).flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
    }
}
