//! `kmsite search` and the files of the index. `tests/browser/search.mjs` asks the page's script the same questions of the same site.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use flate2::read::DeflateDecoder;
use kmsite::config::Search;
use kmsite::id::{Lang, Route};
use kmsite::model::Kind;
use kmsite::model::passage::Passage;
use kmsite::search::{Document, Index, Labels, tokens};
use serde_json::Value;

use crate::sandbox::{KEY, Sandbox, Tree};
use crate::sealed::opener::{Member, Opener};

/// A site and what its queries find.
const RANKING: &str = include_str!("../search/ranking.json");
/// Strings made by a rule, and what their tokens come to.
const TOKENS: &str = include_str!("../search/tokens.json");

fn planted(files: &Value) -> Sandbox {
    let sandbox = Sandbox::new(&[]);
    for (path, text) in files.as_object().unwrap() {
        sandbox.write(path, text.as_str().unwrap().as_bytes());
    }
    sandbox
}

fn answer(sandbox: &Sandbox, query: &str, lang: &str) -> Value {
    let run = sandbox.run(&["search", "--json", "--lang", lang, "--", query]);
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

/// The files of all indexes, their compression undone.
fn indexes(tree: &Tree) -> Vec<(String, Vec<u8>)> {
    let files = tree.iter().filter(|(name, _)| name.starts_with("search/data/"));
    files.map(|(name, bytes)| (name.clone(), inflated(bytes))).collect()
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    DeflateDecoder::new(bytes).read_to_end(&mut text).unwrap();
    text
}

fn has(index: &[(String, Vec<u8>)], word: &str) -> bool {
    index.iter().any(|(_, bytes)| bytes.windows(word.len()).any(|window| window == word.as_bytes()))
}

#[test]
fn queries_find_what_they_should_in_order() {
    let vectors: Value = serde_json::from_str(RANKING).unwrap();
    let sandbox = planted(&vectors["files"]);
    for vector in vectors["queries"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap_or_default();
        let answer = answer(&sandbox, text("q"), text("lang"));
        let results = answer["results"].as_array().unwrap();
        let prefix = if text("lang") == "zh" { "/zh" } else { "" };
        let routes: Vec<String> = results.iter().map(|result| result["route"].as_str().unwrap().to_owned()).collect();
        let found: Vec<String> =
            vector["found"].as_array().unwrap().iter().map(|route| format!("{prefix}{}", route.as_str().unwrap())).collect();
        assert_eq!(routes, found, "{}: {}", text("why"), text("q"));
        if let Some(anchor) = vector["anchor"].as_str() {
            let address = results[0]["address"].as_str().unwrap();
            assert_eq!(address.split_once('#').map(|(_, anchor)| anchor), Some(anchor), "{}", text("why"));
        }
        let corrected: Vec<[&str; 2]> = answer["corrected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| [pair["typed"].as_str().unwrap(), pair["meant"].as_str().unwrap()])
            .collect();
        let expected: Vec<[&str; 2]> = vector["corrected"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|pair| [pair[0].as_str().unwrap(), pair[1].as_str().unwrap()])
            .collect();
        assert_eq!(corrected, expected, "{}", text("why"));
    }
}

#[test]
fn paid_text_is_in_no_file_of_the_index() {
    let sandbox = Sandbox::new(&[
        ("site.yaml", "title: T\nbase_url: https://example.org/\n"),
        (
            "content/articles/a.md",
            "---\ntitle: Open title\ntier: pro\n---\nTeaserword 公开的话.\n\n<!-- paywall -->\n\n## Xylophone\n\nZanzibarword 秘密文字.\n",
        ),
        ("content/articles/b.md", "---\ntitle: Free\n---\nQuixotic 自由.\n"),
    ]);
    let index = indexes(&sandbox.build("dist", &[]));
    assert!(has(&index, "teaserword") && has(&index, "Teaserword") && has(&index, "公开") && has(&index, "quixotic"));
    for secret in ["anzibar", "ylophone", "秘密", "密文", "文字"] {
        assert!(!has(&index, secret), "`{secret}` is behind the wall");
    }
    assert_eq!(answer(&sandbox, "zanzibarword ", "en")["total"], 0);
}

#[test]
fn the_same_site_gives_the_same_files_and_each_is_named_by_its_bytes() {
    let vectors: Value = serde_json::from_str(RANKING).unwrap();
    let sandbox = planted(&vectors["files"]);
    let one = sandbox.build("one", &["--threads", "1", "--no-cache"]);
    let cached = sandbox.build("two", &[]);
    let again = sandbox.build("three", &[]);
    let names = |tree: &Tree| tree.keys().filter(|name| name.starts_with("search/data/")).cloned().collect::<BTreeSet<_>>();
    let before = names(&one);
    assert!(before.len() > 8, "{before:?}");
    for tree in [&cached, &again] {
        assert_eq!(names(tree), before);
        assert!(before.iter().all(|name| tree[name] == one[name]));
    }
    sandbox.write("content/articles/ownership.en.md", b"---\ntitle: Ownership\n---\nAnother text.\n");
    let changed = sandbox.build("four", &[]);
    // Of the other language nothing changes; of this one the document's text and the shard, and the manifest that keeps its name.
    let gone: Vec<&String> = before.iter().filter(|name| !changed.contains_key(*name)).collect();
    assert_eq!(gone.len(), 2, "{gone:?}");
    assert!(gone.iter().all(|name| name.starts_with("search/data/en/")));
    assert_ne!(changed["search/data/en.bin"], one["search/data/en.bin"]);
}

#[test]
fn texts_of_very_many_documents_share_files() {
    let documents = |count: usize| -> Vec<Document> {
        let text = |number: usize| vec![Passage { text: format!("Text {number}."), ..Passage::default() }];
        let one = |number: usize| Document {
            route: Route::new(format!("/{number}/")),
            title: format!("T{number}"),
            kind: Kind::Article,
            level: String::new(),
            tier: "free".to_owned(),
            tags: Vec::new(),
            passages: text(number),
            beyond: String::new(),
        };
        (0..count).map(one).collect()
    };
    let (lang, labels) = (Lang::new("en"), Labels { facet: &|_, value| value.to_owned(), words: BTreeMap::new() });
    for (count, in_each) in [(0, 1), (3, 1), (10_000, 1), (10_001, 2)] {
        let index = Index::of(documents(count), &lang, &Search::default());
        let (files, _) = kmsite::search::export(&index, &lang, &labels, &kmsite::search::by_hash);
        let files: BTreeMap<String, Value> =
            files.into_iter().filter_map(|(name, bytes)| Some((name, serde_json::from_slice(&inflated(&bytes)).ok()?))).collect();
        let manifest = &files["en.bin"];
        assert_eq!(manifest["p"], in_each, "{count}");
        let file = |name: &Value| &files[&format!("en/{}.bin", name.as_str().unwrap())];
        let chunks: Vec<&Value> = match manifest["c"].as_array() {
            Some(names) => names.iter().map(file).collect(),
            None => vec![&manifest["d"]],
        };
        let mut found = Vec::new();
        for names in chunks.iter().map(|chunk| chunk[2].as_str().unwrap().as_bytes()) {
            for name in names.chunks(10) {
                let texts = &files[&format!("en/{}.bin", std::str::from_utf8(name).unwrap())];
                assert!(texts.as_array().unwrap().len() <= in_each);
                found.extend(texts.as_array().unwrap().iter().map(|passages| passages[0][2].as_str().unwrap().to_owned()));
            }
        }
        let wanted: Vec<String> = (0..count).map(|number| format!("Text {number}.")).collect();
        assert!(found == wanted, "{count}: each document's text is where its number says");
    }
}

#[test]
fn of_a_text_as_long_as_a_library_every_word_is_found_and_a_page_fetches_its_beginning() {
    let line = "All of these words stand here again and again, 一遍又一遍。\n\n";
    let text = format!("# Long\n\nAlpha quagga first.\n\n{}Omega quokka 鲸鱼骑车 last.\n", line.repeat(1_200_000 / line.len()));
    let sandbox = Sandbox::new(&[
        ("site.yaml", "base_url: https://example.org/\nlanguages: { default: en }\nrecommend: { enabled: false }\n"),
        ("content/long.md", &*text),
        ("content/short.md", "# Short\n\nQuokka.\n"),
    ]);
    let routes = |query: &str| -> Vec<String> {
        let answer = answer(&sandbox, query, "en");
        answer["results"].as_array().unwrap().iter().map(|result| result["route"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(routes("omega "), ["/long/"]);
    assert_eq!(routes("鲸鱼骑"), ["/long/"]);
    assert_eq!(routes("quokka "), ["/short/", "/long/"]);
    assert_eq!(routes("\"alpha quagga\""), ["/long/"]);
    assert_eq!(routes("\"omega quokka\""), [""; 0], "phrases are looked for in the first million bytes");
    let texts = indexes(&sandbox.build("dist", &[])).into_iter().map(|(_, bytes)| bytes.len()).max();
    // JSON writes the line breaks with two characters.
    assert!(texts > Some(900_000) && texts < Some(1_050_000), "{texts:?}");
}

#[test]
fn a_site_without_search_has_its_page_and_no_index() {
    let sandbox = Sandbox::new(&[("site.yaml", "search: { enabled: false }\n"), ("content/a.md", "# Bread\n\nRye.\n")]);
    let off = sandbox.build("off", &[]);
    let text = |tree: &Tree, name: &str| String::from_utf8(tree[name].clone()).unwrap();
    assert!(!off.keys().any(|name| name.starts_with("search/data/")), "{:?}", off.keys());
    let page = text(&off, "search/index.html");
    assert!(page.contains("search-page") && !page.contains("data-finder") && !page.contains("data-script"), "{page}");
    sandbox.write("site.yaml", b"search: { enabled: true }\n");
    let on = sandbox.build("on", &[]);
    assert!(on.contains_key("search/data/en.bin") && text(&on, "search/index.html").contains("data-finder"), "{:?}", on.keys());
}

#[test]
fn anything_may_be_asked() {
    let sandbox = Sandbox::new(&[
        ("site.yaml", "base_url: https://example.org/a/b/\nlanguages: { default: en }\n"),
        ("content/a.md", "# <b>A & \"B\"</b>\n\nText.\n"),
    ]);
    let long = "word ".repeat(2000);
    for query in ["", "a", &long, "😀", "\u{1b}[0m", "\"open", "the of and", "(.*)+[", "<script>", "-", "-a"] {
        let answer = answer(&sandbox, query, "en");
        assert!(answer["results"].is_array(), "{query:?}");
    }
    let empty = Sandbox::new(&[
        ("site.yaml", "base_url: https://example.org/\nlanguages: { default: en }\n"),
        ("content/a.md", "---\nsearch: false\n---\n# A\n"),
    ]);
    assert_eq!(answer(&empty, "a", "en")["total"], 0);
    assert!(empty.build("dist", &[]).contains_key("search/data/en.bin"));
}

#[test]
fn a_report_tells_sizes_and_what_nothing_answers() {
    let vectors: Value = serde_json::from_str(RANKING).unwrap();
    let sandbox = planted(&vectors["files"]);
    let queries = sandbox.root().join("queries.txt");
    sandbox.write("queries.txt", "ownership\nxqzw\n\n所有权\n".as_bytes());
    let run = sandbox.run(&["search", "report", "--json", &queries.to_string_lossy()]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["en"]["documents"], 4, "the hidden one is not there: {report}");
    assert_eq!(report["zh"]["queries"]["nothing_found"], serde_json::json!(["ownership", "xqzw"]));
    assert!(report["en"]["index_bytes"].as_u64() > Some(100) && report["en"]["client_bytes"].as_u64() < Some(8_000));
}

#[test]
fn a_report_tells_what_audiences_have_for_themselves() {
    let sandbox = paid_site("Zanzibar");
    let run = sandbox.run(&["search", "report", "--json"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let told = |lang: &str| -> Vec<(Value, Value)> {
        let sets = report[lang]["members"].as_array().into_iter().flatten();
        sets.map(|set| (set["audience"].clone(), set["documents"].clone())).collect()
    };
    let set = |audience: &[&str]| (serde_json::json!(audience), serde_json::json!(1));
    let mut english = told("en");
    english.sort_by_key(|(audience, _)| audience.to_string());
    assert_eq!(english, [set(&["tier:member", "product:course"]), set(&["tier:member"]), set(&["tier:pro"])]);
    assert_eq!(told("zh"), [set(&["tier:member"])]);
    assert_eq!(report["en"]["documents"], 4, "everyone's has the teasers: {report}");
    assert!(report["en"]["members"][0]["index_bytes"].as_u64() > Some(100), "{report}");
    assert!(
        sandbox.run(&["search", "report"]).out.contains("en, for tier:member or product:course\n  documents: 1"),
        "{}",
        sandbox.run(&["search", "report"]).out
    );
    // Nothing of what is paid for is told, and a site that sells nothing has no such sets.
    assert!(!run.out.contains("anzibar"));
    let free = Sandbox::new(&[("site.yaml", "base_url: https://example.org/\n"), ("content/a.md", "# A\n\nText.\n")]);
    assert!(!free.run(&["search", "report", "--json"]).out.contains("members"));
}

#[test]
fn a_rotation_makes_members_sets_anew_and_leaves_what_everyone_has() {
    let sandbox = paid_site("Zanzibar");
    let before = sandbox.build("before", &[]);
    assert_eq!(sandbox.run_with(&[("KMSITE_MASTER_KEY", KEY)], &["keys", "rotate", "tier:pro"]).code, 0);
    let after = sandbox.build("after", &[]);
    let of = |tree: &Tree, folder: &str| -> Tree {
        tree.iter().filter(|(name, _)| name.starts_with(folder)).map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
    };
    assert_eq!(of(&before, "search/data/"), of(&after, "search/data/"));
    let sees = |tree: &Tree, name: &str, epoch: u64| {
        let opened = Opener::new(KEY, tree).indexes(&[Member::of(name, epoch)]).unwrap().concat().join("\n");
        ["lowland", "highland"].map(|word| opened.contains(word))
    };
    assert_eq!(sees(&after, "tier:pro", 1), [false, false], "whoever stayed behind");
    assert_eq!(sees(&after, "tier:pro", 2), [true, true]);
    assert_eq!(sees(&after, "tier:member", 1), [true, false], "the others go on");
}

#[test]
fn what_search_cannot_be_told_is_an_error() {
    let sandbox = Sandbox::new(&[
        (
            "site.yaml",
            "base_url: https://example.org/\nsearch: { synonyms: [[one]], boost: { kinds: { corse: 2, book: 100 } } }\n",
        ),
        ("content/a.md", "# A\n"),
        ("static/search/data/mine.txt", "mine"),
    ]);
    let run = sandbox.run(&["check"]);
    for told in [
        "synonyms are two words or more",
        "there is no kind `corse`",
        "did you mean `course`?",
        "a boost of `100` is not from 0.1 to 10",
    ] {
        assert!(run.err.contains(told), "{told}: {}", run.err);
    }
    sandbox.write("site.yaml", b"base_url: https://example.org/\n");
    assert!(sandbox.run(&["check"]).err.contains("`/search/data/mine.txt` is kept for the search index"));
}

#[test]
fn strings_made_by_a_rule_have_the_tokens_that_the_page_gives_them() {
    let vectors: Value = serde_json::from_str(TOKENS).unwrap();
    let mut made = Maker { state: 1, palette: vectors["palette"].as_str().unwrap().chars().collect() };
    let sums: Vec<String> = (0..100).map(|_| made.sum_of(100)).collect();
    assert_eq!(Value::from(sums), vectors["sums"]);
}

/// Makes strings: a linear congruential generator (Knuth's MMIX would not fit the numbers of JavaScript, so that of `minstd`).
struct Maker {
    state: u64,
    palette: Vec<char>,
}

impl Maker {
    fn next(&mut self, below: usize) -> usize {
        self.state = self.state * 48271 % 0x7fff_ffff;
        (self.state % below as u64) as usize
    }

    fn letter(&mut self) -> char {
        let at = self.next(self.palette.len());
        self.palette[at]
    }

    /// A number for the tokens of so many strings: FNV-1a in 32 bits of all characters, a line break after each token.
    fn sum_of(&mut self, count: usize) -> String {
        let mut sum: u32 = 0x811c_9dc5;
        for _ in 0..count {
            let length = self.next(24);
            let text: String = (0..length).map(|_| self.letter()).collect();
            tokens(&text, &mut |token| {
                for c in token.chars().chain(['\n']) {
                    sum = (sum ^ u32::from(c)).wrapping_mul(0x0100_0193);
                }
            });
        }
        format!("{sum:08x}")
    }
}

/// What members may search: pieces for members, for `pro`, and one that a product opens too, in two languages.
fn paid_site(word: &str) -> Sandbox {
    let sandbox = Sandbox::new(&[(
        "site.yaml",
        "title: T\nbase_url: https://example.org/sub/\nlanguages: { default: en, others: [zh] }\ntiers: [{id: free}, {id: member}, {id: pro}]\n\
         products: [{id: course, includes: [articles/both]}]\n",
    )]);
    let paid = |title: &str, tier: &str, text: &str| {
        format!(
            "---\ntitle: {title}\ntier: {tier}\n---\nTeaserword here.\n\n<!-- paywall -->\n\n## Hidden {text}\n\n{word} {text} teaserword.\n"
        )
    };
    sandbox.write("content/articles/low.md", paid("Low", "member", "lowland").as_bytes());
    sandbox.write("content/articles/high.md", paid("High", "pro", "highland").as_bytes());
    sandbox.write("content/articles/both.md", paid("Both", "member", "bothland").as_bytes());
    sandbox.write("content/articles/low.zh.md", paid("低处", "member", "秘密文字").as_bytes());
    sandbox.write("content/articles/free.md", b"# Free\n\nTeaserword for everyone.\n");
    sandbox
}

fn routes(sandbox: &Sandbox, query: &str, reader: Option<&str>) -> Vec<String> {
    let reader: Vec<&str> = reader.map(|reader| vec!["--as", reader]).unwrap_or_default();
    let run = sandbox.run(&[&["search", "--json", "--lang", "en"], &reader[..], &["--", query]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    answer["results"].as_array().unwrap().iter().map(|result| result["route"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn who_paid_finds_what_they_may_read_and_nothing_else() {
    let sandbox = paid_site("Zanzibar");
    let found = |query: &str, reader: Option<&str>| routes(&sandbox, query, reader).into_iter().collect::<BTreeSet<_>>();
    let set = |names: &[&str]| names.iter().map(|name| format!("/articles/{name}/")).collect::<BTreeSet<_>>();
    assert_eq!(found("zanzibar ", None), set(&[]));
    assert_eq!(found("zanzibar ", Some("tier:member")), set(&["low", "both"]));
    assert_eq!(found("zanzibar ", Some("tier:pro")), set(&["low", "both", "high"]));
    assert_eq!(found("zanzibar ", Some("product:course")), set(&["both"]));
    assert_eq!(found("highland ", Some("tier:member")), set(&[]));
    // A piece that is there in full is there once, beside the teasers of the others.
    for reader in [None, Some("tier:member"), Some("tier:pro")] {
        assert_eq!(routes(&sandbox, "teaserword ", reader).len(), 4, "{reader:?}");
    }
    // What was mistyped is corrected by what they may read.
    assert_eq!(found("highlnad ", Some("tier:pro")), set(&["high"]));
    let run = sandbox.run(&["search", "x", "--as", "tier:gold"]);
    assert!(run.code == 2 && run.err.contains("`tier:gold` is no tier or product of this site"), "{}", run.err);
}

#[test]
fn nothing_public_of_the_index_depends_on_paid_text() {
    let public = |word: &str| {
        let tree = paid_site(word).build("dist", &[]);
        tree.into_iter().filter(|(name, _)| name.starts_with("search/data/")).collect::<Vec<_>>()
    };
    // Neither its words nor how many, how long or how often.
    assert_eq!(public("Zanzibar"), public("Quagga quagga, quagga; another and a much longer text of zebras. 斑马"));
}

#[test]
fn sealed_indexes_open_for_their_audiences_alone() {
    let sandbox = paid_site("Zanzibar");
    let tree = sandbox.build("dist", &[]);
    let opened = |names: &[&str], epoch: u64| -> String {
        let held: Vec<Member> = names.iter().map(|name| Member::of(name, epoch)).collect();
        Opener::new(KEY, &tree).indexes(&held).unwrap().concat().join("\n")
    };
    let whose = ["lowland", "highland", "bothland", "秘密"];
    let sees = |names: &[&str]| whose.map(|word| opened(names, 1).contains(word));
    assert_eq!(sees(&[]), [false; 4]);
    assert_eq!(sees(&["tier:member"]), [true, false, true, true]);
    assert_eq!(sees(&["tier:pro"]), [true; 4]);
    assert_eq!(sees(&["product:course"]), [false, false, true, false]);
    // Whoever stayed in another epoch opens none.
    assert_eq!(opened(&["tier:pro", "product:course"], 2), "");
    // Free pieces are in none, and no sealed file is plain.
    assert!(!opened(&["tier:pro"], 1).contains("for everyone"));
    let sealed: Vec<_> = tree.iter().filter(|(name, _)| name.starts_with("sealed/search/")).collect();
    // Four sets, each of a manifest, a shard and a text, and a folding table for Chinese: `low` and `both` differ in their audience.
    assert_eq!(sealed.len(), 13, "{:?}", sealed.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for (name, bytes) in sealed {
        let mut text = Vec::new();
        let inflated = DeflateDecoder::new(&bytes[..]).read_to_end(&mut text).is_ok() && text.len() > 100;
        assert!(!inflated, "{name} is not sealed");
    }
    // The same site is the same bytes; another text changes what is named by it, and no other set.
    let again = sandbox.build("again", &["--no-cache"]);
    let names = |tree: &Tree| tree.keys().filter(|name| name.starts_with("sealed/search/")).cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&again), names(&tree));
    assert_eq!(again["sealed/search.json"], tree["sealed/search.json"]);
    sandbox
        .write("content/articles/high.md", b"---\ntitle: High\ntier: pro\n---\nTeaserword here.\n\n<!-- paywall -->\n\nOther.\n");
    let changed = sandbox.build("changed", &[]);
    assert_eq!(names(&tree).difference(&names(&changed)).count(), 3);
}
