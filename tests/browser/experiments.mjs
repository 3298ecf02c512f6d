// A page with variants: who sees which, that it is right from the first paint on, and what is told of readers.
//
//   KMSITE__PROMOTION__BEACON=https://count.example.org/events kmsite build --out DIST
//   node tests/browser/experiments.mjs DIST
//
// The address that is told is played by an empty answer. The shares are counted with the page's own script, in Node.

import { runInNewContext } from "node:vm";
import { browse, main, pages, source } from "./site.mjs";

const BEACON = "https://count.example.org/events";
const READERS = 10_000;
const TEXT = "main h1";

const attribute = (html, name) => new RegExp(`<html[^>]* data-${name}="([^"]*)"`).exec(html)?.[1];

/** Which variant the page's own script gives a reader. */
function arm(script, html, reader) {
    const dataset = { base: "/", experiment: attribute(html, "experiment"), bounds: attribute(html, "bounds") };
    const documentElement = { dataset, classList: { add() {} } };
    const localStorage = { "km:/:reader": reader };
    runInNewContext(script, { document: { documentElement }, localStorage, navigator: {}, TextEncoder, crypto });
    return dataset.arm;
}

/** Whether 10,000 readers are shared out as the bounds say: each share within four deviations. */
function shares(html) {
    const script = /<script>([^]*?)<\/script>/.exec(html)[1];
    const bounds = [0, ...attribute(html, "bounds").split(" ").map(Number), 65_536];
    const counts = new Array(bounds.length - 1).fill(0);
    for (let number = 0; number < READERS; number += 1) counts[arm(script, html, `reader-${number}`)] += 1;
    return counts.flatMap((count, at) => {
        const share = (bounds[at + 1] - bounds[at]) / 65_536;
        const off = Math.abs(count - READERS * share) / Math.sqrt(READERS * share * (1 - share));
        return off < 4 ? [] : [`variant ${at} is seen by ${count} of ${READERS} readers, and not by ${share * READERS}`];
    });
}

/** Visits a page, and tells what its heading said in every frame, what is kept of the reader, and what was told. */
async function visit(browser, address, { reader, scripts = true, untracked = false, click = false } = {}) {
    const context = await browser.newContext({ viewport: { width: 800, height: 600 }, javaScriptEnabled: scripts });
    await context.addInitScript(
        ({ reader, untracked, text }) => {
            if (untracked) Object.defineProperty(navigator, "globalPrivacyControl", { value: true });
            if (reader) localStorage["km:/:reader"] = reader;
            globalThis.frames_said = [];
            const look = () => {
                const said = document.querySelector(text)?.innerText;
                if (said) globalThis.frames_said.push(said);
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        },
        { reader, untracked, text: TEXT },
    );
    const page = await context.newPage();
    const faults = [];
    const told = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await page.route(/^https:/, (route) => {
        const request = route.request();
        if (request.url().startsWith(BEACON)) told.push({ url: new URL(request.url()), body: request.postData() });
        return route.fulfill({ status: 200, headers: { "Access-Control-Allow-Origin": "*" }, contentType: "text/html", body: "" });
    });
    await page.goto(address, { waitUntil: "load" });
    const shown = (await page.innerText(TEXT)).trim();
    let frames = [];
    let kept;
    if (scripts) {
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        frames = await page.evaluate(() => globalThis.frames_said);
        kept = await page.evaluate(() => localStorage["km:/:reader"]);
        if (click) {
            await page.evaluate(() => addEventListener("click", (event) => event.preventDefault()));
            await page.click("main a.button:visible");
        }
        await page.waitForTimeout(100);
    }
    await context.close();
    const flickers = new Set(frames.map((said) => said.trim())).size > 1;
    return { shown, flickers, kept, faults, told };
}

await main("experiments", async ({ dist, origin }) => {
    const found = [];
    const tried = pages(dist).filter((address) => attribute(source(dist, address), "event") === "impression");
    if (tried.length === 0) found.push("no page has variants");
    await browse(async (browser) => {
        for (const address of tried) {
            const tell = (fault) => found.push(`${address}: ${fault}`);
            const html = source(dist, address);
            shares(html).forEach(tell);
            const script = /<script>([^]*?)<\/script>/.exec(html)[1];
            const variants = attribute(html, "variants").split(" ");
            const readerOf = (wanted) => Array.from({ length: 999 }, (_, at) => `reader-${at}`).find((id) => arm(script, html, id) === wanted);
            const url = origin + encodeURI(address);

            const said = new Set();
            for (let at = 0; at < variants.length; at += 1) {
                const reader = readerOf(at);
                const visits = [await visit(browser, url, { reader, click: true }), await visit(browser, url, { reader })];
                said.add(visits[0].shown);
                for (const { shown, flickers, faults, told } of visits) {
                    if (shown !== visits[0].shown) tell(`${variants[at]} says "${shown}", and "${visits[0].shown}" before`);
                    if (flickers) tell(`${variants[at]} flickers`);
                    faults.forEach(tell);
                    const [first] = told;
                    const line = JSON.parse(first?.body ?? "{}");
                    const expected = { reader, kind: "impression", experiment: attribute(html, "experiment"), variant: variants[at] };
                    for (const [key, value] of Object.entries(expected)) {
                        if (line[key] !== value || first.url.searchParams.get(key) !== value) tell(`${key} is told as ${line[key]}, and is ${value}`);
                    }
                }
                const kinds = visits[0].told.map(({ body }) => JSON.parse(body).kind).join(" ");
                if (kinds !== "impression click") tell(`of a visit with a click is told: ${kinds}`);
            }
            const usual = (await visit(browser, url, { reader: readerOf(0) })).shown;
            const without = await visit(browser, url, { scripts: false });
            if (without.shown !== usual) tell(`without scripts it says "${without.shown}", and not "${usual}"`);
            const untracked = await visit(browser, url, { untracked: true });
            if (untracked.shown !== usual) tell(`untracked it says "${untracked.shown}", and not "${usual}"`);
            if (untracked.kept || untracked.told.length) tell("a reader who asks not to be tracked is");
            const fresh = await visit(browser, url);
            if (!/^[0-9a-f]{32}$/.test(fresh.kept)) tell(`a reader is called ${fresh.kept}`);
            if (fresh.flickers || !said.has(fresh.shown)) tell(`a fresh reader sees "${fresh.shown}"`);

            const thanks = await visit(browser, `${url}thanks/`, { reader: readerOf(1) });
            const bought = JSON.parse(thanks.told[0]?.body ?? "{}");
            if (bought.kind !== "purchase" || bought.variant !== variants[1]) tell(`a purchase is told as ${JSON.stringify(bought)}`);
        }
    });
    return { found, done: `${tried.length} pages with variants, ${READERS} readers` };
});
