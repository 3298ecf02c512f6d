//! Measured texts with labels -> a classifier, and a text -> the chance of each label.
//!
//! Features are standardised by the texts that were learnt from, and cut off at [`FAR`], so that a text of another world does not run away with one of them.

use std::collections::BTreeMap;

use super::lexicon::Lexicon;
use super::measure::{Measured, OWN};
use super::softmax::{Problem, chances};

/// λ of the loss. Grouped 10-fold on OneStopEnglish gave .822 with 0.034 and .811 with 0.07.
const PENALTY: f64 = 0.034;
/// How many standard deviations a feature may be away.
const FAR: f64 = 3.0;

/// A text with its label.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The text, measured.
    pub text: Measured,
    /// The number of its label.
    pub label: usize,
    /// What it belongs to: siblings are never used to judge each other.
    pub group: String,
}

/// What was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    /// The labels, by number.
    pub labels: Vec<String>,
    pub(super) lexicon: Lexicon,
    pub(super) mean: Vec<f64>,
    pub(super) spread: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

/// A label that was inferred.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Its number.
    pub label: usize,
    /// How likely it is, by the classifier.
    pub confidence: f64,
}

impl Classifier {
    /// Learns from samples; there are at least two labels.
    #[must_use]
    pub fn learn(samples: &[&Sample], labels: &[String]) -> Self {
        let mut lexicon = Lexicon::new(labels.len());
        let mut groups: BTreeMap<&str, Lexicon> = BTreeMap::new();
        for sample in samples {
            lexicon.add(&sample.text, sample.label);
            groups.entry(&sample.group).or_insert_with(|| Lexicon::new(labels.len())).add(&sample.text, sample.label);
        }
        lexicon.trim();
        let features: Vec<Vec<f64>> =
            samples.iter().map(|sample| features(&lexicon, &sample.text, groups.get(&*sample.group))).collect();
        let (mean, spread) = scale(&features);
        let mut learnt = Self { labels: labels.to_vec(), lexicon, mean, spread, weights: Vec::new() };
        let rows: Vec<Vec<f64>> = features.into_iter().map(|row| learnt.standardised(row)).collect();
        let of: Vec<usize> = samples.iter().map(|sample| sample.label).collect();
        let problem = Problem { rows: &rows, labels: &of, classes: labels.len(), penalty: PENALTY };
        // What is stored is read again as it was.
        learnt.weights = problem.solve().into_iter().map(short).collect();
        learnt
    }

    /// The most likely label of a text.
    #[must_use]
    pub fn estimate(&self, text: &Measured) -> Estimate {
        let chances = self.chances(text);
        let mut best = Estimate { label: 0, confidence: 0.0 };
        for (label, &confidence) in chances.iter().enumerate() {
            if confidence > best.confidence {
                best = Estimate { label, confidence };
            }
        }
        best
    }

    /// The chance of each label.
    #[must_use]
    pub fn chances(&self, text: &Measured) -> Vec<f64> {
        chances(&self.standardised(features(&self.lexicon, text, None)), &self.weights)
    }

    /// How many features a text has for so many labels.
    pub(super) const fn width(labels: usize) -> usize {
        OWN + Lexicon::width(labels)
    }

    fn standardised(&self, mut row: Vec<f64>) -> Vec<f64> {
        for ((value, mean), spread) in row.iter_mut().zip(&self.mean).zip(&self.spread) {
            *value = if *spread > 0.0 { ((*value - mean) / spread).clamp(-FAR, FAR) } else { 0.0 };
        }
        row
    }
}

fn features(lexicon: &Lexicon, text: &Measured, own: Option<&Lexicon>) -> Vec<f64> {
    let mut row = text.own.to_vec();
    row.extend(lexicon.features(text, own));
    row
}

/// The mean and the standard deviation of each column.
fn scale(rows: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let width = rows.first().map_or(0, Vec::len);
    let column = |at: usize| rows.iter().map(move |row| row[at]);
    let count = rows.len() as f64;
    let mean: Vec<f64> = (0..width).map(|at| short(column(at).sum::<f64>() / count)).collect();
    let spread = |at: usize| (column(at).map(|value| (value - mean[at]).powi(2)).sum::<f64>() / count).sqrt();
    // What is the same in all texts tells nothing.
    let spread = (0..width).map(|at| Some(short(spread(at))).filter(|spread| *spread > 1e-9).unwrap_or_default()).collect();
    (mean, spread)
}

/// A number with the digits that are stored.
fn short(value: f64) -> f64 {
    f64::from(value as f32)
}
