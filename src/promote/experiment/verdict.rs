//! A tally -> what it says: rates, chances, losses, whether readers were shared out as meant, and what to do.

use std::collections::BTreeMap;

use super::stats::{Sequential, anytime_p, chances_best, chi_square, expected_losses, readers_needed, sample_ratio};
use super::tally::{Arm, Tally};

/// Below this p-value readers were not shared out as meant (Fabijan et al. 2019).
const SKEWED: f64 = 0.001;
/// Below this p-value a difference is no chance.
const DECIDED: f64 = 0.05;
/// No variant's weight falls below this many of 100, so that it can still be learnt of.
const LEAST: f64 = 5.0;

/// A variant, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The variant and its counts.
    pub arm: Arm,
    /// Between what its rate lies with a chance of 95 %.
    pub interval: [f64; 2],
    /// The chance that it is the best.
    pub best: f64,
    /// What choosing it costs on average, in points of the rate.
    pub loss: f64,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Nothing: there are no two variants with readers.
    Nothing,
    /// Find out why readers were not shared out as meant; until then no number can be trusted.
    Mend,
    /// Take the variant of this number.
    Take(usize),
    /// Wait for so many more readers of each variant, if the rates stay as they are.
    Wait(Option<u64>),
}

/// What an experiment says.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Its variants.
    pub arms: Vec<Judged>,
    /// Pearson's test of equal rates, for whoever looks once.
    pub chi_square: Option<f64>,
    /// The test that may be looked at whenever one likes.
    pub anytime: f64,
    /// Whether readers were shared out as meant: the smallest p-value of the builds, times how many there are.
    pub sample_ratio: Option<f64>,
    /// How many readers each variant should have.
    pub needed: Option<u64>,
    /// What to do.
    pub advice: Advice,
}

/// Judges an experiment; `weights` are those of the variants by name, equal where they are not known.
#[must_use]
pub fn verdict(tally: &Tally, weights: &BTreeMap<String, f64>) -> Verdict {
    let counts: Vec<_> = tally.arms.iter().map(|arm| arm.count).collect();
    let (best, losses) = (chances_best(&counts), expected_losses(&counts));
    let judged =
        |(at, arm): (usize, &Arm)| Judged { arm: arm.clone(), interval: arm.count.interval(), best: best[at], loss: losses[at] };
    let arms: Vec<Judged> = tally.arms.iter().enumerate().map(judged).collect();
    let (anytime, sample_ratio) = looked_at(tally, weights);
    let mut ranked: Vec<usize> = (0..arms.len()).collect();
    ranked.sort_by(|&a, &b| counts[b].rate().total_cmp(&counts[a].rate()));
    let needed = match ranked[..] {
        [first, second, ..] => readers_needed(counts[first].rate(), counts[second].rate()),
        _ => None,
    };
    let fewest = counts.iter().map(|count| count.readers).min().unwrap_or_default();
    let advice = match ranked.first() {
        _ if arms.len() < 2 || fewest == 0 => Advice::Nothing,
        _ if sample_ratio.is_some_and(|p| p < SKEWED) => Advice::Mend,
        Some(&first) if anytime < DECIDED => Advice::Take(first),
        _ => Advice::Wait(needed.map(|needed| needed.saturating_sub(fewest))),
    };
    Verdict { arms, chi_square: chi_square(&counts), anytime, sample_ratio, needed, advice }
}

/// The anytime-valid p-value and that of the sample ratio, each build by the weights it had.
fn looked_at(tally: &Tally, weights: &BTreeMap<String, f64>) -> (f64, Option<f64>) {
    let equal = vec![1.0; tally.arms.len()];
    let known: Option<Vec<f64>> =
        tally.arms.iter().map(|arm| weights.get(&arm.name).copied().filter(|weight| *weight > 0.0)).collect();
    let mut tests: BTreeMap<&str, Sequential> = BTreeMap::new();
    let mut worst: Option<f64> = None;
    for (build, counts) in &tally.builds {
        let readers: Vec<u64> = counts.iter().map(|count| count.readers).collect();
        // Of an earlier build the weights may have been equal: whichever fits is taken. Who is in which variant does not depend on who converts.
        let fits = |weights: &&Vec<f64>| sample_ratio(&readers, weights).is_none_or(|p| p >= SKEWED);
        let fitting = known.iter().chain([&equal]).find(fits);
        if let Some(fitting) = fitting {
            tests.insert(build, Sequential::new(fitting));
        }
        let p = sample_ratio(&readers, fitting.or(known.as_ref()).unwrap_or(&equal));
        worst = [worst, p].into_iter().flatten().min_by(f64::total_cmp);
    }
    let (mut evidence, mut most) = (0.0, 0.0_f64);
    for (build, variant) in &tally.conversions {
        if let Some(test) = tests.get_mut(build.as_str()) {
            evidence += test.see(*variant);
            most = most.max(evidence);
        }
    }
    (anytime_p(most), worst.map(|p| (p * tally.builds.len() as f64).min(1.0)))
}

/// The weights of the next build, of 100: the chances to be best (Thompson 1933), none below a floor.
#[must_use]
pub fn weights(verdict: &Verdict) -> Vec<(String, u32)> {
    let raised: Vec<f64> = verdict.arms.iter().map(|arm| (arm.best * 100.0).max(LEAST)).collect();
    let whole: f64 = raised.iter().sum();
    let mut weights: Vec<u32> = raised.iter().map(|weight| (weight * 100.0 / whole).floor() as u32).collect();
    // What rounding left goes to the best.
    let most = (0..raised.len()).max_by(|&a, &b| raised[a].total_cmp(&raised[b]).then(b.cmp(&a)));
    if let Some(most) = most {
        weights[most] += 100 - weights.iter().sum::<u32>();
    }
    verdict.arms.iter().zip(weights).map(|(judged, weight)| (judged.arm.name.clone(), weight)).collect()
}
