// Type-checks the JSON-LD of all pages of a dist folder against schema.org, as `schema-dts` has it in TypeScript.
//
// usage: node jsonld.mjs DIST [NODE_MODULES]     (needs `schema-dts` and `typescript` from npm; NODE_MODULES is where they are)
//
// Blocks of the same shape are checked once: only strings that schema.org gives a meaning (types, enumerations) are kept apart.
// Exits with 1 if a block is no JSON, names an unknown property or type, or if there is no block at all.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [dist, modules = "node_modules"] = process.argv.slice(2);
if (!dist) {
  console.error("usage: node jsonld.mjs DIST [NODE_MODULES]");
  process.exit(2);
}

const BLOCK = /<script[^>]*type=["']?application\/ld\+json["']?[^>]*>([\s\S]*?)<\/script>/gi;

function* pages(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* pages(path);
    else if (entry.name.endsWith(".html")) yield path;
  }
}

/** A block with all free text made equal, so that a thousand articles are one type to check. */
function shape(value, key = "") {
  if (Array.isArray(value)) {
    const seen = new Map(value.map((item) => shape(item, key)).map((item) => [JSON.stringify(item), item]));
    return [...seen.values()];
  }
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item, key)]));
  }
  const meant = key.startsWith("@") ? key !== "@id" : typeof value === "string" && value.startsWith("https://schema.org/");
  if (typeof value === "number") return 1;
  return typeof value === "string" && !meant ? "text" : value;
}

const shapes = new Map();
let blocks = 0;
let faults = 0;
for (const page of pages(dist)) {
  for (const [, text] of readFileSync(page, "utf8").matchAll(BLOCK)) {
    blocks += 1;
    try {
      const value = JSON.parse(text);
      const ids = (value["@graph"] ?? []).map((node) => node["@id"]).filter(Boolean);
      if (new Set(ids).size !== ids.length) throw new Error("two nodes have the same @id");
      const json = JSON.stringify(shape(value), null, 1);
      if (!shapes.has(json)) shapes.set(json, page);
    } catch (error) {
      console.error(`${page}: ${error.message}`);
      faults += 1;
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), "jsonld-"));
try {
  symlinkSync(resolve(modules), join(folder, "node_modules"));
  let source = 'import type { Graph } from "schema-dts";\n';
  let number = 0;
  // Where each block begins, to name the page of a fault.
  const starts = [];
  for (const [json, page] of shapes) {
    starts.push([source.split("\n").length, page]);
    source += `export const block${number++}: Graph = ${json};\n`;
  }
  writeFileSync(join(folder, "blocks.ts"), source);
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", "blocks.ts"];
  try {
    execFileSync(process.execPath, [resolve(modules, "typescript/bin/tsc"), ...options], { cwd: folder, encoding: "utf8" });
  } catch (error) {
    faults += 1;
    const output = error.stdout || String(error);
    console.error(
      output.replace(/^blocks\.ts[(:](\d+)/gm, (found, line) => {
        const start = starts.findLast(([first]) => first <= Number(line));
        return `${start?.[1] ?? ""}: ${found}`;
      }),
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

console.log(`${blocks} blocks of ${shapes.size} shapes, ${faults} faults`);
process.exit(faults || !blocks ? 1 : 0);
