//! A piece -> HTML to paste into the editor of 微信公众号, and what stands in its form.
//!
//! The editor throws away style sheets, classes, ids, scripts and whatever plays or is typed into, and links to other hosts than its own. So the look is put
//! on each element; other links become numbers, with their addresses as text at the end; formulas are written in letters.
//! Source: the editor itself, and what Doocs md and Markdown Nice do to be accepted by it.

use css_inline::CSSInliner;

use super::Source;
use crate::model::text::excerpt;
use crate::promote::prose::html::{self, Dialect, attribute, text};
use crate::promote::prose::plain::References;

/// How a copy looks, by element.
const LOOK: &str = include_str!("wechat.css");

/// The one host that links may lead to.
const HOME: &str = "https://mp.weixin.qq.com/";

/// How many characters a title may have. Source: the editor's form.
pub const LONGEST_TITLE: usize = 64;
/// How many characters a summary (摘要) may have. Source: the editor's form.
const LONGEST_SUMMARY: usize = 120;

/// A copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// What is pasted.
    pub html: String,
    /// What is entered in the form: title, summary, 阅读原文.
    pub form: String,
}

/// Writes a copy.
#[must_use]
pub fn copy(source: &Source<'_>, accent: Option<&str>) -> Copy {
    let mut dialect = Wechat::default();
    let mut out = String::from("<section>\n");
    out.push_str(&html::write(source.blocks, &mut dialect));
    if !dialect.0.is_empty() {
        out.push_str("<hr>\n");
        for (number, address) in dialect.0.iter() {
            out.push_str(&format!("<p><small>[{number}] "));
            text(&mut out, address);
            out.push_str("</small></p>\n");
        }
    }
    out.push_str("<p align=\"center\"><strong>");
    text(&mut out, source.read_on);
    out.push_str("</strong></p>\n</section>");
    let look = LOOK.replace("ACCENT", accent.unwrap_or("#99391f"));
    let inliner = CSSInliner::options().load_remote_stylesheets(false).build();
    // It fails on style sheets that cannot be read, and this one is ours.
    let html = inliner.inline_fragment(&out, &look).unwrap_or(out) + "\n";
    let summary: String = excerpt(source.description, 2 * LONGEST_SUMMARY).chars().take(LONGEST_SUMMARY).collect();
    let form = format!("标题：{}\n摘要：{summary}\n阅读原文：{}\n", source.title, source.page);
    Copy { html, form }
}

/// How the editor takes prose; the addresses that are written as text.
#[derive(Default)]
struct Wechat(References);

impl Dialect for Wechat {
    fn link(&mut self, out: &mut String, address: &str, label: &str) {
        if address.starts_with(HOME) {
            out.push_str("<a");
            attribute(out, "href", address);
            out.push_str(&format!(">{label}</a>"));
            return;
        }
        let number = self.0.number(address);
        out.push_str(&format!("{label}<sup>[{number}]</sup>"));
    }

    /// The editor folds white space and line breaks.
    fn code(&self, out: &mut String, source: &str) {
        out.push_str("<pre><code>");
        for (number, line) in source.trim_end_matches('\n').lines().enumerate() {
            out.push_str(if number == 0 { "" } else { "<br>" });
            let mut escaped = String::new();
            text(&mut escaped, line);
            out.push_str(&escaped.replace('\t', "    ").replace(' ', "&nbsp;"));
        }
        out.push_str("</code></pre>\n");
    }

    fn width(&self) -> u32 {
        677
    }
}
