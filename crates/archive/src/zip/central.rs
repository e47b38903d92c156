use std::io::{Read, Seek, SeekFrom};

use crate::{
    ArchiveError, Entry, EntryKind, MemberName, Violation,
    ledger::Ledger,
    zip::{
        End, descriptor,
        extra::Extra,
        fields::{Fields, array_at, u16_at, u32_at},
    },
};

const SIGNATURE: &[u8; 4] = b"PK\x01\x02";
const HEADER: usize = 46;
const LOCAL_HEADER: u64 = 30;

const DOS_DIRECTORY: u32 = 1 << 4;
const UNIX: u8 = 3;
const KIND_MASK: u32 = 0o170_000;
const KIND_FILE: u32 = 0o100_000;
const KIND_DIRECTORY: u32 = 0o040_000;
const KIND_SYMLINK: u32 = 0o120_000;
const OWNER_RUNS: u32 = 0o100;

/// One entry of the central directory, checked by itself and against all others.
#[derive(Debug)]
pub(crate) struct Member {
    /// The name as written; a directory's ends with a slash.
    pub(crate) name: Box<[u8]>,
    /// The name as a path.
    pub(crate) path: String,
    pub(crate) kind: EntryKind,
    executable: bool,
    pub(crate) fields: Fields,
    /// The place of its local header.
    pub(crate) at: u64,
}

impl Member {
    pub(crate) fn shown(&self) -> MemberName {
        (*self.name).into()
    }

    /// It, as its visitor sees it.
    pub(crate) fn entry(&self, content: &[u8]) -> Entry {
        let Self { kind, executable, .. } = *self;
        Entry { path: self.path.clone(), kind, bytes: content.len() as u64, executable }
    }

    /// Where it ends if its local header has no extra field.
    pub(crate) fn least_end(&self) -> u64 {
        let descriptor = if self.fields.has_descriptor() { descriptor::BYTES } else { 0 };
        let framing = LOCAL_HEADER + self.name.len() as u64 + descriptor as u64;
        self.at.saturating_add(framing).saturating_add(self.fields.packed)
    }
}

/// Reads the whole central directory; the members come in the order of their bytes.
pub(crate) fn read<R: Read + Seek, V: FnMut(&Entry, &[u8])>(
    reader: &mut R,
    end: &End,
    ledger: &mut Ledger<V>,
) -> Result<Vec<Member>, ArchiveError> {
    if end.directory_bytes > ledger.budget.limits.names_bytes {
        return Err(Violation::NamesTooLarge.into());
    }
    reader.seek(SeekFrom::Start(end.directory_at))?;
    let mut directory = Vec::new();
    reader.take(end.directory_bytes).read_to_end(&mut directory)?;

    let mut rest = directory.as_slice();
    let mut members = Vec::new();
    while !rest.is_empty() {
        let header = Header::split(&mut rest).ok_or(Violation::DirectoryBroken)?;
        members.push(header.member(ledger)?);
    }
    if members.len() as u64 != end.entries {
        return Err(Violation::DirectoryCount.into());
    }
    members.sort_by_key(|member| member.at);
    Ok(members)
}

/// A central header (APPNOTE 4.3.12), cut into its parts.
struct Header<'d> {
    fixed: [u8; HEADER],
    name: &'d [u8],
    extra: &'d [u8],
    comment: &'d [u8],
}

impl<'d> Header<'d> {
    fn split(rest: &mut &'d [u8]) -> Option<Self> {
        let (fixed, tail) = rest.split_first_chunk::<HEADER>()?;
        let (name, tail) = tail.split_at_checked(u16_at(fixed, 28).into())?;
        let (extra, tail) = tail.split_at_checked(u16_at(fixed, 30).into())?;
        let (comment, tail) = tail.split_at_checked(u16_at(fixed, 32).into())?;
        *rest = tail;
        fixed.starts_with(SIGNATURE).then_some(Self { fixed: *fixed, name, extra, comment })
    }

    fn member<V: FnMut(&Entry, &[u8])>(&self, ledger: &mut Ledger<V>) -> Result<Member, Violation> {
        let shown = || MemberName::from(self.name);
        if !self.comment.is_empty() {
            return Err(Violation::MemberComment(shown()));
        }
        if u16_at(&self.fixed, 34) != 0 {
            return Err(Violation::SplitArchive);
        }
        let extra = Extra::read(self.extra, self.name)?;
        let mut zip64 = extra.zip64();
        let fields = Fields::read(&array_at(&self.fixed, 6), &mut zip64, self.name)?;
        let at = zip64.resolve(u32_at(&self.fixed, 42)).ok_or_else(|| Violation::Zip64Extra(shown()))?;
        zip64.check_used(&fields, self.name)?;
        // What unpacks an outermost zip may read it as a stream; what reads a nested one opens its directory first.
        if fields.has_descriptor() && !ledger.budget.is_nested() {
            return Err(Violation::DataDescriptor(shown()));
        }
        let kind = self.kind()?;
        let path = ledger.admit(self.name.strip_suffix(b"/").unwrap_or(self.name), kind)?;
        fields.check_name(self.name, &extra)?;
        if kind == EntryKind::Directory && fields.unpacked != 0 {
            return Err(Violation::UnexpectedContent(shown()));
        }
        if fields.unpacked > ledger.budget.limits.member_bytes {
            return Err(Violation::MemberTooLarge(shown()));
        }
        let executable = kind == EntryKind::File && self.is_executable();
        Ok(Member { name: self.name.into(), path, kind, executable, fields, at })
    }

    /// Only a writer on Unix tells modes.
    fn is_executable(&self) -> bool {
        self.fixed[5] == UNIX && (u32_at(&self.fixed, 38) >> 16) & OWNER_RUNS != 0
    }

    /// The kind that the name, the Unix mode and the DOS attribute agree on.
    fn kind(&self) -> Result<EntryKind, Violation> {
        let attributes = u32_at(&self.fixed, 38);
        let on_unix = self.fixed[5] == UNIX;
        let named_directory = self.name.ends_with(b"/");
        match (attributes >> 16) & KIND_MASK {
            0 | KIND_DIRECTORY if named_directory => Ok(EntryKind::Directory),
            0 | KIND_FILE if !named_directory && attributes & DOS_DIRECTORY == 0 => Ok(EntryKind::File),
            KIND_SYMLINK if !named_directory && on_unix && attributes & DOS_DIRECTORY == 0 => {
                Ok(EntryKind::Symlink)
            }
            0 | KIND_FILE | KIND_DIRECTORY | KIND_SYMLINK => Err(Violation::KindUnclear(self.name.into())),
            _ => Err(Violation::SpecialFile(self.name.into())),
        }
    }
}
