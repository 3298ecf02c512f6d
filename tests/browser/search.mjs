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
import { Shop, hkdf, tuple, writeCode } from "./access/seal.mjs";
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
writeFileSync(join(folder, "search-members.mjs"), readFileSync(script.replace(/\.js$/, "-members.js")));
const { join: joined } = await import(join(folder, "search-members.mjs"));

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

/** The same index with the texts of three documents in a file, as those of very many documents are. */
async function samePacked(lang) {
    const open = index(dist, lang);
    await open.open();
    const { d: [titles, addresses, names] } = open.manifest;
    const name = (doc) => names.slice(doc * 10, doc * 10 + 10);
    const starts = titles.flatMap((_, doc) => (doc % 3 ? [] : [doc]));
    const packed = index(dist, lang);
    const { fetch } = packed;
    packed.fetch = async (path, ...rest) => {
        const first = starts.find((doc) => path === `${lang}/${name(doc)}.bin`);
        if (first === undefined) {
            const said = await fetch.call(packed, path, ...rest);
            return path === `${lang}.bin` ? { ...said, p: 3, d: [titles, addresses, starts.map(name).join("")] } : said;
        }
        const three = titles.slice(first, first + 3).map((_, at) => fetch.call(packed, `${lang}/${name(first + at)}.bin`));
        return (await Promise.all(three)).flat();
    };
    const told = ({ total, hits }) => [total, hits.map(({ doc, score, class: of, passages, passage }) => [doc, score, of, passages, passage])];
    for (const title of titles.slice(0, 40)) same(told(await packed.search(title)), told(await open.search(title)), `packed: ${title}`);
}

/** The index of those who hold entitlements under a master key, in their first epoch. `get` may stand between them and the files. */
async function membersIndex(site, lang, master, names, get) {
    const grants = await Promise.all(names.map(async (name) => {
        const [kind, id] = name.split(":");
        const bytes = await hkdf(master, tuple(`kmsite/1/${kind}-key`, id, 1));
        return { name, epoch: 1, key: await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]) };
    }));
    const open = index(site, lang);
    if (get) open.get = get(open.get);
    return joined(open, `${site}/`, grants);
}

/** The sites of members: what the page's script finds of several sets is what `kmsite search --as` does. */
async function sameForMembers() {
    const site = join(folder, "paid");
    const paid = (title, tier, text) => `---\ntitle: ${title}\ntier: ${tier}\n---\nTeaserword here.\n\n<!-- paywall -->\n\n## Hidden ${text}\n\nZanzibar ${text} teaserword running.\n`;
    const files = {
        "site.yaml": "title: T\nbase_url: https://example.org/sub/\nlanguages: { default: en, others: [zh] }\ntiers: [{id: free}, {id: member}, {id: pro}]\nproducts: [{id: course, includes: [articles/both]}]\n",
        "content/articles/low.md": paid("Low", "member", "lowland"),
        "content/articles/high.md": paid("High", "pro", "highland lowland runs"),
        "content/articles/both.md": paid("Both", "member", "bothland runner"),
        "content/articles/low.zh.md": paid("低处", "member", "秘密文字"),
        "content/articles/free.md": "# Free\n\nTeaserword for everyone who runs a highway.\n",
    };
    for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(site, dirname(path)), { recursive: true });
        writeFileSync(join(site, path), text);
    }
    const env = { ...process.env, KMSITE_MASTER_KEY: "KMSITE-000G4-0R40M-30E20-9185G-R38E1-W8124-GK2GA-HC5RR-34D1P-70X3R-FG1" };
    const run = (...all) => execFileSync(program, all, { env, stdio: ["ignore", "pipe", "ignore"] });
    run("build", "--quiet", "--root", site);
    const master = Uint8Array.from({ length: 32 }, (_, at) => at);
    const dist = join(site, "dist");
    const queries = ["zanzibar ", "teaserword ", "highlnad ", "high", "run", "hidden", "teaserword -zanzibar", '"hidden lowland"', "low", "running lowland zanzibar", "秘密", "祕密", "秘"];
    for (const name of ["tier:member", "tier:pro", "product:course"]) {
        for (const lang of ["en", "zh"]) {
            const own = await membersIndex(dist, lang, master, [name]);
            for (const q of queries) {
                const wanted = JSON.parse(run("search", "--json", "--root", site, "--lang", lang, "--as", name, "--", q));
                const { hits, total, corrected, lost } = await own.search(q);
                const is = [hits.map(({ address, score, class: of }) => [address, score, of]), total, corrected.flat(), Boolean(lost)];
                same(is, [wanted.results.map(({ route, score, class: of }) => [route, score, of]), wanted.total, wanted.corrected.flatMap(({ typed, meant }) => [typed, meant]), false], `${name}, ${lang}: ${q}`);
            }
        }
    }
    // What is sealed and missing is told, and what everyone finds stays.
    const missing = (get) => async (path, ...rest) => (/sealed\/search\/.*bin/.test(path) ? new Response(null, { status: 404 }) : get(path, ...rest));
    const partly = await (await membersIndex(dist, "en", master, ["tier:pro"], missing)).search("teaserword ");
    same([partly.lost, partly.total], [true, 4], "sealed files are missing");
    const list = (get) => async (path, ...rest) => (path.endsWith("search.json") ? new Response("<!doctype html>") : get(path, ...rest));
    const alone = await (await membersIndex(dist, "en", master, ["tier:pro"], list)).search("teaserword ");
    same([alone.lost, alone.total], [true, 4], "the list of sealed sets is missing");
    // A shard that is missing once is asked for again; so is the list, which a new deploy has changed.
    let times = 0;
    const once = (get) => async (path, ...rest) => (/sealed\/search\/.*bin/.test(path) && (times += 1) === 4 ? new Response(null, { status: 404 }) : get(path, ...rest));
    const again = await (await membersIndex(dist, "en", master, ["tier:pro"], once)).search("zanzibar ");
    same([again.lost ?? false, again.total, times > 4], [false, 3, true], "a sealed shard is asked for again");
    // Keys of another epoch open nothing, and nobody is told that there is something.
    const late = await joined(index(dist, "en"), `${dist}/`, [{ name: "tier:pro", epoch: 2, key: null }]);
    const { total, lost } = await late.search("zanzibar ");
    same([total, lost ?? false], [0, false], "a revoked member");
}

/** A visitor and a member at the sample site: the same word, of paid text alone, finds nothing and something. */
async function members(browser, { origin }, lang) {
    const home = lang === "en" ? "/en/" : "/";
    const master = Buffer.from("kmsite demo key: known to anyone");
    const { sets } = JSON.parse(readFileSync(join(dist, "sealed/search.json")));
    const names = [...new Set(sets.flatMap(([, , wraps]) => wraps.map(([name]) => name)))];
    const own = await membersIndex(dist, lang, master, names);
    await own.search("a");
    const open = index(dist, lang);
    const opens = sets.filter(([of]) => of === lang).map(([, , wraps]) => wraps.some(([name]) => name.startsWith("product:")));
    let word;
    // Of a set that a product opens, too.
    for (const set of own.sets.slice(1).filter((_, at) => opens[at])) {
        for (const group of (await set.groups(lang === "en" ? "m" : "我")).flat()) {
            const [form] = group.forms;
            if (!word && form.length >= (lang === "en" ? 5 : 2) && !(await open.search(`${form} `)).total) word = form;
        }
    }
    if (!word) {
        found.push(`${lang}: no word is of paid text alone`);
        return;
    }
    // Files are withheld below: a worker would fetch them all the same.
    const context = await browser.newContext({ viewport: SIZES.phone, serviceWorkers: "block" });
    const page = await context.newPage();
    const asked = [];
    page.on("request", (request) => /sealed|search-members/.test(request.url()) && asked.push(request.url()));
    watch(page, origin, found);
    const ask = async () => {
        await page.goto(`${origin}${home}search/?q=${encodeURIComponent(`${word} `)}`);
        await page.locator(".find-status").filter({ hasText: /\S/ }).waitFor();
    };
    await ask();
    same([await page.locator(".finder [role=option]").count(), asked], [0, []], `${lang}: a visitor asks for ${word}`);
    await page.goto(`${origin}${home}unlock/`);
    await page.fill("#km-code", writeCode(await new Shop(master).code("demo")));
    await page.click(".unlock [type=submit]");
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.endsWith(":held")));
    await ask();
    await page.locator(".finder [role=option]").first().waitFor({ timeout: 5000 }).catch(() => found.push(`${lang}: a member does not find ${word}`));
    await page.locator(".finder mark").first().waitFor({ timeout: 2000 }).catch(() => found.push(`${lang}: ${word} is not marked`));
    if (shots) await page.screenshot({ path: join(shots, `search-member-${lang}.png`) });
    await others(context, page.url(), lang);
    await context.close();
}

/** The same browser as that of others: a product's buyer, one whose time is over, one who cannot fetch what is sealed. */
async function others(context, address, lang) {
    const page = await context.newPage();
    const ask = async () => {
        await page.goto(address);
        await page.locator(".find-status").filter({ hasText: /\S/ }).waitFor();
    };
    const options = page.locator(".finder [role=option]");
    const list = "**/sealed/search.json";
    const told = JSON.parse(readFileSync(join(dist, "sealed/search.json")));
    const listed = (change) => page.route(list, (route) => route.fulfill({ json: { ...told, sets: told.sets.map(([of, id, wraps]) => [of, id, change(wraps)]) } }));
    const total = async () => {
        await page.locator(".find-status").filter({ hasText: /\S/ }).waitFor();
        await page.waitForLoadState("networkidle");
        return options.count();
    };
    await listed((wraps) => wraps.filter(([name]) => name.startsWith("product:")));
    await ask();
    same((await total()) > 0, true, `${lang}: a product's buyer finds what it holds`);
    await page.unroute(list);
    // An epoch has begun without them.
    await listed((wraps) => wraps.map(([name, epoch, key]) => [name, epoch + 1, key]));
    await ask();
    const partly = lang === "zh" ? "暂时搜不到" : "could not be searched";
    same([await total(), (await page.locator(".find-status").textContent()).includes(partly)], [0, false], `${lang}: a revoked member finds what everyone finds`);
    await page.unroute(list);
    const sealed = /sealed\/search\/.*\.bin/;
    await page.route(sealed, (route) => route.fulfill({ status: 404, body: "" }));
    await ask();
    await page.locator(".find-status").filter({ hasText: partly }).waitFor({ timeout: 5000 }).catch(() => found.push(`${lang}: missing sealed files are not told`));
    if (shots) await page.screenshot({ path: join(shots, `search-partly-${lang}.png`) });
    await page.unroute(sealed);
    await ask();
    await options.first().waitFor({ timeout: 5000 }).catch(() => found.push(`${lang}: when sealed files are back, they are not searched`));
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
    await context.close();
    // A reader who loses the network before anything is asked.
    const lost = await browser.newContext({ viewport: SIZES.phone });
    const tab = await lost.newPage();
    await tab.goto(`${origin}${home}search/`);
    await tab.locator(".find-status").filter({ hasText: /\S/ }).waitFor();
    await lost.setOffline(true);
    await tab.locator(".finder input").fill(titles[0]);
    await tab.locator(".find-status").filter({ hasText: lang === "zh" ? "没有网络" : "offline" }).waitFor({ timeout: 5000 }).catch(() => found.push(`${lang}: being offline is not told`));
    await lost.close();
}

async function opened(lang) {
    const one = index(dist, lang);
    await one.open();
    return one.manifest;
}

sameTokens();
await sameRanking();
await sameForMembers();
for (const lang of ["zh", "en"]) await samePacked(lang);
rmSync(folder, { recursive: true });
await main("search", async (site) => {
    await browse(async (browser) => {
        for (const lang of ["zh", "en"]) {
            for (const size of Object.keys(SIZES)) await states(browser, site, lang, size);
            await troubles(browser, site, lang);
            await members(browser, site, lang);
        }
    });
    return { found, done: "all states in two languages and sizes" };
});
