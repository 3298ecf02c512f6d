//! `kmsite mail sequence`: the mails of a campaign to those who ask to hear of it.

use clap::Args;

use super::Common;
use crate::cli::studio::Studio;
use crate::cli::{Env, Exit, Failure, promo};
use crate::diag::{Diag, code};
use crate::model::{Campaign, Moment};

/// What `sequence` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct SequenceArgs {
    /// The names of campaigns, as in their addresses. Default: all that sell what the audience does not have
    #[arg(value_name = "CAMPAIGN")]
    campaigns: Vec<String>,
    /// When the first mail is sent to everyone, as 2026-12-01T20:00+08:00; by default when the campaign starts, else each reader begins when they sign up
    #[arg(long, value_name = "MOMENT")]
    starts: Option<String>,
    /// What all mails have in common
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(args: &SequenceArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let starts = args.starts.as_deref().map(moment).transpose()?;
    let Some(mut studio) = args.common.open(env)? else { return Ok(Exit::Content) };
    for campaign in campaigns(&studio, &args.campaigns)? {
        let languages = studio.languages();
        for edition in 0..studio.site().campaigns[campaign].editions.len() {
            let page = &studio.site().campaigns[campaign].editions[edition];
            if page.audience.is_some() || !languages.contains(&page.lang) {
                continue;
            }
            let mut diags = Vec::new();
            let letters = studio.bench().sequence((campaign, edition), starts).take(&mut diags);
            diags.into_iter().for_each(|diag| studio.warn(diag));
            for letter in &letters {
                studio.post(letter, args.common.service(&studio))?;
            }
        }
    }
    studio.close(env)
}

fn moment(written: &str) -> Result<Moment, Failure> {
    Moment::parse(written).ok_or_else(|| {
        let diag = Diag::error(&code::BAD_DAY, format!("`{written}` is no day"));
        diag.hint("write it as `2026-12-01`, or with a time as `2026-12-01T20:00+08:00`").into()
    })
}

/// The numbers of the campaigns that were named, or of all that sell what the audience does not have.
fn campaigns(studio: &Studio, names: &[String]) -> Result<Vec<usize>, Failure> {
    let site = studio.site();
    let has = |campaign: &Campaign| studio.audience.has(&campaign.offer, &site.config);
    let chosen = promo::chosen(site, names)?;
    if let Some(owned) = chosen.iter().find(|campaign| !names.is_empty() && has(campaign)) {
        let message = format!("`{}` has what the campaign `{}` sells", studio.audience.name(), owned.name);
        return Err(Diag::error(&code::HAS_IT, message)
            .hint("leave out `--as`, or name an audience that does not have it")
            .into());
    }
    let is_asked = |campaign: &&Campaign| chosen.iter().any(|chosen| chosen.name == campaign.name) && !has(campaign);
    Ok((0..).zip(&site.campaigns).filter(|(_, campaign)| is_asked(campaign)).map(|(number, _)| number).collect())
}
