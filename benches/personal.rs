//! What lists of readers' own lose because a page holds no more than the 50 nearest in eight bits, beside lists from all scores as they are.
//!
//! `EVAL_DIR=… cargo bench --bench personal`: the folder has `read-next/*/pages.jsonl.gz` (id, title, summary, text, links) and `rel.jsonl`
//! (id, related). A reader is made of each list of what belongs together: the piece and a half of what belongs to it were read, on days of the
//! last month, and the other half is what should be found; halves and days follow from the names. nDCG@10 of both, and what is lost, whose limit is 1 %. Texts
//! are compared by words, links and folders.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a bench tells what it measured, by what variables say, and ends where something is not as it should be"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use kmsite::enrich::evaluate::evaluate;
use kmsite::enrich::next::{Item, Ranker, ranking};
use kmsite::enrich::personal::{HALF_LIFE, Listed, Profile, Visit, rank};
use kmsite::id::Hash;
use serde_json::Value;

/// So many neighbours a page has.
const NEAR: usize = 50;
/// So many are found for a reader.
const FOUND: usize = 10;

fn main() {
    let Ok(folder) = std::env::var("EVAL_DIR") else { return println!("EVAL_DIR is not set") };
    let mut sets: Vec<_> =
        std::fs::read_dir(Path::new(&folder).join("read-next")).unwrap().map(|set| set.unwrap().path()).collect();
    sets.sort();
    for set in sets {
        measure(&set);
    }
}

/// The lines of a text, each a JSON object.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn measure(set: &Path) {
    let mut text = String::new();
    let packed = std::fs::File::open(set.join("pages.jsonl.gz")).unwrap();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    let pages = lines(&text);
    let ids: Vec<&str> = pages.iter().map(|page| page["id"].as_str().unwrap()).collect();
    let places: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(at, &id)| (id, at)).collect();
    let items: Vec<Item> = pages.iter().map(|page| item(page, &places)).collect();
    let ranking = ranking(&items, None);
    let mut ranker = ranking.ranker();
    let (mut near, mut exact, mut truth) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for line in lines(&std::fs::read_to_string(set.join("rel.jsonl")).unwrap()) {
        let id = line["id"].as_str().unwrap();
        let related = line["related"].as_array().unwrap().iter().filter_map(|id| places.get(id.as_str()?).copied());
        let Some((read, sought)) = reader(id, related.collect(), &ids) else { continue };
        let read: BTreeMap<usize, f64> = read.into_iter().chain([places[id]]).map(|piece| (piece, day(id, ids[piece]))).collect();
        let named = |found: Vec<usize>| found.into_iter().map(|at| ids[at].to_owned()).collect::<Vec<String>>();
        near.insert(id.to_owned(), named(by_pages(&read, ids.len(), &mut ranker)));
        exact.insert(id.to_owned(), named(by_scores(&read, &mut ranker)));
        truth.insert(id.to_owned(), named(sought));
    }
    let [near, exact] = [near, exact].map(|lists| evaluate(&lists, &truth).figures[0].value);
    let lost = 100.0 * (1.0 - near / exact);
    println!(
        "{:<20} {} readers: nDCG@10 {near:.4} by pages, {exact:.4} by all scores, {lost:+.2} % lost",
        name(set),
        truth.len()
    );
}

fn name(set: &Path) -> String {
    set.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn item(page: &Value, places: &BTreeMap<&str, usize>) -> Item {
    let text = |key: &str| page[key].as_str().unwrap_or_default().to_owned();
    let links = page["links"].as_array().into_iter().flatten().filter_map(|id| places.get(id.as_str()?).copied());
    Item { title: text("title"), summary: text("summary"), text: text("text"), path: text("id"), links: links.collect() }
}

/// A byte that follows from two names.
fn byte(one: &str, other: &str) -> u8 {
    Hash::of_parts(&[one.as_bytes(), other.as_bytes()]).0[0]
}

/// What of the pieces that belong to one was read, and what is sought; `None` if there are too few.
fn reader(id: &str, related: Vec<usize>, ids: &[&str]) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut related: Vec<usize> = related.into_iter().filter(|&at| ids[at] != id).collect();
    related.sort_by_key(|&at| (byte(id, ids[at]), at));
    let sought = related.split_off(related.len() / 2);
    (!related.is_empty()).then_some((related, sought))
}

/// On which day of the last month a piece was read.
fn day(reader: &str, piece: &str) -> f64 {
    f64::from(byte(piece, reader) % 30)
}

/// The list that a device makes of what pages tell it.
fn by_pages(read: &BTreeMap<usize, f64>, count: usize, ranker: &mut Ranker<'_>) -> Vec<usize> {
    let number = |at: usize| u16::try_from(at).unwrap();
    let visit = |(&piece, &at): (&usize, &f64)| {
        let best = ranker.best(piece, NEAR, &|_| true);
        let highest = best.first().map_or(1, |ranked| ranked.score.max(1));
        let eight = |score: i32| (255.0 * f64::from(score) / f64::from(highest)).round().clamp(1.0, 255.0) as u8;
        let near =
            best.iter().filter(|ranked| ranked.score > 0).map(|ranked| (number(ranked.item), eight(ranked.score))).collect();
        Visit { piece: number(piece), at, part: 1.0, near }
    };
    let profile = Profile { visits: read.iter().map(visit).collect(), dismissed: BTreeSet::new() };
    let pieces = (0..count).map(|at| (number(at), Listed::default())).collect();
    rank(&profile, &pieces, (30.0, FOUND)).into_iter().map(|found| found.piece.into()).collect()
}

/// The list from all scores as they are.
fn by_scores(read: &BTreeMap<usize, f64>, ranker: &mut Ranker<'_>) -> Vec<usize> {
    let mut scores = BTreeMap::<usize, f64>::new();
    for (&piece, at) in read {
        let all = ranker.best(piece, usize::MAX / 4, &|_| true);
        let highest = all.first().map_or(1, |ranked| ranked.score.max(1));
        let weight = (-(30.0 - at) / HALF_LIFE).exp2();
        for ranked in all.iter().filter(|ranked| ranked.score > 0) {
            *scores.entry(ranked.item).or_default() += weight * f64::from(ranked.score) / f64::from(highest);
        }
    }
    let mut found: Vec<(usize, f64)> = scores.into_iter().filter(|(piece, _)| !read.contains_key(piece)).collect();
    found.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    found.into_iter().take(FOUND).map(|(piece, _)| piece).collect()
}
