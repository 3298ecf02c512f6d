//! `kmsite mail`: what a site tells by e-mail, made to be sent by a service or a mail program. Nothing is sent.
//!
//! Each mail is for one audience and holds what that may read: the gate gives no more.

mod announce;
mod digest;
mod post;
mod preview;
mod sequence;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::studio::{Asked, Lists, Studio};
use super::{Env, Exit, Failure, Selection};
use crate::config::Service;

/// What `mail` takes.
#[derive(Clone, Debug, Args)]
pub struct MailArgs {
    /// What to do
    #[command(subcommand)]
    action: Action,
}

/// What can be made.
#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Announce pieces, a mail for each: all that the audience may read of it
    #[command(after_help = "Examples:\n  \
        kmsite mail announce articles/price-ladder\n  \
        kmsite mail announce content/articles/price-ladder.md --as tier:member --service listmonk")]
    Announce(announce::AnnounceArgs),
    /// Tell what is new, in a list
    #[command(after_help = "Examples:\n  \
        kmsite mail digest --since 2026-11-01\n  \
        kmsite mail digest --since last --sent\n  \
        kmsite mail digest --segment level:beginner --segment level:advanced")]
    Digest(digest::DigestArgs),
    /// Make the mails of a campaign: welcome, value, offer, last call
    #[command(after_help = "Examples:\n  \
        kmsite mail sequence first-sale\n  \
        kmsite mail sequence first-sale --starts 2026-12-01T20:00+08:00 --service buttondown")]
    Sequence(sequence::SequenceArgs),
    /// Make a few lines of HTML to paste into a mail that is written elsewhere
    Snippet(announce::SnippetArgs),
    /// Make a page that shows all mails of the folder, narrow, wide, and without pictures
    Preview(preview::PreviewArgs),
}

/// What all that make mails take.
#[derive(Clone, Debug, Args)]
struct Common {
    /// Whom it is for: free, tier:… or product:…
    #[arg(long = "as", value_name = "AUDIENCE")]
    audience: Option<String>,
    /// Make it in this language only
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<String>,
    /// The service that sends it, instead of mail.service in site.yaml
    #[arg(long, value_enum, value_name = "SERVICE")]
    service: Option<ServiceName>,
    /// Where the files go, below the site's folder unless absolute
    #[arg(long, value_name = "FOLDER", default_value = OUT, value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// What pieces are looked at
    #[command(flatten)]
    selection: Selection,
}

impl Common {
    fn open(&self, env: &mut Env<'_>) -> Result<Option<Studio>, Failure> {
        self.open_with(Lists::Needless, env)
    }

    fn open_with(&self, lists: Lists, env: &mut Env<'_>) -> Result<Option<Studio>, Failure> {
        let (audience, lang) = (self.audience.as_deref(), self.lang.as_deref());
        Studio::open(&Asked { audience, lang, out: &self.out, selection: self.selection, lists }, env)
    }

    fn service(&self, studio: &Studio) -> Service {
        self.service.map_or(studio.site().config.mail.service, Service::from)
    }
}

/// Where mails go unless told otherwise: a folder that no build reads and git ignores.
const OUT: &str = ".kmsite/mail";

/// A service that sends mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ServiceName {
    /// Any other
    Generic,
    /// Mailchimp
    Mailchimp,
    /// Buttondown
    Buttondown,
    /// Listmonk
    Listmonk,
    /// Ghost
    Ghost,
}

impl From<ServiceName> for Service {
    fn from(name: ServiceName) -> Self {
        match name {
            ServiceName::Generic => Self::Generic,
            ServiceName::Mailchimp => Self::Mailchimp,
            ServiceName::Buttondown => Self::Buttondown,
            ServiceName::Listmonk => Self::Listmonk,
            ServiceName::Ghost => Self::Ghost,
        }
    }
}

/// Makes mails.
///
/// # Errors
/// Those of the streams and folders; a piece or audience that is not there.
pub(super) fn run(args: &MailArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match &args.action {
        Action::Announce(args) => announce::run(args, env),
        Action::Digest(args) => digest::run(args, env),
        Action::Sequence(args) => sequence::run(args, env),
        Action::Snippet(args) => announce::snippet(args, env),
        Action::Preview(args) => preview::run(args, env),
    }
}
