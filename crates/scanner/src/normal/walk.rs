//! The walk over the tree: visits every node with a stack of its own, writes its text, and lets the language rewrite it.

mod bindings;
mod expressions;
mod leaves;
mod names;
mod operators;

pub(super) use expressions::{is_dotted, is_identifier};

use super::budget::{Budget, MAX_DEPTH};
use super::grammar::{Field, Kind};
use super::page::Page;
use super::scopes::Scopes;
use super::tree::Node;
use super::value::{Function, Value};
use super::{Language, Unnormal, javascript, literal, python};
use leaves::Leaf;

/// Constants up to this length are written wherever their name is used; longer ones only where they are executed.
const SHORT: usize = 512;

/// The walk over one file.
pub(super) struct Walk<'t, 'b> {
    pub(super) language: Language,
    pub(super) source: &'t str,
    pub(super) budget: &'b Budget,
    pub(super) nesting: u8,
    pub(super) page: Page,
    pub(super) scopes: Scopes<'t>,
    /// the arguments of the call that is about to be left
    pub(super) arguments: Vec<Kid<'t>>,
    /// how many names were written that are not the file's own
    pub(super) resolved: usize,
    /// how many calls deep expressions are inlined
    pub(super) inlined: u8,
    /// modules of which every name is imported
    pub(super) star_imports: Vec<String>,
    frames: Vec<Frame<'t>>,
    previous_end: usize,
    comment_before: bool,
    rows: usize,
}

/// A node that was entered and not left yet.
pub(super) struct Frame<'t> {
    pub(super) node: Node<'t>,
    pub(super) kind: Kind,
    pub(super) field: Field,
    /// where its text begins on the page
    pub(super) start: usize,
    /// its named children and its operator, if its kind asks for them
    pub(super) kids: Vec<Kid<'t>>,
    function: Option<Value<'t>>,
}

/// A child that was left: where its text is and what it stands for.
pub(super) struct Kid<'t> {
    pub(super) node: Node<'t>,
    pub(super) kind: Kind,
    pub(super) field: Field,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: Option<Value<'t>>,
    /// whether the page still has the expression that `value` was computed from
    pub(super) unwritten: bool,
}

/// A node with what the walk asks of it first.
#[derive(Clone, Copy)]
struct Place<'t> {
    node: Node<'t>,
    kind: Kind,
    field: Field,
    start: usize,
}

impl<'t> Frame<'t> {
    /// The child in `field`.
    pub(super) fn kid(&self, field: Field) -> Option<&Kid<'t>> {
        self.kids.iter().find(|kid| kid.field == field)
    }

    /// Takes the value of the child in `field`.
    pub(super) fn take(&mut self, field: Field) -> Option<Value<'t>> {
        self.kids.iter_mut().find(|kid| kid.field == field)?.value.take()
    }
}

impl<'t, 'b> Walk<'t, 'b> {
    /// A walk that has visited nothing.
    pub(super) fn new(language: Language, source: &'t str, budget: &'b Budget, nesting: u8) -> Self {
        Self {
            language,
            source,
            budget,
            nesting,
            page: Page::default(),
            scopes: Scopes::default(),
            arguments: Vec::new(),
            resolved: 0,
            inlined: 0,
            star_imports: Vec::new(),
            frames: Vec::new(),
            previous_end: 0,
            comment_before: false,
            rows: source.matches('\n').count(),
        }
    }

    /// Walks the whole file.
    pub(super) fn file(&mut self, root: Node<'t>) -> Result<(), Unnormal> {
        self.scopes.open(0);
        self.run(root)?;
        self.scopes.close();
        Ok(())
    }

    /// Whether a second walk would know more.
    pub(super) fn names_are_used_before_they_are_bound(&self) -> bool {
        self.scopes.are_incomplete()
    }

    /// A walk that has visited nothing and knows what this one found out.
    pub(super) fn second(self) -> Self {
        let scopes = self.scopes.second();
        Self {
            scopes,
            star_imports: self.star_imports,
            ..Self::new(self.language, self.source, self.budget, self.nesting)
        }
    }

    /// The text that the walk wrote.
    pub(super) fn into_text(self) -> String {
        self.page.finish(self.rows)
    }

    /// The source text of a node.
    pub(super) fn text_of(&self, node: Node<'_>) -> &'t str {
        self.source.get(node.start()..node.end()).unwrap_or_default()
    }

    /// What the page has for a child.
    pub(super) fn written(&self, kid: &Kid<'_>) -> &str {
        self.page.between(kid.start, kid.end)
    }

    /// Visits `root` and all that is in it; the value of `root`.
    pub(super) fn run(&mut self, root: Node<'t>) -> Result<Option<Value<'t>>, Unnormal> {
        let base = self.frames.len();
        let mut node = root;
        loop {
            self.budget.step()?;
            let (kind, field) = (node.what().kind, node.field());
            let place = Place { node, kind, field, start: self.enter(node, kind) };
            let mut left = match self.leaf(place) {
                Leaf::Done(value) => self.kid(place, value),
                Leaf::Descend => match node.first_child() {
                    Some(child) => {
                        self.open(place)?;
                        node = child;
                        continue;
                    }
                    None => {
                        self.page.push_joined(self.text_of(node));
                        self.previous_end = node.end();
                        self.kid(place, None)
                    }
                },
            };
            loop {
                if self.frames.len() == base {
                    return Ok(left.value);
                }
                self.keep(left);
                if let Some(next) = node.next() {
                    node = next;
                    break;
                }
                let Some(frame) = self.frames.pop() else { return Ok(None) };
                node = frame.node;
                left = self.leave(frame)?;
            }
        }
    }

    /// Runs over an expression of another place of the file, in place of what is written next.
    pub(super) fn run_elsewhere(&mut self, root: Node<'t>) -> Result<Option<Value<'t>>, Unnormal> {
        let previous_end = std::mem::replace(&mut self.previous_end, root.start());
        self.page.begin_inlined();
        self.inlined += 1;
        let value = self.run(root);
        self.inlined -= 1;
        self.page.end_inlined();
        self.previous_end = previous_end;
        value
    }

    fn kid(&self, place: Place<'t>, value: Option<Value<'t>>) -> Kid<'t> {
        let Place { node, kind, field, start } = place;
        Kid { node, kind, field, start, end: self.page.mark(), value, unwritten: false }
    }

    fn keep(&mut self, kid: Kid<'t>) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.kind.has_kids()
            && (kid.node.what().is_named || kid.field != Field::None)
            && kid.kind != Kind::Comment
        {
            frame.kids.push(kid);
        }
    }

    fn open(&mut self, Place { node, kind, field, start }: Place<'t>) -> Result<(), Unnormal> {
        if self.frames.len() >= MAX_DEPTH {
            self.budget.fail(Unnormal::TooDeep);
            return Err(Unnormal::TooDeep);
        }
        let mut function = None;
        match kind {
            Kind::Function | Kind::ArrowFunction => {
                function = self.function(node);
                if let (Some(name), false) = (self.function_name(node), node.name() == "method_definition") {
                    self.scopes.bind(&name, function.clone());
                }
                self.scopes.open(node.id());
            }
            Kind::Class => {
                if let Some(name) = self.function_name(node) {
                    self.scopes.bind(&name, None);
                }
                self.scopes.open(node.id());
            }
            Kind::Comprehension => {
                self.scopes.open(node.id());
                self.bind_comprehension_names(node);
            }
            Kind::Branch => self.scopes.enter_branch(),
            Kind::Import => match self.language {
                Language::Python => python::bind_import(self, node),
                Language::JavaScript | Language::TypeScript => javascript::bind_import(self, node),
            },
            _ => {}
        }
        self.frames.push(Frame { node, kind, field, start, kids: Vec::new(), function });
        Ok(())
    }

    fn leave(&mut self, mut frame: Frame<'t>) -> Result<Kid<'t>, Unnormal> {
        let rest = self.source.get(self.previous_end..frame.node.end()).unwrap_or_default();
        if !frame.node.is_in_gapless_tree() && !rest.trim().is_empty() {
            self.page.push_joined(rest);
        }
        self.previous_end = self.previous_end.max(frame.node.end());
        let place = Place { node: frame.node, kind: frame.kind, field: frame.field, start: frame.start };
        let Place { kind, field, .. } = place;
        match kind {
            Kind::Class => {
                let name = self.function_name(frame.node);
                self.scopes.close_class(name.as_deref());
            }
            Kind::Function | Kind::ArrowFunction | Kind::Comprehension => self.scopes.close(),
            _ => {}
        }
        let mut unwritten = false;
        let value = match kind {
            Kind::Function | Kind::ArrowFunction => frame.function.take(),
            Kind::Branch => {
                self.scopes.leave_branch();
                None
            }
            Kind::Binary => {
                let parent = self.frames.last().map(|parent| parent.kind);
                let may_wait = field == Field::Left && parent == Some(Kind::Binary);
                let value = self.binary(frame, may_wait);
                unwritten = may_wait && matches!(value, Some(Value::Text(_) | Value::Bytes(_)));
                value
            }
            _ if kind.has_kids() => self.expression(frame)?,
            _ => None,
        };
        if self.page.len() > self.budget.max_written() {
            self.budget.fail(Unnormal::TooLarge);
            return Err(Unnormal::TooLarge);
        }
        Ok(Kid { unwritten, ..self.kid(place, value) })
    }

    /// The kinds and fields of the open nodes, innermost first.
    pub(super) fn open_nodes(&self) -> impl Iterator<Item = &Frame<'t>> {
        self.frames.iter().rev()
    }

    /// The node that the walk is directly in.
    pub(super) fn parent(&self) -> Option<&Frame<'t>> {
        self.frames.last()
    }

    /// Whether a constant of `length` bytes may be written over the text since `start`.
    pub(super) fn may_write(&self, length: usize, start: usize) -> bool {
        length <= SHORT || length <= 2 * self.page.since(start).len() || self.is_executed()
    }

    /// Whether the walk is in the arguments of a call that executes or decodes them.
    fn is_executed(&self) -> bool {
        let calls = self.open_nodes().take(6).filter(|frame| frame.kind == Kind::Call);
        calls.filter_map(|call| call.kids.first()).any(|callee| {
            let text = self.written(callee);
            let last = text.rsplit(['.', ' ']).next().unwrap_or(text);
            SINKS.contains(&last)
        })
    }

    /// Writes a constant over the text since `start`, if it has a literal and is not too long.
    pub(super) fn write_constant(&mut self, start: usize, value: &Value<'t>) {
        let Some(text) = literal::written(value) else { return };
        if self.may_write(text.len(), start) {
            self.page.replace_since(start, &text);
        }
    }

    /// A function that only returns one expression, as a value.
    fn function(&self, node: Node<'t>) -> Option<Value<'t>> {
        let function: Function<'t> = match self.language {
            Language::Python => python::one_return(self, node)?,
            Language::JavaScript | Language::TypeScript => javascript::one_return(self, node)?,
        };
        Some(Value::Function(std::rc::Rc::new(function)))
    }
}

/// The last part of the names of functions that execute, decode or write out their arguments.
const SINKS: &[&str] = &[
    "exec",
    "eval",
    "compile",
    "Function",
    "system",
    "popen",
    "Popen",
    "run",
    "call",
    "check_output",
    "check_call",
    "spawn",
    "execSync",
    "spawnSync",
    "b64decode",
    "decode",
    "fromhex",
    "unhexlify",
    "decompress",
    "loads",
    "atob",
    "unescape",
    "decodeURIComponent",
    "setTimeout",
    "setInterval",
    "from",
    "write",
    "b85decode",
    "b32decode",
    "a85decode",
];

impl Kind {
    /// Whether what is done when the node is left needs its children.
    fn has_kids(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Arguments
                | Assignment
                | AugmentedAssignment
                | Await
                | Binary
                | Call
                | Comprehension
                | ConcatenatedString
                | Declarator
                | DefaultParameter
                | Dictionary
                | ExecStatement
                | ExpressionStatement
                | ForIn
                | GlobalStatement
                | Interpolation
                | KeywordArgument
                | List
                | Member
                | NamedExpression
                | Pair
                | Parenthesized
                | Sequence
                | Slice
                | Spread
                | String
                | Subscript
                | Template
                | TypeAssertion
                | Unary
        )
    }
}
