//! The archives of the benchmark.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder},
};

const MIB: usize = 1 << 20;
/// The length of each honest archive, about.
const ARCHIVE_BYTES: u64 = 200_000_000;
/// What the deflate bombs unpack to.
const BOMB_MIB: usize = 1 << 10;

/// What a member holds, and how it is packed.
struct Content {
    unpacked: Vec<u8>,
    packed: Packed,
}

/// Packed bytes with what the headers say about them.
#[derive(Clone)]
struct Packed {
    bytes: Vec<u8>,
    method: u16,
    crc: u32,
    unpacked: u32,
}

/// Texts of 64 KiB to 2 MiB, and every eighth member a stored one, as a package's images are.
fn contents() -> io::Result<Vec<Content>> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..32)
        .map(|number| {
            let length = (64 << 10) << (number % 6);
            let noise = number % 8 == 7;
            let mut unpacked = Vec::with_capacity(length + 64);
            while unpacked.len() < length {
                if noise {
                    unpacked.extend(random().to_le_bytes())
                } else {
                    line(&mut unpacked, &mut random)?
                }
            }
            let packed = if noise { Packed::stored(unpacked.clone()) } else { Packed::deflated(&unpacked)? };
            Ok(Content { unpacked, packed })
        })
        .collect()
}

/// A line that deflates as source code does, to about a fourth.
fn line(text: &mut Vec<u8>, random: &mut impl FnMut() -> u64) -> io::Result<()> {
    const WORDS: [&str; 16] = [
        "self", "return", "import", "the", "value", "def", "result", "class", "if", "not", "None", "for",
        "in", "name", "of", "error",
    ];
    text.extend(vec![b' '; 4 * (random() % 4) as usize]);
    for _ in 0..1 + random() % 10 {
        match random() % 8 {
            0 => write!(text, "{:x}_", random() % 65536)?,
            word => {
                write!(text, "{}{} ", WORDS[(random() % 16) as usize], &"(). :,=["[word as usize..][..1])?
            }
        }
    }
    text.push(b'\n');
    Ok(())
}

impl Packed {
    fn stored(bytes: Vec<u8>) -> Self {
        Self { method: 0, crc: crc32fast::hash(&bytes), unpacked: bytes.len() as u32, bytes }
    }

    fn deflated(content: &[u8]) -> io::Result<Self> {
        let mut encoder = DeflateEncoder::new(vec![], Compression::default());
        encoder.write_all(content)?;
        let (crc, unpacked) = (crc32fast::hash(content), content.len() as u32);
        Ok(Self { bytes: encoder.finish()?, method: 8, crc, unpacked })
    }

    fn zeros(length: usize) -> io::Result<Self> {
        let mut encoder = DeflateEncoder::new(vec![], Compression::default());
        let mut crc = crc32fast::Hasher::new();
        let block = vec![0; MIB];
        for start in (0..length).step_by(MIB) {
            let block = &block[..MIB.min(length - start)];
            crc.update(block);
            encoder.write_all(block)?;
        }
        Ok(Self { bytes: encoder.finish()?, method: 8, crc: crc.finalize(), unpacked: length as u32 })
    }

    /// What both headers say (APPNOTE 4.3.7, 4.3.12), from the version to the lengths of name and extra field.
    fn fields(&self, name: &str) -> Vec<u8> {
        let numbers = [self.crc, self.bytes.len() as u32, self.unpacked].map(u32::to_le_bytes).concat();
        let [low, high] = (name.len() as u16).to_le_bytes();
        [&[20, 0, 0, 0, self.method as u8, 0, 0, 0, 0x21, 0x50], &numbers[..], &[low, high, 0, 0]].concat()
    }

    fn local_header(&self, name: &str) -> Vec<u8> {
        [b"PK\x03\x04", &self.fields(name)[..], name.as_bytes()].concat()
    }

    fn central_header(&self, name: &str, at: u64) -> Vec<u8> {
        let at = (at as u32).to_le_bytes();
        [b"PK\x01\x02\x14\0", &self.fields(name)[..], &[0; 10], &at, name.as_bytes()].concat()
    }
}

fn end_record(entries: usize, directory_bytes: usize, directory_at: u64) -> Vec<u8> {
    let entries = [entries as u16; 2].map(u16::to_le_bytes).concat();
    let place = [directory_bytes as u32, directory_at as u32].map(u32::to_le_bytes).concat();
    [b"PK\x05\x06\0\0\0\0", &entries[..], &place, &[0, 0]].concat()
}

/// Writes the zip of 200 MB; returns its unpacked length.
pub(crate) fn zip(path: &Path) -> io::Result<u64> {
    let contents = contents()?;
    let mut file = BufWriter::new(File::create(path)?);
    let (mut directory, mut at, mut unpacked, mut entries) = (vec![], 0, 0, 0);
    while at < ARCHIVE_BYTES {
        let packed = &contents[entries % contents.len()].packed;
        let name = format!("package/folder-{}/module_{entries}.py", entries % 100);
        let header = packed.local_header(&name);
        file.write_all(&header)?;
        file.write_all(&packed.bytes)?;
        directory.extend(packed.central_header(&name, at));
        at += (header.len() + packed.bytes.len()) as u64;
        unpacked += u64::from(packed.unpacked);
        entries += 1;
    }
    file.write_all(&directory)?;
    file.write_all(&end_record(entries, directory.len(), at))?;
    file.flush()?;
    Ok(unpacked)
}

/// Writes the tar.gz of the same members; returns its unpacked length.
pub(crate) fn tar_gz(path: &Path) -> io::Result<u64> {
    let contents = contents()?;
    let mut file = GzEncoder::new(BufWriter::new(File::create(path)?), Compression::default());
    let (mut packed, mut unpacked, mut entries) = (0, 0, 0);
    while packed < ARCHIVE_BYTES {
        let content = &contents[entries % contents.len()];
        let name = format!("package/folder-{}/module_{entries}.py", entries % 100);
        file.write_all(&tar_header(&name, content.unpacked.len()))?;
        file.write_all(&content.unpacked)?;
        file.write_all(&vec![0; content.unpacked.len().next_multiple_of(512) - content.unpacked.len()])?;
        // What gzip made of it is known at the end only; it is nearly this.
        packed += content.packed.bytes.len() as u64;
        unpacked += content.unpacked.len() as u64;
        entries += 1;
    }
    file.write_all(&[0; 1024])?;
    file.finish()?.flush()?;
    Ok(unpacked)
}

fn tar_header(name: &str, size: usize) -> [u8; 512] {
    let mut block = [0; 512];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000644\x000000000\x000000000\0");
    put(124, format!("{size:011o}\x0000000000000\0        0").as_bytes());
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// Fifield's `zbsm` (2019): 42 kB that unpack to 5.5 GB. Each member's data quotes the next member's local header in a
/// stored block and goes on with that member's data, so that all 250 share one kernel of zeros.
pub(crate) fn overlap_bomb() -> io::Result<Vec<u8>> {
    const MEMBERS: usize = 250;
    let mut next = Packed::zeros(21_800_000)?;
    let mut file = [next.local_header("000"), next.bytes.clone()].concat();
    // Places as counted from the end of the data, for the file grows at its start.
    let mut members = vec![(0, file.len(), next.clone())];
    for number in 1..MEMBERS {
        let quoted = next.local_header(&format!("{:03}", number - 1));
        let length = (quoted.len() as u16).to_le_bytes();
        let block = [&[0], &length[..], &length.map(|byte| !byte)].concat();
        let mut crc = crc32fast::Hasher::new();
        crc.update(&quoted);
        crc.combine(&crc32fast::Hasher::new_with_initial_len(next.crc, next.unpacked.into()));
        let bytes = [block, file].concat();
        next =
            Packed { method: 8, crc: crc.finalize(), unpacked: next.unpacked + quoted.len() as u32, bytes };
        file = [next.local_header(&format!("{number:03}")), next.bytes.clone()].concat();
        members.push((number, file.len(), next.clone()));
    }
    let total = file.len();
    let headers = members.iter().rev().map(|(number, place, member)| {
        member.central_header(&format!("{number:03}"), (total - place) as u64)
    });
    let directory: Vec<u8> = headers.flatten().collect();
    let end = end_record(MEMBERS, directory.len(), total as u64);
    Ok([file, directory, end].concat())
}

/// A zip of one member: zeros, `claimed` of them by its headers.
pub(crate) fn deflate_bomb(claimed: Option<u32>) -> io::Result<Vec<u8>> {
    let mut member = Packed::zeros(BOMB_MIB * MIB)?;
    member.unpacked = claimed.unwrap_or(member.unpacked);
    let file = [member.local_header("zeros"), member.bytes.clone()].concat();
    let directory = member.central_header("zeros", 0);
    let end = end_record(1, directory.len(), file.len() as u64);
    Ok([file, directory, end].concat())
}

/// A tar.gz of nothing but the zeros that end a tar.
pub(crate) fn gzip_bomb() -> io::Result<Vec<u8>> {
    let mut file = GzEncoder::new(vec![], Compression::default());
    let block = vec![0; MIB];
    (0..BOMB_MIB).try_for_each(|_| file.write_all(&block))?;
    file.finish()
}
