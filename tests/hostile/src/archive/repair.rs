//! Puts right what a random change breaks and what hides the rest: lengths, places, counts and checksums.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::GzEncoder};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const ZIP64_END: &[u8] = b"PK\x06\x06";
const ZIP64_LOCATOR: &[u8] = b"PK\x06\x07";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
const END: &[u8] = b"PK\x05\x06";
const SIGNATURES: [&[u8]; 5] = [LOCAL, CENTRAL, ZIP64_END, ZIP64_LOCATOR, END];
/// The most that one member is unpacked to.
const MOST: u64 = 1 << 19;

/// The archives that the bytes could have been: a zip, its two headers told apart or alike; or a tar.
pub(crate) fn repaired(data: &[u8]) -> Vec<Vec<u8>> {
    if data.starts_with(LOCAL) {
        [Headers::AsTheyAre, Headers::Alike].into_iter().filter_map(|headers| zip(data, headers)).collect()
    } else if data.get(257..262) == Some(b"ustar") {
        vec![tar_gz(data)]
    } else {
        vec![]
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Headers {
    AsTheyAre,
    Alike,
}

/// Cuts the bytes at the signatures, and puts them together as a zip whose lengths are true.
fn zip(data: &[u8], headers: Headers) -> Option<Vec<u8>> {
    let is_signature = |at: &usize| data.get(*at..at + 4).is_some_and(|bytes| SIGNATURES.contains(&bytes));
    let mut cuts: Vec<usize> = (0..data.len()).filter(is_signature).collect();
    cuts.push(data.len());
    let parts: Vec<&[u8]> = cuts.windows(2).map(|pair| &data[pair[0]..pair[1]]).collect();
    let of = |signature| parts.iter().filter(move |part| part.starts_with(signature));

    let mut file = vec![];
    let mut members = vec![];
    for part in of(LOCAL) {
        let member = local(part)?;
        let at = file.len() as u64;
        file.extend(&member.bytes);
        members.push((at, member));
    }
    let directory_at = file.len() as u64;
    for (part, (at, member)) in of(CENTRAL).zip(&members) {
        file.extend(central(part, *at, member, headers)?);
    }
    let count = of(CENTRAL).count().min(members.len()) as u64;
    let directory = [count, file.len() as u64 - directory_at, directory_at];
    if let (Some(record), Some(locator)) = (of(ZIP64_END).next_back(), of(ZIP64_LOCATOR).next_back()) {
        file.extend(zip64_end(record, locator, file.len() as u64, directory)?);
    }
    file.extend(end(of(END).next_back()?, directory)?);
    Some(file)
}

/// A local header with its data, and the CRC and lengths that belong into its central header.
struct Local {
    bytes: Vec<u8>,
    values: Vec<u8>,
}

/// A local header with its data: packed is what is there, unpacked and CRC are what it gives.
fn local(part: &[u8]) -> Option<Local> {
    let mut member = part.to_vec();
    let extra_at = 30 + length_at(part, 26)?;
    let data_at = extra_at + length_at(part, 28)?;
    let has_descriptor = length_at(part, 6)? & 1 << 3 != 0;
    let end = if has_descriptor { part.len().checked_sub(16)? } else { part.len() };
    let data = part.get(data_at..end)?;
    let mut content = vec![];
    match length_at(part, 8)? {
        8 => drop(DeflateDecoder::new(data).take(MOST).read_to_end(&mut content)),
        _ => content.extend(data),
    }
    let crc = crc32fast::hash(&content);
    let lengths = [data.len() as u32, content.len() as u32];
    if has_descriptor {
        let [packed, unpacked] = lengths;
        let values = [crc, packed, unpacked].map(u32::to_le_bytes).concat();
        return Some(Local { bytes: [part.get(..data_at)?, data, DESCRIPTOR, &values].concat(), values });
    }
    put(&mut member, 14, &crc.to_le_bytes())?;
    let mut in_zip64 = zip64_data_at(part.get(extra_at..data_at)?).map(|at| extra_at + at);
    for (at, length) in [(22, content.len()), (18, data.len())] {
        if let (Some([0xff, 0xff, 0xff, 0xff]), Some(place)) = (member.get(at..at + 4), in_zip64) {
            put(&mut member, place, &(length as u64).to_le_bytes())?;
            in_zip64 = Some(place + 8);
        } else {
            put(&mut member, at, &(length as u32).to_le_bytes())?;
        }
    }
    Some(Local { values: member.get(14..26)?.to_vec(), bytes: member })
}

fn zip64_data_at(extra: &[u8]) -> Option<usize> {
    let mut at = 0;
    while extra.get(at..at + 2)? != [1, 0] {
        at += 4 + length_at(extra, at + 2)?;
    }
    Some(at + 4)
}

/// A central header that describes `member` at its place: with its lengths alone, or as a whole.
fn central(part: &[u8], at: u64, member: &Local, headers: Headers) -> Option<Vec<u8>> {
    let mut header = part.to_vec();
    let local = &member.bytes;
    put_unless_marked(&mut header, 42, &(at as u32).to_le_bytes())?;
    if headers == Headers::Alike {
        let names = length_at(local, 26)? + length_at(local, 28)?;
        put(&mut header, 6, local.get(4..30)?)?;
        put(&mut header, 32, &[0, 0])?;
        header.truncate(46);
        header.extend(local.get(30..30 + names)?);
    }
    put(&mut header, 16, &member.values)?;
    Some(header)
}

fn zip64_end(
    record: &[u8],
    locator: &[u8],
    at: u64,
    [count, length, directory_at]: [u64; 3],
) -> Option<Vec<u8>> {
    let mut both = record.get(..56)?.to_vec();
    put(&mut both, 24, &[count, count, length, directory_at].map(u64::to_le_bytes).concat())?;
    both.extend(locator.get(..20)?);
    put(&mut both, 56 + 8, &at.to_le_bytes())?;
    Some(both)
}

fn end(part: &[u8], [count, length, directory_at]: [u64; 3]) -> Option<Vec<u8>> {
    let mut record = part.to_vec();
    for at in [8, 10] {
        put_unless_marked(&mut record, at, &(count as u16).to_le_bytes())?;
    }
    put_unless_marked(&mut record, 12, &(length as u32).to_le_bytes())?;
    put_unless_marked(&mut record, 16, &(directory_at as u32).to_le_bytes())?;
    let comment = record.len().checked_sub(22)?;
    put(&mut record, 20, &(comment as u16).to_le_bytes())?;
    Some(record)
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) -> Option<()> {
    bytes.get_mut(at..at + value.len())?.copy_from_slice(value);
    Some(())
}

/// All ones say that the value is in a Zip64 record.
fn put_unless_marked(bytes: &mut [u8], at: usize, value: &[u8]) -> Option<()> {
    let marked = bytes.get(at..at + value.len())?.iter().all(|byte| *byte == 0xff);
    if marked { Some(()) } else { put(bytes, at, value) }
}

fn length_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?).into())
}

/// Takes the bytes for a tar, with true checksums, true pax lengths and an end.
pub(super) fn tar_gz(data: &[u8]) -> Vec<u8> {
    let mut rest = data;
    let mut blocks = vec![];
    while let Some((header, tail)) = rest.split_first_chunk::<512>() {
        let mut header = *header;
        let digits: Vec<u8> = header[124..135].iter().copied().filter(u8::is_ascii_digit).collect();
        let size = digits.iter().fold(0, |size, digit| size * 8 + usize::from(digit - b'0')).min(tail.len());
        let (content, after) = tail.split_at(size);
        let content = if matches!(header[156], b'x' | b'g') { pax(content) } else { content.to_vec() };
        if content.len() != size {
            header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        }
        let padding = (512 - size % 512) % 512;
        let (padding, after) = after.split_at(padding.min(after.len()));
        if header != [0; 512] {
            blocks.extend(sealed(header));
            blocks.extend(&content);
            if content.len() == size {
                blocks.extend(padding);
            }
            blocks.resize(blocks.len().next_multiple_of(512), 0);
        }
        rest = after;
    }
    blocks.resize(blocks.len() + 1024, 0);
    let mut gzip = GzEncoder::new(vec![], Compression::none());
    gzip.write_all(&blocks).and_then(|()| gzip.finish()).expect("memory can be written")
}

fn sealed(mut header: [u8; 512]) -> [u8; 512] {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// The records with their lengths counted anew.
fn pax(records: &[u8]) -> Vec<u8> {
    let mut all = vec![];
    for line in records.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let at = line.iter().position(|byte| *byte == b' ').unwrap_or_default();
        let rest = &line[at..];
        let length = (1..).find(|length: &usize| length.to_string().len() + rest.len() + 1 == *length);
        all.extend(length.unwrap_or_default().to_string().bytes());
        all.extend([rest, b"\n"].concat());
    }
    all
}
