//! A ranking and what belongs together -> how good the ranking is.
//!
//! nDCG@10 with binary gains (Järvelin & Kekäläinen 2002), recall in the first 5 and 10, the mean reciprocal rank of the first hit, and the share of
//! queries with a hit among the first 5; each with the 95 % interval of 1,000 bootstrap resamples of the queries (Efron 1979), the same in every
//! run.

use std::collections::{BTreeMap, BTreeSet};

/// How many resamples.
const RESAMPLES: usize = 1000;
/// How far nDCG looks.
const DEPTH: usize = 10;

/// A figure, and between what it lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is called.
    pub name: &'static str,
    /// The mean over all queries.
    pub value: f64,
    /// The 95 % interval.
    pub interval: [f64; 2],
}

/// How good a ranking is.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// How many queries there are.
    pub queries: usize,
    /// How many of them the ranking does not have; each counts as 0.
    pub missing: usize,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// The names of the figures.
const FIGURES: [&str; 5] = ["nDCG@10", "Recall@5", "Recall@10", "MRR", "Hit@5"];

/// Judges a ranking by what belongs to each query.
#[must_use]
pub fn evaluate(ranked: &BTreeMap<String, Vec<String>>, truth: &BTreeMap<String, Vec<String>>) -> Report {
    let empty = Vec::new();
    let each: Vec<[f64; 5]> = truth.iter().map(|(id, related)| one(id, ranked.get(id).unwrap_or(&empty), related)).collect();
    let missing = truth.keys().filter(|id| !ranked.contains_key(*id)).count();
    let figures = FIGURES.iter().enumerate().map(|(at, name)| {
        let values: Vec<f64> = each.iter().map(|figures| figures[at]).collect();
        Figure { name, value: mean(&values), interval: interval(&values) }
    });
    Report { queries: each.len(), missing, figures: figures.collect() }
}

/// The figures of a query. Itself and what comes twice are not counted.
fn one(id: &str, ranked: &[String], related: &[String]) -> [f64; 5] {
    let related: BTreeSet<&str> = related.iter().map(String::as_str).collect();
    let mut seen = BTreeSet::from([id]);
    let places = ranked.iter().filter(|other| seen.insert(other)).enumerate();
    let hits: Vec<usize> = places.filter(|(_, other)| related.contains(other.as_str())).map(|(place, _)| place).collect();
    if related.is_empty() {
        return [0.0; 5];
    }
    let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let ideal: f64 = (0..DEPTH.min(related.len())).map(gain).sum();
    let within = |depth: usize| hits.iter().filter(|&&place| place < depth).count() as f64;
    let gained: f64 = hits.iter().filter(|&&place| place < DEPTH).map(|&place| gain(place)).sum();
    let all = related.len() as f64;
    let first = hits.first().map_or(0.0, |&place| 1.0 / (place as f64 + 1.0));
    [gained / ideal, within(5) / all, within(10) / all, first, within(5).min(1.0)]
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn interval(values: &[f64]) -> [f64; 2] {
    let mut state = 0_u64;
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn: f64 = values.iter().map(|_| values[(next(&mut state) % values.len() as u64) as usize]).sum();
            drawn / values.len().max(1) as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    [means[RESAMPLES / 40], means[RESAMPLES - RESAMPLES / 40 - 1]]
}

/// `SplitMix64` (Steele, Lea & Flood 2014).
const fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        rows.iter().map(|(id, list)| ((*id).to_owned(), list.iter().map(|&id| id.to_owned()).collect())).collect()
    }

    #[test]
    fn figures_are_those_of_the_definitions() {
        let truth = table(&[("a", &["b", "c"]), ("d", &["e"])]);
        // For `a`, itself and the second `x` are passed over: hits on places 2 and 3. For `d` nothing is ranked.
        let ranked = table(&[("a", &["a", "x", "b", "x", "c"])]);
        let report = evaluate(&ranked, &truth);
        let second = 1.0 / 3.0_f64.log2();
        let ndcg = (second + 0.5) / (1.0 + second) / 2.0;
        let expected = [ndcg, 0.5, 0.5, 0.25, 0.5];
        assert_eq!((report.queries, report.missing), (2, 1));
        for (figure, expected) in report.figures.iter().zip(expected) {
            assert!((figure.value - expected).abs() < 1e-12, "{figure:?} is not {expected}");
            // With two queries, one of them 0, resamples reach from 0 to the other.
            assert!(figure.interval[0].abs() < 1e-12 && (figure.interval[1] - 2.0 * expected).abs() < 1e-12, "{figure:?}");
        }
    }

    #[test]
    fn nothing_is_no_fault() {
        let report = evaluate(&BTreeMap::new(), &BTreeMap::new());
        assert_eq!((report.queries, report.figures[0].value, report.figures[0].interval), (0, 0.0, [0.0, 0.0]));
    }
}
