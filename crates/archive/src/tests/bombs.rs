//! Bombs in their full size: each is refused by what it says of itself, or at the byte that proves it wrong.

use std::io::Cursor;

use crc32fast::Hasher;

use crate::{
    ArchiveError, Entry, Limits, Spent, Violation, gunzip, read,
    tests::{
        tar_builder::{header, many_zeros},
        zip_builder::{Member, Zip},
    },
};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Fifield's "zbsm", and how much it unpacks to: one kernel of zeros, and headers in front of it whose members are all
/// that follows. A member's data is a stored block, which holds the next member's header, and then the next one's data.
pub(super) fn overlap_bomb(members: usize, kernel: usize) -> (Vec<u8>, u64) {
    let last = Member::deflated("0", &vec![0; kernel]);
    let mut digest = Hasher::new_with_initial_len(last.central.crc, kernel as u64);
    let mut all = vec![last];
    for index in 1..members {
        let next = &all[index - 1];
        let quoted = next.local_header();
        let length = quoted.len() as u16;
        let block = [&[0][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
        let mut whole = Hasher::new();
        whole.update(&quoted);
        whole.combine(&digest);
        digest = whole;
        let member = next.clone().changed(|m| m.data = block).both(|r| {
            r.name = index.to_string().into_bytes();
            r.crc = digest.clone().finalize();
            r.packed += 5 + u32::from(length);
            r.unpacked += u32::from(length);
        });
        all.push(member);
    }
    all.reverse();
    let unpacked = all.iter().map(|member| u64::from(member.central.unpacked)).sum();
    (Zip::of(all).build(), unpacked)
}

fn refusal(archive: &[u8]) -> Violation {
    let visit = |entry: &Entry, _: &[u8]| panic!("{entry:?} was visited");
    match read(Cursor::new(archive), &Limits::default(), visit) {
        Err(ArchiveError::Refused(violation)) => violation,
        other => panic!("{other:?}"),
    }
}

#[test]
fn refuses_overlap_bomb_of_42_kb_and_5_gb_unread() {
    let (bomb, unpacked) = overlap_bomb(250, 21 << 20);
    assert!(bomb.len() < 43_000 && unpacked > 5_500_000_000, "{} bytes, {unpacked} unpacked", bomb.len());
    assert_eq!(refusal(&bomb), Violation::Overlap("249".into()));
}

#[test]
fn refuses_deflate_bomb_of_1_gb_by_its_header() {
    let zeros = many_zeros(GIB);
    assert!((zeros.len() as u64) < GIB / 1000, "{}", zeros.len());
    let of = |unpacked: u64| Zip::of(vec![Member::packed("a", unpacked as u32, zeros.clone())]).build();
    assert_eq!(refusal(&of(GIB)), Violation::MemberTooLarge("a".into()));
    assert_eq!(refusal(&of(448 * MIB)), Violation::Ratio);
    assert_eq!(refusal(&of(MIB)), Violation::SizeMismatch("a".into()));
}

#[test]
fn refuses_gzip_bomb_of_1_gb_by_its_header_or_once_it_is_over_the_ratio() {
    let gzip = |first: &[u8]| {
        let head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";
        let block = [&[0][..], &(first.len() as u16).to_le_bytes(), &(!first.len() as u16).to_le_bytes()];
        [&head[..], &block.concat(), first, &many_zeros(GIB), &[0; 8]].concat()
    };
    let tar = |size| gzip(&header(b"a", b'0', size));
    assert_eq!(refusal(&tar(GIB)), Violation::MemberTooLarge("a".into()));
    assert_eq!(refusal(&tar(448 * MIB)), Violation::Ratio);
    let nested = gunzip(&gzip(b"text"), &Limits::default(), &Spent::default());
    assert!(matches!(nested, Err(ArchiveError::Refused(Violation::Ratio))), "{nested:?}");
}
