//! Same in, same out: whatever the folder, the number of threads, and the state of the cache.

use std::fs;
use std::path::Path;

use crate::sandbox::{Sandbox, Tree, assert_same, corpus, files, run_on, tree};

/// The parts of this repository that are its sample site.
const SAMPLE: [&str; 4] = ["site.yaml", "content", "themes", "static"];

/// Copies a site's files, the last first if `backwards`: folders then list them in another order.
fn copy(from: &Path, parts: &[&str], to: &Path, order: Order) {
    let mut all: Vec<_> =
        parts.iter().map(|part| from.join(part)).filter(|path| path.exists()).flat_map(|path| files(&path)).collect();
    all.retain(|file| !file.components().any(|part| part.as_os_str() == ".kmsite"));
    assert!(!all.is_empty(), "there is something to copy");
    if order == Order::Backwards {
        all.reverse();
    }
    for file in all {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Forwards,
    Backwards,
}

/// Builds a site to a fresh folder.
fn built(root: &Path, args: &[&str]) -> Tree {
    let out = tempfile::tempdir().unwrap();
    let run = run_on(root, &[&["build", "--out", &out.path().to_string_lossy()], args].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    tree(out.path())
}

/// Builds two copies of a site in different ways, all of which must give the same.
fn always_the_same(from: &Path, parts: &[&str]) {
    let (near, far) = (Sandbox::new(&[]), Sandbox::new(&[]));
    let far_root = far.root().join("另一个 folder/deep/er");
    copy(from, parts, near.root(), Order::Forwards);
    copy(from, parts, &far_root, Order::Backwards);
    let first = built(near.root(), &["--threads", "1", "--no-cache"]);
    assert!(first.len() > 20, "a site was built");
    let again = [
        ("another folder, two threads, no cache", built(&far_root, &["--threads", "2", "--no-cache"])),
        ("an empty cache", built(&far_root, &["--threads", "2"])),
        ("a full cache", built(&far_root, &["--threads", "1"])),
        ("a full cache and two threads", built(&far_root, &["--threads", "2"])),
    ];
    for (how, site) in again {
        assert_same(&first, &site, how);
    }
}

#[test]
fn the_sample_site_is_the_same_however_it_is_built() {
    always_the_same(Path::new(env!("CARGO_MANIFEST_DIR")), &SAMPLE);
}

#[test]
fn a_corpus_is_the_same_however_it_is_built() {
    // The folder's name is a plain site's title, and a copy has another: the book says its own.
    if let Some(folder) = corpus("book-rust-zh") {
        always_the_same(&folder, &[""]);
    }
}

#[test]
fn attributes_for_services_are_always_in_one_order() {
    let settings = "base_url: https://example.org/\ncomments: {giscus: {repo: a/b, repo_id: R, category: C, category_id: D}}\n\
                    analytics: {umami: {website_id: w}, baidu: {id: abc}}\n";
    let sandbox = Sandbox::new(&[("site.yaml", settings), ("content/articles/a.md", "# A\n\nText.\n")]);
    let page = String::from_utf8(sandbox.build("dist", &[])["articles/a/index.html"].clone()).unwrap();
    for written in [
        r#"data-service="giscus" data-repo="a/b" data-repo-id="R" data-category="C" data-category-id="D" data-lang="#,
        r#"data-umami="https://cloud.umami.is/script.js" data-website-id="w" data-baidu="abc""#,
    ] {
        assert!(page.contains(written), "{page}");
    }
}
