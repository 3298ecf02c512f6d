//! `kmsite copy`: pieces as other networks take them, to be pasted there; with the QR code of the page for where links are barred.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use serde_json::json;

use super::bench::Copied;
use super::studio::{Asked, Lists, Studio};
use super::{Env, Exit, Failure, Selection};
use crate::config::Channel;
use crate::diag::{Diag, code};
use crate::id::PieceId;
use crate::promote::channels::{self, is_walled, wechat};
use crate::promote::mail::letter::file_name;
use crate::render::qr;

/// What `copy` takes.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  \
    kmsite copy articles/price-ladder --channel wechat,zhihu\n  \
    kmsite copy articles/price-ladder --as tier:member --channel xiaobaotong")]
pub struct CopyArgs {
    /// The pieces: their files, names or addresses
    #[arg(required = true, value_name = "PIECE")]
    pieces: Vec<String>,
    /// The networks; by default all that may have the text
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NETWORK")]
    channel: Vec<Network>,
    /// Whom the copies on walled networks are for: free, tier:… or product:…
    #[arg(long = "as", value_name = "AUDIENCE")]
    audience: Option<String>,
    /// Make it in this language only
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<String>,
    /// Where the files go, below the site's folder unless absolute
    #[arg(long, value_name = "FOLDER", default_value = ".kmsite/copies", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// What pieces are looked at
    #[command(flatten)]
    selection: Selection,
}

/// A network that copies are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Network {
    /// 微信公众号: HTML to paste into its editor
    Wechat,
    /// 知乎: Markdown
    Zhihu,
    /// X: a post and a thread
    X,
    /// 小报童, behind its wall: Markdown
    Xiaobaotong,
    /// 知识星球, behind its wall: plain text
    Zsxq,
}

impl Network {
    pub(super) const fn channel(self) -> Channel {
        match self {
            Self::Wechat => Channel::Wechat,
            Self::Zhihu => Channel::Zhihu,
            Self::X => Channel::X,
            Self::Xiaobaotong => Channel::Xiaobaotong,
            Self::Zsxq => Channel::Zsxq,
        }
    }

    pub(super) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Makes copies.
///
/// # Errors
/// Those of the streams and folders; a piece, audience or network that does not fit.
pub(super) fn run(args: &CopyArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let (audience, lang) = (args.audience.as_deref(), args.lang.as_deref());
    let asked = Asked { audience, lang, out: &args.out, selection: args.selection, lists: Lists::Needless };
    let Some(mut studio) = Studio::open(&asked, env)? else { return Ok(Exit::Content) };
    for id in studio.pieces(&args.pieces)? {
        for network in networks(args, &studio, id)? {
            copy(&mut studio, id, network)?;
        }
    }
    studio.close(env)
}

/// The networks that a piece is copied for.
fn networks(args: &CopyArgs, studio: &Studio, id: PieceId) -> Result<Vec<Network>, Failure> {
    let is_free = studio.site().piece(id).access.is_free();
    if args.channel.is_empty() {
        let fits = |network: &&Network| !is_walled(network.channel()) || is_free || args.audience.is_some();
        return Ok(Network::value_variants().iter().filter(fits).copied().collect());
    }
    for network in &args.channel {
        if !is_walled(network.channel()) && args.audience.as_deref().is_some_and(|audience| audience != "free") {
            let diag = Diag::error(&code::OPEN_NETWORK, format!("everyone reads what stands on `{}`", network.name()));
            return Err(diag.hint("leave out `--as`, or copy for `xiaobaotong` or `zsxq`, which have walls of their own").into());
        }
    }
    Ok(args.channel.clone())
}

/// Makes the copy of a piece for a network.
fn copy(studio: &mut Studio, id: PieceId, network: Network) -> Result<(), Failure> {
    let piece = studio.site().piece(id);
    let Copied { files, page, .. } = studio.bench().copy(id, network);
    let name = format!("{}.{}.{}", file_name(piece), piece.lang, network.name());
    let (title, lang) = (piece.title.to_string(), piece.lang.to_string());
    if let Some(diag) = refused(network, &title, &files) {
        studio.warn(diag);
    }
    let mut paths = Vec::new();
    let mut bytes = 0;
    for (end, text) in &files {
        bytes = bytes.max(text.len());
        paths.push(studio.outbox.put(&format!("{name}.{end}"), text.as_bytes())?.display().to_string());
    }
    if let Some(code) = qr::png(&page).filter(|_| network != Network::X) {
        paths.push(studio.outbox.put(&format!("{name}.png"), &code)?.display().to_string());
    }
    studio
        .made
        .push(json!({ "name": name, "channel": network.name(), "lang": lang, "page": page, "bytes": bytes, "files": paths }));
    Ok(())
}

/// What a network would not take of a copy of the piece of this title.
pub(super) fn refused(network: Network, title: &str, files: &[(&'static str, String)]) -> Option<Diag> {
    let (what, length, most) = match network {
        Network::Wechat => ("title", title.chars().count(), wechat::LONGEST_TITLE),
        Network::Zsxq => ("text", files.iter().map(|(_, text)| text.chars().count()).sum(), channels::LONGEST_ZSXQ),
        _ => return None,
    };
    (length > most).then(|| {
        let message = format!("the {what} of `{title}` has {length} characters, and `{}` takes {most}", network.name());
        Diag::warning(&code::REFUSED_COPY, message).hint("shorten it after pasting, or in the piece")
    })
}
