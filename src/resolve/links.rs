//! Links as written -> links that are understood, and a diagnostic for each that leads nowhere.
//!
//! A link is tried as a file beside its document, as an address of the site, and as a wiki link's name. Whether an anchor exists is asked of
//! the gate, for it may stand behind a paywall; a fragment by another generator's rule is put right where that tells nothing gated. Invariant: what is not found stays in the text, as `Link::Dead`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use percent_encoding::percent_decode_str;

use crate::access::{self, Alike, Linker};
use crate::diag::{At, Code, Diag, Noted, code, nearest};
use crate::id::{PieceId, Route, SourcePath};
use crate::model::{Doc, Link, LinkKind, RawLink};

use super::ground::Targets;

/// How many names a dead link is compared with.
const MOST_NAMES: usize = 1000;
/// How many names are shown where none is near.
const SHOWN_NAMES: usize = 5;

/// What was asked, besides where things stand, to resolve the links of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Consulted {
    /// Whether it was what pieces are called.
    pub names: bool,
    /// The documents of whose anchors it was asked.
    pub anchors: BTreeSet<usize>,
}

/// The links of one document.
pub(super) struct DocLinker<'a> {
    /// What they can lead to.
    targets: &'a Targets<'a>,
    /// The document's number.
    doc: usize,
    /// Its address.
    route: &'a Route,
    consulted: RefCell<Consulted>,
}

impl Linker for DocLinker<'_> {
    fn resolve(&self, link: &RawLink) -> Noted<Link> {
        let dest = link.dest.trim();
        match self.find(dest, link.kind) {
            Ok(found) => self.checked(found, link),
            Err(diag) => {
                let at = At::span(&self.doc().path, link.span.clone());
                Noted::new(Link::Dead(dest.into()), vec![diag.at(at)])
            }
        }
    }
}

impl<'a> DocLinker<'a> {
    /// A linker for the document of this number at this address.
    pub(super) fn new(targets: &'a Targets<'a>, doc: usize, route: &'a Route) -> Self {
        Self { targets, doc, route, consulted: RefCell::default() }
    }

    /// What was asked for all the links it has resolved.
    pub(super) fn consulted(self) -> Consulted {
        self.consulted.into_inner()
    }

    /// The piece that front matter names by id, path or title.
    pub(super) fn named(&self, written: &str) -> Option<PieceId> {
        self.consulted.borrow_mut().names = true;
        let ground = self.targets.ground;
        if let Some(&piece) = ground.ids.get(written) {
            return Some(piece);
        }
        if let Some(Link::Piece { piece, .. }) = self.by_file(written, "") {
            return Some(piece);
        }
        let key = written.trim().trim_matches('/').trim_end_matches(".md");
        let key = key.strip_suffix("/_index").or_else(|| key.strip_suffix("/index")).unwrap_or(key);
        let candidates = ground.logical.get(key).or_else(|| self.targets.names().get(&key.to_lowercase()))?;
        ground.piece_of[self.same_language(candidates)?]
    }

    /// The paths by which front matter can name pieces.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.targets.ground.logical.keys().map(|name| &**name)
    }

    fn doc(&self) -> &Doc<RawLink> {
        &self.targets.docs[self.doc]
    }

    fn find(&self, dest: &str, kind: LinkKind) -> Result<Link, Box<Diag>> {
        if kind == LinkKind::Wiki {
            return self.wiki(dest);
        }
        if let Some(fragment) = dest.strip_prefix('#') {
            return Ok(Link::Here(decoded(fragment).into()));
        }
        if dest.is_empty() {
            return Ok(Link::Here("".into()));
        }
        if is_external(dest) {
            return Ok(Link::External(dest.into()));
        }
        let (path, fragment) = dest.split_once('#').unwrap_or((dest, ""));
        let path = decoded(path.split_once('?').map_or(path, |(path, _)| path));
        let fragment = decoded(fragment);
        self.by_file(&path, &fragment)
            .or_else(|| self.by_route(&path, &fragment))
            .ok_or_else(|| self.dead(dest, &path, kind).into())
    }

    /// The link as a path from the document's folder, or from the content folder for `/…` and Zola's `@/…`.
    fn by_file(&self, path: &str, fragment: &str) -> Option<Link> {
        let ground = self.targets.ground;
        let file = match path.strip_prefix("@/").or_else(|| path.strip_prefix('/')) {
            Some(rest) => SourcePath::new(format!("{}/", ground.content_root)).join(rest)?,
            None => self.doc().path.join(path)?,
        };
        if let Some(&doc) = ground.files.get(file.as_str()) {
            return self.to_doc(doc, fragment);
        }
        if let Some(&media) = ground.media.get(file.as_str()) {
            return Some(Link::Media(media));
        }
        // mdBook authors link to the page that a file becomes; others leave the extension or the language out.
        let below = file.below(&ground.content_root)?;
        let base = [".html", ".htm", ".md", ".markdown"].iter().find_map(|end| below.strip_suffix(end)).unwrap_or(below);
        let base = base.strip_suffix("/index").or_else(|| base.strip_suffix("/README")).unwrap_or(base);
        let candidates = ground.logical.get(base.trim_end_matches('/'))?;
        let doc = self.same_language(candidates)?;
        self.to_doc(doc, fragment)
    }

    /// The link as an address, from the document's own address or the root.
    fn by_route(&self, path: &str, fragment: &str) -> Option<Link> {
        let ground = self.targets.ground;
        let mut segments: Vec<&str> = if path.starts_with('/') {
            Vec::new()
        } else {
            self.route.as_str().split('/').filter(|part| !part.is_empty()).collect()
        };
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(segments.pop()?),
                name => segments.push(name),
            }
        }
        let file = format!("/{}", segments.join("/"));
        let page = if segments.is_empty() { "/".to_owned() } else { format!("{file}/") };
        for route in [Route::new(page), Route::new(file)] {
            if let Some(&piece) = ground.routes.get(&route).or_else(|| ground.aliases.get(&route)) {
                return Some(Link::Piece { piece, fragment: fragment.into() });
            }
            if ground.pages.contains(&route) {
                return Some(Link::Page { route, fragment: fragment.into() });
            }
        }
        None
    }

    fn wiki(&self, dest: &str) -> Result<Link, Box<Diag>> {
        self.consulted.borrow_mut().names = true;
        let (name, fragment) = dest.split_once('#').unwrap_or((dest, ""));
        let key = name.trim().trim_end_matches(".md").to_lowercase();
        if key.is_empty() {
            return Ok(Link::Here(fragment.trim().into()));
        }
        let found = self.targets.names().get(&key).or_else(|| self.targets.ground.logical.get(key.as_str()));
        let doc = found.and_then(|candidates| self.same_language(candidates));
        let fragment = fragment.trim().to_lowercase().replace(' ', "-");
        doc.and_then(|doc| self.to_doc(doc, &fragment)).ok_or_else(|| {
            let diag = Diag::warning(&code::DEAD_LINK, format!("no piece is called `{name}`"));
            let diag = diag.did_you_mean(&key, self.targets.names().keys().map(String::as_str));
            if diag.hints.is_empty() { diag.hint("write the title or the file name of a piece").into() } else { diag.into() }
        })
    }

    /// A link to a document: to its translation in this document's language where there is one.
    fn to_doc(&self, doc: usize, fragment: &str) -> Option<Link> {
        let ground = self.targets.ground;
        let own = &ground.places[self.doc].0;
        let mut doc = doc;
        if ground.places[doc].0 != *own
            && let Some(same) = ground.logical.get(ground.places[doc].1.logical())
            && let Some(&translated) =
                same.iter().find(|&&other| ground.places[other].0 == *own && ground.piece_of[other].is_some())
        {
            doc = translated;
        }
        let piece = ground.piece_of[doc]?;
        Some(Link::Piece { piece, fragment: fragment.into() })
    }

    fn same_language(&self, candidates: &[usize]) -> Option<usize> {
        let own = &self.targets.ground.places[self.doc].0;
        let published = |&&doc: &&usize| self.targets.ground.piece_of[doc].is_some();
        let same = candidates.iter().filter(published).find(|&&doc| self.targets.ground.places[doc].0 == *own);
        same.or_else(|| candidates.iter().find(published)).copied()
    }

    /// Looks for the anchor of a link that was found, and whether an image is one.
    fn checked(&self, link: Link, raw: &RawLink) -> Noted<Link> {
        let (piece, fragment) = match &link {
            Link::Here(fragment) => (self.targets.ground.piece_of[self.doc], fragment),
            Link::Piece { piece, fragment } => (Some(*piece), fragment),
            _ => return Noted::clean(link),
        };
        let Some((piece, doc)) = piece.and_then(|piece| Some((piece, self.targets.ground.doc_of[piece.index()]?))) else {
            return Noted::clean(link);
        };
        let target = &self.targets.docs[doc];
        if fragment.is_empty() || is_top(fragment) {
            return Noted::clean(link);
        }
        self.consulted.borrow_mut().anchors.insert(doc);
        let names = self.targets.anchors[doc].get_or_init(|| access::anchors(target).into_iter().map(Box::from).collect());
        if names.contains(&**fragment) {
            return Noted::clean(link);
        }
        match access::anchor_like(target, &self.targets.ground.access[piece.index()], fragment) {
            Some(Alike::Public(id)) => return Noted::clean(with_fragment(link, id)),
            // To name it here would tell what stands behind the wall.
            Some(Alike::Locked) => return Noted::clean(link),
            None => {}
        }
        let names = || names.iter().map(|name| &**name).take(MOST_NAMES);
        let diag = Diag::warning(&code::DEAD_ANCHOR, format!("`{}` has no heading `#{fragment}`", target.path))
            .at(At::span(&self.doc().path, raw.span.clone()))
            .did_you_mean(fragment, names());
        let diag = match names().take(SHOWN_NAMES).collect::<Vec<_>>().join("`, `#") {
            _ if !diag.hints.is_empty() => diag,
            list if list.is_empty() => diag.hint(format!("leave out `#{fragment}`: there are no headings")),
            list => diag.hint(format!("link to one of the headings, as `#{list}`")),
        };
        Noted::new(link, vec![diag])
    }

    /// The diagnostic for a link that leads nowhere.
    fn dead(&self, dest: &str, path: &str, kind: LinkKind) -> Diag {
        let ground = self.targets.ground;
        let file = if path.starts_with('/') { None } else { self.doc().path.join(path) };
        if let Some(&doc) = file.as_ref().and_then(|file| ground.files.get(file.as_str()))
            && ground.piece_of[doc].is_none()
        {
            return Diag::warning(&code::DEAD_LINK, format!("`{dest}` is not published"))
                .hint("it is a draft, lies in the future or has expired: `--drafts` and `--future` include it");
        }
        let (code, what): (&'static Code, &str) = match kind {
            LinkKind::Image => (&code::DEAD_IMAGE, "image"),
            LinkKind::Media => (&code::DEAD_IMAGE, "file"),
            LinkKind::Anchor | LinkKind::Wiki => (&code::DEAD_LINK, "page or file"),
        };
        let diag = Diag::warning(code, format!("no {what} at `{dest}`"));
        let Some(file) = file else {
            return match self.doc().path.join(path) {
                None => diag.hint("the path leaves the site's folder: copy what it leads to into it"),
                Some(_) => diag.hint("an address from `/` on is that of a page or of a file below the content folder"),
            };
        };
        let name = file.file_name();
        // The same name elsewhere is the likeliest mistake; else a name like it in the same folder.
        if let Some(path) = self.targets.file_named(name).filter(|_| !name.to_lowercase().starts_with("readme")) {
            return diag.hint(format!("there is `{path}`"));
        }
        let folder = format!("{}/", file.folder());
        let docs = below(&ground.files, &folder);
        let media = below(&ground.media, &folder);
        let siblings = docs.take(MOST_NAMES).chain(media.take(MOST_NAMES));
        match nearest(name, siblings) {
            Some(name) => diag.hint(format!("did you mean `{name}`?")),
            None => diag.hint(format!("there is no `{file}`: add it, or mend the link")),
        }
    }
}

/// The names of what lies below a folder, given with its `/`.
fn below<'a, T>(files: &'a BTreeMap<SourcePath, T>, folder: &'a str) -> impl Iterator<Item = &'a str> {
    let from = files.range::<str, _>((Bound::Included(folder), Bound::Unbounded));
    from.map_while(move |(path, _)| path.as_str().strip_prefix(folder))
}

/// The same link to another place of its page.
fn with_fragment(link: Link, id: Box<str>) -> Link {
    match link {
        Link::Here(_) => Link::Here(id),
        Link::Piece { piece, .. } => Link::Piece { piece, fragment: id },
        other => other,
    }
}

/// `#top` and the empty fragment lead to the top of every page (HTML standard, section 7.4.6.4).
fn is_top(fragment: &str) -> bool {
    fragment.eq_ignore_ascii_case("top")
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// Whether an address has a scheme or a host of its own.
pub(super) fn is_external(dest: &str) -> bool {
    if dest.starts_with("//") {
        return true;
    }
    let Some((scheme, _)) = dest.split_once(':') else { return false };
    let mut chars = scheme.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && scheme.len() > 1
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}
