//! Identifiers: where they are bound, and what they stand for where they are used.

use std::borrow::Cow;

use super::super::grammar::{Field, Kind};
use super::super::scopes::Known;
use super::super::tree::Node;
use super::super::value::Value;
use super::super::{Language, javascript, names, python};
use super::Walk;

/// What an identifier does at its place.
enum Role {
    /// it is a part of a larger name, a label or a key
    Verbatim,
    /// it is bound to something that is not known
    Bound,
    /// it is bound when the node around it is left
    BoundLater,
    /// its value is used
    Used,
}

impl<'t> Walk<'t, '_> {
    /// Writes an identifier, or what it stands for.
    pub(super) fn identifier(&mut self, node: Node<'t>, kind: Kind, field: Field) -> Option<Value<'t>> {
        let source = self.text_of(node);
        let name = self.name_of(source);
        match self.role(kind, field) {
            Role::Verbatim => {
                self.page.push_identifier(&name);
                let is_key = kind == Kind::Property && field == Field::Key;
                is_key.then(|| Value::text(name.into_owned()))
            }
            Role::Bound => {
                let value = self.promised();
                self.scopes.bind(&name, value);
                self.page.push_identifier(&name);
                None
            }
            Role::BoundLater => {
                self.page.push_identifier(&name);
                None
            }
            Role::Used => self.used(&name),
        }
    }

    /// The identifier as the language compares it.
    pub(in super::super) fn name_of<'a>(&self, source: &'a str) -> Cow<'a, str> {
        match self.language {
            Language::Python if !source.is_ascii() => Cow::Owned(names::compared(source)),
            Language::JavaScript | Language::TypeScript if source.contains('\\') => {
                let escapes = super::super::literal::Escapes::JavaScript;
                super::super::literal::unescape(source, escapes).map_or(Cow::Borrowed(source), Cow::Owned)
            }
            _ => Cow::Borrowed(source),
        }
    }

    /// What the first parameter of a function stands for that is an argument of `require('x').then(…)`.
    fn promised(&self) -> Option<Value<'t>> {
        let mut open = self.open_nodes().skip_while(|frame| frame.node.name() == "formal_parameters");
        let is_called_back = open.next()?.kind == Kind::ArrowFunction && open.next()?.kind == Kind::Arguments;
        let call = open.next().filter(|_| is_called_back)?;
        let module = call.kids.first()?.value.as_ref()?.as_name()?.strip_suffix(".then")?;
        Value::name(self.language, module)
    }

    fn role(&self, kind: Kind, field: Field) -> Role {
        let Some(parent) = self.parent() else { return Role::Used };
        if kind == Kind::Property {
            return Role::Verbatim;
        }
        match (parent.kind, field) {
            (Kind::ImportedName | Kind::Import | Kind::GlobalStatement, _)
            | (Kind::KeywordArgument | Kind::Function | Kind::Class, Field::Name)
            | (Kind::Member, Field::Property)
            | (Kind::Dictionary, _) => Role::Verbatim,
            (Kind::Capture, _)
            | (Kind::Branch | Kind::ForIn, Field::Left)
            | (Kind::ArrowFunction, Field::Parameter) => Role::Bound,
            (Kind::Assignment | Kind::AugmentedAssignment, Field::Left)
            | (Kind::Declarator | Kind::NamedExpression, Field::Name)
            | (Kind::DefaultParameter, Field::Name | Field::Left | Field::Parameter) => Role::BoundLater,
            _ if kind == Kind::PatternName => Role::Bound,
            _ => Role::Used,
        }
    }

    fn used(&mut self, name: &str) -> Option<Value<'t>> {
        match self.scopes.known(name) {
            Known::As(value) => {
                self.write_known(name, &value);
                Some(value)
            }
            Known::Bound => {
                self.page.push_identifier(name);
                None
            }
            Known::Unbound => {
                let folded = match name.is_ascii() {
                    true => Cow::Borrowed(name),
                    false => Cow::Owned(names::fold(name)),
                };
                let builtin = match self.language {
                    Language::Python => python::builtin(&folded, &self.star_imports),
                    Language::JavaScript | Language::TypeScript => javascript::builtin(&folded),
                };
                let value = builtin.and_then(|builtin| Value::name(self.language, &builtin));
                match value.as_ref().and_then(Value::as_name) {
                    Some(builtin) => {
                        self.resolved += 1;
                        self.page.push(builtin);
                    }
                    None => self.page.push(&folded),
                }
                value
            }
        }
    }

    /// Writes what a name stands for, or the name where that is longer than helps.
    fn write_known(&mut self, name: &str, value: &Value<'t>) {
        let start = self.page.mark();
        self.page.push_identifier(name);
        match value {
            Value::Name(_) => self.resolved += 1,
            Value::Text(text) if text.is_empty() => return,
            Value::Int(_) if self.inlined == 0 => return,
            _ => {}
        }
        self.write_constant(start, value);
    }

    /// The name of a function or class.
    pub(super) fn function_name(&self, node: Node<'t>) -> Option<String> {
        let name = node.child(Field::Name)?;
        Some(self.name_of(self.text_of(name)).into_owned())
    }
}
