//! Any sequence of sites, with files damaged by hand in between, leaves the same folder as the last site alone.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;

use super::{Site, folder, tree};

/// Addresses that are files and folders of each other, pages, Han and case.
const ROUTES: [&str; 11] =
    ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c.css", "/汉/", "/汉/图.png", "/x.txt", "/X.txt", "/deep/er/still/"];

/// Contents by address.
type Contents = BTreeMap<&'static str, u8>;

/// A site in which no file is a folder of another.
fn contents() -> impl Strategy<Value = Contents> {
    let chosen = proptest::collection::btree_map(proptest::sample::select(&ROUTES[..]), 0..3_u8, 0..ROUTES.len());
    chosen.prop_map(|mut chosen| {
        for file in ["/a", "/a/b"] {
            let folder = format!("{file}/");
            if chosen.keys().any(|route| route.starts_with(&folder)) {
                chosen.remove(file);
            }
        }
        chosen
    })
}

fn site(contents: &Contents) -> Site {
    let texts: Vec<(&str, String)> = contents.iter().map(|(&route, number)| (route, format!("content {number}"))).collect();
    Site::of(&texts.iter().map(|(route, text)| (*route, &**text)).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_past_does_not_show(steps in proptest::collection::vec((contents(), any::<u64>()), 1..6)) {
        let out = folder();
        for (contents, damage) in &steps {
            // Only files that stay: what is stale and changed by hand is left.
            for (at, name) in site(contents).made.iter().map(|(route, _)| route.file()).enumerate() {
                let path = out.path().join(name);
                match damage >> (2 * at) & 3 {
                    0 if path.is_file() => fs::write(path, "content!!").unwrap(),
                    1 if path.is_file() => fs::remove_file(path).unwrap(),
                    _ => {}
                }
            }
            let noted = site(contents).emit(out.path());
            prop_assert!(noted.value.committed, "{:?}", noted.diags);
        }
        let clean = folder();
        let last = steps.last().map(|(contents, _)| site(contents)).unwrap_or_default();
        prop_assert!(last.emit(clean.path()).value.committed);
        prop_assert_eq!(tree(out.path()), tree(clean.path()));
    }
}
