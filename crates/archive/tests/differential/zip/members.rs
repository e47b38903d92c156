//! Members that are not what their headers say, or not one.

use crate::{
    names,
    random::Random,
    zip::mutations::any,
    zip_builder::{Member, Zip},
};

/// Other content, its CRC made to fit or not.
pub(super) fn content(zip: &mut Zip, random: &mut Random) {
    let member = any(zip, random);
    let honest = Member::stored("", &random.content());
    let crc = if random.once_in(3) { member.local.crc } else { honest.local.crc };
    member.data = honest.data;
    let length = member.data.len() as u32;
    for record in [&mut member.local, &mut member.central] {
        (record.method, record.packed, record.unpacked, record.crc) = (0, length, length, crc);
    }
}

/// A compressed stream with something after it, or without its end; all sizes are true of the bytes.
pub(super) fn stream(zip: &mut Zip, random: &mut Random) {
    let first = random.content();
    let second = Member::deflated("", &random.content()).data;
    let honest = Member::deflated("", &first);
    let member = any(zip, random);
    member.data = match random.below(4) {
        0 => [honest.data, second].concat(),
        1 => [honest.data, random.bytes(1)].concat(),
        2 => honest.data[..honest.data.len() - 1].to_vec(),
        _ => [&b"\x00\x00\x00\xff\xff"[..], &honest.data].concat(),
    };
    let length = member.data.len() as u32;
    for record in [&mut member.local, &mut member.central] {
        (record.method, record.packed, record.unpacked, record.crc) =
            (8, length, first.len() as u32, honest.local.crc);
    }
}

/// Headers that are true of the first or of too many bytes of the stream: some readers stop there, others read on.
pub(super) fn part_of_stream(zip: &mut Zip, random: &mut Random) {
    let whole = [b"import os\n", &random.content()[..]].concat();
    let length = random.below(whole.len());
    let packed = Member::deflated("", &whole).data;
    let part = Member::stored("", &whole[..length]);
    let cut = random.once_in(3);
    let member = any(zip, random);
    for record in [&mut member.local, &mut member.central] {
        (record.method, record.crc, record.unpacked) = (8, part.local.crc, length as u32);
        record.packed = packed.len() as u32 - u32::from(cut);
    }
    member.gap = if cut { packed[packed.len() - 1..].to_vec() } else { vec![] };
    member.data = packed[..packed.len() - usize::from(cut)].to_vec();
}

/// A second member whose name some readers take for another's.
pub(super) fn twin(zip: &mut Zip, random: &mut Random) {
    let other = any(zip, random).central.name.clone();
    let name = names::hostile(random, &other);
    let mut twin = Member::deflated("", &random.content()).both(|record| record.name.clone_from(&name));
    if !name.is_ascii() {
        twin = twin.both(|record| record.flags |= 1 << 11);
    }
    let at = random.below(zip.members.len() + 1);
    zip.members.insert(at, twin);
}

pub(super) fn link(zip: &mut Zip, random: &mut Random) {
    let name = names::honest(random, 99);
    let mut link = Member::symlink(&name, names::target(random));
    if random.once_in(4) {
        let target = names::target(random);
        let packed = Member::deflated(&name, target.as_bytes());
        (link.local, link.central, link.data) = (packed.local, packed.central, packed.data);
    }
    link.host = random.pick(&[3, 3, 3, 19, 0, 7, 11, 255]);
    zip.members.push(link);
}
