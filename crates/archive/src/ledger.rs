use domain::{CommitId, Format, Skipped};

use crate::{Entry, EntryKind, Summary, Violation, limits::Budget, link::Links, path, tree::Tree};

/// Who wrote an archive, by what it says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writer {
    /// `git archive`, or who says so: it writes the links of its repository, and the commit.
    Git,
    /// Anybody else. No registry serves links, and crates.io refuses them.
    Unknown,
}

impl Writer {
    pub(crate) fn of(commit: Option<&CommitId>) -> Self {
        if commit.is_some() { Self::Git } else { Self::Unknown }
    }
}

/// What was admitted, unpacked and visited so far: the rules that both formats share.
pub(crate) struct Ledger<V> {
    pub(crate) budget: Budget,
    tree: Tree,
    links: Links,
    files: u64,
    directories: u64,
    bytes: u64,
    skipped: Vec<Skipped>,
    visit: V,
}

impl<V: FnMut(&Entry, &[u8])> Ledger<V> {
    pub(crate) fn new(budget: Budget, visit: V) -> Self {
        Self {
            tree: Tree::new(budget.limits.names_bytes),
            budget,
            links: Links::default(),
            files: 0,
            directories: 0,
            bytes: 0,
            skipped: Vec::new(),
            visit,
        }
    }

    /// Checks an entry's path and its place among all others. `raw` has no trailing slash.
    pub(crate) fn admit(&mut self, raw: &[u8], kind: EntryKind) -> Result<String, Violation> {
        self.count(kind)?;
        let path = path::check(raw, &self.budget.limits)?;
        self.tree.insert(path, kind)?;
        Ok(path.to_owned())
    }

    /// Counts an entry; alone it serves the archive's root, which has no path.
    pub(crate) fn count(&mut self, kind: EntryKind) -> Result<(), Violation> {
        if kind == EntryKind::Directory {
            self.directories += 1;
        }
        self.budget.enter()
    }

    /// Hands an admitted entry's content to the visitor.
    pub(crate) fn deliver(&mut self, entry: &Entry, content: &[u8]) -> Result<(), Violation> {
        if entry.kind == EntryKind::Symlink {
            self.links.add(&entry.path, content, &self.budget.limits)?;
        }
        self.files += 1;
        self.bytes += entry.bytes;
        (self.visit)(entry, content);
        Ok(())
    }

    /// Checks what only the whole archive can tell.
    pub(crate) fn finish(self, format: Format, writer: Writer) -> Result<Summary, Violation> {
        self.links.check()?;
        // Within a package links are data.
        if writer == Writer::Unknown && !self.budget.is_nested() {
            self.links.check_targets(&self.tree)?;
        }
        if format == Format::TarGz
            && !self.budget.is_nested()
            && let Some(manifest) = self.tree.npm_manifest_among_tops()
        {
            return Err(Violation::SeveralTops(manifest.into()));
        }
        let Self { files, directories, bytes, skipped, .. } = self;
        Ok(Summary { format, files, directories, bytes, skipped })
    }
}
