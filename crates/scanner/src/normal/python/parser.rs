//! A parser of Python 3 for the walk: it makes the tree that tree-sitter makes, some ten times as fast, and gives up on
//! whatever it does not surely know. Tree-sitter, which recovers from errors, then reads the source.

mod atoms;
mod calls;
mod compound;
mod definitions;
mod expressions;
mod statements;
mod types;

use super::super::grammar::Field;
use super::super::tree::{Builder, Tree, Type};
use super::tokens::{Kind, Token, tokens};
use types as t;

#[cfg(test)]
pub(in super::super) use types::ALL as NODE_TYPES;

/// Levels of brackets, blocks and prefixes: deeper ones are left to the parser that does not recurse.
const MOST_LEVELS: u8 = 100;

/// The tree of a source.
pub(in super::super) fn parse(source: &str) -> Option<Tree> {
    let tokens = tokens(source)?;
    let mut parser = Parser { tokens, at: 0, builder: Builder::new(source.len()), levels: 0, source };
    while parser.kind() != Kind::End {
        parser.statement()?;
    }
    let end = if parser.mark() == 0 { 0 } else { source.len() };
    parser.builder.close_at(0, &t::MODULE, 0, end);
    parser.builder.finish(source, true)
}

/// `Some(())` where what was asked for stands; it then waits in the builder.
type Parsed = Option<()>;

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    builder: Builder,
    levels: u8,
}

impl Parser<'_> {
    fn kind(&self) -> Kind {
        self.kind_after(0)
    }

    fn kind_after(&self, ahead: usize) -> Kind {
        self.tokens.get(self.at + ahead).map_or(Kind::End, |token| token.kind)
    }

    fn word(&self) -> &str {
        let Some(token) = self.tokens.get(self.at) else { return "" };
        self.source.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    fn mark(&self) -> usize {
        self.builder.mark()
    }

    /// Takes the token as a node.
    fn take(&mut self, what: &'static Type) {
        if let Some(token) = self.tokens.get(self.at) {
            self.builder.leaf(what, token.start as usize, token.end as usize);
            self.at += 1;
        }
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

    fn expect(&mut self, kind: Kind, what: &'static Type) -> Parsed {
        self.has(kind, what).then_some(())
    }

    /// Takes a token that is in no tree.
    fn skip(&mut self, kind: Kind) -> Parsed {
        let is_here = self.kind() == kind;
        self.at += usize::from(is_here);
        is_here.then_some(())
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
}
