//! The counter of the preview: all mails of a site, and a copy of each piece for each network, to be looked at and taken along.
//!
//! Everything is made anew when it is asked for, by what `mail` and `copy` are made with. Invariant: it is shown to who proves that only this machine
//! is looking ([`Loopback`]), and what is taken along has the addresses of the published site.

mod copies;
mod mails;

use std::path::PathBuf;

use super::bench::Bench;
use super::outbox::Audience;
use crate::access;
use crate::artifact::MediaType;
use crate::config::{self, Overrides};
use crate::id::{Lang, SourcePath};
use crate::model::Site;
use crate::plan::Plan;
use crate::serve::{Asked, Counter, Loopback, Sheet};

/// Who stands at the counter.
pub(super) struct Till {
    /// The site's folder.
    pub(super) root: PathBuf,
    /// What goes on top of `site.yaml`.
    pub(super) overrides: Overrides,
}

/// What a page of the counter is made with.
struct Wares<'a> {
    bench: Bench<'a>,
    asked: &'a Asked<'a>,
    lang: Lang,
    /// The published site's address.
    base_url: String,
    till: &'a Till,
}

impl Counter for Till {
    fn show(&self, plan: &Plan, asked: &Asked<'_>, here: &Loopback) -> Option<Sheet> {
        let site = plan.site();
        let written = asked.parameter("as");
        // A name that is none of this site's is nobody's in particular.
        let audience =
            Audience::read(Some(&*written).filter(|name| !name.is_empty()), here, &site.config).unwrap_or(Audience::Everyone);
        let published = access::public_media(site);
        let bench = Bench { plan, audience: &audience, published: &published };
        let wares = Wares { bench, asked, lang: language(site, &asked.parameter("lang")), base_url: self.base_url(), till: self };
        match asked.path {
            "/_mail/" => Some(html(mails::page(&wares))),
            "/_mail/letter" => mails::letter(&wares),
            "/_copy/" => Some(html(copies::page(&wares))),
            "/_mail/counter.css" | "/_copy/counter.css" => Some(sheet(MediaType::CSS, include_str!("counter.css"))),
            "/_copy/code.png" => copies::code(&wares),
            "/_copy/counter.js" => Some(sheet(MediaType::JS, include_str!("counter.js"))),
            _ => None,
        }
    }
}

impl Till {
    /// The address that the site is published at: the preview's own plan has that of the preview.
    fn base_url(&self) -> String {
        let file = SourcePath::new(config::FILE);
        let bytes = std::fs::read(self.root.join(config::FILE)).ok();
        config::load(bytes.as_deref().map(|bytes| (&file, bytes)), &self.overrides).value.base_url
    }
}

impl Wares<'_> {
    /// A text with the addresses of the published site.
    fn published(&self, text: &str) -> String {
        text.replace(&self.bench.site().config.base_url, &self.base_url)
    }

    /// Words in the language of the page: Chinese, or else English.
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.lang.is_han() { zh } else { en }
    }

    /// The parameters of this page, with these in their place.
    fn query(&self, with: &[(&str, &str)]) -> String {
        let lang = self.lang.to_string();
        let audience = self.bench.audience.name();
        let mut pairs = vec![("lang", lang.as_str()), ("as", &audience)];
        pairs.retain(|(name, _)| !with.iter().any(|(other, _)| other == name));
        let all = pairs.iter().chain(with);
        all.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&amp;")
    }

    /// The fields that choose whom something is for, and in which language.
    fn choices(&self) -> String {
        let site = self.bench.site();
        let audiences = ["free".to_owned()].into_iter().chain(Audience::names(&site.config)).map(|name| (name.clone(), name));
        let languages = site.languages.iter().map(|language| (language.tag.to_string(), language.tag.to_string()));
        select("as", self.say("给谁看", "For"), &audiences.collect::<Vec<_>>(), &self.bench.audience.name())
            + &select("lang", self.say("语言", "Language"), &languages.collect::<Vec<_>>(), self.lang.as_str())
    }

    /// A page around its content.
    fn framed(&self, title: &str, content: &str) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
             <link rel=\"stylesheet\" href=\"counter.css\">\n</head>\n<body>\n{content}</body>\n</html>\n",
            self.lang,
            escaped(title)
        )
    }
}

/// The language of a tag, else the site's first.
fn language(site: &Site, tag: &str) -> Lang {
    let found = site.languages.iter().find(|language| language.tag.as_str() == tag).or_else(|| site.languages.first());
    found.map_or_else(|| Lang::new("en"), |language| language.tag.clone())
}

/// A field to choose from values with their names.
fn select(name: &str, label: &str, options: &[(String, String)], chosen: &str) -> String {
    let option = |(value, name): &(String, String)| {
        let mark = if value == chosen { " selected" } else { "" };
        format!("<option value=\"{}\"{mark}>{}</option>", escaped(value), escaped(name))
    };
    let options: String = options.iter().map(option).collect();
    format!("<label>{label} <select name=\"{name}\">{options}</select></label>\n")
}

/// A text as HTML, in elements and in attributes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A value as part of a query (RFC 3986).
fn encoded(value: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte);
    value.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn html(page: String) -> Sheet {
    Sheet { media: MediaType::HTML, bytes: page.into_bytes() }
}

fn sheet(media: MediaType, text: &str) -> Sheet {
    Sheet { media, bytes: text.as_bytes().to_vec() }
}
