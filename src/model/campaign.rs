//! A campaign with everything settled: what it sells in which language, and which of its terms still hold.

use crate::config::{AudienceEdition, Campaign as Written, CopyVariant, Layout, Offering};
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
    /// Its pages, in the order of the site's languages: those that speak to all, then those for each audience.
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
    /// The number of the audience that it speaks to; none of the page that speaks to all.
    pub audience: Option<usize>,
}

impl Campaign {
    /// The page for the same readers in a language.
    #[must_use]
    pub fn counterpart(&self, of: &Edition, lang: &Lang) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.lang == *lang && edition.audience == of.audience)
    }

    /// The pages that speak to all, one for each language.
    pub fn general(&self) -> impl Iterator<Item = &Edition> {
        self.editions.iter().filter(|edition| edition.audience.is_none())
    }

    /// The audience of a page, where it is another than the campaign's at large.
    #[must_use]
    pub fn audience(&self, edition: &Edition) -> Option<&AudienceEdition> {
        self.written.audiences.get(edition.audience?)
    }

    /// The variants of a page: that for an audience of its own has none.
    #[must_use]
    pub fn variants(&self, edition: &Edition) -> &[CopyVariant] {
        if edition.audience.is_none() { &self.written.variants } else { &[] }
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
