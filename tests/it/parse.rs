//! Parsing as a whole: from files in memory to documents, their halves opened through the gate.

mod corpora;
mod front;
mod hostile;
mod includes;
mod markdown;
mod splitting;

use std::fmt::Write as _;

use kmsite::access::{self, Linker};
use kmsite::diag::{Diag, Noted, Place};
use kmsite::load::load;
use kmsite::model::{Block, Body, Doc, Entitlements, Inline, Link, RawLink};
use kmsite::parse::{ParseOptions, parse};
use kmsite::world::MemoryWorld;

/// A linker that finds nothing: links stay as written.
struct AsWritten;

impl Linker for AsWritten {
    fn resolve(&self, link: &RawLink) -> Noted<Link> {
        Noted::clean(Link::Dead(format!("{:?} {}", link.kind, link.dest).into()))
    }
}

/// A document with its halves open.
struct Opened {
    doc: Doc<Link>,
    diags: Vec<Diag>,
}

impl Opened {
    fn teaser(&self) -> &Body<Link> {
        &self.doc.teaser
    }

    fn rest(&self) -> &Body<Link> {
        access::public_of(&self.doc, &Entitlements::Free).rest.expect("a free piece is open")
    }

    /// The blocks of both halves in a short form.
    fn show(&self) -> String {
        let halves = [show(&self.teaser().blocks), show(&self.rest().blocks)];
        halves.iter().filter(|half| !half.is_empty()).cloned().collect::<Vec<_>>().join(" ‖ ")
    }

    fn links(&self) -> Vec<String> {
        let links = self.teaser().links.iter().chain(self.rest().links.iter());
        links.map(|link| if let Link::Dead(dest) = link { dest.to_string() } else { panic!("{link:?}") }).collect()
    }

    /// Codes and messages of the findings.
    fn findings(&self) -> Vec<String> {
        self.diags.iter().map(|diag| format!("{} {}", diag.code.id, diag.message)).collect()
    }
}

/// Parses the document `path` of a world, and keeps the findings about it.
fn open(world: &MemoryWorld, path: &str, options: &ParseOptions) -> Opened {
    let mut diags = Vec::new();
    let tree = load(world).take(&mut diags);
    let parsed = parse(&tree, options).take(&mut diags);
    let doc = parsed.docs.iter().find(|doc| doc.path.as_str() == path).expect("the document is parsed");
    diags.retain(|diag| diag.at.as_ref().is_none_or(|at| at.file.as_str() == path));
    Opened { doc: access::relink(doc, &AsWritten).take(&mut diags), diags }
}

/// Parses one document by itself.
fn read(text: &str) -> Opened {
    open(&MemoryWorld::of([("a.md", text)]), "a.md", &ParseOptions::default())
}

/// The text that a finding points to.
fn pointed<'a>(text: &'a str, diag: &Diag) -> &'a str {
    match &diag.at.as_ref().expect("it has a place").place {
        Place::Span(span) => &text[span.clone()],
        other => panic!("{other:?}"),
    }
}

fn show(blocks: &[Block]) -> String {
    blocks.iter().map(show_block).collect::<Vec<_>>().join(" | ")
}

fn show_block(block: &Block) -> String {
    let inner = |name: &str, blocks: &[Block]| format!("{name}[{}]", show(blocks));
    match block {
        Block::Paragraph(content) => format!("p({})", show_inlines(content)),
        Block::Plain(content) => show_inlines(content),
        Block::Heading { level, id, content, .. } => format!("h{level}#{id}({})", show_inlines(content)),
        Block::Code(code) => format!("code:{}({})", code.lang, code.source),
        Block::Mermaid { source, .. } => format!("mermaid({source})"),
        Block::Math { source, .. } => format!("math({source})"),
        Block::Quote(blocks) => inner("quote", blocks),
        Block::Alert(alert, blocks) => inner(alert.name(), blocks),
        Block::List(_, items) => format!("list{{{}}}", items.iter().map(|item| show(item)).collect::<Vec<_>>().join("; ")),
        Block::Table { head, rows, .. } => format!("table({}x{})", head.len(), rows.len()),
        Block::Definitions(entries) => {
            let entries = entries.iter().map(|(term, texts)| {
                format!("{}: {}", show_inlines(term), texts.iter().map(|text| show(text)).collect::<Vec<_>>().join("; "))
            });
            format!("defs{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Block::Rule => "rule".to_owned(),
        Block::Html(parts) => format!("html{parts:?}"),
        Block::Footnote { label, content } => inner(&format!("^{label}"), content),
        Block::Component { name, args, body, .. } => {
            let args = args.iter().fold(String::new(), |mut shown, arg| {
                let _ = write!(shown, " {}={:?}", arg.name, arg.value);
                shown
            });
            inner(&format!("<{name}{args}>"), body)
        }
    }
}

fn show_inlines(inlines: &[Inline]) -> String {
    let shown = inlines.iter().map(|inline| match inline {
        Inline::Text(text) => text.to_string(),
        Inline::Code(code) => format!("`{code}`"),
        Inline::Math { source, display, .. } => format!("{}{source}$", if *display { "$$" } else { "$" }),
        Inline::Emphasis(inner) => format!("*{}*", show_inlines(inner)),
        Inline::Strong(inner) => format!("**{}**", show_inlines(inner)),
        Inline::Strike(inner) => format!("~{}~", show_inlines(inner)),
        Inline::Link { link, content, .. } => format!("[{}]{}", show_inlines(content), link.0),
        Inline::Image { link, alt, .. } => format!("![{alt}]{}", link.0),
        Inline::Html(parts) => format!("{parts:?}"),
        Inline::FootnoteRef(label) => format!("[^{label}]"),
        Inline::Task { done } => if *done { "[x]" } else { "[ ]" }.to_owned(),
        Inline::SoftBreak => "⏎".to_owned(),
        Inline::HardBreak => "↵".to_owned(),
    });
    shown.collect()
}
