//! Configuration and the one inline script -> the Content Security Policy of all pages.
//!
//! The policy is the site's: what pages hold does not change it. Invariant: no script runs but the theme's, the configured services' and those of
//! `csp.scripts`; nothing inline does but the script whose hash is given.
//! Source: Content Security Policy Level 3 (W3C).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::config::{Beacon, Config, Umami};

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    directives: Vec<(Directive, Vec<String>)>,
}

/// What a policy speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directive {
    /// Whatever no other directive speaks of.
    Default,
    /// Scripts.
    Script,
    /// Style sheets.
    Style,
    /// `style` attributes, which nothing of ours writes.
    StyleAttribute,
    /// Pictures.
    Image,
    /// Sound and film.
    Media,
    /// Fonts.
    Font,
    /// Pages within pages.
    Frame,
    /// What scripts ask for.
    Connect,
    /// Web app manifests.
    Manifest,
    /// Where forms are sent.
    Form,
    /// What relative addresses may be relative to.
    Base,
    /// What takes no plain text: whatever runs scripts or makes HTML.
    RequireTrustedTypes,
    /// Who may make what those take.
    TrustedTypes,
}

impl Directive {
    /// Its name in a policy.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default-src",
            Self::Script => "script-src",
            Self::Style => "style-src",
            Self::StyleAttribute => "style-src-attr",
            Self::Image => "img-src",
            Self::Media => "media-src",
            Self::Font => "font-src",
            Self::Frame => "frame-src",
            Self::Connect => "connect-src",
            Self::Manifest => "manifest-src",
            Self::Form => "form-action",
            Self::Base => "base-uri",
            Self::RequireTrustedTypes => "require-trusted-types-for",
            Self::TrustedTypes => "trusted-types",
        }
    }
}

/// Makes the policy of a site. `inline` is the text of the one inline script; empty if there is none.
#[must_use]
pub fn policy(config: &Config, inline: &str) -> Policy {
    let csp = &config.csp;
    let services = services(config);
    let own = |directive: Directive, listed: &[String]| {
        let mut sources = vec!["'self'".to_owned()];
        sources.extend(listed.iter().cloned());
        sources.extend(services.iter().filter(|(needing, _)| *needing == directive).map(|(_, origin)| origin.clone()));
        (directive, sources)
    };
    let open = |directive: Directive, listed: Option<&Vec<String>>| match listed {
        Some(listed) => own(directive, listed),
        None => (directive, vec!["*".to_owned()]),
    };
    let mut scripts = own(Directive::Script, &csp.scripts);
    if !inline.is_empty() {
        scripts.1.insert(1, format!("'sha256-{}'", STANDARD.encode(Sha256::digest(inline.as_bytes()))));
    }
    let mut images = open(Directive::Image, csp.images.as_ref());
    images.1.push("data:".to_owned());
    let mut media = open(Directive::Media, csp.media.as_ref());
    // Pictures, sound and film of paid text are decrypted by the browser, and have no other address.
    images.1.push("blob:".to_owned());
    media.1.push("blob:".to_owned());
    let mut directives =
        vec![(Directive::Default, vec!["'none'".to_owned()]), scripts, own(Directive::Style, &csp.styles), images];
    if config.comments.artalk.is_some() {
        // Artalk hides and shows its parts by `style` attributes.
        directives.push((Directive::StyleAttribute, vec!["'unsafe-inline'".to_owned()]));
    }
    directives.extend([
        media,
        own(Directive::Font, &csp.fonts),
        own(Directive::Frame, &csp.frames),
        own(Directive::Connect, &csp.connect),
        own(Directive::Manifest, &[]),
        match &csp.forms {
            Some(forms) => own(Directive::Form, forms),
            None => own(Directive::Form, &["https:".to_owned()]),
        },
        (Directive::Base, vec!["'none'".to_owned()]),
    ]);
    if is_typed(config) {
        directives.push((Directive::RequireTrustedTypes, vec!["'script'".to_owned()]));
        directives.push((Directive::TrustedTypes, POLICIES.map(str::to_owned).to_vec()));
    }
    for (_, sources) in &mut directives {
        let mut seen = Vec::new();
        sources.retain(|source| {
            !seen.contains(source) && {
                seen.push(source.clone());
                true
            }
        });
    }
    Policy { directives }
}

/// The policies of Trusted Types that the theme's scripts make: of what a code opens, of comments, of analytics.
const POLICIES: [&str; 3] = ["kmsite", "kmsite-comments", "kmsite-analytics"];

/// Whether all scripts can do with Trusted Types: ours, giscus' and Umami's can; Artalk's and Baidu's make HTML of text, and of those that
/// the site lists nobody knows.
fn is_typed(config: &Config) -> bool {
    config.comments.artalk.is_none() && config.analytics.baidu.is_none() && config.csp.scripts.is_empty()
}

/// The origins that configured services load from, as each documents its embedding.
fn services(config: &Config) -> Vec<(Directive, String)> {
    let mut needed = Vec::new();
    let mut need = |origin: &str, directives: &[Directive]| {
        needed.extend(directives.iter().map(|&directive| (directive, origin.to_owned())));
    };
    if config.comments.giscus.is_some() {
        need("https://giscus.app", &[Directive::Script, Directive::Style, Directive::Frame]);
    }
    if let Some(artalk) = &config.comments.artalk {
        let all = [Directive::Script, Directive::Style, Directive::Image, Directive::Frame, Directive::Connect];
        need(origin(&artalk.server), &all);
    }
    if let Some(umami) = &config.analytics.umami {
        need(origin(&umami.script), &[Directive::Script, Directive::Connect]);
        if umami.script == Umami::CLOUD {
            // The cloud's script reports to a gateway whose host has changed more than once.
            need("https://*.umami.is", &[Directive::Connect]);
            need("https://*.umami.dev", &[Directive::Connect]);
        }
    }
    if let Some(address) = config.promotion.beacon.as_ref().and_then(Beacon::address).filter(|address| !address.starts_with('/'))
    {
        need(origin(address), &[Directive::Connect]);
    }
    if config.analytics.baidu.is_some() {
        need("https://hm.baidu.com", &[Directive::Script, Directive::Image, Directive::Connect]);
    }
    needed
}

/// Scheme and host of an address.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    address[host..].find(['/', '?', '#']).map_or(address, |end| &address[..host + end])
}

impl Policy {
    /// The policy for `<meta http-equiv="Content-Security-Policy">`.
    #[must_use]
    pub fn meta(&self) -> String {
        let directives = self.directives.iter().map(|(directive, sources)| format!("{} {}", directive.name(), sources.join(" ")));
        directives.collect::<Vec<_>>().join("; ")
    }

    /// The policy for the header, which alone can say in whose frames pages may stand.
    #[must_use]
    pub fn header(&self) -> String {
        format!("{}; frame-ancestors 'self'", self.meta())
    }

    /// Whether pages may load an address of another site for a purpose.
    #[must_use]
    pub fn allows(&self, purpose: Directive, url: &str) -> bool {
        let found = self.directives.iter().find(|(directive, _)| *directive == purpose);
        found.is_some_and(|(_, sources)| sources.iter().any(|source| matches(source, url)))
    }
}

/// Whether an expression of a policy is about an address (section 6.7.2.8, without ports of their own and paths).
fn matches(source: &str, url: &str) -> bool {
    let url = url.strip_prefix("//").map_or_else(|| url.to_owned(), |rest| format!("https://{rest}"));
    let (scheme, rest) = url.split_once(':').unwrap_or(("", &url));
    let scheme = scheme.to_ascii_lowercase();
    if source == "*" {
        return matches!(scheme.as_str(), "http" | "https");
    }
    if let Some(wanted) = source.strip_suffix(':') {
        return scheme == wanted;
    }
    let Some((wanted, host)) = source.split_once("://") else { return false };
    let wanted_host = host.split('/').next().unwrap_or_default();
    let host = rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    // What is allowed over `http` is allowed over `https`.
    (scheme == wanted || (wanted == "http" && scheme == "https"))
        && match wanted_host.strip_prefix('*') {
            Some(end) => host.ends_with(&end.to_ascii_lowercase()),
            None => host == wanted_host.to_ascii_lowercase(),
        }
}
