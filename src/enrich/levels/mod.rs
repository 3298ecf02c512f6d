//! Texts -> levels, or any other labels that texts were given: readability and the words of each label, weighed by a multinomial regression.
//!
//! ```text
//! measure     text                 -> Measured     lengths, words, signs
//! lexicon     Measured, labels     -> Lexicon      in how many texts of each label a word stands
//! classifier  Measured, labels     -> Classifier   what is learnt; the same texts give the same weights
//! softmax     rows, labels         -> weights      the loss and its minimum
//! validate    Measured, labels     -> Scores       precision, recall, F1 and the confusion matrix, by grouped cross-validation
//! store       Classifier           <-> text        a table that can be read and committed
//! infer       Site                 -> Levels       the pieces whose author said nothing
//! ```
//!
//! What is inferred comes from public text only: of a gated piece from its teaser. Invariant: what is inferred is never mixed with what is
//! declared; who shows it gets an [`Estimate`].

mod classifier;
mod infer;
mod lexicon;
mod measure;
mod softmax;
mod store;
mod validate;

pub use classifier::{Classifier, Estimate, Sample};
pub use infer::{Levels, Models, SHORTEST, declared, file_name, group, infer, prose};
pub use measure::Measured;
pub use softmax::Problem;
pub use store::{Unreadable, read, write};
pub use validate::{Interval, Scores, validate};
