//! A classifier <-> a text: a table that can be looked at, compared and committed.
//!
//! Lines of `#` tell people where it comes from. Then come the version, the labels with how many texts each had, the means, spreads and weights, and a line for each word:
//! the word, then in how many texts of each label it stands. Cells are parted by tabs. Invariant: what is written is read as it was.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::classifier::Classifier;
use super::lexicon::{Counts, Lexicon};

/// The first line that is no comment.
const VERSION: &str = "kmsite classifier 1";

/// What is wrong with a stored classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Writes a classifier; `about` says where it comes from.
#[must_use]
pub fn write(classifier: &Classifier, about: &str) -> String {
    let mut text: String = about.lines().map(|line| format!("# {line}\n")).collect();
    let numbers = |values: &[f64]| values.iter().map(|value| format!("\t{}", *value as f32)).collect::<String>();
    let counts = |counts: &Counts| counts.iter().map(|count| format!("\t{count}")).collect::<String>();
    let _ = writeln!(text, "{VERSION}");
    let _ = writeln!(text, "labels\t{}", classifier.labels.join("\t"));
    let _ = writeln!(text, "texts{}", counts(&classifier.lexicon.texts));
    let _ = writeln!(text, "mean{}", numbers(&classifier.mean));
    let _ = writeln!(text, "spread{}", numbers(&classifier.spread));
    let _ = writeln!(text, "weights{}", numbers(&classifier.weights));
    for (word, of) in &classifier.lexicon.words {
        let _ = writeln!(text, "{word}{}", counts(of));
    }
    text
}

/// Reads a classifier.
///
/// # Errors
/// The first line that is not as it should be.
pub fn read(text: &str) -> Result<Classifier, Unreadable> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let mut lines = lines.filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    let (line, version) = lines.next().unwrap_or((1, ""));
    if version != VERSION {
        return Err(wrong(line, format!("it does not begin with `{VERSION}`")));
    }
    let mut named = |name: &'static str| {
        let (line, text) = lines.next().unwrap_or((1, ""));
        let mut cells = text.split('\t');
        if cells.next() != Some(name) {
            return Err(wrong(line, format!("`{name}` should stand here")));
        }
        Ok((line, cells.collect::<Vec<&str>>()))
    };
    let labels: Vec<String> = named("labels")?.1.into_iter().map(ToOwned::to_owned).collect();
    if labels.len() < 2 {
        return Err(wrong(line + 1, "there are fewer than two labels".to_owned()));
    }
    let width = Classifier::width(labels.len());
    let texts = counts(named("texts")?, labels.len())?;
    let mean = numbers(named("mean")?, width)?;
    let spread = numbers(named("spread")?, width)?;
    let weights = numbers(named("weights")?, (width + 1) * labels.len())?;
    let mut words = BTreeMap::new();
    for (line, text) in lines {
        let mut cells = text.split('\t');
        let word = cells.next().unwrap_or_default();
        words.insert(word.to_owned(), counts((line, cells.collect()), labels.len())?);
    }
    Ok(Classifier { labels, lexicon: Lexicon { texts, words }, mean, spread, weights })
}

fn wrong(line: usize, message: String) -> Unreadable {
    Unreadable { line, message }
}

fn numbers((line, cells): (usize, Vec<&str>), count: usize) -> Result<Vec<f64>, Unreadable> {
    let read = |cell: &str| cell.parse::<f32>().ok().filter(|value| value.is_finite()).map(f64::from);
    let values: Option<Vec<f64>> = cells.iter().map(|cell| read(cell)).collect();
    values.filter(|values| values.len() == count).ok_or_else(|| wrong(line, format!("{count} numbers should stand here")))
}

fn counts((line, cells): (usize, Vec<&str>), count: usize) -> Result<Counts, Unreadable> {
    // So that sums stay in range, however the file was edited.
    let read = |cell: &str| cell.parse::<u32>().ok().filter(|count| *count < 1 << 24);
    let values: Option<Counts> = cells.iter().map(|cell| read(cell)).collect();
    values.filter(|values| values.len() == count).ok_or_else(|| wrong(line, format!("{count} counts should stand here")))
}
