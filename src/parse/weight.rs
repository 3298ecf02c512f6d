//! A block -> the room it takes in a teaser that ends by length: what would be given away, not how long it takes to read.
//!
//! Prose counts by words. A listing, a formula or a drawing may be a lesson's worth in a few words: they count by characters, and a picture
//! as the text that is read in the time of looking at it. Invariant: what is to be heard, seen or taken along has no weight, but no place there at all.

use crate::model::{ArgValue, Block, HtmlPart, Inline, LinkKind, LinkRef, Node, RawLink, Walk, Words, walk};

use super::{Place, component, text};
use crate::id::SourcePath;

/// Characters of code that stand for a word: the mean length of English words (Norvig, "English Letter Frequency Counts", 2013: 4.79).
const LETTERS: u32 = 5;

/// A picture in words: 12 seconds of looking (Medium, "Read time and you", 2014) at the 220 words a minute of [`Words::minutes`].
const PICTURE: Words = Words { latin: 44, han: 0 };

/// Elements of raw HTML that load a film, a recording or another page, wherever it comes from.
const LOADING: [&str; 7] = ["audio", "embed", "iframe", "object", "source", "track", "video"];

/// What a block takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// Of running text.
    pub(super) prose: Words,
    /// Of everything else.
    pub(super) other: Words,
}

/// The weight of blocks; `None` if they load or link what no teaser gives away by itself. `links` are those of the document, which stands
/// at `place`.
pub(super) fn weight(blocks: &[Block], links: &[RawLink], place: Place<'_>) -> Option<Weight> {
    let mut scale = Scale { links, place, weight: Weight::default(), given_away: false };
    walk(blocks, &mut |node| {
        match node {
            Node::Block(block) => scale.block(block),
            Node::Inline(inline) => scale.inline(inline),
        }
        Walk::Into
    });
    (!scale.given_away).then_some(scale.weight)
}

struct Scale<'a> {
    links: &'a [RawLink],
    place: Place<'a>,
    weight: Weight,
    given_away: bool,
}

impl Scale<'_> {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Code(code) => {
                self.dense(&code.source);
                self.prose(code.title.as_deref().unwrap_or_default());
            }
            Block::Mermaid { source, .. } | Block::Math { source, .. } => self.dense(source),
            Block::Html(parts) => self.html(parts),
            Block::Component { args, .. } => {
                for arg in args {
                    match &arg.value {
                        ArgValue::Text(text) => self.prose(text),
                        ArgValue::Address(link) => self.link(*link),
                        ArgValue::Number(_) | ArgValue::Flag(_) => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => self.prose(text),
            Inline::Code(source) | Inline::Math { source, .. } => self.dense(source),
            Inline::Link { link, title, .. } | Inline::Image { link, title, .. } => {
                self.prose(title);
                self.link(*link);
            }
            Inline::Html(parts) => self.html(parts),
            _ => {}
        }
    }

    fn prose(&mut self, text: &str) {
        self.weight.prose = self.weight.prose.plus(text::words_of(text));
    }

    fn dense(&mut self, source: &str) {
        let (mut han, mut others) = (0, 0);
        for c in source.chars().filter(|c| !c.is_whitespace()) {
            if text::is_han(c) { han += 1 } else { others += 1_u32 }
        }
        self.weight.other = self.weight.other.plus(Words { latin: others.div_ceil(LETTERS), han });
    }

    /// Raw HTML counts with its tags and attributes: what they hold can be read in the page's source.
    fn html(&mut self, parts: &[HtmlPart]) {
        for part in parts {
            match part {
                HtmlPart::Raw(raw) => {
                    self.given_away |= loads(raw);
                    self.weight.other = self.weight.other.plus(text::words_of(raw));
                }
                HtmlPart::Styled { class, style } => {
                    for written in [class, style] {
                        self.weight.other = self.weight.other.plus(text::words_of(written));
                    }
                }
                HtmlPart::Address(link) | HtmlPart::Candidate(link) => self.link(*link),
                HtmlPart::Asks(_) => {}
            }
        }
    }

    fn link(&mut self, link: LinkRef) {
        let Some(link) = self.links.get(link.0 as usize) else { return };
        match link.kind {
            LinkKind::Media => self.given_away = true,
            LinkKind::Image if component::is_picture(&link.dest) => self.weight.other = self.weight.other.plus(PICTURE),
            LinkKind::Image | LinkKind::Anchor => self.given_away |= is_file(&link.dest, self.place),
            LinkKind::Wiki => {}
        }
    }
}

/// Whether raw HTML opens an element that loads something.
fn loads(raw: &str) -> bool {
    raw.match_indices('<').any(|(at, _)| {
        let name = raw[at + 1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        LOADING.iter().any(|loading| name.eq_ignore_ascii_case(loading))
    })
}

/// Whether an address may be that of a file of the site which is no page: it would be published with the teaser that links it.
///
/// Whatever has an ending counts, unless it is a page's; what has none, or a page's, counts if there is such a file.
fn is_file(dest: &str, place: Place<'_>) -> bool {
    let path = dest.split(['?', '#']).next().unwrap_or_default();
    if is_elsewhere(path) {
        return false;
    }
    let path = decoded(path);
    let root = || SourcePath::new(format!("{}/", place.tree.content_root));
    let file = match path.strip_prefix("@/").or_else(|| path.strip_prefix('/')) {
        Some(rest) => root().join(rest),
        None => place.file.join(&path),
    };
    looks_like_file(&path) || file.is_some_and(|file| place.tree.media.contains_key(&file))
}

/// Whether a name has an ending that no page has.
pub(super) fn looks_like_file(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    !(ending.is_empty() || ["md", "markdown", "html", "htm"].contains(&ending))
}

/// An address with its percent-encoded bytes as they are; what is no UTF-8 then is replaced.
fn decoded(path: &str) -> String {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = digit(bytes.get(at + 1)).zip(digit(bytes.get(at + 2))).filter(|_| bytes[at] == b'%');
        out.push(code.map_or(bytes[at], |(high, low)| (high * 16 + low) as u8));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether an address leads out of the site: it has a host, or a scheme of two letters at the least (one is a drive's).
fn is_elsewhere(path: &str) -> bool {
    let scheme = path.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| scheme.len() >= 2);
    path.starts_with("//") || scheme.is_some_and(|scheme| scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)))
}
