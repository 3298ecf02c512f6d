//! The program as a whole: what it prints, what it writes, and how it ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kmsite::config::{self, Overrides};
use kmsite::diag::CODES;
use kmsite::id::SourcePath;
use kmsite::model::{Front, Secrets};
use serde_json::Value;

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmsite"));
    command.current_dir(folder).args(args).env_remove("NO_COLOR").env("TZ", "Asia/Shanghai");
    crate::sandbox::lend_key(&mut command, folder, args);
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    command(folder, args).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// What a command printed; it must have ended well and said nothing else.
fn answer(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert_eq!((code(&output), String::from_utf8_lossy(&output.stderr).as_ref()), (0, ""), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// How a command failed: its exit code and what it said.
fn refusal(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = run(folder, args);
    assert!(output.stdout.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stdout));
    (code(&output), String::from_utf8(output.stderr).unwrap())
}

/// All files below a folder, as paths with `/`, sorted.
fn files(folder: &Path) -> Vec<String> {
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            files.push(path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
    files.sort();
    files
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn explain_prints_one_code_or_all() {
    let here = Path::new(".");
    let one = answer(here, &["explain", "KM0203"]);
    assert!(one.starts_with("KM0203: an unknown key\n\nIn front matter an unknown key is a warning,"), "{one}");
    assert!(one.lines().all(|line| line.chars().count() <= 80), "{one}");
    for written in ["km0203", "203", "0203", "KM203"] {
        assert_eq!(answer(here, &["explain", written]), one);
    }
    let all = answer(here, &["explain"]);
    assert_eq!(all.lines().count(), CODES.len());
    let json: Value = serde_json::from_str(&answer(here, &["explain", "--json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), CODES.len());
    assert_eq!(json[0]["code"], "KM0101");
}

#[test]
fn an_unknown_code_is_answered_by_the_nearest() {
    let (code, said) = refusal(Path::new("."), &["explain", "KN0203"]);
    assert_eq!(code, 2);
    assert!(said.contains("error[KM0902]: unknown code `KN0203`") && said.contains("did you mean `KM0203`?"), "{said}");
    let (_, said) = refusal(Path::new("."), &["--json", "explain", "KN0203"]);
    let json: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&json["code"], &json["hints"][0]), (&"KM0902".into(), &"did you mean `KM0203`?".into()));
}

#[test]
fn codes_are_in_order_and_explained() {
    assert!(CODES.is_sorted_by(|a, b| a.id < b.id));
    for code in CODES {
        assert!(code.id.len() == 6 && code.id.starts_with("KM"), "{}", code.id);
        assert!(!code.title.is_empty() && !code.title.ends_with('.') && code.explain.ends_with('.'), "{}", code.id);
    }
}

#[test]
fn wrong_arguments_end_with_2_and_help_with_0() {
    let here = Path::new(".");
    assert_eq!(code(&run(here, &["nonsense"])), 2);
    assert_eq!(code(&run(here, &["explain", "--nonsense"])), 2);
    assert_eq!(code(&run(here, &[])), 2);
    assert_eq!(code(&run(here, &["--help"])), 0);
    assert_eq!(code(&run(here, &["--version"])), 0);
}

#[test]
fn nobody_reading_on_is_no_error() {
    let mut child = command(Path::new("."), &["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), output.stderr.as_slice()), (0, &b""[..]));
}

#[test]
fn colour_is_written_when_told() {
    let here = Path::new(".");
    assert!(!refusal(here, &["explain", "x"]).1.contains('\u{1b}'));
    assert!(refusal(here, &["explain", "x", "--color", "always"]).1.contains('\u{1b}'));
}

#[test]
fn schemas_are_printed_as_json() {
    let here = Path::new(".");
    let site: Value = serde_json::from_str(&answer(here, &["schema"])).unwrap();
    assert_eq!(site, serde_json::from_str::<Value>(&answer(here, &["schema", "site"])).unwrap());
    assert!(site["properties"]["tiers"].is_object());
    let front: Value = serde_json::from_str(&answer(here, &["schema", "front-matter"])).unwrap();
    assert!(front["properties"]["tier"].is_object() && front["properties"]["link"].is_object());
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = answer(Path::new("."), &["completions", shell]);
        for name in ["new", "explain", "--template", "--color"] {
            let bare = name.trim_start_matches('-');
            assert!(script.contains(bare), "{shell} lacks {name}");
        }
    }
}

#[test]
fn bash_can_read_its_completions() {
    let script = answer(Path::new("."), &["completions", "bash"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kmsite.bash");
    fs::File::create_new(&file).and_then(|mut file| std::io::Write::write_all(&mut file, script.as_bytes())).unwrap();
    // Where there is no bash there is nothing to read it.
    if let Ok(status) = Command::new("bash").arg("-n").arg(&file).status() {
        assert!(status.success());
    }
}

#[test]
fn the_manual_is_roff() {
    let folder = tempfile::tempdir().unwrap();
    let page = answer(folder.path(), &["man"]);
    assert!(page.contains(".TH kmsite 1") && page.contains(".SH SYNOPSIS"), "{page}");
    answer(folder.path(), &["man", "--dir", "man/man1"]);
    let pages = files(folder.path());
    for name in ["kmsite", "kmsite-new", "kmsite-explain"] {
        assert!(pages.contains(&format!("man/man1/{name}.1")), "{pages:?}");
    }
}

/// The front matter of a text, between its marks.
fn front(text: &str) -> Option<&str> {
    text.strip_prefix("---\n")?.split_once("\n---\n").map(|(front, _)| front)
}

/// All names of keys in a schema.
fn keys(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            names.extend(map.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.clone()));
            map.values().for_each(|value| keys(value, names));
        }
        Value::Array(list) => list.iter().for_each(|value| keys(value, names)),
        _ => {}
    }
}

const SITES: [(&str, &str, &str); 6] = [
    ("course", "zh", "我的专栏"),
    ("course", "en", "My: #1 \"column\""),
    ("blog", "zh", "写作笔记"),
    ("blog", "en", "Notes"),
    ("book", "zh", "走路"),
    ("book", "en", "Walking"),
];

#[test]
fn every_template_makes_a_site_of_sound_files() {
    let folder = tempfile::tempdir().unwrap();
    let schema = config::front_matter_schema();
    for (template, lang, name) in SITES {
        answer(folder.path(), &["new", name, "--template", template, "--lang", lang]);
        let site = folder.path().join(name);
        let made = files(&site);
        let has = |path: &str| made.iter().any(|made| made == path);
        assert!(has(".gitignore") && has("site.yaml") && has("content/_index.md") && has("content/about.md"), "{made:?}");
        assert_eq!(fs::read_to_string(site.join(".gitignore")).unwrap(), "/dist\n/dist-guarded\n/.kmsite\n");
        let bytes = fs::read(site.join("site.yaml")).unwrap();
        let noted = config::load(Some((&SourcePath::new("site.yaml"), &bytes)), &Overrides::default());
        assert_eq!(noted.diags, [], "{template} {lang}");
        assert_eq!(noted.value.title, config::Localized::Same(name.to_owned()));
        assert_eq!(noted.value.languages.default.as_ref().map(kmsite::id::Lang::as_str), Some(lang));
        let (mut paid, mut walls) = (0, 0);
        for path in &made {
            let text = fs::read_to_string(site.join(path)).unwrap();
            assert!(
                !text.contains("@NAME@") && !text.contains("@TITLE@") && !text.contains("AGO@") && !text.contains("@DATE@"),
                "{path}"
            );
            let Some(front) = front(&text) else { continue };
            let keys: BTreeMap<String, Value> = serde_yaml::from_str(front).unwrap();
            let unknown: Vec<_> = keys.keys().filter(|key| schema["properties"].get(key.as_str()).is_none()).collect();
            assert_eq!(unknown, Vec::<&String>::new(), "{path}");
            let read: Front = serde_yaml::from_str(front).unwrap();
            let _: Secrets<String> = serde_yaml::from_str(front).unwrap();
            if let Some(tier) = &read.tier {
                assert_eq!(tier.as_str(), "member");
                paid += 1;
            }
            walls += text.matches("\n<!-- paywall -->\n").count();
        }
        assert_eq!((paid, walls), (1, 1), "{template} {lang}");
    }
}

#[test]
fn the_parts_of_each_template_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let count = |template: &str, part: &str| {
        answer(folder.path(), &["new", template, "--template", template]);
        files(&folder.path().join(template)).iter().filter(|path| path.contains(part)).count()
    };
    assert_eq!(refusal(folder.path(), &["new", "course"]).0, 2);
    let in_folder = |template: &str| {
        let path = format!("./{template}");
        answer(folder.path(), &["new", &path, "--template", template]);
        files(&folder.path().join(template))
    };
    let course = in_folder("course");
    assert_eq!(course.iter().filter(|path| path.contains("/0") && path.ends_with("/_index.md")).count(), 2, "{course:?}");
    assert_eq!(course.iter().filter(|path| path.rsplit('/').next().unwrap().starts_with('0')).count(), 3, "{course:?}");
    assert_eq!(count("blog", "content/articles/"), 3);
    let book = in_folder("book");
    let home = folder.path().join("book/content/books/walking");
    let summary = fs::read_to_string(home.join("SUMMARY.md")).unwrap();
    let chapters: Vec<&str> = summary.lines().filter_map(|line| line.split_once("](")?.1.strip_suffix(')')).collect();
    assert_eq!(chapters.len(), 3);
    assert!(chapters.iter().all(|chapter| home.join(chapter).is_file()), "{book:?}");
}

#[test]
fn chinese_sites_are_chinese_and_english_ones_english() {
    let folder = tempfile::tempdir().unwrap();
    for (template, lang, _) in SITES {
        let name = format!("{lang}-{template}");
        answer(folder.path(), &["new", &name, "--template", template, "--lang", lang]);
        for path in files(&folder.path().join(&name)) {
            let text = fs::read_to_string(folder.path().join(&name).join(&path)).unwrap();
            match lang {
                "en" => assert!(!text.contains(is_han), "{name}/{path}"),
                _ => {
                    // Four English words in a row are a sentence.
                    let words = |line: &&str| {
                        let mut run = 0;
                        line.split(' ').any(|word| {
                            run = if word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic()) { run + 1 } else { 0 };
                            run >= 4
                        })
                    };
                    assert_eq!(text.lines().find(words), None, "{name}/{path}");
                }
            }
        }
    }
}

#[test]
fn the_configuration_of_a_new_site_documents_every_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut names = BTreeSet::new();
    keys(&config::schema(), &mut names);
    assert!(names.len() > 35, "{names:?}");
    for lang in ["zh", "en"] {
        answer(folder.path(), &["new", lang, "--lang", lang]);
        let text = fs::read_to_string(folder.path().join(lang).join("site.yaml")).unwrap();
        // One space after `#` is an explanation; none, or more, is a setting. With all settings on, the file is right too.
        let setting = |line: &&str| line.starts_with("  ") || !line.starts_with(' ');
        let on: Vec<&str> = text.lines().map(|line| line.strip_prefix('#').filter(setting).unwrap_or(line)).collect();
        let on = on.join("\n");
        let noted = config::load(Some((&SourcePath::new("site.yaml"), on.as_bytes())), &Overrides::default());
        assert_eq!(noted.diags, [], "{lang}");
        let written: BTreeSet<&str> = on.split(['\n', '{', ',', ' ']).filter_map(|word| word.strip_suffix(':')).collect();
        let missing: Vec<_> = names.iter().filter(|name| !written.contains(name.as_str())).collect();
        assert_eq!(missing, Vec::<&String>::new(), "{lang}");
    }
}

#[test]
fn a_folder_that_holds_something_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    answer(folder.path(), &["new", "博客"]);
    let before = files(folder.path());
    let (code, said) = refusal(folder.path(), &["new", "博客", "--template", "book"]);
    assert_eq!(code, 2);
    assert!(said.contains("error[KM0901]: `博客` is there already"), "{said}");
    assert_eq!(files(folder.path()), before);
    fs::File::create_new(folder.path().join("file")).unwrap();
    assert_eq!(refusal(folder.path(), &["new", "file"]).0, 2);
    fs::create_dir(folder.path().join("empty")).unwrap();
    answer(folder.path(), &["new", "empty"]);
}

#[test]
fn the_language_of_a_site_is_that_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    for (name, lang) in [("我的专栏", "zh"), ("column", "en")] {
        answer(folder.path(), &["new", name]);
        assert!(fs::read_to_string(folder.path().join(name).join("site.yaml")).unwrap().contains(&format!("default: {lang}")));
    }
    assert_eq!(refusal(folder.path(), &["new", "colonne", "--lang", "fr"]).0, 2);
}

/// A site to make pieces in.
fn site(template: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    answer(folder.path(), &["new", "站", "--template", template]);
    let site = folder.path().join("站");
    (folder, site)
}

#[test]
fn pieces_are_made_where_their_kind_is() {
    let (_folder, site) = site("course");
    for (args, path) in [
        (&["article", "为什么 Rust？"][..], "content/articles/为什么-rust.md"),
        (&["article", "TCP/IP", "入门"], "content/articles/tcp-ip-入门.md"),
        (&["course", "Rust 课"], "content/courses/rust-课/_index.md"),
        (&["lesson", "courses/rust-课/第一课"], "content/courses/rust-课/01-第一课.md"),
        (&["lesson", "rust-课/第二课"], "content/courses/rust-课/02-第二课.md"),
        (&["lesson", "content/courses/clear-writing/01-see/再看"], "content/courses/clear-writing/01-see/03-再看.md"),
        (&["book", "小书"], "content/books/小书/_index.md"),
        (&["chapter", "第一章"], "content/books/小书/01-第一章.md"),
        (&["session", "直播一"], "content/sessions/直播一.md"),
        (&["resource", "清单.md"], "content/resources/清单.md"),
        (&["answer", "怎么开始？"], "content/answers/怎么开始.md"),
        (&["page", "条款"], "content/条款.md"),
        (&["page", "Terms", "--lang", "en"], "content/terms.en.md"),
    ] {
        assert_eq!(answer(&site, &[&["new"], args].concat()), format!("{path}\n"));
        let text = fs::read_to_string(site.join(path)).unwrap();
        let read: Front = serde_yaml::from_str(front(&text).unwrap()).unwrap();
        assert!(read.title.is_some(), "{text}");
        assert_eq!(read.date.is_none(), args[0] == "page", "{text}");
        assert_eq!(read.start.is_some(), args[0] == "session", "{text}");
    }
    let text = fs::read_to_string(site.join("content/articles/为什么-rust.md")).unwrap();
    assert!(text.contains("\nslug: wei-shen-me-rust\n"), "{text}");
    assert!(!fs::read_to_string(site.join("content/terms.en.md")).unwrap().contains("slug"));
    assert_eq!(refusal(&site, &["new", "lesson", "没有课名"]).0, 2);
}

#[test]
fn a_piece_never_overwrites_and_never_leaves_the_site() {
    let (folder, site) = site("blog");
    answer(&site, &["new", "article", "一"]);
    let (code, said) = refusal(&site, &["new", "article", "一"]);
    assert_eq!(code, 2);
    assert!(said.contains("KM0901"), "{said}");
    let before = files(folder.path());
    for args in [["lesson", "../../x"], ["article", "../../x.md"], ["article", "！？"], ["artikel", "x"], ["chapter", "第一章"]]
    {
        assert_eq!(refusal(&site, &[&["new"], &args[..]].concat()).0, 2, "{args:?}");
    }
    assert_eq!(files(folder.path()), before);
    let (code, said) = refusal(folder.path(), &["new", "article", "x"]);
    assert_eq!(code, 2);
    assert!(said.contains("KM0904"), "{said}");
    assert_eq!(answer(folder.path(), &["new", "article", "x", "--root", "站"]), "content/articles/x.md\n");
}

#[test]
fn a_chapter_of_a_book_with_a_summary_is_to_be_listed() {
    let (_folder, site) = site("book");
    let output = run(&site, &["new", "chapter", "第四章"]);
    assert_eq!(code(&output), 0);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("add `- [第四章](01-第四章.md)` to `content/books/walking/SUMMARY.md`"), "{said}");
}

#[test]
fn collections_of_the_configuration_are_kept_to() {
    let (_folder, site) = site("blog");
    let mut command = command(&site, &["new", "article", "一", "--json"]);
    let output = command.env("KMSITE__COLLECTIONS__ARTICLES", "文章").output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["path"], "content/文章/一.md");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_io_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::File::create_new(folder.path().join("file")).unwrap();
    let (code, said) = refusal(folder.path(), &["man", "--dir", "file/man"]);
    assert_eq!(code, 3);
    assert!(said.starts_with("error[KM0907]: cannot write manual pages to `file/man`: "), "{said}");
}
