//! `/_copy/`: a piece as each network takes it, with a button that puts it into the clipboard; without a piece, all of them.

use clap::ValueEnum;

use super::mails::name_of;
use super::{Wares, encoded, escaped};
use crate::artifact::MediaType;
use crate::cli::bench::Copied;
use crate::cli::copy::{Network, refused};
use crate::model::Piece;
use crate::promote::channels::is_walled;
use crate::render::qr;
use crate::serve::Sheet;

/// What parts the posts of a thread in the file of a copy.
const CUT: &str = "\n\n-----\n\n";

/// The page.
pub(super) fn page(wares: &Wares<'_>) -> String {
    asked(wares).map_or_else(|| all(wares), |piece| of_piece(wares, piece))
}

/// The piece whose address is asked for: within the site, or as it stands in the preview.
fn asked<'a>(wares: &Wares<'a>) -> Option<&'a Piece> {
    let site = wares.bench.site();
    let asked = wares.asked.parameter("page");
    let is_asked = |piece: &&Piece| piece.route.as_str() == asked || site.href(&piece.route) == asked;
    site.pieces.iter().find(is_asked)
}

/// The code of a piece's page, as told on a network.
pub(super) fn code(wares: &Wares<'_>) -> Option<Sheet> {
    let network = Network::from_str(&wares.asked.parameter("network"), false).ok()?;
    let page = wares.bench.copy(asked(wares)?.id, network).page;
    Some(Sheet { media: MediaType::of_extension("png"), bytes: qr::png(&wares.published(&page))? })
}

/// The pieces that can be copied.
fn all(wares: &Wares<'_>) -> String {
    let pieces = wares.bench.site().pieces.iter().filter(|piece| piece.lang == wares.lang);
    let links: String = pieces
        .map(|piece| {
            let query = wares.query(&[("page", piece.route.as_str())]);
            format!("<li><a href=\"?{query}\">{}</a></li>\n", escaped(&piece.title))
        })
        .collect();
    let title = wares.say("抄到别处", "Copy elsewhere");
    wares.framed(title, &format!("<header><h1>{title}</h1></header>\n<nav aria-label=\"{title}\"><ul>\n{links}</ul></nav>\n"))
}

/// A piece, network by network.
fn of_piece(wares: &Wares<'_>, piece: &Piece) -> String {
    let networks = Network::value_variants().iter();
    let cards: String = networks.map(|network| card(wares, piece, *network)).collect();
    let fields = wares.choices();
    let mail = encoded(&format!("announce/{}", name_of(piece)));
    let say = |zh, en| wares.say(zh, en);
    wares.framed(
        &piece.title,
        &format!(
            "<header><h1>{}</h1>\n<form method=\"get\"><input type=\"hidden\" name=\"page\" value=\"{}\">\n{fields}<button>{}</button></form>\n\
             <p><a href=\"/_mail/?{}&amp;mail={mail}\">{}</a> · <a href=\"?{}\">{}</a></p></header>\n<main class=\"cards\">\n{cards}</main>\n<script src=\"counter.js\"></script>\n",
            escaped(&piece.title),
            escaped(piece.route.as_str()),
            say("看", "Show"),
            wares.query(&[]),
            say("写成邮件", "As a mail"),
            wares.query(&[]),
            say("其他内容", "Other pieces"),
        ),
    )
}

/// A network: what is pasted there, how it looks, and the code of the page.
fn card(wares: &Wares<'_>, piece: &Piece, network: Network) -> String {
    let Copied { files, rich, page } = wares.bench.copy(piece.id, network);
    let say = |zh, en| wares.say(zh, en);
    let warning =
        refused(network, &piece.title, &files).map(|diag| format!("<p role=\"alert\">{}</p>\n", escaped(&diag.message)));
    let wall = match (is_walled(network.channel()), piece.access.is_free()) {
        (false, false) => say("公开的网络：只有试读", "An open network: the teaser only"),
        (true, false) => say("有自己的墙：按上面选的身份", "Behind its own wall: for whom is chosen above"),
        _ => "",
    };
    let text = files.last().map(|(_, text)| text.as_str()).unwrap_or_default();
    let parts: Vec<String> = match network {
        Network::X => text.trim_end().split(CUT).map(|post| part(wares, post, None)).collect(),
        // What is pasted where only text goes: the text of the picture, not the form's.
        Network::Wechat => {
            let html = rich.as_deref().unwrap_or_default();
            vec![part(wares, &plain(html), Some(html)), part(wares, text, None)]
        }
        _ => vec![part(wares, text, rich.as_deref())],
    };
    let page = wares.published(&page);
    let code = (network != Network::X).then(|| {
        let alt = say("这一页的二维码", "The code of the page");
        let query = wares.query(&[("page", piece.route.as_str()), ("network", &network.name())]);
        format!("<img class=\"code\" alt=\"{alt}\" src=\"code.png?{query}\">\n")
    });
    format!(
        "<section data-network=\"{name}\"><h2>{title}</h2>\n<p>{wall}</p>\n{}{}{}<p class=\"page\">{}</p></section>\n",
        warning.unwrap_or_default(),
        parts.concat(),
        code.unwrap_or_default(),
        escaped(&page),
        name = network.name(),
        title = title(wares, network),
    )
}

/// What a network is called where the page is read.
fn title(wares: &Wares<'_>, network: Network) -> &'static str {
    match network {
        Network::Wechat => wares.say("微信公众号", "WeChat (微信公众号)"),
        Network::Zhihu => wares.say("知乎", "Zhihu (知乎)"),
        Network::X => "X",
        Network::Xiaobaotong => wares.say("小报童", "Xiaobaotong (小报童)"),
        Network::Zsxq => wares.say("知识星球", "Zsxq (知识星球)"),
    }
}

/// Something to take along: how it looks, and a button; what the button takes has the addresses of the published site.
fn part(wares: &Wares<'_>, text: &str, rich: Option<&str>) -> String {
    let label = wares.say("复制", "Copy");
    let done = wares.say("已复制", "Copied");
    let preview = match rich {
        Some(html) => format!("<iframe sandbox title=\"{label}\" srcdoc=\"{}\"></iframe>", escaped(html)),
        None => format!("<pre>{}</pre>", escaped(&wares.published(text))),
    };
    let held = |kind: &str, text: &str| format!("<textarea hidden data-{kind}>{}</textarea>", escaped(&wares.published(text)));
    let rich = rich.map(|html| held("html", html)).unwrap_or_default();
    format!(
        "<div class=\"part\">{preview}\n<button type=\"button\" data-done=\"{done}\">{label}</button>{}{rich}</div>\n",
        held("plain", text)
    )
}

/// The text of HTML that was written here: its tags left out, its references read.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            c if !is_tag => out.push(c),
            _ => {}
        }
    }
    out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
