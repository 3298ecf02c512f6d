//! Advertisements: each platform's texts within what it takes, counted as it counts, and where each comes from.

use kmsite::config::{AdPart, AdPlatform};
use serde_json::Value;

use super::{SHOP, found};
use crate::program::Folder;

/// A campaign with this headline and description of its own, advertised everywhere.
fn campaign(headline: &str, description: &str) -> String {
    format!(
        "offer: product:bread\naudience: {{ languages: [en] }}\nads: {{ on: [google, microsoft, baidu, meta, linkedin], headlines: ['{headline}'], descriptions: ['{description}'] }}\n"
    )
}

fn shop(campaign: &str) -> Folder {
    let shop = SHOP.iter().fold(Folder::empty(), |folder, (path, text)| folder.with(path, text));
    shop.with("content/campaigns/bread.yaml", campaign)
}

/// The advertisements of the first page that `promo show` tells of.
fn shown(campaign: &str) -> Vec<Value> {
    let told = shop(campaign).run(&["promo", "show", "--json"]).json();
    told[0]["ads"].as_array().unwrap().clone()
}

/// Texts of each platform that are as long as it takes, and the same with a letter more: by its own rules, `(platform, headlines, descriptions)`.
fn longest() -> [(AdPlatform, [String; 2], [String; 2]); 5] {
    let letters = |count: usize| "x".repeat(count);
    let han = |count: usize| "字".repeat(count);
    // Google and Microsoft: 30 and 90 columns, two for what is wide. 百度: 50 and 80 bytes, two for all but ASCII. Meta: 40 and 125, LinkedIn: 70
    // and 150 characters, whatever they are.
    [
        (AdPlatform::Google, [letters(30), han(15)], [letters(90), han(45)]),
        (AdPlatform::Microsoft, [letters(30), han(14) + "é."], [letters(90), han(44) + "é."]),
        (AdPlatform::Baidu, [letters(50), han(24) + "é"], [letters(80), han(39) + "é"]),
        (AdPlatform::Meta, [letters(40), han(40)], [letters(125), han(123) + "🍞"]),
        (AdPlatform::Linkedin, [letters(70), han(70)], [letters(150), han(150)]),
    ]
}

#[test]
fn a_text_that_is_as_long_as_a_platform_takes_is_taken_and_one_with_a_letter_more_is_not() {
    for (platform, headlines, descriptions) in longest() {
        for (part, texts) in [(AdPart::Headline, headlines), (AdPart::Description, descriptions)] {
            let (_, most) = platform.takes(part).length;
            for text in texts {
                assert_eq!(platform.count(&text), most, "{} {part:?} {text}", platform.name());
                assert_eq!(platform.count(&format!("{text}x")), most + 1);
                let told = |text: &str| {
                    let (headline, description) =
                        if part == AdPart::Headline { (text, "Bread, one loaf a week.") } else { ("Bread school", text) };
                    let told = found(&campaign(headline, description));
                    told.into_iter().filter(|line| line.contains(&format!("on `{}`", platform.name()))).collect::<Vec<_>>()
                };
                assert_eq!(told(&text), Vec::<String>::new());
                let over = told(&format!("{text}x"));
                assert!(over.len() == 1 && over[0].contains(&format!("counts {} on", most + 1)), "{over:?}");
                assert!(over[0].contains("warning KM1115") && over[0].contains("(shorten it, "), "{over:?}");
            }
        }
    }
}

#[test]
fn each_limit_says_where_it_comes_from_and_when_it_was_read() {
    for platform in AdPlatform::ALL {
        for part in AdPart::ALL {
            let limit = platform.takes(part);
            assert!(limit.source.starts_with("https://"), "{limit:?}");
            limit.read.parse::<jiff::civil::Date>().unwrap();
            assert!(limit.texts.0 <= limit.texts.1 && limit.length.0 <= limit.length.1, "{limit:?}");
        }
    }
}

#[test]
fn what_the_page_says_fills_an_advertisement_in_whole_sentences() {
    let sets = shown(
        "offer: product:bread
audience: { languages: [zh] }
ads: { on: [google, baidu], headlines: [一台家用烤箱就够] }
copy:
  headline: 四个周末过去以后，烤出第一个站得住的面包
  promise: 八节课，每节课烤一次，照着做就会。没有烤箱的人也能跟着学，前三节课用一口铁锅就够，到了第四节课再决定要不要买。
  outcomes: [养活一罐酸种]
",
    );
    let texts = |set: &Value, part: &str, list: &str| -> Vec<String> {
        set[part][list].as_array().unwrap().iter().map(|text| text["text"].as_str().unwrap().to_owned()).collect()
    };
    // The headline is 20 wide and takes 40 of 30 on Google, but each of its clauses fits.
    let google = &sets[0];
    assert_eq!(
        texts(google, "headlines", "texts"),
        ["一台家用烤箱就够", "四个周末过去以后", "烤出第一个站得住的面包", "面包课单卖", "养活一罐酸种"]
    );
    assert_eq!(google["headlines"]["texts"][0]["from"]["key"], "ads.headlines.0");
    assert_eq!(google["headlines"]["texts"][1]["from"]["key"], "copy.headline");
    assert_eq!(google["headlines"]["texts"][3]["from"]["file"], "site.yaml");
    // The whole promise would be 98 and more; its first sentence ends where it ends.
    assert_eq!(texts(google, "descriptions", "texts"), ["八节课，每节课烤一次，照着做就会。"]);
    assert_eq!(google["descriptions"]["lacking"], 1, "Google asks for two");
    // 百度 takes one headline, and the first that fits is the author's own: 16 bytes.
    assert_eq!(texts(&sets[1], "headlines", "texts"), ["一台家用烤箱就够"]);
    assert_eq!(sets[1]["headlines"]["texts"][0]["counted"], 16);
    assert_eq!(sets[1]["headlines"]["lacking"], 0);
}

#[test]
fn what_has_no_room_is_told_and_never_cut() {
    let long = "Two weekends to the first loaf that stands by itself";
    let sets = shown(&format!(
        "offer: product:bread\naudience: {{ languages: [en] }}\nads: {{ on: [google] }}\ncopy: {{ headline: {long} }}\n"
    ));
    let left = &sets[0]["headlines"]["left_out"];
    assert_eq!((&left[0]["text"], &left[0]["counted"]), (&Value::from(long), &Value::from(52)));
    assert!(!sets[0]["headlines"]["texts"].to_string().contains("Two weekends"), "{}", sets[0]);
    let told = shop(&format!(
        "offer: product:bread\naudience: {{ languages: [en] }}\nads: {{ on: [google] }}\ncopy: {{ headline: {long} }}\n"
    ))
    .run(&["promo", "show"])
    .out;
    assert!(told.contains(&format!("no room for headline (52 of 30): {long}")), "{told}");
}

#[test]
fn advertisements_stand_in_the_list_of_links_with_links_of_their_own() {
    let shop = shop("offer: product:bread\nads: { on: [google, meta] }\n");
    assert!(shop.build(&["--public-only"]).ends_with("exit 0"));
    let told: Value = serde_json::from_str(&shop.page("promo.json")).unwrap();
    let ads = told["campaigns"][0]["ads"].as_array().unwrap();
    // Two languages, two platforms.
    assert_eq!(ads.len(), 4);
    for ad in ads {
        let (page, query) = ad["url"].as_str().unwrap().split_once('?').unwrap();
        assert_eq!(ad["page"], page);
        let file = page.strip_prefix("https://bread.example.org/").unwrap();
        assert!(shop.dist().join(file).join("index.html").is_file(), "{page} leads nowhere");
        let medium = if ad["platform"] == "google" { "cpc" } else { "paid_social" };
        let platform = ad["platform"].as_str().unwrap();
        assert_eq!(query, format!("utm_source={platform}&utm_medium={medium}&utm_campaign=bread&utm_content=control"));
    }
    // Nothing is said in another language than the page's.
    let english = ads.iter().find(|ad| ad["lang"] == "en").unwrap();
    assert_eq!(english["headlines"]["texts"][0]["text"], "The bread course");
}
