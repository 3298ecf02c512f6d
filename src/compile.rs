//! The pipeline up to the plan: a world in, a [`Plan`] and everything that was found on the way out.
//!
//! Commands differ in what they do with the plan only. This is the one place where the phases are strung together.

mod logos;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::{self, Config, Overrides};
use crate::diag::{At, Diag, Noted, code};
use crate::enrich;
use crate::id::{Lang, SourcePath};
use crate::load::{self, Tree};
use crate::model::{Logos, Words};
use crate::parse::{self, ParseOptions, Parsed};
use crate::plan::{self, Plan};
use crate::resolve::{self, Fallback, Inputs, Publish};
use crate::theme::Theme;
use crate::world::{MediaFacts, World};

/// What the creator asks for besides the site's files.
#[derive(Clone, Debug)]
pub struct Options {
    /// What goes on top of `site.yaml`.
    pub overrides: Overrides,
    /// What is published besides what is finished and due.
    pub publish: Publish,
    /// The day of the build.
    pub today: Date,
    /// The name of the site's folder, the last resort for its title.
    pub folder_name: String,
}

/// A site as far as it can be told before anything is rendered.
pub struct Compiled {
    /// The files.
    pub tree: Tree,
    /// The documents.
    pub parsed: Parsed,
    /// The configuration as written.
    pub config: Arc<Config>,
    /// What is known of media.
    pub media: BTreeMap<SourcePath, MediaFacts>,
    /// The brand's pictures.
    pub logos: Logos,
    /// What holds where the configuration says nothing.
    pub fallback: Fallback,
    /// What is published besides what is finished and due.
    pub publish: Publish,
    /// The theme.
    pub theme: Arc<Theme>,
    /// The plan.
    pub plan: Plan,
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
        }
    }
}

/// Runs all phases up to the plan.
pub fn compile(world: &dyn World, options: &Options) -> Noted<Compiled> {
    let mut diags = Vec::new();
    let tree = load::load(world).take(&mut diags);
    let file = SourcePath::new(config::FILE);
    let text = tree.texts.get(&file).map(|bytes| (&file, &**bytes));
    let is_unread = diags.iter().any(|diag| diag.at.as_ref().is_some_and(|at| at.file == file));
    let config = if is_unread { Config::default() } else { config::load(text, &options.overrides).take(&mut diags) };
    let config = Arc::new(config);
    let parsed = parse::parse(&tree, &parse_options(&config)).take(&mut diags);
    let media = facts(world, &tree, &mut diags);
    let fallback = fallback(&tree, &options.folder_name);
    let logos = logos::find(world, &tree, &config).take(&mut diags);
    let theme = Theme::load(&config.theme, &tree.theme).take(&mut diags);
    let theme = Arc::new(theme.branded(&config.brand).take(&mut diags));
    let inputs = Inputs {
        config: config.clone(),
        today: options.today,
        publish: options.publish,
        content_root: &tree.content_root,
        fallback: fallback.clone(),
        media: &media,
        statics: &tree.statics,
        logos: logos.clone(),
    };
    let site = Arc::new(resolve::resolve(&parsed, &inputs).take(&mut diags));
    let enriched = Arc::new(enrich::enrich(&site).take(&mut diags));
    let plan = plan::plan(site, enriched, theme.clone()).take(&mut diags);
    let publish = options.publish;
    Noted::new(Compiled { tree, parsed, config, media, logos, fallback, publish, theme, plan }, diags)
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

/// Asks the world for the facts of all media.
fn facts(world: &dyn World, tree: &Tree, diags: &mut Vec<Diag>) -> BTreeMap<SourcePath, MediaFacts> {
    let asked: Vec<_> = tree.media.par_iter().map(|(path, _)| (path, world.facts(path))).collect();
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
    known
}

/// Title and language of `book.toml`, else the folder's name.
fn fallback(tree: &Tree, folder_name: &str) -> Fallback {
    let book = tree.texts.get(&SourcePath::new(load::BOOK_FILE)).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let book = book.and_then(|text| text.parse::<toml::Table>().ok());
    let value = |key: &str| book.as_ref()?.get("book")?.get(key)?.as_str().map(str::to_owned);
    Fallback { title: value("title").unwrap_or_default(), lang: value("language").map(Lang::new), folder: folder_name.to_owned() }
}
