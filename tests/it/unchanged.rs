//! A build of what was built already says what it said, without making it again; and whatever changes, it is what a build from nothing is.
//!
//! That nothing is made again is seen by a mark: the kept summary is told to have [`MARK`] pages, and a build that says so has relied on it.

use std::fs;

use clap::Parser;
use jiff::civil::{Date, date};
use kmsite::cli::{self, Cli, Env, Exit, Format, Volume, Written};
use kmsite::diag::render::Colour;
use kmsite::disk::SystemClock;
use kmsite::id::Hash;
use serde_json::Value;

use crate::sandbox::{Sandbox, assert_same, tree};

/// A number of pages that no site here has.
const MARK: u64 = 777_777;
/// Where the last build is kept.
const KEPT: &str = ".kmsite/cache/build";

const SITE: &str =
    "title: T\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\nrecommend: { model: none }\n";
const DUE: Date = date(2026, 5, 1);

/// A build: its flags, and what surrounds it.
struct Build<'a> {
    args: &'a [&'a str],
    variables: &'a [(&'a str, &'a str)],
    today: Date,
    program: &'a str,
    key: Option<&'a str>,
}

impl Default for Build<'_> {
    fn default() -> Self {
        Self { args: &[], variables: &[], today: date(2026, 4, 1), program: "one", key: None }
    }
}

/// What a build said.
#[derive(Debug, PartialEq)]
struct Said {
    exit: Exit,
    /// The summary without times and what was written; nothing if nothing was committed.
    summary: Option<Value>,
    findings: String,
}

impl Said {
    fn relied_on_the_last(&self) -> bool {
        self.summary.as_ref().is_some_and(|summary| summary["pages"] == MARK)
    }
}

impl Build<'_> {
    fn run(&self, site: &Sandbox) -> Said {
        let args = [&["kmsite", "--json", "build"], self.args].concat();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut env = Env {
            root: site.root().to_owned(),
            variables: self.variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
            master_key: self.key.map(|key| Written::new(key.to_owned())),
            models: cli::Models::default(),
            input: &mut std::io::empty(),
            clock: &SystemClock::new(Some(self.today)),
            program: Some(Hash::of(self.program.as_bytes())),
            colour: Colour::Never,
            format: Format::Json,
            volume: Volume::Normal,
            out: &mut out,
            err: &mut err,
        };
        let exit = cli::run(&Cli::parse_from(args).command, &mut env).unwrap();
        let mut summary: Option<Value> = serde_json::from_slice(&out).ok();
        for passing in ["seconds", "written", "unchanged", "removed", "out", "reasons"] {
            summary.as_mut().and_then(Value::as_object_mut).and_then(|summary| summary.remove(passing));
        }
        Said { exit, summary, findings: String::from_utf8(err).unwrap() }
    }
}

/// A site with a piece, a picture, a static file, a file of the theme, something that waits for its day, a draft, and a dead link.
fn site() -> Sandbox {
    let site = Sandbox::new(&[
        ("site.yaml", SITE),
        ("content/articles/a.md", "---\ndate: 2026-01-01\n---\n# A\n\ntext [dead](nowhere.md) ![p](p.png)\n"),
        ("content/articles/b.en.md", "---\ndate: 2026-05-01\n---\n# B\n\ntext\n"),
        ("content/articles/丙.md", "---\ndraft: true\n---\n# 丙\n\n文字\n"),
        ("static/robots-extra.txt", "one"),
        ("themes/default/i18n/en.yaml", "search.title: Look\n"),
    ]);
    site.write("content/articles/p.png", &picture(8));
    site
}

fn picture(width: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::GrayImage::from_pixel(width, 4, image::Luma([7]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Makes the last build known by its pages.
fn mark(site: &Sandbox) {
    let text = String::from_utf8(site.read(KEPT)).unwrap();
    let (_, kept) = text.split_once('\n').unwrap();
    let mut kept: Value = serde_json::from_str(kept).unwrap();
    kept["said"]["totals"]["pages"] = MARK.into();
    let kept = kept.to_string();
    site.write(KEPT, format!("{}\n{kept}", Hash::of(kept.as_bytes()).hex()).as_bytes());
}

/// A site that was built, and whose next build tells whether it relied on that.
fn built() -> Sandbox {
    let site = site();
    let said = Build::default().run(&site);
    assert_eq!(said.exit, Exit::Done);
    assert!(said.findings.contains("nowhere.md"), "there is something to tell again: {}", said.findings);
    mark(&site);
    site
}

/// Asserts that a build after some change is a build from nothing, in what it writes and in what it says.
fn assert_whole(site: &Sandbox, build: &Build<'_>, what: &str) {
    let said = build.run(site);
    let folder = site.root().join(out_of(build));
    let after = if folder.exists() { tree(&folder) } else { crate::sandbox::Tree::new() };
    let args = [build.args, &["--no-cache", "--out", "fresh"]].concat();
    let args: Vec<&str> = match out_of(build) {
        "dist" => args,
        _ => ["--no-cache", "--out", "fresh"].into(),
    };
    let fresh = Build { args: &args, ..*build }.run(site);
    assert_eq!(said, fresh, "{what}");
    if said.exit == Exit::Done {
        assert_same(&after, &tree(&site.root().join("fresh")), what);
    }
}

fn out_of<'a>(build: &Build<'a>) -> &'a str {
    let at = build.args.iter().position(|&arg| arg == "--out");
    at.map_or("dist", |at| build.args[at + 1])
}

#[test]
fn what_is_as_it_was_is_told_again_and_not_made() {
    let site = site();
    let first = Build::default().run(&site);
    let before = tree(&site.root().join("dist"));
    let plain = Build::default().run(&site);
    assert_eq!(first, plain);
    mark(&site);
    for args in [&[][..], &["--explain"], &["--threads", "1"]] {
        let again = Build { args, ..Build::default() }.run(&site);
        assert!(again.relied_on_the_last(), "{args:?}");
        assert_eq!((again.exit, again.findings), (first.exit, first.findings.clone()));
    }
    assert_same(&before, &tree(&site.root().join("dist")), "nothing is touched");
    // Kept texts may be paid ones.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| fs::metadata(site.root().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(KEPT), mode(".kmsite/cache")), (0o600, 0o700));
    }
}

#[test]
fn every_change_of_a_file_of_the_site_is_seen() {
    type Change = fn(&Sandbox);
    let changes: [(&str, Change); 13] = [
        ("a text", |site| site.write("content/articles/a.md", b"# A\n\nother\n")),
        ("a text of the same length", |site| {
            let text = String::from_utf8(site.read("content/articles/a.md")).unwrap();
            site.write("content/articles/a.md", text.replace("text", "txet").as_bytes());
        }),
        ("a text that comes", |site| site.write("content/articles/new.md", b"# New\n")),
        ("a text that goes", |site| site.remove("content/articles/b.en.md")),
        ("a text that moves", |site| {
            let text = site.read("content/articles/a.md");
            site.remove("content/articles/a.md");
            site.write("content/articles/z.md", &text);
        }),
        ("the configuration", |site| site.write("site.yaml", SITE.replace("title: T", "title: U").as_bytes())),
        ("a string", |site| site.write("themes/default/i18n/en.yaml", b"search.title: Seek\n")),
        ("a template", |site| {
            site.write(
                "themes/default/templates/search.html",
                b"<!doctype html><html lang=\"en\"><title>S</title><p>x</p></html>",
            );
        }),
        ("a style sheet", |site| site.write("themes/default/assets/extra.css", b"p { color: red }")),
        ("a medium", |site| site.write("content/articles/p.png", &picture(16))),
        ("a static file", |site| site.write("static/robots-extra.txt", b"two")),
        ("a static file that comes", |site| site.write("static/more.txt", b"one")),
        ("a folder that cannot be walked", |site| {
            #[cfg(unix)]
            std::os::unix::fs::symlink("..", site.root().join("content/loop")).unwrap();
            let _ = site;
        }),
    ];
    for (what, change) in changes {
        let site = built();
        change(&site);
        assert_whole(&site, &Build::default(), what);
    }
}

#[test]
fn every_change_of_what_is_asked_for_is_seen() {
    let default = Build::default;
    let builds = [
        ("drafts", Build { args: &["--drafts"], ..default() }),
        ("what is dated ahead", Build { args: &["--future"], ..default() }),
        ("another address", Build { args: &["--base-url", "https://example.net/sub/"], ..default() }),
        ("another output folder", Build { args: &["--out", "elsewhere"], ..default() }),
        ("warnings as errors", Build { args: &["--strict"], ..default() }),
        ("a variable", Build { variables: &[("KMSITE__TITLE", "V")], ..default() }),
        ("a day that comes", Build { today: DUE, ..default() }),
        ("another program", Build { program: "two", ..default() }),
    ];
    for (what, build) in builds {
        assert_whole(&built(), &build, what);
    }
}

#[test]
fn every_change_of_keys_and_members_is_seen() {
    let sealed = || {
        let site = site();
        site.write("content/articles/paid.md", b"---\ntier: member\n---\n# Paid\n\nOpen.\n\n<!-- paywall -->\n\nClosed.\n");
        assert_eq!(site.run(&["keys", "init"]).code, 0);
        assert_eq!(Build::default().run(&site).exit, Exit::Done);
        mark(&site);
        site
    };
    let site = sealed();
    assert!(Build::default().run(&site).relied_on_the_last());
    assert_eq!(site.run(&["keys", "issue", "--for", "tier:member", "--name", "Ann"]).code, 0);
    assert_whole(&site, &Build::default(), "a member");
    assert_whole(&sealed(), &Build { key: Some(crate::keys::KEY), ..Build::default() }, "another key");
    assert_whole(&sealed(), &Build { args: &["--public-only"], ..Build::default() }, "nothing sealed");
}

#[test]
fn a_site_that_a_server_guards_is_told_again_while_both_folders_stand() {
    type Change = fn(&Sandbox);
    let guarded = || {
        let site = site();
        site.write("site.yaml", format!("{SITE}access: {{ mode: edge }}\n").as_bytes());
        site.write("content/articles/paid.md", b"---\ntier: member\n---\n# Paid\n\nOpen.\n\n<!-- paywall -->\n\nClosed.\n");
        assert_eq!(site.run(&["keys", "init"]).code, 0);
        let first = Build::default().run(&site);
        assert_eq!(first.exit, Exit::Done, "{}", first.findings);
        mark(&site);
        (site, first)
    };
    let (site, first) = guarded();
    let again = Build::default().run(&site);
    assert!(again.relied_on_the_last());
    let files = |said: &Said| said.summary.as_ref().unwrap()["guarded"]["files"].as_u64();
    assert!(files(&first).is_some_and(|count| count > 0), "{first:?}");
    assert_eq!((files(&again), &again.findings), (files(&first), &first.findings));
    let page = "dist-guarded/site/articles/paid/index.html";
    let changes: [(&str, Change); 5] = [
        ("a guarded page that is gone", |site| site.remove("dist-guarded/site/articles/paid/index.html")),
        ("a guarded page that was edited", |site| site.write("dist-guarded/site/articles/paid/index.html", b"mine")),
        ("no guarded folder", |site| fs::remove_dir_all(site.root().join("dist-guarded")).unwrap()),
        ("no manifest of the guarded folder", |site| site.remove("dist-guarded/.kmsite-manifest")),
        ("a page that everyone sees", |site| site.remove("dist/articles/paid/index.html")),
    ];
    for (what, change) in changes {
        let (site, first) = guarded();
        let before = site.read(page);
        change(&site);
        let said = Build::default().run(&site);
        assert!(!said.relied_on_the_last(), "{what}");
        assert_eq!((said.exit, files(&said)), (Exit::Done, files(&first)), "{what}: {}", said.findings);
        assert_eq!(site.read(page), before, "{what}");
    }
}

#[test]
fn every_change_of_the_output_is_mended() {
    type Change = fn(&Sandbox);
    let changes: [(&str, Change); 6] = [
        ("a page that is gone", |site| site.remove("dist/articles/a/index.html")),
        ("a page that was edited", |site| site.write("dist/articles/a/index.html", b"mine")),
        ("a page edited to the same length", |site| {
            let page = site.read("dist/articles/a/index.html").to_ascii_uppercase();
            site.write("dist/articles/a/index.html", &page);
        }),
        ("a file of the theme", |site| site.write("dist/sitemap.xml", b"")),
        ("no manifest", |site| site.remove("dist/.kmsite-manifest")),
        ("no folder", |site| fs::remove_dir_all(site.root().join("dist")).unwrap()),
    ];
    for (what, change) in changes {
        let site = built();
        change(&site);
        // Without its manifest nothing in the folder is known to be kmsite's: what has the same content is taken over.
        assert_whole(&site, &Build::default(), what);
    }
}

#[test]
fn another_build_of_the_folder_in_between_is_seen() {
    let site = built();
    Build { args: &["--drafts", "--no-cache"], ..Build::default() }.run(&site);
    assert_whole(&site, &Build::default(), "the output is not that of the kept build");
}

#[test]
fn what_a_killed_build_left_is_cleared_away_first() {
    let site = built();
    site.write("dist/.kmsite-stage/0-0", b"half");
    let said = Build::default().run(&site);
    assert!(said.relied_on_the_last());
    assert!(!site.root().join("dist/.kmsite-stage").exists());
}

#[test]
fn a_record_that_is_not_whole_is_no_record() {
    type Change = fn(&str) -> String;
    let changes: [Change; 5] = [
        |_| String::new(),
        |kept| kept[..kept.len() / 2].to_owned(),
        |kept| kept.replace("nowhere", "somewhere"),
        |kept| kept.replace('\n', ""),
        |_| {
            let other = r#"{"version":2}"#;
            format!("{}\n{other}", Hash::of(other.as_bytes()).hex())
        },
    ];
    for change in changes {
        let site = built();
        let kept = String::from_utf8(site.read(KEPT)).unwrap();
        site.write(KEPT, change(&kept).as_bytes());
        assert_whole(&site, &Build::default(), "a damaged record");
    }
}

#[test]
fn what_a_build_found_in_passing_is_not_told_again() {
    let site = built();
    site.write("dist/articles/a/index.html", b"mine");
    site.remove("content/articles/a.md");
    let first = Build::default().run(&site);
    assert!(first.findings.contains("changed by hand"), "{}", first.findings);
    let second = Build::default().run(&site);
    assert!(!second.findings.contains("changed by hand"), "{}", second.findings);
}

#[test]
fn without_a_cache_nothing_is_kept_and_nothing_relied_on() {
    let site = site();
    Build { args: &["--no-cache"], ..Build::default() }.run(&site);
    assert!(!site.root().join(".kmsite").exists());
    let site = built();
    assert!(!Build { args: &["--no-cache"], ..Build::default() }.run(&site).relied_on_the_last());
}

#[test]
fn a_model_in_a_folder_is_asked_anew() {
    let site = built();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models/minilm-zh-en");
    site.write("site.yaml", SITE.replace("none", folder).as_bytes());
    assert_eq!(Build::default().run(&site).exit, Exit::Done);
    assert!(!Build::default().run(&site).relied_on_the_last());
}

#[test]
fn a_build_that_failed_leaves_the_last_good_one_known() {
    let site = built();
    let good = site.read("content/articles/a.md");
    site.write("content/articles/a.md", b"---\ntier: nonsense\n---\n# A\n");
    assert_eq!(Build::default().run(&site).exit, Exit::Content);
    site.write("content/articles/a.md", &good);
    assert!(Build::default().run(&site).relied_on_the_last());
}
