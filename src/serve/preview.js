// The preview's tools on each page of `kmsite serve`: swaps what an edit changed, shows what is wrong, and lets the creator look
// through others' eyes. No page of a build has it.
(() => {
  "use strict";
  const script = document.currentScript;
  let generation = script.dataset.generation;
  script.remove();
  const isTrouble = document.documentElement.hasAttribute("data-kmsite-trouble");
  const lang = document.documentElement.lang;
  const zh = lang.startsWith("zh");
  const say = zh
    ? { tools: "预览工具", as: "以谁的身份看", visitor: "访客", language: "语言", level: "难度", copy: "抄到别处", mail: "邮件", all: "全部", errors: (n) => `${n} 个错误`,
        warnings: (n) => `${n} 个警告`, fine: "没有问题", broken: "页面停在最后一个正确的版本", nothing: "改正之后，网站会在这里出现", hide: "收起",
        lost: "预览已停止" }
    : { tools: "Preview tools", as: "View as", visitor: "Visitor", language: "Language", level: "Level", copy: "Copy elsewhere", mail: "Mails", all: "All",
        errors: (n) => (n === 1 ? "1 error" : `${n} errors`), warnings: (n) => (n === 1 ? "1 warning" : `${n} warnings`), fine: "Nothing to report",
        broken: "You see the last version without an error", nothing: "The site appears here as soon as this is mended", hide: "Hide",
        lost: "The preview has stopped" };

  // ---- What the server sent, beside what the theme's scripts made of it ----

  // A copy of the page as it came, and for each node of the copy the one in the page. Changes are found between copies and carried out in
  // the page, so that what scripts added stays, and with it open details, what is typed, what is playing, and the place one reads at.
  const live = new WeakMap();
  const pair = (copy, node) => {
    live.set(copy, node);
    let child = node.firstChild;
    for (const part of copy.childNodes) {
      pair(part, child);
      child = child.nextSibling;
    }
  };
  let copy = document.body.cloneNode(true);
  pair(copy, document.body);

  // The node of the page that stands for a copy's, or what a script has put around it.
  const standing = (part, parent) => {
    let node = live.get(part);
    while (node && node.parentNode && node.parentNode !== parent) node = node.parentNode;
    return node && node.parentNode === parent ? node : null;
  };

  const insert = (parent, part, before) => {
    const node = document.importNode(part, true);
    pair(part, node);
    parent.insertBefore(node, before);
  };

  const patch = (from, to) => {
    const node = live.get(from);
    live.set(to, node);
    if (from.isEqualNode(to)) {
      // Nothing to do, but from here on `to` is the copy.
      const descend = (a, b) => {
        live.set(b, live.get(a));
        a.childNodes.forEach((part, index) => descend(part, b.childNodes[index]));
      };
      descend(from, to);
      return;
    }
    if (from.nodeType !== Node.ELEMENT_NODE) {
      node.nodeValue = to.nodeValue;
      return;
    }
    for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) node.setAttribute(name, value);
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) node.removeAttribute(name);
    patchChildren([...from.childNodes], [...to.childNodes], node);
  };

  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || "") === (b.id || "");

  // Pairs of equal children, in order: the longest common subsequence of what both lists have between their equal ends.
  const pairs = (from, to) => {
    const key = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.outerHTML : `${node.nodeType} ${node.nodeValue}`);
    const [a, b] = [from.map(key), to.map(key)];
    const found = [];
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) {
      found.push([start, start]);
      start += 1;
    }
    let [aEnd, bEnd] = [a.length, b.length];
    const tail = [];
    while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
      aEnd -= 1;
      bEnd -= 1;
      tail.unshift([aEnd, bEnd]);
    }
    const width = bEnd - start + 1;
    if ((aEnd - start) * width < 4e6) {
      const longest = new Uint16Array((aEnd - start + 1) * width);
      for (let i = aEnd - start - 1; i >= 0; i -= 1) {
        for (let j = width - 2; j >= 0; j -= 1) {
          longest[i * width + j] = a[start + i] === b[start + j]
            ? longest[(i + 1) * width + j + 1] + 1
            : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
        }
      }
      for (let i = 0, j = 0; i < aEnd - start && j < width - 1;) {
        if (a[start + i] === b[start + j]) found.push([start + i++, start + j++]);
        else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) i += 1;
        else j += 1;
      }
    }
    return [...found, ...tail];
  };

  const patchChildren = (from, to, parent) => {
    let [i, j] = [0, 0];
    for (const [nextI, nextJ] of [...pairs(from, to), [from.length, to.length]]) {
      // What lies between two pairs has changed: one for one as long as it is of the same sort.
      while (i < nextI && j < nextJ && alike(from[i], to[j])) patch(from[i++], to[j++]);
      while (i < nextI) standing(from[i++], parent)?.remove();
      const after = from.slice(nextI).map((part) => standing(part, parent)).find(Boolean) || null;
      while (j < nextJ) insert(parent, to[j++], after);
      if (nextI < from.length) patch(from[i++], to[j++]);
    }
  };

  // ---- Taking over a newer page ----

  const links = (doc, selector) => [...doc.querySelectorAll(selector)];
  const scripts = (doc) => links(doc, "script[src]").map((element) => element.getAttribute("src")).filter((src) => !src.startsWith("/_kmsite/")).join("\n");
  const sourceScripts = scripts(document);

  // A style sheet gives way when the next one is there: the page never stands without.
  const swapStyles = (next) => {
    const sheets = (doc) => links(doc.head, 'link[rel="stylesheet"]');
    const wanted = sheets(next).map((link) => link.getAttribute("href"));
    const present = sheets(document);
    const stale = present.filter((link) => !wanted.includes(link.getAttribute("href")));
    const fresh = sheets(next).filter((link) => !present.some((other) => other.getAttribute("href") === link.getAttribute("href")));
    let waiting = fresh.length;
    const done = () => {
      waiting -= 1;
      if (waiting <= 0) stale.forEach((link) => link.remove());
    };
    for (const link of fresh) {
      const node = document.importNode(link, true);
      node.addEventListener("load", done);
      node.addEventListener("error", done);
      (present.at(-1) || document.head.lastChild).after(node);
    }
    if (fresh.length === 0) stale.forEach((link) => link.remove());
  };

  // The page at an address, nothing if none stands there. Unlike a DOMParser this may read text where Trusted Types are required.
  const page = (address) => new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => done((request.getResponseHeader("Content-Type") || "").startsWith("text/html") ? request.response : null);
    request.onerror = failed;
    request.send();
  });

  let at = 0;
  const refresh = async (wanted) => {
    at += 1;
    const turn = at;
    const next = await page(location.pathname + location.search);
    if (turn !== at) return;
    if (isTrouble || !next || next.documentElement.hasAttribute("data-kmsite-trouble") || scripts(next) !== sourceScripts) {
      location.reload();
      return;
    }
    next.querySelector('script[src="/_kmsite/preview.js"]')?.remove();
    next.body.normalize();
    swapStyles(next);
    document.title = next.title;
    document.documentElement.lang = next.documentElement.lang;
    try {
      patch(copy, next.body);
    } catch {
      // A script took away what has changed.
      location.reload();
      return;
    }
    copy = next.body;
    generation = wanted;
    // For scripts of a theme that want to look at what is new.
    document.dispatchEvent(new CustomEvent("kmsite:swap"));
  };

  // ---- Overlay and toolbar, out of reach of the theme's styles ----

  const host = document.createElement("kmsite-preview");
  const root = host.attachShadow({ mode: "open" });
  const element = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  };
  const sheet = element("link", { rel: "stylesheet", href: "/_kmsite/preview.css" });
  const overlay = element("section", { class: "overlay", role: "alert", hidden: true });
  const bar = element("div", { class: "bar", role: "toolbar", "aria-label": say.tools, hidden: true });
  const list = element("section", { class: "findings", hidden: true, "aria-label": say.warnings(2) });
  root.append(sheet, overlay, list, bar);
  const mount = () => {
    if (!host.isConnected) document.documentElement.append(host);
  };

  const drawn = ({ severity, code, text }) => {
    const [first, ...rest] = text.split("\n");
    const message = first.replace(/^(error|warning)\[[A-Z0-9]+\]: /, "");
    return element("article", { class: severity }, element("h2", {}, message), element("code", {}, code), element("pre", {}, rest.join("\n")));
  };

  // Other programs at this host may have left a cookie of this name that nobody can decode.
  const viewer = () => {
    try {
      return decodeURIComponent(/(?:^|; *)kmsite_view=([^;]*)/.exec(document.cookie)?.[1] ?? "visitor");
    } catch {
      return "visitor";
    }
  };
  const select = (label, options, chosen, choose) =>
    element("label", {}, element("span", {}, label),
      element("select", { onchange: (event) => choose(event.target.value) },
        ...options.map(([value, name]) => element("option", { value, selected: value === chosen }, name))));

  const drawBar = (told) => {
    const own = told.site?.find((choices) => choices.lang === lang) || told.site?.[0];
    if (!own) return;
    const parts = [];
    if (own.views.length) {
      const views = [["visitor", say.visitor], ...own.views.map(({ value, name }) => [value, name])];
      parts.push(select(say.as, views, viewer(), (value) => {
        document.cookie = `kmsite_view=${encodeURIComponent(value)}; path=/; SameSite=Strict`;
        location.reload();
      }));
    }
    if (told.site.length > 1) {
      const there = (choices) => {
        const link = document.head.querySelector(`link[rel="alternate"][hreflang="${CSS.escape(choices.lang)}"]`);
        return link ? new URL(link.href).pathname : choices.home;
      };
      const name = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag) || tag;
      parts.push(select(say.language, told.site.map((choices) => [choices.lang, name(choices.lang)]), own.lang, (value) => {
        location.href = there(told.site.find((choices) => choices.lang === value));
      }));
    }
    if (own.levels.length) {
      const here = own.levels.find(({ value }) => location.pathname.startsWith(value));
      const levels = [[own.home, say.all], ...own.levels.map(({ value, name }) => [value, name])];
      parts.push(select(say.level, levels, here ? here.value : own.home, (value) => { location.href = value; }));
    }
    if (told.counter) {
      const query = `lang=${encodeURIComponent(own.lang)}&page=${encodeURIComponent(location.pathname)}`;
      parts.push(element("a", { href: `/_copy/?${query}` }, say.copy), element("a", { href: `/_mail/?${query}` }, say.mail));
    }
    const count = [told.errors && say.errors(told.errors), told.warnings && say.warnings(told.warnings)].filter(Boolean).join(" · ");
    const state = told.errors ? "error" : told.warnings ? "warning" : "fine";
    parts.push(element("button", { type: "button", class: state, disabled: !told.findings.length, "aria-expanded": String(!list.hidden), onclick: (event) => {
      if (told.errors) overlay.hidden = !overlay.hidden;
      else list.hidden = !list.hidden;
      event.currentTarget.setAttribute("aria-expanded", String(!list.hidden));
    } }, count || say.fine));
    bar.replaceChildren(...parts);
    bar.classList.toggle("other", own.views.some(({ value }) => value === viewer()));
    bar.hidden = false;
  };

  const draw = (told) => {
    mount();
    const errors = told.findings.filter(({ severity }) => severity === "error");
    const warnings = told.findings.filter(({ severity }) => severity !== "error");
    list.replaceChildren(...warnings.map(drawn));
    if (!warnings.length) list.hidden = true;
    // Other machines are told how many there are and nothing else.
    overlay.hidden = !errors.length && !(isTrouble && told.errors);
    overlay.replaceChildren(
      element("header", {},
        element("strong", {}, say.errors(told.errors)),
        element("span", {}, isTrouble ? say.nothing : say.broken),
        isTrouble ? "" : element("button", { type: "button", onclick: () => { overlay.hidden = true; } }, say.hide)),
      ...errors.map(drawn));
    drawBar(told);
  };

  // ---- Listening ----

  let stream = null;
  const listen = () => {
    if (stream) return;
    stream = new EventSource(`/_kmsite/events?page=${encodeURIComponent(location.pathname)}`);
    stream.addEventListener("message", async ({ data }) => {
      const told = JSON.parse(data);
      host.removeAttribute("data-lost");
      if (told.generation !== generation) {
        try {
          await refresh(told.generation);
        } catch {
          return;
        }
      }
      draw(told);
    });
    stream.addEventListener("error", () => host.setAttribute("data-lost", say.lost));
  };
  // A browser has six connections to a host: tabs that nobody sees give theirs back.
  const settle = () => {
    if (document.visibilityState === "visible") listen();
    else if (stream) {
      stream.close();
      stream = null;
    }
  };
  document.addEventListener("visibilitychange", settle);
  addEventListener("pagehide", () => { stream?.close(); stream = null; });
  addEventListener("pageshow", settle);
  settle();
})();
