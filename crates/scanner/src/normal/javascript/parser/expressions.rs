//! Expressions.

use super::super::super::grammar::Field;
use super::super::tokens::regex_end;
use super::{Kind, Parsed, Parser, t};

/// How tightly operators bind, from the loosest.
const LOOSEST: u8 = 1;
const RELATION: u8 = 8;
const POWER: u8 = 12;

impl Parser<'_> {
    /// Expressions with commas between them.
    pub(super) fn expressions(&mut self) -> Parsed {
        let mark = self.mark();
        self.expression()?;
        if self.kind() == Kind::Comma {
            while self.has(Kind::Comma, &t::COMMA) {
                self.expression()?;
            }
            self.close(mark, &t::SEQUENCE);
        }
        Some(())
    }

    /// One expression, assignments included.
    pub(super) fn expression(&mut self) -> Parsed {
        self.deeper(Self::expression_here)
    }

    fn expression_here(&mut self) -> Parsed {
        let mark = self.mark();
        if self.kind() == Kind::Name {
            let next = self.next();
            match self.word() {
                "yield" => return self.yielded(),
                "async" if next.kind == Kind::Name && !next.is_after_line => {
                    self.take(&t::WORD);
                    let parameter = self.mark();
                    self.name(Field::None)?;
                    return self.arrow(mark, parameter, true);
                }
                _ if next.kind == Kind::Arrow && !next.is_after_line => {
                    self.name(Field::None)?;
                    return self.arrow(mark, mark, false);
                }
                _ => {}
            }
        }
        self.binary(LOOSEST)?;
        match self.kind() {
            Kind::Question => self.ternary(mark),
            Kind::Arrow if !self.token.is_after_line => self.arrow_of_brackets(mark),
            Kind::Equal => {
                self.builder.retype(mark, t::pattern_of);
                self.builder.set_field(mark, Field::Left);
                self.take(&t::WORD);
                self.assigned()?;
                self.close(mark, &t::ASSIGNMENT);
                Some(())
            }
            Kind::Assign => {
                self.builder.set_field(mark, Field::Left);
                self.take_as(&t::WORD, Field::Operator);
                self.assigned()?;
                self.close(mark, &t::AUGMENTED);
                Some(())
            }
            _ => Some(()),
        }
    }

    pub(super) fn assigned(&mut self) -> Parsed {
        let value = self.mark();
        self.expression()?;
        self.builder.set_field(value, Field::Right);
        Some(())
    }

    /// `(a, b) => …`, of which the brackets were read as an expression, or `async (a, b) => …`, as a call.
    fn arrow_of_brackets(&mut self, mark: usize) -> Parsed {
        match self.builder.what(mark)?.name {
            "parenthesized_expression" => {
                self.builder.unwrap_within(mark, &t::SEQUENCE);
                self.arrow(mark, mark, false)
            }
            "call_expression" => {
                self.builder.unwrap(mark);
                let is_async = self.source.get(self.builder.range(mark)?) == Some("async");
                if !is_async || self.mark() != mark + 2 {
                    return None;
                }
                self.builder.set_what(mark, &t::WORD);
                self.arrow(mark, mark + 1, true)
            }
            _ => None,
        }
    }

    fn ternary(&mut self, mark: usize) -> Parsed {
        self.take(&t::WORD);
        self.enclosed(Self::expression)?;
        self.expect(Kind::Colon, &t::COMMA)?;
        self.expression()?;
        self.close(mark, &t::TERNARY);
        Some(())
    }

    fn yielded(&mut self) -> Parsed {
        if !self.function.is_generator {
            return None;
        }
        let mark = self.mark();
        self.take(&t::WORD);
        let is_over = matches!(
            self.kind(),
            Kind::Close
                | Kind::CloseSquare
                | Kind::CloseCurly
                | Kind::Comma
                | Kind::Semicolon
                | Kind::Colon
                | Kind::End
        );
        if !is_over && !self.token.is_after_line {
            self.has(Kind::Times, &t::WORD);
            self.expression()?;
        }
        self.close(mark, &t::YIELD);
        Some(())
    }

    /// How tightly the operator here binds; 0 for what is none.
    fn binding_strength(&self) -> u8 {
        match self.kind() {
            Kind::Coalesce => 1,
            Kind::EitherOr => 2,
            Kind::Both => 3,
            Kind::BitOr => 4,
            Kind::Caret => 5,
            Kind::BitAnd => 6,
            Kind::Equality => 7,
            Kind::In if !self.may_be_in => 0,
            Kind::Compare | Kind::In | Kind::Instanceof => RELATION,
            Kind::Shift => 9,
            Kind::Plus => 10,
            Kind::Times | Kind::Slash => 11,
            Kind::Power => POWER,
            _ => 0,
        }
    }

    pub(super) fn binary(&mut self, loosest: u8) -> Parsed {
        let mark = self.mark();
        if self.kind() == Kind::Private && self.next().kind == Kind::In {
            self.take(&t::PRIVATE);
        } else {
            self.prefixed()?;
        }
        loop {
            let strength = self.binding_strength();
            if strength == 0 || strength < loosest {
                return Some(());
            }
            self.builder.set_field(mark, Field::Left);
            self.take_as(&t::WORD, Field::Operator);
            let right = self.mark();
            // a power binds to the right
            self.deeper(|parser| parser.binary(if strength == POWER { POWER } else { strength + 1 }))?;
            self.builder.set_field(right, Field::Right);
            self.close(mark, &t::BINARY);
        }
    }

    fn prefixed(&mut self) -> Parsed {
        let mark = self.mark();
        match self.kind() {
            Kind::Not | Kind::Plus | Kind::Typeof | Kind::Void | Kind::Delete => {
                self.take_as(&t::WORD, Field::Operator);
                self.deeper(Self::prefixed)?;
                self.close(mark, &t::UNARY);
            }
            Kind::Step => {
                self.take_as(&t::WORD, Field::Operator);
                self.deeper(Self::prefixed)?;
                self.close(mark, &t::UPDATE);
            }
            Kind::Name if self.is_word("await") && self.awaits()? => {
                self.take(&t::WORD);
                self.deeper(Self::prefixed)?;
                self.close(mark, &t::AWAIT);
            }
            _ => {
                self.called()?;
                if self.kind() == Kind::Step && !self.token.is_after_line {
                    self.take_as(&t::WORD, Field::Operator);
                    self.close(mark, &t::UPDATE);
                }
            }
        }
        Some(())
    }

    /// Whether `await` is an operator here; `None` where both could be meant.
    fn awaits(&self) -> Option<bool> {
        let next = self.next();
        match next.kind {
            _ if self.function.is_async => Some(true),
            Kind::Name
            | Kind::Import
            | Kind::New
            | Kind::This
            | Kind::Text
            | Kind::Number
            | Kind::Function => (!next.is_after_line).then_some(true),
            Kind::Open
            | Kind::OpenSquare
            | Kind::Plus
            | Kind::Slash
            | Kind::Template
            | Kind::Step
            | Kind::Not => None,
            _ => Some(false),
        }
    }

    pub(super) fn primary(&mut self) -> Parsed {
        let mark = self.mark();
        match self.kind() {
            Kind::Name => {
                let next = self.next();
                match self.word() {
                    "async" if next.kind == Kind::Function && !next.is_after_line => {
                        return self.function(false);
                    }
                    "undefined" => self.take(&t::UNDEFINED),
                    "yield" => return None,
                    _ => self.take(&t::IDENTIFIER),
                }
            }
            Kind::Text => self.take(&t::STRING),
            Kind::Number => self.take(&t::NUMBER),
            Kind::Template => return self.template(),
            Kind::Slash | Kind::Assign if self.word().starts_with('/') => {
                let end = regex_end(self.source, self.token.start)?;
                self.take_to(&t::REGEX, end);
            }
            Kind::True => self.take(&t::TRUE),
            Kind::False => self.take(&t::FALSE),
            Kind::Null => self.take(&t::NULL),
            Kind::This => self.take(&t::THIS),
            Kind::Super => self.take(&t::SUPER),
            Kind::Function => return self.function(false),
            Kind::Class => return self.class(false),
            Kind::Open => return self.in_brackets(),
            Kind::OpenSquare => {
                self.take(&t::OPEN_SQUARE);
                self.enclosed(|parser| parser.elements(Kind::CloseSquare))?;
                self.take(&t::CLOSE);
                self.close(mark, &t::ARRAY);
            }
            Kind::OpenCurly => return self.enclosed(Self::object),
            Kind::Import => return self.imported_here(),
            _ => return None,
        }
        Some(())
    }
}
