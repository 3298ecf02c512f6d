//! Themes: two layers, overrides, and what is said about mistakes in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use kmsite::diag::{Diag, Noted, Place};
use kmsite::id::{Lang, SourcePath};
use kmsite::theme::Theme;

/// Loads a theme from files of `themes/`.
pub fn load(name: &str, files: &[(&str, &str)]) -> Noted<Theme> {
    let files: BTreeMap<SourcePath, Arc<[u8]>> =
        files.iter().map(|(path, text)| (SourcePath::new(format!("themes/{path}")), text.as_bytes().into())).collect();
    Theme::load(name, &files)
}

/// A view with one known field.
fn view() -> serde_json::Value {
    serde_json::json!({ "page": { "title": "标题 <1>" } })
}

/// File, line and column (in characters), message and hints of the only diagnostic.
fn only(diags: &[Diag], source: &str) -> (String, (usize, usize), String, Vec<String>) {
    let [diag] = diags else { panic!("one diagnostic was expected: {diags:#?}") };
    let at = diag.at.as_ref().expect("a place");
    let Place::Span(span) = &at.place else { panic!("a span was expected: {at:?}") };
    let before = &source[..span.start];
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    (at.file.to_string(), (before.matches('\n').count() + 1, column), diag.message.clone(), diag.hints.clone())
}

#[test]
fn the_default_theme_loads_without_a_word() {
    let theme = load("default", &[]);
    assert_eq!(theme.diags, []);
    assert_eq!(theme.value.manifest().name, "default");
    assert!(theme.value.engine().has("lesson.html"));
    assert!(theme.value.source(&SourcePath::new("themes/default/templates/base.html")).is_some());
}

#[test]
fn both_languages_have_the_same_keys() {
    let theme = load("default", &[]).value;
    let read = |tag: &str| -> Vec<String> {
        let source = theme.source(&SourcePath::new(format!("themes/default/i18n/{tag}.yaml"))).expect("strings");
        let words: BTreeMap<String, String> = serde_yaml::from_slice(source).expect("flat texts");
        words.into_keys().collect()
    };
    assert_eq!(read("zh"), read("en"));
    // What traditional characters have no text for they take from `zh`.
    let known = read("zh");
    assert_eq!(read("zh-Hant").into_iter().filter(|key| !known.contains(key)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_template_of_the_site_shadows_and_can_extend_the_default_one() {
    let files = [
        ("mine/templates/base.html", "{% extends \"theme/base.html\" %}{% block head %}<meta name=\"mine\">{% endblock %}"),
        ("mine/templates/404.html", "<p>{{ page.title }}</p>"),
    ];
    let theme = load("mine", &files);
    assert_eq!(theme.diags, []);
    let page = theme.value.engine().page("404.html", &view());
    assert_eq!((page.value.as_str(), page.diags.len()), ("<p>标题 &lt;1&gt;</p>", 0));
    assert!(theme.value.engine().has("article.html"), "what the site does not have comes from the default theme");
}

#[test]
fn strings_fall_back_key_by_key() {
    let theme = load("mine", &[("mine/i18n/zh.yaml", "nav.home: 大门\n"), ("mine/i18n/fr.yaml", "nav.home: Accueil\n")]);
    assert_eq!(theme.diags, []);
    let word = |tag: &str, key: &str| theme.value.strings(&Lang::new(tag)).get(key).to_owned();
    assert_eq!(word("zh", "nav.home"), "大门");
    assert_eq!(word("zh", "nav.next"), "下一篇");
    assert_eq!(word("zh-SG", "nav.home"), "大门");
    // Traditional characters are nearer to their readers than the site's simplified ones.
    assert_eq!(["zh-Hant", "zh-TW", "zh-Hant-HK"].map(|tag| word(tag, "nav.home")), ["首頁"; 3]);
    assert_eq!(word("zh-HK", "find.none"), "沒有找到「{q}」。");
    assert_eq!(word("fr", "nav.home"), "Accueil");
    assert_eq!(word("fr", "nav.next"), "Next");
    assert_eq!(word("ja", "nav.home"), "Home");
    assert_eq!(word("en", "no.such.key"), "no.such.key");
}

#[test]
fn an_asset_of_the_site_shadows_and_changes_its_address() {
    let default = load("default", &[]).value;
    let mine = load("mine", &[("mine/assets/site.css", "body { color : #ff0000 }"), ("mine/assets/logo.svg", "<svg/>")]);
    assert_eq!(mine.diags, []);
    let css = mine.value.asset("site.css").expect("a style sheet");
    assert_eq!(&*css.bytes, b"body{color:red}");
    assert_ne!(css.route, default.asset("site.css").expect("a style sheet").route);
    assert_eq!(mine.value.asset("site.js"), default.asset("site.js"));
    let logo = mine.value.asset("logo.svg").expect("a logo").route.to_string();
    assert!(
        logo.starts_with("/assets/logo.") && logo.ends_with(".svg") && logo.len() == "/assets/logo..svg".len() + 10,
        "{logo}"
    );
}

#[test]
fn style_sheets_name_assets_by_their_addresses() {
    let css = "a{background:url(img/berg.svg)}\nb{background:url(\"https://example.org/x.png\")}\n/* 图 */ i{background:url(img/berk.svg)}";
    let theme = load("mine", &[("mine/assets/site.css", css), ("mine/assets/img/berg.svg", "<svg/>")]);
    let written = String::from_utf8(theme.value.asset("site.css").expect("a style sheet").bytes.to_vec()).expect("text");
    let route = theme.value.asset("img/berg.svg").expect("a picture").route.to_string();
    assert!(written.contains(route.trim_start_matches("/assets/")), "{written}");
    assert!(written.contains("https://example.org/x.png"), "{written}");
    let (file, line, message, hints) = only(&theme.diags, css);
    assert_eq!(
        (file.as_str(), line.0, message.as_str()),
        ("themes/mine/assets/site.css", 3, "the theme has no asset `img/berk.svg`")
    );
    assert_eq!(hints, ["did you mean `img/berg.svg`?"]);
}

#[test]
fn a_missing_theme_is_answered_with_the_nearest() {
    let theme = load("mnie", &[("mine/theme.yaml", "name: mine\n")]);
    assert_eq!(theme.diags[0].message, "the theme `mnie` does not exist");
    assert_eq!(theme.diags[0].hints[0], "did you mean `mine`?");
    assert!(theme.value.engine().has("article.html"));
}

#[test]
fn a_syntax_error_has_file_line_and_column() {
    let source = "<p>你好</p>\n<p>你好 {{ page.title | }}</p>\n";
    let theme = load("mine", &[("mine/templates/404.html", source), ("mine/templates/x.html", "{% if a %}")]);
    assert_eq!(theme.diags.len(), 2, "both are reported: {:#?}", theme.diags);
    let (file, place, message, _) = only(&theme.diags[..1], source);
    assert_eq!((file.as_str(), place), ("themes/mine/templates/404.html", (2, 23)), "{message}");
    assert!(theme.value.engine().has("404.html"), "the default theme's stands in");
}

#[test]
fn an_undefined_field_names_the_known_ones() {
    let source = "甲\n{{ page.titel }}";
    let theme = load("mine", &[("mine/templates/404.html", source)]);
    let page = theme.value.engine().page("404.html", &view());
    let (file, place, message, hints) = only(&page.diags, source);
    assert_eq!((file.as_str(), place), ("themes/mine/templates/404.html", (2, 9)));
    assert_eq!(message, "field `titel` is not defined");
    assert_eq!(hints, ["did you mean `title`?", "known here: title"]);
    assert_eq!(page.value, "");
}

#[test]
fn an_undefined_field_is_found_in_loops_too() {
    let source = "甲\n{% for x in page.lst %}{{ x }}{% endfor %}";
    let theme = load("mine", &[("mine/templates/404.html", source)]);
    let view = serde_json::json!({ "page": { "list": [1], "title": "" } });
    let (_, place, message, hints) = only(&theme.value.engine().page("404.html", &view).diags, source);
    assert_eq!((place, message.as_str()), ((2, 13), "`page.lst` is not defined"));
    assert_eq!(hints, ["did you mean `list`?", "known here: list, title"]);
}

#[test]
fn unknown_names_are_answered_with_the_nearest() {
    let cases = [
        ("甲 {{ page.title | uper }}", "unknown filter `uper`", "did you mean `upper`?", 19),
        ("{{ rang(end=3) }}", "unknown function `rang`", "did you mean `range`?", 4),
        ("{{ <Vidio src=\"a\" /> }}", "unknown component `Vidio`", "did you mean `Video`?", 4),
        ("{% include \"bsae.html\" %}", "unknown template `bsae.html`", "did you mean `base.html`?", 12),
        ("{% if page is defind %}{% endif %}", "unknown test `defind`", "did you mean `defined`?", 15),
    ];
    for (source, expected, hint, column) in cases {
        let theme = load("mine", &[("mine/templates/404.html", source)]);
        let (file, place, message, hints) = only(&theme.diags, source);
        assert_eq!((file.as_str(), message.as_str()), ("themes/mine/templates/404.html", expected));
        assert_eq!(hints, [hint]);
        assert_eq!(place, (1, column), "{source}");
    }
}

#[test]
fn templates_that_go_in_circles_or_nowhere_are_named() {
    let message = |files: &[(&str, &str)]| {
        let theme = load("mine", files);
        let place = theme.diags[0].at.as_ref().map(|at| at.file.to_string());
        (theme.diags[0].message.clone(), theme.diags[0].hints.clone(), place.unwrap_or_default())
    };
    let (said, hints, place) = message(&[("mine/templates/base.html", "{% extends \"base.html\" %}")]);
    assert!(said.contains("extends itself"), "{said}");
    assert!(hints[0].contains("theme/"), "{hints:?}");
    assert_eq!(place, "themes/mine/templates/base.html");
    let (said, hints, _) = message(&[("mine/templates/404.html", "{% extends \"bas.html\" %}")]);
    assert!(said.contains("`bas.html`, which is no template"), "{said}");
    assert_eq!(hints, ["did you mean `base.html`?"]);
}

#[test]
fn broken_strings_style_sheets_and_manifests_are_errors_with_a_place() {
    let css = "body { color: red }\n} a { color: blue }";
    let files = [("mine/i18n/zh.yaml", "nav:\n  home: 家\n"), ("mine/assets/site.css", css), ("mine/theme.yaml", "nmae: x\n")];
    let theme = load("mine", &files);
    let found: Vec<(&str, &str)> =
        theme.diags.iter().map(|diag| (diag.code.id, diag.at.as_ref().map_or("", |at| at.file.as_str()))).collect();
    assert_eq!(
        found,
        [("KM0608", "themes/mine/theme.yaml"), ("KM0606", "themes/mine/i18n/zh.yaml"), ("KM0607", "themes/mine/assets/site.css")]
    );
    let (_, (line, _), message, _) = only(&theme.diags[2..], css);
    assert_eq!(line, 2, "{message}");
    assert_eq!(theme.value.strings(&Lang::new("zh")).get("nav.home"), "首页");
}

#[test]
fn an_inline_script_that_would_end_its_element_is_an_error() {
    let source = "const 甲 = '</SCRIPT>';";
    let theme = load("mine", &[("mine/prepaint.js", source)]);
    let (file, place, message, hints) = only(&theme.diags, source);
    assert_eq!((file.as_str(), place), ("themes/mine/prepaint.js", (1, 12)));
    assert_eq!(message, "`prepaint.js` holds `</script`, which would end it");
    assert_eq!(hints, ["write it as `<\\/script`"]);
    assert_eq!(theme.value.prepaint(), "");
}
