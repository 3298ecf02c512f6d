// Comments and analytics: they load when they are configured and wanted, under the policy of the site, and not before.
//
//   KMSITE__COMMENTS__GISCUS='{repo: a/b, repo_id: R, category: C, category_id: D}' \
//   KMSITE__ANALYTICS__UMAMI='{website_id: w}' KMSITE__ANALYTICS__BAIDU='{id: abc}' kmsite build --out DIST
//   node tests/browser/services.mjs DIST
//
// Without Baidu, whose script they would stop, the policy asks for Trusted Types, and the others must load under them too.
// Nothing is asked of the services themselves: their scripts are played by empty ones.

import { browse, main, pages, source } from "./site.mjs";

const SERVICES = { giscus: "https://giscus.app/client.js", umami: "https://cloud.umami.is/script.js", baidu: "https://hm.baidu.com/hm.js" };

/** Opens a page as a reader with these wishes, goes to its end, and tells which services were asked and what the policy refused. */
async function visit(browser, address, wishes) {
    const asked = new Set();
    const refused = [];
    const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
    if (wishes.untracked) await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && refused.push(message.text()));
    page.on("request", (request) => {
        const url = request.url();
        if (url.startsWith("https:")) asked.add(Object.keys(SERVICES).find((name) => url.startsWith(SERVICES[name])) ?? url);
    });
    const empty = { contentType: "text/javascript", headers: { "Access-Control-Allow-Origin": "*" }, body: "" };
    await page.route(/^https:/, (route) => route.fulfill(empty));
    await page.goto(address, { waitUntil: "load" });
    const early = asked.has("giscus") && (await page.evaluate(() => document.body.scrollHeight > innerHeight * 3));
    const coming = page.waitForRequest((request) => request.url() === SERVICES.giscus, { timeout: 5000 }).catch(() => {});
    const near = await page.evaluate(() => {
        const frame = document.querySelector(".comments-frame");
        frame?.scrollIntoView();
        return frame !== null;
    });
    if (near && !asked.has("giscus")) await coming;
    await context.close();
    return { asked: [...asked].sort().join(" "), early, refused };
}

await main("services", async ({ dist, origin }) => {
    const found = [];
    const article = pages(dist).find((address) => /<body class="[^"]*\barticle-page\b/.test(source(dist, address)));
    const expect = async (browser, address, wishes, wanted) => {
        const { asked, early, refused } = await visit(browser, origin + encodeURI(address), wishes);
        if (asked !== wanted) found.push(`${address}, ${JSON.stringify(wishes)}: asked "${asked}", not "${wanted}"`);
        if (early) found.push(`${address}: comments load before the reader comes near`);
        found.push(...refused.map((text) => `${address}: ${text}`));
    };
    const counted = ["baidu", "umami"].filter((name) => source(dist, "/").includes(` data-${name}=`)).join(" ");
    await browse(async (browser) => {
        await expect(browser, article, {}, counted.replace("umami", "giscus umami"));
        await expect(browser, article, { untracked: true }, "giscus");
        await expect(browser, "/pricing/", {}, counted);
        await expect(browser, "/404.html", {}, "");
    });
    return { found, done: "comments and analytics" };
});
