//! Copies for other networks: what `kmsite copy` makes, held against the rules of each.

use crate::mails::{site, text};
use crate::sandbox::{Sandbox, Tree, tree};

fn copies(sandbox: &Sandbox, args: &[&str]) -> Tree {
    let run = sandbox.run(&[&["copy"], args].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    tree(&sandbox.root().join(".kmsite/copies"))
}

/// The start tags of an HTML text, as written between `<` and `>`.
fn tags(html: &str) -> Vec<&str> {
    let starts = html.match_indices('<').filter(|(at, _)| html[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()));
    starts.map(|(at, _)| &html[at + 1..at + html[at..].find('>').expect("an end")]).collect()
}

#[test]
fn a_copy_for_wechat_keeps_the_rules_of_its_editor() {
    let sandbox = site();
    let with_link = "---\ntitle: 外链\n---\n见[这篇](https://mp.weixin.qq.com/s/abc)、[那篇](https://far.example/x)和[那篇](https://far.example/x)。\n";
    sandbox.write("content/articles/links.md", with_link.as_bytes());
    let tree = copies(&sandbox, &["articles/rich", "articles/links", "articles/paid", "--channel", "wechat", "--lang", "zh"]);
    for name in ["articles-rich", "articles-links", "articles-paid"] {
        let html = text(&tree, &format!("{name}.zh.wechat.html"));
        let barred = ["script", "style", "link", "iframe", "form", "input", "video", "audio", "svg", "math", "html", "body"];
        for tag in tags(&html) {
            let element = tag.split([' ', '/']).next().unwrap();
            assert!(!barred.contains(&element), "<{tag}>");
            assert!(![" id=", " class=", "position", " on"].iter().any(|barred| tag.contains(barred)), "<{tag}>");
            let leads = tag.split_once("href=\"").map(|(_, rest)| rest);
            assert!(leads.is_none_or(|leads| leads.starts_with("https://mp.weixin.qq.com/")), "<{tag}>");
            assert!(
                ["br", "sup", "tbody", "thead", "tr", "em", "del", "span"].contains(&element) || tag.contains(" style=\""),
                "<{tag}>"
            );
        }
    }
    let rich = text(&tree, "articles-rich.zh.wechat.html");
    assert!(rich.contains("x² ≤ 1") && rich.contains("fn&nbsp;main()&nbsp;{"), "{rich}");
    // An address that is named twice has one number.
    let links = text(&tree, "articles-links.zh.wechat.html");
    assert!(
        links.contains("那篇<sup") && links.contains("[1] https://far.example/x</small>") && !links.contains("[2]"),
        "{links}"
    );
    assert!(links.contains("href=\"https://mp.weixin.qq.com/s/abc\"") && links.contains("阅读原文"));
    let form = text(&tree, "articles-rich.zh.wechat.txt");
    let page =
        "https://example.org/shop/articles/rich/?utm_source=wechat&utm_medium=social&utm_campaign=articles-rich&utm_content=copy";
    assert_eq!(form, format!("标题：样样都有\n摘要：公式、图、表。\n阅读原文：{page}\n"));
    assert!(tree["articles-rich.zh.wechat.png"].starts_with(b"\x89PNG"), "a code of the page");
}

#[test]
fn a_copy_for_zhihu_is_markdown_of_its_kind() {
    let tree = copies(&site(), &["articles/rich", "articles/free", "--channel", "zhihu"]);
    let rich = text(&tree, "articles-rich.zh.zhihu.md");
    for part in [
        "# 样样都有\n",
        "$$x^2 \\leq 1$$",
        "$$\n\\frac{a}{b}\n$$",
        "| 列 | 数 |\n| --- | ---: |\n| 甲 | 1 |",
        "```rust\n",
        "> **",
        "> 一句提醒。",
    ] {
        assert!(rich.contains(part), "{part:?} in {rich}");
    }
    assert!(!rich.contains("[^1]") && !rich.contains("<script") && !rich.contains("alert(1)"), "{rich}");
    let free = text(&tree, "articles-free.zh.zhihu.md");
    assert!(free.contains("![梯子](https://example.org/shop/images/a.png)") && free.contains("utm_source=zhihu"), "{free}");
    let english = text(&tree, "articles-free.en.zhihu.md");
    assert!(english.starts_with("# A free \\<piece> & more\n"), "{english}");
}

#[test]
fn posts_keep_within_what_x_counts() {
    let sandbox = site();
    let long = format!(
        "---\ntitle: 长文\ndescription: 一句话。\n---\n{}\n\n{}\n",
        "这是一句话，说了又说。".repeat(60),
        "Words and more words here. ".repeat(60)
    );
    sandbox.write("content/articles/long.md", long.as_bytes());
    let posts = text(&copies(&sandbox, &["articles/long", "--channel", "x"]), "articles-long.zh.x.txt");
    let posts: Vec<&str> = posts.trim_end().split("\n\n-----\n\n").collect();
    assert_eq!(posts.len(), 11, "a post, and a thread of ten: {posts:?}");
    for post in &posts {
        // Counted anew: an address is 23, Han and full-width signs are two, the rest of these texts one.
        let bare: String = post.split_whitespace().filter(|word| !word.starts_with("https://")).collect::<Vec<_>>().join(" ");
        let addresses = post.split_whitespace().filter(|word| word.starts_with("https://")).count();
        let weight: usize = bare.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() + addresses * 24;
        assert!(weight <= 280, "{weight}: {post}");
    }
    assert!(
        posts[0].contains("长文")
            && posts[0].contains("utm_source=x")
            && posts[1].ends_with("1/10")
            && posts[10].ends_with("10/10")
    );
    assert!(posts[2].matches("说了又说。").count() > 5, "posts are filled: {}", posts[2]);
}

#[test]
fn paid_text_goes_behind_walls_only() {
    let sandbox = site();
    let tree = copies(&sandbox, &["articles/paid", "--as", "tier:member"]);
    for (name, paid) in
        [("wechat.html", false), ("zhihu.md", false), ("x.txt", false), ("xiaobaotong.md", true), ("zsxq.txt", true)]
    {
        let copy = text(&tree, &format!("articles-paid.zh.{name}"));
        assert!(copy.contains("公开的开头。"), "{name}: {copy}");
        assert_eq!(copy.contains("只给会员看的话。"), paid, "{name}: {copy}");
        assert!(!copy.contains("meet.example"), "{name}");
    }
    let run = sandbox.run(&["copy", "articles/paid", "--as", "tier:member", "--channel", "wechat"]);
    assert!(run.code == 2 && run.err.contains("error[KM0928]"), "{}", run.err);
    let all = copies(&sandbox, &["articles/paid", "--out", ".kmsite/copies"]);
    let fresh = site();
    assert!(
        all.len() >= tree.len() && !copies(&fresh, &["articles/paid"]).keys().any(|name| name.contains("zsxq")),
        "for nobody in particular"
    );
}

#[test]
fn what_an_editor_would_refuse_is_a_warning() {
    let sandbox = site();
    sandbox.write("content/articles/t.md", format!("---\ntitle: {}\n---\n话。\n", "长".repeat(65)).as_bytes());
    let run = sandbox.run(&["copy", "articles/t", "--channel", "wechat"]);
    assert!(run.code == 0 && run.err.contains("warning[KM0929]") && run.err.contains("65 characters"), "{}", run.err);
    sandbox.write("content/articles/t.md", format!("---\ntitle: {}\n---\n话。\n", "长".repeat(64)).as_bytes());
    assert_eq!(sandbox.run(&["copy", "articles/t", "--channel", "wechat"]).err, "");
}
