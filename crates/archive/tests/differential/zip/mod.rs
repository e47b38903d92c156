//! Zips: honest ones of every feature that is accepted, and one or two lies in each.

mod headers;
mod layout;
mod members;
mod mutations;

pub(crate) use crate::zip::mutations::MUTATIONS;

use crate::{
    Sample, names,
    random::Random,
    zip_builder::{Member, Record, Zip, Zip64End, extra, unicode_path},
};

/// What honest zips are made of.
pub(crate) const FEATURES: &[&str] = &[
    "empty",
    "stored",
    "deflated",
    "level",
    "utf-8",
    "directory",
    "symlink",
    "times",
    "unicode-path",
    "zip64-sizes",
    "zip64-local",
    "zip64-end",
    "comment",
    "nested",
    "dos",
];

pub(crate) fn sample(seed: u64) -> Sample {
    let random = &mut Random::new(seed);
    let mut sample = Sample::new(seed, "zip");
    let mut zip = honest(random, &mut sample.features);
    if zip.members.is_empty() {
        sample.bytes = zip.build();
        return sample;
    }
    let mutations = [0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2][random.below(12)];
    let chosen: Vec<_> = (0..mutations).map(|_| &MUTATIONS[random.below(MUTATIONS.len())]).collect();
    sample.mutations = chosen.iter().map(|mutation| mutation.name).collect();
    chosen.iter().for_each(|mutation| mutation.change(&mut zip, random));
    sample.bytes = zip.build();
    chosen.iter().for_each(|mutation| mutation.spoil(&mut sample.bytes, random));
    sample
}

fn honest(random: &mut Random, features: &mut Vec<&'static str>) -> Zip {
    let count = random.below(6);
    let mut zip = Zip::of((0..count).map(|number| member(random, number, features)).collect());
    if zip.members.is_empty() {
        features.push("empty");
    }
    if random.once_in(6) {
        features.push("comment");
        zip.comment = random.content();
    }
    if count > 0 && random.once_in(8) {
        features.push("zip64-end");
        zip.zip64 = Some(Zip64End::default());
        if random.once_in(2) {
            (zip.entries, zip.directory_at) = (Some(u16::MAX), Some(u32::MAX));
        }
    }
    zip
}

fn member(random: &mut Random, number: usize, features: &mut Vec<&'static str>) -> Member {
    let name = names::honest(random, number);
    if !name.is_ascii() {
        features.push("utf-8");
    }
    let (feature, mut member) = plain(random, &name);
    features.push(feature);
    match random.below(9) {
        0 => {
            features.push("times");
            (member.local.extra, member.central.extra) =
                (extra(0x5455, &[3, 0, 0, 0, 1, 0, 0, 0, 1]), extra(0x5455, &[3, 0, 0, 0, 1]));
        }
        1 if feature != "directory" && !name.is_ascii() => {
            features.push("unicode-path");
            member = member.both(|record| record.extra = unicode_path(&name, &name));
        }
        2 => {
            features.push("zip64-sizes");
            member = member.both(in_zip64);
        }
        3 => {
            features.push("zip64-local");
            in_zip64(&mut member.local);
        }
        4 if feature == "stored" => {
            features.push("dos");
            (member.host, member.attributes) = (0, 0x20);
        }
        _ => {}
    }
    member
}

fn plain(random: &mut Random, name: &str) -> (&'static str, Member) {
    match random.below(12) {
        0 => {
            let member = Member::stored(&format!("{name}.d/"), b"");
            ("directory", member.changed(|m| m.attributes = 16 | 0o040_755 << 16))
        }
        1 => ("symlink", Member::symlink(name, "target")),
        2 => {
            let inner = Zip::of(vec![Member::stored("inner", &random.content())]).build();
            ("nested", Member::stored(name, &inner))
        }
        3 => ("level", Member::deflated(name, &random.content()).both(|record| record.flags |= 0b100)),
        4..8 => ("stored", Member::stored(name, &random.content())),
        _ => (
            "deflated",
            Member::deflated(name, &random.content()).changed(|m| m.attributes = 0o100_644 << 16),
        ),
    }
}

/// Moves both sizes to a Zip64 record.
fn in_zip64(record: &mut Record) {
    let sizes = [record.unpacked, record.packed].map(|size| u64::from(size).to_le_bytes());
    record.extra = extra(1, &sizes.concat());
    (record.unpacked, record.packed, record.needed) = (u32::MAX, u32::MAX, 45);
}
