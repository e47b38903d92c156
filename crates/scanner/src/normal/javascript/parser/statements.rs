//! Statements.

use super::super::super::grammar::Field;
use super::super::super::tree::Type;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    pub(super) fn statement(&mut self) -> Parsed {
        self.deeper(Self::statement_here)
    }

    fn statement_here(&mut self) -> Parsed {
        let mark = self.mark();
        match self.kind() {
            Kind::OpenCurly => return self.block(Field::None),
            Kind::Semicolon => {
                self.take(&t::COMMA);
                self.close(mark, &t::EMPTY);
            }
            Kind::Var | Kind::Const => return self.declaration(),
            Kind::Function => return self.function(true),
            Kind::Class => return self.class(true),
            Kind::If => return self.if_statement(),
            Kind::For => return self.for_statement(),
            Kind::While => {
                self.take(&t::WORD);
                self.in_parentheses()?;
                self.statement()?;
                self.close(mark, &t::WHILE);
            }
            Kind::Do => return self.do_statement(),
            Kind::Try => return self.try_statement(),
            Kind::Switch => return self.switch(),
            Kind::With => {
                self.take(&t::WORD);
                self.in_parentheses()?;
                self.statement()?;
                self.close(mark, &t::WITH);
            }
            Kind::Break => return self.jump(&t::BREAK),
            Kind::Continue => return self.jump(&t::CONTINUE),
            Kind::Return => return self.with_value(&t::RETURN),
            Kind::Throw => return self.with_value(&t::THROW),
            Kind::Debugger => {
                self.take(&t::WORD);
                self.semicolon()?;
                self.close(mark, &t::DEBUGGER);
            }
            Kind::Export => return self.export(),
            Kind::Import if !matches!(self.next().kind, Kind::Open | Kind::Dot) => return self.import(),
            Kind::Name => return self.named_statement(),
            _ => return self.expression_statement(),
        }
        Some(())
    }

    /// A statement that starts with a name: a label, a declaration, or an expression.
    fn named_statement(&mut self) -> Parsed {
        let next = self.next();
        let mark = self.mark();
        if next.kind == Kind::Colon {
            self.take(&t::LABEL);
            self.take(&t::COMMA);
            self.statement()?;
            self.close(mark, &t::LABELED);
            return Some(());
        }
        match self.word() {
            "let" if matches!(next.kind, Kind::Name | Kind::OpenSquare | Kind::OpenCurly) => {
                self.declaration()
            }
            "async" if next.kind == Kind::Function && !next.is_after_line => self.function(true),
            _ => self.expression_statement(),
        }
    }

    fn expression_statement(&mut self) -> Parsed {
        let mark = self.mark();
        self.expressions()?;
        self.semicolon()?;
        self.close(mark, &t::EXPRESSION_STATEMENT);
        Some(())
    }

    /// A semicolon, or a place where none is needed.
    pub(super) fn semicolon(&mut self) -> Parsed {
        let is_needless = matches!(self.kind(), Kind::CloseCurly | Kind::End) || self.token.is_after_line;
        (self.has(Kind::Semicolon, &t::COMMA) || is_needless).then_some(())
    }

    pub(super) fn block(&mut self, field: Field) -> Parsed {
        let mark = self.mark();
        self.expect(Kind::OpenCurly, &t::OPEN_CURLY)?;
        self.enclosed(|parser| {
            while parser.kind() != Kind::CloseCurly {
                parser.statement()?;
            }
            Some(())
        })?;
        self.take(&t::CLOSE_CURLY);
        self.close_as(mark, &t::BLOCK, field);
        Some(())
    }

    pub(super) fn in_parentheses(&mut self) -> Parsed {
        let mark = self.mark();
        self.expect(Kind::Open, &t::OPEN)?;
        self.enclosed(Self::expressions)?;
        self.expect(Kind::Close, &t::CLOSE)?;
        self.close(mark, &t::PARENTHESIZED);
        Some(())
    }

    /// `var`, `let` or `const` and what it declares.
    pub(super) fn declaration(&mut self) -> Parsed {
        let mark = self.mark();
        let what = self.declarators()?;
        self.semicolon()?;
        self.close(mark, what);
        Some(())
    }

    pub(super) fn declarators(&mut self) -> Option<&'static Type> {
        let what = if self.kind() == Kind::Var { &t::VARIABLE } else { &t::LEXICAL };
        self.take(&t::WORD);
        loop {
            let mark = self.mark();
            self.binding()?;
            self.builder.set_field(mark, Field::Name);
            if self.has(Kind::Equal, &t::WORD) {
                let value = self.mark();
                self.expression()?;
                self.builder.set_field(value, Field::Value);
            }
            self.close(mark, &t::VARIABLE_DECLARATOR);
            if !self.has(Kind::Comma, &t::COMMA) {
                return Some(what);
            }
        }
    }

    /// A name or a pattern.
    pub(super) fn binding(&mut self) -> Parsed {
        match self.kind() {
            Kind::OpenSquare | Kind::OpenCurly => {
                let mark = self.mark();
                self.deeper(Self::primary)?;
                self.builder.retype(mark, t::pattern_of);
                Some(())
            }
            _ => self.name(Field::None),
        }
    }

    pub(super) fn if_statement(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        self.in_parentheses()?;
        self.statement()?;
        let clause = self.mark();
        if self.has(Kind::Else, &t::WORD) {
            self.statement()?;
            self.close(clause, &t::ELSE);
        }
        self.close(mark, &t::IF);
        Some(())
    }

    pub(super) fn try_statement(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        self.block(Field::Body)?;
        let clause = self.mark();
        if self.has(Kind::Catch, &t::WORD) {
            if self.has(Kind::Open, &t::OPEN) {
                let parameter = self.mark();
                self.binding()?;
                self.builder.set_field(parameter, Field::Parameter);
                self.expect(Kind::Close, &t::CLOSE)?;
            }
            self.block(Field::Body)?;
            self.close(clause, &t::CATCH);
        }
        let clause = self.mark();
        if self.has(Kind::Finally, &t::WORD) {
            self.block(Field::Body)?;
            self.close(clause, &t::FINALLY);
        }
        self.close(mark, &t::TRY);
        Some(())
    }

    fn switch(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        self.in_parentheses()?;
        let body = self.mark();
        self.expect(Kind::OpenCurly, &t::OPEN_CURLY)?;
        while self.kind() != Kind::CloseCurly {
            let case = self.mark();
            let what = if self.has(Kind::Case, &t::WORD) {
                self.expressions()?;
                &t::CASE
            } else {
                self.expect(Kind::Default, &t::WORD)?;
                &t::DEFAULT
            };
            self.expect(Kind::Colon, &t::COMMA)?;
            while !matches!(self.kind(), Kind::Case | Kind::Default | Kind::CloseCurly) {
                self.statement()?;
            }
            self.close(case, what);
        }
        self.take(&t::CLOSE_CURLY);
        self.close_as(body, &t::SWITCH_BODY, Field::Body);
        self.close(mark, &t::SWITCH);
        Some(())
    }

    /// `break` or `continue`.
    fn jump(&mut self, what: &'static Type) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        if self.kind() == Kind::Name && !self.token.is_after_line {
            self.take(&t::LABEL);
        }
        self.semicolon()?;
        self.close(mark, what);
        Some(())
    }

    /// `return` or `throw`.
    fn with_value(&mut self, what: &'static Type) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        let is_over = matches!(self.kind(), Kind::Semicolon | Kind::CloseCurly | Kind::End);
        if !is_over && !self.token.is_after_line {
            self.expressions()?;
        }
        self.semicolon()?;
        self.close(mark, what);
        Some(())
    }
}
