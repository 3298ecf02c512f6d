//! What others see of an output folder while a build is at work there, and after it was killed.
//!
//! The victim of kill -9 is this test binary, started again for that one test with [`VICTIM`] set: it emits two versions of a site in turn, without end.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use kmsite::emit::{Output, recover};

use super::{Site, folder, identity, tree};

/// Names the folder to emit to.
const VICTIM: &str = "KMSITE_TEST_VICTIM";

/// How many pages both versions have.
const PAGES: usize = 12;

/// A version of the site: every page loads a style sheet that only this version has, and each version has pages of its own.
fn version(name: &str) -> Site {
    let mut files = vec![
        ("/feed.xml".to_owned(), format!("<feed>{name}</feed>")),
        (format!("/assets/style-{name}.css"), format!("body {{ content: '{name}' }}")),
        (format!("/only/{name}/"), page(name)),
        ("/same/".to_owned(), "the same in both".to_owned()),
    ];
    files.extend((0..PAGES).map(|number| (format!("/第{number}页/"), page(name))));
    let files: Vec<(&str, &str)> = files.iter().map(|(route, text)| (&**route, &**text)).collect();
    Site::of(&files)
}

fn page(name: &str) -> String {
    format!("<link href=/assets/style-{name}.css>")
}

/// The style sheet that a page loads, if it loads one.
fn style(page: &str) -> Option<&str> {
    page.strip_prefix("<link href=/")?.strip_suffix('>')
}

/// Asserts that whatever pages there are, they are whole, and what they load is there.
fn assert_no_dangling_reference(out: &Path) {
    for (name, bytes) in tree(out) {
        if name.ends_with(".html") && !name.starts_with(".kmsite") {
            let text = String::from_utf8(bytes).unwrap();
            match style(&text) {
                Some(style) => assert!(out.join(style).is_file(), "{name} loads {style}"),
                None => assert_eq!(text, "the same in both", "{name}"),
            }
        }
    }
}

fn start_victim(out: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "emit::kill::killed_at_any_moment_the_site_is_old_or_new"])
        .env(VICTIM, out)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn be_the_victim(out: &Path) {
    let mut output = Output::open(out, &|| ()).unwrap();
    loop {
        for name in ["one", "two"] {
            version(name).emit_to(&mut output);
        }
    }
}

#[test]
fn killed_at_any_moment_the_site_is_old_or_new() {
    if let Some(out) = std::env::var_os(VICTIM) {
        be_the_victim(Path::new(&out));
    }
    let sites = ["one", "two"].map(|name| {
        let folder = tempfile::tempdir().unwrap();
        version(name).build(folder.path());
        tree(folder.path())
    });
    let out = tempfile::tempdir().unwrap();
    version("one").build(out.path());
    // An xorshift generator: the moments differ, and are the same in every run, as far as the machine allows.
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut outcomes = [0; 3];
    for round in 0..100 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let journal = out.path().join(".kmsite-stage/journal");
        let mut victim = start_victim(out.path());
        if round % 2 == 0 {
            // The commit is a small part of a build: half of the kills wait for one to begin.
            while !journal.exists() {
                assert!(victim.try_wait().unwrap().is_none(), "the victim ended by itself");
            }
            std::thread::sleep(Duration::from_micros(random % 1500));
        } else {
            std::thread::sleep(Duration::from_micros(random % 60_000));
        }
        victim.kill().unwrap();
        victim.wait().unwrap();

        assert_no_dangling_reference(out.path());
        let torn = journal.exists();
        recover(out.path()).unwrap();
        let after = tree(out.path());
        let which = sites.iter().position(|site| *site == after);
        assert!(which.is_some(), "round {round}: neither old nor new: {:?}", after.keys());
        outcomes[which.unwrap_or_default()] += 1;
        outcomes[2] += i32::from(torn);
        let files = fs::read_dir(out.path()).unwrap().count();
        assert!(files > PAGES, "the site is there");
    }
    // Both versions and torn commits were met, or the test tests nothing.
    assert!(outcomes.iter().all(|&count| count > 0), "{outcomes:?}");
}

/// A page is read, then what it loads is looked for, then the page again: if it is the same writing of it, it stood there all the while.
#[test]
fn whoever_reads_during_a_commit_finds_what_a_page_loads() {
    let out = folder();
    version("one").build(out.path());
    let page = out.path().join("第0页/index.html");
    let (tell, told) = mpsc::channel();
    let mut seen = BTreeSet::new();
    std::thread::scope(|scope| {
        let out = out.path();
        scope.spawn(move || {
            let mut output = Output::open(out, &|| ()).unwrap();
            for _ in 0..30 {
                version("two").emit_to(&mut output);
                version("one").emit_to(&mut output);
            }
            tell.send(()).unwrap();
        });
        while told.try_recv().is_err() {
            let before = identity(&page);
            let text = fs::read_to_string(&page).unwrap();
            let style = style(&text).unwrap();
            if !out.join(style).is_file() {
                assert_ne!(identity(&page), before, "{text} was there, and {style} was not");
            }
            seen.insert(text);
        }
    });
    assert_eq!(seen.len(), 2, "both versions were seen");
}
