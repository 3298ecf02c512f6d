// What the judges that look at pages in a browser share: a file server for a built site, and a browser without a will of its own.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// No account, no updates, no traffic of its own; the profile is a fresh folder each time (playwright's doing).
export const FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

const here = fileURLToPath(new URL(".", import.meta.url));
const judges = resolve(process.env.KMSITE_JUDGES ?? join(here, "../../target/judges"));

/** Serves a folder on a free port of the loopback interface. */
export async function serve(folder) {
    const server = spawn("python3", ["-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", folder, "0"], {
        stdio: ["ignore", "pipe", "ignore"],
    });
    const port = await new Promise((found, failed) => {
        server.on("error", failed);
        server.on("exit", (code) => failed(new Error(`the file server ended with ${code}`)));
        server.stdout.on("data", (text) => {
            const match = /port (\d+)/.exec(text);
            if (match) found(match[1]);
        });
    });
    process.on("exit", () => server.kill());
    return { origin: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

/** Starts the browser; CHROMIUM names another one than that in the path. */
export async function launch() {
    const require = createRequire(join(judges, "package.json"));
    const { chromium } = require("playwright-core");
    return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** Opens a page of a size and colour scheme, all its images loaded. `watch` gets the page before anything happens on it. */
export async function open(browser, { url, width, scheme, watch = () => {} }) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    watch(page);
    await page.goto(url, { waitUntil: "load" });
    // Lazy images load only when they come near the screen.
    await page.evaluate(() => {
        for (const image of document.images) image.loading = "eager";
        return Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
    });
    return page;
}
