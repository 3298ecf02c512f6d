// Seals pages as `src/access` does, by WebCrypto alone and from the written formats: a second opinion on them, and a shop for tests.
//
// Everything is remembered by name and can be sealed anew: in another epoch, without a member, with one byte changed.

import { webcrypto } from "node:crypto";
import { gzipSync } from "node:zlib";

const { subtle } = webcrypto;
const utf8 = new TextEncoder();

const number = (value) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
    return bytes;
};

/** Parts, each with its length before it. */
export const tuple = (...parts) =>
    Buffer.concat(
        parts.flatMap((part) => {
            const bytes = typeof part === "string" ? utf8.encode(part) : typeof part === "number" ? number(part) : part;
            return [number(bytes.length), bytes];
        }),
    );

export const hex = (bytes) => Buffer.from(bytes).toString("hex");
const base64 = (bytes) => Buffer.from(bytes).toString("base64url");

export async function hkdf(key, info, salt = new Uint8Array()) {
    const base = await subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
    return new Uint8Array(await subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, base, 256));
}

export async function hmac(key, message) {
    const base = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await subtle.sign("HMAC", base, message));
}

async function gcm(key, additionalData, plain) {
    const base = await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
    return new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12), additionalData }, base, plain));
}

async function wrap(under, key) {
    const kek = await subtle.importKey("raw", under, "AES-KW", false, ["wrapKey"]);
    const inner = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256", length: 256 }, true, ["sign"]);
    return new Uint8Array(await subtle.wrapKey("raw", inner, kek, "AES-KW"));
}

const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Writes 15 bytes as a code. */
export function writeCode(bytes) {
    const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
    const values = bits.match(/.{5}/g).map((group) => parseInt(group, 2));
    let factor = 2;
    let sum = 0;
    for (const value of [...values].reverse()) {
        sum += Math.floor((factor * value) / 32) + ((factor * value) % 32);
        factor = 3 - factor;
    }
    const signs = [...values, (32 - (sum % 32)) % 32].map((value) => SIGNS[value]).join("");
    return `KM-${signs.match(/.{5}/g).join("-")}`;
}

/** A shop: its master key, the epoch of each entitlement (1 unless said), and its members. */
export class Shop {
    constructor(master) {
        this.master = master;
        this.epochs = {};
        this.members = new Map();
    }

    use(name) {
        return hkdf(this.master, tuple(`kmsite/1/${name}`));
    }

    epoch(entitlement) {
        return this.epochs[entitlement] ?? 1;
    }

    entitlementKey(entitlement, epoch) {
        const [kind, id] = entitlement.split(":");
        return hkdf(this.master, tuple(`kmsite/1/${kind}-key`, id, epoch));
    }

    /** The bytes of a member's code. */
    async code(member, serial = 1) {
        return (await hmac(await this.use("codes"), tuple("kmsite/1/code", member, serial))).slice(0, 15);
    }

    /** Sells: from now on a member holds these, each `[entitlement, epoch]`. Returns the code as written. */
    async sell(member, grants) {
        this.members.set(member, grants);
        return writeCode(await this.code(member));
    }

    /** Seals a payload for those declared; `openers` are all that open it. Returns the card's attributes and the files. */
    async page({ id, declared, openers, payload }) {
        const pid = (await hmac(await this.use("page-ids"), tuple("kmsite/1/page-id", id))).slice(0, 16);
        const gz = gzipSync(JSON.stringify(payload), { level: 6 });
        const about = (last) => tuple("kmsite/1/page", pid, tuple(...declared), last);
        const key = await hmac(await this.use("page-keys"), about(gz));
        const cid = (await hmac(await this.use("content-ids"), about(gz))).slice(0, 16);
        const wraps = [];
        for (const name of [...openers].sort()) {
            const epoch = this.epoch(name);
            const kek = await hkdf(await this.entitlementKey(name, epoch), tuple("kmsite/1/wrap", name, epoch), cid);
            wraps.push([name, epoch, base64(await wrap(kek, key))]);
        }
        return {
            card: { cid: hex(cid), page: hex(pid), for: declared.join(" ") },
            files: { [`${hex(cid)}.bin`]: await gcm(key, about(cid), gz), [`${hex(cid)}.json`]: JSON.stringify({ v: 1, wraps }) },
        };
    }

    /** Seals a file that a page's payload names. */
    async medium({ id, declared, bytes, type, name }) {
        const about = tuple("kmsite/1/media", id, tuple(...declared), bytes.slice(0, 32));
        const key = await hmac(await this.use("media-keys"), about);
        const mid = (await hmac(await this.use("media-ids"), about)).slice(0, 16);
        return {
            id: hex(mid),
            said: { [hex(mid)]: { k: base64(key), t: type, n: name, b: bytes.length } },
            files: { [`${hex(mid)}.bin`]: await gcm(key, tuple("kmsite/1/media", mid), bytes) },
        };
    }

    async record(member, grants) {
        const code = await this.code(member);
        const lookup = (await hkdf(code, tuple("kmsite/1/lookup"))).slice(0, 16);
        const g = [];
        for (const [name, epoch] of grants) {
            const under = await hkdf(code, tuple("kmsite/1/member", name, epoch));
            g.push([name, epoch, base64(await wrap(under, await this.entitlementKey(name, epoch)))]);
        }
        const text = JSON.stringify({ s: `MARK-${member}`, g });
        const plain = utf8.encode(text.padEnd(Math.ceil(text.length / 256) * 256));
        const salt = (await hmac(await this.use("records"), tuple("kmsite/1/record", lookup, plain))).slice(0, 16);
        const key = await hkdf(code, tuple("kmsite/1/record"), salt);
        return [hex(lookup), base64(Buffer.concat([salt, await gcm(key, tuple("kmsite/1/record", lookup), plain)]))];
    }

    /** The members' files, in as many buckets as 2 to the power of `bits`. */
    async memberFiles(bits = 3) {
        const buckets = Array.from({ length: 2 ** bits }, () => ({}));
        for (const [member, grants] of this.members) {
            const [lookup, record] = await this.record(member, grants);
            buckets[parseInt(lookup.slice(0, 4), 16) >> (16 - bits)][lookup] = record;
        }
        const files = { "members.json": JSON.stringify({ v: 1, bits }) };
        buckets.forEach((r, at) => { files[`members/${bits}-${at.toString(16)}.json`] = JSON.stringify({ v: 1, r }); });
        return files;
    }
}
