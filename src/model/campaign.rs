//! A campaign with everything settled: what it sells in which language, and which of its terms still hold.

use crate::config::{Campaign as Written, CopyVariant, Layout, Offering};
use crate::id::{Lang, PieceId, Route, SourcePath};

/// What is sold on pages of its own, one for each language.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// What names it in links: the last part of its address, in lower case.
    pub name: Box<str>,
    /// The file that it stands in.
    pub file: SourcePath,
    /// What it sells.
    pub offer: Offering,
    /// How its pages are laid out.
    pub layout: Layout,
    /// What its file says, without terms that were over before the day of the build.
    pub written: Written,
    /// In which proportion readers see the page as it is and each of its variants; one number without variants.
    pub weights: Vec<u32>,
    /// Its pages, in the order of the site's languages.
    pub editions: Vec<Edition>,
}

/// The page of a campaign in a language.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The language.
    pub lang: Lang,
    /// The address.
    pub route: Route,
    /// The topmost pieces that what is sold opens, by address: a course stands for its lessons.
    pub pieces: Vec<PieceId>,
}

impl Campaign {
    /// The page in a language.
    #[must_use]
    pub fn edition(&self, lang: &Lang) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.lang == *lang)
    }

    /// The variant of this number.
    #[must_use]
    pub fn variant(&self, number: usize) -> Option<&CopyVariant> {
        self.written.variants.get(number)
    }
}

impl Edition {
    /// The address of the page that those come back to who bought.
    #[must_use]
    pub fn thanks(&self) -> Route {
        self.route.child("thanks")
    }

    /// The address of a variant of the page.
    #[must_use]
    pub fn variant(&self, variant: &CopyVariant) -> Route {
        self.route.child(&variant.id)
    }
}
