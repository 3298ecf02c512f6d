// Asks caniemail.com's data which mail programs would not show what a mail uses, and holds it against what MJML writes for the same parts.
//
//   node tests/judges/mails.mjs FOLDER       FOLDER has the mails, as `kmsite mail … --out FOLDER` writes them
//
// A mail may use nothing that more programs refuse than refuse what MJML uses. Programs of which the data says nothing for a feature are left out and named.
// Needs tests/judges/install.sh to have run.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const judges = resolve(process.env.KMSITE_JUDGES ?? join(here, "../../target/judges"));
const require = createRequire(join(judges, "package.json"));
const { caniemail } = await import(pathToFileURL(join(judges, "node_modules/caniemail/dist/index.js")));
const mjml = require("mjml");
const [folder] = process.argv.slice(2);
assert(folder, "usage: node tests/judges/mails.mjs FOLDER");

const CLIENTS = [
    "aol.android", "aol.desktop-webmail", "aol.ios", "apple-mail.ios", "apple-mail.macos", "fastmail.desktop-webmail", "gmail.android",
    "gmail.desktop-webmail", "gmail.ios", "gmail.mobile-webmail", "gmx.desktop-webmail", "hey.desktop-webmail", "mail-ru.desktop-webmail",
    "orange.desktop-webmail", "outlook.android", "outlook.ios", "outlook.macos", "outlook.outlook-com", "outlook.windows", "outlook.windows-mail",
    "protonmail.desktop-webmail", "samsung-email.android", "sfr.desktop-webmail", "thunderbird.macos", "web-de.desktop-webmail", "yahoo.android",
    "yahoo.desktop-webmail", "yahoo.ios",
];

// What a mail of ours has, as MJML's own elements write it.
const BASELINE = `<mjml lang="en"><mj-head><mj-title>A title</mj-title><mj-preview>A preview</mj-preview></mj-head><mj-body>
<mj-section><mj-column><mj-text><h1>A title</h1><p>Text with <a href="https://example.org/">a link</a>, <strong>strong</strong>.</p><ul><li>An item</li></ul></mj-text>
<mj-image src="https://example.org/a.png" alt="A picture" /><mj-divider /><mj-button href="https://example.org/">Read</mj-button>
<mj-table><tr><th>Head</th></tr><tr><td>Cell</td></tr></mj-table><mj-social><mj-social-element name="web" href="https://example.org/">Web</mj-social-element></mj-social>
</mj-column></mj-section></mj-body></mjml>`;

const unknown = new Set();

/** What a program does not show of a mail, or shows in part: features by name. */
function problems(html) {
    const found = { errors: new Set(), warnings: new Set() };
    for (const client of CLIENTS) {
        let issues;
        try {
            ({ issues } = caniemail({ clients: [client], html }));
        } catch (error) {
            assert(error instanceof RangeError, error);
            unknown.add(client);
            continue;
        }
        for (const [kind, names] of Object.entries(found)) {
            for (const list of issues[kind].values()) for (const { title } of list) names.add(`${client}: ${title}`);
        }
    }
    return { errors: found.errors.size, warnings: found.warnings.size, all: found };
}

const baseline = problems((await mjml(BASELINE)).html);
const mails = readdirSync(folder).filter((name) => name.endsWith(".html") && name !== "preview.html");
assert(mails.length > 0, `there are no mails in ${folder}`);
let worst = { errors: 0, warnings: 0 };
for (const name of mails) {
    const mail = problems(readFileSync(join(folder, name), "utf8"));
    worst = { errors: Math.max(worst.errors, mail.errors), warnings: Math.max(worst.warnings, mail.warnings) };
    const more = [...mail.all.errors].filter((feature) => !baseline.all.errors.has(feature));
    assert(mail.errors <= baseline.errors, `${name}: ${mail.errors} things are not shown somewhere, of MJML's ${baseline.errors}:\n  ${more.join("\n  ")}`);
}
assert(unknown.size < CLIENTS.length / 2, `the data knows too few programs: ${[...unknown].join(", ")} are unknown`);
console.log(`${mails.length} mails: at most ${worst.errors} errors and ${worst.warnings} warnings, MJML ${baseline.errors} and ${baseline.warnings}; not known: ${[...unknown].join(", ") || "none"}`);
