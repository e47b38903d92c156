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

impl Type {
    /// What is more than punctuation or a keyword.
    pub(super) const fn named(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, starts_line: false, is_named: true }
    }

    /// The same, on a line of its own.
    pub(super) const fn line(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, starts_line: true, is_named: true }
    }

    /// Punctuation, or a keyword.
    pub(super) const fn token(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, starts_line: false, is_named: false }
    }
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
    is_gapless: bool,
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

    /// Whether nothing but blanks and comments is between the nodes of its tree.
    pub(super) fn is_in_gapless_tree(self) -> bool {
        self.tree.is_gapless
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
        let (Some(first), Some(last)) = (self.waiting.get(mark).copied(), self.waiting.last().copied())
        else {
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

    /// Makes of the node that waits at `mark`, and of those in it, what `other` makes of their types, but for keys and
    /// what is assigned; it stops where that is nothing. Whether it made anything.
    pub(super) fn retype(&mut self, mark: usize, other: fn(&'static Type) -> Option<&'static Type>) -> bool {
        let mut waiting: Vec<u32> = self.waiting.get(mark).copied().into_iter().collect();
        let mut is_changed = false;
        while let Some(at) = waiting.pop() {
            let entry = &mut self.entries[at as usize];
            let Some(what) = other(entry.what) else { continue };
            entry.what = what;
            is_changed = true;
            waiting.extend(
                self.children(at).filter(|child| {
                    !matches!(self.entries[*child as usize].field, Field::Right | Field::Key)
                }),
            );
        }
        is_changed
    }

    /// What the node is that waits at `mark`.
    pub(super) fn what(&self, mark: usize) -> Option<&'static Type> {
        self.waiting.get(mark).map(|at| self.entries[*at as usize].what)
    }

    /// The bytes of the node that waits at `mark`.
    pub(super) fn range(&self, mark: usize) -> Option<std::ops::Range<usize>> {
        let entry = &self.entries[*self.waiting.get(mark)? as usize];
        Some(entry.start as usize..entry.end as usize)
    }

    /// Says what the node is that waits at `mark`.
    pub(super) fn set_what(&mut self, mark: usize, what: &'static Type) {
        if let Some(at) = self.waiting.get(mark) {
            self.entries[*at as usize].what = what;
        }
    }

    /// Takes the children of the node that waits at `mark` in its place.
    pub(super) fn unwrap(&mut self, mark: usize) {
        if let Some(at) = self.waiting.get(mark).copied() {
            let children: Vec<u32> = self.children(at).collect();
            self.waiting.splice(mark..=mark, children);
        }
    }

    /// Takes the children of the node of a type in its place, within the node that waits at `mark`.
    pub(super) fn unwrap_within(&mut self, mark: usize, inner: &'static Type) {
        let Some(at) = self.waiting.get(mark).copied() else { return };
        let mut children: Vec<u32> = Vec::new();
        for child in self.children(at) {
            match self.entries[child as usize].what.name == inner.name {
                true => children.extend(self.children(child)),
                false => children.push(child),
            }
        }
        for pair in children.windows(2) {
            self.entries[pair[0] as usize].next = pair[1];
        }
    }

    fn children(&self, at: u32) -> impl Iterator<Item = u32> {
        let some = |at: u32| (at != NONE).then_some(at);
        let next = move |child: &u32| some(self.entries[*child as usize].next);
        std::iter::successors(some(self.entries[at as usize].first_child), next)
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
