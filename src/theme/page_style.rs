//! The `style` attributes of a text -> a small style sheet of classes, since the policy of pages allows no inline style.
//!
//! Invariant: a declaration cannot end its rule; what cannot be read is left out, as browsers do.

use std::collections::BTreeSet;

use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{ParserOptions, StyleAttribute};

use crate::id::{Hash, Route};
use crate::model::style_class;

/// Raised when the same declarations give another style sheet.
const VERSION: u32 = 1;

/// The address of the style sheet for these declarations, each that of an attribute; `None` if there are none.
#[must_use]
pub fn route(styles: &BTreeSet<&str>) -> Option<Route> {
    if styles.is_empty() {
        return None;
    }
    let version = VERSION.to_be_bytes();
    let parts: Vec<&[u8]> =
        [b"page style".as_slice(), &version].into_iter().chain(styles.iter().map(|style| style.as_bytes())).collect();
    Some(Route::new(format!("/assets/page.{}.css", Hash::of_parts(&parts).short())))
}

/// The style sheet: a class for each attribute.
///
/// `:not(#_)` gives a rule the weight of an id: attributes prevail over the rules of a theme.
#[must_use]
pub fn sheet(styles: &BTreeSet<&str>) -> String {
    styles.iter().map(|style| format!(".{}:not(#_){{{}}}\n", style_class(style), declarations(style))).collect()
}

fn declarations(style: &str) -> String {
    let options = ParserOptions { error_recovery: true, ..ParserOptions::default() };
    let Ok(attribute) = StyleAttribute::parse(style, options) else { return String::new() };
    let printed = attribute.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() });
    printed.map(|printed| printed.code).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_cannot_end_its_rule() {
        let class = style_class("color:red}body{display:none");
        let made = sheet(&BTreeSet::from(["color:red}body{display:none"]));
        assert!(made.starts_with(&format!(".{class}:not(#_){{")), "{made}");
        assert_eq!((made.matches('{').count(), made.matches('}').count()), (1, 1), "{made}");
        assert!(!made.contains("display"), "{made}");
    }

    #[test]
    fn each_attribute_is_a_class_and_the_address_tells_them_apart() {
        let one = BTreeSet::from(["color: red; 中: 文; width: 50%"]);
        assert!(sheet(&one).contains("color:red;"), "{}", sheet(&one));
        assert!(sheet(&one).contains("width:50%"), "{}", sheet(&one));
        assert_ne!(route(&one), route(&BTreeSet::from(["color:red"])));
        assert_eq!(route(&BTreeSet::new()), None);
    }
}
