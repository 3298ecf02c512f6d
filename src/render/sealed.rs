//! HTML of what stands behind a wall -> the same, with the sealed files named by their ids instead of addresses, which they do not have.
//!
//! | written as | becomes |
//! |---|---|
//! | `src`, `poster` of whatever is shown or played | `data-km-src="<id>"`, `data-km-poster="<id>"` |
//! | `srcset` with a sealed file in it | `data-km-srcset="<id> 480w, /others.webp 2x"` |
//! | `href` of a link | `data-km-file="<id>" download="<file name>"` |
//!
//! Whoever opens the text fetches the files by these, decrypts them and fills in the addresses. Nothing but these attributes is changed.

use std::collections::BTreeMap;

use super::html::escape;
use super::tags;
use crate::model::srcset;

/// Where a file is that has no address of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// It is sealed under this id.
    Sealed {
        /// The id, in hexadecimal digits.
        id: String,
        /// The name to keep it under.
        name: String,
    },
    /// It stands at an address that nothing public names.
    Unlisted(String),
}

/// Replaces the addresses of files, as pages write them, by their whereabouts.
#[must_use]
pub fn readdress(html: &str, files: &BTreeMap<String, Whereabouts>) -> String {
    if files.is_empty() {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len());
    let mut copied = 0;
    tags::each(html, &mut |tag| {
        let is_kept = tag.attributes.iter().any(|attribute| attribute.name.eq_ignore_ascii_case("download"));
        for attribute in &tag.attributes {
            let written = &html[attribute.value.clone()];
            let new = if attribute.name.eq_ignore_ascii_case("srcset") {
                set(written, files)
            } else {
                place(written, files).and_then(|place| replacement(attribute.name, place, is_kept))
            };
            let Some(new) = new else { continue };
            out.push_str(&html[copied..attribute.whole.start]);
            out.push_str(new.trim_start());
            copied = attribute.whole.end;
        }
    });
    out.push_str(&html[copied..]);
    out
}

/// Where the file is that an attribute names, if it has no address of its own.
fn place<'f>(written: &str, files: &'f BTreeMap<String, Whereabouts>) -> Option<&'f Whereabouts> {
    let address = written.replace("&amp;", "&");
    files.get(address.split('#').next().unwrap_or_default())
}

/// What stands in the stead of a `srcset`; `None` if it names no such file.
fn set(written: &str, files: &BTreeMap<String, Whereabouts>) -> Option<String> {
    let places = srcset::addresses(written).into_iter().filter_map(|address| place(&written[address], files));
    let name = places.map(|place| matches!(place, Whereabouts::Sealed { .. })).reduce(|some, other| some || other);
    let name = if name? { "data-km-srcset" } else { "srcset" };
    let value = srcset::readdressed(written, &|address| match place(address, files)? {
        Whereabouts::Sealed { id, .. } => Some(id.clone()),
        Whereabouts::Unlisted(address) => Some(address.replace('&', "&amp;")),
    });
    Some(format!(" {name}=\"{}\"", value.replace('"', "&quot;")))
}

/// What stands in an attribute's stead, with a space before it; `None` for attributes that hold no address.
fn replacement(name: &str, place: &Whereabouts, is_kept: bool) -> Option<String> {
    let name = ["src", "poster", "href"].into_iter().find(|known| name.eq_ignore_ascii_case(known))?;
    let mut out = String::new();
    match (name, place) {
        (name, Whereabouts::Unlisted(address)) => escape::attribute(&mut out, name, address),
        ("href", Whereabouts::Sealed { id, name }) => {
            escape::attribute(&mut out, "data-km-file", id);
            if !is_kept {
                escape::attribute(&mut out, "download", name);
            }
        }
        (name, Whereabouts::Sealed { id, .. }) => escape::attribute(&mut out, &format!("data-km-{name}"), id),
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BTreeMap<String, Whereabouts> {
        let sealed = |id: &str, name: &str| Whereabouts::Sealed { id: id.to_owned(), name: name.to_owned() };
        BTreeMap::from([
            ("/b/%E5%9B%BE.png".to_owned(), sealed("0a", "图.png")),
            ("/b/a&b.pdf".to_owned(), sealed("0b", "a&b.pdf")),
            ("/b/film.mp4".to_owned(), Whereabouts::Unlisted("/b/sealed/ff.mp4".to_owned())),
        ])
    }

    #[test]
    fn files_are_named_by_what_they_are_fetched_by() {
        for (html, expected) in [
            (r#"<img src="/b/%E5%9B%BE.png" alt="x">"#, r#"<img data-km-src="0a" alt="x">"#),
            ("<IMG SRC='/b/%E5%9B%BE.png'>", r#"<IMG data-km-src="0a">"#),
            (r#"<a href="/b/a&amp;b.pdf">p</a>"#, r#"<a data-km-file="0b" download="a&amp;b.pdf">p</a>"#),
            (r#"<a download="mine.pdf" href="/b/a&amp;b.pdf#page=2">"#, r#"<a download="mine.pdf" data-km-file="0b">"#),
            (
                r#"<video src="/b/film.mp4" poster="/b/%E5%9B%BE.png"></video>"#,
                r#"<video src="/b/sealed/ff.mp4" data-km-poster="0a"></video>"#,
            ),
            (
                r#"<img src="/c.png" srcset="/c.png 1x, /b/%E5%9B%BE.png 2x,/b/a&amp;b.pdf">"#,
                r#"<img src="/c.png" data-km-srcset="/c.png 1x, 0a 2x,0b">"#,
            ),
            (
                r#"<source srcset='/b/film.mp4, /b/%E5%9B%BE.pngx "' type=x>"#,
                r#"<source srcset="/b/sealed/ff.mp4, /b/%E5%9B%BE.pngx &quot;" type=x>"#,
            ),
        ] {
            assert_eq!(readdress(html, &files()), expected);
        }
    }

    #[test]
    fn what_only_looks_like_an_address_stays() {
        for html in [
            r#"<p>src="/b/film.mp4"</p>"#,
            r#"<img alt="/b/film.mp4">"#,
            r#"<!-- <img src="/b/film.mp4"> -->"#,
            r#"<img src="/b/film.mp4x" srcset="/b/film.mp4x 2x"><a href="/film.mp4">"#,
            "<img src=\"/b/film.mp4",
        ] {
            assert_eq!(readdress(html, &files()), html);
        }
    }
}
