//! The reference book of the sample site (`content/books/reference`) says what the program says of itself, in both languages.
//!
//! Its pages are written by hand but for the parts between `<!-- generated: … -->` and `<!-- end -->`, which are made here: keys from
//! the JSON Schemas, commands from the command line, fields from the comments of `src/view`, components from the default theme's
//! templates, diagnostics from their table. The program speaks English; `zh.yaml` has the Chinese of every sentence it says.
//!
//! `RENEW_REFERENCE=1 cargo test --release reference` writes the pages anew. Without it nothing is written, and a page that is not
//! what it would be made is a failure.
#![expect(clippy::disallowed_methods, reason = "renewing the book writes it")]

mod codes;
mod commands;
mod components;
mod keys;
mod page;
mod texts;
mod views;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use texts::{Texts, Tongue};

/// What the parts of the book are made of.
trait Chapter {
    /// The word that its parts begin with.
    fn word(&self) -> &'static str;

    /// What has to be told of, each thing in one part of the book.
    fn things(&self) -> Vec<String>;

    /// The Markdown of one thing; `None` if there is none of this name.
    fn tell(&self, thing: &str, texts: &Texts) -> Option<String>;
}

fn chapters() -> Vec<Box<dyn Chapter>> {
    vec![
        Box::new(keys::Keys::site()),
        Box::new(keys::Keys::front_matter()),
        Box::new(keys::Keys::campaign()),
        Box::new(commands::Commands::read()),
        Box::new(components::Components::read()),
        Box::new(views::Views::read()),
        Box::new(codes::Codes),
    ]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages of the book in a language.
fn pages(tongue: Tongue) -> Vec<PathBuf> {
    let is_english = |path: &Path| path.to_string_lossy().ends_with(".en.md");
    let all = super::sandbox::files(&root().join("content/books/reference"));
    let pages = all.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.filter(|path| is_english(path) == (tongue == Tongue::English)).collect()
}

/// Makes the pages of a language anew, and fails if anything is not told of, told of twice, or not translated.
fn made(tongue: Tongue) -> BTreeMap<PathBuf, (String, String)> {
    let chapters = chapters();
    let texts = Texts::read(tongue);
    let mut told = BTreeMap::new();
    let mut faults = Vec::new();
    let mut made = BTreeMap::new();
    for path in pages(tongue) {
        let text = fs::read_to_string(&path).unwrap();
        let new = page::fill(&text, &mut |word, thing| {
            let chapter = chapters.iter().find(|chapter| chapter.word() == word)?;
            *told.entry(format!("{word} {thing}")).or_insert(0) += 1;
            chapter.tell(thing, &texts)
        });
        match new {
            Ok(new) => drop(made.insert(path, (text, new))),
            Err(fault) => faults.push(format!("{}: {fault}", path.display())),
        }
    }
    let things =
        chapters.iter().flat_map(|chapter| chapter.things().into_iter().map(|thing| format!("{} {thing}", chapter.word())));
    for thing in things {
        match told.get(&thing) {
            None => faults.push(format!("no page has `<!-- generated: {thing} -->`")),
            Some(1) => {}
            Some(_) => faults.push(format!("`{thing}` is told of twice")),
        }
    }
    faults.extend(texts.faults());
    assert!(faults.is_empty(), "the book in {tongue:?}:\n{}", faults.join("\n"));
    made
}

/// Compares the pages with what they would be made, or writes them.
fn settle(tongue: Tongue) {
    let renew = std::env::var_os("RENEW_REFERENCE").is_some();
    let stale: Vec<PathBuf> = made(tongue)
        .into_iter()
        .filter(|(_, (old, new))| old != new)
        .map(|(path, (_, new))| {
            if renew {
                fs::write(&path, new).unwrap();
            }
            path
        })
        .collect();
    assert!(
        stale.is_empty() || renew,
        "not what the program says: {stale:?}; run `RENEW_REFERENCE=1 cargo test --release reference`"
    );
}

#[test]
fn the_chinese_book_says_what_the_program_says() {
    settle(Tongue::Chinese);
}

#[test]
fn the_english_book_says_what_the_program_says() {
    settle(Tongue::English);
}
