//! The library of ONNX Runtime: too old to be used, and the one of this machine beside the built-in engine.

use std::path::Path;
use std::process::Command;

use super::small::Small;
use crate::sandbox::{Sandbox, assert_same, say, tree};

/// The source of a library that says it is version 1.17 and can do nothing.
const OLD: &str = r#"
#[repr(C)]
pub struct Base {
    api: extern "C" fn(u32) -> *const u8,
    version: extern "C" fn() -> *const u8,
}

extern "C" fn api(_: u32) -> *const u8 {
    std::ptr::null()
}

extern "C" fn version() -> *const u8 {
    b"1.17.3\0".as_ptr()
}

static BASE: Base = Base { api, version };

#[no_mangle]
pub extern "C" fn OrtGetApiBase() -> *const Base {
    &BASE
}
"#;

#[test]
fn a_library_that_is_too_old_is_said_and_the_built_in_engine_computes() {
    let site = Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://e.org/\n"), ("content/a.md", "# A\n\none two\n")]);
    for (path, bytes) in Small::default().files() {
        site.write(&format!("models/small/{path}"), &bytes);
    }
    site.write("old.rs", OLD.as_bytes());
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let arguments = ["--edition=2021", "--crate-type=cdylib", "--crate-name=old", "-o", "libold.so", "old.rs"];
    match Command::new(compiler).current_dir(site.root()).args(arguments).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => return say(&format!("no Rust compiler ({error}): a library that is too old was not tried")),
    }
    let variables = [("KMSITE__RECOMMEND__MODEL", "./models/small"), ("KMSITE__RECOMMEND__RUNTIME", "libold.so")];
    let run = site.run_with(&variables, &["model", "doctor"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("KM1002") && run.err.contains("1.17.3") && run.err.contains("1.24 or later"), "{}", run.err);
    assert!(run.out.contains("tract, built in"), "{}", run.out);
}

/// What both engines make of a site; `.ci/run` compares all of the sample site in the same way.
#[test]
fn both_engines_give_the_same_site() {
    let Some(library) = std::env::var("ORT_DYLIB_PATH").ok().filter(|path| Path::new(path).is_file()) else {
        return say("ORT_DYLIB_PATH names no library of ONNX Runtime: the engines were not compared");
    };
    let piece = |title: &str, text: &str| format!("---\ntitle: {title}\n---\n\n{text}\n");
    let english = [
        ("Prices", "A price list should begin with something free."),
        ("Readers", "Whoever reads much pays sooner."),
        ("Borrowing", "The borrow checker rejects this program."),
        ("Ownership", "A value has one owner at a time."),
    ];
    let chinese =
        [("定价", "价目表应该从免费的内容开始。"), ("读者", "读得多的人更早付钱。"), ("借用", "借用检查器拒绝了这个程序。")];
    let site = Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://e.org/\nlanguages: { default: en, others: [zh] }\n")]);
    for (at, (title, text)) in english.iter().enumerate() {
        site.write(&format!("content/articles/p{at}.md"), piece(title, text).as_bytes());
    }
    for (at, (title, text)) in chinese.iter().enumerate() {
        site.write(&format!("content/articles/p{at}.zh.md"), piece(title, text).as_bytes());
    }
    let bundled = ("KMSITE__RECOMMEND__MODEL", "bundled");
    let build = |out: &str, variables: &[(&str, &str)]| {
        let run = site.run_with(variables, &["build", "--public-only", "--no-cache", "--out", out]);
        assert_eq!(run.code, 0, "{}", run.err);
        (tree(&site.root().join(out)), run.err)
    };
    let (ours, said) = build("ours", &[bundled]);
    assert!(said.contains("on tract"), "{said}");
    let (theirs, said) = build("theirs", &[bundled, ("ORT_DYLIB_PATH", &library)]);
    assert!(said.contains("on ONNX Runtime"), "{said}");
    assert_same(&ours, &theirs, "two engines");
}
