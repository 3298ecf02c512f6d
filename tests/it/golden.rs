//! Golden sites: `tests/sites/<case>/input` is built, and what comes out is `tests/sites/<case>/expected`, byte for byte.
//!
//! `expected/outputs.txt` names every output (but the theme's assets and the files of search), and any other file below `expected` is the whole of an output of its name. An
//! output that is not named fails, and so does an expectation without an output. All sites use the theme of `tests/sites/theme`, which says a line
//! for each thing and follows no design.
//!
//! After a change on purpose: `BLESS_GOLDEN=1 cargo test --release golden`, then read `git diff tests/sites` as if somebody else had written it.
//! To compare one more output, add an empty file of its name below `expected` and bless.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::{KEY, Sandbox, Tree, files, tree};

/// The list of all outputs among the expectations.
const LIST: &str = "outputs.txt";

/// The variable that rewrites what is expected.
const BLESS: &str = "BLESS_GOLDEN";

#[test]
fn kinds() {
    golden("kinds");
}

#[test]
fn inheritance() {
    golden("inheritance");
}

#[test]
fn plain() {
    golden("plain");
}

#[test]
fn mdbook() {
    golden("mdbook");
}

#[test]
fn paid() {
    let out = golden("paid");
    for (name, bytes) in &out {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        assert!(!text.contains("buried") && !text.contains("藏着") && !name.contains("buried"), "{name} says what is paid");
    }
}

#[test]
fn translations() {
    golden("translations");
}

#[test]
fn every_site_is_built() {
    let source = include_str!("golden.rs");
    for entry in fs::read_dir(sites()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "theme" || source.contains(&format!("golden(\"{name}\")")), "no test builds `tests/sites/{name}`");
    }
}

#[test]
fn what_is_unexpected_and_what_is_missed_are_told() {
    let of = |files: &[(&str, &str)]| -> Tree {
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    };
    let expected = of(&[(LIST, "a\nb\n"), ("a", "1")]);
    let told = |outputs: &[(&str, &str)]| faults(&expected, &of(outputs));
    assert_eq!(told(&[("a", "1"), ("b", "2")]), [""; 0]);
    assert_eq!(told(&[("a", "1"), ("b", "2"), ("c", "3")]), ["`c` is not expected"]);
    assert_eq!(told(&[("a", "1")]), ["`b` is expected, and not there"]);
    assert_eq!(told(&[("a", "2"), ("b", "2")]), ["`a` differs in line 1:\n  expected: 1\n  is:       2"]);
    assert_eq!(told(&[("b", "2")]), ["`a` is expected, and not there"]);
    assert_eq!(faults(&of(&[(LIST, "b\n"), ("a", "1")]), &of(&[("b", "2")])), ["`a` is expected, and not there"]);
}

fn sites() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites")
}

/// Whether a file belongs to an index of search, public or sealed: its name changes with every word of the site.
fn is_index(name: &str) -> bool {
    ["search/data/", "sealed/search"].iter().any(|folder| name.starts_with(folder))
}

/// Builds a case and compares it; returns its outputs.
fn golden(case: &str) -> Tree {
    let folder = sites().join(case);
    let sandbox = Sandbox::new(&[]);
    for (input, below) in [(folder.join("input"), ""), (sites().join("theme"), "themes/golden/")] {
        for (path, bytes) in read(&input) {
            sandbox.write(&format!("{below}{path}"), &bytes);
        }
    }
    sandbox.write("members.yaml", b"version: 1\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmsite"));
    command.env("KMSITE_MASTER_KEY", KEY).env("KMSITE__THEME", "golden").env("KMSITE__BASE_URL", "https://example.org/shop/");
    crate::sandbox::without_model(&mut command);
    let run = command.args(["build", "--strict", "--color", "never", "--root"]).arg(sandbox.root()).output().unwrap();
    assert!(run.status.success(), "{case} fails:\n{}", String::from_utf8_lossy(&run.stderr));
    let mut out = tree(&sandbox.root().join("dist"));
    out.retain(|name, _| !name.starts_with("assets/") && !is_index(name) && name != ".kmsite-manifest");
    let expected = folder.join("expected");
    if std::env::var_os(BLESS).is_some() {
        bless(&expected, &out);
    }
    let faults = faults(&read(&expected), &out);
    assert!(faults.is_empty(), "{case}: {}\n(a change on purpose: {BLESS}=1, see `tests/it/golden.rs`)", faults.join("\n"));
    out
}

/// The files of a folder, which may not be there yet.
fn read(folder: &Path) -> Tree {
    if folder.is_dir() { tree(folder) } else { Tree::new() }
}

/// What differs between expectations and outputs.
fn faults(expected: &Tree, out: &Tree) -> Vec<String> {
    let list = expected.get(LIST).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let listed: BTreeSet<&str> = list.lines().collect();
    let compared: BTreeSet<&str> = expected.keys().map(String::as_str).filter(|name| *name != LIST).collect();
    let made: BTreeSet<&str> = out.keys().map(String::as_str).collect();
    let unexpected = made.difference(&listed).map(|name| format!("`{name}` is not expected"));
    let named: BTreeSet<&str> = listed.union(&compared).copied().collect();
    let missing = named.difference(&made).map(|name| format!("`{name}` is expected, and not there"));
    let differing = compared.intersection(&made).filter_map(|name| difference(name, &expected[*name], &out[*name]));
    unexpected.chain(missing).chain(differing).collect()
}

/// The first line in which two files differ.
fn difference(name: &str, expected: &[u8], is: &[u8]) -> Option<String> {
    if expected == is {
        return None;
    }
    let [expected, is] = [expected, is].map(String::from_utf8_lossy);
    let (mut wanted, mut found) = (expected.split('\n'), is.split('\n'));
    let mut number = 1;
    loop {
        let (a, b) = (wanted.next(), found.next());
        if a != b || a.is_none() {
            let [a, b] = [a, b].map(|line| line.unwrap_or("(no line)"));
            return Some(format!("`{name}` differs in line {number}:\n  expected: {a}\n  is:       {b}"));
        }
        number += 1;
    }
}

/// Writes the list anew, and each expected file that there is an output for; removes the others.
fn bless(expected: &Path, out: &Tree) {
    fs::create_dir_all(expected).unwrap();
    for path in files(expected) {
        let name = path.strip_prefix(expected).unwrap().to_str().unwrap().replace('\\', "/");
        match out.get(&name) {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
    }
    let list: String = out.keys().map(|name| format!("{name}\n")).collect();
    fs::write(expected.join(LIST), list).unwrap();
}
