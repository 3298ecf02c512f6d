// Search: what is typed -> the few files of the index that are needed -> results. The rules of tokens, queries and ranking are those of
// `kmsite search` (src/search), so that both give the same order; vectors in tests/search hold them together.
// No page is searched through a server, and nothing that is typed leaves the browser.

const LONGEST = 64, ROOM = 400, TERMS = 32, WINDOW = 50, PAGE = 10;
const LETTER = /[\p{Alphabetic}\p{N}]/u;
const ALPHABETIC = /\p{Alphabetic}/u;
const SPACE = /\p{White_Space}/u;
const HAN = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const isHan = (c) => HAN.test(c) && LETTER.test(c);
const isWord = (c) => c === "_" || (LETTER.test(c) && !HAN.test(c));
const count = (text) => [...text].length;

// Folds a text: [[characters as they are compared], [where each comes from in the text]].
const fold = (text, han) => {
  const chars = [], from = [];
  let at = 0;
  for (const c of text) {
    for (const part of (c < "\x80" ? c : c.normalize("NFKC")).toLowerCase()) {
      chars.push(han.get(part) ?? part);
      from.push(at);
    }
    at += c.length;
  }
  from.push(at);
  return [chars, from];
};

// The runs of a text: { han, chars, text, marked, start, end }, the last two in the folded text.
const runs = (chars) => {
  const found = [];
  for (let at = 0; at < chars.length;) {
    const same = isHan(chars[at]) ? isHan : isWord(chars[at]) ? isWord : null;
    if (!same) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < chars.length && same(chars[at])) at += 1;
    const run = chars.slice(start, at), whole = run.join(""), text = whole.replace(/^_+|_+$/g, "");
    const marked = same === isWord && text === whole && mark(chars, start, at, text);
    if (text) found.push({ han: same === isHan, chars: run, text, marked, start, end: at });
  }
  return found;
};

const mark = (chars, start, end, text) => {
  const at = (place) => chars[place] ?? " ";
  const isLetter = (c) => isWord(c) || isHan(c);
  if (end - start <= 4 && ALPHABETIC.test(chars[start])) {
    if (at(end) === "+" && at(end + 1) === "+" && at(end + 2) !== "+" && !isLetter(at(end + 2))) return `${text}++`;
    if (at(end) === "#" && at(end + 1) !== "#" && !isLetter(at(end + 1))) return `${text}#`;
  }
  const before = at(start - 2);
  return at(start - 1) === "." && before !== "." && !isLetter(before) && ALPHABETIC.test(chars[start]) && `.${text}`;
};

const cut = (token) => (token.length > LONGEST ? [...token].slice(0, LONGEST).join("") : token);
const runsOf = (text, han) => runs(fold(text.normalize("NFC"), han)[0]);

export const tokens = (text, han) => runsOf(text, han).flatMap((run) => {
  if (run.han) return run.chars.map((c, at) => c + (run.chars[at + 1] ?? ""));
  const parts = run.text.includes("_") ? run.text.split("_") : [];
  return [run.text, ...parts, run.marked].filter(Boolean).map(cut);
});

const flat = (text, han) => `${runsOf(text, han).map((run) => ` ${run.marked || run.text}`).join("")} `;

const termsOf = (text, han, open) => {
  const all = runsOf(text, han);
  return all.flatMap((run, number) => {
    if (!run.han) return [{ text: cut(run.marked || run.text), prefix: open && number + 1 === all.length && count(run.text) >= 2 }];
    const { chars } = run;
    if (chars.length === 1) return [{ text: chars[0], prefix: true }];
    const last = chars.length - 2, step = chars.length > 8 ? 2 : 1, pairs = [];
    for (let at = 0; at < last; at += step) pairs.push(at);
    return [...pairs, last].map((at) => ({ text: chars[at] + chars[at + 1], prefix: false }));
  });
};

export const parse = (written, han) => {
  const typed = [...written].slice(0, ROOM);
  const query = { terms: [], phrases: [], excluded: [], whole: "", open: false };
  let whole = "";
  for (let at = 0; at < typed.length;) {
    if (SPACE.test(typed[at])) {
      at += 1;
      continue;
    }
    const isOut = typed[at] === "-" && at + 1 < typed.length && !SPACE.test(typed[at + 1]);
    const start = at + (isOut ? 1 : 0);
    const close = { '"': '"', "“": "”", "「": "」" }[typed[start]];
    const quoted = close ? typed.indexOf(close, start + 1) : -1;
    let end = typed.findIndex((c, place) => place >= start && SPACE.test(c));
    if (end < 0) end = typed.length;
    const text = (quoted < 0 ? typed.slice(start, end) : typed.slice(start + 1, quoted)).join("");
    at = quoted < 0 ? end : quoted + 1;
    query.open = !isOut && quoted < 0 && at === typed.length && LETTER.test(typed[at - 1]);
    const core = flat(text, han).trim();
    if (!core) continue;
    if (isOut) {
      query.excluded.push(termsOf(text, han, false));
      continue;
    }
    for (const term of termsOf(text, han, query.open)) {
      const known = query.terms.some((other) => other.text === term.text && other.prefix === term.prefix);
      if (query.terms.length < TERMS && !known) query.terms.push(term);
    }
    whole += `${text} `;
    if (quoted >= 0) query.phrases.push(core);
  }
  query.whole = flat(whole, han).trim();
  return query;
};

// One edit apart, the first character the same.
const isNear = (a, b) => {
  a = [...a];
  b = [...b];
  if (a[0] !== b[0] || Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const rest = (chars, from) => chars.slice(at + from).join("\0");
  return at < Math.max(a.length, b.length) && (rest(a, 1) === rest(b, 1) || rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1)
    || (a[at] === b[at + 1] && a[at + 1] === b[at] && at + 1 < a.length && rest(a, 2) === rest(b, 2)));
};

const has = (text, phrase, open) => {
  const ends = [...phrase];
  const before = HAN.test(ends[0]) ? "" : " ";
  const after = open || HAN.test(ends[ends.length - 1]) ? "" : " ";
  return text.includes(before + phrase + after);
};

// A shard: see src/search/export.rs.
const readShard = (buffer, usual) => {
  const bytes = new Uint8Array(buffer), decoder = new TextDecoder(), own = new Uint8Array(4 * LONGEST);
  let at = 0;
  const number = () => {
    let value = 0, shift = 0, byte;
    do {
      byte = bytes[at];
      at += 1;
      value += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte > 127);
    return value;
  };
  const numbers = (length) => Array.from({ length }, number);
  const counts = numbers(number());
  const length = counts.reduce((sum, forms) => sum + forms, 0);
  const shared = numbers(length), follow = numbers(length);
  let next = 0;
  const form = () => {
    const start = shared[next], end = start + follow[next];
    own.set(bytes.subarray(at, at + follow[next]), start);
    at += follow[next];
    next += 1;
    return decoder.decode(own.subarray(0, end));
  };
  const groups = counts.map((forms) => ({ forms: Array.from({ length: forms }, form) }));
  for (const group of groups) group.docs = new Array(number());
  for (const { docs } of groups) {
    let last = 0;
    for (let index = 0; index < docs.length; index += 1) docs[index] = last += number();
  }
  let bit = at * 8;
  for (const group of groups) {
    group.impacts = group.docs.map((doc) => {
      const impact = (bytes[bit >> 3] >> (bit & 4)) + parseInt(usual[doc], 16);
      bit += 4;
      return impact & 15;
    });
  }
  if ((bit + 7) >> 3 !== bytes.length) throw Error();
  return groups;
};

const json = (response) => response.json();
const weight = (documents, df) => Math.max(1, Math.round(256 * Math.log(1 + (documents - df + 0.5) / (df + 0.5))));

// An index of one language, of which files are fetched as they are needed.
export class Index {
  constructor(folder, lang, get = (...all) => fetch(...all)) {
    Object.assign(this, { folder, lang, get, files: new Map(), flats: new Map(), han: new Map() });
  }

  async fetch(name, read = json, options) {
    const response = await this.get(`${this.folder}${name}`, options);
    if (!response.ok) throw Error(name);
    return read(new Response(response.body.pipeThrough(new DecompressionStream("deflate-raw"))));
  }

  // What a file that never changes says; one that could not be had is asked for again.
  file(name, read) {
    if (!this.files.has(name)) {
      const promise = this.fetch(`${this.lang}/${name}.bin`, read);
      promise.catch(() => this.files.delete(name));
      this.files.set(name, promise);
    }
    return this.files.get(name);
  }

  async open(options) {
    const manifest = await this.fetch(`${this.lang}.bin`, json, options);
    if (manifest.v !== 2) throw Error();
    this.manifest = manifest;
    // What a shard says is told by the manifest, too.
    this.files.clear();
    this.han = new Map();
    this.learn(manifest.h);
  }

  learn([from, into]) {
    const to = [...into];
    [...from].forEach((c, at) => this.han.set(c, to[at]));
    this.flats.clear();
  }

  // A text as phrases are looked for in it.
  flat(text) {
    if (!this.flats.has(text)) this.flats.set(text, flat(text, this.han));
    return this.flats.get(text);
  }

  // The shards from that of one form on, as far as they may have forms that begin with it.
  groups(text, more) {
    const { s, b } = this.manifest;
    const first = Math.max(0, s.findLastIndex(([form]) => form <= text));
    const wanted = s.filter(([form], at) => at === first || (more && at > first && form.startsWith(text)));
    return Promise.all(wanted.map(([, name]) => this.file(name, async (response) => readShard(await response.arrayBuffer(), b))));
  }

  // The group of a form. A shard has one; sets that are searched together have one each, which are as one.
  group(shards, form) {
    return shards.reduce((found, shard) => {
      shard.by ??= new Map(shard.flatMap((group) => group.forms.map((own) => [own, group])));
      const group = shard.by.get(form);
      return group ? this.one?.(group, found) ?? group : found;
    }, undefined);
  }

  // Of each group the forms that are picked, with what they are forms of.
  gather(shards, pick) {
    const found = new Map();
    for (const group of shards.flat()) for (const form of pick(group.forms)) found.set(form, this.one?.(group, found.get(form)) ?? group);
    return [...found];
  }

  async matches({ text, prefix }, corrected) {
    const shards = await this.groups(text, prefix);
    const exact = this.group(shards, text);
    const found = exact ? [[exact, 4]] : [];
    if (prefix) found.push(...this.gather(shards, (forms) => forms.filter((form) => form.startsWith(text)).slice(0, 1)).map(([, group]) => [group, 3]));
    if (!found.length && count(text) >= 4 && !HAN.test(text)) {
      const near = this.gather(await this.groups([...text][0], true), (forms) => forms.filter((form) => isNear(text, form)));
      const [best] = near.sort(([a, one], [b, other]) => other.docs.length - one.docs.length || (a < b ? -1 : 1));
      if (best) {
        corrected.push([text, best[0]]);
        found.push([best[1], 2]);
      }
    }
    return found;
  }

  // Title and address of a document, the name of the file that has its text, and where it is in that.
  async described(doc) {
    const { d, c, z, p } = this.manifest;
    const [titles, addresses, names] = d ?? await this.file(c[Math.floor(doc / z)]);
    const at = d ? doc : doc % z;
    const length = names.length / Math.ceil(titles.length / p);
    const from = Math.floor(at / p) * length;
    return { title: titles[at], address: addresses[at], name: names.slice(from, from + length), place: at % p };
  }

  // Results for what was typed. A site that was published meanwhile has other files: then everything is asked for once more.
  async search(...asked) {
    if (!this.manifest) await this.open();
    try {
      return await this.found(...asked);
    } catch (error) {
      if (globalThis.navigator?.onLine === false) throw error;
      await this.open({ cache: "reload" });
      return this.found(...asked);
    }
  }

  async found(typed, filters = {}, size = PAGE) {
    const { manifest } = this;
    const query = parse(typed, this.han);
    const result = { query, total: 0, hits: [], corrected: [], counts: {}, matched: [] };
    if (!query.terms.length) return result;
    const matched = await Promise.all(query.terms.map((term) => this.matches(term, result.corrected)));
    // No form has a traditional character: one that is looked for in vain may be one that this page does not know yet.
    if (manifest.t && !this.knows && query.terms.some((term, at) => !matched[at].length && HAN.test(term.text))) {
      this.learn(await this.file(manifest.t));
      this.knows = true;
      return this.found(typed, filters, size);
    }
    const sums = new Map();
    for (const groups of matched) {
      const best = new Map();
      for (const [group, factor] of groups) {
        const of = weight(manifest.n, group.docs.length) * factor;
        group.docs.forEach((doc, at) => best.set(doc, Math.max(best.get(doc) ?? 0, of * group.impacts[at])));
      }
      for (const [doc, brings] of best) {
        const [sum, of] = sums.get(doc) ?? [0, 0];
        sums.set(doc, [sum + brings, of + 1]);
      }
    }
    for (const terms of query.excluded) {
      const groups = await Promise.all(terms.map(async ({ text }) => this.group(await this.groups(text), text)?.docs));
      for (const doc of groups[0] ?? []) if (groups.every((docs) => docs?.includes(doc))) sums.delete(doc);
    }
    const terms = query.terms.length;
    const most = Math.max(0, ...[...sums.values()].map((sum) => sum[1]));
    const least = most === terms ? terms : Math.ceil(terms / 2);
    let hits = [];
    for (const [doc, [sum, of]] of sums) {
      if (of >= least) hits.push({ doc, score: Math.floor(sum * of * of / (terms * terms)), class: 0 });
    }
    hits = this.filtered(hits, filters, result.counts);
    const order = (a, b) => b.class - a.class || b.score - a.score || a.doc - b.doc;
    hits.sort(order);
    result.total = hits.length;
    const window = hits.splice(0, WINDOW);
    await Promise.all(window.map(async (hit) => {
      Object.assign(hit, await this.described(hit.doc));
      const title = this.flat(hit.title);
      hit.class = title.trim() === query.whole ? 5 : has(title, query.whole, query.open) ? 3 : 0;
    }));
    hits = [...window.sort(order), ...hits];
    result.matched = matched;
    let at = 0;
    const fill = async (size, keep) => {
      while (at < hits.length && result.hits.length < size) {
        const looked = hits.slice(at, at + size - result.hits.length);
        at += looked.length;
        await Promise.all(looked.map((hit) => this.look(hit, query, keep)));
        result.hits.push(...looked.filter((hit) => hit.has));
      }
    };
    await fill(PAGE);
    result.hits.sort(order);
    await fill(size, true);
    // As far as it is known, what has no phrase that is asked for is not counted.
    result.total -= at - result.hits.length;
    return result;
  }

  // Keeps what the filters ask for; for each facet, counts what it would give with the other filters.
  filtered(hits, filters, counts) {
    const { f } = this.manifest;
    const fits = (doc, [name, wanted]) => [f[name][1][doc]].flat().some((value) => f[name][0][value]?.[0] === wanted);
    const chosen = Object.entries(filters).filter(([name, wanted]) => wanted && f[name]);
    for (const [name, [values, of]] of Object.entries(f)) {
      const tally = values.map(() => 0);
      const others = chosen.filter(([other]) => other !== name);
      for (const { doc } of hits) if (others.every((filter) => fits(doc, filter))) for (const value of [of[doc]].flat()) if (value >= 0) tally[value] += 1;
      counts[name] = values.map(([id, label], at) => ({ id, label, count: tally[at] }));
    }
    return hits.filter(({ doc }) => chosen.every((filter) => fits(doc, filter)));
  }

  // Compares the text of a hit with the query: whether it has the phrases, its class, and the passage that answers best.
  async look(hit, query, keep) {
    if (!hit.name) Object.assign(hit, await this.described(hit.doc));
    hit.passages = (await this.file(hit.name))[hit.place] ?? [];
    const texts = hit.passages.map(([, ...both]) => both.map((text) => this.flat(text)));
    hit.has = query.phrases.every((phrase) => [this.flat(hit.title), ...texts.flat()].some((text) => has(text, phrase)));
    let best = [-1, 0];
    texts.forEach(([heading, text], number) => {
      const of = heading.trim() === query.whole ? 4 : has(heading, query.whole, query.open) ? 2 : has(text, query.whole, query.open) ? 1 : 0;
      const terms = query.terms.filter((term) => has(heading, term.text, true) || has(text, term.text, true)).length;
      if (of > best[0] || (of === best[0] && terms > best[1])) best = [of, terms, number];
    });
    if (!keep) hit.class = Math.max(hit.class, best[0]);
    hit.passage = best[1] ? best[2] : undefined;
  }

  // The part of a passage that has most of what was asked for, as [text, whether it is marked].
  excerpt(text, result) {
    text = text.normalize("NFC");
    const [chars, from] = fold(text, this.han);
    const forms = result.query.terms.map((term, at) => new Set([term.text, ...result.matched[at].flatMap(([group]) => group.forms)]));
    const marks = [];
    for (const run of runs(chars)) {
      forms.forEach((of, number) => {
        if (!run.han) {
          if (of.has(run.marked || run.text) || of.has(run.text)) marks.push([run.start, run.end, number]);
          return;
        }
        run.chars.forEach((c, at) => {
          const pair = c + (run.chars[at + 1] ?? "");
          const { text: term } = result.query.terms[number];
          if (pair.startsWith(term)) marks.push([run.start + at, run.start + at + count(term), number]);
        });
      });
    }
    marks.sort((a, b) => a[0] - b[0]);
    const room = HAN.test(text) ? 70 : 150;
    let start = 0, most = 0;
    marks.forEach(([first], at) => {
      const seen = new Set();
      for (let next = at; marks[next]?.[1] <= first + room * 0.8; next += 1) seen.add(marks[next][2]);
      if (seen.size > most) [start, most] = [Math.max(0, first - room / 5), seen.size];
    });
    while (start > 0 && isWord(chars[start]) && isWord(chars[start - 1])) start -= 1;
    let end = Math.min(chars.length, start + room);
    while (end < chars.length && isWord(chars[end]) && isWord(chars[end - 1])) end += 1;
    const parts = [[start ? "…" : "", false]];
    let at = start;
    for (const [markStart, markEnd] of marks) {
      if (markEnd <= at || markStart >= end) continue;
      const begin = Math.max(at, markStart);
      parts.push([text.slice(from[at], from[begin]), false], [text.slice(from[begin], from[markEnd]), true]);
      at = markEnd;
    }
    parts.push([text.slice(from[at], from[Math.max(at, end)]) + (end < chars.length ? "…" : ""), false]);
    return parts.filter(([part]) => part);
  }
}

const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};

// The interface, in a dialog or on the search page.
class Finder {
  constructor(place, link) {
    const { base } = document.documentElement.dataset;
    Object.assign(this, { place, link, base, said: link.dataset, lang: document.documentElement.lang, filters: {}, size: PAGE, active: -1, turn: 0 });
    this.isPage = place.tagName !== "DIALOG";
    this.indexes = new Map();
    this.input = make("input", {
      type: "text", autocomplete: "off", spellcheck: false, placeholder: this.said.label, "aria-label": this.said.label,
      role: "combobox", "aria-expanded": "false", "aria-controls": "km-found", "aria-autocomplete": "list",
    });
    this.status = make("p", { role: "status", className: "find-status" });
    this.bar = make("div", { className: "find-filters" });
    this.list = make("div", { id: "km-found", role: "listbox", "aria-label": this.said.label, hidden: true });
    this.foot = make("p", { className: "find-foot" });
    this.form = make("form", { role: "search" }, this.input);
    place.append(this.form, this.status, this.bar, this.list, this.foot);
    this.form.onsubmit = (event) => {
      event.preventDefault();
      (this.options[this.active] ?? this.options[0])?.click();
    };
    this.input.oninput = (event) => {
      if (event.isComposing) return;
      this.size = PAGE;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.run(), 80);
    };
    this.list.onclick = () => place.close?.();
    this.input.addEventListener("compositionend", () => this.run());
    this.input.onkeydown = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || event.isComposing || !this.options.length) return;
      event.preventDefault();
      const length = this.options.length;
      this.choose(this.active < 0 && step < 0 ? length - 1 : (this.active + step + length) % length);
    };
  }

  get options() { return [...this.list.children]; }

  // The index of the language; where keys are kept, with what they open.
  async open() {
    const { base, lang, indexes, said } = this;
    if (!indexes.has(lang)) {
      const index = new Index(`${base}search/data/`, lang);
      let held;
      try { held = said.members && localStorage[`km:${base}:held`]; } catch {}
      indexes.set(lang, held ? import(said.members).then(({ join }) => join(index, base)) : index);
    }
    this.index = await indexes.get(lang);
  }

  word(name, values = {}) {
    return (this.words?.[name] ?? this.said[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  choose(at) {
    this.active = at;
    this.options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    const option = this.options[at];
    option?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  async run() {
    this.turn += 1;
    const { turn } = this;
    const typed = this.input.value;
    this.remember(typed);
    const slow = setTimeout(() => { if (turn === this.turn && this.words) this.status.textContent = this.word("loading"); }, 400);
    try {
      await this.open();
      const result = await this.index.search(typed, this.filters, this.size);
      this.words ??= this.index.manifest.w;
      if (turn === this.turn) this.show(result, typed);
    } catch {
      if (turn === this.turn) this.fail();
    } finally {
      clearTimeout(slow);
    }
  }

  // The address of what is shown, so that it can be shared.
  remember(typed) {
    const shown = Object.entries({ q: typed.trim(), ...this.filters, lang: this.lang === document.documentElement.lang ? "" : this.lang });
    const url = new URL(this.link);
    url.search = new URLSearchParams(shown.filter(([, value]) => value));
    this.address = url.href;
    if (this.isPage) history.replaceState(history.state, "", this.address);
  }

  fail() {
    this.empty(this.word(navigator.onLine ? "failed" : "offline"));
    if (this.words) this.status.append(" ", make("button", { type: "button", textContent: this.word("retry"), onclick: () => this.run() }));
  }

  empty(said) {
    this.status.replaceChildren(said);
    this.list.replaceChildren();
    this.foot.replaceChildren();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.choose(-1);
  }

  show(result, typed) {
    const { hits, total, corrected } = result;
    const partly = result.lost ? [this.word("partly")] : [];
    this.place.classList.toggle("asked", result.query.terms.length > 0);
    this.facets(result);
    if (!hits.length) {
      const nothing = `${this.word("none", { q: typed.trim() })} ${this.word("none_hint")} ${partly}`;
      return this.empty(result.query.terms.length ? nothing : this.word("hint"));
    }
    const meant = corrected.map(([from, to]) => this.word("meant", { from, to }));
    this.status.replaceChildren([...meant, this.word("count", { n: total }), ...partly].join(" · "));
    this.list.replaceChildren(...hits.map((hit, at) => this.option(hit, at, result)));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.choose(-1);
    this.foot.replaceChildren();
    if (!this.isPage) this.foot.append(make("a", { href: this.address, textContent: this.word("all") }));
    else if (total > hits.length) {
      const more = () => { this.size += PAGE; this.run(); };
      this.foot.append(make("button", { type: "button", textContent: this.word("more"), onclick: more }));
    }
  }

  option(hit, at, result) {
    const [anchor, heading, text] = hit.passages[hit.passage ?? 0] ?? ["", "", ""];
    const { f } = this.index.manifest;
    const label = (name) => f[name][0][f[name][1][hit.doc]]?.[1];
    const path = hit.address.split("/").map(encodeURIComponent).join("/");
    const pieces = this.index.excerpt(text.replaceAll("\n", " "), result);
    return make(
      "a",
      { role: "option", id: `km-found-${at}`, tabIndex: -1, "aria-selected": "false", href: `${this.base.replace(/\/$/, "")}${path}${anchor && `#${encodeURIComponent(anchor)}`}` },
      make("span", { className: "find-title" }, hit.title, heading && heading !== hit.title ? make("span", { className: "find-heading" }, ` › ${heading}`) : ""),
      make("span", { className: "find-text" }, ...pieces.map(([part, isMarked]) => (isMarked ? make("mark", {}, part) : part))),
      make("span", { className: "find-labels" }, ...["kind", "level", "tier"].map(label).filter(Boolean).map((name) => make("span", {}, name))),
    );
  }

  facets({ counts, query }) {
    const name = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);
    const links = document.querySelectorAll(".site-tools [hreflang]");
    const languages = [document.documentElement.lang, ...[...links].map((link) => link.hreflang)];
    const select = (facet, chosen, options, change) => {
      const box = make("select", { "aria-label": this.word(facet), onchange: () => { change(box.value); this.size = PAGE; this.run(); } });
      box.append(...options);
      box.value = chosen;
      return box;
    };
    const focused = this.bar.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
    const boxes = Object.entries(counts).filter(([facet, values]) => this.filters[facet] || values.filter((value) => value.count).length > 1).map(([facet, values]) => {
      const offered = values.filter((value) => value.count || value.id === this.filters[facet]);
      const options = offered.map((value) => make("option", { value: value.id }, `${value.label} (${value.count})`));
      return select(facet, this.filters[facet] ?? "", [make("option", { value: "" }, this.word(facet)), ...options], (value) => { this.filters[facet] = value; });
    });
    if (languages.length > 1 && query.terms.length) {
      const options = languages.map((tag) => make("option", { value: tag }, name(tag)));
      boxes.push(select("lang", this.lang, options, (tag) => { this.lang = tag; this.filters = {}; }));
    }
    if (Object.values(this.filters).some(Boolean)) {
      boxes.push(make("button", { type: "button", textContent: this.word("clear"), onclick: () => { this.filters = {}; this.run(); this.input.focus(); } }));
    }
    this.bar.replaceChildren(...boxes);
    if (focused) boxes.find((box) => box.getAttribute("aria-label") === focused)?.focus();
  }
}

let dialog;

// Opens the overlay, or goes to the field of the search page.
export const open = () => {
  const link = document.querySelector(".find");
  const page = document.querySelector("[data-finder] input");
  if (page) return page.focus();
  if (!dialog) {
    dialog = make("dialog", { className: "finder", "aria-label": link.dataset.label });
    const close = make("button", { type: "button", className: "find-close", textContent: "×", "aria-label": link.dataset.close, onclick: () => dialog.close() });
    document.body.append(dialog);
    dialog.finder = new Finder(dialog, link);
    dialog.finder.form.append(close);
    dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
    dialog.finder.run();
  }
  dialog.showModal();
  return dialog.finder.input.select();
};

// Makes the search page work: what its address asks for is looked up.
export const mount = (place) => {
  const finder = new Finder(place, document.querySelector(".find"));
  const { q = "", lang, ...filters } = Object.fromEntries(new URLSearchParams(location.search));
  finder.filters = filters;
  finder.lang = lang ?? finder.lang;
  finder.input.value = q;
  finder.input.focus();
  return finder.run();
};
