//! Pages that say something in several ways: what stands in them, by which shares readers see it, and what is told of readers.

use super::{SHOP, compiled};
use crate::program::Folder;

const TWO_WAYS: &str = "offer: product:bread
copy: { headline: { zh: 四周, en: Four weeks }, faq: [{ question: { zh: 要买什么, en: What to buy }, answer: { zh: 一口锅, en: A pot } }] }
variants:
  - { id: pot, weight: 25, copy: { headline: { zh: 一口锅, en: One pot }, button: { zh: 现在开始, en: Begin now } } }
  - { id: loaf, weight: 25, copy: { outcomes: [{ zh: 一只面包, en: One loaf }] } }
";

fn shop(files: &[(&str, &str)]) -> Folder {
    let shop = SHOP.iter().chain(files).fold(Folder::empty(), |folder, (path, text)| folder.with(path, text));
    let said = shop.build(&["--public-only"]);
    assert!(said.ends_with("exit 0"), "{said}");
    shop
}

fn weights(text: &str) -> Vec<String> {
    compiled(&[("bread", TWO_WAYS), ("bread.weights", text)]).1
}

#[test]
fn all_ways_of_saying_it_stand_in_the_page_and_only_the_usual_one_is_shown() {
    let shop = shop(&[("content/campaigns/bread.yaml", TWO_WAYS)]);
    let en = shop.page("en/p/bread/index.html");
    // The heading is that of the page for the second variant too, which does not change it.
    assert!(en.contains("<h1><span data-arms=\"0 2\"><span class=\"clause\">Four weeks</span></span><span data-arms=\"1\" hidden><span class=\"clause\">One pot</span></span></h1>"), "{en}");
    assert!(en.contains("<span data-arms=\"0 2\">Get the course</span><span data-arms=\"1\" hidden>Begin now</span>"));
    assert!(en.contains("<section class=\"outcomes\" data-arms=\"0 1\" aria-labelledby=\"km-outcomes\">"));
    assert!(en.contains("<section class=\"outcomes\" data-arms=\"2\" hidden aria-labelledby=\"km-outcomes-1\">"));
    // What all say alike stands there once, and belongs to nobody.
    assert!(en.contains("<section class=\"faq\" aria-labelledby=\"km-faq\">"));
    assert_eq!(en.matches("What to buy").count(), 1);
    assert!(shop.page("p/bread/index.html").contains("<span data-arms=\"1\" hidden><span class=\"clause\">一口锅</span></span>"));
    // Half of 65,536 places for the page as it is, a quarter for each variant.
    assert!(en.contains(" data-experiment=\"bread\" data-variants=\"control pot loaf\" data-bounds=\"32768 49152\""));
    assert!(en.contains(" data-segment=\"en\""));
    assert!(!en.contains("noindex") && en.contains("<link rel=\"canonical\" href=\"https://bread.example.org/en/p/bread/\">"));
    // Nobody is told anything, and the page of a single variant tries nothing.
    assert!(!en.contains("data-beacon") && !en.contains("experiment."));
    let pot = shop.page("en/p/bread/pot/index.html");
    assert!(pot.contains("One pot") && !pot.contains("data-arms") && !pot.contains("data-experiment"));
}

#[test]
fn a_page_without_variants_tries_nothing() {
    let shop = shop(&[("content/campaigns/bread.yaml", "offer: product:bread\n")]);
    let page = shop.page("p/bread/index.html");
    assert!(!page.contains("data-arms") && !page.contains("data-experiment"));
}

#[test]
fn what_was_learnt_decides_the_shares() {
    let campaign = compiled(&[("bread", TWO_WAYS)]).0.plan.site().campaigns[0].clone();
    assert_eq!(campaign.weights, [50, 25, 25]);
    let learnt = "seed: 00ff\nweights: { control: 5, \"loaf\": 15, \"pot\": 80 }\n";
    let (compiled, found) = compiled(&[("bread", TWO_WAYS), ("bread.weights", learnt)]);
    assert_eq!((compiled.plan.site().campaigns[0].weights.as_slice(), found), (&[5, 80, 15][..], Vec::new()));
}

#[test]
fn weights_that_cannot_hold_are_told() {
    assert_eq!(
        weights("weights: { control: 5, loaf: 15, pot: 70 }\n"),
        [
            "bread.weights.yaml:1:10 error KM1113 the weights add up to 90, and not to 100 (let `promo report --write-weights` write the file, or take it out)"
        ]
    );
    assert_eq!(
        weights("weights: { control: 100, loaf: 0, pot: 0 }\n"),
        [
            "bread.weights.yaml:1:10 error KM1113 a variant with the weight 0 is seen by nobody (let `promo report --write-weights` write the file, or take it out)"
        ]
    );
    assert_eq!(
        weights("weights: { control: 50, loaf: 25, pan: 25 }\n"),
        [
            "bread.weights.yaml:1:40 warning KM1114 the campaign `bread` has no variant `pan` (take the file out, or let `promo report --write-weights` write it anew)"
        ]
    );
    assert_eq!(
        weights("weights: { control: 50, loaf: 50 }\n"),
        [
            "bread.weights.yaml:1:10 warning KM1114 `pot` of the campaign `bread` has no weight (take the file out, or let `promo report --write-weights` write it anew)"
        ]
    );
    assert_eq!(
        compiled(&[("bread", TWO_WAYS), ("bred.weights", "weights: { control: 100 }\n")]).1,
        [
            "bred.weights.yaml warning KM1114 there is no campaign `bred` that the weights are of (did you mean `bread`?) (take the file out)"
        ]
    );
}

#[test]
fn a_variant_has_an_id_of_its_own_and_there_are_few() {
    let thanks = "offer: product:bread\nvariants: [{ id: thanks, copy: { headline: A } }]\n";
    assert_eq!(
        compiled(&[("bread", thanks)]).1,
        ["bread.yaml:2:18 error KM0204 `thanks` is the page for those who bought, and no variant (give the variant another id)"]
    );
    let many: String = (0..8).map(|number| format!("- {{ id: v{number}, copy: {{ headline: H{number} }} }}\n")).collect();
    assert_eq!(
        compiled(&[("bread", &format!("offer: product:bread\nvariants:\n{many}"))]).1,
        [
            "bread.yaml:3:3 error KM1106 there are 8 variants, and a page holds no more than 7 (take some out: the more there are, the longer until anything is known of each)"
        ]
    );
}

#[test]
fn events_are_told_where_the_creator_says_and_nowhere_else() {
    let site = SHOP[0].1;
    let with = |beacon: &str| {
        let site = format!("{site}promotion: {{ beacon: '{beacon}' }}\n");
        shop(&[("site.yaml", &site), ("content/campaigns/bread.yaml", TWO_WAYS)])
    };
    let shop = with("https://count.example.org/events?site=1");
    let page = shop.page("p/bread/index.html");
    assert!(page.contains(" data-event=\"impression\" data-beacon=\"https://count.example.org/events?site=1\""), "{page}");
    assert!(page.contains("connect-src &#39;self&#39; https://count.example.org;") && page.contains("/assets/experiment."));
    let thanks = shop.page("en/p/bread/thanks/index.html");
    assert!(thanks.contains(" data-event=\"purchase\"") && thanks.contains("<meta name=\"robots\" content=\"noindex\">"));
    // Other pages know nothing of it.
    assert!(!shop.page("index.html").contains("/assets/experiment."));
    let local = with("local").page("p/bread/index.html");
    assert!(local.contains(" data-beacon=\"local\"") && local.contains("connect-src &#39;self&#39;;"));
    let bad = SHOP.iter().fold(Folder::empty(), |folder, (path, text)| folder.with(path, text));
    let bad = bad.with("site.yaml", format!("{site}promotion: {{ beacon: count.example.org }}\n"));
    let told = bad.build(&["--public-only"]);
    assert!(told.contains("`count.example.org` is no address that can be told anything"), "{told}");
}

#[test]
fn who_bought_is_told_how_to_get_in_and_where_to_begin() {
    let shop = shop(&[("content/campaigns/bread.yaml", TWO_WAYS)]);
    let (zh, en) = (shop.page("p/bread/thanks/index.html"), shop.page("en/p/bread/thanks/index.html"));
    assert!(zh.contains("<h1>谢谢</h1>") && zh.contains("href=\"/courses/bread/\"") && zh.contains("面包课单卖"));
    assert!(en.contains("<h1>Thank you</h1>") && en.contains("href=\"/en/courses/bread/\"") && en.contains("The bread course"));
    assert!(!shop.page("sitemap.xml").contains("thanks"));
}
