//! Colours -> how well one is read on another, and the nearest one that is.
//!
//! Lightness is changed in Oklab, where hue stays what it was (Ottosson 2020, "A perceptual color space for image processing").
//! Invariant: whatever the ground, [`readable`] finds a colour, since black or white can be read on anything.

use crate::config::Colour;

/// The least contrast of text with its ground (WCAG 2.2, success criterion 1.4.3).
pub(super) const LEAST: f64 = 4.5;

/// A step of lightness: finer than what eight bits can tell.
const STEP: f64 = 1.0 / 512.0;

/// The contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
pub(super) fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colour nearest in lightness, of the same hue, that text can have on a ground.
pub(super) fn readable(colour: Colour, ground: Colour) -> Colour {
    let towards = if contrast(BLACK, ground) > contrast(WHITE, ground) { -STEP } else { STEP };
    let lab = Oklab::of(colour);
    let steps = (0..=512).map(|step| Oklab { lightness: lab.lightness + f64::from(step) * towards, ..lab });
    let end = if towards < 0.0 { BLACK } else { WHITE };
    std::iter::once(colour)
        .chain(steps.take_while(|lab| (0.0..=1.0).contains(&lab.lightness)).map(Oklab::colour))
        .find(|&colour| contrast(colour, ground) >= LEAST)
        .unwrap_or(end)
}

/// Black or white, whichever is read better on a ground.
pub(super) fn ink(ground: Colour) -> Colour {
    if contrast(WHITE, ground) >= LEAST { WHITE } else { BLACK }
}

const BLACK: Colour = Colour { rgb: [0; 3] };
const WHITE: Colour = Colour { rgb: [255; 3] };

/// Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance").
fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] = colour.rgb.map(linear);
    0.0722f64.mul_add(blue, 0.2126f64.mul_add(red, 0.7152 * green))
}

/// The light of a channel (IEC 61966-2-1).
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// The channel of a light; `None` for what sRGB cannot show.
fn channel(light: f64) -> Option<u8> {
    // What rounds to a channel is shown by it.
    const SLACK: f64 = 1e-3;
    if !(-SLACK..=1.0 + SLACK).contains(&light) {
        return None;
    }
    let light = light.clamp(0.0, 1.0);
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055f64.mul_add(light.powf(1.0 / 2.4), -0.055) };
    Some((value * 255.0).round() as u8)
}

/// A colour by lightness and two opposed hues.
#[derive(Clone, Copy)]
struct Oklab {
    lightness: f64,
    a: f64,
    b: f64,
}

impl Oklab {
    fn of(colour: Colour) -> Self {
        let [red, green, blue] = colour.rgb.map(linear);
        let l = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let m = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let s = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        Self {
            lightness: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            a: 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        }
    }

    /// The colour of sRGB, as vivid as it can show it.
    fn colour(self) -> Colour {
        let paler = |step: i32| {
            let share = 1.0 - f64::from(step) / 64.0;
            Self { a: self.a * share, b: self.b * share, ..self }
        };
        (0..=64).find_map(|step| paler(step).exactly()).unwrap_or(if self.lightness < 0.5 { BLACK } else { WHITE })
    }

    fn exactly(self) -> Option<Colour> {
        let Self { lightness, a, b } = self;
        let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        let red = channel(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s)?;
        let green = channel(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s)?;
        let blue = channel(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s)?;
        Some(Colour { rgb: [red, green, blue] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap_or(BLACK)
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
        // The greys that the standard's understanding document names as the edge on white: #767676 passes, #777777 does not.
        assert!(contrast(colour("#767676"), WHITE) >= LEAST);
        assert!(contrast(colour("#777"), WHITE) < LEAST);
    }

    #[test]
    fn oklab_leads_there_and_back() {
        for text in ["#000000", "#ffffff", "#0f766e", "#ff0000", "#123456"] {
            assert_eq!(Oklab::of(colour(text)).colour().to_string(), text);
        }
    }

    #[test]
    fn a_readable_colour_is_found_on_every_ground_and_is_as_near_as_can_be() {
        for red in (0..=255).step_by(51) {
            for blue in (0..=255).step_by(51) {
                let written = Colour { rgb: [red, 120, blue] };
                for ground in [WHITE, BLACK, colour("#fbfaf7"), colour("#1b1a18"), colour("#808080")] {
                    let found = readable(written, ground);
                    assert!(contrast(found, ground) >= LEAST, "{written} on {ground}: {found}");
                    if contrast(written, ground) >= LEAST {
                        assert_eq!(found, written);
                    } else {
                        assert!(
                            found == BLACK || found == WHITE || contrast(found, ground) < LEAST + 0.2,
                            "{written} on {ground}: {found}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn ink_is_read_on_every_ground() {
        for level in 0..=255 {
            let ground = Colour { rgb: [level; 3] };
            assert!(contrast(ink(ground), ground) >= LEAST, "{ground}");
        }
    }
}
