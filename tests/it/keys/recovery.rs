//! A machine is lost: the written phrase and `members.yaml` bring everybody's access back. And keys that are lost for good.

use std::fs;

use super::{answer, issue, kept, refusal, shop, typed};
use crate::program::Folder;

fn phrase(folder: &Folder) -> String {
    fs::read_to_string(folder.path().join(".kmsite/master.key")).unwrap().trim().to_owned()
}

#[test]
fn the_phrase_and_the_list_bring_everything_back() {
    let folder = shop();
    let code = issue(&folder, "tier:pro", "Ann");
    let (phrase, members) = (phrase(&folder), kept(&folder, "members.yaml"));

    let elsewhere = Folder::empty().with("site.yaml", super::SITE).with("members.yaml", &members);
    // As it was written on paper: small letters, spaces, a line break in the middle.
    let (head, tail) = phrase.split_at(30);
    let written = format!("{}\n{}\n", head.to_lowercase().replace('-', " "), tail);
    let ran = typed(&elsewhere, &["keys", "init", "--recover"], &written);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(!ran.out.contains(&phrase), "it is on paper already");
    assert_eq!(answer(&elsewhere, &["keys", "show", "Ann"])["code"], code);
    assert_eq!(kept(&elsewhere, "members.yaml"), members, "nothing in it changed");
}

#[test]
fn a_key_in_the_environment_counts_where_there_is_no_file() {
    let folder = shop();
    let code = issue(&folder, "tier:pro", "Ann");
    let service = Folder::empty().with("site.yaml", super::SITE).with("members.yaml", kept(&folder, "members.yaml"));
    assert!(refusal(&service, &["keys", "show", "Ann"]).contains("KM0520"));
    let ran = service.run_with(&["keys", "show", "Ann", "--json"], &[("KMSITE_MASTER_KEY", &phrase(&folder))]);
    assert_eq!((ran.code, &ran.json()["code"]), (0, &serde_json::Value::from(code)));
}

#[test]
fn another_key_is_taken_only_when_it_is_said() {
    let folder = shop();
    let old = issue(&folder, "tier:pro", "Ann");
    let before = phrase(&folder);
    assert!(refusal(&folder, &["keys", "init"]).contains("KM0901"));
    assert_eq!(phrase(&folder), before);

    let elsewhere = Folder::empty().with("site.yaml", super::SITE).with("members.yaml", kept(&folder, "members.yaml"));
    let refused = refusal(&elsewhere, &["keys", "init"]);
    assert!(refused.contains("KM0523") && refused.contains("--recover"), "{refused}");
    assert!(!elsewhere.path().join(".kmsite/master.key").exists());

    let ran = folder.run(&["keys", "init", "--replace"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_ne!(phrase(&folder), before);
    assert_eq!(kept(&folder, ".kmsite/master.key.1").trim(), before, "the old key is set aside, not lost");
    // The members are the same, and their codes are others.
    assert_ne!(answer(&folder, &["keys", "show", "Ann"])["code"], old);
    assert!(refusal(&folder, &["keys", "verify", &old]).contains("nobody has this code"));
}

#[test]
fn a_mistyped_phrase_is_told() {
    let folder = Folder::empty().with("site.yaml", super::SITE);
    let phrase = phrase(&shop());
    let other = if &phrase[9..10] == "7" { "8" } else { "7" };
    let swapped = format!("{}{other}{}", &phrase[..9], &phrase[10..]);
    for (typed_text, told) in [
        (&*swapped, "it looks mistyped"),
        (&phrase[..40], "too short or too long"),
        ("", "too short or too long"),
        ("KMSITE-UUUUU", "`U` is no sign of a key"),
    ] {
        let ran = typed(&folder, &["keys", "init", "--recover", "--json"], typed_text);
        let findings = ran.findings(folder.path());
        assert!(findings.contains("KM0522") && findings.contains(told) && findings.ends_with("exit 2"), "{findings}");
        assert!(!findings.contains(&phrase[10..40]), "a key is never repeated");
    }
    assert!(!folder.path().join(".kmsite/master.key").exists());
}
