//! Small archives of the tests' own.

use std::io::Write as _;

use flate2::{Compression, Crc, write::GzEncoder};

/// A tar.gz of these files (POSIX ustar).
pub(super) fn tar_gz(files: &[(&str, &str)]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    for (path, text) in files {
        let mut header = [0; 512];
        header[..path.len()].copy_from_slice(path.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[108..124].copy_from_slice(b"0000000\x000000000\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", text.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        gzip.write_all(&header).unwrap();
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.write_all(&vec![0; text.len().next_multiple_of(512) - text.len()]).unwrap();
    }
    gzip.write_all(&[0; 1024]).unwrap();
    gzip.finish().unwrap()
}

/// A zip of these files, stored (APPNOTE 4.3).
pub(super) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut zip, mut directory) = (vec![], vec![]);
    for (path, text) in files {
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        let [crc, size] = [crc.sum(), text.len() as u32].map(u32::to_le_bytes);
        let start = [20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x50];
        let fields = [&start[..], &crc, &size, &size, &(path.len() as u16).to_le_bytes(), &[0, 0]].concat();
        let at = (zip.len() as u32).to_le_bytes();
        let header = [b"PK\x01\x02\x14\0".as_slice(), &fields, &[0; 10], &at, path.as_bytes()].concat();
        directory.extend(header);
        zip.extend([b"PK\x03\x04".as_slice(), &fields, path.as_bytes(), text.as_bytes()].concat());
    }
    let count = (files.len() as u16).to_le_bytes();
    let [size, at] = [directory.len() as u32, zip.len() as u32].map(u32::to_le_bytes);
    [zip.as_slice(), &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &size, &at, &[0, 0]].concat()
}

#[test]
fn the_archives_are_some_that_airlock_takes() {
    let files = [("a-1/PKG-INFO", "Name: a\n"), ("a-1/setup.py", "")];
    for bytes in [tar_gz(&files), zip(&files)] {
        let read = archive::read(std::io::Cursor::new(bytes), &archive::Limits::default(), |_, _| {});
        assert_eq!(read.unwrap().files, 2);
    }
}
