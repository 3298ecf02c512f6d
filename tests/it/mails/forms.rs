//! The forms of a mail: HTML, plain text, message, snippet; and the tags of services.

use super::mime::Part;
use super::{made, mail, site, text};

/// The start tags of an HTML text, as written between `<` and `>`.
fn tags(html: &str) -> Vec<&str> {
    let starts = html.match_indices('<').filter(|(at, _)| html[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()));
    starts.map(|(at, _)| &html[at + 1..at + html[at..].find('>').expect("an end")]).collect()
}

/// The values of an attribute, in order.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!(" {name}=\"");
    tags(html).into_iter().filter_map(|tag| tag.split_once(&open)?.1.split('"').next()).collect()
}

const TOLD: &str = "?utm_source=newsletter&amp;utm_medium=email&amp;utm_campaign=articles-free&amp;utm_content=announcement";

#[test]
fn an_announcement_holds_the_piece_with_addresses_that_can_be_followed() {
    let tree = made(&site(), &["announce", "articles/free"]);
    let html = text(&tree, "articles-free.zh.free.html");
    let page = format!("https://example.org/shop/articles/free/{TOLD}");
    let paid = format!("https://example.org/shop/articles/paid/{TOLD}#%E4%BA%8C");
    let links = values(&html, "href");
    assert!(links.contains(&page.as_str()) && links.contains(&paid.as_str()), "{links:?}");
    assert!(links.contains(&"https://far.example/a?b=1&amp;c=2"), "other sites' addresses stay as they are: {links:?}");
    assert!(links.iter().all(|link| link.starts_with("https://") || link.starts_with("{{")), "{links:?}");
    assert!(html.contains(">怎样开头，才有人读下去。"), "the preheader");
    assert!(html.contains("lang=\"zh\"") && html.contains("<title>免费的一篇</title>"));
    // The picture says what it shows, and is not wider than the mail.
    let picture = tags(&html).into_iter().find(|tag| tag.starts_with("img")).expect("a picture");
    assert!(picture.contains("src=\"https://example.org/shop/images/a.png\"") && picture.contains("alt=\"梯子\""), "{picture}");
    assert!(picture.contains("width=\"552\"") && picture.contains("max-width: 100%"), "{picture}");
    let english = text(&tree, "articles-free.en.free.html");
    assert!(english.contains("<title>A free &lt;piece&gt; &amp; more</title>") && english.contains("lang=\"en\""));
    assert!(english.contains("Unsubscribe") && english.contains("Lin Zhou · Hangzhou"));
}

#[test]
fn what_mail_programs_refuse_is_in_no_mail() {
    let tree = made(&site(), &["announce", "articles/rich"]);
    let html = text(&tree, "articles-rich.zh.free.html");
    let allowed = [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "small",
        "span",
        "strong",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    for tag in tags(&html) {
        let name = tag.split([' ', '/']).next().unwrap();
        assert!(allowed.contains(&name), "<{tag}>");
        assert!(!tag.contains(" class=") && !tag.contains(" id=") && !tag.contains("position"), "<{tag}>");
    }
    for (said, why) in [
        ("x² ≤ 1", "a formula in the text"),
        ("a/b", "a formula of its own"),
        ("这里有一张图，在网页上看", "a diagram"),
        ("这里有一段视频，在网页上看: 演示", "a film"),
        ("Linux", "the title of a tab"),
        ("图: 矢量图", "a picture that mail programs cannot show"),
        ("☑ 做完了", "a task"),
        ("脚注[1]", "a reference"),
        ("注的话。", "a footnote"),
        ("Ctrl", "a key"),
    ] {
        assert!(html.contains(said), "{why}: {html}");
    }
    assert!(!html.contains("alert(1)"), "a script is not read out");
    let plain = text(&tree, "articles-rich.zh.free.txt");
    assert!(plain.contains("- 列: 甲; 数: 1") && plain.contains("> 一句提醒。") && !plain.contains('<'), "{plain}");
}

#[test]
fn a_message_is_read_by_others_as_it_was_meant() {
    let sandbox = site();
    let tree = made(&sandbox, &["announce", "articles/free"]);
    let message = Part::read(&tree["articles-free.zh.free.eml"]);
    assert_eq!(message.header("subject"), "免费的一篇");
    assert_eq!(message.header("from"), "\"林舟\" <hello@example.org>".replace('"', ""));
    assert_eq!(message.header("date"), "Sun, 01 Mar 2026 00:30:00 +0000");
    assert_eq!(message.header("mime-version"), "1.0");
    assert_eq!(message.header("list-unsubscribe"), "<mailto:hello@example.org?subject=unsubscribe>");
    assert!(message.header("message-id").ends_with("@example.org>"));
    let parts = message.parts();
    assert_eq!(parts.len(), 2);
    assert!(
        parts[0].header("content-type").starts_with("text/plain") && parts[1].header("content-type").starts_with("text/html")
    );
    // Nothing is left to be filled in: no service sends it.
    let filled = |text: String| {
        let page = "https://example.org/shop/articles/free/?utm_source=newsletter&utm_medium=email&utm_campaign=articles-free&utm_content=announcement";
        text.replace("{{unsubscribe_url}}", "mailto:hello@example.org?subject=unsubscribe")
            .replace("{{view_url}}", page)
            .trim_end()
            .to_owned()
    };
    assert_eq!(parts[0].text(), filled(text(&tree, "articles-free.zh.free.txt")));
    let html = filled(text(&tree, "articles-free.zh.free.html")).replace("&utm", "&amp;utm").replace("&amp;amp;", "&amp;");
    assert_eq!(parts[1].text(), html);
    // The same input gives the same bytes.
    assert_eq!(made(&sandbox, &["announce", "articles/free"]), tree);
}

#[test]
fn an_english_subject_with_signs_is_right_in_a_message() {
    let tree = made(&site(), &["announce", "articles/free", "--lang", "en"]);
    assert!(!tree.contains_key("articles-free.zh.free.eml"), "one language was asked for");
    assert_eq!(Part::read(&tree["articles-free.en.free.eml"]).header("subject"), "A free <piece> & more");
}

#[test]
fn services_get_their_tags_and_read_none_in_the_text() {
    for (service, unsubscribe, disarmed, armed) in [
        ("mailchimp", "*|UNSUB|*", "&#42;|FNAME|*", "*|FNAME|*"),
        ("buttondown", "{{ unsubscribe_url }}", "&#123;{ name }}", "{{ name }}"),
        ("listmonk", "{{ UnsubscribeURL }}", "&#123;{ name }}", "{{ name }}"),
        ("generic", "{{unsubscribe_url}}", "&#123;{ name }}", "{{ name }}"),
    ] {
        let tree = made(&site(), &["announce", "articles/rich", "--service", service]);
        let (html, plain) = (text(&tree, "articles-rich.zh.free.html"), text(&tree, "articles-rich.zh.free.txt"));
        assert!(values(&html, "href").contains(&unsubscribe) && plain.contains(unsubscribe), "{service}: {plain}");
        assert!(html.contains(disarmed) && !html.contains(armed) && !plain.contains(armed), "{service}: {html}");
        // A message that is sent without the service shows the text as it is.
        assert!(Part::read(&tree["articles-rich.zh.free.eml"]).parts()[0].text().contains("{{ name }} *|FNAME|* {% raw %}"));
    }
    let ghost = text(&made(&site(), &["announce", "articles/rich", "--service", "ghost"]), "articles-rich.zh.free.html");
    assert!(!ghost.contains("退订"), "Ghost has a footer of its own");
}

#[test]
fn an_address_of_the_sites_own_ends_a_subscription() {
    let sandbox = site();
    let config = text(&crate::sandbox::Tree::from([("c".to_owned(), sandbox.read("site.yaml"))]), "c");
    let own = "mail: { from: '林舟 <lin@example.org>', unsubscribe: 'https://example.org/out?a=1&b=2', address: { zh: 杭州市, en: Hangzhou } }";
    sandbox.write("site.yaml", config.replace("mail: { address: { zh: 杭州市, en: Hangzhou } }", own).as_bytes());
    let tree = made(&sandbox, &["announce", "articles/free", "--service", "listmonk"]);
    assert!(text(&tree, "articles-free.zh.free.html").contains("href=\"https://example.org/out?a=1&amp;b=2\""));
    let message = Part::read(&tree["articles-free.zh.free.eml"]);
    assert_eq!(message.header("from"), "林舟 <lin@example.org>");
    assert_eq!(message.header("list-unsubscribe"), "<https://example.org/out?a=1&b=2>");
}

#[test]
fn a_mail_ends_where_its_audience_may_read_no_further() {
    let sandbox = site();
    let free = text(&made(&sandbox, &["announce", "articles/paid"]), "articles-paid.zh.free.html");
    assert!(free.contains("公开的开头。") && !free.contains("只给会员看"), "{free}");
    assert!(
        free.contains("https://pay.example/m") && free.contains("¥39/月") && free.contains("工具包"),
        "what opens the rest: {free}"
    );
    for audience in ["tier:member", "tier:pro", "product:kit"] {
        let name = format!("articles-paid.zh.{}.html", audience.replace(':', "-"));
        let html = text(&made(&sandbox, &["announce", "articles/paid", "--as", audience]), &name);
        assert!(html.contains("只给会员看的话。") && !html.contains("https://pay.example/m"), "{html}");
        assert!(!html.contains("meet.example"), "where members meet is in no mail");
    }
}

#[test]
fn a_snippet_is_small_and_brings_no_style_sheet() {
    let tree = made(&site(), &["snippet", "articles/paid", "--as", "tier:member"]);
    for (name, title) in [("snippet-articles-paid.zh.html", "收费的一篇"), ("snippet-articles-paid.en.html", "Paid")] {
        let html = text(&tree, name);
        assert!(html.contains(title) && html.len() < 10_000);
        for barred in ["<style", "class=", " id=", "<html", "<body", "script", "只给会员看", "For members"] {
            assert!(!html.contains(barred), "{barred} in {html}");
        }
        assert!(values(&html, "href").iter().all(|link| link.contains("utm_content=snippet")), "{html}");
        assert!(tags(&html).iter().filter(|tag| tag.starts_with("img")).all(|tag| tag.contains(" alt=\"")));
    }
}

#[test]
fn a_mail_that_gmail_would_cut_is_a_warning() {
    let sandbox = site();
    sandbox.write("content/articles/long.md", format!("---\ntitle: 长\n---\n{}", "很长的一段话。\n\n".repeat(3_000)).as_bytes());
    let run = mail(&sandbox, &["announce", "articles/long"]);
    assert!(run.code == 0 && run.err.contains("warning[KM0921]"), "{}", run.err);
    assert!(!mail(&sandbox, &["announce", "articles/free"]).err.contains("KM0921"));
}
