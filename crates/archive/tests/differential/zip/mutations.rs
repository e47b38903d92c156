use crate::{
    names,
    random::Random,
    zip::{headers, layout, members},
    zip_builder::{Member, Record, Zip},
};

/// One way to lie: about the fields before the file is written, or in its bytes after.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    how: How,
}

enum How {
    Model(fn(&mut Zip, &mut Random)),
    Header(fn(&mut Record, &mut Random)),
    Bytes(fn(&mut Vec<u8>, &mut Random)),
}

impl Mutation {
    const fn model(name: &'static str, change: fn(&mut Zip, &mut Random)) -> Self {
        Self { name, how: How::Model(change) }
    }

    /// A change to one header of a member, or to both alike.
    const fn header(name: &'static str, change: fn(&mut Record, &mut Random)) -> Self {
        Self { name, how: How::Header(change) }
    }

    const fn bytes(name: &'static str, change: fn(&mut Vec<u8>, &mut Random)) -> Self {
        Self { name, how: How::Bytes(change) }
    }

    pub(super) fn change(&self, zip: &mut Zip, random: &mut Random) {
        match self.how {
            How::Model(change) => change(zip, random),
            How::Header(change) => {
                let member = any(zip, random);
                match random.below(4) {
                    0 => change(&mut member.local, random),
                    1 => change(&mut member.central, random),
                    _ => {
                        // Alike: from one and the same random state.
                        let seed = random.below(1 << 30) as u64;
                        change(&mut member.local, &mut Random::new(seed));
                        change(&mut member.central, &mut Random::new(seed));
                    }
                }
            }
            How::Bytes(_) => {}
        }
    }

    pub(super) fn spoil(&self, bytes: &mut Vec<u8>, random: &mut Random) {
        if let (How::Bytes(change), false) = (&self.how, bytes.is_empty()) {
            change(bytes, random);
        }
    }
}

pub(crate) const MUTATIONS: &[Mutation] = &[
    Mutation::header("flag", |record, random| record.flags ^= 1 << random.below(16)),
    Mutation::header("method", |record, random| record.method = random.pick(&[0, 8, 8, 9, 12, 14, 99])),
    Mutation::header("version", |record, random| {
        record.needed = random.pick(&[0, 10, 20, 45, 46, 63, 0x314, 0xffff])
    }),
    Mutation::header("time", |record, random| record.time ^= 1 << random.below(32)),
    Mutation::header("crc", |record, random| record.crc = random.pick(&[0, !record.crc, record.crc ^ 1])),
    Mutation::header("size", headers::size),
    Mutation::header("name", |record, random| record.name = names::hostile(random, &record.name)),
    Mutation::header("utf-8 name", |record, random| {
        (record.name, record.flags) = (names::hostile(random, &record.name), record.flags | 1 << 11);
    }),
    Mutation::header("extra", headers::extras),
    Mutation::header("zip64 sizes", headers::zip64_sizes),
    Mutation::header("signature", |record, random| record.signature[random.below(4)] ^= 1 << random.below(8)),
    Mutation::model("attributes", headers::attributes),
    Mutation::model("member comment", |zip, random| any(zip, random).comment = random.content()),
    Mutation::model("disk", |zip, random| any(zip, random).disk = 1),
    Mutation::model("place", layout::place),
    Mutation::model("gap", |zip, random| any(zip, random).gap = random.content()),
    Mutation::model("prefix", |zip, random| zip.prefix = [b"PK\x03\x04", &random.content()[..]].concat()),
    Mutation::model("end comment", layout::end_comment),
    Mutation::model("end record", layout::end_record),
    Mutation::model("zip64 end", layout::zip64_end),
    Mutation::model("content", members::content),
    Mutation::model("stream", members::stream),
    Mutation::model("part of a stream", members::part_of_stream),
    Mutation::model("descriptor", headers::descriptor),
    Mutation::model("twin", members::twin),
    Mutation::model("link", members::link),
    Mutation::bytes("header byte", |bytes, random| layout::header_byte(bytes, random)),
    Mutation::bytes("any byte", |bytes, random| {
        let at = random.below(bytes.len());
        bytes[at] = random.other_byte(bytes[at]);
    }),
    Mutation::bytes("directory", layout::directory),
    Mutation::bytes("cut", |bytes, random| bytes.truncate(random.below(bytes.len()))),
    Mutation::bytes("suffix", |bytes, random| {
        let suffix = [random.bytes(1), random.content(), bytes.clone(), Zip::default().build()];
        bytes.extend(random.pick(&suffix));
    }),
    Mutation::bytes("uncounted prefix", |bytes, random| {
        let prefix = [b"PK\x03\x04".to_vec(), random.bytes(1), Zip::default().build(), bytes.clone()];
        bytes.splice(..0, random.pick(&prefix));
    }),
];

pub(super) fn any<'z>(zip: &'z mut Zip, random: &mut Random) -> &'z mut Member {
    let index = random.below(zip.members.len());
    &mut zip.members[index]
}
