//! Code blocks, diagrams and displayed formulas to HTML.
//!
//! Invariant: the code of a block, its markup taken out, is what the author wrote.

use super::Writer;
use crate::diag::{At, Diag, Span, code};
use crate::model::{Code, LineSet};
use crate::render::math::Display;
use crate::render::{diagram, highlight};

impl Writer<'_> {
    pub(super) fn code(&mut self, block: &Code) {
        let lines = highlight::lines(&block.lang, &block.source, self.cx.cache);
        self.out.push_str("<figure class=\"code\">");
        if let Some(title) = block.title.as_deref().filter(|title| !title.trim().is_empty()) {
            self.out.push_str("<figcaption>");
            self.text(title);
            self.out.push_str("</figcaption>");
        }
        // Wide code scrolls, and must do so by keyboard too.
        self.out.push_str(if block.numbers.is_some() {
            "<pre class=\"numbers\" tabindex=\"0\">"
        } else {
            "<pre tabindex=\"0\">"
        });
        self.open_code(&block.lang);
        if block.numbers.is_none() && block.marked.is_empty() {
            self.out.push_str(&lines);
        } else {
            self.code_lines(&lines, block.numbers, &block.marked);
        }
        self.out.push_str("</code></pre></figure>\n");
    }

    fn open_code(&mut self, lang: &str) {
        self.out.push_str("<code");
        let name: String = lang.chars().take_while(|c| !c.is_whitespace() && *c != ',').collect();
        if !name.is_empty() {
            self.attribute("class", &format!("language-{name}"));
        }
        self.out.push('>');
    }

    /// Wraps lines that are numbered or marked; the number is an attribute, so that it is not copied along.
    fn code_lines(&mut self, lines: &str, numbers: Option<u32>, marked: &LineSet) {
        let mut marks = marked.iter().peekable();
        for (line, number) in lines.split('\n').zip(1_u32..) {
            if number > 1 {
                self.out.push('\n');
            }
            while marks.next_if(|(_, last)| *last < number).is_some() {}
            let is_marked = marks.peek().is_some_and(|(first, _)| *first <= number);
            if numbers.is_none() && !is_marked {
                self.out.push_str(line);
                continue;
            }
            self.out.push_str(if is_marked { "<span class=\"line hl\"" } else { "<span class=\"line\"" });
            if let Some(first) = numbers {
                self.attribute("data-line", &first.saturating_add(number - 1).to_string());
            }
            self.out.push('>');
            self.out.push_str(line);
            self.out.push_str("</span>");
        }
    }

    /// A diagram; its source if it cannot be drawn.
    pub(super) fn diagram(&mut self, source: &str, span: &Span) {
        self.diagrams += 1;
        let prefix = format!("{}{}", self.notes.part("d", "e"), self.diagrams);
        match diagram::draw(source, &prefix, self.cx.cache) {
            Ok(svg) => {
                self.out.push_str("<figure class=\"diagram\" tabindex=\"0\">");
                self.out.push_str(&svg);
                self.out.push_str("</figure>\n");
            }
            Err(error) => {
                self.diags.push(
                    Diag::warning(&code::BAD_DIAGRAM, format!("the diagram cannot be drawn: {error}"))
                        .at(At::span(self.cx.file, span.clone()))
                        .hint("look at the Mermaid source, or publish the diagram as an image"),
                );
                let title = self.string("diagram").into_owned();
                self.code(&Code {
                    lang: "mermaid".into(),
                    source: source.into(),
                    title: Some(title.into()),
                    numbers: None,
                    marked: LineSet::new(),
                    span: span.clone(),
                });
            }
        }
    }

    pub(super) fn display_math(&mut self, source: &str, span: &Span) {
        let math = self.capture(|writer| writer.math(source, Display::Block, span));
        // A formula that only defines commands leaves nothing.
        if !math.is_empty() {
            self.out.push_str("<div class=\"math\">");
            self.out.push_str(&math);
            self.out.push_str("</div>\n");
        }
    }
}
