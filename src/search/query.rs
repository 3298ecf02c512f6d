//! What a reader typed -> terms, phrases and what must not be there.
//!
//! Parts are parted by white space; `"…"`, `“…”` and `「…」` hold a phrase, and a `-` before a part excludes what it says. A quote without an end is
//! a character like others. Only the first [`LONGEST_QUERY`] characters and the first [`MOST_TERMS`] terms count, whatever is pasted. The page's `search.js` does the same.

use super::tokenize::{Run, cut, flat, runs};

/// How many characters of a query are read.
pub const LONGEST_QUERY: usize = 400;
/// How many terms are looked up.
pub const MOST_TERMS: usize = 32;
/// From this length on, a Han run is looked up by pairs that do not overlap; what stands between is seen when the text is looked at.
const LONG_RUN: usize = 8;
/// The shortest word that stands for all it begins, in characters.
const SHORTEST_PREFIX: usize = 2;

/// Something to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The form.
    pub text: String,
    /// Whether it stands for all forms that begin with it.
    pub prefix: bool,
}

/// How a phrase ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Where a word ends.
    #[default]
    Closed,
    /// Within a word that may be going on.
    Open,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What documents should have.
    pub terms: Vec<Term>,
    /// What they must have word by word, each flat and without the spaces at its ends.
    pub phrases: Vec<String>,
    /// What they must not have: all terms of one of these.
    pub excluded: Vec<Vec<Term>>,
    /// All that is asked for as one phrase, flat and without the spaces at its ends.
    pub whole: String,
    /// Whether the last word may be going on.
    pub end: End,
}

impl Query {
    /// Reads what was typed.
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        let typed: Vec<char> = typed.chars().take(LONGEST_QUERY).collect();
        let mut query = Self::default();
        let mut whole = String::new();
        let mut at = 0;
        while at < typed.len() {
            if typed[at].is_whitespace() {
                at += 1;
                continue;
            }
            let is_out = typed[at] == '-' && typed.get(at + 1).is_some_and(|c| !c.is_whitespace());
            let start = at + usize::from(is_out);
            let (text, end, is_phrase) = part(&typed, start);
            at = end;
            let is_open = !is_out && !is_phrase && end == typed.len() && typed[end - 1].is_alphanumeric();
            query.end = if is_open { End::Open } else { End::Closed };
            let core = flat(&text).trim().to_owned();
            if core.is_empty() {
                continue;
            }
            if is_out {
                query.excluded.push(terms(&text, End::Closed));
                continue;
            }
            for term in terms(&text, query.end) {
                if query.terms.len() < MOST_TERMS && !query.terms.contains(&term) {
                    query.terms.push(term);
                }
            }
            whole.push_str(&text);
            whole.push(' ');
            if is_phrase {
                query.phrases.push(core);
            }
        }
        query.whole = flat(&whole).trim().to_owned();
        query
    }
}

/// The part that begins at a place, where it ends, and whether it was quoted.
fn part(typed: &[char], start: usize) -> (String, usize, bool) {
    let close = match typed[start] {
        '"' => '"',
        '“' => '”',
        '「' => '」',
        _ => '\0',
    };
    if close != '\0'
        && let Some(length) = typed[start + 1..].iter().position(|&c| c == close)
    {
        let end = start + 1 + length;
        return (typed[start + 1..end].iter().collect(), end + 1, true);
    }
    let length = typed[start..].iter().position(|c| c.is_whitespace()).unwrap_or(typed.len() - start);
    (typed[start..start + length].iter().collect(), start + length, false)
}

fn terms(text: &str, end: End) -> Vec<Term> {
    let mut terms = Vec::new();
    let runs = runs(text);
    let count = runs.len();
    for (number, run) in runs.into_iter().enumerate() {
        match run {
            Run::Word { text, marked } => {
                let is_going_on = end == End::Open && number + 1 == count && text.chars().count() >= SHORTEST_PREFIX;
                let text = marked.unwrap_or(text);
                terms.push(Term { text: cut(&text).to_owned(), prefix: is_going_on });
            }
            Run::Han(run) if run.len() == 1 => terms.push(Term { text: run.iter().collect(), prefix: true }),
            Run::Han(run) => {
                let last = run.len() - 2;
                let step = if run.len() > LONG_RUN { 2 } else { 1 };
                let pair = |at: usize| Term { text: run[at..at + 2].iter().collect(), prefix: false };
                terms.extend((0..last).step_by(step).map(pair));
                terms.push(pair(last));
            }
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(terms: &[Term]) -> Vec<String> {
        terms.iter().map(|term| format!("{}{}", term.text, if term.prefix { "*" } else { "" })).collect()
    }

    #[test]
    fn the_last_word_may_be_going_on() {
        assert_eq!(texts(&Query::parse("borrow check").terms), ["borrow", "check*"]);
        assert_eq!(texts(&Query::parse("borrow check ").terms), ["borrow", "check"]);
        assert_eq!(texts(&Query::parse("a c").terms), ["a", "c"]);
    }

    #[test]
    fn han_is_looked_up_by_pairs() {
        assert_eq!(texts(&Query::parse("所有权").terms), ["所有", "有权"]);
        assert_eq!(texts(&Query::parse("权").terms), ["权*"]);
        assert_eq!(texts(&Query::parse("一二三四五六七八九").terms), ["一二", "三四", "五六", "七八", "八九"]);
    }

    #[test]
    fn phrases_and_exclusions() {
        let query = Query::parse("rust “Borrow checker” -async -\"green threads\" 「所有權」");
        assert_eq!(query.phrases, ["borrow checker", "所有权"]);
        assert_eq!(
            query.excluded.iter().map(|terms| texts(terms)).collect::<Vec<_>>(),
            [vec!["async"], vec!["green", "threads"]]
        );
        assert_eq!(query.whole, "rust borrow checker 所有权");
    }

    #[test]
    fn anything_can_be_typed() {
        assert_eq!(Query::parse("\"unbalanced quote").terms.len(), 2);
        for nothing in ["", "  ", "\"", "-", "\"\"", "-\"\"", "😀", "(.*)[", "\u{0}\u{7f}"] {
            assert_eq!(Query::parse(nothing), Query::default(), "{nothing:?}");
        }
        assert_eq!(Query::parse(&"word ".repeat(2000)).terms.len(), 1);
        let many: String = (0..1000).map(|number| format!("w{number} ")).collect();
        assert_eq!(Query::parse(&many).terms.len(), MOST_TERMS);
    }
}
