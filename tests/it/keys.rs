//! `kmsite keys` through the built program: keys, members, sales, and whatever can be wrong with them.

mod bad_input;
mod commands;
mod members;
mod recovery;
mod sales;
mod vectors;

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Folder, Ran};

/// A written key for tests: 32 times the byte 7, as `MasterKey::write` gives it.
pub const KEY: &str = "KMSITE-0W3GE-1R70W-3GE1R-70W3G-E1R70-W3GE1-R70W3-GE1R7-0W3GE-1R70W-3GH";

/// A site that sells two tiers and a product.
pub const SITE: &str = "\
title: T
base_url: https://example.org/
tiers:
  - id: free
  - { id: member, name: { zh: 会员, en: Member }, price: { amount: 39, currency: CNY, per: month } }
  - { id: pro, price: { amount: 699, currency: CNY, per: year } }
products:
  - { id: course, name: Rust course, includes: [a.md], price: { amount: 99, currency: CNY } }
";

/// A shop of its own, with a key.
pub fn shop() -> Folder {
    let folder = Folder::empty()
        .with("site.yaml", SITE)
        .with("content/a.md", "---\ntier: pro\n---\n# A\n\nOne.\n\n<!-- paywall -->\n\nTwo.\n");
    let made = folder.run(&["keys", "init"]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    folder
}

/// Runs a command that must succeed, and returns its answer as JSON.
pub fn answer(folder: &Folder, args: &[&str]) -> Value {
    let ran = folder.run(&[args, &["--json"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    ran.json()
}

/// Runs a command that must fail with findings.
pub fn refusal(folder: &Folder, args: &[&str]) -> String {
    let ran = folder.run(&[args, &["--json"]].concat());
    assert_eq!(ran.out, "", "{args:?}");
    ran.findings(folder.path())
}

/// Runs a command with something on its standard input.
pub fn typed(folder: &Folder, args: &[&str], text: &str) -> Ran {
    let mut command = folder.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses before it reads closes the pipe; that is its business.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    Ran::of(&child.wait_with_output().unwrap())
}

/// Gives a member something, and returns the code.
pub fn issue(folder: &Folder, what: &str, name: &str) -> String {
    answer(folder, &["keys", "issue", "--for", what, "--name", name])["code"].as_str().unwrap().to_owned()
}

/// A file of the site's folder.
pub fn kept(folder: &Folder, path: &str) -> String {
    std::fs::read_to_string(folder.path().join(path)).unwrap()
}
