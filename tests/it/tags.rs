//! Tags that are suggested: those that the site has first, and then what several pieces are about.

use serde_json::Value;

use super::sandbox::Sandbox;

const SITE: &str = "title: T\nbase_url: https://e.org/\nlanguages: { default: zh, others: [en] }\n";

fn site() -> Sandbox {
    let sandbox = Sandbox::new(&[("site.yaml", SITE)]);
    let file = |name: &str, front: &str, text: &str| {
        sandbox.write(&format!("content/articles/{name}.md"), format!("---\ntitle: T\n{front}---\n\n{text}\n").as_bytes());
    };
    file(
        "ladder.en",
        "tags: [pricing]\n",
        "Pricing begins low. A price ladder is climbed. The price ladder has steps, and each price ladder has a top.",
    );
    file(
        "launch.en",
        "",
        "Pricing a launch is hard: pricing comes first, and pricing comes last. The price ladder helps. A price ladder waits; no price ladder is short.",
    );
    file("garden.en", "", "Tulips grow. Roses grow. Moss grows, and a fern.");
    file("yeast.en", "", "Water, flour and salt. Bread takes a day.");
    file(
        "阶梯",
        "tags: [定价]\n",
        "定价从低处开始。价格阶梯有台阶，爬上价格阶梯的人多，价格阶梯也有顶。先有价格阶梯，再谈别的。",
    );
    file("发布", "", "发布前要定价，定价在先，定价在后。靠价格阶梯，看价格阶梯，用好价格阶梯；没有价格阶梯不行。");
    // What stands together by chance shows only among many characters.
    file("花园", "", &(0..1500).map(|n| char::from_u32(0x4e00 + 7 * n).unwrap()).collect::<String>());
    file("酵母", "", "水、面粉、盐。面包要等一天。");
    sandbox
}

fn suggested(sandbox: &Sandbox) -> Vec<Value> {
    let told = sandbox.run(&["tags", "suggest", "--json"]);
    assert_eq!(told.code, 0, "{}", told.err);
    serde_json::from_str(&told.out).unwrap()
}

/// The tags of one sort that are suggested for a piece.
fn tags<'a>(all: &'a [Value], piece: &str, sort: &str) -> Vec<&'a str> {
    let piece = all.iter().find(|one| one["piece"].as_str().unwrap().ends_with(piece));
    piece.map_or_else(Vec::new, |one| one[sort].as_array().unwrap().iter().map(|offer| offer["tag"].as_str().unwrap()).collect())
}

#[test]
fn tags_of_the_site_come_first_and_then_what_several_pieces_are_about() {
    let all = suggested(&site());
    assert_eq!(tags(&all, "launch.en.md", "known"), ["pricing"]);
    assert_eq!(tags(&all, "launch.en.md", "new"), ["price ladder"], "{all:#?}");
    assert_eq!(tags(&all, "ladder.en.md", "known"), [""; 0], "it has it already");
    assert_eq!(tags(&all, "ladder.en.md", "new"), ["price ladder"]);
    assert_eq!(tags(&all, "发布.md", "known"), ["定价"]);
    assert_eq!(tags(&all, "发布.md", "new"), ["价格阶梯"], "{all:#?}");
    assert_eq!(tags(&all, "阶梯.md", "new"), ["价格阶梯"]);
    assert!(all.iter().all(|one| !one["piece"].as_str().unwrap().contains("garden.en")), "nothing is said of it again and again");
    assert_eq!(all.len(), 4);
}

#[test]
fn nothing_is_written_and_paid_text_is_not_looked_at() {
    let sandbox = site();
    let before = sandbox.read("content/articles/launch.en.md");
    let told = sandbox.run(&["tags", "suggest"]);
    let expected = "content/articles/launch.en.md\n  known  pricing  (times here: 3, pieces that have it: 1)\n";
    assert!(
        told.out.contains(expected) && told.out.ends_with("nothing was written: what fits goes under `tags:`\n"),
        "{}",
        told.out
    );
    assert_eq!(sandbox.read("content/articles/launch.en.md"), before);
    sandbox.write(
        "content/articles/paid.en.md",
        b"---\ntitle: Paid\ntier: member\n---\n\nOpen words.\n\n<!-- paywall -->\n\nPricing, pricing, pricing: the price ladder, price ladder, price ladder.\n",
    );
    assert_eq!(tags(&suggested(&sandbox), "paid.en.md", "known"), [""; 0]);
}
