//! What binds names in both languages: assignments, declarations, default parameters, patterns.

use super::super::grammar::{Field, Kind};
use super::super::tree::Node;
use super::super::value::Value;
use super::super::{fold, javascript};
use super::{Frame, Kid, Walk};

impl<'t> Walk<'t, '_> {
    /// Assignments, declarations, default parameters.
    pub(super) fn binding(&mut self, mut frame: Frame<'t>) -> Option<Value<'t>> {
        let value = match frame.kind {
            Kind::AugmentedAssignment => {
                let left = self.value_of_target(&frame)?;
                let right = frame.take(Field::Right);
                right.and_then(|right| fold::binary(self.budget, self.language, (left?, "+", &right)))
            }
            Kind::DefaultParameter => {
                let value = frame.take(Field::Value).or_else(|| frame.take(Field::Right));
                value.filter(|value| value.as_name().is_some())
            }
            Kind::GlobalStatement => {
                for kid in &frame.kids {
                    self.scopes.declare_outer(self.text_of(kid.node));
                }
                return None;
            }
            _ => {
                let value = frame.take(Field::Right).or_else(|| frame.take(Field::Value));
                match (value, frame.kids.last()) {
                    (Some(Value::Method(method)), Some(kid)) if method.receiver.is_code() => {
                        Value::code(self.written(kid), None)
                    }
                    (value, _) => value,
                }
            }
        };
        let fields = [Field::Left, Field::Name, Field::Parameter];
        if let Some(target) = frame.kids.iter().find(|kid| fields.contains(&kid.field)) {
            self.bind_target(target, value.clone());
        }
        if frame.kind == Kind::NamedExpression && matches!(value, Some(Value::Name(_))) {
            self.write_constant(frame.start, value.as_ref()?);
        }
        value
    }

    /// What the target of `target += …` stood for before; `None` when the operator is another one.
    fn value_of_target(&mut self, frame: &Frame<'t>) -> Option<Option<Value<'t>>> {
        let target = frame.kid(Field::Left)?;
        let operator = frame.kid(Field::Operator).map(|kid| self.text_of(kid.node));
        let name = self.text_of(target.node);
        if operator != Some("+=") {
            self.bind_target(target, None);
            return None;
        }
        Some(self.scopes.take(name).filter(|_| self.runs_once()))
    }

    /// Whether the statement is in no loop and no branch of its function.
    fn runs_once(&self) -> bool {
        let own =
            self.open_nodes().take_while(|frame| !matches!(frame.kind, Kind::Function | Kind::ArrowFunction));
        !own.take(64).any(|frame| frame.kind == Kind::Branch)
    }

    /// Binds the variables of a comprehension, which are written before they are bound.
    pub(super) fn bind_comprehension_names(&mut self, node: Node<'t>) {
        for clause in node.children().filter(|child| child.name() == "for_in_clause").take(8) {
            let Some(left) = clause.child(Field::Left) else { continue };
            for name in self.pattern_names(left) {
                self.scopes.bind(&name, None);
            }
        }
    }

    /// The names that a flat pattern binds, in order.
    pub(in super::super) fn pattern_names(&self, pattern: Node<'t>) -> Vec<String> {
        match pattern.name() {
            "identifier" => vec![self.name_of(self.text_of(pattern)).into_owned()],
            _ => pattern
                .named_children()
                .map(|child| match child.name() {
                    "identifier" => self.name_of(self.text_of(child)).into_owned(),
                    _ => String::new(),
                })
                .collect(),
        }
    }

    /// Binds the target of an assignment: a name, a flat pattern of names, an attribute, an element.
    pub(super) fn bind_target(&mut self, target: &Kid<'t>, value: Option<Value<'t>>) {
        match target.kind {
            Kind::Identifier => {
                let name = self.name_of(self.text_of(target.node));
                self.scopes.bind(&name, value);
            }
            Kind::Member => {
                let name = self.written(target).to_owned();
                if name.len() < 64 && target.value.is_none() {
                    self.scopes.bind_in_file(&name, value.filter(|value| value.as_list().is_none()));
                }
            }
            Kind::Subscript => {
                let container =
                    target.node.first_child().map(|child| self.text_of(child)).unwrap_or_default();
                self.scopes.forget_container(container);
            }
            Kind::Capture if target.node.name() == "object_pattern" => {
                javascript::bind_object_pattern(self, target, value)
            }
            Kind::Capture => {
                let names = self.pattern_names(target.node);
                let values =
                    value.as_ref().and_then(Value::as_list).filter(|values| values.len() <= names.len());
                for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                    let value = values.and_then(|values| values.get(index).cloned().flatten());
                    self.scopes.bind(name, value);
                }
            }
            _ => {}
        }
    }
}
