//! Raw HTML -> what it shows: its text, line breaks, pictures, and where there is a film. Tags themselves go.
//!
//! Invariant: nothing of a comment, script, style sheet or attribute but `src` and `alt` of pictures is read.

/// What raw HTML shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Text, entities decoded, white space as one space.
    Text(String),
    /// A line break.
    Break,
    /// The end of something that stands on lines of its own.
    End,
    /// A picture.
    Image {
        /// Its address.
        src: String,
        /// What to read in its place.
        alt: String,
    },
    /// A film or a page within the page.
    Film,
}

/// Elements whose content nobody reads.
const UNREAD: [&str; 4] = ["script", "style", "template", "svg"];

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 21] = [
    "p",
    "div",
    "section",
    "article",
    "aside",
    "header",
    "footer",
    "figure",
    "figcaption",
    "details",
    "summary",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "blockquote",
];

/// A tag: its name in lower case, whether it closes, and what is written in it.
struct Tag<'a> {
    name: String,
    closes: bool,
    written: &'a str,
}

/// Calls `visit` with the texts and tags of an HTML text, comments left out.
fn each<'a>(html: &'a str, visit: &mut dyn FnMut(Result<&'a str, Tag<'a>>)) {
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let (text, tail) = rest.split_at(open);
        if !text.is_empty() {
            visit(Ok(text));
        }
        if let Some(comment) = tail.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let inner = &tail[1..];
        let closes = inner.starts_with('/');
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
            visit(Ok("<"));
            rest = &tail[1..];
            continue;
        }
        let end = tag_end(inner);
        let written = &inner[..end];
        let name = written.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default().to_ascii_lowercase();
        visit(Err(Tag { name, closes, written }));
        rest = inner.get(end + 1..).unwrap_or("");
    }
    if !rest.is_empty() {
        visit(Ok(rest));
    }
}

/// Where a tag ends: at the first `>` out of quotes.
fn tag_end(inner: &str) -> usize {
    let mut quote = None;
    for (at, c) in inner.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '>' => return at,
            _ => {}
        }
    }
    inner.len()
}

/// By how many more a text opens elements that nobody reads than it closes.
pub(super) fn unread(html: &str) -> i32 {
    let mut depth = 0;
    each(html, &mut |part| {
        if let Err(tag) = part
            && UNREAD.contains(&tag.name.as_str())
        {
            depth += if tag.closes { -1 } else { 1 };
        }
    });
    depth
}

/// What an HTML text shows, in order.
pub(super) fn read(html: &str) -> Vec<Found> {
    let mut out = Vec::new();
    let mut within = 0_u32;
    each(html, &mut |part| match part {
        Ok(text) if within == 0 => {
            let text = squeezed(&decoded(text));
            let is_between = text == " " && matches!(out.last(), None | Some(Found::End));
            if !text.is_empty() && !is_between {
                out.push(Found::Text(text));
            }
        }
        Ok(_) => {}
        Err(tag) if UNREAD.contains(&tag.name.as_str()) => {
            within = if tag.closes { within.saturating_sub(1) } else { within + 1 };
        }
        Err(_) if within > 0 => {}
        Err(tag) => match tag.name.as_str() {
            "br" => out.push(Found::Break),
            "img" => out.push(Found::Image { src: attribute(tag.written, "src"), alt: attribute(tag.written, "alt") }),
            "video" | "audio" | "iframe" | "object" | "embed" if !tag.closes => out.push(Found::Film),
            name if BLOCKS.contains(&name) => out.push(Found::End),
            _ => {}
        },
    });
    out
}

/// The value of an attribute, decoded; empty if there is none.
fn attribute(tag: &str, name: &str) -> String {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(name) {
        let at = from + found;
        from = at + name.len();
        let begins = tag[..at].ends_with(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'');
        let Some(value) = tag[from..].trim_start().strip_prefix('=').filter(|_| begins) else { continue };
        let value = value.trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
            _ => value.split(|c: char| c.is_ascii_whitespace()).next(),
        };
        return decoded(value.unwrap_or_default());
    }
    String::new()
}

/// White space as one space.
fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_ascii_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// Character references decoded: numbers, and the names that texts use.
fn decoded(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let found = part.split_once(';').and_then(|(name, rest)| Some((reference(name)?, rest)));
        match found {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    out
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "copy" => '©',
        "times" => '×',
        "rarr" => '→',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_is_read_as_it_is_seen() {
        let text = |text: &str| Found::Text(text.to_owned());
        let html =
            "<p>a &amp; <b title=\"x > y\">b</b><br>c<!-- no --></p><style>p{}</style><script>no()</script><div>d &#x6c49;";
        assert_eq!(
            read(html),
            [Found::End, text("a & "), text("b"), Found::Break, text("c"), Found::End, Found::End, text("d 汉")]
        );
        assert_eq!(
            read("<img class=x alt='A &lt; B' data-src=no src=\"https://a.example/b.png\">"),
            [Found::Image { src: "https://a.example/b.png".to_owned(), alt: "A < B".to_owned() }]
        );
        assert_eq!(read("<iframe src=\"https://a.example\"></iframe>"), [Found::Film]);
        assert_eq!(read("1 < 2"), [text("1 "), text("<"), text(" 2")]);
    }

    #[test]
    fn what_never_ends_is_not_read() {
        assert_eq!(read("a<!-- b"), [Found::Text("a".to_owned())]);
        assert_eq!(read("<script>a"), []);
        assert_eq!(read("<b title=\"a"), []);
        assert_eq!((unread("<script>"), unread("</script>"), unread("<b>")), (1, -1, 0));
    }
}
