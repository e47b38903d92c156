//! The texts of a pickle: where they stand, and what they say once a name is needed.

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// `STRING`: between quotes, with the escapes of Python's bytes.
    Quoted,
    /// `UNICODE`: with `\u` and `\U`.
    Escaped,
}

/// A text as it stands in the pickle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) form: Form,
}

/// No module or attribute is longer; a letter takes up to ten bytes.
const LONGEST: usize = 1024;

impl Text<'_> {
    /// What it says; nothing where it is too long to be a name, or no text.
    pub(super) fn read(self) -> Option<String> {
        if self.bytes.len() > LONGEST {
            return None;
        }
        match self.form {
            Form::Plain => std::str::from_utf8(self.bytes).ok().map(str::to_owned),
            Form::Escaped => unescaped(self.bytes, &[(b'u', 4, 16), (b'U', 8, 16)]),
            Form::Quoted => {
                let line = self.bytes.trim_ascii_end();
                let [open @ (b'\'' | b'"'), inner @ .., close] = line else { return None };
                if open == close { unescaped(inner, &[(b'x', 2, 16)]) } else { None }
            }
        }
    }
}

/// `known` are a letter behind the backslash, how many digits follow, and their base.
fn unescaped(bytes: &[u8], known: &[(u8, usize, u32)]) -> Option<String> {
    let mut text = String::new();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let escape = known.iter().find(|(letter, ..)| *first == b'\\' && after.first() == Some(letter));
        let is_octal =
            known[0].0 == b'x' && *first == b'\\' && after.first().is_some_and(|b| (b'0'..=b'7').contains(b));
        let (digits, base, end) = match escape {
            Some((_, digits, base)) => (after.get(1..=*digits)?, *base, *digits + 1),
            None if is_octal => {
                let end = after.iter().take(3).take_while(|b| (b'0'..=b'7').contains(*b)).count();
                (&after[..end], 8, end)
            }
            None => {
                text.push(char::from(*first));
                rest = after;
                continue;
            }
        };
        let number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, base).ok()?;
        text.push(char::from_u32(number)?);
        rest = &after[end..];
    }
    Some(text)
}
