//! An address -> a QR code as PNG, black on white: for what is read on paper, or where links are barred.
//!
//! Four modules of white stand around it, as readers need them (ISO/IEC 18004, 9.1), and a sixth of it may be dirty (level M).

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of a module.
const MODULE: usize = 10;
/// Modules of white around the code.
const QUIET: usize = 4;

/// Draws the code of an address; `None` if it is too long for one.
#[must_use]
pub fn png(address: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let modules = code.to_colors();
    let width = code.width();
    let side = (width + 2 * QUIET) * MODULE;
    let mut pixels = vec![255; side * side];
    for (at, _) in modules.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark) {
        let (left, top) = ((at % width + QUIET) * MODULE, (at / width + QUIET) * MODULE);
        for row in top..top + MODULE {
            pixels[row * side + left..][..MODULE].fill(0);
        }
    }
    let mut bytes = Vec::new();
    let side = u32::try_from(side).ok()?;
    PngEncoder::new(&mut bytes).write_image(&pixels, side, side, ExtendedColorType::L8).ok()?;
    Some(bytes)
}
