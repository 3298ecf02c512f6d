//! A site made by hand, in Chinese and English, with something of every kind: for tests of what is made from a `Site`.
//!
//! What lies behind a paywall says `CANARY`; public text says `OPEN`.

use std::collections::BTreeMap;
use std::sync::Arc;

use kmsite::access::{self, locked::Locked};
use kmsite::config::{Config, Localized, Period, Price, Product};
use kmsite::id::{Hash, Lang, MediaId, PieceId, ProductId, Route, SourceId, SourcePath, TermId, TierId};
use kmsite::model::{
    Block, Body, Dates, Doc, Entitlements, Front, Inline, Kind, Language, Level, LevelOrigin, Link, Logos, Many, Media, Moment,
    Piece, Prerequisite, Redirect, Secrets, Site, Taxonomy, Term,
};
use kmsite::view::names::Names;

/// Names as a theme would give them.
pub struct FixedNames;

impl Names for FixedNames {
    fn list(&self, term: &Term) -> String {
        match (&*term.key, term.lang.as_str()) {
            ("articles", "zh") => "文章".to_owned(),
            ("articles", "en") => "Articles".to_owned(),
            ("sessions", "zh") => "直播".to_owned(),
            _ => term.name.to_string(),
        }
    }

    fn language(&self, lang: &Lang) -> String {
        if lang.as_str() == "zh" { "中文" } else { "English" }.to_owned()
    }

    fn tier(&self, tier: &kmsite::config::Tier, lang: &Lang) -> String {
        if lang.as_str() == "zh" && tier.id.as_str() == "member" { "会员".to_owned() } else { tier.id.to_string() }
    }

    fn product(&self, product: &Product, lang: &Lang) -> String {
        product.name.get(lang).to_owned()
    }
}

/// A paragraph in a body of its own.
pub fn body(text: &str) -> Body<Link> {
    Body { blocks: Arc::new([Block::Paragraph(vec![Inline::Text(text.into())])]), ..Body::default() }
}

/// A free piece with nothing but its names.
pub fn piece(kind: Kind, lang: &str, (source, route): (&str, &str), title: &str) -> Piece {
    Piece {
        id: PieceId(0),
        source: SourceId::new(source),
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
        minutes: 0,
        prerequisites: Vec::new(),
        parent: None,
        children: Vec::new(),
        translations: Vec::new(),
        previous: None,
        next: None,
        number: "".into(),
        doc: Doc {
            path: SourcePath::new(format!("{source}.md")),
            front: Arc::new(Front::default()),
            secrets: Locked::default(),
            heading: None,
            teaser: body("OPEN teaser"),
            excerpt: 1,
            rest: Locked::new(body("OPEN rest")),
        },
    }
}

/// Sets the date of publication.
pub fn dated(mut piece: Piece, date: &str) -> Piece {
    piece.dates.date = Moment::parse(date);
    piece
}

/// Makes a piece cost membership, and everything gated a canary.
pub fn paid(mut piece: Piece) -> Piece {
    piece.access = Entitlements::Paid { tier: Some(TierId::new("member")), products: vec![ProductId::new("rust")] };
    piece.doc.rest = Locked::new(body("CANARY rest"));
    piece.doc.secrets = Locked::new(Arc::new(Secrets {
        video: Some(Link::External("https://canary.example/CANARY-video".into())),
        files: Many(vec![Link::External("https://canary.example/CANARY-file".into())]),
        link: Some("https://canary.example/CANARY-link".to_owned()),
        place: Some("CANARY place".to_owned()),
        ..Secrets::default()
    }));
    piece
}

/// Changes the public front matter.
pub fn front(mut piece: Piece, change: impl FnOnce(&mut Front)) -> Piece {
    let mut front = (*piece.doc.front).clone();
    change(&mut front);
    piece.doc.front = Arc::new(front);
    piece
}

fn session(piece: Piece, start: &str, length: &str) -> Piece {
    front(piece, |front| {
        front.start = Moment::parse(start);
        front.length = Some(length.to_owned());
    })
}

fn term(id: u32, lang: &str, (key, name): (&str, &str), route: &str) -> Term {
    let taxonomy = if route.contains("/tags/") { Taxonomy::Tag } else { Taxonomy::Collection };
    let (lang, route) = (Lang::new(lang), Route::new(route));
    Term { id: TermId(id), taxonomy, lang, key: key.into(), name: name.into(), route, index: None, pieces: Vec::new() }
}

/// Its configuration, with a path below the host.
pub fn config() -> Config {
    let mut config = Config {
        title: Localized::Each(BTreeMap::from([
            (Lang::new("zh"), "铁锈 & 朋友".to_owned()),
            (Lang::new("en"), "Rust & Co".to_owned()),
        ])),
        description: Localized::Same("OPEN description".to_owned()),
        base_url: "https://example.org/blog/".to_owned(),
        author: Localized::Same("王小明".to_owned()),
        ..Config::default()
    };
    let price = |amount, per| Price { amount, currency: "CNY".to_owned(), per };
    config.tiers[1].price = Some(price(39.0, Some(Period::Quarter)));
    config.tiers[1].checkout = Some("https://pay.example/member?a=1&b=2".to_owned());
    config.products = vec![Product {
        id: ProductId::new("rust"),
        name: Localized::Same("Rust 课".to_owned()),
        description: Localized::default(),
        includes: Vec::new(),
        price: Some(price(199.5, None)),
        checkout: None,
    }];
    config
}

/// A site of these pieces and lists, put in order; a list's pieces are those of its language below its address.
pub fn site_of(config: Config, mut pieces: Vec<Piece>, mut terms: Vec<Term>) -> Site {
    pieces.sort_by(|a, b| a.route.cmp(&b.route));
    for (at, piece) in pieces.iter_mut().enumerate() {
        piece.id = PieceId(at as u32);
    }
    for term in &mut terms {
        let below = |piece: &&mut Piece| piece.parent.is_none() && piece.route.as_str().starts_with(term.route.as_str());
        for piece in pieces.iter_mut().filter(below) {
            piece.collection = Some(term.id);
            term.pieces.push(piece.id);
        }
    }
    let language = |tag: &str, home: &str| Language { tag: Lang::new(tag), home: Route::new(home), index: None };
    Site {
        campaigns: Vec::new(),
        config: Arc::new(config),
        today: jiff::civil::date(2026, 11, 23),
        languages: vec![language("zh", "/"), language("en", "/en/")],
        routes: Arc::new(pieces.iter().map(|piece| (piece.route.clone(), piece.id)).collect()),
        pieces,
        terms,
        media: vec![Media {
            path: SourcePath::new("content/resources/表 1.pdf"),
            route: Route::new("/resources/表 1.pdf"),
            len: 3,
            hash: Hash::of(b"pdf"),
            size: None,
        }],
        redirects: Vec::new(),
        statics: Vec::new(),
        logos: Logos::default(),
        fonts: Vec::new(),
    }
}

/// The number of the piece with this source id.
pub fn id(site: &Site, source: &str) -> PieceId {
    site.pieces.iter().find(|piece| piece.source.as_str() == source).expect("a piece of the made site").id
}

/// The whole site.
pub fn site() -> Site {
    let mut kaishi =
        dated(piece(Kind::Article, "zh", ("articles/开始", "/articles/开始/"), "开始：<Rust> & \"我\""), "2024-05-01");
    kaishi.description = "OPEN 第一步 ]]> & 更多".into();
    kaishi.authors = vec!["王小明".into(), "李四".into()];
    kaishi.level = Some((Level::Beginner, LevelOrigin::Declared));
    kaishi.cover = Some(Link::External("https://img.example/a.png".into()));
    kaishi.minutes = 7;
    let start = dated(piece(Kind::Article, "en", ("articles/start", "/en/articles/start/"), "Start"), "2024-05-01");
    let mut deep =
        paid(dated(piece(Kind::Article, "zh", ("articles/深入", "/articles/深入/"), "深入"), "2024-06-01T08:00+08:00"));
    deep.dates.updated = Moment::parse("2024-07-01");
    let draft = front(dated(piece(Kind::Article, "zh", ("articles/稿", "/articles/稿/"), "DRAFT 稿"), "2024-09-01"), |front| {
        front.draft = true;
    });

    let mut open = session(
        piece(Kind::Session, "zh", ("sessions/a", "/sessions/a/"), "公开课；第一讲, 开始"),
        "2026-12-01T20:00+08:00",
        "90m",
    );
    open.description = "OPEN 带上\n电脑".into();
    open.dates.date = Moment::parse("2026-11-01");
    open.doc.secrets = Locked::new(Arc::new(Secrets {
        link: Some("https://meet.example/OPEN?a=1,2".to_owned()),
        place: Some("上海, 人民广场".to_owned()),
        ..Secrets::default()
    }));
    let closed = paid(session(piece(Kind::Session, "zh", ("sessions/b", "/sessions/b/"), "会员课"), "2026-12-08T20:00", "1小时"));

    let mut course = paid(dated(piece(Kind::Course, "zh", ("courses/rust", "/courses/rust/"), "Rust 课"), "2024-01-01"));
    course = front(course, |front| front.objectives = Many(vec!["写程序".to_owned()]));
    course.prerequisites = vec![Prerequisite::Words("会用终端".into())];
    let module = paid(piece(Kind::Module, "zh", ("courses/rust/1", "/courses/rust/1/"), "第一章"));
    let mut lesson = paid(piece(Kind::Lesson, "zh", ("courses/rust/1/a", "/courses/rust/1/a/"), "第一课"));
    (lesson.minutes, lesson.number) = (90, "1.1".into());

    let book = piece(Kind::Book, "en", ("books/book", "/en/books/book/"), "The Book");
    let mut chapter = piece(Kind::Chapter, "en", ("books/book/one", "/en/books/book/one/"), "One");
    chapter.number = "1".into();
    let mut tool = piece(Kind::Resource, "zh", ("resources/表", "/resources/表/"), "表");
    tool.doc.secrets = Locked::new(Arc::new(Secrets { files: Many(vec![Link::Media(MediaId(0))]), ..Secrets::default() }));
    let free_answer = dated(piece(Kind::Answer, "zh", ("answers/a", "/answers/a/"), "什么是 </script> 借用？"), "2024-02-01");
    let paid_answer = paid(dated(piece(Kind::Answer, "zh", ("answers/b", "/answers/b/"), "什么是生命周期？"), "2024-02-02"));
    let about = piece(Kind::Page, "en", ("about", "/en/about/"), "About [us]");

    let pieces = vec![
        kaishi,
        start,
        deep,
        draft,
        open,
        closed,
        course,
        module,
        lesson,
        book,
        chapter,
        tool,
        free_answer,
        paid_answer,
        about,
    ];
    let terms = vec![
        term(0, "zh", ("articles", "articles"), "/articles/"),
        term(1, "en", ("articles", "articles"), "/en/articles/"),
        term(2, "zh", ("sessions", "sessions"), "/sessions/"),
        term(3, "zh", ("借用", "借用"), "/tags/借用/"),
    ];
    let mut site = site_of(config(), pieces, terms);
    join(&mut site, "courses/rust", &["courses/rust/1"]);
    join(&mut site, "courses/rust/1", &["courses/rust/1/a"]);
    join(&mut site, "books/book", &["books/book/one"]);
    let (zh, en) = (id(&site, "articles/开始"), id(&site, "articles/start"));
    site.pieces[zh.index()].translations = vec![en];
    site.pieces[en.index()].translations = vec![zh];
    site.pieces[zh.index()].tags = vec![TermId(3)];
    site.redirects = vec![Redirect { from: Route::new("/旧/"), to: zh }, Redirect { from: Route::new("/old.html"), to: en }];
    site
}

fn join(site: &mut Site, parent: &str, children: &[&str]) {
    let parent = id(site, parent);
    for child in children {
        let child = id(site, child);
        site.pieces[child.index()].parent = Some(parent);
        site.pieces[parent.index()].children.push(child);
    }
}

/// What everyone may read of a piece, as the renderer of pages would make it.
pub fn html(site: &Site, id: PieceId) -> String {
    let public = access::public(site.piece(id));
    let mut out = String::from("<p><a href=\"/blog/x/\">\u{1}站</a><img src=\"图.png\" alt=\"\"></p>");
    for body in [Some(public.teaser), public.rest].into_iter().flatten() {
        for block in &*body.blocks {
            if let Block::Paragraph(content) = block {
                out.push_str(&format!("<p>{content:?}</p>"));
            }
        }
    }
    out
}

/// The bytes of an artifact as text.
pub fn text(artifact: &kmsite::artifact::Artifact) -> String {
    match &artifact.body {
        kmsite::artifact::Body::Bytes(bytes) => String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        kmsite::artifact::Body::File(path) => panic!("a file: {path}"),
    }
}
