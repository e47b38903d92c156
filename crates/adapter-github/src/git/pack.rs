use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
};

use flate2::{Compression, write::ZlibEncoder};
use sha1_checked::{Digest as _, Sha1};
use tempfile::NamedTempFile;

use crate::git::{Kind, ObjectId, object::Collision};

/// `PACK`, the version, and how many objects follow. <https://git-scm.com/docs/pack-format>
const HEADER: usize = 12;
/// The fastest that does not make larger what cannot be made smaller; GitHub packs anew what it receives.
const LEVEL: u32 = 2;

/// Objects on their way to another repository, in a temporary file: whatever their size, one buffer of memory.
pub(crate) struct Pack {
    place: NamedTempFile,
    file: BufWriter<File>,
    objects: u32,
    end: u64,
    held: HashSet<ObjectId>,
}

/// A place in a pack.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    objects: u32,
    end: u64,
}

/// Why an object did not go into the pack.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackError {
    /// Nobody may have it.
    #[error(transparent)]
    Collision(#[from] Collision),
    /// The disk.
    #[error("cannot write a temporary file")]
    Io(#[from] io::Error),
}

impl Pack {
    pub(crate) fn new() -> Result<Self, PackError> {
        let place = NamedTempFile::new()?;
        let mut file = BufWriter::with_capacity(256 << 10, place.reopen()?);
        file.write_all(&[0; HEADER])?;
        Ok(Self { place, file, objects: 0, end: HEADER as u64, held: HashSet::new() })
    }

    /// Adds the object unless the pack holds it, and names it.
    pub(crate) fn add(&mut self, kind: Kind, content: &[u8]) -> Result<ObjectId, PackError> {
        let id = ObjectId::of(kind, content)?;
        if self.held.contains(&id) {
            return Ok(id);
        }
        self.file.write_all(&object_header(kind, content.len() as u64))?;
        let mut deflate = ZlibEncoder::new(&mut self.file, Compression::new(LEVEL));
        deflate.write_all(content)?;
        deflate.finish()?;
        self.end = self.file.stream_position()?;
        self.objects += 1;
        self.held.insert(id);
        Ok(id)
    }

    /// Its length so far.
    pub(crate) fn length(&self) -> u64 {
        self.end
    }

    /// What the pack holds so far.
    pub(crate) fn mark(&self) -> Mark {
        Mark { objects: self.objects, end: self.end }
    }

    /// Takes out `id`, the one object that was added since the mark.
    pub(crate) fn take_out(&mut self, id: &ObjectId, Mark { objects, end }: Mark) -> Result<(), PackError> {
        self.file.seek(SeekFrom::Start(end))?;
        (self.objects, self.end) = (objects, end);
        self.held.remove(id);
        Ok(())
    }

    /// Writes what goes around the objects, and gives the file from its start, with its length. It is whole until another
    /// object is added.
    pub(crate) fn close(&mut self) -> Result<(File, u64), PackError> {
        self.file.rewind()?;
        let count = self.objects.to_be_bytes();
        self.file.write_all(&[*b"PACK", 2_u32.to_be_bytes(), count].concat())?;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.get_ref().set_len(self.end)?;
        let trailer = self.digest()?;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&trailer)?;
        self.file.flush()?;
        Ok((self.place.reopen()?, self.end + trailer.len() as u64))
    }

    fn digest(&self) -> io::Result<[u8; 20]> {
        // It tells of accidents on the way; what was forged is told by the objects' names.
        let mut hasher = Sha1::builder().detect_collision(false).build();
        let mut piece = vec![0; 256 << 10];
        let mut reader = self.place.reopen()?.take(self.end);
        loop {
            match reader.read(&mut piece)? {
                0 => return Ok(hasher.finalize().into()),
                read => hasher.update(&piece[..read]),
            }
        }
    }
}

/// The kind in three bits, the length in groups of seven with the lowest first; the first group has four.
fn object_header(kind: Kind, mut length: u64) -> Vec<u8> {
    let mut header = vec![kind.number() << 4 | (length & 0xf) as u8];
    length >>= 4;
    while length > 0 {
        if let Some(last) = header.last_mut() {
            *last |= 0x80;
        }
        header.push((length & 0x7f) as u8);
        length >>= 7;
    }
    header
}
