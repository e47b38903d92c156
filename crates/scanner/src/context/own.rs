//! The folders that are the package itself although they are called like those of tests or documentation.

use std::collections::HashSet;

use super::is_aside;

/// What a distribution calls its own.
pub(super) struct OwnFolders {
    /// Words of its name, in lower case.
    words: HashSet<String>,
    /// It is a wheel that installs no other package, or a source tree whose `src` holds none.
    is_alone_at_top: bool,
    is_alone_in_src: bool,
}

impl OwnFolders {
    /// `top` is the folder that all are in, `paths` are without it.
    pub(super) fn of(top: Option<&str>, paths: &[&str]) -> Self {
        let mut words = HashSet::new();
        let first_parts: HashSet<&str> = paths.iter().filter_map(|path| path.split('/').next()).collect();
        let in_src: HashSet<&str> =
            paths.iter().filter_map(|path| path.strip_prefix("src/")?.split('/').next()).collect();
        let wheel = |part: &str| part.ends_with(".dist-info");
        let meta = |part: &str| [".dist-info", ".egg-info", ".data"].iter().any(|end| part.ends_with(end));
        for name in first_parts.iter().chain(&in_src).filter(|part| meta(part)).copied().chain(top) {
            // All but the version, which ends the name; an egg has none.
            let name = [".dist-info", ".egg-info", ".data"]
                .iter()
                .fold(name, |name, end| name.trim_end_matches(end));
            let name: Vec<&str> = name.split('-').collect();
            let own = &name[..name.len().saturating_sub(1).max(1)];
            words.extend(own.iter().flat_map(|part| part.split(['_', '.'])).map(str::to_ascii_lowercase));
        }
        let others = |parts: &HashSet<&str>| parts.iter().any(|part| !meta(part) && !is_aside(part));
        let is_alone_at_top = first_parts.iter().any(|part| wheel(part)) && !others(&first_parts);
        Self { words, is_alone_at_top, is_alone_in_src: !in_src.is_empty() && !others(&in_src) }
    }

    /// How many bytes of a path to leave out where it is asked whether a file is put aside.
    pub(super) fn length(&self, path: &str) -> usize {
        let parts: Vec<&str> = path.splitn(4, '/').collect();
        let (at, is_alone) = match parts.as_slice() {
            ["src", _, _, ..] => (1, self.is_alone_in_src),
            [data, "purelib" | "platlib", _, _] if data.ends_with(".data") => (2, self.is_alone_at_top),
            [_, _, ..] => (0, self.is_alone_at_top),
            _ => return 0,
        };
        if is_aside(parts[at]) && (is_alone || self.words.contains(&parts[at].to_ascii_lowercase())) {
            parts[..=at].iter().map(|part| part.len() + 1).sum()
        } else {
            0
        }
    }
}
