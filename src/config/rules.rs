//! What a configuration must fulfil beyond its types: `Config` -> findings by key path, `base_url` in its one form.
//!
//! Each rule looks at one top-level key and is skipped where that key could not be read. Nothing here asks whether what is named
//! (a theme, a piece) exists. Invariant: no rule depends on another's findings.

pub(super) mod campaign;
mod pages;

use std::collections::{BTreeMap, BTreeSet};

use super::{Config, Localized, MenuEntry, Price};
use crate::diag::{Diag, code};
use crate::id::Route;

/// Takes a finding with the path of its key.
type Sink<'a> = dyn FnMut(Vec<String>, Diag) + 'a;

/// Checks all top-level keys that are `sound`.
pub(super) fn check(config: &mut Config, sound: &dyn Fn(&str) -> bool, sink: &mut Sink<'_>) {
    type Rule = fn(&mut Config, &mut Sink<'_>);
    let rules: [(&str, Rule); 16] = [
        ("title", |config, sink| localized(&config.title, &path(&["title"]), sink)),
        ("description", |config, sink| localized(&config.description, &path(&["description"]), sink)),
        ("base_url", base_url),
        ("languages", languages),
        ("theme", theme),
        ("menu", menu),
        ("collections", collections),
        ("tiers", tiers),
        ("products", products),
        ("images", images),
        ("search", pages::search),
        ("footer", pages::footer),
        ("promotion", pages::promotion),
        ("comments", pages::comments),
        ("analytics", pages::analytics),
        ("csp", pages::csp),
    ];
    for (key, rule) in rules {
        if sound(key) {
            rule(config, sink);
        }
    }
}

fn path(steps: &[&str]) -> Vec<String> {
    steps.iter().map(|&step| step.to_owned()).collect()
}

/// The path of a key of the item of this number.
fn item(list: &str, number: usize, key: &str) -> Vec<String> {
    path(&[list, &number.to_string(), key])
}

fn bad(message: String) -> Diag {
    Diag::error(&code::BAD_VALUE, message)
}

/// Puts `base_url` in its one form: scheme and host in lower case, `/` at the end.
fn base_url(config: &mut Config, sink: &mut Sink<'_>) {
    match normal_base_url(&config.base_url) {
        Ok(url) => config.base_url = url,
        Err((what, hint)) => {
            let diag = Diag::error(&code::BAD_BASE_URL, format!("`{}` cannot be the `base_url`: {what}", config.base_url));
            sink(path(&["base_url"]), diag.hint(hint));
        }
    }
}

/// The URL in its one form, or what is wrong with it and what to do. Source: RFC 3986 sections 3 and 6.2.2.
fn normal_base_url(url: &str) -> Result<String, (&'static str, String)> {
    let wants = || "write it as `https://example.org/` or `https://example.org/blog/`".to_owned();
    let url = url.trim();
    let (scheme, rest) =
        url.split_once("://").ok_or_else(|| ("it has no `https://`", format!("did you mean `https://{url}`?")))?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        return Err(("only `http` and `https` sites can be made", wants()));
    }
    let (host, folder) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if folder.contains(['?', '#']) {
        return Err(("it has a query or a fragment", "leave out what follows `?` or `#`".to_owned()));
    }
    if !host.is_ascii() {
        return Err((
            "its host has letters beyond ASCII",
            "write the host in its `xn--` form, which your registrar shows".to_owned(),
        ));
    }
    let (name, port) = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).unwrap_or((host, "80"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    if name.is_empty() || !name.chars().all(plain) || port.parse::<u16>().is_err() {
        return Err(("its host is not a host's name", wants()));
    }
    let mut folder = folder.trim_end_matches('/').to_owned();
    folder.push('/');
    if !folder.is_ascii() {
        let encoded = Route::new(folder).encoded();
        return Err(("its path has letters beyond ASCII", format!("write it as `{scheme}://{host}{encoded}`")));
    }
    let bad = |c: char| c.is_ascii_whitespace() || c.is_ascii_control() || "\"<>\\^`{|}".contains(c);
    if folder.contains(bad) || folder.contains("//") || folder.split('/').any(|part| part == "." || part == "..") {
        return Err(("its path is not a path", wants()));
    }
    Ok(format!("{scheme}://{}{folder}", host.to_ascii_lowercase()))
}

fn languages(config: &mut Config, sink: &mut Sink<'_>) {
    let languages = &config.languages;
    let default = languages.default.iter().map(|lang| (path(&["languages", "default"]), lang.as_str()));
    let others = languages.others.iter().enumerate();
    let others = others.map(|(number, lang)| (path(&["languages", "others", &number.to_string()]), lang.as_str()));
    let mut seen = BTreeSet::new();
    for (at, tag) in default.chain(others) {
        language(tag, &at, sink);
        if !seen.insert(tag.to_ascii_lowercase()) {
            sink(at, twice("language", tag, "name each language once"));
        }
    }
}

fn twice(what: &str, id: &str, hint: &str) -> Diag {
    Diag::error(&code::DUPLICATE_ID, format!("the {what} `{id}` is given twice")).hint(hint)
}

/// Reports a tag that cannot be a language's. Source: BCP 47 (RFC 5646 section 2.1), without extensions and private use.
fn language(tag: &str, at: &[String], sink: &mut Sink<'_>) {
    // Country codes that are written for languages often, and name none.
    let country = [("cn", "zh"), ("jp", "ja"), ("gb", "en")].into_iter().find(|(country, _)| tag.eq_ignore_ascii_case(country));
    if let Some((_, meant)) = country {
        return sink(at.to_vec(), bad(format!("`{tag}` is a country, not a language")).hint(format!("did you mean `{meant}`?")));
    }
    if is_language(tag) {
        return;
    }
    let diag = bad(format!("`{tag}` is not a language tag"));
    let dashed = tag.replace('_', "-");
    let hint =
        if is_language(&dashed) { format!("did you mean `{dashed}`?") } else { "write it as `zh`, `en` or `zh-Hant`".to_owned() };
    sink(at.to_vec(), diag.hint(hint));
}

fn is_language(tag: &str) -> bool {
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    matches!(primary.len(), 2 | 3)
        && letters(primary)
        && parts.all(|part| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            match part.len() {
                2 | 4 if letters(part) => true,
                3 => digits,
                5..=8 => part.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                _ => false,
            }
        })
}

/// Checks the languages of a text that is given in several.
fn localized(text: &Localized, at: &[String], sink: &mut Sink<'_>) {
    if let Localized::Each(texts) = text {
        for tag in texts.keys() {
            let at: Vec<String> = at.iter().cloned().chain([tag.as_str().to_owned()]).collect();
            language(tag.as_str(), &at, sink);
        }
    }
}

/// A name that is none is not looked for: the default theme stands in.
fn theme(config: &mut Config, sink: &mut Sink<'_>) {
    if !is_folder_name(&config.theme) {
        let diag = bad(format!("`{}` cannot be a theme's name", config.theme));
        sink(path(&["theme"]), diag.hint("write `default` or the name of a folder of `themes/`"));
        config.theme = Config::default().theme;
    }
}

/// Whether it names one folder, here and not elsewhere.
fn is_folder_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

fn menu(config: &mut Config, sink: &mut Sink<'_>) {
    links(&config.menu, &["menu"], sink);
}

/// Checks links with their names, at the path of their list.
fn links(entries: &[MenuEntry], list: &[&str], sink: &mut Sink<'_>) {
    for (number, entry) in entries.iter().enumerate() {
        let number = number.to_string();
        let at = |key: &str| path(&[list, &[&number, key]].concat());
        localized(&entry.name, &at("name"), sink);
        if entry.name.is_empty() {
            sink(at("name"), bad(format!("the link to `{}` has no name", entry.link)).hint("give it a name"));
        }
        let link = entry.link.as_str();
        if !(link.starts_with('/') || is_web(link) || link.starts_with("mailto:")) {
            let diag = bad(format!("`{link}` is not a link"));
            let hint = if link.contains(':') {
                "begin the link with `/`, `https://` or `mailto:`".to_owned()
            } else {
                format!("did you mean `/{}/`?", link.trim_end_matches(".md").trim_matches('/'))
            };
            sink(at("link"), diag.hint(hint));
        }
    }
}

/// Whether it is a URL that a browser can open.
fn is_web(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

fn collections(config: &mut Config, sink: &mut Sink<'_>) {
    let of = &config.collections;
    let folders = [
        ("articles", &of.articles),
        ("courses", &of.courses),
        ("books", &of.books),
        ("sessions", &of.sessions),
        ("resources", &of.resources),
        ("answers", &of.answers),
    ];
    let mut seen = BTreeMap::new();
    for (kind, folder) in folders {
        if !folder.split('/').all(is_folder_name) {
            let diag = bad(format!("`{folder}` is not a folder below the content folder"));
            sink(path(&["collections", kind]), diag.hint(format!("write it as `{kind}`, without `/` at either end")));
        }
        if let Some(other) = seen.insert(folder, kind) {
            let diag = twice("folder", folder, &format!("give `{other}` and `{kind}` a folder each"));
            // No two defaults are the same, so one of the two was written.
            let written = if folder == kind { other } else { kind };
            sink(path(&["collections", written]), diag);
        }
    }
}

fn tiers(config: &mut Config, sink: &mut Sink<'_>) {
    let Some(first) = config.tiers.first() else {
        let diag = Diag::error(&code::BAD_LADDER, "`tiers` is empty").hint("begin with `- { id: free }`, or leave `tiers` out");
        return sink(path(&["tiers"]), diag);
    };
    if first.price.is_some() || first.checkout.is_some() {
        let key = if first.price.is_some() { "price" } else { "checkout" };
        let message = format!("the first tier, `{}`, is everyone's and cannot have a {key}", first.id);
        let free = config.tiers.iter().find(|tier| tier.price.is_none() && tier.checkout.is_none());
        let hint = match free {
            Some(free) => format!("put `{}` first: tiers go from open to most exclusive", free.id),
            None => "put `- { id: free }` before it: tiers go from open to most exclusive".to_owned(),
        };
        sink(item("tiers", 0, key), Diag::error(&code::BAD_LADDER, message).hint(hint));
    }
    let mut seen = BTreeSet::new();
    for (number, tier) in config.tiers.iter().enumerate() {
        id(tier.id.as_str(), "tier", &item("tiers", number, "id"), sink);
        if !seen.insert(&tier.id) {
            sink(item("tiers", number, "id"), twice("tier", tier.id.as_str(), "give each tier an id of its own"));
        }
        localized(&tier.name, &item("tiers", number, "name"), sink);
        localized(&tier.description, &item("tiers", number, "description"), sink);
        offer(tier.price.as_ref(), tier.checkout.as_deref(), ("tiers", number), sink);
    }
}

fn products(config: &mut Config, sink: &mut Sink<'_>) {
    let mut seen = BTreeSet::new();
    for (number, product) in config.products.iter().enumerate() {
        id(product.id.as_str(), "product", &item("products", number, "id"), sink);
        if !seen.insert(&product.id) {
            sink(item("products", number, "id"), twice("product", product.id.as_str(), "give each product an id of its own"));
        }
        localized(&product.name, &item("products", number, "name"), sink);
        localized(&product.description, &item("products", number, "description"), sink);
        offer(product.price.as_ref(), product.checkout.as_deref(), ("products", number), sink);
    }
}

/// Checks an id, which stands in addresses: letters and digits of any script, `-` and `_`.
fn id(id: &str, what: &str, at: &[String], sink: &mut Sink<'_>) {
    if id.is_empty() || !id.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
        let diag = bad(format!("`{id}` cannot be the id of a {what}"));
        sink(at.to_vec(), diag.hint("use letters, digits, `-` and `_`, and say the rest in `name:`"));
    }
}

/// Checks what something costs and where it is bought.
fn offer(price: Option<&Price>, checkout: Option<&str>, (list, number): (&str, usize), sink: &mut Sink<'_>) {
    if let Some(written) = price {
        self::price(written, &item(list, number, "price"), sink);
    }
    self::checkout(checkout, item(list, number, "checkout"), sink);
}

/// Checks a price, at its path.
fn price(price: &Price, at: &[String], sink: &mut Sink<'_>) {
    let below = |key: &str| at.iter().cloned().chain([key.to_owned()]).collect::<Vec<_>>();
    if !(price.amount.is_finite() && price.amount >= 0.0) {
        sink(below("amount"), bad(format!("`{}` is not a price", price.amount)).hint("write a number from 0 on"));
    } else if price.amount.fract() != 0.0 && WHOLE.contains(&price.currency.as_str()) {
        let diag = bad(format!("`{}` has no smaller unit, so that nothing can cost {}", price.currency, price.amount));
        sink(below("amount"), diag.hint(format!("write a whole number, as `{:.0}`", price.amount)));
    }
    let code = price.currency.as_str();
    // `RMB` is how the currency is called; its code is `CNY`.
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) || code == "RMB" {
        let diag = bad(format!("`{}` is not a currency", price.currency));
        let upper = price.currency.trim().to_ascii_uppercase();
        let meant = match upper.as_str() {
            "¥" | "￥" | "RMB" | "元" | "人民币" => "CNY",
            "$" => "USD",
            "€" => "EUR",
            upper if upper.len() == 3 && upper.bytes().all(|byte| byte.is_ascii_uppercase()) => upper,
            _ => "",
        };
        let hint = match meant {
            "" => "write its three capitals (ISO 4217), as `CNY` or `USD`".to_owned(),
            meant => format!("did you mean `{meant}`?"),
        };
        sink(below("currency"), diag.hint(hint));
    }
}

/// Currencies without a smaller unit. Source: ISO 4217, list one, minor unit 0.
const WHOLE: [&str; 16] =
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF"];

/// Checks where something is bought.
fn checkout(link: Option<&str>, at: Vec<String>, sink: &mut Sink<'_>) {
    if let Some(link) = link.filter(|link| !is_web(link)) {
        let diag = bad(format!("`{link}` is not where something can be bought"));
        sink(at, diag.hint("write the whole address, as `https://example.org/buy`"));
    }
}

/// The widest WebP image. Source: RFC 9649 section 2.6, dimensions of 14 bits.
const WIDEST: u32 = 16_383;

fn images(config: &mut Config, sink: &mut Sink<'_>) {
    for (number, &width) in config.images.widths.iter().enumerate() {
        if !(1..=WIDEST).contains(&width) {
            let diag = bad(format!("no image can be `{width}` pixels wide"));
            sink(path(&["images", "widths", &number.to_string()]), diag.hint(format!("write a width from 1 to {WIDEST}")));
        }
    }
    let quality = config.images.quality;
    if !(1..=100).contains(&quality) {
        sink(path(&["images", "quality"]), bad(format!("`{quality}` is not a quality")).hint("write a number from 1 to 100"));
    }
}
