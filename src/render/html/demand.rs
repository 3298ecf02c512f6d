//! What raw HTML asks of a browser -> a warning where the site's policy refuses it, naming what to set.

use super::Writer;
use crate::diag::{At, Diag, code};
use crate::model::{Demand, DemandKind, Link};
use crate::render::csp::Directive;

impl Writer<'_> {
    /// Warns of what browsers will not do.
    pub(super) fn demand(&mut self, demand: &Demand) {
        let diag = match &demand.kind {
            DemandKind::Frame(url) => self.refused("frame", Directive::Frame, url),
            DemandKind::Script(url) => self.refused("script", Directive::Script, url),
            DemandKind::StyleSheet(url) => self.refused("style sheet", Directive::Style, url),
            DemandKind::Image(url) => self.refused("picture", Directive::Image, url),
            DemandKind::Media(url) => self.refused("recording", Directive::Media, url),
            DemandKind::Plugin(tag) => Some(
                Diag::warning(&code::REFUSED_HTML, format!("browsers will not show `<{tag}>`: pages load no plug-ins"))
                    .hint("link to the file, or use `<iframe>`"),
            ),
            DemandKind::InlineScript => Some(
                Diag::warning(&code::REFUSED_HTML, "browsers will not run this `<script>`: pages run no scripts of texts")
                    .hint("put it into an asset of the theme, as `themes/default/assets/mine.js`, and load it in `base.html`"),
            ),
            DemandKind::InlineStyle => Some(
                Diag::warning(&code::REFUSED_HTML, "browsers will not use this `<style>`: pages have style sheets only")
                    .hint("put the rules into the theme's `assets/site.css`, or write `style=\"…\"` on the elements"),
            ),
            DemandKind::Handler(name) => Some(
                Diag::warning(&code::REFUSED_HTML, format!("browsers will not run `{name}`: pages run no scripts of texts"))
                    .hint("leave it out, or put the script into an asset of the theme"),
            ),
        };
        self.diags.extend(diag.map(|diag| diag.at(At::span(self.cx.file, demand.span.clone()))));
    }

    /// Warns of a picture that Markdown names and browsers will not load.
    pub(super) fn check_image(&mut self, link: &Link) {
        if let Link::External(url) = link
            && let Some(diag) = self.refused("picture", Directive::Image, url)
        {
            self.diags.push(diag.at(At::file(self.cx.file)));
        }
    }

    fn refused(&self, what: &str, directive: Directive, url: &str) -> Option<Diag> {
        if self.cx.policy.allows(directive, url) {
            return None;
        }
        let key = match directive {
            Directive::Frame => "frames",
            Directive::Script => "scripts",
            Directive::Style => "styles",
            Directive::Media => "media",
            _ => "images",
        };
        let shown: String = url.chars().take(80).collect();
        let diag = Diag::warning(&code::REFUSED_HTML, format!("browsers will not load the {what} `{shown}`"));
        Some(match origin(url) {
            Some(origin) => diag.hint(format!("allow it in `site.yaml`: `csp: {{ {key}: [{origin}] }}`")),
            None => diag.hint("use an address that begins with `https://`"),
        })
    }
}

/// Scheme and host of an address on the web; an address without a scheme is taken over `https`.
fn origin(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).or_else(|| url.strip_prefix("//"))?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(format!("{}://{host}", if url.starts_with("http://") { "http" } else { "https" }))
}
