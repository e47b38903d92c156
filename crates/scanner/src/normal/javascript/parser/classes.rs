//! Classes, and the members that objects have too.

use super::super::super::grammar::Field;
use super::{Function, Kind, Parsed, Parser, t};

impl Parser<'_> {
    pub(super) fn class(&mut self, is_declared: bool) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        if self.kind() == Kind::Name {
            self.name(Field::Name)?;
        } else if is_declared {
            return None;
        }
        let heritage = self.mark();
        if self.has(Kind::Extends, &t::WORD) {
            self.deeper(Self::called)?;
            self.close(heritage, &t::HERITAGE);
        }
        let outer = std::mem::take(&mut self.function);
        let parsed = self.enclosed(|parser| parser.deeper(Self::class_body));
        self.function = outer;
        parsed?;
        self.close(mark, if is_declared { &t::CLASS_DECLARATION } else { &t::CLASS });
        Some(())
    }

    fn class_body(&mut self) -> Parsed {
        let mark = self.mark();
        self.expect(Kind::OpenCurly, &t::OPEN_CURLY)?;
        while self.kind() != Kind::CloseCurly {
            if !self.has(Kind::Semicolon, &t::COMMA) {
                self.class_member()?;
            }
        }
        self.take(&t::CLOSE_CURLY);
        self.close_as(mark, &t::CLASS_BODY, Field::Body);
        Some(())
    }

    fn class_member(&mut self) -> Parsed {
        let mark = self.mark();
        if self.is_word("static") && self.next().kind == Kind::OpenCurly {
            self.take(&t::WORD);
            self.block(Field::Body)?;
            self.close(mark, &t::STATIC_BLOCK);
            return Some(());
        }
        if self.is_modifier("static") {
            self.take(&t::WORD);
        }
        let (function, is_method) = self.modifiers();
        let name = self.mark();
        self.property_name()?;
        if is_method || self.kind() == Kind::Open {
            return self.method(mark, name, function);
        }
        self.builder.set_field(name, Field::Property);
        if self.has(Kind::Equal, &t::WORD) {
            let value = self.mark();
            self.expression()?;
            self.builder.set_field(value, Field::Value);
        }
        self.close(mark, &t::FIELD);
        self.semicolon()
    }

    /// Whether the word here says something of the member that follows, and is not its name.
    fn is_modifier(&self, word: &str) -> bool {
        self.is_word(word) && {
            let next = self.next();
            let is_name = matches!(
                next.kind,
                Kind::Open
                    | Kind::Comma
                    | Kind::CloseCurly
                    | Kind::Colon
                    | Kind::Equal
                    | Kind::Semicolon
                    | Kind::End
            );
            !(is_name || word == "async" && next.is_after_line)
        }
    }

    /// `async`, `get`, `set`, `*`: what the function is, and whether there is any of them.
    pub(super) fn modifiers(&mut self) -> (Function, bool) {
        let mark = self.mark();
        let mut function = Function::default();
        if self.is_modifier("async") {
            self.take(&t::WORD);
            function.is_async = true;
        }
        if self.kind() == Kind::Times && self.word() == "*" {
            self.take(&t::WORD);
            function.is_generator = true;
        } else if !function.is_async && (self.is_modifier("get") || self.is_modifier("set")) {
            self.take(&t::WORD);
        }
        (function, self.mark() > mark)
    }

    /// The rest of a method, whose name waits at `name`.
    pub(super) fn method(&mut self, mark: usize, name: usize, function: Function) -> Parsed {
        self.builder.set_field(name, Field::Name);
        self.signature_and_body(function)?;
        self.close(mark, &t::METHOD);
        Some(())
    }

    pub(super) fn property_name(&mut self) -> Parsed {
        let mark = self.mark();
        match self.kind() {
            Kind::Text => self.take(&t::STRING),
            Kind::Number => self.take(&t::NUMBER),
            Kind::Private => self.take(&t::PRIVATE),
            Kind::OpenSquare => {
                self.take(&t::OPEN_SQUARE);
                self.enclosed(Self::expression)?;
                self.expect(Kind::CloseSquare, &t::CLOSE)?;
                self.close(mark, &t::COMPUTED);
            }
            _ if self.is_any_word() => self.take(&t::PROPERTY),
            _ => return None,
        }
        Some(())
    }

    /// A name or a keyword.
    pub(super) fn is_any_word(&self) -> bool {
        self.kind() == Kind::Name || self.kind() as u8 >= Kind::Break as u8
    }
}
