use std::ops::Range;

/// The first and last line, from 1, that a range of bytes touches. A line ends with a line feed. Blanks in front do not
/// count: a rule may ask for the end of the line before.
pub(crate) fn lines_of(bytes: &[u8], range: &Range<usize>) -> (u64, u64) {
    let end = range.end.min(bytes.len());
    let start = range.start.min(end);
    let blanks = bytes[start..end].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let start = if start + blanks < end { start + blanks } else { start };
    let last = end.saturating_sub(1).max(start);
    let first_line = 1 + line_feeds(&bytes[..start]);
    (first_line, first_line + line_feeds(&bytes[start..last]))
}

fn line_feeds(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&b| b == b'\n').count() as u64
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
}
