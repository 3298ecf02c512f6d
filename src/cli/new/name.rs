//! Titles -> file names, which keep their script, and slugs, which are pinyin for Han characters.
//!
//! Invariant: a name holds letters, digits and single dashes only, so it is one safe path segment.

use pinyin::ToPinyin;

/// Characters of a file name; with four bytes each it stays within the 255 bytes of file systems.
const LONGEST: usize = 60;

/// The file name, without extension, that a title gives; empty if it has neither letters nor digits.
pub(super) fn file_name(title: &str) -> String {
    let words = title.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    join(words.map(str::to_owned))
}

/// The slug of a title: a syllable of pinyin for each Han character, other letters and digits as they are, in lower case.
pub(super) fn slug(title: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for c in title.to_lowercase().chars() {
        if let Some(syllable) = c.to_pinyin() {
            words.push(syllable.plain().replace('ü', "v"));
            open = false;
        } else if c.is_alphanumeric() {
            match words.last_mut().filter(|_| open) {
                Some(word) => word.push(c),
                None => words.push(c.to_string()),
            }
            open = true;
        } else {
            open = false;
        }
    }
    join(words.into_iter())
}

/// Joins words by dashes, as many as fit; a first word that is too long is cut.
fn join(words: impl Iterator<Item = String>) -> String {
    let mut name = String::new();
    let mut length = 0;
    for word in words {
        let more = word.chars().count() + usize::from(length > 0);
        if length > 0 && length + more > LONGEST {
            break;
        }
        if length > 0 {
            name.push('-');
        }
        name.extend(word.chars().take(LONGEST));
        length += more;
    }
    name
}

/// Whether a text has a Han character.
pub(super) fn has_han(text: &str) -> bool {
    text.chars().any(|c| c.to_pinyin().is_some())
}

/// The number before a name: 2 of `02-ownership`.
pub(super) fn number(name: &str) -> Option<u32> {
    let digits = name.find(|c: char| !c.is_ascii_digit())?;
    matches!(name.as_bytes().get(digits), Some(b'-' | b'_' | b'.')).then(|| name[..digits].parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_keep_their_script() {
        assert_eq!(file_name("为什么 Rust？"), "为什么-rust");
        assert_eq!(file_name("Why I write: a start"), "why-i-write-a-start");
        assert_eq!(file_name("TCP/IP 入门"), "tcp-ip-入门");
        assert_eq!(file_name("！？…🎉"), "");
        assert_eq!(file_name("../../etc"), "etc");
    }

    #[test]
    fn slugs_are_pinyin() {
        assert_eq!(slug("写作课"), "xie-zuo-ke");
        assert_eq!(slug("用 Rust 写 3 个工具"), "yong-rust-xie-3-ge-gong-ju");
        assert_eq!(slug("绿色"), "lv-se");
        assert_eq!(slug("Plain words"), "plain-words");
    }

    #[test]
    fn long_titles_are_cut_between_words() {
        let title = "字".repeat(100);
        assert_eq!(file_name(&title).chars().count(), 60);
        // "zi" and a dash are three characters, so 20 syllables and 19 dashes fit, and one more would make 62.
        assert_eq!(slug(&title), vec!["zi"; 20].join("-"));
    }

    #[test]
    fn numbers_stand_before_a_mark() {
        assert_eq!(number("02-ownership"), Some(2));
        assert_eq!(number("1_intro.md"), Some(1));
        assert_eq!(number("2024"), None);
        assert_eq!(number("3d-printing"), None);
        assert_eq!(number("99999999999-x"), None);
    }
}
