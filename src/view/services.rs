//! What a page asks of others: comments and analytics, as attributes that the theme's own small scripts read.
//!
//! Nothing is asked for that `site.yaml` does not configure. Invariant: no attribute holds a script.

use serde::Serialize;

use super::context::ViewContext;
use crate::config::{Comments, Giscus};
use crate::id::Lang;
use crate::model::{Kind, Piece};

/// Where readers comment on a piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommentsView {
    /// The service: `giscus` or `artalk`.
    pub service: &'static str,
    /// The address of the script that brings it in, once the reader comes near.
    pub script: String,
    /// What the script reads from its frame, in order.
    pub attributes: Vec<Attribute>,
}

/// What counts visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnalyticsView {
    /// The address of the script that brings it in, unless the reader asks not to be tracked.
    pub script: String,
    /// What the script reads from its own element, in order.
    pub attributes: Vec<Attribute>,
}

/// A `data-…` attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// What follows `data-`.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

impl Attribute {
    const fn new(name: &'static str, value: String) -> Self {
        Self { name, value }
    }
}

/// The comments of a piece; `None` where there are none, or its author wants none.
pub(super) fn comments(cx: &ViewContext, piece: &Piece) -> Option<CommentsView> {
    let site = cx.site();
    let wanted = piece.doc.front.comments.unwrap_or_else(|| has_readers(piece.kind));
    let script = site.href(&cx.theme().asset("comments.js").filter(|_| wanted)?.route);
    let Comments { giscus, artalk } = &site.config.comments;
    if let Some(giscus) = giscus {
        return Some(CommentsView { service: "giscus", script, attributes: giscus_attributes(giscus, &piece.lang) });
    }
    let artalk = artalk.as_ref()?;
    let attributes = vec![
        Attribute::new("lang", piece.lang.to_string()),
        Attribute::new("page", site.href(&piece.route)),
        Attribute::new("server", artalk.server.trim_end_matches('/').to_owned()),
        Attribute::new("site", artalk.site.clone().unwrap_or_default()),
        Attribute::new("title", piece.title.to_string()),
    ];
    Some(CommentsView { service: "artalk", script, attributes })
}

/// Whether a piece of this kind is something to talk about: outlines and plain pages are not.
const fn has_readers(kind: Kind) -> bool {
    matches!(kind, Kind::Article | Kind::Lesson | Kind::Chapter | Kind::Session | Kind::Resource | Kind::Answer)
}

fn giscus_attributes(giscus: &Giscus, lang: &Lang) -> Vec<Attribute> {
    vec![
        Attribute::new("repo", giscus.repo.clone()),
        Attribute::new("repo-id", giscus.repo_id.clone()),
        Attribute::new("category", giscus.category.clone()),
        Attribute::new("category-id", giscus.category_id.clone()),
        Attribute::new("lang", giscus_language(lang).to_owned()),
    ]
}

/// The languages that giscus speaks, by primary subtag. A language it does not know is refused with an empty frame.
const GISCUS_LANGUAGES: [&str; 20] =
    ["ar", "be", "ca", "de", "en", "eo", "es", "eu", "fa", "fr", "he", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "uk"];

fn giscus_language(lang: &Lang) -> &str {
    match lang.as_str() {
        "zh-Hant" | "zh-TW" | "zh-HK" => "zh-TW",
        _ if lang.primary() == "zh" => "zh-CN",
        _ if GISCUS_LANGUAGES.contains(&lang.primary()) => lang.primary(),
        _ => "en",
    }
}

/// What counts the visits of a site; `None` where nothing does.
pub(super) fn analytics(cx: &ViewContext) -> Option<AnalyticsView> {
    let site = cx.site();
    let analytics = &site.config.analytics;
    let mut attributes = Vec::new();
    if let Some(umami) = &analytics.umami {
        attributes.push(Attribute::new("umami", umami.script.clone()));
        attributes.push(Attribute::new("website-id", umami.website_id.clone()));
    }
    if let Some(baidu) = &analytics.baidu {
        attributes.push(Attribute::new("baidu", baidu.id.clone()));
    }
    let script = cx.theme().asset("analytics.js").filter(|_| !attributes.is_empty())?;
    Some(AnalyticsView { script: site.href(&script.route), attributes })
}
