//! `/_mail/`: the mails of a site in a language for an audience, and one of them as mail programs would show it.

use super::{Wares, escaped, html, select};
use crate::artifact::MediaType;
use crate::id::Route;
use crate::model::{Piece, Site};
use crate::promote::mail::digest::{ForYou, Since, new_pieces, news};
use crate::promote::mail::forms::forms;
use crate::promote::mail::log::{self, Log, Readers};
use crate::promote::mail::segment::{Segment, for_you};
use crate::promote::mail::{LARGEST, Letter};
use crate::serve::Sheet;

/// How many announcements are listed; any other is reached from its piece.
const LISTED: usize = 60;

/// The page.
pub(super) fn page(wares: &Wares<'_>) -> String {
    let mails = listed(wares);
    let asked = wares.asked.parameter("mail");
    let shown = if asked.is_empty() { mails.first().map(|(name, _)| name.clone()).unwrap_or_default() } else { asked };
    let looks = ["segment", "width", "pictures", "dark", "form"].map(|look| (look, wares.asked.parameter(look)));
    let with = |mail: &str| {
        let mut query = vec![("mail", mail)];
        query.extend(looks.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, value.as_str())));
        wares.query(&query)
    };
    let links: String = mails
        .iter()
        .map(|(name, title)| {
            let mark = if *name == shown { " aria-current=\"page\"" } else { "" };
            format!("<li><a href=\"?{}\"{mark}>{}</a></li>\n", with(name), escaped(title))
        })
        .collect();
    let look = |name: &str| wares.asked.parameter(name);
    let option = |value: &str, name: &str| (value.to_owned(), name.to_owned());
    let say = |zh, en| wares.say(zh, en);
    let width = [option("", say("电脑", "Desktop")), option("320", say("手机 320", "Phone, 320"))];
    let pictures = [option("", say("显示", "Shown")), option("off", say("不显示", "Off"))];
    let dark = [option("", say("浅色", "Light")), option("on", say("深色", "Dark"))];
    let form = [option("", "HTML"), option("text", say("纯文本", "Plain text"))];
    let fields = wares.choices()
        + &select("segment", say("读者", "Readers"), &segments(wares), &look("segment"))
        + &select("width", say("宽度", "Width"), &width, &look("width"))
        + &select("pictures", say("图片", "Pictures"), &pictures, &look("pictures"))
        + &select("dark", say("颜色", "Colours"), &dark, &look("dark"))
        + &select("form", say("格式", "Form"), &form, &look("form"));
    let letter = find(wares, &shown).map(|letter| shown_letter(wares, &letter, &with(&shown))).unwrap_or_default();
    let title = say("邮件", "Mails");
    let go = say("看", "Show");
    wares.framed(
        title,
        &format!(
            "<header><h1>{title}</h1>\n<form method=\"get\"><input type=\"hidden\" name=\"mail\" value=\"{}\">\n{fields}<button>{go}</button></form></header>\n\
             <div class=\"sides\"><nav aria-label=\"{title}\"><ul>\n{links}</ul></nav>\n<main>\n{letter}</main></div>\n",
            escaped(&shown)
        ),
    )
}

/// What is said of a letter above the frame in which it is shown.
fn shown_letter(wares: &Wares<'_>, letter: &Letter, query: &str) -> String {
    let site = wares.bench.site();
    let made = match forms(letter, &site.config, site.config.mail.service) {
        Ok(made) => made,
        Err(diag) => return format!("<p role=\"alert\">{}</p>\n", escaped(&diag.message)),
    };
    let size = made.html.len();
    let large = if size > LARGEST { wares.say("，Gmail 会截断", ", which Gmail cuts") } else { "" };
    let width = if wares.asked.parameter("width") == "320" { 320 } else { 680 };
    format!(
        "<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} kB{large}</dd></dl>\n\
         <iframe sandbox title=\"{}\" width=\"{width}\" src=\"letter?{query}\"></iframe>\n",
        wares.say("主题", "Subject"),
        escaped(&letter.subject),
        wares.say("预览文字", "Preheader"),
        escaped(&letter.preheader),
        wares.say("大小", "Size"),
        size.div_ceil(1000),
        escaped(&letter.title),
    )
}

/// A mail by itself, as it is asked for.
pub(super) fn letter(wares: &Wares<'_>) -> Option<Sheet> {
    let letter = find(wares, &wares.asked.parameter("mail"))?;
    let site = wares.bench.site();
    let made = forms(&letter, &site.config, site.config.mail.service).ok()?;
    if wares.asked.parameter("form") == "text" {
        return Some(Sheet { media: MediaType::TEXT, bytes: made.text.into_bytes() });
    }
    let mut page = made.html;
    if wares.asked.parameter("pictures") == "off" {
        // As where a program does not load them.
        page = page.replace("<img src=", "<img data-src=");
    }
    if wares.asked.parameter("dark") == "on" {
        page = page.replace("@media (prefers-color-scheme:dark)", "@media all");
    }
    Some(html(page))
}

/// The mails of the site, each with what it is called here and what it is about.
fn listed(wares: &Wares<'_>) -> Vec<(String, String)> {
    let site = wares.bench.site();
    let mut mails = Vec::new();
    for (number, campaign) in site.campaigns.iter().enumerate() {
        let Some(edition) = campaign.editions.iter().position(|edition| edition.lang == wares.lang) else { continue };
        if wares.bench.audience.has(&campaign.offer, &site.config) {
            continue;
        }
        let letters = wares.bench.sequence((number, edition), None).value;
        let named = |(step, letter): (usize, Letter)| (format!("sequence/{}/{step}", campaign.name), letter.subject);
        mails.extend((1..).zip(letters).map(named));
    }
    if let Some(letter) = digest(wares) {
        mails.push(("digest".to_owned(), letter.title));
    }
    let announced = recent(site, wares).into_iter().take(LISTED);
    mails.extend(announced.map(|piece| (format!("announce/{}", name_of(piece)), piece.title.to_string())));
    mails
}

/// The mail of this name.
fn find(wares: &Wares<'_>, name: &str) -> Option<Letter> {
    let site = wares.bench.site();
    match name.split_once('/') {
        Some(("announce", source)) => {
            let piece = site.pieces.iter().find(|piece| piece.lang == wares.lang && name_of(piece) == source)?;
            Some(wares.bench.announcement(piece.id))
        }
        Some(("sequence", rest)) => {
            let (name, step) = rest.rsplit_once('/')?;
            let number = site.campaigns.iter().position(|campaign| &*campaign.name == name)?;
            let edition = site.campaigns[number].editions.iter().position(|edition| edition.lang == wares.lang)?;
            let step = step.parse::<usize>().ok()?.checked_sub(1)?;
            wares.bench.sequence((number, edition), None).value.into_iter().nth(step)
        }
        _ => digest(wares).filter(|_| name == "digest"),
    }
}

/// The next digest: what no issue had, or as long as none was sent, the newest pieces.
fn digest(wares: &Wares<'_>) -> Option<Letter> {
    let audience = wares.bench.audience.name();
    let site = wares.bench.site();
    let segment = Segment::read(site, &wares.asked.parameter("segment"));
    let part = segment.as_ref().map(ToString::to_string);
    let readers = Readers { lang: &wares.lang, audience: &audience, segment: part.as_deref() };
    let text = std::fs::read_to_string(wares.till.root.join(log::FILE)).unwrap_or_default();
    let log = Log::read(&text).ok()?;
    let fresh = new_pieces(site, readers, Since::Last, &log);
    let pieces = fresh.unwrap_or_else(|| recent(site, wares).into_iter().take(5).collect());
    let lead = |route: &Route| wares.bench.lead(route);
    let for_you =
        segment.as_ref().map(|segment| ForYou { segment, pieces: for_you(site, (&wares.lang, segment), &lead, &pieces) });
    (!pieces.is_empty()).then(|| wares.bench.digest(&wares.lang, &pieces, for_you.as_ref()))
}

/// The parts of the readers that a digest can be for, all of them first.
fn segments(wares: &Wares<'_>) -> Vec<(String, String)> {
    let all = Segment::all(wares.bench.site(), &wares.lang);
    let named = all.iter().map(|segment| (segment.to_string(), segment.words(wares.bench.cx(), &wares.lang)));
    [(String::new(), wares.say("所有人", "All").to_owned())].into_iter().chain(named).collect()
}

/// What there is to tell of in the page's language, newest first.
fn recent<'a>(site: &'a Site, wares: &Wares<'_>) -> Vec<&'a Piece> {
    news(site, &wares.lang)
}

/// What a piece is called in every language.
pub(super) fn name_of(piece: &Piece) -> &str {
    let source = piece.source.as_str();
    source.strip_suffix(piece.lang.as_str()).and_then(|name| name.strip_suffix('.')).unwrap_or(source)
}
