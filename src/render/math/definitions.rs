//! Definitions of commands within formulas: `\newcommand` and its kin as `\def`, which the parser takes with and without arguments.
//!
//! Braces are matched, nothing else of LaTeX is understood here. Invariant: what is no definition stays as it is written.

/// Commands that the parser does not know, by those that it knows.
pub(super) const BUILTIN: [(&str, &str); 4] = [
    (r"\boxed", r"\def\boxed#1{\begin{array}{|c|}\hline #1\\\hline\end{array}}"),
    (r"\label", r"\def\label#1{}"),
    (r"\nonumber", r"\def\nonumber{}"),
    (r"\notag", r"\def\notag{}"),
];

/// Rewrites `\newcommand` and its kin as `\def`, which the parser takes with and without arguments, and lists the definitions.
pub(super) fn rewrite_definitions(source: &str) -> (String, Vec<(String, String)>) {
    let mut out = String::with_capacity(source.len());
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        let (before, command) = rest.split_at(at);
        out.push_str(before);
        if let Some((name, definition, after)) = definition(command) {
            out.push_str(&definition);
            found.push((name, definition));
            rest = after;
        } else if let Some((label, after)) = tag(command) {
            out.push_str(&format!("\\qquad\\text{{({label})}}"));
            rest = after;
        } else {
            // The escaped character goes along, so that `\\newcommand` is a line break and a word.
            let end = command.char_indices().nth(2).map_or(command.len(), |(end, _)| end);
            out.push_str(&command[..end]);
            rest = &command[end..];
        }
    }
    out.push_str(rest);
    (out, found)
}

/// The text of `\tag{…}`, which names an equation; no macro can do it, because the parser takes braces within `\text` for text.
fn tag(source: &str) -> Option<(&str, &str)> {
    let (command, rest) = control(source)?;
    if command == "\\tag" { group(rest) } else { None }
}

/// A formula without the definitions that were found in it.
pub(super) fn strip_definitions(formula: &str, found: &[(String, String)]) -> String {
    found.iter().fold(formula.to_owned(), |rest, (_, definition)| rest.replacen(definition, "", 1))
}

/// A definition at the start of `source`: the name with its backslash, the definition as `\def`, and what follows.
fn definition(source: &str) -> Option<(String, String, &str)> {
    let (command, rest) = control(source)?;
    match command {
        "\\newcommand" | "\\renewcommand" | "\\providecommand" => {
            let (name, rest) = defined_name(rest.strip_prefix('*').unwrap_or(rest))?;
            let (count, rest) = argument_count(rest)?;
            let (body, rest) = group(rest)?;
            let parameters: String = (1..=count).map(|n| format!("#{n}")).collect();
            Some((name.to_owned(), format!("\\def{name}{parameters}{{{body}}}"), rest))
        }
        "\\DeclareMathOperator" => {
            let (name, rest) = defined_name(rest.strip_prefix('*').unwrap_or(rest))?;
            let (body, rest) = group(rest)?;
            Some((name.to_owned(), format!("\\def{name}{{\\operatorname{{{body}}}}}"), rest))
        }
        "\\def" => {
            let (name, rest) = control(rest.trim_start())?;
            let open = rest.find('{')?;
            let (parameters, rest) = rest.split_at(open);
            let (body, rest) = group(rest)?;
            Some((name.to_owned(), format!("\\def{name}{parameters}{{{body}}}"), rest))
        }
        _ => None,
    }
}

/// `{\name}` or `\name`.
fn defined_name(source: &str) -> Option<(&str, &str)> {
    let source = source.trim_start();
    if let Some((name, rest)) = group(source) {
        let name = name.trim();
        return (control(name)?.1.is_empty()).then_some((name, rest));
    }
    control(source)
}

/// A control word with its backslash.
fn control(source: &str) -> Option<(&str, &str)> {
    let letters = source.strip_prefix('\\')?;
    let end = letters.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(letters.len());
    (end > 0).then(|| source.split_at(end + 1))
}

/// `[n]`, or nothing for 0. A default for the first argument (`[n][x]`) is left to the parser.
fn argument_count(source: &str) -> Option<(usize, &str)> {
    let source = source.trim_start();
    let Some(inner) = source.strip_prefix('[') else { return Some((0, source)) };
    let (count, rest) = inner.split_once(']')?;
    let count = count.trim().parse().ok().filter(|count| *count <= 9)?;
    let rest = rest.trim_start();
    (!rest.starts_with('[')).then_some((count, rest))
}

/// What stands in the braces at the start of `source`, and what follows them.
fn group(source: &str) -> Option<(&str, &str)> {
    let source = source.trim_start();
    let inner = source.strip_prefix('{')?;
    let mut depth = 1_usize;
    let mut escaped = false;
    for (at, b) in inner.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some((&inner[..at], &inner[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}
