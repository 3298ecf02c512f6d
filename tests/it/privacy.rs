//! The page that says what is kept and sent: made from the configuration, and from nothing else.

use crate::program::Folder;

/// A site with these keys; `paid` pieces are sold.
fn site(keys: &str, tier: &str) -> Folder {
    Folder::empty()
        .with("site.yaml", format!("title: {{ zh: 店, en: Shop }}\nbase_url: https://shop.example.org/\nlanguages: {{ default: zh, others: [en] }}\n{keys}"))
        .with("content/a.md", format!("---\ntitle: 甲\n{tier}---\n正文。\n\n<!-- paywall -->\n\n后半。\n"))
        .with("content/a.en.md", format!("---\ntitle: A\n{tier}---\nText.\n\n<!-- paywall -->\n\nThe rest.\n"))
}

fn pages(site: &Folder) -> [String; 2] {
    let told = site.build(&[]);
    assert!(told.ends_with("exit 0"), "{told}");
    ["privacy/index.html", "en/privacy/index.html"].map(|page| site.page(page))
}

const TIERS: &str =
    "tiers: [{ id: free }, { id: member, price: { amount: 39, currency: CNY }, checkout: 'https://pay.example.net/m' }]\n";

#[test]
fn a_site_that_configures_nothing_says_that_nothing_is_sent() {
    let site = site("", "");
    let [zh, en] = pages(&site);
    assert!(zh.contains("不向任何人发送任何东西") && en.contains("Reading here sends nothing to anyone"));
    for never in ["IndexedDB", "localStorage: reader", "localStorage: you", "Cookie", "Do Not Track"] {
        assert!(!zh.contains(&format!("<code>{never}")), "{never} is not kept here");
    }
    assert!(en.contains("<code>localStorage: theme</code>") && en.contains("<code>localStorage: done, last</code>"));
    // Every page leads there, in its language.
    assert!(site.page("a/index.html").contains("<a href=\"/privacy/\">隐私</a>"));
    assert!(site.page("en/a/index.html").contains("<a href=\"/en/privacy/\">Privacy</a>"));
    assert!(site.page("sitemap.xml").contains("<loc>https://shop.example.org/en/privacy/</loc>"));
}

#[test]
fn what_is_configured_is_named_with_whom_it_is_told() {
    let keys = "comments: { artalk: { server: 'https://talk.example.org' } }
analytics: { umami: { website_id: x, script: 'https://stats.example.org/s.js' }, baidu: { id: abc1 } }
csp: { frames: ['https://player.example.com'] }
recommend: { personal: true }
promotion: { beacon: https://count.example.org/events }
";
    let site = site(&format!("{TIERS}{keys}"), "tier: member\n")
        .with("content/campaigns/m.yaml", "offer: tier:member\nvariants: [{ id: b, copy: { headline: B } }]\n");
    let [zh, en] = pages(&site);
    for host in
        ["talk.example.org", "stats.example.org", "hm.baidu.com", "player.example.com", "count.example.org", "pay.example.net"]
    {
        assert!(
            zh.contains(&format!("<code>{host}</code>")) && en.contains(&format!("<code>{host}</code>")),
            "{host} is not named"
        );
    }
    for kept in ["IndexedDB, localStorage: held", "localStorage: you", "localStorage: reader"] {
        assert!(zh.contains(kept) && en.contains(kept), "{kept} is not named");
    }
    assert!(!zh.contains("不向任何人发送任何东西") && zh.contains("不计数，也不报告"));
    // What is kept by the browser alone is not sent.
    assert!(!zh.contains("localStorage: events"));
}

#[test]
fn events_kept_in_the_browser_are_kept_and_not_sent() {
    let site = site(&format!("{TIERS}promotion: {{ beacon: local }}\n"), "tier: member\n")
        .with("content/campaigns/m.yaml", "offer: tier:member\nvariants: [{ id: b, copy: { headline: B } }]\n");
    let [zh, _] = pages(&site);
    assert!(zh.contains("localStorage: events") && zh.contains("不向任何人发送任何东西"));
}

#[test]
fn the_authors_own_page_stands_in_its_place() {
    let site = site("", "").with("content/privacy.md", "---\ntitle: 我的说法\n---\n自己写的。\n");
    let [zh, en] = pages(&site);
    assert!(zh.contains("自己写的。") && !zh.contains("不向任何人发送任何东西"));
    assert!(en.contains("Reading here sends nothing to anyone"));
}
