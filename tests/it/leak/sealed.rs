//! The sealed tree: the sealed bytes are there, and nothing that opens them is.

use std::collections::BTreeSet;

use super::hunt::{forms, hunt};
use super::png::png;
use super::site::{self, VAULT};
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

/// Every way to name a file in a text: pictures, drawings for other screens, films with their posters and captions, recordings, attachments.
const FILES: &str = r#"![x](vault0001x.png) [x](vault0002x.pdf)

<picture><source srcset="vault0003x.webp" type="image/webp"><img src="vault0004x.png" srcset="vault0005x.png 2x" alt="x"></picture>

<video poster="vault0006x.png"><source src="vault0007x.webm"><track src="vault0008x.vtt" kind="captions"></video>

<audio controls><source src="vault0009x.mp3"></audio>

<Video src="vault0010x.mp4" poster="vault0011x.png" captions="vault0012x.vtt" />

<Audio src="vault0013x.mp3" title="x" />

<Figure src="vault0014x.png" alt="x" />
"#;

#[test]
fn files_of_a_paid_part_are_sealed_or_withheld_with_their_names() {
    let names: BTreeSet<&str> =
        FILES.split(['"', '(', ')', ' ']).filter(|part| part.starts_with(VAULT) && part.contains('.')).collect();
    assert_eq!(names.len(), 14);
    let built = |tier: &str| {
        let text = format!("---\ntitle: T\ntier: {tier}\n---\nteaser\n\n<!-- paywall -->\n\n{FILES}");
        let sandbox =
            Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://example.org/\n"), ("content/articles/a.md", &text)]);
        for (number, name) in (1..).zip(&names) {
            let content = format!("vault02{number:02}x");
            let bytes = if name.ends_with(".png") { png(20 + number, &content) } else { content.into_bytes() };
            sandbox.write(&format!("content/articles/{name}"), &bytes);
        }
        sandbox.build("dist", &[])
    };
    let free = built("free");
    assert!(names.iter().all(|name| free.contains_key(&format!("articles/{name}"))), "{:?}", free.keys());

    let paid = built("member");
    assert_eq!(hunt(&paid, VAULT), BTreeSet::new());
    // Each is sealed, besides the text itself.
    let blobs = paid
        .keys()
        .filter(|file| file.starts_with("sealed/") && !file.starts_with("sealed/search/") && file.ends_with(".bin"))
        .count();
    assert_eq!(blobs, names.len() + 1, "{:?}", paid.keys());
}
