//! The brand's colours and the theme's paper -> the colours that pages use, and what cannot be read of them.
//!
//! They reach pages as custom properties at the end of `site.css`, so that its fingerprint covers them. Invariant: what is derived can be read.

use super::Paper;
use super::colour::{self, LEAST, contrast};
use crate::config::{Brand, Colour, FILE};
use crate::diag::{At, Diag, Noted, code};
use crate::id::SourcePath;

/// The accent for each ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Palette {
    light: Colour,
    dark: Colour,
}

/// Settles the colours of a brand; `None` where it has no accent.
///
/// A written colour is used as it is, and a warning tells where text in it would be hard to read.
pub(super) fn palette(brand: &Brand, paper: &Paper) -> Noted<Option<Palette>> {
    let mut diags = Vec::new();
    let mut check = |key: &str, written: Colour, ground: Colour, mode: &str| {
        let measured = contrast(written, ground);
        if measured < LEAST {
            // Rounded down: `4.5` must not be said of what is below it.
            let shown = (measured * 100.0).floor() / 100.0;
            let message =
                format!("`{written}` is hard to read on the theme's {mode} paper `{ground}`: {shown:.2}:1, not {LEAST}:1");
            let diag = Diag::warning(&code::LOW_CONTRAST, message).at(At::key(&SourcePath::new(FILE), &["brand", key]));
            diags.push(diag.hint(format!("the nearest colour that can be read is `{}`", colour::readable(written, ground))));
        }
    };
    let palette = match (brand.accent, brand.accent_dark) {
        (Some(light), dark) => {
            check("accent", light, paper.light, "light");
            Some(Palette { light, dark: dark.unwrap_or_else(|| colour::readable(light, paper.dark)) })
        }
        (None, Some(dark)) => Some(Palette { light: colour::readable(dark, paper.light), dark }),
        (None, None) => None,
    };
    if let Some(dark) = brand.accent_dark {
        check("accent_dark", dark, paper.dark, "dark");
    }
    Noted::new(palette, diags)
}

impl Palette {
    /// The custom properties: `--brand-light` and `--brand-dark`, and with `-ink` the colour of text upon each.
    pub(super) fn css(self) -> String {
        let Self { light, dark } = self;
        format!(
            ":root{{--brand-light:{light};--brand-light-ink:{};--brand-dark:{dark};--brand-dark-ink:{}}}",
            colour::ink(light),
            colour::ink(dark)
        )
    }
}
