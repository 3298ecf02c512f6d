// Progress as a file: out, in again on another device, and away. It is kept by site.js, in the same storage.
(() => {
  "use strict";
  const tools = document.querySelector(".progress-tools");
  const button = (name) => tools.querySelector(`[data-${name}]`);
  const key = (name) => `km:${document.documentElement.dataset.base}:${name}`;
  const load = (name) => {
    try { return JSON.parse(localStorage[key(name)]); } catch { return {}; }
  };

  button("export").onclick = () => {
    const text = JSON.stringify({ done: load("done"), last: load("last") }, null, 2);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "progress.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // Of two dates the later one stands. Addresses of other sites, and of scripts, are none of ours.
  const isOwn = (address) => /^\/(?!\/)/.test(address);
  const date = (entry) => entry?.at ?? entry ?? 0;
  const join = (name, other) => {
    const all = load(name);
    for (const [address, entry] of Object.entries(other)) {
      if (isOwn(address) && isOwn(entry.href ?? address) && date(entry) > date(all[address])) all[address] = entry;
    }
    localStorage[key(name)] = JSON.stringify(all);
  };
  const chooser = Object.assign(document.createElement("input"), { type: "file", accept: ".json,application/json" });
  chooser.onchange = async () => {
    try {
      const { done, last } = JSON.parse(await chooser.files[0].text());
      join("done", done);
      join("last", last);
      location.reload();
    } catch {
      button("import").textContent = button("import").dataset.bad;
    }
  };
  button("import").onclick = () => chooser.click();

  button("wipe").onclick = ({ target }) => {
    target.textContent = target.dataset.sure;
    target.onclick = () => {
      for (const name of ["done", "last"]) localStorage.removeItem(key(name));
      location.reload();
    };
  };
})();
