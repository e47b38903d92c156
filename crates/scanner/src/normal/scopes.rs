//! What names stand for, scope by scope, in the order of the text.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::value::Value;

/// What names stand for at the place that the walk has reached.
#[derive(Default)]
pub(super) struct Scopes<'t> {
    open: Vec<Scope<'t>>,
    finished: HashMap<usize, Rc<Names<'t>>, RandomState>,
    earlier: HashMap<usize, Rc<Names<'t>>, RandomState>,
    /// the names that nothing bound where they were used, and the last of the misses that each was
    missed: HashMap<Rc<str>, u32, RandomState>,
    misses: u32,
    is_incomplete: bool,
}

/// Members of a class, of which more are a table.
const MOST_MEMBERS: usize = 256;

type Names<'t> = HashMap<Rc<str>, Option<Value<'t>>, RandomState>;

#[derive(Default)]
struct Scope<'t> {
    id: usize,
    names: Names<'t>,
    /// what an earlier walk knew at the end of the scope
    earlier: Option<Rc<Names<'t>>>,
    outer: HashSet<Rc<str>, RandomState>,
    /// how many uses missed their name before it was opened
    misses_before: u32,
    branches: u32,
}

impl<'t> Scope<'t> {
    fn known(&self, name: &str) -> Option<&Option<Value<'t>>> {
        // most scopes bind nothing
        let own = if self.names.is_empty() { None } else { self.names.get(name) };
        own.or_else(|| self.earlier.as_ref()?.get(name))
    }
}

/// What is known of a name.
pub(super) enum Known<'t> {
    /// it stands for this
    As(Value<'t>),
    /// it is bound to something that is not known
    Bound,
    /// nothing binds it
    Unbound,
}

impl<'t> Scopes<'t> {
    /// Opens the scope of the node with the number `id`.
    pub(super) fn open(&mut self, id: usize) {
        let earlier = self.earlier.get(&id).cloned();
        self.open.push(Scope { id, earlier, misses_before: self.misses, ..Scope::default() });
    }

    /// Closes the innermost scope and keeps what its names stood for at its end, for a second walk.
    pub(super) fn close(&mut self) {
        let Some(mut scope) = self.open.pop() else { return };
        scope.names.retain(|_, value| value.is_some());
        // a use before the scope was opened is none of what it binds
        let is_missed = |name| self.missed.get(name).is_some_and(|miss| *miss > scope.misses_before);
        self.is_incomplete = self.is_incomplete || scope.names.keys().any(is_missed);
        if !scope.names.is_empty() {
            self.finished.insert(scope.id, Rc::new(scope.names));
        }
    }

    /// Closes the scope of a class: what is known of its members is known of `class.member` in the whole file.
    pub(super) fn close_class(&mut self, class: Option<&str>) {
        let known = self.open.last().filter(|scope| scope.names.len() <= MOST_MEMBERS);
        let members: Vec<_> = match (class, known) {
            (Some(class), Some(scope)) => scope
                .names
                .iter()
                .filter(|(_, value)| matches!(value, Some(Value::Name(_))))
                .map(|(member, value)| (format!("{class}.{member}"), value.clone()))
                .collect(),
            _ => Vec::new(),
        };
        self.close();
        for (name, value) in members {
            self.bind_in_file(&name, value);
        }
    }

    /// Closes the innermost scope and forgets it: it was that of a call that was inlined.
    pub(super) fn drop_innermost(&mut self) {
        self.open.pop();
    }

    /// Whether a name was used before the place where it was bound to something known.
    pub(super) fn are_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// Empty scopes for a second walk, which knows what the names of this one stand for at the end of their scopes.
    pub(super) fn second(self) -> Self {
        Self { earlier: self.finished, ..Self::default() }
    }

    /// Enters or leaves code that runs only sometimes.
    pub(super) fn enter_branch(&mut self) {
        if let Some(scope) = self.open.last_mut() {
            scope.branches += 1;
        }
    }

    /// Leaves what [`enter_branch`](Self::enter_branch) entered.
    pub(super) fn leave_branch(&mut self) {
        if let Some(scope) = self.open.last_mut() {
            scope.branches = scope.branches.saturating_sub(1);
        }
    }

    /// Makes assignments to `name` in the innermost scope assignments to the name of the whole file.
    pub(super) fn declare_outer(&mut self, name: &str) {
        if let Some(scope) = self.open.last_mut() {
            scope.outer.insert(name.into());
        }
    }

    /// Binds `name`. Code that runs only sometimes takes no alias away, or a dead assignment would hide one.
    pub(super) fn bind(&mut self, name: &str, value: Option<Value<'t>>) {
        let is_outer = self.open.last().is_some_and(|scope| scope.outer.contains(name));
        let scope = if is_outer { self.open.first_mut() } else { self.open.last_mut() };
        let Some(scope) = scope else { return };
        let runs_always = scope.branches == 0 && !is_outer;
        match scope.names.get_mut(name) {
            Some(Some(Value::Name(_))) if value.is_none() && !runs_always => {}
            Some(bound) => *bound = value,
            None => {
                scope.names.insert(name.into(), value);
            }
        }
    }

    /// Binds `name` in the outermost scope: an attribute, which every function of the file sees.
    pub(super) fn bind_in_file(&mut self, name: &str, value: Option<Value<'t>>) {
        if let Some(scope) = self.open.first_mut() {
            scope.names.insert(name.into(), value);
        }
    }

    /// Forgets what a list or object stood for, because it may have changed.
    pub(super) fn forget_container(&mut self, name: &str) {
        for scope in self.open.iter_mut().rev() {
            if let Some(bound) = scope.names.get_mut(name) {
                if matches!(bound, Some(Value::List(_) | Value::Dictionary(_))) {
                    *bound = None;
                }
                return;
            }
        }
    }

    /// Takes what `name` stands for in the innermost scope that binds it; the name is then not known.
    pub(super) fn take(&mut self, name: &str) -> Option<Value<'t>> {
        self.open.iter_mut().rev().find_map(|scope| scope.names.get_mut(name))?.take()
    }

    /// What an attribute stands for that [`bind_in_file`](Self::bind_in_file) bound.
    pub(super) fn known_in_file(&mut self, name: &str) -> Option<Value<'t>> {
        let file = self.open.first()?;
        if let Some(bound) = file.known(name) {
            return bound.clone();
        }
        self.miss(name);
        None
    }

    /// What `name` stands for.
    pub(super) fn known(&mut self, name: &str) -> Known<'t> {
        match self.open.iter().rev().find_map(|scope| scope.known(name)) {
            Some(Some(value)) => Known::As(value.clone()),
            Some(None) => Known::Bound,
            None => {
                self.miss(name);
                Known::Unbound
            }
        }
    }

    fn miss(&mut self, name: &str) {
        self.misses += 1;
        match self.missed.get_mut(name) {
            Some(miss) => *miss = self.misses,
            None => {
                self.missed.insert(name.into(), self.misses);
            }
        }
    }
}
