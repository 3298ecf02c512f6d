//! Folders and files that are empty, missing, huge, oddly named, linked in circles or not to be read.

use insta::assert_snapshot;

use crate::dist_links;
use crate::program::Folder;

#[test]
fn an_empty_folder() {
    assert_snapshot!(Folder::empty().build(&[]), @r"
    error KM0106: there is no Markdown file in the site's folder
      add one, or begin with `kmsite new`
    warning KM0207: no `base_url` is set, so feeds and previews lead to `http://localhost/`
      set `base_url: https://…/` in `site.yaml`, or pass `--base-url`
    exit 1
    ");
    let site = Folder::site(&[("content/a.txt", "")]);
    assert_snapshot!(site.build(&[]), @r"
    error KM0106: there is no Markdown file in `content`
      add one, or begin with `kmsite new`
    exit 1
    ");
}

#[test]
fn a_folder_that_is_none() {
    let folder = Folder::empty().with("a.md", "x");
    for command in ["build", "check", "matrix"] {
        let found = |root: &str| folder.run(&[command, "--json", "--root", root]).findings(folder.path());
        assert_eq!(
            found("nono"),
            "error KM0904: the site's folder `nono` does not exist\n  \
             name the folder with `--root`, or make a site with `kmsite new NAME`\nexit 2"
        );
        assert_eq!(
            found("a.md"),
            "error KM0904: the site's folder `a.md` is a file, and no folder\n  \
             name the folder with `--root`, or make a site with `kmsite new NAME`\nexit 2"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_in_circles_and_to_nowhere() {
    let site = Folder::site(&[("content/a.md", "x\n"), ("content/y.md/b.md", "INSIDE\n")]);
    std::os::unix::fs::symlink("..", site.path().join("content/loop")).expect("a link");
    std::os::unix::fs::symlink("nirgends", site.path().join("content/x.md")).expect("a link");
    assert_snapshot!(site.build(&[]), @r"
    warning KM0103 content/loop: the link `content/loop` leads back to the site's own folder
      remove the link `content/loop`
    warning KM0101 content/x.md: `content/x.md` cannot be read: No such file or directory (os error 2)
      `content/x.md` is a link to a file that is not there: mend it or remove it
    exit 0
    ");
    // A folder may have the name of a file.
    assert!(site.page("y.md/b/index.html").contains("INSIDE"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let site = Folder::site(&[("content/a.md", "x\n")]);
    let name = std::ffi::OsStr::from_bytes(b"\xff.md");
    std::fs::write(site.path().join("content").join(name), "x").expect("a file");
    assert_snapshot!(site.build(&[]), @r"
    warning KM0105: the file name `�.md` is not valid Unicode
      rename the file in `./content`
    exit 0
    ");
}

/// Windows allows no `"` and no `?` in names.
#[cfg(unix)]
#[test]
fn odd_names_have_addresses_and_links_to_them_work() {
    let links = "[a](<leer zeichen.md>) [b](leer%20zeichen.md) [c](😀.md) [d](汉字.md#标题) [e](100%25.md)\n\
                 [f](%E6%B1%89%E5%AD%97.md) [g](<it's \"so\".md>) ![i](<bild 1.png>) ![j](bild%201.png)\n\
                 [k](a&b%23c%3F.md) [l](%2520.md) [m]({{x}}.md) [n](😀.pdf) [o](<文 件/第一 章.md>)\n";
    let names = ["leer zeichen", "😀", "汉字", "100%", "it's \"so\"", "a&b#c?", "{{x}}", "%20", "文 件/第一 章"]
        .map(|name| format!("content/{name}.md"));
    let site = names.iter().fold(Folder::site(&[("content/index.md", links)]), |site, name| site.with(name, "# 标题\n"));
    let site = site.with("content/bild 1.png", "").with("content/😀.pdf", "pdf");
    assert_eq!(site.build(&[]), "exit 0");
    assert_eq!(dist_links::broken(&site.dist(), "https://example.org/"), [""; 0]);
    let page = site.page("index.html");
    for address in [
        "/leer-zeichen/",
        "/%F0%9F%98%80/",
        "/%E6%B1%89%E5%AD%97/#%E6%A0%87%E9%A2%98",
        "/100/",
        "/%F0%9F%98%80.pdf",
        "/bild%201.png",
    ] {
        assert!(page.contains(&format!("=\"{address}\"")), "{address}: {page}");
    }
}

#[test]
fn a_huge_image_is_published_as_it_is() {
    // A PNG file of 120 megapixels, as far as it is looked at.
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = [20_000_u32.to_be_bytes(), 6_000_u32.to_be_bytes()].concat();
    png.extend(chunk(b"IHDR", &[&size[..], b"\x08\x02\0\0\0"].concat()));
    png.extend(chunk(b"IDAT", b""));
    let site = Folder::site(&[("content/a.md", "![x](big.png)\n")]).with("content/big.png", &png);
    assert_snapshot!(site.build(&[]), @r"
    warning KM0702 content/big.png: the image `content/big.png` has 20000 × 6000 pixels
      shrink it to at most 100 megapixels
    exit 0
    ");
    assert_eq!(std::fs::read(site.dist().join("big.png")).expect("the image"), png);
    assert!(!site.dist().join("media").exists());
}

/// A chunk of a PNG file. Source: PNG specification, section 5.3.
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut checksum = flate2::Crc::new();
    checksum.update(name);
    checksum.update(data);
    [&(data.len() as u32).to_be_bytes()[..], name, data, &checksum.sum().to_be_bytes()].concat()
}
