use std::collections::BTreeMap;

use crate::git::{Kind, ObjectId, Pack, PackError};

/// What an entry of a tree is, and who may run it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    File,
    Executable,
    Symlink,
}

/// A folder with all below it. Folders that hold nothing are not kept by git, and not here.
#[derive(Default)]
pub(crate) struct Tree {
    leaves: BTreeMap<String, (Mode, ObjectId)>,
    folders: BTreeMap<String, Self>,
}

impl Tree {
    /// Puts a file in its place; the archive's reader has seen to it that no other file or folder has it.
    pub(crate) fn insert(&mut self, path: &str, mode: Mode, id: ObjectId) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder.to_owned()).or_default().insert(rest, mode, id),
            None => drop(self.leaves.insert(path.to_owned(), (mode, id))),
        }
    }

    /// Whether there is such a file at the top.
    pub(crate) fn has_file(&self, name: &str) -> bool {
        self.leaves.contains_key(name)
    }

    /// Adds this folder and all below it to the pack.
    pub(crate) fn write(&self, pack: &mut Pack) -> Result<ObjectId, PackError> {
        // Git sorts a folder as if its name ended in a slash.
        let mut entries = BTreeMap::new();
        for (name, (mode, id)) in &self.leaves {
            let mode = match mode {
                Mode::File => "100644",
                Mode::Executable => "100755",
                Mode::Symlink => "120000",
            };
            entries.insert(name.clone(), (mode, name, *id));
        }
        for (name, folder) in &self.folders {
            entries.insert(format!("{name}/"), ("40000", name, folder.write(pack)?));
        }
        let mut content = Vec::new();
        for (mode, name, id) in entries.into_values() {
            content.extend(format!("{mode} {name}\0").into_bytes());
            content.extend(id.as_bytes());
        }
        pack.add(Kind::Tree, &content)
    }
}
