// Codes, lookups, marks, records and buckets, made a second time, with WebCrypto, of nothing but the formats that `src/access/{code,record}.rs` tell.
//
//   node tests/vectors/members.mjs          fails if members.json is not what comes out
//   node tests/vectors/members.mjs --write  writes it
//
// The program is compared with the same file by `tests/it/keys/vectors.rs`. Every record is opened too, as a browser does it.

import { b64, concat, decrypt, encrypt, entitlementKey, hex, hkdf, hmac, settle, tuple, utf8, wrap } from './webcrypto.mjs';

const text = new TextDecoder();

const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Crockford's base 32 in groups of five, with Luhn's check symbol modulo 32 at the end. */
function written(prefix, data) {
  const bits = [...data].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const values = (bits.padEnd(Math.ceil(bits.length / 5) * 5, '0').match(/.{5}/g)).map((group) => parseInt(group, 2));
  let sum = 0;
  [...values].reverse().forEach((value, at) => {
    const product = at % 2 === 0 ? 2 * value : value;
    sum += Math.floor(product / 32) + (product % 32);
  });
  values.push((32 - (sum % 32)) % 32);
  return [prefix, ...values.map((value) => SIGNS[value]).join('').match(/.{1,5}/g)].filter(Boolean).join('-');
}

/** Everything that follows from a master key, epochs and holders. */
async function made({ master, epochs, holders }) {
  const raw = Buffer.from(master, 'hex');
  const use = (label) => hkdf(raw, tuple(`kmsite/1/${label}`));
  const [codes, records, dummies] = [await use('codes'), await use('records'), await use('dummies')];
  const generation = Object.values(epochs).reduce((sum, epoch) => sum + epoch - 1, 0);

  const drafts = [];
  for (const { id, serial, grants } of holders) {
    const code = (await hmac(codes, tuple('kmsite/1/code', id, serial))).slice(0, 15);
    const mark = written('', (await hmac(codes, tuple('kmsite/1/mark', id, serial))).slice(0, 5));
    const lookup = (await hkdf(code, tuple('kmsite/1/lookup'))).slice(0, 16);
    const g = [];
    for (const [name, epoch] of [...grants].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const under = await hkdf(code, tuple('kmsite/1/member', name, epoch));
      g.push([name, epoch, b64(await wrap(under, await entitlementKey(raw, name, epoch)))]);
    }
    drafts.push({ id, serial, code, mark, lookup, plain: JSON.stringify({ s: mark, e: generation, g }) });
  }

  const longest = Math.max(0, ...drafts.map(({ plain }) => utf8.encode(plain).length));
  const length = Math.max(256, Math.ceil(longest / 256) * 256);
  const all = [];
  for (const { code, lookup, plain } of drafts) {
    const padded = utf8.encode(plain.padEnd(length - (utf8.encode(plain).length - plain.length), ' '));
    const salt = (await hmac(records, tuple('kmsite/1/record', lookup, padded))).slice(0, 16);
    const key = await hkdf(code, tuple('kmsite/1/record'), salt);
    const aad = tuple('kmsite/1/record', lookup);
    const sealed = await encrypt(key, aad, padded);
    if (text.decode(await decrypt(key, aad, sealed)).trimEnd() !== plain) throw new Error('a record does not open');
    all.push({ lookup, record: concat(salt, sealed) });
  }

  let bits = 0;
  while (bits < 12 && all.length * (length + 32) > 2048 * 2 ** bits) bits += 1;
  const bucketOf = (lookup) => ((lookup[0] << 8) | lookup[1]) >> (16 - bits);
  const buckets = Array.from({ length: 2 ** bits }, () => []);
  for (const entry of all) buckets[bucketOf(entry.lookup)].push(entry);
  const count = Math.max(8, Math.ceil(Math.max(...buckets.map((bucket) => bucket.length)) / 8) * 8);
  const files = { 'members.json': JSON.stringify({ v: 1, bits }) };
  for (const [number, bucket] of buckets.entries()) {
    for (let index = 0, missing = count - bucket.length; index < missing; index += 1) {
      const lookup = (await hmac(dummies, tuple('kmsite/1/dummy', bits, number, index))).slice(0, 16);
      const first = (number << (16 - bits)) | (((lookup[0] << 8) | lookup[1]) & (0xffff >> bits));
      lookup[0] = first >> 8;
      lookup[1] = first & 0xff;
      const blocks = [];
      for (let block = 0; block * 32 < length + 32; block += 1) blocks.push(await hmac(dummies, tuple('kmsite/1/dummy-record', lookup, generation, block)));
      bucket.push({ lookup, record: concat(...blocks).slice(0, length + 32) });
    }
    const sorted = bucket.map(({ lookup, record }) => [hex(lookup), b64(record)]).sort(([a], [b]) => (a < b ? -1 : 1));
    files[`members/${bits}-${number.toString(16)}.json`] = JSON.stringify({ v: 1, r: Object.fromEntries(sorted) });
  }
  const fingerprint = hex((await use('fingerprint')).slice(0, 8));
  const members = drafts.map(({ id, serial, code, mark, lookup }) => ({ id, serial, code: written('KM', code), lookup: hex(lookup), mark }));
  return { key: written('KMSITE', raw), fingerprint, members, files };
}

const MASTER = hex(Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1));
const CASES = [
  { name: 'nobody', master: MASTER, epochs: {}, holders: [] },
  {
    name: 'three members, one of whom stayed behind',
    master: MASTER,
    epochs: { 'tier:pro': 3, 'product:成交': 2 },
    holders: [
      { id: 'm7k2q9xw', serial: 1, grants: [['tier:pro', 3]] },
      { id: '小安', serial: 2, grants: [['tier:member', 1], ['product:成交', 2], ['tier:pro', 2]] },
      { id: 'p3k9x2aa-17', serial: 1, grants: [['product:pro', 1]] },
    ],
  },
  {
    name: 'four buckets, and records of two blocks',
    master: 'ff'.repeat(32),
    epochs: {},
    holders: Array.from({ length: 13 }, (_, at) => ({
      id: `p-${at + 1}`,
      serial: 1,
      grants: [['tier:member', 1], ['tier:pro', 1], ['product:a', 1], ['product:b', 1]],
    })),
  },
];

const vectors = [];
for (const given of CASES) vectors.push({ given, made: await made(given) });
await settle('members.json', vectors);
console.log(`${vectors.length} cases, ${vectors.reduce((sum, { made: { members } }) => sum + members.length, 0)} members`);
