//! A broken `site.yaml`, and variables that set nothing: exit code 2.

use insta::assert_snapshot;

use crate::program::Folder;

fn settings(text: impl AsRef<[u8]>) -> Folder {
    Folder::site(&[("content/a.md", "x\n")]).with("site.yaml", text)
}

#[test]
fn a_site_file_that_cannot_be_read() {
    let broken = settings("title: a: b\n").build(&[]);
    assert!(
        broken.starts_with("error KM0201 site.yaml:1:9: `site.yaml` is not valid YAML: mapping values are not allowed"),
        "{broken}"
    );
    assert!(broken.ends_with("  put a text that holds `: ` in quotes\nexit 2"), "{broken}");
    assert_snapshot!(settings("- a\n- b\n").build(&[]), @r"
    error KM0201 site.yaml: `site.yaml` holds a list, not keys with values
      write `key: value` lines, as `title: My site`
    exit 2
    ");
    assert_snapshot!(settings(b"title: \xff\n").build(&[]), @r"
    error KM0102 site.yaml:1:8: `site.yaml` is not UTF-8: byte 0xFF at line 1, column 8
      save the file as UTF-8 (it may be GBK, UTF-16 or Latin-1)
    exit 2
    ");
}

#[test]
fn all_mistakes_in_a_site_file_are_told_at_once() {
    let text = "titel: x\ntitle: a\ntitle: b\nbase_url: example.org\ntiers: 7\nfeed_size: -3\npage_size: 0\ntheme: ../x\n";
    assert_snapshot!(settings(text).build(&[]), @r"
    error KM0203 site.yaml:1:1: unknown key `titel`
      did you mean `title`?
    error KM0205 site.yaml:3:1: the key `title` is given twice (again here)
      + site.yaml:2:1: first here
      remove one of the two
    error KM0211 site.yaml:4:11: `example.org` cannot be the `base_url`: it has no `https://`
      did you mean `https://example.org`?
    error KM0204 site.yaml:5:8: `tiers` takes a list, not the number `7`
      `kmsite explain KM0204` tells more
    error KM0204 site.yaml:6:12: `feed_size` takes a whole number from 0 on, not the number `-3`
      `kmsite explain KM0204` tells more
    error KM0204 site.yaml:7:12: `page_size`: a page of a list needs room for one piece at least
      `kmsite explain KM0204` tells more
    error KM0204 site.yaml:8:8: `../x` cannot be a theme's name
      write `default` or the name of a folder of `themes/`
    exit 2
    ");
}

#[test]
fn tiers_that_make_no_ladder_and_ids_given_twice() {
    assert_snapshot!(settings("title: T\nbase_url: https://example.org/\ntiers: []\n").build(&[]), @r"
    error KM0209 site.yaml:3:8: `tiers` is empty
      begin with `- { id: free }`, or leave `tiers` out
    exit 2
    ");
    let text = "title: T\nbase_url: https://example.org/\ntiers:\n  - id: free\n  - id: pro\n  - id: pro\n";
    let found = settings(text).build(&[]);
    assert!(
        found.starts_with("error KM0210 site.yaml:6:9: the tier `pro` is given twice\n") && found.ends_with("exit 2"),
        "{found}"
    );
}

#[test]
fn a_book_of_mdbook_with_broken_settings() {
    let book = Folder::empty()
        .with("book.toml", "[book]\ntitle = Hallo\n")
        .with("src/SUMMARY.md", "- [A](a.md)\n")
        .with("src/a.md", "x\n");
    let found = book.build(&["--base-url", "https://example.org/"]);
    assert!(found.starts_with("error KM0202 book.toml:2:9: `book.toml` is not valid TOML: "), "{found}");
    assert!(found.ends_with("\n  put texts between quotes, one key to a line\nexit 2"), "{found}");
}

#[test]
fn variables_that_set_nothing() {
    let site = settings("title: T\nbase_url: https://example.org/\n");
    let with = |name: &str, value: &str| site.build_with(&[], &[(name, value)]);
    assert_snapshot!(with("KMSITE__ACCESS__TEASER__WORDS", "abc"), @r"
    error KM0204: `access.teaser.words` takes a whole number from 0 on, not the text `abc` (set by `KMSITE__ACCESS__TEASER__WORDS`)
      `kmsite explain KM0204` tells more
    exit 2
    ");
    assert_snapshot!(with("KMSITE__ACES__TEASER", "1"), @r"
    error KM0203: unknown key `aces` (set by `KMSITE__ACES__TEASER`)
      did you mean `access`?
    exit 2
    ");
    assert_snapshot!(with("KMSITE__TITLE__X", "1"), @r"
    error KM0208: `KMSITE__TITLE__X` cannot be used: `title` holds a single value, without keys
      write it as `KMSITE__ACCESS__TEASER__WORDS=80`, a double underscore for each level
    exit 2
    ");
}
