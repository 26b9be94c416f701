// Opens the page without a network. The network always comes first: what is kept is used only when there is no answer
// at all, so nobody gets an old page while the server can be reached. Runs and media never pass through here.

const CACHE = "act-one.page";

/** What the page is made of; films are too large and cannot be kept in parts. */
const pageFiles = /^\/(?:$|(?:app|style|text|act-one|idb)\/|icon\.svg$|samples\/[^/]+\.jpg$)/;

/** @typedef {Event & { waitUntil: (work: Promise<unknown>) => void }} Lasting */
/** @typedef {Lasting & { request: Request, respondWith: (answer: Promise<Response>) => void }} Fetching */

const worker = /** @type {any} */ (globalThis);

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (/** @type {Lasting} */ event) =>
  event.waitUntil(worker.clients.claim()),
);

worker.addEventListener("message", (/** @type {Lasting & MessageEvent} */ event) => {
  const paths = /** @type {string[]} */ (event.data?.keep ?? []);
  event.waitUntil(keep(paths.filter((path) => pageFiles.test(path))));
});

worker.addEventListener("fetch", (/** @type {Fetching} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || !pageFiles.test(url.pathname))
    return;
  // A part of a file cannot be kept, and whoever asks for one ends it when enough was read, which Firefox takes for a fault.
  if (request.headers.has("range")) return;
  event.respondWith(fromNetworkFirst(event));
});

/** @param {Fetching} event */
async function fromNetworkFirst(event) {
  const { request } = event;
  try {
    const response = await fetch(request);
    if (response.status === 200) event.waitUntil(keepAnswer(request, response.clone()));
    return response;
  } catch (error) {
    const kept = await caches.match(request, { cacheName: CACHE, ignoreSearch: true }).catch(() => undefined);
    if (kept) return kept;
    throw error;
  }
}

/** A storage that is full or closed takes nothing from a page that the network brings. @param {Request} request @param {Response} response */
async function keepAnswer(request, response) {
  try {
    const cache = await caches.open(CACHE);
    await cache.put(request, response);
  } catch {
    // What was kept before stays.
  }
}

/** The files that were loaded before this worker could see them. @param {string[]} paths */
async function keep(paths) {
  const cache = await caches.open(CACHE).catch(() => undefined);
  await Promise.all(paths.map((path) => cache?.add(path).catch(() => {})));
}
