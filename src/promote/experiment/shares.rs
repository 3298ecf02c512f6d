//! Weights of variants -> the bounds by which a page's script shares readers out.
//!
//! A reader falls on one of 65,536 places, by the FNV-1a hash of 32 bits of `reader/experiment`, folded to 16 (Fowler, Noll, Vo; xor-folding).
//! A place below the first bound sees the page as it is, one below the second the first variant, and so on.

/// How many places there are.
const PLACES: u64 = 1 << 16;

/// The bounds between variants: one fewer than weights, growing.
#[must_use]
pub fn bounds(weights: &[u32]) -> Vec<u16> {
    let whole: u64 = weights.iter().map(|weight| u64::from(*weight)).sum::<u64>().max(1);
    let mut sum = 0;
    let mut bounds = Vec::with_capacity(weights.len());
    for weight in weights {
        sum += u64::from(*weight);
        bounds.push(u16::try_from((sum * PLACES + whole / 2) / whole).unwrap_or(u16::MAX));
    }
    bounds.pop();
    bounds
}

#[cfg(test)]
mod tests {
    use super::bounds;

    #[test]
    fn bounds_part_the_places_as_the_weights_say() {
        assert_eq!(bounds(&[1]), [] as [u16; 0]);
        assert_eq!(bounds(&[1, 1]), [32_768]);
        assert_eq!(bounds(&[50, 25, 25]), [32_768, 49_152]);
        // 65,536 thirds: 21,845.3 and 43,690.7.
        assert_eq!(bounds(&[1, 1, 1]), [21_845, 43_691]);
        assert_eq!(bounds(&[99, 1]), [64_881]);
        assert_eq!(bounds(&[u32::MAX, 1]), [u16::MAX]);
        assert_eq!(bounds(&[]), [] as [u16; 0]);
    }
}
