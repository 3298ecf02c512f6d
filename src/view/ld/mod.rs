//! A page -> its JSON-LD: one `@graph` of schema.org nodes that search engines read.
//!
//! Facts come from public front matter and from `access::public` and `access::declassify`; the join link of a paid session and
//! the rest of a paid answer are not among them. Invariant: a string never holds `<`, so no text can end the script element.

mod campaign;
mod node;
mod offers;
mod piece;

use self::node::{Node, Value};
use super::names::Names;
use crate::id::{Lang, PieceId, Route, TermId};
use crate::model::{Campaign, Edition, Site};

/// The page that is described.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A piece's page.
    Piece(PieceId),
    /// A page of a list.
    List {
        /// Which list.
        term: TermId,
        /// The page's address.
        route: &'a Route,
        /// The pieces on this page.
        pieces: &'a [PieceId],
        /// How many pieces stand on the pages before.
        before: usize,
    },
    /// The page of tiers and products with their prices.
    Prices(Own<'a>),
    /// The page of a campaign.
    Sale(Own<'a>, (&'a Campaign, &'a Edition)),
    /// Another page: a home without a text of its own, the matrix …
    Other(Own<'a>),
}

/// A page that no piece and no list stands for.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Its language.
    pub lang: &'a Lang,
    /// Its address.
    pub route: &'a Route,
    /// Its title.
    pub title: &'a str,
}

/// Makes the JSON-LD of a page: the text of a `script` element of type `application/ld+json`.
#[must_use]
pub fn script(site: &Site, names: &dyn Names, subject: &Subject<'_>) -> String {
    let ld = Ld { site, names };
    let mut nodes = Vec::new();
    match *subject {
        Subject::Piece(id) => piece::nodes(&ld, site.piece(id), &mut nodes),
        Subject::List { term, route, pieces, before } => ld.list(term, route, (pieces, before), &mut nodes),
        Subject::Prices(own) => {
            ld.page(&own, "WebPage", &mut nodes);
            offers::catalogue(&ld, own.lang, &mut nodes);
        }
        Subject::Sale(own, sold) => campaign::nodes(&ld, &own, sold, &mut nodes),
        Subject::Other(own) => ld.page(&own, "WebPage", &mut nodes),
    }
    let graph = Graph { context: "https://schema.org", nodes };
    // Within JSON, `<` stands in strings only, so the escape is always right.
    serde_json::to_string(&graph).unwrap_or_default().replace('<', "\\u003c")
}

/// What a page says of itself.
#[derive(serde::Serialize)]
struct Graph {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    nodes: Vec<Value>,
}

/// What every part of the graph is made from.
struct Ld<'a> {
    site: &'a Site,
    names: &'a dyn Names,
}

/// A step of the way from the home page: a name and an address.
type Step = (String, Route);

impl Ld<'_> {
    /// The site and its publisher, which every page names.
    fn frame(&self, lang: &Lang, nodes: &mut Vec<Value>) {
        let config = &self.site.config;
        let home = self.site.absolute(&Route::root());
        let site = Node::new("WebSite")
            .id(self.global("website"))
            .with("url", self.site.absolute(&self.site.home(lang)))
            .with("name", config.title.get(lang))
            .text("description", config.description.get(lang))
            .with("inLanguage", lang.as_str())
            .with("publisher", Node::reference(self.global("publisher")));
        nodes.push(site.into());
        let (kind, name) = match config.author_in(lang) {
            Some(author) => ("Person", author),
            None => ("Organization", config.title.get(lang)),
        };
        nodes.push(Node::new(kind).id(self.global("publisher")).with("name", name).with("url", home).into());
    }

    /// The id of something the whole site has one of.
    fn global(&self, name: &str) -> String {
        format!("{}#{name}", self.site.absolute(&Route::root()))
    }

    /// A page's own node, without what depends on its kind.
    fn web_page(&self, own: &Own<'_>, kind: &str) -> Node {
        let url = self.site.absolute(own.route);
        Node::new(kind)
            .id(format!("{url}#webpage"))
            .with("url", url)
            .with("name", own.title)
            .with("inLanguage", own.lang.as_str())
            .with("isPartOf", Node::reference(self.global("website")))
    }

    /// A page that is nothing but a page.
    fn page(&self, own: &Own<'_>, kind: &str, nodes: &mut Vec<Value>) {
        self.frame(own.lang, nodes);
        nodes.push(self.web_page(own, kind).into());
        self.breadcrumb(own.lang, &[(own.title.to_owned(), own.route.clone())], nodes);
    }

    /// A page of a list, with its slice of the pieces.
    fn list(&self, term: TermId, route: &Route, (pieces, before): (&[PieceId], usize), nodes: &mut Vec<Value>) {
        let term = self.site.term(term);
        let name = self.names.list(term);
        let items: Vec<Value> = pieces
            .iter()
            .zip(before + 1..)
            .map(|(&piece, position)| {
                let piece = self.site.piece(piece);
                Node::new("ListItem")
                    .with("position", position)
                    .with("url", self.site.absolute(&piece.route))
                    .with("name", &*piece.title)
                    .into()
            })
            .collect();
        let items = Node::new("ItemList").with("numberOfItems", term.pieces.len()).with("itemListElement", items);
        self.frame(&term.lang, nodes);
        let page = self.web_page(&Own { lang: &term.lang, route, title: &name }, "CollectionPage");
        nodes.push(page.with("mainEntity", items).into());
        self.breadcrumb(&term.lang, &[(name, term.route.clone())], nodes);
    }

    /// The way from the home page to this one, if there is one to go.
    fn breadcrumb(&self, lang: &Lang, steps: &[Step], nodes: &mut Vec<Value>) {
        let home = (self.site.config.title.get(lang).to_owned(), self.site.home(lang));
        let Some((_, last)) = steps.last().filter(|(_, route)| *route != home.1) else { return };
        let items: Vec<Value> = [&home]
            .into_iter()
            .chain(steps)
            .zip(1_usize..)
            .map(|((name, route), position)| {
                let item = Node::new("ListItem").with("position", position).with("name", name.as_str());
                item.with("item", self.site.absolute(route)).into()
            })
            .collect();
        let id = format!("{}#breadcrumb", self.site.absolute(last));
        nodes.push(Node::new("BreadcrumbList").id(id).with("itemListElement", items).into());
    }
}
