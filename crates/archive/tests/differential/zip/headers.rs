//! Lies in the headers of one member.

use crate::{
    names,
    random::Random,
    zip::{in_zip64, mutations::any},
    zip_builder::{Record, Zip, extra, unicode_path},
};

pub(super) fn size(record: &mut Record, random: &mut Random) {
    let change = |size: u32, random: &mut Random| {
        random.pick(&[
            size.wrapping_add(1),
            size.wrapping_sub(1),
            0,
            size / 2,
            size.wrapping_mul(2),
            u32::MAX,
        ])
    };
    match random.below(3) {
        0 => record.packed = change(record.packed, random),
        1 => record.unpacked = change(record.unpacked, random),
        _ => (record.packed, record.unpacked) = [change(record.packed, random); 2].into(),
    }
}

pub(super) fn extras(record: &mut Record, random: &mut Random) {
    let name = String::from_utf8_lossy(&record.name).into_owned();
    let other = String::from_utf8_lossy(&names::hostile(random, &record.name)).into_owned();
    let kinds =
        [0x000a, 0x5855, 0x7855, 0x7875, 0x4453, 0xcafe, 0xa220, 0xd935, 0x756e, 0x9901, 0x6375, 0x0017];
    let new = match random.below(8) {
        0 => unicode_path(&name, &other),
        1 => unicode_path(&other, &other),
        2 => extra(0x7075, &[&[random.byte()], &record.name[..]].concat()),
        3 => record.extra.clone(),
        4 => extra(1, &random.bytes(8)),
        5 => random.bytes(3),
        _ => {
            let length = random.below(14);
            extra(random.pick(&kinds), &random.bytes(length))
        }
    };
    match random.below(3) {
        0 => record.extra = new,
        1 => record.extra.extend(new),
        _ => record.extra = [new, record.extra.clone()].concat(),
    }
}

/// A Zip64 record whose values are true or not, asked for or not.
pub(super) fn zip64_sizes(record: &mut Record, random: &mut Random) {
    let honest = (record.unpacked, record.packed);
    in_zip64(record);
    match random.below(5) {
        0 => (record.unpacked, record.packed) = honest,
        1 => record.unpacked = honest.0,
        2 => {
            record.extra =
                extra(1, &[u64::from(honest.0) + 1, honest.1.into()].map(u64::to_le_bytes).concat())
        }
        3 => {
            record.extra = extra(1, &[u64::from(honest.0), honest.1.into(), 0].map(u64::to_le_bytes).concat())
        }
        _ => {}
    }
}

pub(super) fn attributes(zip: &mut Zip, random: &mut Random) {
    const MODES: &[u32] = &[
        0, 0o644, 0o100_644, 0o100_000, 0o104_755, 0o040_755, 0o120_777, 0o120_000, 0o010_644, 0o020_644,
        0o060_644, 0o140_644,
    ];
    const HOSTS: &[u8] = &[0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 10, 11, 13, 14, 16, 18, 19, 20, 30, 255];
    let member = any(zip, random);
    if random.once_in(2) {
        member.attributes = random.pick(MODES) << 16 | random.pick(&[0, 1, 2, 16, 32, 48]);
    }
    member.host = random.pick(HOSTS);
}

/// Sizes after the data, in the four forms that writers use.
pub(super) fn descriptor(zip: &mut Zip, random: &mut Random) {
    let member = any(zip, random);
    let crc = member.local.crc.to_le_bytes();
    let sizes = [member.local.packed, member.local.unpacked];
    member.gap = if random.once_in(2) { b"PK\x07\x08".to_vec() } else { vec![] };
    member.gap.extend(crc);
    match random.below(2) {
        0 => member.gap.extend(sizes.map(u32::to_le_bytes).concat()),
        _ => member.gap.extend(sizes.map(|size| u64::from(size).to_le_bytes()).concat()),
    }
    let told = random.once_in(2);
    for record in [&mut member.local, &mut member.central] {
        record.flags |= 1 << 3;
    }
    if !told {
        (member.local.crc, member.local.packed, member.local.unpacked) = (0, 0, 0);
    }
}
