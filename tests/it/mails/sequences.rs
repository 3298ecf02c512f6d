//! The mails of a campaign, and digests for a part of the readers.

use super::mime::Part;
use super::{made, mail, site, text};
use crate::sandbox::{Sandbox, Tree};

/// A campaign with an early price and a coupon that both end, far ahead.
pub const CAMPAIGN: &str = "offer: product:kit
terms:
  early_bird: { price: { amount: 5, currency: CNY }, until: '2097-12-10T23:59+08:00', checkout: 'https://pay.example/early' }
  coupon: { code: KIT6, price: { amount: 6, currency: CNY }, until: '2097-12-20T23:59+08:00', checkout: 'https://pay.example/kit' }
copy:
  headline: { zh: 一套工具, en: A set of tools }
  promise: { zh: 拿来就能用。, en: Ready to use. }
  outcomes: [{ zh: 少走弯路, en: Fewer detours }]
  testimonials: [{ quote: { zh: 好用。, en: It works. }, name: אבי 😀 }]
  faq: [{ question: { zh: 能退吗？, en: Refunds? }, answer: { zh: 能。, en: Yes. } }]
  guarantee: { text: { zh: 十四天内全额退。, en: All of it back within fourteen days. } }
mails:
  value: { day: 3, subject: { zh: 🎁 送你一篇, en: 🎁 A present }, text: { zh: \"我的话。\\n\\n第二段。\", en: My own words. } }
";

/// The site with the campaign `kit`, of which the beginning of a paid piece is the sample.
pub fn with_campaign(campaign: &str) -> Sandbox {
    let sandbox = site();
    let config = String::from_utf8(sandbox.read("site.yaml")).unwrap();
    let config = config.replace(
        "price: { amount: 9, currency: CNY } }",
        "price: { amount: 9, currency: CNY }, checkout: 'https://pay.example/kit' }",
    );
    sandbox.write("site.yaml", config.as_bytes());
    sandbox.write("content/campaigns/kit.yaml", campaign.as_bytes());
    sandbox
}

/// The lines of the list of mails, as name, `send_at` and day.
fn schedule(tree: &Tree) -> Vec<[String; 3]> {
    let list = text(tree, "schedule.csv");
    let cell = |line: &str, at: usize| line.split("\",\"").nth(at).unwrap().trim_matches('"').to_owned();
    list.lines().skip(1).map(|line| [cell(line, 0), cell(line, 1), cell(line, 2)]).collect()
}

#[test]
fn a_sequence_welcomes_gives_offers_and_calls_in_each_language() {
    let tree = made(&with_campaign(CAMPAIGN), &["sequence", "kit"]);
    for (step, zh, en) in [
        (
            "kit-1-welcome",
            &["从这里开始：工具包", "拿来就能用。", "少走弯路", "接下来还有 3 封信"][..],
            &["Start here: Kit", "Ready to use.", "Fewer detours", "3 more mails"][..],
        ),
        ("kit-2-value", &["送你一篇", "我的话。", "第二段。", "公开的开头。"], &["A present", "My own words.", "Open."]),
        (
            "kit-3-offer",
            &["工具包：¥5，截至 2097年12月10日 23:59（UTC+8）", "KIT6", "好用。", "能退吗？", "十四天内全额退。", "收费的一篇"],
            &["Kit: CN¥5 until 10 December 2097, 23:59 (UTC+8)", "KIT6", "It works.", "Refunds?", "Paid"],
        ),
        (
            "kit-4-last-call",
            &["截至 2097年12月10日 23:59（UTC+8）：工具包", "¥5", "十四天内全额退。"],
            &["Until 10 December 2097, 23:59 (UTC+8): Kit", "CN¥5"],
        ),
    ] {
        for (lang, said) in [("zh", zh), ("en", en)] {
            let name = format!("{step}.{lang}.free");
            let (html, plain) = (text(&tree, &format!("{name}.html")), text(&tree, &format!("{name}.txt")));
            for said in &said[1..] {
                assert!(html.contains(said) && plain.contains(said), "{name}: {said} in {plain}");
            }
            assert_eq!(Part::read(&tree[&format!("{name}.eml")]).header("subject").trim_start_matches("🎁 "), said[0]);
            let links: Vec<&str> = html.split("href=\"https://example.org/shop/p/kit/").skip(1).collect();
            assert!(
                lang == "en"
                    || !links.is_empty()
                        && links[0]
                            .starts_with("?utm_source=newsletter&amp;utm_medium=email&amp;utm_campaign=kit&amp;utm_content="),
                "{html}"
            );
            assert!(!html.contains("只给会员看") && !html.contains("For members only"), "{html}");
        }
    }
    let offer = text(&tree, "kit-3-offer.zh.free.html");
    assert!(offer.contains("אבי 😀"), "a name that is written from right to left stays as it is");
}

#[test]
fn mails_go_out_by_day_and_the_last_one_a_day_before_the_terms_end() {
    let sandbox = with_campaign(CAMPAIGN);
    let tree = made(&sandbox, &["sequence", "kit", "--lang", "zh"]);
    let expected = [
        ["kit-1-welcome.zh.free", "", "0"],
        ["kit-2-value.zh.free", "", "3"],
        ["kit-3-offer.zh.free", "", "5"],
        ["kit-4-last-call.zh.free", "2097-12-09T23:59:00+08:00", ""],
    ];
    assert_eq!(schedule(&tree), expected.map(|row| row.map(str::to_owned)));
    let tree = made(&sandbox, &["sequence", "kit", "--lang", "zh", "--starts", "2097-12-01T20:00+08:00"]);
    let moments: Vec<String> = schedule(&tree).into_iter().map(|[_, moment, _]| moment).collect();
    assert_eq!(
        moments,
        ["2097-12-01T20:00:00+08:00", "2097-12-04T20:00:00+08:00", "2097-12-06T20:00:00+08:00", "2097-12-09T23:59:00+08:00"]
    );
    // Told on the day after the terms ended, an offer would be none.
    let run = mail(&sandbox, &["sequence", "kit", "--lang", "zh", "--starts", "2097-12-06T20:00+08:00"]);
    assert!(run.code == 0 && run.err.contains("warning[KM0930]") && run.err.contains("kit-3-offer.zh.free"), "{}", run.err);
    assert!(!run.err.contains("kit-2-value"), "{}", run.err);
}

#[test]
fn where_nothing_ends_no_mail_says_so() {
    let tree = made(&with_campaign("offer: tier:member\n"), &["sequence", "--lang", "en"]);
    let call = text(&tree, "kit-4-last-call.en.free.txt");
    assert!(call.contains("There is no deadline") && !call.contains("Until"), "{call}");
    assert_eq!(schedule(&tree)[3], ["kit-4-last-call.en.free", "", "8"].map(str::to_owned));
    // A tier has no sample: what lies in it stands for one.
    assert!(text(&tree, "kit-2-value.en.free.txt").contains("What is inside"));
}

#[test]
fn a_sequence_shows_its_audience_what_it_may_read_and_sells_nothing_twice() {
    let sandbox = with_campaign(CAMPAIGN);
    let tree = made(&sandbox, &["sequence", "kit", "--as", "tier:member"]);
    let value = text(&tree, "kit-2-value.zh.tier-member.html");
    assert!(value.contains("只给会员看的话。") && !value.contains("meet.example"), "members may read it: {value}");
    let run = mail(&sandbox, &["sequence", "kit", "--as", "product:kit"]);
    assert!(run.code == 2 && run.err.contains("error[KM0931]"), "{}", run.err);
    let run = mail(&sandbox, &["sequence", "--as", "product:kit"]);
    assert!(run.code == 0, "of all campaigns those that are left: {}", run.err);
    for (args, code) in [(["sequence", "kitt"], "KM1111"), (["sequence", "--starts=soon"], "KM0926")] {
        let run = mail(&sandbox, &args);
        assert!(run.code == 2 && run.err.contains(code), "{}", run.err);
    }
}

#[test]
fn mails_that_go_back_in_time_are_an_error() {
    let sandbox = with_campaign("offer: product:kit\nmails: { value: { day: 4 }, offer: { day: 2 } }\n");
    let run = mail(&sandbox, &["sequence", "kit"]);
    assert!(run.code == 1 && run.err.contains("the mail `offer` would go out on day 2, before `value` on day 4"), "{}", run.err);
}

#[test]
fn a_digest_for_a_part_of_the_readers_adds_what_theirs_lead_to() {
    let sandbox = site();
    for (name, level, title) in
        [("a", "beginner", "面团怎样发酵"), ("b", "intermediate", "面团发酵的温度"), ("c", "advanced", "记账的办法")]
    {
        let body = if name == "c" {
            "收支两本账，月底对一遍。"
        } else {
            "面团在温暖的地方发酵，酵母吃糖，放出气体，面团就胀大。"
        };
        sandbox.write(
            &format!("content/articles/{name}.md"),
            format!("---\ntitle: {title}\ndate: 2025-01-0{}\nlevel: {level}\ntags: [烘焙]\n---\n{body}\n", name.len()).as_bytes(),
        );
    }
    let tree = made(
        &sandbox,
        &["digest", "--since", "2026-03-01", "--lang", "zh", "--segment", "level:beginner", "--segment", "topic:烘焙", "--sent"],
    );
    let of = |part: &str| {
        let name = tree.keys().find(|name| name.starts_with("digest-") && name.contains(part) && name.ends_with(".txt"));
        text(&tree, name.unwrap_or_else(|| panic!("{part} among {:?}", tree.keys())))
    };
    let beginners = of("level-beginner");
    let (news, picked) = beginners.split_once("给你挑的 · 入门").expect("what is for them");
    assert!(news.contains("收费的一篇") && picked.contains("面团"), "{beginners}");
    assert!(!picked.contains("收费的一篇"), "what is new is not told twice: {beginners}");
    assert!(of("topic-烘焙").contains("给你挑的 · 烘焙"));
    // Each part has issues of its own.
    let log = String::from_utf8(sandbox.read("mail-log.yaml")).unwrap();
    assert!(log.contains("segment: level:beginner") && log.contains("segment: topic:烘焙"), "{log}");
    let run = mail(&sandbox, &["digest", "--lang", "zh"]);
    assert!(run.code == 2 && run.err.contains("KM0922"), "everyone had none: {}", run.err);
    let run = mail(&sandbox, &["digest", "--lang", "zh", "--segment", "level:beginner"]);
    assert!(run.code == 0 && run.err.contains("KM0923"), "{}", run.err);
    let run = mail(&sandbox, &["digest", "--segment", "level:beginer"]);
    assert!(
        run.code == 2 && run.err.contains("error[KM0932]") && run.err.contains("did you mean `level:beginner`?"),
        "{}",
        run.err
    );
}
