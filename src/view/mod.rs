//! What templates see: the template API. Every field that a template can name is one of a struct here, and documented there.
//!
//! A `Site` goes in, values for one page come out; nothing here makes HTML or reads a file. What everyone may see of a piece comes
//! from `access` alone. Invariant: no view holds all pages; what many pages show is a [`Shared`], made once.

pub mod access;
pub mod calendar;
mod card;
mod context;
pub mod feed;
mod footer;
mod head;
pub mod home;
mod labels;
pub mod landing;
pub mod ld;
pub mod list;
pub mod llms;
pub mod matrix;
mod media;
pub mod names;
mod offer;
mod outline;
pub mod personal;
pub mod piece;
pub mod plain;
pub mod pricing;
pub mod privacy;
pub mod redirect;
pub mod search;
mod services;
mod session;
mod shared;
mod site;
pub mod sitemap;
pub mod social;
pub mod terms;
mod text;

use serde::Serialize;

pub use card::Card;
pub use context::ViewContext;
pub use footer::{Contact, FooterView};
pub use head::{Alternate, FeedLink, Head, LanguageLink, ThemeColour};
pub use labels::{LevelLabel, TermLink, TierLabel};
pub use media::{ImageView, MediaLink};
pub use offer::{Offer, OfferCard, SealedRef};
pub use outline::OutlineEntry;
pub use services::{AnalyticsView, Attribute, CommentsView};
pub use session::SessionView;
pub use shared::{Html, Shared};
pub use site::{MenuLink, SiteView};
pub use text::DateText;

/// What every template gets: `site`, `t`, `lang`, `languages`, `head` and `page`.
#[derive(Clone, Debug, Serialize)]
pub struct Page<P> {
    /// The site in the page's language: [`SiteView`].
    pub site: Shared,
    /// The theme's words, a map below each dot of their keys: `t.nav.home`.
    pub t: Shared,
    /// The page's language (BCP 47), as `zh`.
    pub lang: String,
    /// The page in each language of the site; empty for a site with one language.
    pub languages: Vec<LanguageLink>,
    /// What stands in the document's head.
    pub head: Head,
    /// What the page shows.
    pub page: P,
}

/// A link with a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkView {
    /// The text.
    pub title: String,
    /// Where it leads.
    pub href: String,
}
