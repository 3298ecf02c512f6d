//! Samples -> how well a classifier does on texts that it has not seen: each fold is judged by what was learnt from the others.
//!
//! Siblings stay in one fold. Groups are dealt out in the order of their hashes, so that folds are equal in size and the same every time.

use std::collections::{BTreeMap, BTreeSet};

use super::classifier::{Classifier, Sample};
use crate::id::Hash;

/// The most folds.
const FOLDS: usize = 10;
/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// What came of a validation.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// The labels, by number.
    pub labels: Vec<String>,
    /// How many texts of each label (first) were taken for each label (second).
    pub confusion: Vec<Vec<usize>>,
    /// The share of right answers, with its 95 % interval.
    pub accuracy: Interval,
    /// The share of right answers of whoever always says the most frequent label.
    pub majority: f64,
    /// How many groups there are.
    pub groups: usize,
    /// How many folds were made.
    pub folds: usize,
}

/// A share, and between what it lies most likely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The share that was counted.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Judges what can be learnt from samples by grouped cross-validation; `None` if there are not two groups.
#[must_use]
pub fn validate(samples: &[Sample], labels: &[String]) -> Option<Scores> {
    let mut groups: Vec<&str> = samples.iter().map(|sample| &*sample.group).collect::<BTreeSet<_>>().into_iter().collect();
    if groups.len() < 2 || labels.len() < 2 {
        return None;
    }
    groups.sort_by_key(|group| Hash::of(group.as_bytes()));
    let folds = groups.len().min(FOLDS);
    let fold: BTreeMap<&str, usize> = groups.iter().enumerate().map(|(at, &group)| (group, at % folds)).collect();
    let mut confusion = vec![vec![0; labels.len()]; labels.len()];
    let mut hits: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for number in 0..folds {
        let (judged, learnt): (Vec<&Sample>, Vec<&Sample>) = samples.iter().partition(|sample| fold[&*sample.group] == number);
        let classifier = Classifier::learn(&learnt, labels);
        for sample in judged {
            let said = classifier.estimate(&sample.text).label;
            confusion[sample.label][said] += 1;
            let (right, all) = hits.entry(&sample.group).or_default();
            *right += usize::from(said == sample.label);
            *all += 1;
        }
    }
    let most = (0..labels.len()).map(|label| samples.iter().filter(|sample| sample.label == label).count()).max()?;
    Some(Scores {
        labels: labels.to_vec(),
        confusion,
        accuracy: interval(&hits),
        majority: most as f64 / samples.len() as f64,
        groups: groups.len(),
        folds,
    })
}

/// The share of hits with the wider of two intervals: Wilson's (1927), and the one that knows that siblings are alike.
fn interval(hits: &BTreeMap<&str, (usize, usize)>) -> Interval {
    let n = hits.values().map(|(_, all)| *all).sum::<usize>() as f64;
    let value = hits.values().map(|(right, _)| *right).sum::<usize>() as f64 / n;
    let middle = (value + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let reach = Z / (1.0 + Z * Z / n) * (value * (1.0 - value) / n + Z * Z / (4.0 * n * n)).sqrt();
    let off = |(right, all): &(usize, usize)| (*right as f64 - value * *all as f64).powi(2);
    let clustered = Z * hits.values().map(off).sum::<f64>().sqrt() / n;
    Interval {
        value,
        low: (middle - reach).min(value - clustered).max(0.0),
        high: (middle + reach).max(value + clustered).min(1.0),
    }
}

impl Scores {
    /// How many texts have a label.
    #[must_use]
    pub fn support(&self, label: usize) -> usize {
        self.confusion[label].iter().sum()
    }

    /// How many of those said to have a label do have it; 0 if nothing was.
    #[must_use]
    pub fn precision(&self, label: usize) -> f64 {
        share(self.confusion[label][label], self.confusion.iter().map(|row| row[label]).sum())
    }

    /// How many of those that have a label were found.
    #[must_use]
    pub fn recall(&self, label: usize) -> f64 {
        share(self.confusion[label][label], self.support(label))
    }

    /// The harmonic mean of both.
    #[must_use]
    pub fn f1(&self, label: usize) -> f64 {
        let (precision, recall) = (self.precision(label), self.recall(label));
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }

    /// The mean of a score over the labels.
    #[must_use]
    pub fn macro_mean(&self, score: fn(&Self, usize) -> f64) -> f64 {
        (0..self.labels.len()).map(|label| score(self, label)).sum::<f64>() / self.labels.len() as f64
    }

    /// The mean of a score over the texts.
    #[must_use]
    pub fn weighted_mean(&self, score: fn(&Self, usize) -> f64) -> f64 {
        let texts: usize = (0..self.labels.len()).map(|label| self.support(label)).sum();
        (0..self.labels.len()).map(|label| score(self, label) * self.support(label) as f64).sum::<f64>() / texts as f64
    }

    /// Whether it is better than always saying the most frequent label, beyond chance.
    #[must_use]
    pub fn clears_majority(&self) -> bool {
        self.accuracy.low > self.majority
    }
}

fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(confusion: [[usize; 2]; 2]) -> Scores {
        let accuracy = Interval { value: 0.7, low: 0.6, high: 0.8 };
        let labels = vec!["a".to_owned(), "b".to_owned()];
        let confusion = confusion.map(Vec::from).into();
        Scores { labels, confusion, accuracy, majority: 0.5, groups: 10, folds: 10 }
    }

    #[test]
    fn scores_are_those_of_the_books() {
        // Of 10 `a` 8 are found, and 4 of 10 `b` are taken for `a`: precision 8/12, recall 8/10.
        let scores = scores([[8, 2], [4, 6]]);
        assert!((scores.precision(0) - 8.0 / 12.0).abs() < 1e-12);
        assert!((scores.recall(0) - 0.8).abs() < 1e-12);
        assert!((scores.f1(0) - 2.0 * 8.0 / (2.0 * 8.0 + 2.0 + 4.0)).abs() < 1e-12);
        assert!((scores.macro_mean(Scores::recall) - 0.7).abs() < 1e-12);
        assert_eq!(scores.support(1), 10);
    }

    #[test]
    fn a_label_that_is_never_said_has_no_precision() {
        let scores = scores([[10, 0], [10, 0]]);
        assert_eq!((scores.precision(1), scores.recall(1), scores.f1(1)), (0.0, 0.0, 0.0));
    }

    #[test]
    fn siblings_make_an_interval_wider() {
        // 80 of 100 right: by Wilson 0.711 to 0.867, by their deviations 0.722 to 0.878; of either side the wider counts. In 10 groups that are
        // right or wrong together it is wider.
        let alone: Vec<String> = (0..100).map(|at| format!("{at}")).collect();
        let single = alone.iter().enumerate().map(|(at, name)| (&**name, (usize::from(at < 80), 1))).collect();
        let together = alone[..10].iter().enumerate().map(|(at, name)| (&**name, (if at < 8 { 10 } else { 0 }, 10))).collect();
        let (single, together) = (interval(&single), interval(&together));
        assert!((single.low - 0.7112).abs() < 1e-3 && (single.high - 0.8784).abs() < 1e-3, "{single:?}");
        assert!(together.low < 0.6 && together.high > 0.99, "{together:?}");
    }
}
