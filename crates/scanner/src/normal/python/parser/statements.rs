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
    fn simple_statements(&mut self) -> Parsed {
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

    fn separated(&mut self, parse: impl Fn(&mut Self) -> Parsed) -> Parsed {
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
    fn assigned(&mut self) -> Parsed {
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

    /// A colon and what belongs to it.
    fn block(&mut self, field: Field) -> Parsed {
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

    fn else_clause(&mut self) -> Parsed {
        let mark = self.mark();
        if self.has(Kind::Else, &t::WORD) {
            self.block(Field::Body)?;
            self.close(mark, &t::ELSE);
        }
        Some(())
    }

    fn if_statement(&mut self, mark: usize) -> Parsed {
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

    fn for_statement(&mut self, mark: usize) -> Parsed {
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

    fn try_statement(&mut self, mark: usize) -> Parsed {
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

    fn with(&mut self, mark: usize) -> Parsed {
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

    fn function(&mut self, mark: usize) -> Parsed {
        self.expect(Kind::Def, &t::WORD)?;
        self.name(Field::Name)?;
        let parameters = self.mark();
        self.expect(Kind::Open, &t::OPEN)?;
        self.parameters(Kind::Close)?;
        self.expect(Kind::Close, &t::CLOSE)?;
        self.close_as(parameters, &t::PARAMETERS, Field::Parameters);
        if self.has(Kind::Arrow, &t::WORD) {
            self.annotation()?;
        }
        self.block(Field::Body)?;
        self.close(mark, &t::FUNCTION);
        Some(())
    }

    fn class(&mut self, mark: usize) -> Parsed {
        self.take(&t::WORD);
        self.name(Field::Name)?;
        if self.kind() == Kind::Open {
            self.arguments()?;
        }
        self.block(Field::Body)?;
        self.close(mark, &t::CLASS);
        Some(())
    }

    fn decorated(&mut self, mark: usize) -> Parsed {
        while self.kind() == Kind::At {
            let decorator = self.mark();
            self.take(&t::WORD);
            self.expression()?;
            self.close(decorator, &t::DECORATOR);
            self.skip(Kind::Newline)?;
        }
        let definition = self.mark();
        match self.kind() {
            Kind::Class => self.class(definition)?,
            Kind::Async => {
                self.take(&t::WORD);
                self.function(definition)?;
            }
            _ => self.function(definition)?,
        }
        self.close(mark, &t::DECORATED);
        Some(())
    }

    /// Parameters up to the token that ends them.
    pub(super) fn parameters(&mut self, end: Kind) -> Parsed {
        while self.kind() != end {
            self.parameter(end == Kind::Close)?;
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
        }
        Some(())
    }

    fn parameter(&mut self, may_have_type: bool) -> Parsed {
        let mark = self.mark();
        match self.kind() {
            Kind::Times if self.word() == "/" => {
                self.take(&t::WORD);
                self.close(mark, &t::POSITIONAL_SEPARATOR);
                return Some(());
            }
            Kind::Star | Kind::Power => {
                let pattern = match self.kind() {
                    Kind::Star => &t::LIST_SPLAT_PATTERN,
                    _ => &t::DICTIONARY_SPLAT_PATTERN,
                };
                self.take(&t::WORD);
                if self.kind() != Kind::Name {
                    self.close(mark, &t::KEYWORD_SEPARATOR);
                    return Some(());
                }
                self.name(Field::None)?;
                self.close(mark, pattern);
            }
            _ => self.name(Field::None)?,
        }
        let has_type = may_have_type && self.has(Kind::Colon, &t::COLON);
        if has_type {
            self.annotation()?;
        }
        if self.has(Kind::Equal, &t::WORD) {
            self.builder.set_field(mark, Field::Name);
            let value = self.mark();
            self.expression()?;
            self.builder.set_field(value, Field::Value);
            self.close(mark, if has_type { &t::TYPED_DEFAULT } else { &t::DEFAULT });
        } else if has_type {
            self.close(mark, &t::TYPED);
        }
        Some(())
    }
}
