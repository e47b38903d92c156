use crate::{
    Limits, Violation,
    tests::{
        Case,
        bombs::overlap_bomb,
        zip_builder::{Member, Record, Zip, Zip64End, extra, unicode_path},
    },
};

fn plain() -> Zip {
    Zip::of(vec![Member::stored("a", b"first"), Member::deflated("b", b"second second second")])
}

fn zip(change: impl FnOnce(&mut Zip)) -> Vec<u8> {
    let mut zip = plain();
    change(&mut zip);
    zip.build()
}

/// A zip of one member `a`.
fn one(change: impl FnOnce(&mut Member)) -> Vec<u8> {
    Zip::of(vec![Member::stored("a", b"first").changed(change)]).build()
}

fn deflated(change: impl FnOnce(&mut Member)) -> Vec<u8> {
    Zip::of(vec![Member::deflated("a", &b"second ".repeat(9)).changed(change)]).build()
}

fn both(change: impl Fn(&mut Record)) -> Vec<u8> {
    Zip::of(vec![Member::stored("a", b"first").both(change)]).build()
}

/// A zip whose first 512 bytes have a tar header's checksum.
fn also_tar() -> Vec<u8> {
    let mut content = vec![0; 600];
    content[148 - 31..156 - 31].copy_from_slice(b"002505\0 ");
    (0_u32..1 << 20)
        .map(|salt| {
            content[590..594].copy_from_slice(&salt.to_le_bytes());
            Zip::of(vec![Member::stored("a", &content)]).build()
        })
        .find(|file| crate::tar::is_header(&file[..512]))
        .unwrap()
}

pub(super) fn whole() -> Vec<Case> {
    let limits = Limits::default();
    let zeros = Zip::of(vec![Member::deflated("a", &[0; 200_000])]).build();
    let [cut, longer] = [plain().build(), plain().build()];
    let unfinished = cut[..cut.len() - 30].to_vec();
    let empty = Zip::default().build();
    vec![
        Case::new("zip of two where one is allowed", plain().build(), Violation::TooManyEntries)
            .within(Limits { entries: 1, ..limits }),
        Case::new("zip over the total", plain().build(), Violation::TooLarge)
            .within(Limits { bytes: 24, ..limits }),
        Case::new("zip bomb", zeros.clone(), Violation::Ratio)
            .within(Limits { ratio_after: 100_000, ..limits }),
        Case::new("zip directory over the limit", plain().build(), Violation::NamesTooLarge)
            .within(Limits { names_bytes: 90, ..limits }),
        Case::new("zip names over the limit", plain().build(), Violation::NamesTooLarge)
            .within(Limits { names_bytes: 100, ..limits }),
        Case::new("zip cut in its end record", cut[..cut.len() - 1].to_vec(), Violation::Truncated),
        Case::new("zip cut before its end record", unfinished, Violation::NoEndRecord),
        Case::new("zip cut in its comment", commented(9), Violation::Truncated),
        Case::new("zip with a suffix", [longer, vec![0]].concat(), Violation::TrailingBytes),
        Case::new("zip with a suffix behind its comment", commented(11), Violation::TrailingBytes),
        Case::new("zip that is a tar", also_tar(), Violation::AlsoTar),
        Case::new("end record in the comment", zip(|z| z.comment = empty), Violation::SecondEndRecord),
        Case::new("two zips", [plain().build(), plain().build()].concat(), Violation::SecondEndRecord),
        Case::new(
            "comment with a signature",
            zip(|z| z.comment = b"PK\x05\x06".to_vec()),
            Violation::SecondEndRecord,
        ),
        Case::new("end record on another disk", zip(|z| z.disk = 1), Violation::SplitArchive),
        Case::new("member on another disk", one(|m| m.disk = 1), Violation::SplitArchive),
        Case::new("two in the record, one in the directory", one_of_two(), Violation::DirectoryCount),
        Case::new(
            "central signature wrong",
            one(|m| m.central.signature = *b"PK\x01\x03"),
            Violation::DirectoryBroken,
        ),
        Case::new("directory a byte early", zip(|z| z.directory_at = Some(1)), Violation::DirectoryRange),
        Case::new(
            "prefix that offsets count",
            zip(|z| z.prefix = b"PK\x03\x04..".to_vec()),
            Violation::PrefixBytes,
        ),
        Case::new("prefix that offsets do not count", uncounted_prefix(), Violation::DirectoryRange),
        Case::new("gap after a member", zip(|z| z.members[0].gap = vec![0]), Violation::GapBytes),
        Case::new("gap before the directory", zip(|z| z.members[1].gap = vec![0]), Violation::GapBytes),
    ]
    .into_iter()
    .chain(zip64_ends())
    .collect()
}

fn zip64_ends() -> Vec<Case> {
    let end = |zip64| zip(|z| z.zip64 = Some(zip64));
    let plain = Zip64End::default();
    vec![
        Case::new(
            "Zip64 asked for and missing",
            zip(|z| z.entries = Some(u16::MAX)),
            Violation::IncompleteZip64,
        ),
        Case::new(
            "Zip64 asked for by the place alone and missing",
            zip(|z| z.directory_at = Some(u32::MAX)),
            Violation::IncompleteZip64,
        ),
        Case::new(
            "Zip64 locator that points elsewhere",
            end(Zip64End { record_at: Some(0), ..plain }),
            Violation::IncompleteZip64,
        ),
        Case::new(
            "Zip64 record with extensible data",
            end(Zip64End { extensible: 8, ..plain }),
            Violation::IncompleteZip64,
        ),
        Case::new("Zip64 of two disks", end(Zip64End { disks: 1, ..plain }), Violation::SplitArchive),
        Case::new("Zip64 record on another disk", zip64_changed(16), Violation::SplitArchive),
        Case::new("Zip64 directory on another disk", zip64_changed(20), Violation::SplitArchive),
        Case::new("Zip64 entries on another disk", zip64_changed(24), Violation::SplitArchive),
        Case::new("Zip64 locator of another disk", zip64_changed(56 + 4), Violation::SplitArchive),
        Case::new(
            "Zip64 record that contradicts",
            end(Zip64End { more_entries: 1, ..plain }),
            Violation::Zip64EndConflict,
        ),
    ]
}

/// A zip with Zip64 end records, where the byte at this place of them is another.
fn zip64_changed(at: usize) -> Vec<u8> {
    let mut file = zip(|z| z.zip64 = Some(Zip64End::default()));
    let record = file.windows(4).position(|window| window == b"PK\x06\x06").unwrap();
    file[record + at] ^= 1;
    file
}

/// A zip with a comment of ten letters, of which it has so many.
fn commented(letters: usize) -> Vec<u8> {
    let mut file = zip(|z| z.comment = vec![b'c'; 10]);
    file.resize(file.len() - 10 + letters, b'c');
    file
}

fn one_of_two() -> Vec<u8> {
    zip(|z| z.entries = Some(1))
}

fn uncounted_prefix() -> Vec<u8> {
    [b"PK\x03\x04".to_vec(), plain().build()].concat()
}

pub(super) fn members() -> Vec<Case> {
    let tables = [layout(), disagreements(), flags(), extras(), zip64_records(), data(), kinds()];
    tables.into_iter().flatten().collect()
}

fn layout() -> Vec<Case> {
    let limits = Limits { member_bytes: 4, ..Limits::default() };
    vec![
        Case::new("zip member over the limit", one(|_| ()), Violation::MemberTooLarge("a".into()))
            .within(limits),
        Case::new(
            "two members at one place",
            zip(|z| z.members[1].at = Some(0)),
            Violation::Overlap("a".into()),
        ),
        Case::new(
            "member over the directory",
            both(|r| (r.packed, r.unpacked) = (99, 99)),
            Violation::Overlap("a".into()),
        ),
        Case::new("local extra in place of the data", one(extra_for_data), Violation::Overlap("a".into())),
        Case::new(
            "local signature wrong",
            zip(|z| z.members[1].local.signature = *b"PK\x03\x03"),
            Violation::LocalHeader("b".into()),
        ),
        Case::new("overlap bomb", overlap_bomb(10, 100_000).0, Violation::Overlap("9".into())),
    ]
}

/// The member ends where its central header says only as long as its local extra field is not counted.
fn extra_for_data(member: &mut Member) {
    (member.local.extra, member.data) = (extra(0x5455, &[1, 0, 0, 0, 0]), vec![]);
}

fn disagreements() -> Vec<Case> {
    let disagree = || Violation::HeadersDisagree("a".into());
    vec![
        Case::new("another local name", one(|m| m.local.name = b"b".to_vec()), disagree()),
        Case::new("longer local name", one(|m| m.local.name = b"ab".to_vec()), disagree()),
        Case::new("another local CRC", one(|m| m.local.crc ^= 1), disagree()),
        Case::new(
            "another local method",
            deflated(|m| m.local.method = 0),
            Violation::SizeMismatch("a".into()),
        ),
        Case::new("another local length", deflated(|m| m.local.unpacked += 1), disagree()),
        Case::new("another local packed length", deflated(|m| m.local.packed += 1), disagree()),
        Case::new("another local time", one(|m| m.local.time ^= 1), disagree()),
        Case::new("another local encoding", one(|m| m.local.flags = 1 << 11), disagree()),
        Case::new("another local level", deflated(|m| m.local.flags = 2), disagree()),
    ]
}

fn flags() -> Vec<Case> {
    let a = || "a".into();
    let flag = |bit: u16| both(move |r| r.flags = 1 << bit);
    vec![
        Case::new("encrypted", flag(0), Violation::Encrypted(a())),
        Case::new("strongly encrypted", flag(6), Violation::Encrypted(a())),
        Case::new("masked headers", flag(13), Violation::Encrypted(a())),
        Case::new("AES record", both(|r| r.extra = extra(0x9901, b"1234567")), Violation::Encrypted(a())),
        Case::new("data descriptor", flag(3), Violation::DataDescriptor(a())),
        Case::new("local data descriptor", one(|m| m.local.flags = 8), Violation::DataDescriptor(a())),
        Case::new("patched data", flag(5), Violation::Patched(a())),
        Case::new("enhanced deflate", flag(4), Violation::UnknownFlag(a())),
        Case::new("reserved flag", flag(15), Violation::UnknownFlag(a())),
        Case::new("deflate level of a stored member", flag(1), Violation::UnknownFlag(a())),
        Case::new("deflate64", both(|r| r.method = 9), Violation::UnknownMethod(a())),
        Case::new("local bzip2", one(|m| m.local.method = 12), Violation::UnknownMethod(a())),
        Case::new("version of bzip2", both(|r| r.needed = 46), Violation::UnknownVersion(a())),
        Case::new("version of LZMA", both(|r| r.needed = 63), Violation::UnknownVersion(a())),
        Case::new(
            "name that is not ASCII without the flag",
            latin1(0),
            Violation::NotUtf8(b"\xc3\xa4"[..].into()),
        ),
    ]
}

/// `ä` with these flags.
fn latin1(flags: u16) -> Vec<u8> {
    Zip::of(vec![Member::stored("ä", b"").both(|r| r.flags = flags)]).build()
}

fn extras() -> Vec<Case> {
    let a = || "a".into();
    let time = || extra(0x5455, &[1, 0, 0, 0, 0]);
    let with = |bytes: Vec<u8>| both(move |r| r.extra.clone_from(&bytes));
    let utf8 = |bytes: Vec<u8>| {
        both(move |r| {
            r.flags |= 1 << 11;
            r.extra.clone_from(&bytes);
        })
    };
    vec![
        Case::new("member comment", one(|m| m.comment = b"note".to_vec()), Violation::MemberComment(a())),
        Case::new("extra of three bytes", with(vec![0; 3]), Violation::BrokenExtra(a())),
        Case::new("extra cut short", with(time()[..6].to_vec()), Violation::BrokenExtra(a())),
        Case::new("two time records", with([time(), time()].concat()), Violation::DuplicateExtra(a())),
        Case::new("record of an unknown kind", with(extra(0x756e, &[0; 14])), Violation::UnknownExtra(a())),
        Case::new("Unicode path of another name", utf8(unicode_path("a", "b")), Violation::UnicodePath(a())),
        Case::new("Unicode path with another CRC", utf8(unicode_path("b", "a")), Violation::UnicodePath(a())),
        Case::new("Unicode path cut short", utf8(extra(0x7075, &[1, 0])), Violation::UnicodePath(a())),
        Case::new(
            "Unicode path without the UTF-8 flag",
            with(unicode_path("a", "a")),
            Violation::UnicodePath(a()),
        ),
        Case::new(
            "local Unicode path",
            Zip::of(vec![
                Member::stored("a", b"first")
                    .both(|r| r.flags |= 1 << 11)
                    .changed(|m| m.local.extra = unicode_path("a", "b")),
            ])
            .build(),
            Violation::UnicodePath(a()),
        ),
    ]
}

/// Zip64 records of a member whose lengths are both 5.
fn zip64_records() -> Vec<Case> {
    const MARKER: u32 = u32::MAX;
    let case = |name, lengths: [u32; 2], record: &[u64]| {
        let record = extra(1, &record.iter().copied().flat_map(u64::to_le_bytes).collect::<Vec<_>>());
        let archive = both(|r| ([r.unpacked, r.packed], r.extra) = (lengths, record.clone()));
        Case::new(name, archive, Violation::Zip64Extra("a".into()))
    };
    let lone = |name, field: fn(&mut Record) -> &mut u32| {
        let archive = deflated(|m| {
            m.local.extra = extra(1, &u64::from(*field(&mut m.local)).to_le_bytes());
            *field(&mut m.local) = MARKER;
        });
        Case::new(name, archive, Violation::HeadersDisagree("a".into()))
    };
    let cut = extra(1, &[5, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0]);
    let cut = both(|r| ([r.unpacked, r.packed], r.extra) = ([MARKER; 2], cut.clone()));
    let another = extra(1, &[4, 5].map(u64::to_le_bytes).concat());
    let another = both(|r| ([r.unpacked, r.packed], r.extra) = ([MARKER; 2], another.clone()));
    vec![
        case("Zip64 lengths missing", [MARKER; 2], &[]),
        case("Zip64 packed length missing", [MARKER; 2], &[5]),
        case("Zip64 lengths and more", [MARKER; 2], &[5, 5, 5]),
        case("Zip64 lengths repeated", [MARKER; 2], &[5, 5, 5, 5]),
        case("Zip64 record of both lengths for one", [MARKER, 5], &[5, 5]),
        case("Zip64 lengths without markers that differ", [5, 5], &[5, 6]),
        case("Zip64 lengths without markers that lack one", [5, 5], &[5]),
        case("Zip64 record of the length alone", [MARKER, 5], &[5]),
        case("Zip64 record of the packed length alone", [5, MARKER], &[5]),
        lone("Zip64 record of the length alone in one header", |r| &mut r.unpacked),
        lone("Zip64 record of the packed length alone in one header", |r| &mut r.packed),
        Case::new("Zip64 lengths cut short", cut, Violation::Zip64Extra("a".into())),
        Case::new("Zip64 length of another value", another, Violation::SizeMismatch("a".into())),
    ]
}

fn data() -> Vec<Case> {
    let a = || "a".into();
    let both_deflated = |change: fn(&mut Record)| {
        Zip::of(vec![Member::deflated("a", &b"second ".repeat(9)).both(change)]).build()
    };
    let longer = deflated(|m| {
        m.data.push(0);
        (m.local.packed, m.central.packed) = (m.local.packed + 1, m.central.packed + 1);
    });
    let cut = deflated(|m| {
        m.data.pop();
        (m.local.packed, m.central.packed) = (m.local.packed - 1, m.central.packed - 1);
    });
    vec![
        Case::new("broken block type", deflated(|m| m.data[0] = 7), Violation::BrokenStream(a())),
        Case::new("stream cut short", cut, Violation::BrokenStream(a())),
        Case::new("byte after the stream", longer, Violation::SizeMismatch(a())),
        Case::new("shorter than inflated", both_deflated(|r| r.unpacked = 9), Violation::SizeMismatch(a())),
        Case::new("longer than inflated", both_deflated(|r| r.unpacked = 99), Violation::SizeMismatch(a())),
        Case::new("stored with another length", both(|r| r.unpacked = 4), Violation::SizeMismatch(a())),
        Case::new("wrong CRC", both(|r| r.crc ^= 1), Violation::Checksum(a())),
        Case::new("changed content", one(|m| m.data[0] ^= 1), Violation::Checksum(a())),
        Case::new("CRC of zero", both(|r| r.crc = 0), Violation::Checksum(a())),
    ]
}

fn kinds() -> Vec<Case> {
    let a = || "a".into();
    let mode = |mode: u32| one(move |m| m.attributes = mode << 16);
    let named = |name: &str, attributes: u32| {
        Zip::of(vec![Member::stored(name, b"").changed(|m| m.attributes = attributes)]).build()
    };
    vec![
        Case::new("directory by mode alone", mode(0o040_755), Violation::KindUnclear(a())),
        Case::new("directory by attribute alone", named("a", 16), Violation::KindUnclear(a())),
        Case::new(
            "directory that is a file",
            named("a/", 0o100_644 << 16),
            Violation::KindUnclear("a/".into()),
        ),
        Case::new(
            "directory that is a link",
            named("a/", 0o120_777 << 16),
            Violation::KindUnclear("a/".into()),
        ),
        Case::new(
            "link made on DOS",
            Zip::of(vec![Member::symlink("a", "b").changed(|m| m.host = 0)]).build(),
            Violation::KindUnclear(a()),
        ),
        Case::new(
            "link that only macOS makes",
            Zip::of(vec![Member::symlink("a", "b").changed(|m| m.host = 19)]).build(),
            Violation::KindUnclear(a()),
        ),
        Case::new("zip device", mode(0o020_644), Violation::SpecialFile(a())),
        Case::new("zip pipe", mode(0o010_644), Violation::SpecialFile(a())),
        Case::new(
            "zip directory with content",
            Zip::of(vec![Member::stored("a/", b"hidden")]).build(),
            Violation::UnexpectedContent("a/".into()),
        ),
    ]
}
