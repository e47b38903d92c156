use std::io::{self, BufRead};

use flate2::{Decompress, FlushDecompress, Status};

use crate::ArchiveError;

/// How far the buffer grows ahead of the data: what a header that lies about its size can cost.
const STEP: usize = 1 << 20;

/// Why a compressed stream cannot be read on.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It is broken, or its input ends too early.
    Broken,
    /// Its input cannot be read.
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// One raw deflate stream (RFC 1951) after another.
pub(crate) struct Inflate {
    engine: Decompress,
    ended: bool,
}

impl Inflate {
    pub(crate) fn new() -> Self {
        Self { engine: Decompress::new(false), ended: false }
    }

    pub(crate) fn restart(&mut self) {
        self.engine.reset(false);
        self.ended = false;
    }

    /// Fills `out` from `source`; less only where the stream ends. Takes no byte beyond the stream's end.
    pub(crate) fn fill(&mut self, source: &mut impl BufRead, out: &mut [u8]) -> Result<usize, Fault> {
        let mut written = 0;
        while !self.ended && written < out.len() {
            let input = buffered(source)?;
            let (before_in, before_out) = (self.engine.total_in(), self.engine.total_out());
            let status = self
                .engine
                .decompress(input, &mut out[written..], FlushDecompress::None)
                .map_err(|_| Fault::Broken)?;
            let consumed = (self.engine.total_in() - before_in) as usize;
            let produced = (self.engine.total_out() - before_out) as usize;
            source.consume(consumed);
            written += produced;
            self.ended = status == Status::StreamEnd;
            if !self.ended && consumed == 0 && produced == 0 {
                return Err(Fault::Broken);
            }
        }
        Ok(written)
    }

    /// Whether the stream ends here, with not one byte more.
    pub(crate) fn ends(&mut self, source: &mut impl BufRead) -> Result<bool, Fault> {
        Ok(self.fill(source, &mut [0])? == 0)
    }
}

/// The next input, empty at the end.
pub(crate) fn buffered(source: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match source.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    source.fill_buf()
}

/// Reads up to `size` bytes into `out`, which is cleared first; less where `fill` has no more.
pub(crate) fn collect(
    out: &mut Vec<u8>,
    size: u64,
    mut fill: impl FnMut(&mut [u8]) -> Result<usize, ArchiveError>,
) -> Result<(), ArchiveError> {
    out.clear();
    while (out.len() as u64) < size {
        let start = out.len();
        let step = (size - start as u64).min(STEP as u64) as usize;
        out.resize(start + step, 0);
        let filled = fill(&mut out[start..])?;
        out.truncate(start + filled);
        if filled == 0 {
            break;
        }
    }
    Ok(())
}
