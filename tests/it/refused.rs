//! Raw HTML under a strict policy: what browsers would refuse is told, and what can be kept in another way is.

use crate::sandbox::{Sandbox, Tree};

fn site(yaml: &str, text: &str) -> Sandbox {
    let yaml = format!("title: 站\nbase_url: https://example.org/b/\nlanguages: {{default: zh}}\n{yaml}");
    Sandbox::new(&[("site.yaml", &yaml), ("content/a.md", text), ("content/b.md", "# 乙\n\n没有样式。\n")])
}

/// The warnings about refused HTML, each on its line: `line:column message (hint)`.
fn refused(yaml: &str, text: &str) -> Vec<String> {
    let run = site(yaml, text).run(&["check", "--json"]);
    let lines = run.err.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines
        .filter(|diag| diag["code"] == "KM0325")
        .map(|diag| {
            format!(
                "{}:{} {} ({})",
                diag["line"],
                diag["column"],
                diag["message"].as_str().unwrap(),
                diag["hints"][0].as_str().unwrap()
            )
        })
        .collect()
}

fn sheets(tree: &Tree) -> Vec<(&str, &str)> {
    let found = tree.iter().filter(|(path, _)| path.starts_with("assets/page."));
    found.map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn what_browsers_would_refuse_is_told_with_the_key_that_allows_it() {
    let text = "# 甲\n\n视频：<iframe src=\"https://player.bilibili.com/player.html?bvid=1\"></iframe>\n\n<script>alert(1)</script>\n\n\
                <style>p { color: red }</style>\n\n<p onclick=\"go()\">x</p>\n\n<script src=\"//cdn.example.com/a.js\"></script>\n";
    assert_eq!(
        refused("", text),
        [
            "3:16 browsers will not load the frame `https://player.bilibili.com/player.html?bvid=1` \
             (allow it in `site.yaml`: `csp: { frames: [https://player.bilibili.com] }`)",
            "5:1 browsers will not run this `<script>`: pages run no scripts of texts \
             (put it into an asset of the theme, as `themes/default/assets/mine.js`, and load it in `base.html`)",
            "7:1 browsers will not use this `<style>`: pages have style sheets only \
             (put the rules into the theme's `assets/site.css`, or write `style=\"…\"` on the elements)",
            "9:4 browsers will not run `onclick`: pages run no scripts of texts (leave it out, or put the script into an asset of the theme)",
            "11:13 browsers will not load the script `//cdn.example.com/a.js` (allow it in `site.yaml`: `csp: { scripts: [https://cdn.example.com] }`)",
        ]
    );
    let allowed = "csp: { frames: [https://player.bilibili.com], scripts: [https://cdn.example.com] }\n";
    assert_eq!(refused(allowed, text).len(), 3);
}

#[test]
fn what_browsers_take_is_not_told() {
    let text = "# 甲\n\n<script type=\"application/json\">{}</script>\n\n<img src=\"https://img.example.com/a.png\">\n\n\
                ![](https://img.example.com/b.png)\n\n<img src=\"c.svg\" srcset=\"c.svg, https://img.example.com/c.png 2x\">\n\n<video src=\"https://cdn.example.com/a.mp4\"></video>\n\n`<script>`\n";
    assert_eq!(refused("", text), [""; 0]);
    let listed = refused("csp: { images: [], media: [] }\n", text);
    assert_eq!(listed.len(), 4, "{listed:#?}");
    assert!(
        listed.iter().any(|told| told.contains("b.png") && told.contains("csp: { images: [https://img.example.com] }")),
        "{listed:#?}"
    );
}

#[test]
fn a_style_becomes_a_class_of_a_sheet_that_its_page_alone_loads() {
    let text = "# 甲\n\n<div class='box \"a\"' style=\"color: red; --x: 中\" id=d>红</div>\n\n<span style=\"color: red; --x: 中\">红</span> <b style=''>粗</b>\n";
    let tree = site("", text).build("dist", &[]);
    let page = std::str::from_utf8(&tree["a/index.html"]).unwrap();
    let [(path, css)] = sheets(&tree)[..] else { panic!("one sheet: {:?}", tree.keys()) };
    let class = css.trim_start_matches('.').split(':').next().unwrap();
    assert!(css.contains("color:red") && css.contains("--x:"), "{css}");
    assert_eq!(css.matches("km-s-").count(), 1, "the same style twice is one class: {css}");
    assert!(page.contains(&format!("<div class=\"box &quot;a&quot; {class}\"  id=d>")), "{page}");
    assert!(page.contains(&format!("<span class=\"{class}\">")) && page.contains("<b >粗</b>"), "{page}");
    assert!(page.contains(&format!("<link rel=\"stylesheet\" href=\"/b/{path}\">")), "{page}");
    assert!(!page.contains(" style="), "{page}");
    assert!(!std::str::from_utf8(&tree["b/index.html"]).unwrap().contains("assets/page."));
}

#[test]
fn a_style_behind_the_wall_reaches_no_sheet() {
    let text = "---\ntier: member\n---\n# 甲\n\n<p style=\"color: teal\">看</p>\n\n<!-- paywall -->\n\n<p style=\"width: 4321px\">密</p>\n\n注[^1]\n\n\
                [^1]: <i style=\"height: 8765px\">注</i>\n";
    let tree = site("", text).build("dist", &[]);
    let [(_, css)] = sheets(&tree)[..] else { panic!("one sheet: {:?}", tree.keys()) };
    assert!(css.contains("teal"), "{css}");
    for (path, bytes) in &tree {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("4321px") && !text.contains("8765px"), "{path}");
    }
}
