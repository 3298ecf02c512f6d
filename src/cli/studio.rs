//! What is made to be told elsewhere, mails and copies, is made with: the site, the audience, the folder; and what is said of it in the end.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::bench::Bench;
use super::open::{Loaded, Opened, Wanted};
use super::outbox::{Audience, Outbox};
use super::{Env, Exit, Failure, Format, Selection, Strictness, Volume, build, models};
use crate::access;
use crate::diag::{Diag, Severity, code};
use crate::disk::DiskCache;
use crate::id::{Lang, MediaId, PieceId};
use crate::model::{Piece, Site};

/// What such a command is asked for.
pub(super) struct Asked<'a> {
    /// Whom it is for, as written.
    pub(super) audience: Option<&'a str>,
    /// The one language that is wanted, as written.
    pub(super) lang: Option<&'a str>,
    /// Where the files go.
    pub(super) out: &'a Path,
    /// What pieces are looked at.
    pub(super) selection: Selection,
    /// Whether it is asked what pieces lead to.
    pub(super) lists: Lists,
}

/// Whether it is asked what pieces lead to, which takes a while to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// It is.
    Asked,
    /// Nobody asks.
    Needless,
}

/// A site of which something is told elsewhere.
pub(super) struct Studio {
    pub(super) opened: Opened,
    pub(super) audience: Audience,
    pub(super) outbox: Outbox,
    published: BTreeSet<MediaId>,
    lang: Option<Lang>,
    /// What was made, each as `--json` tells it.
    pub(super) made: Vec<Value>,
}

impl Studio {
    /// Opens a site; `None` if something is wrong with it, which has been told.
    pub(super) fn open(asked: &Asked<'_>, env: &mut Env<'_>) -> Result<Option<Self>, Failure> {
        let wanted = Wanted { selection: asked.selection, ..Wanted::default() };
        let mut opened = match asked.lists {
            Lists::Needless => Opened::open(&wanted, env)?,
            Lists::Asked => {
                let loaded = Loaded::load(&wanted, env)?;
                let mut diags = Vec::new();
                let cache = DiskCache::open(&env.root.join(".kmsite"), build::CACHE_LIMIT).take(&mut diags);
                loaded.compile_with(&|site| models::read_next(site, env, &cache))
            }
        };
        opened.diags.retain(|diag| diag.severity == Severity::Error);
        if !opened.diags.is_empty() {
            opened.report(env)?;
            return Ok(None);
        }
        let site = opened.compiled.plan.site();
        let lang = asked.lang.map(|tag| language(site, tag)).transpose()?;
        let outbox = Outbox::open(asked.out, &opened, env)?;
        let audience = Audience::read(asked.audience, &outbox, &site.config)?;
        let published = access::public_media(site);
        Ok(Some(Self { audience, outbox, published, lang, made: Vec::new(), opened }))
    }

    /// The site.
    pub(super) fn site(&self) -> &Site {
        self.opened.compiled.plan.site()
    }

    /// What letters and copies are made with.
    pub(super) fn bench(&self) -> Bench<'_> {
        Bench { plan: &self.opened.compiled.plan, audience: &self.audience, published: &self.published }
    }

    /// The languages that are asked for.
    pub(super) fn languages(&self) -> Vec<Lang> {
        let all = self.site().languages.iter().map(|language| language.tag.clone());
        all.filter(|tag| self.lang.as_ref().is_none_or(|wanted| wanted == tag)).collect()
    }

    /// The pieces that were named, in each language that is asked for.
    pub(super) fn pieces(&self, written: &[String]) -> Result<Vec<PieceId>, Failure> {
        let found: Result<Vec<Vec<PieceId>>, Failure> = written.iter().map(|written| self.piece(written)).collect();
        found.map(|found| found.concat())
    }

    /// The piece that was named, in each language that is asked for.
    fn piece(&self, written: &str) -> Result<Vec<PieceId>, Failure> {
        let site = self.site();
        let found = named(site, written).ok_or_else(|| no_piece(site, written))?;
        let languages = self.languages();
        // A file is one language's; a name is every language's.
        let is_file = written.ends_with(".md");
        let mut ids = vec![found.id];
        ids.extend(found.translations.iter().copied().filter(|id| *id != found.id && !is_file));
        ids.retain(|id| languages.contains(&site.piece(*id).lang));
        ids.sort_by_key(|id| languages.iter().position(|lang| *lang == site.piece(*id).lang));
        if ids.is_empty() { Err(no_piece(site, written)) } else { Ok(ids) }
    }

    /// Notes a warning.
    pub(super) fn warn(&mut self, diag: Diag) {
        self.opened.diags.push(diag);
    }

    /// Notes a file that is no letter.
    pub(super) fn note(&mut self, path: &Path, mut about: Value) {
        about["files"] = json!([path.display().to_string()]);
        self.made.push(about);
    }

    /// Tells what was made and found.
    pub(super) fn close(mut self, env: &mut Env<'_>) -> Result<Exit, Failure> {
        self.opened.diags.dedup_by(|a, b| a.code == b.code && a.message == b.message);
        self.opened.report(env)?;
        if env.format == Format::Json {
            env.answer(&Value::Array(std::mem::take(&mut self.made)))?;
        } else if env.volume == Volume::Normal {
            for made in &self.made {
                let files = made["files"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let kilobytes = made["bytes"].as_u64().unwrap_or_default().div_ceil(1000);
                for (number, file) in (0..).zip(files) {
                    let size = if number == 0 { format!("  ({kilobytes} kB)") } else { String::new() };
                    writeln!(env.out, "{file}{size}")?;
                }
            }
        }
        Ok(Exit::of(&self.opened.diags, Strictness::Lenient))
    }
}

/// The language of a tag.
fn language(site: &Site, tag: &str) -> Result<Lang, Failure> {
    let found = site.languages.iter().find(|language| language.tag.as_str() == tag);
    found.map(|language| language.tag.clone()).ok_or_else(|| {
        let tags: Vec<&str> = site.languages.iter().map(|language| language.tag.as_str()).collect();
        let diag = Diag::error(&code::NO_LANGUAGE, format!("nothing is written in `{tag}`"));
        diag.hint(format!("this site has `{}`", tags.join("`, `"))).into()
    })
}

/// The piece of this file, name or address.
fn named<'a>(site: &'a Site, written: &str) -> Option<&'a Piece> {
    let route = written.strip_prefix(site.config.base_url.trim_end_matches('/')).unwrap_or(written);
    let path = written.trim_start_matches("./");
    let by_file = |piece: &&Piece| piece.doc.path.as_str() == path || piece.doc.path.as_str().ends_with(&format!("/{path}"));
    let by_name = |piece: &&Piece| piece.source.as_str() == written.trim_matches('/');
    let by_route = |piece: &&Piece| piece.route.as_str().trim_matches('/') == route.trim_matches('/');
    let pieces = || site.pieces.iter();
    if written.ends_with(".md") {
        return pieces().find(by_file);
    }
    pieces().find(by_name).or_else(|| pieces().find(by_route))
}

/// The complaint that there is no such piece.
fn no_piece(site: &Site, written: &str) -> Failure {
    let diag = Diag::error(&code::NO_SUCH_PIECE, format!("there is no piece `{written}` in this site"));
    let names =
        site.pieces.iter().map(|piece| if written.ends_with(".md") { piece.doc.path.as_str() } else { piece.source.as_str() });
    let mut diag = diag.did_you_mean(written, names);
    if diag.hints.is_empty() {
        diag = diag.hint("name a Markdown file, or a piece as `articles/price-ladder`");
    }
    diag.into()
}
