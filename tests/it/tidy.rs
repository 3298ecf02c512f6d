//! The rules that no compiler checks: who may know whom, which crate is named where, and that every diagnostic is used and tested.
//!
//! `src/lib.rs` says why; [`tables`] says exactly what.

mod source;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kmsite::diag::CODES;

use crate::sandbox::files;
use source::Source;
use tables::{CRATES, MAY_KNOW, WHOLE};

fn sources() -> Vec<Source> {
    Source::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// Whether a path lies in a module, or is it.
fn is_in(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with("::"))
}

/// Breaches of the layering: a file and what it should not know.
fn breaches(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let top = source.module.split('/').next().unwrap_or_default();
        if WHOLE.contains(&top) || source.module == "lib" {
            continue;
        }
        let rules = MAY_KNOW.iter().filter(|(module, _)| is_in(&source.module, module));
        let Some((_, allowed)) = rules.max_by_key(|(module, _)| module.len()) else {
            found.push(format!("{}: no rule says what it may know", source.module));
            continue;
        };
        let known = source.modules_known();
        let bad = known.iter().filter(|known| !is_in(known, top) && !allowed.iter().any(|allowed| is_in(known, allowed)));
        found.extend(bad.map(|bad| format!("{} names crate::{bad}", source.module)));
    }
    found
}

#[test]
fn nobody_knows_what_is_none_of_their_business() {
    assert_eq!(breaches(&sources()), [] as [&str; 0]);
}

#[test]
fn breaches_are_found_however_they_are_written() {
    let of = |module: &str, text: &str| breaches(&[Source::new(module, text)]);
    assert_eq!(of("parse/build", "use crate::render::html;"), ["parse/build names crate::render::html"]);
    assert_eq!(of("parse/build", "use crate::{diag::Diag, disk};"), ["parse/build names crate::disk"]);
    assert_eq!(of("parse/build", "fn f() { super::super::access::public(x) }"), ["parse/build names crate::access::public"]);
    assert_eq!(of("model/doc", "use crate::access::{Public, locked::Locked};"), ["model/doc names crate::access::Public"]);
    assert_eq!(of("render/feeds", "use crate::model::Block;"), ["render/feeds names crate::model::Block"]);
    assert_eq!(of("emit", "fn f(x: crate::model::Doc) {}"), ["emit names crate::model::Doc"]);
    assert_eq!(of("render/html/block", "use crate::model::Block; use super::Writer;"), [] as [&str; 0]);
    assert_eq!(of("emit", "// crate::model\n/* crate::plan */ const A: &str = \"crate::view\";"), [] as [&str; 0]);
    assert_eq!(of("emit", "fn a() {}\n#[cfg(test)]\nmod tests { use crate::model::Doc; }"), [] as [&str; 0]);
    assert_eq!(of("fresh", "fn a() {}"), ["fresh: no rule says what it may know"]);
}

#[test]
fn only_the_gate_opens_what_is_locked() {
    for source in sources().iter().filter(|source| !is_in(&source.module, "access")) {
        for opener in [".into_open()", "rest.open()", "secrets.open()"] {
            assert!(!source.code.contains(opener), "{} calls {opener}", source.module);
        }
    }
    let locked = sources().into_iter().find(|source| source.module == "access/locked").expect("the locked type");
    // It names the gate to say who may open.
    let gate = BTreeSet::from(["access".to_owned()]);
    assert!(locked.modules_known() == gate && !locked.code.contains("use "), "it imports nothing");
    let gated = sources().into_iter().find(|source| source.module == "access/gated").expect("the gated type");
    for shown in ["Debug", "Display", "Serialize", "Deref"] {
        assert!(!locked.code.contains(shown) && !gated.code.contains(shown), "a locked or gated value is no {shown}");
    }
}

#[test]
fn only_who_shows_things_to_the_creator_alone_may_name_a_viewer() {
    let sources = sources();
    let proofs: Vec<&str> =
        sources.iter().filter(|source| source.code.contains("Confined for")).map(|source| source.module.as_str()).collect();
    // A folder that nothing is published of, a command that prints to the terminal, and a server that listens on loopback.
    assert_eq!(proofs, ["cli/outbox", "cli/search", "serve/loopback"]);
}

#[test]
fn crates_are_named_where_their_job_is_done() {
    let sources = sources();
    for (name, places) in CRATES {
        let users: Vec<&Source> = sources.iter().filter(|source| source.names_crate(name)).collect();
        assert!(!users.is_empty(), "{name} is used by nobody");
        for user in users {
            assert!(places.iter().any(|place| is_in(&user.module, place)), "{} names {name}", user.module);
        }
    }
}

#[test]
fn every_dependency_has_its_place() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().expect("TOML");
    let linux = manifest["target"]["cfg(target_os = \"linux\")"]["dependencies"].as_table();
    let tables = [manifest["dependencies"].as_table(), linux];
    let names: BTreeSet<String> =
        tables.into_iter().flatten().flat_map(|table| table.keys()).map(|name| name.replace('-', "_")).collect();
    let listed: BTreeSet<String> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, listed);
}

/// The codes' names in the source, by id.
fn code_names() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("../../src/diag/codes.rs").lines();
    let codes = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let id = words.next().filter(|word| word.starts_with("KM") && word.len() == 6)?;
        Some((id, words.next()?))
    });
    codes.collect()
}

#[test]
fn diagnostic_codes_are_in_order_and_in_their_range() {
    let ids: Vec<&str> = CODES.iter().map(|code| code.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "unique, and in order: {ids:?}");
    let names: BTreeSet<&str> = code_names().into_values().collect();
    assert_eq!((code_names().len(), names.len()), (CODES.len(), CODES.len()), "a name each");
    // The sections' heads stand before the codes of their range.
    let mut section = "01";
    for line in include_str!("../../src/diag/codes.rs").lines().map(str::trim) {
        if let Some(head) = line.strip_prefix("// ---- ") {
            section = &head[..2];
        } else if let Some(id) = line.strip_prefix("KM").filter(|id| id.starts_with(|c: char| c.is_ascii_digit())) {
            assert!(id.starts_with(section) || section == "01" && id.starts_with("02"), "{line} stands in section {section}");
        }
    }
    for code in CODES {
        assert!(code.explain.ends_with('.') && !code.title.ends_with('.') && code.title.len() < 80, "{}", code.id);
    }
}

#[test]
fn every_diagnostic_is_used_and_tested() {
    let sources = sources();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests: String = files(&root.join("tests")).iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    tests.extend(sources.iter().map(|source| source.tests.as_str()));
    let mut unused = Vec::new();
    let mut untested = Vec::new();
    for (id, name) in code_names() {
        let named = format!("code::{name}");
        let is_word = |text: &str| {
            text.match_indices(&named)
                .any(|(at, _)| !text[at + named.len()..].starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
        };
        if !sources.iter().any(|source| is_word(&source.code)) {
            unused.push(id);
        }
        if !(tests.contains(id) || is_word(&tests)) {
            untested.push(id);
        }
    }
    assert_eq!((unused, untested), (vec![], vec![]), "not used, not tested");
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["src", "tests", "benches"].iter().flat_map(|folder| files(&root.join(folder))) {
        if file.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&file).expect("a source file");
            let lines = text.lines().count();
            assert!(text.starts_with("//! "), "{} does not say what it is", file.display());
            assert!(lines <= 500, "{} has {lines} lines", file.display());
            assert!(!text.contains(concat!("#[", "allow(")), "{}: `expect` says why", file.display());
        }
    }
}
