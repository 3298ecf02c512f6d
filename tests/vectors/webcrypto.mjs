// What both makers of vectors need: tuples, and the primitives of sealing by WebCrypto.

import { readFile, writeFile } from 'node:fs/promises';
import { webcrypto } from 'node:crypto';

export const { subtle } = webcrypto;
export const utf8 = new TextEncoder();
export const hex = (data) => Buffer.from(data).toString('hex');
export const unhex = (text) => Uint8Array.from(Buffer.from(text, 'hex'));
export const b64 = (data) => Buffer.from(data).toString('base64url');
export const concat = (...parts) => Uint8Array.from(parts.flatMap((part) => [...bytes(part)]));

const bytes = (part) => (typeof part === 'string' ? utf8.encode(part) : part);
const u64 = (number) => { const out = new Uint8Array(8); new DataView(out.buffer).setBigUint64(0, BigInt(number)); return out; };
const prefixed = (part) => {
  const data = typeof part === 'number' ? u64(part) : Array.isArray(part) ? tuple(...part) : bytes(part);
  return concat(u64(data.length), data);
};
/** Parts, each with its length before it; a list is a part. */
export const tuple = (...parts) => concat(...parts.map(prefixed));

export const hmac = async (key, message) => {
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, message));
};
export const hkdf = async (key, info, salt = new Uint8Array()) => {
  const imported = await subtle.importKey('raw', key, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, imported, 256));
};
/** AES-GCM with a nonce of zeros. */
export const gcm = (additionalData) => ({ name: 'AES-GCM', iv: new Uint8Array(12), additionalData });
export const encrypt = async (raw, aad, plain) =>
  new Uint8Array(await subtle.encrypt(gcm(aad), await subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']), plain));
export const decrypt = async (raw, aad, sealed) =>
  new Uint8Array(await subtle.decrypt(gcm(aad), await subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']), sealed));
export const wrap = async (under, raw) => {
  const kek = await subtle.importKey('raw', under, 'AES-KW', false, ['wrapKey']);
  const key = await subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
  return new Uint8Array(await subtle.wrapKey('raw', key, kek, 'AES-KW'));
};

/** The key of a tier or a product in an epoch. */
export const entitlementKey = (master, name, epoch) => {
  const [kind, id] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
  return hkdf(master, tuple(`kmsite/1/${kind}-key`, id, epoch));
};

/** Writes vectors to a file (`--write`), or fails if they are not what it holds. */
export async function settle(name, vectors) {
  const file = new URL(name, import.meta.url);
  const fresh = `${JSON.stringify(vectors, null, 1)}\n`;
  if (process.argv.includes('--write')) {
    await writeFile(file, fresh);
  } else if ((await readFile(file, 'utf8')) !== fresh) {
    throw new Error(`${name} is not what follows from the formats`);
  }
}
