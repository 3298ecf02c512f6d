//! The sealed tree: the sealed bytes are there, and nothing that opens them is.

use super::hunt::forms;
use super::site;
use crate::sandbox::{KEY, Sandbox};

/// The bytes of [`KEY`] in base 64, without padding.
const KEY_BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The letters and digits of a text, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_lowercase()).collect()
}

#[test]
fn sealed_bytes_are_published_and_no_key_and_no_code_is() {
    let sandbox = Sandbox::new(&[]);
    let _ = site::write(&sandbox);
    sandbox.write(".kmsite/master.key", format!("{KEY}\n").as_bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(sandbox.root().join(".kmsite/master.key"), private).unwrap();
    }
    let issue = sandbox.run(&["keys", "issue", "--for", "tier:member", "--name", "Ann", "--json"]);
    assert_eq!(issue.code, 0, "{}", issue.err);
    let issued: serde_json::Value = serde_json::from_str(&issue.out).unwrap();
    let code = letters(issued["code"].as_str().expect("a code"));
    let tree = sandbox.build("dist", &[]);

    let ending = |end: &str| tree.keys().filter(|file| file.starts_with("sealed/") && file.ends_with(end)).count();
    assert!(ending(".bin") > 10 && ending(".json") > 10, "{} blobs, {} other files", ending(".bin"), ending(".json"));
    let master: Vec<u8> = (0..32).collect();
    let hex: String = master.iter().map(|byte| format!("{byte:02x}")).collect();
    // The written key without its check, in case somebody publishes it so.
    let (key, code) = (letters(KEY)[..55].to_owned(), code[..code.len() - 1].to_owned());
    let needles = [("the master key", &key), ("its digits", &hex), ("its base 64", &letters(KEY_BASE64)), ("a code", &code)];
    for (file, bytes) in &tree {
        assert!(!bytes.windows(16).any(|window| window == &master[..16]), "{file} holds the master key");
        for form in forms(bytes).iter().chain(&forms(file.as_bytes())) {
            let form = letters(form);
            for (what, needle) in needles {
                assert!(!form.contains(needle.as_str()), "{file} holds {what}");
            }
        }
    }
}
