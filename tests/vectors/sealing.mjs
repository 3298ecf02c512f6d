// Sealed pages and files, made a second time, with WebCrypto, of nothing but the formats that `src/access/{seal,media}.rs` tell.
//
//   node tests/vectors/sealing.mjs          fails if sealing.json is not what comes out
//   node tests/vectors/sealing.mjs --write  writes it
//
// The program is compared with the same file by the tests of `src/access/seal.rs`. What is sealed is opened too, as a browser does it.
// Compressed text and hashes of files are given: the one depends on the library, the other is BLAKE3, which WebCrypto does not have.

import { b64, encrypt, entitlementKey, gcm, hex, hkdf, hmac, settle, subtle, tuple, unhex, wrap } from './webcrypto.mjs';

/** What is published of a page: its own id, its content's id, the sealed bytes, and what opens them. */
async function page({ master: written, source, declared, openers, epochs, gz: compressed }) {
  const [master, gz] = [unhex(written), unhex(compressed)];
  const use = (label) => hkdf(master, tuple(`kmsite/1/${label}`));
  const pid = (await hmac(await use('page-ids'), tuple('kmsite/1/page-id', source))).slice(0, 16);
  const about = tuple('kmsite/1/page', pid, [...declared].sort(), gz);
  const key = await hmac(await use('page-keys'), about);
  const cid = (await hmac(await use('content-ids'), about)).slice(0, 16);
  const aad = tuple('kmsite/1/page', pid, [...declared].sort(), cid);
  const blob = await encrypt(key, aad, gz);
  const wraps = [];
  for (const name of [...openers].sort()) {
    const epoch = epochs[name] ?? 1;
    const under = await hkdf(await entitlementKey(master, name, epoch), tuple('kmsite/1/wrap', name, epoch), cid);
    wraps.push([name, epoch, b64(await wrap(under, key))]);
    // As a browser opens it: no key is ever seen by a script.
    const kek = await subtle.importKey('raw', under, 'AES-KW', false, ['unwrapKey']);
    const opened = await subtle.unwrapKey('raw', await wrap(under, key), kek, 'AES-KW', 'AES-GCM', false, ['decrypt']);
    if (hex(await subtle.decrypt(gcm(aad), opened, blob)) !== compressed) throw new Error(`${name} does not open the page`);
  }
  return { pid: hex(pid), cid: hex(cid), blob: hex(blob), sidecar: JSON.stringify({ v: 1, wraps }) };
}

/** What is published of a file. */
async function file({ master: written, path, declared, hash, bytes: content }) {
  const master = unhex(written);
  const about = tuple('kmsite/1/media', path, [...declared].sort(), unhex(hash));
  const key = await hmac(await hkdf(master, tuple('kmsite/1/media-keys')), about);
  const id = (await hmac(await hkdf(master, tuple('kmsite/1/media-ids')), about)).slice(0, 16);
  return { id: hex(id), key: hex(key), blob: hex(await encrypt(key, tuple('kmsite/1/media', id), unhex(content))) };
}

const MASTER = hex(Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1));
// `gzip` of {"html":"<p>a</p>","media":{}}, with no time and no name.
const SMALL = '1f8b08000000000000ffab56ca28c9cd51b252b2294b4c49b5d12f50d251ca4d4dc94c54b2aaaeae050026f8a3951e000000';
const PAGES = [
  { name: 'a tier alone', master: MASTER, source: 'articles/a', declared: ['tier:member'], openers: ['tier:member', 'tier:pro'], epochs: {}, gz: SMALL },
  { name: 'the same under another name', master: MASTER, source: 'articles/b', declared: ['tier:member'], openers: ['tier:member', 'tier:pro'], epochs: {}, gz: SMALL },
  {
    name: 'a tier and products, epochs begun',
    master: 'ff'.repeat(32),
    source: 'courses/成交/第一课',
    declared: ['tier:pro', 'product:成交', 'product:pro'],
    openers: ['tier:pro', 'product:成交', 'product:pro'],
    epochs: { 'tier:pro': 3, 'product:成交': 258 },
    gz: `${SMALL.slice(0, 20)}${'00'.repeat(70)}`,
  },
  { name: 'a product alone, and nothing', master: MASTER, source: '', declared: ['product:a'], openers: ['product:a'], epochs: {}, gz: '' },
];
const FILES = [
  { name: 'a picture', master: MASTER, path: 'content/articles/图.png', declared: ['tier:member'], hash: '11'.repeat(32), bytes: '89504e470d0a1a0a' },
  { name: 'the same for others', master: MASTER, path: 'content/articles/图.png', declared: ['tier:pro', 'product:a'], hash: '11'.repeat(32), bytes: '89504e470d0a1a0a' },
];

const vectors = { pages: [], files: [] };
for (const given of PAGES) vectors.pages.push({ given, made: await page(given) });
for (const given of FILES) vectors.files.push({ given, made: await file(given) });
await settle('sealing.json', vectors);
console.log(`${vectors.pages.length} pages, ${vectors.files.length} files`);
