//! The document's head: title, canonical address, previews, languages, feeds.

use serde::Serialize;

use super::context::ViewContext;
use super::landing::ExperimentView;
use super::media::ImageView;
use super::shared::Html;
use super::text;
use crate::access;
use crate::id::{Lang, Route};
use crate::model::{Language, Piece, Site};
use crate::theme::page_style;

/// What stands in a document's `<head>`.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// The document's title: the page's, then the site's.
    pub title: String,
    /// The page's title alone, for previews.
    pub name: String,
    /// A sentence or two for search engines and previews; may be empty.
    pub description: String,
    /// The page's address within its host, as links write it.
    pub href: String,
    /// The page's absolute address.
    pub canonical: String,
    /// The Open Graph type: `website`, `article` or `book`.
    pub og_type: &'static str,
    /// The picture for previews.
    pub image: Option<ImageView>,
    /// When it was published (RFC 3339); empty if it has no date.
    pub published: String,
    /// When it was changed (RFC 3339); empty if it was not.
    pub modified: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The same page in all its languages, itself included; empty if there is but one.
    pub alternates: Vec<Alternate>,
    /// The feeds that belong to the page.
    pub feeds: Vec<FeedLink>,
    /// JSON-LD, ready to stand in a `<script>`; empty if there is none. The maker of the page sets it.
    pub jsonld: Html,
    /// What is tried on the page, if anything is.
    pub experiment: Option<ExperimentView>,
    /// Whether search engines are asked to leave the page out.
    pub noindex: bool,
    /// The style sheet for what the page's text styles by itself, if it does; behind the theme's.
    pub sheet: Option<String>,
    /// The colours of the theme's paper, for the browser's own frame.
    pub theme_color: ThemeColour,
}

/// A colour for each mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThemeColour {
    /// In the light mode, as `#fdfdfb`.
    pub light: String,
    /// In the dark mode.
    pub dark: String,
}

/// A page in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alternate {
    /// The language, or `x-default`.
    pub lang: String,
    /// The absolute address.
    pub href: String,
}

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedLink {
    /// Its name.
    pub title: String,
    /// Its address.
    pub href: String,
    /// Its media type.
    pub media: &'static str,
}

/// A language of the site, as the language menu shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LanguageLink {
    /// Its tag.
    pub tag: String,
    /// Its name in itself: `中文`, `English`.
    pub name: String,
    /// The same page in this language, else its home.
    pub href: String,
    /// Whether it is the page's own.
    pub current: bool,
    /// Whether it leads to the same page, and not home.
    pub translated: bool,
}

impl Head {
    /// A head with title and address, everything else empty.
    pub(super) fn new(cx: &ViewContext, lang: &Lang, route: &Route, name: &str) -> Self {
        let site = cx.site();
        let paper = &cx.theme().manifest().paper;
        let site_title = site.config.title.get(lang);
        let title = match (name.is_empty() || name == site_title, site_title.is_empty()) {
            (true, _) => site_title.to_owned(),
            (false, true) => name.to_owned(),
            (false, false) => format!("{name} · {site_title}"),
        };
        Self {
            title,
            name: if name.is_empty() { site_title.to_owned() } else { name.to_owned() },
            description: String::new(),
            href: site.href(route),
            canonical: site.absolute(route),
            og_type: "website",
            image: None,
            published: String::new(),
            modified: String::new(),
            authors: Vec::new(),
            alternates: Vec::new(),
            feeds: home_feeds(cx, lang),
            jsonld: Html::default(),
            experiment: None,
            noindex: false,
            sheet: None,
            theme_color: ThemeColour { light: paper.light.to_string(), dark: paper.dark.to_string() },
        }
    }

    /// Adds the style sheet of a piece's text.
    pub(super) fn styled(mut self, site: &Site, piece: &Piece) -> Self {
        self.sheet = page_style::route(&access::styles(piece)).map(|route| site.href(&route));
        self
    }

    /// Names the same page in other languages. Search engines want every page of such a group to name all of them.
    pub(super) fn alternates(mut self, cx: &ViewContext, pages: &[(Lang, Route)]) -> Self {
        if pages.len() < 2 {
            return self;
        }
        let site = cx.site();
        let link = |lang: &str, route| Alternate { lang: lang.to_owned(), href: site.absolute(route) };
        let mut ordered: Vec<&(Lang, Route)> = pages.iter().collect();
        ordered.sort_by(|a, b| a.0.cmp(&b.0));
        self.alternates = ordered.iter().map(|(lang, route)| link(lang.as_str(), route)).collect();
        let default = cx.default_language();
        if let Some((_, route)) = pages.iter().find(|(lang, _)| *lang == default) {
            self.alternates.push(link("x-default", route));
        }
        self
    }
}

/// The feeds of a language's home.
pub(super) fn home_feeds(cx: &ViewContext, lang: &Lang) -> Vec<FeedLink> {
    feeds(cx, &cx.home(lang), cx.site().config.title.get(lang))
}

/// The feeds at a route: `feed.xml` and `feed.json`.
pub(super) fn feeds(cx: &ViewContext, route: &Route, title: &str) -> Vec<FeedLink> {
    let link =
        |file, media| FeedLink { title: title.to_owned(), href: cx.site().href(&Route::new(format!("{route}{file}"))), media };
    vec![link("feed.xml", "application/atom+xml"), link("feed.json", "application/feed+json")]
}

/// An entry of the language menu.
pub(super) fn language_link(site: &Site, language: &Language, current: &Lang, route: Option<&Route>) -> LanguageLink {
    LanguageLink {
        tag: language.tag.to_string(),
        name: text::language_name(&language.tag).to_owned(),
        current: language.tag == *current,
        translated: route.is_some(),
        href: site.href(route.unwrap_or(&language.home)),
    }
}
