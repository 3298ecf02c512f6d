//! What an edit does: it is seen at once, an error keeps the last good page, and nothing that editors and tools do to files is missed.
#![expect(clippy::disallowed_methods, reason = "tests edit sites as editors do")]

use std::fs;

use super::server::Server;
use crate::sandbox::Sandbox;

const SITE: &[(&str, &str)] = &[
    ("site.yaml", "title: { zh: 小站, en: Site }\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n"),
    ("content/articles/文.md", "---\ntitle: 旧题\ndate: 2024-05-01\n---\n旧的字。\n"),
    ("content/en/articles/a.md", "---\ntitle: An old title\ndate: 2024-05-01\n---\nOld words.\n"),
    ("content/en/articles/b.md", "---\ntitle: Another\ndate: 2024-05-02\n---\n\nOther words.\n"),
];

fn write(server: &Server, path: &str, text: &str) {
    server.site.write(path, text.as_bytes());
}

/// The article of the English site with another title.
fn titled(title: &str) -> String {
    format!("---\ntitle: {title}\ndate: 2024-05-01\n---\nOld words.\n")
}

#[test]
fn an_edit_is_seen_on_the_page_in_lists_and_in_feeds() {
    let server = Server::of(SITE, &[]);
    let mut events = server.events("/en/articles/a/");
    let before = events.next()["generation"].clone();
    write(&server, "content/en/articles/a.md", &titled("A new title"));
    let told = events.until(|told| told["generation"] != before);
    assert_eq!(told["errors"], 0);
    for path in ["/en/articles/a/", "/en/articles/", "/en/feed.xml", "/en/feed.json", "/en/articles/b/"] {
        let text = server.text(path);
        assert!(!text.contains("An old title"), "{path}");
        assert!(path.ends_with("b/") || text.contains("A new title"), "{path}");
    }
    write(&server, "content/articles/文.md", "---\ntitle: 新题\ndate: 2024-05-01\n---\n新的字。\n");
    server.until_holds("/articles/%E6%96%87/", "新的字");
    assert!(server.text("/articles/").contains("新题") && server.text("/feed.xml").contains("新题"));
}

#[test]
fn what_to_read_next_comes_by_itself_and_follows_what_is_written() {
    let site = Sandbox::new(&SITE[..1]);
    for n in 0..12 {
        site.write(&format!("content/en/articles/filler{n}.md"), format!("# F{n}\n\nonly{n} here{n} alone{n}\n").as_bytes());
        site.write(&format!("content/articles/旁{n}.md"), format!("# 旁{n}\n\nonly{n} here{n} alone{n}\n").as_bytes());
    }
    // What stands beside a piece in the order of names is on its page already, and so in no list.
    for (name, text) in [("moss", "moss fern lichen bark"), ("fern", "moss fern lichen leaf"), ("cove", "harbour ebb")] {
        site.write(&format!("content/en/articles/{name}.md"), format!("# {name}\n\n{text}\n").as_bytes());
    }
    for (name, text) in [("面团", "酵头 面团 发酵 烘烤"), ("丁香", "酵头 面团 发酵 蒸汽")] {
        site.write(&format!("content/articles/{name}.md"), format!("# {name}\n\n{text}\n").as_bytes());
    }
    let server = Server::on(site, &[]);
    server.until_holds("/en/articles/moss/", "Read next");
    server.until_holds("/articles/%E9%9D%A2%E5%9B%A2/", "接着读");
    let shown = |page: String| page.split_once("class=\"read-next\"").map_or("", |(_, next)| next).contains("/en/articles/cove/");
    assert!(!shown(server.text("/en/articles/moss/")));
    // While it is not known what follows from the edit, the lists from before are shown.
    write(&server, "content/en/articles/cove.md", "# Cove\n\nmoss fern lichen bark harbour\n");
    server.until_holds("/en/articles/cove/", "lichen");
    assert!(server.text("/en/articles/moss/").contains("Read next"));
    server.until("/en/articles/moss/", |page| shown(page.text()));
}

#[test]
fn a_save_that_changes_nothing_is_no_edit() {
    let mut server = Server::of(SITE, &[]);
    let lines = [server.line(), server.line()];
    assert!(lines[1].starts_with("ready · "), "{lines:?}");
    write(&server, "content/en/articles/a.md", &titled("An old title"));
    write(&server, "content/en/articles/b.md", "---\ntitle: Another\n---\nChanged.\n");
    let line = server.line();
    assert!(line.starts_with("content/en/articles/b.md · "), "{line}");
}

#[test]
fn an_error_keeps_the_last_good_page_until_it_is_mended() {
    let server = Server::of(SITE, &[]);
    let mut events = server.events("/en/articles/a/");
    events.next();
    write(&server, "content/en/articles/a.md", "---\ntitle: A title\ntier: mmber\n---\nNew words.\n");
    let told = events.until(|told| told["errors"] == 1);
    let finding = &told["findings"][0];
    assert_eq!((finding["severity"].as_str(), finding["code"].as_str()), (Some("error"), Some("KM0501")));
    let text = finding["text"].as_str().unwrap();
    assert!(text.contains("did you mean `member`?") && text.contains("content/en/articles/a.md:3:7"), "{text}");
    let page = server.get("/en/articles/a/");
    assert!(page.status == 200 && page.text().contains("Old words."));
    write(
        &server,
        "content/en/articles/a.md",
        "---\ntitle: A title\ntier: member\n---\nNew words.\n\n<!-- paywall -->\n\nMore.\n",
    );
    let told = events.until(|told| told["errors"] == 0);
    assert_eq!(told["findings"].as_array().unwrap().len(), 0, "{told}");
    server.until_holds("/en/articles/a/", "New words.");
}

#[test]
fn the_terminal_tells_what_the_overlay_does() {
    let site = Sandbox::new(SITE);
    site.write("content/en/articles/a.md", b"---\ntitle: A\ntier: mmber\n---\nx\n");
    let told = {
        let server = Server::on(Sandbox::new(SITE), &[]);
        let mut events = server.events("/");
        events.next();
        write(&server, "content/en/articles/a.md", "---\ntitle: A\ntier: mmber\n---\nx\n");
        events.until(|told| told["errors"] == 1)["findings"][0]["text"].as_str().unwrap().to_owned()
    };
    let checked = site.run(&["check"]);
    assert!(checked.err.contains(&told), "{} is not in {}", told, checked.err);
}

#[test]
fn a_site_that_is_broken_from_the_start_is_shown_as_soon_as_it_is_mended() {
    let site = Sandbox::new(SITE);
    site.write("site.yaml", b"titel: T\n");
    let mut server = Server::on(site, &[]);
    let page = server.get("/en/articles/a/");
    assert_eq!(page.status, 500);
    assert!(page.text().contains("/_kmsite/preview.js") && page.text().contains("did you mean `title`?"), "{}", page.text());
    let mut events = server.events("/");
    assert!(events.next()["errors"].as_u64() > Some(0));
    assert!(server.is_alive());
    write(&server, "site.yaml", SITE[0].1);
    events.until(|told| told["errors"] == 0);
    assert_eq!(server.get("/en/articles/a/").status, 200);
}

#[test]
fn a_folder_without_content_waits_for_its_first_file() {
    let server = Server::of(&[("site.yaml", "title: T\nbase_url: https://example.org/\n")], &[]);
    assert_eq!(server.get("/").status, 500);
    write(&server, "content/articles/first.md", "# First\n\nIt begins.\n");
    server.until_holds("/articles/first/", "It begins.");
}

#[test]
fn the_theme_and_the_configuration_are_edited_alike() {
    let server = Server::of(SITE, &[]);
    let style_of = |page: String| {
        page.split('"').find(|part| part.starts_with("/assets/site.") && part.ends_with(".css")).unwrap().to_owned()
    };
    let before = style_of(server.text("/en/articles/a/"));
    write(&server, "themes/default/assets/site.css", "body { color: rebeccapurple }");
    let page = server.until("/en/articles/a/", |answer| style_of(answer.text()) != before);
    assert!(server.text(&style_of(page.text())).contains("639"), "rebeccapurple is #639");
    write(
        &server,
        "themes/default/templates/article.html",
        "{% extends \"theme/article.html\" %}{% block after %}MARKED{% endblock after %}",
    );
    server.until_holds("/en/articles/a/", "MARKED");
    write(&server, "site.yaml", "title: Renamed\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n");
    server.until_holds("/en/articles/a/", "Renamed");
    write(&server, "static/robots.txt", "User-agent: nobody\n");
    server.until_holds("/robots.txt", "nobody");
    write(&server, "static/robots.txt", "User-agent: somebody\n");
    server.until_holds("/robots.txt", "somebody");
}

#[test]
fn a_template_that_fails_leaves_the_page_as_it_was() {
    let server = Server::of(SITE, &[]);
    let mut events = server.events("/en/articles/a/");
    events.next();
    server.until_holds("/en/articles/a/", "Old words.");
    let name = "themes/default/templates/article.html";
    write(&server, name, "{% extends \"theme/article.html\" %}{% block after %}{{ page.titel }}{% endblock after %}");
    let told = events.until(|told| told["errors"].as_u64() > Some(0));
    assert!(told["findings"][0]["text"].as_str().unwrap().contains("titel"), "{told}");
    let page = server.get("/en/articles/a/");
    assert!(page.status == 200 && page.text().contains("Old words."), "{}", page.text());
    write(&server, "content/en/articles/b.md", "---\ntitle: Another\n---\nMore.\n");
    let told = events.until(|told| told["errors"].as_u64() > Some(0));
    assert!(told["findings"][0]["text"].as_str().unwrap().contains("titel"), "{told}");
    write(&server, name, "{% extends \"theme/article.html\" %}{% block after %}{{ page.title }}!{% endblock after %}");
    events.until(|told| told["errors"] == 0);
    server.until_holds("/en/articles/a/", "An old title!");
}

#[test]
fn files_and_folders_come_and_go() {
    let server = Server::of(SITE, &[]);
    let root = server.site.root().to_owned();
    write(&server, "content/en/articles/deep/down/new.md", "# Deep\n\nDown here.\n");
    server.until_holds("/en/articles/deep/down/new/", "Down here.");
    write(&server, "content/en/articles/deep/down/new.md", "# Deep\n\nDeeper.\n");
    server.until_holds("/en/articles/deep/down/new/", "Deeper.");
    fs::rename(root.join("content/en/articles/deep"), root.join("content/en/articles/shallow")).unwrap();
    server.until_holds("/en/articles/shallow/down/new/", "Deeper.");
    assert_eq!(server.get("/en/articles/deep/down/new/").status, 404);
    server.site.remove("content/en/articles/shallow/down/new.md");
    server.until("/en/articles/shallow/down/new/", |answer| answer.status == 404);
    fs::rename(root.join("content/en/articles/a.md"), root.join("content/en/articles/renamed.md")).unwrap();
    server.until_holds("/en/articles/renamed/", "Old words.");
    assert_eq!(server.get("/en/articles/a/").status, 404);
}

#[test]
fn the_content_is_taken_away_and_put_back() {
    let server = Server::of(SITE, &[]);
    let root = server.site.root().to_owned();
    let mut events = server.events("/");
    events.next();
    fs::rename(root.join("content"), root.join(".elsewhere")).unwrap();
    events.until(|told| told["errors"].as_u64() > Some(0));
    server.until_holds("/en/articles/a/", "Old words.");
    fs::rename(root.join(".elsewhere"), root.join("content")).unwrap();
    events.until(|told| told["errors"] == 0);
    write(&server, "content/en/articles/a.md", &titled("After the journey"));
    server.until_holds("/en/articles/a/", "After the journey");
}

#[test]
fn the_whole_folder_is_moved_away_and_put_back() {
    let above = Sandbox::new(&[]);
    for (path, text) in SITE {
        above.write(&format!("site/{path}"), text.as_bytes());
    }
    let root = above.root().to_owned();
    let server = Server::on(Sandbox::new(&[]), &["--root", root.join("site").to_str().unwrap()]);
    server.until_holds("/en/articles/a/", "Old words.");
    fs::rename(root.join("site"), root.join("away")).unwrap();
    above.write("site/content/en/articles/a.md", b"# Another site\n\nStranger words.\n");
    server.until_holds("/articles/a/", "Stranger words.");
    fs::remove_dir_all(root.join("site")).unwrap();
    fs::rename(root.join("away"), root.join("site")).unwrap();
    server.until_holds("/en/articles/a/", "Old words.");
    above.write("site/content/en/articles/a.md", titled("Home again").as_bytes());
    server.until_holds("/en/articles/a/", "Home again");
}

#[test]
fn however_an_editor_saves_it_is_seen() {
    let server = Server::of(SITE, &[]);
    let folder = server.site.root().join("content/en/articles");
    let file = folder.join("a.md");
    // Written over in place.
    fs::write(&file, titled("In place")).unwrap();
    server.until_holds("/en/articles/a/", "In place");
    // A draft beside it, renamed over it.
    fs::write(folder.join(".a.md.swp"), titled("Renamed over")).unwrap();
    fs::rename(folder.join(".a.md.swp"), &file).unwrap();
    server.until_holds("/en/articles/a/", "Renamed over");
    // The old one kept under another name, a new one written.
    fs::rename(&file, folder.join("a.md~")).unwrap();
    fs::write(&file, titled("Kept a backup")).unwrap();
    server.until_holds("/en/articles/a/", "Kept a backup");
    // Removed and made again.
    fs::remove_file(&file).unwrap();
    fs::write(&file, titled("Made again")).unwrap();
    server.until_holds("/en/articles/a/", "Made again");
    // A hard link to a file elsewhere.
    fs::write(folder.join(".other"), titled("Linked")).unwrap();
    fs::remove_file(&file).unwrap();
    fs::hard_link(folder.join(".other"), &file).unwrap();
    server.until_holds("/en/articles/a/", "Linked");
}

#[test]
fn half_a_save_is_never_shown() {
    let server = Server::of(SITE, &[]);
    let file = server.site.root().join("content/en/articles/a.md");
    for number in 0..20 {
        // Emptied, then half of it, which is broken front matter, then whole.
        fs::write(&file, "").unwrap();
        fs::write(&file, "---\ntitle: [HALFSAVED").unwrap();
        fs::write(&file, titled(&format!("Whole {number}"))).unwrap();
        let page = server.get("/en/articles/a/");
        assert!(page.status == 200 && !page.text().contains("HALFSAVED"), "{}", page.text());
    }
    server.until_holds("/en/articles/a/", "Whole 19");
    let told = server.events("/en/articles/a/").until(|told| told["errors"] == 0);
    assert_eq!(told["findings"].as_array().unwrap().len(), 0, "{told}");
}

#[test]
fn many_files_at_once_are_all_seen() {
    let text = |number: usize, state: &str| format!("---\ntitle: Piece {number}\ndate: 2024-01-01\n---\nIt is {state}.\n");
    let site = Sandbox::new(SITE);
    for number in 0..300 {
        site.write(&format!("content/en/articles/p{number}.md"), text(number, "old").as_bytes());
    }
    let server = Server::on(site, &[]);
    server.until_holds("/en/articles/p7/", "It is old.");
    // As a checkout does it: half of the files written anew, some gone, some come.
    for number in (0..300).step_by(2) {
        write(&server, &format!("content/en/articles/p{number}.md"), &text(number, "new"));
    }
    for number in 300..330 {
        write(&server, &format!("content/en/articles/p{number}.md"), &text(number, "new"));
    }
    for number in (1..60).step_by(2) {
        server.site.remove(&format!("content/en/articles/p{number}.md"));
    }
    server.until("/en/articles/p59/", |answer| answer.status == 404);
    for number in (0..300).step_by(2).chain(300..330) {
        server.until_holds(&format!("/en/articles/p{number}/"), "It is new.");
    }
    for number in (61..300).step_by(2) {
        assert!(server.text(&format!("/en/articles/p{number}/")).contains("It is old."), "{number}");
    }
}

#[test]
fn a_thousand_edits_leave_page_and_memory_right() {
    let server = Server::of(SITE, &[]);
    let edit = |number: usize| {
        write(&server, "content/en/articles/a.md", &titled(&format!("Edit {number}.")));
        server.until_holds("/en/articles/a/", &format!("Edit {number}."));
    };
    (0..200).for_each(edit);
    #[cfg(target_os = "linux")]
    let early = server.memory();
    (200..1000).for_each(edit);
    assert!(server.text("/en/feed.xml").contains("Edit 999."));
    #[cfg(target_os = "linux")]
    {
        let late = server.memory();
        assert!(late < early + early / 4 + 8 * 1024, "{early} KiB after 200 edits, {late} KiB after 1000");
    }
}

#[test]
fn pages_that_are_closed_are_forgotten() {
    let server = Server::of(SITE, &[]);
    server.until_holds("/en/articles/a/", "Old words.");
    for round in 0..3 {
        let mut streams: Vec<_> = (0..60).map(|_| server.events("/en/articles/a/")).collect();
        let before: Vec<_> = streams.iter_mut().map(|events| events.next()["generation"].clone()).collect();
        write(&server, "content/en/articles/a.md", &titled(&format!("Round {round}")));
        for (events, before) in streams.iter_mut().zip(&before) {
            events.until(|told| told["generation"] != *before);
        }
        drop(streams);
        // There is always room for one more: the oldest gives way.
    }
}

#[test]
fn a_disk_that_tells_nothing_is_looked_at() {
    let server = Server::of(SITE, &["--poll"]);
    server.until_holds("/en/articles/a/", "Old words.");
    write(&server, "content/en/articles/a.md", &titled("Found by looking, longer"));
    server.until_holds("/en/articles/a/", "Found by looking");
    write(&server, "content/en/articles/c.md", "# New\n\nAlso found.\n");
    server.until_holds("/en/articles/c/", "Also found.");
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    let mut server = Server::of(SITE, &[]);
    let _open = server.events("/");
    let pid = server.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    server.wait();
}
