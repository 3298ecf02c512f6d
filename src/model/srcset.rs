//! The value of a `srcset` attribute -> where its addresses stand.
//!
//! Source: HTML Standard, section 4.8.4.2.2 (parsing a srcset attribute). What follows an address, as `2x` or `480w`, is passed over.
//! Invariant: an address holds no white space, and neither begins nor ends with a comma.

use std::ops::Range;

/// Where each address of a `srcset` stands, in order.
#[must_use]
pub fn addresses(value: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let past = |from: usize, is_over: &dyn Fn(char) -> bool| value[from..].find(is_over).map_or(value.len(), |len| from + len);
    loop {
        let start = past(at, &|c| c != ',' && !c.is_ascii_whitespace());
        if start == value.len() {
            return found;
        }
        let end = past(start, &|c| c.is_ascii_whitespace());
        let bare = start + value[start..end].trim_end_matches(',').len();
        found.push(start..bare);
        // A comma at its end ends the candidate, else the next one does; one in brackets stands in a descriptor of times to come.
        at = if bare < end { end } else { past_descriptors(value, end) };
    }
}

/// The place after the descriptors that begin at `from`.
fn past_descriptors(value: &str, from: usize) -> usize {
    let mut is_open = false;
    for (at, sign) in value[from..].char_indices() {
        match sign {
            '(' => is_open = true,
            ')' => is_open = false,
            ',' if !is_open => return from + at,
            _ => {}
        }
    }
    value.len()
}

/// The value with other addresses, where `new` gives one.
#[must_use]
pub fn readdressed(value: &str, new: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(value.len());
    let mut copied = 0;
    for range in addresses(value) {
        if let Some(address) = new(&value[range.clone()]) {
            out.push_str(&value[copied..range.start]);
            out.push_str(&address);
            copied = range.end;
        }
    }
    out + &value[copied..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_as_browsers_find_them() {
        for (value, expected) in [
            ("a.png", &["a.png"][..]),
            (" /图.webp 480w,\n b.webp 2x ", &["/图.webp", "b.webp"]),
            ("a.png, b.png 2x", &["a.png", "b.png"]),
            // Without white space the comma is the address's own.
            ("a.png,b.png 2x,c.png", &["a.png,b.png", "c.png"]),
            ("data:image/png;base64,AA== 1x, ,, c", &["data:image/png;base64,AA==", "c"]),
            ("a.png (1, 2) 3w, b.png", &["a.png", "b.png"]),
            (", ,", &[]),
            ("", &[]),
        ] {
            let found: Vec<&str> = addresses(value).into_iter().map(|range| &value[range]).collect();
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn nothing_but_addresses_is_changed() {
        let new = |address: &str| (address != "b").then(|| format!("/{address}"));
        assert_eq!(readdressed(" a 1x,b 2x,\tc", &new), " /a 1x,b 2x,\t/c");
    }
}
