// What a page can do more where scripts run: colours, contents that follow the scroll, copy, tabs, progress on this device.
// Pages are complete without it, and nothing leaves the browser. The pre-paint script has set `js`, the colours and `returning`.
// What a code opens (`km:opened`, of access.js) gets all that the page itself gets.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = document.body.dataset;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Storage may be refused or full: then what is chosen holds until the page is left.
  const key = (name) => `km:${root.dataset.base}:${name}`;
  const load = (name) => {
    try { return JSON.parse(localStorage[key(name)]); } catch { return {}; }
  };
  const save = (name, text) => {
    try {
      if (text) localStorage[key(name)] = text;
      else localStorage.removeItem(key(name));
    } catch {
      // See above.
    }
  };

  // Light, dark, or as the system has it.
  const scheme = $(".scheme");
  const say = () => scheme.setAttribute("aria-label", scheme.title = scheme.dataset[root.dataset.theme || "auto"]);
  scheme?.addEventListener("click", () => {
    const next = { light: "dark", dark: "" }[root.dataset.theme] ?? "light";
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    save("theme", next);
    say();
  });
  if (scheme) say();

  // Search: its script and style sheet are fetched when somebody looks for something.
  const find = $(".find[data-script]");
  const finder = $("[data-finder]");
  const dress = (href) => $(`link[href="${href}"]`) || new Promise((done) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: done }));
  });
  const search = async (use) => {
    try {
      const [script] = await Promise.all([import(find.dataset.script), dress(find.dataset.style)]);
      use(script);
    } catch {
      if (finder) finder.textContent = find.dataset[navigator.onLine ? "failed" : "offline"];
      else location.assign(find.href);
    }
  };
  if (find && finder) search(({ mount }) => mount(finder));
  find?.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    search(({ open }) => open());
  });
  addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    const isWanted = (event.key === "/" && !isTyping && !event.altKey && !event.ctrlKey && !event.metaKey) || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (!find || !isWanted || event.isComposing) return;
    event.preventDefault();
    search(({ open }) => open());
  });

  // Contents beside the text stand open, above it they are folded; the widths are those of the style sheet.
  const side = $(".side");
  const folds = [[".beside > .fold", "78rem"], [".side > .fold", "60rem"]].map(([selector, width]) => [selector, matchMedia(`(min-width: ${width})`)]);
  const unfold = () => { for (const [selector, query] of folds) for (const fold of $$(selector)) fold.open = query.matches; };
  for (const [, query] of folds) query.addEventListener("change", unfold);
  const current = side && $("[aria-current]", side);

  // The contents follow the scroll.
  let entries = [];
  const observer = new IntersectionObserver(() => {
    const passed = entries.filter(([, heading]) => heading?.getBoundingClientRect().top < innerHeight * 0.3).pop();
    for (const entry of entries) {
      if (entry === passed) entry[0].setAttribute("aria-current", "location");
      else entry[0].removeAttribute("aria-current");
    }
  }, { rootMargin: "1000000px 0px -70% 0px" });
  const follow = () => {
    observer.disconnect();
    entries = $$(".toc a[href^='#']").map((link) => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))]);
    for (const [, heading] of entries) if (heading) observer.observe(heading);
  };

  // A copy button for each code block.
  const addCopy = (within) => {
    for (const block of $$("pre:has(> code)", within)) {
      const button = make("button", { type: "button", className: "copy", textContent: words.copy });
      button.onclick = async () => {
        await navigator.clipboard.writeText(block.textContent);
        button.textContent = words.copied;
        setTimeout(() => { button.textContent = words.copy; }, 2000);
      };
      const frame = make("div", { className: "code-frame" });
      block.replaceWith(frame);
      frame.append(block, button);
    }
  };

  // Tabs: one shown at a time, arrow keys move between them.
  let tabbed = 0;
  const bringTabs = (tabs) => {
    const panels = $$(":scope > .tab", tabs);
    const number = tabbed++;
    const buttons = panels.map((panel, index) => {
      panel.id ||= `km-tab-${number}-${index}`;
      panel.role = "tabpanel";
      const button = make("button", { type: "button", role: "tab", textContent: panel.getAttribute("aria-label") });
      button.setAttribute("aria-controls", panel.id);
      button.onclick = () => show(index);
      return button;
    });
    const show = (shown) => buttons.forEach((button, index) => {
      button.ariaSelected = String(index === shown);
      button.tabIndex = index === shown ? 0 : -1;
      panels[index].hidden = index !== shown;
    });
    const list = make("div", { className: "tab-list", role: "tablist" }, ...buttons);
    list.onkeydown = (event) => {
      const at = buttons.indexOf(document.activeElement);
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
      if (next === undefined) return;
      const index = (next + buttons.length) % buttons.length;
      show(index);
      buttons[index].focus();
      event.preventDefault();
    };
    tabs.prepend(list);
    tabs.classList.add("live");
    show(0);
  };

  // Progress: `done` has the addresses of finished lessons and chapters, `last` the latest one of each course or book.
  const done = load("done");
  const last = load("last");
  const here = location.pathname;
  const finished = (link) => link.pathname in done;
  const leaf = "li:is(.lesson, .chapter) > .entry";

  const tick = () => {
    for (const entry of $$(`.outline ${leaf}`)) {
      const link = $("a", entry);
      entry.classList.toggle("done", finished(link));
      $(".said", entry)?.remove();
      if (finished(link)) link.append(make("span", { className: "said visually-hidden", textContent: ` (${words.done})` }));
    }
  };
  tick();

  const bringMark = (mark) => {
    const press = () => {
      mark.ariaPressed = String(here in done);
      mark.textContent = here in done ? mark.dataset.on : mark.dataset.off;
    };
    mark.onclick = () => {
      if (here in done) delete done[here];
      else done[here] = Date.now();
      save("done", JSON.stringify(done));
      press();
      tick();
    };
    press();
  };

  const enhance = (within) => {
    unfold();
    follow();
    if (navigator.clipboard) addCopy(within);
    $$(".tabs", within).forEach(bringTabs);
    $$("[data-mark]", within).forEach(bringMark);
  };
  enhance($("main"));
  document.addEventListener("km:opened", ({ target }) => enhance(target));
  if (current) side.scrollTop += current.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 3;

  const piece = $("[data-whole]");
  if (piece) {
    const { whole, wholeTitle } = piece.dataset;
    last[whole] = { href: here, title: $("h1").textContent.trim(), whole: wholeTitle, at: Date.now() };
    save("last", JSON.stringify(last));
  }

  // A course or book: how far, and on from where the reader left, or from the first unfinished one after it.
  const progress = $(".progress");
  if (progress) {
    const links = $$(`.whole ${leaf} > a`);
    const bar = $("progress", progress);
    bar.max = links.length;
    bar.value = links.filter(finished).length;
    $("[role=status]", progress).textContent = progress.dataset.text.replace("{done}", bar.value).replace("{total}", bar.max);
    const left = links.findIndex((link) => link.pathname === last[here]?.href);
    const next = left >= 0 && links.slice(left).find((link) => !finished(link));
    if (next) Object.assign($("[data-resume]"), { href: next.href, title: next.textContent, textContent: $("[data-resume]").dataset.resume });
  }

  // The home page: what was read last.
  const resume = $(".resume");
  const latest = Object.values(last).sort((a, b) => b.at - a.at).slice(0, 2);
  if (resume && latest.length) {
    for (const { href, title, whole } of latest) $("ul", resume).append(make("li", {}, make("a", { href }, title), make("small", {}, ` ${whole}`)));
    resume.hidden = false;
  }
})();
