//! What each command does when all is well.

use std::collections::BTreeSet;
use std::fs;

use super::{answer, issue, kept, shop};

#[test]
fn init_makes_a_key_that_only_its_owner_reads_and_git_does_not_see() {
    let folder = shop();
    let key = fs::read_to_string(folder.path().join(".kmsite/master.key")).unwrap();
    assert!(key.starts_with("KMSITE-") && key.trim_end().chars().filter(|&c| c != '-').count() == "KMSITE".len() + 53, "{key}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join(".kmsite/master.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(kept(&folder, ".gitignore"), "/.kmsite/\n");
    assert_eq!(kept(&folder, ".kmsite/.gitignore"), "*\n");
    let members = kept(&folder, "members.yaml");
    assert!(members.contains("version: 1\nkey: \"") && !members.contains("KMSITE"), "{members}");
}

#[test]
fn gitignore_keeps_what_it_has() {
    let folder = shop().with(".gitignore", "dist");
    assert_eq!(folder.run(&["keys", "init", "--replace"]).code, 0);
    assert_eq!(kept(&folder, ".gitignore"), "dist\n/.kmsite/\n");
    let again = folder.with(".gitignore", "/dist\n.kmsite\n");
    assert_eq!(again.run(&["keys", "init", "--replace"]).code, 0);
    assert_eq!(kept(&again, ".gitignore"), "/dist\n.kmsite\n");
}

#[test]
fn a_code_is_issued_shown_verified_and_revoked() {
    let folder = shop();
    let issued = answer(&folder, &["keys", "issue", "--for", "tier:pro", "--name", "小安", "--until", "2031-05-01"]);
    let code = issued["code"].as_str().unwrap();
    assert_eq!(code.len(), "KM-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX".len());
    assert_eq!(issued["link"], format!("https://example.org/unlock/#{code}"));
    assert_eq!(issued["for"][0]["what"], "tier:pro");
    assert_eq!(issued["for"][0]["until"], "2031-05-01");
    assert!(!kept(&folder, "members.yaml").contains(code), "codes are derived, not kept");

    let mark = issued["mark"].as_str().unwrap();
    let covered = format!("{}··{}", &mark[..6], &mark[8..]);
    for who in ["小安", issued["id"].as_str().unwrap(), code, mark, &covered] {
        assert_eq!(answer(&folder, &["keys", "show", who])["code"], code, "{who}");
    }
    // With a tier also those below it; of the product nothing was said.
    let typed = code.to_lowercase().replace('-', " ");
    assert_eq!(answer(&folder, &["keys", "verify", &typed])["opens"], serde_json::json!(["tier:member", "tier:pro"]));

    let revoked = answer(&folder, &["keys", "revoke", "小安"]);
    assert_eq!(revoked["epochs"], serde_json::json!({ "tier:pro": 2 }));
    let refused = super::refusal(&folder, &["keys", "verify", code]);
    assert!(refused.contains("KM0528") && refused.contains("was revoked"), "{refused}");
    assert_eq!(answer(&folder, &["keys", "revoke", code])["epochs"], serde_json::json!({}), "once is enough");
}

#[test]
fn those_who_are_revoked_together_share_an_epoch() {
    let folder = shop();
    issue(&folder, "tier:pro", "a");
    issue(&folder, "tier:pro", "b");
    answer(&folder, &["keys", "issue", "--for", "tier:member", "--for", "product:course", "--name", "c"]);
    let revoked = answer(&folder, &["keys", "revoke", "a", "b", "c"]);
    assert_eq!(revoked["epochs"], serde_json::json!({ "tier:pro": 2, "tier:member": 2, "product:course": 2 }));
    let listed = answer(&folder, &["keys", "list"]);
    assert_eq!(listed["members"], serde_json::json!([]));
    assert_eq!(answer(&folder, &["keys", "list", "--all"])["members"].as_array().unwrap().len(), 3);
}

#[test]
fn a_pool_is_one_line_and_its_codes_are_all_different() {
    let folder = shop();
    let file = folder.path().join("codes.csv");
    let path = file.to_str().unwrap();
    let made =
        answer(&folder, &["keys", "issue", "--for", "product:course", "--count", "300", "--name", "面包多", "--csv", path]);
    assert_eq!((&made["count"], &made["codes"]), (&300.into(), &serde_json::Value::Null));
    let text = fs::read_to_string(&file).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next().unwrap(), "\u{feff}code,link,id");
    let codes: BTreeSet<String> = lines.map(|line| line.split(',').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 300);
    let members = kept(&folder, "members.yaml");
    assert_eq!(members.lines().filter(|line| line.contains("count: 300")).count(), 1, "{members}");

    // One of them is found, shut out, and the others stay.
    let (first, last) = (codes.first().unwrap(), codes.last().unwrap());
    assert_eq!(answer(&folder, &["keys", "verify", first])["opens"], serde_json::json!(["product:course"]));
    answer(&folder, &["keys", "revoke", first]);
    assert!(super::refusal(&folder, &["keys", "verify", first]).contains("was revoked"));
    assert_eq!(answer(&folder, &["keys", "verify", last])["opens"], serde_json::json!(["product:course"]));
}

#[test]
fn a_pool_for_shops_that_take_codes_only() {
    let folder = shop();
    let file = folder.path().join("codes.txt");
    answer(&folder, &["keys", "issue", "--for", "tier:pro", "--count", "3", "--csv", file.to_str().unwrap()]);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.lines().count() == 3 && text.lines().all(|line| line.starts_with("KM-") && line.len() == 32), "{text}");
    // Without a file they are printed, and nothing else is.
    let ran = folder.run(&["keys", "issue", "--for", "tier:pro", "--count", "2"]);
    assert!(ran.out.lines().count() == 2 && ran.out.lines().all(|line| line.starts_with("KM-")), "{}", ran.out);
}

#[test]
fn a_rotation_leaves_behind_whose_time_is_over_and_nobody_else() {
    let folder = shop();
    for (name, until) in [("over", "2020-01-31"), ("paid", "2999-01-31")] {
        answer(&folder, &["keys", "issue", "--for", "tier:pro", "--name", name, "--until", until]);
    }
    let good = issue(&folder, "tier:pro", "for good");
    let over = answer(&folder, &["keys", "show", "over"])["code"].as_str().unwrap().to_owned();
    // An expiry is an epoch, not a clock: until one begins, the code opens what it did.
    assert_eq!(answer(&folder, &["keys", "verify", &over])["opens"], serde_json::json!(["tier:member", "tier:pro"]));
    let rotated = answer(&folder, &["keys", "rotate", "tier:pro"]);
    assert_eq!(rotated["epochs"], serde_json::json!({ "tier:pro": 2 }));
    assert_eq!(rotated["lapsed"].as_array().unwrap().len(), 1);
    assert_eq!(answer(&folder, &["keys", "verify", &over])["opens"], serde_json::json!([]));
    assert_eq!(answer(&folder, &["keys", "verify", &good])["opens"], serde_json::json!(["tier:member", "tier:pro"]));
    // A second one leaves behind nobody else.
    assert_eq!(answer(&folder, &["keys", "rotate"])["lapsed"], serde_json::json!([]));
}

#[test]
fn a_code_that_got_about_is_replaced() {
    let folder = shop();
    let old = issue(&folder, "tier:pro", "Ann");
    let rotated = answer(&folder, &["keys", "rotate", "--member", "Ann"]);
    let new = rotated["member"]["code"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(rotated["epochs"], serde_json::json!({ "tier:pro": 2 }), "whoever had the old one has its keys");
    assert!(super::refusal(&folder, &["keys", "verify", &old]).contains("replaced by a newer one"));
    assert_eq!(answer(&folder, &["keys", "verify", new])["opens"], serde_json::json!(["tier:member", "tier:pro"]));

    // One of a pool becomes a member.
    let pool = answer(&folder, &["keys", "issue", "--for", "tier:pro", "--count", "2"]);
    let leaked = pool["codes"][1].as_str().unwrap();
    let member = &answer(&folder, &["keys", "rotate", "--member", leaked])["member"];
    assert_eq!(member["for"][0]["what"], "tier:pro");
    assert!(super::refusal(&folder, &["keys", "verify", leaked]).contains("KM0528"));
}
