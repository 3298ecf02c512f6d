//! The rules for what stands on every page: footer, comments, analytics, and what may be loaded from elsewhere.

use super::{Sink, bad, is_web, links, localized, path};
use crate::config::{Beacon, Config, Localized};

/// The digits of a public security registration: a division (6), a year or series and a number.
const POLICE_DIGITS: usize = 14;

/// What pieces there are.
const KINDS: [&str; 13] = [
    "answer", "article", "book", "chapter", "course", "home", "lesson", "module", "page", "part", "resource", "section",
    "session",
];

pub(super) fn footer(config: &mut Config, sink: &mut Sink<'_>) {
    let footer = &config.footer;
    for (key, text) in [("copyright", &footer.copyright), ("contact", &footer.contact)] {
        let text: &Localized = text;
        localized(text, &path(&["footer", key]), sink);
    }
    links(&footer.links, &["footer", "links"], sink);
    if let Some(police) = &footer.police
        && police.chars().filter(char::is_ascii_digit).count() != POLICE_DIGITS
    {
        let diag = bad(format!("`{police}` is not a public security registration"));
        let hint = format!("write it as it was granted, as `京公网安备11010502030000号`, with its {POLICE_DIGITS} digits");
        sink(path(&["footer", "police"]), diag.hint(hint));
    }
}

pub(super) fn comments(config: &mut Config, sink: &mut Sink<'_>) {
    let comments = &config.comments;
    if comments.giscus.is_some() && comments.artalk.is_some() {
        let diag = bad("there are two services for comments".to_owned());
        sink(path(&["comments", "artalk"]), diag.hint("keep `giscus` or `artalk`"));
    }
    if let Some(giscus) = &comments.giscus {
        let mut parts = giscus.repo.split('/');
        let named = |part: Option<&str>| part.is_some_and(|part| !part.is_empty() && !part.contains([' ', ':']));
        if !(named(parts.next()) && named(parts.next()) && parts.next().is_none()) {
            let diag = bad(format!("`{}` is not a repository", giscus.repo));
            sink(path(&["comments", "giscus", "repo"]), diag.hint("write it as `owner/name`"));
        }
    }
    if let Some(artalk) = &comments.artalk {
        web(&artalk.server, &["comments", "artalk", "server"], sink);
    }
}

pub(super) fn promotion(config: &mut Config, sink: &mut Sink<'_>) {
    let address = config.promotion.beacon.as_ref().and_then(Beacon::address);
    if let Some(address) = address.filter(|address| !is_web(address) && !address.starts_with('/')) {
        let diag = bad(format!("`{address}` is no address that can be told anything"));
        sink(path(&["promotion", "beacon"]), diag.hint("write `https://…`, a path of the site, or `local`"));
    }
}

pub(super) fn analytics(config: &mut Config, sink: &mut Sink<'_>) {
    if let Some(umami) = &config.analytics.umami {
        web(&umami.script, &["analytics", "umami", "script"], sink);
    }
    if let Some(baidu) = &config.analytics.baidu
        && (baidu.id.is_empty() || !baidu.id.chars().all(|c| c.is_ascii_alphanumeric()))
    {
        let diag = bad(format!("`{}` is not an id of 百度统计", baidu.id));
        sink(path(&["analytics", "baidu", "id"]), diag.hint("write the letters and digits behind `hm.js?` alone"));
    }
}

pub(super) fn search(config: &mut Config, sink: &mut Sink<'_>) {
    for (number, set) in config.search.synonyms.iter().enumerate() {
        let words = set.iter().filter(|word| word.contains(char::is_alphanumeric)).count();
        if words < 2 || words < set.len() {
            let diag = bad("synonyms are two words or more".to_owned());
            sink(path(&["search", "synonyms", &number.to_string()]), diag.hint("write them as `[js, javascript]`"));
        }
    }
    for (of, factors) in [("kinds", &config.search.boost.kinds), ("tags", &config.search.boost.tags)] {
        for (name, factor) in factors {
            if !(0.1..=10.0).contains(factor) {
                let diag = bad(format!("a boost of `{factor}` is not from 0.1 to 10"));
                sink(path(&["search", "boost", of, name]), diag.hint("1 leaves a piece where it is, 2 brings it forward"));
            }
        }
    }
    for kind in config.search.boost.kinds.keys().filter(|kind| !KINDS.contains(&kind.as_str())) {
        let diag = bad(format!("there is no kind `{kind}`")).did_you_mean(kind, KINDS);
        sink(path(&["search", "boost", "kinds", kind]), diag);
    }
}

fn web(address: &str, at: &[&str], sink: &mut Sink<'_>) {
    if !is_web(address) || address.contains(is_foreign) {
        let diag = bad(format!("`{address}` is not an address on the web"));
        sink(path(at), diag.hint("write the whole address, as `https://example.org`"));
    }
}

pub(super) fn csp(config: &mut Config, sink: &mut Sink<'_>) {
    let csp = &config.csp;
    let none = &Vec::new();
    let lists = [
        ("images", csp.images.as_ref().unwrap_or(none)),
        ("media", csp.media.as_ref().unwrap_or(none)),
        ("frames", &csp.frames),
        ("scripts", &csp.scripts),
        ("styles", &csp.styles),
        ("fonts", &csp.fonts),
        ("connect", &csp.connect),
        ("forms", csp.forms.as_ref().unwrap_or(none)),
    ];
    for (key, origins) in lists {
        for (number, origin) in origins.iter().enumerate() {
            if !is_origin(origin) {
                let diag = bad(format!("`{origin}` is not an origin"));
                let hint = match origin.contains("://") || origin.is_empty() {
                    true => "write scheme and host, as `https://example.org` or `https://*.example.org`".to_owned(),
                    false => format!("did you mean `https://{}`?", origin.trim_matches(is_foreign)),
                };
                sink(path(&["csp", key, &number.to_string()]), diag.hint(hint));
            }
        }
    }
}

/// Whether a policy could take it for one source: scheme, host, perhaps a port and a path.
///
/// Source: Content Security Policy Level 3, section 2.3.1 (`host-source`).
fn is_origin(origin: &str) -> bool {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    !origin.contains(is_foreign) && host.is_some_and(|host| !host.trim_start_matches("*.").is_empty() && host.is_ascii())
}

/// What ends a source or a directive, and so can be part of neither.
fn is_foreign(c: char) -> bool {
    c.is_whitespace() || c.is_control() || ";,'\"<>\\".contains(c)
}
