//! The foot of every page: registrations, rights, contact, and the links that a shop needs.

use serde::Serialize;

use super::LinkView;
use super::context::ViewContext;
use super::site::{MenuLink, menu_href};
use crate::id::Lang;

/// The ministry's register of ICP licences.
const ICP_REGISTER: &str = "https://beian.miit.gov.cn/";

/// The ministry's register of public security registrations; the digits follow.
const POLICE_REGISTER: &str = "https://beian.mps.gov.cn/#/query/webSearch?code=";

/// The foot of every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FooterView {
    /// The ICP licence with a link to the register.
    pub icp: Option<LinkView>,
    /// The public security registration with a link to its entry.
    pub police: Option<LinkView>,
    /// Who holds the rights.
    pub copyright: String,
    /// How to reach the author.
    pub contact: Option<Contact>,
    /// Terms, refunds and the like.
    pub links: Vec<MenuLink>,
}

/// How to reach the author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The text.
    pub title: String,
    /// Where it leads; none if it is words alone.
    pub href: Option<String>,
}

/// Makes the foot of the pages of a language.
pub(super) fn footer(cx: &ViewContext, lang: &Lang) -> FooterView {
    let site = cx.site();
    let config = &site.config;
    let footer = &config.footer;
    let written = footer.copyright.get(lang);
    let holder = config.author_in(lang).unwrap_or_else(|| config.title.get(lang));
    FooterView {
        icp: footer.icp.clone().map(|title| LinkView { title, href: ICP_REGISTER.to_owned() }),
        police: footer.police.clone().map(|title| LinkView { href: police_href(&title), title }),
        copyright: match written {
            "" => format!("© {} {holder}", site.today.year()),
            written => written.to_owned(),
        },
        contact: contact(footer.contact.get(lang)),
        links: footer
            .links
            .iter()
            .map(|entry| MenuLink { name: entry.name.get(lang).to_owned(), href: menu_href(site, lang, &entry.link) })
            .collect(),
    }
}

fn police_href(registration: &str) -> String {
    let digits: String = registration.chars().filter(char::is_ascii_digit).collect();
    format!("{POLICE_REGISTER}{digits}")
}

fn contact(written: &str) -> Option<Contact> {
    let is_mail = written.contains('@') && !written.contains(char::is_whitespace) && !written.contains("://");
    let href = match written {
        "" => return None,
        written if is_mail => Some(format!("mailto:{written}")),
        written if written.starts_with("https://") || written.starts_with("http://") => Some(written.to_owned()),
        _ => None,
    };
    let title = written.split_once("://").map_or(written, |(_, rest)| rest.trim_end_matches('/')).to_owned();
    Some(Contact { title, href })
}
