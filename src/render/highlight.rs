//! Code to HTML with short classes, line by line.
//!
//! A dozen classes say what something is: `k` keyword, `s` string, `e` escape, `c` comment, `n` number or constant, `f` function,
//! `m` macro, `t` type or tag, `v` variable or parameter, `a` attribute or key, `o` operator, `h` heading, `b` bold, `i` inserted,
//! `d` deleted, `p` prompt. Punctuation has none: it takes the look of what it stands in. Neighbours of one class share a span.
//! Invariant: the result is the code, escaped, with spans that end on the line on which they begin.

mod tables;

use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use tables::{ALIASES, TABLE};

use super::html::escape;
use crate::id::Hash;
use crate::world::{Cache, Stage};

/// Raised whenever the same code would give other HTML.
const VERSION: &[u8] = b"1";

/// The longest line that is highlighted, in bytes: minified code has no reader, and regular expressions are slow on it.
const LONGEST_LINE: usize = 2048;

/// The longest block that is highlighted, in bytes: about a second of work.
const LONGEST_BLOCK: usize = 512 * 1024;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

static CLASSES: LazyLock<Vec<(Scope, Class)>> =
    LazyLock::new(|| TABLE.iter().filter_map(|&(scope, class)| Some((Scope::new(scope).ok()?, class))).collect());

/// One of the classes above; empty for none.
type Class = &'static str;

/// The lines of a code block as HTML, parted by `\n`; without a line break at the end.
///
/// `lang` is the language as written. One that is not known gives the code as it is.
pub(super) fn lines(lang: &str, source: &str, cache: &dyn Cache) -> String {
    let source = source.strip_suffix('\n').unwrap_or(source);
    if is_plain(lang) || source.len() > LONGEST_BLOCK {
        return plain(source);
    }
    // The syntaxes take a while to unpack: a build that finds all blocks in the cache does without them.
    let key = Hash::of_parts(&[Stage::Highlight.name().as_bytes(), VERSION, lang.as_bytes(), source.as_bytes()]);
    if let Some(known) = cache.get(Stage::Highlight, key).and_then(|bytes| String::from_utf8(bytes).ok()) {
        return known;
    }
    let Some(grammar) = Grammar::named(lang) else { return plain(source) };
    let out = match grammar {
        Grammar::Syntax(syntax) => highlight(syntax, source),
        Grammar::Console(shell) => console(shell, source),
    };
    cache.put(Stage::Highlight, key, out.as_bytes());
    out
}

/// Whether a word after the fence says that there is nothing to highlight.
fn is_plain(lang: &str) -> bool {
    matches!(lang.trim(), "" | "text" | "txt" | "plain" | "plaintext" | "output" | "none" | "nohighlight")
}

/// Code without any colour.
fn plain(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    escape::text(&mut out, source);
    out
}

/// How to read a language.
enum Grammar {
    Syntax(&'static SyntaxReference),
    /// Commands after a prompt, in this shell, and what they print.
    Console(&'static SyntaxReference),
}

impl Grammar {
    fn named(lang: &str) -> Option<Self> {
        let lang = lang.trim();
        if matches!(lang, "console" | "shell-session" | "shellsession" | "sh-session" | "bash-session" | "terminal") {
            return SYNTAXES.find_syntax_by_extension("sh").map(Self::Console);
        }
        let name = ALIASES.iter().find(|(alias, _)| *alias == lang).map_or(lang, |(_, name)| name);
        SYNTAXES.find_syntax_by_token(name).map(Self::Syntax)
    }
}

fn highlight(syntax: &SyntaxReference, source: &str) -> String {
    let mut painter = Painter::default();
    let mut state = ParseState::new(syntax);
    // The syntaxes want the line break at the end of each line, the last included.
    let mut line = String::new();
    for (number, bare) in source.split('\n').enumerate() {
        if number > 0 {
            painter.out.push('\n');
        }
        if bare.len() > LONGEST_LINE {
            escape::text(&mut painter.out, bare);
            continue;
        }
        line.clear();
        line.push_str(bare);
        line.push('\n');
        match state.parse_line(&line, &SYNTAXES) {
            Ok(ops) => painter.line(bare, &ops),
            Err(_) => escape::text(&mut painter.out, bare),
        }
    }
    painter.out
}

/// Highlights commands after `$ ` and `# `; the other lines are output.
fn console(shell: &SyntaxReference, source: &str) -> String {
    let mut out = String::with_capacity(source.len() * 2);
    let mut goes_on = false;
    for (number, line) in source.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let prompt = ["$ ", "# "].into_iter().find(|prompt| line.starts_with(prompt));
        let command = match prompt {
            Some(prompt) => {
                out.push_str("<span class=\"p\">");
                out.push_str(&prompt[..1]);
                out.push_str("</span> ");
                Some(&line[prompt.len()..])
            }
            None if goes_on => Some(line),
            None => None,
        };
        match command {
            Some(command) => out.push_str(&highlight(shell, command)),
            None => escape::text(&mut out, line),
        }
        goes_on = command.is_some_and(|command| command.ends_with('\\'));
    }
    out
}

/// Follows the scopes and writes spans.
#[derive(Default)]
struct Painter {
    out: String,
    scopes: ScopeStack,
    /// The class of each scope on the stack, inherited where it has none of its own.
    classes: Vec<Class>,
    /// Classes looked up so far; scopes recur, and the table is long.
    known: HashMap<Scope, Option<Class>>,
    /// The class of the span that is open; empty for none.
    open: Class,
}

impl Painter {
    fn line(&mut self, line: &str, ops: &[(usize, syntect::parsing::ScopeStackOp)]) {
        let mut from = 0;
        for (at, op) in ops {
            let to = (*at).min(line.len());
            if to > from {
                self.token(&line[from..to]);
                from = to;
            }
            let Self { scopes, classes, known, .. } = self;
            // A syntax that restores what it never cleared loses its colours, not its text.
            let _ = scopes.apply_with_hook(op, |op, _| match op {
                BasicScopeStackOp::Push(scope) => {
                    let own = *known.entry(scope).or_insert_with(|| class_of(scope));
                    let class = own.unwrap_or_else(|| classes.last().copied().unwrap_or_default());
                    classes.push(class);
                }
                BasicScopeStackOp::Pop => drop(classes.pop()),
            });
        }
        self.token(&line[from..]);
        self.close();
    }

    /// Writes a token, its outer white space outside of spans unless a span goes on across it.
    fn token(&mut self, token: &str) {
        let class = self.classes.last().copied().unwrap_or_default();
        let body = token.trim_start();
        if body.is_empty() || class == self.open {
            escape::text(&mut self.out, token);
            return;
        }
        self.close();
        let (space, body) = token.split_at(token.len() - body.len());
        self.out.push_str(space);
        if !class.is_empty() {
            self.out.push_str("<span class=\"");
            self.out.push_str(class);
            self.out.push_str("\">");
            self.open = class;
        }
        escape::text(&mut self.out, body);
    }

    /// Ends the open span before the white space that was written last.
    fn close(&mut self) {
        if !self.open.is_empty() {
            self.out.insert_str(self.out.trim_end_matches([' ', '\t']).len(), "</span>");
            self.open = "";
        }
    }
}

fn class_of(scope: Scope) -> Option<Class> {
    CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::NoCache;

    fn plain(html: &str) -> String {
        let mut out = String::new();
        let mut rest = html;
        while let Some((text, after)) = rest.split_once('<') {
            out.push_str(text);
            rest = after.split_once('>').map_or("", |(_, rest)| rest);
        }
        out.push_str(rest);
        out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    #[test]
    fn every_entry_of_the_tables_is_of_use() {
        assert_eq!(CLASSES.len(), TABLE.len());
        let unknown: Vec<_> = ALIASES.iter().filter(|(_, name)| SYNTAXES.find_syntax_by_token(name).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn common_languages_are_known() {
        let names = [
            "rust",
            "rs",
            "toml",
            "python",
            "py",
            "js",
            "ts",
            "tsx",
            "jsx",
            "json",
            "yaml",
            "yml",
            "bash",
            "sh",
            "c",
            "cpp",
            "go",
            "java",
            "html",
            "css",
            "sql",
            "diff",
            "makefile",
            "dockerfile",
            "bat",
            "cmd",
            "xml",
            "ini",
            "kotlin",
            "swift",
            "ruby",
            "php",
            "lua",
            "r",
            "haskell",
            "md",
            "markdown",
            "csharp",
            "cs",
            "scala",
            "vue",
            "graphql",
            "nix",
            "arduino",
            "ino",
            "latex",
            "tex",
            "svelte",
            "zig",
            "dart",
            "console",
            "shell",
        ];
        let unknown: Vec<_> = names.into_iter().filter(|name| Grammar::named(name).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }

    #[test]
    fn classes_are_short_and_merged() {
        let html = lines("rust", "pub fn main() { // 问好\n    let s = \"<好>\";\n}\n", &NoCache);
        assert_eq!(
            html,
            "<span class=\"k\">pub fn</span> <span class=\"f\">main</span>() { <span class=\"c\">// 问好</span>\n    \
             <span class=\"k\">let</span> s <span class=\"o\">=</span> <span class=\"s\">\"&lt;好&gt;\"</span>;\n}"
        );
    }

    #[test]
    fn spans_end_with_their_line() {
        let html = lines("rust", "/* a\n\n b */ fn", &NoCache);
        assert_eq!(html, "<span class=\"c\">/* a</span>\n\n <span class=\"c\">b */</span> <span class=\"k\">fn</span>");
    }

    #[test]
    fn nothing_is_lost_whatever_the_language() {
        let source = "a < b && \"c\" # é 汉\n\tif (x) { y: 'z' }\n\n<tag a=\"b\">\u{1f600}";
        for lang in ["", "rust", "python", "html", "console", "no-such-language", "jsx", "md"] {
            assert_eq!(plain(&lines(lang, source, &NoCache)), source, "{lang}");
        }
    }

    #[test]
    fn a_console_shows_prompts_commands_and_output() {
        let html = lines("console", "$ echo 1\n1 < 2", &NoCache);
        assert!(html.starts_with("<span class=\"p\">$</span> <span class=\"f\">echo</span>"), "{html}");
        assert!(html.ends_with("\n1 &lt; 2"), "{html}");
    }

    #[test]
    fn endless_lines_are_left_plain() {
        let source = format!("let a = {};\nlet b = 1;", "1+".repeat(LONGEST_LINE));
        let html = lines("rust", &source, &NoCache);
        assert!(!html.split('\n').next().unwrap_or_default().contains("<span"));
        assert!(html.contains("<span class=\"k\">let</span> b"));
    }
}
