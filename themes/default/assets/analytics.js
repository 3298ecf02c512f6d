// Counts the visit with the services that the site configured, unless the reader asks not to be tracked.
(() => {
  "use strict";
  const { umami, websiteId, baidu } = document.currentScript.dataset;
  if (navigator.doNotTrack === "1" || navigator.globalPrivacyControl) return;

  const rules = { createScriptURL: (url) => url };
  const trust = globalThis.trustedTypes?.createPolicy("kmsite-analytics", rules) ?? rules;
  const load = (src, attributes = {}) => {
    const script = document.createElement("script");
    for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
    script.src = trust.createScriptURL(src);
    script.async = true;
    document.head.append(script);
  };

  if (umami) load(umami, { "data-website-id": websiteId, "data-do-not-track": "true" });
  if (baidu) load(`https://hm.baidu.com/hm.js?${baidu}`);
})();
