//! Text and markup -> words as numbers, and the runs of them.
//!
//! Case, white space, punctuation and markup are dropped; a Han character is a word that weighs half, since no space tells where words of
//! Chinese end. Short numbers and single letters are dropped too: page numbers, line numbers and marks of footnotes stand between words where
//! a text is shown, and not where it was written. Invariant: a text and what a page shows of it give the same words.

/// What a leak weighs at least: eight words or sixteen Han characters.
pub const LEAK: u32 = 16;
/// What a run weighs at least, a word less. A leak is so many runs that they make one together: a page puts a word of its own, as `Lesson`, before
/// a title that everyone may read, and these two together are nobody's secret.
pub const RUN: u32 = LEAK - WORD;
/// What a word weighs; a Han character weighs 1.
const WORD: u32 = 2;
/// Numbers of so many digits say nothing.
const SHORT_NUMBER: u32 = 3;
/// How many words back a [`Trail`] can see: a run of Han characters is the longest.
pub const REACH: usize = LEAK as usize;
/// An odd number without a pattern (2⁶⁴ divided by the golden ratio), the base of the rolling hash.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
/// The longest tag that is looked for the end of.
const LONGEST_TAG: usize = 16 << 10;

/// A word as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its hash.
    pub hash: u64,
    /// What it weighs.
    pub weight: u32,
}

/// Bits stirred so that each depends on all (the finalizer of SplitMix64: Steele, Lea and Flood, 2014).
const fn stirred(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Powers of [`BASE`].
const POWERS: [u64; REACH + 1] = {
    let mut powers = [1_u64; REACH + 1];
    let mut at = 1;
    while at <= REACH {
        powers[at] = powers[at - 1].wrapping_mul(BASE);
        at += 1;
    }
    powers
};

/// The last words of a text, and the hashes of what they make together.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// Hashes of all words up to each of the last ones, by the number of the word.
    sums: [u64; 2 * REACH],
    /// The last words.
    words: [Option<Word>; 2 * REACH],
    /// How many words there were.
    count: usize,
    /// How many words the run at the end has, and what they weigh.
    run: (usize, u32),
}

impl Trail {
    /// Goes on by a word.
    pub fn push(&mut self, word: Word) {
        let before = self.sums[self.count % self.sums.len()];
        self.count += 1;
        let at = self.count % self.sums.len();
        self.sums[at] = before.wrapping_mul(BASE).wrapping_add(word.hash);
        self.words[at] = Some(word);
        let (mut len, mut weight) = (self.run.0 + 1, self.run.1 + word.weight);
        while let Some(first) = self.last(len - 1).filter(|first| weight - first.weight >= RUN) {
            weight -= first.weight;
            len -= 1;
        }
        self.run = (len, weight);
    }

    /// The hash of the shortest run that ends here; `None` if there were too few words.
    #[must_use]
    pub fn run(&self) -> Option<u64> {
        (self.run.1 >= RUN).then(|| self.tail(self.run.0))
    }

    /// How many words the run at the end has.
    #[must_use]
    pub const fn run_len(&self) -> usize {
        self.run.0
    }

    /// The hash of the last words, at most [`REACH`] and as many as there were.
    #[must_use]
    pub fn tail(&self, len: usize) -> u64 {
        self.stretch(0, len)
    }

    /// The hash of so many words before the last `back` ones; there were that many, and no more than twice [`REACH`] together.
    #[must_use]
    pub fn stretch(&self, back: usize, len: usize) -> u64 {
        let end = self.count - back;
        let sum = |at: usize| self.sums[at % self.sums.len()];
        stirred(sum(end).wrapping_sub(sum(end - len).wrapping_mul(POWERS[len])) ^ len as u64)
    }

    /// How many words there were.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// How many different words the run at the end has.
    #[must_use]
    pub fn variety(&self) -> usize {
        let words = || (0..self.run.0).filter_map(|back| self.last(back));
        words().enumerate().filter(|(at, word)| !words().take(*at).any(|other| other.hash == word.hash)).count()
    }

    /// The word so many words before the last.
    #[must_use]
    pub fn last(&self, by: usize) -> Option<Word> {
        self.words[self.count.checked_sub(by)? % self.words.len()]
    }
}

/// A text as it is read: letters come in, words go out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader {
    hash: u64,
    letters: u32,
    is_number: bool,
}

/// What is written in another way inside what was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Escaped {
    /// Whether an entity stood for `<` or `&`: there is markup in the text.
    pub markup: bool,
}

/// Whether a sign that an entity stood for may make more of what follows it than these words: a tag, an entity, an escape.
fn begins_markup(sign: char, after: &[u8]) -> bool {
    match sign {
        '<' => after.first().is_some_and(|byte| is_tag_start(*byte) || *byte == b'&'),
        '&' => after.first() == Some(&b'&') || super::decode::body(after).is_some(),
        '\\' | '%' => true,
        _ => false,
    }
}

const fn is_tag_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?')
}

/// What a byte is to words: a letter or digit in lower case, else 0.
const LETTERS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

impl Reader {
    /// Reads text as it is.
    pub fn text(&mut self, text: &[u8], sink: &mut impl FnMut(Word)) {
        let mut at = 0;
        while at < text.len() {
            at = self.step(text, at, sink);
        }
    }

    /// Reads text in which entities stand for signs.
    pub fn entities(&mut self, text: &[u8], escaped: &mut Escaped, sink: &mut impl FnMut(Word)) {
        let mut at = 0;
        while at < text.len() {
            match (text[at] == b'&').then(|| super::decode::entity(&text[at..])).flatten() {
                Some((sign, len)) => {
                    escaped.markup |= begins_markup(sign, &text[at + len..]);
                    self.sign(sign, sink);
                    at += len;
                }
                None => at = self.step(text, at, sink),
            }
        }
    }

    /// Reads what begins at `at`; returns where to go on.
    fn step(&mut self, text: &[u8], at: usize, sink: &mut impl FnMut(Word)) -> usize {
        let byte = text[at];
        let letter = LETTERS[byte as usize];
        if letter != 0 {
            self.letter(letter.into(), letter.is_ascii_digit());
            return at + 1;
        }
        if byte < 0x80 {
            self.gap(sink);
            return at + 1;
        }
        let (sign, len) = super::decode::sign(&text[at..]);
        match sign {
            Some(sign) => self.sign(sign, sink),
            None => self.gap(sink),
        }
        at + len
    }

    fn sign(&mut self, sign: char, sink: &mut impl FnMut(Word)) {
        match sign {
            _ if is_unseen(sign) => {}
            _ if is_han(sign) => {
                self.gap(sink);
                sink(Word { hash: stirred(u64::from(u32::from(sign)) | 1 << 40), weight: 1 });
            }
            // Punctuation of Chinese, and dashes and quotation marks, without asking the tables.
            '\u{2010}'..='\u{205f}'
            | '\u{3000}'..='\u{3004}'
            | '\u{3008}'..='\u{3020}'
            | '\u{ff01}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}' => self.gap(sink),
            _ if sign.is_alphanumeric() => {
                let is_digit = sign.is_ascii_digit();
                sign.to_lowercase().for_each(|lower| self.letter(lower.into(), is_digit));
            }
            _ => self.gap(sink),
        }
    }

    const fn letter(&mut self, letter: u32, is_digit: bool) {
        self.is_number = is_digit && (self.is_number || self.letters == 0);
        self.hash = (self.hash ^ letter as u64).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
        self.letters += 1;
    }

    /// Ends a word.
    pub fn gap(&mut self, sink: &mut impl FnMut(Word)) {
        let said = std::mem::take(self);
        let says_nothing = said.letters < 2 || said.is_number && said.letters <= SHORT_NUMBER;
        if !says_nothing {
            sink(Word { hash: stirred(said.hash ^ u64::from(said.letters) << 50), weight: WORD });
        }
    }
}

/// Whether nobody sees a sign: soft hyphens, spaces without width, joiners, byte order marks.
pub(super) const fn is_unseen(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether a sign is a word by itself: Han characters and kana.
pub(super) const fn is_han(sign: char) -> bool {
    matches!(sign, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3005}'..='\u{3007}')
}

/// Elements that do not end a word.
const INLINE: [&[u8]; 33] = [
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"cite", b"code", b"data", b"del", b"dfn", b"em", b"font", b"i", b"ins", b"kbd",
    b"mark", b"q", b"rb", b"ruby", b"s", b"samp", b"small", b"span", b"strike", b"strong", b"sub", b"sup", b"time", b"tspan",
    b"tt", b"u", b"var", b"wbr",
];

/// Reads markup: `shown` gets what stands between tags, `hidden` what stands in them; a comment is shown text.
///
/// A `<` that begins no tag is a sign like others, so that this reads any text.
pub fn markup(bytes: &[u8], escaped: &mut Escaped, shown: &mut impl FnMut(Word), hidden: &mut impl FnMut(Word)) {
    let (mut outer, mut inner) = (Reader::default(), Reader::default());
    let (mut from, mut at, mut no_end_before) = (0, 0, 0);
    while let Some(next) = memchr::memchr(b'<', &bytes[at..]).map(|found| at + found) {
        at = next + 1;
        if next < no_end_before {
            continue;
        }
        let end = match tag(&bytes[next..]) {
            Tag::Ends(end) => next + end,
            Tag::None => continue,
            Tag::Endless => {
                no_end_before = next + LONGEST_TAG;
                continue;
            }
        };
        outer.entities(&bytes[from..next], escaped, shown);
        let inside = &bytes[next..end];
        if !is_inline(inside) {
            outer.gap(shown);
        }
        inner.entities(inside, escaped, hidden);
        inner.gap(hidden);
        (from, at) = (end, end);
    }
    outer.entities(&bytes[from..], escaped, shown);
    outer.gap(shown);
}

/// What markup shows: the text between its tags, with signs for entities.
#[must_use]
pub fn shown(markup: &str) -> String {
    let (mut text, mut rest) = (Vec::new(), markup.as_bytes());
    while let Some(at) = memchr::memchr(b'<', rest) {
        let end = if let Tag::Ends(end) = tag(&rest[at..]) { end } else { 0 };
        text.extend(&rest[..at]);
        text.extend(if end > 0 && is_inline(&rest[at..at + end]) { &b""[..] } else { b" " });
        rest = &rest[at + end.max(1)..];
    }
    text.extend(rest);
    let text = super::decode::without_entities(&text).unwrap_or(text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The values of attributes, as far as they are quoted.
pub fn quoted(markup: &str) -> impl Iterator<Item = &str> {
    markup.match_indices(['"', '\'']).filter_map(|(at, quote)| {
        let value = &markup[at + 1..];
        markup[..at].trim_end().ends_with('=').then(|| value.split(quote).next().unwrap_or(value))
    })
}

/// What a `<` begins.
enum Tag {
    /// A tag or the mark of a comment, which ends before this place.
    Ends(usize),
    /// No tag.
    None,
    /// A tag without an end.
    Endless,
}

fn tag(bytes: &[u8]) -> Tag {
    if bytes.starts_with(b"<!--") {
        return Tag::Ends(4);
    }
    if !bytes.get(1).is_some_and(|byte| is_tag_start(*byte)) {
        return Tag::None;
    }
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().take(LONGEST_TAG) {
        match (quote, byte) {
            (None, b'>') => return Tag::Ends(at + 1),
            (None, b'"' | b'\'') if bytes[at - 1] == b'=' => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    Tag::Endless
}

/// Whether a tag is one of those that stand inside words.
fn is_inline(tag: &[u8]) -> bool {
    let name = tag[1..].strip_prefix(b"/").unwrap_or(&tag[1..]);
    let len = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
    INLINE.iter().any(|inline| inline.eq_ignore_ascii_case(&name[..len]))
}
