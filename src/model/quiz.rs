//! Questions for readers.

use serde::{Deserialize, Serialize};

/// A question of a quiz.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    pub question: String,
    /// What can be chosen.
    pub options: Vec<String>,
    /// Which options are right, counted from 0.
    pub answer: Answers,
    /// What to say after an answer.
    #[serde(default)]
    pub explain: String,
}

/// The right options of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Answers {
    /// Exactly this one.
    One(usize),
    /// All of these.
    All(Vec<usize>),
}
