//! A site in Chinese and English with a word of its own in every place where something gated, or something public, can stand.
//!
//! The files are written with marks, each of which becomes a word that occurs nowhere else: `⟦v:…⟧` what is behind a wall (`vault0001x`),
//! `⟦d:…⟧` what is a draft, `⟦f:…⟧` what is dated in the future, `⟦o:…⟧` what everyone may see. A label that begins with `/` is one word in all files.

use std::collections::BTreeMap;

use super::png::png;
use crate::sandbox::Sandbox;

/// The beginnings of words by the kind of their marks. No theme has them in its own names and sentences.
const PREFIXES: [(char, &str); 4] = [('v', VAULT), ('d', DRAFT), ('f', FUTURE), ('o', OPEN)];

/// What begins the words that no output may hold.
pub const VAULT: &str = "vault";
/// What begins the words of drafts.
pub const DRAFT: &str = "kladde";
/// What begins the words of pieces that are dated in the future.
pub const FUTURE: &str = "zukunft";
/// What begins the words that the output must hold.
pub const OPEN: &str = "plain";

/// A sentence in Chinese that stands behind walls only.
pub const HAN: &str = "暗格里的朱鹮";

/// The words of a site, each with the place it stands for.
#[derive(Default)]
pub struct Words {
    places: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
}

impl Words {
    /// Replaces the marks of a text.
    pub fn fill(&mut self, file: &str, text: &str) -> String {
        let mut parts = text.split('⟦');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (mark, after) = part.split_once('⟧').expect("a closed mark");
            out.push_str(&self.word(file, mark));
            out.push_str(after);
        }
        out
    }

    fn word(&mut self, file: &str, mark: &str) -> String {
        let (kind, label) = mark.split_once(':').expect("a kind and a label");
        let (_, prefix) = PREFIXES.iter().find(|(known, _)| kind == known.to_string()).expect("a known kind");
        let place = if label.starts_with('/') { format!("{kind}{label}") } else { format!("{kind} {file}: {label}") };
        if let Some(word) = self.words.get(&place) {
            return word.clone();
        }
        let word = format!("{prefix}{:04}x", self.words.len());
        self.words.insert(place.clone(), word.clone());
        self.places.insert(word.clone(), place);
        word
    }

    /// Where a word stands in the source.
    pub fn place(&self, word: &str) -> &str {
        self.places.get(word).map_or("a part of a word", String::as_str)
    }

    /// All words of a kind.
    pub fn of<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.places.keys().map(String::as_str).filter(move |word| word.starts_with(prefix))
    }
}

/// The site's configuration.
const SITE: &str = "# ⟦v:comment⟧
title: { zh: 暗格, en: Safe }
description: ⟦o:description⟧
base_url: https://example.org/sub/
languages: { default: zh, others: [en] }
tiers:
  - id: free
  - { id: member, name: ⟦o:tier⟧, price: { amount: 39, currency: CNY, per: month }, checkout: 'https://pay.example/⟦o:checkout⟧' }
  - id: pro
products:
  - { id: kit, name: ⟦o:product⟧, includes: [articles/included, books/guide/part/deep], price: { amount: 9, currency: CNY } }
access: { teaser: { words: 70, han: 40 } }
images: { widths: [8] }
recommend: { personal: true }
";

/// What sells the tier: its page, its links and its mails show of paid pieces what everyone may read.
const CAMPAIGN: &str = "# ⟦v:comment⟧
offer: tier:member
copy:
  headline: ⟦o:headline⟧
  promise: ⟦o:promise⟧
  faq: [{ question: ⟦o:question⟧, answer: ⟦o:answer⟧ }]
";

/// What stands behind a wall: every form of text that can hold words.
const BEHIND: &str = r#"
## ⟦v:heading⟧

### 小节 ⟦v:heading with an id⟧ {#⟦v:heading id⟧ .⟦v:heading class⟧}

⟦v:paragraph⟧ *⟦v:emphasis⟧* **⟦v:strong⟧** ~~⟦v:strike⟧~~ `⟦v:code span⟧` 暗格里的朱鹮。\
⟦v:after a break⟧[^⟦v:note label⟧] ⟦v:inline html⟧<span title="⟦v:attribute⟧">⟦v:in a span⟧</span><!-- ⟦v:inline comment⟧ -->

[^⟦v:note label⟧]: ⟦v:note⟧

    ⟦v:indented code⟧

```rust title="⟦v:code title⟧" hl_lines="1"
fn ⟦v:code⟧() { "⟦v:string in code⟧" }
```

```mermaid
graph LR; A[⟦v:mermaid⟧] --> B
```

$$\text{⟦v:display math⟧} + x$$ and $⟦v:inline math⟧$

> [!NOTE]
> ⟦v:alert⟧

- [ ] ⟦v:task⟧
  1. ⟦v:nested list⟧

| ⟦v:table head⟧ | b |
|---|---|
| ⟦v:table cell⟧ | [⟦v:link text⟧](https://far.example/⟦v:url⟧?q=⟦v:query⟧#⟦v:fragment⟧ "⟦v:link title⟧") |

⟦v:term⟧
: ⟦v:definition⟧

![⟦v:alt⟧](/media/⟦v:/picture⟧.png "⟦v:image title⟧") [⟦v:attachment text⟧](/media/⟦v:/attachment⟧.pdf) <https://far.example/⟦v:autolink⟧>

[[about|⟦v:wiki label⟧]] [[⟦v:dead wiki⟧]] [⟦v:reference text⟧][⟦v:reference name⟧] <⟦v:mail⟧@far.example> [x](#⟦v:dead anchor⟧) [y](⟦v:dead file⟧.md)

[⟦v:reference name⟧]: https://far.example/⟦v:reference url⟧ "⟦v:reference title⟧"

<div id="⟦v:html id⟧" data-x='⟦v:data attribute⟧'>

⟦v:in a block of html⟧ <b style="content: '⟦v:style⟧'; --⟦v:property⟧: 1">x</b>

<style>.⟦v:class of a style⟧ { content: "⟦v:style sheet⟧" }</style>

<!-- ⟦v:block comment⟧ -->
</div>

<Callout title="⟦v:component argument⟧">

⟦v:component body⟧ <Figure src="/media/⟦v:/picture⟧.png" alt="⟦v:figure alt⟧" caption="⟦v:caption⟧" />

</Callout>

<Video src="/media/⟦v:/film⟧.webm" poster="/media/⟦v:/picture⟧.png" />
<Figure caption="⟦v:argument⟧"/>

<!-- more -->
⟦v:behind a mark for the excerpt⟧
<!-- paywall -->
⟦v:behind a second mark⟧ <script>/* ⟦v:script⟧ */</script>
"#;

/// The gated keys of front matter, files and addresses.
const KEYS: &str = "audio: /media/⟦v:/sound⟧.mp3
video: https://far.example/⟦v:video⟧.mp4
attachments: [/media/⟦v:/attachment⟧.pdf, 'https://far.example/⟦v:attachment⟧']
files: ['/media/⟦v:/file⟧.csv', 'https://far.example/⟦v:file⟧.zip']
quiz:
  - { question: '⟦v:question⟧?', options: ['⟦v:option⟧', b], answer: 0, explain: ⟦v:explanation⟧ }
link: https://meet.example/⟦v:join⟧
place: ⟦v:place⟧
recording: https://far.example/⟦v:recording⟧.webm
";

/// What is public of a paid piece.
const BEFORE: &str = "title: ⟦o:title⟧
description: ⟦o:description⟧
tags: [⟦o:tag⟧]
series: ⟦o:series⟧
date: 2024-05-01
updated: 2024-06-01
# ⟦v:yaml comment⟧
extra: { note: fine }
cover: /media/⟦o:/cover⟧.png
objectives: [⟦o:objective⟧]
prerequisites: [⟦o:requirement⟧]
authors: [⟦o:author⟧]
";

/// A teaser with comments in it, which are nobody's to read, and a footnote, the text of which comes at the page's end and so behind the wall.
const TEASER: &str = "
⟦o:teaser⟧ 开头。 <!-- ⟦v:comment in the teaser⟧ --> [about](/about.md \"⟦o:link title⟧\") ![⟦o:alt⟧](/media/⟦o:/shown⟧.png)[^t]

[^t]: ⟦v:note of the teaser⟧

<!-- ⟦v:comment between blocks⟧
⟦v:its second line⟧ -->
<p><!-- ⟦v:comment in html⟧ -->⟦o:html⟧</p>

| a | b |
|---|---|
| ⟦o:cell⟧ | <!-- ⟦v:comment in a cell⟧ --> |

";

/// A paid piece: its own lines of front matter, then what all have, in the given way.
fn paid(own: &str, wall: &str) -> String {
    // A mark anywhere sets the wall: where the length is to set it there is none.
    // Then a paragraph that is too long for what is left of the teaser ends it.
    let behind = match wall {
        "" => format!("⟦v:too long⟧ {}\n{}", "word ".repeat(60), BEHIND.replace(WALL, "")),
        _ => BEHIND.to_owned(),
    };
    format!("---\n{own}{BEFORE}{KEYS}---\n{TEASER}{wall}{behind}")
}

/// The same in TOML, which has no room for all.
fn paid_in_toml() -> String {
    format!(
        "+++\ntitle = \"⟦o:title⟧\"\ntier = \"member\" # ⟦v:toml comment⟧\naudio = \"/media/⟦v:/sound⟧.mp3\"\nlink = \"⟦v:link⟧\"\n+++\n⟦o:teaser⟧\n\n<!-- paywall -->\n{BEHIND}"
    )
}

const WALL: &str = "<!-- paywall -->\n";

/// All texts of the site with their marks.
fn texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut add = |path: &str, text: String| texts.push((format!("content/{path}"), text));
    for end in [".md", ".en.md"] {
        let both = |path: &str| format!("{path}{end}");
        // By its own tier, with a mark, with the default length, with a nested mark, and in TOML.
        add(&both("articles/own"), paid("tier: member\n", WALL));
        add(&both("articles/long"), paid("tier: pro\n", ""));
        add(&both("articles/nested"), paid("tier: member\n", "- one\n- two <!-- paywall -->\n- ⟦v:nested item⟧\n\n"));
        add(
            &both("articles/quoted"),
            paid("tier: member\n", "> <Callout>\n> ⟦v:in a quotation⟧ <!-- paywall -->\n> </Callout>\n\n"),
        );
        add(&both("articles/toml"), paid_in_toml());
        // By a product that includes it, by one that it names, and by a chapter that lies in one.
        add(&both("articles/included"), paid("tier: free\n", WALL));
        add(&both("articles/named"), paid("product: kit\n", WALL));
        // With its headings published: their texts, and nothing else.
        let shown = format!(
            "---\ntitle: ⟦o:title⟧\ntier: member\npreview_toc: true\n---\n⟦o:teaser⟧\n\n{WALL}## ⟦o:shown heading⟧ {{#⟦v:its id⟧}}\n\n⟦v:text⟧\n\n## b\n\n## c\n"
        );
        add(&both("articles/shown"), shown);
        // The wall before everything, a heading included that could have been the title.
        add(&both("articles/closed"), format!("---\ntier: member\n---\n{WALL}# ⟦v:first heading⟧\n\n⟦v:text⟧\n\n{BEHIND}"));
        // A course that is paid as a whole, with a preview.
        add(&both("courses/rust/_index"), paid("tier: member\n", WALL));
        add(&both("courses/rust/01-start/_index"), format!("---\ntitle: ⟦o:title⟧\n---\n⟦o:teaser⟧\n\n{WALL}{BEHIND}"));
        add(&both("courses/rust/01-start/01-lesson"), paid("level: beginner\n", WALL));
        add(
            &both("courses/rust/01-start/02-preview"),
            "---\ntitle: ⟦o:title⟧\npreview: true\n---\n⟦o:text⟧\n\n<!-- paywall -->\n⟦o:behind the mark⟧ <!-- ⟦v:comment⟧ -->\n"
                .to_owned(),
        );
        add(&both("sessions/live"), paid("tier: member\nstart: 2999-12-01T20:00:00+08:00\nlength: 90m\n", WALL));
        add(&both("resources/tool"), paid("tier: member\n", WALL));
        add(&both("answers/why"), paid("tier: member\n", WALL));
        // A paid page, a paid list's own text, and a book of which one part is sold.
        add(
            &both("about"),
            "---\ntitle: About\ntier: member\n---\n⟦o:teaser⟧\n\n<!-- paywall -->\n⟦v:text⟧ [x](/articles/free.md)\n".to_owned(),
        );
        add(&both("answers/_index"), format!("---\ntitle: ⟦o:title⟧\n---\n⟦o:text⟧\n\n{WALL}⟦o:free rest⟧\n"));
        add(&both("resources/_index"), format!("---\ntitle: ⟦o:title⟧\ntier: member\n---\n⟦o:text⟧\n\n{WALL}⟦v:text⟧\n"));
        add(&both("books/guide/_index"), "---\ntitle: ⟦o:title⟧\n---\n⟦o:text⟧ <!-- ⟦v:comment⟧ -->\n".to_owned());
        add(&both("books/guide/part/deep/chapter"), paid("", WALL));
        add(
            &both("books/guide/part/open"),
            "---\ntitle: ⟦o:title⟧\n---\n⟦o:text⟧ [t](deep/chapter.md#⟦o:fragment as written⟧)\n".to_owned(),
        );
        // Free pieces say everything but their comments.
        add(&both("articles/free"), "---\ntitle: ⟦o:title⟧ # ⟦v:comment⟧\ntags: [⟦o:tag⟧]\ndate: 2024-01-01\nquiz: [{ question: ⟦o:question⟧, options: [⟦o:option⟧], answer: 0 }]\n---\n⟦o:excerpt⟧\n\n<!-- more -->\n\n⟦o:text⟧[^1] <!-- ⟦v:comment⟧ -->\n\n[^1]: ⟦o:note⟧\n\n<!-- paywall -->\n\n## ⟦o:heading⟧\n\n$⟦o:math⟧$\n\n<pre>\n<!-- ⟦v:comment in pre⟧ -->\n</pre>\n\n[own](own.md) [draft](unfinished.md) [future](far.md)\n".to_owned());
        add(&both("_index"), "---\ntitle: ⟦o:title⟧\n---\n⟦o:text⟧ <!-- ⟦v:comment⟧ -->\n".to_owned());
        // Not published, and paid at that.
        let unfinished = "---\ntitle: ⟦d:title⟧\nslug: ⟦d:slug⟧\ntags: [⟦d:tag⟧]\nseries: ⟦d:series⟧\naliases: [/⟦d:alias⟧/]\ndate: 2024-01-02\ntier: member\ndraft: true\nvideo: 'https://far.example/⟦v:video⟧'\n---\n⟦d:teaser⟧ ![⟦d:alt⟧](/media/⟦d:/picture⟧.png)\n\n<!-- paywall -->\n";
        add(&both("articles/unfinished"), format!("{unfinished}{BEHIND}"));
        add(
            &both("articles/far"),
            "---\ntitle: ⟦f:title⟧\ntags: [⟦f:tag⟧]\ndate: 2999-01-01\n---\n⟦f:text⟧ [a](/media/⟦f:/attachment⟧.pdf)\n"
                .to_owned(),
        );
        add(
            &both("articles/gone"),
            format!("---\ntitle: ⟦v:title⟧\ntags: [⟦v:tag⟧]\nexpires: 2020-01-01\naliases: [/⟦v:alias⟧/]\n---\n⟦v:text⟧{BEHIND}"),
        );
        // A course that is a draft as a whole.
        add(&both("courses/plan/_index"), "---\ntitle: ⟦d:title⟧\ndraft: true\n---\n⟦d:text⟧\n".to_owned());
        add(&both("courses/plan/01-first"), "# ⟦d:title⟧\n\n⟦d:text⟧\n".to_owned());
        add(&both("courses/plan/02-more/deep"), "# ⟦d:title⟧\n\n⟦d:text⟧\n".to_owned());
    }
    // Original and translation: the second says nothing of who may read it.
    add("articles/pair.md", paid("tier: member\n", WALL));
    add("articles/pair.en.md", format!("# ⟦o:title⟧\n\n⟦o:teaser⟧\n\n{WALL}{BEHIND}"));
    // A language that only a draft is written in.
    add("articles/unfinished.fr.md", "---\ntitle: ⟦d:title⟧\ndraft: true\n---\n⟦d:text⟧\n".to_owned());
    // Files that are part of no piece.
    add("articles/.hidden.md", "# ⟦v:title⟧\n\n⟦v:text⟧\n".to_owned());
    add("notes.txt", "⟦v:text⟧".to_owned());
    let summary = "# 目录\n\n<!-- ⟦v:comment⟧ -->\n- [一](one.md)\n- [不见](draft.md)\n".to_owned();
    add("books/listed/SUMMARY.md", summary);
    add(
        "books/listed/one.md",
        format!("---\ntier: member\n---\n# 一\n\n⟦o:teaser⟧\n\n{WALL}{{{{#include code.rs:part}}}}\n{BEHIND}"),
    );
    add("books/listed/code.rs", "// ANCHOR: part\n// ⟦v:included⟧\n// ANCHOR_END: part\n// ⟦v:not included⟧\n".to_owned());
    add("books/listed/draft.md", "---\ndraft: true\n---\n# ⟦d:title⟧\n\n⟦d:text⟧\n".to_owned());
    add("campaigns/join.yaml", CAMPAIGN.to_owned());
    texts.push(("site.yaml".to_owned(), SITE.to_owned()));
    texts.push(("README.md".to_owned(), "# ⟦v:title⟧\n\n⟦v:text⟧\n".to_owned()));
    texts.push(("static/robots-extra.txt".to_owned(), "⟦o:text⟧".to_owned()));
    texts
}

/// Media by the mark in their names, and what they hold.
const MEDIA: [(&str, &str); 10] = [
    ("⟦v:/picture⟧", "png"),
    ("⟦v:/film⟧", "webm"),
    ("⟦v:/sound⟧", "mp3"),
    ("⟦v:/attachment⟧", "pdf"),
    ("⟦v:/file⟧", "csv"),
    ("⟦v:/unreferenced⟧", "png"),
    ("⟦d:/picture⟧", "png"),
    ("⟦f:/attachment⟧", "pdf"),
    ("⟦o:/cover⟧", "png"),
    ("⟦o:/shown⟧", "png"),
];

/// Writes the site; returns its words.
pub fn write(sandbox: &Sandbox) -> Words {
    let mut words = Words::default();
    for (path, text) in texts() {
        let text = words.fill(&path, &text);
        sandbox.write(&path, text.as_bytes());
    }
    for (number, (name, end)) in (1..).zip(MEDIA) {
        let kind = name.chars().nth(1).expect("a kind");
        let content = words.fill(name, &format!("⟦{kind}:content⟧"));
        let path = words.fill(name, &format!("content/media/{name}.{end}"));
        let bytes = if end == "png" { png(16 + number, &content) } else { content.into_bytes() };
        sandbox.write(&path, &bytes);
    }
    words
}
