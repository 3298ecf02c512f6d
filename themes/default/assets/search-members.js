// Search for those who have paid: what the keys in this browser open, and what everyone finds, searched as one index (sealing:
// `src/access/finding.rs`; several sets as one: `src/search/rank.rs`). Fetched only where keys are kept.

const { subtle } = globalThis.crypto;
const unhex = (text) => Uint8Array.from(text.match(/../g), (byte) => parseInt(byte, 16));
const number = (value) => unhex(value.toString(16).padStart(16, "0"));
const tuple = (...parts) => Uint8Array.from(parts.flatMap((part) => {
  const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part.length ? part : number(part);
  return [...number(bytes.length), ...bytes];
}));
const base64 = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt());
const hkdf = (info, salt = new Uint8Array()) => ({ name: "HKDF", hash: "SHA-256", salt, info });

// The keys that were kept when codes were entered (`access.js`).
const kept = (base) => new Promise((done) => {
  const opening = indexedDB.open(`km:${base}`);
  opening.onupgradeneeded = () => opening.result.createObjectStore("codes", { keyPath: "lookup" });
  opening.onerror = () => done([]);
  opening.onsuccess = () => {
    const database = opening.result;
    const asked = database.transaction("codes").objectStore("codes").getAll();
    asked.onsuccess = () => done(asked.result.flatMap(({ grants }) => grants));
    asked.onerror = () => done([]);
    database.close();
  };
});

const decrypt = async (response, id, key) =>
  new Response(await subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12), additionalData: tuple("kmsite/1/search", id) }, key, await response.arrayBuffer()));

// What a secret of a manifest names, and the key to it.
const named = async (secret) => {
  const key = await subtle.importKey("raw", base64(secret), "HKDF", false, ["deriveBits", "deriveKey"]);
  const id = new Uint8Array(await subtle.deriveBits(hkdf(tuple("kmsite/1/search-id")), key, 256)).slice(0, 16);
  return [id, await subtle.deriveKey(hkdf(tuple("kmsite/1/search-key")), key, { name: "AES-GCM", length: 256 }, false, ["decrypt"])];
};

const unwrap = async ([name, epoch, wrapped], grants, id) => {
  const grant = grants.find((grant) => grant.name === name && grant.epoch === epoch);
  if (!grant) return null;
  const under = await subtle.deriveKey(hkdf(tuple("kmsite/1/wrap", name, epoch), id), grant.key, { name: "AES-KW", length: 256 }, false, ["unwrapKey"]);
  return subtle.unwrapKey("raw", base64(wrapped), under, "AES-KW", "AES-GCM", false, ["decrypt"]);
};

// All addresses of an index.
const addresses = async (index) => {
  const { d, c } = index.manifest;
  return d ? d[1] : (await Promise.all(c.map((name) => index.file(name)))).flatMap((chunk) => chunk[1]);
};

const facets = (sets) => Object.fromEntries(Object.keys(sets[0].manifest.f).map((name) => {
  const values = new Map();
  const of = sets.flatMap(({ manifest }) => {
    const [own, of] = manifest.f[name];
    const to = own.map((value) => {
      if (!values.has(value[0])) values.set(value[0], [values.size, value]);
      return values.get(value[0])[0];
    });
    return of.map((value) => (Array.isArray(value) ? value.map((one) => to[one]) : to[value] ?? -1));
  });
  return [name, [[...values.values()].map(([, value]) => value), of]];
}));

// The index that everyone has -> the same with what the keys at hand open; a page's interface sees no difference.
export const join = async (open, base, grants = kept(base)) => {
  grants = await grants;
  if (!grants.length) return open;
  const Index = open.constructor;
  const { lang, get } = open;
  const fetched = async (path, options) => {
    const response = await get(`${base}sealed/${path}`, options);
    if (!response.ok) throw Error(path);
    return response;
  };
  const hex = (id) => Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const sealed = (id, key) => new Index("", lang, async (path) => {
    const [, secret] = path.match(/\/(.+)\.bin$/) ?? [];
    const [of, by] = secret ? await named(secret) : [id, key];
    return decrypt(await fetched(`search/${hex(of)}.bin`), of, by);
  });

  class Joined extends Index {
    // Sealed files that cannot be had are missed, not mourned: once everything is asked for anew, then the rest is searched.
    miss(error) {
      if (!this.isAgain && globalThis.navigator?.onLine !== false) throw error;
      this.lost = true;
      return [];
    }

    async found(...all) {
      this.lost = this.isPartly;
      const result = await super.found(...all);
      return { ...result, lost: this.lost };
    }

    async open(options) {
      this.isAgain = Boolean(options);
      this.isPartly = false;
      await open.open(options);
      const own = await this.own().catch(() => {
        this.isPartly = true;
        return [];
      });
      const sets = [open, ...own];
      const full = new Set((await Promise.all(own.map(addresses))).flat());
      const gone = new Set();
      (await addresses(open)).forEach((address, doc) => full.has(address) && gone.add(doc));
      const starts = [];
      let n = 0;
      for (const { manifest } of sets) {
        starts.push(n);
        n += manifest.n;
      }
      const h = [0, 1].map((side) => sets.map(({ manifest }) => manifest.h[side]).join(""));
      const t = sets.some(({ manifest }) => manifest.t);
      Object.assign(this, { sets, starts, gone, moved: new WeakMap(), han: new Map(), knows: false });
      this.manifest = { ...open.manifest, n: n - gone.size, h, t, f: facets(sets) };
      this.learn(h);
    }

    // The sets that the keys open.
    async own() {
      const { v, sets } = await (await fetched("search.json", { cache: "no-cache" })).json();
      if (v !== 1) throw Error();
      const all = await Promise.all(sets.filter(([of]) => of === lang).map(async ([, name, wraps]) => {
        const id = unhex(name);
        const key = (await Promise.all(wraps.map((wrap) => unwrap(wrap, grants, id)))).find(Boolean);
        if (!key) return null;
        const set = sealed(id, key);
        return set.open().then(() => set, () => {
          this.isPartly = true;
          return null;
        });
      }));
      return all.filter(Boolean);
    }

    async groups(text, more) {
      const all = await Promise.all(this.sets.map(async (set, at) => {
        const shards = await set.groups(text, more).catch((error) => (at ? this.miss(error) : Promise.reject(error)));
        return shards.map((groups) => this.renumbered(groups, at));
      }));
      return all.flat();
    }

    // Groups with the numbers that documents have here, without teasers of what is there in full.
    renumbered(groups, at) {
      const isHere = (doc) => at || !this.gone.has(doc);
      if (!this.moved.has(groups)) {
        this.moved.set(groups, groups.map(({ forms, docs, impacts }) => ({
          forms,
          docs: docs.filter(isHere).map((doc) => doc + this.starts[at]),
          impacts: impacts.filter((_, place) => isHere(docs[place])),
        })).filter(({ docs }) => docs.length));
      }
      return this.moved.get(groups);
    }

    one(group, other) {
      return other && {
        forms: [...other.forms, ...group.forms],
        docs: [...other.docs, ...group.docs],
        impacts: [...other.impacts, ...group.impacts],
      };
    }

    async described(doc) {
      const at = this.starts.filter((start) => start <= doc).length - 1;
      const { name, ...rest } = await this.sets[at].described(doc - this.starts[at]);
      return { ...rest, name: `${at}:${name}` };
    }

    async file(name) {
      if (name === true) {
        const tables = await Promise.all(this.sets.filter(({ manifest }) => manifest.t).map((set) => set.file(set.manifest.t)));
        return [0, 1].map((side) => tables.map((table) => table[side]).join(""));
      }
      const at = name.indexOf(":");
      const set = Number(name.slice(0, at));
      return this.sets[set].file(name.slice(at + 1)).catch((error) => (set ? this.miss(error) : Promise.reject(error)));
    }
  }
  return new Joined(open.folder, lang, get);
};
