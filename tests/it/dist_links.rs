//! Every address in a built site that leads into the site itself: it begins with the site's path and is that of a file.
//!
//! The reader of HTML below is not that of kmsite: it knows tags, quoted attributes and character references, no more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use percent_encoding::percent_decode_str;

use crate::program::Folder;

/// The addresses in a site that do not lead where they say, each with its page and the reason; `base_url` ends with `/`.
pub fn broken(dist: &Path, base_url: &str) -> Vec<String> {
    let site = Site::read(dist, base_url);
    let mut broken = Vec::new();
    for (file, page) in &site.pages {
        for address in &page.addresses {
            if let Some(reason) = site.trouble(file, address) {
                broken.push(format!("{file}: {address}: {reason}"));
            }
        }
    }
    broken
}

/// A built site.
struct Site<'a> {
    origin: &'a str,
    /// The path it stands at, from `/` to `/`.
    path: &'a str,
    files: BTreeSet<String>,
    pages: BTreeMap<String, Page>,
}

/// What a file names and can be named by.
#[derive(Default)]
struct Page {
    addresses: Vec<String>,
    ids: BTreeSet<String>,
}

impl<'a> Site<'a> {
    fn read(dist: &Path, base_url: &'a str) -> Self {
        let host = base_url.find("://").map_or(0, |at| at + 3);
        let (origin, path) = base_url.split_at(host + base_url[host..].find('/').expect("a path"));
        let mut site = Site { origin, path, files: BTreeSet::new(), pages: BTreeMap::new() };
        for entry in walkdir::WalkDir::new(dist).sort_by_file_name() {
            let entry = entry.expect("a file of the site");
            let name = entry.path().strip_prefix(dist).expect("a path below").to_str().expect("Unicode").to_owned();
            if entry.file_type().is_file() {
                let text = || fs::read_to_string(entry.path()).expect("text");
                match entry.path().extension().and_then(|extension| extension.to_str()) {
                    Some("html") => drop(site.pages.insert(name.clone(), html(&text()))),
                    Some("xml") => drop(site.pages.insert(name.clone(), xml(&text()))),
                    _ if name == "llms.txt" => drop(site.pages.insert(name.clone(), markdown(&text()))),
                    _ => {}
                }
                site.files.insert(name);
            }
        }
        site
    }

    /// Why an address is wrong; `None` for a right one and for one of another site.
    fn trouble(&self, from: &str, address: &str) -> Option<String> {
        let address = match address.strip_prefix(self.origin) {
            Some("") => "/",
            Some(path) if path.starts_with('/') => path,
            _ if address.starts_with("//") || !address.starts_with('/') && address.contains(':') => return None,
            _ => address,
        };
        let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
        let path = path.split('?').next().unwrap_or_default();
        let decode = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
        let file = if path.is_empty() {
            from.to_owned()
        } else {
            let Some(inside) = path.strip_prefix(self.path) else { return Some(format!("does not begin with `{}`", self.path)) };
            let Ok(file) = decode(inside) else { return Some("is not UTF-8".to_owned()) };
            if file.is_empty() || file.ends_with('/') { format!("{file}index.html") } else { file }
        };
        if !self.files.contains(&file) {
            return Some(format!("there is no file `{file}`"));
        }
        let target = self.pages.get(&file).filter(|_| !fragment.is_empty() && file.ends_with(".html"))?;
        let Ok(id) = decode(fragment) else { return Some("its fragment is not UTF-8".to_owned()) };
        (!target.ids.contains(&id)).then(|| format!("`{file}` has no id `{id}`"))
    }
}

/// The attributes of a tag, values unescaped.
fn attributes(mut tag: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    while let Some((before, after)) = tag.split_once("=\"") {
        let name = before.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let (value, rest) = after.split_once('"').unwrap_or((after, ""));
        let value = [("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
            .iter()
            .fold(value.to_owned(), |value, (reference, sign)| value.replace(reference, sign));
        found.push((name, value));
        tag = rest;
    }
    found
}

/// Reads a page, tag by tag; what stands in scripts and style sheets is skipped.
fn html(text: &str) -> Page {
    let mut page = Page::default();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let mut quoted = false;
        let end = rest.find(|c: char| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let (tag, after) = rest.split_at(end.unwrap_or(rest.len()));
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        page.read(tag);
        let verbatim = ["script", "style"].into_iter().find(|name| tag.split_whitespace().next() == Some(name));
        rest = match verbatim {
            Some(name) => after.find(&format!("</{name}")).map_or("", |end| &after[end..]),
            None => after,
        };
    }
    page
}

impl Page {
    fn read(&mut self, tag: &str) {
        let attributes = attributes(tag);
        let value = |name: &str| attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
        self.ids.extend(value("id").map(str::to_owned));
        for name in ["href", "src", "poster", "data", "action"] {
            self.addresses.extend(value(name).map(str::to_owned));
        }
        let candidates = value("srcset").into_iter().flat_map(|set| set.split(", "));
        self.addresses.extend(candidates.filter_map(|candidate| candidate.split_whitespace().next()).map(str::to_owned));
        let refresh = value("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh"));
        let property = value("property").or(value("name")).unwrap_or_default();
        match value("content") {
            Some(content) if refresh => self.addresses.extend(content.split_once("url=").map(|(_, address)| address.to_owned())),
            Some(content) if matches!(property, "og:url" | "og:image" | "twitter:image") => {
                self.addresses.push(content.to_owned());
            }
            _ => {}
        }
    }
}

/// Reads a feed or a sitemap.
fn xml(text: &str) -> Page {
    let document = roxmltree::Document::parse(text).expect("well-formed XML");
    let mut page = Page::default();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        page.addresses.extend(node.attribute("href").or(node.attribute("src")).map(str::to_owned));
        if matches!(node.tag_name().name(), "loc" | "id" | "icon" | "logo") {
            page.addresses.extend(node.text().map(str::to_owned));
        }
    }
    page
}

/// Reads the links of a Markdown file without code.
fn markdown(text: &str) -> Page {
    let links = text.split("](").skip(1).filter_map(|after| after.split_once(')')).map(|(address, _)| address.to_owned());
    Page { addresses: links.collect(), ids: BTreeSet::new() }
}

/// The sample site of this repository, built from a copy.
fn sample(base_url: &str) -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut site = Folder::empty();
    let content = walkdir::WalkDir::new(root.join("content")).into_iter().map(|entry| entry.expect("a file of the sample site"));
    let files = content.filter(|entry| entry.file_type().is_file()).map(|entry| entry.path().to_owned());
    for path in files.chain([root.join("site.yaml")]) {
        let name = path.strip_prefix(root).expect("a path below").to_str().expect("Unicode");
        site = site.with(name, fs::read(&path).expect("a file of the sample site"));
    }
    assert_eq!(site.build(&["--strict", "--base-url", base_url]), "exit 0");
    site
}

#[test]
fn all_addresses_of_the_sample_site_lead_somewhere() {
    let base_url = "https://example.org/";
    assert_eq!(broken(&sample(base_url).dist(), base_url), [""; 0]);
}

#[test]
fn all_addresses_of_the_sample_site_begin_with_the_path_it_stands_at() {
    let base_url = "https://example.org/a/b/";
    let site = sample(base_url);
    assert_eq!(broken(&site.dist(), base_url), [""; 0]);
    // The check itself: a link out of the path and one to nowhere are found.
    let page = site.page("index.html").replacen("href=\"/a/b/", "href=\"/", 1).replacen("src=\"/a/b/", "src=\"/a/b/nix/", 1);
    let site = site.with("dist/index.html", page);
    let found = broken(&site.dist(), base_url);
    assert!(found.iter().any(|line| line.ends_with("does not begin with `/a/b/`")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("there is no file `nix/")), "{found:?}");
}

#[test]
fn the_check_looks_at_tags_and_not_at_text() {
    let page = html(
        "<p>see <a class=x href=\"/a?b=1&amp;c#d\">a &lt;b href=\"/text\"&gt;</a><script>\"<a href='/s'>\"</script><img src=\"i\" srcset=\"s 1x, t 2x\"><h1 id=\"d\">",
    );
    assert_eq!(page.addresses, ["/a?b=1&c#d", "i", "s", "t"]);
    assert_eq!(page.ids, BTreeSet::from(["d".to_owned()]));
}
