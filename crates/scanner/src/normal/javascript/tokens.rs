//! The tokens of a JavaScript source, one at a time: where a regular expression or a template may stand only the parser
//! knows.

/// What a token is. Words that are names in some places, like `let` and `async`, are names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[rustfmt::skip]
pub(super) enum Kind {
    End,
    /// what is no token, or not surely one
    Bad,
    Name, Private, Number, Text, Template,
    Open, Close, OpenSquare, CloseSquare, OpenCurly, CloseCurly,
    Comma, Semicolon, Colon, Dot, OptionalChain, Spread, Arrow, Question, Equal, Assign,
    Coalesce, EitherOr, Both, BitOr, Caret, BitAnd, Equality, Compare, Shift, Plus, Times, Slash, Power, Step, Not,
    // keywords
    Break, Case, Catch, Class, Const, Continue, Debugger, Default, Delete, Do, Else, Export, Extends, False, Finally,
    For, Function, If, Import, In, Instanceof, New, Null, Return, Super, Switch, This, Throw, True, Try, Typeof, Var,
    Void, While, With,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// whether it is the first of its line
    pub(super) is_after_line: bool,
}

/// The token that comes at or after a byte.
pub(super) fn token_at(source: &str, at: usize) -> Token {
    let mut lexer = Lexer { source, bytes: source.as_bytes(), at, is_after_line: at == 0 };
    let is_readable = lexer.skip_blanks().is_some();
    let start = lexer.at;
    let kind = if is_readable { lexer.kind().unwrap_or(Kind::Bad) } else { Kind::Bad };
    Token { kind, start, end: lexer.at, is_after_line: lexer.is_after_line }
}

/// The end of the regular expression that starts at a byte.
pub(super) fn regex_end(source: &str, start: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let (mut at, mut is_in_class) = (start + 1, false);
    loop {
        match bytes.get(at)? {
            b'\n' | b'\r' | 0xe2 => return None, // U+2028 ends a line too
            b'\\' if matches!(bytes.get(at + 1)?, b'\n' | b'\r' | 0xe2) => return None,
            b'\\' => at += 1,
            b'[' => is_in_class = true,
            b']' => is_in_class = false,
            b'/' if !is_in_class => break,
            _ => {}
        }
        at += 1;
    }
    at += 1;
    while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
        at += 1;
    }
    Some(at)
}

struct Lexer<'s> {
    source: &'s str,
    bytes: &'s [u8],
    at: usize,
    is_after_line: bool,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The letter here, which is no ASCII.
    fn letter(&self) -> Option<char> {
        self.source.get(self.at..)?.chars().next()
    }

    /// Goes over blanks and comments; `None` for a comment that has no end, or is one of HTML.
    fn skip_blanks(&mut self) -> Option<()> {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | 0x0b | 0x0c => self.at += 1,
                b'\n' | b'\r' => {
                    self.is_after_line = true;
                    self.at += 1;
                }
                b'/' if self.peek(1) == b'/' => self.skip_line(),
                b'/' if self.peek(1) == b'*' => {
                    let rest = self.source.get(self.at + 2..)?;
                    let length = rest.find("*/")?;
                    self.is_after_line |= rest[..length].contains(['\n', '\r', '\u{2028}', '\u{2029}']);
                    self.at += length + 4;
                }
                b'<' if self.bytes[self.at..].starts_with(b"<!--") => return None,
                b'-' if self.is_after_line && self.bytes[self.at..].starts_with(b"-->") => return None,
                0x80.. => match self.letter()? {
                    letter @ ('\u{2028}' | '\u{2029}') => {
                        self.is_after_line = true;
                        self.at += letter.len_utf8();
                    }
                    letter if letter.is_whitespace() || letter == '\u{feff}' => self.at += letter.len_utf8(),
                    _ => return Some(()),
                },
                _ => return Some(()),
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.source[self.at..];
        self.at += rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(rest.len());
    }

    /// What is here; it is passed.
    fn kind(&mut self) -> Option<Kind> {
        if self.at == self.bytes.len() {
            return Some(Kind::End);
        }
        let start = self.at;
        match self.peek(0) {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'\\' | 0x80.. => {
                self.word()?;
                Some(keyword(&self.bytes[start..self.at]))
            }
            b'#' => {
                self.at += 1;
                self.word()?;
                Some(Kind::Private)
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            quote @ (b'"' | b'\'') => self.text(quote),
            b'`' => {
                self.at += 1;
                Some(Kind::Template)
            }
            _ => self.operator(),
        }
    }

    /// A name; at least one letter.
    fn word(&mut self) -> Option<()> {
        let start = self.at;
        loop {
            match self.peek(0) {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' => self.at += 1,
                b'\\' if self.peek(1) == b'u' => {
                    let rest = self.source.get(self.at + 2..)?;
                    let length = if rest.starts_with('{') { rest.find('}')? + 1 } else { 4 };
                    let digits = rest.get(..length)?.trim_matches(['{', '}']);
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                    self.at += 2 + length;
                }
                0x80.. => {
                    let letter = self.letter()?;
                    if !letter.is_alphanumeric() {
                        break;
                    }
                    self.at += letter.len_utf8();
                }
                _ => break,
            }
        }
        (self.at > start).then_some(())
    }

    fn digits(&mut self, are: fn(&u8) -> bool) {
        while are(&self.peek(0)) || self.peek(0) == b'_' {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Option<Kind> {
        if self.peek(0) == b'0' && matches!(self.peek(1) | 0x20, b'x' | b'o' | b'b') {
            self.at += 2;
            self.digits(u8::is_ascii_hexdigit);
        } else {
            self.digits(u8::is_ascii_digit);
            if self.peek(0) == b'.' {
                self.at += 1;
                self.digits(u8::is_ascii_digit);
            }
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(0) | 0x20 == b'e' && self.peek(1 + sign).is_ascii_digit() {
                self.at += 1 + sign;
                self.digits(u8::is_ascii_digit);
            }
        }
        self.at += usize::from(self.peek(0) == b'n');
        let is_over =
            !matches!(self.peek(0), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | b'\\' | 0x80..);
        is_over.then_some(Kind::Number)
    }

    fn text(&mut self, quote: u8) -> Option<Kind> {
        self.at += 1;
        loop {
            match self.peek(0) {
                b'\n' | b'\r' => return None,
                0 if self.at >= self.bytes.len() => return None,
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'\\' => self.at += 2,
                byte if byte == quote => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(Kind::Text)
    }

    fn operator(&mut self) -> Option<Kind> {
        let four = [self.peek(0), self.peek(1), self.peek(2), self.peek(3)];
        let (kind, length) = match &four {
            b">>>=" => (Kind::Assign, 4),
            [b'=' | b'!', b'=', b'=', _] => (Kind::Equality, 3),
            [b'*', b'*', b'=', _] | [b'<', b'<', b'=', _] | [b'>', b'>', b'=', _] => (Kind::Assign, 3),
            [b'&', b'&', b'=', _] | [b'|', b'|', b'=', _] | [b'?', b'?', b'=', _] => (Kind::Assign, 3),
            [b'>', b'>', b'>', _] => (Kind::Shift, 3),
            [b'.', b'.', b'.', _] => (Kind::Spread, 3),
            [b'=', b'>', ..] => (Kind::Arrow, 2),
            [b'=' | b'!', b'=', ..] => (Kind::Equality, 2),
            [b'<' | b'>', b'=', ..] => (Kind::Compare, 2),
            [b'<', b'<', ..] | [b'>', b'>', ..] => (Kind::Shift, 2),
            [b'&', b'&', ..] => (Kind::Both, 2),
            [b'|', b'|', ..] => (Kind::EitherOr, 2),
            [b'?', b'?', ..] => (Kind::Coalesce, 2),
            [b'?', b'.', digit, _] if !digit.is_ascii_digit() => (Kind::OptionalChain, 2),
            [b'+', b'+', ..] | [b'-', b'-', ..] => (Kind::Step, 2),
            [b'*', b'*', ..] => (Kind::Power, 2),
            [b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^', b'=', ..] => (Kind::Assign, 2),
            [first, ..] => (single(*first)?, 1),
        };
        self.at += length;
        Some(kind)
    }
}

fn single(byte: u8) -> Option<Kind> {
    Some(match byte {
        b'(' => Kind::Open,
        b')' => Kind::Close,
        b'[' => Kind::OpenSquare,
        b']' => Kind::CloseSquare,
        b'{' => Kind::OpenCurly,
        b'}' => Kind::CloseCurly,
        b',' => Kind::Comma,
        b';' => Kind::Semicolon,
        b':' => Kind::Colon,
        b'.' => Kind::Dot,
        b'?' => Kind::Question,
        b'=' => Kind::Equal,
        b'|' => Kind::BitOr,
        b'^' => Kind::Caret,
        b'&' => Kind::BitAnd,
        b'<' | b'>' => Kind::Compare,
        b'+' | b'-' => Kind::Plus,
        b'*' | b'%' => Kind::Times,
        b'/' => Kind::Slash,
        b'!' | b'~' => Kind::Not,
        _ => return None,
    })
}

#[rustfmt::skip]
fn keyword(word: &[u8]) -> Kind {
    match word {
        b"break" => Kind::Break, b"case" => Kind::Case, b"catch" => Kind::Catch, b"class" => Kind::Class,
        b"const" => Kind::Const, b"continue" => Kind::Continue, b"debugger" => Kind::Debugger,
        b"default" => Kind::Default, b"delete" => Kind::Delete, b"do" => Kind::Do, b"else" => Kind::Else,
        b"export" => Kind::Export, b"extends" => Kind::Extends, b"false" => Kind::False, b"finally" => Kind::Finally,
        b"for" => Kind::For, b"function" => Kind::Function, b"if" => Kind::If, b"import" => Kind::Import,
        b"in" => Kind::In, b"instanceof" => Kind::Instanceof, b"new" => Kind::New, b"null" => Kind::Null,
        b"return" => Kind::Return, b"super" => Kind::Super, b"switch" => Kind::Switch, b"this" => Kind::This,
        b"throw" => Kind::Throw, b"true" => Kind::True, b"try" => Kind::Try, b"typeof" => Kind::Typeof,
        b"var" => Kind::Var, b"void" => Kind::Void, b"while" => Kind::While, b"with" => Kind::With,
        _ => Kind::Name,
    }
}
