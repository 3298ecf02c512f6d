//! Letters: what a site tells by e-mail, as a value ([`Letter`]), and the forms it is sent in.
//!
//! ```text
//! announcement, digest   pieces, as the gate shows them to an audience -> Letter
//! sequence               a campaign -> the letters to someone who asks to hear of it
//! page::html             Letter -> HTML of tables with its look in attributes, for every mail program
//! page::plain_text       Letter -> plain text
//! service::finish        either, with the merge tags of a service, and nothing else in it that the service would read as one
//! eml::message           both -> a message (RFC 5322)
//! forms::forms           all three at once
//! ```
//!
//! Invariants: a letter holds what its audience may read and nothing more, since whoever makes it gets no more from the gate; the same input
//! gives the same bytes, date, id and boundary included.

pub mod digest;
pub mod eml;
pub mod forms;
pub mod letter;
pub mod log;
pub mod page;
pub mod segment;
pub mod sequence;
pub mod service;
pub mod snippet;

use super::prose::Block;
use crate::config::Brand;
use crate::id::Lang;
use crate::model::Moment;

/// How large a mail may be in bytes: Gmail cuts what is beyond about 102 kB, and services add links for counting.
pub const LARGEST: usize = 90_000;

/// How large a snippet may be in bytes.
pub const LARGEST_SNIPPET: usize = 10_000;

/// A mail before it is written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// What its files are called.
    pub name: String,
    /// Its language.
    pub lang: Lang,
    /// Whom it is for, as `free` or `tier:member`.
    pub audience: String,
    /// What stands in the list of mails.
    pub subject: String,
    /// What mail programs show behind the subject.
    pub preheader: String,
    /// The site's name and its address.
    pub site: (String, String),
    /// The heading.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// The page that says the same.
    pub web: String,
    /// What stands at its foot.
    pub footer: Footer,
    /// When it is to be sent.
    pub due: Due,
    /// The date that its message has.
    pub moment: Moment,
    /// The site's colours.
    pub brand: Brand,
}

/// When a mail is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// To everyone at this moment.
    At(Moment),
    /// To each reader so many days after the first mail.
    Day(u16),
}

/// What stands at the foot of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footer {
    /// Why the reader gets it.
    pub reason: String,
    /// Who sends it, with the address that the law of many countries wants.
    pub sender: String,
    /// The words of the link that ends it.
    pub unsubscribe: String,
    /// The words of the link to the same on the web.
    pub web: String,
}

/// Stands for the address that ends a subscription, until a service's own is put in its place: a character of the private use area.
pub(super) const UNSUBSCRIBE: &str = "\u{f0001}";
/// Stands for the address of the mail on the web.
pub(super) const WEB: &str = "\u{f0002}";
