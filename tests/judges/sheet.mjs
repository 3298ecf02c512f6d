// The contact sheet of a theme: the pages that a reader meets, side by side, in both languages, on two screens, light and dark.
//
//   node tests/judges/sheet.mjs DIST OUT
//
// Writes OUT/<language>-<width>-<scheme>.png, each with home, article, gated article, course, lesson, book, chapter, tag, matrix, prices,
// search and not found, as far as the site has them. Needs tests/judges/install.sh to have run, and a font for Chinese.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

import { launch, open, serve } from "./browser.mjs";

const SCHEMES = ["light", "dark"];
// How wide a screen is, how much of a page is shown, how wide that stands on the sheet, and how many stand in a row.
const SCREENS = [
    { width: 360, height: 1080, shown: 300, columns: 6 },
    { width: 1280, height: 1200, shown: 620, columns: 3 },
];
// A kind of page by what its body and its article say.
const KINDS = [
    ["home", "home-page"],
    ["article", "article-page", false],
    ["gated article", "article-page", true],
    ["course", "course-page"],
    ["lesson", "lesson-page", false],
    ["book", "book-page"],
    ["chapter", "chapter-page", false],
    ["tag", "list-page", undefined, "/tags/"],
    ["matrix", "matrix-page"],
    ["prices", "pricing-page"],
    ["search", "search-page"],
    ["not found", "not-found-page"],
];

/** Every page of a built site: its address, language, classes, whether it is paid, and how much it holds. */
function* pages(dist) {
    for (const name of readdirSync(dist, { recursive: true })) {
        if (!name.endsWith(".html")) continue;
        const html = readFileSync(join(dist, name), "utf8");
        const lang = /<html lang="([^"]*)"/.exec(html)?.[1];
        const classes = /<body class="([^"]*)"/.exec(html)?.[1].split(" ");
        if (!lang || !classes) continue;
        const address = `/${relative(dist, join(dist, name)).split(sep).join("/").replace(/(^|\/)index\.html$/, "$1")}`;
        yield { address, lang, classes, paid: html.includes('class="offer paywall"'), size: html.length };
    }
}

/** The page that shows a kind in a language: the one that holds most. */
function choose(all, lang, [, name, paid, below]) {
    const fits = all.filter((page) => page.lang === lang && page.classes.includes(name));
    const fitting = fits.filter((page) => (paid === undefined || page.paid === paid) && (!below || page.address.includes(below)));
    return fitting.sort((a, b) => b.size - a.size || a.address.localeCompare(b.address))[0];
}

/** Photographs the top of a page. */
async function photograph(browser, { url, screen, scheme }) {
    const page = await open(browser, { url, width: screen.width, scheme });
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    const clip = { x: 0, y: 0, width: screen.width, height: Math.min(height, screen.height) };
    const png = await page.screenshot({ clip, fullPage: true });
    await page.context().close();
    return png.toString("base64");
}

/** Puts pictures with their names onto a sheet. */
async function compose(browser, { shots, screen, file }) {
    const cells = shots.map(({ name, png }) => `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${png}"></figure>`);
    const style = `body{margin:24px;background:#888;font:14px sans-serif;display:grid;gap:24px;
        grid-template-columns:repeat(${screen.columns},${screen.shown}px);align-items:start}figure{margin:0}img{width:100%;display:block}`;
    const width = screen.columns * (screen.shown + 24) + 24;
    const page = await browser.newPage({ viewport: { width, height: 600 } });
    await page.setContent(`<style>${style}</style>${cells.join("")}`, { waitUntil: "load" });
    writeFileSync(file, await page.screenshot({ fullPage: true }));
    await page.close();
}

async function main() {
    const [dist, out] = process.argv.slice(2);
    if (!out) throw new Error("usage: sheet.mjs DIST OUT");
    mkdirSync(out, { recursive: true });
    const all = [...pages(resolve(dist))];
    const server = await serve(resolve(dist));
    let browser;
    try {
        browser = await launch();
        for (const lang of new Set(all.map((page) => page.lang))) {
            const chosen = KINDS.map((kind) => [kind[0], choose(all, lang, kind)]).filter(([, page]) => page);
            for (const [screen, scheme] of SCREENS.flatMap((screen) => SCHEMES.map((scheme) => [screen, scheme]))) {
                const shots = [];
                for (const [name, page] of chosen) {
                    const url = server.origin + encodeURI(page.address);
                    shots.push({ name: `${name} ${page.address}`, png: await photograph(browser, { url, screen, scheme }) });
                }
                const file = join(out, `${lang}-${screen.width}-${scheme}.png`);
                await compose(browser, { shots, screen, file });
                console.log(file);
            }
        }
    } finally {
        await browser?.close();
        server.stop();
    }
}

main().catch((error) => {
    console.error(`sheet.mjs: ${error.message}`);
    process.exit(2);
});
