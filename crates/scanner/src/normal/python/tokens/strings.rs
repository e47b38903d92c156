//! Strings, with and without interpolations.

use super::{Kind, Lexer, MOST_NESTED, is_word};

/// How a string is quoted.
#[derive(Clone, Copy)]
struct Quotes {
    quote: u8,
    quotes: usize,
    is_raw: bool,
}

impl Lexer<'_> {
    /// A string, of which the prefix was passed.
    pub(super) fn string(&mut self, start: usize) -> Option<()> {
        let prefix = &self.bytes[start..self.at];
        let has = |letter: u8| prefix.iter().any(|byte| byte | 0x20 == letter);
        let quote = self.peek(0);
        let quotes = if self.peek(1) == quote && self.peek(2) == quote { 3 } else { 1 };
        if has(b'f') || has(b't') {
            let is_raw = has(b'r');
            self.at += quotes;
            self.push(Kind::QuoteOpen, start);
            return self.interpolated(Quotes { quote, quotes, is_raw });
        }
        self.at += quotes;
        let quotes = Quotes { quote, quotes, is_raw: true };
        loop {
            match self.peek(0) {
                b'\\' => self.at += 2,
                0 => return None,
                b'\n' if quotes.quotes == 1 => return None,
                byte if byte == quote && self.closes(quotes) => break,
                _ => self.at += 1,
            }
        }
        self.at += quotes.quotes;
        (self.at <= self.bytes.len()).then(|| self.push(Kind::Text, start))
    }

    fn closes(&self, Quotes { quote, quotes, .. }: Quotes) -> bool {
        (0..quotes).all(|ahead| self.peek(ahead) == quote)
    }

    /// The inside and the end of a string with interpolations.
    fn interpolated(&mut self, quotes: Quotes) -> Option<()> {
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return None;
        }
        let mut start = self.at;
        loop {
            match self.peek(0) {
                0 => return None,
                b'\n' if quotes.quotes == 1 => return None,
                b'{' | b'}' if self.peek(1) == self.peek(0) => self.at += 2,
                b'{' => {
                    self.fragment(start);
                    self.interpolation(quotes)?;
                    start = self.at;
                }
                b'}' => return None,
                b'\\' if !quotes.is_raw && self.peek(1) == b'N' && self.peek(2) == b'{' => {
                    while !matches!(self.peek(0), b'}' | b'\n' | 0) {
                        self.at += 1;
                    }
                    self.at += 1;
                }
                b'\\' if matches!(self.peek(1), b'{' | b'}') => self.at += 1,
                b'\\' => self.at += 2,
                byte if byte == quotes.quote && self.closes(quotes) => break,
                _ => self.at += 1,
            }
        }
        self.fragment(start);
        let start = self.at;
        self.at += quotes.quotes;
        self.push(Kind::QuoteClose, start);
        self.nested -= 1;
        Some(())
    }

    fn fragment(&mut self, start: usize) {
        if self.at > start {
            self.push(Kind::Fragment, start);
        }
    }

    /// `{expression}`, `{expression = !r:format}`.
    fn interpolation(&mut self, quotes: Quotes) -> Option<()> {
        let open = self.brackets;
        self.brackets += 1;
        self.at += 1;
        self.push(Kind::BraceIn, self.at - 1);
        loop {
            let start = self.at;
            let is_outermost = self.brackets == open + 1;
            match self.peek(0) {
                0 => return None,
                b'}' if is_outermost => break,
                b'!' if is_outermost && self.peek(1) != b'=' => {
                    self.at += 1;
                    while is_word(self.peek(0)) {
                        self.at += 1;
                    }
                    self.push(Kind::Conversion, start);
                }
                b':' if is_outermost => {
                    self.at += 1;
                    self.push(Kind::Colon, start);
                    self.format(quotes)?;
                    break;
                }
                _ => self.token()?,
            }
            if self.brackets <= open {
                return None;
            }
        }
        self.brackets = open;
        self.at += 1;
        self.push(Kind::BraceOut, self.at - 1);
        Some(())
    }

    /// What follows the colon of an interpolation, up to its closing brace.
    fn format(&mut self, quotes: Quotes) -> Option<()> {
        let mut start = self.at;
        loop {
            match self.peek(0) {
                0 | b'\n' => return None,
                b'}' => break,
                b'{' => {
                    self.fragment(start);
                    self.nested += 1;
                    if self.nested > MOST_NESTED {
                        return None;
                    }
                    self.interpolation(quotes)?;
                    self.nested -= 1;
                    start = self.at;
                }
                byte if byte == quotes.quote && self.closes(quotes) => return None,
                _ => self.at += 1,
            }
        }
        self.fragment(start);
        Some(())
    }
}
