//! Events -> how many readers saw each variant and how many of them converted, as a whole and by build and segment.
//!
//! A reader counts once, in the variant seen first; who saw two is counted apart and left out, and so is a conversion without an impression before it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::import::{Import, Kind};
use super::stats::Count;

/// The name of the page as it is.
const CONTROL: &str = "control";

/// A variant and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// All its readers.
    pub count: Count,
}

/// An experiment, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Its name.
    pub name: String,
    /// Its variants, the control first, then by name.
    pub arms: Vec<Arm>,
    /// The same by build of the site; weights may change from one to the next.
    pub builds: BTreeMap<String, Vec<Count>>,
    /// The same by segment of the audience.
    pub segments: BTreeMap<String, Vec<Count>>,
    /// Each conversion in the order of time: its build and the number of its variant.
    pub conversions: Vec<(String, usize)>,
    /// Readers who saw more than one variant.
    pub crossed: usize,
    /// Conversions of readers who had not seen a variant.
    pub unseen: usize,
}

/// A reader of an experiment.
#[derive(Clone, Copy)]
struct Seen {
    variant: u32,
    build: u32,
    segment: u32,
    converted: bool,
    crossed: bool,
}

/// Counts the experiments of an import; `goal` is what they are for.
#[must_use]
pub fn tally(import: &Import, goal: Kind) -> Vec<Tally> {
    let mut readers: HashMap<(u32, u32), Seen> = HashMap::with_capacity(import.events.len() / 4);
    let mut order: Vec<(u32, u32)> = Vec::new();
    let mut conversions: Vec<(u32, u32)> = Vec::new();
    let mut unseen: BTreeMap<u32, usize> = BTreeMap::new();
    let mut variants: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for event in &import.events {
        let key = (event.experiment, event.reader);
        if event.kind == Kind::Impression {
            variants.entry(event.experiment).or_default().insert(event.variant);
            let seen = readers.entry(key).or_insert_with(|| {
                order.push(key);
                Seen { variant: event.variant, build: event.build, segment: event.segment, converted: false, crossed: false }
            });
            seen.crossed |= seen.variant != event.variant;
        } else if event.kind == goal {
            match readers.get_mut(&key) {
                Some(seen) if !seen.converted => {
                    seen.converted = true;
                    conversions.push(key);
                }
                Some(_) => {}
                None => *unseen.entry(event.experiment).or_default() += 1,
            }
        }
    }
    let name = |number: u32| import.names[number as usize].clone();
    let mut tallies: BTreeMap<u32, (Tally, BTreeMap<u32, usize>)> = variants
        .into_iter()
        .map(|(experiment, variants)| {
            let mut names: Vec<(bool, String, u32)> =
                variants.into_iter().map(|number| (name(number) != CONTROL, name(number), number)).collect();
            names.sort();
            let places = names.iter().enumerate().map(|(at, (.., number))| (*number, at)).collect();
            let arms = names.into_iter().map(|(_, name, _)| Arm { name, count: Count::default() }).collect();
            let unseen = unseen.get(&experiment).copied().unwrap_or_default();
            (experiment, (Tally { name: name(experiment), arms, unseen, ..Tally::default() }, places))
        })
        .collect();
    for key in &order {
        let (Some(seen), Some((tally, places))) = (readers.get(key), tallies.get_mut(&key.0)) else { continue };
        if seen.crossed {
            tally.crossed += 1;
            continue;
        }
        let at = places[&seen.variant];
        let add = |count: &mut Count| {
            count.readers += 1;
            count.conversions += u64::from(seen.converted);
        };
        let none = vec![Count::default(); tally.arms.len()];
        add(&mut tally.arms[at].count);
        add(&mut tally.builds.entry(name(seen.build)).or_insert_with(|| none.clone())[at]);
        add(&mut tally.segments.entry(name(seen.segment)).or_insert(none)[at]);
    }
    for key in conversions {
        let (Some(seen), Some((tally, places))) = (readers.get(&key), tallies.get_mut(&key.0)) else { continue };
        if !seen.crossed {
            tally.conversions.push((name(seen.build), places[&seen.variant]));
        }
    }
    let mut tallies: Vec<Tally> = tallies.into_values().map(|(tally, _)| tally).collect();
    tallies.sort_by(|a, b| a.name.cmp(&b.name));
    tallies
}
