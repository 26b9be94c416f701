// In the place of a worker's `fetch`: the server's own files are loaded, everything else is answered by the bench.

/** @param {() => Promise<Response>} answer */
export function divertFetch(answer) {
  const load = fetch;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    return url.origin === location.origin ? load(input, init) : answer();
  };
}
