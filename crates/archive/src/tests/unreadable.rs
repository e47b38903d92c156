//! Sources that fail while they are read: what they hold is never told from a part of it.

use std::io::{self, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom};

use crate::{
    ArchiveError, Limits, Summary,
    inflate::buffered,
    read,
    tests::{
        tar_builder::{file, tar_gz},
        zip_builder::{Member, Zip},
    },
};

/// Fails with `kind` at each read for which `fails` says so; the first is number 0.
struct Failing<'a> {
    inner: Cursor<&'a [u8]>,
    reads: usize,
    kind: ErrorKind,
    fails: fn(read: usize, from: usize) -> bool,
    from: usize,
}

impl Read for Failing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if (self.fails)(self.reads - 1, self.from) { Err(self.kind.into()) } else { self.inner.read(out) }
    }
}

impl Seek for Failing<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

fn archives() -> [Vec<u8>; 2] {
    let zip = Zip::of(vec![Member::deflated("a", b"text"), Member::stored("b", b"text")]);
    [zip.build(), tar_gz(&[file("a", b"text"), file("b", b"text")])]
}

fn read_failing(source: Failing) -> Result<Summary, ArchiveError> {
    read(source, &Limits::default(), |_, _| {})
}

#[test]
fn a_source_that_cannot_be_read_is_told_as_such_wherever_it_fails() {
    for archive in archives() {
        let failing = |from| {
            let fails = |read, from| read >= from;
            read_failing(Failing {
                inner: Cursor::new(&archive),
                reads: 0,
                kind: ErrorKind::Other,
                fails,
                from,
            })
        };
        let places = (0..100).take_while(|from| match failing(*from) {
            Ok(summary) => summary.files != 2,
            Err(ArchiveError::Io(error)) => error.kind() == ErrorKind::Other,
            Err(other) => panic!("{other:?}"),
        });
        assert!((3..100).contains(&places.count()));
    }
}

#[test]
fn an_interrupted_read_is_repeated() {
    let (fails, kind): (fn(usize, usize) -> bool, _) = (|read, from| read == from, ErrorKind::Interrupted);
    let source = Failing { inner: Cursor::new(b"text"), reads: 0, kind, fails, from: 0 };
    assert_eq!(buffered(&mut BufReader::new(source)).unwrap(), b"text");
}
