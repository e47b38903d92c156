//! Expressions that both languages have, rewritten when the walk leaves them.

use std::rc::Rc;

use super::super::grammar::{Field, Kind};
use super::super::value::Value;
use super::super::{Language, Unnormal, calls, fold, format, literal, nested_text};
use super::{Frame, Walk};

impl<'t> Walk<'t, '_> {
    /// Rewrites what was written for the node; what the node stands for.
    pub(super) fn expression(&mut self, mut frame: Frame<'t>) -> Result<Option<Value<'t>>, Unnormal> {
        Ok(match frame.kind {
            Kind::Arguments => {
                self.arguments = std::mem::take(&mut frame.kids);
                None
            }
            Kind::Call => calls::call(self, frame)?,
            Kind::Comprehension => calls::comprehension(self, &frame)?,
            Kind::Member => self.member(&mut frame),
            Kind::Subscript => self.subscript(&mut frame),
            Kind::Parenthesized | Kind::Sequence | Kind::Await | Kind::TypeAssertion => {
                self.inner(&mut frame)
            }
            Kind::Unary => self.unary(&frame),
            Kind::List => self.list(frame),
            Kind::Dictionary => dictionary(frame),
            Kind::Pair => {
                let value = frame.take(Field::Value);
                Value::list(vec![frame.take(Field::Key), value])
            }
            Kind::Slice => super::operators::slice(&frame),
            Kind::ConcatenatedString | Kind::String | Kind::Template => self.string_parts(&frame),
            Kind::Interpolation => match &mut frame.kids[..] {
                [only] => only.value.take(),
                _ => None,
            },
            Kind::Spread => frame.kids.pop().and_then(|kid| kid.value),
            Kind::ForIn => frame.take(Field::Right),
            Kind::KeywordArgument => frame.take(Field::Value),
            Kind::ExecStatement => {
                let source = frame.kids.first().and_then(|kid| kid.value.clone());
                self.append_executed(source.as_ref());
                None
            }
            Kind::ExpressionStatement => {
                self.docstring(&frame);
                None
            }
            _ => self.binding(frame),
        })
    }

    fn member(&mut self, frame: &mut Frame<'t>) -> Option<Value<'t>> {
        let property = frame.kid(Field::Property)?;
        let attribute = self.name_of(self.text_of(property.node)).into_owned();
        let object = frame.kid(Field::Object)?;
        if object.kind == Kind::Identifier
            && matches!(object.value, Some(Value::List(_) | Value::Dictionary(_)))
            && MUTATORS.contains(&attribute.as_str())
        {
            self.scopes.forget_container(self.text_of(object.node));
        }
        let object = frame.take(Field::Object);
        self.attribute(frame, object, &attribute)
    }

    /// What `object.attribute` stands for; written over the text of the node.
    pub(in super::super) fn attribute(
        &mut self,
        frame: &Frame<'t>,
        object: Option<Value<'t>>,
        attribute: &str,
    ) -> Option<Value<'t>> {
        let is_target = frame.field == Field::Left
            && self
                .parent()
                .is_some_and(|parent| matches!(parent.kind, Kind::Assignment | Kind::AugmentedAssignment));
        match object {
            Some(Value::Name(name)) => {
                let value = Value::name(self.language, &format!("{name}.{attribute}"))?;
                self.page.replace_since(frame.start, value.as_name()?);
                Some(value)
            }
            Some(Value::Dictionary(dictionary)) => {
                let value = dictionary.entries.iter().rev().find(|(key, _)| **key == *attribute)?.1.clone();
                if !is_target {
                    self.write_constant(frame.start, &value);
                }
                Some(value)
            }
            Some(
                value @ (Value::Text(_) | Value::Bytes(_) | Value::Int(_) | Value::List(_) | Value::Code(_)),
            ) => value.method(attribute),
            Some(value @ Value::Method(_)) if value.is_code() => {
                Value::code(self.page.since(frame.start), None)
            }
            _ if is_target => None,
            _ => {
                let name = self.page.since(frame.start);
                // a member of a class is one of what the class makes
                let name = if name.contains("().") { &name.replacen("().", ".", 1) } else { name };
                let value = if name.len() < 64 { self.scopes.known_in_file(name) } else { None }?;
                self.write_constant(frame.start, &value);
                Some(value)
            }
        }
    }

    fn list(&mut self, frame: Frame<'t>) -> Option<Value<'t>> {
        let mut elements = Vec::with_capacity(frame.kids.len());
        for kid in frame.kids {
            match (kid.kind, kid.value) {
                (Kind::Spread, value) => elements.extend(fold::elements(self.budget, &value?, 65_536)?),
                (_, value) => elements.push(value),
            }
        }
        if self.language == Language::Python {
            self.append_interpreter_argument(&elements);
        }
        Value::list(elements)
    }

    /// `[sys.executable, '-c', '…']`: the program that another interpreter is to run.
    fn append_interpreter_argument(&mut self, elements: &[Option<Value<'t>>]) {
        let option = elements
            .iter()
            .take(8)
            .position(|element| element.as_ref().and_then(Value::as_text) == Some("-c"));
        let runs_python = |value: &Value<'_>| {
            value.as_name() == Some("sys.executable")
                || value.as_text().is_some_and(|text| text.contains("python"))
        };
        if let (Some(at), Some(Some(first))) = (option, elements.first())
            && runs_python(first)
        {
            self.append_executed(elements.get(at + 1).and_then(Option::as_ref));
        }
    }

    /// Source that is executed: its normal form goes to the end of the line.
    pub(in super::super) fn append_executed(&mut self, source: Option<&Value<'t>>) {
        let Some(text) = source.and_then(Value::as_bytes).and_then(|bytes| std::str::from_utf8(bytes).ok())
        else {
            return;
        };
        if let Some(text) = nested_text(self.language, text, self.budget, self.nesting) {
            self.page.append(text);
        }
    }

    /// Adjacent strings, and strings with interpolations.
    fn string_parts(&mut self, frame: &Frame<'t>) -> Option<Value<'t>> {
        let parts = frame.kids.iter().filter(|kid| !matches!(kid.node.name(), "string_start" | "string_end"));
        let mut text = String::new();
        let mut bytes = Vec::new();
        for kid in parts {
            match (kid.kind, &kid.value) {
                (Kind::Fragment, _) => text.push_str(&self.fragment(frame, self.text_of(kid.node))?),
                (Kind::Escape, _) => {
                    text.push_str(&literal::unescape(self.text_of(kid.node), literal::Escapes::JavaScript)?);
                }
                (_, Some(Value::Bytes(part))) => bytes.extend_from_slice(part),
                (_, Some(value)) if !value.is_code() => text.push_str(&format::shown(value)?),
                _ => return None,
            }
        }
        let value = match bytes.is_empty() {
            true => fold::made(self.budget, text)?,
            false if text.is_empty() => fold::made_bytes(self.budget, bytes)?,
            false => return None,
        };
        self.write_constant(frame.start, &value);
        Some(value)
    }

    fn fragment(&self, frame: &Frame<'t>, text: &str) -> Option<String> {
        if self.language != Language::Python {
            return Some(text.to_owned());
        }
        let text = text.replace("{{", "{").replace("}}", "}");
        let prefix = self.text_of(frame.node).bytes().take_while(u8::is_ascii_alphabetic);
        let is_raw = prefix.map(|byte| byte.to_ascii_lowercase()).any(|byte| byte == b'r');
        if is_raw { Some(text) } else { literal::unescape(&text, literal::Escapes::PythonText) }
    }

    /// A string that is a statement is documentation, which no rule is to take for code; `__doc__` may still be used.
    fn docstring(&mut self, frame: &Frame<'t>) {
        if let ([kid], Language::Python) = (&frame.kids[..], self.language)
            && kid.kind == Kind::String
            && let Some(Value::Text(text)) = &kid.value
        {
            self.scopes.bind("__doc__", Some(Value::Text(Rc::clone(text))));
            self.page.replace_since(frame.start, "");
        }
    }
}

/// Methods that change a list or a dictionary in place.
const MUTATORS: &[&str] = &[
    "append",
    "extend",
    "insert",
    "pop",
    "push",
    "remove",
    "clear",
    "shift",
    "sort",
    "splice",
    "unshift",
    "update",
    "setdefault",
];

/// Whether `text` is a name or names with dots between them.
pub(in super::super) fn is_dotted(text: &str) -> bool {
    text.len() <= 64 && text.split('.').all(is_identifier)
}

/// Whether `text` could stand after a dot.
pub(in super::super) fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|letter| letter.is_alphabetic() || matches!(letter, '_' | '$'))
        && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'))
}

fn dictionary<'t>(frame: Frame<'t>) -> Option<Value<'t>> {
    let entries = frame.kids.into_iter().filter(|kid| kid.kind == Kind::Pair).filter_map(|kid| {
        let Some(Value::List(pair)) = kid.value else { return None };
        let [Some(key), Some(value)] = &pair.elements[..] else { return None };
        Some((key.as_text()?.into(), value.clone()))
    });
    Value::dictionary(entries.collect())
}
