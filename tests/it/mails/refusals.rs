//! What `kmsite mail` cannot do, it says.

use super::{mail, site};

#[test]
fn what_is_not_there_is_an_error_with_what_was_meant() {
    let sandbox = site();
    for (args, code, hint) in [
        (&["announce", "articles/fre"][..], "KM0990", "did you mean `articles/free`?"),
        (&["announce", "content/articles/fre.md"], "KM0990", "did you mean `content/articles/free.md`?"),
        (&["announce", "articles/free", "--as", "tier:membr"], "KM0531", "did you mean `tier:member`?"),
        (&["announce", "articles/free", "--lang", "fr"], "KM0925", "this site has `zh`, `en`"),
        (&["digest", "--since", "yesterday"], "KM0926", "write it as `2026-11-01`"),
        (&["preview"], "KM0927", "make one first"),
    ] {
        let run = mail(&sandbox, args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains(&format!("error[{code}]")) && run.err.contains(hint), "{args:?}: {}", run.err);
    }
}

#[test]
fn a_log_that_cannot_be_read_is_left_as_it_is() {
    let sandbox = site();
    sandbox.write("mail-log.yaml", b"issues: [{ sent: never }]\n");
    let run = mail(&sandbox, &["digest", "--since", "2026-01-01", "--sent"]);
    assert!(run.code == 2 && run.err.contains("error[KM0924]"), "{}", run.err);
    assert_eq!(sandbox.read("mail-log.yaml"), b"issues: [{ sent: never }]\n");
}

#[test]
fn mails_never_go_where_they_would_be_published() {
    let sandbox = site();
    let _ = sandbox.build("dist", &[]);
    for folder in ["content", "content/mail", "static/mail", "dist", "dist/mail"] {
        let run = mail(&sandbox, &["announce", "articles/free", "--out", folder]);
        assert!(run.code == 2 && run.err.contains("error[KM0801]"), "{folder}: {}", run.err);
        assert!(!sandbox.root().join(folder).join(".gitignore").exists(), "{folder}");
    }
    let run = mail(&sandbox, &["announce", "articles/free", "--out", "letters"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(sandbox.read("letters/.gitignore"), b"*\n", "git ignores it");
    // Where the whole folder is the content, a visible one in it would be published.
    sandbox.remove("site.yaml");
    let flat = crate::sandbox::Sandbox::new(&[("a.md", "# A\n\ntext\n")]);
    assert_eq!(mail(&flat, &["announce", "a", "--out", "letters"]).code, 2);
    assert_eq!(mail(&flat, &["announce", "a"]).code, 0, "a hidden one is not");
}

#[test]
fn without_a_sender_there_is_no_message() {
    let sandbox = crate::sandbox::Sandbox::new(&[("content/articles/a.md", "# 甲\n\n话。\n")]);
    let run = mail(&sandbox, &["announce", "articles/a"]);
    assert!(run.code == 0 && run.err.contains("warning[KM0920]"), "{}", run.err);
    let files = crate::sandbox::tree(&sandbox.root().join(".kmsite/mail"));
    assert!(files.keys().any(|name| name.ends_with(".html")) && !files.keys().any(|name| name.ends_with(".eml")));
    sandbox.write("site.yaml", b"mail: { from: nobody }\n");
    let run = mail(&sandbox, &["announce", "articles/a"]);
    assert!(run.code == 2 && run.err.contains("`nobody` is no sender of mails"), "{}", run.err);
}

#[test]
fn a_site_with_errors_makes_no_mails() {
    let sandbox = site();
    sandbox.write("content/articles/bad.md", b"---\ntier: mmber\n---\ntext\n");
    let run = mail(&sandbox, &["announce", "articles/free"]);
    assert!(run.code == 1 && run.err.contains("error[KM0501]"), "{}", run.err);
    assert!(!sandbox.root().join(".kmsite/mail").exists());
}
