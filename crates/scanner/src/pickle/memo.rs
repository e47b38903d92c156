//! The memo of a pickle: which places are filled, and what stands in those that may matter.

use std::collections::{HashMap, HashSet};

use super::machine::Value;

/// Values kept, and places filled out of order. Past it a value is forgotten, and what it would have named is unresolved.
const MOST: usize = 1 << 19;

#[derive(Default)]
pub(super) struct Memo<'b> {
    /// All places below are filled.
    filled: u64,
    beyond: HashSet<u64>,
    values: HashMap<u64, Value<'b>>,
}

impl<'b> Memo<'b> {
    /// How many places are filled: where `MEMOIZE` puts the next.
    pub(super) fn len(&self) -> u64 {
        self.filled + self.beyond.len() as u64
    }

    /// Whether there was room to know that the place is filled.
    pub(super) fn put(&mut self, place: u64, value: Value<'b>) -> bool {
        if place == self.filled {
            self.filled += 1;
            while self.beyond.remove(&self.filled) {
                self.filled += 1;
            }
        } else if place > self.filled {
            self.beyond.insert(place);
        }
        if value.is_plain() || self.values.len() >= MOST {
            self.values.remove(&place);
        } else {
            self.values.insert(place, value);
        }
        self.beyond.len() < MOST
    }

    pub(super) fn get(&self, place: u64) -> Option<Value<'b>> {
        let is_filled = place < self.filled || self.beyond.contains(&place);
        is_filled.then(|| self.values.get(&place).copied().unwrap_or_default())
    }
}
