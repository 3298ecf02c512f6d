// What those who paid see: pages sealed by this test (access/), opened by the site's own script in a real browser.
//
//   node tests/browser/access.mjs DIST
//
// DIST is the sample site, sealed with the demo key. First all of it is opened as it is; then its cards are given content, keys and members of
// the test's own.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { browse, main, pages, serve, source, watch } from "./site.mjs";
import { Shop, writeCode } from "./access/seal.mjs";
import { PAGES, SealedSite } from "./access/site.mjs";

const found = [];
const expect = (what, is, wanted = true) => {
    if (JSON.stringify(is) !== JSON.stringify(wanted)) found.push(`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
};

/** A reader with a browser of their own: pages tell what is wrong with them, unless a test brings that about. */
async function reader(browser, origin, options = {}) {
    const { prepare, strict = true, ...rest } = options;
    const context = await browser.newContext(rest);
    if (prepare) await context.addInitScript(prepare);
    const page = await context.newPage();
    if (strict) watch(page, origin, found);
    const goto = async (address) => {
        await page.goto(origin + address, { waitUntil: "load" });
        await settled(page);
    };
    return { context, page, goto };
}

/** Waits until the script has done what it does by itself. */
const settled = (page) => page.waitForFunction(() => !document.documentElement.classList.contains("held"));

const sentences = (page) => page.evaluate(() => Object.fromEntries([...document.querySelector("[data-km-words]").content.querySelectorAll("[data-word]")].map((word) => [word.textContent, word.dataset.word])));

/** The name of what the page says of unlocking, and `null` if it says nothing. */
async function said(page) {
    const text = await page.textContent("[data-km-said]");
    if (!text) return null;
    return (await sentences(page))[text] ?? `another language: ${text}`;
}

const opened = (page, name) => page.evaluate((secret) => document.body.innerText.includes(secret), `SECRET-${name}`);

/** Enters a code as a reader does. */
async function enter(page, code) {
    await page.fill("#km-code", code);
    await page.click(".unlock [type=submit]");
    await page.waitForFunction(() => {
        const status = document.querySelector("[data-km-said]");
        const opening = document.querySelector("[data-km-words]")?.content.querySelector("[data-word=opening]").textContent;
        return status.textContent && status.textContent !== opening;
    });
    return said(page).catch(() => null);
}

/** The scripts for all of it are small: in bytes, gzipped. */
const HEAVIEST = 6000;

function weigh(dist) {
    const assets = readdirSync(join(dist, "assets")).filter((name) => /^access\..*js$/.test(name));
    const bytes = [...assets.map((name) => join("assets", name)), "sw.js"].reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0);
    if (bytes > HEAVIEST) found.push(`the scripts that unlock weigh ${bytes} bytes gzipped`);
}

/** What the builder sealed is opened by the code that this test derives by itself from the demo key, on every page of the site. */
async function demo(browser, { dist, origin }) {
    const code = writeCode(await new Shop(Buffer.from("kmsite demo key: known to anyone")).code("demo"));
    const { context, page, goto } = await reader(browser, origin);
    await goto("/unlock/");
    expect("the demo code", await enter(page, code), "opened");
    const sealed = pages(dist).filter((address) => / data-km-cid="/.test(source(dist, address)));
    expect("pages are sealed", sealed.length >= 10);
    for (const address of sealed) {
        await goto(encodeURI(address));
        const text = await page.evaluate(() => document.querySelector(".opened")?.innerText.trim().length ?? 0);
        expect(`${address} opens`, text > 100);
    }
    await context.close();
}

async function visitor(browser, { origin }) {
    const asked = [];
    const { context, page, goto } = await reader(browser, origin);
    page.on("request", (request) => /sealed|sw\.js/.test(request.url()) && asked.push(request.url()));
    await goto(PAGES.member.address);
    expect("a visitor sees the card", await page.isVisible(".paywall"));
    expect("a visitor reads what is paid", await opened(page, "member"), false);
    expect("a visitor's browser asks for what is sealed", asked, []);
    expect("a visitor is told nothing", await said(page), null);
    await context.close();
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const bare = await plain.newPage();
    await bare.goto(origin + PAGES.member.address);
    expect("without scripts there is a form", await bare.isVisible(".unlock"), false);
    expect("without scripts there is an explanation", await bare.isVisible("noscript p"));
    expect("without scripts one can buy", await bare.isVisible(".paywall .button"));
    await plain.close();
}

/** Everything a page does works in what was opened. */
async function member(browser, { origin, codes }, prefix) {
    const { context, page, goto } = await reader(browser, origin, { viewport: { width: 1440, height: 900 }, permissions: ["clipboard-read", "clipboard-write"] });
    await goto(prefix + PAGES.member.address);
    const above = () => page.evaluate(() => document.querySelector(".teaser").getBoundingClientRect().top + scrollY);
    const before = await above();
    expect("a mistyped code", await enter(page, codes.member.replace(/.$/, (sign) => (sign === "0" ? "2" : "0"))), "mistyped");
    expect("a code too short", await enter(page, "KM-12345"), "mistyped");
    expect("an unknown code", await enter(page, writeCode(new Uint8Array(15).fill(9))), "unknown");
    expect("the code of another thing", await enter(page, codes.buyer), "other");
    await enter(page, ` ${codes.member.toLowerCase().replaceAll("-", " ").replace("km", "ＫＭ")} `);
    expect("a member reads", await opened(page, "member"));
    expect("what was opened is told", await said(page), "opened");
    expect("the focus is at what was opened", await page.evaluate(() => document.activeElement.matches("[data-km-slot=body]")));
    expect("what it styles by itself is styled", await page.evaluate(() => getComputedStyle(document.querySelector(".km-s-test")).color), "rgb(1, 2, 3)");
    await page.waitForFunction(() => !document.querySelector(".fresh"));
    expect("what stands above the card stays", await above(), before);
    expect("the card is gone", await page.isVisible(".paywall"), false);
    expect("the text ends with the reader's serial", /MARK-member/.test(await page.textContent(".opened .serial")));
    await page.click(".opened .copy");
    expect("code is copied", await page.evaluate(() => navigator.clipboard.readText()), "let paid = true;");
    await page.click(".opened [role=tab]:nth-child(2)");
    expect("tabs work", [await page.isVisible("text=first tab"), await page.isVisible("text=second tab")], [false, true]);
    await page.waitForFunction(() => [...document.querySelectorAll(".opened img")].every(({ naturalWidth }) => naturalWidth === 1));
    expect("formulas are there", await page.isVisible(".opened math"));
    expect("the contents are those of the whole", await page.locator('.toc a[href="#end-member"]').isVisible());
    await page.locator("#end-member").scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector('.toc [aria-current="location"]')?.hash);
    await page.click(".opened figure button, .opened audio ~ button, .opened p > button");
    await page.waitForFunction(() => document.querySelector(".opened audio").duration > 0.9);
    const download = page.waitForEvent("download");
    await page.click("[data-km-file]");
    const file = await download;
    expect("a file has its name", file.suggestedFilename(), "notes.txt");
    expect("a file has its bytes", readFileSync(await file.path(), "utf8"), "notes to keep");
    await page.emulateMedia({ media: "print" });
    expect("on paper there is the text", await page.isVisible(".opened h2"));
    expect("on paper there is nothing to press", await page.locator("main button:visible").count(), 0);
    await page.emulateMedia({ media: "screen" });

    await goto(prefix + PAGES.other.address);
    expect("another page opens by itself", await opened(page, "other"));
    expect("it is told", await said(page), "opened");
    expect("the focus is left where it was", await page.evaluate(() => document.activeElement === document.body));
    await page.goto("about:blank");
    await goto(`${prefix}${PAGES.other.address}#end-other`);
    await page.waitForFunction(() => document.querySelector(":target") && document.getElementById("end-other").getBoundingClientRect().top < innerHeight);
    await goto(prefix + PAGES.pro.address);
    expect("a member does not read for pro", [await opened(page, "pro"), await said(page)], [false, "other"]);
    await enter(page, codes.pro);
    expect("a second code opens more", await opened(page, "pro"));
    await goto(prefix + PAGES.course.address);
    expect("the product is the one that was bought, whatever its id", await opened(page, "course"));
    await context.close();
    return codes;
}

async function tiers(browser, { origin, codes }) {
    for (const [who, opens] of [["pro", ["member", "other", "pro"]], ["buyer", ["course"]], ["both", ["member", "other", "course"]]]) {
        const { context, page, goto } = await reader(browser, origin);
        await goto("/unlock/");
        expect(`${who} unlocks`, await enter(page, codes[who]), "opened");
        const seen = [];
        for (const [name, { address }] of Object.entries(PAGES)) {
            await goto(address);
            if (await opened(page, name)) seen.push(name);
        }
        expect(`what ${who} opens`, seen, opens);
        await context.close();
    }
}

/** Links, the account, and what is left after "forget this device". */
async function account(browser, { origin, codes }) {
    for (const prefix of ["", "/en"]) {
        const { context, page, goto } = await reader(browser, origin);
        const asked = [];
        page.on("request", (request) => asked.push(request.url(), request.headers().referer ?? ""));
        await page.goto(`${origin}${prefix}/unlock/#${codes.pro}`);
        await page.waitForFunction(() => document.querySelector("[data-km-said]").textContent.length > 12);
        expect("the code is out of the address", page.url(), `${origin}${prefix}/unlock/`);
        await page.waitForFunction(() => navigator.serviceWorker.getRegistration().then((worker) => worker?.active));
        expect("a link unlocks", await said(page), "opened");
        expect("nobody is told the code", asked.filter((text) => text.includes(codes.pro.slice(3, 14))), []);
        expect("what is held is shown", await page.isVisible('[data-km-grant="tier:pro"]'));
        expect("what is not held is not", await page.isVisible('[data-km-grant="tier:member"]'), false);
        await goto(`${prefix}/account/`);
        await page.waitForSelector("text=MARK-pro");
        expect("the account shows what is held", await page.isVisible('[data-km-grant="tier:pro"]'));
        await goto(prefix + PAGES.pro.address);
        expect("pro reads", await opened(page, "pro"));
        await goto(`${prefix}/account/`);
        await page.click("[data-km-forget]");
        expect("forgetting is asked twice", await page.isVisible("[data-km-forget]"));
        await Promise.all([page.waitForEvent("load"), page.click("[data-km-forget]")]);
        // The page looks into an empty store of its own once it is there, which a busy machine puts off.
        await page.waitForFunction(async () => (await indexedDB.databases()).length > 0);
        const left = await page.evaluate(async () => ({
            databases: (await indexedDB.databases()).length,
            caches: (await caches.keys()).length,
            workers: (await navigator.serviceWorker.getRegistrations()).length,
            local: Object.keys(localStorage).filter((key) => /held/.test(key)).length,
        }));
        expect("what is left", left, { databases: 1, caches: 0, workers: 0, local: 0 });
        await goto(prefix + PAGES.pro.address);
        expect("a forgotten device opens nothing", [await opened(page, "pro"), await said(page)], [false, null]);
        await context.close();
    }
}

async function progress(browser, { origin }) {
    const { context, page, goto } = await reader(browser, origin);
    await goto("/account/");
    const choose = async (text) => {
        const chooser = page.waitForEvent("filechooser");
        await page.click("[data-import]");
        await (await chooser).setFiles({ name: "progress.json", mimeType: "application/json", buffer: Buffer.from(text) });
    };
    await choose("no JSON");
    await page.waitForFunction(() => document.querySelector("[data-import]").textContent === document.querySelector("[data-import]").dataset.bad);
    const good = { done: { "/a/": 5, "javascript:alert(1)": 6 }, last: { "/c/": { href: "javascript:alert(1)", at: 9 }, "/d/": { href: "/d/1/", title: "t", whole: "w", at: 3 } } };
    await Promise.all([page.waitForEvent("load"), choose(JSON.stringify(good))]);
    const kept = await page.evaluate(() => [localStorage["km:/:done"], localStorage["km:/:last"]].map((text) => Object.keys(JSON.parse(text))));
    expect("what was imported", kept, [["/a/"], ["/d/"]]);
    await context.close();
}

/** Time goes by: epochs begin, members leave. */
async function epochs(browser, site) {
    const { origin, sealed, codes } = site;
    const { context, page, goto } = await reader(browser, origin);
    await goto(PAGES.member.address);
    await enter(page, codes.member);
    const grants = sealed.shop.members.get("member");
    sealed.shop.epochs = { "tier:member": 2, "tier:pro": 2 };
    await sealed.shop.sell("member", [["tier:member", 2]]);
    await sealed.seal(PAGES);
    await goto(PAGES.member.address);
    expect("a new epoch opens without a question", [await opened(page, "member"), await said(page)], [true, "opened"]);
    sealed.shop.epochs = { "tier:member": 3, "tier:pro": 2 };
    await sealed.seal(PAGES);
    await goto(PAGES.member.address);
    expect("what has run out", [await opened(page, "member"), await said(page)], [false, "ended"]);
    sealed.shop.members.delete("member");
    await sealed.seal(PAGES);
    await goto(PAGES.member.address);
    expect("who was revoked", [await opened(page, "member"), await said(page)], [false, "unknown"]);
    expect("who was revoked and enters the code again", await enter(page, codes.member), "unknown");
    await goto("/account/");
    await page.waitForSelector(".codes small");
    expect("the account of who was revoked", await page.isVisible('[data-km-grant="tier:member"]'), false);
    await context.close();
    sealed.shop.epochs = {};
    sealed.shop.members.set("member", grants);
    await sealed.seal(PAGES);
}

const flip = (bytes, at) => {
    const other = Buffer.from(bytes);
    other[at < 0 ? other.length + at : at] ^= 1;
    return other;
};

/** What somebody may do to the files, and what the page says of it. Nothing that was sealed may be shown. */
async function attacks(browser, site) {
    const { origin, sealed, codes } = site;
    const { cid } = sealed.cards.member;
    const sidecar = JSON.parse(sealed.read(`sealed/${cid}.json`));
    const edit = (change) => {
        const copy = structuredClone(sidecar);
        change(copy.wraps);
        return { [`${cid}.json`]: JSON.stringify(copy) };
    };
    const blob = sealed.read(`sealed/${cid}.bin`);
    const [lookup] = await sealed.shop.record("member", []);
    const bucket = `members/3-${(parseInt(lookup.slice(0, 4), 16) >> 13).toString(16)}.json`;
    const records = JSON.parse(sealed.read(`sealed/${bucket}`));
    const record = Buffer.from(records.r[lookup], "base64url");
    const page404 = "<!DOCTYPE html><title>Home</title>";
    const cases = [
        ["a changed blob", { [`${cid}.bin`]: flip(blob, 40) }, "changed"],
        ["a changed tag", { [`${cid}.bin`]: flip(blob, -1) }, "changed"],
        ["a truncated blob", { [`${cid}.bin`]: blob.subarray(0, 100) }, "changed"],
        ["an empty blob", { [`${cid}.bin`]: Buffer.alloc(0) }, "changed"],
        ["the blob of another page", { [`${cid}.bin`]: sealed.read(`sealed/${sealed.cards.other.cid}.bin`) }, "changed"],
        ["a changed wrap", edit((wraps) => { wraps[0][2] = flip(Buffer.from(wraps[0][2], "base64url"), 3).toString("base64url"); }), "changed"],
        ["another epoch on a wrap", edit((wraps) => { wraps[0][1] = 2; }), "ended"],
        ["a tier lowered in a sidecar", { [`${cid}.json`]: JSON.stringify({ v: 1, wraps: [["tier:member", 1, sidecar.wraps[1][2]]] }) }, "changed"],
        ["the sidecar of another page", { [`${cid}.json`]: sealed.read(`sealed/${sealed.cards.other.cid}.json`) }, "changed"],
        ["a sidecar without wraps", { [`${cid}.json`]: '{"v":1}' }, "unavailable"],
        ["a sidecar of another version", { [`${cid}.json`]: '{"v":2,"wraps":[]}' }, "unavailable"],
        ["a page in the sidecar's place", { [`${cid}.json`]: page404 }, "unavailable"],
        ["a page in the members' place", { "members.json": page404 }, "unavailable"],
        ["a page in the bucket's place", { [bucket]: page404 }, "unavailable"],
        ["a changed record", { [bucket]: JSON.stringify({ v: 1, r: { [lookup]: flip(record, 30).toString("base64url") } }) }, "changed"],
        ["a truncated record", { [bucket]: JSON.stringify({ v: 1, r: { [lookup]: record.subarray(0, 20).toString("base64url") } }) }, "changed"],
        ["a record that is none", { [bucket]: JSON.stringify({ v: 1, r: { [lookup]: 5 } }) }, "changed"],
    ];
    for (const [what, files, wanted] of cases) {
        sealed.write(files);
        const { context, page, goto } = await reader(browser, origin, { strict: false });
        await goto(PAGES.member.address);
        expect(what, [await enter(page, codes.member), await opened(page, "member")], [wanted, false]);
        await context.close();
        await sealed.seal(PAGES);
    }
    const under = async (what, card, wanted) => {
        sealed.card(PAGES.member.address, { ...sealed.cards.member, ...card });
        const { context, page, goto } = await reader(browser, origin, { strict: false });
        await goto(PAGES.member.address);
        expect(what, [await enter(page, codes.member), await opened(page, "member")], [wanted, false]);
        await context.close();
        sealed.card(PAGES.member.address, sealed.cards.member);
    };
    await under("a blob under another page's id", { page: sealed.cards.other.page }, "changed");
    await under("a blob under other entitlements", { for: "tier:free tier:member" }, "changed");
    await under("a page whose files are gone", { cid: "00".repeat(16) }, "unavailable");
    // The same page at another address is the same page.
    sealed.write({ "index.html": sealed.read(join(PAGES.member.address, "index.html")) }, "moved/here");
    const { context, page, goto } = await reader(browser, origin);
    await goto("/moved/here/");
    await enter(page, codes.member);
    expect("a page that moved opens", await opened(page, "member"));
    await context.close();
}

/** Browsers and networks that cannot. */
async function poor(browser, { origin, codes }) {
    const without = {
        insecure: () => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined }),
        old: () => { delete globalThis.DecompressionStream; },
    };
    for (const [word, prepare] of Object.entries(without)) {
        const { context, page, goto } = await reader(browser, origin, { prepare });
        await goto(`/en${PAGES.member.address}`);
        expect(`${word} is told`, await said(page), word);
        expect(`${word} has no form`, await page.isVisible(".unlock"), false);
        await context.close();
    }
    for (const prepare of [
        () => Object.defineProperty(globalThis, "indexedDB", { value: undefined }),
        () => { IDBFactory.prototype.open = () => { throw new DOMException("no", "SecurityError"); }; },
        () => { IDBObjectStore.prototype.put = () => { throw new DOMException("no", "DataCloneError"); }; },
    ]) {
        const { context, page, goto } = await reader(browser, origin, { prepare });
        await goto(PAGES.member.address);
        await enter(page, codes.member);
        expect("without storage a page opens", [await opened(page, "member"), await said(page)], [true, "forgetful"]);
        expect("and it is said where it is seen", await page.isVisible("[data-km-said]"));
        await goto(PAGES.other.address);
        expect("without storage nothing is remembered", await opened(page, "other"), false);
        await context.close();
    }
    const userAgent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0.50";
    for (const [prepare, form] of [[undefined, true], [without.insecure, false]]) {
        const { context, page, goto } = await reader(browser, origin, { userAgent, prepare });
        await goto(PAGES.member.address);
        expect("in an app there is a way out", [await page.isVisible("[data-km-sheet]"), await page.isVisible(".unlock")], [true, form]);
        await context.close();
    }
    const { context, page, goto } = await reader(browser, origin, { strict: false });
    await goto(PAGES.member.address);
    await context.setOffline(true);
    expect("without a network", await enter(page, codes.member), "unavailable");
    await context.close();
}

/** A second visit without a network; and with one, never what is old. */
async function offline(browser, { origin, sealed, codes }) {
    const { context, page, goto } = await reader(browser, origin, { strict: false });
    await goto(PAGES.member.address);
    await enter(page, codes.member);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await page.waitForFunction(async () => (await caches.match(location.href)) !== undefined);
    await goto(PAGES.other.address);
    await context.setOffline(true);
    for (const name of ["other", "member"]) {
        await goto(PAGES[name].address);
        expect(`without a network, ${name} again`, await opened(page, name));
        expect("with its style", await page.evaluate(() => getComputedStyle(document.body).display), "grid");
    }
    await context.setOffline(false);
    const file = join(PAGES.member.address, "index.html");
    const text = sealed.read(file).toString();
    sealed.write({ "index.html": text.replace("</h1>", " RENEWED</h1>") }, PAGES.member.address);
    await goto(PAGES.member.address);
    expect("with a network the page is the new one", await page.isVisible("h1:has-text('RENEWED')"));
    sealed.write({ "index.html": text }, PAGES.member.address);
    await context.close();
}

/** How long a page of 50 kB takes from where its scripts begin to its text being on the screen, the keys known: told, and nothing fails by it. */
async function speed(browser, { origin, sealed, codes }) {
    const more = Array.from({ length: 570 }, (_, at) => `<p>${at} ${Math.sin(at).toString(36).repeat(6)}</p>`).join("");
    await sealed.seal({ other: { ...PAGES.other, inner: more } });
    const prepare = () => addEventListener("km:opened", () => requestAnimationFrame(() => requestAnimationFrame(() => {
        globalThis.shown = performance.now() - performance.getEntriesByType("navigation")[0].domInteractive;
    })));
    const { context, page, goto } = await reader(browser, origin, { prepare });
    await goto(PAGES.other.address);
    await enter(page, codes.member);
    const times = [];
    for (let turn = 0; turn < 20; turn += 1) {
        await goto(PAGES.other.address);
        times.push(await (await page.waitForFunction(() => globalThis.shown)).jsonValue());
    }
    await context.close();
    return `${Math.round(times.sort((a, b) => a - b)[10])} ms to open ${Math.round(more.length / 1000)} kB (median of 20)`;
}

await main("access", async ({ dist, origin }) => {
    const sealed = await SealedSite.of(dist);
    const server = await serve(sealed.dist);
    const { shop } = sealed;
    const codes = {
        member: await shop.sell("member", [["tier:member", 1]]),
        pro: await shop.sell("pro", [["tier:pro", 1]]),
        buyer: await shop.sell("buyer", [["product:member", 1]]),
        both: await shop.sell("both", [["product:member", 1], ["tier:member", 1]]),
    };
    await sealed.seal(PAGES);
    const site = { origin: server.origin, sealed, codes };
    let time;
    try {
        await browse(async (browser) => {
            weigh(dist);
            await demo(browser, { dist, origin });
            await visitor(browser, site);
            for (const prefix of ["", "/en"]) await member(browser, site, prefix);
            await tiers(browser, site);
            await account(browser, site);
            await progress(browser, site);
            await epochs(browser, site);
            await attacks(browser, site);
            await poor(browser, site);
            await offline(browser, site);
            time = await speed(browser, site);
        });
    } finally {
        server.stop();
        sealed.remove();
    }
    return { found, done: `unlocking, ${time}` };
});
