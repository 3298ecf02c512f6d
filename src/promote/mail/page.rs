//! A letter -> its HTML, and its plain text.
//!
//! HTML for mail programs is that of 1999: tables, and a style on each element, put there by a style sheet and `css-inline`. The one style sheet that
//! stays is for dark rooms. Nothing in it needs pictures to be shown, or more than 320 pixels.

use css_inline::CSSInliner;

use super::super::prose::html::{self, Mail, attribute, text};
use super::super::prose::plain::{self, References};
use super::{Letter, UNSUBSCRIBE, WEB};
use crate::config::Brand;

/// How a letter looks, by element.
const LOOK: &str = include_str!("letter.css");
/// The accent of the default theme.
const ACCENT: &str = "#99391f";

/// What follows the preheader, so that mail programs show nothing else behind the subject.
const FILLER: &str = "&#847;&zwnj;&nbsp;";

/// A style sheet with the colours of a site.
#[must_use]
pub(super) fn look(sheet: &str, brand: &Brand) -> String {
    let accent = brand.accent.map_or_else(|| ACCENT.to_owned(), |colour| colour.to_string());
    sheet.replace("ACCENT", &accent)
}

/// The letter as HTML.
///
/// Its addresses for ending the subscription and for the web are still to be filled in ([`service`](super::service)).
#[must_use]
pub fn html(letter: &Letter, with_unsubscribe: bool) -> String {
    let page = page(letter, with_unsubscribe);
    let inliner = CSSInliner::options()
        .inline_style_tags(false)
        .keep_style_tags(true)
        .load_remote_stylesheets(false)
        .extra_css(Some(look(LOOK, &letter.brand).into()))
        .build();
    // It fails on style sheets that cannot be read, and this one is ours.
    inliner.inline(&page).unwrap_or(page)
}

fn page(letter: &Letter, with_unsubscribe: bool) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html");
    attribute(&mut out, "lang", letter.lang.as_str());
    out.push_str(
        ">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    );
    out.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"supported-color-schemes\" content=\"light dark\">\n<title>");
    text(&mut out, &letter.subject);
    out.push_str("</title>\n<style>");
    out.push_str(DARK);
    out.push_str("</style>\n</head>\n<body>\n<div>");
    text(&mut out, &letter.preheader);
    out.push_str(&FILLER.repeat(30));
    out.push_str("</div>\n<table role=\"presentation\" width=\"100%\" cellspacing=\"0\" cellpadding=\"0\" border=\"0\"><tr><td align=\"center\">\n");
    out.push_str("<!--[if mso]><table role=\"presentation\" width=\"600\" cellspacing=\"0\" cellpadding=\"0\" border=\"0\"><tr><td><![endif]-->\n");
    out.push_str("<table role=\"none\" width=\"100%\" cellspacing=\"0\" cellpadding=\"0\" border=\"0\"><tr><td align=\"left\">\n<p><small>");
    Mailer(&mut out).link(&letter.site.1, &letter.site.0);
    out.push_str("</small></p>\n<h1>");
    text(&mut out, &letter.title);
    out.push_str("</h1>\n");
    out.push_str(&html::write(&letter.blocks, &mut Mail));
    out.push_str("<hr>\n");
    footer(&mut out, letter, with_unsubscribe);
    out.push_str("</td></tr></table>\n<!--[if mso]></td></tr></table><![endif]-->\n</td></tr></table>\n</body>\n</html>\n");
    out
}

/// What changes in dark rooms, where mail programs ask; Gmail and others that do not invert by themselves.
const DARK: &str = "@media (prefers-color-scheme:dark){body,table,td,th{background-color:#1b1a17!important;color:#dcd6ca!important}\
a{color:#dcd6ca!important}h1,h2,h3,h4,h5,h6,small{color:#dcd6ca!important}pre,code,blockquote{background-color:#25231f!important;color:#dcd6ca!important}\
hr,th,td{border-color:#37342d!important}img{color:#b1a99b!important}}";

fn footer(out: &mut String, letter: &Letter, with_unsubscribe: bool) {
    let footer = &letter.footer;
    for line in [&footer.reason, &footer.sender] {
        out.push_str("<p><small>");
        text(out, line);
        out.push_str("</small></p>\n");
    }
    out.push_str("<p><small>");
    Mailer(out).link(WEB, &footer.web);
    if with_unsubscribe {
        out.push_str(" · ");
        Mailer(out).link(UNSUBSCRIBE, &footer.unsubscribe);
    }
    out.push_str("</small></p>\n");
}

struct Mailer<'a>(&'a mut String);

impl Mailer<'_> {
    fn link(&mut self, address: &str, words: &str) {
        self.0.push_str("<a");
        attribute(self.0, "href", address);
        self.0.push('>');
        text(self.0, words);
        self.0.push_str("</a>");
    }
}

/// The letter as plain text.
#[must_use]
pub fn plain_text(letter: &Letter, with_unsubscribe: bool) -> String {
    let mut links = References::default();
    let body = plain::write(&letter.blocks, &mut links);
    let title = format!("{}\n{}", letter.title, "=".repeat(crate::model::text::width(&letter.title).clamp(3, 72)));
    let mut parts = vec![title, body.trim_end().to_owned()];
    if !links.is_empty() {
        parts.push(plain::references(&links).trim_end().to_owned());
    }
    let footer = &letter.footer;
    let mut foot = format!("-- \n{}\n{}\n{}: {WEB}", footer.reason, footer.sender, footer.web);
    if with_unsubscribe {
        foot.push_str(&format!("\n{}: {UNSUBSCRIBE}", footer.unsubscribe));
    }
    parts.push(foot);
    parts.join("\n\n") + "\n"
}
