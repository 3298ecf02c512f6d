//! The pipeline up to the plan: a world in, a [`Plan`] and everything that was found on the way out.
//!
//! Commands differ in what they do with the plan only. This is the one place where the phases are strung together.

mod fingerprint;
mod fonts;
mod logos;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::recommend::ShownLevels;
use crate::config::{self, Beacon, Brand, Campaigns, Config, Overrides};
use crate::diag::{At, Diag, Noted, Severity, code};
use crate::enrich::next::list::ReadNext;
use crate::enrich::{self, Enriched, Levels, levels};
use crate::id::{Lang, SourcePath};
use crate::load::{self, Changes, Reading, Tree};
use crate::model::{Changed, Font, Logos, Site, Words};
use crate::parse::{ParseOptions, Parsed, Parses};
use crate::plan::{self, Plan};
use crate::resolve::{Fallback, Inputs, Publish, Resolution};
use crate::theme::{self, Theme};
use crate::world::{MediaFacts, World};

pub use fingerprint::Fingerprint;

/// What the creator asks for besides the site's files.
#[derive(Clone, Debug)]
pub struct Options {
    /// What goes on top of `site.yaml`.
    pub overrides: Overrides,
    /// The scheme and host that stand in for those of `base_url`, as `http://127.0.0.1:4040`; its path stays.
    pub origin: Option<String>,
    /// What is published besides what is finished and due.
    pub publish: Publish,
    /// The day of the build.
    pub today: Date,
    /// Whether nothing is published of what is paid for.
    pub public_only: bool,
    /// The name of the site's folder, the last resort for its title.
    pub folder_name: String,
}

/// A site as far as it can be told before anything is rendered.
pub struct Compiled {
    /// The files.
    pub tree: Arc<Tree>,
    /// The documents.
    pub parsed: Arc<Parsed>,
    /// The configuration as written.
    pub config: Arc<Config>,
    /// What is known of media.
    pub media: BTreeMap<SourcePath, MediaFacts>,
    /// The brand's pictures.
    pub logos: Logos,
    /// The fonts that cards are set in.
    pub fonts: Vec<Font>,
    /// The campaigns as written.
    pub campaigns: Campaigns,
    /// What holds where the configuration says nothing.
    pub fallback: Fallback,
    /// What is published besides what is finished and due.
    pub publish: Publish,
    /// The theme.
    pub theme: Arc<Theme>,
    /// The plan.
    pub plan: Arc<Plan>,
}

impl Compiled {
    /// What the site was resolved from besides its documents.
    #[must_use]
    pub fn inputs(&self, today: Date) -> Inputs<'_> {
        Inputs {
            config: self.config.clone(),
            today,
            publish: self.publish,
            content_root: &self.tree.content_root,
            fallback: self.fallback.clone(),
            media: &self.media,
            statics: &self.tree.statics,
            logos: self.logos.clone(),
            fonts: &self.fonts,
            campaigns: &self.campaigns,
        }
    }
}

/// Runs all phases up to the plan.
pub fn compile(world: &dyn World, options: &Options) -> Noted<Compiled> {
    let mut compiler = Compiler::new(options.clone());
    let _ = compiler.read(world, &Changes::All);
    compiler.compile(world)
}

/// The pipeline as a value, which remembers what it read and parsed: what did not change is not done again.
///
/// It gives what [`compile`] would, whatever it did before.
pub struct Compiler {
    /// What the creator asks for.
    pub options: Options,
    reading: Reading,
    parses: Parses,
    resolution: Resolution,
    planned: Option<Planned>,
    media: Noted<BTreeMap<SourcePath, MediaFacts>>,
    theme: Option<Themed>,
    theme_parts: theme::Parts,
}

/// A theme with what it was loaded from.
struct Themed {
    name: String,
    brand: Brand,
    files: BTreeMap<SourcePath, Arc<[u8]>>,
    theme: Noted<Arc<Theme>>,
}

/// Says what the pieces of a site lead to.
pub type Lead<'a> = &'a dyn Fn(&Site) -> Lists;

/// What the pieces of a site lead to.
pub type Lists = Noted<Arc<ReadNext>>;

/// The same as [`Lead`], for a thread of its own.
pub type Leader = Arc<dyn Fn(&Site) -> Lists + Send + Sync>;

/// What is asked across pieces.
#[derive(Clone, Copy)]
struct Asked<'a> {
    /// What they lead to.
    lead: Lead<'a>,
    /// By what levels are inferred that nobody declared, if they are.
    models: Option<&'a levels::Models>,
}

/// What was planned last.
struct Planned {
    enriched: Noted<Arc<Enriched>>,
    plan: Noted<Arc<Plan>>,
}

impl Compiler {
    /// A compiler that has read nothing yet.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let media = Noted::clean(BTreeMap::new());
        Self {
            options,
            reading: Reading::default(),
            parses: Parses::default(),
            resolution: Resolution::default(),
            planned: None,
            media,
            theme: None,
            theme_parts: theme::Parts::default(),
        }
    }

    /// Reads the files that may have changed, and returns those that did.
    pub fn read(&mut self, world: &dyn World, changes: &Changes) -> BTreeSet<SourcePath> {
        let mut changed = self.reading.again(world, changes);
        let tree = self.reading.tree().value;
        let before = std::mem::replace(&mut self.media, Noted::clean(BTreeMap::new()));
        self.media = facts(world, &tree, &|path| before.value.get(path).filter(|_| !changed.contains(path)).copied());
        changed.retain(|path| match (before.value.get(path), self.media.value.get(path)) {
            (Some(before), Some(after)) => before != after,
            _ => true,
        });
        changed
    }

    /// The length of a file as it was read; `None` if there is none.
    #[must_use]
    pub fn length(&self, path: &SourcePath) -> Option<u64> {
        self.reading.length(path)
    }

    /// What was read and asked for, as a hash; `None` if a file of the site cannot be read.
    #[must_use]
    pub fn fingerprint(&self, world: &dyn World) -> Option<Fingerprint> {
        Fingerprint::of(world, &self.reading.tree(), &self.options)
    }

    /// The folder that holds the content, as far as what was read tells.
    #[must_use]
    pub fn content_root(&self) -> String {
        self.reading.tree().value.content_root.clone()
    }

    /// Runs the phases up to the plan on what was read; pieces lead nowhere.
    pub fn compile(&mut self, world: &dyn World) -> Noted<Compiled> {
        self.compile_with(world, &|_| Noted::clean(Arc::default()))
    }

    /// Runs the phases up to the plan on what was read, with what pieces lead to. For a site that is wrong nobody is asked for that.
    pub fn compile_with(&mut self, world: &dyn World, read_next: Lead<'_>) -> Noted<Compiled> {
        let mut diags = Vec::new();
        let tree = self.reading.tree().take(&mut diags);
        let config = Arc::new(self.config(&tree, &mut diags));
        let parsed = self.parses.parse(&tree, &parse_options(&config)).take(&mut diags);
        let media = self.media.clone().take(&mut diags);
        let fallback = fallback(&tree, &self.options.folder_name);
        let logos = logos::find(world, &tree, &config).take(&mut diags);
        let fonts = fonts::find(world, &tree, &config).take(&mut diags);
        let theme = self.theme(&config, &tree).take(&mut diags);
        let campaigns = campaigns(&tree, &mut diags);
        let inputs = Inputs {
            config: config.clone(),
            today: self.options.today,
            publish: self.options.publish,
            content_root: &tree.content_root,
            fallback: fallback.clone(),
            media: &media,
            statics: &tree.statics,
            logos: logos.clone(),
            fonts: &fonts,
            campaigns: &campaigns,
        };
        let models = match config.recommend.levels {
            ShownLevels::Declared => None,
            ShownLevels::Inferred => Some(level_models(&tree).take(&mut diags)),
        };
        let is_wrong = diags.iter().any(|diag| diag.severity == Severity::Error);
        let lead: Lead<'_> = if is_wrong { &|_| Noted::clean(Arc::default()) } else { read_next };
        let asked = Asked { lead, models: models.as_ref() };
        let plan = self.plan(&parsed, &inputs, theme.clone(), asked).take(&mut diags);
        let publish = self.options.publish;
        Noted::new(Compiled { tree, parsed, config, media, logos, fonts, campaigns, fallback, publish, theme, plan }, diags)
    }

    /// Resolves, enriches and plans, as far as what changed since the last time asks for it.
    fn plan(&mut self, parsed: &Arc<Parsed>, inputs: &Inputs<'_>, theme: Arc<Theme>, asked: Asked<'_>) -> Noted<Arc<Plan>> {
        let mut diags = Vec::new();
        let resolved = self.resolution.resolve(parsed, inputs).take(&mut diags);
        let before = self.planned.take();
        let is_same = resolved.changed == Changed::Pieces(BTreeSet::new());
        let Asked { lead, models } = asked;
        let read_next = lead(&resolved.site).take(&mut diags);
        let leads_there = |before: &Planned| before.enriched.value.read_next == read_next;
        let enriched = match &before {
            // Models may be others than last time.
            Some(before) if is_same && models.is_none() && leads_there(before) => before.enriched.clone(),
            _ => {
                let levels = models.map_or_else(Levels::default, |models| levels::infer(&resolved.site, models));
                enrich::enrich(&resolved.site, levels, read_next).map(Arc::new)
            }
        };
        let plan =
            plan::again(&resolved, enriched.value.clone(), theme, before.as_ref().map(|before| &before.plan)).map(Arc::new);
        diags.extend(enriched.diags.iter().cloned());
        self.planned = Some(Planned { enriched, plan: plan.clone() });
        let plan = plan.take(&mut diags);
        Noted::new(plan, diags)
    }

    fn config(&self, tree: &Tree, diags: &mut Vec<Diag>) -> Config {
        let file = SourcePath::new(config::FILE);
        let text = tree.texts.get(&file).map(|bytes| (&file, &**bytes));
        let is_unread =
            diags.iter().any(|diag| diag.severity == Severity::Error && diag.at.as_ref().is_some_and(|at| at.file == file));
        let mut config = if is_unread { Config::default() } else { config::load(text, &self.options.overrides).take(diags) };
        config.access.public_only = self.options.public_only;
        if let Some(origin) = &self.options.origin {
            config.base_url = format!("{origin}{}", config.base_path());
            // Who looks at a preview is no reader: nobody is told of it.
            config.promotion.beacon = config.promotion.beacon.map(|_| Beacon(Beacon::LOCAL.to_owned()));
        }
        config
    }

    fn theme(&mut self, config: &Config, tree: &Tree) -> Noted<Arc<Theme>> {
        let is_same = |(path, bytes): (&SourcePath, &Arc<[u8]>)| tree.theme.get(path).is_some_and(|now| Arc::ptr_eq(now, bytes));
        let holds = |themed: &&Themed| {
            let asked = themed.name == config.theme && themed.brand == config.brand;
            asked && themed.files.len() == tree.theme.len() && themed.files.iter().all(is_same)
        };
        if let Some(themed) = self.theme.as_ref().filter(holds) {
            return themed.theme.clone();
        }
        let mut diags = Vec::new();
        let theme = Theme::again(&config.theme, &tree.theme, &mut self.theme_parts)
            .take(&mut diags)
            .branded(&config.brand)
            .take(&mut diags);
        let theme = Noted::new(Arc::new(theme), diags);
        let (name, brand) = (config.theme.clone(), config.brand.clone());
        self.theme = Some(Themed { name, brand, files: tree.theme.clone(), theme: theme.clone() });
        theme
    }
}

/// Reads the campaigns that can be used, and what was learnt of their variants.
fn campaigns(tree: &Tree, diags: &mut Vec<Diag>) -> Campaigns {
    let mut found = Campaigns::default();
    for (path, bytes) in tree.campaigns() {
        found.written.extend(config::load_campaign(path, bytes).take(diags).map(|campaign| (path.clone(), campaign)));
    }
    for (path, bytes) in tree.weights() {
        found.learnt.extend(config::load_weights(path, bytes).take(diags).map(|weights| (path.clone(), weights)));
    }
    found
}

/// The classifiers of levels that a site has.
pub fn level_models(tree: &Tree) -> Noted<levels::Models> {
    let files = tree.texts.iter().filter(|(path, _)| load::is_levels_model(path));
    levels::Models::read(files.map(|(path, bytes)| (path, &**bytes)))
}

/// What `parse` wants to know of the configuration.
fn parse_options(config: &Config) -> ParseOptions {
    let teaser = config.access.teaser;
    ParseOptions {
        teaser: Words { latin: teaser.words, han: teaser.han },
        raw_html: config.markdown.raw_html,
        line_numbers: config.markdown.line_numbers,
    }
}

/// Asks the world for the facts of all media that are not known.
fn facts(
    world: &dyn World,
    tree: &Tree,
    known: &(dyn Fn(&SourcePath) -> Option<MediaFacts> + Sync),
) -> Noted<BTreeMap<SourcePath, MediaFacts>> {
    let ask = |path| known(path).map_or_else(|| world.facts(path), Ok);
    let asked: Vec<_> = tree.media.par_iter().map(|(path, _)| (path, ask(path))).collect();
    let mut diags = Vec::new();
    let mut known = BTreeMap::new();
    for (path, facts) in asked {
        match facts {
            Ok(facts) => {
                known.insert(path.clone(), facts);
            }
            Err(error) => {
                let diag = Diag::error(&code::UNREADABLE, format!("`{path}` cannot be read: {error}")).at(At::file(path));
                diags.push(diag.hint("look at the file's permissions, or take it out of the site's folder"));
            }
        }
    }
    Noted::new(known, diags)
}

/// Title and language of `book.toml`, else the folder's name.
fn fallback(tree: &Tree, folder_name: &str) -> Fallback {
    let book = tree.texts.get(&SourcePath::new(load::BOOK_FILE)).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let book = book.and_then(|text| text.parse::<toml::Table>().ok());
    let value = |key: &str| book.as_ref()?.get("book")?.get(key)?.as_str().map(str::to_owned);
    Fallback { title: value("title").unwrap_or_default(), lang: value("language").map(Lang::new), folder: folder_name.to_owned() }
}
