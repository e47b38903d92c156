use std::{collections::BTreeMap, io::Cursor};

use proptest::prelude::*;

use crate::{
    EntryKind, Limits, read,
    tests::{
        Contents, contents,
        tar_builder::{entry, file, symlink, tar_gz},
        zip_builder::{Member, Zip},
    },
};

/// Files by path, none of which is another's folder: files have an extension and folders do not.
fn files() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    let content = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..2000),
        (any::<u8>(), 0_usize..5000).prop_map(|(byte, length)| vec![byte; length]),
    ];
    prop::collection::btree_map("([a-z]{1,4}/){0,3}[a-z]{1,6}\\.[a-z]{1,3}", content, 0..12)
        .prop_filter("device names", |files| files.keys().all(|path| !path.split('/').any(is_device)))
}

fn is_device(component: &str) -> bool {
    matches!(component, "con" | "prn" | "aux" | "nul")
}

fn zip(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let members = files.iter().enumerate().map(|(index, (path, content))| match index % 3 {
        0 => Member::stored(path, content),
        1 => Member::deflated(path, content),
        _ => Member::symlink(path, "target"),
    });
    let root = Member::stored("0/", b"");
    Zip::of(members.chain([root]).collect()).build()
}

fn tar(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let members = files.iter().enumerate().map(|(index, (path, content))| match index % 3 {
        0 | 1 => file(path, content),
        _ => symlink(path, "target"),
    });
    tar_gz(&members.chain([entry("0/", b'5', b"")]).collect::<Vec<_>>())
}

fn expected(files: &BTreeMap<String, Vec<u8>>) -> Contents {
    let entries = files.iter().enumerate().map(|(index, (path, content))| match index % 3 {
        0 | 1 => (path.clone(), (EntryKind::File, content.clone())),
        _ => (path.clone(), (EntryKind::Symlink, b"target".to_vec())),
    });
    entries.collect()
}

fn bytes_of(contents: &Contents) -> Vec<(&String, &Vec<u8>)> {
    contents.iter().map(|(path, (_, content))| (path, content)).collect()
}

fn flip(archive: &mut [u8], flips: &[(prop::sample::Index, u8)]) {
    for (place, change) in flips {
        let place = place.index(archive.len());
        archive[place] ^= change;
    }
}

proptest! {
    #[test]
    fn gives_back_exactly_what_was_put_in(files in files()) {
        for archive in [zip(&files), tar(&files)] {
            let (summary, contents) = contents(&archive).unwrap();
            prop_assert_eq!(&contents, &expected(&files));
            let entries = files.len() as u64 + 1;
            prop_assert_eq!(summary.files + summary.directories + summary.skipped.len() as u64, entries);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(head in 0_usize..4, bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let heads = [&b""[..], b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08\0\0\0\0\0\0\xff"];
        let archive = [heads[head], &bytes].concat();
        let result = read(Cursor::new(archive), &Limits::default(), |_, _| {});
        prop_assert!(result.is_err());
    }

    /// Local and central header, CRC and length hold each other: no one byte changes what is read.
    #[test]
    fn one_changed_byte_never_changes_what_is_read(files in files(), place: prop::sample::Index, change in 1_u8..) {
        let expected = expected(&files);
        for mut archive in [zip(&files), tar(&files)] {
            flip(&mut archive, &[(place, change)]);
            if let Ok((_, contents)) = contents(&archive) {
                prop_assert_eq!(bytes_of(&contents), bytes_of(&expected));
            }
        }
    }

    #[test]
    fn mutated_archives_never_panic(
        files in files(),
        flips in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..20),
        cut: prop::sample::Index,
    ) {
        for mut archive in [zip(&files), tar(&files)] {
            flip(&mut archive, &flips);
            let cut = cut.index(archive.len() + 1);
            let _ = read(Cursor::new(&archive), &Limits::default(), |_, _| {});
            prop_assert!(cut == archive.len() || contents(&archive[..cut]).is_err());
        }
    }

    /// Below gzip, whose checksum would refuse every change first.
    #[test]
    fn mutated_tar_never_panics(
        files in files(),
        flips in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..4),
    ) {
        let mut blocks = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(tar(&files).as_slice()), &mut blocks).unwrap();
        flip(&mut blocks, &flips);
        let headers = blocks.chunks_exact_mut(512).filter(|block| block[257..262] == *b"ustar");
        for block in headers {
            let sealed = crate::tests::tar_builder::sealed(block.try_into().unwrap());
            block.copy_from_slice(&sealed);
        }
        let _ = contents(&crate::tests::tar_builder::gzip(&blocks));
    }
}
