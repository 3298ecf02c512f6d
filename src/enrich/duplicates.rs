//! A site -> pieces that say nearly the same as another one, for their author to look at.
//!
//! Of the text that everyone may read, every `WIDTH` tokens in a row are hashed, and the lowest `SKETCH` hashes are kept (Broder 1997, "On the
//! resemblance and containment of documents"): the share that two sketches have in common estimates the share of the texts. Languages stay apart, so that a
//! translation repeats nothing.
//!
//! Invariant: each piece is told of once at the most, with the first one by address that it repeats.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::access;
use crate::diag::{At, Diag, code};
use crate::id::{Hash, Lang};
use crate::model::text::{Headings, text};
use crate::model::{Piece, Site};
use crate::search;

/// How many tokens in a row tell texts apart: shorter runs are usual phrases.
const WIDTH: usize = 5;
/// How many hashes are kept. The estimate is right to about a tenth.
const SKETCH: usize = 128;
/// Shorter texts are alike by chance, or say too little to matter.
const SHORTEST: usize = 50;
/// What so many pieces say is what a site says everywhere.
const EVERYWHERE: usize = 64;
/// The share that texts which say the same have in common, in hundredths.
const SAME: usize = 70;

/// Says which pieces repeat another one.
#[must_use]
pub fn duplicates(site: &Site) -> Vec<Diag> {
    site.languages.iter().flat_map(|language| of_language(site, &language.tag)).collect()
}

fn of_language(site: &Site, lang: &Lang) -> Vec<Diag> {
    let pieces: Vec<&Piece> = site.pieces.iter().filter(|piece| piece.lang == *lang && piece.kind.is_read()).collect();
    let sketches: Vec<Vec<u64>> = pieces.par_iter().map(|piece| sketch(&told(piece))).collect();
    let mut diags = Vec::new();
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, sketch) in sketches.iter().enumerate() {
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        for &hash in sketch {
            let earlier = seen.entry(hash).or_default();
            if earlier.len() <= EVERYWHERE {
                earlier.iter().for_each(|&other| *common.entry(other).or_default() += 1);
                earlier.push(at);
            }
        }
        let likely = common.into_iter().filter(|&(_, count)| count * 200 >= sketch.len() * SAME).map(|(other, _)| other);
        let first = likely.map(|other| (other, share(sketch, &sketches[other]))).find(|&(_, share)| share >= SAME);
        diags.extend(first.map(|(other, share)| diag(pieces[at], pieces[other], share)));
    }
    diags
}

fn diag(piece: &Piece, other: &Piece, share: usize) -> Diag {
    let message =
        format!("`{}` says nearly the same as `{}`: {share} % of what everyone may read is in both", piece.title, other.title);
    Diag::warning(&code::NEAR_DUPLICATE, message)
        .at(At::file(&piece.doc.path))
        .related(At::file(&other.doc.path), "the other one")
        .hint("keep one, and let it have the address of the other under `aliases:`; or say in each what only that one says")
}

/// What everyone may read of a piece.
fn told(piece: &Piece) -> String {
    let public = access::embedding_text(piece);
    public.bodies.iter().map(|body| text(&body.blocks, Headings::Keep)).collect::<Vec<_>>().join("\n")
}

/// The lowest hashes of a text, lowest first; none of a short one.
fn sketch(text: &str) -> Vec<u64> {
    let mut tokens: Vec<String> = Vec::new();
    search::tokens(text, &mut |token| tokens.push(token.to_owned()));
    let hash = |row: &[String]| {
        let Hash([a, b, c, d, e, f, g, h, ..]) = Hash::of(row.join(" ").as_bytes());
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    };
    let mut hashes: Vec<u64> = tokens.windows(WIDTH).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    if hashes.len() < SHORTEST {
        return Vec::new();
    }
    hashes.truncate(SKETCH);
    hashes
}

/// The share of two sketches' lowest hashes that both have, in hundredths.
fn share(one: &[u64], other: &[u64]) -> usize {
    let mut all: Vec<u64> = one.iter().chain(other).copied().collect();
    all.sort_unstable();
    let mut both = 0;
    let mut different = 0;
    let mut rest = all.as_slice();
    while let [hash, tail @ ..] = rest
        && different < SKETCH
    {
        let is_both = tail.first() == Some(hash);
        both += usize::from(is_both);
        different += 1;
        rest = &tail[usize::from(is_both)..];
    }
    100 * both / different.max(1)
}
