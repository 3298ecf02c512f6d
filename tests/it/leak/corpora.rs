//! Real content with a tier given to half of its pieces, in `CORPORA_DIR`: nothing behind a wall is in any file, and the audit does not cry wolf.
//!
//! What to look for is made from the sources here, without the program: sentences of paid files that stand in no other, and a word put into each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::hunt::forms;
use crate::sandbox::{corpus, files, run_on, tree};

/// A word that stands behind every wall, followed by the number of the piece.
const WORD: &str = "zugesperrt";

/// Which pieces are closed, and where.
#[derive(Clone, Copy, Debug)]
struct Closing {
    /// The first of every two files, or the second.
    first: usize,
    /// Whether a mark says where, or the length of a teaser decides.
    wall: Wall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wall {
    Marked,
    ByLength,
}

/// No teaser is that long, in bytes.
const TEASER: usize = 6000;

/// Copies a corpus and closes every second piece of it half-way down; returns the paid texts from there on, by file.
fn half_paid(from: &Path, to: &Path, closing: Closing) -> BTreeMap<String, String> {
    let mut paid = BTreeMap::new();
    for (number, file) in files(from).into_iter().enumerate() {
        let name = file.strip_prefix(from).expect("below it").to_path_buf();
        let target = to.join(&name);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        fs::copy(&file, &target).expect("a copy");
        let is_piece = name.extension().is_some_and(|end| end == "md") && !name.ends_with("SUMMARY.md");
        if !is_piece || number % 2 != closing.first {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a text");
        let closed = if let Some(rest) = text.strip_prefix("---") {
            format!("---\ntier: member{rest}")
        } else if let Some(rest) = text.strip_prefix("+++") {
            format!("+++\ntier = \"member\"{rest}")
        } else {
            format!("---\ntier: member\n---\n{text}")
        };
        let (mark, least) = match closing.wall {
            Wall::Marked => ("<!-- paywall -->\n\n", 0),
            Wall::ByLength => ("", TEASER),
        };
        match wall(&text).filter(|&at| at > least) {
            Some(wall) => {
                let (head, rest) = closed.split_at(closed.len() - (text.len() - wall));
                fs::write(&target, format!("{head}{mark}{WORD}{number:04}\n\n{rest}")).expect("written");
                paid.insert(name.to_string_lossy().into_owned(), rest.to_owned());
            }
            // Where it ends is not known here, so that the audit alone looks for it.
            None if closing.wall == Wall::ByLength => fs::write(&target, closed).expect("written"),
            None => {}
        }
    }
    paid
}

/// Where a wall can stand: before the heading of the second level nearest to the middle, outside code and raw HTML.
fn wall(text: &str) -> Option<usize> {
    let mut is_code = false;
    let mut start = 0;
    let mut walls = Vec::new();
    for line in text.split_inclusive('\n') {
        is_code ^= line.trim_start().starts_with("```");
        // What stands first may be the title, which everyone may know.
        if line.starts_with("## ") && !is_code && start > 0 {
            walls.push(start);
        }
        start += line.len();
    }
    walls.into_iter().min_by_key(|at| at.abs_diff(text.len() / 2))
}

/// Letters and digits of a text in lower case, nothing else.
fn letters(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text without the addresses of its links, which stand within its sentences.
fn unlinked(text: &str) -> String {
    let mut parts = text.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once(')').map_or(part, |(_, rest)| rest))
}

/// Lines of paid texts that are long enough to say something, and say it nowhere else.
fn sentences(paid: &BTreeMap<String, String>, all: &[String]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (file, text) in paid {
        // Marks of Markdown stand in sentences, and not in what becomes of them.
        let plain = text.lines().filter(|line| !line.contains(['[', '<', '`', '*', '_', '&', '{', '!', '$', '\\', '|']));
        for line in plain.map(letters).filter(|line| line.chars().count() >= 40 || line.len() >= 60 && !line.is_ascii()) {
            if all.iter().all(|all| all.matches(&line).count() == 1) {
                found.insert(line, file.clone());
            }
        }
    }
    found
}

/// One after the other, every piece is closed once, by a mark and by the length of its teaser.
fn nothing_leaks(name: &str) {
    let Some(corpus) = corpus(name) else { return };
    for (first, wall) in [(0, Wall::Marked), (1, Wall::Marked), (0, Wall::ByLength), (1, Wall::ByLength)] {
        nothing_leaks_of(name, &corpus, Closing { first, wall });
    }
}

fn nothing_leaks_of(name: &str, corpus: &Path, closing: Closing) {
    let folder = tempfile::tempdir().expect("a folder");
    let paid = half_paid(corpus, folder.path(), closing);
    let name = format!("{name}, {closing:?}");
    assert!(paid.len() > 5, "{name}: {} pieces are paid", paid.len());
    let run = run_on(folder.path(), &["build", "--no-cache"]);
    assert_eq!(run.code, 0, "{name}: {}", run.err);
    let texts: Vec<String> = files(corpus).into_iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
    // A fragment of an address may be a whole heading, and an address may stand in the midst of a sentence.
    let all =
        [str::to_owned, unlinked].map(|read: fn(&str) -> String| texts.iter().map(|text| letters(&read(text)) + "\n").collect());
    let sentences = sentences(&paid, &all);
    assert!(sentences.len() > paid.len(), "{name}: {} sentences to look for", sentences.len());
    let beginnings: BTreeSet<String> = sentences.keys().map(|sentence| beginning(sentence)).collect();
    for (file, bytes) in tree(&folder.path().join("dist")) {
        let is_text = std::str::from_utf8(&bytes).is_ok();
        for form in if is_text { forms(&bytes) } else { BTreeSet::new() } {
            assert!(!form.contains(WORD), "{name}: {file} holds a word from behind a wall");
            let form = letters(&form);
            let signs: Vec<usize> = form.char_indices().map(|(at, _)| at).collect();
            for at in signs.windows(SPAN + 1) {
                let here = &form[at[0]..at[SPAN]];
                if beginnings.contains(here) {
                    let leaked = sentences.range(here.to_owned()..).find(|(line, _)| form[at[0]..].starts_with(line.as_str()));
                    assert!(leaked.is_none(), "{name}: {file} leaks {leaked:?}");
                }
            }
        }
    }
}

/// By so many signs a sentence is looked up.
const SPAN: usize = 20;

fn beginning(sentence: &str) -> String {
    sentence.chars().take(SPAN).collect()
}

#[test]
fn nothing_paid_of_a_blog_is_published_and_no_alarm_is_false() {
    nothing_leaks("articles-rust-blog");
}

#[test]
fn nothing_paid_of_books_is_published_and_no_alarm_is_false() {
    ["book-rust-en", "book-rust-zh"].into_iter().for_each(nothing_leaks);
}

#[test]
fn nothing_paid_of_courses_is_published_and_no_alarm_is_false() {
    ["course-iot-en", "course-iot-zh"].into_iter().for_each(nothing_leaks);
}
