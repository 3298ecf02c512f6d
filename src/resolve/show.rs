//! What holds for one file, and which file says so: the answer to `kmsite check --show`.

use serde::Serialize;

use crate::config::FILE;
use crate::id::SourcePath;
use crate::model::Front;
use crate::parse::Parsed;

use super::inherit::Heritage;
use super::{Inputs, Survey, entitle};

/// A key of front matter with the value that holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// The key.
    pub key: String,
    /// The value.
    pub value: serde_json::Value,
    /// The file that declares it; `None` for the site's default.
    pub from: Option<SourcePath>,
}

/// Keys that are handed down from a folder to what lies in it.
const INHERITED: [&str; 6] = ["tier", "product", "level", "authors", "draft", "expires"];

/// The public front matter that holds for a file, in order of keys; `None` if there is no such document.
#[must_use]
pub fn show(parsed: &Parsed, inputs: &Inputs<'_>, path: &SourcePath) -> Option<Vec<Shown>> {
    let doc = parsed.docs.iter().position(|doc| doc.path == *path)?;
    let survey = Survey::of(parsed, inputs);
    let heritage = Heritage::new(&parsed.docs, &survey.places, survey.root_counts(parsed));
    let empty = fields(&Front::default());
    let free = serde_json::Value::from(inputs.config.tiers.first().map(|tier| tier.id.as_str()));
    let mut shown = Vec::new();
    for (place, &step) in heritage.chain(doc).iter().enumerate() {
        let declared = fields(&parsed.docs[step].front);
        for (key, value) in declared {
            let opens = key == "tier" && value == free && survey.places[step].0 != survey.places[doc].0;
            let counts = place == 0 || INHERITED.contains(&key.as_str()) && !opens;
            let is_set = empty.get(&key) != Some(&value);
            if counts && is_set && !shown.iter().any(|shown: &Shown| shown.key == key) {
                shown.push(Shown { key, value, from: Some(parsed.docs[step].path.clone()) });
            }
        }
    }
    if !shown.iter().any(|shown| shown.key == "tier")
        && let Some(free) = inputs.config.tiers.first()
    {
        shown.push(Shown { key: "tier".to_owned(), value: free.id.as_str().into(), from: None });
    }
    // What a product of `site.yaml` includes is paid, whatever its file says.
    for product in entitle::including(inputs.config.as_ref(), survey.places[doc].1.logical()) {
        let from = Some(SourcePath::new(FILE));
        shown.push(Shown { key: "product".to_owned(), value: product.as_str().into(), from });
    }
    let lang = &survey.places[doc].0;
    if !shown.iter().any(|shown| shown.key == "lang") {
        shown.push(Shown { key: "lang".to_owned(), value: lang.as_str().into(), from: None });
    }
    shown.sort_by(|a, b| a.key.cmp(&b.key));
    Some(shown)
}

fn fields(front: &Front) -> serde_json::Map<String, serde_json::Value> {
    match serde_json::to_value(front) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    }
}
