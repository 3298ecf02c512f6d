//! LaTeX formulas to MathML, without styles or scripts.
//!
//! The parser and the renderer are a crate's; here its output is made fit for a strict content security policy, and
//! definitions (`\newcommand`) are carried from one formula of a document to the next. Invariant: the result holds known MathML
//! elements and attributes only, whatever the source is.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_latex::config::DisplayMode;
use pulldown_latex::event::{Content, Dimension, DimensionUnit, Event};
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

use super::markup::{Token, push_attribute, push_text, tokens};

/// The longest formula that is read, in bytes: the parser recurses, and takes quadratic time for nested groups.
const LONGEST: usize = 16 * 1024;

/// The most bytes of definitions that are carried on.
const MOST_MACROS: usize = 8 * 1024;

/// Commands that the parser does not know, by those that it knows.
const BUILTIN: [(&str, &str); 5] = [
    (r"\tag", r"\def\tag#1{\qquad(\text{#1})}"),
    (r"\boxed", r"\def\boxed#1{\begin{array}{|c|}\hline #1\\\hline\end{array}}"),
    (r"\label", r"\def\label#1{}"),
    (r"\nonumber", r"\def\nonumber{}"),
    (r"\notag", r"\def\notag{}"),
];

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
        clean(&drawn.unwrap_or_else(|_| Err("the formula cannot be read".to_owned()))?)
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

/// Rewrites `\newcommand` and its kin as `\def`, which the parser takes with and without arguments, and lists the definitions.
fn rewrite_definitions(source: &str) -> (String, Vec<(String, String)>) {
    let mut out = String::with_capacity(source.len());
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        let (before, command) = rest.split_at(at);
        out.push_str(before);
        if let Some((name, definition, after)) = definition(command) {
            out.push_str(&definition);
            found.push((name, definition));
            rest = after;
        } else {
            // The escaped character goes along, so that `\\newcommand` is a line break and a word.
            let end = command.char_indices().nth(2).map_or(command.len(), |(end, _)| end);
            out.push_str(&command[..end]);
            rest = &command[end..];
        }
    }
    out.push_str(rest);
    (out, found)
}

fn strip_definitions(formula: &str, found: &[(String, String)]) -> String {
    found.iter().fold(formula.to_owned(), |rest, (_, definition)| rest.replacen(definition, "", 1))
}

/// A definition at the start of `source`: the name with its backslash, the definition as `\def`, and what follows.
fn definition(source: &str) -> Option<(String, String, &str)> {
    let (command, rest) = control(source)?;
    match command {
        "\\newcommand" | "\\renewcommand" | "\\providecommand" => {
            let (name, rest) = defined_name(rest.strip_prefix('*').unwrap_or(rest))?;
            let (count, rest) = argument_count(rest)?;
            let (body, rest) = group(rest)?;
            let parameters: String = (1..=count).map(|n| format!("#{n}")).collect();
            Some((name.to_owned(), format!("\\def{name}{parameters}{{{body}}}"), rest))
        }
        "\\DeclareMathOperator" => {
            let (name, rest) = defined_name(rest.strip_prefix('*').unwrap_or(rest))?;
            let (body, rest) = group(rest)?;
            Some((name.to_owned(), format!("\\def{name}{{\\operatorname{{{body}}}}}"), rest))
        }
        "\\def" => {
            let (name, rest) = control(rest.trim_start())?;
            let open = rest.find('{')?;
            let (parameters, rest) = rest.split_at(open);
            let (body, rest) = group(rest)?;
            Some((name.to_owned(), format!("\\def{name}{parameters}{{{body}}}"), rest))
        }
        _ => None,
    }
}

/// `{\name}` or `\name`.
fn defined_name(source: &str) -> Option<(&str, &str)> {
    let source = source.trim_start();
    if let Some((name, rest)) = group(source) {
        let name = name.trim();
        return (control(name)?.1.is_empty()).then_some((name, rest));
    }
    control(source)
}

/// A control word with its backslash.
fn control(source: &str) -> Option<(&str, &str)> {
    let letters = source.strip_prefix('\\')?;
    let end = letters.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(letters.len());
    (end > 0).then(|| source.split_at(end + 1))
}

/// `[n]`, or nothing for 0. A default for the first argument (`[n][x]`) is left to the parser.
fn argument_count(source: &str) -> Option<(usize, &str)> {
    let source = source.trim_start();
    let Some(inner) = source.strip_prefix('[') else { return Some((0, source)) };
    let (count, rest) = inner.split_once(']')?;
    let count = count.trim().parse().ok().filter(|count| *count <= 9)?;
    let rest = rest.trim_start();
    (!rest.starts_with('[')).then_some((count, rest))
}

/// What stands in the braces at the start of `source`, and what follows them.
fn group(source: &str) -> Option<(&str, &str)> {
    let source = source.trim_start();
    let inner = source.strip_prefix('{')?;
    let mut depth = 1_usize;
    let mut escaped = false;
    for (at, b) in inner.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some((&inner[..at], &inner[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

/// The elements of MathML Core that the renderer writes, and how many children each must have; `None` for any number.
const ELEMENTS: [(&str, Option<usize>); 19] = [
    ("math", None),
    ("mrow", None),
    ("mi", None),
    ("mn", None),
    ("mo", None),
    ("mtext", None),
    ("mspace", None),
    ("mfrac", Some(2)),
    ("msqrt", None),
    ("mroot", Some(2)),
    ("msub", Some(2)),
    ("msup", Some(2)),
    ("msubsup", Some(3)),
    ("munder", Some(2)),
    ("mover", Some(2)),
    ("munderover", Some(3)),
    ("mtable", None),
    ("mtr", None),
    ("mtd", None),
];

/// An element that is being written.
struct Open<'a> {
    name: &'a str,
    /// Where it begins.
    start: usize,
    children: usize,
    /// Where its first child stands, if that is a space.
    space: Option<(usize, usize)>,
    /// Whether a `<mstyle>` stands around it.
    styled: bool,
}

/// Writes the renderer's output anew: known elements and attributes, colours as attributes instead of styles.
fn clean(source: &str) -> Result<String, String> {
    rewrite(source).ok_or_else(|| "the formula cannot be drawn".to_owned())
}

fn rewrite(source: &str) -> Option<String> {
    let mut out = String::with_capacity(source.len());
    let mut open: Vec<Open<'_>> = Vec::new();
    for token in tokens(source) {
        match token {
            Token::Open { name, attributes, closed } => {
                ELEMENTS.iter().find(|(known, _)| *known == name)?;
                open.push(push_open(&mut out, name, &attributes));
                if closed {
                    close(&mut out, &mut open)?;
                }
            }
            Token::Close(name) if open.last().is_some_and(|element| element.name == name) => close(&mut out, &mut open)?,
            Token::Close(_) => return None,
            Token::Text(text) => push_text(&mut out, text),
        }
    }
    open.is_empty().then_some(out)
}

fn push_open<'a>(out: &mut String, name: &'a str, attributes: &[(&str, &str)]) -> Open<'a> {
    let start = out.len();
    // MathML Core has them on every element, MathML 3 and so the validators on this one.
    let style: Vec<_> = attributes.iter().filter(|(key, _)| matches!(*key, "displaystyle" | "scriptlevel")).collect();
    if !style.is_empty() {
        out.push_str("<mstyle");
        style.iter().for_each(|(key, value)| push_attribute(out, key, value));
        out.push('>');
    }
    out.push('<');
    out.push_str(name);
    attributes.iter().for_each(|(key, value)| push_math_attribute(out, key, value));
    out.push('>');
    Open { name, start, children: 0, space: None, styled: !style.is_empty() }
}

/// Ends the innermost element. `None` if it has not the children that it must have.
fn close(out: &mut String, open: &mut Vec<Open<'_>>) -> Option<()> {
    let mut element = open.pop()?;
    out.push_str(&format!("</{}>", element.name));
    if element.styled {
        out.push_str("</mstyle>");
    }
    let wanted = ELEMENTS.iter().find(|(name, _)| *name == element.name).and_then(|(_, children)| *children);
    if let (Some(wanted), Some((from, to))) = (wanted, element.space)
        && element.children == wanted + 1
    {
        // The renderer parts a function from what is before it, but writes the space within the element that holds its limits.
        let moved = format!("{}{}", &out[from..to], &out[element.start..from]);
        out.replace_range(element.start..to, &moved);
        element.children -= 1;
    }
    if let Some(parent) = open.last_mut() {
        if parent.children == 0 && element.name == "mspace" {
            parent.space = Some((element.start, out.len()));
        }
        parent.children += 1;
    }
    wanted.is_none_or(|wanted| element.children == wanted).then_some(())
}

fn push_math_attribute(out: &mut String, key: &str, value: &str) {
    match key {
        "style" => {
            for declaration in value.split(';') {
                let Some((property, value)) = declaration.split_once(':') else { continue };
                let attribute = match property.trim() {
                    "color" => "mathcolor",
                    "background-color" => "mathbackground",
                    _ => continue,
                };
                if let Some(hex) = hex_color(value) {
                    push_attribute(out, attribute, &hex);
                }
            }
        }
        "display" | "class" | "mathvariant" | "stretchy" | "symmetric" | "minsize" | "maxsize" | "largeop" | "movablelimits"
        | "linethickness" | "width" | "height" | "depth" => push_attribute(out, key, value),
        _ => {}
    }
}

/// `rgb(1 2 3)` as `#010203`.
fn hex_color(value: &str) -> Option<String> {
    let parts = value.trim().strip_prefix("rgb(")?.strip_suffix(')')?;
    let parts: Vec<u8> = parts.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    (parts.len() == 3).then(|| parts.iter().fold(String::from("#"), |hex, part| format!("{hex}{part:02x}")))
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
