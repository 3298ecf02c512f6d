//! Files of labelled texts -> samples; and the scores of what is learnt from them, as a table and in JSON.
//!
//! A file is CSV with a heading, or JSON lines. A row has a `text`, or a `piece` (the file or address of a piece, of which what everyone may read is taken), and a `label`
//! (or `level`), which may be empty. Rows of one `group` (or `article`) are siblings: none is judged by what was learnt from another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use super::Failure;
use crate::diag::{Diag, code};
use crate::enrich::levels::{self, Measured, Sample, Scores};
use crate::members::sales;
use crate::model::Site;
use crate::model::text::width;

/// The names that a column may have.
const TEXT: [&str; 2] = ["text", "文本"];
const PIECE: [&str; 2] = ["piece", "内容"];
const LABEL: [&str; 3] = ["label", "level", "标签"];
const GROUP: [&str; 3] = ["group", "article", "分组"];
const ID: [&str; 1] = ["id"];

/// A row of a file.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// What it is called: its `id`, its piece, or its line.
    pub(super) name: String,
    /// Its text, measured.
    pub(super) text: Measured,
    /// Its label, if it has one.
    pub(super) label: Option<String>,
    /// What it belongs to.
    pub(super) group: String,
}

/// The rows of a file; `site` knows the pieces that it names.
pub(super) fn read(path: &Path, site: Option<&Site>) -> Result<Vec<Row>, Failure> {
    let bytes = std::fs::read(path).map_err(Failure::io(format!("read `{}`", path.display())))?;
    let is_json = path.extension().is_some_and(|end| end == "jsonl" || end == "ndjson" || end == "json");
    let records = if is_json { json_records(path, &bytes)? } else { csv_records(path, &bytes)? };
    let mut rows = Vec::new();
    for (line, record) in records {
        rows.push(row(&record, line, site).map_err(|message| bad(path, line, &message))?);
    }
    Ok(rows)
}

type Record = BTreeMap<String, String>;

fn csv_records(path: &Path, bytes: &[u8]) -> Result<Vec<(usize, Record)>, Failure> {
    let records = sales::records(bytes).map_err(|wrong| bad(path, wrong.line, &wrong.message))?;
    let mut records = records.into_iter();
    let heading: Vec<String> = records.next().map(|record| record.cells).unwrap_or_default();
    let heading: Vec<String> = heading.into_iter().map(|cell| cell.to_lowercase()).collect();
    Ok(records.map(|record| (record.line, heading.iter().cloned().zip(record.cells).collect())).collect())
}

fn json_records(path: &Path, bytes: &[u8]) -> Result<Vec<(usize, Record)>, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| bad(path, 1, "it is not UTF-8 text"))?;
    let mut records = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let Ok(Value::Object(found)) = serde_json::from_str(line) else {
            return Err(bad(path, at + 1, "it is no JSON object"));
        };
        let cells = found.into_iter().filter_map(|(key, value)| match value {
            Value::String(text) => Some((key, text)),
            Value::Number(number) => Some((key, number.to_string())),
            _ => None,
        });
        records.push((at + 1, cells.collect()));
    }
    Ok(records)
}

fn row(record: &Record, line: usize, site: Option<&Site>) -> Result<Row, String> {
    let cell =
        |names: &[&str]| names.iter().find_map(|name| record.get(*name)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let label = cell(&LABEL).map(ToOwned::to_owned);
    if label.as_ref().is_some_and(|label| label.contains(['\t', '\n', '\r'])) {
        return Err("a label is one word or a few, on one line".to_owned());
    }
    let group = |other: &str| cell(&GROUP).unwrap_or(other).to_owned();
    if let Some(text) = cell(&TEXT) {
        let name = cell(&ID).map_or_else(|| format!("line {line}"), ToOwned::to_owned);
        return Ok(Row { text: Measured::of(text), label, group: group(&name), name });
    }
    let named = cell(&PIECE).ok_or("it has no `text` and no `piece`")?;
    let site = site.ok_or("pieces can be named within a site only")?;
    let is_it = |piece: &&crate::model::Piece| piece.route.as_str() == named || piece.doc.path.as_str() == named;
    let piece = site.pieces.iter().find(is_it).ok_or_else(|| format!("the site has no piece `{named}`"))?;
    let group = group(&levels::group(site, piece));
    Ok(Row { name: named.to_owned(), text: Measured::of(&levels::prose(piece)), label, group })
}

fn bad(path: &Path, line: usize, message: &str) -> Failure {
    let diag = Diag::error(&code::BAD_LABELS, format!("line {line} of `{}`: {message}", path.display()));
    diag.hint("a CSV file begins with a heading such as `text,label` or `piece,label`").into()
}

/// The labels that rows have, sorted, and the rows that have one.
pub(super) fn samples(rows: &[Row]) -> (Vec<String>, Vec<Sample>) {
    let labels: Vec<String> = rows.iter().filter_map(|row| row.label.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let samples = sorted(rows, &labels);
    (labels, samples)
}

/// The rows that have one of these labels.
pub(super) fn sorted(rows: &[Row], labels: &[String]) -> Vec<Sample> {
    let sample = |row: &Row| {
        let label = labels.iter().position(|label| Some(label) == row.label.as_ref())?;
        Some(Sample { text: row.text.clone(), label, group: row.group.clone() })
    };
    rows.iter().filter_map(sample).collect()
}

/// A figure of one label.
type Figure = fn(&Scores, usize) -> f64;
/// A mean of it over all labels.
type Mean = fn(&Scores, Figure) -> f64;

/// The scores in JSON.
pub(super) fn as_json(scores: &Scores) -> Value {
    let class = |label: usize| {
        json!({
            "label": scores.labels[label], "precision": scores.precision(label), "recall": scores.recall(label),
            "f1": scores.f1(label), "support": scores.support(label),
        })
    };
    let mean = |mean: Mean| {
        let of = |figure: Figure| mean(scores, figure);
        json!({ "precision": of(Scores::precision), "recall": of(Scores::recall), "f1": of(Scores::f1) })
    };
    json!({
        "accuracy": scores.accuracy.value, "interval": [scores.accuracy.low, scores.accuracy.high], "majority": scores.majority,
        "clears_majority": scores.clears_majority(), "groups": scores.groups, "folds": scores.folds,
        "labels": (0..scores.labels.len()).map(class).collect::<Vec<_>>(),
        "macro": mean(Scores::macro_mean), "weighted": mean(Scores::weighted_mean), "confusion": scores.confusion,
    })
}

/// The scores as a table.
pub(super) fn as_text(scores: &Scores) -> String {
    let texts: usize = (0..scores.labels.len()).map(|label| scores.support(label)).sum();
    let accuracy = scores.accuracy;
    let mut text = format!(
        "  {texts} texts in {} groups, {} folds, siblings together\n  accuracy {:.3}, 95 % interval {:.3} to {:.3}; always the most frequent label: {:.3}\n",
        scores.groups, scores.folds, accuracy.value, accuracy.low, accuracy.high, scores.majority
    );
    let mut rows = vec![["", "precision", "recall", "f1", "support"].map(str::to_owned).to_vec()];
    let numbers = |precision: f64, recall: f64, f1: f64| [precision, recall, f1].map(|value| format!("{value:.3}"));
    for (label, name) in scores.labels.iter().enumerate() {
        let mut row = vec![name.clone()];
        row.extend(numbers(scores.precision(label), scores.recall(label), scores.f1(label)));
        row.push(scores.support(label).to_string());
        rows.push(row);
    }
    for (name, mean) in [("macro mean", Scores::macro_mean as fn(&Scores, _) -> f64), ("weighted mean", Scores::weighted_mean)] {
        let mut row = vec![name.to_owned()];
        row.extend(numbers(mean(scores, Scores::precision), mean(scores, Scores::recall), mean(scores, Scores::f1)));
        row.push(texts.to_string());
        rows.push(row);
    }
    text += &columns(&rows);
    text += "  of each label (row), what was said (column):\n";
    let mut rows = vec![std::iter::once(String::new()).chain(scores.labels.iter().cloned()).collect::<Vec<_>>()];
    for (name, row) in scores.labels.iter().zip(&scores.confusion) {
        rows.push(std::iter::once(name.clone()).chain(row.iter().map(ToString::to_string)).collect());
    }
    text + &columns(&rows)
}

/// Rows in columns of equal width.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..count).map(|at| rows.iter().map(|row| width(&row[at])).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, full)| format!("{cell}{}", " ".repeat(full - width(cell)))).collect();
        format!("  {}", cells.join("  ")).trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
