//! Bytes -> records of cells: CSV as spreadsheets and shops write it (RFC 4180), parted by commas, semicolons or tabs.
//!
//! Invariant: no input panics, and no cell is lost.

use super::Wrong;
use super::encoding::decoded;

/// A record, and the line that it begins on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line, counted from 1.
    pub line: usize,
    /// Its cells, without the space around them.
    pub cells: Vec<String>,
}

/// Reads all records that are not empty.
///
/// # Errors
/// The first thing that is no CSV.
pub fn read(bytes: &[u8]) -> Result<Vec<Record>, Wrong> {
    let text = decoded(bytes)?;
    let head = text.lines().next().unwrap_or_default();
    let count = |separator: char| head.matches(separator).count();
    // The first of the most frequent: commas where the heading has one cell only.
    let separator = ['\t', ';', ','].into_iter().max_by_key(|&separator| count(separator)).unwrap_or(',');
    let mut reader = Reader { separator, line: 1, begun: 1, records: Vec::new(), cells: Vec::new(), cell: String::new() };
    reader.read(&text)?;
    Ok(reader.records)
}

struct Reader {
    separator: char,
    line: usize,
    begun: usize,
    records: Vec<Record>,
    cells: Vec<String>,
    cell: String,
}

impl Reader {
    fn read(&mut self, text: &str) -> Result<(), Wrong> {
        let mut signs = text.chars().peekable();
        let mut quoted_since = None;
        while let Some(sign) = signs.next() {
            if sign == '\n' {
                self.line += 1;
            }
            match (quoted_since, sign) {
                (Some(_), '"') if signs.peek() == Some(&'"') => self.cell.extend(signs.next()),
                (Some(_), '"') => quoted_since = None,
                (None, '"') if self.cell.trim().is_empty() => {
                    self.cell.clear();
                    quoted_since = Some(self.line);
                }
                (None, sign) if sign == self.separator => self.end_cell(),
                (None, '\n') => self.end_record(),
                (_, sign) => self.cell.push(sign),
            }
        }
        if let Some(line) = quoted_since {
            return Err(Wrong::at(line, "a quotation mark is not closed", "look for a `\"` without a second one"));
        }
        self.end_record();
        Ok(())
    }

    fn end_cell(&mut self) {
        self.cells.push(self.cell.trim().to_owned());
        self.cell.clear();
    }

    fn end_record(&mut self) {
        self.end_cell();
        let cells = std::mem::take(&mut self.cells);
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.records.push(Record { line: self.begun, cells });
        }
        self.begun = self.line;
    }
}
