// What was read on this device -> what to read next. Nothing leaves the device: the one file that is fetched is the same for everyone.
// The numbers and the order of steps are those of `src/enrich/personal.rs`; `tests/personal/vectors.json` holds both to it.

const HALF_LIFE = 30;
const FINISHED = 0.9;
const ENOUGH = 3;
const MISFIT = 0.5;
const SAME = 0.7;

const isFinished = ({ part }) => part >= FINISHED;

/** The reader's level; 0 if there is none yet. `pieces` are by number. */
export const level = (visits, pieces) => {
  const finished = [0, 0, 0, 0];
  for (const { piece } of visits.filter(isFinished)) if (pieces.has(piece)) finished[pieces.get(piece).level] += 1;
  return Math.max(0, finished.findLastIndex((count) => count >= ENOUGH));
};

/** Ranks for a reader: numbers with the visited piece that speaks for each most. `near` has numbers and nearness in turn. */
export const rank = ({ visits, dismissed }, pieces, now, count) => {
  const reached = level(visits, pieces);
  const out = new Set([...visits.filter(isFinished).map(({ piece }) => piece), ...dismissed]);
  // Of each number its score, the most that one visit gave, and which one.
  const scores = new Float64Array(65536);
  const most = new Float64Array(65536);
  const reasons = new Int32Array(65536);
  for (const { piece, at, part, near } of visits) {
    const weight = (0.25 + 0.75 * part) * 2 ** (-Math.max(0, now - at) / HALF_LIFE);
    for (let next = 0; next < near.length; next += 2) {
      const gives = (weight * near[next + 1]) / 255;
      scores[near[next]] += gives;
      if (gives <= most[near[next]]) continue;
      most[near[next]] = gives;
      reasons[near[next]] = piece;
    }
  }
  const left = [];
  scores.forEach((score, piece) => {
    const listed = score > 0 && !out.has(piece) && pieces.get(piece);
    if (!listed) return;
    const fits = !reached || !listed.level || listed.level === reached || listed.level === reached + 1;
    left.push({ piece, because: reasons[piece], listed, score: fits ? score : score * MISFIT });
  });
  const worth = ({ score }) => Math.round(score * 1e6);
  const taken = [];
  while (taken.length < count && left.length) {
    const best = left.reduce((best, entry, at) => (worth(entry) > worth(left[best]) ? at : best), 0);
    const [{ piece, because, listed }] = left.splice(best, 1);
    for (const entry of left) if (entry.listed.topics.some((topic) => listed.topics.includes(topic))) entry.score *= SAME;
    taken.push({ piece, because });
  }
  return taken;
};

/** Neighbours as pages have them: of each two bytes of its number and one of how near it is. */
export const unpack = (text) => {
  const bytes = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const near = new Uint16Array(2 * Math.floor(bytes.length / 3));
  for (let at = 0, to = 0; to < near.length; at += 3) {
    near[to++] = bytes.charCodeAt(at) * 256 + bytes.charCodeAt(at + 1);
    near[to++] = bytes.charCodeAt(at + 2);
  }
  return near;
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
  const isPath = (text) => /^\/(?!\/)/.test(text);
  const parse = (text) => {
    try { return JSON.parse(text); } catch { return null; }
  };

  // Whatever stands in the storage, what comes out has the form of a profile of this version.
  const tidy = (raw) => {
    const profile = { v: 1, seen: {}, no: [] };
    if (raw?.v !== 1) return profile;
    if (typeof raw.on === "boolean") profile.on = raw.on;
    if (Array.isArray(raw.no)) profile.no = [...new Set(raw.no.filter(isPath))];
    const fits = ([path, seen]) => isPath(path) && seen?.at >= 0 && seen.part >= 0 && seen.part <= 1 && /^[\w-]*$/.test(seen.near) && typeof seen.lang === "string";
    const seen = Object.entries(raw.seen ?? {}).filter(fits).sort(([, a], [, b]) => b.at - a.at).slice(0, MOST);
    profile.seen = Object.fromEntries(seen.map(([path, { at, part, near, lang }]) => [path, { at, part, near, lang }]));
    return profile;
  };
  const read = () => {
    try { return tidy(parse(localStorage[name] ?? "")); } catch { return tidy(); }
  };
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
      numbers.set(decodeURI(href), piece);
    }
    return { pieces, number: (path) => numbers.get(decodeURI(path)) };
  }));
  // A piece that is gone still says what was near it.
  const profileFor = ({ number }) => {
    const { seen, no } = read();
    const done = parse(localStorage[`km:${root.dataset.base}:done`] ?? "") ?? {};
    const visits = Object.entries(seen).filter(([, { lang }]) => lang === root.lang)
      .map(([path, { at, part, near }]) => ({ piece: number(path) ?? -1, at: at / DAY, part: path in done ? 1 : part, near: unpack(near) }));
    return { visits, dismissed: no.map(number).filter((piece) => piece !== undefined) };
  };

  const labels = ({ kind, label, tier }) => {
    const line = make("p", { className: "labels" }, make("span", {}, kind));
    if (label) line.append(make("span", { className: `level ${label.id}` }, label.name));
    if (tier) line.append(make("span", { className: tier.free ? "tier free" : "tier" }, tier.name));
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
        change((profile) => profile.no.push(decodeURI(listed.href)));
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
    $("[data-level]", mine).textContent = reached ? label.name : words.none;
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
};

if (globalThis.document) start();
