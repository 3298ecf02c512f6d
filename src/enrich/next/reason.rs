//! What two pieces have in common -> whether one may be led to from the other, and what readers are told of why.
//!
//! What is said must be true, and a z-score says only that others have less in common. So words and meaning count here as they are: two pieces are on the
//! same subject from certain cosines on, which were set by reading some dozens of entries near the border, in either language. Who links where is a fact by itself.

use super::{Common, Signal};
use crate::model::{Piece, Site, Taxonomy, Term};

/// Two texts are on the same subject if their words have this cosine and the model finds nothing in common; with what it finds, less will do.
const WORDS: f32 = 0.29;
/// The same for the model's vectors.
const MEANING: f32 = 0.72;
/// The cosine of words that will do where no model was asked.
const WORDS_ALONE: f32 = 0.2;
/// So many have to refer to both, or it is chance.
const TOGETHER: usize = 2;
/// And so great a share of those that refer to either: what everybody refers to is mentioned with everything.
const BOND: f32 = 0.25;

/// Why a piece is led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is on the same subject, at a higher level.
    Deeper,
    /// It is on the same subject, at a lower level.
    Easier,
    /// It has this topic too.
    Topic(Box<str>),
    /// This text refers to it.
    Linked,
    /// It refers to this text.
    LinkedFrom,
    /// Others refer to both.
    Together,
    /// It has much in common.
    Similar,
}

impl Reason {
    /// The name in JSON and of the theme's string for it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Deeper => "deeper",
            Self::Easier => "easier",
            Self::Topic(_) => "topic",
            Self::Linked => "linked",
            Self::LinkedFrom => "linked_from",
            Self::Together => "together",
            Self::Similar => "similar",
        }
    }

    /// The reason that the strongest signal gives; none if there is none that is true.
    pub(super) fn of(site: &Site, piece: &Piece, other: &Piece, (parts, common): (&[f32; 8], Common)) -> Option<Self> {
        let of = |signal: Signal| parts[signal as usize];
        let content = of(Signal::Words) + of(Signal::Like) + of(Signal::Meaning);
        let is_together = common.together >= TOGETHER && common.bond >= BOND;
        let together = if is_together { of(Signal::Together) } else { 0.0 };
        let ways = [(Self::Linked, of(Signal::Link)), (Self::LinkedFrom, of(Signal::LinkedFrom)), (Self::Together, together)];
        let strongest = ways.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, way)| *way > 0.0);
        let is_on_subject = is_on_subject(common);
        match strongest {
            Some((reason, way)) if way > content || !is_on_subject => return Some(reason),
            _ => {}
        }
        let topic = topic(site, piece, other).map(|term| Self::Topic(term.name.clone()));
        if !is_on_subject {
            return topic;
        }
        match steps(piece, other) {
            Some(1..) => Some(Self::Deeper),
            Some(..=-1) => Some(Self::Easier),
            _ => Some(topic.unwrap_or(Self::Similar)),
        }
    }
}

/// Whether two pieces are on the same subject.
pub(super) fn is_on_subject(common: Common) -> bool {
    match common.meaning {
        Some(meaning) => common.words / WORDS + meaning.max(0.0) / MEANING >= 1.0,
        None => common.words >= WORDS_ALONE,
    }
}

/// The rarest tag that both have.
fn topic<'a>(site: &'a Site, piece: &Piece, other: &Piece) -> Option<&'a Term> {
    let shared = piece.tags.iter().filter(|tag| other.tags.contains(tag)).map(|&tag| site.term(tag));
    shared.filter(|term| term.taxonomy == Taxonomy::Tag).min_by_key(|term| (term.pieces.len(), term.id))
}

/// How many levels one piece is above another, if both have one.
pub(super) fn steps(piece: &Piece, other: &Piece) -> Option<i32> {
    let level = |piece: &Piece| piece.level.map(|(level, _)| level as i32);
    Some(level(other)? - level(piece)?)
}
