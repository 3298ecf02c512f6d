//! A feed view -> Atom (RFC 4287) and JSON Feed 1.1.
//!
//! Addresses in the HTML of entries are made absolute here. Invariant: both forms say the same of the same entries.

use std::fmt::Write as _;

use serde::Serialize;

use super::absolute::absolute;
use super::xml::{Escaped, element};
use crate::artifact::{Artifact, MediaType};
use crate::view::feed::{Entry, Feed};

/// Writes a feed as Atom.
#[must_use]
pub fn atom(feed: &Feed) -> Artifact {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    out.push_str(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n", Escaped(feed.lang.as_str())));
    element(&mut out, "id", &feed.id);
    element(&mut out, "title", &feed.title);
    if !feed.description.is_empty() {
        element(&mut out, "subtitle", &feed.description);
    }
    out.push('\n');
    link(&mut out, ("self", "application/atom+xml"), &feed.atom);
    link(&mut out, ("alternate", "text/html"), &feed.home);
    element(&mut out, "updated", &feed.updated);
    person(&mut out, &feed.author);
    out.push_str("<generator>kmsite</generator>\n");
    for entry in &feed.entries {
        atom_entry(&mut out, entry);
    }
    out.push_str("</feed>\n");
    Artifact::bytes(MediaType::ATOM, out.into_bytes())
}

fn atom_entry(out: &mut String, entry: &Entry) {
    out.push_str("<entry>\n");
    element(out, "id", &entry.id);
    element(out, "title", &entry.title);
    out.push('\n');
    link(out, ("alternate", "text/html"), &entry.url);
    element(out, "published", &entry.published);
    element(out, "updated", &entry.updated);
    out.push('\n');
    for author in &entry.authors {
        person(out, author);
    }
    for category in &entry.categories {
        out.push_str(&format!("<category term=\"{}\"/>", Escaped(category)));
    }
    if !entry.summary.is_empty() {
        element(out, "summary", &entry.summary);
    }
    if !entry.html.is_empty() {
        out.push_str("\n<content type=\"html\">");
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{}", Escaped(&absolute(entry.html.as_str(), &entry.url)));
        out.push_str("</content>");
    }
    out.push_str("\n</entry>\n");
}

fn link(out: &mut String, (rel, media): (&str, &str), href: &str) {
    out.push_str(&format!("<link rel=\"{rel}\" type=\"{media}\" href=\"{}\"/>\n", Escaped(href)));
}

fn person(out: &mut String, name: &str) {
    out.push_str(&format!("<author><name>{}</name></author>\n", Escaped(name)));
}

/// Writes a feed as JSON Feed 1.1.
#[must_use]
pub fn json(feed: &Feed) -> Artifact {
    let json = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.home,
        feed_url: &feed.json,
        language: feed.lang.as_str(),
        authors: vec![Person { name: &feed.author }],
        items: feed.entries.iter().map(json_item).collect(),
        description: &feed.description,
    };
    // Texts and lists of texts: there is nothing in it that JSON could not hold.
    let text = serde_json::to_string_pretty(&json).unwrap_or_default();
    Artifact::bytes(MediaType::JSON_FEED, (text + "\n").into_bytes())
}

fn json_item(entry: &Entry) -> JsonItem<'_> {
    JsonItem {
        id: &entry.id,
        url: &entry.url,
        title: &entry.title,
        content_html: absolute(entry.html.as_str(), &entry.url),
        summary: &entry.summary,
        image: entry.image.as_deref(),
        date_published: &entry.published,
        date_modified: &entry.updated,
        authors: entry.authors.iter().map(|name| Person { name }).collect(),
        tags: &entry.categories,
    }
}

/// A feed as <https://www.jsonfeed.org/version/1.1/> has it.
#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    language: &'a str,
    authors: Vec<Person<'a>>,
    items: Vec<JsonItem<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
}

/// An entry of it.
#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    content_html: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: &'a str,
    date_modified: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
}

/// Who wrote it.
#[derive(Serialize)]
struct Person<'a> {
    name: &'a str,
}
