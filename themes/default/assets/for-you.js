// What was read on this device -> what to read next. Nothing leaves the device: the one file that is fetched is the same for everyone.
// The numbers and the order of steps are those of `src/enrich/personal.rs`; `tests/personal/vectors.json` holds both to it.

const HALF_LIFE = 30;
const FINISHED = 0.9;
const ENOUGH = 3;
const MISFIT = 0.5;
const SAME = 0.7;

/** The reader's level; 0 if there is none yet. `pieces` are by number. */
export const level = (visits, pieces) => {
  const finished = [0, 0, 0, 0];
  for (const { piece, part } of visits) if (part >= FINISHED && pieces.has(piece)) finished[pieces.get(piece).level] += 1;
  return Math.max(0, finished.findLastIndex((count) => count >= ENOUGH));
};

// What base 64 for addresses writes a number with.
const DIGITS = new Uint8Array(128);
[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((digit, value) => { DIGITS[digit.charCodeAt()] = value; });

// Adds what one visit says to what all say. Called often with little else in it, so that browsers soon compile it: they have to run it at once.
const add = ({ scores, most, reasons }, text, weight, visit) => {
  for (let at = 0; at < text.length; at += 4) {
    const three = (DIGITS[text[at]] << 18) | (DIGITS[text[at + 1]] << 12) | (DIGITS[text[at + 2]] << 6) | DIGITS[text[at + 3]];
    const gives = (weight * (three & 255)) / 255;
    const piece = three >> 8;
    scores[piece] += gives;
    if (gives > most[piece]) {
      most[piece] = gives;
      reasons[piece] = visit;
    }
  }
};

/** Ranks for a reader: numbers with the visited piece that speaks for each most. `near` is as pages have it: of each two bytes of its number and one of how near it is. */
export const rank = ({ visits, dismissed }, pieces, now, count) => {
  const reached = level(visits, pieces);
  const out = new Set(dismissed);
  for (const { piece, part } of visits) if (part >= FINISHED) out.add(piece);
  // Of each number its score, the most that one visit gave, and which one.
  const sums = { scores: new Float64Array(65536), most: new Float64Array(65536), reasons: new Uint16Array(65536) };
  const text = new TextEncoder().encode(visits.map(({ near }) => near).join(""));
  let from = 0;
  visits.forEach(({ at, part, near }, visit) => {
    const weight = (0.25 + 0.75 * part) * 2 ** (-Math.max(0, now - at) / HALF_LIFE);
    add(sums, text.subarray(from, (from += near.length)), weight, visit);
  });
  const left = [];
  for (const [piece, listed] of pieces) {
    const score = sums.scores[piece];
    if (!score || out.has(piece)) continue;
    const fits = !reached || !listed.level || listed.level === reached || listed.level === reached + 1;
    left.push({ piece, listed, score: fits ? score : score * MISFIT });
  }
  const worth = (score) => Math.round(score * 1e6);
  const taken = [];
  while (taken.length < Math.min(count, left.length)) {
    let best;
    let most = -1;
    for (const entry of left) {
      let { score } = entry;
      // Topics only lower it.
      if (worth(score) < most || taken.includes(entry)) continue;
      for (const { listed } of taken) if (listed.topics.some((topic) => entry.listed.topics.includes(topic))) score *= SAME;
      if (worth(score) > most || (worth(score) === most && entry.piece < best.piece)) [best, most] = [entry, worth(score)];
    }
    taken.push(best);
  }
  return taken.map(({ piece }) => ({ piece, because: visits[sums.reasons[piece]].piece }));
};

const DAY = 86_400_000;
const MOST = 2000;

const start = () => {
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const name = `km:${root.dataset.base}:you`;
  const here = location.pathname;
  const isPath = (text) => typeof text === "string" && /^\/(?!\/)/.test(text);
  const parse = (text) => {
    try { return JSON.parse(text); } catch { return null; }
  };
  const stored = (key) => {
    try { return parse(localStorage[key]); } catch { return null; }
  };
  // What is no address in percent-encoding stands for itself.
  const plain = (path) => {
    try { return decodeURI(path); } catch { return path; }
  };

  // Whatever stands in the storage, what comes out has the form of a profile of this version.
  const tidy = (raw) => {
    const profile = { v: 1, seen: {}, no: [] };
    if (raw?.v !== 1) return profile;
    if (typeof raw.on === "boolean") profile.on = raw.on;
    if (Array.isArray(raw.no)) profile.no = [...new Set(raw.no.filter(isPath))];
    const fits = ([path, seen]) => isPath(path) && seen?.at >= 0 && seen.part >= 0 && seen.part <= 1 && /^([\w-]{4})*$/.test(seen.near) && typeof seen.lang === "string";
    const seen = Object.entries(raw.seen ?? {}).filter(fits).sort(([, a], [, b]) => b.at - a.at).slice(0, MOST);
    profile.seen = Object.fromEntries(seen.map(([path, { at, part, near, lang }]) => [path, { at, part, near, lang }]));
    return profile;
  };
  const read = () => tidy(stored(name));
  // Read anew before each change: another tab may have written since.
  const change = (edit) => {
    const profile = read();
    edit(profile);
    try { localStorage[name] = JSON.stringify(tidy(profile)); } catch { /* Storage is refused or full: nothing is remembered. */ }
  };
  const asksNot = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
  const isOn = () => read().on ?? !asksNot;

  // How much of a text was on the screen, and whether there was time to read it.
  const text = $("article[data-near]");
  if (text) {
    let since = performance.now();
    let spent = 0;
    let deepest = 0;
    const body = $(".text", text) ?? text;
    const needed = Math.min(60_000, body.textContent.trim().length * (root.lang.startsWith("zh") ? 60 : 12));
    const look = () => {
      const { top, height } = body.getBoundingClientRect();
      deepest = Math.max(deepest, Math.min(1, (innerHeight - top) / Math.max(1, height)));
    };
    const keep = () => {
      if (!document.hidden) return;
      spent += performance.now() - since;
      if (!isOn()) return;
      const part = Math.max(0, Math.min(deepest, spent >= needed ? 1 : 0.8));
      change(({ seen }) => {
        seen[here] = { at: Date.now(), part: Math.max(part, seen[here]?.part ?? 0), near: text.dataset.near, lang: root.lang };
      });
    };
    addEventListener("scroll", look, { passive: true });
    look();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) keep();
      else since = performance.now();
    });
  }

  // What there is to show, fetched when it is first needed.
  const place = $("[data-for-you]");
  const mine = $("[data-you]");
  let file;
  const bring = () => (file ??= fetch((place ?? mine).dataset.pieces).then((response) => response.json()).then((all) => {
    const pieces = new Map();
    const numbers = new Map();
    for (const [piece, href, title, level, label, tier, kind, topics] of all.pieces) {
      pieces.set(piece, { href, title, level, topics, label: all.levels[label], tier: all.tiers[tier], kind: all.kinds[kind] });
      numbers.set(plain(href), piece);
    }
    return { pieces, number: (path) => numbers.get(plain(path)) };
  }));
  // A piece that is gone still says what was near it.
  const profileFor = ({ number }) => {
    const { seen, no } = read();
    const done = Object(stored(`km:${root.dataset.base}:done`));
    const visits = Object.entries(seen).filter(([, { lang }]) => lang === root.lang)
      .map(([path, { at, part, near }]) => ({ piece: number(path) ?? -1, at: at / DAY, part: path in done ? 1 : part, near }));
    return { visits, dismissed: no.map(number).filter((piece) => piece !== undefined) };
  };

  const labels = ({ kind, label, tier }) => {
    const line = make("p", { className: "labels" }, make("span", {}, kind));
    const [id, name, inferred] = label ?? [];
    if (label) line.append(make("span", { className: `level ${id}` }, name, ...(inferred ? [make("small", {}, ` (${place.dataset.inferred})`)] : [])));
    if (tier) line.append(make("span", { className: tier[1] ? "tier free" : "tier" }, tier[0]));
    return line;
  };
  const show = async () => {
    if (!isOn() || !Object.values(read().seen).some(({ lang }) => lang === root.lang)) {
      place.hidden = true;
      return;
    }
    const all = await bring();
    const profile = profileFor(all);
    const own = all.number(here);
    const shown = rank({ ...profile, dismissed: own === undefined ? profile.dismissed : [...profile.dismissed, own] }, all.pieces, Date.now() / DAY, 4);
    const { because: why, no } = place.dataset;
    $("ul", place).replaceChildren(...shown.map(({ piece, because }) => {
      const listed = all.pieces.get(piece);
      const from = all.pieces.get(because);
      const button = make("button", { type: "button", className: "dismiss", ariaLabel: `${no}: ${listed.title}`, textContent: no });
      button.onclick = () => {
        change((profile) => profile.no.push(plain(listed.href)));
        show().then(() => $(".dismiss, .more a", place)?.focus());
      };
      const item = make("li", {}, make("p", { className: "next-title" }, make("a", { href: listed.href }, listed.title)), labels(listed), button);
      if (from) item.prepend(make("p", { className: "reason" }, why.replace("{title}", () => from.title)));
      return item;
    }));
    place.hidden = !shown.length;
  };
  if (place) show().catch(() => { place.hidden = true; });

  // The page where readers see and change all of it.
  const button = (action) => $(`[data-${action}]`, mine);
  const entry = (path, all, remove) => {
    const listed = all.pieces.get(all.number(path));
    const drop = make("button", { type: "button", ariaLabel: `${mine.dataset.remove}: ${listed?.title ?? path}`, textContent: mine.dataset.remove });
    drop.onclick = () => { change(remove); draw(); };
    return make("li", {}, listed ? make("a", { href: listed.href }, listed.title) : path, " ", drop);
  };
  const draw = async () => {
    const all = await bring();
    const { seen, no } = read();
    const words = mine.dataset;
    button("switch").textContent = isOn() ? words.off : words.on;
    $("[data-state]", mine).textContent = isOn() ? words.isOn : words.isOff;
    const reached = level(profileFor(all).visits, all.pieces);
    const label = [...all.pieces.values()].find((listed) => listed.level === reached)?.label;
    $("[data-level]", mine).textContent = reached ? label[1] : words.none;
    const read_ = Object.entries(seen).map(([path, { part }]) => {
      const item = entry(path, all, (profile) => delete profile.seen[path]);
      $("button", item).before(make("small", {}, `${Math.round(part * 100)} % `));
      return item;
    });
    $("[data-seen]", mine).replaceChildren(...read_);
    $("[data-no]", mine).replaceChildren(...no.map((path) => entry(path, all, (profile) => { profile.no = profile.no.filter((other) => other !== path); })));
    for (const list of mine.querySelectorAll("ul")) list.hidden = list.previousElementSibling.hidden = !list.children.length;
  };
  if (mine) {
    button("switch").onclick = () => { const on = !isOn(); change((profile) => { profile.on = on; }); draw(); };
    button("export").onclick = () => {
      const link = make("a", { href: URL.createObjectURL(new Blob([JSON.stringify(read(), null, 2)], { type: "application/json" })), download: "for-you.json" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    };
    const chooser = make("input", { type: "file", accept: ".json,application/json" });
    chooser.onchange = async () => {
      const other = parse(await chooser.files[0].text());
      if (other?.v !== 1) { button("import").textContent = button("import").dataset.bad; return; }
      change((profile) => {
        const { seen, no } = tidy(other);
        for (const [path, visit] of Object.entries(seen)) if (!(profile.seen[path]?.at >= visit.at)) profile.seen[path] = visit;
        profile.no.push(...no);
      });
      draw();
    };
    button("import").onclick = () => chooser.click();
    button("wipe").onclick = () => {
      try { localStorage.removeItem(name); } catch { /* Storage is refused: there is nothing in it. */ }
      draw();
    };
    draw().catch(() => {});
  }
  // What another tab changes is seen here too.
  addEventListener("storage", ({ key }) => {
    if (key !== name && key !== null) return;
    if (place) show().catch(() => {});
    if (mine) draw().catch(() => {});
  });
};

if (globalThis.document) start();
