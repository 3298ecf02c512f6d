// A built site as a host would serve it, and a browser to look at it with.
//
// The server keeps to `_headers`, so that the policy of the site holds as it does on a host, and compresses texts. Needs
// tests/judges/install.sh to have run; CHROMIUM names another browser than the one in the path.

import { createServer } from "node:http";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launch } from "../judges/browser.mjs";

const TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ics": "text/calendar; charset=utf-8",
};

const here = fileURLToPath(new URL(".", import.meta.url));
const judges = resolve(process.env.KMSITE_JUDGES ?? join(here, "../../target/judges"));

/** Loads a package of the judges. */
export const judge = createRequire(join(judges, "package.json"));

/** The path of a package's module, for `import()`. */
export const judgePath = (name) => judge.resolve(name);

/** The rules of `_headers`: `[prefix, [[name, value]…]]` in order. */
function rules(dist) {
    const found = [];
    for (const line of readFileSync(join(dist, "_headers"), "utf8").split("\n")) {
        if (/^\S/.test(line)) found.push([line.replace(/\*$/, ""), []]);
        else if (line.trim()) found.at(-1)[1].push(/^\s*([^:]+):\s*(.*)$/.exec(line).slice(1));
    }
    return found;
}

/** Serves a folder on a free port of the loopback interface. */
export async function serve(dist) {
    const headers = rules(dist);
    const server = createServer((request, response) => {
        const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
        let file = join(dist, path.endsWith("/") ? `${path}index.html` : path);
        let status = 200;
        if (!file.startsWith(dist) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
            file = join(dist, "404.html");
            status = 404;
        }
        for (const [prefix, set] of headers) if (path.startsWith(prefix)) for (const [name, value] of set) response.setHeader(name, value);
        const type = TYPES[extname(file)] ?? "application/octet-stream";
        response.setHeader("Content-Type", type);
        let body = readFileSync(file);
        if (/text|json|xml/.test(type) && /gzip/.test(request.headers["accept-encoding"] ?? "")) {
            body = gzipSync(body);
            response.setHeader("Content-Encoding", "gzip");
        }
        response.writeHead(status).end(body);
    });
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** The addresses of all pages of a folder, in order. */
export function pages(dist, folder = "/") {
    return readdirSync(join(dist, folder), { withFileTypes: true })
        .flatMap((entry) => {
            if (entry.isDirectory()) return pages(dist, `${folder}${entry.name}/`);
            if (entry.name === "index.html") return [folder];
            return entry.name.endsWith(".html") ? [`${folder}${entry.name}`] : [];
        })
        .sort();
}

/** The HTML of an address. */
export const source = (dist, address) => readFileSync(join(dist, address, address.endsWith("/") ? "index.html" : ""), "utf8");

/** Whether a page sends its readers on to another. */
export const leadsOn = (dist, address) => /http-equiv="refresh"/.test(source(dist, address));

/** Opens a browser, hands it to `work`, and closes it whatever happens. */
export async function browse(work) {
    const browser = await launch();
    try {
        return await work(browser);
    } finally {
        await browser.close();
    }
}

/** Collects whatever is wrong with what a page loads and runs. */
export function watch(page, origin, found) {
    page.on("pageerror", (error) => found.push(`script error: ${error.message}`));
    page.on("console", (message) => {
        // A failed load is told below, with its address.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) found.push(`console: ${message.text()}`);
    });
    page.on("requestfailed", (request) => {
        const why = request.failure()?.errorText;
        // A page that sends its readers on gives up what it was loading.
        if (why !== "net::ERR_ABORTED") found.push(`failed request: ${request.url()} (${why})`);
    });
    page.on("response", (response) => response.status() >= 400 && found.push(`${response.status()} for ${response.url()}`));
    page.on("request", (request) => {
        const url = request.url();
        if (![origin, `blob:${origin}`, "data:"].some((own) => url.startsWith(own))) found.push(`request out of the site: ${url}`);
    });
}

/** Runs a test over the folder that the command line names; ends with 1 if it found anything, with 2 if it could not run. */
export async function main(name, test) {
    const [dist, ...rest] = process.argv.slice(2);
    if (!dist) {
        console.error(`usage: ${name} DIST`);
        process.exit(2);
    }
    const folder = resolve(dist);
    const server = await serve(folder);
    try {
        const { found, done } = await test({ dist: folder, origin: server.origin, rest });
        for (const fault of found) console.error(fault);
        console.log(`${name}: ${done}, ${found.length} faults`);
        process.exitCode = found.length ? 1 : 0;
    } catch (error) {
        console.error(`${name}: ${error.stack}`);
        process.exitCode = 2;
    } finally {
        server.stop();
    }
}
