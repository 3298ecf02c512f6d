//! Every address that a mail or a copy tells leads to something in the built site.

use std::collections::BTreeSet;
use std::path::Path;

use super::sequences::{CAMPAIGN, with_campaign};
use crate::sandbox::{Tree, tree};

const BASE: &str = "https://example.org/shop/";

/// The addresses of the site in a text, as a browser would ask for them.
fn addresses(text: &str) -> BTreeSet<String> {
    let ends = |c: char| c.is_whitespace() || "\"<>)]".contains(c);
    let found = text.match_indices(BASE).map(|(at, _)| text[at..].split(ends).next().unwrap());
    found.map(|address| address.replace("&amp;", "&").replace("\\&", "&").replace("\\_", "_")).collect()
}

/// What is wrong with an address.
fn fault(address: &str, dist: &Path) -> Option<String> {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let path = path.strip_prefix(BASE).unwrap();
    let is_page = path.is_empty() || path.ends_with('/');
    let file = dist.join(if is_page { format!("{path}index.html") } else { path.to_owned() });
    let Ok(bytes) = std::fs::read(&file) else { return Some(format!("{address}: nothing is there")) };
    let names = ["utm_source=", "utm_medium=", "utm_campaign=", "utm_content="];
    if is_page && !names.iter().all(|name| query.split('&').any(|pair| pair.starts_with(name))) {
        return Some(format!("{address}: it does not say where it was told"));
    }
    if query.chars().any(char::is_uppercase) && !query.contains('%') {
        return Some(format!("{address}: it is not in lower case"));
    }
    let id = percent_decoded(fragment);
    let html = String::from_utf8_lossy(&bytes);
    // What stands behind a wall is there once it is opened.
    (is_page && path != "articles/paid/" && !id.is_empty() && !html.contains(&format!("id=\"{id}\"")))
        .then(|| format!("{address}: it has no `{id}`"))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let escaped = (*byte == b'%').then(|| u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
        bytes.push(escaped.unwrap_or(*byte));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_address_that_is_told_leads_somewhere() {
    let sandbox = with_campaign(CAMPAIGN);
    for args in [
        &["build", "--public-only"][..],
        &["mail", "announce", "articles/free", "articles/paid", "articles/rich"],
        &["mail", "snippet", "articles/free", "articles/paid"],
        &["mail", "digest", "--since", "2026-01-01"],
        &["mail", "sequence"],
        &["copy", "articles/free", "articles/paid", "articles/rich", "--as", "tier:member"],
    ] {
        let run = sandbox.run(args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.err);
    }
    let mut told: Tree = tree(&sandbox.root().join(".kmsite/mail"));
    told.extend(tree(&sandbox.root().join(".kmsite/copies")));
    told.retain(|name, _| [".html", ".txt", ".md"].iter().any(|end| name.ends_with(end)));
    let all: BTreeSet<String> = told.values().flat_map(|bytes| addresses(std::str::from_utf8(bytes).unwrap())).collect();
    assert!(all.len() > 30 && all.iter().any(|address| address.contains("/p/kit/")), "{all:?}");
    let dist = sandbox.root().join("dist");
    let faults: Vec<String> = all.iter().filter_map(|address| fault(address, &dist)).collect();
    assert_eq!(faults, [] as [String; 0]);
}
