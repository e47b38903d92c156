//! Expressions.

use super::super::super::grammar::Field;
use super::super::super::tree::Type;
use super::{Kind, Parsed, Parser, t};

/// How tightly operators bind, from the loosest.
pub(super) const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const BIT_OR: u8 = 5;
const UNARY: u8 = 11;
const POWER: u8 = 12;

impl Parser<'_> {
    /// Expressions with commas between them, stars and `yield` included; whether there is a comma.
    pub(super) fn elements(&mut self) -> Option<bool> {
        self.element()?;
        let mut is_list = false;
        while self.kind() == Kind::Comma {
            is_list = true;
            self.take(&t::COMMA);
            if self.is_at_end() || self.ends_elements() {
                break;
            }
            self.element()?;
        }
        Some(is_list)
    }

    fn ends_elements(&self) -> bool {
        use Kind::{Augmented, BraceOut, Close, CloseCurly, CloseSquare, Colon, Conversion, Equal, In};
        matches!(
            self.kind(),
            Equal | Colon | Augmented | Close | CloseSquare | CloseCurly | BraceOut | Conversion | In
        )
    }

    /// The same as one node, which is `list` where there is a comma.
    pub(super) fn expressions(&mut self, list: &'static Type) -> Parsed {
        let mark = self.mark();
        if self.elements()? {
            self.close(mark, list);
        }
        Some(())
    }

    pub(super) fn element(&mut self) -> Parsed {
        match self.kind() {
            Kind::Star => self.splat(&t::LIST_SPLAT),
            Kind::Yield => self.yielded(),
            _ => self.expression(),
        }
    }

    pub(super) fn splat(&mut self, what: &'static Type) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        self.expression()?;
        self.close(mark, what);
        Some(())
    }

    fn yielded(&mut self) -> Parsed {
        self.deeper(|parser| {
            let mark = parser.mark();
            parser.take(&t::WORD);
            if parser.has(Kind::From, &t::WORD) {
                parser.expression()?;
            } else if !parser.is_at_end() && !parser.ends_elements() {
                parser.expressions(&t::EXPRESSION_LIST)?;
            }
            parser.close(mark, &t::YIELD);
            Some(())
        })
    }

    pub(super) fn expression(&mut self) -> Parsed {
        self.deeper(Self::expression_here)
    }

    fn expression_here(&mut self) -> Parsed {
        let mark = self.mark();
        if self.kind() == Kind::Lambda {
            return self.lambda();
        }
        self.binary(OR)?;
        match self.kind() {
            Kind::If => {
                self.take(&t::WORD);
                self.binary(OR)?;
                self.expect(Kind::Else, &t::WORD)?;
                self.expression()?;
                self.close(mark, &t::CONDITIONAL);
            }
            Kind::Walrus => {
                self.builder.set_field(mark, Field::Name);
                self.take(&t::WORD);
                let value = self.mark();
                self.expression()?;
                self.builder.set_field(value, Field::Value);
                self.close(mark, &t::NAMED);
            }
            _ => {}
        }
        Some(())
    }

    fn lambda(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        let parameters = self.mark();
        self.parameters(Kind::Colon)?;
        if self.mark() > parameters {
            self.close_as(parameters, &t::LAMBDA_PARAMETERS, Field::Parameters);
        }
        self.expect(Kind::Colon, &t::COLON)?;
        let body = self.mark();
        self.expression()?;
        self.builder.set_field(body, Field::Body);
        self.close(mark, &t::LAMBDA);
        Some(())
    }

    /// What binds tighter than a comparison: a target of `for`, `with` or `except`.
    pub(super) fn operand(&mut self) -> Parsed {
        self.deeper(|parser| parser.binary(BIT_OR))
    }

    /// How tightly the operator here binds; 0 for what is none.
    fn binding(&self) -> u8 {
        match self.kind() {
            Kind::KeyOr => OR,
            Kind::KeyAnd => AND,
            Kind::Compare | Kind::In | Kind::Is => COMPARE,
            Kind::Not if self.kind_after(1) == Kind::In => COMPARE,
            Kind::Or => BIT_OR,
            Kind::Caret => 6,
            Kind::And => 7,
            Kind::Shift => 8,
            Kind::Plus => 9,
            Kind::Star | Kind::Times | Kind::At => 10,
            Kind::Power => POWER,
            _ => 0,
        }
    }

    pub(super) fn binary(&mut self, loosest: u8) -> Parsed {
        let mark = self.mark();
        self.prefixed()?;
        loop {
            let binding = self.binding();
            if binding == 0 || binding < loosest {
                return Some(());
            }
            self.builder.set_field(mark, Field::Left);
            match binding {
                COMPARE => {
                    self.comparison(mark)?;
                    continue;
                }
                OR | AND => self.take(&t::WORD),
                _ => self.take_as(&t::WORD, Field::Operator),
            }
            let right = self.mark();
            // a power binds to the right, and looser than the sign of its exponent
            self.deeper(|parser| parser.binary(if binding == POWER { UNARY } else { binding + 1 }))?;
            self.builder.set_field(right, Field::Right);
            self.close(mark, if binding <= AND { &t::BOOLEAN } else { &t::BINARY });
        }
    }

    /// `a < b <= c` is one node.
    fn comparison(&mut self, mark: usize) -> Parsed {
        self.builder.set_field(mark, Field::None);
        while self.binding() == COMPARE {
            let (first, second) = (self.kind(), self.kind_after(1));
            self.take(&t::WORD);
            if first == Kind::Not || first == Kind::Is && second == Kind::Not {
                self.take(&t::WORD);
            }
            self.deeper(|parser| parser.binary(BIT_OR))?;
        }
        self.close(mark, &t::COMPARISON);
        Some(())
    }

    fn prefixed(&mut self) -> Parsed {
        let mark = self.mark();
        match self.kind() {
            Kind::Not => {
                self.take(&t::WORD);
                self.deeper(|parser| parser.binary(NOT))?;
                self.close(mark, &t::NOT);
            }
            Kind::Plus | Kind::Tilde => {
                self.take_as(&t::WORD, Field::Operator);
                self.deeper(|parser| parser.binary(UNARY))?;
                self.close(mark, &t::UNARY);
            }
            Kind::Await => {
                self.take(&t::WORD);
                self.deeper(Self::primary)?;
                self.close(mark, &t::AWAIT);
            }
            _ => self.primary()?,
        }
        Some(())
    }
}
