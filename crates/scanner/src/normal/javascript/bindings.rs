//! What binds names in JavaScript: imports, destructured modules, functions that only return, and the globals.

use std::rc::Rc;

use super::super::grammar::Field;
use super::super::tree::Node;
use super::super::value::{Function, Value};
use super::super::walk::{Kid, Walk};
use super::super::{Language, literal};

/// The value of a module by its specifier. Modules of the package itself have no name that rules know.
pub(super) fn module<'t>(specifier: &str) -> Option<Value<'t>> {
    let specifier = specifier.strip_prefix("node:").unwrap_or(specifier);
    let is_plain = !specifier.is_empty() && !specifier.contains(['\'', '\\', '\n']) && specifier.len() < 128;
    is_plain.then(|| Value::name(Language::JavaScript, &format!("require('{specifier}')")))?
}

/// Binds the names that an import statement imports.
pub(in super::super) fn bind_import<'t>(walk: &mut Walk<'t, '_>, node: Node<'t>) {
    let clause = node.named_children().next();
    let Some(source) = node.child(Field::Source).or_else(|| clause?.child(Field::Source)) else {
        return;
    };
    let Some(specifier) = literal::javascript_string(walk.text_of(source)) else { return };
    let specifier = specifier.as_text().unwrap_or_default();
    let known = module(specifier).filter(|_| !specifier.starts_with('.'));
    let module = known.as_ref().and_then(Value::as_name).unwrap_or_default();
    let member = |name: &str| match module {
        "" => None,
        module => Value::name(Language::JavaScript, &format!("{module}.{name}")),
    };
    let Some(clause) = clause.filter(|clause| clause.name().ends_with("_clause")) else { return };
    for part in clause.named_children() {
        match part.name() {
            "identifier" => bind(walk, part, known.clone()),
            "namespace_import" => {
                if let Some(name) = part.named_children().next() {
                    bind(walk, name, known.clone());
                }
            }
            "named_imports" => {
                for specifier in part.named_children() {
                    let Some(name) = specifier.child(Field::Name) else { continue };
                    let imported = walk.text_of(name).trim_matches(['\'', '"']);
                    let value = if imported == "default" { known.clone() } else { member(imported) };
                    bind(walk, specifier.child(Field::Alias).unwrap_or(name), value);
                }
            }
            _ => {}
        }
    }
}

fn bind<'t>(walk: &mut Walk<'t, '_>, name: Node<'t>, value: Option<Value<'t>>) {
    let name = walk.name_of(walk.text_of(name));
    walk.scopes.bind(&name, value);
}

/// Binds the names of `{exec: run, spawn} = value`.
pub(in super::super) fn bind_object_pattern<'t>(
    walk: &mut Walk<'t, '_>,
    target: &Kid<'t>,
    value: Option<Value<'t>>,
) {
    let member = |key: &str| match value.as_ref()? {
        Value::Name(name) => Value::name(Language::JavaScript, &format!("{name}.{key}")),
        Value::Dictionary(dictionary) => {
            dictionary.entries.iter().rev().find(|(name, _)| **name == *key).map(|(_, value)| value.clone())
        }
        _ => None,
    };
    for part in target.node.named_children() {
        match part.name() {
            "shorthand_property_identifier_pattern" => {
                let name = walk.name_of(walk.text_of(part));
                walk.scopes.bind(&name, member(&name));
            }
            "pair_pattern" => {
                let (key, name) = (part.child(Field::Key), part.child(Field::Value));
                let (Some(key), Some(name)) = (key, name.filter(|name| name.name() == "identifier")) else {
                    continue;
                };
                let key = literal_or_name(walk, key);
                bind(walk, name, key.and_then(|key| member(&key)));
            }
            _ => {}
        }
    }
}

fn literal_or_name(walk: &Walk<'_, '_>, key: Node<'_>) -> Option<String> {
    let key = if key.name() == "computed_property_name" { key.named_children().next()? } else { key };
    match key.name() {
        "string" => literal::javascript_string(walk.text_of(key))?.as_text().map(str::to_owned),
        "property_identifier" => Some(walk.name_of(walk.text_of(key)).into_owned()),
        _ => None,
    }
}

/// The qualified name of a name that nothing in the file binds, if it is one worth knowing.
#[rustfmt::skip]
pub(in super::super) fn builtin(name: &str) -> Option<String> {
    let is_known = matches!(
        name,
        "ActiveXObject" | "Array" | "Buffer" | "Function" | "Number" | "Reflect"
            | "String" | "WScript" | "WebSocket" | "XMLHttpRequest" | "atob" | "decodeURI"
            | "decodeURIComponent" | "eval" | "execScript" | "fetch" | "global" | "globalThis"
            | "importScripts" | "module" | "parseInt" | "process" | "require" | "self"
            | "setInterval" | "setTimeout" | "unescape" | "window"
    );
    is_known.then(|| name.to_owned())
}

/// The function, if all it does is to return one expression.
pub(in super::super) fn one_return<'t>(walk: &Walk<'t, '_>, node: Node<'t>) -> Option<Function<'t>> {
    let parameters = parameters(walk, node)?;
    let body = node.child(Field::Body)?;
    let mut result = body;
    if body.name() == "statement_block" {
        if body.named_children().nth(4).is_some() {
            return None;
        }
        let mut statements = body.named_children().filter(|child| child.name() != "comment");
        let only = statements
            .next()
            .filter(|only| matches!(only.name(), "return_statement" | "expression_statement"))?;
        if statements.next().is_some() {
            return None;
        }
        result = only.named_children().next()?;
        if only.name() == "expression_statement" && result.name() != "call_expression" {
            return None;
        }
    }
    let is_called = matches!(node.name(), "function_declaration" | "function_expression" | "arrow_function");
    is_called.then(|| Function { parameters, imports: Vec::new(), body: result, is_plain: false.into() })
}

fn parameters<'t>(walk: &Walk<'t, '_>, node: Node<'t>) -> Option<Vec<Rc<str>>> {
    let named = |name: Node<'t>| Rc::from(&*walk.name_of(walk.text_of(name)));
    if let Some(only) = node.child(Field::Parameter) {
        return (only.name() == "identifier").then(|| vec![named(only)]);
    }
    let list = node.child(Field::Parameters)?;
    if list.named_children().nth(16).is_some() {
        return None;
    }
    let name = |parameter: Node<'t>| match parameter.name() {
        "identifier" => Some(parameter),
        "required_parameter" | "optional_parameter" => {
            parameter.child(Field::Parameter).filter(|name| name.name() == "identifier")
        }
        _ => None,
    };
    let parameters = list.named_children().filter(|parameter| parameter.name() != "comment");
    parameters.map(|parameter| name(parameter).map(named)).collect()
}
