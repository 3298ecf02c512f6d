//! `kmsite theme`, and files of the site's own that stand in for built-in ones.

use serde_json::Value;

use crate::sandbox::Sandbox;

fn site(more: &[(&str, &str)]) -> Sandbox {
    let files = [
        ("site.yaml", "title: {zh: 站, en: Site}\nbase_url: https://example.org/\nlanguages: {default: zh, others: [en]}\n"),
        ("content/a.zh.md", "# 甲\n\n<Callout kind=\"tip\">\n\n话。\n\n</Callout>\n"),
        ("content/a.en.md", "# A\n\nWords.\n"),
    ];
    Sandbox::new(&[&files, more].concat())
}

fn page(sandbox: &Sandbox, path: &str) -> String {
    String::from_utf8(sandbox.build("dist", &[]).remove(path).unwrap()).unwrap()
}

/// The origin of a file of the theme.
fn origin(sandbox: &Sandbox, file: &str) -> Value {
    let run = sandbox.run(&["theme", "list", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let listed: Value = serde_json::from_str(&run.out).unwrap();
    let found = listed.as_array().unwrap().iter().find(|entry| entry["file"] == file).cloned();
    found.unwrap_or_else(|| panic!("{file} is not listed: {}", run.out))
}

#[test]
fn an_ejected_file_changes_nothing_until_it_is_changed() {
    let sandbox = site(&[]);
    let before = page(&sandbox, "a/index.html");
    assert_eq!(origin(&sandbox, "templates/base.html")["origin"], "built-in");
    let run = sandbox.run(&["theme", "eject", "base.html"]);
    assert_eq!((run.code, run.out.as_str()), (0, "themes/default/templates/base.html\n"), "{}", run.err);
    assert_eq!(page(&sandbox, "a/index.html"), before);
    assert_eq!(origin(&sandbox, "templates/base.html")["origin"], "copied");
    let path = sandbox.root().join("themes/default/templates/base.html");
    let text = std::fs::read_to_string(&path).unwrap();
    sandbox.write("themes/default/templates/base.html", text.replace("</body>", "<p>我的</p></body>").as_bytes());
    assert!(page(&sandbox, "a/index.html").contains("<p>我的</p></body>"));
    let listed = origin(&sandbox, "templates/base.html");
    assert_eq!((&listed["origin"], &listed["path"]), (&"overridden".into(), &"themes/default/templates/base.html".into()));
}

#[test]
fn nothing_is_overwritten() {
    let sandbox = site(&[("themes/default/i18n/zh.yaml", "nav.home: 家\n")]);
    let run = sandbox.run(&["theme", "eject", "i18n/zh.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("error[KM0901]") && run.err.contains("is there already"), "{}", run.err);
    assert_eq!(std::fs::read_to_string(sandbox.root().join("themes/default/i18n/zh.yaml")).unwrap(), "nav.home: 家\n");
}

#[test]
fn a_file_that_is_none_is_answered_with_the_nearest_name() {
    let run = site(&[]).run(&["theme", "eject", "bsae.html"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("error[KM0909]: the built-in theme has no file `bsae.html`"), "{}", run.err);
    assert!(run.err.contains("did you mean `base.html`?") && run.err.contains("kmsite theme list"), "{}", run.err);
    let run = site(&[]).run(&["theme", "eject", "../../etc/passwd"]);
    assert_eq!(run.code, 2, "{}", run.out);
}

#[test]
fn files_go_to_the_theme_that_is_configured() {
    let sandbox = site(&[]);
    sandbox.write("site.yaml", b"title: t\nbase_url: https://example.org/\ntheme: mine\n");
    let run = sandbox.run(&["theme", "eject", "assets/site.css", "--json"]);
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(answer["path"], "themes/mine/assets/site.css");
    assert!(sandbox.root().join("themes/mine/assets/site.css").is_file());
}

#[test]
fn a_template_a_component_an_asset_and_a_string_are_each_overridden_alone() {
    let sandbox = site(&[
        (
            "themes/default/templates/page.html",
            "{% extends \"theme/page.html\" %}{% block after %}<p>模板</p>{% endblock after %}",
        ),
        (
            "themes/default/templates/components/callout.html",
            "{% component Callout(kind: string = \"note\") %}<aside>{{ body }}件</aside>{% endcomponent Callout %}",
        ),
        ("themes/default/assets/site.js", "// mine\n"),
        ("themes/default/assets/mine.css", "p { color: teal }"),
        ("themes/default/i18n/zh.yaml", "nav.skip: 直接看正文\n"),
    ]);
    let zh = page(&sandbox, "a/index.html");
    assert!(zh.contains("<p>模板</p>"), "{zh}");
    assert!(zh.contains("<aside><p>话。</p>") && zh.contains("件</aside>"), "{zh}");
    assert!(zh.contains("直接看正文") && zh.contains("首页"), "one key is given, the others stay: {zh}");
    let tree = sandbox.build("dist", &[]);
    let asset = |start: &str, end: &str| {
        tree.iter().find(|(path, _)| path.starts_with(start) && path.ends_with(end)).map(|(_, bytes)| bytes.as_slice())
    };
    assert_eq!(asset("assets/site.", ".js"), Some(&b"// mine\n"[..]));
    assert!(asset("assets/mine.", ".css").is_some() && asset("assets/site.", ".css").is_some());
    assert_eq!(origin(&sandbox, "assets/mine.css")["origin"], "own");
}

#[test]
fn an_override_from_an_older_theme_is_told_what_there_is_instead() {
    let sandbox = site(&[(
        "themes/default/templates/page.html",
        "{% extends \"base.html\" %}\n{% block main %}{{ page.heading }}{% endblock main %}",
    )]);
    let run = sandbox.run(&["build", "--out", "dist"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("themes/default/templates/page.html:2:"), "{}", run.err);
    assert!(run.err.contains("field `heading` is not defined") && run.err.contains("known here: "), "{}", run.err);
}
