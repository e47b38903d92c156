//! Brackets, objects and templates.

use super::super::super::grammar::Field;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    /// Parentheses, or what will be the parameters of an arrow function.
    pub(super) fn in_brackets(&mut self) -> Parsed {
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

    pub(super) fn object(&mut self) -> Parsed {
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

    pub(super) fn template(&mut self) -> Parsed {
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
