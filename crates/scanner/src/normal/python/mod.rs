//! What Python's names, namespaces and calls stand for.

mod bindings;
mod functions;
mod parser;
mod tokens;

use super::Unnormal;
use super::calls::{self, Call, Known};
use super::scopes;
use super::value::Value;
use super::walk::{Frame, Walk};
use super::{Language, fold};

pub(super) use bindings::{bind_import, builtin, one_return};
pub(super) use functions::function;
#[cfg(test)]
pub(super) use parser::NODE_TYPES;
pub(super) use parser::parse;

/// The shortest qualified name of the same thing: `builtins.exec` is `exec`.
pub(super) fn canonical_name(name: &str) -> String {
    let mut name = name;
    while let Some(shorter) = ["builtins.", "__builtins__.", "__builtin__.", "sys.modules."]
        .iter()
        .find_map(|module| name.strip_prefix(module))
        .filter(|rest| {
            !NAMESPACES.contains(rest) && !["get", "items", "keys", "pop", "values"].contains(rest)
        })
    {
        name = shorter;
    }
    while let Some(shorter) = name.strip_suffix(".__call__") {
        name = shorter;
    }
    name.to_owned()
}

/// Names of the dictionary that holds all names that need no module.
const NAMESPACES: &[&str] = &[
    "globals()",
    "locals()",
    "vars()",
    "__dict__",
    "sys.modules",
    "builtins",
    "__builtins__",
    "__builtin__",
];

/// What `name['key']` stands for, if `name` is a namespace.
pub(super) fn entry<'t>(walk: &mut Walk<'t, '_>, name: &str, key: &str) -> Option<Value<'t>> {
    if let Some(module) = name.strip_suffix(".__dict__").filter(|module| !NAMESPACES.contains(module)) {
        return Value::name(Language::Python, &format!("{module}.{key}"));
    }
    if !NAMESPACES.contains(&name.strip_suffix(".__dict__").unwrap_or(name)) {
        return None;
    }
    match walk.scopes.known(key) {
        scopes::Known::As(value) => Some(value),
        _ => Value::name(Language::Python, key),
    }
}

/// Whether what a function returns is worth showing where it is used.
pub(super) fn is_source(name: &str) -> bool {
    const MODULES: &[&str] = &[
        "aiohttp",
        "base64",
        "binascii",
        "bz2",
        "codecs",
        "cryptography",
        "ctypes",
        "gzip",
        "http",
        "httpx",
        "lzma",
        "marshal",
        "open",
        "os",
        "pickle",
        "compile",
        "requests",
        "socket",
        "subprocess",
        "tempfile",
        "urllib",
        "urllib2",
        "urllib3",
        "zlib",
        "Crypto",
        "Fernet",
        "input",
        "platform",
        "getpass",
        "bytes",
        "bytearray",
    ];
    let root = name.split('.').next().unwrap_or(name);
    MODULES.contains(&root) && !name.starts_with("os.path")
}

/// Rewrites a call of a named function or of a method of a constant.
pub(super) fn call<'t>(
    walk: &mut Walk<'t, '_>,
    frame: &Frame<'t>,
    call: &Call<'t>,
) -> Result<Known<'t>, Unnormal> {
    match &call.callee {
        Some(Value::Name(name)) => named(walk, frame, call, &std::rc::Rc::clone(name)),
        Some(Value::Method(method)) => {
            Ok(functions::method(walk.budget, &method.receiver, &method.name, &call.arguments).into())
        }
        _ => Ok(Known::Nothing),
    }
}

fn named<'t>(
    walk: &mut Walk<'t, '_>,
    frame: &Frame<'t>,
    call: &Call<'t>,
    name: &str,
) -> Result<Known<'t>, Unnormal> {
    if let Some(value) = renamed(walk, frame, call, name) {
        return Ok(Known::Is(Some(value)));
    }
    match name {
        "exec" | "eval" | "compile" | "execfile" => {
            let is_name = |text: &&str| super::walk::is_dotted(text.trim());
            if let Some(text) =
                call.text(0).filter(is_name).filter(|_| name == "eval").map(|text| text.trim().to_owned())
            {
                let value = Value::name(Language::Python, &text);
                return Ok(Known::Is(value.inspect(|value| walk.write_constant(call.start, value))));
            }
            walk.append_executed(call.argument(0));
            // the code object is executed later: it stands for its source
            let source = call.argument(0).cloned().filter(|_| name == "compile");
            Ok(source.map_or(Known::Nothing, |source| {
                Known::Is(Value::code(walk.page.since(call.start), Some(source)))
            }))
        }
        "map" => {
            let mapped = match (call.argument(0), call.argument(1)) {
                (Some(function), Some(elements)) => calls::map(walk, function, elements)?,
                _ => None,
            };
            if mapped.is_none() {
                calls::append_called(walk, call, 0, 1);
            }
            Ok(Known::Is(mapped))
        }
        "functools.partial" => {
            calls::append_called(walk, call, 0, 1);
            Ok(Known::Nothing)
        }
        _ if functions::is_kept(name, &call.arguments) => {
            Ok(functions::function(walk.budget, name, &call.arguments).map_or(Known::Nothing, Known::Decoded))
        }
        _ => Ok(functions::function(walk.budget, name, &call.arguments).into()),
    }
}

/// Calls that return a thing with a name: `getattr`, `__import__`, `globals().get` and their like.
fn renamed<'t>(walk: &mut Walk<'t, '_>, frame: &Frame<'t>, call: &Call<'t>, name: &str) -> Option<Value<'t>> {
    let value = match name {
        "__import__"
        | "importlib.import_module"
        | "importlib.__import__"
        | "imp.load_module"
        | "import_module" => {
            let module = call.text(0)?.trim_start_matches('.').to_owned();
            let has_list = walk.page.since(call.start).contains("fromlist") || call.arguments.len() > 3;
            let top = module.split('.').next().unwrap_or(&module);
            let is_top = name.ends_with("__import__") && !has_list;
            Value::name(Language::Python, if is_top { top } else { &module })?
        }
        "getattr" | "object.__getattribute__" | "inspect.getattr_static" => {
            let attribute = call.text(1)?.to_owned();
            return getattr(walk, frame, call, &attribute);
        }
        "globals" | "locals" | "vars" if call.arguments.is_empty() => {
            Value::name(Language::Python, "globals()")?
        }
        "vars" => Value::name(Language::Python, &format!("{}.__dict__", call.argument(0)?.as_name()?))?,
        "operator.attrgetter" => return None,
        _ => {
            let (object, method) = name.rsplit_once('.')?;
            let key = call.text(0)?.to_owned();
            match method {
                "get" | "__getitem__" | "pop" | "setdefault" => entry(walk, object, &key)?,
                "__getattribute__" | "__getattr__" => {
                    Value::name(Language::Python, &format!("{object}.{key}"))?
                }
                _ => return None,
            }
        }
    };
    walk.resolved += 1;
    walk.write_constant(call.start, &value);
    Some(value)
}

/// `getattr(object, 'attribute')` is `object.attribute`.
fn getattr<'t>(
    walk: &mut Walk<'t, '_>,
    frame: &Frame<'t>,
    call: &Call<'t>,
    attribute: &str,
) -> Option<Value<'t>> {
    if !super::walk::is_identifier(attribute) {
        return None;
    }
    let (from, to) = *call.texts.first()?;
    let text = format!("{}.{attribute}", walk.page.between(from, to));
    if text.contains('\n') || walk.budget.compute(text.len()).is_none() {
        return None;
    }
    walk.page.replace_since(call.start, &text);
    let object = call.argument(0).cloned();
    let value = walk.attribute(frame, object, attribute);
    // a rewritten call that stands for nothing known is still rewritten
    value.or_else(|| Value::code(&text, None))
}

/// Elements of a constant as a list, for functions that take any iterable.
fn iterable<'t>(budget: &super::budget::Budget, value: &Value<'t>) -> Option<Vec<Option<Value<'t>>>> {
    fold::elements(budget, value, 1 << 20)
}

#[cfg(test)]
mod tests;
