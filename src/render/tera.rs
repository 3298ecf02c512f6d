//! Views to HTML by the theme's templates; the template engine's errors to diagnostics with places and known names.
//!
//! Together with `view::shared` this is the only file that names Tera. Content never passes through its parser: views carry it as
//! values. Invariant: an `Engine` that exists has parsed all its templates and knows everything that they name.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, ErrorKind, Kwargs, ReportError, State, Tera, Value};

use super::components::{Call, ComponentSet, Param};
use super::trouble::{self, Known, Sources};
use crate::diag::{At, Code, Diag, Noted, code};
use crate::id::{Lang, SourcePath};
use crate::view::Shared;

/// The layers of a theme, the upper one first: a template `a.html` is looked up as `site/a.html`, then as `theme/a.html`.
const LAYERS: [&str; 2] = ["site/", "theme/"];

/// Tera's own filters and ours, for "did you mean".
const FILTERS: &[&str] = &[
    "abs",
    "capitalize",
    "code_spans",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// Tera's own functions.
const FUNCTIONS: &[&str] = &["range", "super", "throw"];

/// Tera's own tests.
const TESTS: &[&str] = &[
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

/// A template's text and where it comes from.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name with its layer: `site/base.html` or `theme/base.html`.
    pub name: String,
    /// Its file.
    pub file: SourcePath,
    /// Its text.
    pub source: String,
}

/// The templates and components of a theme.
#[derive(Default)]
pub struct Engine {
    tera: Tera,
    sources: Sources,
    components: BTreeMap<String, Vec<Param>>,
}

impl Engine {
    /// Parses templates and checks what they name.
    ///
    /// # Errors
    /// A diagnostic for each template that cannot be read; if all can, for each unknown name.
    pub fn load(templates: Vec<Template>) -> Result<Self, Vec<Diag>> {
        let sources: Sources = templates.into_iter().map(|template| (template.name, (template.file, template.source))).collect();
        let mut tera = Tera::new();
        tera.register_filter("code_spans", code_spans);
        let added = tera
            .set_fallback_prefixes(LAYERS)
            .and_then(|()| tera.add_raw_templates(sources.iter().map(|(name, (_, source))| (name, source))));
        match added {
            Ok(()) => {
                let components = tera.get_component_names().map(|name| (name.to_owned(), params(&tera, name))).collect();
                Ok(Self { tera, sources, components })
            }
            Err(error) => Err(explain_load(&error, &sources)),
        }
    }

    /// Whether there is a template of this name (without its layer).
    #[must_use]
    pub fn has(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }

    /// The names of all templates without their layers, in order.
    #[must_use]
    pub fn templates(&self) -> Vec<&str> {
        template_names(&self.sources)
    }

    /// Renders a view. What stops the template is an error, and the page is empty then.
    pub fn page<T: Serialize>(&self, template: &str, view: &T) -> Noted<String> {
        let context = match Context::from_serialize(view) {
            Ok(context) => context,
            Err(error) => return Noted::new(String::new(), vec![self.explain(&error, template)]),
        };
        match self.tera.render(template, &context) {
            Ok(html) => Noted::clean(html),
            Err(error) => {
                let diag = self.undefined(&error, &context).unwrap_or_else(|| self.explain(&error, template));
                Noted::new(String::new(), vec![diag])
            }
        }
    }

    /// Renders a component; `implicits` are what its `@` parameters find.
    fn component(&self, call: &Call<'_>, implicits: &Implicits) -> Result<String, String> {
        let mut args = Context::new();
        for (name, value) in call.args {
            // HTML's names have hyphens, those of templates cannot.
            args.insert_value(name.replace('-', "_"), Shared::of(value).value().clone());
        }
        let mut around = Context::new();
        around.insert_value("site", implicits.site.value().clone());
        around.insert_value("t", implicits.strings.value().clone());
        self.tera.render_component_with_implicits(call.name, &args, &around, call.body, true).map_err(|error| {
            let diag = self.explain(&error, "");
            match &diag.at {
                Some(at) => format!("{} (in `{}`)", diag.message, at.file),
                None => diag.message,
            }
        })
    }

    /// An error of rendering as a diagnostic.
    fn explain(&self, error: &tera::Error, template: &str) -> Diag {
        match error.kind() {
            ErrorKind::SyntaxError(report) => self.reported(&code::TEMPLATE_SYNTAX, report, error),
            ErrorKind::RenderingError(report) => self.reported(&code::TEMPLATE_FAILED, report, error),
            ErrorKind::TemplateNotFound(name) => {
                Diag::error(&code::TEMPLATE_REFERENCE, format!("unknown template `{name}`")).did_you_mean(name, self.templates())
            }
            kind => {
                let diag = Diag::error(&code::TEMPLATE_FAILED, trouble::sentence(&kind.to_string()));
                let names = LAYERS.iter().map(|layer| format!("{layer}{template}"));
                match names.into_iter().find_map(|name| self.sources.get(&name)) {
                    Some((file, _)) => diag.at(At::file(file)),
                    None => diag,
                }
            }
        }
    }

    /// The error of a loop, filter or comparison over something undefined, which the engine does not name: by its path in the view.
    fn undefined(&self, error: &tera::Error, context: &Context) -> Option<Diag> {
        let ErrorKind::RenderingError(report) = error.kind() else { return None };
        let (file, source) = self.sources.get(report.filename())?;
        let start = report.span().range.start;
        let path = trouble::path(source.get(start..)?);
        let mut names = path.split('.');
        let mut value = context.get(names.next()?)?;
        for name in names {
            let fields = value.as_map()?;
            let Some((_, below)) = fields.iter().find(|(key, _)| key.as_str() == Some(name)) else {
                let mut known: Vec<&str> = fields.keys().filter_map(|key| key.as_str()).collect();
                known.sort_unstable();
                let diag = Diag::error(&code::TEMPLATE_FAILED, format!("`{path}` is not defined"));
                let diag = trouble::knowing(diag, name, &known).at(At::span(file, start..start + path.len()));
                return Some(trouble::calls(diag, &error.to_string(), &self.sources));
            };
            value = below;
        }
        None
    }

    fn reported(&self, code: &'static Code, report: &ReportError, error: &tera::Error) -> Diag {
        trouble::calls(at_report(code, report, &self.sources), &error.to_string(), &self.sources)
    }
}

/// What the `@` parameters of components find, for one language.
#[derive(Clone, Debug, Default)]
pub struct Implicits {
    /// `@site`: see `view::SiteView`.
    pub site: Shared,
    /// `@t`: the theme's strings.
    pub strings: Shared,
}

/// A theme's components, each rendered in the language of its page.
pub struct Components<'a> {
    engine: &'a Engine,
    implicits: &'a BTreeMap<Lang, Implicits>,
}

impl<'a> Components<'a> {
    /// Joins the components with what they may see of the site.
    #[must_use]
    pub const fn new(engine: &'a Engine, implicits: &'a BTreeMap<Lang, Implicits>) -> Self {
        Self { engine, implicits }
    }
}

impl ComponentSet for Components<'_> {
    fn params(&self, name: &str) -> Option<&[Param]> {
        self.engine.components.get(name).map(Vec::as_slice)
    }

    fn names(&self) -> Vec<&str> {
        // Small initials are the theme's own: content cannot call them.
        self.engine.components.keys().map(String::as_str).filter(|name| name.starts_with(char::is_uppercase)).collect()
    }

    fn render(&self, call: &Call<'_>) -> Result<String, String> {
        match self.implicits.get(call.lang) {
            Some(implicits) => self.engine.component(call, implicits),
            None => self.engine.component(call, &Implicits::default()),
        }
    }
}

/// The parameters that a call may give: implicit ones come from the page.
fn params(tera: &Tera, name: &str) -> Vec<Param> {
    let Some(definition) = tera.get_component_definition(name) else { return Vec::new() };
    let given = definition.args().iter().filter(|arg| !arg.is_implicit());
    given
        .map(|arg| Param {
            name: arg.name().to_owned(),
            required: arg.is_required(),
            kind: arg.arg_type().map(|kind| kind.as_str().to_owned()),
        })
        .collect()
}

fn template_names(sources: &Sources) -> Vec<&str> {
    let mut names: Vec<&str> =
        sources.keys().map(|name| LAYERS.iter().find_map(|layer| name.strip_prefix(layer)).unwrap_or(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// An error with a span as a diagnostic.
fn at_report(code: &'static Code, report: &ReportError, sources: &Sources) -> Diag {
    let diag = trouble::described(code, report.message());
    match sources.get(report.filename()) {
        Some((file, _)) => diag.at(At::span(file, report.span().range.clone())),
        None => diag,
    }
}

/// Finds every template that cannot be read; if all can, says what is wrong between them.
fn explain_load(error: &tera::Error, sources: &Sources) -> Vec<Diag> {
    let unread: Vec<Diag> = sources.iter().filter_map(|(name, (_, source))| syntax_error(name, source, sources)).collect();
    if !unread.is_empty() {
        return unread;
    }
    let file = |name: &str| sources.get(name).map(|(file, _)| At::file(file));
    let (diag, at) = match error.kind() {
        ErrorKind::MissingParent { current, parent } => {
            let diag = Diag::error(&code::TEMPLATE_REFERENCE, format!("`{current}` extends `{parent}`, which is no template"));
            let diag = diag.did_you_mean(parent, template_names(sources));
            (
                if diag.hints.is_empty() {
                    diag.hint("extend a template of the default theme, as `theme/base.html`")
                } else {
                    diag
                },
                file(current),
            )
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain } => {
            let message = format!("`{tpl}` extends itself: {}", chain.join(" → "));
            let hint = "to extend the default theme's template of the same name, write `{% extends \"theme/…\" %}`";
            (Diag::error(&code::TEMPLATE_REFERENCE, message).hint(hint), file(tpl))
        }
        ErrorKind::CircularInclude { tpl, include_chain: chain } => {
            let message = format!("`{tpl}` includes itself: {}", chain.join(" → "));
            (Diag::error(&code::TEMPLATE_REFERENCE, message), file(tpl))
        }
        kind => {
            let said = kind.to_string();
            let known = Known {
                filters: FILTERS,
                functions: FUNCTIONS,
                tests: TESTS,
                components: component_names(sources),
                templates: template_names(sources),
            };
            let diags = trouble::references(&said, sources, &known);
            if !diags.is_empty() {
                return diags;
            }
            let named = sources.keys().find(|name| said.contains(&format!("`{name}`")));
            (Diag::error(&code::TEMPLATE_REFERENCE, trouble::sentence(&said)), named.and_then(|name| file(name)))
        }
    };
    vec![match at {
        Some(at) => diag.at(at),
        None => diag,
    }]
}

/// The syntax error of a template by itself: names it does not know are another matter.
fn syntax_error(name: &str, source: &str, sources: &Sources) -> Option<Diag> {
    let error = Tera::new().add_raw_template(name, source).err()?;
    match error.kind() {
        ErrorKind::SyntaxError(report) => Some(at_report(&code::TEMPLATE_SYNTAX, report, sources)),
        _ => None,
    }
}

/// The names that templates define components by, found in their text: the engine tells them only when all is well.
fn component_names(sources: &Sources) -> Vec<&str> {
    let definitions = sources.values().flat_map(|(_, source)| source.split("{% component ").skip(1));
    definitions.filter_map(|text| text.split('(').next()).map(str::trim).collect()
}

/// The filter `code_spans`: text in backticks becomes `<code>`, everything is escaped.
///
/// An odd backtick stays as it is.
fn code_spans(text: &str, _: Kwargs, _: &State) -> Value {
    let mut html = Vec::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, code, after)) =
        rest.split_once('`').and_then(|(before, tail)| tail.split_once('`').map(|(code, after)| (before, code, after)))
    {
        escape(before, &mut html);
        html.extend_from_slice(b"<code>");
        escape(code, &mut html);
        html.extend_from_slice(b"</code>");
        rest = after;
    }
    escape(rest, &mut html);
    Value::safe_string(&String::from_utf8_lossy(&html))
}

/// Escapes into memory, which cannot fail.
fn escape(text: &str, html: &mut Vec<u8>) {
    let _ = tera::escape_html(text, html);
}
