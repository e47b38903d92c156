//! Expressions.

use super::super::super::grammar::Field;
use super::super::super::tree::Type;
use super::{Kind, Parsed, Parser, t};

/// How tightly operators bind, from the loosest.
const OR: u8 = 1;
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

    fn element(&mut self) -> Parsed {
        match self.kind() {
            Kind::Star => self.splat(&t::LIST_SPLAT),
            Kind::Yield => self.yielded(),
            _ => self.expression(),
        }
    }

    fn splat(&mut self, what: &'static Type) -> Parsed {
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

    fn binary(&mut self, loosest: u8) -> Parsed {
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

    fn primary(&mut self) -> Parsed {
        let mark = self.mark();
        self.atom()?;
        loop {
            match self.kind() {
                Kind::Dot => {
                    self.builder.set_field(mark, Field::Object);
                    self.take(&t::DOT);
                    self.name(Field::Property)?;
                    self.close(mark, &t::ATTRIBUTE);
                }
                Kind::Open => {
                    self.builder.set_field(mark, Field::Function);
                    self.arguments()?;
                    self.close(mark, &t::CALL);
                }
                Kind::OpenSquare => {
                    self.builder.set_field(mark, Field::Value);
                    self.subscript()?;
                    self.close(mark, &t::SUBSCRIPT);
                }
                _ => return Some(()),
            }
        }
    }

    fn subscript(&mut self) -> Parsed {
        self.take(&t::OPEN_SQUARE);
        loop {
            let mark = self.mark();
            self.index()?;
            self.builder.set_field(mark, Field::Index);
            if !self.has(Kind::Comma, &t::COMMA) || self.kind() == Kind::CloseSquare {
                return self.expect(Kind::CloseSquare, &t::CLOSE);
            }
        }
    }

    fn index(&mut self) -> Parsed {
        let mark = self.mark();
        if self.kind() == Kind::Star {
            return self.splat(&t::LIST_SPLAT);
        }
        if self.kind() != Kind::Colon {
            self.expression()?;
        }
        if self.kind() != Kind::Colon {
            return Some(());
        }
        while self.has(Kind::Colon, &t::COLON) {
            if !matches!(self.kind(), Kind::Colon | Kind::Comma | Kind::CloseSquare) {
                self.expression()?;
            }
        }
        self.close(mark, &t::SLICE);
        Some(())
    }

    pub(super) fn arguments(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN);
        while self.kind() != Kind::Close {
            let argument = self.mark();
            match self.kind() {
                Kind::Star => self.splat(&t::LIST_SPLAT)?,
                Kind::Power => self.splat(&t::DICTIONARY_SPLAT)?,
                Kind::Name if self.kind_after(1) == Kind::Equal => {
                    self.name(Field::Name)?;
                    self.take(&t::WORD);
                    let value = self.mark();
                    self.expression()?;
                    self.builder.set_field(value, Field::Value);
                    self.close(argument, &t::KEYWORD_ARGUMENT);
                }
                _ => self.expression()?,
            }
            if matches!(self.kind(), Kind::For | Kind::Async) {
                if argument != mark + 1 {
                    return None;
                }
                self.clauses(argument)?;
                self.expect(Kind::Close, &t::CLOSE)?;
                self.close(mark, &t::GENERATOR);
                return Some(());
            }
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
        }
        self.expect(Kind::Close, &t::CLOSE)?;
        self.close(mark, &t::ARGUMENTS);
        Some(())
    }

    /// The clauses of a comprehension, whose body waits at `body`.
    fn clauses(&mut self, body: usize) -> Parsed {
        self.builder.set_field(body, Field::Body);
        loop {
            let mark = self.mark();
            match self.kind() {
                Kind::For | Kind::Async => {
                    self.has(Kind::Async, &t::WORD);
                    self.expect(Kind::For, &t::WORD)?;
                    self.targets()?;
                    self.expect(Kind::In, &t::WORD)?;
                    let right = self.mark();
                    self.condition()?;
                    self.builder.set_field(right, Field::Right);
                    self.close(mark, &t::FOR_IN);
                }
                Kind::If => {
                    self.take(&t::WORD);
                    self.condition()?;
                    self.close(mark, &t::IF_CLAUSE);
                }
                _ => return Some(()),
            }
        }
    }

    /// An expression that is none of two by a condition.
    fn condition(&mut self) -> Parsed {
        match self.kind() {
            Kind::Lambda => self.expression(),
            _ => self.deeper(|parser| parser.binary(OR)),
        }
    }

    /// What a `for` binds.
    pub(super) fn targets(&mut self) -> Parsed {
        let mark = self.mark();
        let mut is_list = false;
        loop {
            let target = self.mark();
            if self.has(Kind::Star, &t::WORD) {
                self.operand()?;
                self.close(target, &t::LIST_SPLAT);
            } else {
                self.operand()?;
            }
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
            is_list = true;
            if self.kind() == Kind::In {
                break;
            }
        }
        if is_list {
            self.close(mark, &t::EXPRESSION_LIST);
        }
        self.builder.retype(mark, t::pattern_of);
        self.builder.set_field(mark, Field::Left);
        Some(())
    }

    fn atom(&mut self) -> Parsed {
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
    fn in_brackets(&mut self) -> Parsed {
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
