//! Numbers, and the end.

use crate::{
    random::Random,
    tar::{Tar, base_256, mutations::insert},
    tar_builder::{END, file},
};

/// Another way to write a number, or another number, or none.
pub(super) fn number(part: &mut [u8], random: &mut Random) {
    // Mode, owner, group, size, time, device numbers.
    const FIELDS: &[(usize, usize)] =
        &[(100, 8), (108, 8), (116, 8), (124, 12), (124, 12), (124, 12), (136, 12), (329, 8), (337, 8)];
    let (at, length) = random.pick(FIELDS);
    let old = part[at..at + length].to_vec();
    let digits = String::from_utf8_lossy(&old).trim_matches(['\0', ' ']).to_owned();
    let value = u64::from_str_radix(&digits, 8).unwrap_or(0);
    let texts = [
        format!(" {}", digits.trim_start_matches('0')),
        format!("{digits:>length$}"),
        format!("{value:o} "),
        format!("{:o}", value + 1),
        format!("{:o}", value + 512),
        format!("{value}"),
        format!("0x{value:x}"),
        format!("-{value:o}"),
        format!("+{value:o}"),
        format!("{value:o}\0 9"),
        "8".to_owned(),
        "none".to_owned(),
        String::new(),
        " ".repeat(length),
        "7".repeat(length),
    ];
    let mut field = vec![0; length];
    match random.below(6) {
        0 => {
            let binary = base_256(value + random.below(2) as u64 * random.below(600) as u64);
            field.copy_from_slice(&binary[12 - length..]);
            field[0] = random.pick(&[0x80, 0x80, 0xff, 0x81, 0xc0]);
        }
        _ => {
            let text = random.pick(&texts);
            let length = text.len().min(length);
            field[..length].copy_from_slice(&text.as_bytes()[..length]);
        }
    }
    part[at..at + length].copy_from_slice(&field);
}

pub(super) fn end(tar: &mut Tar, random: &mut Random) {
    let tails = [
        vec![],
        vec![0; 512],
        vec![0; 1023],
        [&END[..], &file("after", b"after")].concat(),
        [&[0; 512][..], &file("after", b"after"), &END].concat(),
        [&END[..], &file("after", b"after"), &END].concat(),
        [&END[..], &random.bytes(1)].concat(),
        [&END[..], &[0; 100]].concat(),
    ];
    tar.tail = random.pick(&tails);
    if random.once_in(4) {
        insert(tar, random, vec![vec![0; 512]]);
    }
}
