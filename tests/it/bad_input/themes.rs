//! Themes that are missing, and templates with mistakes: file, line, and the names that would have been known.

use insta::assert_snapshot;

use crate::program::Folder;

/// A site with a theme whose template of pieces is this.
fn template(text: &str) -> Folder {
    Folder::site(&[("content/a.md", "x\n"), ("themes/my/templates/piece.html", text)])
        .with("site.yaml", "title: T\nbase_url: https://example.org/\ntheme: my\n")
}

#[test]
fn a_theme_that_is_not_there() {
    let site =
        Folder::site(&[("content/a.md", "x\n")]).with("site.yaml", "title: T\nbase_url: https://example.org/\ntheme: my\n");
    assert_snapshot!(site.build(&[]), @r"
    error KM0601 site.yaml:3:8: the theme `my` does not exist
      put its files into `themes/my/`, or write `theme: default`
    exit 2
    ");
}

#[test]
fn a_template_that_cannot_be_read() {
    assert_snapshot!(template("<p>\n{% if x %}\n</p>").build(&[]), @r"
    error KM0602 themes/my/templates/piece.html:2:11: unexpected end of input
      close what is open: `{% if … %}` ends with `{% endif %}`, `{% for … %}` with `{% endfor %}`, `{{` with `}}`
    exit 1
    ");
    let site = template("").with("themes/my/templates/piece.html", b"\xff");
    assert!(
        site.build(&[])
            .contains("error KM0102 themes/my/templates/piece.html:1:1: `themes/my/templates/piece.html` is not UTF-8\n")
    );
}

#[test]
fn a_variable_that_is_not_there_is_answered_by_those_that_are() {
    let site = template("{% extends \"theme/piece.html\" %}\n{% block main %}\n{{ page.titel }}\n{% endblock %}\n");
    let found = site.build(&[]);
    let told =
        "error KM0603 themes/my/templates/piece.html:3:9: field `titel` is not defined\n  did you mean `title`?\n  known here: ";
    assert!(found.starts_with(told) && found.ends_with("\nexit 1"), "{found}");
    let known = &found[told.len()..];
    assert!(known.contains("description, ") && known.contains("title, "), "{found}");
}

#[test]
fn names_that_a_template_does_not_have() {
    let site = template("{% extends \"theme/piece.html\" %}{% block main %}{{ page.title | uper }}{% endblock %}");
    assert_snapshot!(site.build(&[]), @r"
    error KM0604 themes/my/templates/piece.html:1:65: unknown filter `uper` (not known here)
      did you mean `upper`?
    exit 1
    ");
    assert_snapshot!(template("{% extends \"nix.html\" %}").build(&[]), @r"
    error KM0604 themes/my/templates/piece.html: `site/piece.html` extends `nix.html`, which is no template
      extend a template of the default theme, as `theme/base.html`
    exit 1
    ");
    // Other templates of the theme fill blocks of `piece.html`, and this one has none.
    let found = template("<p>").build(&[]);
    assert!(found.contains("error KM0604 themes/default/templates/answer.html:3:10: block `content` is not defined"), "{found}");
    assert!(found.contains("  give `themes/my/templates/piece.html` a `{% block content %}`, or begin it with `{% extends \"theme/piece.html\" %}`"), "{found}");
    assert!(found.ends_with("exit 1"), "{found}");
}

#[test]
fn front_matter_that_names_no_template() {
    let site = Folder::site(&[("content/a.md", "---\ntemplate: special.html\n---\nx\n")]);
    assert_snapshot!(site.build(&[]), @r"
    warning KM0605 content/a.md:2:11: the theme has no template `special.html`
      `page.html` is used instead
    exit 0
    ");
}

#[test]
fn a_style_sheet_that_names_no_asset() {
    let site = template("{% extends \"theme/piece.html\" %}").with("themes/my/assets/my.css", "a { background: url(nix.png) }\n");
    let found = site.build(&[]);
    assert!(found.starts_with("warning KM0609 themes/my/assets/my.css:1:21: the theme has no asset `nix.png`\n"), "{found}");
    assert!(found.ends_with("exit 0"), "{found}");
}

#[test]
fn an_inline_script_that_would_end_too_early() {
    let site =
        template("{% extends \"theme/piece.html\" %}").with("themes/my/prepaint.js", "\u{feff}\n// 前\nlet a = '</Script>';\n");
    assert_snapshot!(site.build(&[]), @r"
    error KM0610 themes/my/prepaint.js:3:10: `prepaint.js` holds `</script`, which would end it
      write it as `<\/script`
    exit 1
    ");
}
