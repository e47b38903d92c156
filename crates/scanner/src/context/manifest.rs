//! What a package's own documents say about when its files run.

use serde_json::Value;

use super::{Context, paths};
use crate::references::Name;

/// A file that runs in a context, named as its manifest does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Root {
    pub(super) context: Context,
    pub(super) name: Name,
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

/// Programs whose arguments are names of scripts.
const SCRIPT_RUNNERS: &[&str] = &["npm", "yarn", "pnpm", "bun", "npx", "run-s", "run-p", "npm-run-all"];

pub(super) fn roots(path: &str, bytes: &[u8]) -> Result<Vec<Root>, Unparsed> {
    let read = match paths::name(path) {
        "package.json" => package_json,
        "pyproject.toml" => pyproject,
        "setup.cfg" => setup_cfg,
        "entry_points.txt" => entry_points,
        _ => return Ok(Vec::new()),
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.len() > LARGEST {
        return Err(Unparsed);
    }
    read(&String::from_utf8_lossy(bytes))
}

fn path(context: Context, text: &str) -> Root {
    Root { context, name: Name::Path(text.to_owned()) }
}

fn module(context: Context, text: &str) -> Root {
    Root { context, name: Name::Module(text.trim().to_owned()) }
}

fn package_json(text: &str) -> Result<Vec<Root>, Unparsed> {
    let package: Value = serde_json::from_str(text).map_err(|_| Unparsed)?;
    let mut roots = vec![path(Context::Import, "./index.js")];
    for key in ["main", "module", "browser", "exports", "bin"] {
        strings(&package[key], &mut |text| roots.push(path(Context::Import, text)));
    }
    let script = |name: &str| package["scripts"][name].as_str();
    let mut pending: Vec<&str> = LIFE_CYCLE.iter().copied().filter(|name| script(name).is_some()).collect();
    let mut seen = pending.clone();
    while let Some(command) = pending.pop().and_then(script) {
        let words: Vec<&str> = command
            .split(|c: char| c.is_whitespace() || ";&|()<>'\"`=".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        roots.extend(words.iter().map(|word| path(Context::Install, word)));
        if words.iter().any(|word| SCRIPT_RUNNERS.contains(word)) {
            let called: Vec<&str> =
                words.into_iter().filter(|word| script(word).is_some() && !seen.contains(word)).collect();
            seen.extend(&called);
            pending.extend(called);
        }
    }
    Ok(roots)
}

/// Every text in a value, but for patterns.
fn strings(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) if !text.contains('*') => visit(text),
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
            // The build hooks of hatch, poetry, pdm and the like.
            ["tool", ..]
                if text.ends_with(".py")
                    && keys.iter().any(|key| key.contains("build") || key.contains("hook")) =>
            {
                Some(path(Context::Install, text))
            }
            _ => None,
        });
    });
    let folders = backend_path(text);
    let backends: Vec<Root> = roots.iter().filter(|root| root.context == Context::Install).cloned().collect();
    for root in backends {
        if let Name::Module(backend) = root.name {
            let below =
                |folder: &String| path(Context::Install, &format!("{folder}/{}.py", as_path(&backend)));
            roots.extend(folders.iter().map(below));
            let package = |folder: &String| {
                path(Context::Install, &format!("{folder}/{}/__init__.py", as_path(&backend)))
            };
            roots.extend(folders.iter().map(package));
        }
    }
    Ok(roots)
}

fn as_path(module: &str) -> String {
    module.split(':').next().unwrap_or_default().trim().replace('.', "/")
}

/// `build-system.backend-path`: folders of the source tree that the back-end is imported from.
fn backend_path(text: &str) -> Vec<String> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let folders = table
        .get("build-system")
        .and_then(|build| build.get("backend-path"))
        .and_then(|path| path.as_array());
    folders.into_iter().flatten().filter_map(|folder| folder.as_str().map(str::to_owned)).take(16).collect()
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
            _ => None,
        }
    };
    Ok(ini(text).filter_map(root).collect())
}

fn entry_points(text: &str) -> Result<Vec<Root>, Unparsed> {
    let target = |value: &str| value.split('[').next().unwrap_or_default().to_owned();
    Ok(ini(text).map(|(_, _, value)| module(Context::Import, &target(value))).collect())
}

#[cfg(test)]
mod tests;
