//! `kmsite mail preview`: a page that shows the mails of the folder as mail programs would: wide, narrow, and without pictures.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::json;

use super::OUT;
use crate::cli::{Env, Exit, Failure, Format};
use crate::diag::{Diag, code};
use crate::disk::outbox;

/// What `preview` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct PreviewArgs {
    /// Where the mails are, below the site's folder unless absolute
    #[arg(long, value_name = "FOLDER", default_value = OUT, value_hint = ValueHint::DirPath)]
    out: PathBuf,
}

/// The page.
const PAGE: &str = "preview.html";

pub(super) fn run(args: &PreviewArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let folder = env.root.join(&args.out);
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".html") && name != PAGE && !name.starts_with('.'));
    names.sort();
    if names.is_empty() {
        let diag = Diag::error(&code::NO_MAILS, format!("there are no mails in `{}`", folder.display()));
        return Err(diag.hint("make one first, as with `kmsite mail digest --since 2026-11-01`").into());
    }
    let mut page = String::from(HEAD);
    for name in &names {
        let html = std::fs::read_to_string(folder.join(name)).map_err(Failure::io(format!("read `{name}`")))?;
        page.push_str(&section(name, &html));
    }
    outbox::put(&folder, PAGE, page.as_bytes()).map_err(Failure::io(format!("write `{PAGE}`")))?;
    let path = folder.join(PAGE).display().to_string();
    match env.format {
        Format::Json => env.answer(&json!({ "page": path, "mails": names }))?,
        Format::Text => writeln!(env.out, "{path}")?,
    }
    Ok(Exit::Done)
}

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Mails</title>\n<style>body{font:16px/1.5 sans-serif;margin:2rem}\
div{display:flex;gap:1rem;overflow-x:auto}iframe{height:46rem;border:1px solid #999;flex:none}</style>\n";

/// A mail three times; in the last pictures have no address, as where a program does not load them.
fn section(name: &str, html: &str) -> String {
    let escaped = |html: &str| html.replace('&', "&amp;").replace('"', "&quot;");
    let without = html.replace("<img src=", "<img data-src=");
    let frame = |width: u32, html: &str, title: &str| {
        format!("<iframe sandbox title=\"{title}\" width=\"{width}\" srcdoc=\"{}\"></iframe>\n", escaped(html))
    };
    let frames = frame(680, html, "wide") + &frame(320, html, "narrow") + &frame(320, &without, "without pictures");
    let title = escaped(name).replace('<', "&lt;");
    format!("<h2><a href=\"{title}\">{title}</a></h2>\n<div>\n{frames}</div>\n")
}
