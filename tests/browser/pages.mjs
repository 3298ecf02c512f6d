// Opens every page of a built site: nothing may fail, be refused or leave the site; nothing may scroll sideways; no article is heavy.
//
//   node tests/browser/pages.mjs DIST
//
// 320 pixels is the narrowest screen there is (WCAG 2.2, 1.4.10); 640 is a screen of 1280 at 200 % zoom.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { browse, leadsOn, main, pages, source, watch } from "./site.mjs";

const WIDTHS = [320, 640];
/** Pages that a test has open at a time. */
const AT_ONCE = 4;
/** What an article without pictures may weigh: HTML, style sheet and script, in bytes. What unlocks is weighed by access.mjs. */
const HEAVIEST = { plain: 60_000, gzipped: 20_000 };

async function look(browser, { dist, origin }, address) {
    const faults = [];
    const context = await browser.newContext({ viewport: { width: WIDTHS[0], height: 720 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => {
            console.error(`policy: ${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`);
        });
    });
    watch(page, origin, faults);
    await page.goto(origin + encodeURI(address), { waitUntil: "load" });
    // A page that sends its readers on is looked at where it leads.
    if (leadsOn(dist, address)) await page.waitForURL((url) => url.pathname !== encodeURI(address), { waitUntil: "load" });
    for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 720 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (overflow > 0) faults.push(`${overflow} pixels wider than a screen of ${width}`);
    }
    await context.close();
    return faults.map((fault) => `${address}: ${fault}`);
}

/** Articles without pictures that weigh too much with what every page loads. */
function heavy(dist, addresses) {
    return addresses.flatMap((address) => {
        const html = source(dist, address);
        const text = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
        if (!/<body class="[^"]*\barticle-page\b/.test(html) || /<(img|svg|video|audio)\b/.test(text)) return [];
        const loaded = [...html.matchAll(/<(?:link rel="stylesheet" href|script src)="(?!\/assets\/access\.)([^"]+)"/g)].map((match) => readFileSync(join(dist, match[1])));
        const all = [Buffer.from(html), ...loaded];
        const plain = all.reduce((sum, bytes) => sum + bytes.length, 0);
        const gzipped = all.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
        const fits = plain <= HEAVIEST.plain && gzipped <= HEAVIEST.gzipped;
        return fits ? [] : [`${address}: weighs ${plain} bytes, ${gzipped} gzipped`];
    });
}

await main("pages", async (site) => {
    const { dist } = site;
    const addresses = pages(dist);
    const found = heavy(dist, addresses);
    await browse(async (browser) => {
        const waiting = [...addresses];
        const worker = async () => {
            for (let address = waiting.shift(); address; address = waiting.shift()) found.push(...(await look(browser, site, address)));
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
    });
    return { found: found.sort(), done: `${addresses.length} pages` };
});
