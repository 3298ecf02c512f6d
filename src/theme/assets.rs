//! The files that pages load: style sheets checked and made smaller, everything under an address with a fingerprint.
//!
//! Invariant: the address changes with the bytes, so that it may be cached for good. Assets are made when the theme is loaded, and so
//! the fingerprint is of the finished bytes and [`VERSION`].

use std::collections::BTreeMap;
use std::sync::Arc;

use lightningcss::dependencies::{Dependency, DependencyOptions};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};

use super::{File, Layer, text};
use crate::artifact::MediaType;
use crate::diag::{At, Diag, Noted, code};
use crate::id::{Hash, Route, SourcePath};
use crate::render::{Position, offset};

/// Raised when assets must be fetched again though their bytes are the same (another media type, say).
const VERSION: u32 = 1;

/// A file that pages load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path in the theme's `assets` folder: `site.css`.
    pub path: String,
    /// Its address: `/assets/site.1f3870be27.css`.
    pub route: Route,
    /// What it is, for servers.
    pub media: MediaType,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// Makes the assets of a theme, in order of their paths.
pub(super) fn load(files: &Layer) -> Noted<Vec<Asset>> {
    let mut diags = Vec::new();
    let named = || files.iter().filter_map(|(path, file)| Some((path.strip_prefix("assets/")?, file)));
    let (styles, plain): (Vec<_>, Vec<_>) = named().partition(|(_, file)| file.path.extension() == "css");
    let mut assets: Vec<Asset> = plain.into_iter().map(|(path, file)| Asset::new(path, &file.bytes)).collect();
    let addresses: BTreeMap<String, Route> = assets.iter().map(|asset| (asset.path.clone(), asset.route.clone())).collect();
    for (path, file) in styles {
        let css = style(path, file, &addresses).take(&mut diags);
        assets.push(Asset::new(path, &css));
    }
    assets.sort_by(|a, b| a.path.cmp(&b.path));
    Noted::new(assets, diags)
}

impl Asset {
    /// The same asset with more at its end, under an address of its own.
    pub(super) fn with(&self, more: &[u8]) -> Self {
        Self::new(&self.path, &[&self.bytes, more].concat().into())
    }

    fn new(path: &str, bytes: &Arc<[u8]>) -> Self {
        let source = SourcePath::new(path);
        let fingerprint = Hash::of_parts(&[b"asset", &VERSION.to_be_bytes(), bytes]).short();
        let folder = if source.folder().is_empty() { String::new() } else { format!("{}/", source.folder()) };
        let extension = source.extension();
        let dot = if extension.is_empty() { "" } else { "." };
        Self {
            path: path.to_owned(),
            route: Route::new(format!("/assets/{folder}{}.{fingerprint}{dot}{extension}", source.stem())),
            media: MediaType::of_extension(&extension),
            bytes: bytes.clone(),
        }
    }
}

/// A style sheet without what browsers do not need, its `url(…)`s of other assets replaced by their addresses.
///
/// One that cannot be read is reported and published as it is.
fn style(path: &str, file: &File, addresses: &BTreeMap<String, Route>) -> Noted<Arc<[u8]>> {
    let mut diags = Vec::new();
    let Some(source) = text(file, &mut diags) else { return Noted::new(file.bytes.clone(), diags) };
    match minify(source) {
        Ok((css, urls)) => {
            let css = name_assets(css, &urls, &Naming { path, file, source, addresses }).take(&mut diags);
            Noted::new(css.into_bytes().into(), diags)
        }
        Err((message, at)) => {
            let diag = Diag::error(&code::BAD_STYLE, message);
            let start = at.map_or(0, |at| offset(source, at, char::len_utf16));
            diags.push(diag.at(At::span(&file.path, start..start)));
            Noted::new(file.bytes.clone(), diags)
        }
    }
}

/// A `url(…)` of a style sheet.
struct StyleUrl {
    /// What it names.
    url: String,
    /// What stands for it in the printed style sheet.
    placeholder: String,
    /// Where it stands.
    at: Position,
}

/// A message, and a place if there is one.
type StyleError = (String, Option<Position>);

fn minify(source: &str) -> Result<(String, Vec<StyleUrl>), StyleError> {
    fn error<T: std::fmt::Display>(error: lightningcss::error::Error<T>) -> StyleError {
        let at = error.loc.map(|loc| Position { line: loc.line as usize + 1, column: loc.column as usize });
        (format!("the style sheet cannot be read: {}", error.kind).to_lowercase(), at)
    }
    let mut sheet = StyleSheet::parse(source, ParserOptions::default()).map_err(error)?;
    sheet.minify(MinifyOptions::default()).map_err(error)?;
    let analyze_dependencies = source.contains("url(").then_some(DependencyOptions { remove_imports: false });
    let printed =
        sheet.to_css(PrinterOptions { minify: true, analyze_dependencies, ..PrinterOptions::default() }).map_err(error)?;
    let urls = printed.dependencies.unwrap_or_default().into_iter().map(|dependency| match dependency {
        Dependency::Url(found) => {
            let at = Position { line: found.loc.start.line as usize, column: found.loc.start.column as usize };
            StyleUrl { url: found.url, placeholder: found.placeholder, at }
        }
        Dependency::Import(found) => {
            let at = Position { line: found.loc.start.line as usize, column: found.loc.start.column as usize };
            StyleUrl { url: found.url, placeholder: found.placeholder, at }
        }
    });
    Ok((printed.code, urls.collect()))
}

/// What is needed to name the assets of a style sheet.
struct Naming<'a> {
    path: &'a str,
    file: &'a File,
    source: &'a str,
    addresses: &'a BTreeMap<String, Route>,
}

/// Puts addresses in the place of placeholders: relative to the style sheet, so that a site below a path works.
fn name_assets(css: String, urls: &[StyleUrl], naming: &Naming<'_>) -> Noted<String> {
    let mut diags = Vec::new();
    let mut css = css;
    let sheet = SourcePath::new(naming.path);
    for found in urls {
        let elsewhere = found.url.contains(':') || found.url.starts_with(['/', '#']);
        let target = sheet.join(&found.url).and_then(|path| naming.addresses.get(path.as_str()));
        let address = match target {
            _ if elsewhere => found.url.clone(),
            Some(route) => {
                let up = "../".repeat(naming.path.matches('/').count());
                format!("{up}{}", route.encoded().trim_start_matches("/assets/"))
            }
            None => {
                let at = offset(naming.source, found.at, char::len_utf16);
                diags.push(
                    Diag::warning(&code::UNKNOWN_ASSET, format!("the theme has no asset `{}`", found.url))
                        .at(At::span(&naming.file.path, at..at))
                        .did_you_mean(&found.url, naming.addresses.keys().map(String::as_str)),
                );
                found.url.clone()
            }
        };
        let quoted = address.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\a ");
        css = css.replace(&found.placeholder, &quoted);
    }
    Noted::new(css, diags)
}
