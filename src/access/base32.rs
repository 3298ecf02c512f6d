//! Bytes <-> what people copy by hand: Crockford's base 32 in groups of five, with a check symbol at the end.
//!
//! The check symbol is Luhn's, modulo 32 (ISO/IEC 7812-1's rule with 32 signs): it finds every single wrong sign and nearly every pair that
//! changed places. Reading is lenient as Crockford means it: case does not matter, `O` is `0`, `I` and `L` are `1`, and whatever is neither a
//! letter nor a digit of ASCII is skipped, which phones and chats put in: dashes of all kinds, signs that nobody sees, a label in Chinese. Letters
//! may be full-width, as keyboards for Chinese write them (NFKC, Unicode Standard Annex 15). Of a link, what follows the last `#` is read.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The signs, by value: no `I`, `L`, `O` and `U`.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What is wrong with something that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistyped {
    /// It is shorter or longer than it should be.
    Length,
    /// This sign is none of ours.
    Sign(char),
    /// The check symbol does not fit: a sign is wrong, or two changed places.
    Check,
}

/// Writes bytes with a prefix: `KM-XXXXX-XXXXX`.
#[must_use]
pub fn write(prefix: &str, bytes: &[u8]) -> Zeroizing<String> {
    let mut values: Zeroizing<Vec<u8>> = Zeroizing::new(Vec::with_capacity(count(bytes.len()) + 1));
    for number in 0..count(bytes.len()) {
        values.push((0..5).fold(0, |value, bit| (value << 1) | bit_at(bytes, number * 5 + bit)));
    }
    let check = (32 - luhn(&values, 2) % 32) % 32;
    values.push(check as u8);
    let mut text = Zeroizing::new(String::with_capacity(prefix.len() + values.len() + values.len() / 5 + 1));
    text.push_str(prefix);
    for (number, &value) in values.iter().enumerate() {
        if number % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(SIGNS[usize::from(value)]));
    }
    text
}

/// Reads what [`write`] wrote, with or without its prefix.
///
/// # Errors
///
/// If it is not `N` bytes long, holds other signs, or its check symbol does not fit.
pub fn read<const N: usize>(prefix: &str, text: &str) -> Result<Zeroizing<[u8; N]>, Mistyped> {
    let whole = count(N) + 1;
    let mut signs: Zeroizing<Vec<char>> = Zeroizing::new(Vec::with_capacity(whole + prefix.len()));
    let plain = text.rsplit('#').next().unwrap_or_default().nfkc().filter(char::is_ascii_alphanumeric);
    signs.extend(plain.map(|sign| sign.to_ascii_uppercase()).take(whole + prefix.len() + 1));
    // Without it, what was typed may begin with the same letters by chance, and then is no longer than it should be.
    let has_prefix = signs.len() != whole && signs.iter().take(prefix.len()).copied().eq(prefix.chars());
    let mut values: Zeroizing<Vec<u8>> = Zeroizing::new(Vec::with_capacity(whole));
    for &sign in signs.iter().skip(if has_prefix { prefix.len() } else { 0 }) {
        values.push(value(sign).ok_or(Mistyped::Sign(sign))?);
    }
    if values.len() != whole {
        return Err(Mistyped::Length);
    }
    if !luhn(&values, 1).is_multiple_of(32) {
        return Err(Mistyped::Check);
    }
    let mut bytes = Zeroizing::new([0; N]);
    for (at, byte) in bytes.iter_mut().enumerate() {
        for bit in 0..8 {
            let place = at * 8 + bit;
            *byte = (*byte << 1) | ((values[place / 5] >> (4 - place % 5)) & 1);
        }
    }
    Ok(bytes)
}

/// How many signs a number of bytes takes.
const fn count(bytes: usize) -> usize {
    (bytes * 8).div_ceil(5)
}

/// A bit, counted from the first byte's highest; zeros follow the last.
fn bit_at(bytes: &[u8], place: usize) -> u8 {
    bytes.get(place / 8).map_or(0, |byte| (byte >> (7 - place % 8)) & 1)
}

fn value(sign: char) -> Option<u8> {
    let sign = match sign {
        'O' => '0',
        'I' | 'L' => '1',
        sign => sign,
    };
    SIGNS.iter().position(|&other| char::from(other) == sign).map(|at| at as u8)
}

/// Luhn's sum modulo 32 from the right: every other value counts twice, beginning with the factor given.
fn luhn(values: &[u8], first: u32) -> u32 {
    let mut factor = first;
    let mut sum = 0;
    for &value in values.iter().rev() {
        let product = factor * u32::from(value);
        sum += product / 32 + product % 32;
        factor = 3 - factor;
    }
    sum % 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for seed in 0..=255u8 {
            let bytes: [u8; 15] = std::array::from_fn(|at| seed.wrapping_mul(31).wrapping_add(at as u8 * 17));
            let text = write("KM", &bytes);
            assert_eq!(text.len(), "KM-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX".len());
            assert_eq!(*read::<15>("KM", &text).unwrap(), bytes);
            assert_eq!(*read::<15>("KM", &text.to_lowercase().replace('-', " ")).unwrap(), bytes);
        }
    }

    #[test]
    fn a_wrong_sign_is_always_found_and_two_that_changed_places_nearly_always() {
        let text = write("KM", &[0x5a; 15]);
        let signs: Vec<char> = text["KM".len()..].chars().filter(|&c| c != '-').collect();
        for at in 0..signs.len() {
            for &other in SIGNS.iter().filter(|&&other| char::from(other) != signs[at]) {
                let mut wrong = signs.clone();
                wrong[at] = char::from(other);
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(read::<15>("KM", &wrong), Err(Mistyped::Check), "{wrong}");
            }
        }
    }

    #[test]
    fn it_is_lenient_where_people_are() {
        let bytes = [0, 68, 50, 20, 199];
        // 00 44 32 14 c7 in five-bit groups: 0 1 2 3 4 5 6 7.
        let text = write("KM", &bytes);
        assert!(text.starts_with("KM-01234-567"), "{}", *text);
        let wide: String = text.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
        for same in
            [wide, text.replace('-', ""), text.replace('-', "\n"), format!("\u{200b}{}", text.to_lowercase().replace('-', "—"))]
        {
            assert_eq!(*read::<5>("KM", &same).unwrap(), bytes, "{same}");
        }
        for same in [text.replace('0', "o"), text.replace('1', "l"), text.replace('1', "I"), text["KM-".len()..].to_owned()] {
            assert_eq!(*read::<5>("KM", &same).unwrap(), bytes, "{same}");
        }
        assert_eq!(read::<5>("KM", "KM-0123"), Err(Mistyped::Length));
        assert_eq!(read::<5>("KM", "KM-0123U-5671"), Err(Mistyped::Sign('U')));
        assert_eq!(*read::<5>("KM", &text.replace("012", "０１２")).unwrap(), bytes);
    }
}
