use std::{
    cell::{Cell, OnceCell},
    collections::HashMap,
};

use super::{FileId, own::OwnFolders};
use crate::references::Name;

/// What may be left out at the end of a name: of a JavaScript module, and of a Python one.
const JAVASCRIPT: &[&str] = &[
    "",
    ".js",
    ".cjs",
    ".mjs",
    ".ts",
    ".node",
    "/index.js",
    "/index.cjs",
    "/index.mjs",
    "/index.ts",
    "/package.json",
];
const PYTHON: &[&str] = &[".py", "/__init__.py", ".pyc"];

/// Between an archive and its member.
const WITHIN: &str = "!/";

pub(super) fn is_nested(path: &str) -> bool {
    path.contains(WITHIN)
}

pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The paths of a package, without the one folder that all are in.
pub(super) struct Paths<'p> {
    canonical: Vec<&'p str>,
    ids: HashMap<&'p str, FileId>,
    /// By the last parts of their paths; for Python sources also without the end of the name.
    endings: OnceCell<HashMap<&'p str, Vec<FileId>>>,
    /// Names of folders that hold tests or documentation in other packages, and the package itself in this one.
    own: OwnFolders,
    compared: Cell<usize>,
    is_cut_at: Cell<Option<FileId>>,
}

/// Paths that are compared with names that have a `*`: each of those may be any file.
const MOST_COMPARED: usize = 20_000_000;

/// Parts of a path that it is found by without its folder.
const MOST_PARTS: usize = 6;

impl<'p> Paths<'p> {
    pub(super) fn of(paths: impl Iterator<Item = &'p str> + Clone) -> Self {
        let top = |path: &'p str| path.split_once('/').map(|(top, _)| top).filter(|top| !top.ends_with('!'));
        let mut tops = paths.clone().map(top);
        let first = tops.next().flatten();
        let is_single = first.is_some() && tops.all(|top| top == first);
        let strip = |path: &'p str| {
            if is_single { path.split_once('/').map_or(path, |(_, rest)| rest) } else { path }
        };
        let canonical: Vec<&str> = paths.map(strip).collect();
        let ids =
            canonical.iter().enumerate().filter(|(_, path)| !is_nested(path)).map(|(id, path)| (*path, id));
        let own = OwnFolders::of(first.filter(|_| is_single), &canonical);
        Self {
            ids: ids.collect(),
            endings: OnceCell::new(),
            own,
            canonical,
            compared: Cell::new(0),
            is_cut_at: Cell::new(None),
        }
    }

    /// A file whose names were not all compared, if there is one.
    pub(super) fn is_cut_at(&self) -> Option<FileId> {
        self.is_cut_at.get()
    }

    /// How much of a file's path names its package, and not what is kept there.
    pub(super) fn own(&self, file: FileId) -> usize {
        self.own.length(self.canonical[file])
    }

    pub(super) fn canonical(&self, file: FileId) -> &'p str {
        self.canonical[file]
    }

    /// The files that `name` may mean where `from` says it.
    pub(super) fn resolve(&self, from: FileId, name: &Name) -> Vec<FileId> {
        let path = self.canonical[from];
        if is_nested(path) {
            return Vec::new();
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut found = match name {
            Name::Path(text) if text.contains('*') => {
                self.compared.set(self.compared.get() + self.ids.len());
                if self.compared.get() > MOST_COMPARED {
                    self.is_cut_at.set(Some(from));
                    return Vec::new();
                }
                self.pattern(folder, text)
            }
            Name::Path(text) => self.path(folder, text),
            Name::Module(module) => self.module(folder, module),
        };
        found.retain(|id| *id != from);
        found
    }

    /// The files whose paths start and end as a name with a `*` does.
    fn pattern(&self, folder: &str, text: &str) -> Vec<FileId> {
        let text = text.replace('\\', "/");
        let (before, after) = text.split_once('*').unwrap_or((&text, ""));
        let before =
            join(folder, before).map(|place| if before.ends_with('/') { place + "/" } else { place });
        let before = before.unwrap_or_default();
        let before = before.trim_start_matches('/');
        let after = after.rsplit('*').next().unwrap_or_default();
        if before.is_empty() && after.is_empty() {
            return Vec::new();
        }
        let endings: Vec<String> = JAVASCRIPT.iter().map(|ending| format!("{after}{ending}")).collect();
        let ends = |rest: &str| endings.iter().any(|ending| rest.ends_with(ending.as_str()));
        let is_meant = |path: &str| path.strip_prefix(before).is_some_and(ends);
        self.ids.iter().filter(|(path, _)| is_meant(path)).map(|(_, id)| *id).collect()
    }

    fn path(&self, folder: &str, text: &str) -> Vec<FileId> {
        let text = text.replace('\\', "/");
        let near = join(folder, &text).map(|place| self.with(&place, JAVASCRIPT)).unwrap_or_default();
        match join("", &text) {
            // Programs run where the package is unpacked, not where the file is that starts them.
            Some(place) if near.is_empty() => self.with(&place, JAVASCRIPT),
            _ => near,
        }
    }

    /// The files that `name` may mean in any folder.
    pub(super) fn anywhere(&self, name: &str) -> &[FileId] {
        let endings = self.endings.get_or_init(|| {
            let mut endings = HashMap::<&str, Vec<FileId>>::new();
            for (path, id) in &self.ids {
                let mut starts: Vec<usize> =
                    path.rmatch_indices('/').map(|(at, _)| at + 1).take(MOST_PARTS).collect();
                if starts.len() < MOST_PARTS {
                    starts.push(0);
                }
                for start in starts {
                    endings.entry(&path[start..]).or_default().push(*id);
                }
            }
            endings
        });
        let last = name.rmatch_indices('/').nth(MOST_PARTS - 1).map_or(0, |(at, _)| at + 1);
        endings.get(&name[last..]).map_or(&[], Vec::as_slice)
    }

    /// A module, and the packages that are imported before it.
    fn module(&self, folder: &str, module: &str) -> Vec<FileId> {
        let name = module.trim_start_matches('.');
        let dots = module.len() - name.len();
        let parts: Vec<&str> =
            name.split([':', '.']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let bases: Vec<String> = match dots {
            0 => [folder, "", "src"].into_iter().map(str::to_owned).collect(),
            _ => join(folder, &"../".repeat(dots - 1)).into_iter().collect(),
        };
        let mut found = Vec::new();
        for base in bases {
            for length in 1..=parts.len().min(16) {
                if let Some(place) = join(&base, &parts[..length].join("/")) {
                    found.extend(self.with(&place, PYTHON));
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    fn with(&self, place: &str, endings: &[&str]) -> Vec<FileId> {
        let at = |ending: &&str| self.ids.get(format!("{place}{ending}").trim_start_matches('/')).copied();
        endings.iter().filter_map(at).collect()
    }
}

/// The paths below whichever folder that a module, and the packages above it, may have.
pub(super) fn module_endings(module: &str) -> Vec<String> {
    let name = module.trim_start_matches('.').split(':').next().unwrap_or_default();
    let parts: Vec<&str> = name.split('.').map(str::trim).filter(|part| !part.is_empty()).collect();
    let above = (1..=parts.len().min(16)).map(|length| parts[..length].join("/"));
    above.flat_map(|place| PYTHON.iter().map(move |ending| format!("{place}{ending}"))).collect()
}

/// The paths below whichever folder that a text may mean.
pub(super) fn path_endings(text: &str) -> Vec<String> {
    let place = join("", text.trim_start_matches("../").trim_start_matches("./")).unwrap_or_default();
    JAVASCRIPT.iter().filter(|_| !place.is_empty()).map(|ending| format!("{place}{ending}")).collect()
}

/// Joins a relative path to a folder; `None` where it leaves the package.
fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 7] = [
        "top-1.0/setup.py",
        "top-1.0/src/pkg/__init__.py",
        "top-1.0/src/pkg/sub/__init__.py",
        "top-1.0/src/pkg/sub/leaf.py",
        "top-1.0/lib/index.js",
        "top-1.0/lib/a.js",
        "top-1.0/in.zip!/setup.py",
    ];

    fn resolved(from: &str, name: Name) -> Vec<&'static str> {
        let paths = Paths::of(FILES.into_iter());
        let from = FILES.iter().position(|path| path.ends_with(from)).unwrap();
        paths.resolve(from, &name).into_iter().map(|id| paths.canonical(id)).collect()
    }

    #[test]
    fn a_module_is_found_with_the_packages_above_it() {
        let all = ["src/pkg/__init__.py", "src/pkg/sub/__init__.py", "src/pkg/sub/leaf.py"];
        assert_eq!(resolved("setup.py", Name::Module("pkg.sub.leaf:main".into())), all);
        assert_eq!(resolved("pkg/__init__.py", Name::Module(".sub.leaf".into())), all[1..]);
        assert_eq!(resolved("sub/leaf.py", Name::Module("..sub".into())), all[1..2]);
        assert_eq!(resolved("setup.py", Name::Module("....pkg".into())), [""; 0]);
    }

    #[test]
    fn a_path_is_found_beside_its_file_or_from_the_root() {
        assert_eq!(resolved("lib/a.js", Name::Path("./".into())), ["lib/index.js"]);
        assert_eq!(resolved("lib/a.js", Name::Path("../setup.py".into())), ["setup.py"]);
        assert_eq!(resolved("lib/a.js", Name::Path("lib\\index".into())), ["lib/index.js"]);
        assert_eq!(resolved("lib/a.js", Name::Path("../../setup.py".into())), [""; 0]);
        assert_eq!(resolved("lib/a.js", Name::Path("a".into())), [""; 0], "a file does not name itself");
    }

    #[test]
    fn names_with_patterns_cost_no_more_than_their_cap() {
        let files: Vec<String> = (0..10_000).map(|n| format!("lib/{n}.js")).collect();
        let paths = Paths::of(files.iter().map(String::as_str));
        let all = MOST_COMPARED / files.len();
        let found = |n: usize| paths.resolve(0, &Name::Path(format!("./9{}*", n % 10))).len();
        assert!((0..all).all(|n| found(n) > 0) && paths.is_cut_at().is_none());
        assert_eq!((found(1), paths.is_cut_at()), (0, Some(0)));
    }

    #[test]
    fn only_a_folder_that_all_are_in_is_stripped() {
        let paths = Paths::of(["a/x.py", "b/x.py"].into_iter());
        assert_eq!(paths.canonical(0), "a/x.py");
        let paths = Paths::of(["x.py", "a/x.py"].into_iter());
        assert_eq!(paths.canonical(1), "a/x.py");
    }
}
