// A built site whose cards hold what a test wants: pages of the sample site, sealed with keys of the test's own.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Shop } from "./seal.mjs";

/** Which of the sample site's pages stand for what. All are in both languages, the English ones below `/en`. */
export const PAGES = {
    member: { address: "/articles/price-ladder/", declared: ["tier:member"], openers: ["tier:member", "tier:pro"] },
    other: { address: "/courses/first-sale/the-line/missing-step/", declared: ["tier:member"], openers: ["tier:member", "tier:pro"] },
    pro: { address: "/articles/refund-page/", declared: ["tier:pro"], openers: ["tier:pro"] },
    // A product that bears the id of a tier.
    course: { address: "/courses/first-sale/first-page/outline/", declared: ["product:member"], openers: ["product:member"] },
};

const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** A second of silence, as WAV. */
function silence() {
    const wav = Buffer.alloc(44 + 8000);
    wav.write("RIFF", 0);
    wav.writeUInt32LE(36 + 8000, 4);
    wav.write("WAVEfmt ", 8);
    wav.writeUInt32LE(16, 16);
    wav.writeUInt16LE(1, 20);
    wav.writeUInt16LE(1, 22);
    wav.writeUInt32LE(8000, 24);
    wav.writeUInt32LE(8000, 28);
    wav.writeUInt16LE(1, 32);
    wav.writeUInt16LE(8, 34);
    wav.write("data", 36);
    wav.writeUInt32LE(8000, 40);
    return wav.fill(128, 44);
}

/** What stands behind a card: everything that a page can hold. */
function html(name, media, inner) {
    const [picture, sound, file] = media;
    return `<div class="opened" data-km-slot="body"><div class="prose">
<h2 id="behind-${name}">Behind ${name}</h2><p class="km-s-test">SECRET-${name}</p>
<pre><code>let paid = true;</code></pre>
<div class="tabs"><div class="tab" role="group" aria-label="One"><p class="tab-title">One</p><p>first tab</p></div><div class="tab" role="group" aria-label="Two"><p class="tab-title">Two</p><p>second tab</p></div></div>
<math><mi>x</mi><mo>=</mo><mn>1</mn></math>
<p><img data-km-src="${picture}" width="1" height="1" alt="a pixel"></p>
<p><picture><source data-km-srcset="${picture} 1x, ${picture} 2x" type="image/png"><img width="1" height="1" alt="one of a set"></picture></p>
<p><audio controls data-km-src="${sound}"></audio></p>
<p><a data-km-file="${file}" download="notes.txt">notes</a></p>
${inner}${"<p>A line that makes the page long enough to scroll.</p>\n".repeat(60)}
<h2 id="end-${name}">The end</h2><p>last</p></div></div>
<nav class="toc beside" aria-labelledby="km-toc" data-km-slot="toc"><details class="fold"><summary id="km-toc">Contents</summary><ol><li><a href="#behind-${name}">Behind</a></li><li><a href="#end-${name}">End</a></li></ol></details></nav>`;
}

export class SealedSite {
    /** Copies a built site and seals pages of it. */
    static async of(dist, master = new Uint8Array(32).fill(7)) {
        const site = new SealedSite();
        site.dist = mkdtempSync(join(tmpdir(), "kmsite-access-"));
        cpSync(dist, site.dist, { recursive: true });
        rmSync(join(site.dist, "sealed"), { recursive: true, force: true });
        site.shop = new Shop(master);
        site.cards = {};
        return site;
    }

    remove() {
        rmSync(this.dist, { recursive: true, force: true });
    }

    read(path) {
        return readFileSync(join(this.dist, path));
    }

    write(files, folder = "sealed") {
        for (const [path, bytes] of Object.entries(files)) {
            mkdirSync(dirname(join(this.dist, folder, path)), { recursive: true });
            writeFileSync(join(this.dist, folder, path), bytes);
        }
    }

    /** Puts attributes on the card of a page. */
    card(address, { cid, page, for: names }) {
        const file = join(this.dist, address, "index.html");
        const attributes = `data-km-cid="${cid}" data-km-page="${page}" data-km-for="${names}" data-km-base="/"`;
        const text = readFileSync(file, "utf8").replace(/(<section class="offer paywall" aria-labelledby="km-offer")[^>]*>/, `$1 ${attributes}>`);
        if (!text.includes(cid)) throw new Error(`${address} has no card`);
        writeFileSync(file, text);
    }

    /** Seals all pages and members as the shop has them now. */
    async seal(pages) {
        for (const [name, { address, declared, openers, inner = "" }] of Object.entries(pages)) {
            const media = [
                await this.shop.medium({ id: `${name}.png`, declared, bytes: PIXEL, type: "image/png", name: "pixel.png" }),
                await this.shop.medium({ id: `${name}.wav`, declared, bytes: silence(), type: "audio/wav", name: "silence.wav" }),
                await this.shop.medium({ id: `${name}.txt`, declared, bytes: Buffer.from("notes to keep"), type: "text/plain", name: "notes.txt" }),
            ];
            const payload = { html: html(name, media.map(({ id }) => id), inner), css: ".km-s-test:not(#_){color:rgb(1,2,3)}", media: Object.assign({}, ...media.map(({ said }) => said)) };
            const { card, files } = await this.shop.page({ id: name, declared, openers, payload });
            this.write(Object.assign(files, ...media.map((medium) => medium.files)));
            this.cards[name] = card;
            for (const of of [address, `/en${address}`]) this.card(of, card);
        }
        this.write(await this.shop.memberFiles());
    }
}
