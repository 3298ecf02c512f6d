//! LaTeX formulas to MathML, without styles or scripts.
//!
//! The parser and the renderer are a crate's; here its output is made fit for a strict content security policy, and
//! definitions (`\newcommand`) are carried from one formula of a document to the next. Invariant: the result holds known MathML
//! elements and attributes only, whatever the source is.

mod definitions;
mod mathml;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_latex::config::DisplayMode;
use pulldown_latex::event::{Content, Dimension, DimensionUnit, Event};
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

use definitions::{BUILTIN, rewrite_definitions, strip_definitions};

/// The longest formula that is read, in bytes: the parser recurses, and takes quadratic time for nested groups.
const LONGEST: usize = 16 * 1024;

/// The most bytes of definitions that are carried on.
const MOST_MACROS: usize = 8 * 1024;

/// Whether a formula stands in running text or on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    /// In running text.
    Inline,
    /// On its own.
    Block,
}

/// The definitions of a document's formulas so far.
#[derive(Debug, Default)]
pub(super) struct Macros {
    /// `\def…` by the name that it defines.
    known: BTreeMap<String, String>,
    len: usize,
}

impl Macros {
    /// Turns a formula into a `<math>` element; empty if it only defines something.
    ///
    /// # Errors
    /// What the LaTeX parser says, in one line.
    pub(super) fn render(&mut self, source: &str, display: Display) -> Result<String, String> {
        if source.len() > LONGEST {
            return Err(format!("it is longer than {} kB", LONGEST / 1024));
        }
        let (formula, found) = rewrite_definitions(source);
        let only_definitions = !found.is_empty() && strip_definitions(&formula, &found).trim().is_empty();
        let prelude = self.prelude(&formula);
        self.learn(found);
        if only_definitions {
            return Ok(String::new());
        }
        let whole = format!("{prelude}{formula}");
        // The parser and the renderer hold `expect`s and `unreachable!`s that odd input can reach; nothing is shared with them.
        let drawn = catch_unwind(AssertUnwindSafe(|| draw(&whole, display)));
        mathml::clean(&drawn.unwrap_or_else(|_| Err("the formula cannot be read".to_owned()))?)
    }

    /// The definitions in front of a formula that uses one of them.
    fn prelude(&self, formula: &str) -> String {
        let builtin = BUILTIN.iter().filter(|(name, _)| formula.contains(name)).map(|(_, definition)| *definition);
        let uses_known = self.known.keys().any(|name| formula.contains(name.as_str()));
        let known = self.known.values().map(String::as_str).filter(|_| uses_known);
        builtin.chain(known).collect()
    }

    fn learn(&mut self, found: Vec<(String, String)>) {
        for (name, definition) in found {
            if self.len + definition.len() <= MOST_MACROS {
                self.len += definition.len();
                self.known.insert(name, definition);
            }
        }
    }
}

fn draw(source: &str, display: Display) -> Result<String, String> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(source, &storage) {
        match event {
            Ok(Event::Content(Content::Function(name))) if name.contains(['<', '&']) => {
                return Err("an operator's name holds `<` or `&`".to_owned());
            }
            // The parser's word for a space is an entity, which the renderer would escape.
            Ok(Event::Content(Content::Text("&nbsp;"))) => {
                events.push(Event::Space { width: Some(Dimension::new(0.333, DimensionUnit::Em)), height: None, depth: None });
            }
            Ok(event) => events.push(event),
            Err(error) => return Err(message(&error.to_string())),
        }
    }
    let display_mode = match display {
        Display::Inline => DisplayMode::Inline,
        Display::Block => DisplayMode::Block,
    };
    let mut out = String::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    push_mathml(&mut out, events.into_iter().map(Ok::<_, Infallible>), config).map_err(|error| error.to_string())?;
    Ok(out)
}

/// The parser's report in one line: its first line, and what stood at the place.
fn message(report: &str) -> String {
    let mut lines = report.lines();
    let what = lines.next().unwrap_or_default();
    let what = what.strip_prefix("parsing error: ").unwrap_or(what).replace("unkown", "unknown");
    let near = lines
        .filter_map(|line| line.strip_prefix('│'))
        .map(|line| line.trim_start_matches('…').trim())
        .find(|line| !line.is_empty());
    match near {
        Some(near) => format!("{what} near `{near}`"),
        None => what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(source: &str) -> Result<String, String> {
        Macros::default().render(source, Display::Block)
    }

    #[test]
    fn a_formula_becomes_mathml() {
        let math = Macros::default().render("x^2", Display::Inline).unwrap();
        assert_eq!(math, r#"<math display="inline"><msup><mi>x</mi><mn>2</mn></msup></math>"#);
        assert!(block(r"\frac{1}{n}").unwrap().starts_with(r#"<math display="block"><mfrac>"#));
    }

    #[test]
    fn signs_of_comparison_and_spaces_are_escaped_once() {
        let math = block("a<b ~ c").unwrap();
        assert!(math.contains("<mo>&lt;</mo>"), "{math}");
        assert!(!math.contains("&amp;"), "{math}");
        assert!(math.contains("<mspace"), "{math}");
        assert!(block(r"\text{若 a & b}").is_ok_and(|math| math.contains("若 a &amp; b")));
    }

    #[test]
    fn colours_are_attributes_and_sizes_are_parted() {
        let math = block(r"\color{red} x \big( y").unwrap();
        assert!(!math.contains("style="), "{math}");
        assert!(math.contains(r##"mathcolor="#ff0000""##), "{math}");
        assert!(math.contains(r#"stretchy="true" minsize="#), "{math}");
    }

    #[test]
    fn definitions_serve_later_formulas() {
        let mut macros = Macros::default();
        assert_eq!(
            macros.render(r"\newcommand{\R}{\mathbb{R}} \newcommand{\half}[1]{\frac{#1}{2}}", Display::Block),
            Ok(String::new())
        );
        let later = macros.render(r"\half{\R}", Display::Inline).unwrap();
        assert!(later.contains("<mfrac>") && later.contains('ℝ'), "{later}");
        // Defining it once more is no mistake: documents repeat their definitions.
        assert!(macros.render(r"\newcommand\R{\mathbb{R}} \R", Display::Inline).is_ok_and(|math| math.contains('ℝ')));
        assert!(
            macros.render(r"\DeclareMathOperator{\rank}{rank} \rank A", Display::Inline).is_ok_and(|math| math.contains("rank"))
        );
    }

    #[test]
    fn elements_have_as_many_children_as_they_must() {
        let limit = block(r"i \lim_{x} y").unwrap();
        assert!(limit.contains("<mspace width=\"0.1667em\"></mspace><munder><mi>lim</mi><mrow>"), "{limit}");
        let styled = block(r"\displaystyle x").unwrap();
        assert!(styled.contains(r#"<mstyle displaystyle="true" scriptlevel="0"><mi>x</mi></mstyle>"#), "{styled}");
    }

    #[test]
    fn common_commands_are_known() {
        for source in [r"x \tag{1}", r"\boxed{x}", r"\begin{align} a &= b \nonumber \label{q}\end{align}"] {
            assert!(block(source).is_ok(), "{source}: {:?}", block(source));
        }
        let tagged = block(r"x \tag{1a}").unwrap();
        assert!(tagged.ends_with("<mtext>(1a)</mtext></math>"), "{tagged}");
    }

    #[test]
    fn a_mistake_is_told_in_one_line() {
        let error = block(r"x + \nosuchcommand y").unwrap_err();
        assert!(error.starts_with("unknown primitive command found near"), "{error}");
        assert!(!error.contains('\n'));
        assert!(block("{x").is_err());
        assert!(block(&"x".repeat(LONGEST + 1)).is_err());
    }

    #[test]
    fn no_tag_gets_through() {
        for source in [
            r"\operatorname{</math><script>}",
            r"\text{<script>alert(1)</script>}",
            "<img src=x>",
            r"\text{\u{0}}",
            r"\mathop{<b>}",
        ] {
            if let Ok(math) = block(source) {
                assert!(!math.contains("<script") && !math.contains("<img") && !math.contains("<b>"), "{math}");
            }
        }
    }

    #[test]
    fn hostile_formulas_end() {
        for source in [
            "{".repeat(8000),
            "{}".repeat(8000),
            r"\def\a{\a\a}\a".to_owned(),
            "&".repeat(100),
            r"\begin{array}{|c|}a&b&c\\\end{array}".to_owned(),
            "_^".repeat(4000),
        ] {
            let _ = block(&source);
        }
        let nested = format!("{}x{}", "{".repeat(8000), "}".repeat(8000));
        let _ = block(&nested);
    }
}
