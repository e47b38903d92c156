//! Small files that are no code, until it is known which of them something runs.

use std::collections::HashMap;

use crate::context::FileId;

/// The longest file that is kept.
const LONGEST: usize = 64 << 10;

/// Bytes kept of one archive.
const MOST: usize = 16 << 20;

/// The bytes of files.
#[derive(Default)]
pub(super) struct Kept {
    files: HashMap<FileId, Box<[u8]>>,
    bytes: usize,
}

impl Kept {
    /// Keeps a file, where it is small and there is room.
    pub(super) fn keep(&mut self, file: FileId, bytes: &[u8]) {
        if bytes.len() <= LONGEST && self.bytes + bytes.len() <= MOST {
            self.bytes += bytes.len();
            self.files.insert(file, bytes.into());
        }
    }

    /// The bytes of a file that was kept.
    pub(super) fn of(&self, file: FileId) -> Option<&[u8]> {
        self.files.get(&file).map(|bytes| &**bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_files_are_kept_as_long_as_there_is_room() {
        let mut kept = Kept::default();
        kept.keep(0, &vec![0; LONGEST + 1]);
        (1..=MOST / LONGEST + 1).for_each(|file| kept.keep(file, &vec![1; LONGEST]));
        assert_eq!(kept.of(0), None, "too long");
        assert_eq!(kept.of(1), Some(&vec![1; LONGEST][..]));
        assert_eq!(kept.of(MOST / LONGEST + 1), None, "no room");
        assert_eq!(kept.bytes, MOST);
    }
}
