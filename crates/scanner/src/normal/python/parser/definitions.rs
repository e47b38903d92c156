//! Functions, classes and what they take.

use super::super::super::grammar::Field;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    pub(super) fn function(&mut self, mark: usize) -> Parsed {
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

    pub(super) fn class(&mut self, mark: usize) -> Parsed {
        self.take(&t::WORD);
        self.name(Field::Name)?;
        if self.kind() == Kind::Open {
            self.arguments()?;
        }
        self.block(Field::Body)?;
        self.close(mark, &t::CLASS);
        Some(())
    }

    pub(super) fn decorated(&mut self, mark: usize) -> Parsed {
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
