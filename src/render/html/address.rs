//! Resolved links to the values of `href` and `src`.
//!
//! Invariant: a value holds no character that a URL may not hold, and never a scheme that runs a script.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::Writer;
use crate::diag::{At, Diag, code};
use crate::id::Route;
use crate::model::{Link, LinkRef};

/// What a fragment may not hold as it stands.
///
/// Source: the URL Standard's fragment percent-encode set, with what makes a URL string invalid.
const FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Schemes that browsers run or show as a page of this site.
const SCRIPTS: [&str; 3] = ["javascript", "vbscript", "data"];

/// `#` and a fragment.
pub(super) fn fragment(id: &str) -> String {
    format!("#{}", utf8_percent_encode(id, FRAGMENT))
}

/// An address out of the site, with what a URL may not hold encoded. Other scripts stay readable: browsers encode them.
pub(super) fn external(url: &str) -> String {
    let url = url.trim();
    let mut out = String::with_capacity(url.len());
    // Square brackets are for the host of an IPv6 address only.
    let path = url.find("://").and_then(|at| url[at + 3..].find('/').map(|slash| at + 3 + slash)).unwrap_or(0);
    let mut fragment = false;
    for (at, c) in url.char_indices() {
        match c {
            '%' if !is_escape(&url.as_bytes()[at..]) => out.push_str("%25"),
            '#' if fragment => out.push_str("%23"),
            '[' | ']' if at < path => out.push(c),
            ' ' | '"' | '<' | '>' | '`' | '\\' | '^' | '{' | '|' | '}' | '[' | ']' | '\u{0}'..='\u{1f}' | '\u{7f}' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => {
                fragment |= c == '#';
                out.push(c);
            }
        }
    }
    out
}

fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

/// The scheme in lower case, as a browser reads it: white space and controls around and within do not count.
fn scheme(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once(':')?;
    let scheme: String = scheme.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)).then(|| scheme.to_ascii_lowercase())
}

/// Whether a link leads to another site, over the web.
pub(super) fn leaves(link: &Link) -> bool {
    matches!(link, Link::External(url) if url.starts_with("//") || matches!(scheme(url).as_deref(), Some("http" | "https")))
}

impl<'a> Writer<'a> {
    /// The link under a number. A number without a link, which `parse` does not make, is dead.
    pub(super) fn link(&self, link: LinkRef) -> &'a Link {
        static DEAD: std::sync::LazyLock<Link> = std::sync::LazyLock::new(|| Link::Dead("".into()));
        self.links.get(link.0 as usize).unwrap_or(&DEAD)
    }

    /// The address to follow; `None` for what leads nowhere and for what would run a script, which is noted.
    pub(super) fn href(&mut self, link: &Link) -> Option<String> {
        match link {
            Link::External(url) if scheme(url).is_some_and(|scheme| SCRIPTS.contains(&scheme.as_str())) => {
                let shown: String = url.chars().take(40).collect();
                self.diags.push(
                    Diag::warning(&code::SCRIPT_LINK, format!("the link `{shown}` would run a script"))
                        .at(At::file(self.cx.file))
                        .hint("link to a page, or leave the link out"),
                );
                None
            }
            link => self.source(link),
        }
    }

    /// The address to load, as an image or a recording.
    pub(super) fn source(&self, link: &Link) -> Option<String> {
        let site = self.cx.site;
        let with = |route: &Route, id: &str| if id.is_empty() { site.href(route) } else { site.href(route) + &fragment(id) };
        match link {
            Link::External(url) => Some(external(url)),
            Link::Piece { piece, fragment } => Some(with(&site.piece(*piece).route, fragment)),
            Link::Page { route, fragment } => Some(with(route, fragment)),
            Link::Here(id) => Some(fragment(id)),
            Link::Media(id) => Some(site.href(&site.medium(*id).route)),
            Link::Dead(_) => None,
        }
    }

    /// What to show for a link that has no text of its own.
    pub(super) fn link_name(&self, link: &Link) -> String {
        let site = self.cx.site;
        match link {
            Link::External(url) | Link::Dead(url) => url.to_string(),
            Link::Piece { piece, .. } => site.piece(*piece).title.to_string(),
            Link::Page { route, .. } => route.to_string(),
            Link::Here(id) => id.to_string(),
            Link::Media(id) => site.medium(*id).path.file_name().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_out_of_the_site_are_made_valid_and_stay_readable() {
        assert_eq!(external("https://例.cn/a b?x=[1]#é#"), "https://例.cn/a%20b?x=%5B1%5D#é%23");
        assert_eq!(external("http://[::1]/100%/%41"), "http://[::1]/100%25/%41");
        assert_eq!(external("mailto:a@b.c"), "mailto:a@b.c");
    }

    #[test]
    fn schemes_are_read_as_browsers_do() {
        assert_eq!(scheme("Java\nScript:alert(1)").as_deref(), Some("javascript"));
        assert_eq!(scheme("a/b:c"), None);
        assert!(leaves(&Link::External("HTTPS://a".into())) && !leaves(&Link::External("mailto:a".into())));
    }

    #[test]
    fn fragments_are_encoded() {
        assert_eq!(fragment("a b%"), "#a%20b%25");
        assert_eq!(fragment("汉"), "#%E6%B1%89");
    }
}
