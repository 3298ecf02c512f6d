//! The file of vectors: read instead of texts, the same every time, and nothing in it of what is paid for.

use super::small::Small;
use crate::sandbox::{Run, Sandbox};

const SMALL: (&str, &str) = ("KMSITE__RECOMMEND__MODEL", "./models/small");

fn site() -> Sandbox {
    let site = Sandbox::new(&[
        (
            "site.yaml",
            "title: T\nbase_url: https://e.org/\nrecommend: { vectors: vectors.txt }\nlanguages: { default: en, others: [zh] }\n",
        ),
        ("content/articles/a.md", "---\ntitle: one\n---\n\none two\n"),
        ("content/articles/b.md", "---\ntitle: two\ndescription: one\n---\n\ntwo two\n"),
        ("content/articles/a.zh.md", "---\ntitle: 一\n---\n\none 一\n"),
        ("content/articles/b.zh.md", "---\ntitle: 二\n---\n\ntwo 二\n"),
    ]);
    paid(&site, "two one", "one one one two");
    for (path, bytes) in Small::default().files() {
        site.write(&format!("models/small/{path}"), &bytes);
    }
    site
}

/// Writes a piece that is paid for.
fn paid(site: &Sandbox, teaser: &str, rest: &str) {
    let text = format!("---\ntitle: two two\ntier: pro\n---\n\n{teaser}\n\n<!-- paywall -->\n\n{rest}\n");
    site.write("content/articles/paid.md", text.as_bytes());
}

fn build(site: &Sandbox) -> Run {
    let run = site.run_with(&[SMALL], &["build", "--public-only", "--no-cache"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run
}

/// Has the program write the file, without what it remembers.
fn kept(site: &Sandbox) -> String {
    let _ = std::fs::remove_dir_all(site.root().join(".kmsite/cache"));
    let run = site.run_with(&[SMALL], &["recommend", "vectors"]);
    assert_eq!(run.code, 0, "{}", run.err);
    // Title and summary, and the text that everyone may read, of five pieces.
    assert_eq!(run.out, "vectors.txt has the vectors of 10 texts\n");
    String::from_utf8(site.read("vectors.txt")).unwrap()
}

#[test]
fn a_machine_without_a_cache_reads_no_text_that_the_file_has() {
    let site = site();
    let without = build(&site);
    assert!(without.err.contains("KM1006") && without.err.contains("texts to read"), "{}", without.err);
    let lists = crate::sandbox::tree(&site.root().join("dist"));
    let file = kept(&site);
    let with = build(&site);
    assert!(!with.err.contains("KM1006") && !with.err.contains("texts to read"), "{}", with.err);
    crate::sandbox::assert_same(&lists, &crate::sandbox::tree(&site.root().join("dist")), "with the file and without");
    assert_eq!(kept(&site), file, "the same site and model give the same file");
    let rows: Vec<&str> = file.lines().skip(2).collect();
    assert!(rows.is_sorted() && file.ends_with('\n'), "{file}");
}

#[test]
fn nothing_that_is_paid_for_has_a_part_in_it() {
    let site = site();
    let file = kept(&site);
    paid(&site, "two one", "two two");
    assert_eq!(kept(&site), file);
    // What everyone may read has: the text, and the summary that is made of it; and the rows of what nobody asks for any more are gone.
    paid(&site, "one one", "two two");
    let other = kept(&site);
    let differing = other.lines().filter(|row| !file.contains(row)).count();
    assert_eq!((differing, other.lines().count()), (2, file.lines().count()));
}

#[test]
fn a_file_that_is_damaged_is_said_and_not_used() {
    let site = site();
    let file = kept(&site);
    for (line, damaged) in [
        (3, file.replacen("kmsite vectors 1\n", "kmsite vectors 1\n<<<<<<< HEAD\n", 1)),
        (2, file.replacen("vectors 1", "vectors 2", 1)),
        // A row that is cut short.
        (12, file.trim_end()[..file.len() - 9].to_owned()),
    ] {
        site.write("vectors.txt", damaged.as_bytes());
        let run = build(&site);
        let said = format!("line {line} of `vectors.txt` is not what it should be");
        assert!(run.err.contains(&said) && run.err.contains("texts to read"), "{}", run.err);
    }
    kept(&site);
    assert!(!build(&site).err.contains("KM1006"), "written anew, it is whole again");
}

#[test]
fn a_site_without_a_file_or_a_model_has_no_vectors() {
    let site = site();
    let none = site.run(&["recommend", "vectors"]);
    assert!(none.code != 0 && none.err.contains("no model compares"), "{}", none.err);
    let site = Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://e.org/\n"), ("content/a.md", "# A\n\none two\n")]);
    let unnamed = site.run(&["recommend", "vectors"]);
    assert!(
        unnamed.code != 0 && unnamed.err.contains("KM1006") && unnamed.err.contains("vectors: vectors.txt"),
        "{}",
        unnamed.err
    );
}
