//! Raw HTML -> the text between its tags that a reader sees: nothing of scripts, style sheets and templates.
//!
//! What looks like a tag is one: a sign too few is not found, one too many would be no harm either.

use super::block::HtmlPart;

/// The elements of which nothing is shown.
const UNSEEN: [&str; 3] = ["script", "style", "template"];

/// Whether what comes is shown, as raw HTML goes by.
#[derive(Default)]
pub(super) struct Unseen {
    within: Option<&'static str>,
}

impl Unseen {
    /// Whether a reader sees what stands here.
    pub(super) fn shows(&self) -> bool {
        self.within.is_none()
    }

    /// Goes through raw HTML; hands over what is shown of it.
    pub(super) fn through(&mut self, parts: &[HtmlPart], shown: &mut dyn FnMut(&str)) {
        let mut is_tag = false;
        for part in parts {
            let HtmlPart::Raw(text) = part else { continue };
            for piece in text.split_inclusive(['<', '>']) {
                let said = piece.trim_end_matches(['<', '>']);
                if is_tag {
                    self.tag(said);
                } else if self.shows() {
                    shown(said);
                }
                is_tag = if piece.ends_with('<') { true } else { is_tag && !piece.ends_with('>') };
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        let name = tag.strip_prefix('/').unwrap_or(tag);
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let of = UNSEEN.into_iter().find(|unseen| name.eq_ignore_ascii_case(unseen));
        match self.within {
            None if !tag.starts_with('/') => self.within = of,
            Some(_) if tag.starts_with('/') && of == self.within => self.within = None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_does_not_show_is_no_text() {
        let shown = |parts: &[&str]| -> String {
            let parts: Vec<HtmlPart> = parts.iter().map(|&part| HtmlPart::Raw(part.into())).collect();
            let mut text = String::new();
            Unseen::default().through(&parts, &mut |said| text.push_str(said));
            text
        };
        assert_eq!(shown(&["<p class=\"a\">one <b>two</b></p>"]), "one two");
        assert_eq!(shown(&["一<SCRIPT type=\"x\">if (a < b && c > d) e('</p>');</script>二"]), "一二");
        assert_eq!(shown(&["a<style>p > b { }</style>b<template><b>c</b></template>d"]), "abd");
        assert_eq!(shown(&["<scripted>a</scripted>", "<script src=", ">", "b</script>c"]), "ac");
        assert_eq!(shown(&["</script>a"]), "a");
    }
}
