//! HTML of a page -> HTML that can stand elsewhere: the addresses in it get scheme and host.
//!
//! Nothing but the values of the attributes below is changed.
//! Invariant: one pass, linear in the text, whatever the text.

use std::borrow::Cow;

use super::tags;
use crate::model::srcset;

/// A page's absolute address, taken apart.
struct Base<'a> {
    /// All of it, without fragment.
    page: &'a str,
    /// `https`.
    scheme: &'a str,
    /// `https://example.org`.
    origin: &'a str,
    /// From the origin to the last `/` of the path, both included.
    folder: &'a str,
}

/// Makes the addresses in the HTML of the page at `page` absolute (`href`, `src`, `poster`, `srcset`, `data`).
///
/// An address of a place on the same page is followed only by links, so that references within an SVG stay as they are.
/// If `page` is no absolute address, the HTML is returned as it is.
#[must_use]
pub fn absolute(html: &str, page: &str) -> String {
    let Some(base) = Base::new(page) else { return html.to_owned() };
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut copied = 0;
    tags::each(html, &mut |tag| {
        for attribute in &tag.attributes {
            let written = &html[attribute.value.clone()];
            if let Some(address) = rewrite(&base, tag.name, attribute.name, written) {
                out.push_str(&html[copied..attribute.value.start]);
                out.push_str(&address);
                copied = attribute.value.end;
            }
        }
    });
    out.push_str(&html[copied..]);
    out
}

/// The new value of an attribute, if it needs one.
fn rewrite(base: &Base<'_>, tag: &str, name: &str, value: &str) -> Option<String> {
    let is_link = tag.eq_ignore_ascii_case("a") || tag.eq_ignore_ascii_case("area");
    if name.eq_ignore_ascii_case("srcset") {
        return Some(srcset::readdressed(value, &|address| owned(base.resolve(address))));
    }
    let holds_address = ["href", "src", "poster"].iter().any(|key| name.eq_ignore_ascii_case(key))
        || (name.eq_ignore_ascii_case("data") && tag.eq_ignore_ascii_case("object"));
    if !holds_address || (value.trim_start().starts_with('#') && !is_link) {
        return None;
    }
    owned(base.resolve(value.trim_ascii()))
}

fn owned(address: Cow<'_, str>) -> Option<String> {
    match address {
        Cow::Borrowed(_) => None,
        Cow::Owned(address) => Some(address),
    }
}

impl<'a> Base<'a> {
    fn new(page: &'a str) -> Option<Self> {
        let page = page.split(['#', '?']).next()?;
        let (scheme, rest) = page.split_once("://")?;
        let host_end = page.len() - rest.len() + rest.find('/').unwrap_or(rest.len());
        let folder_end = page.rfind('/').map_or(host_end, |slash| (slash + 1).max(host_end));
        Some(Self { page, scheme, origin: &page[..host_end], folder: &page[..folder_end] })
    }

    /// Resolves a reference as it stands in an attribute (RFC 3986, section 5.2); absolute ones are returned as they are.
    fn resolve<'r>(&self, reference: &'r str) -> Cow<'r, str> {
        if reference.is_empty() || has_scheme(reference) {
            return Cow::Borrowed(reference);
        }
        if reference.starts_with("//") {
            return Cow::Owned(format!("{}:{reference}", self.scheme));
        }
        if reference.starts_with(['#', '?']) {
            return Cow::Owned(format!("{}{reference}", attribute(self.page)));
        }
        let (path, rest) = reference.split_at(reference.find(['?', '#']).unwrap_or(reference.len()));
        let folder = if path.starts_with('/') { "/" } else { &self.folder[self.origin.len()..] };
        Cow::Owned(format!("{}{}{rest}", attribute(self.origin), join(&attribute(folder), path)))
    }
}

/// Joins a folder and a relative path and takes out `.` and `..`.
fn join(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    let mut parts = folder.split('/').filter(|part| !part.is_empty()).chain(path.trim_start_matches('/').split('/')).peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        match part {
            "." => {}
            ".." => drop(segments.pop()),
            part => {
                segments.push(part);
                continue;
            }
        }
        if last {
            segments.push("");
        }
    }
    format!("/{}", segments.join("/"))
}

/// Whether an address begins with a scheme (RFC 3986, section 3.1).
fn has_scheme(address: &str) -> bool {
    let Some((scheme, _)) = address.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Part of an address, for a quoted attribute.
fn attribute(text: &str) -> Cow<'_, str> {
    if text.contains(['&', '"', '\'']) {
        Cow::Owned(text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::absolute;

    const PAGE: &str = "https://example.org/blog/articles/a/";

    #[test]
    fn every_form_of_address() {
        let cases = [
            (r#"<a href="/blog/b/">"#, r#"<a href="https://example.org/blog/b/">"#),
            (r#"<a href="b/?q=1#x">"#, r#"<a href="https://example.org/blog/articles/a/b/?q=1#x">"#),
            (r#"<a href="../c/">"#, r#"<a href="https://example.org/blog/articles/c/">"#),
            (r#"<a href="../../../../..">"#, r#"<a href="https://example.org/">"#),
            (r##"<a href="#fn-1">"##, r##"<a href="https://example.org/blog/articles/a/#fn-1">"##),
            ("<a href=\"?p=2\">", "<a href=\"https://example.org/blog/articles/a/?p=2\">"),
            (r#"<img src='图.png' alt="a > b">"#, r#"<img src='https://example.org/blog/articles/a/图.png' alt="a > b">"#),
            ("<img src=a.png>", "<img src=https://example.org/blog/articles/a/a.png>"),
            (
                r#"<video poster="p.jpg" SRC = "v.mp4"></video>"#,
                r#"<video poster="https://example.org/blog/articles/a/p.jpg" SRC = "https://example.org/blog/articles/a/v.mp4"></video>"#,
            ),
            (r#"<script src="//cdn.example/x.js"></script>"#, r#"<script src="https://cdn.example/x.js"></script>"#),
            (
                r#"<img srcset="/m/a-1.webp 480w, b.webp 2x,c.webp">"#,
                r#"<img srcset="https://example.org/m/a-1.webp 480w, https://example.org/blog/articles/a/b.webp 2x,https://example.org/blog/articles/a/c.webp">"#,
            ),
        ];
        for (html, expected) in cases {
            assert_eq!(absolute(html, PAGE), expected);
        }
    }

    #[test]
    fn what_stays() {
        for html in [
            r#"<a href="https://a.example/x">"#,
            r#"<a href="mailto:a@b.example">"#,
            r#"<img src="data:image/png;base64,AA">"#,
            r##"<svg><use href="#arrow"/><path marker-end="url(#m)"/></svg>"##,
            "a < b && href=\"x\" <3",
            r#"<!-- <a href="x"> -->"#,
            r#"<script>if (a<b) "<a href='x'>"</script>"#,
            r#"<code>&lt;a href="x"&gt;</code>"#,
            r#"<a href="">"#,
            r#"<a title="x" data="y" href>"#,
            r#"<a href="never ends"#,
            "<a href='x",
            "<",
            "<a",
            "<!-- ",
            "<style><a href=x",
        ] {
            assert_eq!(absolute(html, PAGE), html);
        }
    }

    #[test]
    fn a_tag_after_a_raw_element_is_read() {
        let html = r#"<style>a{}</STYLE><a href="b">"#;
        assert_eq!(absolute(html, PAGE), r#"<style>a{}</STYLE><a href="https://example.org/blog/articles/a/b">"#);
    }

    #[test]
    fn a_base_without_a_path() {
        assert_eq!(absolute(r#"<a href="b">"#, "https://example.org"), r#"<a href="https://example.org/b">"#);
        assert_eq!(absolute(r#"<a href="b">"#, "nowhere"), r#"<a href="b">"#);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_and_a_second_time_changes_nothing(html in r##"([<>"'=/ #?.,:&!-]|href|src|srcset|<a |<!--|</style|<style|\PC){0,60}"##) {
            let once = absolute(&html, PAGE);
            proptest::prop_assert_eq!(absolute(&once, PAGE), once);
        }
    }
}
