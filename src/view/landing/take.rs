//! A page and its variants -> each part in all the ways it is said, each with the variants that say it so.
//!
//! All of them stand in one page, and a script picks before it is painted. Invariant: each variant says each part exactly once.

use serde::Serialize;

use crate::promote::Pitch;

/// A part of a page as some of its variants say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Take<T> {
    /// The variants by number, parted by spaces; 0 is the page as it is. Empty where all say the same.
    pub arms: String,
    /// Whether the page as it is says so.
    pub control: bool,
    /// What is said.
    pub said: T,
}

/// What the page as it is says, of all the ways it is said.
#[must_use]
pub fn usual<T>(takes: &[Take<T>]) -> Option<&T> {
    takes.iter().find(|take| take.control).map(|take| &take.said)
}

/// What a page says, and what its variants say instead.
pub(super) struct Pitches {
    /// The page as it is, or the one variant that is shown.
    pub shown: Pitch,
    /// The variants that stand in the same page.
    pub others: Vec<Pitch>,
}

impl Pitches {
    /// A part of the page in all the ways it is said, in the order of the variants.
    pub(super) fn takes<T: PartialEq>(&self, part: impl Fn(&Pitch) -> T) -> Vec<Take<T>> {
        let mut takes: Vec<(Vec<usize>, T)> = Vec::new();
        for (arm, pitch) in std::iter::once(&self.shown).chain(&self.others).enumerate() {
            let said = part(pitch);
            match takes.iter_mut().find(|(_, known)| *known == said) {
                Some((arms, _)) => arms.push(arm),
                None => takes.push((vec![arm], said)),
            }
        }
        let is_one = takes.len() == 1;
        let told = |arms: &[usize]| arms.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        let take = |(arms, said): (Vec<usize>, T)| Take {
            arms: if is_one { String::new() } else { told(&arms) },
            control: arms.contains(&0),
            said,
        };
        takes.into_iter().map(take).collect()
    }
}
