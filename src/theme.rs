//! A theme: the site's `themes/<name>/` over the default theme that is built in, file by file.
//!
//! Files go in; parsed templates, strings by language and finished assets come out. It knows nothing of pages. Invariant: what is
//! missing in the upper layer is there in the lower one, so that a `Theme` can always render every kind of page.

mod assets;
mod brand;
mod colour;
pub mod inventory;
pub mod page_style;
mod parts;
mod strings;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::config::{Brand, Colour};
use crate::diag::{At, Diag, Noted, code};
use crate::id::{Lang, SourcePath};
use crate::render::tera::{Engine, Template};

pub use assets::Asset;
pub use parts::Parts;
pub use strings::Strings;

/// The script that runs before a page is first painted: the one inline script there is.
const PREPAINT: &str = "prepaint.js";

/// The script that keeps pages for reading without a network; it stands above all pages, for it may see what lies below it only.
const WORKER: &str = "worker.js";

/// The default theme.
static DEFAULT: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The folder that the files of the built-in theme are shown under in diagnostics.
const DEFAULT_FOLDER: &str = "themes/default";

/// A theme, ready for use.
pub struct Theme {
    manifest: Manifest,
    prepaint: String,
    worker: String,
    engine: Arc<Engine>,
    strings: Arc<BTreeMap<String, Strings>>,
    assets: Arc<Vec<Asset>>,
    sources: BTreeMap<SourcePath, Arc<[u8]>>,
}

/// What `theme.yaml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manifest {
    /// The theme's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// A sentence about it.
    pub description: String,
    /// What its text stands on: accents are checked against it, and browsers colour their frame with it.
    pub paper: Paper,
}

/// The ground of a theme's text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paper {
    /// In the light mode.
    pub light: Colour,
    /// In the dark mode.
    pub dark: Colour,
}

impl Default for Paper {
    fn default() -> Self {
        Self { light: Colour { rgb: [0xff; 3] }, dark: Colour { rgb: [0x12; 3] } }
    }
}

/// A file of a theme.
#[derive(Clone, PartialEq, Eq)]
struct File {
    /// Where it is, for diagnostics.
    path: SourcePath,
    /// What it holds.
    bytes: Arc<[u8]>,
}

/// The files of one layer by their path in the theme's folder: `templates/base.html`.
type Layer = BTreeMap<String, File>;

impl Theme {
    /// Loads a theme from all files below `themes/` of a site.
    ///
    /// A theme with an error is reported, and the default theme's templates stand in for it.
    pub fn load(name: &str, files: &BTreeMap<SourcePath, Arc<[u8]>>) -> Noted<Self> {
        Self::again(name, files, &mut Parts::default())
    }

    /// [`Theme::load`], with the parts that were loaded before.
    pub fn again(name: &str, files: &BTreeMap<SourcePath, Arc<[u8]>>, parts: &mut Parts) -> Noted<Self> {
        static BELOW: LazyLock<Layer> = LazyLock::new(built_in);
        let mut diags = Vec::new();
        let below = &*BELOW;
        let above = site_layer(name, files, below);
        let is_there = name == "default" || files.keys().any(|path| path.below(&folder(name)).is_some());
        if !is_there {
            diags.push(no_theme(name, files));
        }
        let merged: Layer = below.iter().chain(&above).map(|(path, file)| (path.clone(), file.clone())).collect();
        let theme = Self {
            manifest: manifest(&merged).take(&mut diags),
            prepaint: prepaint(&merged, &mut diags),
            worker: merged.get(WORKER).and_then(|file| text(file, &mut diags)).unwrap_or_default().to_owned(),
            engine: parts.engine.of((&above, "templates/"), || engine(below, &above)).take(&mut diags),
            strings: parts.strings.of((&above, "i18n/"), || strings::load(below, &above)).take(&mut diags),
            assets: parts.assets.of((&above, "assets/"), || assets::load(&merged)).take(&mut diags),
            sources: below.values().chain(above.values()).map(|file| (file.path.clone(), file.bytes.clone())).collect(),
        };
        Noted::new(theme, diags)
    }

    /// What `theme.yaml` says.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The same theme with the colours of a brand at the end of its style sheet `site.css`.
    ///
    /// What cannot be read on the theme's paper is a warning.
    pub fn branded(mut self, brand: &Brand) -> Noted<Self> {
        let Noted { value, diags } = brand::palette(brand, &self.manifest.paper);
        if let Some(palette) = value
            && let Some(sheet) = Arc::make_mut(&mut self.assets).iter_mut().find(|asset| asset.path == "site.css")
        {
            *sheet = sheet.with(palette.css().as_bytes());
        }
        Noted::new(self, diags)
    }

    /// The script that runs before a page is first painted; empty if there is none.
    #[must_use]
    pub fn prepaint(&self) -> &str {
        &self.prepaint
    }

    /// The script that keeps pages for reading without a network; empty if there is none.
    #[must_use]
    pub fn worker(&self) -> &str {
        &self.worker
    }

    /// The templates and components.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The strings for a language: `zh-TW` finds those of `zh-Hant`, `fr-CA` those of `fr`, unless it has a file of its own; what is unknown finds English.
    #[must_use]
    pub fn strings(&self, lang: &Lang) -> &Strings {
        static NONE: Strings = Strings::EMPTY;
        strings::below(lang.as_str()).iter().rev().find_map(|&tag| self.strings.get(tag)).unwrap_or(&NONE)
    }

    /// The assets, by path.
    #[must_use]
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// The asset of this path in the theme's `assets` folder: `site.css`.
    #[must_use]
    pub fn asset(&self, path: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.path == path)
    }

    /// All files of the theme, built in and the site's.
    pub fn sources(&self) -> impl Iterator<Item = &[u8]> {
        self.sources.values().map(|bytes| &**bytes)
    }

    /// The text of a file of the theme, built in or the site's, for quoting in diagnostics.
    #[must_use]
    pub fn source(&self, path: &SourcePath) -> Option<&[u8]> {
        self.sources.get(path).map(|bytes| &**bytes)
    }
}

fn folder(name: &str) -> String {
    format!("themes/{name}")
}

/// The files of the built-in theme.
fn built_in() -> Layer {
    let mut layer = Layer::new();
    let mut folders = vec![&DEFAULT];
    while let Some(dir) = folders.pop() {
        folders.extend(dir.dirs());
        for file in dir.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            let shown = SourcePath::new(format!("{DEFAULT_FOLDER}/{path}"));
            let bytes = shortened(&path, file.contents());
            layer.insert(path, File { path: shown, bytes });
        }
    }
    layer
}

/// A built-in file as readers get it: scripts without indents, lines of comment and spaces beside signs, which a seventh of `search.js` is after
/// compression. A script with texts over several lines, or comments of another kind, would be left as it is.
fn shortened(path: &str, bytes: &[u8]) -> Arc<[u8]> {
    let is_script = path == WORKER || path.starts_with("assets/") && path.ends_with(".js");
    let is_plain = |line: &str| line.matches('`').count().is_multiple_of(2) && !line.contains("/*");
    match std::str::from_utf8(bytes) {
        Ok(source) if is_script && source.lines().all(is_plain) => {
            let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
            let mut script = String::with_capacity(source.len());
            for line in lines {
                script += &tight(line);
                // A line that ends so goes on in the next, or needs no end of its own; but behind a comment nothing goes on.
                if line.contains("//") || !line.ends_with([';', '{', ',', '(', '[']) {
                    script.push('\n');
                }
            }
            if !script.ends_with('\n') {
                script.push('\n');
            }
            script.into_bytes().into()
        }
        _ => bytes.into(),
    }
}

/// A line of a script without the spaces beside signs that part words by themselves, but for texts. A line with a slash that divides nothing may
/// have a regular expression, of which every space counts, and is left as it is; so is what stands from its first backtick to the last.
fn tight(line: &str) -> String {
    const SIGNS: &str = "={}(),:;?<|&![]";
    let first = line.find('`').unwrap_or(line.len());
    let last = line.rfind('`').map_or(line.len(), |at| at + 1);
    if [&line[..first], &line[last..]].iter().any(|code| code.replace(" / ", "").contains('/')) {
        return line.to_owned();
    }
    let is_sign = |c: Option<char>| c.is_some_and(|c| SIGNS.contains(c));
    let mut shown = String::with_capacity(line.len());
    for (number, code) in [&line[..first], &line[first..last], &line[last..]].into_iter().enumerate() {
        let mut quote = (number == 1).then_some('`');
        let mut chars = code.chars().peekable();
        while let Some(c) = chars.next() {
            let is_between = c == ' ' && quote.is_none();
            if is_between && (is_sign(chars.peek().copied()) || is_sign(shown.chars().next_back())) {
                continue;
            }
            shown.push(c);
            match quote {
                Some('`') => {}
                Some(_) if c == '\\' => shown.extend(chars.next()),
                Some(open) if c == open => quote = None,
                None if matches!(c, '"' | '\'') => quote = Some(c),
                _ => {}
            }
        }
    }
    shown
}

/// The site's files of a theme. A copy of a built-in file changes nothing and is left out.
fn site_layer(name: &str, files: &BTreeMap<SourcePath, Arc<[u8]>>, below: &Layer) -> Layer {
    let folder = folder(name);
    files
        .iter()
        .filter_map(|(path, bytes)| Some((path.below(&folder)?, path, bytes)))
        .filter(|(inner, _, bytes)| below.get(*inner).is_none_or(|file| file.bytes != shortened(inner, bytes)))
        .map(|(inner, path, bytes)| (inner.to_owned(), File { path: path.clone(), bytes: bytes.clone() }))
        .collect()
}

fn no_theme(name: &str, files: &BTreeMap<SourcePath, Arc<[u8]>>) -> Diag {
    let mut names: Vec<&str> =
        files.keys().filter_map(|path| path.below("themes")?.split_once('/')).map(|(name, _)| name).collect();
    names.push("default");
    Diag::error(&code::NO_THEME, format!("the theme `{name}` does not exist"))
        .at(At::key(&SourcePath::new("site.yaml"), &["theme"]))
        .did_you_mean(name, names)
        .hint(format!("put its files into `themes/{name}/`, or write `theme: default`"))
}

/// Parses the templates of both layers; of the lower one alone if the upper one has errors.
fn engine(below: &Layer, above: &Layer) -> Noted<Engine> {
    let mut diags = Vec::new();
    let mut templates = layer_templates("theme/", below, &mut diags);
    templates.extend(layer_templates("site/", above, &mut diags));
    let engine = Engine::load(templates).unwrap_or_else(|errors| {
        diags.extend(errors);
        Engine::load(layer_templates("theme/", below, &mut Vec::new())).unwrap_or_default()
    });
    Noted::new(engine, diags)
}

fn layer_templates(prefix: &str, layer: &Layer, diags: &mut Vec<Diag>) -> Vec<Template> {
    let files = layer.iter().filter_map(|(path, file)| Some((path.strip_prefix("templates/")?, file)));
    files
        .filter_map(|(name, file)| {
            let source = text(file, diags)?.to_owned();
            Some(Template { name: format!("{prefix}{name}"), file: file.path.clone(), source })
        })
        .collect()
}

fn manifest(files: &Layer) -> Noted<Manifest> {
    let mut diags = Vec::new();
    let Some(file) = files.get("theme.yaml") else { return Noted::clean(Manifest::default()) };
    let Some(source) = text(file, &mut diags) else { return Noted::new(Manifest::default(), diags) };
    match serde_yaml::from_str(source) {
        Ok(manifest) => Noted::new(manifest, diags),
        Err(error) => {
            let place = error.location().map_or(0, |location| location.index().min(source.len()));
            let diag = Diag::error(&code::BAD_MANIFEST, format!("`theme.yaml` cannot be read: {error}"));
            diags.push(diag.at(At::span(&file.path, place..place)));
            Noted::new(Manifest::default(), diags)
        }
    }
}

/// The text of the inline script. One that would end its own element is reported and left out.
fn prepaint(files: &Layer, diags: &mut Vec<Diag>) -> String {
    let Some(file) = files.get(PREPAINT) else { return String::new() };
    let source = text(file, diags).unwrap_or_default();
    match source.to_ascii_lowercase().find("</script") {
        Some(end) => {
            // A byte order mark is no part of the text.
            let end = end + file.bytes.len() - source.len();
            let diag = Diag::error(&code::BAD_PREPAINT, format!("`{PREPAINT}` holds `</script`, which would end it"));
            diags.push(diag.at(At::span(&file.path, end..end + "</script".len())).hint("write it as `<\\/script`"));
            String::new()
        }
        None => source.trim().to_owned(),
    }
}

/// A file's text; what is not UTF-8 is reported and left out.
fn text<'a>(file: &'a File, diags: &mut Vec<Diag>) -> Option<&'a str> {
    match std::str::from_utf8(&file.bytes) {
        Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let at = At::span(&file.path, error.valid_up_to()..error.valid_up_to());
            diags.push(Diag::error(&code::NOT_UTF8, format!("`{}` is not UTF-8", file.path)).at(at));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_loses_what_only_its_authors_read() {
        let shown = |source: &str| String::from_utf8(shortened("assets/a.js", source.as_bytes()).to_vec()).unwrap();
        let script = "// Why.\nconst a = (b, c) => {\n  return b ? c : [b];\n};\n";
        assert_eq!(shown(script), "const a=(b,c)=>{return b?c:[b];};\n");
        assert_eq!(shown("x = a - -b + c / d;\n"), "x=a - -b + c / d;\n");
        for kept in [
            "const text=\"a = b, \\\" { c }\";\n",
            "const text=`a = ${b} , c`;\n",
            "const sign = /a = b, c/;\n",
            "const lines = `\n  a = b`;\n",
            "a\nb\n",
            "a(); // b,\nc\n",
        ] {
            assert_eq!(shown(kept), kept);
        }
    }
}
