//! Levels that nobody declared, and labels of any kind: what is learnt, what is refused, what is said of it, and who may see it.

use std::fmt::Write as _;

use kmsite::enrich::levels::{self, Classifier, Sample};

use crate::program::{Folder, Ran};

/// Sentences that are short and plain.
const PLAIN: &str = "The dog is big. It has a red ball. The boy can run and play. They go to the park. We like the sun. ";
/// Sentences that are neither.
const HARD: &str = "Notwithstanding considerable methodological reservations, epistemological considerations presuppose that institutional \
    arrangements, whose legitimacy remains contested, systematically circumscribe deliberative participation; consequently, \
    jurisdictional fragmentation exacerbates administrative indeterminacy, which policymakers habitually underestimate. ";

fn piece(front: &str, text: &str) -> String {
    format!("---\ndate: 2024-05-01\ntags: [law]\n{front}---\n{text}\n")
}

fn english() -> Folder {
    Folder::site(&[]).with("site.yaml", "title: T\nbase_url: https://example.org/\nlanguages: { default: en }\n")
}

/// The line of a piece in what `levels` printed.
fn line<'a>(ran: &'a Ran, route: &str) -> Vec<&'a str> {
    let line = ran.out.lines().find(|line| line.split_whitespace().next() == Some(route));
    line.unwrap_or_else(|| panic!("{route}: {}", ran.out)).split_whitespace().skip(1).collect()
}

#[test]
fn an_english_piece_without_a_level_gets_one_that_is_marked() {
    let site = english()
        .with("content/articles/plain.md", piece("", &PLAIN.repeat(8)))
        .with("content/articles/hard.md", piece("", &HARD.repeat(6)))
        .with("content/articles/said.md", piece("level: intermediate\n", &PLAIN.repeat(8)))
        .with("content/articles/short.md", piece("", "Too short to tell."))
        .with("content/articles/code.md", piece("", &format!("```\n{}\n```", PLAIN.repeat(20))));
    let ran = site.run(&["levels"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(line(&ran, "/articles/plain/")[..2], ["beginner", "inferred"]);
    assert_eq!(line(&ran, "/articles/hard/")[..2], ["advanced", "inferred"]);
    assert_eq!(line(&ran, "/articles/said/"), ["intermediate", "declared"]);
    assert_eq!(line(&ran, "/articles/short/"), ["unknown"]);
    assert_eq!(line(&ran, "/articles/code/"), ["unknown"], "code is no prose");
    let matrix = site.run(&["matrix"]);
    assert!(matrix.out.contains("2 of 3 levels are inferred"), "{}", matrix.out);
    assert_eq!(site.run(&["matrix", "--json"]).json()["en"]["inferred"], 2);
}

#[test]
fn readers_see_inferred_levels_only_if_the_site_says_so() {
    let site = english().with("content/articles/hard.md", piece("", &HARD.repeat(6)));
    assert_eq!(site.build(&[]), "exit 0");
    assert!(!site.page("articles/hard/index.html").contains("estimated"));
    let site = site.with(
        "site.yaml",
        "title: T\nbase_url: https://example.org/\nlanguages: { default: en }\nrecommend: { levels: inferred }\n",
    );
    assert_eq!(site.build(&[]), "exit 0");
    let page = site.page("articles/hard/index.html");
    assert!(page.contains("level advanced") && page.contains("estimated"), "{page}");
}

#[test]
fn what_is_paid_for_decides_no_level() {
    let text = format!("{}\n\n<!-- paywall -->\n\n", PLAIN.repeat(8));
    let alone = english().with("content/articles/a.md", piece("tier: pro\n", &format!("{text}{PLAIN}")));
    let other = english().with("content/articles/a.md", piece("tier: pro\n", &format!("{text}{}", HARD.repeat(30))));
    assert_eq!(alone.run(&["levels"]).out, other.run(&["levels"]).out);
    assert_eq!(line(&alone.run(&["levels"]), "/articles/a/")[0], "beginner");
}

#[test]
fn chinese_is_unknown_until_the_site_has_taught_it() {
    let site = Folder::site(&[]).with("site.yaml", "title: T\nbase_url: https://example.org/\nlanguages: { default: zh }\n");
    let site = site.with("content/articles/a.md", piece("", &"所有权是一条规则。".repeat(30)));
    let ran = site.run(&["levels"]);
    assert_eq!(line(&ran, "/articles/a/"), ["unknown"]);
    assert!(ran.out.contains("nothing can be inferred in `zh`"), "{}", ran.out);
    let refused = site.run(&["levels", "train"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("KM1052") && refused.err.contains("of `beginner` there are 0 texts, and 30 are needed"),
        "{}",
        refused.err
    );
}

/// Chinese words, some of which go with a level and some of which do not.
fn chinese(level: usize, number: usize) -> String {
    let words = [["苹果", "吃饭", "学校", "朋友"], ["编程", "函数", "变量", "循环"], ["范畴", "幺半群", "同构", "函子"]];
    let common = ["今天", "我们", "说到", "这个", "问题"];
    (0..40).fold(String::new(), |mut text, at| {
        let seed = number * 31 + at * 7;
        let _ = write!(text, "{}{}{}。", common[seed % 5], words[level][seed / 3 % 4], common[(seed + at) % 5]);
        text
    })
}

#[test]
fn a_site_teaches_its_own_language() {
    let mut site = Folder::site(&[]).with("site.yaml", "title: T\nbase_url: https://example.org/\nlanguages: { default: zh }\n");
    for (level, name) in ["beginner", "intermediate", "advanced"].into_iter().enumerate() {
        for number in 0..30 {
            let text = piece(&format!("level: {name}\n"), &chinese(level, number));
            site = site.with(&format!("content/articles/{name}-{number}.md"), text);
        }
    }
    let site = site.with("content/articles/open.md", piece("", &chinese(2, 99)));
    let ran = site.run(&["levels", "train"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let first = std::fs::read(site.path().join("levels-zh.model")).unwrap();
    assert_eq!(line(&site.run(&["levels"]), "/articles/open/")[..2], ["advanced", "inferred"]);
    assert_eq!(site.run(&["levels", "train"]).code, 0);
    assert!(std::fs::read(site.path().join("levels-zh.model")).unwrap() == first, "the same texts teach the same");
    // What was learnt is no file of the site.
    assert_eq!(site.build(&[]), "exit 0");
    assert!(!site.dist().join("levels-zh.model").exists());
    let site = site.with("levels-zh.model", &first[..first.len() / 2]);
    let broken = site.run(&["levels"]);
    assert_eq!(broken.code, 1);
    assert!(broken.err.contains("KM1053") && broken.err.contains("levels-zh.model"), "{}", broken.err);
}

#[test]
fn what_is_no_better_than_guessing_is_refused() {
    let labels = (0..90).fold("text,label\n".to_owned(), |mut text, number| {
        let _ = writeln!(
            text,
            "{},{}",
            ["red green", "blue grey"][number / 3 % 2].repeat(number % 7 + 1),
            ["a", "b", "c"][number % 3]
        );
        text
    });
    let folder = Folder::empty().with("labels.csv", labels);
    let ran = folder.run(&["classify", "train", "--labels", "labels.csv", "--model", "m.model"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("KM1052") && !folder.path().join("m.model").exists(), "{}", ran.err);
}

/// Feedback of readers, happy and not, in both languages.
fn feedback() -> String {
    let happy = ["I love this course, clear and helpful", "great examples, thank you", "讲得很清楚，谢谢", "非常喜欢，很有用"];
    let angry = ["confusing and far too expensive", "I want a refund, broken links", "太贵了，看不懂", "链接坏了，要退款"];
    let mut text = "text,label\n".to_owned();
    for number in 0..40 {
        let _ = writeln!(text, "\"{} {}\",happy\n\"{} {}\",angry", happy[number % 4], number, angry[number / 2 % 4], number);
    }
    text
}

#[test]
fn any_labels_can_be_learnt_and_applied() {
    let folder = Folder::empty().with("labels.csv", feedback());
    let report = folder.run(&["classify", "report", "--labels", "labels.csv", "--json"]).json();
    assert_eq!(report["clears_majority"], true);
    assert_eq!((&report["majority"], &report["folds"]), (&0.5.into(), &10.into()));
    let trained = folder.run(&["classify", "train", "--labels", "labels.csv", "--model", "mood.model"]);
    assert_eq!((trained.code, trained.err.as_str()), (0, ""));
    let folder = folder.with("new.csv", "id,text\n1,\"thank you, clear examples\"\n2,太贵了，要退款\n");
    let applied = folder.run(&["classify", "apply", "--labels", "new.csv", "--model", "mood.model", "--json"]).json();
    assert_eq!((&applied[0]["label"], &applied[1]["label"]), (&"happy".into(), &"angry".into()));
    assert_eq!(applied[0]["origin"], "inferred");
}

#[test]
fn files_that_cannot_be_learnt_from_are_told_by_line() {
    let told = |text: &str, part: &str| {
        let ran = Folder::empty().with("l.csv", text).run(&["classify", "report", "--labels", "l.csv"]);
        assert!(ran.code == 2 && ran.err.contains(part), "{text:?}: {}", ran.err);
    };
    told("text,label\nfine,a\n,b\n", "line 3 of");
    told("text,label\n\"open,a\n", "a quotation mark is not closed");
    told("piece,label\n/a/,b\n", "pieces can be named within a site only");
    told("text,label\na,x\nb,x\n", "KM1052");
    told("", "KM1052");
    let ran = Folder::empty().with("l.jsonl", "{\"text\":\"a\"}\n[]\n").run(&["classify", "report", "--labels", "l.jsonl"]);
    assert!(ran.err.contains("KM1051") && ran.err.contains("line 2 of"), "{}", ran.err);
    let ran = Folder::empty().with("l.csv", "text,level\na,hard\n").run(&["levels", "report", "--texts", "l.csv"]);
    assert!(ran.err.contains("has the level `hard`, which is none"), "{}", ran.err);
}

#[test]
fn what_is_stored_is_read_as_it_was() {
    let text = |number: usize| format!("{} {}", ["plain words", "harder vocabulary"][number % 2].repeat(number + 1), number);
    let samples: Vec<Sample> = (0..12)
        .map(|number| Sample { text: levels::Measured::of(&text(number)), label: number % 2, group: number.to_string() })
        .collect();
    let labels = ["a".to_owned(), "b c".to_owned()];
    let learnt = Classifier::learn(&samples.iter().collect::<Vec<_>>(), &labels);
    let stored = levels::write(&learnt, "made for a test\nof two lines");
    assert!(levels::read(&stored).unwrap() == learnt);
    for cut in (0..stored.len()).step_by(7) {
        // Whatever is cut off, nothing panics.
        let _ = levels::read(&stored[..cut]);
    }
}

#[test]
fn on_real_texts_three_of_four_answers_are_right() {
    let Some(folder) = std::env::var_os("EVAL_DIR") else {
        crate::sandbox::say("EVAL_DIR is not set: levels are not measured on real texts");
        return;
    };
    let texts = std::path::Path::new(&folder).join("levels/texts.jsonl");
    let report = Folder::empty().run(&["levels", "report", "--json", "--texts", &texts.to_string_lossy()]).json();
    assert!(report["en"]["accuracy"].as_f64().unwrap() >= 0.78, "{report}");
    assert_eq!(report["en"]["groups"], 108);
}
