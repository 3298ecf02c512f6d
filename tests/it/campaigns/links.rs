//! `promo.json` and the links in it: where they lead, and what they say of where they are told.

use std::collections::BTreeSet;

use serde_json::Value;

use super::SHOP;
use crate::program::Folder;

fn shop(campaign: &str) -> Folder {
    let shop = SHOP.iter().fold(Folder::empty(), |folder, (path, text)| folder.with(path, text));
    let shop = shop.with("content/campaigns/Bread 2026.yaml", campaign);
    assert!(shop.build(&["--public-only"]).ends_with("exit 0"), "{}", shop.build(&["--public-only"]));
    shop
}

#[test]
fn every_link_leads_to_a_page_and_says_where_it_is_told() {
    let shop = shop(
        "offer: product:bread\nchannels: [wechat, newsletter]\nvariants: [{ id: pot, copy: { headline: { zh: 一口锅, en: One pot } } }]\n",
    );
    let told: Value = serde_json::from_str(&shop.page("promo.json")).unwrap();
    let links = told["campaigns"][0]["links"].as_array().unwrap();
    // Two languages, the page and a variant, two channels.
    assert_eq!(links.len(), 8);
    let urls: BTreeSet<&str> = links.iter().map(|link| link["url"].as_str().unwrap()).collect();
    assert_eq!(urls.len(), 8, "each link is another");
    for link in links {
        let url = link["url"].as_str().unwrap();
        let (page, query) = url.split_once('?').unwrap();
        assert_eq!(page, link["page"]);
        let file = page.strip_prefix("https://bread.example.org/").unwrap();
        assert!(shop.dist().join(file).join("index.html").is_file(), "{url} leads nowhere");
        assert_eq!(query, query.to_lowercase());
        for key in ["utm_source", "utm_medium", "utm_campaign", "utm_content"] {
            let value = link[key].as_str().unwrap();
            assert!(query.contains(&format!("{key}={value}")), "{url} lacks {key}");
        }
    }
    let (source, medium) = (&links[1]["utm_source"], &links[1]["utm_medium"]);
    assert_eq!((source, medium), (&Value::from("newsletter"), &Value::from("email")));
    assert_eq!(links[0]["utm_campaign"], "bread-2026");
}

#[test]
fn links_within_the_site_say_nothing_of_where_they_are_told() {
    let shop = shop("offer: product:bread\nchannels: [x]\n");
    for file in crate::sandbox::files(&shop.dist()) {
        if file.extension().is_some_and(|end| end == "html" || end == "xml") {
            assert!(!std::fs::read_to_string(&file).unwrap().contains("utm_"), "{}", file.display());
        }
    }
}

#[test]
fn a_site_that_tells_of_nothing_has_no_list_of_links() {
    assert!(!shop("offer: product:bread\n").dist().join("promo.json").exists());
}
