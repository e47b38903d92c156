//! Loops that are more than a condition and a body.

use super::super::super::grammar::Field;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    pub(super) fn for_statement(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        self.has_word("await");
        self.expect(Kind::Open, &t::OPEN)?;
        self.may_be_in = false;
        let is_over_elements = self.head();
        self.may_be_in = true;
        let is_over_elements = is_over_elements?;
        if is_over_elements {
            self.take_as(&t::WORD, Field::Operator);
            let right = self.mark();
            self.expressions()?;
            self.builder.set_field(right, Field::Right);
        } else {
            self.rest_of_head()?;
        }
        self.expect(Kind::Close, &t::CLOSE)?;
        self.statement()?;
        self.close(mark, if is_over_elements { &t::FOR_IN } else { &t::FOR });
        Some(())
    }

    /// What a `for` starts with; whether it goes over the elements of something.
    fn head(&mut self) -> Option<bool> {
        let mark = self.mark();
        let next = self.next();
        let is_declared = matches!(self.kind(), Kind::Var | Kind::Const)
            || self.is_word("let") && matches!(next.kind, Kind::Name | Kind::OpenSquare | Kind::OpenCurly);
        if is_declared {
            let what = self.declarators()?;
            if self.kind() == Kind::In || self.is_word("of") {
                // one name, or one pattern
                self.builder.unwrap(mark + 1);
                self.builder.set_field(mark + 1, Field::Left);
                return (self.mark() == mark + 2).then_some(true);
            }
            self.expect(Kind::Semicolon, &t::COMMA)?;
            self.close(mark, what);
            return Some(false);
        }
        if self.has(Kind::Semicolon, &t::COMMA) {
            self.close(mark, &t::EMPTY);
            return Some(false);
        }
        self.expressions()?;
        if self.kind() == Kind::In || self.is_word("of") {
            self.builder.retype(mark, t::pattern_of);
            self.builder.set_field(mark, Field::Left);
            return Some(true);
        }
        self.expect(Kind::Semicolon, &t::COMMA)?;
        Some(false)
    }

    /// The condition and the step of a `for`.
    fn rest_of_head(&mut self) -> Parsed {
        let mark = self.mark();
        if self.has(Kind::Semicolon, &t::COMMA) {
            self.close(mark, &t::EMPTY);
        } else {
            self.expressions()?;
            self.expect(Kind::Semicolon, &t::COMMA)?;
        }
        if self.kind() != Kind::Close {
            self.expressions()?;
        }
        Some(())
    }

    pub(super) fn do_statement(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        self.statement()?;
        self.expect(Kind::While, &t::WORD)?;
        self.in_parentheses()?;
        self.has(Kind::Semicolon, &t::COMMA);
        self.close(mark, &t::DO);
        Some(())
    }
}
