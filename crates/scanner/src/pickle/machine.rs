//! Walks the instructions of one pickle as an unpickler would, and imports and calls nothing.
//!
//! It stops where an unpickler stops: what stands before an error has run by then. A value is followed as far as it can
//! name something: texts, imports, pairs of them. Nothing recurses, and nothing grows faster than the bytes read.

use std::collections::HashMap;

use super::{
    imports::{self, Kind},
    memo::Memo,
    opcode::{Cursor, Op, Unreadable},
    text::{Form, Text},
};

/// Values on the stack, and distinct imports. Honest pickles of hundreds of megabytes have less.
const DEEPEST: usize = 1 << 20;
const MOST_IMPORTS: usize = 10_000;

/// Bytes within a pickle that may be pickles themselves.
const MOST_NESTED: usize = 1 << 18;

const UNTOLD: &str = "cannot be told, and so may be anything";

/// A value that can be part of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Item<'b> {
    #[default]
    Plain,
    Text(Text<'b>),
    Bytes(&'b [u8]),
    /// By its place in [`Machine::imports`].
    Import(usize),
    /// What an import made.
    Made(usize),
}

/// A value on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'b> {
    Item(Item<'b>),
    /// The first two of a tuple.
    Tuple([Item<'b>; 2]),
}

impl Default for Value<'_> {
    fn default() -> Self {
        Self::Item(Item::Plain)
    }
}

impl Value<'_> {
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::Item(Item::Plain))
    }
}

/// Something that the pickle imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    /// `None` where what is imported was not to be told.
    pub(super) path: Option<(String, String)>,
    pub(super) kind: Kind,
    /// Where it is imported first, in bytes.
    pub(super) at: usize,
    pub(super) is_called: bool,
    /// How often it came onto the stack, and how often it was then used in a harmless way.
    pushed: usize,
    harmless: usize,
}

impl Import {
    /// One that was found by its text.
    pub(super) fn found(module: String, name: String, kind: Kind, at: usize) -> Self {
        Self { path: Some((module, name)), kind, at, is_called: false, pushed: 0, harmless: 0 }
    }

    /// One of which nothing is told but its place.
    pub(super) fn untold(at: usize) -> Self {
        Self { path: None, kind: Kind::Runs(UNTOLD), at, is_called: true, pushed: 0, harmless: 0 }
    }

    /// What it can do, once all of its uses are known.
    pub(super) fn kind(&self) -> Kind {
        match self.kind {
            Kind::Depends if self.pushed == self.harmless => Kind::Data,
            Kind::Depends => Kind::Runs("reaches any attribute, or loads what is hidden in bytes"),
            kind => kind,
        }
    }
}

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Stop,
    /// An unpickler fails here.
    Fails(&'static str),
    /// There is more than is followed.
    TooLarge,
    /// The pickle of an array's wrapper, whose raw content follows: joblib's own format.
    RawArray,
}

pub(super) struct Machine<'b> {
    cursor: Cursor<'b>,
    start: usize,
    stack: Vec<Value<'b>>,
    marks: Vec<usize>,
    memo: Memo<'b>,
    known: HashMap<(String, String), usize>,
    pub(super) imports: Vec<Import>,
    /// Bytes that may be pickles.
    pub(super) nested: Vec<&'b [u8]>,
}

type Step = Result<(), End>;
const UNDERFLOW: End = End::Fails("it takes a value that is not there");

impl<'b> Machine<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Self {
        Self {
            cursor: Cursor { bytes, at },
            start: at,
            stack: Vec::new(),
            marks: Vec::new(),
            memo: Memo::default(),
            known: HashMap::new(),
            imports: Vec::new(),
            nested: Vec::new(),
        }
    }

    /// Where the walk is.
    pub(super) fn at(&self) -> usize {
        self.cursor.at
    }

    /// Walks to the end of the pickle.
    pub(super) fn run(&mut self) -> End {
        loop {
            self.start = self.cursor.at;
            let op = match self.cursor.next() {
                Ok(Op::Stop) => return End::Stop,
                Ok(op) => op,
                Err(Unreadable::Truncated) => return End::Fails("it is cut short"),
                Err(Unreadable::Unknown) => return End::Fails("it has an instruction that does not exist"),
                Err(Unreadable::Argument) => {
                    return End::Fails("an instruction has an argument that is none");
                }
            };
            if let Err(end) = self.step(op) {
                return end;
            }
        }
    }

    /// Walks on behind the wrapper of an array. What is no whole pickle there was not walked.
    pub(super) fn go_on(&mut self) -> End {
        let (at, imports, nested) = (self.cursor.at, self.imports.clone(), self.nested.len());
        loop {
            match self.run() {
                End::RawArray => {}
                End::Stop => return End::Stop,
                _ => break,
            }
        }
        self.cursor.at = at;
        self.imports = imports;
        self.nested.truncate(nested);
        End::RawArray
    }

    /// The text that is kept in a place of the memo.
    pub(super) fn kept(&self, place: u64) -> Option<String> {
        self.memo.get(place).and_then(text)
    }

    fn step(&mut self, op: Op<'b>) -> Step {
        match op {
            Op::Nothing | Op::Stop => Ok(()),
            Op::Protocol(number) if number > 5 => Err(End::Fails("it is of an unknown protocol")),
            Op::Protocol(_) => Ok(()),
            Op::Push => self.push(Value::default()),
            Op::Text(text) => self.push(Value::Item(Item::Text(text))),
            Op::Bytes(bytes) => self.push_bytes(bytes),
            Op::Mark => {
                self.marks.push(self.stack.len());
                if self.marks.len() < DEEPEST { Ok(()) } else { Err(End::TooLarge) }
            }
            Op::Pop if self.marks.last() == Some(&self.stack.len()) => self.marked().map(|_| ()),
            Op::Pop => self.pop().map(|_| ()),
            Op::PopMark => self.marked().map(|_| ()),
            Op::Duplicate => {
                let top = self.top()?;
                self.push(top)
            }
            Op::Tuple(length) => {
                let items = self.take(length)?;
                self.push(tuple(&items))
            }
            Op::TupleOfMarked => {
                let items = self.marked()?;
                self.push(tuple(&items))
            }
            Op::Collect => {
                self.marked()?;
                self.push(Value::default())
            }
            Op::Add(length) => self.take(length).and_then(|_| self.top()).map(|_| ()),
            Op::AddMarked => self.marked().and_then(|_| self.top()).map(|_| ()),
            Op::Put(place) => self.put(place),
            Op::Memoize => self.put(self.memo.len()),
            Op::Get(place) => {
                let value = self.memo.get(place).ok_or(End::Fails("it reads what was not kept"))?;
                self.push(value)
            }
            other => self.import_or_call(other),
        }
    }

    fn import_or_call(&mut self, op: Op<'b>) -> Step {
        match op {
            Op::Import(module, name) => self.import(lines(module, name)?),
            Op::ImportNamed => {
                let [module, name] = self.take_two()?;
                self.import(text(module).zip(text(name)))
            }
            Op::Extension(code) => self.import(Some(("copyreg".to_owned(), format!("extension {code}")))),
            Op::CallImport(module, name) => {
                let args = self.marked()?;
                self.import(lines(module, name)?)?;
                let callee = self.pop()?;
                self.call(callee, tuple(&args))
            }
            Op::Call => {
                let [callee, args] = self.take_two()?;
                self.call(callee, args)
            }
            Op::CallWithNames => {
                self.pop()?;
                let [callee, _] = self.take_two()?;
                self.call(callee, Value::default())
            }
            Op::CallMarked => {
                let values = self.marked()?;
                let (callee, args) = values.split_first().ok_or(UNDERFLOW)?;
                self.call(*callee, tuple(args))
            }
            Op::Build => self.build(),
            _ => self.pop().and_then(|_| self.push(Value::default())),
        }
    }

    fn push(&mut self, value: Value<'b>) -> Step {
        if let Value::Item(Item::Import(import)) = value {
            self.imports[import].pushed += 1;
        }
        self.stack.push(value);
        if self.stack.len() < DEEPEST { Ok(()) } else { Err(End::TooLarge) }
    }

    fn push_bytes(&mut self, bytes: &'b [u8]) -> Step {
        if super::has_header(bytes) {
            self.nested.push(bytes);
            if self.nested.len() >= MOST_NESTED {
                return Err(End::TooLarge);
            }
        }
        self.push(Value::Item(Item::Bytes(bytes)))
    }

    /// What stands below a mark cannot be taken.
    fn pop(&mut self) -> Result<Value<'b>, End> {
        let fence = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() > fence { self.stack.pop().ok_or(UNDERFLOW) } else { Err(UNDERFLOW) }
    }

    fn top(&mut self) -> Result<Value<'b>, End> {
        let value = self.pop()?;
        self.stack.push(value);
        Ok(value)
    }

    fn take(&mut self, length: usize) -> Result<Vec<Value<'b>>, End> {
        let mut values = (0..length).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        values.reverse();
        Ok(values)
    }

    fn take_two(&mut self) -> Result<[Value<'b>; 2], End> {
        let (second, first) = (self.pop()?, self.pop()?);
        Ok([first, second])
    }

    /// All since the mark. Only the first few are looked at.
    fn marked(&mut self) -> Result<Vec<Value<'b>>, End> {
        let mark = self.marks.pop().ok_or(End::Fails("a mark is missing"))?;
        let first = self.stack[mark..].iter().take(3).copied().collect();
        self.stack.truncate(mark);
        Ok(first)
    }

    fn put(&mut self, place: u64) -> Step {
        let value = self.top()?;
        if self.memo.put(place, value) { Ok(()) } else { Err(End::TooLarge) }
    }

    fn import(&mut self, path: Option<(String, String)>) -> Step {
        let known = path.clone().and_then(|path| self.known.get(&path).copied());
        if let Some(import) = known {
            return self.push(Value::Item(Item::Import(import)));
        }
        let kind = path.as_ref().map_or(Kind::Runs(UNTOLD), |(module, name)| imports::kind(module, name));
        let is_worth = matches!(kind, Kind::Runs(_)) && self.imports.len() < 2 * MOST_IMPORTS;
        if self.imports.len() >= MOST_IMPORTS && !is_worth {
            return self.push(Value::default());
        }
        let import = self.imports.len();
        if let Some(path) = &path {
            self.known.insert(path.clone(), import);
        }
        self.imports.push(Import { path, kind, at: self.start, is_called: false, pushed: 0, harmless: 0 });
        self.push(Value::Item(Item::Import(import)))
    }

    fn call(&mut self, callee: Value<'b>, args: Value<'b>) -> Step {
        let Value::Item(Item::Import(import)) = callee else { return self.push(Value::default()) };
        self.imports[import].is_called = true;
        if self.imports[import].kind == Kind::Depends {
            return self.call_depending(import, args);
        }
        self.push(Value::Item(Item::Made(import)))
    }

    /// `getattr` of an import comes to another import. Of anything else the name alone tells.
    fn call_depending(&mut self, import: usize, args: Value<'b>) -> Step {
        let (first, second) = match args {
            Value::Tuple([first, second]) => (first, second),
            Value::Item(_) => (Item::Plain, Item::Plain),
        };
        if let Item::Bytes(bytes) = first {
            self.imports[import].harmless += usize::from(super::has_header(bytes));
            return self.push(Value::Item(Item::Made(import)));
        }
        let Some(name) = text(Value::Item(second)) else { return self.push(Value::Item(Item::Made(import))) };
        let owner = match first {
            Item::Import(owner) => self.imports[owner].path.clone(),
            _ => None,
        };
        let (module, path) = match owner {
            Some((module, owner)) => (module, format!("{owner}.{name}")),
            None => ("an object".to_owned(), name),
        };
        self.imports[import].harmless += 1;
        self.import(Some((module, path)))
    }

    /// `BUILD` of an import itself, and not of what it made, changes it for everybody.
    fn build(&mut self) -> Step {
        self.pop()?;
        match self.top()? {
            Value::Item(Item::Import(import)) if self.imports[import].kind != Kind::Depends => {
                self.imports[import].kind = Kind::Runs("is changed for the whole process");
                Ok(())
            }
            Value::Item(Item::Made(import)) if self.is_raw_array(import) => Err(End::RawArray),
            _ => Ok(()),
        }
    }

    fn is_raw_array(&self, import: usize) -> bool {
        let path = self.imports[import].path.as_ref();
        path.is_some_and(|(module, name)| module.ends_with("numpy_pickle") && name == "NumpyArrayWrapper")
    }
}

fn tuple<'b>(items: &[Value<'b>]) -> Value<'b> {
    let item = |place: usize| match items.get(place) {
        Some(Value::Item(item)) => *item,
        _ => Item::Plain,
    };
    Value::Tuple([item(0), item(1)])
}

fn text(value: Value<'_>) -> Option<String> {
    match value {
        Value::Item(Item::Text(text)) => text.read(),
        _ => None,
    }
}

/// The two lines of a `GLOBAL`; nothing where they are longer than names are.
fn lines(module: &[u8], name: &[u8]) -> Result<Option<(String, String)>, End> {
    if std::str::from_utf8(module).is_err() || std::str::from_utf8(name).is_err() {
        return Err(End::Fails("it imports what is no text"));
    }
    let line = |bytes| Text { bytes, form: Form::Plain }.read();
    Ok(line(module).zip(line(name)))
}
