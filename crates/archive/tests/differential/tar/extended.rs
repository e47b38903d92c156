//! Extended headers: pax records and GNU's long names.

use crate::{
    names,
    random::Random,
    tar::{Tar, long_link, raw},
    tar_builder::{gnu, pax},
};

pub(super) fn pax_record(random: &mut Random, other: &[u8]) -> (&'static str, String) {
    let name = || String::from_utf8_lossy(other).into_owned();
    match random.below(12) {
        0 => ("path", String::from_utf8_lossy(&names::hostile(random, other)).into_owned()),
        1 => ("path", name()),
        2 => ("linkpath", names::target(random).to_owned()),
        3 => ("size", random.below(3000).to_string()),
        4 => ("size", (random.pick(&["", "-1", "+5", "05", "1e3", "18446744073709551616", " 5"])).to_owned()),
        5 => ("hdrcharset", (random.pick(&["BINARY", "ISO-IR 10646 2000 UTF-8", ""])).to_owned()),
        6 => (
            random.pick(&["GNU.sparse.major", "GNU.sparse.name", "GNU.sparse.size", "GNU.sparse.realsize"]),
            (random.pick(&["1", "0", "5", "other"])).to_owned(),
        ),
        7 => (
            random.pick(&["mtime", "atime", "ctime"]),
            (random.pick(&["1.5", "", "-1", "none", "1e9", "99999999999999999999", "nan"])).to_owned(),
        ),
        8 => (
            random.pick(&["uid", "gid"]),
            (random.pick(&["0", "1000", "", "-1", "none", "4294967296", "99999999999999999999"])).to_owned(),
        ),
        9 => (random.pick(&["uname", "gname", "comment", "charset"]), name()),
        10 => (
            random.pick(&[
                "SCHILY.xattr.user.a",
                "SCHILY.acl.access",
                "LIBARCHIVE.xattr.a",
                "RHT.security.selinux",
            ]),
            name(),
        ),
        _ => (random.pick(&["SCHILY.realsize", "VENDOR.any", "typeflag", "realtime.any"]), "5".to_owned()),
    }
}

/// A pax header before a part: one record, or two.
pub(super) fn pax_header(tar: &mut Tar, random: &mut Random) {
    let at = random.below(tar.parts.len());
    let name = tar.parts[at][..100].split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
    let size = tar.parts[at].len().saturating_sub(512);
    let (first, second) = (pax_record(random, &name), pax_record(random, &name));
    let new = match random.below(5) {
        0 => pax(b'x', &[(first.0, &first.1), (second.0, &second.1)]),
        1 => pax(b'x', &[("size", &size.to_string())]),
        _ => pax(b'x', &[(first.0, &first.1)]),
    };
    tar.parts.insert(at, new);
}

/// A pax header whose records are not framed as the standard says.
pub(super) fn broken_pax(tar: &mut Tar, random: &mut Random) {
    const RECORDS: &[&[u8]] = &[
        b"9 path=b ",
        b"7 path\n",
        b"5 =b\n",
        b"99 path=b\n",
        b"4 path=b\n",
        b"0 path=b\n",
        b"010 path=b\n",
        b" 9 path=b\n",
        b"+9 path=b\n",
        b"9  path=b\n",
        b"9\tpath=b\n",
        b"11 path=b\0c\n",
        b"9 path=b\n\0\0",
        b"9 path=b\n9 path=c\n",
        b"10 path=\xc3\xa4\n",
        b"10 path=\xff\xfe\n",
        b"",
        b"11 pa th=bc\n",
        b"9 path=\n\n",
    ];
    let at = random.below(tar.parts.len());
    tar.parts.insert(at, raw(b"PaxHeaders/x", b'x', random.pick(RECORDS)));
}

/// GNU headers for a long name or target, before a part: true, empty, unended, twice, or beside pax.
pub(super) fn long_header(tar: &mut Tar, random: &mut Random) {
    let at = random.below(tar.parts.len());
    let old = tar.parts[at][..100].split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
    let text = names::hostile(random, &old);
    let kind = random.pick(b"LLK");
    let new = match random.below(6) {
        0 => vec![gnu(raw(b"././@LongLink", kind, &text))],
        1 => vec![long_link(kind, "a"), long_link(kind, "b")],
        2 => vec![pax(b'x', &[("path", "by/pax")]), long_link(b'L', "by/gnu")],
        3 => vec![long_link(b'L', "by/gnu"), pax(b'x', &[("path", "by/pax")])],
        4 => vec![gnu(raw(b"././@LongLink", kind, &[&text[..], b"\0more\0"].concat()))],
        _ => vec![long_link(kind, &String::from_utf8_lossy(&text))],
    };
    tar.parts.splice(at..at, new);
}
