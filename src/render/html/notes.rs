//! Footnotes: numbered by first reference, collected at the end.
//!
//! Numbers are settled before anything is written, by one function for all parts of a page ([`labels`]), so that a part that is
//! rendered apart goes on where the other ends. Invariant: `fn-<n>` and `fnref-<n>` are unique in a page.

use std::collections::{BTreeMap, BTreeSet};

use super::{Notes, Writer};
use crate::diag::{At, Diag, code};
use crate::model::{Block, Body, Inline, Link, Node, Walk, walk};

/// The labels of a part's footnotes in the order of their numbers: by first reference, then those that it only defines.
#[must_use]
pub fn labels(body: &Body<Link>) -> Vec<Box<str>> {
    let found = Found::of(&[body]);
    found.order.into_iter().chain(found.unused).map(Box::from).collect()
}

/// The footnotes of a text.
struct Found<'a> {
    /// Labels by first reference.
    order: Vec<&'a str>,
    /// Defined labels without a reference, in order of definition.
    unused: Vec<&'a str>,
    /// Definitions by label, each with the links of its body. The first of two wins.
    definitions: BTreeMap<&'a str, (&'a [Block], &'a [Link])>,
}

impl<'a> Found<'a> {
    fn of(bodies: &[&'a Body<Link>]) -> Self {
        let mut found = Self { order: Vec::new(), unused: Vec::new(), definitions: BTreeMap::new() };
        let mut seen = BTreeSet::new();
        let mut defined = Vec::new();
        for body in bodies {
            found.scan(&body.blocks, &body.links, &mut seen, &mut defined);
        }
        // Footnotes refer to footnotes.
        let mut next = 0;
        while let Some(label) = found.order.get(next) {
            next += 1;
            if let Some(&(content, links)) = found.definitions.get(label) {
                found.scan(content, links, &mut seen, &mut defined);
            }
        }
        found.unused = defined.into_iter().filter(|label| !seen.contains(label)).collect();
        found
    }

    /// Notes references, and definitions without looking into them.
    fn scan(&mut self, blocks: &'a [Block], links: &'a [Link], seen: &mut BTreeSet<&'a str>, defined: &mut Vec<&'a str>) {
        walk(blocks, &mut |node| match node {
            Node::Block(Block::Footnote { label, content }) => {
                self.definitions.entry(label).or_insert_with(|| {
                    defined.push(label);
                    (content, links)
                });
                Walk::Past
            }
            Node::Inline(Inline::FootnoteRef(label)) => {
                if seen.insert(label) {
                    self.order.push(label);
                }
                Walk::Into
            }
            _ => Walk::Into,
        });
    }
}

/// The numbers and definitions of a text's footnotes, and what was written of them.
pub(super) struct Ledger<'a> {
    mode: Notes<'a>,
    /// Labels by number, from 1 on.
    order: Vec<&'a str>,
    numbers: BTreeMap<&'a str, usize>,
    unused: Vec<&'a str>,
    definitions: BTreeMap<&'a str, (&'a [Block], &'a [Link])>,
    /// The ids of the references written so far, by number.
    references: BTreeMap<usize, Vec<String>>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(bodies: &[&'a Body<Link>], mode: Notes<'a>) -> Self {
        let mut found = Found::of(bodies);
        let mut order: Vec<&str> = match mode {
            Notes::After(before) => before.iter().map(|label| &**label).collect(),
            Notes::Whole | Notes::Teaser => Vec::new(),
        };
        let taken: BTreeSet<&str> = order.iter().copied().collect();
        let before = order.len();
        order.extend(found.order.iter().filter(|label| !taken.contains(*label)));
        // What the part before refers to is not unused, and what is used behind a teaser cannot be told.
        found.unused.retain(|label| !taken.contains(label));
        if mode == Notes::Teaser {
            order.append(&mut found.unused);
        }
        let numbers = order.iter().zip(1..).map(|(label, number)| (*label, number)).collect();
        // The part before holds a first reference to each of its notes, unless it only defines it: a dead back link is harmless there.
        let references = (1..=before).map(|number| (number, vec![format!("fnref-{number}")])).collect();
        Self { mode, order, numbers, unused: found.unused, definitions: found.definitions, references }
    }

    /// `first` in a text that begins a page, `after` in one that continues it.
    pub(super) fn part(&self, first: &'static str, after: &'static str) -> &'static str {
        if matches!(self.mode, Notes::After(_)) { after } else { first }
    }

    /// Whether the page holds the note's text, as far as this part can know.
    fn is_shown(&self, label: &str, number: usize) -> bool {
        self.definitions.contains_key(label) || matches!(self.mode, Notes::After(before) if number <= before.len())
    }

    /// A new id for a reference.
    fn refer(&mut self, number: usize) -> String {
        let part = self.part("", "e");
        let known = self.references.entry(number).or_default();
        let id = if known.is_empty() { format!("fnref-{number}") } else { format!("fnref-{number}-{part}{}", known.len() + 1) };
        known.push(id.clone());
        id
    }
}

impl<'a> Writer<'a> {
    /// The number of a footnote: a link if its text is on the page, and no link stands around it.
    pub(super) fn footnote_ref(&mut self, label: &str) {
        let Some(&number) = self.notes.numbers.get(label) else { return };
        let id = self.notes.refer(number);
        self.out.push_str("<sup class=\"footnote\"");
        self.attribute("id", &id);
        self.out.push('>');
        if self.notes.is_shown(label, number) && !self.in_link {
            self.out.push_str(&format!("<a href=\"#fn-{number}\" role=\"doc-noteref\">{number}</a>"));
        } else {
            self.out.push_str(&number.to_string());
        }
        self.out.push_str("</sup>");
    }

    /// Writes the texts of the footnotes, if there are any.
    pub(super) fn footnotes(&mut self) {
        let notes: Vec<_> = self
            .notes
            .order
            .iter()
            .zip(1..)
            .filter_map(|(label, number)| Some((number, *self.notes.definitions.get(label)?)))
            .collect();
        // All texts come first: they may refer to each other, and each ends with links back to all its references.
        let mut texts = Vec::new();
        for (number, (content, links)) in notes {
            self.links = links;
            texts.push((number, self.capture(|writer| writer.blocks(content))));
        }
        if !texts.is_empty() {
            self.out.push_str("<section class=\"footnotes\"");
            self.labelled("aria-label", "footnotes");
            self.out.push_str(">\n<ol>\n");
            let mut expected = 1;
            for (number, text) in texts {
                self.footnote(number, &text, expected);
                expected = number + 1;
            }
            self.out.push_str("</ol>\n</section>\n");
        }
        self.note_unused();
    }

    fn footnote(&mut self, number: usize, text: &str, expected: usize) {
        self.out.push_str(&format!("<li id=\"fn-{number}\""));
        if number != expected {
            self.attribute("value", &number.to_string());
        }
        self.out.push('>');
        let references = self.notes.references.get(&number).cloned().unwrap_or_default();
        let back = self.capture(|writer| {
            for (id, count) in references.iter().zip(1..) {
                let label = format!(
                    "{} {number}{}",
                    writer.string("footnote-back"),
                    if count > 1 { format!("-{count}") } else { String::new() }
                );
                writer.out.push_str(&format!(" <a href=\"#{id}\" role=\"doc-backlink\""));
                writer.attribute("aria-label", &label);
                writer.out.push_str(">↩</a>");
            }
        });
        // Within the last paragraph, where there is one.
        match text.trim_end().strip_suffix("</p>") {
            Some(text) => self.out.push_str(&format!("{text}{back}</p>")),
            None if back.is_empty() => self.out.push_str(text),
            None => self.out.push_str(&format!("{text}<p>{}</p>", back.trim_start())),
        }
        self.out.push_str("</li>\n");
    }

    fn note_unused(&mut self) {
        for label in std::mem::take(&mut self.notes.unused) {
            self.diags.push(
                Diag::warning(&code::UNUSED_FOOTNOTE, format!("nothing refers to the footnote `{label}`"))
                    .at(At::file(self.cx.file))
                    .hint(format!("write `[^{label}]` where it belongs, or delete it")),
            );
        }
    }
}
