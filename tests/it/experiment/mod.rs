//! Experiments: the statistics against SciPy, real tests against their golden values, and what `promo report` makes of events.

mod events;

use kmsite::promote::experiment::stats::{self, Count, Sequential};
use serde_json::Value;

/// The lines of the golden file.
fn golden() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = include_str!("golden.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').collect())
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap()
}

fn assert_near(ours: f64, golden: f64, what: &str) {
    assert!((ours - golden).abs() <= 1e-9, "{what}: {ours:e} and {golden:e}");
}

#[test]
fn rates_chances_and_losses_are_those_of_scipy() {
    let mut case: Vec<(Count, [f64; 4])> = Vec::new();
    let mut cases = 0;
    for cells in golden() {
        match cells[0] {
            "arm" => {
                let count = Count { readers: cells[2].parse().unwrap(), conversions: cells[3].parse().unwrap() };
                case.push((count, [4, 5, 6, 7].map(|at| number(cells[at]))));
            }
            "test" => {
                let counts: Vec<Count> = case.iter().map(|(count, _)| *count).collect();
                let (best, losses) = (stats::chances_best(&counts), stats::expected_losses(&counts));
                for (at, (count, [low, high, chance, loss])) in case.drain(..).enumerate() {
                    let what = format!("{counts:?}, variant {at}");
                    let interval = count.interval();
                    assert_near(interval[0], low, &what);
                    assert_near(interval[1], high, &what);
                    assert_near(best[at], chance, &what);
                    assert_near(losses[at], loss, &what);
                }
                match stats::chi_square(&counts) {
                    Some(p) => assert_near(p, number(cells[1]), "chi-square"),
                    None => assert_eq!(cells[1], "nan"),
                }
                let readers: Vec<u64> = counts.iter().map(|count| count.readers).collect();
                let p = stats::sample_ratio(&readers, &vec![1.0; readers.len()]).unwrap();
                assert_near(p, number(cells[2]), "sample ratio");
                cases += 1;
            }
            _ => {
                let p = stats::chi_square_above(number(cells[1]), cells[2].parse().unwrap());
                let golden = number(cells[3]);
                assert!((p - golden).abs() <= 1e-9 * golden, "{cells:?}: {p:e}");
            }
        }
    }
    assert_eq!(cases, 11);
}

#[test]
fn the_sum_for_two_and_the_integral_for_more_agree() {
    // A third variant that nobody ever buys from takes no chance to be best away.
    let two = [Count { readers: 400, conversions: 200 }, Count { readers: 380, conversions: 205 }];
    let three = [two[0], two[1], Count { readers: 100_000, conversions: 0 }];
    for (a, b) in stats::chances_best(&two).into_iter().zip(stats::chances_best(&three)) {
        assert_near(a, b, "chance to be best");
    }
    for (a, b) in stats::expected_losses(&two).into_iter().zip(stats::expected_losses(&three)) {
        assert_near(a, b, "expected loss");
    }
}

#[test]
fn sizes_are_those_of_the_textbook() {
    // (1.95996 + 0.84162)² (0.10·0.90 + 0.12·0.88) / 0.02² = 3838.1
    assert_eq!(stats::readers_needed(0.10, 0.12), Some(3839));
    assert_eq!(stats::readers_needed(0.1, 0.1), None);
}

#[test]
fn evidence_by_steps_is_evidence_at_once() {
    let mut test = Sequential::new(&[50.0, 30.0, 20.0]);
    let seen = [0, 1, 1, 2, 0, 1, 1, 0, 2, 1];
    let by_steps: f64 = seen.iter().map(|&variant| test.see(variant)).sum();
    let counts = [0, 1, 2].map(|variant| seen.iter().filter(|&&one| one == variant).count() as u64);
    assert_near(by_steps, stats::log_evidence(&counts, &[50.0, 30.0, 20.0]), "evidence");
}

/// A generator with a seed (Steele et al. 2014, SplitMix64).
struct Random(u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as f64 / 2.0_f64.powi(64)
    }
}

/// How many of 2,000 experiments are ever called decided by someone who looks after every conversion of 20,000 readers.
fn decided(rates: [f64; 2]) -> usize {
    let mut random = Random(7);
    let run = |_: &usize| {
        let mut test = Sequential::new(&[1.0, 1.0]);
        let (mut evidence, mut most) = (0.0, 0.0_f64);
        for _ in 0..20_000 {
            let variant = usize::from(random.share() < 0.5);
            if random.share() < rates[variant] {
                evidence += test.see(variant);
                most = most.max(evidence);
            }
        }
        stats::anytime_p(most) < 0.05
    };
    (0..2_000).filter(run).count()
}

#[test]
fn looking_all_the_time_finds_no_difference_where_there_is_none() {
    let false_alarms = decided([0.04, 0.04]);
    assert!(false_alarms <= 100, "{false_alarms} of 2,000 with 5 % allowed");
    let found = decided([0.04, 0.056]);
    assert!(found > 1_800, "a difference of 40 % is found in {found} of 2,000");
}

#[test]
fn real_tests_have_the_golden_values() {
    let Some(folder) = std::env::var_os("EVAL_DIR") else {
        crate::sandbox::say("EVAL_DIR is not set: no real tests are compared");
        return;
    };
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join("experiments/tests.jsonl")).unwrap();
    let mut compared = 0;
    for line in text.lines() {
        let test: Value = serde_json::from_str(line).unwrap();
        let count = |variant: &Value| Count {
            readers: variant["impressions"].as_u64().unwrap(),
            conversions: variant["clicks"].as_u64().unwrap(),
        };
        let counts: Vec<Count> = test["variants"].as_array().unwrap().iter().map(count).collect();
        let readers: Vec<u64> = counts.iter().map(|count| count.readers).collect();
        let ours = [stats::chi_square(&counts), stats::sample_ratio(&readers, &vec![1.0; readers.len()])];
        for (ours, name) in ours.into_iter().zip(["chi2_p", "srm_p"]) {
            let Some(golden) = test["golden"][name].as_f64() else { continue };
            let ours = ours.unwrap_or(f64::NAN);
            assert!((ours - golden).abs() <= 1e-6, "{} {name}: {ours} and {golden}", test["id"]);
            compared += 1;
        }
    }
    assert!(compared > 4_000, "{compared} values compared");
}
