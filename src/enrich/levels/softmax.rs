//! Rows of features with labels -> the weights of a multinomial logistic regression.
//!
//! With p the softmax of the weighted sums, over N rows, the loss is −(1/N) Σ log p(label of the row) + (λ/2) ‖weights without biases‖². It is convex, and is
//! minimised by L-BFGS (Nocedal & Wright 2006, algorithm 7.4) from zero with a backtracking search. Invariant: no randomness, one thread, one order of sums: the
//! same rows give the same weights.

use std::collections::VecDeque;

/// How many steps are remembered.
const MEMORY: usize = 10;
/// The most steps; about 60 are taken.
const STEPS: usize = 500;
/// A gradient that is small enough.
const SMALL: f64 = 1e-7;
/// The share of the promised decrease that a step must bring (Armijo's condition).
const ENOUGH: f64 = 1e-4;

/// What is to be learnt.
pub struct Problem<'a> {
    /// The features of each row, all of one length.
    pub rows: &'a [Vec<f64>],
    /// The label of each row.
    pub labels: &'a [usize],
    /// How many labels there are.
    pub classes: usize,
    /// λ.
    pub penalty: f64,
}

impl Problem<'_> {
    /// The features of a row and its bias.
    fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len) + 1
    }

    /// How many weights there are: for each label those of the features, then the bias.
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes * self.width()
    }

    /// Whether there is nothing to learn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() || self.classes == 0
    }

    /// The loss at some weights, and its gradient.
    #[must_use]
    pub fn loss(&self, weights: &[f64]) -> (f64, Vec<f64>) {
        let width = self.width();
        let share = 1.0 / self.rows.len() as f64;
        let mut loss = 0.0;
        let mut gradient = vec![0.0; weights.len()];
        for (row, &label) in self.rows.iter().zip(self.labels) {
            let chances = chances(row, weights);
            loss -= chances[label].max(f64::MIN_POSITIVE).ln() * share;
            for (class, chance) in chances.iter().enumerate() {
                let error = (chance - f64::from(u8::from(class == label))) * share;
                let part = &mut gradient[class * width..(class + 1) * width];
                part.iter_mut().zip(row).for_each(|(sum, value)| *sum += error * value);
                part[width - 1] += error;
            }
        }
        for (at, weight) in weights.iter().enumerate().filter(|(at, _)| at % width != width - 1) {
            loss += 0.5 * self.penalty * weight * weight;
            gradient[at] += self.penalty * weight;
        }
        (loss, gradient)
    }

    /// The weights with the least loss.
    #[must_use]
    pub fn solve(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.len()];
        if self.is_empty() {
            return weights;
        }
        let (mut loss, mut gradient) = self.loss(&weights);
        let mut memory: VecDeque<Step> = VecDeque::new();
        for _ in 0..STEPS {
            if gradient.iter().all(|slope| slope.abs() < SMALL) {
                break;
            }
            let direction = downhill(&gradient, &memory);
            let slope = dot(&gradient, &direction);
            let mut length = 1.0;
            let (next, next_loss, next_gradient) = loop {
                let next: Vec<f64> = weights.iter().zip(&direction).map(|(weight, by)| weight + length * by).collect();
                let (next_loss, next_gradient) = self.loss(&next);
                if next_loss <= loss + ENOUGH * length * slope {
                    break (next, next_loss, next_gradient);
                }
                length *= 0.5;
                if length < 1e-12 {
                    // Nothing is lower within the precision of numbers.
                    return weights;
                }
            };
            let moved: Vec<f64> = next.iter().zip(&weights).map(|(to, from)| to - from).collect();
            let bent: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(to, from)| to - from).collect();
            let curvature = dot(&moved, &bent);
            if curvature > 1e-14 {
                memory.push_back(Step { moved, bent, curvature });
                if memory.len() > MEMORY {
                    memory.pop_front();
                }
            }
            (weights, loss, gradient) = (next, next_loss, next_gradient);
        }
        weights
    }
}

/// A step that was taken, and how the gradient changed.
struct Step {
    moved: Vec<f64>,
    bent: Vec<f64>,
    curvature: f64,
}

/// The direction of L-BFGS: the gradient, turned by what the last steps tell of the curvature.
fn downhill(gradient: &[f64], memory: &VecDeque<Step>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for step in memory.iter().rev() {
        let alpha = dot(&step.moved, &direction) / step.curvature;
        direction.iter_mut().zip(&step.bent).for_each(|(to, by)| *to -= alpha * by);
        alphas.push(alpha);
    }
    if let Some(last) = memory.back() {
        let scale = last.curvature / dot(&last.bent, &last.bent);
        direction.iter_mut().for_each(|to| *to *= scale);
    }
    for (step, alpha) in memory.iter().zip(alphas.iter().rev()) {
        let beta = dot(&step.bent, &direction) / step.curvature;
        direction.iter_mut().zip(&step.moved).for_each(|(to, by)| *to += (alpha - beta) * by);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The probability of each label for a row.
#[must_use]
pub(super) fn chances(row: &[f64], weights: &[f64]) -> Vec<f64> {
    let width = row.len() + 1;
    let mut sums: Vec<f64> = weights.chunks_exact(width).map(|part| dot(row, part) + part[width - 1]).collect();
    let most = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    sums.iter_mut().for_each(|sum| *sum = (*sum - most).exp());
    let total: f64 = sums.iter().sum();
    sums.iter_mut().for_each(|sum| *sum /= total);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that look random and are not.
    fn rows(count: usize, width: usize) -> (Vec<Vec<f64>>, Vec<usize>) {
        let value = |seed: usize| ((seed * 7919 + 104_729) % 1009) as f64 / 504.5 - 1.0;
        let rows: Vec<Vec<f64>> = (0..count).map(|row| (0..width).map(|at| value(row * width + at)).collect()).collect();
        let labels = (0..count).map(|row| (row * row + row / 3) % 3).collect();
        (rows, labels)
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let (rows, labels) = rows(40, 5);
        let problem = Problem { rows: &rows, labels: &labels, classes: 3, penalty: 0.1 };
        let weights: Vec<f64> = (0..problem.len()).map(|at| (at as f64 * 0.7).sin()).collect();
        let (_, gradient) = problem.loss(&weights);
        let step = 1e-6;
        for at in 0..problem.len() {
            let shifted = |by: f64| {
                let mut weights = weights.clone();
                weights[at] += by;
                problem.loss(&weights).0
            };
            let slope = (shifted(step) - shifted(-step)) / (2.0 * step);
            assert!((slope - gradient[at]).abs() < 1e-8, "weight {at}: {slope} and {}", gradient[at]);
        }
    }

    #[test]
    fn without_weights_the_loss_is_that_of_guessing() {
        let (rows, labels) = rows(30, 2);
        let problem = Problem { rows: &rows, labels: &labels, classes: 3, penalty: 1.0 };
        assert!((problem.loss(&vec![0.0; problem.len()]).0 - 3.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn at_the_minimum_no_slope_is_left() {
        let (rows, labels) = rows(60, 4);
        let problem = Problem { rows: &rows, labels: &labels, classes: 3, penalty: 0.01 };
        let weights = problem.solve();
        assert!(problem.loss(&weights).1.iter().all(|slope| slope.abs() < 1e-6));
        assert_eq!(weights, problem.solve(), "the same rows give the same weights");
    }

    #[test]
    fn what_can_be_told_apart_is() {
        let rows: Vec<Vec<f64>> = (0..30).map(|row| vec![f64::from(row % 3 == 1), f64::from(row % 3 == 2)]).collect();
        let labels: Vec<usize> = (0..30).map(|row| row % 3).collect();
        let weights = Problem { rows: &rows, labels: &labels, classes: 3, penalty: 0.001 }.solve();
        for (row, label) in rows.iter().zip(labels) {
            assert!(chances(row, &weights)[label] > 0.9);
        }
    }
}
