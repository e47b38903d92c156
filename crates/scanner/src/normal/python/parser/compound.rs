//! Statements with blocks, but for definitions.

use super::super::super::grammar::Field;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    /// A colon and what belongs to it.
    pub(super) fn block(&mut self, field: Field) -> Parsed {
        self.expect(Kind::Colon, &t::COLON)?;
        let mark = self.mark();
        if self.kind() == Kind::Newline {
            self.skip(Kind::Newline)?;
            self.skip(Kind::Indent)?;
            while self.kind() != Kind::Dedent {
                self.statement()?;
            }
            self.skip(Kind::Dedent)?;
        } else {
            self.simple_statements()?;
        }
        self.close_as(mark, &t::BLOCK, field);
        Some(())
    }

    pub(super) fn else_clause(&mut self) -> Parsed {
        let mark = self.mark();
        if self.has(Kind::Else, &t::WORD) {
            self.block(Field::Body)?;
            self.close(mark, &t::ELSE);
        }
        Some(())
    }

    pub(super) fn if_statement(&mut self, mark: usize) -> Parsed {
        self.take(&t::WORD);
        self.expression()?;
        self.block(Field::None)?;
        loop {
            let clause = self.mark();
            if !self.has(Kind::Elif, &t::WORD) {
                break;
            }
            self.expression()?;
            self.block(Field::None)?;
            self.close(clause, &t::ELIF);
        }
        self.else_clause()?;
        self.close(mark, &t::IF);
        Some(())
    }

    pub(super) fn for_statement(&mut self, mark: usize) -> Parsed {
        self.expect(Kind::For, &t::WORD)?;
        self.targets()?;
        self.expect(Kind::In, &t::WORD)?;
        let right = self.mark();
        self.expressions(&t::EXPRESSION_LIST)?;
        self.builder.set_field(right, Field::Right);
        self.block(Field::Body)?;
        self.else_clause()?;
        self.close(mark, &t::FOR);
        Some(())
    }

    pub(super) fn try_statement(&mut self, mark: usize) -> Parsed {
        self.take(&t::WORD);
        self.block(Field::Body)?;
        loop {
            let clause = self.mark();
            if !self.has(Kind::Except, &t::WORD) {
                break;
            }
            self.has(Kind::Star, &t::WORD);
            if self.kind() != Kind::Colon {
                self.separated(|parser| parser.captured(Field::Value))?;
            }
            self.block(Field::None)?;
            self.close(clause, &t::EXCEPT);
        }
        self.else_clause()?;
        let clause = self.mark();
        if self.has(Kind::Finally, &t::WORD) {
            self.block(Field::None)?;
            self.close(clause, &t::FINALLY);
        }
        self.close(mark, &t::TRY);
        Some(())
    }

    /// `expression as target`.
    fn captured(&mut self, field: Field) -> Parsed {
        let mark = self.mark();
        self.expression()?;
        if self.has(Kind::As, &t::WORD) {
            let target = self.mark();
            self.operand()?;
            self.close_as(target, &t::AS_TARGET, Field::Alias);
            self.close(mark, &t::AS_PATTERN);
        }
        self.builder.set_field(mark, field);
        Some(())
    }

    pub(super) fn with(&mut self, mark: usize) -> Parsed {
        self.expect(Kind::With, &t::WORD)?;
        let clause = self.mark();
        let is_in_brackets = self.is_list_of_items();
        if is_in_brackets {
            self.expect(Kind::Open, &t::OPEN)?;
        }
        loop {
            let item = self.mark();
            self.captured(Field::Value)?;
            self.close(item, &t::WITH_ITEM);
            if !self.has(Kind::Comma, &t::COMMA) || self.kind() == Kind::Close {
                break;
            }
        }
        if is_in_brackets {
            self.expect(Kind::Close, &t::CLOSE)?;
        }
        self.close(clause, &t::WITH_CLAUSE);
        self.block(Field::Body)?;
        self.close(mark, &t::WITH);
        Some(())
    }

    /// Whether the bracket that opens here holds what a `with` opens, and not one expression.
    fn is_list_of_items(&self) -> bool {
        let (mut open, mut has_items) = (0, false);
        for (at, token) in self.tokens[self.at..].iter().enumerate() {
            match token.kind {
                Kind::Open | Kind::OpenSquare | Kind::OpenCurly | Kind::BraceIn => open += 1,
                Kind::Close | Kind::CloseSquare | Kind::CloseCurly | Kind::BraceOut => open -= 1,
                Kind::As | Kind::Comma => has_items |= open == 1,
                _ => {}
            }
            if open == 0 {
                return at > 0 && has_items && self.kind_after(at + 1) == Kind::Colon;
            }
        }
        false
    }
}
