// Keeps what was read for when there is no network. Network first: no page is older than the site.
const NAME = `km:${new URL(registration.scope).pathname}`;
const MOST = 500;

const keep = async (url, response) => {
  const cache = await caches.open(NAME);
  await cache.put(url, response);
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(kept.length - MOST, 0))) await cache.delete(old);
};

const answer = async (event) => {
  const { url } = event.request;
  try {
    const response = await fetch(event.request);
    if (response.status === 200 && response.type === "basic") event.waitUntil(keep(url, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    return (await (await caches.open(NAME)).match(url, { ignoreVary: true })) ?? Promise.reject(error);
  }
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  // Parts of a film and streams of events cannot be kept.
  const isPart = headers.has("range") || headers.get("accept") === "text/event-stream";
  if (method === "GET" && url.startsWith(registration.scope) && !isPart) event.respondWith(answer(event));
});
