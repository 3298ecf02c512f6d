// A copy button for each code block. Pages are complete without it.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  const { copy, copied } = document.body.dataset;
  for (const block of document.querySelectorAll("main pre")) {
    const code = block.querySelector("code");
    if (!code) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      // Line numbers are no part of the code.
      const text = code.cloneNode(true);
      for (const number of text.querySelectorAll(".ln")) number.remove();
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    const frame = document.createElement("div");
    frame.className = "code-frame";
    block.replaceWith(frame);
    frame.append(block, button);
  }
})();
