//! Calls: functions of the same file in place of their calls, comprehensions of constants, and what languages know.

use std::rc::Rc;

use super::grammar::{Field, Kind};
use super::tree::Node;
use super::value::{Function, MAX_CODE, Value};
use super::walk::{Frame, Kid, Walk};
use super::{Language, Unnormal, fold, javascript, python};

/// Calls are inlined this many levels deep.
const MAX_INLINED: u8 = 4;
/// Bytes that an inlined call may be longer than the call was.
const MAX_GROWTH: usize = 4 * 1024;
/// Elements of a constant that a comprehension or `map` is computed over.
const MAX_ELEMENTS: usize = 65_536;

/// A call whose callee and arguments are on the page.
pub(super) struct Call<'t> {
    /// where its text begins on the page
    pub(super) start: usize,
    /// what the callee stands for
    pub(super) callee: Option<Value<'t>>,
    /// where the callee's text is
    pub(super) callee_text: (usize, usize),
    /// positional arguments, spread ones by their elements
    pub(super) arguments: Vec<Option<Value<'t>>>,
    /// where the texts of the positional arguments are; empty when one is spread
    pub(super) texts: Vec<(usize, usize)>,
    /// the callee's node
    pub(super) node: Node<'t>,
}

impl<'t> Call<'t> {
    /// The argument at `index`.
    pub(super) fn argument(&self, index: usize) -> Option<&Value<'t>> {
        self.arguments.get(index)?.as_ref()
    }

    /// The constant string at `index`.
    pub(super) fn text(&self, index: usize) -> Option<&str> {
        self.argument(index)?.as_text()
    }

    fn has_code(&self) -> bool {
        self.callee.iter().chain(self.arguments.iter().flatten()).any(Value::is_code)
    }
}

/// Rewrites a call; what it stands for.
pub(super) fn call<'t>(walk: &mut Walk<'t, '_>, mut frame: Frame<'t>) -> Result<Option<Value<'t>>, Unnormal> {
    let has_arguments = frame.kids.last().is_some_and(|kid| kid.kind == Kind::Arguments);
    let kids = match has_arguments {
        true => std::mem::take(&mut walk.arguments),
        false => frame.kids.drain(1.min(frame.kids.len())..).collect(),
    };
    let Some(callee) = frame.kids.first_mut() else { return Ok(None) };
    let mut call = Call {
        start: frame.start,
        callee: callee.value.take(),
        callee_text: (callee.start, callee.end),
        arguments: Vec::new(),
        texts: Vec::new(),
        node: callee.node,
    };
    if !take_arguments(walk, &mut call, kids) {
        return Ok(None);
    }
    if let Some(Value::Function(function)) = &call.callee {
        let function = Rc::clone(function);
        return inline(walk, &function, &call);
    }
    let known = match walk.language {
        Language::Python => python::call(walk, &frame, &call)?,
        Language::JavaScript | Language::TypeScript => javascript::call(walk, &frame, &call)?,
    };
    Ok(match known {
        Known::Is(value) => value,
        Known::Constant(value) => {
            let value = if call.has_code() {
                Value::code(walk.page.since(call.start), Some(value))
            } else {
                Some(value)
            };
            if let Some(value @ (Value::Text(_) | Value::Bytes(_))) = &value {
                walk.write_constant(call.start, value);
            }
            value
        }
        Known::Decoded(value) => {
            append_readable(walk, &value);
            Value::code(walk.page.since(call.start), Some(value))
        }
        Known::Nothing => kept_as_text(walk, &call),
    })
}

/// What a language knows of a call.
pub(super) enum Known<'t> {
    /// nothing
    Nothing,
    /// it was rewritten, and is this
    Is(Option<Value<'t>>),
    /// it computes this constant
    Constant(Value<'t>),
    /// it decodes this constant, and is to stay in sight
    Decoded(Value<'t>),
}

impl<'t> From<Option<Value<'t>>> for Known<'t> {
    fn from(value: Option<Value<'t>>) -> Self {
        value.map_or(Self::Nothing, Self::Constant)
    }
}

fn take_arguments<'t>(walk: &Walk<'t, '_>, call: &mut Call<'t>, kids: Vec<Kid<'t>>) -> bool {
    for kid in kids {
        match kid.kind {
            Kind::KeywordArgument => {}
            Kind::Spread => {
                let elements =
                    kid.value.as_ref().and_then(|value| fold::elements(walk.budget, value, MAX_ELEMENTS));
                let Some(elements) = elements else { return false };
                call.arguments.extend(elements);
            }
            _ => {
                call.texts.push((kid.start, kid.end));
                call.arguments.push(kid.value);
            }
        }
    }
    if call.texts.len() != call.arguments.len() {
        call.texts.clear();
    }
    true
}

/// A call of a named function of a module, or on what such a call returned: it can stand where its result is used.
fn kept_as_text<'t>(walk: &Walk<'t, '_>, call: &Call<'t>) -> Option<Value<'t>> {
    let text = walk.page.since(call.start);
    if text.len() > MAX_CODE || text.contains('\n') {
        return None;
    }
    let name = match call.callee.as_ref()? {
        Value::Name(name) => name,
        callee if callee.is_code() => return Value::code(text, None),
        _ => return None,
    };
    let is_source = match walk.language {
        Language::Python => python::is_source(name),
        Language::JavaScript | Language::TypeScript => javascript::is_source(name),
    };
    is_source.then(|| Value::code(text, None)).flatten()
}

/// `apply(function, [argument])` calls what the argument at `function` names: that call goes to the end of the line, with
/// the text of the argument at `argument`, brackets around it taken off.
pub(super) fn append_called(walk: &mut Walk<'_, '_>, call: &Call<'_>, function: usize, argument: usize) {
    let name = call.argument(function).and_then(Value::as_name);
    // what takes texts apart or computes is called so all day long
    let runs = |name: &&str| name.contains('.') || matches!(*name, "exec" | "eval" | "execfile" | "Function");
    let (Some(name), Some((from, to))) = (name.filter(runs), call.texts.get(argument)) else { return };
    let text = walk.page.between(*from, *to).trim_matches(['[', ']', '(', ')', ',', ' ']);
    let closes = text.matches('(').count().saturating_sub(text.matches(')').count());
    if text.len() <= MAX_CODE && !text.contains('\n') {
        let text = format!("{name}({text}{})", ")".repeat(closes));
        walk.page.append(text);
    }
}

/// `decode('…')` becomes `decode('…', 'what it decodes to')`, so that rules see both.
fn append_readable(walk: &mut Walk<'_, '_>, value: &Value<'_>) {
    let Some(text) =
        value.as_bytes().and_then(super::codec::readable).filter(|text| text.chars().count() >= 8)
    else {
        return;
    };
    let Some(written) = super::literal::written(&Value::text(text)) else { return };
    let end = walk.page.mark();
    if walk.page.between(end.saturating_sub(1), end) == ")" {
        walk.page.replace_since(end - 1, &format!(", {written})"));
    }
}

/// Writes the expression that a function returns in place of its call, if that brings something to light.
pub(super) fn inline<'t>(
    walk: &mut Walk<'t, '_>,
    function: &Rc<Function<'t>>,
    call: &Call<'t>,
) -> Result<Option<Value<'t>>, Unnormal> {
    let is_known = call.arguments.iter().flatten().any(|value| value.constant().is_some());
    let original = walk.page.since(call.start).to_owned();
    let may_inline =
        walk.inlined < MAX_INLINED && (is_known || !function.is_plain.get()) && !original.contains('\n');
    if !may_inline || walk.budget.compute(original.len()).is_none() {
        return Ok(None);
    }
    let argument = |index: usize| match call.arguments.get(index) {
        Some(Some(value)) => Some(value.clone()),
        _ => call.texts.get(index).and_then(|(from, to)| Value::code(walk.page.between(*from, *to), None)),
    };
    let bound: Vec<_> = function
        .parameters
        .iter()
        .enumerate()
        .map(|(index, name)| (Rc::clone(name), argument(index)))
        .collect();
    let resolved = walk.resolved;
    walk.page.replace_since(call.start, "");
    let value = evaluate(walk, function, &bound)?;
    let length = walk.page.since(call.start).len();
    let is_useful = value.as_ref().is_some_and(is_useful) || walk.resolved > resolved;
    if is_useful && length <= original.len() + MAX_GROWTH {
        return Ok(value);
    }
    if !is_known {
        function.is_plain.set(true);
    }
    walk.page.replace_since(call.start, &original);
    Ok(value)
}

fn is_useful(value: &Value<'_>) -> bool {
    matches!(value, Value::Name(_) | Value::Text(_) | Value::Bytes(_) | Value::Function(_) | Value::Code(_))
}

/// Writes the expression that a function returns, its parameters bound; what that stands for.
fn evaluate<'t>(
    walk: &mut Walk<'t, '_>,
    function: &Function<'t>,
    bound: &[(Rc<str>, Option<Value<'t>>)],
) -> Result<Option<Value<'t>>, Unnormal> {
    walk.scopes.open(usize::MAX);
    for import in &function.imports {
        python::bind_import(walk, *import);
    }
    for (name, value) in bound {
        walk.scopes.bind(name, value.clone());
    }
    let value = walk.run_elsewhere(function.body);
    walk.scopes.drop_innermost();
    value
}

/// `[body for name in constant]`, computed when every element is a constant.
pub(super) fn comprehension<'t>(
    walk: &mut Walk<'t, '_>,
    frame: &Frame<'t>,
) -> Result<Option<Value<'t>>, Unnormal> {
    let mut clauses = frame.kids.iter().filter(|kid| matches!(kid.kind, Kind::ForIn | Kind::IfClause));
    let (Some(clause), None, Some(body)) = (clauses.next(), clauses.next(), frame.kid(Field::Body)) else {
        return Ok(None);
    };
    let elements = clause.value.as_ref().and_then(|value| fold::elements(walk.budget, value, MAX_ELEMENTS));
    let (Some(elements), Some(left)) = (elements, clause.node.child(Field::Left)) else {
        return Ok(None);
    };
    let names: Vec<Rc<str>> = walk.pattern_names(left).into_iter().map(Rc::from).collect();
    let function =
        Function { parameters: names, imports: Vec::new(), body: body.node, is_plain: false.into() };
    mapped(walk, &function, elements)
}

/// The list of what the function makes of each element, if each of that is a constant.
pub(super) fn mapped<'t>(
    walk: &mut Walk<'t, '_>,
    function: &Function<'t>,
    elements: Vec<Option<Value<'t>>>,
) -> Result<Option<Value<'t>>, Unnormal> {
    if walk.inlined >= MAX_INLINED {
        return Ok(None);
    }
    let mark = walk.page.mark();
    let mut results = Vec::with_capacity(elements.len());
    for element in elements {
        let bound: Vec<_> = match &function.parameters[..] {
            [name] => vec![(Rc::clone(name), element)],
            names => {
                let Some(list) = element.as_ref().and_then(Value::as_list) else { return Ok(None) };
                names.iter().cloned().zip(list.iter().cloned()).collect()
            }
        };
        let value = evaluate(walk, function, &bound)?;
        walk.page.replace_since(mark, "");
        let Some(value) = value.and_then(Value::into_constant) else { return Ok(None) };
        results.push(Some(value));
    }
    Ok(Value::list(results))
}

/// The list of what `function` makes of each element: one of the file's functions, or a known one of one argument.
pub(super) fn map<'t>(
    walk: &mut Walk<'t, '_>,
    function: &Value<'t>,
    elements: &Value<'t>,
) -> Result<Option<Value<'t>>, Unnormal> {
    let Some(elements) = fold::elements(walk.budget, elements, MAX_ELEMENTS) else { return Ok(None) };
    match function {
        Value::Function(function) => {
            let one = Function {
                parameters: function.parameters.iter().take(1).cloned().collect(),
                imports: function.imports.clone(),
                body: function.body,
                is_plain: false.into(),
            };
            mapped(walk, &one, elements)
        }
        Value::Name(name) => {
            let result = |element: Option<Value<'t>>| match walk.language {
                Language::Python => python::function(walk.budget, name, &[element]),
                Language::JavaScript | Language::TypeScript => {
                    javascript::function(walk.budget, name, &[element])
                }
            };
            let results: Option<Vec<_>> =
                elements.into_iter().map(|element| result(element).map(Some)).collect();
            Ok(results.and_then(Value::list))
        }
        _ => Ok(None),
    }
}
