//! Calls, subscripts, and the clauses of comprehensions.

use super::super::super::grammar::Field;
use super::expressions::OR;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed {
        let mark = self.mark();
        self.atom()?;
        loop {
            match self.kind() {
                Kind::Dot => {
                    self.builder.set_field(mark, Field::Object);
                    self.take(&t::DOT);
                    self.name(Field::Property)?;
                    self.close(mark, &t::ATTRIBUTE);
                }
                Kind::Open => {
                    self.builder.set_field(mark, Field::Function);
                    self.arguments()?;
                    self.close(mark, &t::CALL);
                }
                Kind::OpenSquare => {
                    self.builder.set_field(mark, Field::Value);
                    self.subscript()?;
                    self.close(mark, &t::SUBSCRIPT);
                }
                _ => return Some(()),
            }
        }
    }

    fn subscript(&mut self) -> Parsed {
        self.take(&t::OPEN_SQUARE);
        loop {
            let mark = self.mark();
            self.index()?;
            self.builder.set_field(mark, Field::Index);
            if !self.has(Kind::Comma, &t::COMMA) || self.kind() == Kind::CloseSquare {
                return self.expect(Kind::CloseSquare, &t::CLOSE);
            }
        }
    }

    fn index(&mut self) -> Parsed {
        let mark = self.mark();
        if self.kind() == Kind::Star {
            return self.splat(&t::LIST_SPLAT);
        }
        if self.kind() != Kind::Colon {
            self.expression()?;
        }
        if self.kind() != Kind::Colon {
            return Some(());
        }
        while self.has(Kind::Colon, &t::COLON) {
            if !matches!(self.kind(), Kind::Colon | Kind::Comma | Kind::CloseSquare) {
                self.expression()?;
            }
        }
        self.close(mark, &t::SLICE);
        Some(())
    }

    pub(super) fn arguments(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN);
        while self.kind() != Kind::Close {
            let argument = self.mark();
            match self.kind() {
                Kind::Star => self.splat(&t::LIST_SPLAT)?,
                Kind::Power => self.splat(&t::DICTIONARY_SPLAT)?,
                Kind::Name if self.kind_after(1) == Kind::Equal => {
                    self.name(Field::Name)?;
                    self.take(&t::WORD);
                    let value = self.mark();
                    self.expression()?;
                    self.builder.set_field(value, Field::Value);
                    self.close(argument, &t::KEYWORD_ARGUMENT);
                }
                _ => self.expression()?,
            }
            if matches!(self.kind(), Kind::For | Kind::Async) {
                if argument != mark + 1 {
                    return None;
                }
                self.clauses(argument)?;
                self.expect(Kind::Close, &t::CLOSE)?;
                self.close(mark, &t::GENERATOR);
                return Some(());
            }
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
        }
        self.expect(Kind::Close, &t::CLOSE)?;
        self.close(mark, &t::ARGUMENTS);
        Some(())
    }

    /// The clauses of a comprehension, whose body waits at `body`.
    pub(super) fn clauses(&mut self, body: usize) -> Parsed {
        self.builder.set_field(body, Field::Body);
        loop {
            let mark = self.mark();
            match self.kind() {
                Kind::For | Kind::Async => {
                    self.has(Kind::Async, &t::WORD);
                    self.expect(Kind::For, &t::WORD)?;
                    self.targets()?;
                    self.expect(Kind::In, &t::WORD)?;
                    let right = self.mark();
                    self.condition()?;
                    self.builder.set_field(right, Field::Right);
                    self.close(mark, &t::FOR_IN);
                }
                Kind::If => {
                    self.take(&t::WORD);
                    self.condition()?;
                    self.close(mark, &t::IF_CLAUSE);
                }
                _ => return Some(()),
            }
        }
    }

    /// An expression that is none of two by a condition.
    fn condition(&mut self) -> Parsed {
        match self.kind() {
            Kind::Lambda => self.expression(),
            _ => self.deeper(|parser| parser.binary(OR)),
        }
    }

    /// What a `for` binds.
    pub(super) fn targets(&mut self) -> Parsed {
        let mark = self.mark();
        let mut is_list = false;
        loop {
            let target = self.mark();
            if self.has(Kind::Star, &t::WORD) {
                self.operand()?;
                self.close(target, &t::LIST_SPLAT);
            } else {
                self.operand()?;
            }
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
            is_list = true;
            if self.kind() == Kind::In {
                break;
            }
        }
        if is_list {
            self.close(mark, &t::EXPRESSION_LIST);
        }
        self.builder.retype(mark, t::pattern_of);
        self.builder.set_field(mark, Field::Left);
        Some(())
    }
}
