//! What a configuration must fulfil beyond its types.

use kmsite::diag::Noted;

use super::{load, told};

#[test]
fn the_ladder_begins_with_everyone() {
    assert_eq!(told("tiers: []"), ["2:8 KM0209 `tiers` is empty (begin with `- { id: free }`, or leave `tiers` out)"]);
    assert_eq!(
        told("tiers:\n- {id: member, price: {amount: 1, currency: CNY}}\n- {id: free}\n"),
        [
            "3:23 KM0209 the first tier, `member`, is everyone's and cannot have a price (put `free` first: tiers go from open to most exclusive)"
        ]
    );
    assert_eq!(
        told("tiers: [{id: free}, {id: free}, {id: 会员 一}]"),
        [
            "2:26 KM0210 the tier `free` is given twice (give each tier an id of its own)",
            "2:38 KM0204 `会员 一` cannot be the id of a tier (use letters, digits, `-` and `_`, and say the rest in `name:`)"
        ]
    );
}

#[test]
fn prices_and_checkouts_are_checked() {
    let tier = |price: &str| told(&format!("tiers:\n- id: free\n- id: m\n  price: {price}\n"));
    assert_eq!(
        tier("{amount: -1, currency: RMB}"),
        [
            "5:19 KM0204 `-1` is not a price (write a number from 0 on)",
            "5:33 KM0204 `RMB` is not a currency (did you mean `CNY`?)"
        ]
    );
    assert_eq!(tier("{amount: .nan, currency: usd}"), ["5:19 KM0204 `tiers.1.price.amount` takes a number, not the text `NaN`"]);
    assert_eq!(
        tier("{amount: 1, currency: 块钱}"),
        ["5:32 KM0204 `块钱` is not a currency (write its three capitals (ISO 4217), as `CNY` or `USD`)"]
    );
    assert_eq!(
        told("products: [{id: a, checkout: 'javascript:alert(1)'}, {id: a}]"),
        [
            "2:30 KM0204 `javascript:alert(1)` is not where something can be bought (write the whole address, as `https://example.org/buy`)",
            "2:59 KM0210 the product `a` is given twice (give each product an id of its own)"
        ]
    );
}

#[test]
fn base_urls_are_checked_and_put_in_one_form() {
    let one = |url: &str| {
        let Noted { value, diags } = load(&format!("base_url: '{url}'"), &[]);
        if diags.is_empty() { value.base_url } else { format!("{} ({})", diags[0].message, diags[0].hints.join(", ")) }
    };
    assert_eq!(one("https://example.org"), "https://example.org/");
    assert_eq!(one(" HTTP://Example.ORG:8080/Blog// "), "http://example.org:8080/Blog/");
    assert_eq!(one("http://[::1]:80/x"), "http://[::1]:80/x/");
    for bad in [
        "example.org",
        "ftp://a.org/",
        "https://",
        "https://a.org/?q=1",
        "https://例子.org/",
        "https://a.org/博客",
        "https://a b.org/",
        "https://u:p@a.org/",
        "https://a.org:99999/",
        "https://a.org/../x",
        "//a.org/",
        "",
    ] {
        let told = one(bad);
        assert!(told.contains("cannot be the `base_url`") && !told.contains("()"), "{bad}: {told}");
    }
    assert!(one("https://a.org/博客").contains("`https://a.org/%E5%8D%9A%E5%AE%A2/`"));
    assert!(one("example.org").contains("did you mean `https://example.org`?"));
}

#[test]
fn languages_menus_collections_and_images_are_checked() {
    assert_eq!(
        told("languages: {default: zh_CN, others: [en, EN, cn, english, zh-Hant-TW]}"),
        [
            "2:22 KM0204 `zh_CN` is not a language tag (did you mean `zh-CN`?)",
            "2:42 KM0210 the language `EN` is given twice (name each language once)",
            "2:46 KM0204 `cn` is a country, not a language (did you mean `zh`?)",
            "2:50 KM0204 `english` is not a language tag (write it as `zh`, `en` or `zh-Hant`)"
        ]
    );
    assert_eq!(
        told("title: {zh: 题, english: t}"),
        ["2:25 KM0204 `english` is not a language tag (write it as `zh`, `en` or `zh-Hant`)"]
    );
    assert_eq!(
        told("menu: [{name: 关于, link: about.md}, {name: '', link: /a/}, {name: x, link: 'javascript:x'}]"),
        [
            "2:25 KM0204 `about.md` is not a link (did you mean `/about/`?)",
            "2:43 KM0204 the link to `/a/` has no name (give it a name)",
            "2:75 KM0204 `javascript:x` is not a link (begin the link with `/`, `https://` or `mailto:`)"
        ]
    );
    assert_eq!(
        told("collections: {articles: ../x, courses: a/, books: sessions}"),
        [
            "2:25 KM0204 `../x` is not a folder below the content folder (write it as `articles`, without `/` at either end)",
            "2:40 KM0204 `a/` is not a folder below the content folder (write it as `courses`, without `/` at either end)",
            "2:51 KM0210 the folder `sessions` is given twice (give `books` and `sessions` a folder each)"
        ]
    );
    assert_eq!(
        told("images: {widths: [0, 99999], quality: 0}"),
        [
            "2:19 KM0204 no image can be `0` pixels wide (write a width from 1 to 16383)",
            "2:22 KM0204 no image can be `99999` pixels wide (write a width from 1 to 16383)",
            "2:39 KM0204 `0` is not a quality (write a number from 1 to 100)"
        ]
    );
    assert_eq!(
        told("theme: ../evil"),
        ["2:8 KM0204 `../evil` cannot be a theme's name (write `default` or the name of a folder of `themes/`)"]
    );
}
