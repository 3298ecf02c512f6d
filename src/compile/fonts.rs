//! The fonts of a site -> fonts known by their content, which social cards are set in; and that there are none where cards are asked for.

use crate::config::{Cards, Config, FILE};
use crate::diag::{At, Diag, Noted, code};
use crate::id::SourcePath;
use crate::load::{FONTS, Tree};
use crate::model::Font;
use crate::world::World;

/// Finds the fonts of a site; none where no cards are wanted.
pub(super) fn find(world: &dyn World, tree: &Tree, config: &Config) -> Noted<Vec<Font>> {
    let wanted = config.promotion.cards;
    if wanted == Some(Cards::None) {
        return Noted::clean(Vec::new());
    }
    // What cannot be read is no font; where that leaves none, it is said.
    let font = |path: &SourcePath| Some(Font { path: path.clone(), hash: world.facts(path).ok()?.hash });
    let fonts: Vec<Font> = tree.fonts.iter().filter_map(font).collect();
    let mut diags = Vec::new();
    if fonts.is_empty() && wanted.is_some() {
        let diag = Diag::warning(&code::NO_FONT, format!("there is no font in `{FONTS}` to set cards in, so there are none"));
        let diag = diag.at(At::key(&SourcePath::new(FILE), &["promotion", "cards"]));
        diags.push(diag.hint(format!("put font files into `{FONTS}`, for Chinese as Noto Serif CJK, or write `cards: none`")));
    }
    Noted::new(fonts, diags)
}
