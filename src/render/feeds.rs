//! A feed view -> Atom (RFC 4287) and JSON Feed 1.1.
//!
//! Addresses in the HTML of entries are made absolute here. Invariant: both forms say the same of the same entries.

use serde_json::{Map, Value, json};

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
        out.push_str(&Escaped(&absolute(&entry.html, &entry.url)).to_string());
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
    let mut value = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.json,
        "language": feed.lang.as_str(),
        "authors": [{ "name": feed.author }],
        "items": feed.entries.iter().map(json_item).collect::<Vec<_>>(),
    });
    if !feed.description.is_empty() {
        value["description"] = feed.description.as_str().into();
    }
    Artifact::bytes(MediaType::JSON_FEED, format!("{value:#}\n").into_bytes())
}

fn json_item(entry: &Entry) -> Value {
    let mut item = Map::new();
    let mut set = |key: &str, value: Value| drop(item.insert(key.to_owned(), value));
    set("id", entry.id.as_str().into());
    set("url", entry.url.as_str().into());
    set("title", entry.title.as_str().into());
    set("content_html", absolute(&entry.html, &entry.url).into());
    if !entry.summary.is_empty() {
        set("summary", entry.summary.as_str().into());
    }
    if let Some(image) = &entry.image {
        set("image", image.as_str().into());
    }
    set("date_published", entry.published.as_str().into());
    set("date_modified", entry.updated.as_str().into());
    if !entry.authors.is_empty() {
        set("authors", entry.authors.iter().map(|name| json!({ "name": name })).collect());
    }
    if !entry.categories.is_empty() {
        set("tags", entry.categories.as_slice().into());
    }
    Value::Object(item)
}
