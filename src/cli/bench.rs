//! A plan and an audience -> letters and copies of the site, as values: for files (`studio`) and for the preview (`counter`).
//!
//! Invariant: what is made holds what the gate shows to the audience, and of a network that everyone reads, what it shows to everyone.

use std::collections::BTreeSet;

use super::copy::Network;
use super::outbox::Audience;
use crate::access;
use crate::config::{Channel, Config};
use crate::diag::Noted;
use crate::id::{Lang, MediaId, PieceId};
use crate::model::{Moment, Piece, Site};
use crate::plan::Plan;
use crate::promote::channels::{self, Source, is_walled, wechat, x};
use crate::promote::mail::digest::{self, ForYou};
use crate::promote::mail::letter::{self, Desk, file_name};
use crate::promote::mail::sequence::{self, Excerpt, Outset, to_read};
use crate::promote::mail::{Letter, snippet};
use crate::promote::prose::Reading;
use crate::promote::prose::markdown::Formulas;
use crate::promote::utm::Utm;
use crate::view::ViewContext;
use crate::view::landing::{self, Found, Stall};

/// What letters and copies are made with.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    /// The site, and what is settled for all of it.
    pub(super) plan: &'a Plan,
    /// Who is to read them.
    pub(super) audience: &'a Audience,
    /// The files that everyone can fetch.
    pub(super) published: &'a BTreeSet<MediaId>,
}

/// A copy of a piece for a network.
pub(super) struct Copied {
    /// The ends of its files' names, with what is in them.
    pub(super) files: Vec<(&'static str, String)>,
    /// What is pasted into editors that keep more than text; `None` where text is all there is.
    pub(super) rich: Option<String>,
    /// The address of the page, as told there.
    pub(super) page: String,
}

impl<'a> Bench<'a> {
    /// The site.
    pub(super) fn site(&self) -> &'a Site {
        self.plan.site()
    }

    /// Names, offers and the theme's words.
    pub(super) fn cx(&self) -> &'a ViewContext {
        &self.plan.context
    }

    /// What all letters of a language have in common.
    fn desk<'d>(&'d self, lang: &'d Lang) -> Desk<'d> {
        Desk { cx: self.cx(), lang, audience: self.audience.name(), today: Moment::day(self.site().today) }
    }

    /// Calls `make` with a reading of a piece, its links told as of something of this kind on a channel, for a campaign.
    fn read<T>(&self, piece: &Piece, told_as: (Channel, &str, &str), make: impl FnOnce(&Reading<'_>) -> T) -> T {
        let theme = self.cx().theme();
        let words = |key: &str| theme.strings(&piece.lang).get(key).to_owned();
        let told = told(&self.site().config, told_as);
        make(&Reading { site: self.site(), piece, published: self.published, words: &words, told: &told })
    }

    /// The letter that announces a piece.
    pub(super) fn announcement(&self, id: PieceId) -> Letter {
        let piece = self.site().piece(id);
        let shown = self.audience.shown(piece, &self.site().config);
        let desk = self.desk(&piece.lang);
        let told_as = (Channel::Newsletter, &*file_name(piece), "announcement");
        self.read(piece, told_as, |reading| letter::announcement(&desk, reading, &shown))
    }

    /// A few lines of HTML that tell of a piece.
    pub(super) fn snippet(&self, id: PieceId) -> String {
        let piece = self.site().piece(id);
        let desk = self.desk(&piece.lang);
        self.read(piece, (Channel::Newsletter, &file_name(piece), "snippet"), |reading| snippet::snippet(&desk, reading))
    }

    /// The letter that lists what is new.
    pub(super) fn digest(&self, lang: &Lang, pieces: &[&Piece], for_you: Option<&ForYou<'_>>) -> Letter {
        let site = self.site();
        let told = told(&site.config, (Channel::Newsletter, &format!("digest-{}", site.today), "digest"));
        digest::digest(&self.desk(lang), pieces, for_you, &told)
    }

    /// What each piece leads to, as far as it was computed.
    pub(super) fn lead(&self, route: &crate::id::Route) -> Vec<(crate::id::Route, i32)> {
        self.plan.enriched.read_next.of(route).iter().map(|next| (next.route.clone(), next.score)).collect()
    }

    /// The letters of the campaign of this number, in the language of its edition of this number.
    pub(super) fn sequence(&self, (campaign, edition): (usize, usize), starts: Option<Moment>) -> Noted<Vec<Letter>> {
        let at = Stall { campaign, edition, variant: None };
        let sold = landing::stall(self.cx(), at);
        let name = &*sold.0.name;
        let page = landing::page(self.cx(), at, Found::default()).page;
        let reading = to_read(self.site(), sold.0, sold.1).map(|id| self.excerpt(id, name));
        let address = |step: &str, address: &str| told(&self.site().config, (Channel::Newsletter, name, step))(address);
        let desk = self.desk(&sold.1.lang);
        let starts = starts.or(sold.0.written.starts);
        sequence::sequence(&Outset { desk: &desk, sold, page: &page, reading, starts, told: &address })
    }

    /// What the audience may read of a piece, as told in a campaign.
    fn excerpt(&self, id: PieceId, campaign: &str) -> Excerpt {
        let piece = self.site().piece(id);
        let shown = self.audience.shown(piece, &self.site().config);
        let bodies: Vec<_> = std::iter::once(shown.teaser).chain(shown.rest).collect();
        let blocks = self.read(piece, (Channel::Newsletter, campaign, "value"), |reading| reading.bodies(&bodies));
        Excerpt { piece: id, blocks, is_whole: shown.rest.is_some() }
    }

    /// The copy of a piece for a network. What everyone reads gets what everyone may read, whoever is named.
    pub(super) fn copy(&self, id: PieceId, network: Network) -> Copied {
        let channel = network.channel();
        let site = self.site();
        let piece = site.piece(id);
        let shown = if is_walled(channel) { self.audience.shown(piece, &site.config) } else { access::public(piece) };
        let key = if channel == Channel::Wechat { "copy.wechat" } else { "copy.read_on" };
        let read_on = self.cx().theme().strings(&piece.lang).get(key);
        let accent = site.config.brand.accent.map(|colour| colour.to_string());
        let bodies: Vec<_> = std::iter::once(shown.teaser).chain(shown.rest).collect();
        self.read(piece, (channel, &file_name(piece), "copy"), |reading| {
            let blocks = reading.bodies(&bodies);
            let page = reading.page();
            let (title, description) = (&*piece.title, &*piece.description);
            let source = Source { title, description, blocks: &blocks, lang: &piece.lang, page: &page, read_on };
            let files = written(network, &source, accent.as_deref());
            let rich = match network {
                Network::Wechat => files.first().map(|(_, html)| html.clone()),
                Network::Zhihu | Network::Xiaobaotong => Some(channels::html(&source)),
                Network::X | Network::Zsxq => None,
            };
            Copied { files, rich, page }
        })
    }
}

/// The files of a copy, by the ends of their names.
fn written(network: Network, source: &Source<'_>, accent: Option<&str>) -> Vec<(&'static str, String)> {
    match network {
        Network::Wechat => {
            let copy = wechat::copy(source, accent);
            vec![("html", copy.html), ("txt", copy.form)]
        }
        Network::Zhihu => vec![("md", channels::markdown(source, Formulas::Dollars))],
        Network::Xiaobaotong => vec![("md", channels::markdown(source, Formulas::Linear))],
        Network::Zsxq => vec![("txt", channels::text(source))],
        Network::X => {
            let posts = x::posts(source);
            vec![("txt", format!("{}\n\n-----\n\n{}\n", posts.post, posts.thread.join("\n\n-----\n\n")))]
        }
    }
}

/// What is done to an address within the site: where it is told is added. Other addresses stay as they are.
fn told(config: &Config, (channel, campaign, kind): (Channel, &str, &str)) -> impl Fn(&str) -> String + use<> {
    let utm = Utm::of(channel, campaign, kind);
    let base = config.base_url.clone();
    move |address: &str| if address.starts_with(&base) { utm.on(address) } else { address.to_owned() }
}
