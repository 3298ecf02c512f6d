//! The pages that campaigns have: what they say, where that comes from, and what they never say.

use kmsite::id::{Lang, SourcePath};
use kmsite::promote::{self, Said, Sample};

use super::{SHOP, compiled};
use crate::program::Folder;

const EVERYTHING: &str = "offer: product:bread
channels: [wechat]
terms:
  early_bird: { price: { amount: 149, currency: CNY }, until: 2999-12-10T23:59+08:00, checkout: 'https://pay.example.org/early' }
  coupon: { code: LOAF, price: { amount: 159, currency: CNY } }
copy:
  headline: { zh: 四周，烤出面包, en: Bread in <four> weeks }
  testimonials: [{ quote: مخبوز جيد, name: سارة }]
  faq: [{ question: { zh: 要买什么, en: What to buy }, answer: { zh: 一口锅, en: A pot } }]
  guarantee: { text: { zh: 全额退, en: All back }, link: /refunds/ }
variants: [{ id: pot, copy: { headline: { zh: 一口锅, en: One pot } } }]
";

fn shop(campaign: &str) -> Folder {
    let shop = SHOP.iter().fold(Folder::empty(), |folder, (path, text)| folder.with(path, text));
    let shop = shop.with("content/campaigns/bread.yaml", campaign);
    assert_eq!(shop.build(&["--public-only"]).lines().last(), Some("exit 0"));
    shop
}

#[test]
fn a_campaign_of_one_line_says_what_the_content_says_of_itself() {
    let shop = shop("offer: product:bread\n");
    let zh = shop.page("p/bread/index.html");
    for said in [
        "面包课单卖",
        "四周烤出面包",
        "养活一罐酸种",
        "判断发酵",
        "第一课",
        "第二课",
        "试读的第一句",
        "免费的酸种",
        "¥199",
        "¥39/月",
    ] {
        assert!(zh.contains(said), "lacks {said}");
    }
    let en = shop.page("en/p/bread/index.html");
    for said in
        ["The bread course", "Bread in four weeks", "Keep a starter alive", "The free beginning", "CN¥199", "CN¥39 a month"]
    {
        assert!(en.contains(said), "lacks {said}");
    }
    // Nothing of the other language, nothing that leads elsewhere by topic, and no section without content.
    assert!(!en.contains("养活一罐酸种") && !zh.contains("无关"));
    for section in ["km-voices", "km-faq", "class=\"guarantee\"", "class=\"coupon\"", "data-until"] {
        assert!(!zh.contains(section) && !en.contains(section), "an empty {section}");
    }
    assert!(en.contains("hreflang=\"zh\" href=\"https://bread.example.org/p/bread/\""));
    assert!(shop.page("sitemap.xml").contains("<loc>https://bread.example.org/p/bread/</loc>"));
}

#[test]
fn nothing_paid_is_on_the_page() {
    let shop = shop(EVERYTHING);
    for page in ["p/bread/index.html", "en/p/bread/index.html", "p/bread/pot/index.html"] {
        let html = shop.page(page);
        assert!(!html.contains("PAIDSECRET") && !html.contains("秘方"), "{page}");
        // Of a free lesson, too, no more than its beginning.
        assert!(!html.contains("试读的后半"), "{page}");
        // Only what is free leads anywhere from the outline.
        assert!(!html.contains("href=\"/courses/bread/b/\"") && !html.contains("href=\"/en/courses/bread/b/\""), "{page}");
    }
}

#[test]
fn the_lower_price_is_told_with_its_end_and_what_follows_without_a_script() {
    let shop = shop(EVERYTHING);
    let zh = shop.page("p/bread/index.html");
    assert!(zh.contains("早鸟价截至 2999年12月10日 23:59（UTC+8），之后 ¥199。"), "{zh}");
    assert!(zh.contains("data-until=\"2999-12-10T23:59:00+08:00\""));
    assert!(zh.contains("<strong>¥149</strong>") && zh.contains("<s>¥199</s>"));
    assert!(zh.contains("<a class=\"button early\" href=\"https://pay.example.org/early\">"));
    assert!(zh.contains("<a class=\"button usual\" href=\"https://pay.example.org/bread\" hidden>"));
    let en = shop.page("en/p/bread/index.html");
    assert!(en.contains("Early price until 10 December 2999, 23:59 (UTC+8), then CN¥199."));
    assert!(en.contains("<code>LOAF</code>") && en.contains("CN¥159"));
}

#[test]
fn words_are_escaped_and_names_keep_their_direction() {
    let en = shop(EVERYTHING).page("en/p/bread/index.html");
    assert!(en.contains("Bread in &lt;four&gt; weeks") && !en.contains("<four>"));
    assert!(en.contains("<p dir=\"auto\">مخبوز جيد</p>") && en.contains("<bdi>سارة</bdi>"));
}

#[test]
fn a_variant_says_otherwise_what_it_says_and_is_left_out_by_search_engines() {
    let shop = shop(EVERYTHING);
    let (control, variant) = (shop.page("p/bread/index.html"), shop.page("p/bread/pot/index.html"));
    assert!(variant.contains("<span class=\"clause\">一口锅</span>") && variant.contains("要买什么"));
    assert!(variant.contains("<meta name=\"robots\" content=\"noindex\">") && !control.contains("noindex"));
    assert!(variant.contains("<link rel=\"canonical\" href=\"https://bread.example.org/p/bread/\">"));
    assert!(!shop.page("sitemap.xml").contains("/p/bread/pot/"));
    // A heading in Han script breaks behind its marks.
    assert!(control.contains("<span class=\"clause\">四周，</span><span class=\"clause\">烤出面包</span>"));
}

#[test]
fn search_engines_are_told_both_prices() {
    let zh = shop(EVERYTHING).page("p/bread/index.html");
    let (_, rest) = zh.split_once("<script type=\"application/ld+json\">").unwrap();
    let graph: serde_json::Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
    let nodes = graph["@graph"].as_array().unwrap();
    let product = nodes.iter().find(|node| node["@type"] == "Product").unwrap();
    let offers = product["offers"].as_array().unwrap();
    assert_eq!((&offers[0]["price"], &offers[1]["price"]), (&"149".into(), &"199".into()));
    assert_eq!(offers[0]["priceValidUntil"], "2999-12-10T23:59:00+08:00");
    assert!(nodes.iter().any(|node| node["@type"] == "Course" && node["name"] == "面包"));
}

#[test]
fn layouts_follow_what_is_sold() {
    let of = |campaign: &str| shop(campaign).page("p/bread/index.html");
    assert!(of("offer: tier:member\n").contains("membership-landing"));
    assert!(of("offer: product:bread\n").contains("course-landing"));
    assert!(of("offer: product:bread\nlayout: book\n").contains("book-landing"));
    // Of a membership all tiers are shown, and what each opens.
    let tier = of("offer: tier:member\n");
    assert!(tier.contains("class=\"comparison table\"") && tier.contains("成为会员"));
    // Where the sample is the goal, the main button leads there.
    assert!(of("offer: product:bread\ngoal: sample\n").contains("<a class=\"button\" href=\"/courses/bread/a/\">"));
}

#[test]
fn every_sentence_names_the_key_it_is_written_under() {
    let (site, found) = compiled(&[("bread", EVERYTHING)]);
    assert_eq!(found, [] as [&str; 0]);
    let site = site.plan.site();
    let campaign = &site.campaigns[0];
    for edition in &campaign.editions {
        for variant in [None, Some(0)] {
            let pitch = promote::pitch(site, campaign, edition, variant);
            let said = [&pitch.name, &pitch.headline, &pitch.promise].into_iter().flatten();
            let said = said.chain(&pitch.outcomes).chain(pitch.testimonials.iter().map(|quote| &quote.quote));
            let said = said.chain(pitch.faq.iter().flat_map(|entry| [&entry.question, &entry.answer]));
            let said: Vec<&Said> = said.chain(pitch.guarantee.as_ref().map(|pledge| &pledge.text)).collect();
            assert_eq!(said.len(), 9, "{said:#?}");
            for said in said {
                assert_eq!(written(said, &edition.lang).as_deref(), Some(said.text.as_str()), "{said:?}");
            }
            assert!(matches!(pitch.sample, Some(Sample::Whole(_))));
        }
    }
}

/// What stands under the key that a sentence names, read by a parser that knows nothing of campaigns.
fn written(said: &Said, lang: &Lang) -> Option<String> {
    let file = |path: &SourcePath| {
        let shop = SHOP.iter().find(|(name, _)| *name == path.as_str()).map(|(_, text)| *text);
        shop.or_else(|| path.as_str().ends_with("campaigns/bread.yaml").then_some(EVERYTHING))
    };
    let text = file(&said.from.file)?;
    let yaml = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---")).map_or(text, |(front, _)| front);
    let root: serde_yaml::Value = serde_yaml::from_str(yaml).ok()?;
    let value = said.from.key.split('.').try_fold(&root, |value, step| match step.parse::<usize>() {
        Ok(number) => value.get(number),
        Err(_) => value.get(step),
    })?;
    let value = value.get(lang.as_str()).unwrap_or(value);
    value.as_str().map(str::to_owned)
}
