//! When each file of a package runs. It is known only once the whole archive was read: the order of its members is
//! the package's choice.

mod manifest;
mod paths;

use std::collections::HashSet;

use crate::{behaviour::Behaviours, references::Name};
use manifest::Root;
pub(crate) use manifest::Unparsed;
use paths::Paths;

/// When a file runs, the earliest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Context {
    /// `setup.py`, build back-ends and hooks, life-cycle scripts of npm, and what they run or import.
    Install,
    /// `.pth`, `sitecustomize`, `usercustomize`, and what they import.
    StartUp,
    /// `__init__.py`, `main`, `exports`, commands and plug-ins, and what these import directly.
    Import,
    /// Other code.
    Run,
    /// Tests.
    Test,
    /// Documentation and examples.
    Docs,
    /// Everything else.
    Data,
}

impl Context {
    /// The end of a finding's message; `None` where it says nothing.
    pub(crate) fn when(self) -> Option<&'static str> {
        match self {
            Self::Install => Some("It runs when the package is installed."),
            Self::StartUp => Some("It runs whenever the interpreter starts."),
            Self::Import => Some("It runs as soon as the package is imported or its command is started."),
            Self::Test => Some("It belongs to the tests, which do not run by themselves."),
            Self::Docs => {
                Some("It belongs to the documentation or examples, which do not run by themselves.")
            }
            Self::Run | Self::Data => None,
        }
    }
}

/// One file, by its place in the order of the archive.
pub(crate) type FileId = usize;

/// A name in a file, and the behaviours within a few lines of it.
pub(crate) struct Named {
    pub(crate) name: Name,
    pub(crate) beside: Behaviours,
}

struct File {
    path: String,
    language: &'static str,
    names: Vec<Named>,
}

/// The files of an archive as they come.
#[derive(Default)]
pub(crate) struct Layout {
    files: Vec<File>,
    roots: Vec<(FileId, Root)>,
    unasked_names: usize,
    other_names: usize,
}

/// Names kept of all files. The largest of the popular packages has some 30,000.
const MOST_NAMES: usize = 200_000;

/// When a file runs, and when it is run or loaded by a file that names it next to code that does so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) context: Context,
    pub(crate) used: Option<Context>,
}

impl Layout {
    pub(crate) fn add(&mut self, path: &str, language: &'static str) -> FileId {
        self.files.push(File { path: path.to_owned(), language, names: Vec::new() });
        self.files.len() - 1
    }

    /// Reads what the file says about when others run, if it is one that does.
    pub(crate) fn read_manifest(&mut self, file: FileId, bytes: &[u8]) -> Result<(), Unparsed> {
        let roots = manifest::roots(&self.files[file].path, bytes)?;
        self.roots.extend(roots.into_iter().map(|root| (file, root)));
        Ok(())
    }

    /// Whether what the file names can matter: it may run before anybody calls it.
    pub(crate) fn is_followed(&self, file: FileId) -> bool {
        let File { path, language, .. } = &self.files[file];
        let name = paths::name(path);
        let context = by_name(path, language);
        match *language {
            _ if paths::is_nested(path) => false,
            "python" => context <= Context::Import || path.matches('/').count() <= 2 || name.contains("hook"),
            "javascript" | "typescript" | "shell" | "powershell" | "pth" => true,
            _ => false,
        }
    }

    /// What a file names, as far as there is room; files that run unasked have a room of their own.
    pub(crate) fn set_names(&mut self, file: FileId, mut names: Vec<Named>) {
        let File { path, language, .. } = &self.files[file];
        let is_unasked = by_name(path, language) <= Context::StartUp;
        let taken = if is_unasked { &mut self.unasked_names } else { &mut self.other_names };
        names.truncate(MOST_NAMES.saturating_sub(*taken));
        *taken += names.len();
        self.files[file].names = names;
    }

    pub(crate) fn path(&self, file: FileId) -> &str {
        &self.files[file].path
    }

    /// The paths of all files.
    pub(crate) fn paths(&self) -> HashSet<&str> {
        self.files.iter().map(|file| file.path.as_str()).collect()
    }

    /// Places every file.
    pub(crate) fn place(&self) -> Vec<Placed> {
        let paths = Paths::of(self.files.iter().map(|file| file.path.as_str()));
        let mut placed: Vec<Placed> = self
            .files
            .iter()
            .enumerate()
            .map(|(id, file)| Placed { context: by_name(paths.canonical(id), file.language), used: None })
            .collect();
        for (from, root) in &self.roots {
            if matches!(placed[*from].context, Context::Test | Context::Docs) {
                continue;
            }
            for file in paths.resolve(*from, &root.name) {
                raise(&mut placed[file].context, root.context);
                let used = &mut placed[file].used;
                *used = Some(used.map_or(root.context, |used| used.min(root.context)));
            }
        }
        for context in [Context::Install, Context::StartUp, Context::Import] {
            self.follow(context, &paths, &mut placed);
        }
        self.mark_used(&paths, &mut placed);
        placed
    }

    /// What is imported by what runs in `context` runs then, too.
    fn follow(&self, context: Context, paths: &Paths<'_>, placed: &mut [Placed]) {
        // What runs even earlier imports too, and its own steps may have ended: one further is no later than an import.
        let starts = |of| of == context || (context == Context::Import && of < context);
        let mut next: Vec<FileId> = (0..self.files.len()).filter(|id| starts(placed[*id].context)).collect();
        for depth in 1.. {
            let mut reached = Vec::new();
            for id in std::mem::take(&mut next) {
                let file = &self.files[id];
                if depth > furthest(context, file.language) {
                    continue;
                }
                for named in &file.names {
                    for other in paths.resolve(id, &named.name) {
                        if placed[other].context > context {
                            placed[other].context = context;
                            reached.push(other);
                        }
                    }
                }
            }
            if reached.is_empty() {
                return;
            }
            next = reached;
        }
    }

    fn mark_used(&self, paths: &Paths<'_>, placed: &mut [Placed]) {
        for (id, file) in self.files.iter().enumerate() {
            let context = placed[id].context;
            for named in file.names.iter().filter(|named| context <= Context::Import && runs_others(named)) {
                for other in paths.resolve(id, &named.name) {
                    let used = &mut placed[other].used;
                    *used = Some(used.map_or(context, |used| used.min(context)));
                }
            }
        }
    }
}

/// How many imports away a file still counts. Whatever `setup.py` imports of a package imports the whole package in
/// the end: only the first step is likely to be meant for the installation.
fn furthest(context: Context, language: &str) -> usize {
    match (context, language) {
        (Context::Install, "python") | (Context::StartUp | Context::Import, _) => 1,
        (Context::Install, _) => 2,
        _ => 0,
    }
}

fn runs_others(named: &Named) -> bool {
    use crate::behaviour::Behaviour::{Decode, Execute, Inject, Shell};
    matches!(named.name, Name::Path(_)) && named.beside.has_any(&[Execute, Shell, Inject, Decode])
}

fn raise(context: &mut Context, to: Context) {
    *context = (*context).min(to);
}

const TESTS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "__mocks__",
    "spec",
    "specs",
    "fixtures",
    "testdata",
    "test_data",
    "test-data",
    "e2e",
];

const DOCS: &[&str] =
    &["doc", "docs", "documentation", "example", "examples", "demo", "demos", "samples", "website"];

/// Whether a path leads through a folder of tests or documentation, or to it.
pub(crate) fn is_aside(path: &str) -> bool {
    let known = |part: &str| TESTS.iter().chain(DOCS).any(|known| part.eq_ignore_ascii_case(known));
    path.split('/').any(known)
}

/// What a file is by its path alone.
fn by_name(path: &str, language: &str) -> Context {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let is_below = |names: &[&str]| {
        folders.split('/').any(|folder| names.iter().any(|known| folder.eq_ignore_ascii_case(known)))
    };
    let stem = lower.split('.').next().unwrap_or_default();
    let is_code = matches!(
        language,
        "python" | "javascript" | "typescript" | "shell" | "powershell" | "ruby" | "notebook"
    );
    if is_below(TESTS) || is_code && is_test(&lower, stem) {
        Context::Test
    } else if is_below(DOCS) || matches!(lower.rsplit('.').next(), Some("md" | "rst")) {
        Context::Docs
    } else if paths::is_nested(path) {
        if is_code { Context::Run } else { Context::Data }
    } else if matches!(name, "setup.py" | "hatch_build.py" | "binding.gyp") {
        Context::Install
    } else if language == "pth" || matches!(name, "sitecustomize.py" | "usercustomize.py") {
        Context::StartUp
    } else if name == "__init__.py" || language == "python" && matches!(folders, "" | "src") {
        Context::Import
    } else if is_code {
        Context::Run
    } else {
        Context::Data
    }
}

fn is_test(name: &str, stem: &str) -> bool {
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
        || name.contains(".test.")
        || name.contains(".spec.")
}

#[cfg(test)]
mod tests;
