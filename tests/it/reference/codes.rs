//! The table of diagnostic codes -> an entry of a definition list each, with an anchor.

use kmsite::diag::CODES;

use super::Chapter;
use super::texts::Texts;

/// The diagnostics, by the first two digits of their codes.
pub struct Codes;

impl Chapter for Codes {
    fn word(&self) -> &'static str {
        "codes"
    }

    fn things(&self) -> Vec<String> {
        let mut areas: Vec<String> = CODES.iter().map(|code| area(code.id).to_owned()).collect();
        areas.dedup();
        areas
    }

    fn tell(&self, thing: &str, texts: &Texts) -> Option<String> {
        let codes = CODES.iter().filter(|code| area(code.id) == thing);
        let told: Vec<String> = codes
            .map(|code| {
                let (title, explain) = (texts.say("codes", code.title), texts.say("codes", code.explain));
                format!("<b id=\"{}\">{}</b> {title}\n: {explain}\n", code.id.to_lowercase(), code.id)
            })
            .collect();
        (!told.is_empty()).then(|| told.join("\n"))
    }
}

fn area(id: &str) -> &str {
    &id[2..4]
}
