//! Keys, members and codes that are wrong: each is told with its code and a hint, and nothing is lost.

use std::fs;

use super::{answer, issue, kept, refusal, shop};
use crate::program::{Folder, Ran};

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = shop();
    let key = folder.path().join(".kmsite/master.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = refusal(&folder, &["keys", "list"]);
    assert!(refused.contains("KM0521") && refused.contains("chmod 600 .kmsite/master.key"), "{refused}");
}

#[test]
fn a_key_of_the_wrong_length_or_form_is_refused_without_being_shown() {
    let folder = shop();
    let path = folder.path().join(".kmsite/master.key");
    let key = fs::read_to_string(&path).unwrap();
    for (bytes, told) in [
        (&key.as_bytes()[..20], "too short or too long"),
        (&[0xff; 32][..], "too short or too long"),
        (b"unknown", "is no sign of a key"),
    ] {
        fs::write(&path, bytes).unwrap();
        let refused = refusal(&folder, &["keys", "list"]);
        assert!(refused.contains("error KM0522: the master key in `.kmsite/master.key`") && refused.contains(told), "{refused}");
        assert!(refused.ends_with("exit 2") && !refused.contains(&key[10..20]), "{refused}");
    }
}

#[test]
fn codes_that_open_nothing_say_why() {
    let folder = shop();
    let code = issue(&folder, "tier:pro", "Ann");
    let other = shop();
    let wrong = if code.ends_with('7') { "8" } else { "7" };
    let cases = [
        (format!("{}{wrong}", &code[..code.len() - 1]), "looks mistyped"),
        (code[..20].to_owned(), "no whole code"),
        (code.replace(&code[3..4], "U"), "`U` is in no code"),
        (issue(&other, "tier:pro", "Ann"), "nobody has this code"),
    ];
    for (typed, told) in cases {
        let refused = refusal(&folder, &["keys", "verify", &typed]);
        assert!(refused.contains("KM0528") && refused.contains(told) && refused.ends_with("exit 2"), "{typed}: {refused}");
    }
}

#[test]
fn two_members_with_one_name_are_told_apart() {
    let folder = shop();
    issue(&folder, "tier:pro", "Ann");
    let refused = refusal(&folder, &["keys", "issue", "--for", "tier:pro", "--name", "ann"]);
    assert!(refused.contains("KM0525"), "{refused}");
    // By hand it can happen: it is told, and nobody is revoked by mistake.
    let members =
        kept(&folder, "members.yaml").replace("\nmembers:\n", "\nmembers:\n  x1: { name: \"Ann\", for: [{ tier: member }] }\n");
    let folder = folder.with("members.yaml", members);
    let ran = folder.run(&["keys", "revoke", "Ann", "--json"]);
    let findings = ran.findings(folder.path());
    assert!(
        findings.contains("warning KM0525 members.yaml:") && findings.contains("error KM0525: `Ann` stands for several members"),
        "{findings}"
    );
    assert!(!kept(&folder, "members.yaml").contains("revoked"));
}

#[test]
fn what_is_not_sold_is_not_issued() {
    let folder = shop();
    for (what, hint) in [
        ("tier:pr0", "did you mean `tier:pro`?"),
        ("tier:free", "it sells `tier:member`"),
        ("pro", "it sells"),
        ("product:pro", "it sells"),
    ] {
        let refused = refusal(&folder, &["keys", "issue", "--for", what]);
        assert!(refused.contains("KM0531") && refused.contains(hint), "{what}: {refused}");
    }
    assert!(refusal(&folder, &["keys", "issue", "--name", "A"]).contains("pass `--for`"));
}

#[test]
fn lost_members_are_missed() {
    let folder = shop();
    issue(&folder, "tier:pro", "Ann");
    fs::remove_file(folder.path().join("members.yaml")).unwrap();
    let refused = refusal(&folder, &["keys", "issue", "--for", "tier:pro", "--name", "Bob"]);
    assert!(refused.contains("KM0524") && !folder.path().join("members.yaml").exists(), "{refused}");
}

#[test]
fn members_that_cannot_be_read_change_nothing() {
    // KM0526, but for a key that is given twice.
    let folder = shop();
    issue(&folder, "tier:pro", "Ann");
    let good = kept(&folder, "members.yaml");
    let cases = [
        (good.replace("version: 1", "version: 2"), "reads version 1"),
        (good.replace("tier: pro", "teir: pro"), "unknown field `teir`"),
        (good.replace("tier: pro", "tier: pro, product: x"), "not one tier or one product"),
        (good.replace("tier: pro", "tier: pro, until: soon"), "`soon` is no date"),
        (good.replace("\nmembers:\n", "\nmembers:\n  a-1: { for: [] }\n"), "`a-1` is no id"),
        (good.replace("\nmembers:\n", "\n<<<<<<< ours\nmembers:\n"), "two versions were merged"),
        (format!("{good}pools:\n  p: {{ count: 3, for: [{{ tier: pro }}], revoked: [4] }}\n"), "has no code 4"),
        (format!("{good}pools:\n  p: {{ count: 99999999, for: [] }}\n"), "no more than 1000000 codes"),
        (format!("{good}epochs:\n  tier: 3\n"), "is no epoch"),
        (format!("{good}members: {{}}\n"), "KM0205"),
    ];
    for (text, told) in cases {
        fs::write(folder.path().join("members.yaml"), &text).unwrap();
        let refused = refusal(&folder, &["keys", "issue", "--for", "tier:pro"]);
        assert!(refused.contains(told) && refused.contains("members.yaml") && refused.ends_with("exit 2"), "{text}\n{refused}");
        assert_eq!(kept(&folder, "members.yaml"), text, "it stays as it is");
    }
}

#[test]
fn grants_of_what_is_not_sold_any_more_are_told_and_kept() {
    let folder = shop();
    let code = issue(&folder, "product:course", "Ann");
    let folder = folder.with("site.yaml", "title: T\nbase_url: https://example.org/\n");
    let ran = folder.run(&["keys", "verify", &code, "--json"]);
    assert!(ran.findings(folder.path()).contains("warning KM0502 members.yaml:"), "{}", ran.err);
    assert_eq!(ran.json()["opens"], serde_json::json!([]));
}

#[test]
fn a_file_of_codes_is_never_overwritten_nor_published() {
    let folder = shop().with("static/x", "").with("codes.csv", "mine");
    let issue = |path: &str| refusal(&folder, &["keys", "issue", "--for", "tier:pro", "--count", "2", "--csv", path]);
    assert!(issue("codes.csv").contains("KM0901"));
    for path in ["static/codes.csv", "content/codes.csv", "content/../static/codes.csv"] {
        assert!(issue(path).contains("could be published"), "{path}");
    }
    assert_eq!(kept(&folder, "codes.csv"), "mine");
    assert_eq!(answer(&folder, &["keys", "list"])["pools"], serde_json::json!([]), "no pool without its codes");
}

#[test]
fn whom_nobody_knows_is_not_revoked() {
    let folder = shop();
    issue(&folder, "tier:pro", "Ann");
    let refused = refusal(&folder, &["keys", "revoke", "Anm"]);
    assert!(refused.contains("KM0530") && refused.contains("did you mean `Ann`?"), "{refused}");
    assert!(refusal(&folder, &["keys", "revoke", "Ann", "Bob"]).contains("KM0530"));
    assert!(!kept(&folder, "members.yaml").contains("revoked"), "all or none");
}

#[test]
fn sources_that_seem_public_are_told() {
    let folder = Folder::empty()
        .with("site.yaml", super::SITE)
        .with(".git/config", "[remote \"origin\"]\n\turl = https://token@github.com/ann/course.git\n")
        .with("LICENSE", "MIT");
    let ran = folder.run(&["keys", "init", "--json"]);
    let findings = ran.findings(folder.path());
    assert!(
        findings.contains("warning KM0527: the sources seem to lie in a public repository: `github.com/ann/course.git`"),
        "{findings}"
    );
    assert!(!findings.contains("token"), "{findings}");
}

/// Builds a site, and tells what was found.
fn build(folder: &Folder, key: &str) -> String {
    folder.run_with(&["build", "--json"], &[("KMSITE_MASTER_KEY", key)]).findings(folder.path())
}

#[test]
fn a_build_names_members_that_are_gone_and_a_key_that_is_another() {
    let folder = shop();
    issue(&folder, "tier:pro", "Ann");
    assert_eq!(build(&folder, ""), "exit 0");
    let members = kept(&folder, "members.yaml");
    fs::remove_file(folder.path().join("members.yaml")).unwrap();
    let sealed = || fs::read_dir(folder.path().join("dist/sealed/members")).unwrap().count();
    let before = sealed();
    let refused = build(&folder, "");
    assert!(refused.contains("error KM0524: `members.yaml` is gone") && refused.ends_with("exit 2"), "{refused}");
    assert_eq!(sealed(), before, "the site stands as it was");

    // Another key, as when a service was given the wrong one.
    let folder = folder.with("members.yaml", &members);
    let refused = build(&folder, super::KEY);
    assert!(refused.contains("error KM0523: the master key is not the one that the codes in `members.yaml`"), "{refused}");
    // A list that does not say which key it belongs to: it is told once, and then taken.
    let folder = folder.with("members.yaml", "version: 1\n");
    let told = build(&folder, super::KEY);
    assert!(
        told.contains("warning KM0523: the master key is another than at the last build") && told.ends_with("exit 0"),
        "{told}"
    );
    assert_eq!(build(&folder, super::KEY), "exit 0");
}

#[test]
fn a_service_without_the_list_of_members_is_told() {
    let folder = Folder::empty()
        .with("site.yaml", super::SITE)
        .with("content/a.md", "---\ntier: pro\n---\n# A\n\nOne.\n\n<!-- paywall -->\n\nTwo.\n");
    for _ in 0..2 {
        let mut command = folder.command(&["build", "--json"]);
        // What the tests lend to sites that are about something else.
        let _ = fs::remove_file(folder.path().join("members.yaml"));
        let told = Ran::of(&command.env("KMSITE_MASTER_KEY", super::KEY).output().unwrap()).findings(folder.path());
        assert!(told.contains("warning KM0524: there is no `members.yaml`, so nobody has a code"), "{told}");
    }
}

#[test]
fn another_key_is_told_where_there_is_no_list_of_members() {
    let folder = Folder::empty()
        .with("site.yaml", super::SITE)
        .with("content/a.md", "---\ntier: pro\n---\n# A\n\nOne.\n\n<!-- paywall -->\n\nTwo.\n");
    let build = |key: &str| {
        let mut command = folder.command(&["build", "--json"]);
        let _ = fs::remove_file(folder.path().join("members.yaml"));
        Ran::of(&command.env("KMSITE_MASTER_KEY", key).output().unwrap()).findings(folder.path())
    };
    let told = "warning KM0523: the master key is another than at the last build (`";
    assert!(!build(super::KEY).contains(told));
    assert!(build(crate::sandbox::KEY).contains(told));
    assert!(!build(crate::sandbox::KEY).contains(told), "once");
}

#[test]
fn check_warns_of_public_sources_where_something_is_paid() {
    let public =
        |folder: Folder| folder.with(".git/config", "[remote \"origin\"]\n\turl = git@github.com:ann/ann.github.io.git\n");
    let folder = public(shop());
    let told = folder.run(&["check", "--json"]).findings(folder.path());
    assert!(
        told.contains("warning KM0527: the sources seem to lie in a public repository: `github.com:ann/ann.github.io.git`"),
        "{told}"
    );
    let free = public(shop()).with("content/a.md", "# A\n").with("site.yaml", "title: T\nbase_url: https://example.org/\n");
    assert!(!free.run(&["check", "--json"]).findings(free.path()).contains("KM0527"));
}
