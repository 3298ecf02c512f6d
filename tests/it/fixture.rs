//! A small site made by hand, in Chinese and English, with a piece of every kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use kmsite::access::locked::Locked;
use kmsite::config::{Config, Languages, Localized, Period, Price, Product};
use kmsite::id::{Hash, Lang, MediaId, PieceId, ProductId, Route, SourceId, SourcePath, TermId, TierId};
use kmsite::model::{
    Anchor, Answers, Body, Dates, Doc, Entitlements, Front, Kind, Language, Level, LevelOrigin, Link, Logos, Many, Media, Moment,
    Piece, Prerequisite, Question, Redirect, Secrets, Site, Taxonomy, Term,
};

/// A word that stands in gated values only, and so must stand on no page.
pub const SECRET: &str = "KMSECRET";

/// A site under construction.
#[derive(Default)]
pub struct Fixture {
    pieces: Vec<Piece>,
    terms: Vec<Term>,
}

/// The languages of the site, the default first.
pub fn languages() -> [Lang; 2] {
    [Lang::new("zh"), Lang::new("en")]
}

/// What a paid piece asks for.
pub fn member() -> Entitlements {
    Entitlements::Paid { tier: Some(TierId::new("member")), products: vec![ProductId::new("rust-course")] }
}

impl Fixture {
    /// Adds a free piece without anything; returns its number.
    pub fn piece(&mut self, lang: &str, kind: Kind, route: &str, title: &str) -> PieceId {
        let id = PieceId(self.pieces.len() as u32);
        let path = SourcePath::new(format!("content{}index.md", route));
        let doc = Doc {
            path,
            front: Arc::new(Front::default()),
            secrets: Locked::default(),
            heading: None,
            teaser: Body::default(),
            excerpt: 0,
            rest: Locked::default(),
        };
        self.pieces.push(Piece {
            id,
            source: SourceId::new(route),
            kind,
            lang: Lang::new(lang),
            route: Route::new(route),
            title: title.into(),
            description: "".into(),
            dates: Dates::default(),
            access: Entitlements::Free,
            level: None,
            tags: Vec::new(),
            series: None,
            collection: None,
            authors: Vec::new(),
            cover: None,
            minutes: 5,
            prerequisites: Vec::new(),
            parent: None,
            children: Vec::new(),
            translations: Vec::new(),
            previous: None,
            next: None,
            number: "".into(),
            doc,
        });
        id
    }

    /// The piece of this number.
    pub fn at(&mut self, id: PieceId) -> &mut Piece {
        &mut self.pieces[id.index()]
    }

    /// Puts pieces into another.
    pub fn nest(&mut self, parent: PieceId, children: &[PieceId]) {
        self.at(parent).children = children.to_vec();
        for &child in children {
            self.at(child).parent = Some(parent);
        }
    }

    /// Adds a list and returns its number.
    pub fn term(&mut self, lang: &str, taxonomy: Taxonomy, key: &str, pieces: &[PieceId]) -> TermId {
        let id = TermId(self.terms.len() as u32);
        let home = if lang == "zh" { "/" } else { "/en/" };
        let folder = match taxonomy {
            Taxonomy::Collection => format!("{home}{key}/"),
            _ => format!("{home}{}/{key}/", taxonomy.name()),
        };
        self.terms.push(Term {
            id,
            taxonomy,
            lang: Lang::new(lang),
            key: key.into(),
            name: key.into(),
            route: Route::new(folder),
            index: None,
            pieces: pieces.to_vec(),
        });
        id
    }

    /// The finished site.
    pub fn build(self) -> Site {
        let routes = Arc::new(self.pieces.iter().map(|piece| (piece.route.clone(), piece.id)).collect());
        let home = |lang: &Lang| {
            let found = self.pieces.iter().find(|piece| piece.kind == Kind::Home && piece.lang == *lang);
            let route = if lang.as_str() == "zh" { Route::root() } else { Route::new(format!("/{lang}/")) };
            Language { tag: lang.clone(), home: route, index: found.map(|piece| piece.id) }
        };
        let redirect = Redirect { from: Route::new("/old/"), to: PieceId(0) };
        Site {
            campaigns: Vec::new(),
            config: Arc::new(config()),
            today: jiff::civil::date(2026, 6, 1),
            languages: languages().iter().map(home).collect(),
            pieces: self.pieces,
            terms: self.terms,
            media: vec![
                medium("content/a.png", Some((1600, 900))),
                medium("content/a.mp3", None),
                medium("content/表 格.pdf", None),
            ],
            redirects: vec![redirect],
            statics: Vec::new(),
            logos: Logos::default(),
            fonts: Vec::new(),
            routes,
        }
    }
}

fn config() -> Config {
    let each = |zh: &str, en: &str| {
        Localized::Each(BTreeMap::from([(Lang::new("zh"), zh.to_owned()), (Lang::new("en"), en.to_owned())]))
    };
    let price = |amount, per| Some(Price { amount, currency: "CNY".to_owned(), per });
    let mut config = Config {
        title: each("知识小站", "Small Site"),
        description: each("两种语言的小站。", "A small site in two languages."),
        base_url: "https://example.org/blog/".to_owned(),
        languages: Languages { default: Some(Lang::new("zh")), others: vec![Lang::new("en")] },
        ..Config::default()
    };
    config.tiers[1].price = price(39.0, Some(Period::Month));
    config.tiers[1].checkout = Some("https://pay.example.org/member".to_owned());
    config.products.push(Product {
        id: ProductId::new("rust-course"),
        name: Localized::default(),
        description: each("全部十课。", "All ten lessons."),
        includes: vec!["courses/rust".to_owned()],
        price: price(199.0, None),
        checkout: Some("https://pay.example.org/rust".to_owned()),
    });
    config
}

fn medium(path: &str, size: Option<(u32, u32)>) -> Media {
    let route = Route::new(path.replace("content", ""));
    Media { path: SourcePath::new(path), route, len: 12_345, hash: Hash::of(path.as_bytes()), size }
}

fn heading(id: &str, level: u8) -> Anchor {
    Anchor { id: id.into(), heading: Some((level, id.into())) }
}

/// A document with headings, gated values and front matter.
fn rich(front: Front, teaser: &[&str], rest: &[&str]) -> Doc<Link> {
    let body = |ids: &[&str]| Body { anchors: ids.iter().map(|id| heading(id, 2)).collect(), ..Body::default() };
    let secrets = Secrets {
        audio: Some(Link::Media(MediaId(1))),
        attachments: Many(vec![Link::Media(MediaId(2))]),
        quiz: vec![Question {
            question: format!("{SECRET}-1 ?"),
            options: vec!["1".to_owned(), "2".to_owned()],
            answer: Answers::All(vec![0, 1]),
            explain: "= 2".to_owned(),
        }],
        link: Some(format!("https://meet.example.org/{SECRET}")),
        place: Some(format!("{SECRET} 101")),
        ..Secrets::default()
    };
    Doc {
        path: SourcePath::new("content/rich.md"),
        front: Arc::new(front),
        secrets: Locked::new(Arc::new(secrets)),
        heading: None,
        teaser: body(teaser),
        excerpt: 0,
        rest: Locked::new(body(rest)),
    }
}

/// The words of a language's pieces.
struct Titles {
    lang: &'static str,
    home: &'static str,
    words: [&'static str; 12],
}

const TITLES: [Titles; 2] = [
    Titles {
        lang: "zh",
        home: "/",
        words: [
            "小站",
            "栏目甲",
            "文甲",
            "铁锈课程",
            "单元一",
            "第一课",
            "书甲",
            "上编",
            "首章",
            "直播甲",
            "工具甲",
            "如何开始？",
        ],
    },
    Titles {
        lang: "en",
        home: "/en/",
        words: ["Welcome", "Corner", "Essay", "Rust", "Unit", "First", "Tome", "Opening", "One", "Live talk", "Gadget", "How?"],
    },
];

/// A site with a piece of every kind in both languages, lists of every sort, and gated values in paid pieces.
pub fn full() -> Site {
    let mut site = Fixture::default();
    let articles: Vec<PieceId> = TITLES.iter().map(|titles| speak(&mut site, titles)).collect();
    if let [zh, en] = articles[..] {
        site.at(zh).translations = vec![en];
        site.at(en).translations = vec![zh];
    }
    site.build()
}

/// Adds the pieces of a language; returns its article.
fn speak(site: &mut Fixture, titles: &Titles) -> PieceId {
    let [home, section, article, course, module, lesson, book, part, chapter, session, resource, answer] = titles.words;
    let lang = titles.lang;
    let at = |path: &str| format!("{}{path}", titles.home);
    site.piece(lang, Kind::Home, titles.home, home);
    let section = site.piece(lang, Kind::Section, &at("corner/"), section);
    let page = site.piece(lang, Kind::Page, &at("corner/about/"), "© 2026");
    site.nest(section, &[page]);
    let article = site.piece(lang, Kind::Article, &at("articles/a/"), article);
    let course = site.piece(lang, Kind::Course, &at("courses/rust/"), course);
    let module = site.piece(lang, Kind::Module, &at("courses/rust/1/"), module);
    let lesson = site.piece(lang, Kind::Lesson, &at("courses/rust/1/1/"), lesson);
    let preview = site.piece(lang, Kind::Lesson, &at("courses/rust/1/2/"), "1 + 1");
    site.nest(course, &[module]);
    site.nest(module, &[lesson, preview]);
    let book = site.piece(lang, Kind::Book, &at("books/b/"), book);
    let part = site.piece(lang, Kind::Part, &at("books/b/1/"), part);
    let chapter = site.piece(lang, Kind::Chapter, &at("books/b/1/1/"), chapter);
    site.nest(book, &[part]);
    site.nest(part, &[chapter]);
    let session = site.piece(lang, Kind::Session, &at("sessions/s/"), session);
    let resource = site.piece(lang, Kind::Resource, &at("resources/r/"), resource);
    let answer = site.piece(lang, Kind::Answer, &at("answers/q/"), answer);

    let collections = [
        ("articles", vec![article]),
        ("courses", vec![course]),
        ("books", vec![book]),
        ("sessions", vec![session]),
        ("resources", vec![resource]),
        ("answers", vec![answer]),
    ];
    for (key, pieces) in collections {
        let term = site.term(lang, Taxonomy::Collection, key, &pieces);
        for id in pieces {
            site.at(id).collection = Some(term);
        }
    }
    let tag = site.term(lang, Taxonomy::Tag, "rust", &[article, course]);
    let series = site.term(lang, Taxonomy::Series, "42", &[article, answer]);
    site.term(lang, Taxonomy::Level, "beginner", &[article]);
    site.term(lang, Taxonomy::Archive, "archive", &[article, answer]);
    for id in [course, module, lesson, session] {
        site.at(id).access = member();
    }
    let text = |text: &str| text.to_owned();
    let front = Front {
        description: Some(text("…")),
        objectives: Many(vec![text("1 × 1")]),
        start: Moment::parse("2026-12-01T20:00:00+08:00"),
        length: Some(text("90m")),
        preview_toc: true,
        ..Front::default()
    };
    for id in [article, lesson, session, resource] {
        site.at(id).doc = rich(front.clone(), &["甲 1"], &["乙", "丙"]);
    }
    let rich = site.at(article);
    rich.tags = vec![tag];
    rich.series = Some(series);
    rich.level = Some((Level::Beginner, LevelOrigin::Inferred));
    rich.cover = Some(Link::Media(MediaId(0)));
    rich.authors = vec!["Ada & 王".into()];
    rich.dates = Dates { date: Moment::parse("2026-05-01"), updated: Moment::parse("2026-05-20") };
    rich.prerequisites = vec![Prerequisite::Piece(answer), Prerequisite::Words("0 < 1".into())];
    rich.next = Some(answer);
    site.at(lesson).number = "1.1".into();
    article
}
