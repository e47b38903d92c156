//! The content of an approved archive as a tree of git.

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _},
    path::{Path, PathBuf},
};

use archive::{Entry, EntryKind, Limits};
use domain::{Error, Release, Result, Sha256, one_line};
use sha2::Digest as _;

use crate::git::{
    Commit, Kind, Mode, ObjectId, Pack, PackError, Tree, attributes_that_change_content, is_gitattributes,
    refused_name,
};

/// GitHub takes no larger file.
/// <https://docs.github.com/en/repositories/working-with-files/managing-large-files/about-large-files-on-github>
const LARGEST_FILE: u64 = 100 << 20;
/// GitHub takes no larger push.
const LARGEST_PACK: u64 = 2 << 30;

/// A tree in a pack, and what lies at its root.
pub(super) struct Content {
    pub(super) pack: Pack,
    pub(super) tree: ObjectId,
    pub(super) installs: Installs,
}

/// Whose installers find what they need at the root.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Installs {
    pub(super) pip: bool,
    pub(super) npm: bool,
}

impl Content {
    /// Unpacks the release's archive. The one folder that a git archive, an sdist or an npm tarball puts around
    /// everything is left out, so that `pyproject.toml` or `package.json` is at the root; a wheel stays as it is.
    pub(super) async fn of(release: &Release, file: &Path) -> Result<Self> {
        let what = format!("cannot publish {} {}", release.package(), one_line(release.version()));
        let top = if release.asset().ends_with(".whl") { Top::Kept } else { Top::LeftOut };
        let approved = *release.sha256();
        blocking(&what.clone(), read(file.to_owned(), approved, top, what)).await
    }

    /// The pack with the commit in it, which is whole until the content is asked for another.
    pub(super) async fn with(mut self, what: &str, commit: &Commit<'_>) -> Result<(Self, ObjectId, Packed)> {
        let (words, commit) = (what.to_owned(), commit.encode());
        let with = move || {
            let mark = self.pack.mark();
            let id = self.pack.add(Kind::Commit, &commit)?;
            let packed = self.pack.close()?;
            self.pack.take_out(&id, mark)?;
            Ok((self, id, packed))
        };
        blocking(what, move || with().map_err(|e| not_packed(&words, e))).await
    }
}

/// A pack to send, and its length.
pub(super) type Packed = (File, u64);

/// Closes the pack, which is read once more for its digest.
pub(super) async fn close(what: &str, mut pack: Pack) -> Result<Packed> {
    let words = what.to_owned();
    blocking(what, move || pack.close().map_err(|e| not_packed(&words, e))).await
}

/// Whether the one folder around everything is part of the tree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Top {
    Kept,
    LeftOut,
}

/// Inflating a package is work for a processor: it must not hold up the thread that serves everything else.
async fn blocking<T: Send + 'static>(
    what: &str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::rejected(format!("{what}: writing its tree broke off")).because(e))?
}

fn read(file: PathBuf, approved: Sha256, top: Top, what: String) -> impl FnOnce() -> Result<Content> {
    move || {
        let failed = |e| not_packed(&what, e);
        let unreadable = |e| Error::transient(format!("{what}: cannot read its file")).because(e);
        let mut bytes = File::open(&file).map_err(unreadable)?;
        let found = digest(&mut bytes).map_err(unreadable)?;
        if found != approved {
            return Err(Error::rejected(format!("{what}: the bytes are {found}, approved were {approved}")));
        }
        let mut reader =
            Reader { pack: Pack::new().map_err(failed)?, files: vec![], refused: None, what: &what };
        archive::read(BufReader::new(bytes), &Limits::default(), |entry, content| {
            reader.visit(entry, content)
        })
        .map_err(|e| Error::rejected(format!("{what}: its archive cannot be read")).because(e))?;
        reader.finish(top)
    }
}

/// The digest of the whole file, which is at its first byte afterwards.
fn digest(file: &mut File) -> io::Result<Sha256> {
    let mut hasher = sha2::Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => hasher.update(&piece[..read]),
        }
    }
    file.rewind()?;
    Ok(Sha256::from_bytes(hasher.finalize().into()))
}

pub(super) fn not_packed(what: &str, error: PackError) -> Error {
    let message = format!("{what}: it cannot be packed for git");
    match error {
        PackError::Collision(_) => Error::rejected(message).because(error),
        PackError::Io(_) => Error::transient(message).because(error),
    }
}

struct Leaf {
    path: String,
    mode: Mode,
    id: ObjectId,
    /// Where a link leads.
    target: Option<String>,
}

/// Takes the archive's members as they come; the first that cannot be published is remembered.
struct Reader<'w> {
    pack: Pack,
    files: Vec<Leaf>,
    refused: Option<Error>,
    what: &'w str,
}

impl Reader<'_> {
    fn visit(&mut self, entry: &Entry, content: &[u8]) {
        if self.refused.is_none() {
            self.refused = self.add(entry, content).err();
        }
    }

    fn add(&mut self, entry: &Entry, content: &[u8]) -> Result<()> {
        let is_link = entry.kind == EntryKind::Symlink;
        let refuse =
            |why: &str| Err(Error::rejected(format!("{}: {}: {why}", self.what, one_line(&entry.path))));
        if let Some(why) = refused_name(&entry.path, is_link) {
            return refuse(why);
        }
        if entry.bytes > LARGEST_FILE {
            return refuse(&format!(
                "it has {} bytes, GitHub takes files of at most {LARGEST_FILE}",
                entry.bytes
            ));
        }
        if let Some(attribute) = changes_content(entry, content) {
            return refuse(&format!(
                "git would check out other bytes than were scanned, by its {attribute:?}"
            ));
        }
        let id = self.pack.add(Kind::Blob, content).map_err(|e| not_packed(self.what, e))?;
        if self.pack.length() > LARGEST_PACK {
            let why =
                format!("it packs into more than {LARGEST_PACK} bytes, which is as much as GitHub takes");
            return Err(Error::rejected(format!("{}: {why}", self.what)));
        }
        let mode = match (entry.kind, entry.executable) {
            (EntryKind::Symlink, _) => Mode::Symlink,
            (_, true) => Mode::Executable,
            (_, false) => Mode::File,
        };
        let target = is_link.then(|| String::from_utf8_lossy(content).into_owned());
        self.files.push(Leaf { path: entry.path.clone(), mode, id, target });
        Ok(())
    }

    fn finish(mut self, top: Top) -> Result<Content> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let skip = match top {
            Top::LeftOut => one_top(&self.files).map_or(0, |top| top.len() + 1),
            Top::Kept => 0,
        };
        let mut tree = Tree::default();
        for leaf in &self.files {
            let path = &leaf.path[skip..];
            if leaf.target.as_ref().is_some_and(|target| leads_out(path, target)) {
                let path = one_line(&leaf.path);
                return Err(Error::rejected(format!(
                    "{}: {path}: the link leads out of the package",
                    self.what
                )));
            }
            tree.insert(path, leaf.mode, leaf.id);
        }
        let installs = Installs {
            pip: tree.has_file("pyproject.toml") || tree.has_file("setup.py"),
            npm: tree.has_file("package.json"),
        };
        let id = tree.write(&mut self.pack).map_err(|e| not_packed(self.what, e))?;
        Ok(Content { pack: self.pack, tree: id, installs })
    }
}

fn changes_content(entry: &Entry, content: &[u8]) -> Option<String> {
    is_gitattributes(&entry.path).then(|| attributes_that_change_content(content)).flatten()
}

/// The folder that everything is in.
fn one_top(files: &[Leaf]) -> Option<&str> {
    let (top, _) = files.first()?.path.split_once('/')?;
    let within = |leaf: &Leaf| leaf.path.strip_prefix(top).is_some_and(|rest| rest.starts_with('/'));
    files.iter().all(within).then_some(top)
}

/// The archive's reader has looked at links as they lie in the archive; without its top folder there is one level less.
fn leads_out(path: &str, target: &str) -> bool {
    let mut depth = path.matches('/').count();
    target.split('/').any(|component| match component {
        "" | "." => false,
        ".." if depth == 0 => true,
        ".." => {
            depth -= 1;
            false
        }
        _ => {
            depth += 1;
            false
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_below_the_root() {
        for (path, target) in [("a", "b"), ("d/a", "../b"), ("d/e/a", "../../b/../c"), ("a", "b/..")] {
            assert!(!leads_out(path, target), "{path} {target}");
        }
        for (path, target) in [("a", ".."), ("d/a", "../../d/b"), ("a", "b/../../c")] {
            assert!(leads_out(path, target), "{path} {target}");
        }
    }

    #[test]
    fn only_a_folder_around_everything_is_left_out() {
        let files = |paths: &[&str]| -> Vec<Leaf> {
            let leaf = |path: &&str| Leaf {
                path: (*path).to_owned(),
                mode: Mode::File,
                id: ObjectId::ZERO,
                target: None,
            };
            paths.iter().map(leaf).collect()
        };
        assert_eq!(one_top(&files(&["p/a", "p/b/c"])), Some("p"));
        for paths in [&["a"][..], &["p/a", "pb/c"], &["p/a", "b"], &[]] {
            assert_eq!(one_top(&files(paths)), None, "{paths:?}");
        }
    }
}
