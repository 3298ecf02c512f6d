//! `kmsite new`: a name -> the files of a site; a kind and a title -> the file of one piece.
//!
//! Invariant: nothing is ever overwritten; a file is created or the command fails.

mod name;
mod piece;
mod site;

use clap::{Args, ValueEnum};

use super::{Env, Exit, Failure};
use crate::diag::{Diag, code};
use crate::id::Lang;

/// What `new` takes.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  \
    kmsite new 我的专栏 --lang zh --template course\n  \
    kmsite new article \"Why I write\"\n  \
    kmsite new lesson courses/rust/02-ownership/Borrowing")]
pub struct NewArgs {
    /// The name of a site, or a kind of piece: article, course, lesson, book, chapter, session, resource, answer, page
    #[arg(value_name = "NAME|KIND")]
    what: String,
    /// The title of the piece, with the folder before it where it matters
    title: Vec<String>,
    /// What the site begins with
    #[arg(long, value_enum, default_value_t = Template::Blog)]
    template: Template,
    /// The language; by default that of the name or title
    #[arg(long, value_name = "TAG")]
    lang: Option<String>,
}

/// What a site begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Template {
    /// A course of two modules, one lesson of them paid
    Course,
    /// Three articles, one of them paid
    Blog,
    /// A book of three chapters
    Book,
}

impl Template {
    const fn name(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Blog => "blog",
            Self::Book => "book",
        }
    }
}

/// Makes a site or a piece.
pub(super) fn run(args: &NewArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let title = args.title.join(" ");
    let title = title.trim();
    match piece::Piece::named(&args.what) {
        Some(kind) if title.is_empty() => {
            let diag = Diag::error(&code::BAD_NAME, format!("the {0} has no title", args.what));
            Err(diag.hint(format!("write `kmsite new {0} TITLE`; a site of that name is `kmsite new ./{0}`", kind.name())).into())
        }
        Some(kind) => piece::make(kind, title, args.lang.as_deref(), env),
        None if title.is_empty() => site::make(&args.what, args.template, &site_lang(args), env),
        None => Err(Diag::error(&code::UNKNOWN_KIND, format!("unknown kind of piece `{}`", args.what))
            .did_you_mean(&args.what, piece::Piece::ALL.iter().map(|kind| kind.name()))
            .hint("put the name of a site in quotes if it has spaces")
            .into()),
    }
}

/// The language asked for, else Chinese if the name has a Han character.
fn site_lang(args: &NewArgs) -> Lang {
    match &args.lang {
        Some(lang) => Lang::new(lang.as_str()),
        None if name::has_han(&args.what) => Lang::new("zh"),
        None => Lang::new("en"),
    }
}

/// A text as a YAML scalar on one line, in quotes where it needs them.
fn yaml_scalar(text: &str) -> String {
    // Of a string without line breaks, YAML makes one line; JSON's form of any other is YAML too.
    let one_line = serde_yaml::to_string(text).ok().map(|yaml| yaml.trim_end().to_owned()).filter(|yaml| !yaml.contains('\n'));
    one_line.unwrap_or_else(|| serde_json::Value::from(text).to_string())
}
