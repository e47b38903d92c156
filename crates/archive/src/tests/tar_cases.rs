use flate2::Compression;

use crate::{
    Limits, Violation,
    tests::{
        Case,
        tar_builder::{END, entry, file, gnu, gzip, gzip_at, header, odd, pax, split, symlink, tar_gz},
        zip_builder::{Member, Zip},
    },
};

fn plain() -> Vec<u8> {
    tar_gz(&[file("a", b"first")])
}

fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut archive = plain();
    change(&mut archive);
    archive
}

/// A gzip file that ends in stored blocks with a whole zip in them.
fn also_zip() -> Vec<u8> {
    let zip = Zip::of(vec![Member::stored("evil", b"other")]).build();
    gzip_at(&[file("test.zip", &zip), END.to_vec()].concat(), Compression::none())
}

pub(super) fn whole() -> Vec<Case> {
    let tables = [limits(), gzip_framing(), tar_framing(), extended()];
    tables.into_iter().flatten().collect()
}

fn limits() -> Vec<Case> {
    let limits = Limits::default();
    let two = tar_gz(&[file("a", b""), file("b", b"")]);
    let zeros = tar_gz(&[file("a", &[0; 200_000])]);
    let after_end = gzip(&[file("a", b""), vec![0; 300_000]].concat());
    vec![
        Case::new("tar of two where one is allowed", two, Violation::TooManyEntries)
            .within(Limits { entries: 1, ..limits }),
        Case::new("tar over the total", plain(), Violation::TooLarge)
            .within(Limits { bytes: 1023, ..limits }),
        Case::new("tar bomb", zeros, Violation::Ratio).within(Limits { ratio_after: 100_000, ..limits }),
        Case::new("bomb after the end", after_end, Violation::Ratio)
            .within(Limits { ratio_after: 100_000, ..limits }),
        Case::new("tar names over the limit", plain(), Violation::NamesTooLarge)
            .within(Limits { names_bytes: 64, ..limits }),
        Case::new(
            "link target over the limit",
            tar_gz(&[symlink("a", "bcd")]),
            Violation::PathTooLong("a".into()),
        )
        .within(Limits { path_bytes: 2, ..limits }),
    ]
}

fn gzip_framing() -> Vec<Case> {
    let cut = plain();
    let cut_in_stream = cut[..cut.len() - 12].to_vec();
    let cut_in_trailer = cut[..cut.len() - 3].to_vec();
    let last = cut.len() - 1;
    vec![
        Case::new("gzip with a header checksum", changed(|a| a[3] = 2), Violation::GzipHeader),
        Case::new("gzip with an extra field", changed(|a| a[3] = 4), Violation::GzipHeader),
        Case::new("gzip with a reserved flag", changed(|a| a[3] = 0x80), Violation::GzipHeader),
        Case::new("gzip with an endless name", endless_name(), Violation::GzipHeader),
        Case::new("gzip cut in its stream", cut_in_stream, Violation::GzipStream),
        Case::new("gzip cut in its trailer", cut_in_trailer, Violation::GzipStream),
        Case::new("gzip with a broken block", changed(|a| a[10] = 7), Violation::GzipStream),
        Case::new("gzip with another CRC", changed(|a| a[last - 4] ^= 1), Violation::GzipChecksum),
        Case::new("gzip with another length", changed(|a| a[last] ^= 1), Violation::GzipChecksum),
        Case::new("two gzip members", [plain(), plain()].concat(), Violation::GzipMembers),
        Case::new("tar cut in two gzip members", split_at(700), Violation::GzipMembers),
        Case::new("tar cut at a block in two gzip members", split_at(1024), Violation::GzipMembers),
        Case::new("bytes after gzip", changed(|a| a.push(0)), Violation::TrailingBytes),
        Case::new("gzip that is a zip", also_zip(), Violation::AlsoZip),
    ]
}

/// A tar that only readers see which join gzip members.
fn split_at(at: usize) -> Vec<u8> {
    let tar = [file("a", b"first"), END.to_vec()].concat();
    [gzip(&tar[..at]), gzip(&tar[at..])].concat()
}

/// 5,000 letters where the name is expected.
fn endless_name() -> Vec<u8> {
    changed(|archive| {
        archive[3] = 8;
        archive.splice(10..10, [b'n'; 5000]);
    })
}

fn tar_framing() -> Vec<Case> {
    let a = || file("a", b"first");
    let mut wrong_sum = a();
    wrong_sum[148] ^= 1;
    vec![
        Case::new("tar with a wrong checksum", tar_gz(&[wrong_sum]), Violation::HeaderChecksum),
        Case::new("tar of an unknown dialect", tar_gz(&[odd(257, b"USTAR")]), Violation::HeaderMagic),
        Case::new("tar without an end", gzip(&a()), Violation::MissingEnd),
        Case::new("tar with one zero block", gzip(&[a(), vec![0; 512]].concat()), Violation::MissingEnd),
        Case::new(
            "member after one zero block",
            tar_gz(&[a(), vec![0; 512], file("b", b"")]),
            Violation::BytesAfterEnd,
        ),
        Case::new(
            "member after the end",
            tar_gz(&[a(), vec![0; 1024], file("b", b"")]),
            Violation::BytesAfterEnd,
        ),
        Case::new(
            "byte after the end",
            gzip(&[a(), vec![0; 2000], vec![1]].concat()),
            Violation::BytesAfterEnd,
        ),
        Case::new("tar cut in a header", gzip(&a()[..100]), Violation::Truncated),
        Case::new("tar cut in content", gzip(&a()[..514]), Violation::Truncated),
        Case::new("tar cut in padding", gzip(&a()[..900]), Violation::Truncated),
    ]
}

fn extended() -> Vec<Case> {
    let a = || file("a", b"first");
    let comment = || pax(b'g', &[("comment", "0")]);
    let path = || pax(b'x', &[("path", "b")]);
    vec![
        Case::new("global path", tar_gz(&[pax(b'g', &[("path", "b")]), a()]), Violation::GlobalHeader),
        Case::new("global size", tar_gz(&[pax(b'g', &[("size", "5")]), a()]), Violation::GlobalHeader),
        Case::new("global target", tar_gz(&[pax(b'g', &[("linkpath", "b")]), a()]), Violation::GlobalHeader),
        Case::new("two global headers", tar_gz(&[comment(), comment(), a()]), Violation::GlobalHeader),
        Case::new(
            "global header between pax and member",
            tar_gz(&[path(), comment(), a()]),
            Violation::GlobalHeader,
        ),
        Case::new("two pax headers", tar_gz(&[path(), path(), a()]), Violation::RepeatedHeader),
        Case::new(
            "two long names",
            tar_gz(&[long(b'L', "b\0"), long(b'L', "c\0"), a()]),
            Violation::RepeatedHeader,
        ),
        Case::new(
            "two long targets",
            tar_gz(&[long(b'K', "b\0"), long(b'K', "c\0"), a()]),
            Violation::RepeatedHeader,
        ),
        Case::new("pax header at the end", tar_gz(&[a(), path()]), Violation::DanglingHeader),
        Case::new("long name at the end", tar_gz(&[a(), long(b'L', "b\0")]), Violation::DanglingHeader),
    ]
}

fn long(kind: u8, text: &str) -> Vec<u8> {
    gnu(entry("././@LongLink", kind, text.as_bytes()))
}

pub(super) fn members() -> Vec<Case> {
    let tables = [kinds(), fields(), pax_records(), links()];
    tables.into_iter().flatten().collect()
}

fn kinds() -> Vec<Case> {
    let a = || "a".into();
    let kind = |kind: u8| tar_gz(&[entry("a", kind, b"")]);
    let limits = Limits { member_bytes: 4, ..Limits::default() };
    vec![
        Case::new("tar member over the limit", plain(), Violation::MemberTooLarge(a())).within(limits),
        Case::new(
            "huge size in a header",
            tar_gz(&[header(b"a", b'0', 1 << 30).to_vec()]),
            Violation::MemberTooLarge(a()),
        ),
        Case::new(
            "huge extended header",
            tar_gz(&[header(b"a", b'x', 2 << 20).to_vec()]),
            Violation::HeaderTooLarge(a()),
        ),
        Case::new("hard link", kind(b'1'), Violation::HardLink(a())),
        Case::new("character device", kind(b'3'), Violation::SpecialFile(a())),
        Case::new("block device", kind(b'4'), Violation::SpecialFile(a())),
        Case::new("pipe", kind(b'6'), Violation::SpecialFile(a())),
        Case::new("GNU sparse file", kind(b'S'), Violation::Sparse(a())),
        Case::new("contiguous file", kind(b'7'), Violation::UnknownKind(a())),
        Case::new("volume name", kind(b'V'), Violation::UnknownKind(a())),
        Case::new("dump folder", kind(b'D'), Violation::UnknownKind(a())),
        Case::new("GNU long name in a ustar header", kind(b'L'), Violation::UnknownKind(a())),
        Case::new("GNU long target in a ustar header", kind(b'K'), Violation::UnknownKind(a())),
        Case::new(
            "tar directory with content",
            tar_gz(&[entry("a", b'5', b"x")]),
            Violation::UnexpectedContent(a()),
        ),
        Case::new(
            "tar link with content",
            tar_gz(&[entry("a", b'2', b"x")]),
            Violation::UnexpectedContent(a()),
        ),
        Case::new("file with a slash", tar_gz(&[file("a/", b"x")]), Violation::KindUnclear("a/".into())),
        Case::new(
            "old file with a slash",
            tar_gz(&[entry("a/", 0, b"")]),
            Violation::KindUnclear("a/".into()),
        ),
        Case::new("file with a target", tar_gz(&[odd(157, b"b")]), Violation::KindUnclear("odd".into())),
    ]
}

fn fields() -> Vec<Case> {
    let broken = || Violation::HeaderField("odd".into());
    let field = |at, bytes: &[u8]| tar_gz(&[odd(at, bytes)]);
    let prefix_and_times = [&[b'x'; 131][..], b"15270440050\x0015270440050\0"].concat();
    let mut padded = file("a", b"first");
    padded[1000] = 1;
    let long_name = |text: &str| tar_gz(&[long(b'L', text), file("a", b"")]);
    let link = || "././@LongLink".into();
    vec![
        Case::new("size in decimal", field(124, b"00000000008\0"), broken()),
        Case::new("size with a sign", field(124, b"-0000000001\0"), broken()),
        Case::new("size of nothing", field(124, &[0; 12]), broken()),
        Case::new("size with a number after it", field(124, b"0000000 001\0"), broken()),
        Case::new(
            "base-256 size that overflows",
            field(124, &[0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
            broken(),
        ),
        Case::new("base-256 size that is negative", field(124, &[0xff; 12]), broken()),
        Case::new("mode that is no number", field(100, b"rw-r--r-"), broken()),
        Case::new("owner that is no number", field(108, b"none\0\0\0\0"), broken()),
        Case::new("group of blanks", field(116, b"        "), broken()),
        Case::new("time that is negative", field(136, &[0xff; 12]), broken()),
        Case::new("device in decimal", field(329, b"0000008\0"), broken()),
        Case::new("minor device out of range", field(337, b"\x80\0\0\x01\0\0\0\0"), broken()),
        Case::new("bytes after the name", field(0, b"odd\0x"), broken()),
        Case::new("bytes after the prefix", field(345, b"pre\0x"), broken()),
        Case::new("bytes after the prefix that are half a time", field(476, b"15270440050\0"), broken()),
        Case::new(
            "bytes after the prefix and no time",
            field(470, b"x     15270440050 15270440050 "),
            broken(),
        ),
        Case::new("prefix that runs into times", field(345, &prefix_and_times), broken()),
        Case::new("time in a GNU header", tar_gz(&[gnu(odd(476, b"15270440050 15270440050 "))]), broken()),
        Case::new("prefix of a name that would fit", field(345, b"."), broken()),
        Case::new("long prefix of a name that would fit", tar_gz(&[split(49, 49)]), {
            Violation::HeaderField("n".repeat(49).as_str().into())
        }),
        Case::new("prefix of no name", tar_gz(&[split(100, 0)]), Violation::HeaderField("".into())),
        Case::new("bytes after the header", field(508, b"tar\0"), broken()),
        Case::new("prefix in a GNU header", gnu_prefix(), broken()),
        Case::new("padding that is not zero", tar_gz(&[padded]), Violation::Padding("a".into())),
        Case::new("long name without a NUL", long_name("b"), Violation::HeaderField(link())),
        Case::new("long name with two NULs", long_name("b\0c\0"), Violation::HeaderField(link())),
        Case::new("long name of nothing", long_name(""), Violation::HeaderField(link())),
    ]
}

fn gnu_prefix() -> Vec<u8> {
    tar_gz(&[gnu(odd(345, b"p"))])
}

fn pax_records() -> Vec<Case> {
    let shown = || "PaxHeaders/x".into();
    let raw = |text: &str| tar_gz(&[entry("PaxHeaders/x", b'x', text.as_bytes()), file("a", b"first")]);
    let with = |records: &[(&str, &str)]| tar_gz(&[pax(b'x', records), file("a", b"first")]);
    let record = || Violation::PaxRecord(shown());
    vec![
        Case::new("record without a newline", raw("9 path=b "), record()),
        Case::new("record without a value", raw("7 path\n"), record()),
        Case::new("record without a key", raw("5 =b\n"), record()),
        Case::new("record with a NUL in its key", raw("10 pa\0h=b\n"), record()),
        Case::new("record that is too long", raw("99 path=b\n"), record()),
        Case::new("record that is too short", raw("4 path=b\n"), record()),
        Case::new("record of length zero", raw("0 path=b\n"), record()),
        Case::new("record with a leading zero", raw("011 path=b\n"), record()),
        Case::new("record without a length", raw(" path=b\n"), record()),
        Case::new("record with an empty path", with(&[("path", "")]), record()),
        Case::new("record with a signed size", with(&[("size", "+5")]), record()),
        Case::new("owner that is negative", with(&[("uid", "-1")]), record()),
        Case::new("group out of range", with(&[("gid", "4294967296")]), record()),
        Case::new("time of change that is no number", with(&[("mtime", "nan")]), record()),
        Case::new("time that is too far", with(&[("mtime", "1000000000000")]), record()),
        Case::new("time of creation that is no number", with(&[("ctime", "now")]), record()),
        Case::new("time of access of nothing", with(&[("atime", "")]), record()),
        Case::new("two paths", with(&[("path", "b"), ("path", "c")]), Violation::PaxDuplicate(shown())),
        Case::new(
            "two comments",
            with(&[("comment", "b"), ("comment", "b")]),
            Violation::PaxDuplicate(shown()),
        ),
        Case::new("another pax size", with(&[("size", "4")]), Violation::PaxSize("a".into())),
        Case::new("larger pax size", with(&[("size", "1024")]), Violation::PaxSize("a".into())),
        Case::new("GNU sparse record", with(&[("GNU.sparse.major", "1")]), Violation::PaxKey(shown())),
        Case::new("binary names", with(&[("hdrcharset", "BINARY")]), Violation::PaxKey(shown())),
        Case::new("unknown record", with(&[("path2", "b")]), Violation::PaxKey(shown())),
        Case::new(
            "pax path that adds a dot",
            with(&[("path", "./b")]),
            Violation::ConflictingNames("a".into()),
        ),
        Case::new(
            "path by pax and by GNU",
            tar_gz(&[pax(b'x', &[("path", "b")]), long(b'L', "c\0"), file("a", b"")]),
            Violation::ConflictingNames("a".into()),
        ),
        Case::new(
            "target by pax and by GNU",
            tar_gz(&[long(b'K', "c\0"), pax(b'x', &[("linkpath", "b")]), symlink("a", "d")]),
            Violation::ConflictingNames("a".into()),
        ),
    ]
}

fn links() -> Vec<Case> {
    let a = || "a".into();
    let to = |target: &str| tar_gz(&[symlink("a", target)]);
    let linked = |first: &[Vec<u8>]| tar_gz(&[first, &[symlink("a", "b"), file("b", b"first")]].concat());
    let overridden = tar_gz(&[pax(b'x', &[("linkpath", "b")]), symlink("a", "../b")]);
    let dotted = tar_gz(&[pax(b'x', &[("path", "./a"), ("linkpath", "b")]), symlink("./a", "../b")]);
    let hidden = tar_gz(&[pax(b'x', &[("path", "b")]), file("../a", b"")]);
    let rooted = tar_gz(&[pax(b'x', &[("path", "b")]), file("/a", b"")]);
    let zip_link = |target| Zip::of(vec![Member::symlink("a", target)]).build();
    let chain = [symlink("a/b/c", "../.."), symlink("x", "a/b/c/../../etc")];
    vec![
        Case::new(
            "npm manifest beside another folder",
            tar_gz(&[file("package/package.json", b"{}"), file("Docs/index.js", b"")]),
            Violation::SeveralTops("package/package.json".into()),
        ),
        Case::new(
            "npm manifest beside a file",
            tar_gz(&[file("index.js", b""), file("package/package.json", b"{}")]),
            Violation::SeveralTops("package/package.json".into()),
        ),
        Case::new("link to a member", linked(&[]), Violation::StrayLink(a())),
        Case::new(
            "link behind a comment that names no commit",
            linked(&[pax(b'g', &[("comment", "c0ffee")])]),
            Violation::StrayLink(a()),
        ),
        Case::new(
            "link to a folder that is only implied",
            tar_gz(&[symlink("x/a", "../B"), file("b/c", b"")]),
            Violation::StrayLink("x/a".into()),
        ),
        Case::new(
            "link to the top folder",
            tar_gz(&[symlink("x/a", "..")]),
            Violation::StrayLink("x/a".into()),
        ),
        Case::new(
            "zip link to a member",
            Zip::of(vec![Member::symlink("a", "./b"), Member::stored("b", b"")]).build(),
            Violation::StrayLink(a()),
        ),
        Case::new("link to nothing", to(""), Violation::LinkTarget(a())),
        Case::new("link to a control character", to("b\n"), Violation::LinkTarget(a())),
        Case::new("link to a backslash", to("..\\b"), Violation::LinkTarget(a())),
        Case::new("zip link to bytes", zip_link("b\0"), Violation::LinkTarget(a())),
        Case::new("link to the root", to("/etc/passwd"), Violation::LinkAbsolute(a())),
        Case::new("link to a drive", to("C:b"), Violation::LinkAbsolute(a())),
        Case::new("zip link to the root", zip_link("/etc"), Violation::LinkAbsolute(a())),
        Case::new("link out of the archive", to("b/../../c"), Violation::LinkEscapes(a())),
        Case::new("link out of the archive behind nothing", to("b//../../c"), Violation::LinkEscapes(a())),
        Case::new("link out of the archive behind a dot", to("b/./../../c"), Violation::LinkEscapes(a())),
        Case::new("zip link out of the archive", zip_link("../b"), Violation::LinkEscapes(a())),
        Case::new("link through a link", tar_gz(&chain), Violation::LinkThroughLink("x".into())),
        Case::new("link of too many components", to(&"b/".repeat(49)), Violation::TooDeep(a()))
            .within(Limits { depth: 40, ..Limits::default() }),
        Case::new("overridden target that escapes", overridden, Violation::LinkEscapes(a())),
        Case::new("overridden target that escapes by a dot", dotted, Violation::LinkEscapes(a())),
        Case::new("overridden path that escapes", hidden, Violation::ParentPath("../a".into())),
        Case::new("overridden path that is absolute", rooted, Violation::AbsolutePath("/a".into())),
    ]
}
