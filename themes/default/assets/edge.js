// A code goes in, a cookie comes out: the server shows the rest (formats: `src/access/edge`). The code itself stays in the browser.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const form = $("[data-km-form]");
  const status = $("[data-km-said]");
  const own = form.dataset.kmEdge;
  const subtle = globalThis.crypto?.subtle;
  // Set while a page is loaded anew because a code was entered there.
  const ENTERED = `km:${own}:entered`;
  const tell = (word) => { status.textContent = $("[data-km-words]").content.querySelector(`[data-word="${word}"]`).textContent; };

  // 24 signs of Crockford's base 32 and Luhn's check symbol, written as people write; null for what is none.
  const readCode = (text) => {
    const plain = text.split("#").pop().normalize("NFKC").replace(/[^0-9A-Z]/gi, "").toUpperCase();
    const signs = (plain.length === 27 ? plain.slice(2) : plain).replace(/O/g, "0").replace(/[IL]/g, "1");
    const values = [...signs].map((sign) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(sign));
    const sum = values.reduce((sum, value, at) => {
      const product = at % 2 ? value * 2 : value;
      return sum + (product >> 5) + (product & 31);
    }, 0);
    if (values.length !== 25 || values.includes(-1) || sum % 32) return null;
    const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
    return Uint8Array.from(bits.slice(0, 120).match(/.{8}/g), (byte) => parseInt(byte, 2));
  };

  // The label with its length in eight bytes before it.
  const info = new TextEncoder().encode("\0\0\0\0\0\0\0\rkmsite/1/pass");
  const passOf = async (code) => {
    const key = await subtle.importKey("raw", code, "HKDF", false, ["deriveBits"]);
    const bits = await subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }, key, 128);
    return Array.from(new Uint8Array(bits), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const ask = (name, headers) => fetch(own + name, { method: "POST", headers, credentials: "same-origin" });

  const enter = async (text) => {
    const code = readCode(text);
    if (!code) return tell("mistyped");
    tell("opening");
    const answer = await ask("enter", { "Kmsite-Pass": await passOf(code) }).catch(() => {});
    if (answer?.status === 403) return tell("unknown");
    if (answer?.status !== 204) return tell("unavailable");
    if (form.dataset.kmForm) {
      form.hidden = true;
      tell("opened");
      status.focus();
    } else {
      sessionStorage[ENTERED] = 1;
      location.reload();
    }
  };
  // The code leaves the address before anything else can read it.
  const fromAddress = () => {
    const code = location.hash;
    if (!code) return;
    history.replaceState(null, "", location.pathname);
    enter(code);
  };

  $("[data-km-sheet]").hidden = !/MicroMessenger|QQ\/|Weibo|DingTalk|Lark|AliApp|FBA[NV]|Instagram|Line\//.test(navigator.userAgent);
  if (!subtle) {
    form.hidden = true;
    tell("insecure");
    return;
  }
  form.onsubmit = () => {
    const { username, password } = form;
    password.type = "password";
    // A name for each code: password managers keep one password to a name.
    username.value = `${username.defaultValue} ${password.value.slice(0, 8)}`;
    enter(password.value);
    return false;
  };
  $("[data-km-reveal]").onclick = () => { form.password.type = "text"; };
  const leave = $("[data-km-leave]");
  if (leave) leave.onclick = async () => {
    const answer = await ask("leave", {}).catch(() => {});
    if (answer?.status === 204) location.reload();
    else tell("unavailable");
  };
  if (form.dataset.kmForm) {
    fromAddress();
    addEventListener("hashchange", fromAddress);
  } else if (sessionStorage[ENTERED]) {
    // The server knows the code, and shows the teaser all the same.
    tell("other");
  }
  delete sessionStorage[ENTERED];
})();
