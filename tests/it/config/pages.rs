//! Brand, footer, comments, analytics and policy: what is refused, and why.

use kmsite::config::Colour;

use super::{load, told};

#[test]
fn colours_are_read_in_both_forms() {
    let accent = |text: &str| load(&format!("base_url: https://a.org\nbrand: {{accent: '{text}'}}"), &[]).value.brand.accent;
    assert_eq!(accent("#0F766e"), Some(Colour { rgb: [0x0f, 0x76, 0x6e] }));
    assert_eq!(accent("#0af"), Some(Colour { rgb: [0x00, 0xaa, 0xff] }));
    for bad in ["teal", "#12345", "#1234567", "0f766e", "#é1234", "#中中"] {
        let told = told(&format!("brand: {{accent: '{bad}'}}"));
        assert_eq!(told, [format!("2:17 KM0204 `brand.accent` takes a colour as `#0f766e`, not the text `{bad}`")]);
    }
}

#[test]
fn registrations_and_footer_links_are_checked() {
    assert_eq!(told("footer: {police: 京公网安备11010502030000号, icp: 京ICP备1号, contact: {zh: 联系, en: Call}}"), [""; 0]);
    assert_eq!(
        told("footer: {police: 京公网安备1101号}"),
        ["2:18 KM0204 `京公网安备1101号` is not a public security registration \
            (write it as it was granted, as `京公网安备11010502030000号`, with its 14 digits)"]
    );
    assert_eq!(
        told("footer:\n  links:\n    - {name: 退款, link: refunds.md}\n    - {name: '', link: /terms/}\n"),
        [
            "4:24 KM0204 `refunds.md` is not a link (did you mean `/refunds/`?)",
            "5:14 KM0204 the link to `/terms/` has no name (give it a name)"
        ]
    );
}

#[test]
fn services_are_checked() {
    assert_eq!(
        told("comments: {giscus: {repo: a, repo_id: b, category: c, category_id: d}, artalk: {server: talk.example.org}}"),
        [
            "2:27 KM0204 `a` is not a repository (write it as `owner/name`)",
            "2:80 KM0204 there are two services for comments (keep `giscus` or `artalk`)",
            "2:89 KM0204 `talk.example.org` is not an address on the web (write the whole address, as `https://example.org`)"
        ]
    );
    assert_eq!(told("comments: {giscus: {repo: a/b}}"), ["2:20 KM0204 `comments.giscus` lacks `repo_id` (add `repo_id:` to it)"]);
    assert_eq!(
        told("analytics: {umami: {website_id: x, script: 'https://a.org/x.js; evil'}, baidu: {id: 'hm.js?1'}}"),
        [
            "2:44 KM0204 `https://a.org/x.js; evil` is not an address on the web (write the whole address, as `https://example.org`)",
            "2:85 KM0204 `hm.js?1` is not an id of 百度统计 (write the letters and digits behind `hm.js?` alone)"
        ]
    );
}

#[test]
fn what_would_break_out_of_a_policy_is_no_origin() {
    assert_eq!(
        told("csp: {frames: ['https://*.example.org', 'https://player.bilibili.com/'], images: ['http://a.org:8080']}"),
        [""; 0]
    );
    assert_eq!(
        told("csp: {frames: [player.bilibili.com], scripts: [\"https://a.org; script-src *\", \"'unsafe-inline'\"]}"),
        [
            "2:16 KM0204 `player.bilibili.com` is not an origin (did you mean `https://player.bilibili.com`?)",
            "2:48 KM0204 `https://a.org; script-src *` is not an origin (write scheme and host, as `https://example.org` or `https://*.example.org`)",
            "2:79 KM0204 `'unsafe-inline'` is not an origin (did you mean `https://unsafe-inline`?)"
        ]
    );
}
