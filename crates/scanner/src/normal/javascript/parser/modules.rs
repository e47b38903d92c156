//! Imports and exports.

use super::super::super::grammar::Field;
use super::super::tokens::token_at;
use super::{Kind, Parsed, Parser, t};

impl Parser<'_> {
    pub(super) fn import(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        if self.kind() != Kind::Text {
            let clause = self.mark();
            let is_default = self.kind() == Kind::Name;
            if is_default {
                self.name(Field::None)?;
            }
            if !is_default || self.has(Kind::Comma, &t::COMMA) {
                self.imported()?;
            }
            self.close(clause, &t::IMPORT_CLAUSE);
            self.from()?;
        } else {
            self.take_as(&t::STRING, Field::Source);
        }
        let attribute = self.mark();
        if self.has(Kind::With, &t::WORD) {
            self.primary()?;
            self.close(attribute, &t::IMPORT_ATTRIBUTE);
        }
        self.semicolon()?;
        self.close(mark, &t::IMPORT);
        Some(())
    }

    fn from(&mut self) -> Parsed {
        let is_from = self.has_word("from") && self.kind() == Kind::Text;
        is_from.then(|| self.take_as(&t::STRING, Field::Source))
    }

    /// `* as name` or `{names}`.
    fn imported(&mut self) -> Parsed {
        let mark = self.mark();
        if self.has(Kind::Times, &t::WORD) {
            if !self.has_word("as") {
                return None;
            }
            self.name(Field::None)?;
            self.close(mark, &t::NAMESPACE_IMPORT);
            return Some(());
        }
        self.expect(Kind::OpenCurly, &t::OPEN_CURLY)?;
        while self.kind() != Kind::CloseCurly {
            let specifier = self.mark();
            self.exported_name(Field::Name)?;
            if self.has_word("as") {
                self.name(Field::Alias)?;
            }
            self.close(specifier, &t::IMPORT_SPECIFIER);
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
        }
        self.expect(Kind::CloseCurly, &t::CLOSE_CURLY)?;
        self.close(mark, &t::NAMED_IMPORTS);
        Some(())
    }

    fn exported_name(&mut self, field: Field) -> Parsed {
        match self.kind() {
            Kind::Name => self.take_as(&t::IDENTIFIER, field),
            Kind::Text => self.take_as(&t::STRING, field),
            Kind::Default => self.take_as(&t::WORD, field),
            _ => return None,
        }
        Some(())
    }

    pub(super) fn export(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::WORD);
        match self.kind() {
            Kind::Default => {
                self.take(&t::WORD);
                self.exported_default()?;
            }
            Kind::Times => {
                let star = self.mark();
                self.take(&t::WORD);
                if self.has_word("as") {
                    self.exported_name(Field::None)?;
                    self.close(star, &t::NAMESPACE_EXPORT);
                }
                self.from()?;
                self.semicolon()?;
            }
            Kind::OpenCurly => {
                self.export_clause()?;
                if self.is_word("from") {
                    self.from()?;
                }
                self.semicolon()?;
            }
            Kind::Var | Kind::Const | Kind::Function | Kind::Class => self.statement()?,
            Kind::Name if self.is_word("let") || self.is_word("async") => self.statement()?,
            _ => return None,
        }
        self.close(mark, &t::EXPORT);
        Some(())
    }

    fn exported_default(&mut self) -> Parsed {
        let next = self.next();
        let is_async = self.is_word("async") && next.kind == Kind::Function && !next.is_after_line;
        if self.kind() != Kind::Class && self.kind() != Kind::Function && !is_async {
            self.expression()?;
            return self.semicolon();
        }
        let mut name = if is_async { token_at(self.source, next.end) } else { next };
        if name.kind == Kind::Times {
            name = token_at(self.source, name.end);
        }
        let is_declared = name.kind == Kind::Name;
        if self.kind() == Kind::Class {
            self.class(is_declared)?
        } else {
            self.function(is_declared)?
        }
        if !is_declared {
            self.has(Kind::Semicolon, &t::COMMA);
        }
        Some(())
    }

    fn export_clause(&mut self) -> Parsed {
        let mark = self.mark();
        self.take(&t::OPEN_CURLY);
        while self.kind() != Kind::CloseCurly {
            let specifier = self.mark();
            self.exported_name(Field::Name)?;
            if self.has_word("as") {
                self.exported_name(Field::Alias)?;
            }
            self.close(specifier, &t::EXPORT_SPECIFIER);
            if !self.has(Kind::Comma, &t::COMMA) {
                break;
            }
        }
        self.expect(Kind::CloseCurly, &t::CLOSE_CURLY)?;
        self.close(mark, &t::EXPORT_CLAUSE);
        Some(())
    }
}
