//! A card -> a PNG file: set in type by `typeset`, drawn as SVG, and turned into pixels by resvg, which is named here alone.
//!
//! Whatever makes the same card look otherwise raises `promote::card::VERSION`. Invariant: the same card, colours and fonts give the same bytes.
//! No font is looked for on the machine unless the caller asks for it.

mod typeset;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{FontResolver, Node, Options, Tree};

use self::typeset::{Frame, Set};
use super::html::escape;
use super::qr;
use crate::config::Colour;
use crate::promote::card::{Card, Palette, Size};

/// Families that most systems have one of, for titles: in Han scripts, then in others.
const HAN: [&str; 7] = [
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
];
const LATIN: [&str; 6] = ["Charter", "Noto Serif", "Georgia", "Cambria", "DejaVu Serif", "Noto Serif CJK SC"];

/// Fonts to set cards in.
pub struct Fonts {
    database: Arc<Database>,
    /// The families of the given files, in order; empty for those of the system.
    own: Vec<String>,
}

/// Why there is no card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// No font could be read.
    Fonts,
    /// No font has these characters.
    Characters(String),
    /// The picture could not be drawn: a fault of this module.
    Picture(String),
}

impl Fonts {
    /// The fonts of these files; what is no font is passed over.
    #[must_use]
    pub fn of(files: &[PathBuf]) -> Self {
        let mut database = Database::new();
        for file in files {
            // What cannot be read is no font; a card that lacks it says so.
            let _ = database.load_font_file(file);
        }
        Self::in_order(database)
    }

    /// The fonts of files with this content; what is no font is passed over.
    #[must_use]
    pub fn of_bytes(files: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut database = Database::new();
        files.into_iter().for_each(|file| database.load_font_data(file));
        Self::in_order(database)
    }

    fn in_order(database: Database) -> Self {
        let mut own: Vec<String> = Vec::new();
        for name in database.faces().flat_map(|face| face.families.iter().map(|(name, _)| name)) {
            if !own.contains(name) {
                own.push(name.clone());
            }
        }
        Self { database: Arc::new(database), own }
    }

    /// The fonts of the machine.
    #[must_use]
    pub fn system() -> Self {
        let mut database = Database::new();
        database.load_system_fonts();
        Self { database: Arc::new(database), own: Vec::new() }
    }

    /// The value of `font-family`.
    fn family(&self, card: &Card) -> String {
        let wanted: Vec<&str> = match self.own[..] {
            [] if card.lang.is_han() => HAN.into(),
            [] => LATIN.into(),
            _ => self.own.iter().map(String::as_str).collect(),
        };
        let quoted: Vec<String> =
            wanted.iter().map(|name| format!("'{}'", escaped(&name.replace(['\'', '"', '\\'], "")))).collect();
        format!("{}, serif", quoted.join(", "))
    }
}

/// Draws a card as a PNG file.
///
/// # Errors
/// Fonts that are not there, or lack characters of the card.
pub fn png(card: &Card, size: Size, palette: &Palette, fonts: &Fonts) -> Result<Vec<u8>, Lacking> {
    if fonts.database.is_empty() && !card.is_wordless() {
        return Err(Lacking::Fonts);
    }
    let studio = Studio { fonts, family: fonts.family(card), missing: Arc::default(), widths: Mutex::default() };
    let svg = draw(card, size, palette, &studio);
    let tree = studio.tree(&svg).map_err(Lacking::Picture)?;
    let missing = studio.missing.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if !missing.is_empty() {
        return Err(Lacking::Characters(missing.into_iter().collect()));
    }
    let (width, height) = size.pixels();
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| Lacking::Picture("no room for it".to_owned()))?;
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| Lacking::Picture(error.to_string()))
}

/// Where type is set and measured.
struct Studio<'a> {
    fonts: &'a Fonts,
    family: String,
    /// Characters that no font has.
    missing: Arc<Mutex<BTreeSet<char>>>,
    /// Widths of texts that were measured, in units of their size.
    widths: Mutex<BTreeMap<String, f32>>,
}

impl Studio<'_> {
    fn tree(&self, svg: &str) -> Result<Tree, String> {
        let missing = Arc::clone(&self.missing);
        let fallback = FontResolver::default_fallback_selector();
        let options = Options {
            fontdb: Arc::clone(&self.fonts.database),
            font_resolver: FontResolver {
                select_font: FontResolver::default_font_selector(),
                select_fallback: Box::new(move |c, tried, database| {
                    let found = fallback(c, tried, database);
                    if found.is_none() {
                        missing.lock().unwrap_or_else(PoisonError::into_inner).insert(c);
                    }
                    found
                }),
            },
            ..Options::default()
        };
        Tree::from_str(svg, &options).map_err(|error| error.to_string())
    }

    /// The width of a text in units of its size.
    fn measure(&self, text: &str) -> f32 {
        if let Some(width) = self.widths.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return *width;
        }
        const SIZE: f32 = 100.0;
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"><text font-family=\"{}\" font-weight=\"700\" font-size=\"{SIZE}\">{}</text></svg>",
            self.family,
            escaped(text)
        );
        let tree = self.tree(&svg);
        let node = tree.as_ref().ok().and_then(|tree| tree.root().children().first());
        let width = match node {
            Some(Node::Text(text)) => text.bounding_box().width() / SIZE,
            _ => 0.0,
        };
        self.widths.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned(), width);
        width
    }
}

/// Where everything stands on a card, in pixels.
struct Measures {
    /// Width and height of the card.
    size: (f32, f32),
    /// The stripe at its side.
    stripe: f32,
    /// The left edge of text, and how wide it may be.
    left: f32,
    room: f32,
    /// The size of small text, and the top and bottom of the title's room.
    small: f32,
    title: (f32, f32),
    /// The baseline of the last line.
    foot: f32,
    /// The side of the code; 0 without one.
    code: f32,
}

impl Measures {
    fn of(size: Size, has_code: bool) -> Self {
        let (width, height) = size.pixels();
        let (wide, high) = (width as f32, height as f32);
        let unit = wide.min(high);
        let margin = (unit * 0.09).round();
        let small = (unit * if size == Size::Wechat { 0.062 } else { 0.042 }).round();
        let stripe = (unit * 0.02).round();
        let left = margin + stripe;
        // Where a link is seen, nobody needs a code to it; where the picture travels alone, they do.
        let code = if has_code && matches!(size, Size::Square | Size::Story) { (unit * 0.22).round() } else { 0.0 };
        let foot = high - margin;
        let bottom = foot - (small * 2.6).max(code + small * 1.2);
        Self {
            size: (wide, high),
            stripe,
            left,
            room: wide - left - margin,
            small,
            title: (margin + small * 2.2, bottom),
            foot,
            code,
        }
    }
}

/// A card being drawn.
struct Drawing<'a> {
    studio: &'a Studio<'a>,
    at: Measures,
    svg: String,
}

/// Draws the card: a stripe at its side, the site's name and the level above, the title in the middle, and below whose it is and what it costs.
fn draw(card: &Card, size: Size, palette: &Palette, studio: &Studio<'_>) -> String {
    let code = card.code.as_deref().and_then(qr::path);
    let at = Measures::of(size, code.is_some());
    let (width, height) = at.size;
    let mut drawing = Drawing { studio, at, svg: String::new() };
    // Writing to a `String` cannot fail.
    let _ = write!(
        drawing.svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"{}\"><rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/><rect width=\"{}\" height=\"{height}\" fill=\"{}\"/>",
        studio.family, palette.paper, drawing.at.stripe, palette.accent
    );
    let margin = drawing.at.left - drawing.at.stripe;
    let top = margin + drawing.at.small;
    drawing.pair((&card.site, palette.soft), (&card.level, palette.soft), top, drawing.at.room);
    drawing.title(card, palette);
    drawing.foot(card, palette, code.filter(|_| drawing.at.code > 0.0));
    drawing.svg.push_str("</svg>");
    drawing.svg
}

impl Drawing<'_> {
    fn line(&mut self, text: &str, (x, y): (f32, f32), (size, weight): (f32, u32), fill: Colour) {
        let text = escaped(text);
        let _ = write!(
            self.svg,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{fill}\">{text}</text>"
        );
    }

    /// As much of a small text as a room has place for.
    fn shortened(&self, text: &str, room: f32) -> String {
        let small = self.at.small;
        let line = Frame { width: room, height: small, sizes: (small, small), leading: 1.0 };
        typeset::set(text, &line, &|text| self.studio.measure(text)).lines.first().cloned().unwrap_or_default()
    }

    /// Two small texts on a line, the second at its right end, which goes before the first where there is little room.
    fn pair(&mut self, (first, of_first): (&str, Colour), (second, of_second): (&str, Colour), y: f32, room: f32) {
        let (left, small) = (self.at.left, self.at.small);
        let second = self.shortened(second, room);
        let taken = self.studio.measure(&second) * small;
        if !second.is_empty() {
            self.line(&second, (left + room - taken, y), (small, 400), of_second);
        }
        let rest = if second.is_empty() { room } else { room - taken - small };
        if rest > small * 2.0 {
            let first = self.shortened(first, rest);
            self.line(&first, (left, y), (small, 400), of_first);
        }
    }

    fn title(&mut self, card: &Card, palette: &Palette) {
        let (top, bottom) = self.at.title;
        let unit = self.at.size.0.min(self.at.size.1);
        let leading = if card.lang.is_han() { 1.32 } else { 1.18 };
        // A Han character says more than a letter, and is set larger.
        let largest = (unit * if card.lang.is_han() { 0.125 } else { 0.092 }).round();
        let frame = Frame { width: self.at.room, height: bottom - top, sizes: (largest, (unit * 0.055).round()), leading };
        let title = typeset::set(&card.title, &frame, &|text| self.studio.measure(text));
        let baseline = middle(&title, (top, bottom), leading);
        for (number, text) in title.lines.iter().enumerate() {
            let y = baseline + number as f32 * title.size * leading;
            self.line(text, (self.at.left, y), (title.size, 700), palette.ink);
        }
    }

    /// Whose it is and what it costs; and at the right of both the code, on white whatever the paper is.
    fn foot(&mut self, card: &Card, palette: &Palette, code: Option<(usize, String)>) {
        let Measures { left, room, small, foot, code: side, .. } = self.at;
        let from: Vec<&str> = [card.name.as_str(), card.author.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
        let whole = from.join(" · ");
        let room = if code.is_some() { room - side - small } else { room };
        let taken = if card.price.is_empty() || code.is_some() { 0.0 } else { (self.studio.measure(&card.price) + 1.0) * small };
        // Rather one of the two than the half of both.
        let fits = self.studio.measure(&whole) * small <= room - taken;
        let from = if fits { whole.as_str() } else { from.first().copied().unwrap_or_default() };
        let rule = foot - small * 1.7;
        let _ = write!(
            self.svg,
            "<rect x=\"{left}\" y=\"{rule}\" width=\"{room}\" height=\"1\" fill=\"{}\" opacity=\"0.35\"/>",
            palette.soft
        );
        let Some((modules, data)) = code else {
            return self.pair((from, palette.accent), (&card.price, palette.ink), foot, room);
        };
        self.pair((from, palette.accent), ("", palette.ink), foot, room);
        if !card.price.is_empty() {
            let price = self.shortened(&card.price, room);
            self.line(&price, (left, rule - small * 0.8), (small, 400), palette.ink);
        }
        let (x, y, scale) = (left + room + small, foot - side, side / modules as f32);
        let _ = write!(
            self.svg,
            "<g transform=\"translate({x} {y}) scale({scale})\"><rect width=\"{modules}\" height=\"{modules}\" fill=\"#fff\"/><path d=\"{data}\" fill=\"#000\" shape-rendering=\"crispEdges\"/></g>"
        );
    }
}

/// A text as XML holds it: control characters have no place there.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape::text(&mut out, &text.replace(char::is_control, ""));
    out
}

/// The baseline of the first line, so that all lines stand in the middle between top and bottom.
fn middle(title: &Set, (top, bottom): (f32, f32), leading: f32) -> f32 {
    let high = title.size * leading * title.lines.len() as f32;
    // Letters stand about 0.85 of their size above the bottom of their line's box.
    top + (bottom - top - high).max(0.0) / 2.0 + title.size * (leading / 2.0 + 0.35)
}
