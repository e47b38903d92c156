//! tar.gz files: honest ones of every feature that is accepted, and one or two lies in each.

mod extended;
mod fields;
mod mutations;

use flate2::Compression;

pub(crate) use crate::tar::mutations::MUTATIONS;

use crate::{
    Sample, names,
    random::Random,
    tar_builder::{END, entry, file, gnu, gzip_at, header, pax, sealed, symlink},
};

/// What honest tars are made of.
pub(crate) const FEATURES: &[&str] = &[
    "empty",
    "file",
    "directory",
    "symlink",
    "root",
    "dot",
    "gnu",
    "v7",
    "long-name",
    "long-target",
    "pax-path",
    "pax-size",
    "pax-target",
    "pax-times",
    "prefix",
    "base-256",
    "commit",
    "gzip-name",
    "stored-blocks",
    "record",
];

/// A tar as its parts, each one header block with the blocks that belong to it.
struct Tar {
    parts: Vec<Vec<u8>>,
    tail: Vec<u8>,
    level: Compression,
}

impl Tar {
    fn blocks(&self) -> Vec<u8> {
        [self.parts.concat(), self.tail.clone()].concat()
    }
}

pub(crate) fn sample(seed: u64) -> Sample {
    let random = &mut Random::new(seed);
    let mut sample = Sample::new(seed, "tar.gz");
    let mut tar = honest(random, &mut sample.features);
    let mutations =
        if tar.parts.is_empty() { 0 } else { [0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2][random.below(12)] };
    let chosen: Vec<_> = (0..mutations).map(|_| &MUTATIONS[random.below(MUTATIONS.len())]).collect();
    sample.mutations = chosen.iter().map(|mutation| mutation.name).collect();
    chosen.iter().for_each(|mutation| mutation.change(&mut tar, random));
    sample.bytes = gzip_at(&tar.blocks(), tar.level);
    if random.once_in(8) {
        sample.features.push("gzip-name");
        sample.bytes[3] |= 8;
        sample.bytes.splice(10..10, *b"a-1.0.tar\0");
    }
    chosen.iter().for_each(|mutation| mutation.spoil(&mut sample.bytes, random));
    sample
}

fn honest(random: &mut Random, features: &mut Vec<&'static str>) -> Tar {
    let mut tar = Tar { parts: vec![], tail: END.to_vec(), level: Compression::fast() };
    if random.once_in(8) {
        features.push("root");
        tar.parts.push(entry("./", b'5', b""));
    }
    for number in 0..random.below(6) {
        tar.parts.extend(member(random, number, features));
    }
    if !tar.parts.is_empty() && random.once_in(6) {
        features.push("commit");
        tar.parts.insert(0, pax(b'g', &[("comment", "518b875c0ffee0123456789abcdef0123456789a")]));
    }
    if tar.parts.is_empty() {
        features.push("empty");
    }
    if random.once_in(4) {
        features.push("record");
        tar.tail = vec![0; 10240];
    }
    if random.once_in(8) {
        features.push("stored-blocks");
        tar.level = Compression::none();
    }
    tar
}

/// The blocks of one member.
fn member(random: &mut Random, number: usize, features: &mut Vec<&'static str>) -> Vec<Vec<u8>> {
    let name = names::honest(random, number);
    let long = format!("{}{name}", "deep/er/".repeat(14));
    let content = random.content();
    let size = content.len().to_string();
    let (feature, parts) = match random.below(16) {
        0 => ("directory", vec![entry(&format!("{name}.d/"), b'5', b"")]),
        1 => ("symlink", vec![symlink(&name, "target")]),
        2 => ("dot", vec![file(&format!("./{name}"), &content)]),
        3 => ("gnu", vec![gnu(file(&name, &content))]),
        4 => ("v7", vec![with(file(&name, &content), 257, &[0; 8])]),
        5 => ("long-name", vec![long_link(b'L', &long), gnu(file(&format!("deep/er/{number}"), &content))]),
        6 => ("long-target", vec![long_link(b'K', &long), gnu(symlink(&name, "deep/er/deep"))]),
        7 => ("pax-path", vec![pax(b'x', &[("path", &long)]), file(&format!("deep/er/{number}"), &content)]),
        8 => ("pax-size", vec![pax(b'x', &[("size", &size)]), file(&name, &content)]),
        9 => ("pax-target", vec![pax(b'x', &[("linkpath", &long)]), symlink(&name, "deep/er")]),
        10 => ("pax-times", vec![pax(b'x', &[("mtime", "1.5"), ("SCHILY.dev", "1")]), file(&name, &content)]),
        11 => (
            "prefix",
            vec![with(file(&format!("{number}{}", "name".repeat(23)), &content), 345, b"pre/fix/pre/fix")],
        ),
        12 => ("base-256", vec![with(file(&name, &content), 124, &base_256(content.len() as u64))]),
        _ => ("file", vec![file(&name, &content)]),
    };
    features.push(feature);
    parts
}

/// The part with `bytes` at `at` of its header, and the checksum put right.
fn with(mut part: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    part[at..at + bytes.len()].copy_from_slice(bytes);
    seal(&mut part);
    part
}

fn seal(part: &mut [u8]) {
    if let Some(block) = part.first_chunk_mut::<512>() {
        *block = sealed(*block);
    }
}

fn long_link(kind: u8, text: &str) -> Vec<u8> {
    gnu(entry("././@LongLink", kind, &[text.as_bytes(), b"\0"].concat()))
}

fn base_256(number: u64) -> [u8; 12] {
    let mut field = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    field[4..].copy_from_slice(&number.to_be_bytes());
    field
}

/// A header and its content for a name of any bytes.
fn raw(name: &[u8], kind: u8, content: &[u8]) -> Vec<u8> {
    let name = &name[..name.len().min(100)];
    let mut part = header(name, kind, content.len() as u64).to_vec();
    part.extend(content);
    part.resize(part.len().next_multiple_of(512), 0);
    part
}
