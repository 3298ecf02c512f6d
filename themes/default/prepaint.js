{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const key = `km:${root.dataset.base}:`;
    const theme = localStorage[key + "theme"];
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage[key + "last"]) root.classList.add("returning");
    if (localStorage[key + "held"]) root.classList.add("held");
    const { experiment, bounds } = root.dataset;
    if (experiment && !navigator.globalPrivacyControl && navigator.doNotTrack !== "1") {
      const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const reader = localStorage[key + "reader"] ||= fresh();
      let hash = 0x811c9dc5;
      for (const byte of new TextEncoder().encode(`${reader}/${experiment}`)) hash = Math.imul(hash ^ byte, 0x01000193);
      const place = (hash >>> 16) ^ (hash & 0xffff);
      root.dataset.arm = bounds.split(" ").filter((bound) => place >= bound).length;
    }
  } catch { /* Storage is refused: the system's colours hold, and the page as it is. */ }
}
