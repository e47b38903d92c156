//! Tar in one gzip member: ustar, pax and GNU long names.

mod extended;
mod gunzip;
mod header;
mod pax;

use std::io::{BufReader, Read, Seek};

use crate::{
    ArchiveError, Entry, EntryKind, MemberName, Violation,
    inflate::collect,
    ledger::{Ledger, Writer},
    limits::Budget,
    tar::{
        extended::Extended,
        header::{Header, Kind},
        pax::Pax,
    },
};

pub(crate) use crate::tar::{
    gunzip::Gunzip,
    header::{BLOCK, is_header},
};

const BUFFER: usize = 256 << 10;
/// Long names and pax records of one member; node-tar and PyPI's readers stop at as much.
const LONGEST_HEADER: u64 = 1 << 20;

pub(crate) fn read<R: Read + Seek, V: FnMut(&Entry, &[u8])>(
    reader: &mut R,
    ledger: &mut Ledger<V>,
) -> Result<Writer, ArchiveError> {
    reader.rewind()?;
    let stream = Gunzip::open(BufReader::with_capacity(BUFFER, reader))?;
    let (extended, started, writer) = (Extended::default(), false, Writer::Unknown);
    let mut tar = Tar { stream, extended, started, writer, content: Vec::new() };
    while let Some(block) = tar.next_header(&mut ledger.budget)? {
        tar.entry(&Header::read(&block)?, ledger)?;
    }
    Ok(tar.writer)
}

struct Tar<R: Read> {
    stream: Gunzip<BufReader<R>>,
    extended: Extended,
    /// Whether anything came before: a global header must be the first.
    started: bool,
    writer: Writer,
    content: Vec<u8>,
}

impl<R: Read> Tar<R> {
    /// The next header; `None` after the end, which was checked to the file's last byte then.
    fn next_header(&mut self, budget: &mut Budget) -> Result<Option<[u8; BLOCK]>, ArchiveError> {
        let Some(block) = self.block(budget)? else { return Err(self.ended(Violation::MissingEnd)) };
        if block != [0; BLOCK] {
            return Ok(Some(block));
        }
        if !self.extended.is_empty() {
            return Err(Violation::DanglingHeader.into());
        }
        match self.block(budget)? {
            None => return Err(self.ended(Violation::MissingEnd)),
            Some(block) if block == [0; BLOCK] => {}
            Some(_) => return Err(Violation::BytesAfterEnd.into()),
        }
        self.check_end(budget)?;
        Ok(None)
    }

    fn block(&mut self, budget: &mut Budget) -> Result<Option<[u8; BLOCK]>, ArchiveError> {
        let mut block = [0; BLOCK];
        match self.stream.fill(&mut block, budget)? {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(self.ended(Violation::Truncated)),
        }
    }

    /// Why the stream ended too early: what is wrong with it or follows it, else `violation`.
    fn ended(&mut self, violation: Violation) -> ArchiveError {
        self.stream.finish().err().unwrap_or_else(|| violation.into())
    }

    /// After the two zero blocks come only the zeros that fill a record.
    fn check_end(&mut self, budget: &mut Budget) -> Result<(), ArchiveError> {
        let mut rest = [0; 8 * BLOCK];
        loop {
            match self.stream.fill(&mut rest, budget)? {
                0 => return self.stream.finish(),
                read if rest[..read].iter().all(|byte| *byte == 0) => {}
                _ => return Err(Violation::BytesAfterEnd.into()),
            }
        }
    }

    fn entry<V: FnMut(&Entry, &[u8])>(
        &mut self,
        header: &Header,
        ledger: &mut Ledger<V>,
    ) -> Result<(), ArchiveError> {
        let first = !std::mem::replace(&mut self.started, true);
        match header.kind {
            Kind::Member(kind) => return self.member(kind, header, ledger),
            Kind::GlobalPax if !first => return Err(Violation::GlobalHeader.into()),
            Kind::Extended(part) => {
                self.extension(header, &mut ledger.budget)?;
                self.extended.add(part, &self.content, header)?;
            }
            Kind::GlobalPax => {
                self.extension(header, &mut ledger.budget)?;
                let pax = Pax::read(&self.content, &header.shown())?;
                if !pax.is_inert() {
                    return Err(Violation::GlobalHeader.into());
                }
                self.writer = Writer::of(pax.commit.as_ref());
            }
        }
        Ok(())
    }

    fn member<V: FnMut(&Entry, &[u8])>(
        &mut self,
        kind: EntryKind,
        header: &Header,
        ledger: &mut Ledger<V>,
    ) -> Result<(), ArchiveError> {
        let named = std::mem::take(&mut self.extended).resolve(header)?;
        let shown = || MemberName::from(named.name.as_slice());
        if kind != EntryKind::File && header.size != 0 {
            return Err(Violation::UnexpectedContent(shown()).into());
        }
        if kind != EntryKind::Symlink && !named.target.is_empty() {
            return Err(Violation::KindUnclear(shown()).into());
        }
        let Some(raw) = stripped(&named.name, kind)? else {
            return Ok(ledger.count(kind)?);
        };
        let path = ledger.admit(raw, kind)?;
        named.check_overridden(header, &path, &ledger.budget.limits)?;
        if header.size > ledger.budget.limits.member_bytes {
            return Err(Violation::MemberTooLarge(shown()).into());
        }
        self.unpack(header.size, shown(), &mut ledger.budget)?;
        let content = match kind {
            EntryKind::File => &self.content,
            EntryKind::Symlink => &named.target,
            EntryKind::Directory => return Ok(()),
        };
        let executable = kind == EntryKind::File && header.executable;
        let entry = Entry { path, kind, bytes: content.len() as u64, executable };
        Ok(ledger.deliver(&entry, content)?)
    }

    fn extension(&mut self, header: &Header, budget: &mut Budget) -> Result<(), ArchiveError> {
        if header.size > LONGEST_HEADER {
            return Err(Violation::HeaderTooLarge(header.shown()).into());
        }
        self.unpack(header.size, header.shown(), budget)
    }

    /// Reads content of `size` bytes and the padding that fills its last block.
    fn unpack(&mut self, size: u64, shown: MemberName, budget: &mut Budget) -> Result<(), ArchiveError> {
        budget.foresee(size)?;
        let stream = &mut self.stream;
        collect(&mut self.content, size, |out| stream.fill(out, budget))?;
        let mut padding = [0; BLOCK];
        let padding = &mut padding[..(BLOCK - size as usize % BLOCK) % BLOCK];
        let whole = self.content.len() as u64 == size && self.stream.fill(padding, budget)? == padding.len();
        if !whole {
            return Err(self.ended(Violation::Truncated));
        }
        if padding.iter().any(|byte| *byte != 0) { Err(Violation::Padding(shown).into()) } else { Ok(()) }
    }
}

/// The name without the `./` that tar writes for a whole folder, and without a directory's slash; `None` for the folder
/// itself.
fn stripped(name: &[u8], kind: EntryKind) -> Result<Option<&[u8]>, Violation> {
    let is_directory = kind == EntryKind::Directory;
    if is_directory && name == b"./" {
        return Ok(None);
    }
    let name = name.strip_prefix(b"./").unwrap_or(name);
    match name.strip_suffix(b"/") {
        Some(_) if !is_directory => Err(Violation::KindUnclear(name.into())),
        Some(directory) => Ok(Some(directory)),
        None => Ok(Some(name)),
    }
}
