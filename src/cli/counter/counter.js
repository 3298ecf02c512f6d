// Puts what stands beside a button into the clipboard, as HTML and as plain text, so that each editor takes what it can.
"use strict";
for (const button of document.querySelectorAll(".part > button")) {
  button.addEventListener("click", async () => {
    const item = {};
    for (const [kind, type] of [["plain", "text/plain"], ["html", "text/html"]]) {
      const held = button.parentElement.querySelector(`[data-${kind}]`);
      if (held) item[type] = new Blob([held.value], { type });
    }
    await navigator.clipboard.write([new ClipboardItem(item)]);
    button.textContent = button.dataset.done;
  });
}
