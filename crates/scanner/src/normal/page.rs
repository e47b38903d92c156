//! The normal form while it is written.

use super::names;

/// Spaces that a line is indented by at most; rules need no more.
const MAX_INDENT: usize = 40;

/// The normal form while it is written: one growing text whose end can be taken back.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    row: usize,
    inlined: u32,
    appendix: Vec<String>,
}

impl Page {
    /// The bytes written so far, as a mark to come back to.
    pub(super) fn mark(&self) -> usize {
        self.text.len()
    }

    /// What was written since `mark`.
    pub(super) fn since(&self, mark: usize) -> &str {
        self.text.get(mark..).unwrap_or_default()
    }

    /// What was written between two marks.
    pub(super) fn between(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Replaces what was written since `mark`. Lines that it held stay, so that those after it keep their numbers.
    pub(super) fn replace_since(&mut self, mark: usize, text: &str) {
        self.replace_between(mark, self.text.len(), text);
    }

    /// Replaces what was written between two marks, but for its line ends.
    pub(super) fn replace_between(&mut self, start: usize, end: usize, text: &str) {
        let lines = self.between(start, end).matches('\n').count();
        match lines.checked_sub(text.matches('\n').count()) {
            Some(0) => self.text.replace_range(start..end, text),
            Some(more) => self.text.replace_range(start..end, &format!("{text}{}", "\n".repeat(more))),
            None => self
                .text
                .replace_range(start..end, &format!("{}{}", text.replace('\n', " "), "\n".repeat(lines))),
        }
    }

    /// Writes text that has no line ends.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes source text; its line ends become blanks.
    pub(super) fn push_joined(&mut self, text: &str) {
        if text.contains(['\n', '\r']) {
            self.text.push_str(&text.replace(['\n', '\r'], " "));
        } else {
            self.text.push_str(text);
        }
    }

    /// Writes an identifier, its look-alike letters as the ASCII letters that they are read as.
    pub(super) fn push_identifier(&mut self, text: &str) {
        match text.is_ascii() {
            true => self.text.push_str(text),
            false => self.text.push_str(&names::fold(text)),
        }
    }

    /// Writes one blank, unless something is there that needs none after it.
    pub(super) fn space(&mut self) {
        if !self.text.ends_with([' ', '\n', '(', '[', '.']) && !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    /// Goes to the line `row` of the source, if it is not there yet. What is appended to the lines left is written first.
    pub(super) fn go_to(&mut self, row: usize, column: usize) {
        if self.inlined > 0 || row <= self.row {
            return self.space();
        }
        self.write_appendix();
        self.text.extend(std::iter::repeat_n('\n', row - self.row));
        self.text.extend(std::iter::repeat_n(' ', column.min(MAX_INDENT)));
        self.row = row;
    }

    /// Keeps lines as they are while an expression from another place of the file is written.
    pub(super) fn begin_inlined(&mut self) {
        self.inlined += 1;
    }

    /// Ends what [`begin_inlined`](Self::begin_inlined) began.
    pub(super) fn end_inlined(&mut self) {
        self.inlined -= 1;
    }

    /// Notes text that is to stand at the end of the line.
    pub(super) fn append(&mut self, text: String) {
        if !self.appendix.contains(&text) {
            self.appendix.push(text);
        }
    }

    /// Bytes written, those to be appended included.
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.appendix.iter().map(String::len).sum::<usize>()
    }

    /// The text, with as many line ends as the source has.
    pub(super) fn finish(mut self, rows: usize) -> String {
        self.write_appendix();
        self.text.extend(std::iter::repeat_n('\n', rows.saturating_sub(self.row)));
        self.text
    }

    fn write_appendix(&mut self) {
        for text in self.appendix.drain(..) {
            self.text.push_str("; ");
            self.text.push_str(&text);
        }
    }
}
