//! Measured texts with labels -> in how many texts of each label a word stands, and how rare and how telling a text's words are by that.
//!
//! Invariant: a text that the table was made of is measured without its own group, so that it looks as strange as a text never seen.

use std::collections::BTreeMap;

use super::measure::Measured;

/// A word that stands in fewer texts says nothing.
const FEWEST: u32 = 2;
/// A word is rare that stands in at most so many of 300 texts: of all words of a text, and of its different words.
const RARE: [f64; 8] = [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
const RARE_KINDS: [f64; 3] = [0.0, 5.0, 20.0];
/// Counts are compared as if there were so many texts.
const OF: f64 = 300.0;
/// What is added to each count, so that a word of one text decides nothing. With 2, grouped 10-fold gave 0.82 on OneStopEnglish; without telling
/// words 0.80.
const SMOOTHING: f64 = 2.0;

/// In how many texts of each label a word stands.
pub(super) type Counts = Vec<u32>;

/// The words of some texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lexicon {
    /// How many texts there are of each label.
    pub(super) texts: Counts,
    /// The counts of each word.
    pub(super) words: BTreeMap<String, Counts>,
}

impl Lexicon {
    /// An empty table for so many labels.
    pub(super) fn new(labels: usize) -> Self {
        Self { texts: vec![0; labels], words: BTreeMap::new() }
    }

    /// Adds a text.
    pub(super) fn add(&mut self, text: &Measured, label: usize) {
        self.texts[label] += 1;
        for word in text.words.keys() {
            let counts = self.words.entry(word.clone()).or_insert_with(|| vec![0; self.texts.len()]);
            counts[label] += 1;
        }
    }

    /// Forgets the words that say nothing.
    pub(super) fn trim(&mut self) {
        self.words.retain(|_, counts| counts.iter().sum::<u32>() >= FEWEST);
    }

    /// How many features [`Self::features`] gives for so many labels.
    pub(super) const fn width(labels: usize) -> usize {
        RARE.len() + RARE_KINDS.len() + 2 + labels - 1
    }

    /// How rare and how telling the words of a text are; `own` is what its own group brought to the table.
    pub(super) fn features(&self, text: &Measured, own: Option<&Self>) -> Vec<f64> {
        let labels = self.texts.len();
        let texts: Counts = (0..labels).map(|label| self.texts[label] - own.map_or(0, |own| own.texts[label])).collect();
        let all = f64::from(texts.iter().sum::<u32>().max(1));
        let mut rare = [0.0; RARE.len()];
        let mut rare_kinds = [0.0; RARE_KINDS.len()];
        let (mut common, mut common_kinds) = (0.0, 0.0);
        let mut telling = vec![0.0; labels - 1];
        for (word, &times) in &text.words {
            let counts = self.counts(word, own);
            let known = OF * f64::from(counts.iter().sum::<u32>()) / all;
            let times = f64::from(times);
            common += times * known.ln_1p();
            common_kinds += known.ln_1p();
            RARE.iter().zip(&mut rare).filter(|(bound, _)| known <= **bound * 1.05).for_each(|(_, sum)| *sum += times);
            RARE_KINDS.iter().zip(&mut rare_kinds).filter(|(bound, _)| known <= **bound * 1.05).for_each(|(_, sum)| *sum += 1.0);
            let odds = |label: usize| ((f64::from(counts[label]) + SMOOTHING) / (f64::from(texts[label]) + SMOOTHING)).ln();
            telling.iter_mut().enumerate().for_each(|(at, sum)| *sum += odds(at + 1) - odds(0));
        }
        let (count, kinds) = (text.count.max(1) as f64, text.words.len().max(1) as f64);
        let mut features: Vec<f64> = rare.iter().map(|sum| sum / count).collect();
        features.extend(rare_kinds.iter().map(|sum| sum / kinds));
        features.extend([common / count, common_kinds / kinds]);
        features.extend(telling.iter().map(|sum| sum / kinds));
        features
    }

    /// The counts of a word without those of a group; zeros where too little is left.
    fn counts(&self, word: &str, own: Option<&Self>) -> Counts {
        let none = || vec![0; self.texts.len()];
        let Some(counts) = self.words.get(word) else { return none() };
        let left: Counts = match own.and_then(|own| own.words.get(word)) {
            Some(own) => counts.iter().zip(own).map(|(all, own)| all - own).collect(),
            None => counts.clone(),
        };
        if left.iter().sum::<u32>() >= FEWEST { left } else { none() }
    }
}
