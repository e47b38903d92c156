//! A parser of JavaScript for the walk: it makes the tree that tree-sitter makes, some ten times as fast, and gives up on
//! whatever it does not surely know (JSX, decorators, HTML comments, words that are keywords in some places only).
//! Tree-sitter, which recovers from errors, then reads the source.

mod classes;
mod expressions;
mod functions;
mod literals;
mod loops;
mod members;
mod modules;
mod statements;
mod types;

use super::super::grammar::Field;
use super::super::tree::{Builder, Tree, Type};
use super::tokens::{Kind, Token, token_at};
use types as t;

#[cfg(test)]
pub(in super::super) use types::ALL as NODE_TYPES;

/// Levels of brackets, blocks and prefixes: deeper ones are left to the parser that does not recurse.
const MOST_LEVELS: u16 = 200;

/// The tree of a source.
pub(in super::super) fn parse(source: &str) -> Option<Tree> {
    let mut parser = Parser {
        source,
        token: token_at(source, 0),
        builder: Builder::new(source.len()),
        levels: 0,
        function: Function::default(),
        may_be_in: true,
    };
    if source.starts_with("#!") {
        let end = source.find(['\n', '\r']).unwrap_or(source.len());
        parser.builder.leaf(&t::HASH_BANG, 0, end);
        parser.token = token_at(source, end);
    }
    while parser.kind() != Kind::End {
        parser.statement()?;
    }
    let end = if parser.mark() == 0 { 0 } else { source.len() };
    parser.builder.close_at(0, &t::PROGRAM, 0, end);
    parser.builder.finish(source, true)
}

/// `Some(())` where what was asked for stands; it then waits in the builder.
type Parsed = Option<()>;

/// The function that is parsed.
#[derive(Clone, Copy, Default)]
struct Function {
    is_async: bool,
    is_generator: bool,
}

struct Parser<'s> {
    source: &'s str,
    token: Token,
    builder: Builder,
    levels: u16,
    function: Function,
    /// whether `in` is an operator here, as it is not in the head of a `for`
    may_be_in: bool,
}

impl Parser<'_> {
    fn kind(&self) -> Kind {
        self.token.kind
    }

    /// The token after this one.
    fn next(&self) -> Token {
        token_at(self.source, self.token.end)
    }

    fn word(&self) -> &str {
        self.source.get(self.token.start..self.token.end).unwrap_or_default()
    }

    fn is_word(&self, word: &str) -> bool {
        self.kind() == Kind::Name && self.word() == word
    }

    fn mark(&self) -> usize {
        self.builder.mark()
    }

    /// Takes the token as a node.
    fn take(&mut self, what: &'static Type) {
        self.take_to(what, self.token.end);
    }

    /// Takes what starts with the token and goes on to a byte.
    fn take_to(&mut self, what: &'static Type, end: usize) {
        self.builder.leaf(what, self.token.start, end);
        self.token = token_at(self.source, end);
    }

    fn take_as(&mut self, what: &'static Type, field: Field) {
        let mark = self.mark();
        self.take(what);
        self.builder.set_field(mark, field);
    }

    /// Takes a token of this kind, if it stands here.
    fn has(&mut self, kind: Kind, what: &'static Type) -> bool {
        let is_here = self.kind() == kind;
        if is_here {
            self.take(what);
        }
        is_here
    }

    fn has_word(&mut self, word: &str) -> bool {
        let is_here = self.is_word(word);
        if is_here {
            self.take(&t::WORD);
        }
        is_here
    }

    fn expect(&mut self, kind: Kind, what: &'static Type) -> Parsed {
        self.has(kind, what).then_some(())
    }

    fn name(&mut self, field: Field) -> Parsed {
        (self.kind() == Kind::Name).then(|| self.take_as(&t::IDENTIFIER, field))
    }

    fn close(&mut self, mark: usize, what: &'static Type) {
        self.builder.close(mark, what);
    }

    fn close_as(&mut self, mark: usize, what: &'static Type, field: Field) {
        self.builder.close(mark, what);
        self.builder.set_field(mark, field);
    }

    /// Parses one level deeper.
    fn deeper(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.levels += 1;
        let parsed = if self.levels <= MOST_LEVELS { parse(self) } else { None };
        self.levels -= 1;
        parsed
    }

    /// Parses where `in` is an operator, whatever it is around.
    fn enclosed(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        let may_be_in = std::mem::replace(&mut self.may_be_in, true);
        let parsed = parse(self);
        self.may_be_in = may_be_in;
        parsed
    }
}
