//! The tree that the walk visits, whichever parser made it: nodes of one vocabulary in one vector.

use super::grammar::{Field, Kind};

/// What a node is.
#[derive(Debug)]
pub(super) struct Type {
    /// The name that the grammars give it.
    pub(super) name: &'static str,
    /// What the walk knows it as.
    pub(super) kind: Kind,
    /// Whether it starts on a line of its own in the normal form.
    pub(super) starts_line: bool,
    /// Whether it is more than punctuation or a keyword.
    pub(super) is_named: bool,
}

/// No node.
const NONE: u32 = u32::MAX;

struct Entry {
    what: &'static Type,
    start: u32,
    end: u32,
    first_child: u32,
    next: u32,
    field: Field,
}

/// A parsed source.
pub(super) struct Tree {
    entries: Vec<Entry>,
    root: u32,
    line_starts: Vec<u32>,
    /// Whether nothing but blanks and comments is between the nodes.
    pub(super) is_gapless: bool,
}

/// A place in a tree.
#[derive(Clone, Copy)]
pub(super) struct Node<'t> {
    tree: &'t Tree,
    at: u32,
}

impl Tree {
    /// The node of the whole source.
    pub(super) fn root(&self) -> Node<'_> {
        Node { tree: self, at: self.root }
    }
}

impl<'t> Node<'t> {
    fn entry(self) -> &'t Entry {
        &self.tree.entries[self.at as usize]
    }

    fn other(self, at: u32) -> Option<Self> {
        (at != NONE).then_some(Self { at, ..self })
    }

    /// What it is.
    pub(super) fn what(self) -> &'static Type {
        self.entry().what
    }

    /// The name of what it is.
    pub(super) fn name(self) -> &'static str {
        self.what().name
    }

    /// What its parent holds it as.
    pub(super) fn field(self) -> Field {
        self.entry().field
    }

    /// A number that no other node of the tree has.
    pub(super) fn id(self) -> usize {
        self.at as usize
    }

    /// Its first byte.
    pub(super) fn start(self) -> usize {
        self.entry().start as usize
    }

    /// The byte after its last one.
    pub(super) fn end(self) -> usize {
        self.entry().end as usize
    }

    /// The row and the column of its first byte, both from 0.
    pub(super) fn position(self) -> (usize, usize) {
        let start = self.entry().start;
        let row = self.tree.line_starts.partition_point(|line| *line <= start) - 1;
        (row, (start - self.tree.line_starts[row]) as usize)
    }

    /// The first of its children.
    pub(super) fn first_child(self) -> Option<Self> {
        self.other(self.entry().first_child)
    }

    /// The child of its parent that comes next.
    pub(super) fn next(self) -> Option<Self> {
        self.other(self.entry().next)
    }

    /// Its children.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.first_child(), |child| child.next())
    }

    /// Its children that are more than punctuation or a keyword.
    pub(super) fn named_children(self) -> impl Iterator<Item = Self> {
        self.children().filter(|child| child.what().is_named)
    }

    /// The first child that it holds as `field`.
    pub(super) fn child(self, field: Field) -> Option<Self> {
        self.children().find(|child| child.field() == field)
    }
}

/// A tree while it is made: nodes wait in order until a node around them takes them in.
pub(super) struct Builder {
    entries: Vec<Entry>,
    waiting: Vec<u32>,
}

impl Builder {
    /// A tree without nodes, of a source of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { entries: Vec::with_capacity(bytes / 3), waiting: Vec::new() }
    }

    /// How many nodes wait: a mark for [`close`](Self::close).
    pub(super) fn mark(&self) -> usize {
        self.waiting.len()
    }

    /// Adds a node without children.
    pub(super) fn leaf(&mut self, what: &'static Type, start: usize, end: usize) {
        self.push(what, start, end, NONE);
    }

    /// Makes a node of all that waits since `mark`, at least one.
    pub(super) fn close(&mut self, mark: usize, what: &'static Type) {
        let (Some(first), Some(last)) = (self.waiting.get(mark).copied(), self.waiting.last().copied()) else {
            return;
        };
        let (start, end) = (self.entries[first as usize].start, self.entries[last as usize].end);
        self.close_at(mark, what, start as usize, end as usize);
    }

    /// Makes a node with these bounds of all that waits since `mark`, which may be nothing.
    pub(super) fn close_at(&mut self, mark: usize, what: &'static Type, start: usize, end: usize) {
        for pair in self.waiting[mark..].windows(2) {
            self.entries[pair[0] as usize].next = pair[1];
        }
        let first = self.waiting.get(mark).copied().unwrap_or(NONE);
        self.waiting.truncate(mark);
        self.push(what, start, end, first);
    }

    /// Says what the node that waits at `mark` is to its parent.
    pub(super) fn set_field(&mut self, mark: usize, field: Field) {
        if let Some(at) = self.waiting.get(mark) {
            self.entries[*at as usize].field = field;
        }
    }

    /// The tree, once only its root waits.
    pub(super) fn finish(self, source: &str, is_gapless: bool) -> Option<Tree> {
        let [root] = self.waiting[..] else { return None };
        let mut line_starts = vec![0];
        let ends = source.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n').map(|(_, start)| start);
        line_starts.extend(ends);
        Some(Tree { entries: self.entries, root, line_starts, is_gapless })
    }

    fn push(&mut self, what: &'static Type, start: usize, end: usize, first_child: u32) {
        self.waiting.push(self.entries.len() as u32);
        let (start, end) = (start as u32, end as u32);
        self.entries.push(Entry { what, start, end, first_child, next: NONE, field: Field::None });
    }
}
