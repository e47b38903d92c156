use crate::{
    names,
    random::Random,
    tar::{Tar, extended, fields, raw, seal, with},
    tar_builder::{END, file, gnu, gzip, pax, symlink},
};

/// One way to lie: in the tar before it is compressed, or in the gzip file after.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    how: How,
}

enum How {
    Parts(fn(&mut Tar, &mut Random)),
    Part(fn(&mut Vec<u8>, &mut Random)),
    Gzip(fn(&mut Vec<u8>, &mut Random)),
}

impl Mutation {
    const fn parts(name: &'static str, change: fn(&mut Tar, &mut Random)) -> Self {
        Self { name, how: How::Parts(change) }
    }

    /// A change to one part, whose checksum is put right after.
    const fn part(name: &'static str, change: fn(&mut Vec<u8>, &mut Random)) -> Self {
        Self { name, how: How::Part(change) }
    }

    const fn gzip(name: &'static str, change: fn(&mut Vec<u8>, &mut Random)) -> Self {
        Self { name, how: How::Gzip(change) }
    }

    pub(super) fn change(&self, tar: &mut Tar, random: &mut Random) {
        // What is left after another mutation may be too little for this one.
        if tar.parts.is_empty() || tar.parts.iter().any(|part| part.len() < 512) {
            return;
        }
        match self.how {
            How::Parts(change) => change(tar, random),
            How::Part(change) => {
                let index = random.below(tar.parts.len());
                change(&mut tar.parts[index], random);
                seal(&mut tar.parts[index]);
            }
            How::Gzip(_) => {}
        }
    }

    pub(super) fn spoil(&self, bytes: &mut Vec<u8>, random: &mut Random) {
        if let (How::Gzip(change), 10..) = (&self.how, bytes.len()) {
            change(bytes, random);
        }
    }
}

pub(crate) const MUTATIONS: &[Mutation] = &[
    Mutation::part("header byte", |part, random| {
        let at = random.below(512);
        part[at] = random.other_byte(part[at]);
    }),
    Mutation::part("number", |part, random| fields::number(part, random)),
    Mutation::part("kind", |part, random| part[156] = random.pick(b"\x000123456789ADIKLMNSVXgx")),
    Mutation::part("dialect", |part, random| {
        let magics: [[u8; 8]; 6] =
            [*b"ustar\x0000", *b"ustar  \0", [0; 8], *b"ustar\0\0\0", *b"ustar\x0001", *b"USTAR\x0000"];
        part[257..265].copy_from_slice(&random.pick(&magics));
    }),
    Mutation::part("name", |part, random| {
        let old = part[..100].split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
        let name = names::hostile(random, &old);
        let length = name.len().min(100);
        part[..100].fill(0);
        part[..length].copy_from_slice(&name[..length]);
    }),
    Mutation::part("prefix", |part, random| {
        let prefixes: [&[u8]; 6] = [b"p", b"..", b"/", b"pre/fix", b"a\0b", &[b'p'; 155]];
        let prefix = random.pick(&prefixes);
        part[345..345 + prefix.len()].copy_from_slice(prefix);
    }),
    Mutation::part("target", |part, random| {
        let target = names::target(random).as_bytes();
        part[157..257].fill(0);
        part[157..157 + target.len()].copy_from_slice(target);
    }),
    Mutation::part("padding", |part, random| {
        let at = random.below(part.len().saturating_sub(512).max(1)) + 511;
        part[at] = random.byte();
    }),
    Mutation::part("cut", |part, random| part.truncate(random.below(part.len()))),
    Mutation::parts("checksum", |tar, random| {
        let index = random.below(tar.parts.len());
        let at = 148 + random.below(8);
        tar.parts[index][at] = random.other_byte(tar.parts[index][at]);
    }),
    Mutation::parts("order", |tar, random| {
        let index = random.below(tar.parts.len());
        match random.below(3) {
            0 => tar.parts.insert(0, tar.parts[index].clone()),
            1 => drop(tar.parts.remove(index)),
            _ => tar.parts.rotate_left(index),
        }
    }),
    Mutation::parts("end", fields::end),
    Mutation::parts("twin", |tar, random| {
        let other = random.pick(&tar.parts);
        let other = other[..100].split(|byte| *byte == 0).next().unwrap_or_default();
        let twin = raw(&names::hostile(random, other), random.pick(b"0\x005"), &random.content());
        insert(tar, random, vec![twin]);
    }),
    Mutation::parts("link", |tar, random| {
        let name = names::honest(random, 99);
        let mut link = symlink(&name, names::target(random));
        if random.once_in(3) {
            link = with(link, 156, b"1");
        }
        insert(tar, random, vec![link]);
    }),
    Mutation::parts("pax", extended::pax_header),
    Mutation::parts("broken pax", extended::broken_pax),
    Mutation::parts("global pax", |tar, random| {
        let record = extended::pax_record(random, b"global");
        let at = random.below(2) * random.below(tar.parts.len());
        tar.parts.insert(at, pax(b'g', &[(record.0, &record.1)]));
    }),
    Mutation::parts("long link", extended::long_header),
    Mutation::parts("sparse", |tar, random| {
        let map = [&b"00000000000\x0000000001000\0"[..], &[0; 72]].concat();
        let part = with(gnu(file("sparse", &random.content())), 386, &map);
        insert(tar, random, vec![with(with(part, 483, b"00000010000\0"), 156, b"S")]);
    }),
    Mutation::gzip("gzip header", |bytes, random| {
        let at = random.below(10);
        bytes[at] = random.other_byte(bytes[at]);
    }),
    Mutation::gzip("gzip flags", |bytes, random| {
        let (flag, text): (u8, &[u8]) = random.pick(&[
            (1, b""),
            (2, b"\0\0"),
            (4, b"\x01\0x"),
            (16, b"comment\0"),
            (16, b"cut"),
            (32, b""),
        ]);
        bytes[3] ^= flag;
        bytes.splice(10..10, text.iter().copied());
    }),
    Mutation::gzip("gzip members", |bytes, random| {
        let more =
            [bytes.clone(), gzip(b""), gzip(&END), gzip(&[file("more", b"more"), END.to_vec()].concat())];
        let more = random.pick(&more);
        if random.once_in(2) {
            bytes.extend(more);
        } else {
            bytes.splice(..0, more);
        }
    }),
    Mutation::gzip("gzip trailer", |bytes, random| {
        let at = bytes.len() - 1 - random.below(8);
        bytes[at] = random.other_byte(bytes[at]);
    }),
    Mutation::gzip("gzip suffix", |bytes, random| {
        let suffix = [vec![0; 512], random.bytes(1), random.content(), b"\x1f\x8b".to_vec()];
        bytes.extend(random.pick(&suffix));
    }),
    Mutation::gzip("gzip cut", |bytes, random| bytes.truncate(random.below(bytes.len()))),
    Mutation::gzip("gzip byte", |bytes, random| {
        let at = random.below(bytes.len());
        bytes[at] = random.other_byte(bytes[at]);
    }),
];

pub(super) fn insert(tar: &mut Tar, random: &mut Random, parts: Vec<Vec<u8>>) {
    let at = random.below(tar.parts.len() + 1);
    tar.parts.splice(at..at, parts);
}
