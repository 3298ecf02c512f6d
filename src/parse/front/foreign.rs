//! Keys of other generators (Hugo, Zola, Jekyll, Hexo, Docusaurus) -> what they mean here.
//!
//! A key of ours wins over a foreign one that means the same. What has no meaning here is listed too, so that posts come in
//! without a warning for every key, and a misspelt one still gets its own.

use serde_yaml::{Mapping, Value};

/// Keys with another name here.
const RENAMED: &[(&str, &str)] = &[
    ("lastmod", "updated"),
    ("last_modified_at", "updated"),
    ("last_modified", "updated"),
    ("modified", "updated"),
    ("updated_at", "updated"),
    ("last_update", "updated"),
    ("publishdate", "date"),
    ("pubdate", "date"),
    ("published_at", "date"),
    ("created", "date"),
    ("created_at", "date"),
    ("expirydate", "expires"),
    ("unpublishdate", "expires"),
    ("redirect_from", "aliases"),
    ("alias", "aliases"),
    ("tag", "tags"),
    ("topics", "tags"),
    ("category", "categories"),
    ("language", "lang"),
    ("locale", "lang"),
    ("summary", "description"),
    ("excerpt", "description"),
    ("image", "cover"),
    ("thumbnail", "cover"),
    ("banner", "cover"),
    ("cover_image", "cover"),
    ("featured_image", "cover"),
    ("featuredimage", "cover"),
    ("sidebar_position", "order"),
    ("nav_order", "order"),
    ("menu_order", "order"),
    ("translationkey", "translation_of"),
    ("showtoc", "toc"),
];

/// Keys that mean nothing here, in lower case: how other generators lay out, list or index a page.
const IGNORED: &[&str] = &[
    "abbrlink",
    "anchor",
    "breadcrumbs",
    "build",
    "comment",
    "copyright",
    "disqus",
    "generate_feed",
    "generate_feeds",
    "gitcomment",
    "headless",
    "hide_table_of_contents",
    "in_search_index",
    "insert_anchor_links",
    "iscjklanguage",
    "katex",
    "keywords",
    "layout",
    "linktitle",
    "markup",
    "math",
    "mathjax",
    "mermaid",
    "outputs",
    "page_template",
    "pagination_next",
    "pagination_prev",
    "paginate_by",
    "paginate_path",
    "paginate_reversed",
    "photos",
    "pin",
    "redirect_to",
    "render",
    "robots",
    "sidebar",
    "sidebar_label",
    "sitemap",
    "sort_by",
    "sticky",
    "subtitle",
    "toc_depth",
    "tocopen",
    "top",
    "transparent",
    "type",
];

/// What a foreign key means.
pub(super) enum Meaning {
    /// Keys of ours, each with the path below the foreign key where its value was written.
    Ours(Vec<(&'static str, Option<String>, Value)>),
    /// Nothing to kmsite, though templates may want to know it.
    Extra(Value),
    /// Nothing.
    Nothing,
    /// Not a key that is widely used.
    Unknown,
}

/// What a key that is none of ours means.
pub(super) fn meaning(key: &str, value: Value) -> Meaning {
    if let Some((_, ours)) = RENAMED.iter().find(|(foreign, _)| foreign.eq_ignore_ascii_case(key)) {
        return Meaning::Ours(vec![(ours, None, value)]);
    }
    match (key.to_ascii_lowercase().as_str(), value) {
        // Jekyll: `published: false`; elsewhere a date.
        ("published", Value::Bool(published)) => Meaning::Ours(vec![("draft", None, Value::Bool(!published))]),
        ("published", value) => Meaning::Ours(vec![("date", None, value)]),
        // Jekyll and Hexo: an address, if nothing has to be filled in.
        ("permalink", Value::String(path)) if !path.contains(':') => Meaning::Ours(vec![("path", None, Value::String(path))]),
        ("permalink", _) => Meaning::Nothing,
        ("taxonomies", Value::Mapping(taxonomies)) => from_taxonomies(taxonomies),
        (name, value) if IGNORED.contains(&name) => match value {
            Value::Bool(_) => Meaning::Nothing,
            value => Meaning::Extra(value),
        },
        _ => Meaning::Unknown,
    }
}

/// Zola: `[taxonomies]` holds `tags` and whatever else the site lists by.
fn from_taxonomies(taxonomies: Mapping) -> Meaning {
    let mut found = Vec::new();
    for (name, value) in taxonomies {
        let Value::String(name) = name else { continue };
        let ours = match name.as_str() {
            "tags" | "tag" => "tags",
            "authors" | "author" => "authors",
            "series" => "series",
            _ => "categories",
        };
        found.push((ours, Some(name), value));
    }
    Meaning::Ours(found)
}
