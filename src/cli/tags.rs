//! `kmsite tags`: tags that pieces could have.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Env, Exit, Failure, Format, Selection, Volume, levels};
use crate::enrich::tags::{self, Offer, Suggestion};
use crate::model::Site;

/// What `tags` takes.
#[derive(Clone, Debug, Args)]
pub struct TagsArgs {
    /// What to do
    #[command(subcommand)]
    pub command: TagsCommand,
}

/// What to do with tags.
#[derive(Clone, Debug, Subcommand)]
pub enum TagsCommand {
    /// Say what each piece could be tagged with: tags of the site that it speaks of, and phrases that several pieces are about
    Suggest(SuggestArgs),
}

/// What `tags suggest` takes.
#[derive(Clone, Debug, Args)]
pub struct SuggestArgs {
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
}

/// Suggests tags.
///
/// # Errors
/// Those of the streams and the site's folder.
pub(super) fn run(args: &TagsArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let TagsCommand::Suggest(args) = &args.command;
    let opened = match levels::open(args.selection, env)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let site = opened.compiled.plan.site();
    let suggestions = tags::suggest(site);
    if env.format == Format::Json {
        env.answer(&suggestions.iter().map(|one| as_json(site, one)).collect())?;
        return Ok(Exit::Done);
    }
    for suggestion in &suggestions {
        write!(env.out, "{}", as_text(site, suggestion))?;
    }
    if env.volume == Volume::Normal {
        let end = if suggestions.is_empty() { "nothing to suggest" } else { "nothing was written: what fits goes under `tags:`" };
        writeln!(env.out, "{end}")?;
    }
    Ok(Exit::Done)
}

/// The tags that a piece has.
fn has<'a>(site: &'a Site, suggestion: &Suggestion) -> Vec<&'a str> {
    site.piece(suggestion.piece).tags.iter().map(|&tag| &*site.term(tag).name).collect()
}

fn as_json(site: &Site, suggestion: &Suggestion) -> Value {
    let piece = site.piece(suggestion.piece);
    let offers = |offers: &[Offer]| -> Value {
        offers.iter().map(|offer| json!({ "tag": &*offer.name, "times": offer.times, "pieces": offer.pieces })).collect()
    };
    json!({
        "piece": piece.doc.path.as_str(),
        "route": piece.route.as_str(),
        "lang": piece.lang.as_str(),
        "tags": has(site, suggestion),
        "known": offers(&suggestion.known),
        "new": offers(&suggestion.fresh),
    })
}

fn as_text(site: &Site, suggestion: &Suggestion) -> String {
    let mut told = format!("{}\n", site.piece(suggestion.piece).doc.path);
    let has = has(site, suggestion);
    if !has.is_empty() {
        told.push_str(&format!("  has    {}\n", has.join(", ")));
    }
    let mut push = |what: &str, offers: &[Offer], of: &str| {
        for Offer { name, times, pieces } in offers {
            told.push_str(&format!("  {what}  {name}  (times here: {times}, pieces that {of}: {pieces})\n"));
        }
    };
    push("known", &suggestion.known, "have it");
    push("new  ", &suggestion.fresh, "speak of it");
    told
}
