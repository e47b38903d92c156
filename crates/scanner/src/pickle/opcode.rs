//! One instruction of a pickle: its opcode, and how long its argument is. All protocols, 0 to 5.

use super::text::{Form, Text};

/// What an instruction does, as far as imports depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op<'b> {
    /// Changes nothing: `FRAME`, `READONLY_BUFFER`.
    Nothing,
    /// Names the protocol.
    Protocol(u8),
    /// Pushes a value that cannot be a name.
    Push,
    /// Pushes a text.
    Text(Text<'b>),
    /// Pushes bytes.
    Bytes(&'b [u8]),
    Mark,
    Stop,
    Pop,
    PopMark,
    Duplicate,
    /// Makes one value of so many.
    Tuple(usize),
    /// Makes one value of all since the mark.
    TupleOfMarked,
    Collect,
    /// Adds so many values to the one below.
    Add(usize),
    /// Adds all since the mark to the one below.
    AddMarked,
    Put(u64),
    Memoize,
    Get(u64),
    /// `GLOBAL`: module and name.
    Import(&'b [u8], &'b [u8]),
    /// `STACK_GLOBAL`.
    ImportNamed,
    /// `EXT1`, `EXT2`, `EXT4`.
    Extension(u32),
    /// `REDUCE`, `NEWOBJ`: callable and arguments.
    Call,
    /// `NEWOBJ_EX`: class, arguments and named arguments.
    CallWithNames,
    /// `OBJ`: class and arguments since the mark.
    CallMarked,
    /// `INST`: module and name; arguments since the mark.
    CallImport(&'b [u8], &'b [u8]),
    /// `BUILD`.
    Build,
    /// `BINPERSID`: one value for another. `PERSID` pushes one.
    Persistent,
}

/// Why no instruction can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// The bytes end within it.
    Truncated,
    /// No protocol has it.
    Unknown,
    /// Its argument is none.
    Argument,
}

/// A place in the bytes. It only moves on.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
}

impl<'b> Cursor<'b> {
    fn take(&mut self, length: u64) -> Result<&'b [u8], Unreadable> {
        let rest = &self.bytes[self.at..];
        let taken = usize::try_from(length).ok().and_then(|length| rest.get(..length));
        let taken = taken.ok_or(Unreadable::Truncated)?;
        self.at += taken.len();
        Ok(taken)
    }

    /// A little-endian number of up to eight bytes.
    fn number(&mut self, width: u64) -> Result<u64, Unreadable> {
        Ok(self.take(width)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn counted(&mut self, width: u64) -> Result<&'b [u8], Unreadable> {
        let length = self.number(width)?;
        self.take(length)
    }

    fn line(&mut self) -> Result<&'b [u8], Unreadable> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or(Unreadable::Truncated)?;
        self.at += end + 1;
        Ok(&rest[..end])
    }

    /// A line of characters that a number may have.
    fn number_line(&mut self) -> Result<Op<'b>, Unreadable> {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || b"+-._".contains(b);
        if self.line()?.iter().all(plain) { Ok(Op::Push) } else { Err(Unreadable::Argument) }
    }

    /// A place in the memo, as `int()` reads it.
    fn place_line(&mut self) -> Result<u64, Unreadable> {
        let line = self.line()?;
        let digits: String = line.iter().filter(|b| **b != b'_').map(|b| char::from(*b)).collect();
        digits.trim().parse().map_err(|_| Unreadable::Argument)
    }

    fn text(bytes: &'b [u8], form: Form) -> Op<'b> {
        Op::Text(Text { bytes, form })
    }

    /// The next instruction.
    pub(super) fn next(&mut self) -> Result<Op<'b>, Unreadable> {
        let opcode = self.number(1)?;
        Ok(match opcode as u8 {
            b'(' => Op::Mark,
            b'.' => Op::Stop,
            b'0' => Op::Pop,
            b'1' => Op::PopMark,
            b'2' => Op::Duplicate,
            b'N' | b')' | b']' | b'}' | 0x88 | 0x89 | 0x8f => Op::Push,
            b't' => Op::TupleOfMarked,
            b'l' | b'd' | 0x91 => Op::Collect,
            0x85 => Op::Tuple(1),
            0x86 => Op::Tuple(2),
            0x87 => Op::Tuple(3),
            b'a' => Op::Add(1),
            b's' => Op::Add(2),
            b'e' | b'u' | 0x90 => Op::AddMarked,
            b'R' | 0x81 => Op::Call,
            0x92 => Op::CallWithNames,
            b'o' => Op::CallMarked,
            b'b' => Op::Build,
            b'Q' => Op::Persistent,
            0x93 => Op::ImportNamed,
            0x94 => Op::Memoize,
            0x97 => Op::Push,
            0x98 => Op::Nothing,
            other => return self.with_argument(other),
        })
    }

    fn with_argument(&mut self, opcode: u8) -> Result<Op<'b>, Unreadable> {
        Ok(match opcode {
            b'I' | b'L' | b'F' => self.number_line()?,
            b'K' => self.push(1)?,
            b'M' => self.push(2)?,
            b'J' => self.push(4)?,
            b'G' => self.push(8)?,
            b'P' => self.line().map(|_| Op::Push)?,
            0x8a => self.counted(1).map(|_| Op::Push)?,
            0x8b => self.counted(4).map(|_| Op::Push)?,
            b'C' => Op::Bytes(self.counted(1)?),
            b'B' => Op::Bytes(self.counted(4)?),
            0x8e | 0x96 => Op::Bytes(self.counted(8)?),
            b'S' => Self::text(self.line()?, Form::Quoted),
            b'V' => Self::text(self.line()?, Form::Escaped),
            b'U' | 0x8c => Self::text(self.counted(1)?, Form::Plain),
            b'T' | b'X' => Self::text(self.counted(4)?, Form::Plain),
            0x8d => Self::text(self.counted(8)?, Form::Plain),
            b'p' => Op::Put(self.place_line()?),
            b'q' => Op::Put(self.number(1)?),
            b'r' => Op::Put(self.number(4)?),
            b'g' => Op::Get(self.place_line()?),
            b'h' => Op::Get(self.number(1)?),
            b'j' => Op::Get(self.number(4)?),
            b'c' => Op::Import(self.line()?, self.line()?),
            b'i' => Op::CallImport(self.line()?, self.line()?),
            0x80 => Op::Protocol(self.number(1)? as u8),
            0x82 => Op::Extension(self.number(1)? as u32),
            0x83 => Op::Extension(self.number(2)? as u32),
            0x84 => Op::Extension(self.number(4)? as u32),
            // CPython's two readers do not agree on a frame that is cut short.
            0x95 => self.number(8).map(|_| Op::Nothing)?,
            _ => return Err(Unreadable::Unknown),
        })
    }

    fn push(&mut self, width: u64) -> Result<Op<'b>, Unreadable> {
        self.take(width).map(|_| Op::Push)
    }
}
