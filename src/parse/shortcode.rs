//! Text -> the shortcode of another generator that begins it, if one does: its name and its length.
//!
//! Content is never read as a template, so shortcodes stay text; whoever brings them along is told. Forms: `{{< name … >}}` and
//! `{{% name … %}}` (Hugo), `{{ name(…) }}` and `{% name(…) %}` (Zola), `{% name … %}` (Jekyll, Hexo). Other braces are just braces.

/// Tags of Jekyll and Hexo that posts hold. Others may be prose about templates.
const TAGS: [&str; 9] =
    ["asset_img", "codeblock", "gist", "highlight", "include", "include_relative", "link", "post_link", "post_url"];

/// A shortcode as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shortcode<'a> {
    pub(super) name: &'a str,
    /// How many bytes it takes, within its line.
    pub(super) len: usize,
}

/// A shortcode is no longer than this, in bytes: so that a text of nothing but braces is not read again and again.
const LONGEST: usize = 500;

/// Reads the shortcode that begins a text.
pub(super) fn read(text: &str) -> Option<Shortcode<'_>> {
    let (inner, close, hugo) = match text.strip_prefix("{{") {
        Some(inner) => (inner.strip_prefix(['<', '%']).unwrap_or(inner), "}}", inner.starts_with(['<', '%'])),
        None => (text.strip_prefix("{%")?.trim_start_matches('-'), "%}", false),
    };
    // Hugo closes one that has a body by `{{< /name >}}`, which needs no telling of its own.
    let inner = inner.trim_start_matches([' ', '\t']);
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.'))).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    let is_one = hugo || rest.starts_with('(') || (close == "%}" && TAGS.contains(&name));
    if !is_one || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let line = text[..text.floor_char_boundary(LONGEST)].lines().next()?;
    Some(Shortcode { name, len: line.find(close)? + close.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&str> {
        read(text).map(|found| found.name)
    }

    #[test]
    fn reads_the_forms_of_others() {
        assert_eq!(read("{{< youtube id=\"x\" >}} 后"), Some(Shortcode { name: "youtube", len: 22 }));
        assert_eq!(name("{{% notice tip %}}"), Some("notice"));
        assert_eq!(name("{{ youtube(id=\"x\") }}"), Some("youtube"));
        assert_eq!(name("{% quote(author=\"x\") %}"), Some("quote"));
        assert_eq!(name("{%- include note.html -%}"), Some("include"));
    }

    #[test]
    fn leaves_prose_alone() {
        for text in [
            "{{ page.title }}",
            "{% that %}",
            "{{< /youtube >}}",
            "{{#include a.rs}}",
            "{{< 3 >}}",
            "{{ f(x)\n}}",
            "{",
            "{{",
            "{{这样()}}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
