//! LaTeX -> a line of Unicode, as in `x² ≤ √(a + b)`: formulas for where neither MathML nor a picture can stand.
//!
//! What has no sign of its own stays readable: a fraction gets a slash, an unknown command loses its backslash. Invariant: linear in the text.

/// A formula in one line.
#[must_use]
pub fn linear(source: &str) -> String {
    let mut reader = Reader { rest: source, depth: 0 };
    let line = reader.run(None);
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How deep groups are followed.
const DEEPEST: u32 = 64;

struct Reader<'a> {
    rest: &'a str,
    depth: u32,
}

impl Reader<'_> {
    /// Reads until the end, or a closing sign.
    fn run(&mut self, until: Option<char>) -> String {
        let mut out = String::new();
        while let Some(c) = self.rest.chars().next() {
            if Some(c) == until {
                self.rest = &self.rest[c.len_utf8()..];
                break;
            }
            self.step(c, &mut out);
        }
        out
    }

    fn step(&mut self, c: char, out: &mut String) {
        match c {
            '\\' => self.command(out),
            '^' | '_' => {
                self.rest = &self.rest[1..];
                let script = self.argument();
                out.push_str(&raised(c, &script));
            }
            '{' => out.push_str(&self.argument()),
            '}' | '$' => self.rest = &self.rest[1..],
            '~' | '&' => {
                self.rest = &self.rest[1..];
                out.push(' ');
            }
            '-' => {
                self.rest = &self.rest[1..];
                out.push('−');
            }
            c => {
                self.rest = &self.rest[c.len_utf8()..];
                out.push(c);
            }
        }
    }

    /// A group, a command with what belongs to it, or one sign.
    fn argument(&mut self) -> String {
        self.rest = self.rest.trim_start();
        let Some(c) = self.rest.chars().next() else { return String::new() };
        if self.depth >= DEEPEST {
            self.rest = "";
            return String::new();
        }
        self.depth += 1;
        let mut out = String::new();
        if c == '{' {
            self.rest = &self.rest[1..];
            out = self.run(Some('}'));
        } else {
            self.step(c, &mut out);
        }
        self.depth -= 1;
        out
    }

    fn command(&mut self, out: &mut String) {
        let rest = &self.rest[1..];
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let end = if letters == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { letters };
        let (name, rest) = rest.split_at(end);
        self.rest = rest;
        match name {
            "frac" | "dfrac" | "tfrac" | "cfrac" => {
                let (above, below) = (self.argument(), self.argument());
                out.push_str(&format!("{}/{}", grouped(&above), grouped(&below)));
            }
            "sqrt" => {
                let index = self.rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
                let root = match index {
                    Some((index, rest)) => {
                        self.rest = rest;
                        raised('^', index)
                    }
                    None => String::new(),
                };
                let root = root + "√" + &grouped(&self.argument());
                out.push_str(&root);
            }
            "binom" => {
                let (above, below) = (self.argument(), self.argument());
                out.push_str(&format!("C({above}, {below})"));
            }
            "text" | "mathrm" | "operatorname" | "textbf" | "textit" | "mathbf" | "mathit" | "mathsf" | "mathtt" | "mathcal"
            | "mathbb" | "mathfrak" | "boldsymbol" | "overline" | "underline" | "hat" | "bar" | "vec" | "tilde" | "dot"
            | "mbox" => {
                let argument = self.argument();
                out.push_str(&marked(name, &argument));
            }
            "begin" | "end" => drop(self.argument()),
            "left" | "right" | "big" | "Big" | "bigl" | "bigr" | "Bigl" | "Bigr" => {
                self.rest = self.rest.strip_prefix('.').unwrap_or(self.rest);
            }
            "displaystyle" | "textstyle" | "limits" | "nolimits" | "label" | "tag" | "notag" | "!" => {}
            "\\" => out.push_str("; "),
            "," | ";" | ":" | " " | "quad" | "qquad" => out.push(' '),
            name => match sign(name) {
                Some(sign) => {
                    let spaced = RELATIONS.contains(&sign);
                    out.push_str(if spaced && !out.ends_with(' ') { " " } else { "" });
                    out.push_str(sign);
                    out.push_str(if spaced { " " } else { "" });
                }
                None => {
                    let is_word = name.len() > 1;
                    out.push_str(if is_word && out.ends_with(char::is_alphanumeric) { " " } else { "" });
                    out.push_str(name);
                    out.push_str(if is_word && self.rest.starts_with(|c: char| c.is_alphanumeric() || c == '\\') {
                        " "
                    } else {
                        ""
                    });
                }
            },
        }
    }
}

/// In brackets, where it is more than one letter or number.
fn grouped(text: &str) -> String {
    let text = text.trim();
    if text.chars().all(char::is_alphanumeric) { text.to_owned() } else { format!("({text})") }
}

/// Set up or down: in small signs where Unicode has all of them.
fn raised(direction: char, text: &str) -> String {
    let text = text.trim();
    let table = if direction == '^' { UP } else { DOWN };
    let small: Option<String> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| table.iter().find(|(plain, _)| *plain == c).map(|(_, small)| *small))
        .collect();
    match small {
        Some(small) => small,
        None => format!("{direction}{}", grouped(text)),
    }
}

fn marked(name: &str, text: &str) -> String {
    let mark = match name {
        "hat" => '\u{302}',
        "bar" | "overline" => '\u{304}',
        "vec" => '\u{20d7}',
        "tilde" => '\u{303}',
        "dot" => '\u{307}',
        "mathbb" => return text.chars().map(|c| DOUBLE.iter().find(|(plain, _)| *plain == c).map_or(c, |(_, c)| *c)).collect(),
        _ => return text.to_owned(),
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(only), None) => format!("{only}{mark}"),
        _ => text.to_owned(),
    }
}

const DOUBLE: [(char, char); 6] = [('R', 'ℝ'), ('N', 'ℕ'), ('Z', 'ℤ'), ('Q', 'ℚ'), ('C', 'ℂ'), ('P', 'ℙ')];

/// Signs that stand between spaces.
const RELATIONS: [&str; 24] =
    ["≤", "≥", "≠", "≈", "≡", "∈", "∉", "⊂", "⊆", "∪", "∩", "→", "⇒", "⇔", "↦", "∼", "∝", "×", "·", "±", "÷", "←", "∧", "∨"];

const UP: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('+', '⁺'),
    ('−', '⁻'),
    ('=', '⁼'),
    ('(', '⁽'),
    (')', '⁾'),
    ('n', 'ⁿ'),
    ('i', 'ⁱ'),
    ('T', 'ᵀ'),
    ('k', 'ᵏ'),
    ('x', 'ˣ'),
    ('m', 'ᵐ'),
    ('′', '′'),
];

const DOWN: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('−', '₋'),
    ('=', '₌'),
    ('(', '₍'),
    (')', '₎'),
    ('i', 'ᵢ'),
    ('j', 'ⱼ'),
    ('n', 'ₙ'),
    ('m', 'ₘ'),
    ('k', 'ₖ'),
    ('x', 'ₓ'),
    ('t', 'ₜ'),
];

/// The sign of a command.
fn sign(name: &str) -> Option<&'static str> {
    Some(match name {
        "alpha" => "α",
        "beta" => "β",
        "gamma" => "γ",
        "delta" => "δ",
        "epsilon" | "varepsilon" => "ε",
        "zeta" => "ζ",
        "eta" => "η",
        "theta" => "θ",
        "iota" => "ι",
        "kappa" => "κ",
        "lambda" => "λ",
        "mu" => "μ",
        "nu" => "ν",
        "xi" => "ξ",
        "pi" => "π",
        "rho" => "ρ",
        "sigma" => "σ",
        "tau" => "τ",
        "phi" | "varphi" => "φ",
        "chi" => "χ",
        "psi" => "ψ",
        "omega" => "ω",
        "Gamma" => "Γ",
        "Delta" => "Δ",
        "Theta" => "Θ",
        "Lambda" => "Λ",
        "Pi" => "Π",
        "Sigma" => "Σ",
        "Phi" => "Φ",
        "Psi" => "Ψ",
        "Omega" => "Ω",
        "le" | "leq" => "≤",
        "ge" | "geq" => "≥",
        "ne" | "neq" => "≠",
        "approx" => "≈",
        "equiv" => "≡",
        "in" => "∈",
        "notin" => "∉",
        "subset" => "⊂",
        "subseteq" => "⊆",
        "cup" => "∪",
        "cap" => "∩",
        "to" | "rightarrow" => "→",
        "leftarrow" | "gets" => "←",
        "Rightarrow" | "implies" => "⇒",
        "iff" | "Leftrightarrow" => "⇔",
        "mapsto" => "↦",
        "sim" => "∼",
        "propto" => "∝",
        "times" => "×",
        "cdot" => "·",
        "pm" => "±",
        "div" => "÷",
        "land" | "wedge" => "∧",
        "lor" | "vee" => "∨",
        "neg" | "lnot" => "¬",
        "forall" => "∀",
        "exists" => "∃",
        "infty" => "∞",
        "partial" => "∂",
        "nabla" => "∇",
        "sum" => "∑",
        "prod" => "∏",
        "int" => "∫",
        "emptyset" | "varnothing" => "∅",
        "ldots" | "dots" | "cdots" => "…",
        "prime" => "′",
        "circ" => "∘",
        "degree" => "°",
        "mid" => "|",
        "langle" => "⟨",
        "rangle" => "⟩",
        "lfloor" => "⌊",
        "rfloor" => "⌋",
        "lceil" => "⌈",
        "rceil" => "⌉",
        "{" => "{",
        "}" => "}",
        "%" => "%",
        "$" => "$",
        "_" => "_",
        "&" => "&",
        "#" => "#",
        "|" => "‖",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_read_as_a_line() {
        for (source, line) in [
            (r"x^2 + y_1 \leq \sqrt{a+b}", "x² + y₁ ≤ √(a+b)"),
            (r"\frac{1}{2}\alpha", "1/2α"),
            (r"\frac{a+b}{c}", "(a+b)/c"),
            (r"e^{-x^2}", "e^(−x²)"),
            (r"\sum_{i=1}^{n} a_i", "∑ᵢ₌₁ⁿ aᵢ"),
            (r"\mathbb{R}^n \to \mathbb{R}", "ℝⁿ → ℝ"),
            (r"\text{价格} \times 12", "价格 × 12"),
            (r"\log n \in O(n)", "log n ∈ O(n)"),
            (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b ; c = d"),
            (r"\left( x \right)", "( x )"),
            (r"\sqrt[3]{x}", "³√x"),
        ] {
            assert_eq!(linear(source), line, "{source}");
        }
    }

    #[test]
    fn what_cannot_be_read_ends() {
        assert_eq!(linear(r"\"), "");
        assert_eq!(linear("{{{"), "");
        assert_eq!(linear("a}b"), "ab");
        let _ = linear(&"{".repeat(10_000));
        let _ = linear(&r"\frac".repeat(10_000));
    }
}
