//! What readers are led to next: each reason planted once, and what must never have a part in it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use clap::Parser;
use kmsite::cli::{self, Cli, Env, Format, Models, Volume};
use kmsite::compile::{Options, compile};
use kmsite::config::Overrides;
use kmsite::diag::render::Colour;
use kmsite::diag::{Diag, Noted, code};
use kmsite::disk::SystemClock;
use kmsite::enrich::next::Signal;
use kmsite::enrich::next::list::{ReadNext, Reason, read_next};
use kmsite::id::{Hash, Route};
use kmsite::model::Site;
use kmsite::resolve::Publish;
use kmsite::world::{Cache, Embedder, Embedding, MemoryWorld, NoCache, Stage};

use super::sandbox::Sandbox;

const SITE: &str = "title: T\nbase_url: https://e.org/\nlanguages: { default: zh, others: [en] }\n";

fn site(config: &str, files: &[(String, String)]) -> Arc<kmsite::plan::Plan> {
    let config = format!("{SITE}{config}");
    let mut world = MemoryWorld::of([("site.yaml", &*config)]);
    for (path, text) in files {
        world = world.with(&format!("content/{path}"), text.as_bytes());
    }
    let options = Options {
        overrides: Overrides::default(),
        origin: None,
        publish: Publish::default(),
        today: jiff::civil::date(2026, 6, 1),
        folder_name: "site".to_owned(),
        public_only: false,
    };
    let compiled = compile(&world, &options);
    assert!(!compiled.has_errors(), "{:?}", compiled.diags);
    compiled.value.plan
}

fn lists(site: &Site) -> ReadNext {
    let Noted { value, diags } = read_next(site, None, &NoCache);
    assert_eq!(diags, []);
    value
}

/// The addresses and reasons that a piece leads to.
fn led(next: &ReadNext, route: &str) -> Vec<(String, Reason)> {
    next.of(&Route::new(route)).iter().map(|one| (one.route.to_string(), one.reason.clone())).collect()
}

fn file(name: &str, front: &str, text: &str) -> (String, String) {
    (format!("articles/{name}.md"), format!("---\ntitle: {name}\ndescription: .\n{front}---\n\n{text}\n"))
}

/// Twelve pieces that have nothing in common with anything, for the others to stand out from.
fn fillers() -> Vec<(String, String)> {
    (0..12)
        .map(|n| file(&format!("filler{n}"), "", &format!("only{n} here{n} stand{n} words{n} that{n} are{n} alone{n}")))
        .collect()
}

/// Pieces of which each has one reason to lead to another.
fn planted() -> Vec<(String, String)> {
    let mut files = fillers();
    files.extend([
        file("loaf", "level: beginner\n", "酵头 面团 发酵 烘烤 温度 时间"),
        file("oven", "level: advanced\n", "酵头 面团 发酵 烘烤 温度 时间 蒸汽"),
        file("price", "tags: [定价]\n", "price ladder anchor discount"),
        file("offer", "tags: [定价]\n", "price ladder anchor bundle"),
        file("moss", "", "moss fern lichen bark"),
        file("fern", "", "moss fern lichen leaf"),
        file("tide", "", "tide [there](ebb.md)"),
        file("ebb", "", "harbour"),
        file("sun", "", "corona"),
        file("clay", "", "kiln"),
        file("one", "", "alpha [s](sun.md) [c](clay.md)"),
        file("two", "", "beta [s](sun.md) [c](clay.md)"),
    ]);
    files
}

#[test]
fn the_strongest_signal_gives_the_reason() {
    let plan = site("", &planted());
    let next = lists(plan.site());
    let first = |name: &str| led(&next, &format!("/articles/{name}/")).into_iter().next();
    let to = |name: &str, reason: Reason| Some((format!("/articles/{name}/"), reason));
    assert_eq!(first("loaf"), to("oven", Reason::Deeper));
    assert_eq!(first("oven"), to("loaf", Reason::Easier));
    assert_eq!(first("price"), to("offer", Reason::Topic("定价".into())));
    assert_eq!(first("moss"), to("fern", Reason::Similar));
    assert_eq!(first("ebb"), to("tide", Reason::LinkedFrom));
    assert_eq!(led(&next, "/articles/clay/")[0], to("sun", Reason::Together).unwrap());
    // What a text links to its reader knows of, unless the creator wants it listed.
    assert!(led(&next, "/articles/tide/").iter().all(|(route, _)| route != "/articles/ebb/"));
    let linked = site("recommend: { linked: true }\n", &planted());
    assert_eq!(led(&lists(linked.site()), "/articles/tide/")[0], to("ebb", Reason::Linked).unwrap());
    assert_eq!(led(&next, "/articles/filler3/"), [], "what has nothing in common leads nowhere");
}

#[test]
fn what_the_reader_sees_anyway_or_must_not_see_is_not_listed() {
    let text = "price ladder anchor discount bundle";
    let mut files = fillers();
    files.extend([
        file("a", "", text),
        file("hidden", "recommend: false\n", text),
        ("articles/a.en.md".to_owned(), format!("---\ntitle: A\n---\n\n{text}\n")),
        ("courses/c/_index.md".to_owned(), "# C\n\ncourse\n".to_owned()),
        ("courses/c/one.md".to_owned(), format!("# One\n\n{text}\n")),
        ("courses/c/two.md".to_owned(), format!("# Two\n\n{text}\n")),
        ("courses/c/three.md".to_owned(), format!("# Three\n\n{text}\n")),
    ]);
    let plan = site("", &files);
    let next = lists(plan.site());
    let routes = |route: &str| led(&next, route).into_iter().map(|(route, _)| route).collect::<Vec<_>>();
    let lessons = routes("/courses/c/one/");
    assert_eq!(lessons, ["/articles/a/"], "not the rest of its course, nor what is hidden");
    let shown = routes("/articles/a/");
    assert!(shown.iter().all(|route| route.starts_with("/courses/c/")) && shown.len() == 3, "{shown:?}");
    assert!(!routes("/articles/hidden/").is_empty(), "hidden pieces lead on all the same");
}

#[test]
fn paid_text_has_no_part_in_any_list() {
    let with = |paid: &str| {
        let mut files = fillers();
        files.extend([
            file("gated", "tier: member\n", &format!("open words\n\n<!-- paywall -->\n\n{paid} [z](zebra.md)")),
            file("twin", "", "quokka numbat bilby potoroo"),
            file("zebra", "", "zebra stripes"),
            file("unlocked", "", "open words"),
        ]);
        let plan = site("", &files);
        let lists = lists(plan.site());
        plan.site()
            .pieces
            .iter()
            .map(|piece| (piece.route.to_string(), lists.of(&piece.route).to_vec()))
            .collect::<BTreeMap<_, _>>()
    };
    let before = with("quokka numbat bilby potoroo");
    assert_eq!(before, with("nothing of the kind"));
    assert_eq!(before["/articles/gated/"][0].route.as_str(), "/articles/unlocked/", "what everyone may read counts");
}

/// Knows words in Latin letters: its vectors say which of eight sorts of words a text has.
#[derive(Default)]
struct Sorts {
    asked: AtomicUsize,
}

impl Embedder for Sorts {
    fn model(&self) -> Hash {
        Hash::of(b"sorts")
    }

    fn embed(&self, text: &str) -> Result<Embedding, Diag> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut vector = vec![0.01_f32; 8];
        let words: Vec<&str> = text.split_whitespace().collect();
        // Synonyms: words with the same first letter are of one sort.
        for word in &words {
            vector[usize::from(word.as_bytes()[0]) % 8] += 1.0;
        }
        let unknown = words.iter().filter(|word| !word.is_ascii()).count() as f32 / words.len().max(1) as f32;
        Ok(Embedding { vector, unknown })
    }
}

/// Remembers everything.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<[u8; 32], Vec<u8>>>);

impl Cache for Memory {
    fn get(&self, _: Stage, key: Hash) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(&key.0).cloned()
    }

    fn put(&self, _: Stage, key: Hash, value: &[u8]) {
        self.0.lock().unwrap().insert(key.0, value.to_vec());
    }
}

#[test]
fn meaning_counts_where_no_word_is_shared_and_is_computed_once() {
    let mut files: Vec<_> =
        (0..12).map(|n| file(&format!("filler{n}"), "", &format!("{0}q{n} {0}w{n} {0}e{n}", char::from(b'i' + n % 6)))).collect();
    files.extend([file("big", "", "huge hefty humongous"), file("large", "", "harge hiant hass")]);
    let plan = site("", &files);
    let (sorts, memory) = (Sorts::default(), Memory::default());
    let next = read_next(plan.site(), Some(&sorts), &memory).value;
    let meaning = &next.of(&Route::new("/articles/big/"))[0];
    assert_eq!(meaning.route.as_str(), "/articles/large/");
    let part = |signal: Signal| meaning.parts[signal as usize];
    assert!(part(Signal::Meaning) > 1.0 && part(Signal::Words) < 0.5, "{:?}", meaning.parts);
    assert_eq!(led(&lists(plan.site()), "/articles/big/"), [], "by words alone they have nothing in common");
    let asked = sorts.asked.load(Ordering::Relaxed);
    assert_eq!(asked, 2 * files.len(), "title and summary, and the text");
    assert_eq!(read_next(plan.site(), Some(&sorts), &memory).value, next);
    assert_eq!(sorts.asked.load(Ordering::Relaxed), asked, "what was embedded once is remembered");
}

/// Knows a few words of both languages: the same thing has the same direction in either.
struct Bilingual;

impl Embedder for Bilingual {
    fn model(&self) -> Hash {
        Hash::of(b"bilingual")
    }

    fn embed(&self, text: &str) -> Result<Embedding, Diag> {
        let things = [("bread", "面包"), ("price", "价格"), ("garden", "花园"), ("river", "河流"), ("letter", "书信")];
        let said = things.map(|(english, chinese)| (text.matches(english).count() + text.matches(chinese).count()) as f32);
        Ok(Embedding { vector: said.iter().chain(&[0.1]).copied().collect(), unknown: 0.0 })
    }
}

#[test]
fn pieces_lead_to_other_languages_if_the_site_says_so_and_say_which() {
    let mut files: Vec<_> =
        [("花", "花园 花园"), ("河", "河流 河流"), ("信", "书信 书信"), ("饼", "面包 面包"), ("价", "价格 价格")]
            .map(|(name, text)| file(name, "", text))
            .into();
    files.extend([
        file("loaf.en", "level: beginner\n", "bread bread"),
        file("hidden.en", "recommend: false\n", "bread bread"),
        file("brook.en", "", "river river"),
        file("green.en", "", "garden garden"),
        file("post.en", "", "letter letter"),
        // What has a translation is led to in that.
        file("price.en", "", "price price"),
        file("price", "", "价格 价格 价格"),
    ]);
    let next = |config: &str| {
        let plan = site(config, &files);
        let next = read_next(plan.site(), Some(&Bilingual), &NoCache).value;
        move |route: &str| {
            led(&next, route).into_iter().map(|(route, _)| route).filter(|route| !route.contains("价")).collect::<Vec<_>>()
        }
    };
    assert_eq!(next("")("/articles/饼/"), [""; 0], "each language by itself, unless the site says otherwise");
    let all = next("recommend: { languages: all }\n");
    assert_eq!(all("/articles/饼/"), ["/en/articles/loaf/"]);
    assert_eq!(all("/en/articles/brook/"), ["/articles/河/"]);
    assert!(all("/articles/价/").iter().all(|route| route != "/en/articles/price/"), "{:?}", all("/articles/价/"));
}

#[test]
fn an_entry_in_another_language_is_marked_on_the_page() {
    let config = format!("{SITE}recommend: {{ languages: all }}\nsearch: {{ enabled: false }}\n");
    let sandbox = Sandbox::new(&[("site.yaml", &*config)]);
    for (path, text) in [
        file("花", "", "花园 花园"),
        file("河", "", "河流 河流"),
        file("饼", "", "面包 面包"),
        file("loaf.en", "", "bread bread"),
        file("brook.en", "", "river river"),
        file("letter.en", "", "letter letter"),
    ] {
        sandbox.write(&format!("content/{path}"), text.as_bytes());
    }
    let cli = Cli::try_parse_from(["kmsite", "build", "--quiet"]).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut env = Env {
        root: sandbox.root().to_owned(),
        variables: Vec::new(),
        master_key: None,
        clock: &SystemClock::default(),
        program: None,
        colour: Colour::Never,
        format: Format::Text,
        volume: Volume::Quiet,
        models: Models { stand_in: Some(Arc::new(Bilingual)), ..Models::default() },
        input: &mut &b""[..],
        out: &mut out,
        err: &mut err,
    };
    assert!(cli::run(&cli.command, &mut env).is_ok());
    let page = |path: &str| String::from_utf8(sandbox.read(&format!("dist/{path}/index.html"))).unwrap();
    let (chinese, english) = (page("articles/饼"), page("en/articles/brook"));
    assert!(chinese.contains(r#"<a href="/en/articles/loaf/" hreflang="en" lang="en">"#), "{chinese}");
    assert!(chinese.contains(r#"<span class="language">English</span>"#) && chinese.contains("相近的主题"), "{chinese}");
    assert!(
        english.contains(r#"hreflang="zh" lang="zh">河</a>"#) && english.contains(r#"<span class="language">中文</span>"#),
        "{english}"
    );
}

#[test]
fn a_language_without_words_in_the_model_is_told_of_once_and_counts_by_its_words() {
    let mut files = planted();
    files.retain(|(name, _)| !name.contains("filler"));
    files.extend((0..20).map(|n| file(&format!("字{n}"), "", &format!("甲{n} 乙{n} 丙{n} 丁{n}"))));
    files.extend([file("一鱼", "", "鲈鱼 鲤鱼 鲫鱼"), file("河", "", "鲈鱼 鲤鱼 鳜鱼")]);
    let plan = site("", &files);
    let Noted { value, diags } = read_next(plan.site(), Some(&Sorts::default()), &NoCache);
    let told: Vec<&str> = diags.iter().map(|diag| diag.code.id).collect();
    assert_eq!(told, [code::STRANGE_LANGUAGE.id], "{diags:?}");
    assert_eq!(led(&value, "/articles/一鱼/")[0], ("/articles/河/".to_owned(), Reason::Similar));
}

#[test]
fn pages_say_what_to_read_next_and_why_in_both_languages() {
    let sandbox = Sandbox::new(&[("site.yaml", SITE)]);
    for (path, text) in planted() {
        sandbox.write(&format!("content/{path}"), text.as_bytes());
        sandbox.write(&format!("content/{}", path.replace(".md", ".en.md")), text.replace(".md)", ".en.md)").as_bytes());
    }
    let tree = sandbox.build("dist", &[]);
    let page = |path: &str| String::from_utf8(tree[&format!("{path}/index.html")].clone()).unwrap();
    let next = |path: &str| {
        let html = page(path);
        let start = html.find("class=\"read-next\"").unwrap_or(html.len());
        html[start..].split("</section>").next().unwrap_or_default().to_owned()
    };
    let chinese = next("articles/loaf");
    assert!(
        chinese.contains("接着读") && chinese.contains("更深入一步") && chinese.contains("href=\"/articles/oven/\""),
        "{chinese}"
    );
    let english = next("en/articles/oven");
    assert!(
        english.contains("Read next") && english.contains("one step easier") && english.contains("href=\"/en/articles/loaf/\""),
        "{english}"
    );
    assert!(next("articles/price").contains("同样讲定价") && next("en/articles/price").contains("Also on 定价"));
    assert_eq!(next("articles/filler3"), "");
    // Off is off.
    sandbox.write("site.yaml", format!("{SITE}recommend: {{ enabled: false }}\n").as_bytes());
    let tree = sandbox.build("dist", &[]);
    assert!(tree.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("class=\"read-next\"")));
}

#[test]
fn files_of_texts_are_ranked_and_judged() {
    let sandbox = Sandbox::new(&[("site.yaml", SITE), ("content/a.md", "# A\n\ntext\n")]);
    let page = |id: &str, lang: &str, text: &str| {
        serde_json::json!({ "id": id, "title": id, "summary": "", "text": text, "lang": lang, "links": [], "tags": [] })
            .to_string()
            + "\n"
    };
    let lines = [
        page("x/a", "en", "moss fern lichen"),
        page("x/b", "en", "harbour tide"),
        page("x/c", "en", "moss fern bark"),
        page("y/d", "zh", "鲈鱼 鲤鱼"),
        page("y/e", "zh", "鲤鱼 鳜鱼"),
    ];
    sandbox.write("pages.jsonl", lines.concat().as_bytes());
    sandbox.write("rel.jsonl", b"{\"id\":\"x/a\",\"related\":[\"x/c\"]}\n{\"id\":\"y/d\",\"related\":[\"y/e\"]}\n");
    let path = |name: &str| sandbox.root().join(name).to_str().unwrap().to_owned();
    let rank = sandbox.run(&["recommend", "rank", "--pages", &path("pages.jsonl"), "--out", &path("run.jsonl")]);
    assert_eq!(rank.code, 0, "{}", rank.err);
    let run = String::from_utf8(sandbox.read("run.jsonl")).unwrap();
    assert_eq!(run.lines().next().unwrap(), r#"{"id":"x/a","ranked":["x/c","x/b"]}"#);
    assert_eq!(run.lines().nth(3).unwrap(), r#"{"id":"y/d","ranked":["y/e"]}"#, "languages stay apart");
    let eval = sandbox.run(&["recommend", "eval", "--run", &path("run.jsonl"), "--truth", &path("rel.jsonl")]);
    assert!(eval.out.contains("2 queries, 0 of them not ranked") && eval.out.contains("nDCG@10    1.0000"), "{}", eval.out);
    sandbox.write("pages.jsonl", b"{\"id\":\"a\"}\n\n{\"id\":7}\n");
    let bad = sandbox.run(&["recommend", "rank", "--pages", &path("pages.jsonl"), "--out", &path("no.jsonl")]);
    assert!(bad.code != 0 && bad.err.contains("KM1004") && bad.err.contains("line 3 of"), "{}", bad.err);
}

#[test]
fn the_command_tells_what_spoke_for_each() {
    let sandbox = Sandbox::new(&[("site.yaml", &*format!("{SITE}recommend: {{ model: none }}\n"))]);
    for (path, text) in planted() {
        sandbox.write(&format!("content/{path}"), text.as_bytes());
    }
    let told = sandbox.run(&["related", "content/articles/loaf.md"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.starts_with("/articles/loaf/  loaf\n  1. /articles/oven/  oven\n"), "{}", told.out);
    assert!(told.out.contains("shown as: goes deeper") && told.out.contains("uses the same words"), "{}", told.out);
    // An address will do as well, and a topic is named.
    let told = sandbox.run(&["related", "/articles/price/", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let first = &json["related"][0];
    assert_eq!((first["route"].as_str(), first["reason"].as_str()), (Some("/articles/offer/"), Some("topic")), "{json}");
    assert_eq!(first["topic"], "定价");
    assert!(first["signals"]["words"].as_f64().unwrap() > 0.5 && first["signals"]["link"] == 0.0, "{json}");
    let nowhere = sandbox.run(&["related", "filler3.md"]);
    assert!(nowhere.out.contains("leads nowhere: nothing has enough in common"), "{}", nowhere.out);
    let missing = sandbox.run(&["related", "content/articles/loav.md"]);
    assert!(missing.code != 0 && missing.err.contains("did you mean `content/articles/loaf.md`?"), "{}", missing.err);
}
