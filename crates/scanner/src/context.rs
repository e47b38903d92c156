//! When each file of a package runs. It is known only once the whole archive was read: the order of its members is
//! the package's choice.

mod manifest;
mod own;
mod paths;

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

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
    /// It changes where modules are looked for.
    moves_path: bool,
}

/// The files of an archive as they come.
#[derive(Default)]
pub(crate) struct Layout {
    files: Vec<File>,
    roots: Vec<(FileId, Root)>,
    /// How many names were kept, and their bytes.
    unasked_names: (usize, usize),
    other_names: (usize, usize),
    places: OnceCell<Places>,
}

/// When each file runs.
#[derive(Default)]
pub(crate) struct Places {
    pub(crate) placed: Vec<Placed>,
    /// Not everything that this file names was looked for: that would have taken too long.
    pub(crate) is_cut_at: Option<FileId>,
}

/// Names kept of all files, and as many of those that run unasked. What is over it is told.
const MOST_NAMES: usize = 500_000;

/// Their bytes.
const MOST_NAME_BYTES: usize = 64 << 20;

/// Files that all manifests together name. The largest of the popular packages have a few thousand.
const MOST_ROOTS: usize = 50_000;

/// Names were left out.
#[derive(Debug)]
pub(crate) struct NoRoom;

/// When a file runs, and when it is run or loaded by a file that names it next to code that does so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) context: Context,
    pub(crate) used: Option<Context>,
    /// When a file without a language is required by its path.
    required: Option<Context>,
}

impl Placed {
    /// When the file runs if it holds code.
    fn run_as_code(self) -> Option<Context> {
        self.used.into_iter().chain(self.required).min()
    }
}

impl Layout {
    pub(crate) fn add(&mut self, path: &str, language: &'static str) -> FileId {
        self.places.take();
        self.files.push(File { path: path.to_owned(), language, names: Vec::new(), moves_path: false });
        self.files.len() - 1
    }

    /// Reads what the file says about when others run, if it is one that does.
    pub(crate) fn read_manifest(&mut self, file: FileId, bytes: &[u8]) -> Result<(), Unparsed> {
        self.places.take();
        let roots = manifest::roots(&self.files[file].path, bytes)?;
        if self.roots.len() + roots.len() > MOST_ROOTS {
            return Err(Unparsed);
        }
        if self.files[file].language == "json" {
            // Whoever names the folder of a manifest means what its own `main` names.
            let imported = roots.iter().filter(|root| root.context == Context::Import);
            let named = |root: &Root| Named { name: root.name.clone(), beside: Behaviours::default() };
            self.files[file].names = imported.map(named).collect();
        }
        self.roots.extend(roots.into_iter().map(|root| (file, root)));
        Ok(())
    }

    /// Whether the file is one that runs unasked, whatever folder it is in.
    pub(crate) fn is_unasked(&self, file: FileId) -> bool {
        let File { path, language, .. } = &self.files[file];
        by_name(path, path.rfind('/').unwrap_or(0), language) <= Context::StartUp
    }

    /// Whether what the file names can matter: it may run before anybody calls it.
    pub(crate) fn is_followed(&self, file: FileId) -> bool {
        let File { path, language, .. } = &self.files[file];
        match *language {
            _ if paths::is_nested(path) => false,
            "python" => {
                let context = by_name(path, path.rfind('/').unwrap_or(0), language);
                context <= Context::Import
                    || path.matches('/').count() <= 3
                    || paths::name(path).contains("hook")
            }
            "javascript" | "typescript" | "shell" | "powershell" | "pth" => true,
            _ => false,
        }
    }

    /// What a file names, as far as there is room; files that run unasked have a room of their own.
    pub(crate) fn set_names(
        &mut self,
        file: FileId,
        mut names: Vec<Named>,
        moves_path: bool,
    ) -> Result<(), NoRoom> {
        self.places.take();
        let is_unasked = self.is_unasked(file);
        let (taken, bytes) = if is_unasked { &mut self.unasked_names } else { &mut self.other_names };
        let all = names.len();
        names.truncate(MOST_NAMES.saturating_sub(*taken));
        let length = |named: &Named| match &named.name {
            Name::Path(text) | Name::Module(text) => text.len(),
        };
        let room = names.iter().scan(*bytes, |all, named| {
            *all += length(named);
            (*all <= MOST_NAME_BYTES).then_some(*all)
        });
        names.truncate(room.count());
        *taken += names.len();
        *bytes += names.iter().map(length).sum::<usize>();
        let is_cut = names.len() < all;
        self.files[file].moves_path = moves_path;
        self.files[file].names = names;
        if is_cut { Err(NoRoom) } else { Ok(()) }
    }

    pub(crate) fn path(&self, file: FileId) -> &str {
        &self.files[file].path
    }

    /// The paths of all files.
    pub(crate) fn paths(&self) -> HashSet<&str> {
        self.files.iter().map(|file| file.path.as_str()).collect()
    }

    /// Places every file that is known, once.
    pub(crate) fn places(&self) -> &Places {
        self.places.get_or_init(|| self.place())
    }

    fn place(&self) -> Places {
        let paths = Paths::of(self.files.iter().map(|file| file.path.as_str()));
        let by_name = |(id, file): (FileId, &File)| Placed {
            context: by_name(paths.canonical(id), paths.own(id), file.language),
            used: None,
            required: None,
        };
        let mut placed: Vec<Placed> = self.files.iter().enumerate().map(by_name).collect();
        let called = self.called_scripts(&placed);
        for (from, root) in &self.roots {
            let is_called = root.script.as_ref().is_some_and(|script| called.contains(script.as_str()));
            let is_aside = matches!(placed[*from].context, Context::Test | Context::Docs);
            if root.script.is_some() && !is_called || root.script.is_none() && is_aside {
                continue;
            }
            let mut files = paths.resolve(*from, &root.name);
            if let Name::Path(word) = &root.name
                && root.is_word()
            {
                self.anywhere(&paths, word, &mut files);
            }
            for file in files {
                raise(&mut placed[file].context, root.context);
                mark(&mut placed[file].used, root.context);
            }
        }
        for context in [Context::Install, Context::StartUp, Context::Import] {
            self.follow(context, &paths, &mut placed);
        }
        self.mark_used(&paths, &mut placed);
        self.place_members(&mut placed);
        let is_cut_at = paths.is_cut_at();
        if let Some(file) = is_cut_at {
            raise(&mut placed[file].context, Context::Import);
        }
        Places { placed, is_cut_at }
    }

    /// The scripts of npm that those which run by themselves name, in whichever manifest.
    fn called_scripts(&self, placed: &[Placed]) -> HashSet<&str> {
        let word = |root: &'_ Root| match &root.name {
            Name::Path(word) => Some(word.clone()),
            Name::Module(_) => None,
        };
        let is_aside = |id: FileId| matches!(placed[id].context, Context::Test | Context::Docs);
        let own =
            self.roots.iter().filter(|(id, root)| root.is_word() && root.script.is_none() && !is_aside(*id));
        let mut pending: Vec<String> = own.filter_map(|(_, root)| word(root)).collect();
        let mut calls: HashMap<&str, Vec<String>> = HashMap::new();
        for (_, root) in &self.roots {
            if let Some(script) = root.script.as_deref() {
                calls.entry(script).or_default().extend(word(root));
            }
        }
        let mut called = HashSet::new();
        while let Some(word) = pending.pop() {
            if let Some((script, words)) = calls.remove_entry(word.as_str()) {
                called.insert(script);
                pending.extend(words);
            }
        }
        called
    }

    /// Adds what a word of a command may mean in a folder that the command went to.
    fn anywhere(&self, paths: &Paths<'_>, word: &str, files: &mut Vec<FileId>) {
        let word = word.trim_start_matches("./");
        if word.contains('.') && files.is_empty() {
            files.extend(paths.anywhere(word));
        }
    }

    /// What is imported by what runs in `context` runs then, too.
    fn follow(&self, context: Context, paths: &Paths<'_>, placed: &mut [Placed]) {
        // What runs even earlier imports too, and its own steps may have ended: one further is no later than an import.
        let starts = |of| of == context || (context == Context::Import && of < context);
        let mut next: Vec<FileId> = (0..self.files.len()).filter(|id| starts(placed[*id].context)).collect();
        let mut known = HashSet::new();
        for depth in 1.. {
            let mut reached = Vec::new();
            for id in std::mem::take(&mut next) {
                let file = &self.files[id];
                if depth > furthest(context, file.language) {
                    continue;
                }
                // Who reads a manifest does not run what it names.
                for named in file.names.iter().filter(|named| !is_manifest(&named.name)) {
                    for other in self.meant((id, context), &named.name, paths, &mut known) {
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

    /// What `name` in a file may mean. For what runs unasked, and where the file changes where modules are looked for, no
    /// folder is ruled out. `known` is what was asked for in any folder before.
    fn meant(
        &self,
        (id, context): (FileId, Context),
        name: &Name,
        paths: &Paths<'_>,
        known: &mut HashSet<String>,
    ) -> Vec<FileId> {
        let mut found = paths.resolve(id, name);
        let File { path, language, moves_path, .. } = &self.files[id];
        let is_python = matches!(*language, "python" | "pth");
        let is_open = *moves_path || is_python && context <= Context::StartUp;
        if paths::is_nested(path) || !is_open {
            return found;
        }
        let endings = match name {
            Name::Module(module) if !module.starts_with('.') || found.is_empty() => {
                paths::module_endings(module)
            }
            Name::Path(text) if found.is_empty() && paths::name(text) != "__init__.py" => {
                paths::path_endings(text)
            }
            _ => Vec::new(),
        };
        for ending in endings {
            if !known.contains(&ending) {
                found.extend(paths.anywhere(&ending).iter().filter(|other| **other != id));
                known.insert(ending);
            }
        }
        found
    }

    fn mark_used(&self, paths: &Paths<'_>, placed: &mut [Placed]) {
        for (id, file) in self.files.iter().enumerate() {
            let context = placed[id].context;
            for named in file.names.iter().filter(|_| context <= Context::Import) {
                let is_run = matches!(named.name, Name::Path(_)) && runs_others(named.beside);
                if is_run || is_required(file, &named.name) {
                    for other in self.meant((id, context), &named.name, paths, &mut HashSet::new()) {
                        let Placed { used, required, .. } = &mut placed[other];
                        mark(if is_run { used } else { required }, context);
                    }
                }
            }
        }
    }

    /// What is in an archive runs when the archive does, and a file that is no code when another one runs it.
    fn place_members(&self, placed: &mut [Placed]) {
        let ids: HashMap<&str, FileId> =
            self.files.iter().enumerate().map(|(id, file)| (file.path.as_str(), id)).collect();
        for id in 0..self.files.len() {
            let path = &self.files[id].path;
            let used = match path.split_once("!/").and_then(|(outer, _)| ids.get(outer)) {
                Some(outer) => placed[*outer].used,
                None => placed[id].run_as_code().filter(|_| !is_code(self.files[id].language)),
            };
            if let Some(used) = used {
                raise(&mut placed[id].context, used);
            }
        }
    }

    /// Files that another one runs although they may be written in a language that their name does not tell.
    pub(crate) fn misnamed(&self) -> HashMap<String, FileId> {
        let Places { placed, .. } = self.places();
        let is_run = |id: FileId| {
            let File { path, language, .. } = &self.files[id];
            !paths::is_nested(path)
                && !is_code(language)
                && placed[id].run_as_code().is_some_and(|used| used <= Context::Import)
        };
        (0..self.files.len()).filter(|id| is_run(*id)).map(|id| (self.files[id].path.clone(), id)).collect()
    }
}

/// How many imports away a file still counts. Whatever `setup.py` imports of a package imports the whole package in
/// the end: only the first step is likely to be meant for the installation.
fn furthest(context: Context, language: &str) -> usize {
    match (context, language) {
        // A manifest stands for what it names.
        (_, "json") => usize::MAX,
        (Context::Install, "python") | (Context::StartUp | Context::Import, _) => 1,
        (Context::Install, _) => 2,
        _ => 0,
    }
}

/// Whether code does something with a file that it names next to it.
pub(crate) fn runs_others(beside: Behaviours) -> bool {
    use crate::behaviour::Behaviour::{Decode, Execute, Inject, Shell};
    beside.has_any(&[Execute, Shell, Inject, Decode])
}

fn is_manifest(name: &Name) -> bool {
    matches!(name, Name::Path(text) if text.ends_with(".json"))
}

/// Whether Node.js loads a file of this name, whatever its extension: as JavaScript.
fn is_required(file: &File, name: &Name) -> bool {
    matches!(file.language, "javascript" | "typescript")
        && matches!(name, Name::Path(text) if text.starts_with('.'))
}

fn mark(used: &mut Option<Context>, context: Context) {
    *used = Some(used.map_or(context, |used| used.min(context)));
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

pub(crate) fn is_code(language: &str) -> bool {
    let languages =
        ["python", "javascript", "typescript", "shell", "powershell", "ruby", "rust", "notebook", "pth"];
    languages.contains(&language)
}

/// What a file is by its path alone. What the first `own` bytes of it say of tests and documentation does not count.
fn by_name(path: &str, own: usize, language: &str) -> Context {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let is_below = |names: &[&str]| {
        let others = folders.get(own..).unwrap_or_default();
        others.split('/').any(|folder| names.iter().any(|known| folder.eq_ignore_ascii_case(known)))
    };
    let stem = lower.split('.').next().unwrap_or_default();
    let package = if lower.starts_with("__init__.") { paths::name(folders) } else { "" };
    let is_custom = |stem: &str| matches!(stem, "sitecustomize" | "usercustomize");
    let is_python = language == "python" || [".pyc", ".so", ".pyd"].iter().any(|end| lower.ends_with(end));
    let is_code = is_code(language);
    if is_below(TESTS) || is_code && is_test(&lower, stem) {
        Context::Test
    } else if is_below(DOCS) || matches!(lower.rsplit('.').next(), Some("md" | "rst")) {
        Context::Docs
    } else if paths::is_nested(path) {
        if is_code { Context::Run } else { Context::Data }
    } else if matches!(lower.as_str(), "setup.py" | "hatch_build.py" | "binding.gyp" | "build.rs") {
        Context::Install
    } else if language == "pth" || is_python && (is_custom(stem) || is_custom(package)) {
        Context::StartUp
    } else if lower == "__init__.py" || language == "python" && matches!(folders, "" | "src") {
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
