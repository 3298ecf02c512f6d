//! The head of an image file -> its width and height in pixels as displayed.
//!
//! Pixels are never decoded. Invariant: at most [`JPEG_HEAD`] bytes are held, whatever the file says of itself.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};

use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader};

/// How much of a JPEG file is looked at. Its size stands behind the colour profile and the preview, which take some hundred kB at most.
const JPEG_HEAD: u64 = 4 << 20;

/// How much of an SVG file is looked at for its root element.
const SVG_HEAD: u64 = 4096;

/// The dimensions of an image, which its extension must say it is; `None` if it does not say, or is damaged.
pub(super) fn dimensions(file: &mut File, extension: &str) -> Option<(u32, u32)> {
    match extension {
        "png" | "jpg" | "jpeg" | "gif" | "webp" => raster(BufReader::new(file)),
        "svg" => {
            let mut head = Vec::new();
            file.take(SVG_HEAD).read_to_end(&mut head).ok()?;
            svg(&String::from_utf8_lossy(&head))
        }
        _ => None,
    }
}

fn raster(file: impl BufRead + Seek) -> Option<(u32, u32)> {
    let reader = ImageReader::new(file).with_guessed_format().ok()?;
    if reader.format()? != ImageFormat::Jpeg {
        return reader.into_dimensions().ok();
    }
    let mut head = Vec::new();
    reader.into_inner().take(JPEG_HEAD).read_to_end(&mut head).ok()?;
    let mut decoder = ImageReader::with_format(Cursor::new(head), ImageFormat::Jpeg).into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let on_its_side = matches!(
        decoder.orientation().ok()?,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    Some(if on_its_side { (height, width) } else { (width, height) })
}

/// The dimensions that the root element of an SVG file gives, by `width` and `height`, else in the proportions of its `viewBox`.
fn svg(head: &str) -> Option<(u32, u32)> {
    let root = root_tag(head)?;
    let length = |name| attribute(root, name).and_then(pixels);
    let view = attribute(root, "viewBox").and_then(view_box);
    let (width, height) = match (length("width"), length("height"), view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(view)) => view,
        _ => return None,
    };
    let whole = |length: f64| (length.is_finite() && length > 0.0 && length < 1e6).then(|| length.round().max(1.0) as u32);
    Some((whole(width)?, whole(height)?))
}

/// The attributes of the `<svg …>` tag. Comments and the document type, which may hold the same letters, are skipped.
fn root_tag(head: &str) -> Option<&str> {
    let mut rest = head;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = &comment[comment.find("-->")? + 3..];
        } else if rest.starts_with(['!', '?']) {
            rest = &rest[rest.find('>')? + 1..];
        } else {
            let attributes = rest.strip_prefix("svg")?;
            return attributes.starts_with(|c: char| c.is_whitespace() || c == '>').then(|| tag_end(attributes));
        }
    }
}

/// The text up to the `>` that closes the tag; a `>` within quotes does not.
fn tag_end(attributes: &str) -> &str {
    let mut quote = None;
    let end = attributes.find(|c: char| match (quote, c) {
        (None, '"' | '\'') => {
            quote = Some(c);
            false
        }
        (Some(open), _) if open == c => {
            quote = None;
            false
        }
        (None, '>') => true,
        _ => false,
    });
    &attributes[..end.unwrap_or(attributes.len())]
}

/// The value of an attribute, by its full name.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, next) = after[1..].split_once(quote)?;
        if key.trim() == name {
            return Some(value);
        }
        rest = next;
    }
    None
}

/// A CSS length in pixels (CSS Values 4, "Absolute lengths": 96 pixels to an inch); `None` for a relative one.
fn pixels(length: &str) -> Option<f64> {
    let length = length.trim();
    let unit_at = length.find(|c: char| c.is_ascii_alphabetic() && c != 'e' || c == '%').unwrap_or(length.len());
    let (number, unit) = length.split_at(unit_at);
    let factor = match unit {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        "Q" => 96.0 / 101.6,
        _ => return None,
    };
    number.trim().parse::<f64>().ok().map(|number| number * factor).filter(|pixels| *pixels > 0.0)
}

/// Width and height of a view box.
fn view_box(value: &str) -> Option<(f64, f64)> {
    let mut numbers =
        value.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty()).map(|part| part.parse::<f64>().ok());
    let (_, _, width, height) = (numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()??);
    (width > 0.0 && height > 0.0).then_some((width, height))
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn svg_by_width_and_height() {
        assert_eq!(svg(r#"<svg width="120" height='80px' viewBox="0 0 1 1">"#), Some((120, 80)));
        assert_eq!(svg(r#"<svg xmlns="x" height="1in" width="72pt">"#), Some((96, 96)));
        assert_eq!(svg(r#"<svg stroke-width="9" width="10" height="20">"#), Some((10, 20)));
    }

    #[test]
    fn svg_by_its_view_box() {
        assert_eq!(svg(r#"<svg viewBox="0 0 300.4 150">"#), Some((300, 150)));
        assert_eq!(svg(r#"<svg viewBox="0,0,300,150" width="100%" height="50">"#), Some((100, 50)));
        assert_eq!(svg(r#"<svg viewBox="-5 -5 200 100" width="50">"#), Some((50, 25)));
    }

    #[test]
    fn svg_behind_a_prologue() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C\">\n<!-- <svg width='1' height='1'> 图 -->\n<svg\n width=\"7\"\n height=\"9\" title=\"a>b\"/>";
        assert_eq!(svg(text), Some((7, 9)));
    }

    #[test]
    fn svg_that_says_nothing_or_nonsense() {
        for text in [
            "",
            "<svg>",
            "<svg width='1'",
            "<html width='1' height='1'>",
            "<svg width='0' height='5'>",
            "<svg viewBox='0 0 0 0'>",
            "<svg width='1e99' height='1'>",
            "<svg width='nan' height='inf'>",
            "<svg width height=3>",
            "<svg viewBox='0 0 1'>",
            "<!-- <svg",
        ] {
            assert_eq!(svg(text), None, "{text}");
        }
    }
}
