use std::collections::{HashMap, hash_map};

use unicode_normalization::UnicodeNormalization as _;

use crate::{EntryKind, Violation, path::is_variation_selector};

/// What one node costs beside its text.
const NODE_BYTES: u64 = 64;

/// All paths of an archive and the directories that they imply, as a file system sees them that ignores letter case and
/// Unicode normalisation.
pub(crate) struct Tree {
    nodes: HashMap<Box<str>, Node>,
    bytes: u64,
    limit: u64,
}

struct Node {
    /// The path as written, where it differs from its key.
    spelling: Option<Box<str>>,
    kind: EntryKind,
    /// Whether the archive has an entry for it, and not only for something below it.
    named: bool,
}

#[derive(PartialEq, Eq)]
enum Found {
    New,
    Known,
}

impl Tree {
    pub(crate) fn new(limit: u64) -> Self {
        Self { nodes: HashMap::new(), bytes: 0, limit }
    }

    pub(crate) fn insert(&mut self, path: &str, kind: EntryKind) -> Result<(), Violation> {
        self.place(path, path, kind)?;
        for (end, _) in path.rmatch_indices('/') {
            // The directories above a known one are known.
            if self.place(path, &path[..end], EntryKind::Directory)? == Found::Known {
                break;
            }
        }
        Ok(())
    }

    /// Whether the archive has the path, or something below it.
    pub(crate) fn holds(&self, path: &str) -> bool {
        path.is_empty() || self.nodes.contains_key(&*fold(path))
    }

    /// The npm manifest below one of several tops. npm leaves out the first folder of every path, whatever it is, and so
    /// puts what lies in one top over what lies in another.
    pub(crate) fn npm_manifest_among_tops(&self) -> Option<&str> {
        let is_manifest =
            |path: &&str| path.strip_suffix("/package.json").is_some_and(|top| !top.contains('/'));
        let paths = || self.nodes.keys().map(|key| &**key);
        let tops = paths().filter(|path| !path.contains('/')).count();
        if tops > 1 { paths().filter(is_manifest).min() } else { None }
    }

    /// Places `path` itself or a directory above it.
    fn place(&mut self, path: &str, place: &str, kind: EntryKind) -> Result<Found, Violation> {
        let named = path.len() == place.len();
        let key = fold(place);
        self.bytes += key.len() as u64 + NODE_BYTES;
        match self.nodes.entry(key.into_boxed_str()) {
            hash_map::Entry::Vacant(vacant) => {
                let spelling = (**vacant.key() != *place).then(|| place.into());
                vacant.insert(Node { spelling, kind, named });
                if self.bytes > self.limit { Err(Violation::NamesTooLarge) } else { Ok(Found::New) }
            }
            hash_map::Entry::Occupied(mut occupied) => {
                self.bytes -= occupied.key().len() as u64 + NODE_BYTES;
                let written = occupied.get().spelling.as_deref().unwrap_or(occupied.key());
                if *written != *place {
                    return Err(collision(written, place));
                }
                let node = occupied.get_mut();
                match (node.kind, kind) {
                    (EntryKind::Directory, EntryKind::Directory) if !(node.named && named) => {
                        node.named |= named;
                        Ok(Found::Known)
                    }
                    (EntryKind::Directory, EntryKind::Directory) => Err(Violation::Duplicate(path.into())),
                    (EntryKind::Directory, _) | (_, EntryKind::Directory) => {
                        Err(Violation::PathClash(path.into()))
                    }
                    _ => Err(Violation::Duplicate(path.into())),
                }
            }
        }
    }
}

fn collision(written: &str, place: &str) -> Violation {
    if lower(written) == lower(place) {
        Violation::CaseCollision(place.into())
    } else if fold_letters(written) == fold_letters(place) {
        Violation::UnicodeCollision(place.into())
    } else {
        Violation::ReplacementCollision(place.into())
    }
}

/// The name that all spellings share which some file system, display or reader takes for one.
pub(crate) fn fold(path: &str) -> String {
    // Python writes these as `_` on Windows, which forbids them.
    fold_letters(path).replace(['<', '>', '"', '|', '?', '*'], "_")
}

fn fold_letters(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    let seen: String = path.chars().filter(|c| !is_variation_selector(*c)).nfkc().collect();
    lower(&seen).nfkc().collect()
}

/// Upper case first, for `ſ` and `ß` have no lower case of their own.
fn lower(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}
