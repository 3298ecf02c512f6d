// Sealed files changed at random, read by the very script that pages have: a member's file, a page's sidecar, its sealed bytes.
//
//   node fuzz/reader.mjs [COUNT] [SEED]
//
// Whatever a host or somebody on the way makes of them, a page shows what was sealed, or a sentence; never anything else. The part of the theme's
// `access.js` that reads is run as it stands, without a page around it.

import { readFile } from 'node:fs/promises';
import { Shop } from '../tests/browser/access/seal.mjs';

const [count, seed] = [Number(process.argv[2] ?? 3000), Number(process.argv[3] ?? 1)];
const source = await readFile(new URL('../themes/default/assets/access.js', import.meta.url), 'utf8');
const [, reading] = /^\(\(\) => \{\n([^]*?)\n {2}const card = /m.exec(source);

// The same numbers for the same seed (Mulberry32).
let state = seed >>> 0;
const random = (limit) => {
  state = (state + 0x6d2b79f5) >>> 0;
  let bits = Math.imul(state ^ (state >>> 15), state | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * limit);
};
const pick = (from) => from[random(from.length)];

const PAYLOAD = { html: '<p>暗格 SECRET</p>', media: {} };
const shop = new Shop(new Uint8Array(32).map((_, at) => at * 7 + 1));
const code = await shop.sell('ann', [['tier:pro', 1], ['product:课', 1]]);
await shop.sell('bob', [['tier:member', 1]]);
const { card, files } = await shop.page({ id: 'a', declared: ['tier:pro'], openers: ['tier:pro', 'product:课'], payload: PAYLOAD });
const sealed = Object.fromEntries(Object.entries({ ...files, ...(await shop.memberFiles(1)) }).map(([path, content]) => [path, Buffer.from(content)]));
const MARK = 'MARK-ann';

/** A visit: the script with these files. Resolves to what it shows. */
async function visit(served, attributes) {
  const page = `
    ${reading}
    const card = { dataset: attributes };
    const show = (payload, serial) => ({ payload, serial });
    return (async () => {
      held = [await refresh(await memberOf(code))];
      return open(true);
    })().catch((error) => ({ said: named(error) }));`;
  const fetch = async (path) => new Response(served[path.replace('/sealed/', '')] ?? null, { status: served[path.replace('/sealed/', '')] ? 200 : 404 });
  const document = { documentElement: { dataset: { base: '/' } } };
  return new Function('document', 'fetch', 'localStorage', 'attributes', 'code', page)(document, fetch, {}, attributes, code);
}

const TOKENS = ['null', '[]', '{}', '"', '1e999', '-1', ']', '}', ',', 'tier:pro', '\0', '\ufeff', 'A', '__proto__'].map((text) => Buffer.from(text));
function changed(content) {
  let bytes = Buffer.from(content);
  for (let times = 1 + random(3); times > 0; times -= 1) {
    const [from, to] = [random(bytes.length + 1), random(bytes.length + 1)].sort((a, b) => a - b);
    const cut = Math.min(to, from + 40);
    const kind = random(6);
    if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(cut)]);
    else if (kind === 1) bytes = bytes.subarray(0, from);
    else if (kind === 2 && bytes.length) bytes[random(bytes.length)] ^= 1 << random(8);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, cut), bytes.subarray(to)]);
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, from), pick(Object.values(sealed)).subarray(from)]);
    else bytes = Buffer.concat([bytes.subarray(0, from), pick(TOKENS), bytes.subarray(from)]);
  }
  return bytes;
}

const SAID = ['unavailable', 'unknown', 'changed', 'ended', 'other', 'mistyped'];
const ATTRIBUTES = { kmCid: card.cid, kmPage: card.page, kmFor: card.for };
const shown = (seen) => JSON.stringify(seen.payload) === JSON.stringify(PAYLOAD) && seen.serial === MARK;
if (!shown(await visit(sealed, ATTRIBUTES))) throw new Error('what nobody changed does not open');

const told = {};
process.on('unhandledRejection', (error) => { throw error; });
for (let number = 0; number < count; number += 1) {
  const path = pick(Object.keys(sealed));
  const served = { ...sealed, [path]: changed(sealed[path]) };
  const seen = await visit(served, ATTRIBUTES);
  if (!shown(seen) && !SAID.includes(seen.said)) throw new Error(`${path} changed to ${served[path].toString('base64')} shows ${JSON.stringify(seen)}`);
  const what = `${path.replace(/^[0-9a-f]{32}/, 'page').replace(/-\w+/, '')}: ${seen.said ?? 'opened'}`;
  told[what] = (told[what] ?? 0) + 1;
}
console.log(`${count} changed files`, told);
