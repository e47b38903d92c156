//! What expressions are made of: names, literals, brackets.

use super::super::super::grammar::Field;
use super::super::super::tree::Type;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    pub(super) fn atom(&mut self) -> Parsed {
        match self.kind() {
            Kind::Name => self.take(&t::IDENTIFIER),
            Kind::Integer => self.take(&t::INTEGER),
            Kind::Float => self.take(&t::FLOAT),
            Kind::True => self.take(&t::TRUE),
            Kind::False => self.take(&t::FALSE),
            Kind::None => self.take(&t::NONE),
            Kind::Ellipsis => self.take(&t::ELLIPSIS),
            Kind::Text | Kind::QuoteOpen => return self.strings(),
            Kind::Open => return self.in_brackets(),
            Kind::OpenSquare => return self.list(),
            Kind::OpenCurly => return self.dictionary(),
            _ => return None,
        }
        Some(())
    }

    fn strings(&mut self) -> Parsed {
        let mark = self.mark();
        while matches!(self.kind(), Kind::Text | Kind::QuoteOpen) {
            if self.kind() == Kind::Text {
                self.take(&t::STRING);
            } else {
                self.interpolated()?;
            }
        }
        if self.mark() > mark + 1 {
            self.close(mark, &t::CONCATENATED);
        }
        Some(())
    }

    fn interpolated(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::QUOTE_OPEN);
        loop {
            match self.kind() {
                Kind::Fragment => self.take(&t::FRAGMENT),
                Kind::BraceIn => self.interpolation(&t::INTERPOLATION)?,
                _ => break,
            }
        }
        self.expect(Kind::QuoteClose, &t::QUOTE_CLOSE)?;
        self.close(mark, &t::STRING);
        Some(())
    }

    fn interpolation(&mut self, what: &'static Type) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN_CURLY);
        self.expressions(&t::EXPRESSION_LIST)?;
        self.has(Kind::Equal, &t::WORD);
        self.has(Kind::Conversion, &t::CONVERSION);
        let format = self.mark();
        if self.has(Kind::Colon, &t::COLON) {
            loop {
                match self.kind() {
                    Kind::Fragment => self.take(&t::WORD),
                    Kind::BraceIn => self.interpolation(&t::FORMAT_EXPRESSION)?,
                    _ => break,
                }
            }
            self.close(format, &t::FORMAT);
        }
        self.expect(Kind::BraceOut, &t::CLOSE_CURLY)?;
        self.close(mark, what);
        Some(())
    }

    /// Parentheses, a tuple or a generator.
    pub(super) fn in_brackets(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN);
        if self.has(Kind::Close, &t::CLOSE) {
            self.close(mark, &t::TUPLE);
            return Some(());
        }
        let is_star = self.kind() == Kind::Star;
        let is_list = self.elements()?;
        let mut what = if is_list || is_star { &t::TUPLE } else { &t::PARENTHESIZED };
        if matches!(self.kind(), Kind::For | Kind::Async) && !is_list {
            self.clauses(mark + 1)?;
            what = &t::GENERATOR;
        }
        self.expect(Kind::Close, &t::CLOSE)?;
        self.close(mark, what);
        Some(())
    }

    fn list(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN_SQUARE);
        let mut what = &t::LIST;
        if self.kind() != Kind::CloseSquare {
            let is_list = self.elements()?;
            if matches!(self.kind(), Kind::For | Kind::Async) && !is_list {
                self.clauses(mark + 1)?;
                what = &t::LIST_COMPREHENSION;
            }
        }
        self.expect(Kind::CloseSquare, &t::CLOSE)?;
        self.close(mark, what);
        Some(())
    }

    /// A dictionary or a set.
    fn dictionary(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN_CURLY);
        let mut what = &t::DICTIONARY;
        while self.kind() != Kind::CloseCurly {
            let entry = self.mark();
            if self.kind() == Kind::Power {
                self.splat(&t::DICTIONARY_SPLAT)?;
            } else {
                self.element()?;
                if self.has(Kind::Colon, &t::COLON) {
                    self.builder.set_field(entry, Field::Key);
                    let value = self.mark();
                    self.expression()?;
                    self.builder.set_field(value, Field::Value);
                    self.close(entry, &t::PAIR);
                } else {
                    what = &t::SET;
                }
            }
            if matches!(self.kind(), Kind::For | Kind::Async) && entry == mark + 1 {
                self.clauses(entry)?;
                what = if what.name == "set" { &t::SET_COMPREHENSION } else { &t::DICTIONARY_COMPREHENSION };
            }
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
        }
        self.expect(Kind::CloseCurly, &t::CLOSE_CURLY)?;
        self.close(mark, what);
        Some(())
    }
}
