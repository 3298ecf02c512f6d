//! The newsletter: what is new, and what was sent.

use super::mime::Part;
use super::{made, mail, site, text};
use crate::sandbox::Tree;

/// The digest of a language, as plain text. Its name has the day, which is today.
fn digest(tree: &Tree, lang: &str) -> String {
    let name = tree.keys().rfind(|name| name.starts_with("digest-") && name.ends_with(&format!(".{lang}.free.txt")));
    text(tree, name.expect("a digest"))
}

#[test]
fn a_digest_lists_what_is_new_in_each_language() {
    let tree = made(&site(), &["digest", "--since", "2026-03-01"]);
    let (chinese, english) = (digest(&tree, "zh"), digest(&tree, "en"));
    assert!(chinese.contains("收费的一篇") && chinese.contains("免费的一篇") && chinese.contains("怎样开头"), "{chinese}");
    assert!(!chinese.contains("样样都有"), "it is older: {chinese}");
    assert!(chinese.find("收费的一篇") < chinese.find("免费的一篇"), "the newest first: {chinese}");
    assert!(english.contains("Paid") && !english.contains("收费"), "{english}");
    assert!(!chinese.contains("只给会员看") && chinese.contains("会员"), "who may read it, and not what: {chinese}");
    let message = tree.iter().find(|(name, _)| name.ends_with(".zh.free.eml")).expect("a message");
    assert_eq!(Part::read(message.1).header("subject"), "收费的一篇，另有 1 篇");
}

#[test]
fn what_was_sent_is_not_new_again() {
    let sandbox = site();
    let run = mail(&sandbox, &["digest"]);
    assert!(run.code == 2 && run.err.contains("error[KM0922]"), "nothing was ever sent: {}", run.err);
    assert!(!sandbox.root().join("mail-log.yaml").exists());
    // Making a digest does not send it.
    let _ = made(&sandbox, &["digest", "--since", "2026-03-01"]);
    assert!(!sandbox.root().join("mail-log.yaml").exists());
    let _ = made(&sandbox, &["digest", "--since", "2026-03-01", "--sent"]);
    let run = mail(&sandbox, &["digest", "--since", "last"]);
    assert!(run.code == 0 && run.err.contains("warning[KM0923]"), "{}", run.err);
    // A piece that was dated back is new all the same; what came before the first issue is not.
    sandbox.write("content/articles/late.md", "---\ntitle: 补发的一篇\ndate: 2026-03-01\n---\n话。\n".as_bytes());
    let chinese = digest(&made(&sandbox, &["digest", "--since", "last", "--sent"]), "zh");
    assert!(chinese.contains("补发的一篇") && !chinese.contains("免费的一篇") && !chinese.contains("样样都有"), "{chinese}");
    let log = String::from_utf8(sandbox.read("mail-log.yaml")).unwrap();
    assert_eq!(log.matches("- sent: ").count(), 3, "zh, en, and zh again: {log}");
    assert!(log.contains("- articles/late\n") && log.starts_with("# "), "{log}");
    // Members have issues of their own.
    let run = mail(&sandbox, &["digest", "--as", "tier:member"]);
    assert!(run.err.contains("no issue in `zh` was sent to `tier:member` yet"), "{}", run.err);
}

#[test]
fn a_list_of_all_mails_is_kept_for_services() {
    let sandbox = site();
    let _ = made(&sandbox, &["announce", "articles/free"]);
    let _ = made(&sandbox, &["announce", "articles/paid", "--as", "tier:member", "--lang", "zh"]);
    let tree = made(&sandbox, &["announce", "articles/free"]);
    let list = text(&tree, "schedule.csv");
    let rows: Vec<&str> = list.lines().collect();
    assert_eq!(rows.len(), 4, "a head, and each mail once: {list}");
    assert_eq!(rows[0], "name,send_at,day,language,audience,subject,preheader,html,text,eml");
    let expected = "\"articles-free.zh.free\",\"2026-03-01T08:30:00+08:00\",\"\",\"zh\",\"free\",\"免费的一篇\",\"怎样开头，才有人读下去。\",\
                    \"articles-free.zh.free.html\",\"articles-free.zh.free.txt\",\"articles-free.zh.free.eml\"";
    assert!(rows.contains(&expected), "{list}");
    assert!(list.contains("\"tier:member\""), "{list}");
}

#[test]
fn a_preview_shows_every_mail() {
    let sandbox = site();
    let _ = made(&sandbox, &["announce", "articles/free"]);
    let page = text(&made(&sandbox, &["preview"]), "preview.html");
    assert_eq!(page.matches("<iframe sandbox").count(), 6, "two mails, three times each");
    assert!(page.contains("<img data-src="), "once without pictures");
}
