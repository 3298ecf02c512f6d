// A code goes in, the rest of the page comes out (formats: `src/access`). No script can read the keys that are kept.
(() => {
  "use strict";
  const root = document.documentElement;
  const { base } = root.dataset;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => within.querySelectorAll(selector);
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const subtle = globalThis.crypto?.subtle;

  // A failure names a sentence of the page.
  class Failure extends Error {}
  const fail = (word) => { throw new Failure(word); };
  const named = (error) => (error instanceof Failure ? error.message : "changed");
  const sentence = (word, value) => $(`[data-word="${word}"]`, $("[data-km-words]").content).textContent.replace(/\{\w+\}/, value);

  // What passed the seal is the author's own.
  const pass = (text) => text;
  const rules = { createHTML: pass, createScriptURL: pass };
  const trust = globalThis.trustedTypes?.createPolicy("kmsite", rules) ?? rules;

  const unhex = (text) => Uint8Array.from(text.match(/../g), (byte) => parseInt(byte, 16));
  const number = (value) => unhex(value.toString(16).padStart(16, "0"));
  const tuple = (...parts) => Uint8Array.from(parts.flatMap((part) => {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part.length ? part : number(part);
    return [...number(bytes.length), ...bytes];
  }));
  const base64 = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt());

  const hkdf = (info, salt = new Uint8Array()) => ({ name: "HKDF", hash: "SHA-256", salt, info });
  const derive = (key, parameters, name, use) => subtle.deriveKey(parameters, key, { name, length: 256 }, false, [use]);
  const unwrap = async (wrapped, key, parameters, kind, use) =>
    subtle.unwrapKey("raw", base64(wrapped), await derive(key, parameters, "AES-KW", "unwrapKey"), "AES-KW", kind, false, [use]);
  // Every key meets one message, so the nonce is always zero.
  const decrypt = (key, additionalData, sealed) => subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12), additionalData }, key, sealed);

  // Crockford's base 32 with Luhn's check symbol.
  const readCode = (text) => {
    const plain = text.split("#").pop().normalize("NFKC").replace(/[^0-9A-Z]/gi, "").toUpperCase();
    const signs = (plain.length === 27 ? plain.slice(2) : plain).replace(/O/g, "0").replace(/[IL]/g, "1");
    const values = [...signs].map((sign) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(sign));
    const sum = values.reduce((sum, value, at) => {
      const product = at % 2 ? value * 2 : value;
      return sum + (product >> 5) + (product & 31);
    }, 0);
    if (values.length !== 25 || values.includes(-1) || sum % 32) fail("mistyped");
    const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
    return Uint8Array.from(bits.slice(0, 120).match(/.{8}/g), (byte) => parseInt(byte, 2));
  };

  // A host's own page says nothing about the reader.
  const get = async (path, as, cache) => {
    const response = await fetch(`${base}sealed/${path}`, { cache }).catch(() => {});
    if (!response?.ok || /html/.test(response.headers.get("Content-Type"))) fail("unavailable");
    return response[as]().catch(() => fail("unavailable"));
  };
  const getBytes = (id) => get(`${id}.bin`, "arrayBuffer", "default");
  const getJson = async (path, fits) => {
    const value = await get(path, "json", "no-cache");
    return value?.v === 1 && fits(value) ? value : fail("unavailable");
  };

  let held = [];
  let storage = (mode, work) => new Promise((done, failed) => {
    const opening = indexedDB.open(`km:${base}`);
    opening.onupgradeneeded = () => opening.result.createObjectStore("codes", { keyPath: "lookup" });
    opening.onerror = failed;
    opening.onsuccess = () => {
      const database = opening.result;
      try {
        const transaction = database.transaction("codes", mode);
        const request = work(transaction.objectStore("codes"));
        transaction.oncomplete = () => done(request.result);
        transaction.onabort = failed;
      } catch (error) {
        failed(error);
      }
      database.close();
    };
  });
  const names = () => held.flatMap(({ grants }) => grants.map(({ name }) => name));
  // For `prepaint.js`, so that the card does not flash, and `offers.js`.
  const keepNames = (all) => {
    localStorage[`km:${base}:held`] = all.join(" ") || 1;
    document.dispatchEvent(new Event("km:held"));
  };
  const remember = async (member) => {
    held = [...held.filter(({ lookup }) => lookup !== member.lookup), member];
    await storage("readwrite", (codes) => codes.put(member));
    keepNames(names());
  };

  const memberOf = async (text) => {
    const key = await subtle.importKey("raw", readCode(text), "HKDF", false, ["deriveKey", "deriveBits"]);
    const lookup = await subtle.deriveBits(hkdf(tuple("kmsite/1/lookup")), key, 128);
    return { key, lookup: Array.from(new Uint8Array(lookup), (byte) => byte.toString(16).padStart(2, "0")).join("") };
  };

  const refresh = async ({ key, lookup }) => {
    const { bits } = await getJson("members.json", ({ bits }) => bits >= 0);
    const bucket = (parseInt(lookup.slice(0, 4), 16) >> (16 - bits)).toString(16);
    const { r } = await getJson(`members/${bits}-${bucket}.json`, ({ r }) => typeof r === "object");
    const record = base64(r[lookup] ?? fail("unknown"));
    const own = await derive(key, hkdf(tuple("kmsite/1/record"), record.slice(0, 16)), "AES-GCM", "decrypt");
    const plain = await decrypt(own, tuple("kmsite/1/record", unhex(lookup)), record.slice(16));
    const { s: serial, g } = JSON.parse(new TextDecoder().decode(plain));
    const grants = await Promise.all(g.map(async ([name, epoch, wrapped]) =>
      ({ name, epoch, key: await unwrap(wrapped, key, hkdf(tuple("kmsite/1/member", name, epoch)), "HKDF", "deriveKey") })));
    return { key, lookup, serial, grants };
  };

  const unseal = async ({ kmCid, kmPage, kmFor }, { name, epoch, key, wrapped }, blob) => {
    const cid = unhex(kmCid);
    const content = await unwrap(wrapped, key, hkdf(tuple("kmsite/1/wrap", name, epoch), cid), "AES-GCM", "decrypt");
    const plain = await decrypt(content, tuple("kmsite/1/page", unhex(kmPage), tuple(...kmFor.split(" ")), cid), await blob);
    return new Response(new Blob([plain]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  };

  const bring = () => {
    const { kmCid } = card.dataset;
    const both = [getBytes(kmCid), getJson(`${kmCid}.json`, ({ wraps }) => Array.isArray(wraps))];
    for (const one of both) one.catch(() => {});
    return both;
  };
  let coming;

  const open = async (isFresh) => {
    const [blob, sidecar] = coming ?? bring();
    coming = null;
    const { wraps } = await sidecar;
    const grants = held.flatMap(({ serial, grants }) => grants.map((grant) => ({ ...grant, serial })));
    const fits = grants.flatMap((grant) => {
      const wrap = wraps.find(([name, epoch]) => name === grant.name && epoch === grant.epoch);
      return wrap ? { ...grant, wrapped: wrap[2] } : [];
    });
    let failure;
    for (const grant of fits) {
      try {
        return show(await unseal(card.dataset, grant, blob), grant.serial);
      } catch (error) {
        failure = error;
      }
    }
    if (failure) throw failure;
    if (isFresh && grants.some((grant) => wraps.some(([name]) => name === grant.name))) {
      await Promise.resolve([]).then(keepNames).catch(() => {});
      fail("ended");
    }
    if (isFresh) fail("other");
    const asked = await Promise.allSettled(held.map(refresh));
    const valid = asked.flatMap(({ value }) => value ?? []);
    if (!valid.length) throw asked[0].reason;
    for (const member of valid) await remember(member).catch(() => {});
    return open(true);
  };

  // Pictures come by themselves, other files when asked for.
  const fill = async (element, name, media) => {
    let value = element.getAttribute(`data-km-${name}`);
    try {
      for (const id of value.split(/[\s,]+/).filter((part) => media[part])) {
        const key = await subtle.importKey("raw", base64(media[id].k), "AES-GCM", false, ["decrypt"]);
        const plain = await decrypt(key, tuple("kmsite/1/media", unhex(id)), await getBytes(id));
        value = value.replace(id, URL.createObjectURL(new Blob([plain], { type: media[id].t })));
      }
      element[name === "file" ? "href" : name] = value;
    } catch (error) {
      element.after(make("small", { className: "lost", textContent: sentence("file") }));
      throw error;
    }
  };
  const onDemand = (control, work) => {
    control.onclick = () => {
      $(".lost", control.parentNode)?.remove();
      work().catch(() => {});
      return false;
    };
  };
  const bringFiles = async (body, media) => {
    for (const link of $$("[data-km-file]", body)) {
      link.href = "#";
      onDemand(link, async () => {
        await fill(link, "file", media);
        link.onclick = null;
        link.click();
      });
    }
    for (const player of $$("audio, video", body)) {
      const parts = [player, ...player.children].filter(({ dataset }) => dataset.kmSrc);
      if (!parts.length) continue;
      const size = Math.max(media[parts[0].dataset.kmSrc].b / 1e6, 0.1).toFixed(1);
      const button = make("button", { type: "button", className: "button quiet", textContent: sentence("play", size) });
      player.before(button);
      onDemand(button, async () => {
        for (const part of parts) await fill(part, "src", media);
        button.remove();
        player.load();
        await player.play();
      });
    }
    for (const [name, of] of [["srcset", ""], ["src", "img"], ["poster", ""]]) {
      for (const picture of $$(`${of}[data-km-${name}]`, body)) await fill(picture, name, media).catch(() => {});
    }
  };

  const card = $("[data-km-cid]");
  const form = $("[data-km-form]");
  const status = $("[data-km-said]");
  const tell = (word) => { status.textContent = sentence(word); };

  const show = ({ html, css, media }, serial) => {
    const { content } = make("template", { innerHTML: trust.createHTML(html) });
    const body = $('[data-km-slot="body"]', content);
    const contents = $('[data-km-slot="toc"]', content);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css ?? "");
    document.adoptedStyleSheets.push(sheet);
    body.append(make("p", { className: "serial", textContent: sentence("serial", serial) }));
    body.tabIndex = -1;
    body.classList.add("fresh");
    requestAnimationFrame(() => setTimeout(() => body.classList.remove("fresh")));
    // So that nothing above it moves.
    if (contents && $(".toc")) $(".toc").replaceWith(contents);
    else if (contents) body.prepend(contents);
    ($("[data-km-place]") ?? card).before(body, status);
    card.hidden = true;
    status.className = "visually-hidden";
    tell("opened");
    body.dispatchEvent(new Event("km:opened", { bubbles: true }));
    bringFiles(body, media);
    if (location.hash && !$(":target")) location.replace(location.hash);
    return body;
  };

  const list = () => {
    for (const item of $$("[data-km-grant]")) item.hidden = !names().includes(item.dataset.kmGrant);
    for (const item of $$("[data-km-held]")) item.hidden = !held.length;
  };
  const check = async (codes) => {
    for (const member of held) {
      const line = make("li", { textContent: member.serial });
      codes.append(line);
      const now = await refresh(member).catch((error) => {
        line.append(make("small", { textContent: sentence(named(error)) }));
        return named(error) === "unknown" && { ...member, grants: [] };
      });
      if (now) await remember(now).catch(() => {});
    }
    list();
  };

  const keepOffline = async () => {
    await navigator.serviceWorker.register(trust.createScriptURL(`${base}sw.js`));
    const cache = await caches.open(`km:${base}`);
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    for (const url of [location.href, ...loaded]) if (url.startsWith(location.origin + base)) cache.add(url).catch(() => {});
  };
  const forget = async () => {
    // What is still on its way must not come back.
    storage = () => Promise.reject();
    await new Promise((done) => { indexedDB.deleteDatabase(`km:${base}`).onsuccess = done; });
    delete localStorage[`km:${base}:held`];
    await caches.delete(`km:${base}`);
    await (await navigator.serviceWorker.getRegistration(base)).unregister();
  };

  const enter = async (text) => {
    tell("opening");
    try {
      const member = await refresh(await memberOf(text));
      const kept = await remember(member).then(() => true, () => false);
      list();
      const opened = card && (await open(true));
      form.hidden = true;
      tell(kept ? "opened" : "forgetful");
      if (opened && !kept) {
        opened.before(status);
        status.className = "note";
      }
      (opened ?? status).focus();
      if (kept) await keepOffline();
    } catch (error) {
      if (!form.hidden) tell(named(error));
    }
  };
  // The code leaves the address before anything else reads it.
  const fromAddress = () => {
    const code = location.hash;
    if (!code) return;
    history.replaceState(null, "", location.pathname);
    enter(code);
  };

  const start = async () => {
    // Browsers inside apps share no storage.
    const isInApp = /MicroMessenger|QQ\/|Weibo|DingTalk|Lark|AliApp|FBA[NV]|Instagram|Line\//.test(navigator.userAgent);
    $("[data-km-sheet]").hidden = !isInApp;
    if (!subtle || !globalThis.DecompressionStream) {
      form.hidden = true;
      return isInApp || tell(subtle ? "old" : "insecure");
    }
    form.onsubmit = () => {
      const { username, password } = form;
      password.type = "password";
      // Password managers keep one password to a name.
      username.value = `${username.defaultValue} ${password.value.slice(0, 8)}`;
      enter(password.value);
      return false;
    };
    $("[data-km-reveal]").onclick = () => { form.password.type = "text"; };
    const button = $("[data-km-forget]");
    if (button) button.onclick = () => {
      button.textContent = button.dataset.sure;
      button.onclick = () => forget().finally(() => location.reload());
    };
    if (card && root.classList.contains("held")) coming = bring();
    held = await storage("readonly", (codes) => codes.getAll()).catch(() => []);
    list();
    if (card && held.length) await open(false).catch((error) => tell(named(error)));
    if ($("[data-km-codes]")) await check($("[data-km-codes]"));
    if (form.dataset.kmForm) {
      fromAddress();
      addEventListener("hashchange", fromAddress);
    }
  };
  start().finally(() => root.classList.remove("held"));
})();
