//! What a node is written as before its children are: the gap before it, literals, comments, names.

use super::super::grammar::Kind;
use super::super::tree::Node;
use super::super::value::Value;
use super::super::{Language, literal};
use super::{Place, Walk};

/// What became of a node when the walk reached it.
pub(super) enum Leaf<'t> {
    /// it is written, and stands for this
    Done(Option<Value<'t>>),
    /// its children are to be visited
    Descend,
}

impl<'t> Walk<'t, '_> {
    /// Writes what is between the node before and this one; the mark where this one's text begins.
    pub(super) fn enter(&mut self, node: Node<'t>, kind: Kind) -> usize {
        let gap = self.source.get(self.previous_end..node.start()).unwrap_or_default();
        let parent = self.frames.last().map_or(Kind::Other, |frame| frame.kind);
        if kind == Kind::Block && self.language == Language::Python {
            return self.page.mark(); // it starts where its first statement does, which goes to its own line
        }
        let has_gap = !gap.is_empty() || self.comment_before;
        let starts_line = node.what().starts_line
            || (kind == Kind::CloseBrace && parent == Kind::Block)
            || (parent == Kind::Error && gap.contains('\n'));
        if kind == Kind::Comment {
            self.comment_before = true;
        } else if starts_line && (has_gap || node.position().0 > 0) {
            let (row, column) = node.position();
            self.page.go_to(row, column);
            self.comment_before = false;
        } else if has_gap {
            let is_tight = match kind {
                Kind::CloseBracket | Kind::Comma | Kind::Dot | Kind::Arguments => true,
                Kind::OpenBracket => parent == Kind::Subscript,
                _ => false,
            };
            if !is_tight {
                self.page.space();
            }
            self.comment_before = false;
        }
        if !node.is_in_gapless_tree()
            && gap.bytes().any(|byte| !byte.is_ascii_whitespace() && byte != b'\\')
            && kind != Kind::Comment
        {
            self.page.push_joined(gap);
        }
        self.previous_end = node.start();
        self.page.mark()
    }

    /// Handles what is one thing, though the grammar may split it: comments, literals, names.
    pub(super) fn leaf(&mut self, Place { node, kind, field, .. }: Place<'t>) -> Leaf<'t> {
        let text = self.text_of(node);
        let value = match kind {
            Kind::Comment => None,
            Kind::String => match self.string(text) {
                Some(value) => value,
                None => return Leaf::Descend,
            },
            Kind::Fragment | Kind::Escape | Kind::Regex => {
                self.page.push(&text.replace('\n', "\\n").replace('\r', ""));
                (kind == Kind::Regex).then(|| Value::Pattern(text.into()))
            }
            Kind::Number => {
                self.page.push(text);
                literal::integer(text).map(Value::Int)
            }
            Kind::True | Kind::False => {
                self.page.push(text);
                Some(Value::Bool(kind == Kind::True))
            }
            Kind::Identifier | Kind::PatternName | Kind::Property => self.identifier(node, kind, field),
            // `f?.(x)` is `f(x)`, for all that a rule asks
            Kind::OptionalChain if self.parent().is_some_and(|parent| parent.kind == Kind::Call) => None,
            Kind::This => {
                self.page.push(text);
                None
            }
            _ => return Leaf::Descend,
        };
        self.previous_end = node.end();
        Leaf::Done(value)
    }

    /// Writes a string literal; `None` if it has interpolations and must be descended into.
    fn string(&mut self, text: &str) -> Option<Option<Value<'t>>> {
        let value = match self.language {
            Language::Python => {
                let prefix = text.bytes().take_while(u8::is_ascii_alphabetic);
                if prefix.map(|byte| byte.to_ascii_lowercase()).any(|byte| matches!(byte, b'f' | b't')) {
                    return None;
                }
                literal::python_string(text)
            }
            Language::JavaScript | Language::TypeScript => literal::javascript_string(text),
        };
        match value.as_ref().and_then(literal::written) {
            Some(written) => self.page.push(&written),
            None => self.page.push(&text.replace("\\\n", "").replace('\n', "\\n").replace('\r', "")),
        }
        Some(value)
    }
}
