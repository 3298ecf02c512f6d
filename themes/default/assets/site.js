// A copy button for each code block. Pages are complete without it.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  const { copy, copied } = document.body.dataset;
  for (const block of document.querySelectorAll("main pre:has(> code)")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    const frame = document.createElement("div");
    frame.className = "code-frame";
    block.replaceWith(frame);
    frame.append(block, button);
  }
})();
