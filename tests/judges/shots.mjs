// Photographs pages of a built site in a real browser: each at 360 and 1280 pixels, light and dark.
//
//   node tests/judges/shots.mjs DIST OUT [ADDRESS…]      addresses as `/` or `/en/about/`; default `/`
//
// Writes OUT/<address>-<width>-<scheme>.png (the whole page), and says what no picture shows: script errors, requests that failed or
// left the machine, and pages wider than the screen. Fails if there is any of these, or no browser. The site must be built for the
// root of its host. Needs tests/judges/install.sh to have run; CHROMIUM names another browser than the one in the path.

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { launch, open, serve } from "./browser.mjs";

const WIDTHS = [360, 1280];
const SCHEMES = ["light", "dark"];
/** Photographs one page once; returns what was wrong with it. */
async function shoot(browser, { origin, address, width, scheme, file }) {
    const found = [];
    const watch = (page) => {
        page.on("pageerror", (error) => found.push(`script error: ${error.message}`));
        page.on("console", (message) => {
            // A failed load is told below, with its address.
            if (message.type() === "error" && !message.text().startsWith("Failed to load")) found.push(`console: ${message.text()}`);
        });
        page.on("response", (response) => response.status() >= 400 && found.push(`${response.status()} for ${response.url()}`));
        page.on("request", (request) => {
            const url = request.url();
            if (!url.startsWith(origin) && !url.startsWith("data:")) found.push(`request out of the site: ${url}`);
        });
    };
    const page = await open(browser, { url: origin + encodeURI(address), width, scheme, watch });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (overflow > 0) found.push(`${overflow} pixels wider than the screen`);
    await page.screenshot({ path: file, fullPage: true });
    await page.context().close();
    return found;
}

/** Photographs every address at every width in every scheme, tells the faults, and returns how many there were. */
async function shootAll(browser, { origin, out, addresses }) {
    let faults = 0;
    for (const address of addresses) {
        const name = address.replaceAll("/", " ").trim().replaceAll(" ", "_") || "home";
        for (const [width, scheme] of WIDTHS.flatMap((width) => SCHEMES.map((scheme) => [width, scheme]))) {
            const file = join(out, `${name}-${width}-${scheme}.png`);
            const found = await shoot(browser, { origin, address, width, scheme, file });
            for (const fault of found) console.error(`${address} at ${width}, ${scheme}: ${fault}`);
            faults += found.length;
        }
    }
    return faults;
}

async function main() {
    const [dist, out, ...addresses] = process.argv.slice(2);
    if (!out) throw new Error("usage: shots.mjs DIST OUT [ADDRESS…]");
    mkdirSync(out, { recursive: true });

    const server = await serve(resolve(dist));
    let browser;
    try {
        browser = await launch();
        const faults = await shootAll(browser, { origin: server.origin, out, addresses: addresses.length ? addresses : ["/"] });
        console.log(`pictures are in ${out}`);
        process.exitCode = faults ? 1 : 0;
    } finally {
        await browser?.close();
        server.stop();
    }
}

main().catch((error) => {
    console.error(`shots.mjs: ${error.message}`);
    process.exit(2);
});
