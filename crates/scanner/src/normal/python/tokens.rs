//! The tokens of a Python source, as CPython 3.12 and later split it.

mod strings;

/// What a token is. Names and operators that the parser need not tell apart share a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[rustfmt::skip]
pub(super) enum Kind {
    End, Newline, Indent, Dedent,
    Name, Integer, Float, Text,
    /// the parts of a string with interpolations: its quotes, its text, `!r`, and the braces
    QuoteOpen, QuoteClose, Fragment, Conversion, BraceIn, BraceOut,
    Open, Close, OpenSquare, CloseSquare, OpenCurly, CloseCurly,
    Comma, Colon, Semicolon, Dot, Ellipsis, Equal, Walrus, Arrow, At, Augmented,
    Star, Power, Times, Plus, Tilde, Shift, And, Caret, Or, Compare,
    // keywords
    KeyAnd, As, Assert, Async, Await, Break, Class, Continue, Def, Del, Elif, Else, Except, False, Finally, For,
    From, Global, If, Import, In, Is, Lambda, None, Nonlocal, Not, KeyOr, Pass, Raise, Return, True, Try, While,
    With, Yield,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Strings with interpolations in interpolations, this many levels deep.
const MOST_NESTED: u8 = 8;

/// The tokens of a source; `None` for what is not Python 3, or not surely.
pub(super) fn tokens(source: &str) -> Option<Vec<Token>> {
    let mut lexer = Lexer {
        bytes: source.as_bytes(),
        at: 0,
        brackets: 0,
        nested: 0,
        indents: vec![(0, 0)],
        tokens: Vec::with_capacity(source.len() / 4),
    };
    lexer.file()?;
    Some(lexer.tokens)
}

struct Lexer<'s> {
    bytes: &'s [u8],
    at: usize,
    /// how many brackets are open, within which lines do not end statements
    brackets: usize,
    nested: u8,
    /// the indentations that are open, once with tabs of eight columns and once with tabs of one
    indents: Vec<(usize, usize)>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token { kind, start: start as u32, end: self.at as u32 });
    }

    fn file(&mut self) -> Option<()> {
        while self.at < self.bytes.len() {
            self.line()?;
        }
        let is_open =
            self.tokens.last().is_some_and(|last| !matches!(last.kind, Kind::Newline | Kind::Dedent));
        if is_open {
            self.push(Kind::Newline, self.at);
        }
        for _ in 1..self.indents.len() {
            self.push(Kind::Dedent, self.at);
        }
        self.push(Kind::End, self.at);
        (self.brackets == 0).then_some(())
    }

    /// A logical line with its indentation; blank ones and comments are none.
    fn line(&mut self) -> Option<()> {
        let (mut wide, mut narrow) = (0, 0);
        loop {
            match self.peek(0) {
                b' ' => (wide, narrow) = (wide + 1, narrow + 1),
                b'\t' => (wide, narrow) = ((wide / 8 + 1) * 8, narrow + 1),
                0x0c => (wide, narrow) = (0, 0),
                _ => break,
            }
            self.at += 1;
        }
        match self.peek(0) {
            b'\n' => {
                self.at += 1;
                return Some(());
            }
            b'#' => {
                self.skip_line();
                return Some(());
            }
            b'\\' => return None, // an indentation that goes on in the next line
            0 => return (self.at == self.bytes.len()).then_some(()),
            _ => self.indent((wide, narrow))?,
        }
        loop {
            if self.at == self.bytes.len() {
                return Some(());
            }
            if self.peek(0) == b'\n' && self.brackets == 0 {
                self.push(Kind::Newline, self.at);
                self.at += 1;
                return Some(());
            }
            self.token()?;
        }
    }

    fn indent(&mut self, (wide, narrow): (usize, usize)) -> Option<()> {
        let start = self.at;
        let (last_wide, last_narrow) = *self.indents.last()?;
        match wide.cmp(&last_wide) {
            std::cmp::Ordering::Equal => return (narrow == last_narrow).then_some(()),
            std::cmp::Ordering::Greater => {
                self.indents.push((wide, narrow));
                self.push(Kind::Indent, start);
                return (narrow > last_narrow).then_some(());
            }
            std::cmp::Ordering::Less => {}
        }
        while self.indents.last().is_some_and(|(open, _)| *open > wide) {
            self.indents.pop();
            self.push(Kind::Dedent, start);
        }
        (self.indents.last() == Some(&(wide, narrow))).then_some(())
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }

    /// One token, or what is between tokens.
    fn token(&mut self) -> Option<()> {
        let start = self.at;
        match self.peek(0) {
            b' ' | b'\t' | 0x0c => self.at += 1,
            b'\n' => self.at += 1,
            b'#' => self.skip_line(),
            b'\\' if self.peek(1) == b'\n' => self.at += 2,
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'"' | b'\'' => self.string(start)?,
            byte if is_word(byte) => {
                while is_word(self.peek(0)) {
                    self.at += 1;
                }
                let word = &self.bytes[start..self.at];
                if matches!(self.peek(0), b'"' | b'\'') && is_prefix(word) {
                    return self.string(start);
                }
                self.push(keyword(word), start);
            }
            _ => self.operator()?,
        }
        Some(())
    }

    fn number(&mut self) {
        let start = self.at;
        let is_radix = self.peek(0) == b'0' && matches!(self.peek(1) | 0x20, b'x' | b'o' | b'b');
        if is_radix {
            self.at += 2;
            while self.peek(0).is_ascii_hexdigit() || self.peek(0) == b'_' {
                self.at += 1;
            }
            return self.push(Kind::Integer, start);
        }
        let mut kind = Kind::Integer;
        self.digits();
        if self.peek(0) == b'.' {
            kind = Kind::Float;
            self.at += 1;
            self.digits();
        }
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if self.peek(0) | 0x20 == b'e' && self.peek(1 + sign).is_ascii_digit() {
            kind = Kind::Float;
            self.at += 1 + sign;
            self.digits();
        }
        self.at += usize::from(self.peek(0) | 0x20 == b'j');
        self.push(kind, start);
    }

    fn digits(&mut self) {
        while self.peek(0).is_ascii_digit() || self.peek(0) == b'_' {
            self.at += 1;
        }
    }

    fn operator(&mut self) -> Option<()> {
        let (start, two) = (self.at, [self.peek(0), self.peek(1)]);
        let (kind, length) = match (two, self.peek(2)) {
            ([b'*', b'*'] | [b'/', b'/'] | [b'<', b'<'] | [b'>', b'>'], b'=') => (Kind::Augmented, 3),
            ([b'.', b'.'], b'.') => (Kind::Ellipsis, 3),
            ([b'*', b'*'], _) => (Kind::Power, 2),
            ([b'/', b'/'], _) => (Kind::Times, 2),
            ([b'<', b'<'] | [b'>', b'>'], _) => (Kind::Shift, 2),
            ([b'-', b'>'], _) => (Kind::Arrow, 2),
            ([b':', b'='], _) => (Kind::Walrus, 2),
            ([b'<' | b'>' | b'=' | b'!', b'='], _) => (Kind::Compare, 2),
            ([b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^', b'='], _) => (Kind::Augmented, 2),
            ([b'<', b'>'], _) => return None, // Python 2
            ([first, _], _) => (self.single(first)?, 1),
        };
        self.at += length;
        self.push(kind, start);
        Some(())
    }

    fn single(&mut self, byte: u8) -> Option<Kind> {
        match byte {
            b'(' | b'[' | b'{' => self.brackets += 1,
            b')' | b']' | b'}' => self.brackets = self.brackets.checked_sub(1)?,
            _ => {}
        }
        Some(match byte {
            b'(' => Kind::Open,
            b')' => Kind::Close,
            b'[' => Kind::OpenSquare,
            b']' => Kind::CloseSquare,
            b'{' => Kind::OpenCurly,
            b'}' => Kind::CloseCurly,
            b',' => Kind::Comma,
            b':' => Kind::Colon,
            b';' => Kind::Semicolon,
            b'.' => Kind::Dot,
            b'=' => Kind::Equal,
            b'@' => Kind::At,
            b'*' => Kind::Star,
            b'/' | b'%' => Kind::Times,
            b'+' | b'-' => Kind::Plus,
            b'~' => Kind::Tilde,
            b'&' => Kind::And,
            b'^' => Kind::Caret,
            b'|' => Kind::Or,
            b'<' | b'>' => Kind::Compare,
            _ => return None,
        })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_prefix(word: &[u8]) -> bool {
    word.len() <= 2 && word.iter().all(|byte| matches!(byte | 0x20, b'r' | b'b' | b'u' | b'f' | b't'))
}

#[rustfmt::skip]
fn keyword(word: &[u8]) -> Kind {
    match word {
        b"and" => Kind::KeyAnd, b"as" => Kind::As, b"assert" => Kind::Assert, b"async" => Kind::Async,
        b"await" => Kind::Await, b"break" => Kind::Break, b"class" => Kind::Class, b"continue" => Kind::Continue,
        b"def" => Kind::Def, b"del" => Kind::Del, b"elif" => Kind::Elif, b"else" => Kind::Else,
        b"except" => Kind::Except, b"False" => Kind::False, b"finally" => Kind::Finally, b"for" => Kind::For,
        b"from" => Kind::From, b"global" => Kind::Global, b"if" => Kind::If, b"import" => Kind::Import,
        b"in" => Kind::In, b"is" => Kind::Is, b"lambda" => Kind::Lambda, b"None" => Kind::None,
        b"nonlocal" => Kind::Nonlocal, b"not" => Kind::Not, b"or" => Kind::KeyOr, b"pass" => Kind::Pass,
        b"raise" => Kind::Raise, b"return" => Kind::Return, b"True" => Kind::True, b"try" => Kind::Try,
        b"while" => Kind::While, b"with" => Kind::With, b"yield" => Kind::Yield,
        _ => Kind::Name,
    }
}
