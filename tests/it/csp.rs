//! The Content Security Policy that follows from the configuration.

use kmsite::config::{self, Config, Overrides};
use kmsite::id::SourcePath;
use kmsite::render::csp::{Directive, Policy, policy};

fn config(text: &str) -> Config {
    let text = format!("base_url: https://example.org/\n{text}");
    let noted = config::load(Some((&SourcePath::new("site.yaml"), text.as_bytes())), &Overrides::default());
    assert_eq!(noted.diags, []);
    noted.value
}

/// The sources of a directive.
fn sources(policy: &Policy, directive: &str) -> String {
    let meta = policy.meta();
    let found = meta.split("; ").find_map(|part| part.strip_prefix(directive)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("{directive} is not in {meta}")).to_owned()
}

#[test]
fn a_site_that_configures_nothing_runs_its_own_scripts_only() {
    let made = policy(&config(""), "");
    assert_eq!(sources(&made, "default-src"), "'none'");
    assert_eq!(sources(&made, "base-uri"), "'none'");
    for directive in ["script-src", "style-src", "font-src", "frame-src", "connect-src"] {
        assert_eq!(sources(&made, directive), "'self'", "{directive}");
    }
    assert!(!made.meta().contains("unsafe") && !made.meta().contains("frame-ancestors"), "{}", made.meta());
    assert!(made.header().ends_with("; frame-ancestors 'self'"));
}

#[test]
fn the_inline_script_is_let_in_by_its_hash() {
    // The digest of `abc` is the example of FIPS 180-2, appendix B.1: ba7816bf…f20015ad.
    let made = policy(&config(""), "abc");
    assert_eq!(sources(&made, "script-src"), "'self' 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
}

#[test]
fn services_bring_their_origins_and_no_more() {
    let giscus = policy(&config("comments: {giscus: {repo: a/b, repo_id: b, category: c, category_id: d}}"), "");
    for directive in ["script-src", "style-src", "frame-src"] {
        assert_eq!(sources(&giscus, directive), "'self' https://giscus.app", "{directive}");
    }
    assert_eq!(sources(&giscus, "connect-src"), "'self'");
    let artalk = policy(&config("comments: {artalk: {server: 'https://talk.example.org:8080/x'}}\ncsp: {images: []}"), "");
    for directive in ["script-src", "style-src", "img-src", "connect-src"] {
        assert!(sources(&artalk, directive).starts_with("'self' https://talk.example.org:8080"), "{directive}");
    }
    assert_eq!(sources(&artalk, "style-src-attr"), "'unsafe-inline'");
    let own = policy(&config("analytics: {umami: {website_id: x, script: 'https://stats.example.org/script.js'}}"), "");
    assert_eq!(sources(&own, "script-src"), "'self' https://stats.example.org");
    assert_eq!(sources(&own, "connect-src"), "'self' https://stats.example.org");
    let cloud = policy(&config("analytics: {umami: {website_id: x}, baidu: {id: abc1}}"), "");
    assert_eq!(sources(&cloud, "script-src"), "'self' https://cloud.umami.is https://hm.baidu.com");
    assert!(cloud.allows(Directive::Connect, "https://gateway.umami.is/api/send"));
}

#[test]
fn pictures_come_from_everywhere_until_they_are_listed() {
    let open = policy(&config(""), "");
    assert!(open.allows(Directive::Image, "https://img.example.com/a.png"));
    assert!(open.allows(Directive::Media, "//cdn.example.com/a.mp4"));
    assert!(!open.allows(Directive::Frame, "https://www.youtube.com/embed/x"));
    assert!(!open.allows(Directive::Script, "https://cdn.example.com/a.js"));
    let listed = policy(&config("csp: {images: ['https://*.example.com'], frames: ['https://www.youtube.com']}"), "");
    assert!(listed.allows(Directive::Image, "https://IMG.example.com/a.png"));
    assert!(listed.allows(Directive::Image, "data:image/png;base64,AAAA"));
    for foreign in ["http://img.example.com/a.png", "https://example.com/a.png", "https://img.example.com.evil.org/a.png"] {
        assert!(!listed.allows(Directive::Image, foreign), "{foreign}");
    }
    assert!(listed.allows(Directive::Frame, "https://www.youtube.com/embed/x"));
    assert!(!listed.allows(Directive::Frame, "https://www.youtube.com.evil.org/"));
}

#[test]
fn what_a_browser_decrypts_is_shown_and_played() {
    for text in ["", "csp: {images: [], media: []}"] {
        let made = policy(&config(text), "");
        for directive in ["img-src", "media-src"] {
            assert!(sources(&made, directive).split(' ').any(|source| source == "blob:"), "{directive}, {text}");
        }
        assert!(!sources(&made, "script-src").contains("blob:"));
    }
}

#[test]
fn no_text_becomes_a_script_or_html_unless_a_script_that_is_not_ours_needs_it() {
    let typed =
        |text: &str| policy(&config(text), "").meta().contains("require-trusted-types-for 'script'; trusted-types kmsite ");
    assert!(typed(""));
    assert!(typed(
        "comments: {giscus: {repo: a/b, repo_id: b, category: c, category_id: d}}\nanalytics: {umami: {website_id: x}}"
    ));
    for foreign in [
        "comments: {artalk: {server: 'https://talk.example.org'}}",
        "analytics: {baidu: {id: abc1}}",
        "csp: {scripts: ['https://cdn.example.org']}",
    ] {
        assert!(!typed(foreign), "{foreign}");
    }
}
