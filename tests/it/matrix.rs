//! The knowledge matrix: planted gaps are named, each once, and a complete ladder has none.

use insta::assert_snapshot;

use crate::program::Folder;

/// A piece on a topic at a level, for a tier.
fn piece(topic: &str, level: &str, tier: &str) -> String {
    format!("---\ndate: 2024-05-01\ntags: [{topic}]\nlevel: {level}\ntier: {tier}\n---\nText.\n")
}

/// A site of these topics, each with the tiers of its pieces by level; `–` for no piece.
fn site(topics: &[(&str, [&str; 3])]) -> Folder {
    let mut site = Folder::site(&[]).with("site.yaml", "title: T\nbase_url: https://example.org/\nlanguages: { default: en }\n");
    for (number, (topic, tiers)) in topics.iter().enumerate() {
        for (level, tier) in ["beginner", "intermediate", "advanced"].into_iter().zip(tiers).filter(|(_, tier)| **tier != "–") {
            site = site.with(&format!("content/articles/{level}-{number}.md"), piece(topic, level, tier));
        }
    }
    site
}

/// A course that is paid whole.
fn course(site: Folder, name: &str) -> Folder {
    site.with(&format!("content/courses/{name}/_index.md"), format!("---\ntitle: Course {name}\ntier: pro\n---\nText.\n"))
        .with(&format!("content/courses/{name}/01-one/01-first.md"), "---\ntitle: First\n---\nText.\n")
        .with(&format!("content/courses/{name}/02-two/01-second.md"), "---\ntitle: Second\n---\nText.\n")
}

/// A site with a complete topic, one that is free throughout, and six gaps.
fn with_gaps() -> Folder {
    let topics = [
        ("free", ["free", "–", "free"]),
        ("law", ["free", "member", "pro"]),
        ("pricing", ["member", "member", "pro"]),
        ("rust", ["free", "member", "–"]),
        ("sales", ["member", "–", "free"]),
        ("写作", ["free", "–", "pro"]),
    ];
    let site = course(course(site(&topics), "hidden"), "open");
    site.with("content/articles/way-in.md", "---\ndate: 2024-05-01\n---\nFirst read [the course](/courses/open/).\n")
}

#[test]
fn six_planted_gaps_are_named_and_no_other() {
    let ran = with_gaps().run(&["matrix"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_snapshot!(ran.out, @r"
    en
      topic    beginner  intermediate  advanced  no level
      free     1 free    –             1 free    –
      law      1 free    1 member      1 pro     –
      pricing  1 member  1 member      1 pro     –
      rust     1 free    1 member      –         –
      sales    1 member  –             1 free    –
      写作     1 free    –             1 pro     –
      gap: `pricing` has no free way in: everything on it is paid
      gap: `rust` has nothing advanced on sale to grow into
      gap: `sales` lacks a step: nothing intermediate between beginner and advanced
      gap: `sales` has nothing advanced on sale to grow into
      gap: `写作` lacks a step: nothing intermediate between beginner and advanced
      gap: `Course hidden` is paid, and nothing free leads to it
    ");
}

#[test]
fn gaps_are_the_same_for_programs() {
    let answer = with_gaps().run(&["matrix", "--json"]).json();
    let gaps: Vec<String> = answer["en"]["gaps"]
        .as_array()
        .expect("gaps")
        .iter()
        .map(|gap| ["gap", "topic", "level", "piece"].map(|key| gap[key].as_str().unwrap_or("-")).join(" "))
        .collect();
    assert_eq!(
        gaps,
        [
            "no_free_way_in pricing - -",
            "nothing_to_grow_into rust - -",
            "missing_step sales intermediate -",
            "nothing_to_grow_into sales - -",
            "missing_step 写作 intermediate -",
            "unreached - - /courses/hidden/",
        ]
    );
    let law = &answer["en"]["topics"][1];
    assert_eq!((law["topic"].as_str(), law["levels"]["advanced"][0]["tier"].as_str()), (Some("law"), Some("pro")));
    assert_eq!(law["levels"]["none"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_complete_ladder_has_no_gap() {
    let site =
        course(site(&[("law", ["free", "member", "pro"])]), "open").with("content/about.md", "[the course](/courses/open/)\n");
    let ran = site.run(&["matrix"]);
    assert!(ran.out.contains("law") && !ran.out.contains("gap:"), "{}", ran.out);
    assert_eq!(site.run(&["matrix", "--json"]).json()["en"]["gaps"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_site_with_errors_has_no_matrix() {
    let site = site(&[("law", ["free", "mmber", "pro"])]);
    let ran = site.run(&["matrix", "--json"]);
    assert_eq!(ran.out, "");
    assert!(ran.findings(site.path()).starts_with("error KM0501 content/articles/intermediate-0.md:5:7: unknown tier `mmber`"));
}
