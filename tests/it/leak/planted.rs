//! Paid text put into an output by hand, one place after the other: `kmsite audit` finds each, and nothing in what was built.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use crate::sandbox::{Sandbox, Tree, tree};

use super::png::png;

/// A paid text: what is planted of it, a heading, and the address to join at.
struct Paid {
    text: &'static str,
    heading: &'static str,
    join: &'static str,
}

/// One in each language, by the page it belongs to.
const PAID: [(&str, Paid); 2] = [
    (
        "articles/a/index.html",
        Paid {
            text: "暗格里的朱鹮在黎明之前飞过结冰的河面去寻找它去年留下的巢",
            heading: "朱鹮去年的巢在哪里",
            join: "https://meet.example/zhu-huan-9931",
        },
    ),
    (
        "en/articles/a/index.html",
        Paid {
            text: "before dawn the crested ibis crosses a frozen river looking for last year's nest",
            heading: "Where the ibis nests",
            join: "https://meet.example/ibis-nest-4417",
        },
    ),
];

fn article(paid: &Paid, title: &str, teaser: &str) -> String {
    format!(
        "---\ntitle: {title}\ntier: member\nlink: {}\n---\n{teaser}\n\n<!-- paywall -->\n\n## {}\n\n*{}*\n",
        paid.join, paid.heading, paid.text
    )
}

fn site() -> Sandbox {
    let [(_, zh), (_, en)] = PAID;
    let config = "title: T\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n";
    Sandbox::new(&[
        ("site.yaml", config),
        ("content/articles/a.md", &article(&zh, "鸟", "关于鸟的开头。")),
        ("content/articles/a.en.md", &article(&en, "Birds", "A beginning about birds.")),
        ("content/articles/b.md", "---\ntitle: 旧\naliases: [/old/]\n---\n公开的文字。\n"),
    ])
}

/// Puts a text into a file: where, and what the file holds then.
type Plant = (&'static str, fn(&Tree, &str, &Paid) -> (String, Vec<u8>));

/// The file with something before a mark of its own.
fn before(tree: &Tree, file: &str, mark: &str, text: &str) -> (String, Vec<u8>) {
    let old = String::from_utf8(tree[file].clone()).expect("a text");
    let at = old.rfind(mark).unwrap_or_else(|| panic!("{file} has no {mark}"));
    (file.to_owned(), format!("{}{text}{}", &old[..at], &old[at..]).into_bytes())
}

fn page(tree: &Tree, page: &str, text: &str) -> (String, Vec<u8>) {
    before(tree, page, "</main>", text)
}

fn new(file: &str, bytes: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    (file.to_owned(), bytes.into())
}

/// A text as JSON writes it with nothing but ASCII.
fn escaped(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Base 64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |three: &[u8]| {
        let bits = three.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - three.len()));
        let all = (0..4).map(move |at| char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]));
        all.take(three.len() + 1).chain(std::iter::repeat_n('=', 3 - three.len())).collect::<String>()
    };
    bytes.chunks(3).map(digits).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A ZIP archive of one file, without its directory.
fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    let packed = encoder.finish().unwrap();
    let mut out = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    out.extend((packed.len() as u32).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend(b"\x05\0\0\0a.txt");
    [out, packed].concat()
}

/// A JPEG with an APP1 segment.
fn jpeg(segment: &[u8]) -> Vec<u8> {
    let len = (segment.len() as u16 + 2).to_be_bytes();
    [&[0xff, 0xd8, 0xff, 0xe1], &len[..], segment, &[0xff, 0xda, 0, 2, 0, 0xff, 0xd9]].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A WebP file with a chunk of metadata.
fn webp(xmp: &[u8]) -> Vec<u8> {
    [b"RIFF\0\0\0\0WEBPXMP ", &(xmp.len() as u32).to_le_bytes()[..], xmp].concat()
}

const PLANTS: [Plant; 32] = [
    ("a paragraph", |tree, at, paid| page(tree, at, &format!("<p>{}</p>", paid.text))),
    ("words cut by tags", |tree, at, paid| {
        let cut: String = paid.text.split_inclusive([' ', '的']).map(|word| format!("<b>{word}</b>")).collect();
        page(tree, at, &cut)
    }),
    ("a component's argument", |tree, at, paid| page(tree, at, &format!("<aside data-title=\"{}\"></aside>", paid.text))),
    ("an alternative text", |tree, at, paid| page(tree, at, &format!("<img src=x alt='{}'>", paid.text))),
    ("a title of code", |tree, at, paid| page(tree, at, &format!("<figcaption>{}</figcaption>", paid.text))),
    ("a heading in the table of contents", |tree, at, paid| page(tree, at, &format!("<a href='#x'>{}</a>", paid.heading))),
    ("a footnote", |tree, at, paid| page(tree, at, &format!("<li id=fn1>{}<a href='#fnref1'>↩</a></li>", paid.text))),
    ("a value of front matter", |tree, at, paid| page(tree, at, &format!("<a href=\"{}\">x</a>", paid.join))),
    ("a value of front matter, the scheme left out", |tree, at, paid| page(tree, at, &paid.join[8..])),
    ("a comment", |tree, at, paid| page(tree, at, &format!("<!-- {} -->", paid.text))),
    ("a diagram's source", |tree, at, paid| page(tree, at, &format!("<pre>graph LR; a[{}] --> b</pre>", paid.text))),
    ("a formula's source", |tree, at, paid| page(tree, at, &format!("<annotation>\\text{{{}}}</annotation>", paid.text))),
    ("entities", |tree, at, paid| {
        page(tree, at, &paid.text.chars().map(|sign| format!("&#x{:x};", u32::from(sign))).collect::<String>())
    }),
    ("data about the page", |tree, at, paid| {
        page(tree, at, &format!("<script type='application/ld+json'>{{\"a\":\"{}\"}}</script>", escaped(paid.text)))
    }),
    ("the state of a script, escaped twice", |tree, at, paid| {
        page(tree, at, &format!("<div data-state='{{&quot;a&quot;:&quot;{}&quot;}}'></div>", escaped(paid.text)))
    }),
    ("a redirect", |tree, _, paid| before(tree, "_redirects", "/old/", &format!("/{}/ /b/ 301\n", percent(paid.text)))),
    ("a file's name", |_, _, paid| new(&format!("{}.txt", paid.text.replace(' ', "-")), "x")),
    ("a file's name, encoded", |_, _, paid| new(&format!("{}.txt", percent(&paid.heading.replace(' ', "-"))), "x")),
    ("a feed", |tree, _, paid| {
        before(
            tree,
            "feed.xml",
            "</feed>",
            &format!("<content>&lt;p&gt;{}&lt;/p&gt;</content>", paid.text.replace(' ', "&lt;i&gt; ")),
        )
    }),
    ("a feed in JSON", |_, _, paid| new("feed.json", format!("{{\"html\":\"<p>x\\n{}\\n</p>\"}}", paid.text))),
    ("the sitemap", |tree, _, paid| {
        before(tree, "sitemap.xml", "</urlset>", &format!("<url><loc>https://example.org/{}/</loc></url>", percent(paid.text)))
    }),
    ("llms.txt", |tree, _, paid| new("llms.txt", [&tree["llms.txt"][..], paid.text.as_bytes()].concat())),
    ("_headers", |tree, _, paid| {
        new("_headers", [&tree["_headers"][..], format!("/*\n  X-Note: {}\n", percent(paid.text)).as_bytes()].concat())
    }),
    ("a shard of the search", |_, _, paid| new("search/0.json", format!("[[\"{}\",[1,2]]]", paid.text))),
    ("a calendar, its lines folded", |_, _, paid| {
        let (head, tail) = paid.text.split_at(paid.text.char_indices().nth(10).unwrap().0);
        new("c.ics", format!("BEGIN:VEVENT\r\nSUMMARY:{head}\r\n {tail}\r\n"))
    }),
    ("a picture's EXIF", |_, _, paid| new("a.jpg", jpeg(&[b"Exif\0\0UNICODE\0", &utf16(paid.text)[..]].concat()))),
    ("a picture's text, compressed", |_, _, paid| new("a.png", png(8, paid.text))),
    ("a picture's XMP", |_, _, paid| new("a.webp", webp(format!("<x:xmpmeta>{}</x:xmpmeta>", paid.text).as_bytes()))),
    ("a gzip file", |_, _, paid| new("a.json.gz", gzip(format!("{{\"a\":\"{}\"}}", escaped(paid.text)).as_bytes()))),
    ("an archive", |_, _, paid| new("a.zip", zip(paid.text.as_bytes()))),
    ("base 64 in a style sheet", |_, _, paid| {
        new("a.css", format!("a{{background:url(data:text/plain;base64,{})}}", base64(paid.text.as_bytes())))
    }),
    ("gzip in base 64 in lines", |_, _, paid| {
        let digits = base64(&gzip(paid.text.as_bytes()));
        let lines: Vec<&str> = digits.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        new("a.txt", lines.join("\n"))
    }),
];

#[test]
fn every_planted_leak_is_found_and_named() {
    let sandbox = site();
    let _ = sandbox.build("dist", &[]);
    let clean = sandbox.run(&["audit"]);
    assert_eq!((clean.code, &*clean.err), (0, ""), "nothing is found where nothing was planted");
    let built = tree(&sandbox.root().join("dist"));
    for (name, plant) in PLANTS {
        for ((page, paid), source) in PAID.iter().zip(["content/articles/a.md", "content/articles/a.en.md"]) {
            let (file, bytes) = plant(&built, page, paid);
            sandbox.write(&format!("dist/{file}"), &bytes);
            let run = sandbox.run(&["audit", "dist"]);
            assert_eq!(run.code, 1, "{name} in {file} is not found");
            assert!(run.err.contains("error[KM0510]") && run.err.contains(&format!("`{file}`")), "{name}: {}", run.err);
            assert!(run.err.contains(&format!(" --> {source}:")), "{name}: {}", run.err);
            match built.get(&file) {
                Some(old) => sandbox.write(&format!("dist/{file}"), old),
                None => sandbox.remove(&format!("dist/{file}")),
            }
        }
    }
    assert_eq!(sandbox.run(&["audit"]).code, 0);
}

#[test]
fn a_leak_fails_the_build_and_the_site_stays_as_it_was() {
    let sandbox = site();
    let before = sandbox.build("dist", &[]);
    let (_, en) = &PAID[1];
    sandbox.write("static/notes.txt", en.text.as_bytes());
    let run = sandbox.run(&["build"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[KM0510]: `notes.txt` would publish text of `content/articles/a.en.md`"), "{}", run.err);
    assert!(run.err.contains(" --> content/articles/a.en.md:12:1") && run.err.contains("this is behind the wall"), "{}", run.err);
    assert!(run.err.contains("look into `notes.txt` for `dawn the crested ibis crosses a frozen river`"), "{}", run.err);
    assert_eq!(tree(&sandbox.root().join("dist")), before);
    // What everyone may read is no secret any more.
    sandbox.write("content/articles/c.md", format!("---\ntitle: C\nlang: en\n---\n{}\n", en.text).as_bytes());
    assert_eq!(sandbox.run(&["build"]).code, 0);
}

#[test]
fn a_verdict_holds_for_the_secrets_it_was_found_with_only() {
    let sandbox = site();
    sandbox.write("static/notes.txt", b"a sentence of nine words that nobody has locked");
    let _ = sandbox.build("dist", &[]);
    let locked = "---\ntitle: D\ntier: pro\n---\nx\n\n<!-- paywall -->\n\na sentence of nine words that nobody has locked\n";
    sandbox.write("content/articles/d.md", locked.as_bytes());
    let run = sandbox.run(&["build"]);
    assert!(run.code == 1 && run.err.contains("`notes.txt`"), "{}", run.err);
}

#[test]
fn what_cannot_be_proven_is_named_and_what_unpacks_to_too_much_is_told() {
    let sandbox = site();
    sandbox.write("content/articles/short.md", "---\ntitle: S\ntier: pro\n---\nx\n\n<!-- paywall -->\n\n三个字\n".as_bytes());
    let run = sandbox.run(&["build"]);
    assert!(run.out.contains("1 gated piece cannot be proven safe: `kmsite audit` names them"), "{}", run.out);
    let run = sandbox.run(&["audit", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(told["unproven"], serde_json::json!(["content/articles/short.md"]));
    assert_eq!(told["leaks"], 0);
    // 33 MB of zeros.
    sandbox.write("dist/zeros.gz", &gzip(&vec![0; 33 << 20]));
    let run = sandbox.run(&["audit"]);
    assert!(run.code == 0 && run.err.contains("warning[KM0511]: `zeros.gz` unpacks to more"), "{}", run.err);
}

#[test]
fn a_file_that_only_paid_text_names_is_found_whatever_it_is_called() {
    let sandbox = site();
    let picture = png(40, "what the nest looks like");
    sandbox.write("content/articles/nest.png", &picture);
    let (_, en) = &PAID[1];
    let text = article(en, "Birds", "A beginning about birds.") + "\n![](nest.png)\n";
    sandbox.write("content/articles/a.en.md", text.as_bytes());
    let _ = sandbox.build("dist", &[]);
    sandbox.write("dist/img/1.png", &picture);
    let run = sandbox.run(&["audit"]);
    assert!(run.code == 1 && run.err.contains("`img/1.png` would publish text of `content/articles/a.en.md`"), "{}", run.err);
}
