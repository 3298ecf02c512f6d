//! Blocks to HTML: the one place that knows both the tree of a document and the markup of a page.
//!
//! The result is valid HTML for a strict content security policy: no `style`, no scripts, every value escaped. Only raw HTML, which
//! an author wrote on purpose, goes through as it is, but for its `style` attributes, which become classes. It reads no files; code and
//! diagrams are remembered by content in the cache.
//! Invariants: ids are unique in a page, also where a teaser and what follows it are rendered apart (see [`Notes`]); headings begin at `<h2>`,
//! the page's own being the first level, and none stands more than one level below the one before it.

mod address;
mod block;
mod code;
mod component;
mod demand;
pub(super) mod escape;
mod inline;
mod media;
mod notes;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::components::ComponentSet;
use super::csp::Policy;
use super::math::{Display, Macros};
use crate::diag::{Diag, Noted};
use crate::id::{Lang, MediaId, SourcePath};
use crate::model::{Block, Body, Inline, Link, Node, Site, Walk, walk};
use crate::world::Cache;

pub use notes::labels as note_labels;

/// What rendering asks for besides the blocks.
#[derive(Clone, Copy)]
pub struct HtmlContext<'a> {
    /// Addresses, titles and media.
    pub site: &'a Site,
    /// The language of the page.
    pub lang: &'a Lang,
    /// The file that the blocks come from, for diagnostics.
    pub file: &'a SourcePath,
    /// The theme's words.
    pub strings: &'a dyn Strings,
    /// The theme's components.
    pub components: &'a dyn ComponentSet,
    /// What browsers will load.
    pub policy: &'a Policy,
    /// Where highlighted code and drawn diagrams are kept.
    pub cache: &'a dyn Cache,
    /// Which part of a document this is.
    pub notes: Notes<'a>,
    /// Files that are not published as they are: images among them have no smaller variants.
    pub withheld: &'a BTreeSet<MediaId>,
}

/// The words that a theme puts around an author's text.
///
/// Keys: `note`, `tip`, `important`, `warning`, `caution` (titles of alerts), `anchor` (a link to the section it stands in),
/// `footnotes`, `footnote-back`, `task-done`, `task-open`, `table` and `diagram`.
pub trait Strings: Send + Sync {
    /// The word under a key in a language; the key itself if there is none.
    fn get(&self, lang: &Lang, key: &str) -> Cow<'_, str>;
}

/// How the footnotes of a body relate to other parts of the same page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notes<'a> {
    /// There are no other parts.
    Whole,
    /// A part follows that is rendered apart, and out of sight for most: what it defines is a number here, without a link.
    Teaser,
    /// A part came before, and these are its [`note_labels`]: their numbers are taken.
    After(&'a [Box<str>]),
}

/// Renders a body.
///
/// A plain function, so that the gate can pass it to `Locked::map`.
pub fn body(body: &Body<Link>, cx: &HtmlContext<'_>) -> Noted<String> {
    parts(&[body], cx)
}

/// Renders bodies that follow each other, as one text: footnotes are numbered through and collected at the end.
pub fn parts(bodies: &[&Body<Link>], cx: &HtmlContext<'_>) -> Noted<String> {
    Writer::new(cx, bodies).write(bodies)
}

/// Renders what stands behind a teaser as a text of its own, which goes on where the teaser ends: with its numbers of footnotes, the
/// commands that its formulas define, and the levels of its headings. What the context says of footnotes does not count.
pub fn behind(teaser: &Body<Link>, rest: &Body<Link>, cx: &HtmlContext<'_>) -> Noted<String> {
    let labels = notes::labels(teaser);
    let cx = HtmlContext { notes: Notes::After(&labels), ..*cx };
    let mut writer = Writer::new(&cx, &[rest]);
    writer.follow(teaser);
    writer.write(&[rest])
}

/// Writes one text.
struct Writer<'a> {
    cx: &'a HtmlContext<'a>,
    /// The links of the body at hand.
    links: &'a [Link],
    out: String,
    diags: Vec<Diag>,
    notes: notes::Ledger<'a>,
    macros: Macros,
    /// The levels, as written, of the heading at hand and of those it stands under.
    open_headings: Vec<u8>,
    /// Images written so far; only the first of a page is loaded at once.
    images: usize,
    /// Diagrams drawn so far.
    diagrams: usize,
    /// Whether a link is open, which may hold no other.
    in_link: bool,
}

impl<'a> Writer<'a> {
    fn new(cx: &'a HtmlContext<'a>, bodies: &[&'a Body<Link>]) -> Self {
        Writer {
            cx,
            links: &[],
            out: String::new(),
            diags: Vec::new(),
            notes: notes::Ledger::new(bodies, cx.notes),
            macros: Macros::default(),
            open_headings: Vec::new(),
            // Where a part came before, the first image is not what is seen first.
            images: usize::from(matches!(cx.notes, Notes::After(_))),
            diagrams: 0,
            in_link: false,
        }
    }

    /// Writes bodies, then the footnotes.
    fn write(mut self, bodies: &[&'a Body<Link>]) -> Noted<String> {
        for body in bodies {
            self.links = &body.links;
            self.blocks(&body.blocks);
        }
        self.footnotes();
        Noted::new(self.out, self.diags)
    }

    /// Takes up what a part that is not written here leaves to the next.
    fn follow(&mut self, before: &Body<Link>) {
        walk(&before.blocks, &mut |node| {
            match node {
                Node::Block(Block::Heading { level, .. }) => {
                    self.heading_level(*level);
                }
                // What is wrong with a formula is said where it stands.
                Node::Block(Block::Math { source, .. }) => drop(self.macros.render(source, Display::Block)),
                Node::Inline(Inline::Math { source, .. }) => drop(self.macros.render(source, Display::Inline)),
                _ => {}
            }
            Walk::Into
        });
    }
}

impl Writer<'_> {
    /// Runs `write` and takes what it wrote.
    fn capture(&mut self, write: impl FnOnce(&mut Self)) -> String {
        let before = std::mem::take(&mut self.out);
        write(self);
        std::mem::replace(&mut self.out, before)
    }

    fn text(&mut self, text: &str) {
        escape::text(&mut self.out, text);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        escape::attribute(&mut self.out, name, value);
    }

    fn string(&self, key: &str) -> Cow<'_, str> {
        self.cx.strings.get(self.cx.lang, key)
    }

    /// An attribute whose value is one of the theme's words.
    fn labelled(&mut self, name: &str, key: &str) {
        let text = self.cx.strings.get(self.cx.lang, key);
        escape::attribute(&mut self.out, name, &text);
    }
}
