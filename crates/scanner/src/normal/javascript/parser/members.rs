//! Calls and members.

use super::super::super::grammar::Field;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    /// What may be called, with its members, elements and calls.
    pub(super) fn called(&mut self) -> Parsed {
        let mark = self.mark();
        if self.kind() == Kind::New {
            self.new_expression()?;
        } else {
            self.primary()?;
        }
        loop {
            match self.kind() {
                Kind::Dot => self.member(mark)?,
                Kind::OptionalChain => {
                    let chain = self.mark();
                    self.take(&t::DOT);
                    self.close(chain, &t::OPTIONAL_CHAIN);
                    match self.kind() {
                        Kind::Open => self.call(mark)?,
                        Kind::OpenSquare => self.subscript(mark)?,
                        Kind::Template => return None,
                        _ => self.property_of(mark)?,
                    }
                }
                Kind::Open => self.call(mark)?,
                Kind::OpenSquare => self.subscript(mark)?,
                Kind::Template => {
                    self.builder.set_field(mark, Field::Function);
                    self.template()?;
                    self.close(mark, &t::CALL);
                }
                _ => return Some(()),
            }
        }
    }

    fn call(&mut self, mark: usize) -> Parsed {
        self.builder.set_field(mark, Field::Function);
        self.arguments()?;
        self.close(mark, &t::CALL);
        Some(())
    }

    fn member(&mut self, mark: usize) -> Parsed {
        self.take(&t::DOT);
        self.property_of(mark)
    }

    fn property_of(&mut self, mark: usize) -> Parsed {
        self.builder.set_field(mark, Field::Object);
        match self.kind() {
            Kind::Private => self.take_as(&t::PRIVATE, Field::Property),
            _ if self.is_any_word() => self.take_as(&t::PROPERTY, Field::Property),
            _ => return None,
        }
        self.close(mark, &t::MEMBER);
        Some(())
    }

    fn subscript(&mut self, mark: usize) -> Parsed {
        self.builder.set_field(mark, Field::Object);
        self.take(&t::OPEN_SQUARE);
        let index = self.mark();
        self.enclosed(Self::expressions)?;
        self.builder.set_field(index, Field::Index);
        self.expect(Kind::CloseSquare, &t::CLOSE)?;
        self.close(mark, &t::SUBSCRIPT);
        Some(())
    }

    fn arguments(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN);
        self.enclosed(|parser| parser.elements(Kind::Close))?;
        self.expect(Kind::Close, &t::CLOSE)?;
        self.close(mark, &t::ARGUMENTS);
        Some(())
    }

    /// Expressions and spread ones, which may be missing between commas.
    pub(super) fn elements(&mut self, end: Kind) -> Parsed {
        while self.kind() != end {
            if self.has(Kind::Comma, &t::COMMA) {
                continue;
            }
            self.element()?;
            if self.kind() != end {
                self.expect(Kind::Comma, &t::COMMA)?;
            }
        }
        Some(())
    }

    pub(super) fn element(&mut self) -> Parsed {
        let mark = self.mark();
        if self.has(Kind::Spread, &t::WORD) {
            self.expression()?;
            self.close(mark, &t::SPREAD);
            return Some(());
        }
        self.expression()
    }

    fn new_expression(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        if self.has(Kind::Dot, &t::DOT) {
            if !self.has_word("target") {
                return None;
            }
            self.close(mark, &t::META);
            return Some(());
        }
        let constructor = self.mark();
        if self.kind() == Kind::New {
            self.deeper(Self::new_expression)?;
        } else {
            self.primary()?;
        }
        loop {
            match self.kind() {
                Kind::Dot => self.member(constructor)?,
                Kind::OpenSquare => self.subscript(constructor)?,
                Kind::Template | Kind::OptionalChain => return None,
                _ => break,
            }
        }
        self.builder.set_field(constructor, Field::Function);
        if self.kind() == Kind::Open {
            self.arguments()?;
        }
        self.close(mark, &t::NEW);
        Some(())
    }

    /// `import.meta`, or the `import` of a call.
    pub(super) fn imported_here(&mut self) -> Parsed {
        let mark = self.mark();
        if self.next().kind == Kind::Open {
            self.take(&t::IMPORT_CALLED);
            return Some(());
        }
        self.take(&t::WORD);
        self.expect(Kind::Dot, &t::DOT)?;
        if !self.has_word("meta") {
            return None;
        }
        self.close(mark, &t::META);
        Some(())
    }
}
