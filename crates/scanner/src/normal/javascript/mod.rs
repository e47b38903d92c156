//! What JavaScript's and TypeScript's names, modules and calls stand for.

mod bindings;
mod functions;
mod parser;
mod tokens;

use std::rc::Rc;

use super::calls::{self, Call, Known};
use super::value::{MAX_CODE, Value};
use super::walk::{Frame, Walk};
use super::{Language, Unnormal, fold};

pub(super) use bindings::{bind_import, bind_object_pattern, builtin, one_return};
pub(super) use functions::function;
#[cfg(test)]
pub(super) use parser::NODE_TYPES;
pub(super) use parser::parse;

/// The shortest qualified name of the same thing: `globalThis.eval` is `eval`.
pub(super) fn canonical_name(name: &str) -> String {
    const GLOBALS: &[&str] =
        &["globalThis.", "global.", "window.", "self.", "require('process').", "top.", "frames."];
    const REQUIRES: &[&str] = &[
        "module.require",
        "process.mainModule.require",
        "require.main.require",
        "module.constructor._load",
        "process.mainModule.constructor._load",
        "require('module')._load",
        "module.parent.require",
    ];
    let mut name = name;
    while let Some(shorter) = GLOBALS.iter().find_map(|global| name.strip_prefix(global)) {
        name = if name.starts_with("require('process')") {
            return format!("process.{shorter}");
        } else {
            shorter
        };
    }
    if REQUIRES.contains(&name) {
        return "require".to_owned();
    }
    match name.strip_prefix("require('buffer').Buffer") {
        Some(rest) => format!("Buffer{rest}"),
        None => name.to_owned(),
    }
}

/// Whether what a function returns is worth showing where it is used.
pub(super) fn is_source(name: &str) -> bool {
    const MODULES: &[&str] = &[
        "axios",
        "child_process",
        "crypto",
        "dns",
        "fs",
        "fs/promises",
        "got",
        "http",
        "https",
        "net",
        "node-fetch",
        "os",
        "request",
        "superagent",
        "undici",
        "ws",
        "zlib",
    ];
    const GLOBALS: &[&str] =
        &["fetch", "atob", "Buffer", "process", "XMLHttpRequest", "WebSocket", "unescape"];
    match name.strip_prefix("require('").and_then(|rest| rest.split_once('\'')) {
        Some((module, _)) => MODULES.contains(&module),
        None => GLOBALS.contains(&name.split('.').next().unwrap_or(name)),
    }
}

/// Rewrites a call of a named function or of a method of a constant.
pub(super) fn call<'t>(
    walk: &mut Walk<'t, '_>,
    frame: &Frame<'t>,
    call: &Call<'t>,
) -> Result<Known<'t>, Unnormal> {
    match &call.callee {
        Some(Value::Name(name)) => named(walk, frame, call, &Rc::clone(name)),
        Some(Value::Method(method)) if &*method.name == "map" => {
            let Some(function) = call.argument(0) else { return Ok(Known::Nothing) };
            Ok(Known::Is(calls::map(walk, function, &method.receiver)?))
        }
        Some(Value::Method(method)) if &*method.name != "constructor" => {
            Ok(functions::method(walk.budget, &method.receiver, &method.name, &call.arguments).into())
        }
        _ if call.node.name() == "import" => Ok(Known::Is(required(walk, call))),
        _ => {
            called_back(walk, call);
            constructed(walk, call);
            Ok(Known::Nothing)
        }
    }
}

fn named<'t>(
    walk: &mut Walk<'t, '_>,
    frame: &Frame<'t>,
    call: &Call<'t>,
    name: &str,
) -> Result<Known<'t>, Unnormal> {
    match name {
        "require" => return Ok(required(walk, call).map_or(Known::Nothing, |value| Known::Is(Some(value)))),
        "eval" | "setTimeout" | "setInterval" | "execScript" | "require('vm').runInThisContext" => {
            let text =
                call.text(0).map(str::trim).filter(|text| name == "eval" && super::walk::is_dotted(text));
            if let Some(value) = text.and_then(|text| Value::name(Language::JavaScript, text)) {
                walk.write_constant(call.start, &value);
                return Ok(Known::Is(Some(value)));
            }
            walk.append_executed(call.argument(0));
            return Ok(Known::Nothing);
        }
        "Function" => {
            walk.append_executed(call.arguments.last().and_then(Option::as_ref));
            return Ok(Known::Nothing);
        }
        "Reflect.apply" => {
            calls::append_called(walk, call, 0, 2);
            return Ok(Known::Nothing);
        }
        "Reflect.get" => {
            let (Some(object), Some(key), Some((from, to))) =
                (call.argument(0), call.text(1), call.texts.first())
            else {
                return Ok(Known::Nothing);
            };
            let text = format!("{}.{key}", walk.page.between(*from, *to));
            walk.page.replace_since(call.start, &text);
            let key = key.to_owned();
            return Ok(Known::Is(walk.attribute(frame, Some(object.clone()), &key)));
        }
        _ => {}
    }
    if let Some(bare) = name.strip_suffix(".call").or_else(|| name.strip_suffix(".bind")) {
        return Ok(Known::Is(without_receiver(walk, call, bare, name.ends_with(".bind"))));
    }
    let value = functions::function(walk.budget, name, &call.arguments);
    Ok(match value {
        Some(value) if functions::is_kept(name, &call.arguments) => Known::Decoded(value),
        value => value.into(),
    })
}

/// `require('node:fs')` and `import('fs')` are `require('fs')`.
fn required<'t>(walk: &mut Walk<'t, '_>, call: &Call<'t>) -> Option<Value<'t>> {
    let module = call.text(0)?;
    let value = bindings::module(module)?;
    walk.resolved += 1;
    walk.write_constant(call.start, &value);
    Some(value)
}

/// `eval.call(null, code)` is `eval(code)`; `eval.bind(null)` is `eval`.
fn without_receiver<'t>(
    walk: &mut Walk<'t, '_>,
    call: &Call<'t>,
    name: &str,
    is_bound: bool,
) -> Option<Value<'t>> {
    let value = Value::name(Language::JavaScript, name)?;
    if is_bound {
        walk.write_constant(call.start, &value);
        return Some(value);
    }
    let (from, to) = (call.texts.get(1)?.0, call.texts.last()?.1);
    walk.budget.compute(to - from)?;
    let text = format!("{name}({})", walk.page.between(from, to));
    walk.page.replace_since(call.start, &text);
    if matches!(name, "eval" | "Function") {
        walk.append_executed(call.arguments.last().and_then(Option::as_ref));
    }
    Value::code(&text, None)
}

/// `promise.then(eval)` calls `eval` with what the promise comes to.
fn called_back<'t>(walk: &mut Walk<'t, '_>, call: &Call<'t>) {
    let (from, to) = call.callee_text;
    let promise = walk.page.between(from, to).strip_suffix(".then");
    let (Some(promise), Some(name)) = (promise, call.argument(0).and_then(Value::as_name)) else { return };
    if matches!(name, "eval" | "Function" | "execScript")
        && promise.len() <= MAX_CODE
        && !promise.contains('\n')
    {
        let value = promise.strip_prefix("Promise.resolve(").and_then(|rest| rest.strip_suffix(')'));
        let text = format!("{name}({})", value.unwrap_or(promise));
        walk.page.append(text);
    }
}

/// `[].filter.constructor('code')` and its like reach `Function` without its name.
fn constructed<'t>(walk: &mut Walk<'t, '_>, call: &Call<'t>) {
    let (from, to) = call.callee_text;
    let callee = walk.page.between(from, to);
    let is_of_function = callee.ends_with(".constructor")
        && (callee.starts_with(['[', '(', '\'', '"', '/', '{'])
            || callee.ends_with(".constructor.constructor"));
    if is_of_function && !call.arguments.is_empty() {
        walk.page.replace_between(from, to, "Function");
        walk.append_executed(call.arguments.last().and_then(Option::as_ref));
    }
}

/// Elements of a constant list.
fn iterable<'t>(budget: &super::budget::Budget, value: &Value<'t>) -> Option<Vec<Option<Value<'t>>>> {
    value.as_list()?;
    fold::elements(budget, value, 1 << 20)
}

#[cfg(test)]
mod tests;
