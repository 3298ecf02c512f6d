//! Front matter that is broken, unknown, given twice, of the wrong type, or names what is not there.

use insta::assert_snapshot;

use crate::program::Folder;

fn front(text: &str) -> Folder {
    Folder::site(&[("content/a.md", text)])
}

#[test]
fn broken_yaml_and_toml() {
    assert_snapshot!(front("---\ntitle: a: b\n---\nx\n").build(&[]), @r"
    error KM0201 content/a.md:2:9: the front matter cannot be read: mapping values are not allowed in this context
      put texts with `: ` or a special first character between quotes
    exit 1
    ");
    assert_snapshot!(front("+++\ntitle = a\n+++\nx\n").build(&[]), @r"
    error KM0202 content/a.md:2:9: the front matter cannot be read: string values must be quoted, expected literal string
      put texts between quotes, one key to a line
    exit 1
    ");
    assert_snapshot!(front("---\ntitle: x\n\ntext\n").build(&[]), @r"
    error KM0206 content/a.md:1:1: no line `---` closes the front matter
      put a line `---` before the text
    exit 1
    ");
}

#[test]
fn unknown_and_duplicate_keys() {
    assert_snapshot!(front("---\ntitel: a\ntitle: b\ntitle: c\n---\nx\n").build(&[]), @r"
    warning KM0203 content/a.md:2:1: unknown key `titel`
      did you mean `title`?
    error KM0205 content/a.md:3:1: `title` is given twice
      keep one of the two
    exit 1
    ");
}

#[test]
fn wrong_types_and_dates_are_all_told_at_once() {
    let text = "---\ntitle: [a, b]\ndraft: 7\ntags: {a: b}\norder: x\ndate: 2024-13-45\n---\nx\n";
    assert_snapshot!(front(text).build(&[]), @r"
    error KM0204 content/a.md:2:8: `title`: a text is expected here, not a list
      `title`: The title. Default: the first heading, else the file's name.
    error KM0204 content/a.md:3:8: `draft`: `true` or `false` is expected here, not the number `7`
      `draft`: Not published unless `--drafts` is given.
    error KM0204 content/a.md:4:7: `tags`: expected a text or a list of texts
      `tags`: Its topics.
    error KM0204 content/a.md:5:8: `order`: a whole number is expected here, not the text `x`
      `order`: Its place among its siblings. Default: from a numeric prefix of the file's name.
    error KM0204 content/a.md:6:7: `date`: `2024-13-45` is not a date: write it as `2024-05-01`
      `date`: When it was published, as `2024-05-01` or with a time. Default: from a file name like `2024-05-01-name.md`.
    exit 1
    ");
}

#[test]
fn a_misspelt_tier_is_never_free() {
    let site = front("---\ntitle: 定价\ntier: mmber\n---\n正文\n");
    assert_snapshot!(site.build(&[]), @r"
    error KM0501 content/a.md:3:7: unknown tier `mmber`
      did you mean `member`?
      the tiers of this site are `free`, `member`, `pro`
    exit 1
    ");
    let drawn = site.run(&["build"]).err;
    for part in ["error[KM0501]: unknown tier `mmber`", "content/a.md:3:7", "tier: mmber", "did you mean `member`?"] {
        assert!(drawn.contains(part), "{drawn}");
    }
}

#[test]
fn products_that_are_not_there_or_hold_nothing() {
    let products = "products:\n  - {id: kurss, includes: [articles/no], price: {amount: 3, currency: EUR}}\n  - {id: leer}\n";
    let site =
        front("---\nproduct: kurs\n---\nx\n").with("site.yaml", format!("title: T\nbase_url: https://example.org/\n{products}"));
    assert_snapshot!(site.build(&[]), @r"
    error KM0502 content/a.md:2:10: unknown product `kurs`
      did you mean `kurss`?
      the products of this site are `kurss`, `leer`
    error KM0503 site.yaml:4:28: product `kurss` includes `articles/no`, and there is no such piece
      write the path of a piece or folder below the content folder, as `courses/rust`
    warning KM0503 site.yaml:5:5: product `leer` includes nothing
      list what belongs to it under `includes:`, or write `product: leer` in the pieces
    exit 2
    ");
}

#[test]
fn a_free_piece_in_a_product_stays_paid() {
    let site = front("---\ntier: free\n---\nOPEN\n\n<!-- paywall -->\n\nCANARY\n")
        .with("site.yaml", "title: T\nbase_url: https://example.org/\nproducts: [{id: kurs, includes: [a]}]\n");
    assert_snapshot!(site.build(&[]), @r"
    warning KM0504 content/a.md:2:7: declared free, but product `kurs` includes it: it stays paid
      write `preview: true` to give it away
    exit 0
    ");
    let page = site.page("a/index.html");
    assert!(page.contains("OPEN") && !page.contains("CANARY"));
}

#[test]
fn levels_durations_and_sessions() {
    let site = Folder::site(&[
        ("content/articles/b.md", "---\nduration: 7 parsec\nlevel: 7\n---\nx\n"),
        ("content/sessions/a.md", "---\nlevel: beginer\nlength: abc\n---\nx\n"),
        ("content/sessions/b.md", "---\nstart: 2026-12-01\n---\nx\n"),
    ]);
    assert_snapshot!(site.build(&[]), @r"
    error KM0204 content/articles/b.md:2:11: `7 parsec` is not a length of time
      write it as `45m` or `1h30m`
    error KM0408 content/articles/b.md:3:8: unknown level `7`
      the levels are `beginner`, `intermediate` and `advanced`
    error KM0409 content/sessions/a.md: a session needs `start:`
      write `start: 2026-12-01T20:00:00+08:00`
    error KM0408 content/sessions/a.md:2:8: unknown level `beginer`
      did you mean `beginner`?
      the levels are `beginner`, `intermediate` and `advanced`
    error KM0204 content/sessions/a.md:3:9: `abc` is not a length of time
      write it as `90m` or `1h30m`
    error KM0409 content/sessions/b.md:2:8: a session starts at a time of day
      write `start: 2026-12-01T20:00:00+08:00`
    exit 1
    ");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_shift_nothing() {
    let site = front("\u{feff}---\r\ntitle: 标题\r\ntier: mmber\r\n---\r\n# H\r\n\r\n正文 [x](no.md)\r\n");
    assert_snapshot!(site.build(&[]), @r"
    error KM0501 content/a.md:3:7: unknown tier `mmber`
      did you mean `member`?
      the tiers of this site are `free`, `member`, `pro`
    warning KM0403 content/a.md:7:4: no page or file at `no.md`
      there is no `content/no.md`: add it, or mend the link
    exit 1
    ");
    let site = front("\u{feff}---\r\ntitle: 标题\r\n---\r\n\r\n一段\r\n二段\r\n");
    assert_eq!(site.build(&["--strict"]), "exit 0");
    let page = site.page("a/index.html");
    assert!(page.contains("<h1>标题</h1>") && !page.contains('\u{feff}') && !page.contains('\r'), "{page}");
}
