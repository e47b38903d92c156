//! Operators: arithmetic, subscripts, parentheses and their like.

use super::super::grammar::{Field, Kind};
use super::super::value::Value;
use super::super::{Language, fold, literal, python};
use super::expressions::is_identifier;
use super::{Frame, Walk};

impl<'t> Walk<'t, '_> {
    /// `left operator right`. A left operand of a chain waits to be written until the chain ends.
    pub(super) fn binary(&mut self, mut frame: Frame<'t>, may_wait: bool) -> Option<Value<'t>> {
        let operator = frame.kid(Field::Operator).map(|kid| self.text_of(kid.node))?;
        let left = frame.take(Field::Left);
        let right = frame.take(Field::Right);
        let is_code = [&left, &right].into_iter().flatten().any(Value::is_code);
        let both = left.is_some() && right.is_some();
        let unwritten = frame.kids.first().filter(|kid| kid.unwritten).map(|kid| (kid.start, kid.end));
        let kept = unwritten.and(left.clone()).filter(|_| !both);
        let value = match (left, &right) {
            (Some(left), Some(right)) => {
                // two strings are concatenated: anything else may end the chain, which is then written
                let may_end = unwritten.filter(|_| !matches!(right, Value::Text(_)));
                let written = may_end.and_then(|_| literal::written(&left));
                let value = fold::binary(self.budget, self.language, (left, operator, right));
                if let (None, Some((start, end)), Some(written)) = (&value, unwritten, written) {
                    self.page.replace_between(start, end, &written);
                }
                value
            }
            _ => None,
        };
        if let (Some(kept), Some((start, end))) = (kept, unwritten) {
            let written = literal::written(&kept).unwrap_or_default();
            self.page.replace_between(start, end, &written);
        }
        match value? {
            value if is_code => Value::code(self.page.since(frame.start), Some(value)),
            value => {
                if !may_wait && matches!(value, Value::Text(_) | Value::Bytes(_)) {
                    self.write_constant(frame.start, &value);
                }
                Some(value)
            }
        }
    }

    pub(super) fn subscript(&mut self, frame: &mut Frame<'t>) -> Option<Value<'t>> {
        let object_kid = frame.kids.first_mut()?;
        let (object, object_end) = (object_kid.value.take(), object_kid.end);
        let mut indices = frame.kids.iter_mut().filter(|kid| kid.field == Field::Index);
        let (Some(index), None) = (indices.next(), indices.next()) else { return None };
        let index = index.value.take();
        let is_code = object.as_ref().is_some_and(Value::is_code);
        let index = index?;
        if let (Some(name), Some(key)) = (object.as_ref().and_then(Value::as_name), index.as_text()) {
            let (name, key) = (name.to_owned(), key.to_owned());
            return self.element_of_name(frame, &name, &key, object);
        }
        if let (Some(Value::Dictionary(_)), Some(key)) =
            (object.as_ref().and_then(Value::constant), index.as_text())
        {
            let key = key.to_owned();
            return self.attribute(frame, object.and_then(Value::into_constant), &key);
        }
        if let (Some(key), true) = (index.as_text(), self.language != Language::Python) {
            let key = key.to_owned();
            if is_identifier(&key) {
                let text = format!("{}.{key}", self.page.between(frame.start, object_end));
                self.page.replace_since(frame.start, &text);
                return self.attribute(frame, object, &key);
            }
        }
        let object = object?;
        let value = match index.constant()? {
            Value::Int(index) => fold::indexed(&object, *index)?,
            Value::List(slice) => {
                let bound = |at: usize| slice.elements.get(at).and_then(|bound| bound.as_ref()?.as_int());
                fold::sliced(self.budget, &object, [bound(0), bound(1), bound(2)])?
            }
            _ => return None,
        };
        if is_code {
            return Value::code(self.page.since(frame.start), Some(value));
        }
        if !matches!(value, Value::Int(_)) {
            self.write_constant(frame.start, &value);
        }
        Some(value)
    }

    /// `name['key']`: an entry of a namespace, or the member of an object.
    fn element_of_name(
        &mut self,
        frame: &Frame<'t>,
        name: &str,
        key: &str,
        object: Option<Value<'t>>,
    ) -> Option<Value<'t>> {
        if self.language == Language::Python {
            let value = python::entry(self, name, key)?;
            self.write_constant(frame.start, &value);
            return Some(value);
        }
        self.attribute(frame, object, key)
    }

    /// Parentheses, `await` and `(0, eval)`: what is in them.
    pub(super) fn inner(&mut self, frame: &mut Frame<'t>) -> Option<Value<'t>> {
        let is_first = frame.kind == Kind::TypeAssertion && frame.node.name() != "type_assertion";
        let kid = if is_first { frame.kids.drain(..1).next()? } else { frame.kids.pop()? };
        let (from, to, kind) = (kid.start, kid.end, kid.kind);
        let value = kid.value?;
        if frame.kind == Kind::Sequence && !matches!(value, Value::Name(_)) {
            return Some(value);
        }
        let in_expression =
            self.parent().is_some_and(|parent| parent.kind.has_kids() || parent.kind == Kind::Other);
        let is_tight = match &value {
            Value::Name(_) | Value::Text(_) | Value::Bytes(_) => true,
            Value::Code(_) | Value::Method(_) => matches!(kind, Kind::Call | Kind::Member),
            _ => false,
        };
        if is_tight && in_expression {
            self.budget.compute(to - from)?;
            let text = self.page.between(from, to).to_owned();
            self.page.replace_since(frame.start, &text);
        }
        Some(value)
    }

    pub(super) fn unary(&self, frame: &Frame<'t>) -> Option<Value<'t>> {
        let kid = frame.kids.last()?;
        let int = kid.value.as_ref()?.as_int()?;
        match self.page.since(frame.start).as_bytes().first()? {
            b'-' => int.checked_neg().map(Value::Int),
            b'~' => Some(Value::Int(!int)),
            b'+' => Some(Value::Int(int)),
            _ => None,
        }
    }
}

/// `from:to:step`, a missing one as an element that is not known.
pub(super) fn slice<'t>(frame: &Frame<'t>) -> Option<Value<'t>> {
    let mut bounds = vec![None, None, None];
    let mut kids = frame.kids.iter();
    let mut at = 0;
    for child in frame.node.children() {
        if child.name() == ":" {
            at += 1;
        } else if child.what().is_named && child.what().kind != Kind::Comment {
            *bounds.get_mut(at)? = Some(Value::Int(kids.next()?.value.as_ref()?.as_int()?));
        }
    }
    Value::list(bounds)
}
