// Lists of readers' own: the ranking by its vectors, then as readers meet it, on a site that is built with them.
//
//   KMSITE__RECOMMEND__PERSONAL=true kmsite build --out DIST
//   node tests/browser/personal.mjs DIST

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { browse, main, pages, source, watch } from "./site.mjs";

const VECTORS = new URL("../personal/vectors.json", import.meta.url);
/** Bytes of the script, gzipped, and of what a page tells. */
const SCRIPT = 5000;
const TOLD = 400;

/** Neighbours as pages have them. */
const pack = (near) => Buffer.from(near.flatMap(([piece, how]) => [piece >> 8, piece & 255, how])).toString("base64url");

/** The vectors that Rust passes too. */
async function vectors(script) {
    const { level, rank } = await import(`data:text/javascript;base64,${script.toString("base64")}`);
    const found = [];
    for (const vector of JSON.parse(readFileSync(VECTORS, "utf8"))) {
        const pieces = new Map(Object.entries(vector.pieces).map(([piece, [own, topics]]) => [Number(piece), { level: own, topics }]));
        const ranked = JSON.stringify(rank({ ...vector, visits: vector.visits.map((visit) => ({ ...visit, near: pack(visit.near) })) }, pieces, vector.now, vector.count).map(({ piece, because }) => [piece, because]));
        if (ranked !== JSON.stringify(vector.ranked)) found.push(`${vector.name}: ${ranked}`);
        if (level(vector.visits, pieces) !== vector.level) found.push(`${vector.name}: another level`);
    }
    return found;
}

/** How long the first ranking takes of a profile of 2,000 pages with 50 neighbours each, in a page that was just opened: milliseconds, the median of five. */
async function first(browser, origin, script) {
    const times = [];
    for (let round = 0; round < 5; round += 1) {
        const context = await browser.newContext({ bypassCSP: true });
        const page = await context.newPage();
        await page.goto(`${origin}/favicon.ico`);
        times.push(await page.evaluate(async (text) => {
            const { rank } = await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
            let state = 1;
            const below = (most) => (state = (state * 48271) % 2147483647) % most;
            const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            const packed = (three) => [18, 12, 6, 0].map((shift) => digits[(three >> shift) & 63]).join("");
            const pieces = new Map(Array.from({ length: 2000 }, (_, piece) => [piece, { level: below(4), topics: [below(40), below(40)] }]));
            const visits = Array.from({ length: 2000 }, (_, piece) => ({ piece, at: below(100), part: below(10) / 10, near: Array.from({ length: 50 }, () => packed(below(2000) * 256 + below(256))).join("") }));
            const begun = performance.now();
            rank({ visits, dismissed: [] }, pieces, 100, 4);
            return performance.now() - begun;
        }, script.toString()));
        await context.close();
    }
    return times.sort((one, other) => one - other)[2];
}

const titles = (page) => page.$$eval("[data-for-you] .next-title a", (links) => links.map((link) => link.textContent));
const own = (page) => page.evaluate(() => Object.keys(localStorage).filter((name) => name.endsWith(":you")).map((name) => localStorage[name]).join());

/** Leaves a page as one does who goes to another tab, having seen so much of it. */
async function read(page, address) {
    await page.goto(address);
    await page.evaluate(() => {
        scrollTo(0, document.body.scrollHeight);
        dispatchEvent(new Event("scroll"));
        Object.defineProperty(document, "hidden", { value: true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    });
}

/** What other programs, other versions and bad disks leave in a storage. */
const FOREIGN = [
    "{", "7", "null", '"text"', "[]",
    '{"v":0,"seen":{"/x/":{"at":1,"part":1,"near":"AAAA","lang":"zh"}}}',
    '{"v":9,"seen":{"/x/":1}}',
    '{"v":1,"seen":[1],"no":{}}',
    '{"v":1,"seen":{"javascript:1":{}},"no":[3]}',
    '{"v":1,"seen":"/x/","no":"/x/","on":"yes"}',
];

/** Lists at the end of a piece and on the page of a topic; what one tab does not want, the other stops showing. */
async function everywhere(context, page, { origin, dist }, [start, article]) {
    const found = [];
    const has = (address, part) => source(dist, address).includes(part);
    const inLanguage = pages(dist).filter((address) => address.startsWith("/en/") === (start === "/en/"));
    const other = inLanguage.find((address) => encodeURI(address) !== article && has(address, '<article class="piece article"') && has(address, "data-for-you"));
    const topic = inLanguage.find((address) => address.includes("/tags/") && has(address, "data-for-you"));
    if (!topic) found.push("no page of a topic has a place for a list");
    for (const address of [other, topic].filter(Boolean)) {
        if (!(await home(page, origin + encodeURI(address), true)).length) found.push(`no list on ${address}`);
        if ((await page.$$("[data-for-you] .reason")).length < 1) found.push(`no reasons on ${address}`);
    }
    const tab = await context.newPage();
    const [first] = await home(tab, origin + start, true);
    await home(page, origin + start, true);
    await tab.click("[data-for-you] .dismiss");
    await page.waitForFunction((title) => ![...document.querySelectorAll("[data-for-you] .next-title a")].some((link) => link.textContent === title), first, { timeout: 5000 }).catch(() => found.push("a list goes on showing what another tab does not want"));
    await tab.close();
    return found;
}

/** On their page: a profile is taken along, edited, and brought back; a file that is none changes nothing. */
async function carried(page) {
    const found = [];
    const chosen = async (name, text) => {
        const choosing = page.waitForEvent("filechooser");
        await page.click("[data-import]");
        await (await choosing).setFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
    };
    const saving = page.waitForEvent("download");
    await page.click("[data-export]");
    const saved = readFileSync(await (await saving).path(), "utf8");
    const seen = Object.keys(JSON.parse(saved).seen);
    if (!seen.length) found.push("what is taken along has nothing in it");
    await page.click("[data-seen] li button");
    await page.waitForFunction((count) => document.querySelectorAll("[data-seen] li").length === count, seen.length - 1);
    if (Object.keys(JSON.parse(await own(page)).seen).length !== seen.length - 1) found.push("what was taken out is still there");
    await chosen("odd.json", '{"v":7}');
    await page.waitForFunction(() => document.querySelector("[data-import]").textContent === document.querySelector("[data-import]").dataset.bad);
    if (Object.keys(JSON.parse(await own(page)).seen).length !== seen.length - 1) found.push("a file that is no profile changed something");
    await chosen("for-you.json", saved);
    await page.waitForFunction((count) => document.querySelectorAll("[data-seen] li").length === count, seen.length);
    if (JSON.stringify(JSON.parse(await own(page)).seen) !== JSON.stringify(JSON.parse(saved).seen)) found.push("what was brought back is something else");
    return found;
}

/** The home page with its list, or without. */
async function home(page, address, isExpected) {
    const coming = isExpected && page.waitForSelector("[data-for-you]:not([hidden]) li", { timeout: 5000 });
    await page.goto(address, { waitUntil: "networkidle" });
    await coming;
    return titles(page);
}

async function reader(browser, { origin, dist }, [start, article]) {
    const found = [];
    const context = await browser.newContext();
    const page = await context.newPage();
    watch(page, origin, found);
    const fetched = new Set();
    page.on("request", (request) => ["fetch", "xhr"].includes(request.resourceType()) && fetched.add(new URL(request.url()).pathname));
    if ((await home(page, origin + start, false)).length) found.push("a list for whoever read nothing");
    if (fetched.size) found.push(`nothing read, and yet fetched: ${[...fetched]}`);
    await read(page, origin + article);
    const first = await home(page, origin + start, true);
    if (first.length < 2) found.push(`no list after reading: ${first}`);
    if (![...fetched].every((path) => /^\/assets\/pieces\.\w+\.\w+\.json$/.test(path))) found.push(`fetched: ${[...fetched]}`);
    // What is not wanted never comes back.
    await page.click("[data-for-you] .dismiss");
    await page.waitForFunction((title) => ![...document.querySelectorAll("[data-for-you] .next-title a")].some((link) => link.textContent === title), first[0]);
    if ((await home(page, origin + start, true)).includes(first[0])) found.push(`${first[0]} came back`);
    // Two tabs: what the other one wrote stays.
    const other = await context.newPage();
    await read(other, origin + article);
    if (!JSON.parse(await own(page)).no.length) found.push("another tab forgot what is not wanted");
    // A piece that is gone, and a profile of another version.
    await page.evaluate(() => {
        const name = Object.keys(localStorage).find((key) => key.endsWith(":you"));
        const profile = JSON.parse(localStorage[name]);
        profile.seen["/gone/"] = { at: Date.now(), part: 1, near: "AAAA", lang: document.documentElement.lang };
        localStorage[name] = JSON.stringify(profile);
    });
    await home(page, origin + start, true);
    for (const foreign of FOREIGN) {
        await page.evaluate((text) => { localStorage[Object.keys(localStorage).find((key) => key.endsWith(":you"))] = text; }, foreign);
        if ((await home(page, origin + start, false)).length) found.push(`a list from ${foreign}`);
    }
    // What cannot be read of a profile, or of what was marked as done, spoils nothing of the rest.
    await page.evaluate(() => {
        const name = Object.keys(localStorage).find((key) => key.endsWith(":you"));
        const visit = { at: 1, part: 1, near: "AAAA", lang: document.documentElement.lang };
        localStorage[name] = JSON.stringify({ v: 1, seen: { "/%E4": visit, "/odd/": { ...visit, near: ["AAAA"] }, "/short/": { ...visit, near: "A" } }, no: ["/%", ["/x/"], null] });
        localStorage[name.replace(/you$/, "done")] = "7";
    });
    await read(page, origin + article);
    if (!(await home(page, origin + start, true)).length) found.push("a spoilt profile never recovers");
    found.push(...(await everywhere(context, page, { origin, dist }, [start, article])));
    // Their page: switch off, on, take along, edit, wipe.
    await page.evaluate(() => localStorage.clear());
    await read(page, origin + article);
    await page.goto(`${origin}${start}for-you/`, { waitUntil: "networkidle" });
    if ((await page.$$("[data-seen] li")).length !== 1) found.push("their page does not show what was read");
    await page.click("[data-switch]");
    if ((await home(page, origin + start, false)).length) found.push("switched off, and yet a list");
    await page.goto(`${origin}${start}for-you/`, { waitUntil: "networkidle" });
    await page.click("[data-switch]");
    found.push(...(await carried(page)));
    await page.click("[data-wipe]");
    if (await own(page)) found.push("wiped, and yet something stands in the storage");
    await context.close();
    if (Buffer.byteLength(/ data-near="([^"]*)"/.exec(source(dist, decodeURI(article)))[0]) > TOLD) found.push(`${article} tells too much`);
    return found;
}

/** Readers who asked not to be tracked, and browsers that store nothing. */
async function careful(browser, { origin }, [start, article]) {
    const found = [];
    const wishes = {
        "global privacy control": () => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }),
        "do not track": () => Object.defineProperty(navigator, "doNotTrack", { value: "1" }),
        "no storage": () => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } }),
    };
    for (const [wish, script] of Object.entries(wishes)) {
        const context = await browser.newContext();
        await context.addInitScript(script);
        const page = await context.newPage();
        watch(page, origin, found);
        await read(page, origin + article);
        if ((await home(page, origin + start, false)).length) found.push(`${wish}: a list`);
        if (wish !== "no storage" && (await own(page))) found.push(`${wish}: something is stored`);
        await context.close();
    }
    return found;
}

await main("personal", async ({ dist, origin }) => {
    const assets = readdirSync(join(dist, "assets"));
    const script = readFileSync(join(dist, "assets", assets.find((name) => /^for-you\..*\.js$/.test(name))));
    const found = await vectors(script);
    if (gzipSync(script).length > SCRIPT) found.push(`the script has ${gzipSync(script).length} bytes`);
    // The first free article of each language that has neighbours.
    const fits = (address, lang) => address.startsWith("/en/") === (lang === "en") && /<article class="piece article"[^>]* data-near="[\w-]{24,}"/.test(source(dist, address));
    let time;
    await browse(async (browser) => {
        time = await first(browser, origin, script);
        for (const [lang, start] of [["zh", "/"], ["en", "/en/"]]) {
            const article = pages(dist).find((address) => fits(address, lang));
            if (!article) throw new Error(`there is no article with neighbours in ${lang}`);
            for (const test of [reader, careful]) {
                found.push(...(await test(browser, { origin, dist }, [start, encodeURI(article)])).map((fault) => `${lang}: ${fault}`));
            }
        }
    });
    return { found, done: `vectors, readers in two languages, ${time.toFixed(1)} ms for the first ranking of 2,000 pages` };
});
