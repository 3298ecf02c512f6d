//! The command line: arguments -> one command -> what is printed, and an exit code.
//!
//! One file per command. Commands ask the machine through [`Env`] only, never by themselves for the environment, the time or a
//! terminal. This is the only module that knows `clap`. Invariant: an error is put in its class once, here ([`Failure`], [`Exit`]).

pub mod audit;
mod bench;
pub mod build;
pub mod check;
mod classify;
mod completions;
mod copy;
mod counter;
mod create;
mod experiment;
mod explain;
mod external;
mod failure;
mod hub;
mod keyring;
mod keys;
mod labelled;
mod last;
mod levels;
mod mail;
mod man;
pub mod matrix;
pub mod model;
mod models;
mod new;
mod open;
mod outbox;
pub mod progress;
pub mod promo;
pub mod recommend;
pub mod related;
mod schema;
pub mod search;
mod serve;
mod studio;
mod summary;
pub mod tags;
mod theme;
mod vectors;

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::diag::Diag;
use crate::diag::render::{self, Colour, Source};
use crate::id::Hash;
use crate::world::Clock;

pub use crate::access::Written;
pub use failure::{Exit, Failure, Strictness};
pub use keys::MASTER_KEY;
pub use models::Models;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "kmsite", version, about, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// The site's folder
    #[arg(long, global = true, value_name = "FOLDER", default_value = ".", value_hint = ValueHint::DirPath)]
    pub root: PathBuf,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// When to write in colour
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// Print warnings and errors only
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// When to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a site, or one piece of a site
    New(new::NewArgs),
    /// Build the site
    Build(build::BuildArgs),
    /// Show the site in a browser while it is written
    Serve(serve::ServeArgs),
    /// Report what is wrong, and write nothing
    Check(check::CheckArgs),
    /// Make the master key, give codes to members, shut them out
    Keys(keys::KeysArgs),
    /// Search an output folder for what is paid for
    Audit(audit::AuditArgs),
    /// Print topics by levels, and the steps that are missing
    Matrix(matrix::MatrixArgs),
    /// Tell what campaigns say, and draw their cards
    Promo(promo::PromoArgs),
    /// Try out the model by which pieces are compared, or fetch another
    Model(model::ModelArgs),
    /// Make mails of what is written: announcements, digests, snippets
    Mail(mail::MailArgs),
    /// Print how hard each piece is, or learn it from the levels that the site declares
    Levels(levels::LevelsArgs),
    /// Learn labels from texts that have them, and find those of others
    Classify(classify::ClassifyArgs),
    /// Make copies of pieces for other networks: 公众号, 知乎, X, 小报童, 知识星球
    Copy(copy::CopyArgs),
    /// Rank texts by what goes on from each, and say how good a ranking is
    Recommend(recommend::RecommendArgs),
    /// Say what a piece leads to, and what speaks for each
    Related(related::RelatedArgs),
    /// Suggest tags for pieces; nothing is written
    Tags(tags::TagsArgs),
    /// Find what readers would find, or report how large the search index is
    Search(search::SearchArgs),
    /// List the theme's files, or copy one into the site to change it
    Theme(theme::ThemeArgs),
    /// Print the JSON Schema of site.yaml or of front matter
    Schema(schema::SchemaArgs),
    /// Explain a diagnostic code, or list them
    Explain(explain::ExplainArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write one per command
    Man(man::ManArgs),
}

/// What pieces are looked at.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Selection {
    /// Include drafts
    #[arg(long)]
    pub drafts: bool,
    /// Include pieces dated in the future
    #[arg(long)]
    pub future: bool,
}

/// What commands may ask of the machine.
pub struct Env<'a> {
    /// The site's folder.
    pub root: PathBuf,
    /// The environment's variables that are configuration: those that begin with `KMSITE__`.
    pub variables: Vec<(String, String)>,
    /// The master key, if the environment has it (`KMSITE_MASTER_KEY`).
    pub master_key: Option<Written>,
    /// The date.
    pub clock: &'a dyn Clock,
    /// What tells the running program from other builds of it; without it nothing of an earlier build is relied on.
    pub program: Option<Hash>,
    /// Whether findings are drawn in colour.
    pub colour: Colour,
    /// How answers are written.
    pub format: Format,
    /// How much is said.
    pub volume: Volume,
    /// What there is for models.
    pub models: Models,
    /// What is typed or piped in.
    pub input: &'a mut dyn BufRead,
    /// Where answers go.
    pub out: &'a mut dyn Write,
    /// Where findings go.
    pub err: &'a mut dyn Write,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Volume {
    /// Answers, summaries and findings.
    Normal,
    /// Answers and findings.
    Quiet,
}

impl Env<'_> {
    /// Writes findings to the error stream: drawn, or one JSON object a line. Returns what was written.
    ///
    /// # Errors
    /// Those of the stream.
    pub fn report(&mut self, diags: &[Diag], source: &Source<'_>) -> io::Result<String> {
        let text = match self.format {
            Format::Text => render::text(diags, source, self.colour),
            Format::Json => render::json_lines(diags, source),
        };
        self.err.write_all(text.as_bytes())?;
        Ok(text)
    }

    /// Writes a JSON answer, ended by a line break.
    ///
    /// # Errors
    /// Those of the stream.
    pub fn answer(&mut self, value: &serde_json::Value) -> io::Result<()> {
        writeln!(self.out, "{value:#}")
    }
}

/// Does what the command line says.
///
/// # Errors
/// Whatever keeps a command from an answer; findings about the content are no failure but an [`Exit`].
pub fn run(command: &Command, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match command {
        Command::New(args) => new::run(args, env),
        Command::Build(args) => build::run(args, env),
        Command::Serve(args) => serve::run(args, env),
        Command::Check(args) => check::run(args, env),
        Command::Keys(args) => keys::run(args, env),
        Command::Audit(args) => audit::run(args, env),
        Command::Matrix(args) => matrix::run(args, env),
        Command::Promo(args) => promo::run(args, env),
        Command::Model(args) => model::run(args, env),
        Command::Mail(args) => mail::run(args, env),
        Command::Levels(args) => levels::run(args, env),
        Command::Classify(args) => classify::run(args, env),
        Command::Copy(args) => copy::run(args, env),
        Command::Recommend(args) => recommend::run(args, env),
        Command::Related(args) => related::run(args, env),
        Command::Tags(args) => tags::run(args, env),
        Command::Search(args) => search::run(args, env),
        Command::Theme(args) => theme::run(args, env),
        Command::Schema(args) => schema::run(args, env),
        Command::Explain(args) => explain::run(args, env),
        Command::Completions(args) => completions::run(args, env),
        Command::Man(args) => man::run(args, env),
    }
}
