// Runs in a page's worker: takes a contestant's bundle through one task of a service that the page's own server stands
// for, with the headers that the client sets and those that Chromium adds.

const [contestant, bundle] = location.search.slice(1).split("&");
const load = fetch;
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const { origin, pathname, search } = new URL(request.url);
  if (origin === location.origin) return load(request);
  const { method, headers } = request;
  const body = method === "GET" ? undefined : await request.text();
  return load(`/service/${contestant}${pathname}${search}`, { method, headers, body });
};
const { run } = await import(bundle);
const input = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };
run(input).then(postMessage, (/** @type {Error} */ error) => postMessage(`failed: ${error.message}`));
