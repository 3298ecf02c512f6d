//! `kmsite promo`: cards as pictures of their size, and every sentence with its place.

use std::fs;

use serde_json::Value;

use super::SHOP;
use crate::program::Folder;

fn shop() -> Folder {
    let shop = SHOP.iter().fold(Folder::empty(), |folder, (path, text)| folder.with(path, text));
    shop.with(
        "content/campaigns/bread.yaml",
        "offer: product:bread\ncopy: { headline: { zh: 四周，烤出面包, en: Bread in <four> weeks & a bit } }\n",
    )
}

#[test]
fn without_fonts_there_are_no_cards_and_it_is_said_where_they_belong() {
    let shop = shop().with("fonts/not-a-font.ttf", "no font").with("fonts/readme.txt", "x");
    let ran = shop.run(&["promo", "cards", "--json"]);
    assert_eq!(
        ran.findings(shop.path()),
        "error KM1112: there is no font in `fonts` to set cards in\n  put a font that has them there, as Noto Serif CJK, or use `--system-fonts`\nexit 2"
    );
    assert_eq!(fs::read_dir(shop.path().join("cards")).map_or(0, Iterator::count), 0);
}

#[test]
fn cards_have_their_sizes_and_are_the_same_each_time() {
    let shop = shop();
    let ran = shop.run(&["promo", "cards", "--system-fonts", "--json"]);
    // A machine without a font for Chinese says so; there is nothing to look at then.
    if ran.code != 0 {
        assert!(ran.err.contains("KM1112"), "{}", ran.err);
        return;
    }
    let written: Vec<String> = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(written.len(), 8, "two languages in four sizes");
    let sizes = [("link", (1200, 630)), ("square", (1080, 1080)), ("story", (1080, 1920)), ("wechat", (900, 383))];
    let read = || written.iter().map(|path| fs::read(shop.path().join(path)).unwrap()).collect::<Vec<_>>();
    let first = read();
    for (path, bytes) in written.iter().zip(&first) {
        let size = sizes.iter().find(|(name, _)| path.ends_with(&format!(".{name}.png"))).unwrap().1;
        assert_eq!(&bytes[1..4], b"PNG");
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((number(16), number(20)), size, "{path}");
    }
    assert_eq!(shop.run(&["promo", "cards", "--system-fonts"]).code, 0);
    assert!(first == read(), "another run gives other bytes");
}

#[test]
fn a_campaign_is_called_by_its_name() {
    let shop = shop();
    let ran = shop.run(&["promo", "show", "bred", "--json"]);
    assert_eq!(
        ran.findings(shop.path()),
        "error KM1111: there is no campaign `bred`\n  did you mean `bread`?\n  a campaign is called as its file in `content/campaigns/`\nexit 2"
    );
    let told = shop.run(&["promo", "show", "bread", "--json"]).json();
    assert_eq!((&told[0]["lang"], &told[1]["lang"]), (&Value::from("zh"), &Value::from("en")));
    let headline = told[1]["said"].as_array().unwrap().iter().find(|said| said["part"] == "headline").unwrap();
    assert_eq!(headline["from"]["key"], "copy.headline");
    assert_eq!(headline["text"], "Bread in <four> weeks & a bit");
    let text = shop.run(&["promo", "show"]).out;
    assert!(text.contains("  outcome: 养活一罐酸种\n      content/courses/bread/_index.md `objectives.0`\n"), "{text}");
}
