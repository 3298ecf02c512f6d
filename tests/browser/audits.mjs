// Audits a page of each important kind in both languages with axe-core and Lighthouse.
//
//   node tests/browser/audits.mjs DIST [RUNS]            at most RUNS of Lighthouse for each page and preset, default 5
//
// axe must find nothing in either colour scheme. Lighthouse must give 100 in all four categories, mobile and desktop: at once, or in the
// median of all runs, since a busy machine makes a page look slow. A score that is below 100 for its times alone is told and fails nothing.

import { FLAGS } from "../judges/browser.mjs";
import { browse, judge, judgePath, main, pages, source } from "./site.mjs";

const KINDS = ["home", "article", "course", "lesson", "chapter", "matrix", "pricing", "landing"];
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
// What a clock measures, and so depends on the machine.
const TIMED = ["first-contentful-paint", "largest-contentful-paint", "speed-index", "total-blocking-time"];

/** The first page of each kind in each language. */
function chosen(dist) {
    const found = new Map();
    for (const address of pages(dist)) {
        const html = source(dist, address);
        const lang = /<html[^>]* lang="([a-z]+)/.exec(html)?.[1];
        const classes = /<body class="([^"]*)"/.exec(html)?.[1].split(" ") ?? [];
        for (const kind of KINDS) {
            const key = `${kind} ${lang}`;
            if (classes.includes(`${kind}-page`) && !found.has(key)) found.set(key, address);
        }
    }
    return found;
}

/** What axe finds on a page, light and dark. */
async function axe(browser, address) {
    const found = [];
    for (const colorScheme of ["light", "dark"]) {
        // The policy of pages lets no script of ours in; what is judged is the page, not the policy.
        const context = await browser.newContext({ colorScheme, bypassCSP: true, reducedMotion: "reduce" });
        const page = await context.newPage();
        await page.goto(address, { waitUntil: "load" });
        await page.addScriptTag({ path: judgePath("axe-core/axe.min.js") });
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        for (const { id, help, nodes } of violations) found.push(`axe, ${colorScheme}: ${id} (${help}): ${nodes[0].html.slice(0, 120)}`);
        await context.close();
    }
    return found;
}

/** The median of each category's score. */
async function lighthouse(run, port, { address, preset, runs }) {
    const { default: lighthouse, desktopConfig } = run;
    const scores = Object.fromEntries(CATEGORIES.map((category) => [category, []]));
    let last;
    for (let at = 0; at < runs; at += 1) {
        const options = { port, output: "json", logLevel: "error", onlyCategories: CATEGORIES };
        last = (await lighthouse(address, options, preset === "desktop" ? desktopConfig : undefined)).lhr;
        for (const category of CATEGORIES) scores[category].push(Math.round(last.categories[category].score * 100));
        if (at === 0 && CATEGORIES.every((category) => scores[category][0] === 100)) return [];
    }
    const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
    return CATEGORIES.filter((category) => median(scores[category]) < 100).flatMap((category) => {
        const refs = last.categories[category].auditRefs.filter(({ weight }) => weight > 0);
        const low = refs.map(({ id }) => last.audits[id]).filter(({ score }) => score !== null && score < 1).map(({ id }) => id);
        const told = `Lighthouse, ${preset}: ${category} ${median(scores[category])} (${low.join(", ")})`;
        if (low.length > 0 && low.every((id) => TIMED.includes(id))) {
            console.log(`${address}: ${told}`);
            return [];
        }
        return [told];
    });
}

await main("audits", async ({ dist, origin, rest }) => {
    const runs = Number(rest[0] ?? 5);
    const addresses = chosen(dist);
    const found = [];
    const tell = (name, faults) => found.push(...faults.map((fault) => `${name}: ${fault}`));
    for (const kind of KINDS) for (const lang of ["zh", "en"]) if (!addresses.has(`${kind} ${lang}`)) found.push(`there is no ${kind} in ${lang}`);
    await browse(async (browser) => {
        for (const [name, address] of addresses) tell(name, await axe(browser, origin + encodeURI(address)));
    });
    if (runs > 0) {
        const run = await import(judgePath("lighthouse"));
        const { launch } = judge("chrome-launcher");
        const chrome = await launch({ chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromeFlags: ["--headless", ...FLAGS], logLevel: "error" });
        try {
            for (const [name, address] of addresses) {
                for (const preset of ["mobile", "desktop"]) {
                    tell(name, await lighthouse(run, chrome.port, { address: origin + encodeURI(address), preset, runs }));
                }
            }
        } finally {
            await chrome.kill();
        }
    }
    return { found, done: `${addresses.size} pages, Lighthouse ${runs} times at most` };
});
