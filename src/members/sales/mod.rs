//! A shop's list of sales -> rows with an order, a buyer, a product, a day and whether it was paid.
//!
//! Shops call their columns what they like: they are found by the headings that are usual in English and Chinese (`columns`), or named by the
//! creator. What cannot be understood is an error at its line: a row is never guessed to be paid.

mod cell;
mod columns;
mod encoding;
mod table;

use jiff::civil::Date;

use crate::diag::{Diag, code};

pub use columns::Column;
pub use table::{Record, read as records};

/// A sale as a shop tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line that it begins on.
    pub line: usize,
    /// The order's number.
    pub order: String,
    /// Who bought, by an address or number that only one person has.
    pub buyer: Option<String>,
    /// What they are called.
    pub name: Option<String>,
    /// What was bought, as the shop calls it.
    pub product: Option<String>,
    /// The day.
    pub date: Option<Date>,
    /// What became of the payment.
    pub payment: Payment,
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payment {
    /// It was made, or nothing else is said.
    Made,
    /// It was paid back.
    Returned,
    /// It was not made.
    Missing,
}

/// What is wrong with a list of sales: the line, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Wrong {
    fn at(line: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line, message: message.into(), hint: hint.into() }
    }

    /// As a finding about a file of this name.
    #[must_use]
    pub fn diag(&self, file: &str) -> Diag {
        Diag::error(&code::BAD_SALES, format!("`{file}`, line {}: {}", self.line, self.message)).hint(self.hint.clone())
    }
}

/// Reads a list of sales. `chosen` names columns whose headings are none of the usual ones.
///
/// # Errors
/// All that is wrong with it, in the order of the lines.
pub fn read(bytes: &[u8], chosen: &[(Column, String)]) -> Result<Vec<Row>, Vec<Wrong>> {
    let records = table::read(bytes).map_err(|wrong| vec![wrong])?;
    let Some((head, records)) = records.split_first() else {
        return Err(vec![Wrong::at(1, "it is empty", "export the sales from your shop again, with headings")]);
    };
    let columns = columns::Columns::find(&head.cells, chosen).map_err(|wrong| vec![wrong])?;
    let mut wrong = Vec::new();
    let mut rows = Vec::new();
    for record in records {
        match columns.row(record) {
            Ok(row) => rows.push(row),
            Err(found) => wrong.push(found),
        }
    }
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}
