//! Files of campaigns that say what cannot be, each finding with its place and what to do.

use super::{compiled, found};

#[test]
fn a_campaign_sells_something_that_is_sold() {
    assert_eq!(
        found("goal: sample\n"),
        [
            "bread.yaml error KM1101 the campaign sells nothing: it has no `offer` (write `offer: tier:…` or `offer: product:…` with an id of `site.yaml`)"
        ]
    );
    assert_eq!(
        found("offer: bread\n"),
        ["bread.yaml:1:8 error KM0204 `offer` takes `tier:` or `product:` with an id behind it, not the text `bread`"]
    );
    assert_eq!(
        found("offer: product:bred\n"),
        ["bread.yaml:1:8 error KM1102 `product:bred` is not in `site.yaml` and cannot be sold (did you mean `product:bread`?)"]
    );
    assert_eq!(
        found("offer: tier:free\n"),
        [
            "bread.yaml:1:8 error KM1102 `tier:free` is everyone's and cannot be sold (name one of `tier:member`, `product:bread`, `product:soon`)"
        ]
    );
    assert_eq!(
        found("offer: product:soon\n"),
        [
            "bread.yaml:1:8 warning KM1105 `product:soon` has no price and checkout, so the page says that it is not on sale yet (add `checkout:` with the address of its payment page to `site.yaml`)"
        ]
    );
    assert_eq!(
        found("offer: product:bread\nofer: x\n"),
        ["bread.yaml:2:1 error KM0203 unknown key `ofer` (did you mean `offer`?)"]
    );
}

#[test]
fn terms_hold_for_every_reader() {
    let early = |terms: &str| found(&format!("offer: product:bread\nterms: {{ early_bird: {terms} }}\n"));
    assert_eq!(
        early("{ price: { amount: 149, currency: CNY }, until: 2026-12-10 }"),
        [
            "bread.yaml:2:70 error KM1103 `terms.early_bird.until` is no moment: it lacks a time of day (write it as `2026-12-10T23:59+08:00`)"
        ]
    );
    assert_eq!(
        early("{ price: { amount: 149, currency: CNY }, until: 2026-12-10T20:00 }"),
        [
            "bread.yaml:2:70 error KM1103 `terms.early_bird.until` is no moment: it lacks an offset (write it as `2026-12-10T20:00+08:00`)"
        ]
    );
    assert_eq!(
        early("{ price: { amount: 249, currency: CNY }, until: 2026-12-10T20:00+08:00 }"),
        [
            "bread.yaml:2:31 error KM1103 `terms.early_bird.price` promises nothing: it is not lower than the usual price (lower it, or take the terms out)"
        ]
    );
    assert_eq!(
        early("{ price: { amount: 149.5, currency: JPY }, until: 2026-12-10T20:00+08:00 }"),
        [
            "bread.yaml:2:31 error KM1103 `terms.early_bird.price` promises nothing: its currency is another than that of the usual price (write both prices in one currency)",
            "bread.yaml:2:41 error KM0204 `JPY` has no smaller unit, so that nothing can cost 149.5 (write a whole number, as `150`)",
        ]
    );
    assert_eq!(
        early("{ price: { amount: 149 }, until: 2026-12-10T20:00+08:00 }"),
        ["bread.yaml:2:31 error KM0204 `terms.early_bird.price` lacks `currency` (add `currency:` to it)"]
    );
    assert_eq!(
        found(
            "offer: product:bread\nends: 2026-12-01T00:00Z\nterms: { coupon: { code: A, price: { amount: 1, currency: CNY }, until: 2026-12-10T20:00Z } }\n"
        ),
        [
            "bread.yaml:3:73 error KM1103 it is promised till `2026-12-10T20:00:00Z`, but the campaign ends before (set it to `2026-12-01T00:00:00Z` at the latest, or let the campaign last longer)"
        ]
    );
    assert_eq!(
        found("offer: product:bread\nstarts: 2026-11-02T00:00Z\nends: 2026-11-02T08:00+08:00\n"),
        [
            "bread.yaml:3:7 error KM1103 the campaign ends before it begins (set `ends` to a moment after `starts`)",
            "bread.yaml:3:7 warning KM1104 the campaign is over, and its page sells on the usual terms (set `ends` to another moment, or take the file out)",
        ]
    );
}

#[test]
fn a_coupon_that_can_be_entered_nowhere_is_an_error() {
    let found = found("offer: product:soon\nterms: { coupon: { code: A, price: { amount: 1, currency: CNY } } }\n");
    assert!(
        found.iter().any(|line| line.contains("error KM1105 `terms.coupon` is granted nowhere: there is no checkout")),
        "{found:#?}"
    );
    let mut file = "offer: product:bread\nterms: { coupon: { code: '', price: { amount: 1, currency: CNY } } }\n".to_owned();
    assert_eq!(
        super::found(&file),
        ["bread.yaml:2:26 error KM0204 the coupon has no code (write what buyers enter at the checkout)"]
    );
    file = file.replace("''", "A, checkout: pay.example.org");
    assert_eq!(
        super::found(&file),
        [
            "bread.yaml:2:39 error KM0204 `pay.example.org` is not where something can be bought (write the whole address, as `https://example.org/buy`)"
        ]
    );
}

#[test]
fn what_is_over_is_told_and_dropped() {
    let text =
        "offer: product:bread\nterms: { early_bird: { price: { amount: 149, currency: CNY }, until: 2026-11-25T23:59Z } }\n";
    let (site, found) = compiled(&[("bread", text)]);
    assert_eq!(
        found,
        [
            "bread.yaml:2:70 warning KM1104 the early price is over, and the page asks the usual one (take `early_bird` out, or set another moment)"
        ]
    );
    assert!(site.plan.site().campaigns[0].written.terms.early_bird.is_none());
    // On its last day it still holds: a build knows the day, and the page the moment.
    let (site, found) = compiled(&[("bread", &text.replace("25T23:59Z", "26T00:01Z"))]);
    assert_eq!(found, [] as [&str; 0]);
    assert!(site.plan.site().campaigns[0].written.terms.early_bird.is_some());
    // What has not begun has no page, and a link to it would be dead.
    let (site, found) = compiled(&[("bread", "offer: product:bread\nstarts: 2026-11-27T00:00Z\n")]);
    assert!(found.is_empty() && site.plan.site().campaigns.is_empty());
}

#[test]
fn variants_are_told_apart_and_shared_out() {
    let variants = |list: &str| found(&format!("offer: product:bread\nvariants: [{list}]\n"));
    let a = "{ id: a, weight: 60, copy: { headline: 一 } }";
    assert_eq!(
        variants(&format!("{a}, {{ id: b, weight: 60, copy: {{ headline: 二 }} }}")),
        [
            "bread.yaml:2:11 error KM1106 the weights of the variants add up to 120 of 100, which leaves nobody for the page as it is (let them add up to less than 100: the rest see the page without a variant)"
        ]
    );
    assert_eq!(
        variants(&format!("{a}, {{ id: a, copy: {{}} }}")),
        [
            "bread.yaml:2:11 error KM1106 some variants have a weight and some have none (give each a weight, or none)",
            "bread.yaml:2:64 error KM0210 the variant `a` is given twice (give each variant an id of its own)",
            "bread.yaml:2:73 error KM1106 the variant `a` says nothing otherwise (write what it says instead, as `headline:`)",
        ]
    );
    let control = variants("{ id: control, copy: { headline: 一 } }");
    assert_eq!(
        control,
        ["bread.yaml:2:18 error KM0204 `control` is the page as it is, and no variant of it (give the variant another id)"]
    );
}

#[test]
fn two_campaigns_cannot_stand_at_one_address() {
    let (_, found) = compiled(&[
        ("a", "offer: product:bread\nslug: bread\n"),
        ("bread", "offer: tier:member\naudience: { languages: [zh] }\n"),
    ]);
    assert_eq!(
        found,
        [
            "bread.yaml error KM0401 two files for the address `/p/bread/` (give one of them another `slug:` or `path:`, or rename it)"
        ]
    );
}

#[test]
fn copy_has_the_languages_of_its_pages_and_the_width_of_a_phone() {
    let long = "长".repeat(300);
    let found = found(&format!(
        "offer: product:bread\ncopy:\n  headline: {{ zh: {long} }}\n  faq: [{{ question: {{ cn: 问, en: Q }}, answer: A }}]\n"
    ));
    let starts = [
        "bread.yaml:3:13 warning KM1107 `copy.headline` is 600 letters wide, so that price and button fall off the first screen of a phone (stay within 64 letters, or 32 Han characters",
        "bread.yaml:3:13 warning KM1108 `copy.headline` is not written in `en`, in which there is a page",
        "bread.yaml:4:21 warning KM1108 `copy.faq.0.question` is not written in `zh`",
        "bread.yaml:4:27 error KM0204 `cn` is a country, not a language (did you mean `zh`?)",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for (line, start) in found.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn an_audience_that_nobody_is_in_is_told() {
    assert_eq!(
        found(
            "offer: product:bread\naudience: { level: beginer, topics: [Sourdouh, 酸种], languages: [zh, fr] }\ncopy: { guarantee: { text: 退, link: /refund/ } }\n"
        ),
        [
            "bread.yaml:2:20 error KM0408 unknown level `beginer` (did you mean `beginner`?)",
            "bread.yaml:2:38 warning KM1110 no piece has the topic `Sourdouh` (did you mean `Sourdough`?)",
            "bread.yaml:2:69 warning KM1109 there is nothing of `product:bread` in `fr` (translate it, or take `fr` out of the languages)",
            "bread.yaml:3:37 warning KM0403 `/refund/` leads nowhere (did you mean `/refunds/`?)",
        ]
    );
    assert_eq!(
        found("offer: product:soon\naudience: { languages: [en] }\n").last().map(String::as_str),
        Some(
            "bread.yaml:2:25 warning KM1109 there is nothing of `product:soon` in `en` (translate it, or take `en` out of the languages)"
        )
    );
}

#[test]
fn a_file_that_cannot_be_read_is_told_as_any_other() {
    assert_eq!(found("offer: [\n").len(), 1);
    assert!(found("- a\n")[0].contains("KM0201"), "{:?}", found("- a\n"));
    assert!(found("offer: product:bread\noffer: tier:member\n")[0].contains("KM0205"));
}
