//! A kind and a title -> one file with front matter, in the folder where pieces of the kind are.
//!
//! The file keeps the title's script in its name, the address is spelt in pinyin (`slug:`). What may stand before a title's last `/`
//! is a folder, if there is such a folder. Invariant: the file lies within the site's folder.

use std::fs;
use std::path::Path;

use jiff::ToSpan;
use serde_json::json;

use super::{name, yaml_scalar};
use crate::cli::create::create;
use crate::cli::{Env, Exit, Failure, Format, Volume};
use crate::config::{self, Collections, Config, Overrides};
use crate::diag::{Diag, code};
use crate::id::SourcePath;

/// A kind of piece that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Article,
    Course,
    Lesson,
    Book,
    Chapter,
    Session,
    Resource,
    Answer,
    Page,
}

impl Piece {
    /// All of them.
    pub(super) const ALL: [Self; 9] = [
        Self::Article,
        Self::Course,
        Self::Lesson,
        Self::Book,
        Self::Chapter,
        Self::Session,
        Self::Resource,
        Self::Answer,
        Self::Page,
    ];

    /// The name on the command line.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Course => "course",
            Self::Lesson => "lesson",
            Self::Book => "book",
            Self::Chapter => "chapter",
            Self::Session => "session",
            Self::Resource => "resource",
            Self::Answer => "answer",
            Self::Page => "page",
        }
    }

    /// The kind of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The folder of its kind below the content folder.
    fn collection(self, of: &Collections) -> &str {
        match self {
            Self::Article => &of.articles,
            Self::Course | Self::Lesson => &of.courses,
            Self::Book | Self::Chapter => &of.books,
            Self::Session => &of.sessions,
            Self::Resource => &of.resources,
            Self::Answer => &of.answers,
            Self::Page => "",
        }
    }
}

/// Makes the file of a piece and prints its path.
pub(super) fn make(kind: Piece, written: &str, lang: Option<&str>, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let site = Site::open(env)?;
    let (folder, title) = site.split(kind, written)?;
    let path = site.path(kind, (&folder, &title), lang)?;
    let text = front_matter(kind, &title, env.clock.today());
    create(&env.root.join(path.as_str()), text.as_bytes())?;
    match env.format {
        Format::Json => env.answer(&json!({ "path": path.as_str() }))?,
        Format::Text => writeln!(env.out, "{path}")?,
    }
    let summary = format!("{folder}/SUMMARY.md");
    if kind == Piece::Chapter && env.volume == Volume::Normal && env.root.join(&summary).is_file() {
        writeln!(env.err, "add `- [{title}]({})` to `{summary}`, which says what the book consists of", path.file_name())?;
    }
    Ok(Exit::Done)
}

/// The site that a piece is made for.
struct Site<'a> {
    root: &'a Path,
    config: Config,
}

impl<'a> Site<'a> {
    fn open(env: &'a Env<'_>) -> Result<Self, Failure> {
        let root = env.root.as_path();
        let file = SourcePath::new("site.yaml");
        let bytes = match fs::read(root.join(file.as_str())) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && root.join("content").is_dir() => None,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let diag = Diag::error(&code::NO_SITE, format!("`{}` is not a site", root.display()));
                return Err(diag.hint("make one with `kmsite new NAME`, or name it with `--root`").into());
            }
            Err(error) => return Err(Failure::io("read `site.yaml`")(error)),
        };
        // Where folders are is all that is asked for here; what else is wrong in `site.yaml` is `check`'s to say.
        let overrides = Overrides { variables: env.variables.clone(), base_url: None };
        let config = config::load(bytes.as_deref().map(|bytes| (&file, bytes)), &overrides).value;
        Ok(Self { root, config })
    }

    /// The folder and the title that were written. A `/` may be part of a title: what stands before it must be a folder.
    fn split(&self, kind: Piece, written: &str) -> Result<(String, String), Failure> {
        let collection = kind.collection(&self.config.collections);
        let home = SourcePath::new(format!("content/{collection}/x").replace("//", "/"));
        let (before, last) = written.rsplit_once('/').unwrap_or(("", written));
        let title = last.strip_suffix(".md").unwrap_or(last).trim();
        if !before.is_empty() {
            let bases = [SourcePath::new("x"), SourcePath::new("content/x"), home.clone()];
            let folders = bases.iter().filter_map(|base| base.join(before.trim_start_matches('/')));
            let folder =
                folders.into_iter().find(|folder| folder.below("content").is_some() && self.root.join(folder.as_str()).is_dir());
            if let Some(folder) = folder {
                return Ok((folder.as_str().to_owned(), title.to_owned()));
            }
            if last.ends_with(".md") || matches!(kind, Piece::Lesson | Piece::Chapter) {
                let diag = Diag::error(&code::NO_COLLECTION, format!("there is no folder `{before}` in `content/`"));
                return Err(self.with_choices(diag, home.folder()).into());
            }
        }
        let title = if before.is_empty() { title } else { written.trim() };
        let folder = match kind {
            Piece::Lesson | Piece::Chapter => self.only_collection(kind, home.folder())?,
            _ => home.folder().to_owned(),
        };
        Ok((folder, title.to_owned()))
    }

    /// The only course or book there is, and of a course the last of its modules.
    fn only_collection(&self, kind: Piece, home: &str) -> Result<String, Failure> {
        let mut folders = self.folders(home);
        if folders.len() != 1 {
            let what = if kind == Piece::Lesson { "course" } else { "book" };
            let diag = Diag::error(&code::NO_COLLECTION, format!("there are {} {what}s in `{home}`", folders.len()));
            return Err(self.with_choices(diag, home).into());
        }
        let folder = format!("{home}/{}", folders.remove(0));
        let modules = if kind == Piece::Lesson { self.folders(&folder) } else { Vec::new() };
        let last = modules.into_iter().filter(|name| name::number(name).is_some()).max_by_key(|name| name::number(name));
        Ok(last.map_or_else(|| folder.clone(), |last| format!("{folder}/{last}")))
    }

    fn with_choices(&self, diag: Diag, home: &str) -> Diag {
        let folders = self.folders(home);
        if folders.is_empty() {
            return diag.hint("make a course or book first: `kmsite new course TITLE`, `kmsite new book TITLE`");
        }
        diag.hint(format!("name the folder before the title, as `{}/TITLE`; there is `{}`", folders[0], folders.join("`, `")))
    }

    /// The names of the folders in a folder, sorted.
    fn folders(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten();
        let visible = entries.filter(|entry| entry.path().is_dir()).filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = visible.filter(|name| !name.starts_with('.')).collect();
        names.sort_unstable();
        names
    }

    /// The file of a piece with this title in this folder.
    fn path(&self, kind: Piece, (folder, title): (&str, &str), lang: Option<&str>) -> Result<SourcePath, Failure> {
        let stem = name::file_name(title);
        if stem.is_empty() {
            let diag = Diag::error(&code::BAD_NAME, format!("no file name can be made of `{title}`"));
            return Err(diag.hint("use a title with letters or digits").into());
        }
        let default = self.config.languages.default.as_ref();
        let suffix = match lang.filter(|lang| default.is_none_or(|default| default.as_str() != *lang)) {
            Some(lang) if name::file_name(lang) != lang.to_lowercase() => {
                return Err(Diag::error(&code::BAD_VALUE, format!("`{lang}` is not a language tag"))
                    .hint("write it as `en`")
                    .into());
            }
            Some(lang) if default.is_some() => format!(".{lang}"),
            _ => String::new(),
        };
        Ok(SourcePath::new(match kind {
            Piece::Course | Piece::Book => format!("{folder}/{stem}/_index{suffix}.md"),
            Piece::Lesson | Piece::Chapter => format!("{folder}/{:02}-{stem}{suffix}.md", self.next_number(folder)),
            _ => format!("{folder}/{stem}{suffix}.md"),
        }))
    }

    /// One more than the highest number before a name in a folder.
    fn next_number(&self, folder: &str) -> u32 {
        let entries = fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten();
        let numbers = entries.filter_map(|entry| name::number(&entry.file_name().to_string_lossy()));
        numbers.max().unwrap_or(0).saturating_add(1)
    }
}

/// The text of a piece that has a title and nothing else.
fn front_matter(kind: Piece, title: &str, today: jiff::civil::Date) -> String {
    let mut text = format!("---\ntitle: {}\n", yaml_scalar(title));
    if !matches!(kind, Piece::Page) {
        text.push_str(&format!("date: {today}\n"));
    }
    let slug = name::slug(title);
    if slug != name::file_name(title) {
        text.push_str(&format!("slug: {slug}\n"));
    }
    match kind {
        Piece::Session => {
            let soon = today.checked_add(7.days()).unwrap_or(today);
            text.push_str(&format!("start: {soon}T20:00\nlength: 60m\n"));
        }
        Piece::Resource => text.push_str("files: []\n"),
        _ => {}
    }
    text.push_str("---\n\n");
    text
}
