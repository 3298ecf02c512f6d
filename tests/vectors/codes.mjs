// Codes as people type them, read by the very function that a page has: `readCode` of the theme's `access.js`.
//
//   node tests/vectors/codes.mjs
//
// The program is compared with the same file by `tests/it/keys/vectors.rs`. What was typed is written there with nothing but ASCII.

import { readFile } from 'node:fs/promises';

const file = (path) => readFile(new URL(path, import.meta.url), 'utf8');
const vectors = JSON.parse(await file('codes.json'));
const [source] = /const readCode = [^]*?\n {2}\};\n/.exec(await file('../../themes/default/assets/access.js'));
const readCode = new Function('fail', `${source} return readCode;`)((word) => { throw new Error(word); });
const read = (text) => {
  try {
    return Buffer.from(readCode(text)).toString('hex');
  } catch (error) {
    if (error.message === 'mistyped') return null;
    throw error;
  }
};

for (const { how, typed, code } of vectors) {
  const [is, wanted] = [read(typed), code === null ? null : read(code)];
  if (is !== wanted) throw new Error(`${how}: ${typed} is read as ${is}, not as ${wanted}`);
}
console.log(`${vectors.length} codes as people type them`);
