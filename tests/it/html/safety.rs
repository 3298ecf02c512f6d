//! Hostile text, the deepest nesting, caches, and text behind the gate.

use super::*;

#[test]
fn hostile_text_stays_text() {
    let evil = "\"><script>alert(1)</script>\u{0}";
    let blocks = vec![
        Block::Paragraph(vec![image(evil, evil)]),
        Block::Paragraph(vec![image(evil, evil), link(evil, vec![text(evil)]), Inline::Code(evil.into())]),
        Block::Heading { level: 2, id: evil.into(), classes: vec![evil.into()], content: vec![text(evil)] },
        Block::Code(Code { title: Some(evil.into()), ..code(evil, evil) }),
        Block::Paragraph(vec![Inline::Math { source: evil.into(), display: true, span: 0..1 }]),
        Block::Mermaid { source: format!("flowchart LR\n A[\"{evil}\"]").into(), span: 0..1 },
        Block::Plain(vec![reference(evil)]),
        note(evil, evil),
    ];
    let html = noted(blocks, vec![Link::External(format!("https://e.org/{evil}").into())]).value;
    assert!(!html.contains("<script") && !html.contains('\u{0}'), "{html}");
}

#[test]
fn the_deepest_nesting_is_rendered() {
    let deep = (0..Block::DEEPEST).fold(paragraph("x"), |inner, _| Block::Quote(vec![inner]));
    assert_eq!(html(vec![deep], vec![]).matches("<blockquote>").count(), Block::DEEPEST);
    let bold = (0..Block::DEEPEST).fold(text("x"), |inner, _| Inline::Strong(vec![inner]));
    assert_eq!(inline(vec![bold], vec![]).matches("<strong>").count(), Block::DEEPEST);
}

/// A cache that counts what it is given.
#[derive(Default)]
struct Counting {
    values: Mutex<BTreeMap<(Stage, Hash), Vec<u8>>>,
    puts: AtomicUsize,
}

impl Cache for Counting {
    fn get(&self, stage: Stage, key: Hash) -> Option<Vec<u8>> {
        self.values.lock().ok()?.get(&(stage, key)).cloned()
    }

    fn put(&self, stage: Stage, key: Hash, value: &[u8]) {
        self.puts.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut values) = self.values.lock() {
            values.insert((stage, key), value.to_vec());
        }
    }
}

#[test]
fn a_cache_changes_nothing_but_the_work() {
    let source = "fn main() { println!(\"你好\"); }\n";
    let diagram = Block::Mermaid { source: "graph TD\n A-->B".into(), span: 0..1 };
    let blocks = vec![
        Block::Code(code("rust", source)),
        diagram.clone(),
        Block::Code(code("rust", source)),
        diagram,
        Block::Code(code("text", "x")),
    ];
    let body = body(blocks, vec![]);
    let cache = Counting::default();
    let render = |cache: &dyn Cache| {
        let cx = HtmlContext {
            site: &site(),
            lang: &Lang::new("en"),
            file: &SourcePath::new("a.md"),
            strings: &Words,
            components: &Theme::default(),
            policy: &csp::policy(&Config::default(), ""),
            cache,
            notes: Notes::Whole,
            withheld: &BTreeSet::new(),
        };
        html::body(&body, &cx).value
    };
    let fresh = render(&NoCache);
    assert_eq!(render(&cache), fresh);
    assert_eq!(render(&cache), fresh);
    assert_eq!(cache.puts.load(Ordering::Relaxed), 2, "one block and one diagram, each made once");
}

#[test]
fn the_gate_can_pass_the_renderer_to_locked_text() {
    let site = site();
    let lang = Lang::new("zh");
    let file = SourcePath::new("a.md");
    let theme = Theme::default();
    let withheld = BTreeSet::new();
    let cx = HtmlContext {
        site: &site,
        lang: &lang,
        file: &file,
        strings: &Words,
        components: &theme,
        policy: &csp::policy(&Config::default(), ""),
        cache: &NoCache,
        notes: Notes::Whole,
        withheld: &withheld,
    };
    let locked = Locked::new(body(vec![paragraph("secret")], vec![]));
    let _: Locked<Noted<String>> = locked.map(&cx, html::body);
}
