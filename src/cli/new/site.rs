//! A name, a template and a language -> the files of a site to begin with.
//!
//! Templates are folders below `templates/`, plain files but for the marks `@TITLE@` (as YAML), `@NAME@` (as it is) and `@DATE@`,
//! `@WEEK_AGO@`, `@FORTNIGHT_AGO@`. `site.yaml` and `gitignore` are shared. Invariant: each site that is made builds without a finding.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, File, include_dir};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;

use super::{Template, yaml_scalar};
use crate::cli::create::{already_there, create};
use crate::cli::{Env, Exit, Failure, Format, Volume, keys};
use crate::diag::{Diag, code};
use crate::disk::own::KEY_FILE;
use crate::id::Lang;

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/new/templates");

/// Makes a site in a folder that is not there yet, or is empty.
pub(super) fn make(name: &str, template: Template, lang: &Lang, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let lang = match lang.primary() {
        tag @ ("zh" | "en") => tag,
        other => {
            let diag = Diag::error(&code::BAD_VALUE, format!("there is no template in the language `{other}`"));
            return Err(diag.hint("pass `--lang en` or `--lang zh`, and change `languages:` in `site.yaml` afterwards").into());
        }
    };
    let folder = if env.root == Path::new(".") { PathBuf::from(name) } else { env.root.join(name) };
    if !is_free(&folder)? {
        return Err(already_there(&folder));
    }
    let title = title_of(&folder)?;
    let mut written = Vec::new();
    let files = files(template, lang);
    let has_paid = files.iter().any(|(_, text)| is_paid(text));
    for (path, text) in files {
        create(&folder.join(&path), filled(text, &title, env.clock.today()).as_bytes())?;
        written.push(path);
    }
    if has_paid {
        keys::begin(&folder, &Lang::new(lang))?;
    }
    match env.format {
        Format::Json => env.answer(&json!({ "root": folder, "files": written, "key": has_paid.then_some(KEY_FILE) }))?,
        Format::Text if env.volume == Volume::Quiet => {}
        Format::Text => {
            writeln!(env.out, "made `{title}`: {} files in {}", written.len(), folder.display())?;
            if has_paid {
                writeln!(env.out, "made a master key, which paid pieces are sealed with: keep a copy of {KEY_FILE}")?;
            }
            writeln!(env.out, "next: kmsite serve --open --root {}", quoted(&folder))?;
        }
    }
    Ok(Exit::Done)
}

/// Whether nothing would be in the way: no such folder, or an empty one.
fn is_free(folder: &Path) -> Result<bool, Failure> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(!folder.is_symlink()),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(Failure::io(format!("look into `{}`", folder.display()))(error)),
    }
}

/// Whether a file of a template belongs to a tier that is not free.
fn is_paid(text: &str) -> bool {
    text.lines().any(|line| line.strip_prefix("tier: ").is_some_and(|tier| tier != "free"))
}

/// The folder's own name, also of `.`.
fn title_of(folder: &Path) -> Result<String, Failure> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let real = || std::path::absolute(folder).and_then(|path| path.canonicalize()).ok().and_then(|path| name(&path));
    let title = name(folder).or_else(real).filter(|title| !title.trim().is_empty());
    title.ok_or_else(|| Diag::error(&code::BAD_NAME, format!("`{}` has no name", folder.display())).hint("name the site").into())
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// The files of a template with their paths in the site, in path order.
fn files(template: Template, lang: &str) -> Vec<(PathBuf, &'static str)> {
    let own = PathBuf::from(template.name()).join(lang);
    let mut files: Vec<(PathBuf, &str)> = Vec::new();
    let mut open: Vec<&Dir<'_>> = TEMPLATES.get_dir(&own).into_iter().collect();
    while let Some(folder) = open.pop() {
        open.extend(folder.dirs());
        files.extend(folder.files().filter_map(|file| Some((file.path().strip_prefix(&own).ok()?.to_owned(), text(file)?))));
    }
    let shared = [("site.yaml".to_owned(), format!("site.{lang}.yaml")), (".gitignore".to_owned(), "gitignore".to_owned())];
    files.extend(shared.iter().filter_map(|(path, source)| Some((PathBuf::from(path), text(TEMPLATES.get_file(source)?)?))));
    files.sort_unstable();
    files
}

fn text(file: &'static File<'_>) -> Option<&'static str> {
    file.contents_utf8()
}

/// A template's text with its marks replaced.
fn filled(text: &str, title: &str, today: Date) -> String {
    let ago = |days: i32| today.checked_sub(days.days()).unwrap_or(today).to_string();
    text.replace("@DATE@", &today.to_string())
        .replace("@WEEK_AGO@", &ago(7))
        .replace("@FORTNIGHT_AGO@", &ago(14))
        .replace("@TITLE@", &yaml_scalar(title))
        .replace("@NAME@", title)
}
