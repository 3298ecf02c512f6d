// A site in edge mode behind the real nginx: who gets what, by raw requests and in a browser.
//
//   node tests/nginx/edge.mjs KMSITE        KMSITE is the program; NGINX names another server than the one in the path
//
// Sites are made in a temporary folder, at `/` and below a path. Readers' passes are made of their codes here, by the format and not by the program.
// Needs tests/judges/install.sh to have run. Fails if anything is not as it should be.

import { execFileSync, spawn } from "node:child_process";
import { hkdfSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { browse } from "../browser/site.mjs";

const nginx = process.env.NGINX ?? ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].find((path) => existsSync(path)) ?? "nginx";
const [program] = process.argv.slice(2);
if (!program) {
    console.error("usage: edge.mjs KMSITE");
    process.exit(2);
}

const faults = [];
let count = 0;
const expect = (what, found, wanted = true) => {
    count += 1;
    if (JSON.stringify(found) !== JSON.stringify(wanted)) faults.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
};

const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

const piece = (title, tier, open, paid) => `---\ntitle: ${title}\n${tier}---\n${open}\n\n<!-- paywall -->\n\n${paid}\n`;

/** Makes a site, with a member, a pro, a buyer and one who is to be revoked. */
function site(root, base) {
    const write = (path, text) => {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
    };
    write("site.yaml", `title: { zh: 站, en: Site }
base_url: https://example.org${base}
languages: { default: zh, others: [en] }
tiers: [{ id: free }, { id: member }, { id: pro }]
products: [{ id: course, includes: [articles/single] }]
access: { mode: edge }
recommend: { model: none }
`);
    write("content/articles/免费.md", "# 免费\n\nEVERYBODY\n");
    write("content/articles/会员.md", piece("会员", "tier: member\n", "TEASER-m ![](shared.png)", '<p style="width: 4321px">PAID-m</p>\n\n![](paid.png) [f](paid.bin)'));
    write("content/articles/pro.md", piece("Pro", "tier: pro\n", "TEASER-p", "PAID-p ![](paid.png)"));
    write("content/articles/single.md", piece("Single", "tier: pro\n", "TEASER-s", "PAID-s"));
    write("content/en/articles/one.md", piece("One", "tier: member\n", "TEASER-e", "PAID-e ![](../../articles/shared.png)"));
    write("content/articles/paid.bin", Buffer.alloc(5000, "PAID-file "));
    write("content/articles/paid.png", PICTURE);
    write("content/articles/shared.png", Buffer.concat([PICTURE, Buffer.from("shared")]));
    const run = (...args) => execFileSync(resolve(program), ["--root", root, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    run("keys", "init");
    const issue = (what, name) => JSON.parse(run("keys", "issue", "--for", what, "--name", name, "--json"));
    const codes = Object.fromEntries([["member", "tier:member"], ["pro", "tier:pro"], ["buyer", "product:course"], ["gone", "tier:member"]]
        .map(([name, what]) => [name, issue(what, name).code]));
    const build = (...args) => run("build", "--strict", ...args);
    build();
    return { write, run, build, codes };
}

/** The pass of a code: HKDF of its 120 bits, as 32 hexadecimal digits. */
function pass(code) {
    const bits = [...code.slice(3).replaceAll("-", "")].slice(0, 24)
        .map((sign) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(sign).toString(2).padStart(5, "0")).join("");
    const label = Buffer.from("kmsite/1/pass");
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(label.length));
    return Buffer.from(hkdfSync("sha256", Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2))), Buffer.alloc(0), Buffer.concat([length, label]), 16)).toString("hex");
}

const freePort = () => new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
        const { port } = probe.address();
        probe.close(() => found(port));
    });
});

/** Starts nginx on a site as the README tells. */
async function start(root, extra = "") {
    const port = await freePort();
    const behind = join(root, "dist-guarded");
    chmodSync(root, 0o755);
    writeFileSync(join(root, "nginx.conf"), `daemon off; pid ${root}/nginx.pid; worker_processes 1; error_log ${root}/error.log;
events { worker_connections 64; }
http {
    access_log off; default_type application/octet-stream;
    types { text/html html; text/css css; text/javascript js; image/png png; image/webp webp; }
    client_body_temp_path ${root}/t1; proxy_temp_path ${root}/t2; fastcgi_temp_path ${root}/t3; uwsgi_temp_path ${root}/t4; scgi_temp_path ${root}/t5;
    include ${behind}/nginx/http.conf;
    server {
        listen 127.0.0.1:${port};
        ${extra}
        set $km_public ${root}/dist;
        set $km_guarded ${behind};
        include ${behind}/nginx/server.conf;
        include ${behind}/nginx/auth.conf;
    }
}
`);
    const user = process.getuid?.() === 0 ? ["-g", "user root;"] : [];
    const server = spawn(nginx, ["-p", root, "-c", join(root, "nginx.conf"), ...user], { stdio: ["ignore", "inherit", "inherit"] });
    const ask = (path, { method = "GET", headers = {} } = {}) => new Promise((done, failed) => {
        const asked = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
            const parts = [];
            response.on("data", (part) => parts.push(part));
            response.on("end", () => done({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
        });
        asked.on("error", failed);
        asked.end();
    });
    for (let turn = 0; ; turn += 1) {
        try {
            await ask("/");
            break;
        } catch (error) {
            if (turn > 100 || server.exitCode !== null) throw error;
            await new Promise((next) => setTimeout(next, 50));
        }
    }
    const stop = () => new Promise((gone) => { server.on("exit", gone); server.kill(); });
    const reload = async () => {
        server.kill("SIGHUP");
        await new Promise((next) => setTimeout(next, 700));
    };
    return { port, ask, stop, reload };
}

const cookie = (code) => ({ headers: { Cookie: `other=1; kmsite=${pass(code)}` } });
const marks = (answer) => [answer.status, ...(answer.text.match(/EVERYBODY|TEASER-\w|PAID-\w+/g) ?? []).filter((mark, at, all) => all.indexOf(mark) === at)];

function uncacheable(what, { headers }) {
    expect(`${what} is kept by nobody`, [headers["cache-control"], headers.vary], ["private, no-store", "Cookie"]);
}

/** Who gets what at the addresses of pages. */
async function pages({ ask }, base, codes) {
    const at = (path) => base + encodeURI(path);
    const table = [
        ["articles/免费/", "EVERYBODY", null, []],
        ["articles/会员/", "TEASER-m", "PAID-m", ["member", "pro", "gone"]],
        ["articles/pro/", "TEASER-p", "PAID-p", ["pro"]],
        ["articles/single/", "TEASER-s", "PAID-s", ["pro", "buyer"]],
        ["en/articles/one/", "TEASER-e", "PAID-e", ["member", "pro", "gone"]],
    ];
    for (const [path, open, paid, who] of table) {
        for (const address of [at(path), `${at(path)}index.html`]) {
            expect(`${address} for everyone`, marks(await ask(address)), [200, open]);
            for (const [name, code] of Object.entries(codes)) {
                const answer = await ask(address, cookie(code));
                expect(`${address} for ${name}`, marks(answer), who.includes(name) ? [200, open, paid] : [200, open]);
                if (paid) uncacheable(`${address} for ${name}`, answer);
            }
            if (paid) uncacheable(`${address} for everyone`, await ask(address));
        }
        expect(`${path} without its slash`, (await ask(at(path).slice(0, -1))).headers.location, at(path));
    }
    const free = await ask(at("articles/免费/"));
    expect("what is free may be kept", [free.headers["cache-control"], free.headers.vary], ["no-cache", undefined]);
    expect("the page for nothing", [(await ask(`${base}nothing/`)).status, (await ask(`${base}nothing/`, cookie(codes.pro))).status], [404, 404]);
}

/** What somebody may show instead of a pass. */
async function forged({ ask }, base, codes) {
    const address = `${base}articles/pro/`;
    const right = pass(codes.pro);
    const cases = {
        "another digit": right.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
        "a part": right.slice(0, 31),
        "more than all": `${right}0`,
        "the code": codes.pro,
        "nothing": "",
        "a pattern": "~.*",
        "a keyword": "default",
        "a list": ",1,2,3,",
        "another cookie behind it": `; kmsite2=${right}`,
    };
    for (const [what, text] of Object.entries(cases)) {
        for (const headers of [{ Cookie: `kmsite=${text}` }, { "Kmsite-Pass": text }]) {
            expect(`${what} as ${Object.keys(headers)}`, marks(await ask(address, { headers })), [200, "TEASER-p"]);
        }
        const entered = await ask(`${base}kmsite/enter`, { method: "POST", headers: { "Kmsite-Pass": text } });
        expect(`${what} is not let in`, [entered.status, entered.headers["set-cookie"]], [403, undefined]);
    }
    for (const headers of [{ "X-Original-URI": "/x" }, { Authorization: `Bearer ${right}` }, { "X-Accel-Redirect": `${base}kmsite/guarded` }]) {
        expect(`with ${Object.keys(headers)}`, marks(await ask(address, { headers })), [200, "TEASER-p"]);
    }
}

/** The ways around. */
function ways(base, codes) {
    const paid = `${base}articles/pro/`;
    return [
        `${base}kmsite/guarded`, `${base}kmsite/guarded/`, `${base}kmsite/guarded/articles/pro/index.html`, `${base}kmsite/auth`, `${base}kmsite/`, `${base}kmsite/enter`,
        `${base}site/articles/pro/`, `${base}dist-guarded/site/articles/pro/`, `${base}nginx/http.conf`, `${base}README.md`,
        `${base}../dist-guarded/site/articles/pro/index.html`, `${base}..%2fdist-guarded/site/articles/pro/index.html`,
        `${base}%2e%2e/dist-guarded/site/articles/pro/index.html`, `${base}articles/..%5c..%5cdist-guarded`, `${base}articles/../../dist-guarded/site/articles/pro/index.html`,
        `/${paid}`, paid.replace("articles/", "articles//"), paid.replace("articles", "%61rticles"), paid.replace("/pro", "/./pro"), paid.replace("/pro", "/x/../pro"),
        paid.replace("articles", "ARTICLES"), paid.replace("pro", "PRO"), `${paid}INDEX.HTML`, `${paid}index.html/`, `${paid}?kmsite=1`, `${paid}?a=${pass(codes.pro)}`, `${paid}%00`, `${paid}.`, `${paid}%20`, `${paid};x`,
        `${base}articles/paid.bin`, `${base}articles/PAID.BIN`, `${base}articles/paid.bin/`, `${base}articles//paid.bin`, `${base}articles/%70aid.bin`,
        `http://evil.example${paid}`, "*",
    ];
}

/** Whatever these addresses answer, nothing paid for is in it. */
async function tellsNothing({ ask }, paths) {
    for (const path of paths) {
        for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS"]) {
            const answer = await ask(path, { method });
            expect(`${method} ${path} tells nothing`, /PAID/.test(answer.text), false);
        }
    }
}

/** What the ways around answer to those who may have it, and what a request may ask for besides. */
async function around(server, base, codes) {
    const { ask } = server;
    const paid = `${base}articles/pro/`;
    const paths = ways(base, codes);
    await tellsNothing(server, paths);
    for (const path of paths.slice(0, 10).filter((path) => !path.endsWith("enter"))) {
        expect(`${path} is not there`, [(await ask(path)).status, (await ask(path, cookie(codes.pro))).status], [404, 404]);
    }
    const same = [`/${paid}`, paid.replace("articles/", "articles//"), paid.replace("articles", "%61rticles"), paid.replace("/pro", "/x/../pro")];
    for (const path of same) expect(`${path} is the same page`, marks(await ask(path, cookie(codes.pro))), [200, "TEASER-p", "PAID-p"]);
    const head = await ask(paid, { method: "HEAD", ...cookie(codes.pro) });
    const whole = await ask(paid, cookie(codes.pro));
    expect("HEAD is GET without a body", [head.status, head.headers["content-length"], head.text], [200, `${Buffer.byteLength(whole.text)}`, ""]);
    uncacheable("HEAD", head);
    const teaser = await ask(paid, { method: "HEAD" });
    expect("HEAD tells everyone the teaser's length", [teaser.status, teaser.headers["content-length"] === head.headers["content-length"]], [200, false]);
    const range = { Range: "bytes=0-99999" };
    const part = await ask(paid, { headers: range });
    expect("a range for everyone", [/PAID/.test(part.text), /TEASER/.test(part.text)], [false, true]);
    const own = await ask(paid, { headers: { ...range, ...cookie(codes.pro).headers } });
    expect("a range for whom it is", [own.status, /PAID/.test(own.text)], [206, true]);
    uncacheable("a range", own);
    const since = await ask(paid, { headers: { "If-Modified-Since": new Date(Date.now() + 1e8).toUTCString() } });
    expect("what was kept is not taken for new", since.status, 200);
}

/** Files that paid text alone names, and those that others name too. */
async function media({ ask }, base, codes, root) {
    const member = (await ask(`${base}${encodeURI("articles/会员/")}`, cookie(codes.member))).text;
    const addresses = [...member.matchAll(/(?:src|href)="([^"]*(?:paid[^"]*|page\.[^"]*\.css))"/g)].map(([, address]) => address);
    expect("the page names its files", addresses.filter((address) => /paid\.(bin|png)/.test(address)).length >= 2);
    const sheet = addresses.find((address) => address.endsWith(".css"));
    expect("and its style sheet", Boolean(sheet));
    for (const address of addresses) {
        expect(`${address} for everyone`, (await ask(address)).status, 404);
        expect(`${address} for a buyer`, (await ask(address, cookie(codes.buyer))).status, 404);
        for (const who of ["member", "pro"]) {
            const answer = await ask(address, cookie(codes[who]));
            expect(`${address} for ${who}`, answer.status, 200);
            uncacheable(address, answer);
        }
    }
    expect("the style is there", /4321px/.test((await ask(sheet, cookie(codes.member))).text));
    const bin = addresses.find((address) => address.endsWith(".bin"));
    const part = await ask(bin, { headers: { Range: "bytes=10-19", ...cookie(codes.member).headers } });
    expect("a part of a file", [part.status, part.text], [206, "PAID-file "]);
    expect("a part for everyone", (await ask(bin, { headers: { Range: "bytes=10-19" } })).status, 404);
    const shared = /src="([^"]*shared[^"]*)"/.exec(member)[1];
    expect("a file that a teaser names is everyone's", (await ask(shared)).status, 200);
    const css = /href="([^"]*\/assets\/site[^"]*\.css)"/.exec(member)[1];
    expect("what never changes may be kept", (await ask(css)).headers["cache-control"], "public, max-age=31536000, immutable");
    const mode = statSync(join(root, "dist-guarded")).mode & 0o007;
    expect("others on the machine see nothing of the guarded tree", mode, 0);
    const open = readdirSync(join(root, "dist"), { recursive: true }).filter((name) => /paid|^sealed|members\.json|^nginx/.test(name));
    expect("nor is anything of it in the public one", open, []);
}

/** The cookie, from entering a code to leaving. */
async function entering({ ask }, base, codes) {
    const entered = await ask(`${base}kmsite/enter`, { method: "POST", headers: { "Kmsite-Pass": pass(codes.member) } });
    expect("a code is let in", entered.status, 204);
    const [set] = entered.headers["set-cookie"] ?? [""];
    for (const part of [`kmsite=${pass(codes.member)}`, `Path=${base}`, "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=31536000"]) expect(`the cookie has ${part}`, set.includes(part));
    expect("the answer is kept by nobody", entered.headers["cache-control"], "no-store");
    expect("GET lets nobody in", (await ask(`${base}kmsite/enter`, { headers: { "Kmsite-Pass": pass(codes.member) } })).status, 405);
    const left = await ask(`${base}kmsite/leave`, { method: "POST" });
    expect("leaving takes the cookie back", [left.status, /^kmsite=; Max-Age=0;/.test(left.headers["set-cookie"][0])], [204, true]);
}

/** Members go, texts change, tiers rise: after a build and a reload. */
async function later(server, base, { run, build, write, codes }) {
    const { ask, reload } = server;
    run("keys", "revoke", "gone");
    build();
    await reload();
    const at = `${base}${encodeURI("articles/会员/")}`;
    expect("who was revoked has the teaser", marks(await ask(at, cookie(codes.gone))), [200, "TEASER-m"]);
    expect("who was revoked is not let in", (await ask(`${base}kmsite/enter`, { method: "POST", headers: { "Kmsite-Pass": pass(codes.gone) } })).status, 403);
    expect("the others read on", marks(await ask(at, cookie(codes.member))), [200, "TEASER-m", "PAID-m"]);
    write("content/articles/会员.md", piece("会员", "tier: pro\n", "TEASER-m", "PAID-m2"));
    build();
    await reload();
    expect("a tier that rose", [marks(await ask(at, cookie(codes.member))), marks(await ask(at, cookie(codes.pro)))], [[200, "TEASER-m"], [200, "TEASER-m", "PAID-m2"]]);
}

/** A reader with a browser: a code on a page opens it, a lower tier is told, leaving closes. */
async function reader({ port }, base, codes) {
    const origin = `http://localhost:${port}`;
    await browse(async (browser) => {
        const context = await browser.newContext();
        const page = await context.newPage();
        const asked = [];
        page.on("request", (one) => asked.push(`${one.url()} ${one.postData() ?? ""} ${JSON.stringify(one.headers())}`));
        const faultsOfPage = [];
        page.on("pageerror", (error) => faultsOfPage.push(error.message));
        page.on("console", (message) => message.type() === "error" && !/403/.test(message.text()) && faultsOfPage.push(message.text()));
        const enter = async (text) => {
            await page.fill("#km-code", text);
            await page.click(".unlock button[type=submit]");
        };
        const said = (word) => page.waitForFunction((word) => {
            const words = document.querySelector("[data-km-words]");
            return words && document.querySelector("[data-km-said]").textContent === words.content.querySelector(`[data-word="${word}"]`).textContent;
        }, word).then(() => true);
        await page.goto(`${origin}${base}articles/pro/`);
        await enter("KM-AAAA");
        expect("a mistyped code is told", await said("mistyped"));
        await enter(codes.gone);
        expect("a revoked one too", await said("unknown"));
        await enter(codes.member.toLowerCase().replaceAll("-", " "));
        expect("a code for something else", await said("other"));
        await page.goto(`${origin}${base}en/articles/one/`);
        expect("opens what it is for", [await page.isVisible("text=PAID-e"), await page.$(".paywall")], [true, null]);
        await page.goto(`${origin}${base}articles/pro/`);
        await Promise.all([page.waitForEvent("load"), enter(codes.pro)]);
        expect("a better code opens the page at once", await page.isVisible("text=PAID-p"));
        await page.goto(`${origin}${base}unlock/`);
        await Promise.all([page.waitForEvent("load"), page.click("[data-km-leave]")]);
        await page.goto(`${origin}${base}articles/pro/`);
        expect("who left has the teaser", await page.isVisible("text=PAID-p"), false);
        await page.goto(`${origin}${base}en/unlock/#${codes.pro}`);
        expect("a link lets in", await said("opened"));
        expect("and its code leaves the address", page.url(), `${origin}${base}en/unlock/`);
        await page.goto(`${origin}${base}articles/single/`);
        expect("and everything opens", await page.isVisible("text=PAID-s"));
        expect("no code was sent", asked.filter((text) => text.includes(codes.pro.slice(3, 14))), []);
        expect("no script failed", faultsOfPage, []);
        await context.close();
    });
}

for (const base of ["/", "/blog/"]) {
    const root = mkdtempSync(join(tmpdir(), "kmsite-edge-"));
    try {
        const made = site(root, base);
        const server = await start(root);
        try {
            await pages(server, base, made.codes);
            await forged(server, base, made.codes);
            await around(server, base, made.codes);
            await media(server, base, made.codes, root);
            await entering(server, base, made.codes);
            await later(server, base, made);
            await reader(server, base, made.codes);
        } finally {
            await server.stop();
        }
        const strange = await start(root, "merge_slashes off;");
        try {
            await tellsNothing(strange, ways(base, made.codes));
        } finally {
            await strange.stop();
        }
    } finally {
        rmSync(root, { recursive: true, force: true });
    }
}
for (const fault of faults) console.error(fault);
console.log(`nginx: ${count} expectations, ${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;
