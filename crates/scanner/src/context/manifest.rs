//! What a package's own documents say about when its files run.

use serde_json::Value;

use super::{Context, paths};
use crate::references::Name;

/// A file that runs in a context, named as its manifest does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Root {
    pub(super) context: Context,
    pub(super) name: Name,
    /// The script of npm that does so, where that is none that runs by itself. It does where another one names it.
    pub(super) script: Option<String>,
}

impl Root {
    /// Whether the name is a word of a script: which of them are files, and where, only a shell can tell.
    pub(super) fn is_word(&self) -> bool {
        self.script.is_some() || self.context == Context::Install && matches!(self.name, Name::Path(_))
    }
}

/// A manifest that cannot be read: what runs when is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a manifest that cannot be read")]
pub(crate) struct Unparsed;

/// Larger ones are not read; the largest of the popular packages has 60 KiB.
const LARGEST: usize = 4 << 20;

/// Scripts that a package manager runs by itself.
const LIFE_CYCLE: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
    "postprepare",
    "prepublish",
    "preuninstall",
    "uninstall",
    "postuninstall",
    "dependencies",
];

pub(super) fn roots(path: &str, bytes: &[u8]) -> Result<Vec<Root>, Unparsed> {
    // Some file systems do not tell upper from lower case.
    let read = match paths::name(path).to_ascii_lowercase().as_str() {
        "package.json" => package_json,
        "pyproject.toml" => pyproject,
        "cargo.toml" => cargo,
        "setup.cfg" => setup_cfg,
        "entry_points.txt" => entry_points,
        name if name.ends_with(".start") => start_file,
        _ => return Ok(Vec::new()),
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.len() > LARGEST {
        return Err(Unparsed);
    }
    read(&String::from_utf8_lossy(bytes))
}

fn path(context: Context, text: &str) -> Root {
    Root { context, name: Name::Path(text.to_owned()), script: None }
}

fn module(context: Context, text: &str) -> Root {
    Root { context, name: Name::Module(text.trim().to_owned()), script: None }
}

fn package_json(text: &str) -> Result<Vec<Root>, Unparsed> {
    let package: Value = serde_json::from_str(text).map_err(|_| Unparsed)?;
    let mut roots = vec![path(Context::Import, "./index.js")];
    for key in ["main", "module", "browser", "exports", "bin", "imports"] {
        // What `exports` has patterns for runs when somebody asks for it by its name.
        let patterns = if key == "exports" { Context::Run } else { Context::Import };
        strings(&package[key], &mut |text| {
            let context = if text.contains('*') { patterns } else { Context::Import };
            roots.push(path(context, text));
        });
    }
    if let Some(folder) = package["directories"]["bin"].as_str() {
        roots.push(path(Context::Import, &format!("{folder}/*")));
    }
    let scripts = package["scripts"].as_object().into_iter().flatten();
    for (name, command) in scripts.filter_map(|(name, command)| Some((name, command.as_str()?))) {
        let script = (!LIFE_CYCLE.contains(&name.as_str())).then(|| name.clone());
        let mut words = words(command);
        if command.contains("npm_package") {
            strings(&package["config"], &mut |text| words.push(text.to_owned()));
        }
        if words.iter().any(|word| paths::name(word) == "make") {
            words.extend(["Makefile", "makefile", "GNUmakefile"].map(str::to_owned));
        }
        if words.iter().any(|word| matches!(word.trim_end_matches('/'), "." | "..")) {
            words.extend(package["main"].as_str().map(str::to_owned));
        }
        roots.extend(
            words.into_iter().map(|word| Root { script: script.clone(), ..path(Context::Install, &word) }),
        );
    }
    Ok(roots)
}

/// The words of a command, with their quotes taken off, and with their quotes as ends of words.
fn words(command: &str) -> Vec<String> {
    let is_end = |c: char| c.is_whitespace() || ";&|()<>`=".contains(c);
    let plain = command.split(is_end).map(|word| word.replace(['\'', '"'], ""));
    let quoted = command.split(|c| is_end(c) || "'\"".contains(c)).map(str::to_owned);
    let mut all: Vec<String> =
        plain.chain(quoted).filter(|word| !word.is_empty()).map(without_variable).collect();
    all.sort();
    all.dedup();
    all
}

/// A word with `*` for a variable in it: `$folder/x.js`, `%folder%\\x.js`.
fn without_variable(word: String) -> String {
    let is_name = |c: char| c.is_alphanumeric() || "_{}".contains(c);
    let Some((before, after)) = word.split_once(['$', '%']) else { return word };
    let after = after.trim_start_matches(is_name);
    format!("{before}*{}", after.strip_prefix('%').unwrap_or(after))
}

/// Every text in a value.
fn strings(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(all) => all.iter().for_each(|value| strings(value, visit)),
        Value::Object(all) => all.values().for_each(|value| strings(value, visit)),
        _ => {}
    }
}

fn pyproject(text: &str) -> Result<Vec<Root>, Unparsed> {
    let table: toml::Table = text.parse().map_err(|_| Unparsed)?;
    let mut roots = Vec::new();
    walk(&toml::Value::Table(table), &mut Vec::new(), &mut |keys, text| {
        roots.extend(match keys {
            ["build-system", "build-backend"] => Some(module(Context::Install, text)),
            ["project", "scripts" | "gui-scripts" | "entry-points", ..]
            | ["tool", "poetry", "scripts" | "plugins", ..] => Some(module(Context::Import, text)),
            ["tool", "setuptools", "cmdclass", ..] | ["tool", "setuptools", "dynamic", .., "attr"] => {
                Some(module(Context::Install, text))
            }
            // The build hooks and sources of versions of hatch, poetry, pdm and the like.
            ["tool", ..]
                if text.ends_with(".py")
                    && keys.iter().any(|key| BUILD_KEYS.iter().any(|known| key.contains(known))) =>
            {
                Some(path(Context::Install, text))
            }
            ["tool", .., "getter"] => Some(module(Context::Install, text)),
            _ => None,
        });
    });
    let (backend, folders) = (backend(text), backend_path(text));
    if folders.len() > MOST_FOLDERS {
        return Err(Unparsed);
    }
    for folder in &folders {
        let endings = paths::module_endings(&backend).into_iter();
        roots.extend(endings.map(|ending| path(Context::Install, &format!("{folder}/{ending}"))));
    }
    Ok(roots)
}

/// Folders that a build back-end may be in.
const MOST_FOLDERS: usize = 64;

const BUILD_KEYS: &[&str] = &["build", "hook", "version", "metadata", "setup"];

/// `build-system.build-backend`
fn backend(text: &str) -> String {
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let backend = table.get("build-system").and_then(|build| build.get("build-backend"));
    backend.and_then(toml::Value::as_str).unwrap_or_default().to_owned()
}

/// `build-system.backend-path`: folders of the source tree that the back-end is imported from.
fn backend_path(text: &str) -> Vec<String> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let folders = table
        .get("build-system")
        .and_then(|build| build.get("backend-path"))
        .and_then(|path| path.as_array());
    folders.into_iter().flatten().filter_map(|folder| folder.as_str().map(str::to_owned)).collect()
}

fn walk<'v>(value: &'v toml::Value, keys: &mut Vec<&'v str>, visit: &mut impl FnMut(&[&str], &str)) {
    match value {
        toml::Value::String(text) => visit(keys, text),
        toml::Value::Array(all) => all.iter().for_each(|value| walk(value, keys, visit)),
        toml::Value::Table(all) => {
            for (key, value) in all {
                keys.push(key);
                walk(value, keys, visit);
                keys.pop();
            }
        }
        _ => {}
    }
}

/// The sections, keys and lines of values of an INI file, as `configparser` reads it.
fn ini(text: &str) -> impl Iterator<Item = (String, String, &str)> {
    let (mut section, mut key) = (String::new(), String::new());
    text.lines().filter_map(move |line| {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            return None;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = name.trim().to_ascii_lowercase();
            return None;
        }
        if line.starts_with(char::is_whitespace) && !key.is_empty() {
            return Some((section.clone(), key.clone(), trimmed));
        }
        let (name, value) = trimmed.split_once(['=', ':'])?;
        key = name.trim().to_ascii_lowercase();
        Some((section.clone(), key.clone(), value.trim()))
    })
}

fn setup_cfg(text: &str) -> Result<Vec<Root>, Unparsed> {
    let root = |(section, key, value): (String, String, &str)| {
        if let Some(attribute) = value.strip_prefix("attr:") {
            return Some(module(Context::Install, attribute));
        }
        let target = value.rsplit_once('=').map_or(value, |(_, target)| target);
        match (section.as_str(), key.as_str()) {
            ("options.entry_points", _) => Some(module(Context::Import, target)),
            (_, "cmdclass") => Some(module(Context::Install, target)),
            (_, "command_packages" | "command-packages") => {
                Some(path(Context::Install, &format!("{}*", value.trim_end_matches(',').replace('.', "/"))))
            }
            _ => None,
        }
    };
    Ok(ini(text).filter_map(root).collect())
}

/// The build script of a crate.
fn cargo(text: &str) -> Result<Vec<Root>, Unparsed> {
    let table: toml::Table = text.parse().map_err(|_| Unparsed)?;
    let script = table.get("package").and_then(|package| package.get("build")).and_then(toml::Value::as_str);
    Ok(script.into_iter().map(|script| path(Context::Install, script)).collect())
}

/// PEP 829: a line for each function that Python calls when it starts.
fn start_file(text: &str) -> Result<Vec<Root>, Unparsed> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(|line| module(Context::StartUp, line)).collect())
}

fn entry_points(text: &str) -> Result<Vec<Root>, Unparsed> {
    let target = |value: &str| value.split('[').next().unwrap_or_default().to_owned();
    Ok(ini(text).map(|(_, _, value)| module(Context::Import, &target(value))).collect())
}

#[cfg(test)]
mod tests;
