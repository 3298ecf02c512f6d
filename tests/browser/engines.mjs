// Unlocking in engines other than Chromium: Firefox by WebDriver BiDi, WebKitGTK by its WebDriver. Keys, storage, and the site's policy are
// what engines differ in.
//
//   node tests/browser/engines.mjs DIST
//
// Debian's firefox-esr, webkit2gtk-driver and xvfb (tests/judges/install.sh). FIREFOX and WEBKIT name other programs.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { judge, main, serve } from "./site.mjs";
import { PAGES, SealedSite } from "./access/site.mjs";

async function freePort() {
    const server = createServer();
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address();
    await new Promise((closed) => server.close(closed));
    return port;
}

/** Firefox, as what the test asks of a browser: go somewhere, evaluate there, end. */
async function firefox() {
    const profile = mkdtempSync(join(tmpdir(), "kmsite-firefox-"));
    const browser = await judge("puppeteer-core").launch({
        browser: "firefox",
        executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
        headless: true,
        userDataDir: profile,
        // It is not to call home.
        extraPrefsFirefox: { "network.captive-portal-service.enabled": false, "network.connectivity-service.enabled": false, "services.settings.server": "data:,", "toolkit.telemetry.enabled": false, "app.normandy.enabled": false },
    });
    const page = await browser.newPage();
    return {
        goto: (url) => page.goto(url, { waitUntil: "load" }),
        evaluate: (script) => page.evaluate(`(() => { ${script} })()`),
        end: async () => {
            await browser.close();
            rmSync(profile, { recursive: true, force: true });
        },
    };
}

/** WebKitGTK, likewise. */
async function webkit() {
    const port = await freePort();
    const display = `:${90 + (process.pid % 100)}`;
    const screen = spawn("Xvfb", [display, "-screen", "0", "1280x900x24", "-nolisten", "tcp"], { stdio: "ignore" });
    const home = mkdtempSync(join(tmpdir(), "kmsite-webkit-"));
    const env = { ...process.env, DISPLAY: display, HOME: home, XDG_RUNTIME_DIR: home, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", LIBGL_ALWAYS_SOFTWARE: "1", NO_AT_BRIDGE: "1" };
    const driver = spawn(process.env.WEBKIT ?? "WebKitWebDriver", [`--port=${port}`], { env, stdio: "ignore" });
    const ask = async (method, path, body) => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
        const { value } = await response.json();
        if (!response.ok) throw new Error(`WebKit: ${value.error}: ${value.message}`);
        return value;
    };
    for (let turn = 0; turn < 50; turn += 1) {
        await pause(200);
        if (await ask("GET", "/status").catch(() => null)) break;
    }
    const { sessionId } = await ask("POST", "/session", { capabilities: { alwaysMatch: {} } });
    return {
        goto: (url) => ask("POST", `/session/${sessionId}/url`, { url }),
        evaluate: (script) => ask("POST", `/session/${sessionId}/execute/sync`, { script, args: [] }),
        end: async () => {
            await ask("DELETE", `/session/${sessionId}`).catch(() => {});
            driver.kill();
            screen.kill();
            await pause(500);
            rmSync(home, { recursive: true, force: true });
        },
    };
}

/** Waits until a script gives something. */
async function until(browser, script) {
    let value;
    for (let turn = 0; turn < 100; turn += 1) {
        value = await browser.evaluate(script);
        if (value) return value;
        await pause(100);
    }
    return value;
}

const WORD = `const status = document.querySelector("[data-km-said]").textContent;
    const words = [...document.querySelector("[data-km-words]").content.querySelectorAll("[data-word]")];
    const word = words.find(({ textContent }) => textContent === status)?.dataset.word;
    return word && word !== "opening" ? word : null;`;

async function unlock(name, browser, { origin, code }, found) {
    const expect = (what, is, wanted = true) => {
        if (is !== wanted) found.push(`${name}, ${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
    };
    const enter = (text) => browser.evaluate(`globalThis.refused = [];
        addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
        document.querySelector("[data-km-said]").textContent = "";
        const form = document.querySelector("[data-km-form]");
        form.password.value = ${JSON.stringify(text)};
        form.requestSubmit();`);
    await browser.goto(origin + PAGES.member.address);
    await enter(code.replace(/.$/, (sign) => (sign === "0" ? "2" : "0")));
    expect("a mistyped code", await until(browser, WORD), "mistyped");
    await enter(code);
    expect("a code", await until(browser, WORD), "opened");
    expect("the text", await browser.evaluate(`return document.body.innerText.includes("SECRET-member")`));
    expect("a sealed picture", await until(browser, `return document.querySelector(".opened img").naturalWidth === 1`));
    expect("what the policy refused", await browser.evaluate("return refused.join()"), "");
    await browser.goto(origin + PAGES.other.address);
    expect("the next page, by itself", await until(browser, WORD), "opened");
    expect("its text", await browser.evaluate(`return document.body.innerText.includes("SECRET-other")`));
    await browser.goto(`${origin}/account/`);
    expect("the account", await until(browser, `return !document.querySelector('[data-km-grant="tier:member"]').hidden`));
    await browser.evaluate(`document.querySelector("[data-km-forget]").click(); document.querySelector("[data-km-forget]").click();`);
    await pause(1500);
    await browser.goto(origin + PAGES.member.address);
    await pause(500);
    expect("after forgetting", await browser.evaluate(`return document.body.innerText.includes("SECRET-member")`), false);
}

await main("engines", async ({ dist }) => {
    const found = [];
    const sealed = await SealedSite.of(dist);
    const server = await serve(sealed.dist);
    const code = await sealed.shop.sell("member", [["tier:member", 1]]);
    await sealed.seal(PAGES);
    try {
        for (const [name, launch] of Object.entries({ Firefox: firefox, WebKit: webkit })) {
            const browser = await launch();
            try {
                await unlock(name, browser, { origin: server.origin, code }, found);
            } finally {
                await browser.end();
            }
        }
    } finally {
        server.stop();
        sealed.remove();
    }
    return { found, done: "Firefox and WebKit" };
});
