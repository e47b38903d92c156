//! What an expression is known to stand for.

use std::cell::Cell;
use std::rc::Rc;

use super::Language;
use super::tree::Node;

/// Values nested deeper than this are not known, so that nothing here recurses deeply.
const MAX_NESTING: u8 = 4;
/// Bytes of a qualified name or of an expression kept as text; longer ones are not known.
pub(super) const MAX_CODE: usize = 1_024;

/// What an expression stands for.
#[derive(Clone)]
pub(super) enum Value<'t> {
    /// a constant string
    Text(Rc<String>),
    /// constant bytes
    Bytes(Rc<Vec<u8>>),
    /// a constant integer
    Int(i64),
    /// a constant truth value
    Bool(bool),
    /// a thing with a qualified name: `os.system`, `require('child_process').exec`
    Name(Rc<str>),
    /// a list or tuple, elements that are not known included
    List(Rc<List<'t>>),
    /// a literal dictionary or object, its known entries
    Dictionary(Rc<Dictionary<'t>>),
    /// a method of a constant, not called yet
    Method(Rc<Method<'t>>),
    /// a function that only returns one expression
    Function(Rc<Function<'t>>),
    /// a regular expression literal
    Pattern(Rc<str>),
    /// an expression that stays as it is written, with its constant value if that is known
    Code(Rc<Code<'t>>),
}

/// The elements of a list; `None` is an element that is not known.
pub(super) struct List<'t> {
    /// the elements, in order
    pub(super) elements: Vec<Option<Value<'t>>>,
    nesting: u8,
}

/// The known entries of a literal dictionary or object.
pub(super) struct Dictionary<'t> {
    /// keys and values, in order
    pub(super) entries: Vec<(Rc<str>, Value<'t>)>,
    nesting: u8,
}

/// A method of a constant: `'abc'.join`.
pub(super) struct Method<'t> {
    /// what it is a method of
    pub(super) receiver: Value<'t>,
    /// its name
    pub(super) name: Box<str>,
}

/// A function that only returns one expression, which can stand where the function is called.
pub(super) struct Function<'t> {
    /// the names of its parameters
    pub(super) parameters: Vec<Rc<str>>,
    /// imports that precede the expression
    pub(super) imports: Vec<Node<'t>>,
    /// the expression
    pub(super) body: Node<'t>,
    /// whether a call with unknown arguments brought nothing to light
    pub(super) is_plain: Cell<bool>,
}

/// An expression kept as text: `base64.b64decode('…')`, `requests.get('https://…').text`.
pub(super) struct Code<'t> {
    /// its normal form
    pub(super) text: String,
    /// its constant value; never itself an expression kept as text
    pub(super) value: Option<Value<'t>>,
}

impl<'t> Value<'t> {
    /// A constant string.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(Rc::new(text.into()))
    }

    /// Constant bytes.
    pub(super) fn bytes(bytes: Vec<u8>) -> Self {
        Self::Bytes(Rc::new(bytes))
    }

    /// A qualified name, in its shortest form, unless it is too long to be one.
    pub(super) fn name(language: Language, name: &str) -> Option<Self> {
        let name = match language {
            Language::Python => super::python::canonical_name(name),
            Language::JavaScript | Language::TypeScript => super::javascript::canonical_name(name),
        };
        (name.len() <= MAX_CODE).then(|| Self::Name(name.into()))
    }

    /// A list, unless it is nested too deep.
    pub(super) fn list(elements: Vec<Option<Self>>) -> Option<Self> {
        let nesting = 1 + elements.iter().flatten().map(Self::nesting).max().unwrap_or(0);
        (nesting <= MAX_NESTING).then(|| Self::List(Rc::new(List { elements, nesting })))
    }

    /// A dictionary, unless it is nested too deep.
    pub(super) fn dictionary(entries: Vec<(Rc<str>, Self)>) -> Option<Self> {
        let nesting = 1 + entries.iter().map(|(_, value)| value.nesting()).max().unwrap_or(0);
        (nesting <= MAX_NESTING).then(|| Self::Dictionary(Rc::new(Dictionary { entries, nesting })))
    }

    /// The method `name` of this value, unless it is nested too deep.
    pub(super) fn method(self, name: &str) -> Option<Self> {
        (self.nesting() < MAX_NESTING)
            .then(|| Self::Method(Rc::new(Method { receiver: self, name: name.into() })))
    }

    /// An expression kept as text, with its constant value.
    pub(super) fn code(text: &str, value: Option<Self>) -> Option<Self> {
        let value = value.and_then(Self::into_constant).filter(|value| value.nesting() <= MAX_NESTING);
        if text.len() > MAX_CODE && value.is_none() {
            return None;
        }
        let text = if text.len() > MAX_CODE { String::new() } else { text.to_owned() };
        Some(Self::Code(Rc::new(Code { text, value })))
    }

    fn nesting(&self) -> u8 {
        match self {
            Self::List(list) => list.nesting,
            Self::Dictionary(dictionary) => dictionary.nesting,
            Self::Method(method) => 1 + method.receiver.nesting(),
            Self::Code(code) => 1 + code.value.as_ref().map_or(0, Self::nesting),
            _ => 0,
        }
    }

    /// The constant that this is, also as the value of an expression kept as text.
    pub(super) fn into_constant(self) -> Option<Self> {
        match self {
            Self::Code(code) => code.value.clone(),
            value => Some(value),
        }
    }

    /// The constant that this is, also as the value of an expression kept as text.
    pub(super) fn constant(&self) -> Option<&Self> {
        match self {
            Self::Code(code) => code.value.as_ref(),
            value => Some(value),
        }
    }

    /// The constant string that this is.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self.constant()? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The constant string or bytes that this is, as bytes.
    pub(super) fn as_bytes(&self) -> Option<&[u8]> {
        match self.constant()? {
            Self::Text(text) => Some(text.as_bytes()),
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The constant integer that this is.
    pub(super) fn as_int(&self) -> Option<i64> {
        match self.constant()? {
            Self::Int(int) => Some(*int),
            Self::Bool(truth) => Some(i64::from(*truth)),
            _ => None,
        }
    }

    /// The elements of the list that this is.
    pub(super) fn as_list(&self) -> Option<&[Option<Self>]> {
        match self.constant()? {
            Self::List(list) => Some(&list.elements),
            _ => None,
        }
    }

    /// The qualified name that this is.
    pub(super) fn as_name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it is an expression that stays as it is written.
    pub(super) fn is_code(&self) -> bool {
        match self {
            Self::Code(_) => true,
            Self::Method(method) => method.receiver.is_code(),
            _ => false,
        }
    }
}
