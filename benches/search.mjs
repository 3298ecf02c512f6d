// The search of a built site against Pagefind on the same pages: bytes, and where known items are found.
//
//   node benches/search.mjs DIST LANG [PAGEFIND] [QUERIES]
//
// DIST is a built site, LANG one of its languages, PAGEFIND the program of that name (npm `pagefind`), QUERIES how many of each kind (60).
// With KMSITE (the program) and SITE (the folder that DIST was built of) it also tells for how many queries `kmsite search` gives the same first ten.
// Queries are titles, headings and clauses of the text, drawn by a seeded generator; the item is the page they come from.

import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, inflateRawSync } from "node:zlib";

const [dist, lang, pagefind, of = "60"] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "bench-search-"));
const shipped = readdirSync(join(dist, "assets")).find((name) => /^search\..*\.js$/.test(name));
const source = readFileSync(join(dist, "assets", shipped));
writeFileSync(join(scratch, "search.mjs"), source);
const { Index } = await import(join(scratch, "search.mjs"));

let state = 20261125;
const below = (n) => (state = (state * 48271) % 0x7fffffff) % n;

/** An index that reads files and counts what it reads, compressed as it lies there. */
function counted() {
    const read = { bytes: 0, trips: 0 };
    let pending = 0;
    const index = new Index(`${dist}/search/data/`, lang, async (path) => {
        // What is asked for while something is on its way takes no trip of its own.
        if (!pending) read.trips += 1;
        pending += 1;
        await new Promise((done) => setTimeout(done, 2));
        const bytes = readFileSync(path);
        read.bytes += bytes.length;
        pending -= 1;
        return new Response(bytes);
    });
    return { index, read };
}

const inflate = (name) => JSON.parse(inflateRawSync(readFileSync(join(dist, "search/data", name))));
const manifest = inflate(`${lang}.bin`);
const chunks = manifest.d ? [manifest.d] : manifest.c.map((name) => inflate(`${lang}/${name}.bin`));
const documents = chunks.flatMap(([titles, addresses, names]) => titles.map((title, at) => {
    const from = Math.floor(at / manifest.p) * 10;
    return { title, address: addresses[at], name: names.slice(from, from + 10), place: at % manifest.p };
}));
const passagesOf = ({ name, place }) => inflate(`${lang}/${name}.bin`)[place];

function queries(count) {
    const found = { title: [], heading: [], body: [] };
    for (let tries = 0; tries < count * 200 && Object.values(found).some((list) => list.length < count); tries += 1) {
        const document = documents[below(documents.length)];
        const passages = passagesOf(document);
        const passage = passages[below(passages.length || 1)];
        if (!passage) continue;
        const add = (kind, q) => { if (found[kind].length < count && q) found[kind].push({ q, address: document.address }); };
        add("title", document.title);
        add("heading", passage[1]);
        const clauses = passage[2].split(lang.startsWith("zh") ? /[^\p{Script=Han}]+/u : /[.,;:!?()\n`"]+/).map((clause) => clause.trim());
        const fit = clauses.filter((clause) => lang.startsWith("zh") ? clause.length >= 6 && clause.length <= 16 : clause.split(" ").length >= 4 && clause.split(" ").length <= 9);
        if (fit.length) add("body", fit[below(fit.length)]);
    }
    return found;
}

/** All that a document says, as one compares it: folded, words parted by single spaces. Written apart from what it measures. */
const said = (texts, han) => texts.map((text) => [...text.normalize("NFKC").toLowerCase()].map((c) => han.get(c) ?? c).join("").replace(/[^\p{Alphabetic}\p{N}_]+/gu, " "));

async function corpus(index) {
    await index.open();
    return documents.map((document) => ({ address: document.address, texts: said([document.title, ...passagesOf(document).flatMap(([, heading, text]) => [heading, text])], index.han) }));
}

/** How many of those that have a text are found, how many of those found have it. */
async function compared(index, all, q, has) {
    const truth = new Set(all.filter(({ texts }) => texts.some(has)).map(({ address }) => address));
    const { hits } = await index.search(q, {}, documents.length);
    const right = hits.filter(({ address }) => truth.has(address)).length;
    return { recall: truth.size ? right / truth.size : 1, precision: hits.length ? right / hits.length : 1 };
}

const mean = (values) => (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3);

/** Parts of Chinese texts, from two characters to six; and whether traditional characters find the same. */
async function chinese() {
    const { index } = counted();
    const all = await corpus(index);
    const lines = readFileSync(new URL("../src/search/han.txt", import.meta.url), "utf8").split("\n").map((line) => [...line]);
    const traditional = new Map(lines[1].map((c, at) => [c, lines[0][at]]));
    const of = { recall: [], precision: [], same: [] };
    for (let number = 0; number < 200; number += 1) {
        const { texts } = all[below(all.length)];
        const runs = texts[below(texts.length)].match(/\p{Script=Han}{2,}/gu) ?? [];
        const run = [...(runs[below(runs.length || 1)] ?? "")];
        if (run.length < 2) continue;
        const length = Math.min(run.length, 2 + below(5));
        const start = below(run.length - length + 1);
        const q = run.slice(start, start + length).join("");
        const found = await compared(index, all, q, (text) => text.includes(q));
        of.recall.push(found.recall);
        of.precision.push(found.precision);
        const other = [...q].map((c) => traditional.get(c) ?? c).join("");
        if (other === q) continue;
        const [one, two] = await Promise.all([q, other].map((q) => index.search(q)));
        of.same.push(JSON.stringify(one.hits.map(({ doc }) => doc)) === JSON.stringify(two.hits.map(({ doc }) => doc)) ? 1 : 0);
    }
    return { substrings: { n: of.recall.length, recall: mean(of.recall), precision: mean(of.precision) }, traditional: { n: of.same.length, same: mean(of.same) } };
}

/** Words with one edit after their first letter, and phrases of three words. */
async function english() {
    const { index } = counted();
    const all = await corpus(index);
    const words = (await index.groups("", true)).flat().flatMap(({ forms }) => forms).filter((form) => /^[a-z]{5,12}$/.test(form));
    const known = new Set(words);
    const letter = () => "abcdefghijklmnopqrstuvwxyz"[below(26)];
    const edits = [
        (word, at) => word.slice(0, at) + word.slice(at + 1),
        (word, at) => word.slice(0, at) + letter() + word.slice(at),
        (word, at) => word.slice(0, at) + letter() + word.slice(at + 1),
        (word, at) => word.slice(0, at) + (word[at + 1] ?? "") + word[at] + word.slice(at + 2),
    ];
    const right = [], exact = [];
    while (right.length < 400) {
        const word = words[below(words.length)];
        const typed = edits[below(4)](word, 1 + below(word.length - 1));
        if (known.has(typed)) continue;
        const { corrected } = await index.search(`${typed} `);
        right.push(corrected[0]?.[1] === word ? 1 : 0);
    }
    for (let number = 0; number < 100; number += 1) {
        const { texts } = all[below(all.length)];
        const parts = texts[below(texts.length)].trim().split(" ").filter((word) => /^[a-z]+$/.test(word));
        const text = ` ${parts.slice(below(parts.length || 1)).slice(0, 3).join(" ")} `;
        if (!text.trim() || !all.some(({ texts }) => texts.some((other) => ` ${other} `.includes(text)))) continue;
        const { recall, precision } = await compared(index, all, `"${text.trim()}"`, (other) => ` ${other} `.includes(text));
        exact.push(recall === 1 && precision === 1 ? 1 : 0);
    }
    return { typos: { n: right.length, right: mean(right) }, phrases: { n: exact.length, exact: mean(exact) } };
}

const asked = queries(Number(of));
const rank = (addresses, address) => addresses.slice(0, 10).indexOf(address) + 1;
const mrr = (ranks) => (ranks.reduce((sum, at) => sum + (at ? 1 / at : 0), 0) / ranks.length).toFixed(3);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** How long a query takes that was asked before: the median of five times, for both programs, so that neither pays for what the machine does besides. */
async function timed(ask) {
    const times = [];
    for (let time = 0; time < 5; time += 1) {
        const began = performance.now();
        await ask();
        times.push(performance.now() - began);
    }
    return median(times);
}

/** The first ten of `kmsite search`. */
const { KMSITE: kmsite, SITE: site } = process.env;
const told = (q) => JSON.parse(execFileSync(kmsite, ["search", "--json", "--root", site, "--lang", lang, "--", q], { stdio: ["ignore", "pipe", "ignore"] })).results.map(({ route }) => route);

const warm = counted().index;
await warm.open();
const result = { documents: documents.length };
for (const [kind, list] of Object.entries(asked)) {
    const ranks = [], times = [], cold = [], trips = [], same = [];
    for (const { q, address } of list) {
        const { hits } = await warm.search(q);
        if (kmsite && site) same.push(JSON.stringify(told(q)) === JSON.stringify(hits.slice(0, 10).map((hit) => hit.address)) ? 1 : 0);
        times.push(await timed(() => warm.search(q)));
        ranks.push(rank(hits.map((hit) => hit.address), address));
        const fresh = counted();
        fresh.index.look = async (hit) => { hit.has = true; };
        await fresh.index.search(q);
        cold.push(fresh.read.bytes);
        trips.push(fresh.read.trips);
    }
    result[kind] = { n: list.length, mrr: mrr(ranks), warm_ms: median(times).toFixed(2), cold_bytes: median(cold) + gzipSync(source, { level: 9 }).length, most_trips: Math.max(...trips), ...(same.length && { same_as_kmsite: mean(same) }) };
}
const fragments = new Set(documents.map(({ name }) => `${name}.bin`));
const files = readdirSync(join(dist, "search/data", lang)).filter((name) => !fragments.has(name));
result.index_bytes = files.reduce((sum, name) => sum + statSync(join(dist, "search/data", lang, name)).size, statSync(join(dist, "search/data", `${lang}.bin`)).size);
Object.assign(result, lang.startsWith("zh") ? await chinese() : await english());
console.log("kmsite", JSON.stringify(result, null, 1));

if (pagefind) {
    const out = join(scratch, "pagefind");
    execFileSync(pagefind, ["--site", dist, "--output-path", out, "--root-selector", "main", "--quiet"]);
    const read = { bytes: 0 };
    const server = createServer((request, response) => {
        const path = new URL(request.url, "http://x").pathname;
        const bytes = readFileSync(join(out, path));
        read.bytes += /\.(js|json)$/.test(path) ? gzipSync(bytes, { level: 9 }).length : bytes.length;
        response.end(bytes);
    });
    // Longer than a run takes: a connection that is closed while it is used again is an error.
    server.keepAliveTimeout = 600_000;
    await new Promise((ready) => server.listen(0, ready));
    const origin = `http://127.0.0.1:${server.address().port}/`;
    globalThis.document = { querySelector: () => ({ getAttribute: () => lang }), currentScript: null };
    globalThis.window = globalThis;
    globalThis.location = new URL(origin);
    const { fetch } = globalThis;
    globalThis.fetch = (address, ...rest) => fetch(new URL(address, origin), ...rest);
    writeFileSync(join(scratch, "pagefind.mjs"), readFileSync(join(out, "pagefind.js")));
    const theirs = {};
    for (const [kind, list] of Object.entries(asked)) {
        const ranks = [], times = [], cold = [];
        let number = 0;
        for (const { q, address } of list) {
            const module = await import(`${join(scratch, "pagefind.mjs")}?${kind}${number += 1}`);
            read.bytes = gzipSync(readFileSync(join(out, "pagefind.js")), { level: 9 }).length;
            await module.options({ basePath: "/", baseUrl: "/" });
            await module.init(lang);
            const { results } = await module.search(q);
            cold.push(read.bytes);
            times.push(await timed(() => module.search(q)));
            const data = await Promise.all(results.slice(0, 10).map((found) => found.data()));
            ranks.push(rank(data.map(({ url }) => decodeURIComponent(url)), address));
        }
        theirs[kind] = { n: list.length, mrr: mrr(ranks), warm_ms: median(times).toFixed(2), cold_bytes: median(cold) };
    }
    const size = (folder) => readdirSync(join(out, folder)).reduce((sum, name) => sum + statSync(join(out, folder, name)).size, 0);
    theirs.index_bytes = size("index") + readdirSync(out).filter((name) => /pf_meta|entry/.test(name)).reduce((sum, name) => sum + statSync(join(out, name)).size, 0);
    console.log("pagefind", JSON.stringify(theirs, null, 1));
    server.close();
    process.exit(0);
}
