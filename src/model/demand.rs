//! What raw HTML asks of a browser that a strict Content Security Policy may refuse, and the styles that are kept in spite of it.
//!
//! Values only: `parse` notes them where they stand, `render` knows the policy.

use crate::diag::Span;
use crate::id::Hash;

/// Something that a browser is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// What.
    pub kind: DemandKind,
    /// Where it stands.
    pub span: Span,
}

/// What a browser may be asked for. Addresses are those of other sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemandKind {
    /// A page within the page.
    Frame(Box<str>),
    /// A script.
    Script(Box<str>),
    /// A style sheet.
    StyleSheet(Box<str>),
    /// A picture.
    Image(Box<str>),
    /// Sound or film.
    Media(Box<str>),
    /// A plug-in: the name of its element.
    Plugin(Box<str>),
    /// A script within the page.
    InlineScript,
    /// A `<style>` element.
    InlineStyle,
    /// A script in an attribute: its name.
    Handler(Box<str>),
}

/// The class that stands for the declarations of a `style` attribute.
#[must_use]
pub fn style_class(declarations: &str) -> String {
    format!("km-s-{}", Hash::of(declarations.as_bytes()).short())
}
