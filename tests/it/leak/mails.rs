//! No mail and no copy holds what its audience may not read: words of their own behind every wall, looked for in all forms of all mails.

use std::collections::BTreeSet;

use super::hunt::hunt;
use super::site::{self, DRAFT, FUTURE, OPEN, VAULT, Words};
use crate::sandbox::{Sandbox, Tree, tree};
use crate::serve::server::Server;

/// The pieces of the site, by file.
fn pieces(sandbox: &Sandbox) -> Vec<String> {
    let files = tree(&sandbox.root().join("content"));
    let hidden = |name: &str| name.split('/').any(|part| part.starts_with('.'));
    let unpublished = ["unfinished", "far", "gone", "plan/", "listed/draft"];
    let is_piece = |name: &String| name.ends_with(".md") && !name.ends_with("SUMMARY.md") && !hidden(name);
    files.into_keys().filter(|name| is_piece(name) && !unpublished.iter().any(|not| name.contains(not))).collect()
}

/// All mails to an audience, the messages also with their lines joined.
fn mails(sandbox: &Sandbox, audience: &str) -> Tree {
    let out = format!("letters-{}", audience.replace(':', "-"));
    let pieces: Vec<String> = pieces(sandbox).into_iter().map(|piece| format!("content/{piece}")).collect();
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    for action in ["announce", "snippet"] {
        let run = sandbox.run(&[&["mail", action, "--as", audience, "--out", &out], &pieces[..]].concat());
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let run = sandbox.run(&["mail", "digest", "--since", "2020-01-01", "--as", audience, "--out", &out]);
    assert_eq!(run.code, 0, "{}", run.err);
    // Those at a level, and what to read for whoever asks to hear of the tier; its members have it already.
    let level = ["mail", "digest", "--since", "2020-01-01", "--segment", "level:beginner", "--as", audience, "--out", &out];
    let sequence = ["mail", "sequence", "join", "--as", audience, "--out", &out];
    for (args, is_asked) in [(&level[..], true), (&sequence[..], audience != "tier:member")] {
        let run = sandbox.run(args);
        assert_eq!(run.code == 0, is_asked, "{args:?}: {}", run.err);
    }
    let run = sandbox.run(&[&["copy", "--as", audience, "--out", &out], &pieces[..]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let mut made = tree(&sandbox.root().join(out));
    let joined: Vec<_> = made
        .iter()
        .filter(|(name, _)| name.ends_with(".eml"))
        .map(|(name, bytes)| (format!("{name} joined"), String::from_utf8_lossy(bytes).replace("=\r\n", "").into_bytes()))
        .collect();
    made.extend(joined);
    made
}

/// What the preview's counter shows of every piece to everyone.
fn counter(site: Sandbox) -> Tree {
    let server = Server::on(site, &[]);
    let mut shown = Tree::new();
    for lang in ["zh", "en"] {
        let list = server.text(&format!("/_mail/?lang={lang}&as=free"));
        let names: Vec<&str> = list.split("<a href=\"?").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(names.len() > 5, "{list}");
        for query in names.iter().map(|name| name.replace("&amp;", "&")) {
            shown.insert(format!("/_mail/letter?{query}"), server.get(&format!("/_mail/letter?{query}")).body);
        }
        let list = server.text(&format!("/_copy/?lang={lang}&as=free"));
        for query in
            list.split("<a href=\"?").skip(1).filter_map(|rest| rest.split('"').next()).map(|name| name.replace("&amp;", "&"))
        {
            shown.insert(format!("/_copy/?{query}"), server.get(&format!("/_copy/?{query}")).body);
        }
    }
    shown
}

/// The places of the secret words in mails.
fn secrets(made: &Tree, words: &Words) -> BTreeSet<String> {
    hunt(made, VAULT).into_iter().map(|(word, _)| words.place(&word).to_owned()).collect()
}

#[test]
fn a_mail_to_everyone_holds_nothing_that_is_paid() {
    let sandbox = Sandbox::new(&[]);
    let words = site::write(&sandbox);
    let mut made = mails(&sandbox, "free");
    made.extend(counter(sandbox));
    assert!(hunt(&made, OPEN).len() > 50, "the mails say something");
    assert_eq!(secrets(&made, &words), BTreeSet::new());
    assert!(hunt(&made, DRAFT).is_empty() && hunt(&made, FUTURE).is_empty());
}

#[test]
fn a_mail_to_buyers_holds_what_they_bought_and_no_more() {
    let sandbox = Sandbox::new(&[]);
    let words = site::write(&sandbox);
    let member = secrets(&mails(&sandbox, "tier:member"), &words);
    assert!(member.iter().any(|place| place.contains("articles/own.md: paragraph")), "{member:?}");
    let shut = |place: &&String| {
        place.contains("articles/long") || place.contains("articles/included") || place.contains("articles/named")
    };
    assert_eq!(member.iter().filter(shut).collect::<Vec<_>>(), [] as [&String; 0], "of the next tier, and of products");
    let kit = secrets(&mails(&sandbox, "product:kit"), &words);
    assert!(kit.iter().any(|place| place.contains("articles/included.md: paragraph")), "{kit:?}");
    assert_eq!(kit.iter().find(|place| place.contains("articles/own")), None);
    // What is nobody's to read in a text, and what is told to members on the page alone.
    for places in [&member, &kit] {
        let never = ["comment", "join", "link:", "place", "question", "script", "style sheet", "attribute"];
        let found: Vec<_> =
            places.iter().filter(|place| never.iter().any(|never| place.ends_with(&format!(": {never}")))).collect();
        assert_eq!(found, [] as [&String; 0]);
    }
}
