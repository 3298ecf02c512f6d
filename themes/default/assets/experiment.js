// What readers of a page with variants do, told to the address that its creator chose, or kept in this browser, or neither. The pre-paint script has
// picked the variant; where it did not, since the reader asks not to be tracked or storage is refused, nothing is told.
(() => {
  "use strict";
  const { arm, base, beacon, build, event, experiment, segment, variants } = document.documentElement.dataset;
  if (arm === undefined || !beacon) return;
  const key = `km:${base}:`;
  const KEPT = 200;

  const tell = (kind) => {
    try {
      const told = { time: Date.now(), reader: localStorage[key + "reader"], kind, experiment, variant: variants.split(" ")[arm], build, segment };
      const line = JSON.stringify(told);
      if (beacon === "local") {
        const lines = (localStorage[key + "events"] || "").split("\n").filter(Boolean);
        localStorage[key + "events"] = [...lines, line].slice(-KEPT).join("\n");
      } else {
        // Twice: a server that keeps a log of what it was asked needs nothing more.
        navigator.sendBeacon(`${beacon}${beacon.includes("?") ? "&" : "?"}${new URLSearchParams(told)}`, `${line}\n`);
      }
    } catch {
      // Storage is full or refused: then nobody counts.
    }
  };

  tell(event);
  const clicked = ({ target }) => target.closest?.("a.button, .plan-buy a") && tell("click");
  addEventListener("click", clicked);
  addEventListener("auxclick", clicked);
  addEventListener("submit", () => tell("signup"));
})();
