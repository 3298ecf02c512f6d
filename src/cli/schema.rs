//! `kmsite schema`: the JSON Schema of `site.yaml`, of front matter or of a campaign, for editors.

use clap::{Args, ValueEnum};

use super::{Env, Exit, Failure};
use crate::config;

/// What `schema` takes.
#[derive(Clone, Copy, Debug, Args)]
pub struct SchemaArgs {
    /// Of what
    #[arg(value_enum, default_value_t = Subject::Site)]
    subject: Subject,
}

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// site.yaml
    Site,
    /// The front matter of a piece
    FrontMatter,
    /// A file of content/campaigns/
    Campaign,
}

/// Prints a schema.
pub(super) fn run(args: &SchemaArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let schema = match args.subject {
        Subject::Site => config::schema(),
        Subject::FrontMatter => config::front_matter_schema(),
        Subject::Campaign => config::campaign_schema(),
    };
    env.answer(&schema)?;
    Ok(Exit::Done)
}
