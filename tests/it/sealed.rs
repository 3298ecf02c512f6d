//! What is published of paid pieces: it opens for whom it should, with what the formats say and nothing of the program, and for nobody else.

pub mod opener;

use std::sync::Arc;

use kmsite::access::{Keyring, MasterKey};
use kmsite::compile::{Options, compile};
use kmsite::config::Overrides;
use kmsite::emit::Source;
use kmsite::make::{Making, Services};
use kmsite::resolve::Publish;
use kmsite::world::{MemoryWorld, NoCache};

use crate::program::Folder;
use crate::sandbox::{KEY, Sandbox, Tree, assert_same, tree};
use opener::{Member, Opener, Refusal};

const SITE: &str = "title: T
base_url: https://example.org/sub/
tiers: [{id: free}, {id: member}, {id: pro}]
products: [{id: pro, includes: [articles/both]}]
";

/// Pieces for members, for `pro`, for a product that is called as a tier is, and for everyone.
fn site() -> Sandbox {
    let sandbox = Sandbox::new(&[("site.yaml", SITE)]);
    let paid = |tier: &str, text: &str| format!("---\ntitle: 甲\ntier: {tier}\n---\n试读。\n\n<!-- paywall -->\n\n{text}\n");
    sandbox.write(
        "content/articles/low.md",
        paid("member", "## 深处\n\nDeep. ![图](own.png) [f](own.pdf) ![shared](shared.png)").as_bytes(),
    );
    sandbox.write("content/articles/high.md", paid("pro", "Higher. ![图](own.png)").as_bytes());
    sandbox.write("content/articles/both.md", paid("member", "Both.").as_bytes());
    sandbox.write("content/articles/free.md", "# Free\n\n![s](shared.png)\n".as_bytes());
    sandbox.write("content/articles/own.png", b"\x89PNG own");
    sandbox.write("content/articles/own.pdf", b"%PDF own");
    sandbox.write("content/articles/shared.png", b"\x89PNG shared");
    sandbox
}

fn opened(tree: &Tree, page: &str, members: &[&str]) -> Result<opener::Payload, Refusal> {
    Opener::new(KEY, tree).open(page, &members.iter().map(|name| Member::of(name, 1)).collect::<Vec<_>>())
}

const LOW: &str = "articles/low/index.html";
const HIGH: &str = "articles/high/index.html";
const BOTH: &str = "articles/both/index.html";

#[test]
fn a_piece_opens_for_its_tier_those_above_and_its_products() {
    let tree = site().build("dist", &[]);
    let text = opened(&tree, LOW, &["tier:member"]).unwrap().html;
    assert!(text.contains("深处</a></h2>") || text.contains("深处 <a") || text.contains("深处"), "{text}");
    assert!(text.starts_with("<div class=\"opened\" data-km-slot=\"body\">"), "{text}");
    assert!(opened(&tree, LOW, &["tier:pro"]).is_ok());
    assert!(opened(&tree, HIGH, &["tier:pro"]).is_ok());
    assert!(matches!(opened(&tree, HIGH, &["tier:member"]), Err(Refusal::NotEnough)));
    assert!(opened(&tree, BOTH, &["product:pro"]).is_ok());
    // A product and a tier of one name are two things.
    assert!(matches!(opened(&tree, HIGH, &["product:pro"]), Err(Refusal::NotEnough)));
    assert!(matches!(opened(&tree, LOW, &["product:pro"]), Err(Refusal::NotEnough)));
    assert!(opened(&tree, HIGH, &["product:pro", "tier:pro"]).is_ok());
}

#[test]
fn files_that_nothing_public_names_are_sealed_for_each_and_others_stay() {
    let tree = site().build("dist", &[]);
    assert!(tree.contains_key("articles/shared.png") && !tree.keys().any(|name| name.contains("own")), "{:?}", tree.keys());
    let low = opened(&tree, LOW, &["tier:member"]).unwrap();
    let high = opened(&tree, HIGH, &["tier:pro"]).unwrap();
    assert!(low.html.contains("src=\"/sub/articles/shared.png\""), "{}", low.html);
    let picture = |payload: &opener::Payload| {
        let id = payload.html.split("data-km-src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (payload.file(&id, &tree).unwrap(), id)
    };
    let ((bytes, id), (again, other)) = (picture(&low), picture(&high));
    assert_eq!((bytes.as_slice(), again.as_slice()), (&b"\x89PNG own"[..], &b"\x89PNG own"[..]));
    assert_ne!(id, other, "each audience has a copy of its own");
    let pdf = low.html.split("data-km-file=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(low.html.contains(&format!("data-km-file=\"{pdf}\" download=\"own.pdf\"")), "{}", low.html);
    assert_eq!(low.file(pdf, &tree).unwrap(), b"%PDF own");
    assert_eq!(low.media[pdf]["t"], "application/pdf");
    assert_eq!(low.media[pdf]["b"], 8);
}

#[test]
fn a_set_of_pictures_names_what_is_sealed_by_id_and_what_is_public_by_address() {
    let sandbox = Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://example.org/sub/\n")]);
    let set = "<picture><source srcset=\"only.webp 480w, 共用.webp 960w\"><img src=\"own.png\" srcset=\"own.png 1x, only.webp 2x\" alt=\"图\"></picture>";
    sandbox.write(
        "content/articles/low.md",
        format!("---\ntier: member\n---\n# 甲\n\n试读。\n\n<!-- paywall -->\n\n{set}\n").as_bytes(),
    );
    sandbox.write("content/articles/free.md", "# Free\n\n<img srcset='共用.webp 2x' alt=''>\n".as_bytes());
    for name in ["only.webp", "共用.webp", "own.png"] {
        sandbox.write(&format!("content/articles/{name}"), name.as_bytes());
    }
    let tree = sandbox.build("dist", &[]);
    assert_eq!(tree["articles/共用.webp"], "共用.webp".as_bytes());
    assert!(!tree.keys().any(|file| file.contains("only") || file.contains("own")), "{:?}", tree.keys());
    let low = opened(&tree, LOW, &["tier:member"]).unwrap();
    let sets: Vec<&str> = low.html.split("data-km-srcset=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let [source, image] = sets[..] else { panic!("{}", low.html) };
    let public = "/sub/articles/%E5%85%B1%E7%94%A8.webp";
    let only = source.strip_suffix(&format!(" 480w, {public} 960w")).unwrap_or_else(|| panic!("{source}"));
    assert_eq!(low.file(only, &tree).unwrap(), b"only.webp");
    let own = low.html.split("data-km-src=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(low.file(own, &tree).unwrap(), b"own.png");
    assert_eq!(image, format!("{own} 1x, {only} 2x"));
    assert!(!low.html.contains(" srcset="), "{}", low.html);
}

#[test]
fn gated_front_matter_is_in_what_is_sealed() {
    let text = "---\ntitle: 直播\ntier: member\nstart: 2030-01-01T20:00:00+08:00\nplace: 三楼\nlink: https://meet.example/room\n\
                attachments: notes.pdf\nquiz: [{question: 几时收伞, options: [雨住, 天晴], answer: 1}]\naudio: https://far.example/a.mp3\n---\n正文。\n";
    let sandbox = Sandbox::new(&[
        ("site.yaml", SITE),
        ("content/articles/both.md", "---\ntier: member\n---\n# B\n\nx\n"),
        ("content/sessions/live.md", text),
    ]);
    sandbox.write("content/sessions/notes.pdf", b"%PDF");
    let tree = sandbox.build("dist", &[]);
    let html = opened(&tree, "sessions/live/index.html", &["tier:member"]).unwrap().html;
    for gated in ["三楼", "https://meet.example/room", "notes.pdf", "几时收伞", "天晴", "https://far.example/a.mp3"] {
        assert!(html.contains(gated), "{gated} is not in {html}");
        let name = |(name, bytes): (&String, &Vec<u8>)| String::from_utf8_lossy(bytes).contains(gated).then(|| name.clone());
        assert_eq!(tree.iter().find_map(name), None, "{gated}");
    }
}

#[test]
fn whatever_is_changed_does_not_open() {
    let tree = site().build("dist", &[]);
    let (cid, other) = (Opener::new(KEY, &tree).cid(LOW), Opener::new(KEY, &tree).cid(BOTH));
    let blob = format!("sealed/{cid}.bin");
    let attack = |change: &dyn Fn(&mut Tree)| {
        let mut changed = tree.clone();
        change(&mut changed);
        opened(&changed, LOW, &["tier:member"]).map(|_| ())
    };
    assert!(matches!(attack(&|tree| tree.get_mut(&blob).unwrap()[40] ^= 1), Err(Refusal::Tampered)));
    assert!(matches!(attack(&|tree| tree.get_mut(&blob).unwrap().truncate(100)), Err(Refusal::Tampered)));
    assert!(matches!(attack(&|tree| tree.get_mut(&blob).unwrap().clear()), Err(Refusal::Tampered)));
    assert!(matches!(attack(&|tree| drop(tree.remove(&format!("sealed/{cid}.json")))), Err(Refusal::Unavailable)));
    // Another page's content, sidecar, id or entitlements.
    let swap = |tree: &mut Tree, end: &str| {
        let theirs = tree[&format!("sealed/{other}.{end}")].clone();
        tree.insert(format!("sealed/{cid}.{end}"), theirs);
    };
    assert!(matches!(attack(&|tree| swap(tree, "bin")), Err(Refusal::Tampered)));
    assert!(matches!(attack(&|tree| swap(tree, "json")), Err(Refusal::Tampered)));
    let rewritten = |from: &str, to: &str| {
        attack(&|tree| {
            let page = String::from_utf8(tree[LOW].clone()).unwrap();
            assert!(page.contains(from), "{from}");
            tree.insert(LOW.to_owned(), page.replace(from, to).into_bytes());
        })
    };
    let page = |of: &str| Opener::new(KEY, &tree).attribute(of, "page");
    assert!(matches!(rewritten(&page(LOW), &page(BOTH)), Err(Refusal::Tampered)));
    assert!(matches!(rewritten("data-km-for=\"tier:member\"", "data-km-for=\"tier:free\""), Err(Refusal::Tampered)));
    // A sidecar that calls the wrap of `pro` one of `member`.
    let wraps = String::from_utf8(tree[&format!("sealed/{}.json", Opener::new(KEY, &tree).cid(HIGH))].clone()).unwrap();
    let mut changed = tree.clone();
    changed.insert(
        format!("sealed/{}.json", Opener::new(KEY, &tree).cid(HIGH)),
        wraps.replace("tier:pro", "tier:member").into_bytes(),
    );
    assert!(matches!(opened(&changed, HIGH, &["tier:member"]), Err(Refusal::Tampered)));
    assert!(attack(&|_| ()).is_ok());
}

#[test]
fn the_same_site_is_the_same_bytes_and_a_page_that_moves_still_opens() {
    let sandbox = site();
    let first = sandbox.build("a", &["--threads", "1", "--no-cache"]);
    for args in [&["--threads", "4"][..], &[], &["--no-cache"]] {
        assert_same(&first, &site().build("a", args), "another build");
    }
    let cid = Opener::new(KEY, &first).cid(LOW);
    let text = String::from_utf8(sandbox.read("content/articles/low.md")).unwrap();
    sandbox.write("content/articles/low.md", text.replace("title:", "slug: elsewhere\ntitle:").as_bytes());
    let moved = sandbox.build("b", &[]);
    assert_eq!(Opener::new(KEY, &moved).cid("articles/elsewhere/index.html"), cid);
    assert!(opened(&moved, "articles/elsewhere/index.html", &["tier:member"]).is_ok());
}

#[test]
fn a_higher_tier_rewrites_what_says_who_may_open_and_another_tier_the_content() {
    let sandbox = site();
    let before = sandbox.build("a", &[]);
    let differing = |after: &Tree, end: &str| {
        let names = before.keys().chain(after.keys()).filter(|name| name.starts_with("sealed/") && name.ends_with(end));
        names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect::<std::collections::BTreeSet<_>>()
    };
    sandbox.write("site.yaml", SITE.replace("{id: pro}]\nprod", "{id: pro}, {id: patron}]\nprod").as_bytes());
    let after = sandbox.build("b", &[]);
    assert_eq!(differing(&after, ".bin"), Default::default());
    assert_eq!(differing(&after, ".json").len(), 4, "the sidecars of three pages, and the list of what they are searched by");
    assert!(
        opened(&after, HIGH, &["tier:patron"]).is_ok()
            && matches!(opened(&before, HIGH, &["tier:patron"]), Err(Refusal::NotEnough))
    );

    sandbox.write("site.yaml", SITE.as_bytes());
    let text = String::from_utf8(sandbox.read("content/articles/low.md")).unwrap();
    sandbox.write("content/articles/low.md", text.replace("tier: member", "tier: pro").as_bytes());
    let after = sandbox.build("c", &[]);
    assert_ne!(Opener::new(KEY, &after).cid(LOW), Opener::new(KEY, &before).cid(LOW));
    assert!(matches!(opened(&after, LOW, &["tier:member"]), Err(Refusal::NotEnough)));
}

#[test]
fn an_epoch_shuts_out_those_who_stayed_in_the_last() {
    let sandbox = site();
    let before = sandbox.build("a", &[]);
    sandbox.write("members.yaml", b"version: 1\nepochs:\n  tier:member: 2\n");
    let after = sandbox.build("b", &[]);
    let blobs = |tree: &Tree| tree.keys().filter(|name| name.ends_with(".bin")).cloned().collect::<Vec<_>>();
    assert_eq!(blobs(&before), blobs(&after));
    assert!(matches!(opened(&after, LOW, &["tier:member"]), Err(Refusal::NotEnough)));
    let now = Opener::new(KEY, &after).open(LOW, &[Member::of("tier:member", 2)]);
    assert!(now.is_ok());
    assert!(opened(&after, HIGH, &["tier:pro"]).is_ok(), "another tier stays in its epoch");
}

#[test]
fn without_a_key_nothing_is_built_unless_it_is_said() {
    let folder = || {
        Folder::empty()
            .with("site.yaml", SITE)
            .with("content/articles/both.md", "---\ntier: pro\n---\n# B\n\nOpen.\n\n<!-- paywall -->\n\nHidden.\n")
    };
    let none = [("KMSITE_MASTER_KEY", "")];
    let told = folder().build_with(&[], &none);
    assert!(
        told.starts_with("error KM0520: this site has no master key")
            && told.contains("keys init")
            && told.contains("--public-only"),
        "{told}"
    );
    assert!(told.ends_with("exit 2") || told.ends_with("exit 1"), "{told}");
    let site = folder();
    assert_eq!(site.build_with(&["--public-only"], &none), "exit 0");
    assert!(!site.dist().join("sealed").exists());
    let page = site.page("articles/both/index.html");
    assert!(page.contains("Open.") && !page.contains("Hidden") && !page.contains("data-km-cid"), "{page}");
    assert!(page.contains("class=\"offer paywall\""));
    for (path, bytes) in &tree(&site.dist()) {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("/unlock/") && !text.contains("/account/"), "{path} leads to a page that is not there");
    }
}

#[test]
fn the_demo_key_is_for_the_sample_alone() {
    let site = |base: &str| {
        let yaml = format!("title: T\nbase_url: {base}\ntiers: [{{id: free}}, {{id: pro}}]\naccess: {{ demo_key: true }}\n");
        Folder::empty()
            .with("site.yaml", yaml)
            .with("content/articles/a.md", "---\ntier: pro\n---\n# B\n\nOpen.\n\n<!-- paywall -->\n\nHidden.\n")
    };
    let none = [("KMSITE_MASTER_KEY", "")];
    let told = site("https://example.org/").build_with(&[], &none);
    assert!(told.contains("error KM0540 site.yaml:4:") && told.contains("keys init"), "{told}");
    let sample = site("https://handbook.example.org/");
    let said = sample.run_with(&["build"], &none);
    assert!(said.code == 0 && said.out.contains("DEMO KEY") && said.out.contains("anyone can open"), "{}", said.out);
    let code = said.out.split("The code is ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let tree = crate::sandbox::tree(&sample.dist());
    let html = Opener::new(KEY, &tree).open_with_code("articles/a/index.html", &code).unwrap().html;
    assert!(html.contains("Hidden."), "{html}");
}

#[test]
fn large_files_are_refused_or_stand_where_nobody_looks() {
    let large = vec![7; 20_000_001];
    let site = |more: &str| {
        let text = "---\ntitle: A\ntier: member\n---\nOpen.\n\n<!-- paywall -->\n\n<video src=\"film.mp4\"></video>\n";
        let yaml = SITE.replace("articles/both", "articles/a");
        Folder::empty()
            .with("site.yaml", format!("{yaml}{more}"))
            .with("content/articles/a.md", text)
            .with("content/articles/film.mp4", &large)
    };
    let told = site("").build(&[]);
    assert!(told.starts_with("error KM0541 content/articles/film.mp4") && told.contains("unlisted"), "{told}");
    let unlisted = site("access: { large_files: unlisted }\n");
    let said = unlisted.run(&["build"]);
    assert!(said.code == 0 && said.out.contains("NOT SEALED, since too large: 1 file"), "{}{}", said.out, said.err);
    let tree = crate::sandbox::tree(&unlisted.dist());
    let html = opened(&tree, "articles/a/index.html", &["tier:member"]).unwrap().html;
    let address = html.split("src=\"/sub/").nth(1).unwrap().split('"').next().unwrap();
    assert!(address.starts_with("sealed/") && address.ends_with(".mp4") && tree[address] == large, "{address}");
    let named = tree.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(address.trim_end_matches(".mp4")));
    assert_eq!(named.count(), 0, "nothing public has the address");
}

#[test]
fn what_is_wrong_behind_the_wall_is_told() {
    let text = "---\ntitle: A\ntier: member\n---\nOpen.\n\n<!-- paywall -->\n\n<Nonesuch />\n";
    let site =
        || Folder::empty().with("site.yaml", SITE.replace("articles/both", "articles/a")).with("content/articles/a.md", text);
    for command in ["build", "check"] {
        let ran = site().run(&[command]);
        assert!(ran.code == 1 && ran.err.contains("KM0313") && ran.err.contains("content/articles/a.md:9:1"), "{}", ran.err);
    }
}

#[test]
fn nobody_else_stands_where_sealed_files_do() {
    let site = |path: &str| site_with(path).build(&[]);
    for path in ["static/sealed/x.bin", "content/sealed.md", "content/sealed/y.md"] {
        let told = site(path);
        assert!(told.contains("error KM0401") && told.contains("is kept for what is sealed"), "{path}: {told}");
    }
    assert!(site("content/articles/sealed.md").ends_with("exit 0"));
}

fn site_with(path: &str) -> Folder {
    let paid = "---\ntier: pro\n---\n# B\n\nOpen.\n\n<!-- paywall -->\n\nHidden.\n";
    Folder::empty().with("site.yaml", SITE).with("content/articles/both.md", paid).with(path, "# Title\n\nText.\n")
}

#[test]
fn what_follows_a_teaser_goes_on_where_it_ends() {
    let text = "---\ntitle: A\ntier: member\n---\n## One\n\n$\\newcommand{\\R}{\\mathbb{R}}\\R$ and a note[^a].\n\n<!-- paywall -->\n\n### Two\n\n$\\R$[^a] [^b]\n\n[^a]: Eins.\n[^b]: Zwei.\n";
    let sandbox = Sandbox::new(&[("site.yaml", SITE), ("content/articles/both.md", text)]);
    let tree = sandbox.build("dist", &["--strict"]);
    let html = opened(&tree, BOTH, &["tier:member"]).unwrap().html;
    assert!(html.contains("<h3 id=\"two\""), "{html}");
    assert!(html.contains('ℝ') || html.contains("<mi mathvariant"), "the command is known: {html}");
    assert!(html.contains("<li id=\"fn-1\">") && html.contains("<li id=\"fn-2\">"), "{html}");
}

#[test]
fn what_a_text_styles_by_itself_is_sealed_with_it() {
    let text = "---\ntier: member\n---\n# A\n\n<p style=\"color: teal\">open</p>\n\n<!-- paywall -->\n\n<p style=\"width: 4321px\">paid</p>\n";
    let sandbox = Sandbox::new(&[("site.yaml", SITE), ("content/articles/both.md", text)]);
    let payload = opened(&sandbox.build("dist", &[]), BOTH, &["tier:member"]).unwrap();
    let (class, rest) = payload.css.trim_start_matches('.').split_once(':').unwrap();
    assert!(payload.html.contains(&format!("<p class=\"{class}\">paid</p>")), "{}", payload.html);
    assert!(rest.contains("width:4321px") && !rest.contains("teal"), "{rest}");
}

#[test]
fn a_file_that_changed_since_it_was_named_is_not_sealed() {
    let world = |film: &str| {
        let text = "---\ntier: pro\n---\n# A\n\nOpen.\n\n<!-- paywall -->\n\n[f](f.pdf)\n";
        MemoryWorld::of([("site.yaml", SITE), ("content/articles/both.md", text), ("content/articles/f.pdf", film)])
    };
    let options = Options {
        overrides: Overrides::default(),
        origin: None,
        publish: Publish::default(),
        today: jiff::civil::date(2026, 6, 1),
        public_only: false,
        folder_name: "site".to_owned(),
    };
    let compiled = compile(&world("one"), &options).value;
    let found = |film: &str| {
        let keyring = Some(Arc::new(Keyring::new(MasterKey::read(KEY).unwrap())));
        let services = Services { world: Arc::new(world(film)), cache: Arc::new(NoCache), keyring };
        let making = Making::new(compiled.plan.clone(), services);
        let made = (0..making.count()).flat_map(|index| Source::make(&making, index).diags);
        made.map(|diag| format!("{} {}", diag.code.id, diag.message)).collect::<Vec<_>>()
    };
    // Its key is made of the content that it had: another content under the same key would give both away.
    assert_eq!(found("two"), ["KM0542 `content/articles/f.pdf` changed while the site was built"]);
    assert_eq!(found("one"), [""; 0]);
}
