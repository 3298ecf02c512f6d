//! What search knows of a piece: its texts for finding it, and what a result says of it.

use crate::access::{self, Gated};
use crate::id::{Hash, Lang, Parts, Route};
use crate::model::passage::Passage;
use crate::model::{Entitlements, Kind, Piece, Site};

/// The length of a passage in bytes from which it is cut in parts, so that a page need not look through a book for an excerpt. A section is far shorter.
const PASSAGE: usize = 100_000;
/// How much of a text a page can show and look for phrases in, in bytes: a thick novel's. Of 50 MB, a browser would fetch 15 and compare them for a minute.
const REACH: usize = 1_000_000;

/// A piece as search knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its address.
    pub route: Route,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Its level's name; empty if it has none.
    pub level: String,
    /// The first tier that opens it, `free` or whatever the first tier is called for what everyone may read; empty if only products open it.
    pub tier: String,
    /// The names of its topics.
    pub tags: Vec<String>,
    /// Its text, in parts that can be linked to.
    pub passages: Vec<Passage>,
    /// What a text of more than a million bytes says beyond these. Its words are found, phrases in it are not.
    pub beyond: String,
}

impl Document {
    /// The document as a hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let Self { route, title, kind, level, tier, tags, passages, beyond } = self;
        let mut parts = Parts::default();
        for text in [route.as_str(), title, kind.name(), level, tier, beyond] {
            parts.add(text.as_bytes());
        }
        parts.count(tags.len());
        tags.iter().for_each(|tag| parts.add(tag.as_bytes()));
        for Passage { anchor, heading, text } in passages {
            [anchor, heading, text].into_iter().for_each(|text| parts.add(text.as_bytes()));
        }
        parts.hash()
    }
}

/// The documents of a language that everyone may find, by address: of paid pieces what everyone may read.
#[must_use]
pub fn public(site: &Site, lang: &Lang) -> Vec<Document> {
    let found = site.pieces.iter().filter(|piece| piece.lang == *lang && piece.doc.front.search != Some(false));
    found.map(|piece| document(piece, access::index_text(piece), site)).collect()
}

/// The documents of a language that only those find who may read them: the pieces of each audience with all of their text.
#[must_use]
pub fn paid(site: &Site, lang: &Lang) -> Vec<Gated<Vec<Document>>> {
    let found = site.pieces.iter().filter(|piece| piece.lang == *lang && piece.doc.front.search != Some(false));
    let paid = found.filter(|piece| !piece.access.is_free() && !access::locks_nothing(&piece.doc));
    Gated::together(paid.map(|piece| {
        access::whole_index_text(piece).map(&(piece, site), |passages, &(piece, site)| document(piece, passages, site))
    }))
}

fn document(piece: &Piece, passages: Vec<Passage>, site: &Site) -> Document {
    let tier = match &piece.access {
        Entitlements::Free => site.config.tiers.first().map(|tier| tier.id.to_string()),
        Entitlements::Paid { tier, .. } => tier.as_ref().map(ToString::to_string),
    };
    let (passages, beyond) = within_reach(passages);
    Document {
        route: piece.route.clone(),
        title: piece.title.to_string(),
        kind: piece.kind,
        level: piece.level.map(|(level, _)| level.name().to_owned()).unwrap_or_default(),
        tier: tier.unwrap_or_default(),
        tags: piece.tags.iter().map(|&id| site.term(id).name.to_string()).collect(),
        passages,
        beyond,
    }
}

/// The passages that a page can look through, in parts, and the text of all others.
fn within_reach(passages: Vec<Passage>) -> (Vec<Passage>, String) {
    let (mut within, mut beyond, mut length) = (Vec::new(), String::new(), 0);
    for passage in passages.into_iter().flat_map(in_parts) {
        length += passage.heading.len() + passage.text.len();
        if length <= REACH {
            within.push(passage);
        } else {
            beyond.extend([&*passage.heading, "\n", &passage.text, "\n"]);
        }
    }
    (within, beyond)
}

/// A passage, or parts of it that have its heading and its anchor: cut after a line if they can be, so that no phrase is torn; else after a word.
fn in_parts(passage: Passage) -> Vec<Passage> {
    if passage.text.len() <= PASSAGE {
        return vec![passage];
    }
    let Passage { anchor, heading, text } = passage;
    let mut parts = Vec::new();
    let mut rest = &*text;
    while !rest.is_empty() {
        let most = rest.floor_char_boundary(PASSAGE);
        let end = if most == rest.len() { most } else { end_of_part(&rest[..most]) };
        let (part, next) = rest.split_at(end);
        parts.push(Passage { anchor: anchor.clone(), heading: heading.clone(), text: part.to_owned() });
        rest = next;
    }
    parts
}

fn end_of_part(text: &str) -> usize {
    let after = |ends: fn(char) -> bool| text.char_indices().rfind(|&(_, c)| ends(c)).map(|(at, c)| at + c.len_utf8());
    after(|c| c == '\n').or_else(|| after(|c| !c.is_alphanumeric())).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_as_long_as_a_book_is_cut_between_lines_or_words() {
        let parts = |text: &str| -> Vec<String> {
            let passage = Passage { anchor: "a".to_owned(), heading: "A".to_owned(), text: text.to_owned() };
            let parts = in_parts(passage);
            assert!(parts.iter().all(|part| part.anchor == "a" && part.heading == "A" && part.text.len() <= PASSAGE));
            assert_eq!(parts.iter().map(|part| &*part.text).collect::<String>(), text, "nothing is lost");
            parts.into_iter().map(|part| part.text).collect()
        };
        assert_eq!(parts("").len(), 1);
        assert_eq!(parts(&"a".repeat(PASSAGE)).len(), 1);
        let lines = parts(&"a line of words\n".repeat(PASSAGE / 8));
        assert!(lines.len() == 2 && lines.iter().all(|part| part.ends_with("words\n")), "{}", lines.len());
        let words = parts(&"中文，".repeat(PASSAGE / 6));
        assert!(words.len() == 2 && words.iter().all(|part| part.ends_with('，')));
        assert_eq!(parts(&"字".repeat(PASSAGE / 2)).len(), 2, "where there is no end of a word, between characters");
    }

    #[test]
    fn whatever_differs_in_a_document_its_hash_does_too() {
        let passage = |anchor: &str, heading: &str, text: &str| Passage {
            anchor: anchor.to_owned(),
            heading: heading.to_owned(),
            text: text.to_owned(),
        };
        let document = Document {
            route: Route::new("/a/"),
            title: "A".to_owned(),
            kind: Kind::Article,
            level: "beginner".to_owned(),
            tier: "free".to_owned(),
            tags: vec!["x".to_owned(), "y".to_owned()],
            passages: vec![passage("", "", "一"), passage("b", "B", "two")],
            beyond: String::new(),
        };
        let others = [
            Document { route: Route::new("/b/"), ..document.clone() },
            Document { title: "B".to_owned(), ..document.clone() },
            Document { kind: Kind::Lesson, ..document.clone() },
            Document { level: String::new(), tier: "beginnerfree".to_owned(), ..document.clone() },
            Document { tier: "member".to_owned(), ..document.clone() },
            Document { tags: vec!["xy".to_owned()], ..document.clone() },
            Document { tags: vec!["x".to_owned()], passages: vec![passage("y", "", "一")], ..document.clone() },
            Document { passages: vec![passage("", "", "一"), passage("b", "", "two")], ..document.clone() },
            Document { passages: document.passages[..1].to_vec(), ..document.clone() },
            Document { beyond: "three".to_owned(), ..document.clone() },
        ];
        let hashes: std::collections::BTreeSet<Hash> = others.iter().chain([&document]).map(Document::hash).collect();
        assert_eq!(hashes.len(), others.len() + 1);
        assert_eq!(document.hash(), document.clone().hash());
    }
}
