//! Commands that are asked for what cannot be: exit code 2, and nothing is written.

use insta::assert_snapshot;

use crate::program::Folder;

/// What a command says that is refused.
fn refused(folder: &Folder, args: &[&str]) -> String {
    let ran = folder.run(&[args, &["--json"]].concat());
    assert_eq!(ran.out, "", "{args:?}");
    ran.findings(folder.path())
}

#[test]
fn pieces_and_sites_that_cannot_be_made() {
    let site = Folder::site(&[("content/a.md", "x\n"), ("mine/x", "")]);
    assert_snapshot!(refused(&site, &["new", "articel", "x"]), @r"
    error KM0903: unknown kind of piece `articel`
      did you mean `article`?
      put the name of a site in quotes if it has spaces
    exit 2
    ");
    assert_snapshot!(refused(&site, &["new", "article"]), @r"
    error KM0905: the article has no title
      write `kmsite new article TITLE`; a site of that name is `kmsite new ./article`
    exit 2
    ");
    assert_snapshot!(refused(&site, &["new", "lesson", "x"]), @r"
    error KM0906: there are 0 courses in `content/courses`
      make a course or book first: `kmsite new course TITLE`, `kmsite new book TITLE`
    exit 2
    ");
    assert!(refused(&site, &["new", "mine"]).starts_with("error KM0901: "));
    assert!(refused(&Folder::empty(), &["new", "article", "x"]).starts_with("error KM0904: `.` is not a site\n"));
}

#[test]
fn codes_and_files_that_are_not_there() {
    let site = Folder::site(&[("content/articles/first.md", "x\n")]);
    assert_snapshot!(refused(&site, &["explain", "KN0203"]), @r"
    error KM0902: unknown code `KN0203`
      did you mean `KM0203`?
      run `kmsite explain` for the list
    exit 2
    ");
    assert_snapshot!(refused(&site, &["check", "--show", "content/articles/frist.md"]), @r"
    error KM0990: there is no Markdown file `content/articles/frist.md` in this site
      did you mean `content/articles/first.md`?
    exit 2
    ");
}
