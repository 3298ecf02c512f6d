//! An address -> a QR code, as PNG, black on white, or as the path of a drawing: for what is read on paper or on another screen, or where links are barred.
//!
//! Four modules of white stand around it, as readers need them (ISO/IEC 18004, 9.1), and a sixth of it may be dirty (level M).

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of a module.
const MODULE: usize = 10;
/// Modules of white around the code.
const QUIET: usize = 4;

/// The dark modules of a code: their places, in modules from its upper left corner.
struct Modules {
    /// Modules on each side.
    width: usize,
    dark: Vec<(usize, usize)>,
}

fn modules(address: &str) -> Option<Modules> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let width = code.width();
    let colours = code.to_colors();
    let dark = colours.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark).map(|(at, _)| (at % width, at / width));
    Some(Modules { width, dark: dark.collect() })
}

/// Draws the code of an address as the data of an SVG path in modules, its margin counted, with the modules on each side; `None` if the address
/// is too long for one. It is to be filled with a dark colour on a light ground.
#[must_use]
pub fn path(address: &str) -> Option<(usize, String)> {
    let Modules { width, dark } = modules(address)?;
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (x, y) in dark {
        match runs.last_mut() {
            Some((left, row, length)) if *row == y && *left + *length == x => *length += 1,
            _ => runs.push((x, y, 1)),
        }
    }
    let data = runs.iter().map(|(x, y, length)| format!("M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET)).collect();
    Some((width + 2 * QUIET, data))
}

/// Draws the code of an address as a picture; `None` if it is too long for one.
#[must_use]
pub fn png(address: &str) -> Option<Vec<u8>> {
    let Modules { width, dark } = modules(address)?;
    let side = (width + 2 * QUIET) * MODULE;
    let mut pixels = vec![255; side * side];
    for (x, y) in dark {
        let (left, top) = ((x + QUIET) * MODULE, (y + QUIET) * MODULE);
        for row in top..top + MODULE {
            pixels[row * side + left..][..MODULE].fill(0);
        }
    }
    let mut bytes = Vec::new();
    let side = u32::try_from(side).ok()?;
    PngEncoder::new(&mut bytes).write_image(&pixels, side, side, ExtendedColorType::L8).ok()?;
    Some(bytes)
}
