//! What binds names in Python: imports, functions that only return, and the builtins.

use std::rc::Rc;

use super::super::Language;
use super::super::grammar::Field;
use super::super::tree::Node;
use super::super::value::{Function, Value};
use super::super::walk::Walk;

/// Imports before the one statement of a function that is inlined.
const MAX_IMPORTS: usize = 4;

/// Binds the names that an import statement imports.
pub(in super::super) fn bind_import<'t>(walk: &mut Walk<'t, '_>, node: Node<'t>) {
    let module = node.child(Field::ModuleName).map(|module| dotted(walk.text_of(module)));
    if node.name() != "import_statement" && module.as_ref().is_none_or(|module| module.starts_with('.')) {
        return;
    }
    for name in node.children().filter(|child| child.field() == Field::Name) {
        let (name, alias) = match name.child(Field::Name) {
            Some(inner) => (inner, name.child(Field::Alias)),
            None => (name, None),
        };
        let qualified = dotted(walk.text_of(name));
        let top = qualified.split('.').next().unwrap_or_default().to_owned();
        let (bound, qualified) = match (&module, alias) {
            (Some(module), alias) => {
                (alias.map(|alias| dotted(walk.text_of(alias))).unwrap_or(qualified.clone()), {
                    format!("{module}.{qualified}")
                })
            }
            (None, Some(alias)) => (dotted(walk.text_of(alias)), qualified),
            (None, None) => (top.clone(), top),
        };
        let value = Value::name(Language::Python, &qualified);
        walk.scopes.bind(&bound, value);
    }
    if let Some(module) = module
        && walk.text_of(node).trim_end().ends_with('*')
        && walk.star_imports.len() < 32
    {
        walk.star_imports.push(module);
    }
}

fn dotted(source: &str) -> String {
    let name: String = source.split_whitespace().collect();
    super::super::names::fold(&name)
}

/// The qualified name of a name that nothing in the file binds, if it is one worth knowing.
pub(in super::super) fn builtin(name: &str, star_imports: &[String]) -> Option<String> {
    const EXPORTS: &[(&str, &[&str])] = &[
        ("os", &["system", "popen", "environ", "getenv", "remove", "startfile", "execvp", "spawnl", "fork"]),
        (
            "subprocess",
            &["Popen", "run", "call", "check_output", "check_call", "getoutput", "getstatusoutput"],
        ),
        ("base64", &["b64decode", "b32decode", "b85decode", "a85decode", "b16decode", "urlsafe_b64decode"]),
        ("urllib.request", &["urlopen", "urlretrieve", "Request"]),
        ("requests", &["get", "post", "put", "request"]),
        ("socket", &["socket", "create_connection", "gethostname"]),
        ("zlib", &["decompress"]),
        ("marshal", &["loads"]),
        ("ctypes", &["windll", "CDLL", "cdll"]),
        ("binascii", &["unhexlify", "a2b_base64"]),
        ("codecs", &["decode"]),
        ("importlib", &["import_module"]),
    ];
    if is_builtin(name) {
        return Some(name.to_owned());
    }
    if star_imports.is_empty() {
        return None;
    }
    let exports = EXPORTS.iter().filter(|(module, _)| star_imports.iter().any(|star| star == module));
    exports.into_iter().find(|(_, names)| names.contains(&name)).map(|(module, _)| format!("{module}.{name}"))
}

#[rustfmt::skip]
fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "__import__" | "__builtins__" | "__builtin__" | "bytearray" | "bytes" | "chr" | "compile"
            | "enumerate" | "eval" | "exec" | "execfile" | "getattr" | "globals" | "hex"
            | "importlib" | "input" | "int" | "len" | "list" | "locals" | "map"
            | "oct" | "open" | "ord" | "range" | "reversed" | "setattr" | "str"
            | "tuple" | "unichr" | "vars" | "xrange" | "bin" | "iter" | "abs"
            | "zip"
    )
}

/// The function, if all it does is to return one expression or to evaluate one, after imports.
pub(in super::super) fn one_return<'t>(walk: &Walk<'t, '_>, node: Node<'t>) -> Option<Function<'t>> {
    let parameters = parameters(walk, node)?;
    let body = node.child(Field::Body)?;
    if node.name() == "lambda" {
        return Some(Function { parameters, imports: Vec::new(), body, is_plain: false.into() });
    }
    if body.named_children().nth(8).is_some() {
        return None;
    }
    let mut imports = Vec::new();
    let mut result = None;
    for statement in body.named_children().filter(|child| child.name() != "comment") {
        if result.is_some() {
            return None;
        }
        match statement.name() {
            "import_statement" | "import_from_statement" if imports.len() < MAX_IMPORTS => {
                imports.push(statement)
            }
            "expression_statement"
                if statement.named_children().next().is_some_and(|only| only.name() == "string") => {}
            "expression_statement" => {
                result = statement.named_children().next().filter(|only| only.name() == "call")
            }
            "return_statement" => result = statement.named_children().next(),
            _ => return None,
        }
    }
    Some(Function { parameters, imports, body: result?, is_plain: false.into() })
}

fn parameters<'t>(walk: &Walk<'t, '_>, node: Node<'t>) -> Option<Vec<Rc<str>>> {
    let Some(list) = node.child(Field::Parameters) else { return Some(Vec::new()) };
    if list.named_children().nth(16).is_some() {
        return None;
    }
    let name = |parameter: Node<'t>| match parameter.name() {
        "identifier" => Some(parameter),
        "typed_parameter" => parameter.named_children().next().filter(|name| name.name() == "identifier"),
        "default_parameter" | "typed_default_parameter" => parameter.child(Field::Name),
        _ => None,
    };
    let parameters = list.named_children().filter(|parameter| parameter.name() != "comment");
    parameters
        .map(|parameter| name(parameter).map(|name| Rc::from(&*walk.name_of(walk.text_of(name)))))
        .collect()
}
