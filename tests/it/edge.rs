//! Edge mode: what is paid for goes to a tree of its own, with the rules for nginx, and never into the public one.
//!
//! What nginx makes of the rules is tested with the real server (`tests/nginx`).

use std::collections::BTreeSet;
use std::path::Path;

use crate::program::Folder;
use crate::sandbox::{Tree, tree};

const SITE: &str = "title: { zh: 站, en: Site }
base_url: https://example.org/sub/
languages: { default: zh, others: [en] }
tiers: [{id: free}, {id: member}, {id: pro}]
products: [{id: course, includes: [articles/甲]}]
access: { mode: edge }
";
const KEY: [(&str, &str); 1] = [("KMSITE_MASTER_KEY", crate::sandbox::KEY)];
const MEMBERS: &str = "version: 1
epochs:
  tier:member: 2
members:
  m1aaaaaa: { for: [{ tier: member }] }
  m2aaaaaa: { for: [{ tier: member, last: 1 }] }
";

fn piece(tier: &str, open: &str, paid: &str) -> String {
    format!("---\ntier: {tier}\n---\n# 题\n\n{open}\n\n<!-- paywall -->\n\n{paid}\n")
}

fn site() -> Folder {
    Folder::empty()
        .with("site.yaml", SITE)
        .with("members.yaml", "version: 1\n")
        .with("content/articles/甲.md", piece("member", "人人可读的开头。", "只有会员才读得到的这一句话。![](图.svg)"))
        .with(
            "content/en/articles/one.md",
            piece(
                "pro",
                "Everybody reads this.",
                "Only those who paid read these words, which stand nowhere else on the whole site.\n\n[file](f.bin)",
            ),
        )
        .with("content/articles/图.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")
        .with("content/en/articles/f.bin", "bytes that are paid for")
}

fn trees(site: &Folder) -> (Tree, Tree) {
    (tree(&site.dist()), tree(&site.path().join("dist-guarded")))
}

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    std::str::from_utf8(tree.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", tree.keys()))).unwrap()
}

/// The part of the rules that begins with a line.
fn table<'a>(rules: &'a str, head: &str) -> Vec<&'a str> {
    let (_, rest) = rules.split_once(head).unwrap_or_else(|| panic!("no {head}"));
    rest[..rest.find('}').unwrap()].lines().map(str::trim).filter(|line| !line.is_empty() && *line != "default \"\";").collect()
}

#[test]
fn full_pages_and_their_files_are_in_the_guarded_tree_alone() {
    let site = site();
    assert_eq!(site.build_with(&["--strict"], &KEY), "exit 0");
    let (public, guarded) = trees(&site);
    for (path, open, paid) in [
        ("articles/甲/index.html", "人人可读的开头", "只有会员才读得到"),
        ("en/articles/one/index.html", "Everybody reads this", "Only those who paid"),
    ] {
        let (teaser, full) = (text(&public, path), text(&guarded, &format!("site/{path}")));
        assert!(teaser.contains(open) && !teaser.contains(paid) && teaser.contains("data-km-edge=\"/sub/kmsite/\""), "{teaser}");
        assert!(full.contains(open) && full.contains(paid) && !full.contains("data-km-form"), "{full}");
    }
    for (path, bytes) in &public {
        let found = String::from_utf8_lossy(bytes);
        assert!(!["只有会员", "Only those who paid", "bytes that are"].iter().any(|paid| found.contains(paid)), "{path}");
    }
    assert!(!public.keys().any(|path| path.contains("sealed") || path.ends_with("/f.bin") || path.ends_with("sw.js")));
    assert!(guarded.keys().any(|path| path.ends_with("/f.bin")) && guarded.keys().any(|path| path.ends_with("图.svg")));
    assert_eq!(site.run(&["audit", "dist"]).code, 0);
    let words = String::from_utf8_lossy(&guarded["site/articles/甲/index.html"]).into_owned();
    assert!(words.contains("<html lang=\"zh\""), "{words}");
}

#[test]
fn the_rules_name_each_guarded_file_and_whom_it_is_for() {
    let site = site();
    site.build_with(&[], &KEY);
    let (_, guarded) = trees(&site);
    let rules = text(&guarded, "nginx/http.conf");
    let needs = table(rules, "map $km_audience $km_needs {");
    assert_eq!(needs, ["1 \"tier:member tier:pro product:course\";", "2 \"tier:pro\";"]);
    let files = table(rules, "map $km_file $km_audience {");
    let named: BTreeSet<String> =
        files.iter().map(|line| format!("site{}", line.trim_start_matches('"').split('"').next().unwrap())).collect();
    let standing: BTreeSet<String> = guarded.keys().filter(|path| path.starts_with("site/")).cloned().collect();
    assert_eq!(named, standing);
    assert!(
        files.contains(&"\"/articles/甲/index.html\" 1;") && files.contains(&"\"/en/articles/one/index.html\" 2;"),
        "{files:?}"
    );
    assert!(rules.contains("\"~^/sub(?<km_below>/.*)$\""), "{rules}");
}

#[test]
fn passes_open_what_their_holders_have_today() {
    let passes = |members: &str| {
        let site = site().with("members.yaml", members);
        assert_eq!(site.build_with(&[], &KEY), "exit 0");
        let rules = text(&trees(&site).1, "nginx/http.conf").to_owned();
        table(&rules, "map $km_pass $km_opens {").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(passes("version: 1\n"), [""; 0]);
    let passes = passes(MEMBERS);
    let passes: Vec<(&str, &str)> = passes.iter().map(|pass| pass.trim_start_matches('"').split_once("\" ").unwrap()).collect();
    assert!(passes.iter().all(|(text, _)| text.len() == 32 && text.chars().all(|c| c.is_ascii_hexdigit())), "{passes:?}");
    let opens: BTreeSet<&str> = passes.iter().map(|(_, opens)| *opens).collect();
    assert_eq!(opens, BTreeSet::from(["\",1,\";", "\",\";"]), "one of the two has run out");
}

#[test]
fn both_trees_change_or_neither() {
    let site = site().with("dist-guarded/site/articles/甲/index.html", "mine");
    let told = site.build_with(&[], &KEY);
    assert!(told.contains("KM0802") || told.contains("is in the way"), "{told}");
    assert!(!site.dist().join("index.html").exists(), "the public tree was written alone");
    std::fs::remove_file(site.path().join("dist-guarded/site/articles/甲/index.html")).unwrap();
    assert_eq!(site.build_with(&[], &KEY), "exit 0");
    let before = trees(&site);
    // A leak in the public tree stops the guarded one too.
    let site = site
        .with("static/x.txt", "Only those who paid read these words, which stand nowhere else on the whole site.")
        .with("content/articles/甲.md", piece("member", "人人可读的开头。", "另外的一句话，也只有会员才读得到。"));
    let ran = site.run_with(&["build"], &KEY);
    assert_ne!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("would publish text"), "{}", ran.err);
    assert!(before == trees(&site), "something of a refused build was committed");
}

#[test]
fn the_same_site_is_the_same_bytes_wherever_it_is_built() {
    let (one, other) = (site(), site());
    one.build_with(&[], &KEY);
    assert_eq!(other.build_with(&["--out", "elsewhere/www", "--threads", "1", "--no-cache"], &KEY), "exit 0");
    let (public, guarded) = trees(&one);
    assert!(public == tree(&other.path().join("elsewhere/www")));
    assert!(guarded == tree(&other.path().join("elsewhere/www-guarded")));
    let again = one.run_with(&["build", "--json"], &KEY);
    let told: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((&told["written"], &told["guarded"]["written"]), (&0.into(), &0.into()), "{told}");
}

#[test]
fn a_site_that_is_sealed_again_leaves_no_full_text_beside_it() {
    let site = site();
    site.build_with(&[], &KEY);
    let site = site.with("dist-guarded/notes.txt", "mine").with("site.yaml", SITE.replace("edge", "sealed"));
    // What needs no key has no say in what is guarded.
    let before = trees(&site).1;
    assert_eq!(site.build_with(&["--public-only"], &KEY), "exit 0");
    assert!(trees(&site).1 == before, "something guarded was touched");
    assert_eq!(site.build_with(&["--strict"], &KEY), "exit 0");
    let (public, guarded) = trees(&site);
    assert!(public.keys().any(|path| path.starts_with("sealed/")), "{:?}", public.keys());
    let left: Vec<&str> = guarded.keys().map(String::as_str).filter(|path| !path.starts_with(".kmsite-")).collect();
    assert_eq!(left, ["notes.txt"], "what kmsite did not write stays, and nothing else");
    let again = site.run_with(&["build", "--json"], &KEY);
    let told: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((&told["written"], &told["guarded"]), (&0.into(), &serde_json::Value::Null), "{told}");
}

#[test]
#[cfg(unix)]
fn nobody_else_on_the_machine_looks_into_the_guarded_tree() {
    use std::os::unix::fs::PermissionsExt;
    let site = site();
    site.build_with(&[], &KEY);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&site.path().join("dist-guarded")), 0o750);
}

#[test]
fn a_site_that_is_guarded_needs_its_key_and_keeps_its_addresses() {
    let told = site().build_with(&[], &[("KMSITE_MASTER_KEY", "")]);
    assert!(told.starts_with("error KM0520"), "{told}");
    let told = site().with("static/kmsite/enter", "mine").build_with(&[], &KEY);
    assert!(told.contains("the address `/kmsite/enter` is kept for the server's own answers"), "{told}");
    let public = site();
    assert_eq!(public.build_with(&["--public-only"], &[("KMSITE_MASTER_KEY", "")]), "exit 0");
    assert!(!public.path().join("dist-guarded").exists());
}
