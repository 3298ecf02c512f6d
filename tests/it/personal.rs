//! Lists of readers' own: the ranking by its vectors, and what pages and `pieces.json` say.

use std::collections::BTreeMap;

use kmsite::enrich::personal::{Listed, Profile, Visit, level, rank};
use kmsite::view::personal::near;
use serde::Deserialize;

use super::sandbox::Sandbox;

#[derive(Deserialize)]
struct Vector {
    name: String,
    now: f64,
    count: usize,
    level: u8,
    visits: Vec<Seen>,
    dismissed: Vec<u16>,
    pieces: BTreeMap<u16, (u8, Vec<u32>)>,
    ranked: Vec<(u16, u16)>,
}

#[derive(Deserialize)]
struct Seen {
    piece: u16,
    at: f64,
    part: f64,
    near: Vec<(u16, u8)>,
}

#[test]
fn the_specification_gives_what_its_vectors_say() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../personal/vectors.json")).unwrap();
    for vector in vectors {
        let visit = |Seen { piece, at, part, near }: Seen| Visit { piece, at, part, near };
        let visits = vector.visits.into_iter().map(visit).collect();
        let profile = Profile { visits, dismissed: vector.dismissed.into_iter().collect() };
        let pieces = vector.pieces.into_iter().map(|(piece, (level, topics))| (piece, Listed { level, topics })).collect();
        let ranked = rank(&profile, &pieces, (vector.now, vector.count));
        let ranked: Vec<_> = ranked.into_iter().map(|one| (one.piece, one.because)).collect();
        assert_eq!(ranked, vector.ranked, "{}", vector.name);
        assert_eq!(level(&profile, &pieces), vector.level, "{}", vector.name);
    }
}

#[test]
fn fifty_neighbours_take_two_hundred_bytes_of_a_page() {
    let fifty: Vec<(u16, u8)> = (0..50).map(|number| (65_535 - number, 255)).collect();
    assert_eq!(near(&fifty).len(), 200);
    // 0x0102 and 3 are the bytes 1, 2, 3.
    assert_eq!(near(&[(0x0102, 3)]), "AQID");
    assert_eq!(near(&[]), "");
}

const FILES: [(&str, &str); 7] = [
    ("content/articles/fern.md", "---\ntags: [森林]\n---\n# 蕨\n\n苔藓 蕨类 地衣 树皮。\n"),
    (
        "content/articles/moss.md",
        "---\ntags: [森林]\ntier: member\n---\n# 苔\n\n苔藓 蕨类 地衣 树皮。\n\n<!-- paywall -->\n\n秘密的孢子配方只给会员看。\n",
    ),
    ("content/articles/tide.md", "# 潮\n\n港口的潮水和渔船。\n"),
    ("content/articles/oven.md", "# 炉\n\n面包要用高温的烤箱。\n"),
    ("content/articles/fern.en.md", "# Fern\n\nmoss fern lichen bark\n"),
    ("content/articles/moss.en.md", "# Moss\n\nmoss fern lichen bark\n"),
    ("content/articles/tide.en.md", "# Tide\n\nharbour boats and water\n"),
];

fn settings(recommend: &str) -> String {
    format!(
        "title: T\nbase_url: https://e.org/\nlanguages: {{ default: zh, others: [en] }}\ntiers: [{{ id: free }}, {{ id: member }}]\n\
         recommend: {{ model: none{recommend} }}\n"
    )
}

#[test]
fn pages_tell_their_neighbours_and_one_file_tells_of_all_pieces() {
    let config = settings(", personal: true");
    let sandbox = Sandbox::new(&[&[("site.yaml", &*config)], &FILES[..]].concat());
    let tree = sandbox.build("dist", &["--public-only"]);
    let again = sandbox.build("again", &["--public-only", "--no-cache"]);
    let page = |path: &str| String::from_utf8(tree[path].clone()).unwrap();
    for (piece, home, lang) in [("articles/fern/index.html", "", "zh"), ("en/articles/fern/index.html", "en/", "en")] {
        let text = page(piece);
        assert!(text.contains(" data-near=\"") && text.contains("data-for-you"), "{text}");
        assert!(page(&format!("{home}index.html")).contains("data-for-you"));
        assert!(page(&format!("{home}for-you/index.html")).contains("data-you"));
        let file = tree.keys().find(|path| path.starts_with(&format!("assets/pieces.{lang}."))).unwrap();
        assert!(text.contains(&format!("data-pieces=\"/{file}\"")), "{text}");
        let pieces: serde_json::Value = serde_json::from_slice(&tree[file]).unwrap();
        let hrefs: Vec<&str> = pieces["pieces"].as_array().unwrap().iter().map(|piece| piece[1].as_str().unwrap()).collect();
        assert!(hrefs.contains(&&*format!("/{home}articles/moss/")), "{hrefs:?}");
        assert!(!pieces.to_string().contains("孢子"));
        // Names and marks in lists: their order is told by nothing else, and no keys read like somebody's `site.yaml`.
        for tier in pieces["tiers"].as_array().unwrap() {
            assert!(tier[0].is_string() && tier[1].is_boolean(), "{tier}");
        }
        assert_eq!(again[file], tree[file]);
    }
    assert!(page("tags/森林/index.html").contains("data-for-you"));
}

#[test]
fn without_it_nothing_of_it_is_there() {
    let config = settings("");
    let sandbox = Sandbox::new(&[&[("site.yaml", &*config)], &FILES[..]].concat());
    let tree = sandbox.build("dist", &["--public-only"]);
    assert!(!tree.keys().any(|path| path.contains("for-you/") || path.contains("pieces.")), "{:?}", tree.keys());
    let pages = tree.iter().filter(|(path, _)| path.ends_with(".html"));
    for (path, bytes) in pages {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("data-near") && !text.contains("for-you"), "{path}");
    }
}
