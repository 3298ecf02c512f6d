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

use super::components::ComponentSet;
use super::csp::Policy;
use super::math::Macros;
use crate::diag::{Diag, Noted};
use crate::id::{Lang, SourcePath};
use crate::model::{Body, Link, Site};
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
    let mut writer = Writer {
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
    };
    for body in bodies {
        writer.links = &body.links;
        writer.blocks(&body.blocks);
    }
    writer.footnotes();
    Noted::new(writer.out, writer.diags)
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
