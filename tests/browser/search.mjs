// Searches as a reader's browser does: the tokens and the ranking of `search.js` against those of kmsite, then the interface in all its states.
//
//   node tests/browser/search.mjs DIST KMSITE [SHOTS]
//
// DIST is the sample site as it was built, KMSITE the program, SHOTS a folder for pictures.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { browse, main, watch } from "./site.mjs";

const [dist, program, shots] = process.argv.slice(2);
const vectors = (name) => JSON.parse(readFileSync(new URL(`../search/${name}.json`, import.meta.url)));
const found = [];
const same = (is, wanted, what) => {
    if (JSON.stringify(is) !== JSON.stringify(wanted)) found.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(wanted)}`);
};

// Node takes a file for a module by its name.
const folder = mkdtempSync(join(tmpdir(), "search-"));
const script = fileURLToPath(new URL("../../themes/default/assets/search.js", import.meta.url));
writeFileSync(join(folder, "search.mjs"), readFileSync(script));
const { Index, tokens } = await import(join(folder, "search.mjs"));

/** An index that is read from a built site, and the whole folding table. */
const index = (site, lang) => new Index(`${site}/search/data/`, lang, async (path) => {
    try { return new Response(readFileSync(path)); } catch { return new Response(null, { status: 404 }); }
});

function sameTokens() {
    const { palette, sums } = vectors("tokens");
    const lines = readFileSync(new URL("../../src/search/han.txt", import.meta.url), "utf8").split("\n").map((line) => [...line]);
    const han = new Map(lines[0].map((c, at) => [c, lines[1][at]]));
    const chars = [...palette];
    let state = 1n;
    const next = (below) => {
        state = (state * 48271n) % 0x7fffffffn;
        return Number(state % BigInt(below));
    };
    sums.forEach((wanted, round) => {
        let sum = 0x811c9dc5;
        for (let string = 0; string < 100; string += 1) {
            const text = Array.from({ length: next(24) }, () => chars[next(chars.length)]).join("");
            for (const token of tokens(text, han)) for (const c of [...token, "\n"]) sum = Math.imul(sum ^ c.codePointAt(0), 0x01000193) >>> 0;
        }
        same(sum.toString(16).padStart(8, "0"), wanted, `tokens of round ${round}`);
    });
}

async function sameRanking() {
    const { files, queries } = vectors("ranking");
    for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(folder, "site", dirname(path)), { recursive: true });
        writeFileSync(join(folder, "site", path), text);
    }
    execFileSync(program, ["build", "--quiet", "--root", join(folder, "site")]);
    for (const { why, lang, q, found: wanted, anchor, corrected = [] } of queries) {
        const result = await index(join(folder, "site/dist"), lang).search(q);
        const prefix = lang === "zh" ? "/zh" : "";
        same(result.hits.map((hit) => hit.address), wanted.map((route) => prefix + route), `${why}: ${q}`);
        same(result.corrected, corrected, `${why}: ${q}`);
        if (anchor) same(result.hits[0]?.passages[result.hits[0].passage]?.[0], anchor, `${why}: ${q}`);
    }
}

/** What a state of the interface is called, and how to get there. */
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

async function states(browser, { origin }, lang, size) {
    const context = await browser.newContext({ viewport: SIZES[size], locale: lang });
    const page = await context.newPage();
    const home = lang === "en" ? "/en/" : "/";
    const shot = (name) => shots && page.screenshot({ path: join(shots, `search-${name}-${lang}-${size}.png`) });
    const expect = async (what, holds) => { if (!(await holds)) found.push(`${lang}, ${size}: ${what}`); };
    const options = page.locator(".finder [role=option]");
    const status = page.locator(".find-status");
    const [titles, addresses] = (await opened(lang)).d;
    const title = titles.find((one, at) => one.length > 3 && addresses[at] !== home && titles.filter((other) => other === one).length === 1);

    watch(page, origin, found);
    await page.goto(origin + home);
    await page.keyboard.press("/");
    await page.locator("dialog.finder[open] input").waitFor();
    await expect("the field has the focus", page.evaluate(() => document.activeElement.role === "combobox"));
    await status.filter({ hasText: /\S/ }).waitFor();
    await shot("begin");
    await page.keyboard.type(title);
    await options.first().waitFor();
    await expect(`${title} is found by its title`, options.first().locator(".find-title").textContent().then((text) => text.startsWith(title)));
    const words = await page.locator(".finder").innerText();
    if (lang === "zh") await expect("the interface speaks Chinese", /找到/.test(words) && !/results|Clear|Kind/.test(words));
    const small = await page.locator(".finder :is(input, select, button, [role=option])").evaluateAll((all) => all.filter((one) => one.checkVisibility() && (one.getBoundingClientRect().height < 44 || one.getBoundingClientRect().width < 44)).map((one) => one.outerHTML.slice(0, 80)));
    await expect(`targets are 44 pixels: ${small}`, small.length === 0);
    await expect("nothing is wider than the page", page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.keyboard.press("ArrowDown");
    await shot("found");
    await expect("the arrow chooses", page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.getAttribute("aria-selected") === "true"));
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== home);

    await page.goto(`${origin}${home}search/?q=${encodeURIComponent(title)}`);
    await options.first().waitFor();
    await shot("page");
    // A word that many pages have, so that there is something to choose from.
    await page.locator(".finder input").fill(lang === "zh" ? "网站" : "site");
    await options.nth(3).waitFor();
    const choices = page.locator(".find-filters select:not([aria-label='语言'], [aria-label='Language'])").first();
    await expect("there are filters", choices.count());
    if (await choices.count()) {
        await choices.selectOption({ index: 1 });
        await page.waitForURL(/[?&](kind|level|tier|tag)=/);
        await options.first().waitFor();
        await shot("filtered");
    }
    await page.locator(".finder input").fill("qqxxzz zzxxqq");
    await options.first().waitFor({ state: "detached" });
    await expect("an empty result says so", status.textContent().then((text) => text.includes("qqxxzz")));
    await shot("nothing");
    await context.close();
}

/** Files that are missing, changed or torn. */
async function troubles(browser, { origin }, lang) {
    const home = lang === "en" ? "/en/" : "/";
    const [titles] = (await opened(lang)).d;
    const ask = async (prepare) => {
        const context = await browser.newContext({ viewport: SIZES.phone });
        const page = await context.newPage();
        await prepare(page, context);
        await page.goto(`${origin}${home}search/?q=${encodeURIComponent(titles[0])}`);
        await page.locator(".find-status, .finder:not(:has(*))").filter({ hasText: /\S/ }).first().waitFor();
        return [context, page];
    };
    const data = /\/search\/data\/.*\/.*\.bin/;
    const all = /\/search\/data\//;
    const cases = [
        ["a torn file", data, (route) => route.fulfill({ body: "torn" })],
        ["a missing file", all, (route) => route.fulfill({ status: 404, body: "" })],
        ["a host that answers everything with a page", all, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" })],
    ];
    for (const [what, files, answer] of cases) {
        const [context, page] = await ask((page) => page.route(files, answer));
        await page.locator(".find-status").filter({ hasText: lang === "zh" ? "暂时打不开" : "cannot be opened" }).waitFor({ timeout: 5000 }).catch(() => found.push(`${lang}: ${what} is not told`));
        if (shots) await page.screenshot({ path: join(shots, `search-failed-${lang}.png`) });
        await page.unroute(files);
        await page.locator(".finder input").fill(`${titles[0]} `);
        await page.locator(".finder [role=option]").first().waitFor({ timeout: 5000 }).catch(() => found.push(`${lang}: after ${what} it does not recover`));
        await context.close();
    }
    // A site that was published again: files of the manifest that the page has are gone.
    let first = true;
    const [context, page] = await ask((page) => page.route(data, (route) => {
        if (!first) return route.continue();
        first = false;
        return route.fulfill({ status: 404, body: "" });
    }));
    await page.locator(".finder [role=option]").first().waitFor({ timeout: 5000 }).catch(() => found.push(`${lang}: a stale manifest is not read again`));
    await context.setOffline(true);
    await page.locator(".finder input").fill("zzzzqq");
    await page.locator(".find-status").filter({ hasText: lang === "zh" ? "没有网络" : "offline" }).waitFor({ timeout: 5000 }).catch(() => {});
    await context.close();
}

async function opened(lang) {
    const one = index(dist, lang);
    await one.open();
    return one.manifest;
}

sameTokens();
await sameRanking();
rmSync(folder, { recursive: true });
await main("search", async (site) => {
    await browse(async (browser) => {
        for (const lang of ["zh", "en"]) {
            for (const size of Object.keys(SIZES)) await states(browser, site, lang, size);
            await troubles(browser, site, lang);
        }
    });
    return { found, done: "all states in two languages and sizes" };
});
