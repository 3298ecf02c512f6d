//! A body that the gate shows -> prose: links become addresses, components what they say, footnotes numbers and a list at the end.
//!
//! What cannot stand elsewhere (a film, a diagram, a file that is sealed) becomes a link to the page that has it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::raw::{self, Found};
use super::{Block, Inline, Picture};
use crate::id::MediaId;
use crate::model::{self, Arg, ArgValue, Body, Link, LinkRef, ListKind, Piece, Site};

/// The theme's words in the language of the text.
pub type Words<'a> = dyn Fn(&str) -> String + 'a;

/// What reading a body asks for besides it.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// Addresses, titles and files.
    pub site: &'a Site,
    /// The piece that the body is of.
    pub piece: &'a Piece,
    /// The files that are published as they are.
    pub published: &'a BTreeSet<MediaId>,
    /// The theme's words.
    pub words: &'a Words<'a>,
    /// What is done to an address within the site: where it is told is added.
    pub told: &'a dyn Fn(&str) -> String,
}

impl<'a> Reading<'a> {
    /// The address of the piece's page, as told here.
    #[must_use]
    pub fn page(&self) -> String {
        (self.told)(&self.site.absolute(&self.piece.route))
    }

    /// Bodies that follow each other, as one text.
    #[must_use]
    pub fn bodies(&self, bodies: &[&'a Body<Link>]) -> Vec<Block> {
        let mut reader = Reader { cx: *self, links: &[], notes: Vec::new(), defined: Vec::new() };
        for body in bodies {
            reader.define(body);
        }
        let mut out = Vec::new();
        for body in bodies {
            reader.links = &body.links;
            reader.blocks(&body.blocks, &mut out);
        }
        reader.footnotes(&mut out);
        out
    }

    /// The blocks that begin a body.
    #[must_use]
    pub fn blocks(&self, blocks: &'a [model::Block], links: &'a [Link]) -> Vec<Block> {
        let mut reader = Reader { cx: *self, links, notes: Vec::new(), defined: Vec::new() };
        let mut out = Vec::new();
        reader.blocks(blocks, &mut out);
        out
    }
}

/// Reads one text.
struct Reader<'a> {
    cx: Reading<'a>,
    links: &'a [Link],
    /// Labels of footnotes by first reference.
    notes: Vec<&'a str>,
    /// Labels with their texts, and the links of these.
    defined: Vec<(&'a str, &'a [model::Block], &'a [Link])>,
}

impl<'a> Reader<'a> {
    fn define(&mut self, body: &'a Body<Link>) {
        for block in &*body.blocks {
            if let model::Block::Footnote { label, content } = block {
                self.defined.push((label, content, &body.links));
            }
        }
    }

    fn word(&self, key: &str) -> String {
        (self.cx.words)(key)
    }

    fn blocks(&mut self, blocks: &'a [model::Block], out: &mut Vec<Block>) {
        for block in blocks {
            self.block(block, out);
        }
    }

    fn nested(&mut self, blocks: &'a [model::Block]) -> Vec<Block> {
        let mut out = Vec::new();
        self.blocks(blocks, &mut out);
        out
    }

    fn block(&mut self, block: &'a model::Block, out: &mut Vec<Block>) {
        match block {
            model::Block::Paragraph(content) | model::Block::Plain(content) => self.paragraph(content, out),
            model::Block::Heading { level, content, .. } => out.push(Block::Heading(*level, self.inlines(content))),
            model::Block::Code(code) => {
                if let Some(title) = code.title.as_deref().filter(|title| !title.trim().is_empty()) {
                    out.push(Block::Small(vec![Inline::text(title)]));
                }
                out.push(Block::Code(code.lang.clone(), code.source.clone()));
            }
            model::Block::Mermaid { .. } => out.push(self.elsewhere("mail.diagram", "")),
            model::Block::Math { source, .. } => out.push(Block::Math(source.clone())),
            model::Block::Quote(content) => out.push(Block::Quote(self.nested(content))),
            model::Block::Alert(kind, content) => {
                let title = self.word(&format!("html.{}", kind.name()));
                out.push(Block::Note(title, self.nested(content)));
            }
            model::Block::List(kind, items) => {
                let first = match kind {
                    ListKind::Bullets => None,
                    ListKind::Numbers(first) => Some(*first),
                };
                out.push(Block::List(first, items.iter().map(|item| self.nested(item)).collect()));
            }
            model::Block::Table { alignments, head, rows } => {
                let head = self.cells(head);
                let rows = rows.iter().map(|row| self.cells(row)).collect();
                out.push(Block::Table { alignments: alignments.clone(), head, rows });
            }
            model::Block::Definitions(entries) => self.definitions(entries, out),
            model::Block::Rule => out.push(Block::Rule),
            model::Block::Html(parts) => {
                let found = raw::read(&self.written(parts));
                self.raw(found, out);
            }
            // Collected at the end.
            model::Block::Footnote { .. } => {}
            model::Block::Component { name, args, body, .. } => self.component(name, args, body, out),
        }
    }

    fn paragraph(&mut self, content: &'a [model::Inline], out: &mut Vec<Block>) {
        if let [model::Inline::Image { link, title, alt }] = content
            && let Some(picture) = self.picture(*link, alt)
        {
            let caption = if title.trim().is_empty() { Vec::new() } else { vec![Inline::text(&**title)] };
            out.push(Block::Picture(picture, caption));
            return;
        }
        let content = self.inlines(content);
        if !content.is_empty() {
            out.push(Block::Paragraph(content));
        }
    }

    fn cells(&mut self, cells: &'a [Vec<model::Inline>]) -> Vec<Vec<Inline>> {
        cells.iter().map(|cell| self.inlines(cell)).collect()
    }

    fn definitions(&mut self, entries: &'a [(Vec<model::Inline>, Vec<Vec<model::Block>>)], out: &mut Vec<Block>) {
        for (term, meanings) in entries {
            out.push(Block::Paragraph(vec![Inline::Strong(self.inlines(term))]));
            let meanings = meanings.iter().map(|meaning| self.nested(meaning)).collect();
            out.push(Block::List(None, meanings));
        }
    }

    fn footnotes(&mut self, out: &mut Vec<Block>) {
        let mut items = Vec::new();
        // A footnote may refer to another one.
        while let Some(&label) = self.notes.get(items.len()) {
            let text = self.defined.iter().find(|(known, ..)| *known == label).copied();
            items.push(text.map_or_else(Vec::new, |(_, content, links)| {
                self.links = links;
                self.nested(content)
            }));
        }
        if items.iter().any(|item| !item.is_empty()) {
            out.push(Block::Rule);
            out.push(Block::Small(vec![Inline::Strong(vec![Inline::Text(self.word("html.footnotes"))])]));
            out.push(Block::List(Some(1), items));
        }
    }

    /// A component: what the default theme's say by their arguments, of others what stands between the tags.
    fn component(&mut self, name: &str, args: &'a [Arg], body: &'a [model::Block], out: &mut Vec<Block>) {
        let text = |names: &[&str]| {
            args.iter().find(|arg| names.contains(&&*arg.name)).and_then(|arg| match &arg.value {
                ArgValue::Text(text) if !text.trim().is_empty() => Some(&**text),
                _ => None,
            })
        };
        let strong = |text: &str| Block::Paragraph(vec![Inline::Strong(vec![Inline::text(text)])]);
        match name {
            "Callout" => {
                let kind = text(&["kind"]).unwrap_or("note");
                let title = text(&["title"]).map_or_else(|| self.word(&format!("html.{kind}")), str::to_owned);
                out.push(Block::Note(title, self.nested(body)));
            }
            "Details" | "Tab" => {
                out.extend(text(&["summary", "title"]).map(strong));
                self.blocks(body, out);
            }
            "Video" | "Audio" => {
                let key = if name == "Video" { "mail.video" } else { "mail.audio" };
                out.push(self.elsewhere(key, text(&["title"]).unwrap_or_default()));
            }
            "Figure" => {
                let source = args.iter().find_map(|arg| match arg.value {
                    ArgValue::Address(link) if &*arg.name == "src" => Some(link),
                    _ => None,
                });
                let caption: Vec<Inline> = text(&["caption"]).map(Inline::text).into_iter().collect();
                match source.and_then(|link| self.picture(link, text(&["alt"]).unwrap_or_default())) {
                    Some(picture) => {
                        out.push(Block::Picture(picture, caption));
                        self.blocks(body, out);
                    }
                    None => {
                        self.blocks(body, out);
                        out.extend((!caption.is_empty()).then_some(Block::Small(caption)));
                    }
                }
            }
            "Product" => out.extend(text(&["id"]).and_then(|id| self.product(id))),
            // Whoever reads a mail has signed up.
            "SignUp" => {}
            _ => {
                out.extend(text(&["file-name", "file_name", "title"]).map(|title| Block::Small(vec![Inline::text(title)])));
                self.blocks(body, out);
                out.extend(text(&["caption"]).map(|caption| Block::Small(vec![Inline::text(caption)])));
            }
        }
    }

    fn product(&self, id: &str) -> Option<Block> {
        let config = &self.cx.site.config;
        let product = config.products.iter().find(|product| product.id.as_str() == id)?;
        let name = product.name.get(&self.cx.piece.lang);
        let name = if name.is_empty() { id } else { name };
        let text = vec![Inline::text(name)];
        Some(Block::Paragraph(vec![match &product.checkout {
            Some(checkout) => Inline::Link(checkout.clone(), text),
            None => Inline::Strong(text),
        }]))
    }

    /// A link to the page, for what is seen or heard there.
    fn elsewhere(&self, key: &str, title: &str) -> Block {
        let word = self.word(key);
        let text = if title.is_empty() { word } else { format!("{word}: {title}") };
        Block::Paragraph(vec![Inline::Link(self.cx.page(), vec![Inline::Text(text)])])
    }

    fn inlines(&mut self, content: &'a [model::Inline]) -> Vec<Inline> {
        let mut out = Vec::new();
        // Between the tags of a script or style sheet stands what nobody is to read.
        let mut unread = 0_u32;
        for inline in content {
            if let model::Inline::Html(parts) = inline {
                let html = self.written(parts);
                unread = unread.saturating_add_signed(raw::unread(&html));
                for found in raw::read(&html) {
                    self.raw_inline(found, &mut out);
                }
            } else if unread == 0 {
                self.inline(inline, &mut out);
            }
        }
        out
    }

    fn inline(&mut self, inline: &'a model::Inline, out: &mut Vec<Inline>) {
        match inline {
            model::Inline::Text(text) => out.push(Inline::text(&**text)),
            model::Inline::Code(code) => out.push(Inline::Code(code.to_string())),
            model::Inline::Math { source, .. } => out.push(Inline::Math(source.clone())),
            model::Inline::Emphasis(content) => out.push(Inline::Emphasis(self.inlines(content))),
            model::Inline::Strong(content) => out.push(Inline::Strong(self.inlines(content))),
            model::Inline::Strike(content) => out.push(Inline::Strike(self.inlines(content))),
            model::Inline::Link { link, content, .. } => {
                let link = self.link(*link);
                let mut text = self.inlines(content);
                if text.is_empty() {
                    text.extend(link.map(|link| Inline::Text(self.name(link))));
                }
                match link.and_then(|link| self.address(link)) {
                    Some(address) => out.push(Inline::Link(address, text)),
                    None => out.extend(text),
                }
            }
            model::Inline::Image { link, alt, .. } => match self.picture(*link, alt) {
                Some(picture) => out.push(Inline::Picture(picture)),
                None => out.push(Inline::Link(self.cx.page(), vec![Inline::Text(self.instead(alt))])),
            },
            model::Inline::FootnoteRef(label) => {
                let number = self.notes.iter().position(|known| *known == &**label).unwrap_or_else(|| {
                    self.notes.push(label);
                    self.notes.len() - 1
                });
                out.push(Inline::Text(format!("[{}]", number + 1)));
            }
            model::Inline::Task { done } => out.push(Inline::text(if *done { "☑ " } else { "☐ " })),
            model::Inline::SoftBreak => out.push(Inline::text(" ")),
            model::Inline::HardBreak => out.push(Inline::Break),
            model::Inline::Html(_) => {}
        }
    }

    /// Raw HTML as one text, its addresses filled in.
    fn written(&self, parts: &[model::HtmlPart]) -> String {
        let mut html = String::new();
        for part in parts {
            match part {
                model::HtmlPart::Raw(text) => html.push_str(text),
                model::HtmlPart::Address(link) => {
                    let address = self.link(*link).and_then(|link| self.address(link)).unwrap_or_default();
                    html.push_str(&format!("\"{}\"", address.replace('&', "&amp;").replace('"', "&quot;")));
                }
                // Mails and copies show one picture: that of `src`.
                model::HtmlPart::Candidate(_) | model::HtmlPart::Styled { .. } | model::HtmlPart::Asks(_) => {}
            }
        }
        html
    }

    fn raw(&self, found: Vec<Found>, out: &mut Vec<Block>) {
        let mut line = Vec::new();
        for found in found {
            match found {
                Found::End => out.extend((!line.is_empty()).then(|| Block::Paragraph(std::mem::take(&mut line)))),
                found => self.raw_inline(found, &mut line),
            }
        }
        out.extend((!line.is_empty()).then_some(Block::Paragraph(line)));
    }

    fn raw_inline(&self, found: Found, out: &mut Vec<Inline>) {
        match found {
            Found::Text(text) => out.push(Inline::Text(text)),
            Found::Break => out.push(Inline::Break),
            Found::Image { src, alt } if src.starts_with("https://") || src.starts_with("http://") => {
                out.push(Inline::Picture(Picture { src, alt, size: None }));
            }
            Found::Image { alt, .. } => out.push(Inline::Text(alt)),
            Found::Film => out.push(Inline::Link(self.cx.page(), vec![Inline::Text(self.word("mail.video"))])),
            Found::End => {}
        }
    }

    fn link(&self, link: LinkRef) -> Option<&'a Link> {
        self.links.get(link.0 as usize)
    }

    /// The address of a link, with scheme and host; `None` if it leads nowhere, or to what mails and copies cannot follow.
    fn address(&self, link: &Link) -> Option<String> {
        let site = self.cx.site;
        let with = |address: String, fragment: &str| match fragment {
            "" => address,
            fragment => format!("{address}#{}", crate::id::Route::new(fragment).encoded()),
        };
        match link {
            Link::External(url) => external(url),
            Link::Piece { piece, fragment } => Some((self.cx.told)(&with(site.absolute(&site.piece(*piece).route), fragment))),
            Link::Page { route, fragment } => Some((self.cx.told)(&with(site.absolute(route), fragment))),
            Link::Here(fragment) => Some((self.cx.told)(&with(site.absolute(&self.cx.piece.route), fragment))),
            Link::Media(id) if self.cx.published.contains(id) => Some(site.absolute(&site.medium(*id).route)),
            // Sealed: the page can open it.
            Link::Media(_) => Some(self.cx.page()),
            Link::Dead(_) => None,
        }
    }

    fn name(&self, link: &Link) -> String {
        let site = self.cx.site;
        match link {
            Link::External(text) | Link::Dead(text) | Link::Here(text) => text.to_string(),
            Link::Piece { piece, .. } => site.piece(*piece).title.to_string(),
            Link::Page { route, .. } => route.to_string(),
            Link::Media(id) => site.medium(*id).path.file_name().to_owned(),
        }
    }

    /// A picture that mails can show; `None` for one that is sealed, of a form that mail programs do not know, or leads nowhere.
    fn picture(&self, link: LinkRef, alt: &str) -> Option<Picture> {
        let alt = alt.to_owned();
        match self.link(link)? {
            Link::Media(id) if self.cx.published.contains(id) => {
                let media = self.cx.site.medium(*id);
                let shown = matches!(media.path.extension().as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp");
                shown.then(|| Picture { src: self.cx.site.absolute(&media.route), alt, size: media.size })
            }
            Link::External(url) if url.starts_with("https://") => Some(Picture { src: url.to_string(), alt, size: None }),
            _ => None,
        }
    }

    /// What to read where a picture cannot be shown.
    fn instead(&self, alt: &str) -> String {
        let word: Cow<'_, str> = self.word("mail.picture").into();
        if alt.trim().is_empty() { word.into_owned() } else { format!("{word}: {alt}") }
    }
}

/// An address out of the site that can be followed from a mail.
fn external(url: &str) -> Option<String> {
    let url = url.trim();
    let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase())?;
    matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel").then_some(url)
}
