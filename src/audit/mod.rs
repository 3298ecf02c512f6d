//! Files about to be published -> whether any of them holds what is paid for: the proof that nothing got past the gate.
//!
//! It knows no model and no plan: `access` gives what must not be published as hashes ([`Secrets`]), `emit` gives it every file before the
//! commit ([`Inspector`]), and `kmsite audit` those of a folder. It trusts nobody on the way: whatever a template, a component or a renderer did,
//! what counts is the bytes. What remains to be believed is what is public by itself: sources that everyone may read, the theme, the configuration.
//!
//! ```text
//! access::runs  Site    -> Secrets   locked text, less what public text has too
//! search        bytes   -> Secret    escapes undone, streams unpacked
//! ```
//!
//! Invariant: a file is called clean only if it was searched with these very secrets, now or when the verdict was kept.

mod decode;
mod draft;
mod publishing;
mod search;
mod secrets;
mod table;
mod unpack;
mod words;

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use crate::diag::{Diag, code};
use crate::emit::{Finished, Inspector};
use crate::id::Hash;

pub use draft::{Draft, Kind, Locking};
pub use publishing::{Publishing, Reading};
pub use search::Search;
pub use secrets::{Secret, Secrets, line_of, stretch_of};
pub use words::{quoted, shown};

/// Raised whenever the same file and the same sources could get another verdict.
const VERSION: u32 = 3;
/// Longer files are searched in parts, which overlap.
const PART: usize = 16 << 20;
/// By how much they do.
const OVERLAP: usize = 64 << 10;

/// What can say where a secret stands in the source.
pub trait Finder: Sync {
    /// The finding that this secret stands in a file of the output.
    fn leak(&self, secret: Secret, file: &str) -> Diag;
}

/// A site's files being audited.
pub struct Audit<'a> {
    secrets: &'a Secrets,
    finder: &'a dyn Finder,
    /// Contents that were found clean before, with the same secrets.
    known: BTreeSet<Hash>,
    /// Contents that are clean.
    clean: Mutex<BTreeSet<Hash>>,
}

impl<'a> Audit<'a> {
    /// Gets ready to look for secrets. `kept` is what [`Audit::verdicts`] gave after another audit.
    #[must_use]
    pub fn new(secrets: &'a Secrets, finder: &'a dyn Finder, kept: Option<&str>) -> Self {
        let mark = secrets.mark().hex();
        let mut lines = kept.unwrap_or_default().lines();
        let is_same = lines.next() == Some(&mark);
        let known = lines.filter(|_| is_same).filter_map(Hash::from_hex).collect();
        Self { secrets, finder, known, clean: Mutex::default() }
    }

    /// The verdicts, to be kept for the next audit.
    #[must_use]
    pub fn verdicts(&self) -> String {
        let clean = self.clean.lock().unwrap_or_else(PoisonError::into_inner);
        let hashes = clean.iter().map(|hash| hash.hex() + "\n");
        std::iter::once(self.secrets.mark().hex() + "\n").chain(hashes).collect()
    }
}

impl Inspector for Audit<'_> {
    fn inspect(&self, file: &Finished) -> io::Result<Vec<Diag>> {
        if self.secrets.is_empty() {
            return Ok(Vec::new());
        }
        let mut search = Search::new(self.secrets);
        let named = search.bytes(file.name.as_bytes()).or_else(|| self.secrets.file(file.hash));
        let is_known = self.known.contains(&file.hash);
        let met = match named {
            None if !is_known => look(file, &mut search)?,
            named => named,
        };
        if let Some(secret) = met {
            return Ok(vec![self.finder.leak(secret, &file.name)]);
        }
        if search.is_cut {
            let diag = Diag::warning(&code::UNSEARCHED, format!("`{}` unpacks to more than the audit looks at", file.name));
            return Ok(vec![diag.hint("publish it unpacked, or look yourself that nothing paid is in it")]);
        }
        self.clean.lock().unwrap_or_else(PoisonError::into_inner).insert(file.hash);
        Ok(Vec::new())
    }
}

/// The first secret in a file's content.
fn look(file: &Finished, search: &mut Search<'_>) -> io::Result<Option<Secret>> {
    let mut stream = file.open()?;
    let mut part = Vec::new();
    loop {
        let read = stream.by_ref().take((PART - part.len()) as u64).read_to_end(&mut part)?;
        let met = search.bytes(&part);
        if met.is_some() || part.len() < PART || read == 0 {
            return Ok(met);
        }
        part.drain(..PART - OVERLAP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit;

    struct Nowhere;

    impl Finder for Nowhere {
        fn leak(&self, _: Secret, file: &str) -> Diag {
            Diag::error(&code::LEAK, file)
        }
    }

    const LOCKED: &str = "before dawn the crested ibis crosses a frozen river looking for its nest";

    fn secrets(text: &str) -> Secrets {
        let mut draft = Draft::default();
        draft.text().push(text);
        draft.without(0, &|_, _| ())
    }

    #[expect(clippy::disallowed_methods, reason = "a folder of the test's own")]
    #[test]
    fn a_file_that_was_found_clean_is_not_read_again_while_the_secrets_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let named = format!("{}.txt", LOCKED.replace(' ', "-"));
        for name in ["a.txt", &named] {
            std::fs::write(folder.path().join(name), "nothing that anybody paid for").unwrap();
        }
        let files = emit::finished(folder.path()).unwrap();
        let (locked, other) = (secrets(LOCKED), secrets("and what nobody knows of it is told to nobody at all but you"));
        let first = Audit::new(&locked, &Nowhere, None);
        assert!(first.inspect(&files[0]).unwrap().is_empty());
        let kept = first.verdicts();
        // Whoever reads a file that is gone, fails.
        files.iter().for_each(|file| std::fs::remove_file(folder.path().join(&file.name)).unwrap());
        let again = |secrets: &Secrets, kept: Option<&str>, file: &Finished| {
            Audit::new(secrets, &Nowhere, kept).inspect(file).map(|found| found.len()).map_err(|_| ())
        };
        assert_eq!(again(&locked, Some(&kept), &files[0]), Ok(0));
        assert_eq!(again(&locked, None, &files[0]), Err(()));
        assert_eq!(again(&other, Some(&kept), &files[0]), Err(()));
        assert_eq!(again(&locked, Some(&kept), &files[1]), Ok(1), "its name is read all the same");
        assert_eq!(Audit::new(&locked, &Nowhere, Some(&kept)).verdicts(), kept.lines().next().unwrap().to_owned() + "\n");
    }

    fn is_met(text: &str) -> bool {
        Search::new(&secrets(LOCKED)).bytes(text.as_bytes()).is_some()
    }

    #[test]
    fn eight_words_are_a_leak_wherever_they_begin_and_seven_are_none() {
        for before in 0..150 {
            let filler: String = (0..before).map(|number| format!("filler{number} ")).collect();
            assert!(is_met(&format!("{filler}before dawn the crested ibis crosses a frozen river")), "{before}");
            assert!(!is_met(&format!("{filler}before dawn the crested ibis crosses a frozen lake")), "{before}");
        }
    }

    #[test]
    fn what_entities_stand_for_is_read_as_markup_and_as_escapes() {
        for dawn in [
            "&lt;em class=\"some-where\"&gt;dawn&lt;/em&gt;",
            "&amp;lt;em class=\"some-where\"&amp;gt;dawn&amp;lt;/em&amp;gt;",
            "&amp;#100;awn",
            "&#92;u0064awn",
        ] {
            assert!(is_met(&LOCKED.replace("dawn", dawn)), "{dawn}");
        }
        assert!(!is_met(&LOCKED.replace("dawn", "&amp;lt").replace("looking", "&lt;")), "other words");
    }

    #[test]
    fn where_a_secret_stands_is_told_to_the_letter() {
        let stretch = |locked: &str, text: &str| stretch_of(text, &secrets(locked)).map(|range| text[range].to_owned());
        // A run has seven words, of which single letters are none, or fourteen Han characters.
        let text = "So it is said: “Before dawn, the *crested* ibis crosses a frozen river”, or so.";
        assert_eq!(stretch(LOCKED, text).as_deref(), Some("Before dawn, the *crested* ibis crosses a frozen"));
        let han = "暗格里的朱鹮在黎明之前飞过结冰的河面";
        assert_eq!(stretch(han, &format!("x甲{han}乙")).as_deref(), Some("暗格里的朱鹮在黎明之前飞过结"));
        assert_eq!(stretch(LOCKED, "before dawn the crested ibis"), None);
        assert_eq!(line_of(&format!("甲\n{text}\r\nb"), &secrets(LOCKED)), Some(4..4 + text.len()));
        assert_eq!(stretch("a b c", ""), None);
    }
}
