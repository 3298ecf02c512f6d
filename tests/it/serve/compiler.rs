//! The compiler that remembers gives what one that does not would, after whatever edits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kmsite::artifact::Body;
use kmsite::compile::{Compiled, Compiler, Options, compile};
use kmsite::config::Overrides;
use kmsite::diag::Noted;
use kmsite::disk::DiskWorld;
use kmsite::emit::Source;
use kmsite::id::SourcePath;
use kmsite::load::Changes;
use kmsite::make::{Making, Services};
use kmsite::model::Changed;
use kmsite::resolve::{Publish, Resolution};
use kmsite::world::{MemoryWorld, NoCache};
use proptest::prelude::*;

use crate::sandbox::Sandbox;

type Files = BTreeMap<&'static str, &'static str>;

/// Paths with what may stand there; the first of each stands there in the beginning, `""` stands for no file.
const POOL: &[(&str, &[&str])] = &[
    (
        "site.yaml",
        &[
            "title: T\nbase_url: https://example.org/\n",
            "title: T\nbase_url: https://example.org/b/\naccess: { teaser: { words: 3, han: 6 } }\n",
            "base_url: https://example.org/\nimages: { widths: [400] }\n",
            "titel: T\n",
            "",
        ],
    ),
    (
        "content/articles/a.md",
        &[
            "# A\n\nOne. [to b](b.md)\n",
            "---\ntier: member\n---\n# A\n\nOne.\n\n<!-- paywall -->\n\nTwo.\n",
            "",
            "---\ntitle: [\n---\n",
            "---\ntags: [x, Y]\n---\n# A\n\nOne.\n\n## Part\n",
            "---\ntier: pro\ntags: [y]\n---\n# A\n\nOne.\n\n<!-- paywall -->\n\n## Part\n",
            // What concerns the piece alone, one thing after the other.
            "---\ntitle: Called\n---\n# A\n\nOne.\n",
            "---\ntitle: Renamed\ndescription: Said.\nupdated: 2026-05-01\n---\n# A\n\nTwo. ![p](p.svg)\n\n## Part\n",
            "---\ntitle: Renamed\nduration: long\n---\n<p style=\"color:red\">Red.</p>\n\n[nowhere](x.md)\n",
        ],
    ),
    // Links of every sort: what they come to follows the other files, while this one stays the same.
    (
        "content/articles/c.md",
        &[
            "# C\n\n[[乙]] [[one]] [part](a.md#part) [Part](/articles/a/#Part) ![p](p.svg) [q](nowhere.md) [two](/book/two/)\n",
            "---\nprerequisites: [乙, articles/a]\ncover: p.svg\n---\n# C\n\n[here](#c) [[A#part]]\n",
            "---\ntranslation_of: articles/b\nlang: en\ntags: [X]\n---\n# C\n",
            "",
        ],
    ),
    ("content/articles/b.md", &["# 乙\n\n字。\n", "", "# 乙\n\n[去甲](a.md#没有)\n", "# 丙\n\n![图](p.svg)\n"]),
    ("content/campaigns/one.yaml", &["", "offer: tier:member\n", "offer: tier:pro\nchannels: [x]\n", "offer: member\n"]),
    ("content/_index.md", &["", "# Home\n", "# Elsewhere\n\n字字字。\n", "---\ntitle: Called\n---\nText.\n"]),
    (
        "content/courses/c/01-one.md",
        &["# L\n\nOne.\n", "# M\n\nOne. [[L]]\n", "---\nduration: 2h\n---\n# L\n", "---\nduration: 30m\ntitle: L\n---\nText.\n"],
    ),
    ("content/articles/p.svg", &["", "<svg/>", "<svg width=\"1\" height=\"2\"/>"]),
    ("content/book/SUMMARY.md", &["# S\n\n- [One](one.md)\n- [Two](two.md)\n", "", "- [Two](two.md)\n"]),
    ("content/book/one.md", &["# One\n\n{{#include part.txt}}\n", "# One\n\nPlain.\n", ""]),
    ("content/book/two.md", &["# Two\n\n{{#include one.md}}\n", "# Two\n"]),
    ("content/book/part.txt", &["Included.", "Other.", "", "{{#include deep.txt}}"]),
    ("content/book/deep.txt", &["Deep.", "Deeper.", ""]),
    (
        "themes/default/templates/article.html",
        &["", "{% extends \"theme/article.html\" %}{% block after %}!{% endblock after %}", "{% extends"],
    ),
    ("themes/default/assets/extra.css", &["", "a{color:red}", "a{color:blue}"]),
    ("static/robots.txt", &["", "User-agent: x\n"]),
];

fn world(files: &Files) -> MemoryWorld {
    MemoryWorld::of(files.iter().map(|(path, text)| (*path, *text)))
}

fn options() -> Options {
    Options {
        overrides: Overrides { variables: Vec::new(), base_url: None },
        origin: None,
        publish: Publish::default(),
        today: jiff::civil::date(2026, 6, 1),
        public_only: false,
        folder_name: "site".to_owned(),
    }
}

/// Everything that comes of a site, with everything that was found.
fn everything(compiled: &Noted<Compiled>, world: &MemoryWorld) -> BTreeMap<String, String> {
    let services = Services { world: Arc::new(world.clone()), cache: Arc::new(NoCache), keyring: None };
    let making = Making::new(compiled.value.plan.clone(), services);
    let mut all = BTreeMap::new();
    let mut diags = compiled.diags.clone();
    for index in 0..making.count() {
        for (route, artifact) in Source::make(&making, index).take(&mut diags) {
            let content = match artifact.body {
                Body::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Body::File(path) => format!("the file {path}"),
            };
            all.insert(route.to_string(), content);
        }
    }
    let found: BTreeSet<String> = diags.iter().map(|diag| format!("{diag:?}")).collect();
    all.extend(found.into_iter().enumerate().map(|(number, diag)| (format!("found {number:03}"), diag)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_edited_the_site_is_the_same(steps in prop::collection::vec((0..POOL.len(), 0usize..9, any::<bool>()), 1..10)) {
        let mut files: Files = POOL.iter().map(|(path, texts)| (*path, texts[0])).filter(|(_, text)| !text.is_empty()).collect();
        let mut compiler = Compiler::new(options());
        let _ = compiler.read(&world(&files), &Changes::All);
        let _ = compiler.compile(&world(&files));
        let mut touched = BTreeSet::new();
        for (file, text, is_told) in steps {
            let (path, texts) = POOL[file];
            match texts[text % texts.len()] {
                "" => files.remove(path),
                text => files.insert(path, text),
            };
            touched.insert(SourcePath::new(path));
            if !is_told {
                continue;
            }
            let world = world(&files);
            let _ = compiler.read(&world, &Changes::Paths(std::mem::take(&mut touched)));
            let again = everything(&compiler.compile(&world), &world);
            let fresh = everything(&compile(&world, &options()), &world);
            prop_assert_eq!(again, fresh);
        }
    }
}

fn told(paths: &[&str]) -> Changes {
    Changes::Paths(paths.iter().map(|path| SourcePath::new(*path)).collect())
}

#[test]
fn folders_that_change_places_are_read_again() {
    let site = |one: &'static str, two: &'static str| {
        world(&Files::from([
            ("site.yaml", "title: T\nbase_url: https://example.org/\n"),
            ("content/articles/one/deep/x.md", one),
            ("content/articles/two/deep/x.md", two),
            ("content/articles/twofold.md", "# Beside\n"),
        ]))
    };
    let mut compiler = Compiler::new(options());
    let _ = compiler.read(&site("# A\n", "# 1\n"), &Changes::All);
    let after = site("# 1\n", "# A\n");
    let changed = compiler.read(&after, &told(&["content/articles/one", "content/articles/two"]));
    let changed: Vec<&str> = changed.iter().map(SourcePath::as_str).collect();
    assert_eq!(changed, ["content/articles/one/deep/x.md", "content/articles/two/deep/x.md"]);
    let fresh = everything(&compile(&after, &options()), &after);
    assert_eq!(everything(&compiler.compile(&after), &after), fresh);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests edit sites")]
fn a_file_that_becomes_a_folder_is_gone_and_what_is_in_it_came() {
    let site = Sandbox::new(&[
        ("site.yaml", "title: T\nbase_url: https://example.org/\n"),
        ("content/articles/a.md", "# A\n"),
        ("static/thing", "a file"),
    ]);
    let world = DiskWorld::new(site.root(), &[]).forgetful();
    let mut compiler = Compiler::new(options());
    let read = |compiler: &mut Compiler, paths: &[&str]| -> Vec<String> {
        compiler.read(&world, &told(paths)).iter().map(ToString::to_string).collect()
    };
    let _ = compiler.read(&world, &Changes::All);
    site.remove("static/thing");
    site.write("static/thing/inside.txt", b"inside");
    assert_eq!(read(&mut compiler, &["static/thing"]), ["static/thing", "static/thing/inside.txt"]);
    std::fs::remove_dir_all(site.root().join("static/thing")).unwrap();
    site.write("static/thing", b"a file again");
    assert_eq!(read(&mut compiler, &["static/thing"]), ["static/thing", "static/thing/inside.txt"]);
}

#[test]
fn only_what_changed_is_said_to_have_changed() {
    let mut files: Files = POOL.iter().map(|(path, texts)| (*path, texts[0])).filter(|(_, text)| !text.is_empty()).collect();
    let mut compiler = Compiler::new(options());
    assert_eq!(compiler.read(&world(&files), &Changes::All).len(), files.len());
    let mut read = |files: &Files, paths: &[&str]| -> Vec<String> {
        compiler.read(&world(files), &told(paths)).iter().map(ToString::to_string).collect()
    };
    assert!(read(&files, &["content/articles/a.md", "nowhere.md"]).is_empty());
    files.insert("content/articles/a.md", "# 甲\n");
    assert_eq!(read(&files, &["content/articles/a.md", "content/articles/b.md"]), ["content/articles/a.md"]);
    files.remove("content/articles/b.md");
    files.insert("content/new/c.md", "# C\n");
    assert_eq!(read(&files, &["content/articles/b.md", "content/new/c.md"]), ["content/articles/b.md", "content/new/c.md"]);
}

#[test]
fn files_of_all_sorts_are_as_long_as_they_were_read() {
    let mut files = Files::from([
        ("site.yaml", "title: T\n"),
        ("content/a.md", "# A\n"),
        ("content/p.svg", "<svg/>"),
        ("static/s.js", "1"),
        ("themes/default/templates/article.html", "x"),
    ]);
    let mut compiler = Compiler::new(options());
    let _ = compiler.read(&world(&files), &Changes::All);
    let length = |compiler: &Compiler, path: &str| compiler.length(&SourcePath::new(path));
    for (path, text) in &files {
        assert_eq!(length(&compiler, path), Some(text.len() as u64), "{path}");
    }
    assert_eq!(length(&compiler, "content/b.md"), None);
    // As an editor leaves a file between two steps of a save.
    for path in ["content/a.md", "themes/default/templates/article.html", "static/s.js"] {
        files.insert(path, "");
        let _ = compiler.read(&world(&files), &told(&[path]));
        assert_eq!(length(&compiler, path), Some(0), "{path}");
    }
}

#[test]
fn an_edit_of_a_text_changes_its_piece_and_who_leads_into_it() {
    let mut files = Files::from([
        ("site.yaml", "title: T\nbase_url: https://example.org/\n"),
        ("content/articles/a.md", "# A\n\nOne.\n"),
        ("content/articles/b.md", "# B\n\n[there](a.md#one)\n"),
        ("content/articles/c.md", "# 丙\n\n[甲](a.md)\n"),
    ]);
    let mut compiler = Compiler::new(options());
    let mut resolution = Resolution::default();
    let mut changed = |files: &Files| -> Option<Vec<String>> {
        let _ = compiler.read(&world(files), &Changes::All);
        let compiled = compiler.compile(&world(files)).value;
        let resolved = resolution.resolve(&compiled.parsed, &compiled.inputs(options().today)).value;
        match resolved.changed {
            Changed::Anything => None,
            Changed::Pieces(ids) => Some(ids.iter().map(|&id| resolved.site.piece(id).route.to_string()).collect()),
        }
    };
    assert_eq!(changed(&files), None, "the first time all is new");
    assert_eq!(changed(&files), Some(Vec::new()));
    files.insert("content/articles/c.md", "---\ntitle: 丁\ndescription: 新\n---\n字。\n");
    assert_eq!(changed(&files), Some(vec!["/articles/c/".to_owned()]), "a title concerns its piece");
    files.insert("content/articles/a.md", "# A\n\nTwo.\n\n## One\n");
    assert_eq!(
        changed(&files),
        Some(vec!["/articles/a/".to_owned(), "/articles/b/".to_owned()]),
        "a heading whoever leads to it"
    );
    files.insert("content/articles/a.md", "---\ntags: [x]\n---\n# A\n");
    assert_eq!(changed(&files), None, "a topic is a new list");
    files.insert("content/articles/b.md", "# B\n\n[[A]]\n");
    assert_eq!(changed(&files), Some(vec!["/articles/b/".to_owned()]));
    files.insert("content/articles/a.md", "---\ntags: [x]\n---\n# Z\n");
    assert_eq!(changed(&files), None, "names concern all where one leads by name");
}
