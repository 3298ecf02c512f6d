//! Mails: what `kmsite mail` makes of a site in Chinese and English, read as mail programs and services read it.

mod forms;
mod issues;
mod links;
mod mime;
mod refusals;
mod sequences;

use crate::sandbox::{Run, Sandbox, Tree, tree};

/// A site with a free piece, a paid one, and one that holds everything which mails cannot show.
pub fn site() -> Sandbox {
    let sandbox = Sandbox::new(&[
        (
            "site.yaml",
            "title: { zh: 手艺铺, en: The Workshop }\nauthor: { zh: 林舟, en: Lin Zhou }\nbase_url: https://example.org/shop/\nlanguages: { default: zh, others: [en] }\n\
             footer: { contact: hello@example.org }\nmail: { address: { zh: 杭州市, en: Hangzhou } }\n\
             tiers: [{ id: free }, { id: member, name: { zh: 会员, en: Members }, price: { amount: 39, currency: CNY, per: month }, checkout: 'https://pay.example/m' }, { id: pro }]\n\
             products: [{ id: kit, name: { zh: 工具包, en: Kit }, includes: [articles/paid], price: { amount: 9, currency: CNY } }]\n",
        ),
        (
            "content/articles/free.md",
            "---\ntitle: 免费的一篇\ndate: 2026-03-01T08:30:00+08:00\ndescription: 怎样开头，才有人读下去。\n---\n开头。见[收费的](paid.md#二)、[外面](https://far.example/a?b=1&c=2)。\n\n![梯子](/images/a.png)\n",
        ),
        (
            "content/articles/free.en.md",
            "---\ntitle: A free <piece> & more\ndate: 2026-03-01\ndescription: How to begin.\n---\nA beginning. See [the paid one](paid.md).\n",
        ),
        (
            "content/articles/paid.md",
            "---\ntitle: 收费的一篇\ntier: member\ndate: 2026-03-02\nlink: https://meet.example/secret\n---\n公开的开头。\n\n<!-- paywall -->\n\n## 二\n\n只给会员看的话。\n",
        ),
        (
            "content/articles/paid.en.md",
            "---\ntitle: Paid\ntier: member\ndate: 2026-03-02\n---\nOpen.\n\n<!-- paywall -->\n\nFor members only.\n",
        ),
        ("content/articles/rich.md", RICH),
    ]);
    sandbox.write("content/images/a.png", &crate::leak::png(1200, "picture"));
    sandbox.write("content/images/b.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>");
    sandbox
}

/// What mails cannot show as a page does.
const RICH: &str = "---
title: 样样都有
date: 2026-02-01
description: 公式、图、表。
---
公式 $x^2 \\leq 1$，脚注[^1]。<kbd>Ctrl</kbd> <script>alert(1)</script>

$$\\frac{a}{b}$$

```mermaid
graph LR; A --> B
```

<Tabs>
<Tab title=\"Linux\">

装在 **Linux** 上。

</Tab>
</Tabs>

<Video src=\"https://far.example/film.mp4\" title=\"演示\" />

> [!TIP]
> 一句提醒。

| 列 | 数 |
|---|--:|
| 甲 | 1 |

```rust
fn main() { println!(\"{{ name }} *|FNAME|* {% raw %}\"); }
```

![矢量图](/images/b.svg)

- [x] 做完了

<form action=\"https://far.example\"><input name=\"a\"></form>

[^1]: 注的话。
";

/// Runs a command of `mail`, which must succeed, and returns the files of its folder.
pub fn made(sandbox: &Sandbox, args: &[&str]) -> Tree {
    let run = mail(sandbox, args);
    assert_eq!(run.code, 0, "{}", run.err);
    tree(&sandbox.root().join(".kmsite/mail"))
}

/// Runs a command of `mail`.
pub fn mail(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.run(&[&["mail"], args].concat())
}

/// A file of a folder, as text.
pub fn text(tree: &Tree, name: &str) -> String {
    let bytes = tree.get(name).unwrap_or_else(|| panic!("{name} among {:?}", tree.keys()));
    String::from_utf8(bytes.clone()).unwrap()
}
