use std::ops::Range;

/// The lines of a text, counted as its ranges come: in order of their starts that costs one pass.
pub(crate) struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u64,
    line_start: usize,
}

impl<'b> Lines<'b> {
    pub(crate) fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, line: 1, line_start: 0 }
    }

    /// The first and last line, from 1, that a range of bytes touches. A line ends with a line feed. Blanks in front do
    /// not count: a rule may ask for the end of the line before.
    pub(crate) fn touched(&mut self, range: &Range<usize>) -> (u64, u64) {
        let end = range.end.min(self.bytes.len());
        let start = range.start.min(end);
        let blanks = self.bytes[start..end].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let start = if start + blanks < end { start + blanks } else { start };
        let last = end.saturating_sub(1).max(start);
        let first_line = self.line_at(start);
        (first_line, first_line + line_feeds(&self.bytes[start..last]))
    }

    /// How many bytes into its line the range starts that was touched last.
    pub(crate) fn column(&self) -> usize {
        self.at - self.line_start
    }

    fn line_at(&mut self, offset: usize) -> u64 {
        if offset < self.at {
            (self.at, self.line, self.line_start) = (0, 1, 0);
        }
        let passed = &self.bytes[self.at..offset];
        if let Some(feed) = passed.iter().rposition(|b| *b == b'\n') {
            self.line += line_feeds(passed);
            self.line_start = self.at + feed + 1;
        }
        self.at = offset;
        self.line
    }
}

/// The lines of one range.
pub(crate) fn lines_of(bytes: &[u8], range: &Range<usize>) -> (u64, u64) {
    Lines::of(bytes).touched(range)
}

/// How many lines end in a text.
pub(crate) fn line_feeds(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&b| b == b'\n').count() as u64
}

/// Where each line of a text starts.
pub(crate) struct LineStarts {
    starts: Vec<usize>,
    length: usize,
}

impl LineStarts {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let feeds = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(feeds).collect(), length: bytes.len() }
    }

    /// The place of a column of a line, from 1, or the line's end where it is shorter.
    pub(crate) fn place(&self, line: u64, column: usize) -> usize {
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.length);
        let end = self.starts.get(line).copied().unwrap_or(self.length);
        start.saturating_add(column).min(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_one_and_leaves_out_a_line_that_is_not_touched() {
        let text = b"one\ntwo\nthree";
        assert_eq!(lines_of(text, &(0..3)), (1, 1));
        assert_eq!(lines_of(text, &(0..4)), (1, 1));
        assert_eq!(lines_of(text, &(0..5)), (1, 2));
        assert_eq!(lines_of(text, &(4..13)), (2, 3));
        assert_eq!(lines_of(text, &(3..6)), (2, 2));
        assert_eq!(lines_of(text, &(3..4)), (1, 1));
    }

    #[test]
    fn a_range_outside_the_bytes_is_no_panic() {
        assert_eq!(lines_of(b"a\nb", &(9..90)), (2, 2));
        assert_eq!(lines_of(b"", &(0..0)), (1, 1));
    }

    #[test]
    fn ranges_in_any_order_have_the_lines_they_have_alone() {
        let text = b"a\nb\nc\nd\n";
        let mut lines = Lines::of(text);
        for range in [0..1, 4..5, 2..7, 6..7, 0..7] {
            assert_eq!(lines.touched(&range), lines_of(text, &range), "{range:?}");
            assert_eq!(lines.column(), range.start % 2, "{range:?}");
        }
    }

    #[test]
    fn a_column_past_its_line_is_the_end_of_the_line() {
        let starts = LineStarts::of(b"ab\ncdef\n");
        assert_eq!([starts.place(1, 1), starts.place(1, 99), starts.place(2, 2)], [1, 3, 5]);
        assert_eq!([starts.place(3, 0), starts.place(99, 9)], [8, 8]);
    }
}
