//! A page of the book -> the same with its generated parts made anew.

/// Opens a generated part.
const OPEN: &str = "<!-- generated: ";

/// Closes a generated part.
const CLOSE: &str = "<!-- end -->";

/// Fills the generated parts of a page. `tell` gets a chapter's word and a thing; a part may name several things of one chapter,
/// parted by commas: `<!-- generated: site.yaml title, description -->`.
pub fn fill(text: &str, tell: &mut dyn FnMut(&str, &str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once(OPEN) {
        let (what, inside) = opened.split_once(" -->").ok_or("a part is opened and has no name")?;
        let (_, after) = inside.split_once(CLOSE).ok_or_else(|| format!("`{what}` has no `{CLOSE}`"))?;
        let (word, things) = what.split_once(' ').ok_or_else(|| format!("`{what}` names no thing"))?;
        filled.push_str(&format!("{before}{OPEN}{what} -->\n"));
        for thing in things.split(", ") {
            let told = tell(word, thing).ok_or_else(|| format!("there is no `{word} {thing}`"))?;
            filled.push_str(&format!("\n{}\n", told.trim()));
        }
        filled.push_str(&format!("\n{CLOSE}"));
        rest = after;
    }
    Ok(filled + rest)
}

#[test]
fn a_part_is_replaced_and_what_is_around_it_stays() {
    let text = "a\n<!-- generated: x one, two -->\nold\n<!-- end -->\nb";
    let filled = fill(text, &mut |word, thing| Some(format!("{word}:{thing}"))).unwrap();
    assert_eq!(filled, "a\n<!-- generated: x one, two -->\n\nx:one\n\nx:two\n\n<!-- end -->\nb");
    assert_eq!(fill(&filled, &mut |word, thing| Some(format!("{word}:{thing}"))).unwrap(), filled);
    assert_eq!(fill(text, &mut |_, thing| (thing == "one").then(String::new)), Err("there is no `x two`".to_owned()));
    assert!(fill("<!-- generated: x one -->\n", &mut |_, _| Some(String::new())).is_err());
}
