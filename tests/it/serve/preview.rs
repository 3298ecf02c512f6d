//! "View as": what a creator sees through others' eyes, and that nobody else does.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::server::Server;

const SITE: &[(&str, &str)] = &[
    (
        "site.yaml",
        "title: { zh: 小站, en: Site }\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n\
         products:\n  - { id: kit, name: { zh: 工具箱, en: Kit }, includes: [articles/kit] }\n",
    ),
    (
        "content/articles/会员.md",
        "---\ntier: member\n---\n# 会员文\n\n公开的话。\n\n<!-- paywall -->\n\n## 里面\n\n会员才看的话。\n",
    ),
    (
        "content/en/articles/member.md",
        "---\ntier: member\nattachments: [sheet.pdf]\n---\n# For members\n\nPublic words.\n\n<!-- paywall -->\n\n## Inside\n\nMEMBERWORDS ![picture](inside.svg)\n",
    ),
    ("content/en/articles/inside.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>"),
    ("content/en/articles/sheet.pdf", "%PDF SHEET"),
    ("content/en/articles/pro.md", "---\ntier: pro\n---\n# For pros\n\nPublic words.\n\n<!-- paywall -->\n\nPROWORDS\n"),
    ("content/en/articles/kit.md", "---\ntier: pro\n---\n# The kit\n\nPublic words.\n\n<!-- paywall -->\n\nKITWORDS\n"),
];

#[test]
fn each_viewer_sees_what_they_paid_for() {
    let server = Server::of(SITE, &[]);
    let pages = [("/en/articles/member/", "MEMBERWORDS"), ("/en/articles/pro/", "PROWORDS"), ("/en/articles/kit/", "KITWORDS")];
    let viewers = [
        ("visitor", [false, false, false]),
        ("tier:free", [false, false, false]),
        ("tier:member", [true, false, false]),
        ("tier%3Apro", [true, true, true]),
        ("product:kit", [false, false, true]),
        ("tier:nonsense", [false, false, false]),
        ("product:nonsense", [false, false, false]),
        ("nonsense", [false, false, false]),
    ];
    for (viewer, opens) in viewers {
        for ((path, words), opens) in pages.iter().zip(opens) {
            let page = server.seen_by(viewer, path).text();
            assert_eq!(page.contains(words), opens, "{viewer} at {path}");
            assert!(page.contains("Public words."), "{viewer} at {path}");
        }
    }
    assert!(!server.text("/articles/%E4%BC%9A%E5%91%98/").contains("会员才看的话"));
    assert!(server.seen_by("tier:member", "/articles/%E4%BC%9A%E5%91%98/").text().contains("会员才看的话"));
}

#[test]
fn files_of_paid_pieces_come_with_them() {
    let server = Server::of(SITE, &[]);
    for (path, start) in [("/en/articles/inside.svg", "<svg"), ("/en/articles/sheet.pdf", "%PDF")] {
        assert_eq!(server.get(path).status, 404, "{path}");
        let seen = server.seen_by("tier:member", path);
        assert!(seen.status == 200 && seen.text().starts_with(start), "{path}");
        assert_eq!(server.seen_by("visitor", path).status, 404, "{path}");
    }
    let page = server.seen_by("tier:member", "/en/articles/member/").text();
    assert!(page.contains("/en/articles/inside.svg") && page.contains("/en/articles/sheet.pdf"));
}

#[test]
fn what_one_viewer_saw_another_does_not() {
    let server = Server::of(SITE, &[]);
    for _ in 0..2 {
        assert!(server.seen_by("tier:pro", "/en/articles/pro/").text().contains("PROWORDS"));
        assert!(!server.text("/en/articles/pro/").contains("PROWORDS"));
    }
    for path in ["/en/feed.xml", "/en/feed.json", "/llms.txt", "/sitemap.xml", "/en/articles/", "/en/"] {
        let page = server.seen_by("tier:pro", path).text();
        assert!(!page.contains("PROWORDS") && !page.contains("MEMBERWORDS"), "{path}");
    }
}

#[test]
fn who_paid_searches_what_they_may_read() {
    let server = Server::of(SITE, &[]);
    let manifest = |viewer: &str, lang: &str| -> serde_json::Value {
        serde_json::from_slice(&inflated(&server.seen_by(viewer, &format!("/search/data/{lang}.bin")).body)).unwrap()
    };
    let has = |viewer: &str, lang: &str, words: &str| {
        let names = manifest(viewer, lang)["d"][2].as_str().unwrap().to_owned();
        let texts = names.as_bytes().chunks(10).map(|name| {
            let name = std::str::from_utf8(name).unwrap();
            String::from_utf8(inflated(&server.seen_by(viewer, &format!("/search/data/{lang}/{name}.bin")).body)).unwrap()
        });
        texts.fold(false, |has, text| has | text.contains(words))
    };
    let sees = |viewer: &str| ["MEMBERWORDS", "PROWORDS", "KITWORDS"].map(|words| has(viewer, "en", words));
    assert_eq!(sees("visitor"), [false; 3]);
    assert_eq!(sees("tier:member"), [true, false, false]);
    assert_eq!(sees("tier:pro"), [true; 3]);
    assert_eq!(sees("product:kit"), [false, false, true]);
    assert_eq!(sees("tier:nonsense"), [false; 3]);
    // Whoever looks after others sees no more than before.
    assert_eq!(sees("visitor"), [false; 3]);
    assert_eq!(["visitor", "tier:member"].map(|viewer| has(viewer, "zh", "会员才看的话")), [false, true]);
    // They are found by it, too: other words are in other shards.
    assert_ne!(manifest("visitor", "en")["s"], manifest("tier:member", "en")["s"]);
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    flate2::read::DeflateDecoder::new(bytes).read_to_end(&mut text).unwrap();
    text
}

#[test]
fn an_edit_of_what_is_paid_for_is_seen_by_who_paid() {
    let server = Server::of(SITE, &[]);
    let mut events = server.events("/en/articles/pro/");
    let before = events.next()["generation"].clone();
    server.site.write(
        "content/en/articles/pro.md",
        b"---\ntier: pro\n---\n# For pros\n\nPublic words.\n\n<!-- paywall -->\n\nNEWWORDS\n",
    );
    events.until(|told| told["generation"] != before);
    assert!(server.seen_by("tier:pro", "/en/articles/pro/").text().contains("NEWWORDS"));
    assert!(!server.text("/en/articles/pro/").contains("NEWWORDS"));
}

#[test]
fn the_toolbar_offers_what_the_site_sells() {
    let server = Server::of(SITE, &[]);
    let told = server.events("/").next();
    let names = |lang: &str| -> Vec<(String, String)> {
        let own = told["site"].as_array().unwrap().iter().find(|choices| choices["lang"] == lang).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        own["views"].as_array().unwrap().iter().map(|choice| (text(&choice["value"]), text(&choice["name"]))).collect()
    };
    let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    assert_eq!(names("en"), of(&[("tier:member", "Member"), ("tier:pro", "Pro"), ("product:kit", "Kit")]));
    assert_eq!(names("zh"), of(&[("tier:member", "会员"), ("tier:pro", "专业会员"), ("product:kit", "工具箱")]));
}

#[test]
fn others_on_the_network_see_what_visitors_see() {
    let server = Server::of(SITE, &["--host", "0.0.0.0"]);
    let address = server.address.clone();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    assert!(!server.seen_by("tier:pro", "/en/articles/pro/").text().contains("PROWORDS"));
    assert_eq!(server.seen_by("tier:pro", "/en/articles/sheet.pdf").status, 404);
    let told = server.events("/").next();
    let sites = told["site"].as_array().unwrap();
    assert!(!sites.is_empty() && sites.iter().all(|site| site["views"] == serde_json::json!([])), "nothing to choose: {told}");
}

/// A piece in whose locked part something is wrong, so that the finding quotes it.
const QUOTED: &[u8] = b"---\ntier: pro\n---\n# For pros\n\nPublic words.\n\n<!-- paywall -->\n\nPROWORDS [gone](gone.md)\n";

#[test]
fn findings_quote_what_is_paid_for_to_their_author_only() {
    for (args, is_private) in [(&[][..], true), (&["--host", "0.0.0.0"], false)] {
        let server = Server::of(SITE, args);
        server.site.write("content/en/articles/pro.md", QUOTED);
        let told = server.events("/").until(|told| told["errors"] != 0 || told["warnings"] != 0);
        assert_eq!(told.to_string().contains("PROWORDS"), is_private, "{told}");
        assert_eq!(told["findings"].as_array().unwrap().is_empty(), !is_private, "{told}");
        assert!(told["site"].is_array() && told["generation"].is_string(), "{told}");
    }
}

#[test]
fn a_page_of_what_is_wrong_quotes_files_to_their_author_only() {
    for (args, is_private) in [(&[][..], true), (&["--host", "0.0.0.0"], false)] {
        let server = Server::of(&[("site.yaml", "titel: SECRETWORDS\n"), SITE[2]], args);
        let page = server.get("/");
        assert_eq!(page.status, 500);
        assert_eq!(page.text().contains("SECRETWORDS"), is_private, "{}", page.text());
        assert_eq!(page.text().contains("cannot be shown"), !is_private, "{}", page.text());
        let told = server.events("/").next();
        assert!(told["errors"].as_u64() > Some(0), "{told}");
        assert_eq!(told.to_string().contains("SECRETWORDS"), is_private, "{told}");
    }
}

#[test]
fn a_build_has_nothing_of_the_preview() {
    let server = Server::of(SITE, &["--built"]);
    let page = server.seen_by("tier:pro", "/en/articles/pro/").text();
    assert!(!page.contains("PROWORDS") && !page.contains("_kmsite"), "{page}");
    assert_eq!(server.seen_by("tier:pro", "/en/articles/sheet.pdf").status, 404);
    for (path, bytes) in crate::sandbox::tree(&server.site.root().join(".kmsite/preview")) {
        let text = String::from_utf8_lossy(&bytes);
        for words in ["PROWORDS", "MEMBERWORDS", "KITWORDS", "会员才看的话", "_kmsite"] {
            assert!(!text.contains(words), "{words} in {path}");
        }
    }
}

/// Whoever names the gate's other door is looked at by hand: `make` for the preview, `serve` for whom it is.
#[test]
fn only_the_preview_knows_the_other_door() {
    let mut found = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in walkdir::WalkDir::new(&src).sort_by_file_name().into_iter().filter_map(Result::ok) {
        if entry.path().extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let path = entry.path().strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        let names = |word: &str| text.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
        if names("Viewer") || names("access::preview") || names("Loopback") {
            found.push(path);
        }
    }
    let known = [
        "access/mod.rs",
        "access/preview.rs",
        // It asks for the proof, and shows mails and copies to nobody else.
        "cli/counter/mod.rs",
        "cli/outbox.rs",
        "cli/search.rs",
        "make/preview.rs",
        "serve/answer.rs",
        "serve/counter.rs",
        "serve/findings.rs",
        "serve/generation.rs",
        "serve/http.rs",
        "serve/indexes.rs",
        "serve/loopback.rs",
        "serve/mod.rs",
        "serve/preview.rs",
        "serve/request.rs",
        // It offers other eyes only where the proof is shown.
        "serve/toolbar.rs",
    ];
    assert_eq!(found, known);
}
