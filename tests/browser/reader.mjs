// Reads a built site as people do who have no mouse, no JavaScript, or a printer.
//
//   node tests/browser/reader.mjs DIST

import { browse, leadsOn, main, pages, watch } from "./site.mjs";

/** The first page of a kind in a language, by the class of its body. */
async function first(page, { origin, dist }, kind, lang) {
    for (const address of pages(dist)) {
        if (address.startsWith("/en/") !== (lang === "en")) continue;
        const text = await (await page.request.get(origin + encodeURI(address))).text();
        if (new RegExp(`<body class="[^"]*\\b${kind}-page\\b`).test(text)) return address;
    }
    throw new Error(`there is no ${kind} in ${lang}`);
}

/** What a reader presses on a lesson: how its HTML begins, and what must change in the page. */
const CONTROLS = [
    { what: "switch the theme", is: /^<button class="scheme\b/, changed: () => document.documentElement.dataset.theme },
    { what: "mark the lesson done", is: /^<button[^>]* data-mark\b/, changed: () => document.activeElement.getAttribute("aria-pressed") },
];

/** Presses Tab until what is focused fits, and tells whether its focus can be seen. */
async function tabTo(page, fits) {
    for (let presses = 0; presses < 200; presses += 1) {
        await page.keyboard.press("Tab");
        const seen = await page.evaluate(() => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            const visible = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
            return { html: element.outerHTML.slice(0, 300), href: element.getAttribute("href"), ring: visible || style.boxShadow !== "none" };
        });
        if (fits(seen)) return seen;
    }
    return null;
}

/** Reaches, reads and leaves a page by keyboard alone. */
async function keyboard(browser, site, lang) {
    const found = [];
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    watch(page, site.origin, found);
    const home = lang === "en" ? "/en/" : "/";
    await page.goto(site.origin + home);
    const skip = await tabTo(page, ({ href }) => href?.startsWith("#"));
    if (!skip) found.push("no skip link can be reached");
    else {
        if (!skip.ring) found.push("the focus of the skip link cannot be seen");
        await page.keyboard.press("Enter");
        const led = page.waitForFunction(() => location.hash, null, { timeout: 5000 });
        if (!(await led.catch(() => null))) found.push("the skip link leads nowhere");
    }
    const lesson = await first(page, site, "lesson", lang);
    await page.goto(site.origin + encodeURI(lesson));
    for (const { what, is, changed } of CONTROLS) {
        if (!(await tabTo(page, ({ html }) => is.test(html)))) {
            found.push(`nobody can ${what} by keyboard`);
            continue;
        }
        const before = await page.evaluate(changed);
        await page.keyboard.press("Enter");
        if ((await page.evaluate(changed)) === before) found.push(`nothing happens on the way to ${what}`);
    }
    await page.goto(site.origin + encodeURI(lesson));
    const other = await tabTo(page, ({ html }) => /hreflang=/.test(html));
    if (!other) found.push("the other language cannot be reached");
    else {
        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
        const spoken = await page.getAttribute("html", "lang");
        if (spoken.startsWith(lang)) found.push("the language stays the same");
    }
    await context.close();
    return found.map((fault) => `keyboard, ${lang}: ${fault}`);
}

/** The texts of a page's main part that can be seen. */
const seen = (page) =>
    page.locator("main :is(p, li, h1, h2, h3, td, pre, dd)").evaluateAll((elements) =>
        elements
            .filter((element) => !element.closest(".js-only") && element.textContent.trim())
            .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
            .map((element) => element.firstChild.textContent.trim().slice(0, 40)),
    );

/** Whatever can be read with scripts can be read without them. */
async function scriptless(browser, site) {
    const found = [];
    const contexts = [await browser.newContext(), await browser.newContext({ javaScriptEnabled: false })];
    const [scripted, plain] = await Promise.all(contexts.map((context) => context.newPage()));
    for (const address of pages(site.dist).filter((address) => !leadsOn(site.dist, address))) {
        await Promise.all([scripted, plain].map((page) => page.goto(site.origin + encodeURI(address))));
        const without = new Set(await seen(plain));
        for (const text of await seen(scripted)) {
            if (!without.has(text)) found.push(`without scripts, ${address}: "${text}" cannot be seen`);
        }
        if (!without.size) found.push(`without scripts, ${address}: nothing can be seen`);
    }
    await Promise.all(contexts.map((context) => context.close()));
    return found;
}

/** On paper there is the text, and nothing to press. */
async function printed(browser, site, lang) {
    const found = [];
    const context = await browser.newContext();
    const page = await context.newPage();
    const lesson = await first(page, site, "lesson", lang);
    await page.goto(site.origin + encodeURI(lesson));
    await page.emulateMedia({ media: "print" });
    const shown = await page.evaluate(() => {
        const visible = (element) => element.checkVisibility();
        const names = (selector) => [...document.querySelectorAll(selector)].filter(visible).map((element) => element.outerHTML.slice(0, 80));
        return {
            chrome: names("header.site-header, nav, button, .site-footer nav"),
            text: names("main h1, main p").length,
        };
    });
    for (const html of shown.chrome) found.push(`${html} is printed`);
    if (shown.text < 2) found.push("the text is not printed");
    await context.close();
    return found.map((fault) => `print, ${lang}: ${fault}`);
}

await main("reader", async (site) => {
    const found = [];
    await browse(async (browser) => {
        for (const lang of ["zh", "en"]) {
            found.push(...(await keyboard(browser, site, lang)));
            found.push(...(await printed(browser, site, lang)));
        }
        found.push(...(await scriptless(browser, site)));
    });
    return { found, done: "keyboard, print and no scripts" };
});
