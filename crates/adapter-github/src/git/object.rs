use std::fmt;

use sha1_checked::{Digest as _, Sha1};

/// An object's name: the SHA-1 of its kind, length and content. Written as 40 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ObjectId([u8; 20]);

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Commit,
    Tree,
    Blob,
}

/// The content was made to have another object's name (<https://sha-mbles.github.io>).
#[derive(Debug, thiserror::Error)]
#[error("its SHA-1 was forged to be another file's")]
pub(crate) struct Collision;

impl ObjectId {
    /// What stands for an object that is not there.
    pub(crate) const ZERO: Self = Self([0; 20]);

    pub(crate) fn of(kind: Kind, content: &[u8]) -> Result<Self, Collision> {
        let mut hasher = Sha1::new();
        hasher.update(format!("{} {}\0", kind.name(), content.len()));
        hasher.update(content);
        let digest = hasher.try_finalize();
        if digest.has_collision() { Err(Collision) } else { Ok(Self((*digest.hash()).into())) }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 20];
        let lower = text.bytes().all(|b| !b.is_ascii_uppercase());
        (lower && hex::decode_to_slice(text, &mut bytes).is_ok()).then_some(Self(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
        }
    }

    /// Its number in a pack.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Commit => 1,
            Self::Tree => 2,
            Self::Blob => 3,
        }
    }
}

/// A commit to write.
#[derive(Debug, Clone)]
pub(crate) struct Commit<'a> {
    pub(crate) tree: ObjectId,
    pub(crate) parent: Option<ObjectId>,
    /// `Name <address>`.
    pub(crate) author: &'a str,
    /// Seconds since 1970.
    pub(crate) time: u64,
    pub(crate) message: &'a str,
}

impl Commit<'_> {
    /// Its content as an object.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let Self { tree, parent, author, time, message } = self;
        let parent = parent.map_or_else(String::new, |parent| format!("parent {parent}\n"));
        let by = format!("{author} {time} +0000");
        format!("tree {tree}\n{parent}author {by}\ncommitter {by}\n\n{message}").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_git() {
        let blob = ObjectId::of(Kind::Blob, b"hello\n").unwrap();
        assert_eq!(blob.to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        let tree = ObjectId::of(Kind::Tree, b"").unwrap();
        assert_eq!(tree.to_string(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        assert_eq!(ObjectId::parse(&tree.to_string()), Some(tree));
        for wrong in ["", "4b825dc6", &"G".repeat(40), &tree.to_string().to_uppercase()] {
            assert_eq!(ObjectId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_commit_is_written_as_git_does() {
        let tree = ObjectId::parse("4b825dc642cb6eb9a060e54bf8d69288fbee4904").unwrap();
        let commit =
            Commit { tree, parent: None, author: "A <a@b.invalid>", time: 1_700_000_000, message: "m\n" };
        let root = ObjectId::of(Kind::Commit, &commit.encode()).unwrap();
        // printf … | git hash-object -t commit --stdin
        assert_eq!(root.to_string(), "62b2714c433d42ad50acb07e0d379b4acf878f0f");
        let child = Commit { parent: Some(root), ..commit }.encode();
        assert!(String::from_utf8(child).unwrap().contains(&format!("\nparent {root}\nauthor A <")));
    }
}
