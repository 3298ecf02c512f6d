//! What the program says in English -> the same in the language of a page.
//!
//! `zh.yaml` lists the sentences with their Chinese, by the room they are said in: the same English words may need other Chinese
//! elsewhere. A sentence without Chinese is a fault, and so is Chinese for what is said no more: the table is never stale.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

/// A language of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    Chinese,
    English,
}

/// A sentence in both languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    en: String,
    zh: String,
}

/// A room and what is said in it.
type Said = (String, String);

/// The sentences of a language.
pub struct Texts {
    pub tongue: Tongue,
    chinese: BTreeMap<Said, String>,
    said: RefCell<BTreeSet<Said>>,
}

impl Texts {
    pub fn read(tongue: Tongue) -> Self {
        let file = fs::read_to_string(super::root().join("tests/it/reference/zh.yaml")).unwrap();
        let rooms: BTreeMap<String, Vec<Pair>> = serde_yaml::from_str(&file).unwrap();
        let pairs =
            rooms.into_iter().flat_map(|(room, pairs)| pairs.into_iter().map(move |pair| ((room.clone(), pair.en), pair.zh)));
        let mut chinese = BTreeMap::new();
        for (said, text) in pairs {
            assert!(chinese.insert(said.clone(), text).is_none(), "twice in zh.yaml: {said:?}");
        }
        Self { tongue, chinese, said: RefCell::default() }
    }

    /// A sentence in the page's language; line breaks within it are spaces.
    pub fn say(&self, room: &str, english: &str) -> String {
        let english = english.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = (room.to_owned(), english.clone());
        let text = match self.tongue {
            Tongue::English => english,
            Tongue::Chinese => self.chinese.get(&said).cloned().unwrap_or(english),
        };
        self.said.borrow_mut().insert(said);
        text
    }

    /// One of two texts that the book itself says.
    pub fn either<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.tongue {
            Tongue::Chinese => chinese,
            Tongue::English => english,
        }
    }

    /// Sentences without Chinese, in the form they are to be added in, and Chinese for nothing.
    pub fn faults(&self) -> Vec<String> {
        let said = self.said.borrow();
        let missing = said.iter().filter(|said| !self.chinese.contains_key(*said));
        let missing = missing.map(|(room, english)| {
            format!("zh.yaml lacks, below `{room}:`\n- en: {}\n  zh: ", serde_json::Value::from(english.as_str()))
        });
        let gone = self
            .chinese
            .keys()
            .filter(|key| !said.contains(*key))
            .map(|(room, english)| format!("zh.yaml has for nothing, below `{room}:` {english}"));
        missing.chain(gone).collect()
    }
}
