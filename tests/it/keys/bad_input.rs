//! Keys, members and codes that are wrong: each is told with its code and a hint, and nothing is lost.

use std::fs;

use super::{answer, issue, kept, refusal, shop};

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
        (key[..20].as_bytes(), "too short or too long"),
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
    let folder = super::Folder::empty()
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
