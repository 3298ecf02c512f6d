// What a reader has already is not sold to them again, and what comes next says so: by the names of what the codes entered here open, which
// `access.js` keeps beside the keys.
(() => {
  "use strict";
  const { base } = document.documentElement.dataset;
  const { yours, next } = document.currentScript.dataset;
  const names = () => {
    try { return (localStorage[`km:${base}:held`] ?? "").split(" "); } catch { return []; }
  };
  const mark = () => {
    const held = names();
    const isHeld = ({ dataset }) => held.includes(dataset.kmOffer);
    const items = [...document.querySelectorAll("[data-km-offer]")];
    for (const item of items) {
      // Tiers stand in order: whoever has one has those before it, and one that is not listed here lies below.
      const tiers = items.filter((other) => other.dataset.kmOffer.startsWith("tier:") && other.closest("ul") === item.closest("ul"));
      const last = tiers.findLastIndex(isHeld);
      const isOwn = isHeld(item) || tiers.slice(0, last + 1).includes(item);
      const isNext = held.some((name) => name.startsWith("tier:")) && item === tiers[last + 1];
      const buy = item.querySelector(".offer-buy, .plan-buy");
      if (buy) buy.hidden = isOwn;
      item.querySelector(".offer-why.own")?.remove();
      if (isOwn || isNext) item.append(Object.assign(document.createElement("p"), { className: "offer-why own", textContent: isOwn ? yours : next }));
    }
  };
  mark();
  document.addEventListener("km:held", mark);
})();
