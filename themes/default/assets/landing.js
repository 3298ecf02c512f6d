// Prices with a last moment: how long they still hold, and what holds after. Without this the page names both.
(() => {
  "use strict";
  const MINUTE = 60_000;

  const unit = (minutes) => {
    if (minutes >= 2 * 1440) return ["days", Math.floor(minutes / 1440)];
    if (minutes >= 120) return ["hours", Math.floor(minutes / 60)];
    return ["minutes", minutes];
  };

  const tick = (pay, end) => {
    const left = end - Date.now();
    for (const part of pay.querySelectorAll(".early")) part.hidden = left <= 0;
    for (const part of pay.querySelectorAll(".usual")) part.hidden = left > 0;
    if (left <= 0) return;
    const note = pay.querySelector(".time-left");
    if (note) {
      const [name, count] = unit(Math.ceil(left / MINUTE));
      note.textContent = note.dataset[name].replace("{n}", count);
    }
    setTimeout(tick, Math.min(left, MINUTE), pay, end);
  };

  for (const pay of document.querySelectorAll("[data-until]")) tick(pay, Date.parse(pay.dataset.until));
})();
