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
            Kind::If => self.if_statement(mark),
            Kind::While => {
                self.take(&t::WORD);
                self.expression()?;
                self.block(Field::Body)?;
                self.else_clause()?;
                self.close(mark, &t::WHILE);
                Some(())
            }
            Kind::Try => self.try_statement(mark),
            Kind::At => self.decorated(mark),
            Kind::Class => self.class(mark),
            Kind::Async => {
                self.take(&t::WORD);
                match self.kind() {
                    Kind::Def => self.function(mark),
                    Kind::For => self.for_statement(mark),
                    Kind::With => self.with(mark),
                    _ => None,
                }
            }
            Kind::Def => self.function(mark),
            Kind::For => self.for_statement(mark),
            Kind::With => self.with(mark),
            _ => self.simple_statements(),
        }
    }

    /// Statements with semicolons between them, up to the end of their line.
    pub(super) fn simple_statements(&mut self) -> Parsed {
        loop {
            let mark = self.mark();
            let what = self.simple_statement(mark)?;
            self.close(mark, what);
            if !self.has(Kind::Semicolon, &t::COMMA) || self.kind() == Kind::Newline {
                return self.skip(Kind::Newline);
            }
        }
    }

    fn simple_statement(&mut self, mark: usize) -> Option<&'static Type> {
        let what = match self.kind() {
            Kind::Import => &t::IMPORT,
            Kind::From => return self.import_from(),
            Kind::Return => &t::RETURN,
            Kind::Raise => &t::RAISE,
            Kind::Pass => &t::PASS,
            Kind::Break => &t::BREAK,
            Kind::Continue => &t::CONTINUE,
            Kind::Global => &t::GLOBAL,
            Kind::Nonlocal => &t::NONLOCAL,
            Kind::Del => &t::DELETE,
            Kind::Assert => &t::ASSERT,
            _ => {
                self.expression_statement(mark)?;
                return Some(&t::EXPRESSION_STATEMENT);
            }
        };
        let keyword = self.kind();
        self.take(&t::WORD);
        match keyword {
            Kind::Import => self.imported_names()?,
            Kind::Global | Kind::Nonlocal => self.separated(|parser| parser.name(Field::None))?,
            Kind::Assert => self.separated(Self::expression)?,
            Kind::Del => self.expressions(&t::EXPRESSION_LIST)?,
            Kind::Return | Kind::Raise if !self.is_at_end() => {
                self.expressions(&t::EXPRESSION_LIST)?;
                if keyword == Kind::Raise && self.has(Kind::From, &t::WORD) {
                    self.expression()?;
                }
            }
            _ => {}
        }
        Some(what)
    }

    pub(super) fn is_at_end(&self) -> bool {
        matches!(self.kind(), Kind::Newline | Kind::Semicolon | Kind::End)
    }

    pub(super) fn separated(&mut self, parse: impl Fn(&mut Self) -> Parsed) -> Parsed {
        parse(self)?;
        while self.has(Kind::Comma, &t::COMMA) {
            parse(self)?;
        }
        Some(())
    }

    fn dotted(&mut self) -> Parsed {
        let mark = self.mark();
        self.name(Field::None)?;
        while self.has(Kind::Dot, &t::DOT) {
            self.name(Field::None)?;
        }
        self.close(mark, &t::DOTTED);
        Some(())
    }

    fn imported_names(&mut self) -> Parsed {
        loop {
            let mark = self.mark();
            self.dotted()?;
            if self.kind() == Kind::As {
                self.builder.set_field(mark, Field::Name);
                self.take(&t::WORD);
                self.name(Field::Alias)?;
                self.close(mark, &t::ALIASED_IMPORT);
            }
            self.builder.set_field(mark, Field::Name);
            if !self.has(Kind::Comma, &t::COMMA) || self.kind() == Kind::Close {
                return Some(());
            }
        }
    }

    fn import_from(&mut self) -> Option<&'static Type> {
        self.take(&t::WORD);
        let is_future = self.word() == "__future__";
        let mark = self.mark();
        while matches!(self.kind(), Kind::Dot | Kind::Ellipsis) {
            self.take(&t::DOT);
        }
        if self.mark() > mark {
            self.close(mark, &t::IMPORT_PREFIX);
            if self.kind() == Kind::Name {
                self.dotted()?;
            }
            self.close_as(mark, &t::RELATIVE, Field::ModuleName);
        } else if is_future {
            self.take(&t::WORD);
        } else {
            self.dotted()?;
            self.builder.set_field(mark, Field::ModuleName);
        }
        self.expect(Kind::Import, &t::WORD)?;
        let star = self.mark();
        if self.has(Kind::Star, &t::WORD) {
            self.close(star, &t::WILDCARD);
        } else if self.has(Kind::Open, &t::OPEN) {
            self.imported_names()?;
            self.expect(Kind::Close, &t::CLOSE)?;
        } else {
            self.imported_names()?;
        }
        Some(if is_future { &t::FUTURE_IMPORT } else { &t::IMPORT_FROM })
    }

    /// An expression, several, or an assignment.
    fn expression_statement(&mut self, mark: usize) -> Parsed {
        let is_list = self.elements()?;
        match self.kind() {
            Kind::Equal | Kind::Colon | Kind::Augmented => self.assignment(mark, is_list),
            _ => Some(()),
        }
    }

    /// The rest of an assignment, whose target waits since `mark`.
    fn assignment(&mut self, mark: usize, is_list: bool) -> Parsed {
        if is_list {
            self.close(mark, &t::EXPRESSION_LIST);
        }
        self.builder.retype(mark, t::pattern_of);
        self.builder.set_field(mark, Field::Left);
        if self.kind() == Kind::Augmented {
            self.take_as(&t::WORD, Field::Operator);
            self.assigned()?;
            self.close(mark, &t::AUGMENTED);
            return Some(());
        }
        if self.has(Kind::Colon, &t::COLON) {
            self.annotation()?;
        }
        if self.has(Kind::Equal, &t::WORD) {
            self.assigned()?;
        }
        self.close(mark, &t::ASSIGNMENT);
        Some(())
    }

    /// What is assigned: expressions, or another assignment.
    pub(super) fn assigned(&mut self) -> Parsed {
        self.deeper(|parser| {
            let mark = parser.mark();
            let is_list = parser.elements()?;
            if parser.kind() == Kind::Equal {
                parser.assignment(mark, is_list)?;
            } else if is_list {
                parser.close(mark, &t::EXPRESSION_LIST);
            }
            parser.builder.set_field(mark, Field::Right);
            Some(())
        })
    }

    pub(super) fn annotation(&mut self) -> Parsed {
        let mark = self.mark();
        self.expression()?;
        self.close(mark, &t::TYPE);
        Some(())
    }
}
