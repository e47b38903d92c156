use crate::{EntryKind, MemberName, Violation};

/// The length of a tar block.
pub(crate) const BLOCK: usize = 512;

const CHECKSUM: std::ops::Range<usize> = 148..156;
const NAME: usize = 100;
/// Mode, owner, group, time and device numbers.
const NUMBERS: [std::ops::Range<usize>; 6] = [100..108, 108..116, 116..124, 136..148, 329..337, 337..345];
const OWNER_RUNS: u64 = 0o100;
const PREFIX: std::ops::Range<usize> = 345..500;
/// Where node-tar keeps the times of access and change, as star does: behind a prefix of at most 130 bytes.
const TIMES: std::ops::Range<usize> = 476..500;

/// A header block whose every field that names, sizes or types a member was checked.
pub(crate) struct Header {
    /// With the ustar prefix.
    pub(crate) name: Vec<u8>,
    pub(crate) target: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) kind: Kind,
    /// By its mode, for the owner.
    pub(crate) executable: bool,
}

/// What a header block introduces.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Member(EntryKind),
    /// About the next member.
    Extended(Part),
    /// About all members.
    GlobalPax,
}

/// What an extended header holds.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Pax,
    LongName,
    LongTarget,
}

/// POSIX ustar keeps a prefix of the name where GNU keeps times.
#[derive(PartialEq, Eq)]
enum Dialect {
    Ustar,
    Gnu,
    V7,
}

/// Whether the block is a tar header, by its checksum.
pub(crate) fn is_header(block: &[u8]) -> bool {
    block.len() >= BLOCK && has_checksum(&block[..BLOCK])
}

impl Header {
    pub(crate) fn read(block: &[u8; BLOCK]) -> Result<Self, Violation> {
        if !has_checksum(block) {
            return Err(Violation::HeaderChecksum);
        }
        let dialect = match &block[257..265] {
            b"ustar\x0000" => Dialect::Ustar,
            b"ustar  \0" => Dialect::Gnu,
            [0, 0, 0, 0, 0, 0, 0, 0] => Dialect::V7,
            _ => return Err(Violation::HeaderMagic),
        };
        let shown = || MemberName::from(block[..NAME].split(|byte| *byte == 0).next().unwrap_or_default());
        let field = |range| text(&block[range]).ok_or_else(|| Violation::HeaderField(shown()));
        let mut name = field(0..NAME)?.to_vec();
        let prefix = field(if has_times(block) { PREFIX.start..TIMES.start } else { PREFIX })?;
        // Python takes the prefix in any dialect, GNU tar in one; star and xstar mark themselves in the last 12 bytes.
        let odd_prefix = dialect != Dialect::Ustar && block[PREFIX] != [0; 155];
        // Writers split a name only where it does not fit, and never before nothing.
        let needless = !prefix.is_empty() && (name.is_empty() || prefix.len() + name.len() < NAME - 1);
        if odd_prefix || needless || block[PREFIX.end..] != [0; 12] {
            return Err(Violation::HeaderField(shown()));
        }
        if !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
        let target = field(157..257)?.to_vec();
        let size = number(&block[124..136]).ok_or_else(|| Violation::HeaderField(shown()))?;
        // At a number that it cannot read, Python ends the archive in silence.
        if NUMBERS.iter().any(|range| !is_number_or_none(&block[range.clone()])) {
            return Err(Violation::HeaderField(shown()));
        }
        let kind = kind(block[156], &dialect, &shown())?;
        let executable = number(&block[NUMBERS[0].clone()]).is_some_and(|mode| mode & OWNER_RUNS != 0);
        Ok(Self { name, target, size, kind, executable })
    }

    pub(crate) fn shown(&self) -> MemberName {
        self.name.as_slice().into()
    }
}

fn kind(flag: u8, dialect: &Dialect, shown: &MemberName) -> Result<Kind, Violation> {
    Ok(match flag {
        b'0' | 0 => Kind::Member(EntryKind::File),
        b'2' => Kind::Member(EntryKind::Symlink),
        b'5' => Kind::Member(EntryKind::Directory),
        b'x' => Kind::Extended(Part::Pax),
        b'g' => Kind::GlobalPax,
        // Letters are the dialect's own: to a reader that goes by the magic these are files in any other.
        b'L' if *dialect == Dialect::Gnu => Kind::Extended(Part::LongName),
        b'K' if *dialect == Dialect::Gnu => Kind::Extended(Part::LongTarget),
        b'1' => return Err(Violation::HardLink(shown.clone())),
        b'3' | b'4' | b'6' => return Err(Violation::SpecialFile(shown.clone())),
        b'S' => return Err(Violation::Sparse(shown.clone())),
        _ => return Err(Violation::UnknownKind(shown.clone())),
    })
}

/// Every reader ends the prefix at its first NUL; what is behind it must be nothing else than two times.
fn has_times(block: &[u8; BLOCK]) -> bool {
    block[TIMES.start - 1] == 0 && block[TIMES].chunks(12).all(|time| octal(time).is_some())
}

/// The sum of all bytes, its own field taken as spaces. Old readers sum signed bytes: where that differs, the file is
/// refused by one of the two.
fn has_checksum(block: &[u8]) -> bool {
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let spaces = CHECKSUM.len() as u64 * u64::from(b' ');
    octal(&block[CHECKSUM]) == Some(sum(block) - sum(&block[CHECKSUM]) + spaces)
}

/// The field's text up to its NUL; nothing may follow that.
fn text(field: &[u8]) -> Option<&[u8]> {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    let (text, rest) = field.split_at(end);
    rest.iter().all(|byte| *byte == 0).then_some(text)
}

/// A size: octal, or GNU's big-endian number that its first byte 0x80 marks.
fn number(field: &[u8]) -> Option<u64> {
    let Some((0x80, digits)) = field.split_first() else { return octal(field) };
    digits.iter().try_fold(0_u64, |number, digit| number.checked_mul(256)?.checked_add((*digit).into()))
}

/// What is larger is out of range for GNU tar.
fn is_number_or_none(field: &[u8]) -> bool {
    field.iter().all(|byte| *byte == 0) || number(field).is_some_and(|number| number <= u32::MAX.into())
}

/// Spaces, digits, and then only spaces and NULs.
fn octal(field: &[u8]) -> Option<u64> {
    let digits = field.trim_ascii_start();
    let end = digits.iter().position(|byte| !matches!(byte, b'0'..=b'7')).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    let framed = !digits.is_empty() && rest.iter().all(|byte| matches!(byte, 0 | b' '));
    framed.then(|| digits.iter().fold(0, |number, digit| number * 8 + u64::from(digit - b'0')))
}
