//! What all mails are made with: the site, the audience, the folder; and what becomes of a letter there.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::Common;
use crate::access;
use crate::cli::open::{Opened, Wanted};
use crate::cli::outbox::{Audience, Outbox};
use crate::cli::{Env, Exit, Failure, Format, Strictness, Volume};
use crate::config::{Channel, Config, Service};
use crate::diag::{Diag, Severity, code};
use crate::id::{Lang, MediaId, PieceId};
use crate::model::{Moment, Piece, Site};
use crate::promote::mail::letter::{Desk, file_name};
use crate::promote::mail::service::{Addresses, Form, filled, finish, has_own_footer};
use crate::promote::mail::{LARGEST, Letter, eml, page};
use crate::promote::prose::Reading;
use crate::promote::utm::Utm;
use crate::view::ViewContext;

/// The list of mails in the folder, for services and calendars.
const SCHEDULE: &str = "schedule.csv";

/// A site whose mails are made.
pub(super) struct Studio {
    pub(super) opened: Opened,
    pub(super) audience: Audience,
    pub(super) outbox: Outbox,
    published: BTreeSet<MediaId>,
    service: Service,
    lang: Option<Lang>,
    today: Moment,
    made: Vec<Value>,
}

impl Studio {
    /// Opens a site; `None` if something is wrong with it, which has been told.
    pub(super) fn open(common: &Common, env: &mut Env<'_>) -> Result<Option<Self>, Failure> {
        let wanted = Wanted { selection: common.selection, ..Wanted::default() };
        let mut opened = Opened::open(&wanted, env)?;
        opened.diags.retain(|diag| diag.severity == Severity::Error);
        if !opened.diags.is_empty() {
            opened.report(env)?;
            return Ok(None);
        }
        let site = opened.compiled.plan.site();
        let lang = common.lang.as_deref().map(|tag| language(site, tag)).transpose()?;
        let outbox = Outbox::open(&common.out, &opened, env)?;
        let audience = Audience::read(common.audience.as_deref(), &outbox, &site.config)?;
        let service = common.service.map_or(site.config.mail.service, Service::from);
        let published = access::public_media(site);
        let today = Moment::day(site.today);
        Ok(Some(Self { audience, outbox, published, service, lang, today, made: Vec::new(), opened }))
    }

    /// The site.
    pub(super) fn site(&self) -> &Site {
        self.opened.compiled.plan.site()
    }

    /// Names, offers and the theme's words.
    pub(super) fn cx(&self) -> &ViewContext {
        &self.opened.compiled.plan.context
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

    /// What all letters of a language have in common.
    pub(super) fn desk<'a>(&'a self, lang: &'a Lang) -> Desk<'a> {
        Desk { cx: self.cx(), lang, audience: self.audience.name(), today: self.today }
    }

    /// Calls `make` with a reading of a piece, its links told as of a mail of this kind.
    pub(super) fn read<T>(&self, piece: &Piece, kind: &str, make: impl FnOnce(&Reading<'_>) -> T) -> T {
        let theme = self.cx().theme();
        let words = |key: &str| theme.strings(&piece.lang).get(key).to_owned();
        let told = told(&self.site().config, &file_name(piece), kind);
        make(&Reading { site: self.site(), piece, published: &self.published, words: &words, told: &told })
    }

    /// Notes a warning.
    pub(super) fn warn(&mut self, diag: Diag) {
        self.opened.diags.push(diag);
    }

    /// Writes a letter in all its forms.
    pub(super) fn post(&mut self, letter: &Letter) -> Result<(), Failure> {
        let mail = &self.site().config.mail;
        let own = Addresses { unsubscribe: mail.unsubscribe.as_deref().unwrap_or_default(), web: &letter.web };
        let with_unsubscribe = !has_own_footer(self.service);
        let html = page::html(letter, with_unsubscribe);
        let text = page::plain_text(letter, with_unsubscribe);
        let html = finish(&html, Form::Html, self.service, own);
        let text = finish(&text, Form::Plain, self.service, own);
        let sender = sender(&self.site().config, &letter.lang);
        let message = sender.as_ref().map(|from| message(letter, from, own)).transpose()?;
        let mut files =
            vec![(format!("{}.html", letter.name), html.into_bytes()), (format!("{}.txt", letter.name), text.into_bytes())];
        files.extend(message.map(|bytes| (format!("{}.eml", letter.name), bytes)));
        if sender.is_none() {
            let diag = Diag::warning(&code::NO_SENDER, "nobody sends the mails: no `.eml` was made");
            self.warn(diag.hint("write `mail: { from: \"Name <name@example.org>\" }` in `site.yaml`"));
        }
        self.keep(letter, &files)
    }

    fn keep(&mut self, letter: &Letter, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
        let size = files[0].1.len();
        if size > LARGEST {
            let message = format!("`{}` has {} kB: Gmail cuts mails of more than 102", files[0].0, size.div_ceil(1000));
            self.warn(
                Diag::warning(&code::LARGE_MAIL, message)
                    .hint("set `<!-- paywall -->` or `<!-- more -->` earlier, or send the digest"),
            );
        }
        let mut paths: Vec<String> = Vec::new();
        for (name, bytes) in files {
            paths.push(self.outbox.put(name, bytes)?.display().to_string());
        }
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        self.schedule(letter, &names)?;
        self.made.push(json!({
            "name": letter.name, "lang": letter.lang.as_str(), "audience": letter.audience, "subject": letter.subject,
            "preheader": letter.preheader, "send_at": letter.moment.rfc3339(), "bytes": size, "files": paths,
        }));
        Ok(())
    }

    /// Enters a letter in the list of mails, in the place of what had its name.
    fn schedule(&self, letter: &Letter, files: &[&str]) -> Result<(), Failure> {
        let at = self.outbox.folder().join(SCHEDULE);
        let before = std::fs::read_to_string(at).unwrap_or_default();
        let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let file = |end: &str| files.iter().find(|name| name.ends_with(end)).copied().unwrap_or_default();
        let moment = letter.moment.rfc3339();
        let row = [
            letter.name.as_str(),
            &moment,
            letter.lang.as_str(),
            &letter.audience,
            &letter.subject,
            &letter.preheader,
            file(".html"),
            file(".txt"),
            file(".eml"),
        ];
        let row = row.map(cell).join(",");
        let own = format!("{},", cell(&letter.name));
        let mut rows: Vec<String> =
            before.lines().skip(1).filter(|line| !line.starts_with(&own)).map(str::to_owned).chain([row]).collect();
        rows.sort();
        let text = format!("name,send_at,language,audience,subject,preheader,html,text,eml\r\n{}\r\n", rows.join("\r\n"));
        self.outbox.put(SCHEDULE, text.as_bytes()).map(drop)
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

/// What is done to an address within the site: where it is told is added. Other addresses stay as they are.
pub(super) fn told(config: &Config, campaign: &str, kind: &str) -> impl Fn(&str) -> String + use<> {
    let utm = Utm::of(Channel::Newsletter, campaign, kind);
    let base = config.base_url.clone();
    move |address: &str| if address.starts_with(&base) { utm.on(address) } else { address.to_owned() }
}

/// The message of a letter, with addresses of the site's own.
fn message(letter: &Letter, from: &str, own: Addresses<'_>) -> Result<Vec<u8>, Failure> {
    let unsubscribe = if own.unsubscribe.is_empty() {
        let address = from.rsplit_once('<').map_or(from, |(_, rest)| rest.trim_end().trim_end_matches('>'));
        format!("mailto:{}?subject=unsubscribe", address.trim())
    } else {
        own.unsubscribe.to_owned()
    };
    let own = Addresses { unsubscribe: &unsubscribe, web: own.web };
    let html = filled(&page::html(letter, true), Form::Html, own);
    let text = filled(&page::plain_text(letter, true), Form::Plain, own);
    let parts = eml::Parts { html: &html, text: &text, from, unsubscribe: &unsubscribe };
    eml::message(letter, &parts).map_err(Failure::Usage)
}

/// Who sends mails: as configured, else the address in the footer.
fn sender(config: &Config, lang: &Lang) -> Option<String> {
    if let Some(from) = &config.mail.from {
        return Some(from.clone());
    }
    let contact = config.footer.contact.get(lang).trim();
    let is_address = contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let contact = contact.trim_start_matches("mailto:");
    let name = if config.author.is_empty() { config.title.get(lang) } else { config.author.get(lang) };
    let name = name.replace(['"', '\\'], "");
    (is_address && !contact.contains(char::is_whitespace)).then(|| format!("\"{name}\" <{contact}>"))
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
pub(in crate::cli) fn named<'a>(site: &'a Site, written: &str) -> Option<&'a Piece> {
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
pub(in crate::cli) fn no_piece(site: &Site, written: &str) -> Failure {
    let diag = Diag::error(&code::NO_SUCH_PIECE, format!("there is no piece `{written}` in this site"));
    let names =
        site.pieces.iter().map(|piece| if written.ends_with(".md") { piece.doc.path.as_str() } else { piece.source.as_str() });
    let mut diag = diag.did_you_mean(written, names);
    if diag.hints.is_empty() {
        diag = diag.hint("name a Markdown file, or a piece as `articles/price-ladder`");
    }
    diag.into()
}
