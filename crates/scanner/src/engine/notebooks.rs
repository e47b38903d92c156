//! Notebooks, cell by cell: each is a place of its own.

use std::collections::HashMap;

use super::Pass;
use crate::{
    combine::{self, Met},
    context::FileId,
    gathered::Hit,
    matching::{Source, Unmatched},
    notebook::{self, Code},
    source::{self, Cost},
    unread::Unread,
};

impl Pass<'_> {
    /// Scans the code of a notebook, and says so where it cannot be read. What a cell says counts in place of what the
    /// same rule said of the whole file.
    pub(super) fn notebook(&mut self, file: FileId, source: Source<'_>) -> Result<(), Unmatched> {
        if !notebook::is_notebook(source.path, source.language, source.bytes) {
            return Ok(());
        }
        let codes = match notebook::code(source.bytes) {
            Ok(codes) => codes,
            Err(reason) => {
                self.gathered.unread(file, Unread::Notebook, Some(reason));
                return Ok(());
            }
        };
        let mut cells = HashMap::new();
        codes.iter().try_for_each(|code| self.cells(file, source.path, code, &mut cells))
    }

    fn cells(
        &mut self,
        file: FileId,
        path: &str,
        code: &Code,
        cells: &mut HashMap<usize, FileId>,
    ) -> Result<(), Unmatched> {
        let name = code.path(path);
        let text = Source { path: &name, language: code.language, bytes: code.text.as_bytes() };
        let found = source::scan(self.rules, &mut self.matcher, text, self.deadline, Cost::Candidates)?;
        let mut cell_of = |pass: &mut Self, lines| {
            let (cell, lines) = code.place(lines)?;
            let add = || pass.gathered.layout.add(&format!("{path}#cell-{cell}"), "notebook");
            Some((*cells.entry(cell).or_insert_with(add), lines))
        };
        for hit in &found.hits {
            self.gathered.supersede(file, hit.rule);
            match hit.lines.and_then(|lines| cell_of(self, lines)) {
                Some((cell, lines)) => self.gathered.hit(cell, Hit { rule: hit.rule, lines: Some(lines) })?,
                None => self.gathered.hit(file, Hit { rule: hit.rule, lines: None })?,
            }
        }
        for met in combine::met(&found.facts) {
            if let Some((cell, (line, end_line))) = cell_of(self, (met.line, met.end_line)) {
                self.gathered.supersede_met(file, met.row);
                self.gathered.met(cell, vec![Met { line, end_line, ..met }]);
            }
        }
        self.left_out(file, Unread::Source, &found);
        Ok(())
    }
}
