//! Counts -> numbers: rates and how sure they are, chances to be best, losses, tests, sizes.
//!
//! Rates have a uniform prior, so that n readers of whom k converted leave Beta(1 + k, 1 + n − k). Equal to SciPy's to 1e-9 (`tests/it/experiment`).

use super::special::{beta_below, beta_density, beta_quantile, gamma_above, ln_beta, ln_gamma};

/// The 97.5 % and the 80 % point of the normal distribution.
const Z_SIGNIFICANCE: f64 = 1.959_963_984_540_054;
const Z_POWER: f64 = 0.841_621_233_572_914_3;
/// How concentrated the prior of the anytime-valid test is: it looks for shares that are some 5 points off.
const CONCENTRATION: f64 = 100.0;
/// Panels of 16 points each over which densities are integrated.
const PANELS: usize = 128;
/// What of a distribution is left out at each side of an integral.
const REST: f64 = 1e-17;

/// How many saw something, and how many of them did what was hoped for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The readers.
    pub readers: u64,
    /// Those of them who converted.
    pub conversions: u64,
}

impl Count {
    fn beta(self) -> (f64, f64) {
        (1.0 + self.conversions as f64, 1.0 + self.readers.saturating_sub(self.conversions) as f64)
    }

    /// The share that converted; 0 without readers.
    #[must_use]
    pub fn rate(self) -> f64 {
        if self.readers == 0 { 0.0 } else { self.conversions as f64 / self.readers as f64 }
    }

    /// Between what the rate lies with a chance of 95 %.
    #[must_use]
    pub fn interval(self) -> [f64; 2] {
        let (a, b) = self.beta();
        [beta_quantile(a, b, 0.025), 1.0 - beta_quantile(b, a, 0.025)]
    }
}

/// The chance that a chi-square with so many degrees of freedom is at least this large.
#[must_use]
pub fn chi_square_above(value: f64, freedom: usize) -> f64 {
    gamma_above(freedom as f64 / 2.0, value / 2.0)
}

/// Pearson's test, without correction, of whether all rates are the same; `None` if nothing can be compared.
#[must_use]
pub fn chi_square(counts: &[Count]) -> Option<f64> {
    let readers: u64 = counts.iter().map(|count| count.readers).sum();
    let conversions: u64 = counts.iter().map(|count| count.conversions).sum();
    if counts.len() < 2 || conversions == 0 || conversions == readers || counts.iter().any(|count| count.readers == 0) {
        return None;
    }
    let rate = conversions as f64 / readers as f64;
    let value: f64 = counts
        .iter()
        .map(|count| {
            let off = count.conversions as f64 - count.readers as f64 * rate;
            off * off / (count.readers as f64 * rate * (1.0 - rate))
        })
        .sum();
    Some(chi_square_above(value, counts.len() - 1))
}

/// Whether readers were shared out as they should have been: the p-value of a chi-square against the weights.
#[must_use]
pub fn sample_ratio(readers: &[u64], weights: &[f64]) -> Option<f64> {
    let (all, whole) = (readers.iter().sum::<u64>() as f64, weights.iter().sum::<f64>());
    if readers.len() < 2 || all == 0.0 || weights.iter().any(|weight| *weight <= 0.0) {
        return None;
    }
    let value = readers.iter().zip(weights).map(|(&count, weight)| {
        let expected = all * weight / whole;
        (count as f64 - expected).powi(2) / expected
    });
    Some(chi_square_above(value.sum(), readers.len() - 1))
}

/// The chance that the second rate is above the first, as a finite sum (Miller 2015, "Formulas for Bayesian A/B testing"), begun at its largest term.
#[must_use]
pub fn chance_above(first: Count, second: Count) -> f64 {
    above(first.beta(), second.beta())
}

fn above((a1, b1): (f64, f64), (a2, b2): (f64, f64)) -> f64 {
    let last = a2 - 1.0;
    let peak = ((a1 * b2 - a1 - b1 - b2) / (1.0 + b1)).clamp(0.0, last).floor();
    let ratio = |i: f64| (a1 + i) / (a1 + i + b1 + b2) * (b2 + i) / (1.0 + i);
    let largest = (ln_beta(a1 + peak, b1 + b2) - ln_beta(a1, b1) - ln_beta(1.0 + peak, b2) - (b2 + peak).ln()).exp();
    let mut sum = 1.0;
    let mut term = 1.0;
    let mut i = peak;
    while i < last && term > sum * 1e-18 {
        term *= ratio(i);
        sum += term;
        i += 1.0;
    }
    (term, i) = (1.0, peak);
    while i > 0.0 && term > sum * 1e-18 {
        i -= 1.0;
        term /= ratio(i);
        sum += term;
    }
    (largest * sum).min(1.0)
}

/// The chance of each variant to have the highest rate.
#[must_use]
pub fn chances_best(counts: &[Count]) -> Vec<f64> {
    match counts {
        [] => Vec::new(),
        [_] => vec![1.0],
        [first, second] => {
            let chance = chance_above(*first, *second);
            vec![1.0 - chance, chance]
        }
        _ => (0..counts.len()).map(|at| integral_best(counts, at)).collect(),
    }
}

/// What choosing a variant costs on average, in points of the rate, against the best one.
#[must_use]
pub fn expected_losses(counts: &[Count]) -> Vec<f64> {
    let mean = |count: &Count| {
        let (a, b) = count.beta();
        a / (a + b)
    };
    match counts {
        [] => Vec::new(),
        [_] => vec![0.0],
        [first, second] => vec![loss(*first, *second), loss(*second, *first)],
        _ => {
            let highest = integral_highest(counts);
            counts.iter().map(|count| (highest - mean(count)).max(0.0)).collect()
        }
    }
}

/// E[(other − chosen)⁺] in closed form (Stucchio 2015).
fn loss(chosen: Count, other: Count) -> f64 {
    let ((a1, b1), (a2, b2)) = (chosen.beta(), other.beta());
    let gain = a2 / (a2 + b2) * above((a1, b1), (a2 + 1.0, b2)) - a1 / (a1 + b1) * above((a1 + 1.0, b1), (a2, b2));
    gain.max(0.0)
}

/// Where nearly all of a rate's distribution lies.
fn range((a, b): (f64, f64)) -> (f64, f64) {
    (beta_quantile(a, b, REST), 1.0 - beta_quantile(b, a, REST))
}

fn integral_best(counts: &[Count], at: usize) -> f64 {
    let (a, b) = counts[at].beta();
    let others = || counts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, count)| count.beta());
    integrate(range((a, b)), |x| beta_density(a, b, x) * others().map(|(a, b)| beta_below(a, b, x)).product::<f64>())
}

/// The mean of the highest rate: ∫ 1 − Π F.
fn integral_highest(counts: &[Count]) -> f64 {
    let ranges = counts.iter().map(|count| range(count.beta()));
    // Below `low` some rate is surely higher; above `high` none is.
    let (low, high) = ranges.fold((0.0_f64, 0.0_f64), |(low, high), (from, to)| (low.max(from), high.max(to)));
    low + integrate((low, high), |x| {
        1.0 - counts
            .iter()
            .map(|count| {
                let (a, b) = count.beta();
                beta_below(a, b, x)
            })
            .product::<f64>()
    })
}

/// Gauss–Legendre with 16 points in each of [`PANELS`].
fn integrate((low, high): (f64, f64), f: impl Fn(f64) -> f64) -> f64 {
    let nodes = legendre();
    let width = (high - low) / PANELS as f64;
    let panel = |number: usize| {
        let middle = low + (number as f64 + 0.5) * width;
        nodes.iter().map(|(node, weight)| weight * (f(middle + node * width / 2.0) + f(middle - node * width / 2.0))).sum::<f64>()
    };
    (0..PANELS).map(panel).sum::<f64>() * width / 2.0
}

/// The positive nodes of the Legendre polynomial of degree 16, with their weights, by Newton's method.
fn legendre() -> [(f64, f64); 8] {
    let degree = 16.0;
    std::array::from_fn(|at| {
        let mut x = (std::f64::consts::PI * (at as f64 + 0.75) / (degree + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..20 {
            let (mut before, mut value) = (1.0, x);
            for k in 2..=16 {
                let k = f64::from(k);
                (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
            }
            slope = degree * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    })
}

/// How many readers each variant needs for a difference between two rates to be seen: 5 % significance, 80 % power; `None` if they are the same.
#[must_use]
pub fn readers_needed(first: f64, second: f64) -> Option<u64> {
    let gap = first - second;
    let spread = first * (1.0 - first) + second * (1.0 - second);
    (gap != 0.0).then(|| ((Z_SIGNIFICANCE + Z_POWER).powi(2) * spread / (gap * gap)).ceil() as u64)
}

/// A test that may be looked at after every conversion (Lindon & Malek 2022, "Anytime-valid inference for multinomial count data").
///
/// If variants make no difference, each conversion falls to a variant with the chance of its weight. The evidence is how much more likely the conversions are under
/// a Dirichlet prior around the weights; by Ville's inequality it exceeds 20 at any time with a chance of at most 5 %. Evidence of tests that are independent multiplies.
#[derive(Clone, Debug)]
pub struct Sequential {
    shares: Vec<f64>,
    counts: Vec<f64>,
    seen: f64,
}

impl Sequential {
    /// Begins a test of variants with these weights, all above zero.
    #[must_use]
    pub fn new(weights: &[f64]) -> Self {
        let whole: f64 = weights.iter().sum();
        let shares = weights.iter().map(|weight| weight / whole).collect();
        Self { shares, counts: vec![0.0; weights.len()], seen: 0.0 }
    }

    /// Sees a conversion of a variant; gives by how much the logarithm of the evidence changes.
    pub fn see(&mut self, variant: usize) -> f64 {
        let share = self.shares[variant];
        let expected = (CONCENTRATION * share + self.counts[variant]) / (CONCENTRATION + self.seen);
        self.counts[variant] += 1.0;
        self.seen += 1.0;
        (expected / share).ln()
    }
}

/// The anytime-valid p-value of the most evidence there ever was, as its logarithm.
#[must_use]
pub fn anytime_p(most: f64) -> f64 {
    (-most).exp().min(1.0)
}

/// The natural logarithm of the evidence of counts in one go.
#[must_use]
pub fn log_evidence(counts: &[u64], weights: &[f64]) -> f64 {
    let whole: f64 = weights.iter().sum();
    let all: f64 = counts.iter().map(|count| *count as f64).sum();
    let parts = counts.iter().zip(weights).map(|(&count, weight)| {
        let (count, share) = (count as f64, weight / whole);
        ln_gamma(CONCENTRATION * share + count) - ln_gamma(CONCENTRATION * share) - count * share.ln()
    });
    ln_gamma(CONCENTRATION) - ln_gamma(CONCENTRATION + all) + parts.sum::<f64>()
}
