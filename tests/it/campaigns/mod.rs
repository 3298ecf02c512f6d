//! Campaigns: what is wrong with their files, what their pages say and leave out, and the links by which they are told.

mod ads;
mod audiences;
mod bad_input;
mod cards;
mod experiments;
mod font;
mod links;
mod pages;
mod social;

use jiff::civil::Date;
use kmsite::compile::{Compiled, Options, compile};
use kmsite::config::Overrides;
use kmsite::diag::{render, settle};
use kmsite::id::SourcePath;
use kmsite::resolve::Publish;
use kmsite::world::MemoryWorld;
use serde_json::Value;

/// The day of the builds that are made here.
const TODAY: &str = "2026-11-26";

/// A shop with a course that is sold alone and to members; a lesson of it is free.
const SHOP: &[(&str, &str)] = &[
    (
        "site.yaml",
        "title: { zh: 面包课, en: Bread School }
base_url: https://bread.example.org/
languages: { default: zh, others: [en] }
tiers:
- { id: free }
- { id: member, price: { amount: 39, currency: CNY, per: month }, checkout: 'https://pay.example.org/member', description: { zh: 全部课程, en: All courses } }
products:
- id: bread
  name: { zh: 面包课单卖, en: The bread course }
  description: { zh: 四周烤出面包, en: Bread in four weeks }
  includes: [courses/bread]
  price: { amount: 199, currency: CNY }
  checkout: https://pay.example.org/bread
- { id: soon, includes: [articles/starter] }
",
    ),
    (
        "content/courses/bread/_index.md",
        "---\ntitle: 面包\ndescription: 一台烤箱就够\ntier: member\ntags: [酸种]\nobjectives: [养活一罐酸种, 判断发酵]\n---\n公开的引言。\n",
    ),
    ("content/courses/bread/01-a.md", "---\ntitle: 第一课\npreview: true\n---\n试读的第一句。\n\n<!-- paywall -->\n\n试读的后半。\n"),
    ("content/courses/bread/02-b.md", "---\ntitle: 第二课\n---\n第二课的开头。\n\n<!-- paywall -->\n\nPAIDSECRET 秘方藏在这里。\n"),
    (
        "content/courses/bread/_index.en.md",
        "---\ntitle: Bread\ndescription: One oven is enough\ntier: member\ntags: [Sourdough]\nobjectives: [Keep a starter alive, Tell when dough is ready]\n---\nA public introduction.\n",
    ),
    ("content/courses/bread/01-a.en.md", "---\ntitle: First\npreview: true\n---\nThe free beginning.\n"),
    ("content/courses/bread/02-b.en.md", "---\ntitle: Second\n---\nHow the second begins.\n\n<!-- paywall -->\n\nPAIDSECRET the recipe.\n"),
    ("content/articles/starter.md", "---\ntitle: 酸种\n---\n开头。\n\n<!-- paywall -->\n\n付费的后半。\n"),
    ("content/articles/free.md", "---\ntitle: 免费的酸种\ndate: 2026-01-01\ntags: [酸种]\n---\n谁都能读。\n"),
    ("content/articles/other.md", "---\ntitle: 无关\ndate: 2026-02-01\ntags: [别的]\n---\n谁都能读。\n"),
    ("content/refunds.md", "---\ntitle: 退款\n---\n全额退。\n"),
];

/// The shop with campaigns, and what was found on the way.
fn compiled(campaigns: &[(&str, &str)]) -> (Compiled, Vec<String>) {
    let paths: Vec<(String, &str)> =
        campaigns.iter().map(|(name, text)| (format!("content/campaigns/{name}.yaml"), *text)).collect();
    let files = SHOP.iter().copied().chain(paths.iter().map(|(path, text)| (path.as_str(), *text)));
    let world = MemoryWorld::of(files);
    let options = Options {
        overrides: Overrides::default(),
        origin: None,
        publish: Publish::default(),
        today: TODAY.parse::<Date>().unwrap(),
        public_only: false,
        folder_name: "shop".to_owned(),
    };
    let mut noted = compile(&world, &options);
    let source = |path: &SourcePath| {
        let text = SHOP.iter().find(|(name, _)| *name == path.as_str()).map(|(_, text)| *text);
        let text = text.or_else(|| paths.iter().find(|(name, _)| name == path.as_str()).map(|(_, text)| *text));
        text.map(|text| text.as_bytes().to_vec())
    };
    settle(&mut noted.diags, &source);
    let json = render::json(&noted.diags, &source);
    let told = json.as_array().unwrap().iter().map(told).collect();
    (noted.value, told)
}

/// What is found in the file of a single campaign.
fn found(text: &str) -> Vec<String> {
    compiled(&[("bread", text)]).1
}

/// `file:line:column severity code message (hint)`.
fn told(diag: &Value) -> String {
    let word = |key: &str| diag[key].as_str().unwrap_or_default();
    let file = word("file").rsplit('/').next().unwrap_or_default();
    let hints: Vec<String> =
        diag["hints"].as_array().unwrap().iter().map(|hint| format!(" ({})", hint.as_str().unwrap())).collect();
    let place = match (diag["line"].as_u64(), diag["column"].as_u64()) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        _ => file.to_owned(),
    };
    format!("{place} {} {} {}{}", word("severity"), word("code"), word("message"), hints.concat())
}
