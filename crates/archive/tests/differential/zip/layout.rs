//! Lies about where things are and how many.

use std::ops::Range;

use crate::{
    random::Random,
    zip::mutations::any,
    zip_builder::{Zip, Zip64End},
};

pub(super) fn place(zip: &mut Zip, random: &mut Random) {
    let at = [0, 1, 30, 60, u32::MAX][random.below(5)];
    any(zip, random).at = Some(at);
}

pub(super) fn end_comment(zip: &mut Zip, random: &mut Random) {
    let comments = [
        Zip::default().build(),
        zip.build(),
        b"PK\x05\x06".to_vec(),
        [&b"PK\x05\x06"[..], &[0; 18], b"more"].concat(),
        b"PK\x06\x07".to_vec(),
        random.content(),
    ];
    zip.comment = random.pick(&comments);
}

pub(super) fn end_record(zip: &mut Zip, random: &mut Random) {
    let count = zip.members.len() as u16;
    match random.below(3) {
        0 => zip.disk = 1,
        1 => zip.entries = Some(random.pick(&[0, count - 1, count + 1, u16::MAX])),
        _ => zip.directory_at = Some(random.pick(&[0, 1, 46, u32::MAX])),
    }
}

pub(super) fn zip64_end(zip: &mut Zip, random: &mut Random) {
    let mut end = Zip64End::default();
    match random.below(5) {
        0 => end.more_entries = 1,
        1 => end.record_at = Some(random.below(100) as u64),
        2 => end.extensible = 1 + random.below(40) as u64,
        3 => end.disks = 1,
        _ => (zip.entries, zip.directory_at) = (Some(u16::MAX), Some(u32::MAX)),
    }
    zip.zip64 = Some(end);
}

/// One byte of one header or record, wherever it is.
pub(super) fn header_byte(bytes: &mut [u8], random: &mut Random) {
    let starts: Vec<usize> = bytes
        .windows(3)
        .enumerate()
        .filter(|(_, w)| w.starts_with(b"PK") && w[2] < 9)
        .map(|(at, _)| at)
        .collect();
    if starts.is_empty() {
        return;
    }
    let at = (random.pick(&starts) + random.below(60)).min(bytes.len() - 1);
    bytes[at] = random.other_byte(bytes[at]);
}

/// A central header that is there twice, not at all, or in another order; the end record counts them or does not.
pub(super) fn directory(bytes: &mut Vec<u8>, random: &mut Random) {
    let Some((end, mut headers)) = central_headers(bytes) else { return };
    let index = random.below(headers.len());
    match random.below(3) {
        0 => headers.push(headers[index].clone()),
        1 => drop(headers.remove(index)),
        _ => headers.rotate_left(index),
    }
    let start = headers_start(bytes, end);
    let directory: Vec<u8> = headers.iter().flat_map(|range| bytes[range.clone()].to_vec()).collect();
    let mut record = bytes[end..].to_vec();
    if !random.once_in(4) {
        let count = (headers.len() as u16).to_le_bytes();
        record[8..12].copy_from_slice(&[count, count].concat());
        record[12..16].copy_from_slice(&(directory.len() as u32).to_le_bytes());
    }
    bytes.truncate(start);
    bytes.extend([directory, record].concat());
}

fn headers_start(bytes: &[u8], end: usize) -> usize {
    let [a, b, c, d] = bytes[end + 16..end + 20] else { return 0 };
    u32::from_le_bytes([a, b, c, d]) as usize
}

/// The end record's place and the ranges of the central headers, of a zip without Zip64 end records.
fn central_headers(bytes: &[u8]) -> Option<(usize, Vec<Range<usize>>)> {
    let end =
        bytes.windows(4).rposition(|window| window == b"PK\x05\x06").filter(|end| end + 22 <= bytes.len())?;
    let mut at = headers_start(bytes, end);
    let mut headers = Vec::new();
    while at < end {
        let header = bytes.get(at..at + 46).filter(|header| header.starts_with(b"PK\x01\x02"))?;
        let length = |at: usize| usize::from(header[at]) + 256 * usize::from(header[at + 1]);
        let next = at + 46 + length(28) + length(30) + length(32);
        headers.push(at..next);
        at = next;
    }
    (at == end && !headers.is_empty()).then_some((end, headers))
}
