// Opens a whole built site as the holder of a code, with WebCrypto and nothing of ours: every page's sealed part, and every file that it names.
//
//   node tests/judges/sealed.mjs DIST CODE
//
// Fails if a page does not open, if a sealed file is not named by any page, or if a page names one that is not there.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { webcrypto } from 'node:crypto';

const [dist, typed] = process.argv.slice(2);
if (!dist || !typed) throw new Error('usage: node tests/judges/sealed.mjs DIST CODE');
const { subtle } = webcrypto;
const utf8 = new TextEncoder();
const prefixed = (part) => {
  const data = Array.isArray(part) ? Buffer.concat(part.map(prefixed)) : typeof part === 'string' ? utf8.encode(part) : part;
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(data.length));
  return Buffer.concat([length, data]);
};
const number = (value) => { const out = Buffer.alloc(8); out.writeBigUInt64BE(BigInt(value)); return out; };
const tuple = (...parts) => Buffer.concat(parts.map(prefixed));
const unhex = (text) => Buffer.from(text, 'hex');
const unb64 = (text) => Buffer.from(text, 'base64url');
const json = async (path) => JSON.parse(await readFile(join(dist, 'sealed', path), 'utf8'));
const hkdf = (info, salt = new Uint8Array()) => ({ name: 'HKDF', hash: 'SHA-256', salt, info });
const gcm = (additionalData) => ({ name: 'AES-GCM', iv: new Uint8Array(12), additionalData });
const KW = { name: 'AES-KW', length: 256 };

/** The bytes of a code. The check symbol is for people. */
function bytesOf(code) {
  const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const bits = [...code.replace(/^KM-|-/g, '')].slice(0, -1).map((sign) => signs.indexOf(sign).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

const code = await subtle.importKey('raw', bytesOf(typed), 'HKDF', false, ['deriveKey', 'deriveBits']);
const lookup = Buffer.from(await subtle.deriveBits(hkdf(tuple('kmsite/1/lookup')), code, 128));
const { bits } = await json('members.json');
const { r: records } = await json(`members/${bits}-${(lookup.readUInt16BE() >> (16 - bits)).toString(16)}.json`);
const record = unb64(records[lookup.toString('hex')] ?? '');
if (record.length === 0) throw new Error('the code is not known');
const recordKey = await subtle.deriveKey(hkdf(tuple('kmsite/1/record'), record.subarray(0, 16)), code, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
const { g: grants } = JSON.parse(Buffer.from(await subtle.decrypt(gcm(tuple('kmsite/1/record', lookup)), recordKey, record.subarray(16))));
const held = new Map();
for (const [name, epoch, wrapped] of grants) {
  const kek = await subtle.deriveKey(hkdf(tuple('kmsite/1/member', name, number(epoch))), code, KW, false, ['unwrapKey']);
  held.set(`${name} ${epoch}`, await subtle.unwrapKey('raw', unb64(wrapped), kek, 'AES-KW', 'HKDF', false, ['deriveKey']));
}

/** Opens what a card names. */
async function opened({ cid, page, for: declared }) {
  const { v, wraps } = await json(`${cid}.json`);
  const wrap = wraps.find(([name, epoch]) => held.has(`${name} ${epoch}`));
  if (v !== 1 || !wrap) throw new Error('nothing that is held opens it');
  const [name, epoch, wrapped] = wrap;
  const kek = await subtle.deriveKey(hkdf(tuple('kmsite/1/wrap', name, number(epoch)), unhex(cid)), held.get(`${name} ${epoch}`), KW, false, ['unwrapKey']);
  const key = await subtle.unwrapKey('raw', unb64(wrapped), kek, 'AES-KW', 'AES-GCM', false, ['decrypt']);
  const aad = tuple('kmsite/1/page', unhex(page), declared.split(' '), unhex(cid));
  return JSON.parse(gunzipSync(Buffer.from(await subtle.decrypt(gcm(aad), key, await readFile(join(dist, 'sealed', `${cid}.bin`))))).toString());
}

const named = new Set();
let [pages, files] = [0, 0];
for (const entry of await readdir(dist, { recursive: true })) {
  if (!entry.endsWith('.html')) continue;
  const html = await readFile(join(dist, entry), 'utf8');
  const card = Object.fromEntries([...html.matchAll(/ data-km-(cid|page|for)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  if (!card.cid) continue;
  try {
    const { html: text, media } = await opened(card);
    if (!text.includes('data-km-slot="body"')) throw new Error('it has no body');
    pages += 1;
    named.add(card.cid);
    for (const [, id] of text.matchAll(/ data-km-(?:src|poster|file)="([^"]*)"/g)) if (!media[id]) throw new Error(`the file ${id} is not listed`);
    for (const [id, { k, b }] of Object.entries(media)) {
      const key = await subtle.importKey('raw', unb64(k), 'AES-GCM', false, ['decrypt']);
      const plain = await subtle.decrypt(gcm(tuple('kmsite/1/media', unhex(id))), key, await readFile(join(dist, 'sealed', `${id}.bin`)));
      if (plain.byteLength !== b) throw new Error(`the file ${id} has another length`);
      files += 1;
      named.add(id);
    }
  } catch (error) {
    throw new Error(`${entry}: ${error.message || error.name}`);
  }
}
for (const entry of await readdir(join(dist, 'sealed'))) {
  if (entry.endsWith('.bin') && !named.has(entry.slice(0, -4))) throw new Error(`no page names sealed/${entry}`);
}
if (pages === 0) throw new Error('there is nothing to open');
console.log(`${pages} pages and ${files} files open`);
