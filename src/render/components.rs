//! The seam between Markdown and the theme: what a component takes, and what it becomes.

use serde_json::Value;

use crate::id::Lang;

/// A parameter of a component.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Whether a call must give it.
    pub required: bool,
    /// The type it is declared with, as Tera names it (`string`, `bool`, `integer`, `float`, `number`, `array`, `map`).
    pub kind: Option<String>,
}

/// A call of a component, arguments rendered.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its arguments in order of writing.
    pub args: &'a [(String, Value)],
    /// What stands between its tags, as HTML.
    pub body: Option<&'a str>,
    /// The language of the page.
    pub lang: &'a Lang,
}

/// The components of a theme.
pub trait ComponentSet: Send + Sync {
    /// The parameters of a component (those a call may give); `None` if there is none of this name.
    fn params(&self, name: &str) -> Option<&[Param]>;

    /// The names of all components, in order.
    fn names(&self) -> Vec<&str>;

    /// Renders a call to HTML.
    ///
    /// # Errors
    /// What the template engine says, in one line.
    fn render(&self, call: &Call<'_>) -> Result<String, String>;
}
