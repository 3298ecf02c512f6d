//! The counter of the preview: mails and copies are shown to their author, and to nobody else.

use super::server::Server;

const SITE: &[(&str, &str)] = &[
    (
        "site.yaml",
        "title: { zh: 小站, en: Site }\nbase_url: https://example.org/shop/\nlanguages: { default: zh, others: [en] }\nfooter: { contact: a@example.org }\n\
         products: [{ id: kit, name: { zh: 工具箱, en: Kit }, includes: [articles/paid], price: { amount: 9, currency: CNY }, checkout: 'https://pay.example/kit' }]\n",
    ),
    (
        "content/articles/paid.md",
        "---\ntitle: 收费的 <一篇>\ntier: member\ndate: 2026-01-02\n---\n公开的话。\n\n<!-- paywall -->\n\n会员才看的话。\n",
    ),
    (
        "content/articles/paid.en.md",
        "---\ntitle: Paid\ntier: member\ndate: 2026-01-02\n---\nPublic words.\n\n<!-- paywall -->\n\nMEMBERWORDS\n",
    ),
    // A page is no news, and so is chosen.
    ("content/easy.en.md", "---\ntitle: An easy one\nlevel: beginner\n---\nWords.\n"),
    ("content/campaigns/kit.yaml", "offer: product:kit\n"),
];

#[test]
fn all_mails_of_the_site_are_shown_for_each_audience_and_language() {
    let server = Server::of(SITE, &[]);
    let chinese = server.text("/_mail/");
    for said in ["从这里开始：工具箱", "最后一封：工具箱", "收费的 &lt;一篇&gt;", "主题", "预览文字", "<iframe sandbox"]
    {
        assert!(chinese.contains(said), "{said} in {chinese}");
    }
    let english = server.text("/_mail/?lang=en&as=product:kit&width=320&mail=announce/articles/paid");
    assert!(
        english.contains("width=\"320\"") && english.contains("Subject") && !english.contains("Start here"),
        "who has it is sold nothing: {english}"
    );
    let letter = |query: &str| server.text(&format!("/_mail/letter?lang=en&mail=announce/articles/paid{query}"));
    assert!(letter("").contains("Public words.") && !letter("").contains("MEMBERWORDS"));
    assert!(letter("&as=tier:member").contains("MEMBERWORDS") && letter("&as=product:kit").contains("MEMBERWORDS"));
    assert!(!letter("&as=tier:nonsense").contains("MEMBERWORDS"));
    assert!(letter("&dark=on").contains("@media all{") && letter("").contains("@media (prefers-color-scheme:dark){"));
    assert!(!letter("&form=text").contains('<'));
    // A digest for a part of the readers has what is chosen for them, and the choice stays in the links.
    let digest = |query: &str| server.text(&format!("/_mail/letter?lang=en&mail=digest{query}"));
    assert!(digest("&segment=level:beginner").contains("An easy one") && digest("&segment=level:beginner") != digest(""));
    assert_eq!(digest("&segment=level:nonsense"), digest(""));
    let chosen = server.text("/_mail/?lang=en&mail=digest&segment=level:beginner");
    assert!(
        chosen.contains("<option value=\"level:beginner\" selected>Beginner</option>")
            && chosen.contains("mail=digest&amp;segment=level:beginner")
    );
    for nothing in ["/_mail/letter?mail=announce/articles/none", "/_mail/letter?mail=sequence/kit/9", "/_mail/none"] {
        assert_eq!(server.get(nothing).status, 404, "{nothing}");
    }
}

#[test]
fn a_copy_for_each_network_has_the_addresses_of_the_published_site() {
    let server = Server::of(SITE, &[]);
    let page = server.text("/_copy/?page=/shop/articles/paid/");
    assert_eq!(page, server.text("/_copy/?page=/articles/paid/"), "the address in the preview, and that in the site");
    for network in ["wechat", "zhihu", "x", "xiaobaotong", "zsxq"] {
        assert!(page.contains(&format!("<section data-network=\"{network}\">")), "{network}");
    }
    for name in ["微信公众号", "知乎", "小报童", "知识星球"] {
        assert!(page.contains(&format!("<h2>{name}</h2>")), "{name}");
    }
    let held: Vec<&str> =
        page.split("<textarea hidden data-").skip(1).map(|rest| rest.split("</textarea>").next().unwrap()).collect();
    assert!(
        held.iter().any(|text| text.starts_with("html>&lt;section"))
            && held.iter().any(|text| text.starts_with("plain># 收费的")),
        "{held:?}"
    );
    assert!(
        held.iter().all(|text| !text.contains("127.0.0.1"))
            && page.contains("https://example.org/shop/articles/paid/?utm_source=wechat")
    );
    assert!(!page.contains("会员才看的话"));
    // Paid text goes behind walls alone.
    let member = server.text("/_copy/?page=/articles/paid/&as=tier:member");
    let sections: Vec<&str> = member.split("<section data-network=\"").skip(1).collect();
    let open: Vec<&str> =
        sections.iter().filter(|part| part.contains("会员才看的话")).map(|part| part.split('"').next().unwrap()).collect();
    assert_eq!(open, ["xiaobaotong", "zsxq"]);
    let code = server.get("/_copy/code.png?page=/articles/paid/&network=wechat");
    assert!(code.status == 200 && code.body.starts_with(b"\x89PNG") && code.header("Content-Type") == Some("image/png"));
    assert!(server.text("/_copy/?lang=en").contains(">Paid</a>"));
}

#[test]
fn other_machines_and_builds_have_no_counter() {
    for args in [&["--host", "0.0.0.0"][..], &["--built"]] {
        let server = Server::of(SITE, args);
        for path in [
            "/_mail/",
            "/_mail/letter?mail=announce/articles/paid&as=tier:member",
            "/_copy/?page=/articles/paid/&as=tier:member",
            "/_copy/counter.js",
        ] {
            let answer = server.get(path);
            assert!(answer.status == 404 && !answer.text().contains("会员才看的话"), "{args:?} {path}: {}", answer.text());
        }
    }
    let server = Server::of(SITE, &[]);
    assert_eq!(server.events("/shop/").next()["counter"], true);
    assert_eq!(Server::of(SITE, &["--host", "0.0.0.0"]).events("/shop/").next()["counter"], false);
}
