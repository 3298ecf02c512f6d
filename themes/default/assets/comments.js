// Brings in the comments that the site configured, once the reader comes near them.
(() => {
  "use strict";
  const frame = document.querySelector(".comments-frame");
  if (!frame) return;
  const { service, ...settings } = frame.dataset;
  // The addresses of the services' own scripts are the only ones that this makes loadable.
  const rules = { createScriptURL: (url) => url };
  const trust = globalThis.trustedTypes?.createPolicy("kmsite-comments", rules) ?? rules;
  const chosen = document.documentElement.dataset.theme;

  const load = (parent, src, attributes = {}) => {
    const script = document.createElement("script");
    for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
    script.src = trust.createScriptURL(src);
    script.async = true;
    parent.append(script);
    return script;
  };

  const services = {
    giscus() {
      load(frame, "https://giscus.app/client.js", {
        "data-repo": settings.repo,
        "data-repo-id": settings.repoId,
        "data-category": settings.category,
        "data-category-id": settings.categoryId,
        "data-mapping": "pathname",
        "data-strict": "1",
        "data-reactions-enabled": "1",
        "data-emit-metadata": "0",
        "data-input-position": "top",
        "data-theme": chosen ?? "preferred_color_scheme",
        "data-lang": settings.lang,
        crossorigin: "anonymous",
      });
    },
    artalk() {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = `${settings.server}/dist/Artalk.css`;
      document.head.append(style);
      load(document.head, `${settings.server}/dist/Artalk.js`).addEventListener("load", () => {
        window.Artalk.init({
          el: frame,
          server: settings.server,
          site: settings.site,
          pageKey: settings.page,
          pageTitle: settings.title,
          locale: settings.lang,
          darkMode: chosen ? chosen === "dark" : "auto",
        });
      });
    },
  };

  const start = services[service];
  if (!start) return;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    start();
  }, { rootMargin: "400px" });
  observer.observe(frame);
})();
