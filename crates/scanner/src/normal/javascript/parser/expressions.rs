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

    fn assigned(&mut self) -> Parsed {
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

    fn binary(&mut self, loosest: u8) -> Parsed {
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
    fn elements(&mut self, end: Kind) -> Parsed {
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

    fn element(&mut self) -> Parsed {
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

    /// `import.meta`, or the `import` of a call.
    fn imported_here(&mut self) -> Parsed {
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

    /// Parentheses, or what will be the parameters of an arrow function.
    fn in_brackets(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN);
        let content = self.mark();
        let mut is_for_arrow = self.kind() == Kind::Close;
        let mut is_sequence = false;
        self.enclosed(|parser| {
            while parser.kind() != Kind::Close {
                is_for_arrow |= parser.kind() == Kind::Spread;
                parser.element()?;
                if !parser.has(Kind::Comma, &t::COMMA) {
                    break;
                }
                is_sequence = true;
                is_for_arrow |= parser.kind() == Kind::Close;
            }
            Some(())
        })?;
        if is_sequence {
            self.close(content, &t::SEQUENCE);
        }
        self.expect(Kind::Close, &t::CLOSE)?;
        self.close(mark, &t::PARENTHESIZED);
        (!is_for_arrow || self.kind() == Kind::Arrow).then_some(())
    }

    fn object(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN_CURLY);
        while self.kind() != Kind::CloseCurly {
            self.object_member()?;
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
        }
        self.expect(Kind::CloseCurly, &t::CLOSE_CURLY)?;
        self.close(mark, &t::OBJECT);
        Some(())
    }

    fn object_member(&mut self) -> Parsed {
        let mark = self.mark();
        if self.kind() == Kind::Spread {
            return self.element();
        }
        if self.kind() == Kind::Name {
            match self.next().kind {
                Kind::Comma | Kind::CloseCurly => {
                    self.take(&t::SHORTHAND);
                    return Some(());
                }
                Kind::Equal => {
                    self.take_as(&t::SHORTHAND_PATTERN, Field::Left);
                    self.take(&t::WORD);
                    self.assigned()?;
                    self.close(mark, &t::OBJECT_ASSIGNMENT_PATTERN);
                    return Some(());
                }
                _ => {}
            }
        }
        let (function, is_method) = self.modifiers();
        let name = self.mark();
        self.property_name()?;
        if is_method || self.kind() == Kind::Open {
            return self.method(mark, name, function);
        }
        self.builder.set_field(name, Field::Key);
        self.expect(Kind::Colon, &t::COMMA)?;
        let value = self.mark();
        self.expression()?;
        self.builder.set_field(value, Field::Value);
        self.close(mark, &t::PAIR);
        Some(())
    }

    fn template(&mut self) -> Parsed {
        let mark = self.mark();
        let source = self.source;
        let mut at = self.token.end;
        self.builder.leaf(&t::WORD, self.token.start, at);
        loop {
            let rest = source.get(at..)?;
            let length = rest.find(['`', '\\', '$'])?;
            let is_text = rest[length..].starts_with('$') && !rest[length..].starts_with("${");
            let length = length + usize::from(is_text);
            if length > 0 {
                self.builder.leaf(&t::FRAGMENT, at, at + length);
                at += length;
            }
            let rest = source.get(at..)?;
            if rest.starts_with('`') {
                self.builder.leaf(&t::WORD, at, at + 1);
                self.token = super::token_at(source, at + 1);
                break;
            } else if rest.starts_with('\\') {
                let end = at + escape_length(rest)?;
                self.builder.leaf(&t::ESCAPE, at, end);
                at = end;
            } else if rest.starts_with("${") {
                let substitution = self.mark();
                self.builder.leaf(&t::WORD, at, at + 2);
                self.token = super::token_at(source, at + 2);
                self.deeper(|parser| parser.enclosed(Self::expressions))?;
                if self.kind() != Kind::CloseCurly {
                    return None;
                }
                at = self.token.end;
                self.builder.leaf(&t::CLOSE_CURLY, self.token.start, at);
                self.close(substitution, &t::SUBSTITUTION);
            }
        }
        self.close(mark, &t::TEMPLATE);
        Some(())
    }
}

/// How long the escape is that a text starts with.
fn escape_length(text: &str) -> Option<usize> {
    let after = text.get(1..)?;
    let first = after.chars().next()?;
    let are_digits = |length: usize| {
        after.get(1..length).is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    Some(match first {
        '0'..='7' => 1 + after.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count(),
        'x' => are_digits(3).then_some(4)?,
        'u' if after.starts_with("u{") => 2 + after.find('}')?,
        'u' => are_digits(5).then_some(6)?,
        '\r' if after.starts_with("\r\n") => 3,
        _ => 1 + first.len_utf8(),
    })
}
