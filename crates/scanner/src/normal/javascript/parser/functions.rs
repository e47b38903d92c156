//! Functions: declared, as expressions, with arrows, as methods.

use super::super::super::grammar::Field;
use super::{Function, Kind, Parsed, Parser, t};

impl Parser<'_> {
    /// `function`, `async` and `*` included.
    pub(super) fn function(&mut self, is_declared: bool) -> Parsed {
        let mark = self.mark();
        let is_async = self.has_word("async");
        self.expect(Kind::Function, &t::WORD)?;
        let is_generator = self.kind() == Kind::Times && self.has(Kind::Times, &t::WORD);
        if self.kind() == Kind::Name {
            self.name(Field::Name)?;
        } else if is_declared {
            return None;
        }
        self.signature_and_body(Function { is_async, is_generator })?;
        let what = match (is_declared, is_generator) {
            (true, true) => &t::GENERATOR_DECLARATION,
            (true, false) => &t::FUNCTION_DECLARATION,
            (false, true) => &t::GENERATOR,
            (false, false) => &t::FUNCTION,
        };
        self.close(mark, what);
        Some(())
    }

    pub(super) fn signature_and_body(&mut self, function: Function) -> Parsed {
        let outer = std::mem::replace(&mut self.function, function);
        let parsed = self.enclosed(|parser| {
            parser.deeper(|parser| {
                parser.parameters()?;
                parser.block(Field::Body)
            })
        });
        self.function = outer;
        parsed
    }

    fn parameters(&mut self) -> Parsed {
        let mark = self.mark();
        self.expect(Kind::Open, &t::OPEN)?;
        while self.kind() != Kind::Close {
            let parameter = self.mark();
            if self.has(Kind::Spread, &t::WORD) {
                self.binding()?;
                self.close(parameter, &t::REST_PATTERN);
            } else {
                self.binding()?;
            }
            if self.has(Kind::Equal, &t::WORD) {
                self.builder.set_field(parameter, Field::Left);
                let value = self.mark();
                self.expression()?;
                self.builder.set_field(value, Field::Right);
                self.close(parameter, &t::ASSIGNMENT_PATTERN);
            }
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
        }
        self.expect(Kind::Close, &t::CLOSE)?;
        self.close_as(mark, &t::PARAMETERS, Field::Parameters);
        Some(())
    }

    /// The arrow and the body of a function whose parameters wait at `parameters`; it starts at `mark`.
    pub(super) fn arrow(&mut self, mark: usize, parameters: usize, is_async: bool) -> Parsed {
        self.expect(Kind::Arrow, &t::WORD)?;
        let field = if self.builder.retype(parameters, t::parameters_of) {
            Field::Parameters
        } else {
            Field::Parameter
        };
        self.builder.set_field(parameters, field);
        let outer = std::mem::replace(&mut self.function, Function { is_async, is_generator: false });
        let body = self.mark();
        let parsed = match self.kind() {
            Kind::OpenCurly => self.deeper(|parser| parser.block(Field::Body)),
            _ => self.expression(),
        };
        self.function = outer;
        self.builder.set_field(body, Field::Body);
        self.close(mark, &t::ARROW);
        parsed
    }
}
