//! Texts of a language -> the phrases that each says again and again.
//!
//! In letters a phrase is one to three words with no function word among them. Chinese is not parted into words, so a phrase is two to five characters that hold
//! together: they meet more often than their parts would by chance (pointwise mutual information), and stand among various neighbours on either
//! side (the entropy of these), as whole words do and their pieces do not.
//!
//! What a text is about stands in it often, and in few others: phrases are ordered by tf × idf, longer ones before their parts.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use super::{Offer, TIMES};
use crate::search::{self, Run};

/// The most words of a phrase.
const WORDS: usize = 3;
/// The most characters of a Chinese phrase.
const CHARACTERS: usize = 5;
/// A phrase that a greater share of all texts says often tells them apart no more.
const EVERYWHERE: f32 = 0.3;
/// By how much two parts meet more often than by chance, at least.
const COHESION: f32 = 12.0;
/// Of how many bits the neighbours on either side are, at least.
const FREEDOM: f32 = 1.2;
/// The part of a longer phrase is offered beside it only if it stands so much more often.
const PART: f32 = 1.7;

/// Words that are in phrases of no subject.
const FUNCTION_WORDS: &str = "a about above after again against all also am an and another any are as at away back be became because become been before being below between both but by \
    came can cannot come could did different do does done down during each either else even every few find first for from further get give go goes going good got had has have having he her here \
    hers him his how however i if in instead into is it its itself just keep kind know last least less let like ll look lot made make makes many may me might more most much must my need \
    never new next no nor not nothing now of off often on once one only or other others our out over own part people per put rather re really right s said same say second see set several \
    shall she should show since so some something still such sure t take than that the their them then there these they thing things think this those though through thus time to together \
    too two under until up upon us use used useful uses using ve very want was way ways we well went were what when where whether which while who whole why will with within without won \
    would yes yet you your example following work works called call start section chapter above below note course don doesn isn didn let's";
/// Characters that are in no name of a subject.
const FUNCTION_CHARACTERS: &str =
    "的了是在和与就都而着什吗呢吧啊我你他她它们这那哪么之也很但或及其被把让给从向于以为因所则却并且若如果虽然即使";
/// Characters that no name of a subject begins or ends with.
const EDGE_CHARACTERS: &str = "一二三四五六七八九十个些有没不会能可要将还又再只已经到来去上下中里外前后时对说看做用使得地种次位条件些每各某该此多少更最太非";

/// The phrases of texts.
pub(super) struct Phrases {
    /// For each text, how often it says which.
    texts: Vec<BTreeMap<Box<str>, usize>>,
    /// How many texts say each often.
    pieces: HashMap<Box<str>, usize>,
}

impl Phrases {
    pub(super) fn of(texts: &[String]) -> Self {
        let stretches: Vec<Vec<Stretch>> = texts.par_iter().map(|text| stretches(text)).collect();
        let mut counted: Vec<BTreeMap<Box<str>, usize>> = stretches.par_iter().map(|own| said(own)).collect();
        let words = whole(&stretches, &counted);
        for own in &mut counted {
            own.retain(|phrase, _| !is_han(phrase) || words.contains(phrase));
        }
        let mut pieces: HashMap<Box<str>, usize> = HashMap::new();
        counted.iter().flat_map(BTreeMap::keys).for_each(|phrase| *pieces.entry(phrase.clone()).or_default() += 1);
        Self { texts: counted, pieces }
    }

    /// What a text is about, best first: what others are about too, but not most of them.
    pub(super) fn of_text(&self, at: usize) -> Vec<Offer> {
        let count = self.texts.len() as f32;
        let most = (count * EVERYWHERE).max(2.0) as usize;
        let offers = self.texts[at].iter().map(|(name, &times)| Offer { name: name.clone(), times, pieces: self.pieces[name] });
        let mut offers: Vec<(f32, Offer)> = offers
            .filter(|offer| (2..=most).contains(&offer.pieces))
            .map(|offer| {
                let length =
                    if is_han(&offer.name) { offer.name.chars().count() as f32 / 2.0 } else { words(&offer.name) as f32 };
                (offer.times as f32 * (count / offer.pieces as f32).ln() * (1.0 + length) / 2.0, offer)
            })
            .collect();
        offers.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        let mut chosen: Vec<Offer> = Vec::new();
        for (_, offer) in offers {
            let is_part = |one: &Offer| one.name.contains(&*offer.name) && (offer.times as f32) < one.times as f32 * PART;
            let is_more = |one: &Offer| offer.name.contains(&*one.name);
            if !chosen.iter().any(|one| is_part(one) || is_more(one)) {
                chosen.push(offer);
            }
        }
        chosen
    }
}

fn words(phrase: &str) -> usize {
    phrase.split(' ').count()
}

fn is_han(phrase: &str) -> bool {
    phrase.chars().next().is_some_and(|c| c as u32 >= 0x2e80)
}

/// What stands between two marks of punctuation or function words.
enum Stretch {
    Words(Vec<String>),
    Han(Vec<char>),
}

/// The stretches of a text.
fn stretches(text: &str) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    for part in text.split(|c: char| c.is_control() || ".,;:!?()[]{}\"“”‘’—–…/|。，；：！？（）【】《》「」、".contains(c))
    {
        let mut open: Vec<String> = Vec::new();
        for run in search::runs(part) {
            match run {
                Run::Word { text, marked } => {
                    let word = marked.unwrap_or(text);
                    if is_function(&word) {
                        stretches.push(Stretch::Words(std::mem::take(&mut open)));
                    } else {
                        open.push(word);
                    }
                }
                Run::Han(run) => {
                    stretches.push(Stretch::Words(std::mem::take(&mut open)));
                    let parts = run.split(|c| FUNCTION_CHARACTERS.contains(*c));
                    stretches.extend(parts.filter(|part| part.len() > 1).map(|part| Stretch::Han(part.to_vec())));
                }
            }
        }
        stretches.push(Stretch::Words(open));
    }
    stretches.retain(|stretch| !matches!(stretch, Stretch::Words(words) if words.is_empty()));
    stretches
}

fn is_function(word: &str) -> bool {
    word.len() < 2
        || word.bytes().all(|byte| byte.is_ascii_digit())
        || FUNCTION_WORDS.split_ascii_whitespace().any(|one| one == word)
}

/// The phrases that a text says often enough, with how often.
fn said(stretches: &[Stretch]) -> BTreeMap<Box<str>, usize> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for stretch in stretches {
        match stretch {
            Stretch::Words(words) => {
                for length in 1..=WORDS {
                    words.windows(length).for_each(|phrase| *counts.entry(phrase.join(" ")).or_default() += 1);
                }
            }
            Stretch::Han(run) => {
                for length in 2..=CHARACTERS {
                    run.windows(length).for_each(|phrase| *counts.entry(phrase.iter().collect()).or_default() += 1);
                }
            }
        }
    }
    let often = counts.into_iter().filter(|&(_, times)| times >= TIMES);
    often.map(|(phrase, times)| (phrase.into_boxed_str(), times)).collect()
}

/// What is known of a run of characters among all texts.
#[derive(Default)]
struct Seen {
    times: usize,
    before: BTreeMap<Option<char>, usize>,
    after: BTreeMap<Option<char>, usize>,
}

/// The runs of characters that are whole words.
fn whole(stretches: &[Vec<Stretch>], counted: &[BTreeMap<Box<str>, usize>]) -> HashSet<Box<str>> {
    let phrases = counted.iter().flat_map(BTreeMap::keys).filter(|phrase| is_han(phrase));
    let mut seen: HashMap<&str, Seen> = phrases.map(|phrase| (&**phrase, Seen::default())).collect();
    let mut single: HashMap<char, usize> = HashMap::new();
    let mut all = 0;
    let mut phrase = String::new();
    let runs = stretches.iter().flatten().filter_map(|stretch| if let Stretch::Han(run) = stretch { Some(run) } else { None });
    for run in runs {
        all += run.len();
        run.iter().for_each(|&c| *single.entry(c).or_default() += 1);
        for length in 2..=CHARACTERS {
            for (at, characters) in run.windows(length).enumerate() {
                phrase.clear();
                phrase.extend(characters);
                if let Some(seen) = seen.get_mut(&*phrase) {
                    seen.times += 1;
                    *seen.before.entry(at.checked_sub(1).map(|at| run[at])).or_default() += 1;
                    *seen.after.entry(run.get(at + length).copied()).or_default() += 1;
                }
            }
        }
    }
    let times = |part: &str| {
        let mut characters = part.chars();
        match (characters.next(), characters.next()) {
            (Some(c), None) => single.get(&c).copied().unwrap_or(1),
            _ => seen.get(part).map_or(1, |seen| seen.times),
        }
    };
    let is_whole = |(phrase, seen): (&&str, &Seen)| {
        let is_edge = |c: Option<char>| c.is_none_or(|c| EDGE_CHARACTERS.contains(c));
        let splits = phrase.char_indices().skip(1).map(|(at, _)| times(&phrase[..at]) * times(&phrase[at..]));
        let chance = splits.max().unwrap_or(1) as f32 / all.max(1) as f32;
        !is_edge(phrase.chars().next())
            && !is_edge(phrase.chars().next_back())
            && seen.times as f32 >= COHESION * chance
            && entropy(&seen.before) >= FREEDOM
            && entropy(&seen.after) >= FREEDOM
    };
    phrases_of(&seen).into_iter().filter(|phrase| is_whole((phrase, &seen[*phrase]))).map(Into::into).collect()
}

/// The runs in order.
fn phrases_of<'a>(seen: &HashMap<&'a str, Seen>) -> Vec<&'a str> {
    let mut phrases: Vec<&str> = seen.keys().copied().collect();
    phrases.sort_unstable();
    phrases
}

/// How various neighbours are, in bits. Ends of a run are various by themselves: each counts as another one.
fn entropy(neighbours: &BTreeMap<Option<char>, usize>) -> f32 {
    let all: usize = neighbours.values().sum();
    let share = |count: usize| count as f32 / all.max(1) as f32;
    let bits = neighbours.iter().map(|(neighbour, &count)| match neighbour {
        None => -share(count) * share(1).log2(),
        Some(_) => -share(count) * share(count).log2(),
    });
    bits.sum()
}
