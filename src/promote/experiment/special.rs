//! The gamma and beta functions and their incomplete kin, in double precision.
//!
//! What is a power of large numbers is put together from deviances and Stirling's errors (Loader 2000), so that nothing large is subtracted from something large.
//! Tests compare with SciPy to 1e-9.

use std::f64::consts::PI;

/// How close a sum or fraction must be before it ends.
const CLOSE: f64 = 1e-16;
/// The most terms.
const TERMS: usize = 100_000;

/// Lanczos' coefficients for g = 607/128 (Godfrey 2001).
const LANCZOS: [f64; 15] = [
    0.999_999_999_999_997_1,
    57.156_235_665_862_92,
    -59.597_960_355_475_49,
    14.136_097_974_741_746,
    -0.491_913_816_097_620_2,
    0.339_946_499_848_118_9e-4,
    4.652_362_892_704_858e-5,
    -0.983_744_753_048_795_6e-4,
    0.158_088_703_224_912_5e-3,
    -0.210_264_441_724_104_88e-3,
    0.217_439_618_115_212_65e-3,
    -0.164_318_106_536_763_9e-3,
    0.844_182_239_838_527_4e-4,
    -0.261_908_384_015_814_08e-4,
    0.368_991_826_595_316_2e-5,
];

/// ln Γ(x) for x > 0.
pub(super) fn ln_gamma(x: f64) -> f64 {
    let x = x - 1.0;
    let sum = LANCZOS.iter().enumerate().skip(1).fold(LANCZOS[0], |sum, (at, factor)| sum + factor / (x + at as f64));
    let base = x + 607.0 / 128.0 + 0.5;
    (x + 0.5) * base.ln() - base + (2.0 * PI).sqrt().ln() + sum.ln()
}

/// What Stirling's formula lacks: ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π].
fn stirling_error(x: f64) -> f64 {
    if x < 15.0 {
        return ln_gamma(x) - ((x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln());
    }
    let y = 1.0 / (x * x);
    (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x
}

/// ln B(a, b).
pub(super) fn ln_beta(a: f64, b: f64) -> f64 {
    let all = a + b;
    let errors = stirling_error(a) + stirling_error(b) - stirling_error(all);
    -(a - 0.5) * (b / a).ln_1p() - b * (a / b).ln_1p() - 0.5 * b.ln() + 0.5 * (2.0 * PI).ln() + errors
}

/// xᵃ (1 − x)ᵇ / B(a, b).
fn beta_power(a: f64, b: f64, x: f64) -> f64 {
    let all = a + b;
    let off = all * x - a;
    let deviance = -a * (off / a).ln_1p() - b * (-off / b).ln_1p();
    let errors = stirling_error(all) - stirling_error(a) - stirling_error(b);
    (a * b / (2.0 * PI * all)).sqrt() * (errors - deviance).exp()
}

/// The density of the beta distribution inside (0, 1).
pub(super) fn beta_density(a: f64, b: f64, x: f64) -> f64 {
    beta_power(a, b, x) / (x * (1.0 - x))
}

/// The regularised incomplete beta function I_x(a, b): the chance of a beta-distributed number to be below x.
pub(super) fn beta_below(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast on the near side of the mean only.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_power(b, a, 1.0 - x) * beta_fraction(b, a, 1.0 - x) / b;
    }
    beta_power(a, b, x) * beta_fraction(a, b, x) / a
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let tiny = 1e-300;
    let away = |value: f64| if value.abs() < tiny { tiny } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for term in 1..TERMS {
        let m = term as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < CLOSE * 4.0 {
            break;
        }
    }
    fraction
}

/// Below what a beta-distributed number lies with a chance of `p`, by bisection.
pub(super) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if beta_below(a, b, middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The regularised upper incomplete gamma function Q(a, x): series below a + 1 (DLMF 8.7.1), continued fraction above (DLMF 8.9.2).
pub(super) fn gamma_above(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let power = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut sum = term;
        for at in 1..TERMS {
            term *= x / (a + at as f64);
            sum += term;
            if term < sum * CLOSE {
                break;
            }
        }
        return 1.0 - power * sum;
    }
    let tiny = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for at in 1..TERMS {
        let an = -(at as f64) * (at as f64 - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        fraction *= d * c;
        if (d * c - 1.0).abs() < CLOSE * 4.0 {
            break;
        }
    }
    power * fraction
}
