//! A card of a page -> its picture as an artifact, drawn once and kept by its key.
//!
//! A page names the address of its card before that is drawn, so that there always is one: characters that no font has are left out of it, and are
//! told. What is kept is the PNG file, and these characters before it, so that they are told each time.

use super::{Made, Making};
use crate::artifact::{Artifact, MediaType};
use crate::diag::{Diag, Noted, code};
use crate::id::{Hash, Route, SourcePath};
use crate::load::FONTS;
use crate::model::Font;
use crate::promote::card::{Card, Palette, Size, key};
use crate::render::card::{Fonts, Lacking, png};
use crate::view::social::{self, CardOf};
use crate::world::{Cache, Stage};

impl Making {
    /// The picture of a card.
    pub(super) fn card(&self, route: &Route, of: CardOf) -> Made {
        let fonts = || {
            let read = |font: &Font| self.services.world.read(&font.path).ok();
            Fonts::of_bytes(self.plan.site().fonts.iter().filter_map(read))
        };
        let (palette, hashes) = (social::palette(self.cx()), social::fonts(self.cx()));
        let fonts = || self.fonts.get_or_init(fonts);
        let made = kept(&*self.services.cache, (&social::card(self.cx(), of), social::SIZE), &palette, (&hashes, &fonts));
        made.map(|made| made.into_iter().map(|artifact| (route.clone(), artifact)).collect())
    }
}

/// Takes the picture of a card from the cache, or draws it in the fonts that are asked for then.
fn kept<'a>(
    cache: &dyn Cache,
    (card, size): (&Card, Size),
    palette: &Palette,
    (hashes, fonts): (&[Hash], &dyn Fn() -> &'a Fonts),
) -> Noted<Option<Artifact>> {
    let key = key(card, size, palette, hashes);
    let known = cache.get(Stage::Card, key).and_then(|bytes| unpack(&bytes));
    let artifact = |png: Vec<u8>| Artifact::bytes(MediaType::of_extension(&SourcePath::new("card.png").extension()), png);
    let draw = || drawn(card, size, palette, fonts()).inspect(|(missing, png)| cache.put(Stage::Card, key, &pack(missing, png)));
    let (missing, png) = match known.map_or_else(draw, Ok) {
        Ok(made) => made,
        Err(why) => {
            // A page names it, so that it must be there: without a word it still has the colours of the brand.
            let diag = Diag::warning(&code::NO_FONT, format!("cards have no words: {why}"));
            let diag = diag.hint(format!("put fonts into `{FONTS}` that can be read, or write `promotion.cards: none`"));
            return Noted::new(png(&card.wordless(), size, palette, fonts()).ok().map(artifact), vec![diag]);
        }
    };
    let diags = if missing.is_empty() { Vec::new() } else { vec![lacks(&missing)] };
    Noted::new(Some(artifact(png)), diags)
}

/// Draws a card without what no font has; returns that too.
fn drawn(card: &Card, size: Size, palette: &Palette, fonts: &Fonts) -> Result<(String, Vec<u8>), String> {
    let mut missing = String::new();
    loop {
        match png(&card.without(&missing), size, palette, fonts) {
            Ok(png) => return Ok((missing, png)),
            Err(Lacking::Characters(more)) if more.chars().any(|c| !missing.contains(c)) => missing.push_str(&more),
            Err(Lacking::Characters(more)) => return Err(format!("no font has `{more}`")),
            Err(Lacking::Fonts) => return Err(format!("there is no font in `{FONTS}` that can be read")),
            Err(Lacking::Picture(why)) => return Err(why),
        }
    }
}

/// Says once for a site that it has no font for Chinese; of rarer characters, which ones.
fn lacks(missing: &str) -> Diag {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    if missing.chars().any(is_han) {
        let diag =
            Diag::warning(&code::NO_FONT, format!("no font in `{FONTS}` has all the Chinese that cards say, so they lack it"));
        return diag.hint(format!(
            "put a font that has it into `{FONTS}`, as Noto Serif CJK (思源宋体), or write `promotion.cards: none`"
        ));
    }
    let shown: String = missing.chars().take(10).collect();
    let diag = Diag::warning(&code::NO_FONT, format!("no font in `{FONTS}` has the characters `{shown}`, so cards lack them"));
    diag.hint(format!("put a font that has them into `{FONTS}`, or leave them out of titles and names"))
}

fn pack(missing: &str, png: &[u8]) -> Vec<u8> {
    let length = u32::try_from(missing.len()).unwrap_or(0).to_be_bytes();
    [&length, missing.as_bytes(), png].concat()
}

fn unpack(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (missing, png) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    Some((String::from_utf8(missing.to_vec()).ok()?, png.to_vec()))
}
