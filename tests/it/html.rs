//! What blocks become as HTML: a site of one piece, a theme of three components, and short names for blocks.

mod blocks;
mod components;
mod notes;
mod safety;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kmsite::access::locked::Locked;
use kmsite::config::Config;
use kmsite::diag::{Noted, Severity};
use kmsite::id::{Hash, Lang, MediaId, PieceId, Route, SourceId, SourcePath};
use kmsite::model::{
    Alert, Align, Arg, ArgValue, Block, Body, Code, Dates, Doc, Entitlements, Front, HtmlPart, Inline, Kind, Link, LinkRef,
    ListKind, Logos, Media, Piece, Secrets, Site,
};
use kmsite::render::components::{Call, ComponentSet, Param};
use kmsite::render::csp;
use kmsite::render::html::{self, HtmlContext, Notes, Strings};
use kmsite::world::{Cache, NoCache, Stage};

/// A site with one piece, a picture and a file, below a path.
fn site() -> Site {
    let config = Config { base_url: "https://example.org/blog/".to_owned(), ..Config::default() };
    let medium = |path: &str, size| Media {
        path: SourcePath::new(path),
        route: Route::new(format!("/{path}")),
        len: 1,
        hash: Hash::of(path.as_bytes()),
        size,
    };
    let piece = piece("所有权 & <b>", "/courses/所有权/");
    Site {
        campaigns: Vec::new(),
        config: Arc::new(config),
        today: jiff::civil::date(2024, 5, 1),
        languages: vec![],
        routes: BTreeMap::from([(piece.route.clone(), piece.id)]).into(),
        pieces: vec![piece],
        terms: vec![],
        media: vec![medium("a, b.png", Some((1000, 500))), medium("notes.pdf", None)],
        redirects: vec![],
        statics: vec![],
        logos: Logos::default(),
        fonts: Vec::new(),
    }
}

fn piece(title: &str, route: &str) -> Piece {
    Piece {
        id: PieceId(0),
        source: SourceId::new("p"),
        kind: Kind::Article,
        lang: Lang::new("zh"),
        route: Route::new(route),
        title: title.into(),
        description: "".into(),
        dates: Dates::default(),
        access: Entitlements::Free,
        level: None,
        tags: vec![],
        series: None,
        collection: None,
        authors: vec![],
        cover: None,
        minutes: 1,
        prerequisites: vec![],
        parent: None,
        children: vec![],
        translations: vec![],
        previous: None,
        next: None,
        number: "".into(),
        doc: Doc {
            path: SourcePath::new("p.md"),
            front: Arc::new(Front::default()),
            secrets: Locked::new(Arc::new(Secrets::default())),
            heading: None,
            teaser: Body::default(),
            excerpt: 0,
            rest: Locked::default(),
        },
    }
}

/// Two languages, a handful of words.
struct Words;

impl Strings for Words {
    fn get(&self, lang: &Lang, key: &str) -> Cow<'_, str> {
        let zh = match key {
            "note" => "注意",
            "footnotes" => "脚注",
            "footnote-back" => "返回",
            "anchor" => "本节",
            "task-done" => "已完成",
            "task-open" => "未完成",
            "table" => "表格",
            "diagram" => "图",
            _ => "",
        };
        if lang.is_han() && !zh.is_empty() { Cow::Borrowed(zh) } else { Cow::Owned(key.to_owned()) }
    }
}

/// A theme with two components.
struct Theme(Vec<(&'static str, Vec<Param>)>);

impl Default for Theme {
    fn default() -> Self {
        let param = |name: &str, required, kind: &str| Param { name: name.to_owned(), required, kind: Some(kind.to_owned()) };
        Self(vec![
            ("Callout", vec![param("title", true, "string"), param("level", false, "integer"), param("open", false, "bool")]),
            ("Listing", vec![param("file_name", false, "string")]),
            ("Video", vec![param("src", true, "string")]),
        ])
    }
}

impl ComponentSet for Theme {
    fn params(&self, name: &str) -> Option<&[Param]> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, params)| params.as_slice())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }

    fn render(&self, call: &Call<'_>) -> Result<String, String> {
        if call.args.iter().any(|(_, value)| value == "fail") {
            return Err("it failed".to_owned());
        }
        let args: Vec<_> = call.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Ok(format!("<{} {} lang={}>{}</>", call.name, args.join(" "), call.lang, call.body.unwrap_or("-")))
    }
}

fn body(blocks: Vec<Block>, links: Vec<Link>) -> Body<Link> {
    Body { blocks: blocks.into(), links: links.into(), ..Body::default() }
}

fn render_parts(bodies: &[&Body<Link>], lang: &str, notes: Notes<'_>) -> Noted<String> {
    let cx = HtmlContext {
        site: &site(),
        lang: &Lang::new(lang),
        file: &SourcePath::new("content/a.md"),
        strings: &Words,
        components: &Theme::default(),
        policy: &csp::policy(&Config::default(), ""),
        cache: &NoCache,
        notes,
        withheld: &BTreeSet::new(),
    };
    html::parts(bodies, &cx)
}

fn noted(blocks: Vec<Block>, links: Vec<Link>) -> Noted<String> {
    render_parts(&[&body(blocks, links)], "zh", Notes::Whole)
}

/// Renders what nothing is to be said about.
fn html(blocks: Vec<Block>, links: Vec<Link>) -> String {
    let Noted { value, diags } = noted(blocks, links);
    assert_eq!(diags, []);
    value
}

fn inline(content: Vec<Inline>, links: Vec<Link>) -> String {
    html(vec![Block::Plain(content)], links).trim_end().to_owned()
}

fn text(text: &str) -> Inline {
    Inline::Text(text.into())
}

fn paragraph(content: &str) -> Block {
    Block::Paragraph(vec![text(content)])
}

fn heading(level: u8, id: &str, content: &str) -> Block {
    Block::Heading { level, id: id.into(), classes: vec![], content: vec![text(content)] }
}

fn code(lang: &str, source: &str) -> Code {
    Code { lang: lang.into(), source: source.into(), title: None, numbers: None, marked: vec![], span: 0..1 }
}

fn link(title: &str, content: Vec<Inline>) -> Inline {
    Inline::Link { link: LinkRef(0), title: title.into(), content }
}

fn image(title: &str, alt: &str) -> Inline {
    Inline::Image { link: LinkRef(0), title: title.into(), alt: alt.into() }
}

fn note(label: &str, content: &str) -> Block {
    Block::Footnote { label: label.into(), content: vec![paragraph(content)] }
}

fn reference(label: &str) -> Inline {
    Inline::FootnoteRef(label.into())
}

fn call(name: &str, args: Vec<(&str, ArgValue)>, content: Vec<Block>) -> Block {
    let args = args.into_iter().map(|(name, value)| Arg { name: name.into(), value }).collect();
    Block::Component { name: name.into(), args, body: content, span: 3..9 }
}
