//! The social cards of a build: what has one, where it stands, what it depends on, and what is said of fonts.

use std::collections::BTreeSet;
use std::fs;

use super::{SHOP, font};
use crate::program::Folder;

const CAMPAIGN: &str = "offer: product:bread\nvariants: [{ id: pot, copy: { headline: { zh: 一口锅, en: One pot } } }]\n";

/// The shop with these files besides.
fn shop(files: &[(&str, &[u8])]) -> Folder {
    let shop = SHOP.iter().fold(Folder::empty(), |folder, (path, text)| folder.with(path, text));
    let shop = shop.with("content/campaigns/bread.yaml", CAMPAIGN);
    files.iter().fold(shop, |shop, (path, bytes)| shop.with(path, bytes))
}

fn with_keys(keys: &str) -> String {
    format!("{}{keys}", SHOP[0].1)
}

/// The picture that a page names for previews, as a path below the output.
fn preview(shop: &Folder, page: &str) -> Option<String> {
    let html = shop.page(page);
    let (_, rest) = html.split_once("<meta property=\"og:image\" content=\"https://bread.example.org/")?;
    Some(rest.split_once('"').unwrap().0.to_owned())
}

fn cards(shop: &Folder) -> BTreeSet<Vec<u8>> {
    let files = crate::sandbox::files(&shop.dist());
    files.iter().filter(|path| path.ends_with("card.png")).map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn every_page_without_a_picture_has_a_card_of_the_size_that_previews_want() {
    let all = font::everything();
    let shop = shop(&[("fonts/squares.ttf", &all)]);
    assert_eq!(shop.build(&["--public-only"]).lines().last(), Some("exit 0"));
    for page in [
        "courses/bread/index.html",
        "courses/bread/a/index.html",
        "p/bread/index.html",
        "p/bread/pot/index.html",
        "en/p/bread/index.html",
    ] {
        let path = preview(&shop, page).unwrap_or_else(|| panic!("{page} has no picture"));
        let bytes = fs::read(shop.dist().join(&path)).unwrap();
        assert_eq!(&bytes[1..4], b"PNG", "{path}");
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((number(16), number(20)), (1200, 630));
        assert!(shop.page(page).contains("<meta property=\"og:image:width\" content=\"1200\">"));
    }
    // A variant says otherwise, and a lesson something else than its course.
    assert_ne!(preview(&shop, "p/bread/index.html"), preview(&shop, "p/bread/pot/index.html"));
    assert_ne!(preview(&shop, "courses/bread/index.html"), preview(&shop, "courses/bread/a/index.html"));
    // Lists and forms have none.
    assert_eq!(preview(&shop, "pricing/index.html"), None);
}

#[test]
fn the_same_content_gives_the_same_cards_and_another_price_another_address() {
    let all = font::everything();
    let built = |files: &[(&str, &[u8])]| {
        let shop = shop(&[&[("fonts/squares.ttf", all.as_slice())], files].concat());
        assert_eq!(shop.build(&["--public-only"]).lines().last(), Some("exit 0"));
        (preview(&shop, "p/bread/index.html").unwrap(), preview(&shop, "articles/free/index.html").unwrap(), cards(&shop))
    };
    let once = built(&[]);
    assert!(once == built(&[]), "another folder gives other cards");
    let dearer = SHOP[0].1.replace("amount: 199", "amount: 299");
    let (sale, free, _) = built(&[("site.yaml", dearer.as_bytes())]);
    assert_ne!(sale, once.0, "the old price is kept wherever the picture is");
    assert_eq!(free, once.1, "what does not cost that is not drawn again");
    let other = font::latin();
    assert_ne!(built(&[("fonts/a.ttf", &other)]).1, once.1, "fonts are part of what a card depends on");
}

#[test]
fn a_picture_of_the_author_goes_before_a_card() {
    let all = font::everything();
    let shop = shop(&[
        ("fonts/squares.ttf", &all),
        ("content/articles/own.md", "---\ntitle: 有图\ncover: own.svg\n---\n正文。\n".as_bytes()),
        ("content/articles/own.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>"),
    ]);
    shop.build(&["--public-only"]);
    assert!(preview(&shop, "articles/own/index.html").unwrap().ends_with("own.svg"));
}

#[test]
fn cards_are_for_all_for_campaigns_or_for_nothing() {
    let all = font::everything();
    let of = |keys: &str| {
        let shop = shop(&[("fonts/squares.ttf", &all), ("site.yaml", with_keys(keys).as_bytes())]);
        assert_eq!(shop.build(&["--public-only"]).lines().last(), Some("exit 0"));
        [preview(&shop, "p/bread/index.html").is_some(), preview(&shop, "articles/free/index.html").is_some()]
    };
    assert_eq!(of(""), [true, true]);
    assert_eq!(of("promotion: { cards: all }\n"), [true, true]);
    assert_eq!(of("promotion: { cards: campaigns }\n"), [true, false]);
    assert_eq!(of("promotion: { cards: none }\n"), [false, false]);
}

#[test]
fn a_site_without_fonts_has_no_cards_and_is_told_where_it_wants_some() {
    let silent = shop(&[]);
    assert!(!silent.build(&["--public-only"]).contains("KM1112"));
    assert_eq!((preview(&silent, "p/bread/index.html"), cards(&silent).len()), (None, 0));
    let asked = shop(&[("site.yaml", with_keys("promotion: { cards: all }\n").as_bytes())]);
    let told = asked.build(&["--public-only"]);
    assert!(told.contains("there is no font in `fonts` to set cards in, so there are none"), "{told}");
    assert!(told.contains("warning KM1112 site.yaml:15:") && told.contains("put font files into `fonts`"), "{told}");
    // A file that is no font is said once, not for each page.
    let broken = shop(&[("fonts/broken.ttf", b"no font")]);
    let told = broken.build(&["--public-only"]);
    assert_eq!(told.matches("KM1112").count(), 1, "{told}");
    let path = preview(&broken, "p/bread/index.html").unwrap();
    assert!(broken.dist().join(&path).is_file(), "{path} is named and not there");
}

#[test]
fn a_font_without_chinese_is_said_once_and_what_it_has_is_drawn() {
    let latin = font::latin();
    let shop = shop(&[("fonts/squares.ttf", &latin)]);
    let told = shop.build(&["--public-only"]);
    assert_eq!(told.matches("KM1112").count(), 1, "{told}");
    assert!(told.contains("no font in `fonts` has all the Chinese that cards say"), "{told}");
    assert!(cards(&shop).len() > 2);
    // From the cache it is said again.
    let again = shop.with("content/articles/free.md", "---\ntitle: 免费的酸种\n---\n改过。\n").build(&["--public-only"]);
    assert_eq!(again.matches("KM1112").count(), 1, "{again}");
}

#[test]
fn names_and_titles_of_any_kind_have_a_card() {
    let all = font::everything();
    let text = |title: &str| format!("---\ntitle: \"{title}\"\nauthor: سارة\n---\n正文。\n");
    let odd = ["长".repeat(300), "مخبوز جيد".to_owned(), "👩‍👩‍👧 🍞 Brot".to_owned(), "<b> & \\u0007".to_owned(), "a".repeat(300)];
    let files: Vec<(String, String)> =
        (1..).zip(&odd).map(|(number, title)| (format!("content/articles/odd{number}.md"), text(title))).collect();
    let mut given: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    given.push(("fonts/squares.ttf", &all));
    let shop = shop(&given);
    let told = shop.build(&["--public-only"]);
    assert!(told.ends_with("exit 0"), "{told}");
    for number in 1..=odd.len() {
        assert!(preview(&shop, &format!("articles/odd{number}/index.html")).is_some(), "{number}");
    }
}
