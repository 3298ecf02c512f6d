//! The same campaign for other readers: copy and suggested pieces differ, and search engines know the page for all alone.

use kmsite::promote;
use serde_json::Value;

use super::{SHOP, compiled, found};
use crate::program::Folder;

const CAMPAIGN: &str = "offer: product:bread
channels: [wechat]
copy: { headline: { zh: 四周，烤出面包, en: Bread in four weeks }, promise: { zh: 一台烤箱, en: One oven } }
audiences:
- { id: novices, level: beginner, copy: { headline: { zh: 从没烤过也行, en: Never baked before } } }
- { id: bakers, level: advanced, copy: { headline: { zh: 面包师的功课, en: For bakers } } }
variants: [{ id: pot, copy: { headline: { zh: 一口锅, en: One pot } } }]
";

fn shop() -> Folder {
    let shop = SHOP.iter().fold(Folder::empty(), |folder, (path, text)| folder.with(path, text));
    let shop = shop
        .with("content/campaigns/bread.yaml", CAMPAIGN)
        .with("content/articles/easy.md", "---\ntitle: 最容易的酸种\nlevel: beginner\ntags: [酸种]\n---\n谁都能读。\n")
        .with("content/articles/hard.md", "---\ntitle: 最难的酸种\nlevel: advanced\ntags: [酸种]\n---\n谁都能读。\n");
    assert_eq!(shop.build(&["--public-only"]).lines().last(), Some("exit 0"));
    shop
}

/// Where a text stands in the part of a page that leads on.
fn suggested(page: &str, title: &str) -> usize {
    let (_, way_in) = page.split_once("class=\"way-in\"").unwrap();
    way_in.find(title).unwrap_or(usize::MAX)
}

#[test]
fn copy_and_suggestions_are_those_of_the_audience() {
    let shop = shop();
    let [all, novices, bakers] = ["", "novices/", "bakers/"].map(|own| shop.page(&format!("p/bread/{own}index.html")));
    assert!(all.contains("四周，") && novices.contains("从没烤过也行") && bakers.contains("面包师的功课"));
    assert!(!novices.contains("四周，") && novices.contains("一台烤箱"), "what is not written otherwise stays");
    assert!(suggested(&novices, "最容易的酸种") < suggested(&novices, "最难的酸种"));
    assert!(suggested(&bakers, "最难的酸种") < suggested(&bakers, "最容易的酸种"));
    let english = shop.page("en/p/bread/bakers/index.html");
    assert!(english.contains("For bakers") && !english.contains("面包师"));
    // The language menu leads to the page for the same readers.
    assert!(english.contains("href=\"/p/bread/bakers/\""));
}

#[test]
fn search_engines_know_the_page_for_all_and_nothing_is_tried_on_the_others() {
    let shop = shop();
    let page = shop.page("p/bread/bakers/index.html");
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(page.contains("<link rel=\"canonical\" href=\"https://bread.example.org/p/bread/\">"));
    assert!(!page.contains("data-variants") && shop.page("p/bread/index.html").contains("data-variants"));
    assert!(!shop.page("sitemap.xml").contains("bakers"));
    assert!(!shop.dist().join("p/bread/bakers/pot").exists() && !shop.dist().join("p/bread/bakers/thanks").exists());
}

#[test]
fn each_audience_has_links_of_its_own() {
    let told: Value = serde_json::from_str(&shop().page("promo.json")).unwrap();
    let links = told["campaigns"][0]["links"].as_array().unwrap();
    let of = |variant: &str| links.iter().filter(|link| link["variant"] == variant).count();
    // Two languages, one channel.
    assert_eq!(["control", "pot", "novices", "bakers"].map(of), [2, 2, 2, 2]);
    let link = links.iter().find(|link| link["variant"] == "bakers").unwrap();
    assert_eq!(link["page"], "https://bread.example.org/p/bread/bakers/");
    assert_eq!(link["utm_content"], "bakers");
}

#[test]
fn every_sentence_of_an_audience_names_its_key() {
    let (made, told) = compiled(&[("bread", CAMPAIGN)]);
    assert_eq!(told, Vec::<String>::new());
    let site = made.plan.site();
    let campaign = &site.campaigns[0];
    // Both languages for all, then for each of two audiences.
    assert_eq!(campaign.editions.len(), 6);
    let pitch = promote::pitch(site, campaign, &campaign.editions[4], None);
    let headline = pitch.headline.unwrap();
    assert_eq!((headline.text.as_str(), headline.from.key.as_str()), ("面包师的功课", "audiences.1.copy.headline"));
    assert_eq!(pitch.promise.unwrap().from.key, "copy.promise");
}

#[test]
fn audiences_are_told_apart() {
    let told = found(
        "offer: product:bread
audiences: [{ id: pot, level: expert }, { id: control, topics: [酸種] }, { id: novices }, { id: novices }]
variants: [{ id: pot, copy: { headline: 一口锅 } }]
",
    );
    let has = |part: &str| told.iter().any(|line| line.contains(part));
    for part in [
        "`control` is a page of the campaign, and no audience (give the audience another id)",
        "unknown level `expert`",
        "no piece has the topic `酸種`",
        "the audience or variant `pot`",
        "the audience or variant `novices`",
    ] {
        assert!(has(part), "{part} is not in {told:#?}");
    }
}
