//! What the README and the sample site tell readers to type does what they say it does.
//!
//! The fences of a page are run in order, in one folder and one shell, with the built program as `kmsite`. A `console` fence shows
//! commands behind `$ ` (continued behind `> `) and what they print; `…` alone on a line stands for any lines. A fence of `sh` or `bash`
//! is run, and must succeed. What says `no-test` is not run; [`NOT_RUN`] says why.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "pages are read, and run in folders of their own")]

mod fence;
mod shell;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fence::{Fence, Step};
use shell::Shell;

use crate::sandbox::files;

/// The commands that are not run: words of theirs, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo install", "it would install the program on this machine"),
    ("--open", "it opens a browser and goes on until it is stopped"),
    ("--external", "it asks the web"),
    ("git push", "it needs an account"),
    ("npx wrangler", "it needs an account"),
    ("rsync", "it needs a server"),
    ("nginx -s reload", "it needs a server"),
    ("kmsite model", "it takes what this machine has, or asks the web"),
    ("kmsite related", "it is about a piece of the reader's own"),
    ("recommend vectors", "a model would read all of a site"),
    ("recommend rank", "it is about texts of the reader's own"),
    ("kmsite related", "it is about a site of the reader's own"),
    ("kmsite tags suggest", "it is about a site of the reader's own"),
    ("我的旧博客", "it is about the reader's own folder"),
    ("my-old-blog", "it is about the reader's own folder"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README and the pages of the sample site.
fn pages() -> Vec<PathBuf> {
    let content = files(&root().join("content"));
    let pages = content.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    std::iter::once(root().join("README.md")).chain(pages).collect()
}

fn name(page: &Path) -> String {
    page.strip_prefix(root()).unwrap().display().to_string()
}

/// Runs a page and tells what is not as it says.
fn faults(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let steps: Vec<Step> = fence::fences(&text).iter().filter(|fence| !fence.excluded).flat_map(Fence::steps).collect();
    if steps.is_empty() {
        return Vec::new();
    }
    let shell = Shell::new();
    if page.ends_with("README.md") {
        shell.has_the_repository(root());
    }
    let ran = shell.run(&steps);
    let told = steps.iter().zip(ran).filter_map(|(step, ran)| Some((step, ran.fault(step)?)));
    told.map(|(step, fault)| format!("{}:{}: {}\n{fault}", name(page), step.line, step.command)).collect()
}

#[test]
fn what_pages_tell_readers_to_type_does_what_they_say() {
    let pages = pages();
    let (first, second) = pages.split_at(pages.len() / 2);
    let faults_of = |pages: &[PathBuf]| pages.iter().flat_map(|page| faults(page)).collect::<Vec<_>>();
    let (mut found, more) = rayon::join(|| faults_of(first), || faults_of(second));
    found.extend(more);
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn what_is_not_run_has_a_reason() {
    let mut excluded = 0;
    let mut used = BTreeSet::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for fence in fence::fences(&text).into_iter().filter(|fence| fence.excluded) {
            excluded += 1;
            let reason = NOT_RUN.iter().find(|(words, _)| fence.text.contains(words));
            let (words, _) =
                reason.unwrap_or_else(|| panic!("{}:{}: no reason not to run\n{}", name(&page), fence.line, fence.text));
            used.insert(*words);
        }
    }
    say(&format!("{excluded} fences of the handbook are not run"));
    let idle: Vec<_> = NOT_RUN.iter().filter(|(words, _)| !used.contains(words)).collect();
    assert!(idle.is_empty(), "nothing says {idle:?}");
}

#[test]
fn commands_stand_in_fences_that_are_run() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for fence in fence::fences(&text) {
            let shows_a_prompt = fence.text.lines().any(|line| line.starts_with("$ "));
            assert!(fence.runs() || !shows_a_prompt, "{}:{}: write `console`, so that it is run", name(&page), fence.line);
        }
    }
}

#[expect(clippy::print_stdout, reason = "a run says what it leaves out")]
fn say(text: &str) {
    println!("{text}");
}
