//! `kmsite promo`: what a campaign says and why, and pictures to tell of it with.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};
use serde_json::{Value, json};

use super::{Env, Exit, Failure, Format, Selection};
use crate::diag::{Diag, code};
use crate::disk::outbox;
use crate::load::FONT_ENDINGS;
use crate::model::{Campaign, Edition, Site};
use crate::promote::ads::{AdSet, AdText, AdTexts, ads};
use crate::promote::card::Size;
use crate::promote::links::CONTROL;
use crate::promote::{self, Pitch, Said};
use crate::render::card::{Fonts, Lacking, png};
use crate::view::ViewContext;
use crate::view::landing::Stall;
use crate::view::social::{self, CardOf};

/// What `promo` takes.
#[derive(Clone, Debug, Args)]
pub struct PromoArgs {
    /// What to do
    #[command(subcommand)]
    pub command: PromoCommand,
}

/// What to do with campaigns.
#[derive(Clone, Debug, Subcommand)]
pub enum PromoCommand {
    /// Tell what the pages of campaigns say, and where each sentence is written
    Show(ShowArgs),
    /// Tell from readers' events which variant sells better, and how sure that is
    Report(super::experiment::ReportArgs),
    /// Draw the cards of campaigns as PNG files, in four sizes
    Cards(CardsArgs),
}

/// What `promo show` takes.
#[derive(Clone, Debug, Args)]
pub struct ShowArgs {
    /// The names of campaigns, as in their addresses. Default: all
    names: Vec<String>,
}

/// What `promo cards` takes.
#[derive(Clone, Debug, Args)]
pub struct CardsArgs {
    /// The names of campaigns, as in their addresses. Default: all
    names: Vec<String>,
    /// The folder the cards are written to
    #[arg(long, value_name = "FOLDER", default_value = "cards", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// A folder with the fonts to set them in
    #[arg(long, value_name = "FOLDER", default_value = "fonts", value_hint = ValueHint::DirPath)]
    fonts: PathBuf,
    /// Set them in the fonts of this machine: elsewhere they may look otherwise
    #[arg(long, conflicts_with = "fonts")]
    system_fonts: bool,
}

/// Tells of campaigns, or draws their cards.
///
/// # Errors
/// A name that no campaign has, fonts that lack characters, and those of the streams and folders.
pub(super) fn run(args: &PromoArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    // Opened where a site is needed: a report needs none.
    let open = |env: &mut Env<'_>| super::levels::open(Selection::default(), env);
    match &args.command {
        PromoCommand::Report(args) => super::experiment::run(args, env),
        PromoCommand::Show(args) => match open(env)? {
            Ok(opened) => {
                let site = opened.compiled.plan.site();
                show(site, &chosen(site, &args.names)?, env)
            }
            Err(exit) => Ok(exit),
        },
        PromoCommand::Cards(args) => match open(env)? {
            Ok(opened) => cards(&opened.compiled.plan.context, args, env),
            Err(exit) => Ok(exit),
        },
    }
}

/// The campaigns of these names; all of them if there are none.
pub(super) fn chosen<'a>(site: &'a Site, names: &[String]) -> Result<Vec<&'a Campaign>, Failure> {
    if names.is_empty() {
        return Ok(site.campaigns.iter().collect());
    }
    let find = |name: &String| {
        site.campaigns.iter().find(|campaign| *campaign.name == *name).ok_or_else(|| {
            let known = site.campaigns.iter().map(|campaign| &*campaign.name);
            let diag = Diag::error(&code::NO_CAMPAIGN, format!("there is no campaign `{name}`"));
            Failure::from(diag.did_you_mean(name, known).hint("a campaign is called as its file in `content/campaigns/`"))
        })
    };
    names.iter().map(find).collect()
}

/// Each edition of each campaign, with each of its variants.
fn pages<'a>(campaigns: &'a [&Campaign]) -> impl Iterator<Item = (&'a Campaign, &'a Edition, Option<usize>)> {
    campaigns.iter().flat_map(|campaign| {
        campaign.editions.iter().flat_map(move |edition| {
            let variants = (0..campaign.variants(edition).len()).map(Some);
            std::iter::once(None).chain(variants).map(move |variant| (*campaign, edition, variant))
        })
    })
}

fn variant_name<'a>(campaign: &'a Campaign, edition: &Edition, variant: Option<usize>) -> &'a str {
    let own = campaign.audience(edition).map_or(CONTROL, |audience| &audience.id);
    variant.and_then(|number| campaign.variant(number)).map_or(own, |variant| &variant.id)
}

fn show(site: &Site, campaigns: &[&Campaign], env: &mut Env<'_>) -> Result<Exit, Failure> {
    let mut answer = Vec::new();
    for (campaign, edition, variant) in pages(campaigns) {
        let pitch = promote::pitch(site, campaign, edition, variant);
        let said = sentences(&pitch);
        if env.format == Format::Json {
            let said: Vec<Value> =
                said.iter().map(|(part, said)| json!({ "part": part, "text": said.text, "from": said.from })).collect();
            let page = edition.route.as_str();
            // An advertisement leads to the page as it is, which shows any of its variants.
            let ads = if variant.is_none() { ads(site, campaign, edition) } else { Vec::new() };
            answer.push(json!({ "campaign": &*campaign.name, "lang": edition.lang.as_str(), "variant": variant_name(campaign, edition, variant), "page": page, "said": said, "ads": ads }));
            continue;
        }
        let name = variant.map(|number| format!(" ({})", variant_name(campaign, edition, Some(number)))).unwrap_or_default();
        writeln!(env.out, "{}{name}", edition.route)?;
        for (part, said) in said {
            writeln!(env.out, "  {part}: {}\n      {} `{}`", said.text, said.from.file, said.from.key)?;
        }
        if variant.is_none() {
            ads(site, campaign, edition).iter().try_for_each(|set| show_ads(set, env))?;
        }
    }
    if env.format == Format::Json {
        env.answer(&Value::Array(answer))?;
    }
    Ok(Exit::Done)
}

/// What a platform's advertisement says, what it has no room for, and what lacks until the platform takes it.
fn show_ads(set: &AdSet, env: &mut Env<'_>) -> Result<(), Failure> {
    writeln!(env.out, "  ads on {}: {}", set.platform.name(), set.url)?;
    for (part, AdTexts { most, texts, left_out, lacking }) in [("headline", &set.headlines), ("description", &set.descriptions)] {
        let told = texts
            .iter()
            .map(|text| (part.to_owned(), text))
            .chain(left_out.iter().map(|text| (format!("no room for {part}"), text)));
        for (part, AdText { text, counted, from }) in told {
            writeln!(env.out, "    {part} ({counted} of {most}): {text}\n      {} `{}`", from.file, from.key)?;
        }
        if *lacking > 0 {
            writeln!(env.out, "    {lacking} {part}s are lacking: write them under `ads.{part}s`")?;
        }
    }
    Ok(())
}

/// Where a page stands among those of the site.
fn stall(site: &Site, (campaign, edition): (&Campaign, &Edition), variant: Option<usize>) -> Stall {
    let number = |found: Option<usize>| found.unwrap_or_default();
    Stall {
        campaign: number(site.campaigns.iter().position(|other| other.file == campaign.file)),
        edition: number(campaign.editions.iter().position(|other| other.route == edition.route)),
        variant,
    }
}

/// Everything that a page says, by its part.
fn sentences(pitch: &Pitch) -> Vec<(&'static str, &Said)> {
    let single = [("name", &pitch.name), ("headline", &pitch.headline), ("promise", &pitch.promise), ("button", &pitch.button)];
    let single = single.into_iter().filter_map(|(part, said)| Some((part, said.as_ref()?)));
    let outcomes = pitch.outcomes.iter().map(|said| ("outcome", said));
    let voices = pitch.testimonials.iter().map(|quote| ("testimonial", &quote.quote));
    let faq = pitch.faq.iter().flat_map(|entry| [("question", &entry.question), ("answer", &entry.answer)]);
    let pledge = pitch.guarantee.iter().map(|pledge| ("guarantee", &pledge.text));
    single.chain(outcomes).chain(voices).chain(faq).chain(pledge).collect()
}

fn cards(cx: &ViewContext, args: &CardsArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let site = cx.site();
    let campaigns = chosen(site, &args.names)?;
    let fonts = if args.system_fonts { Fonts::system() } else { Fonts::of(&font_files(&env.root.join(&args.fonts))?) };
    let palette = social::palette(cx);
    let out = env.root.join(&args.out);
    fs::create_dir_all(&out).map_err(Failure::io(format!("make the folder `{}`", out.display())))?;
    let mut written = Vec::new();
    for (campaign, edition, variant) in pages(&campaigns) {
        let card = social::card(cx, CardOf::Campaign(stall(site, (campaign, edition), variant)));
        let variant = match variant_name(campaign, edition, variant) {
            CONTROL => String::new(),
            name => format!(".{name}"),
        };
        for size in Size::ALL {
            let png = png(&card, size, &palette, &fonts).map_err(|lacking| no_card(&lacking, args))?;
            let name = format!("{}{variant}.{}.{}.png", campaign.name, edition.lang, size.name());
            let path = out.join(&name);
            outbox::put(&out, &name, &png).map_err(Failure::io(format!("write `{}`", path.display())))?;
            written.push(args.out.join(name).display().to_string());
        }
    }
    match env.format {
        Format::Json => env.answer(&json!(written))?,
        Format::Text => written.iter().try_for_each(|path| writeln!(env.out, "{path}"))?,
    }
    Ok(Exit::Done)
}

/// The font files of a folder, in order of their names; none if there is no such folder.
fn font_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = read.map_err(Failure::io(format!("read the folder `{}`", folder.display())))?;
    let is_font = |path: &PathBuf| {
        let end = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        FONT_ENDINGS.contains(&end.as_str())
    };
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(is_font).collect();
    files.sort();
    Ok(files)
}

fn no_card(lacking: &Lacking, args: &CardsArgs) -> Failure {
    let place = if args.system_fonts { "this machine".to_owned() } else { format!("`{}`", args.fonts.display()) };
    let hint = match args.system_fonts {
        true => "install a font that has them, as Noto Serif CJK",
        false => "put a font that has them there, as Noto Serif CJK, or use `--system-fonts`",
    };
    let message = match lacking {
        Lacking::Fonts => format!("there is no font in {place} to set cards in"),
        Lacking::Characters(missing) => {
            let shown: String = missing.chars().take(10).collect();
            format!("no font in {place} has the characters `{shown}`")
        }
        Lacking::Picture(why) => format!("a card cannot be drawn: {why}"),
    };
    Diag::error(&code::NO_FONT, message).hint(hint).into()
}
