// Edits a site while `kmsite serve` shows it in a real browser, and looks whether the page follows.
//
//   node tests/browser/serve.mjs KMSITE [SHOTS]      KMSITE is the program; pictures go to SHOTS if it is given
//
// The site is made in a temporary folder. Fails with the first thing that is not as it should be, and on any script error.
// Needs tests/judges/install.sh to have run; CHROMIUM names another browser than the one in the path.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// No account, no updates, no traffic of its own.
const FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
const PATIENCE = 30_000;

const here = fileURLToPath(new URL(".", import.meta.url));
const judges = resolve(process.env.KMSITE_JUDGES ?? join(here, "../../target/judges"));
const { chromium } = createRequire(join(judges, "package.json"))("playwright-core");
const [program, shots] = process.argv.slice(2);
assert(program, "usage: node tests/browser/serve.mjs KMSITE [SHOTS]");

const root = mkdtempSync(join(tmpdir(), "kmsite-serve-"));
const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
};

const paragraphs = (count) => Array.from({ length: count }, (_, number) => `第 ${number} 段，写得不长。`).join("\n\n");
const article = (more, front = "") => `---\ntitle: 一篇文章\n${front}---\n${paragraphs(40)}\n\n<details><summary>打开</summary>里面</details>\n\n${more}\n`;
write("site.yaml", "title: { zh: 小站, en: Site }\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n");
write("content/articles/a.md", article("原来的一句。"));
write("content/en/articles/a.md", "# An article\n\nWords.\n");
write("content/articles/paid.md", "---\ntitle: 付费\ntier: member\n---\n公开。\n\n<!-- paywall -->\n\n会员才看得到。\n");

/** Starts the preview; its first line is its address. */
async function serve() {
    const server = spawn(resolve(program), ["serve", "--root", root, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const address = await new Promise((found, failed) => {
        server.on("error", failed);
        server.on("exit", (code) => failed(new Error(`the preview ended with ${code}`)));
        server.stdout.once("data", (text) => found(/http:\S+/.exec(text)[0]));
    });
    return { server, address };
}

const steps = [];
const step = (name, act) => steps.push({ name, act });

step("an edit appears in place: nothing is loaded again, one reads on where one was, what is open stays open", async ({ page, address }) => {
    await page.goto(`${address}articles/a/`);
    await page.evaluate(() => {
        window.stays = true;
        document.querySelector("details").open = true;
        window.paragraph = document.querySelector("main p");
        scrollTo({ top: 500, behavior: "instant" });
    });
    write("content/articles/a.md", article("换过的一句。"));
    await page.waitForFunction(() => document.body.textContent.includes("换过的一句"), null, { timeout: PATIENCE });
    assert.deepEqual(
        await page.evaluate(() => [window.stays, scrollY, document.querySelector("details").open, window.paragraph.isConnected]),
        [true, 500, true, true],
    );
});

step("a new title is the tab's, too", async ({ page }) => {
    write("content/articles/a.md", article("换过的一句。").replace("一篇文章", "换了题目"));
    await page.waitForFunction(() => document.title.includes("换了题目"), null, { timeout: PATIENCE });
    assert.equal(await page.evaluate(() => window.stays), true);
});

const overlay = (page, isShown) =>
    page.waitForFunction(
        (isShown) => {
            const found = document.querySelector("kmsite-preview")?.shadowRoot.querySelector(".overlay");
            return Boolean(found) && found.hidden !== isShown;
        },
        isShown,
        { timeout: PATIENCE },
    );

step("an error stands over the last good page and goes away with the fix", async ({ page, shoot }) => {
    write("content/articles/a.md", article("不好的一句。", "tier: mmber\n"));
    await overlay(page, true);
    const text = await page.evaluate(() => document.querySelector("kmsite-preview").shadowRoot.querySelector(".overlay").textContent);
    assert.match(text, /unknown tier `mmber`.*content\/articles\/a\.md:3:7.*did you mean `member`\?/s);
    assert.match(await page.textContent("body"), /换过的一句/);
    await shoot("overlay");
    write("content/articles/a.md", article("修好的一句。"));
    await overlay(page, false);
    await page.waitForFunction(() => document.body.textContent.includes("修好的一句"), null, { timeout: PATIENCE });
    assert.equal(await page.evaluate(() => window.stays), true);
});

step("a style sheet changes without the page being loaded again", async ({ page }) => {
    write("themes/default/assets/site.css", "body { background: rgb(1, 2, 3) }");
    await page.waitForFunction(() => getComputedStyle(document.body).backgroundColor === "rgb(1, 2, 3)", null, { timeout: PATIENCE });
    assert.deepEqual(await page.evaluate(() => [window.stays, document.querySelectorAll('head link[rel="stylesheet"]').length]), [true, 1]);
    rmSync(join(root, "themes"), { recursive: true });
    await page.waitForFunction(() => getComputedStyle(document.body).backgroundColor !== "rgb(1, 2, 3)", null, { timeout: PATIENCE });
});

step("a template changes in place", async ({ page }) => {
    write("themes/default/templates/article.html", '{% extends "theme/article.html" %}{% block after %}<p id="mark">记号</p>{% endblock after %}');
    await page.waitForSelector("#mark", { timeout: PATIENCE });
    assert.equal(await page.evaluate(() => window.stays), true);
});

step("the toolbar shows the page as a member sees it", async ({ page, address, shoot }) => {
    await page.goto(`${address}articles/paid/`);
    assert.doesNotMatch(await page.textContent("main"), /会员才看得到/);
    const view = page.locator("kmsite-preview select").first();
    await view.selectOption("tier:member");
    await page.waitForFunction(() => document.querySelector("main")?.textContent.includes("会员才看得到"), null, { timeout: PATIENCE });
    await shoot("member");
    await page.locator("kmsite-preview select").first().selectOption("visitor");
    await page.waitForFunction(() => !document.querySelector("main")?.textContent.includes("会员才看得到"), null, { timeout: PATIENCE });
});

step("the toolbar changes the language", async ({ page, address }) => {
    await page.goto(`${address}articles/a/`);
    await page.locator("kmsite-preview select").nth(1).selectOption("en");
    await page.waitForURL("**/en/articles/a/", { timeout: PATIENCE });
});

step("a copy is taken along as HTML and as text, with the addresses of the published site", async ({ page, address }) => {
    const origin = new URL(address).origin;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
    await page.goto(`${address}articles/paid/`);
    await page.locator('kmsite-preview a[href^="/_copy/"]').click();
    await page.locator('section[data-network="wechat"] .part button').first().click();
    await page.locator('section[data-network="wechat"] .part button', { hasText: "已复制" }).waitFor({ timeout: PATIENCE });
    const [html, plain] = await page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        return Promise.all(["text/html", "text/plain"].map(async (type) => (await item.getType(type)).text()));
    });
    assert.match(html, /style="/);
    assert.match(plain, /公开。/);
    assert.doesNotMatch(html + plain, /会员才看得到|127\.0\.0\.1/);
    const zhihu = page.locator('section[data-network="zhihu"] .part button').first();
    await zhihu.click();
    await page.locator('section[data-network="zhihu"] .part button', { hasText: "已复制" }).waitFor({ timeout: PATIENCE });
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^# 付费\n[^]*https:\/\/example\.org\/articles\/paid\/\?utm_source=zhihu/);
});

step("a mail is as wide as a phone, and shows its pictures or not", async ({ page, address, shoot }) => {
    await page.goto(`${new URL(address).origin}/_mail/?lang=zh&mail=announce/articles/paid`);
    await page.locator('select[name="width"]').selectOption("320");
    await page.locator('select[name="as"]').selectOption("tier:member");
    await page.locator("form button").click();
    const frame = page.locator("iframe");
    assert.equal(await frame.getAttribute("width"), "320");
    await page.frameLocator("iframe").getByText("会员才看得到").waitFor({ timeout: PATIENCE });
    const wide = await page.frameLocator("iframe").locator("html").evaluate((root) => root.scrollWidth).catch(() => 320);
    assert(wide <= 320, `it is ${wide} pixels wide`);
    await shoot("mail");
    await page.goto(`${address}articles/a/`);
});

step("what is broken from the start is shown, and the site as soon as it is mended", async ({ page, address, shoot }) => {
    write("site.yaml", "titel: x\n");
    await overlay(page, true);
    write("site.yaml", "title: { zh: 小站, en: Site }\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n");
    await overlay(page, false);
    await page.goto(`${address}en/articles/a/`);
    await shoot("mended");
});

const { server, address } = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    const shoot = async (name) => {
        if (!shots) return;
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: join(shots, `serve-${name}.png`) });
    };
    for (const { name, act } of steps) {
        await act({ page, address, shoot });
        assert.deepEqual(faults, [], name);
        console.log(`ok  ${name}`);
    }
} finally {
    await browser.close();
    server.kill();
    rmSync(root, { recursive: true });
}
