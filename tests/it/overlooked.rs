//! What `check` says of pieces that nothing leads to, and of those that repeat others.

use super::sandbox::Sandbox;

const SITE: &str =
    "title: T\nbase_url: https://e.org/\npage_size: 2\nlanguages: { default: zh, others: [en] }\nrecommend: { model: none }\n";

/// What `check` says with a code, a line each.
fn told(sandbox: &Sandbox, code: &str) -> Vec<String> {
    let check = sandbox.run(&["check", "--json"]);
    let lines = check.err.lines().filter(|line| line.contains(code));
    let message = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["message"].as_str().unwrap().to_owned();
    lines.map(message).collect()
}

fn article(sandbox: &Sandbox, name: &str, text: &str) {
    sandbox.write(&format!("content/articles/{name}.md"), format!("---\ntitle: {name}\n---\n\n{text}\n").as_bytes());
}

#[test]
fn a_piece_that_no_text_and_no_first_page_leads_to_is_told_of() {
    let sandbox = Sandbox::new(&[("site.yaml", SITE)]);
    for (name, text) in [
        ("2026-03-02-new", "moss"),
        ("2026-03-01-newer", "tide [on](2026-01-01-linked.md)"),
        ("2026-01-02-lost", "kiln"),
        ("2026-01-01-linked", "corona"),
    ] {
        article(&sandbox, &format!("{name}.en"), &text.replace(".md", ".en.md"));
        article(&sandbox, name, &text.replace("moss", "苔").replace("tide", "潮").replace("kiln", "窑").replace("corona", "冕"));
    }
    let lost = |name: &str| format!("nothing leads to `{name}`: readers find it only far back in a list");
    assert_eq!(told(&sandbox, "KM1007"), [lost("2026-01-02-lost.en"), lost("2026-01-02-lost")]);
    // A list of what to read next is a way, and so are a tag and a course.
    article(&sandbox, "2025-12-31-next", "moss fern lichen bark\n");
    article(&sandbox, "2026-01-02-lost", "moss fern lichen leaf\n");
    article(&sandbox, "2026-03-01-newer", "潮 [on](2026-01-01-linked.md) [on](2025-12-31-next.md)");
    sandbox.write("content/articles/2026-01-02-lost.en.md", b"---\ntitle: Lost\ntags: [kilns]\n---\n\nkiln\n");
    sandbox.write("content/courses/c/_index.md", b"# C\n\nsun\n");
    sandbox.write("content/courses/c/one.md", b"# One\n\nclay\n");
    assert_eq!(told(&sandbox, "KM1007"), [""; 0]);
}

#[test]
fn a_piece_that_repeats_another_one_is_told_of_once() {
    let sandbox = Sandbox::new(&[("site.yaml", SITE)]);
    let text: String = (0..80).map(|n| format!("word{n} ")).collect();
    let han: String = (0..160).map(|n| char::from_u32(0x4e00 + 7 * n).unwrap()).collect();
    article(&sandbox, "a.en", &text);
    article(&sandbox, "b.en", &format!("{text}and this"));
    article(&sandbox, "a", &han);
    article(&sandbox, "b", &format!("另外，{han}"));
    // The same words in another order say something else, and what is short repeats nothing.
    let back: String = (0..80).rev().map(|n| format!("word{n} ")).collect();
    article(&sandbox, "back.en", &back);
    article(&sandbox, "short.en", "word1 word2 word3 word4 word5 word6 word7 word8");
    let told = told(&sandbox, "KM1008");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|one| one.starts_with("`b.en` says nearly the same as `a.en`")), "{told:?}");
    assert!(told.iter().any(|one| one.starts_with("`b` says nearly the same as `a`")), "{told:?}");
}
