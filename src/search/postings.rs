//! Documents -> tantivy's index -> who has which token how often: the only file that names tantivy.
//!
//! One writer, in memory, documents in the order they come: a document's number is its place, whatever the number of threads. tantivy's own
//! tokenizers would drop long runs of Chinese; ours is the one for all fields.

use tantivy::directory::RamDirectory;
use tantivy::postings::Postings as _;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{DocSet, Index, SegmentReader, TERMINATED, TantivyDocument};

use super::tokenize::tokens;

/// The name under which tantivy knows our tokenizer.
const TOKENIZER: &str = "kmsite";
/// What tantivy may hold before it would begin another segment, in bytes; a table of this order is made at once.
const BUDGET: usize = 30_000_000;

/// How many fields a document has.
pub(super) const FIELDS: usize = 5;

/// What can go wrong with an index: in memory nothing, short of a fault of tantivy's.
pub(super) type Fault = tantivy::TantivyError;

/// An index of documents, each with a text for each field.
pub(super) struct Postings {
    readers: Vec<SegmentReader>,
    fields: [Field; FIELDS],
}

/// How often one document has a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    /// The document's place.
    pub doc: u32,
    /// How often.
    pub count: u32,
    /// How many tokens the field has in that document: up to 40 exactly, above as tantivy rounds it.
    pub length: u32,
}

impl Postings {
    /// Indexes documents in the order they come.
    pub(super) fn of(documents: impl Iterator<Item = [String; FIELDS]>) -> Result<Self, Fault> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let fields: [Field; FIELDS] = std::array::from_fn(|number| schema.add_text_field(&number.to_string(), options.clone()));
        let index = Index::builder().schema(schema.build());
        let tokenizers = tantivy::tokenizer::TokenizerManager::new();
        tokenizers.register(TOKENIZER, TextAnalyzer::from(Ours::default()));
        let mut writer = index.tokenizers(tokenizers).single_segment_index_writer(RamDirectory::create(), BUDGET)?;
        for texts in documents {
            let mut document = TantivyDocument::default();
            for (field, text) in fields.into_iter().zip(&texts) {
                if !text.is_empty() {
                    document.add_text(field, text);
                }
            }
            writer.add_document(document)?;
        }
        let index = writer.finalize()?;
        let readers = index.reader()?.searcher().segment_readers().to_vec();
        Ok(Self { readers, fields })
    }

    /// How many tokens a field has in a document that has some of it, on average.
    pub(super) fn mean_length(&self, field: usize) -> Result<f32, Fault> {
        let (mut tokens, mut documents) = (0u64, 0u64);
        for reader in &self.readers {
            let lengths = reader.get_fieldnorms_reader(self.fields[field])?;
            for length in (0..reader.max_doc()).map(|doc| lengths.fieldnorm(doc)).filter(|&length| length > 0) {
                tokens += u64::from(length);
                documents += 1;
            }
        }
        Ok(tokens.max(1) as f32 / documents.max(1) as f32)
    }

    /// Hands over each token of a field, in order, with its postings in order of documents.
    pub(super) fn each(&self, field: usize, sink: &mut dyn FnMut(&str, &[Posting])) -> Result<(), Fault> {
        let mut found = Vec::new();
        for reader in &self.readers {
            let inverted = reader.inverted_index(self.fields[field])?;
            let lengths = reader.get_fieldnorms_reader(self.fields[field])?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                let mut postings = inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::WithFreqs)?;
                found.clear();
                while postings.doc() != TERMINATED {
                    let doc = postings.doc();
                    found.push(Posting { doc, count: postings.term_freq(), length: lengths.fieldnorm(doc) });
                    postings.advance();
                }
                if let Ok(term) = std::str::from_utf8(terms.key()) {
                    sink(term, &found);
                }
            }
        }
        Ok(())
    }
}

/// Our tokenizer as tantivy wants it.
#[derive(Clone, Default)]
struct Ours {
    stream: Tokens,
}

/// The tokens of a text, one after the other in one string.
#[derive(Clone, Default)]
struct Tokens {
    all: String,
    ends: Vec<usize>,
    next: usize,
    token: Token,
}

impl Tokenizer for Ours {
    type TokenStream<'a> = &'a mut Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> &'a mut Tokens {
        let stream = &mut self.stream;
        stream.all.clear();
        stream.ends.clear();
        stream.next = 0;
        stream.token.reset();
        tokens(text, &mut |token| {
            stream.all.push_str(token);
            stream.ends.push(stream.all.len());
        });
        stream
    }
}

impl TokenStream for &mut Tokens {
    fn advance(&mut self) -> bool {
        let Some(&end) = self.ends.get(self.next) else { return false };
        let start = if self.next == 0 { 0 } else { self.ends[self.next - 1] };
        self.token.text.clear();
        let text = &self.all[start..end];
        self.token.text.push_str(text);
        self.token.position = self.next;
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Finds the stem of words of a language.
pub(super) struct Stems(TextAnalyzer);

impl Stems {
    /// The stems of a language. Words among Chinese, Japanese and Korean are mostly English.
    pub(super) fn of(language: &str) -> Option<Self> {
        let language = match language {
            "en" | "zh" | "ja" | "ko" => Language::English,
            "ar" => Language::Arabic,
            "da" => Language::Danish,
            "de" => Language::German,
            "el" => Language::Greek,
            "es" => Language::Spanish,
            "fi" => Language::Finnish,
            "fr" => Language::French,
            "hu" => Language::Hungarian,
            "it" => Language::Italian,
            "nb" | "nn" | "no" => Language::Norwegian,
            "nl" => Language::Dutch,
            "pt" => Language::Portuguese,
            "ro" => Language::Romanian,
            "ru" => Language::Russian,
            "sv" => Language::Swedish,
            "ta" => Language::Tamil,
            "tr" => Language::Turkish,
            _ => return None,
        };
        Some(Self(TextAnalyzer::builder(Whole).filter(Stemmer::new(language)).build()))
    }

    /// The stem of a word.
    pub(super) fn stem(&mut self, word: &str) -> String {
        let mut stream = self.0.token_stream(word);
        if stream.advance() { stream.token().text.clone() } else { word.to_owned() }
    }
}

/// A tokenizer that takes a text for one token.
#[derive(Clone, Default)]
struct Whole;

impl Tokenizer for Whole {
    type TokenStream<'a> = OneToken;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> OneToken {
        OneToken { token: Token { text: text.to_owned(), ..Token::default() }, is_left: true }
    }
}

struct OneToken {
    token: Token,
    is_left: bool,
}

impl TokenStream for OneToken {
    fn advance(&mut self) -> bool {
        std::mem::take(&mut self.is_left)
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
